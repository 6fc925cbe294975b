"""A finding about a `.map` text, as plain data."""

from __future__ import annotations

import attrs

from .capping import capped
from .source import Source, Span

__all__ = ["Diagnostic", "Label", "Sources"]

Sources = dict[str, Source]


@attrs.frozen
class Label:
    """A span and what is to be said of it."""

    span: Span
    text: str = attrs.field(default="", converter=capped)


@attrs.frozen
class Diagnostic:
    """A finding: a code of the registry, a headline, the place, further places, and what to do next."""

    code: str
    headline: str = attrs.field(converter=capped)
    primary: Label
    secondary: tuple[Label, ...] = ()
    help: str = attrs.field(default="", converter=capped)
    severity: str = "error"
    sources: Sources = attrs.field(factory=dict, eq=False, repr=False)

    @property
    def position(self) -> tuple[str, int, int]:
        """File, line and column of the primary place; line and column from 1."""
        source = self.sources.get(self.primary.span.source)
        if source is None:
            return self.primary.span.source, 1, 1
        return (source.name, *source.position(self.primary.span.start))

    def __str__(self) -> str:
        """One line: `a.map:3:5: error[MAP203]: headline`. `render` shows the lines of the text as well."""
        name, line, column = self.position
        return f"{name or '<unknown>'}:{line}:{column}: {self.severity}[{self.code}]: {self.headline}"
