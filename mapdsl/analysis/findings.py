"""What the passes report: collected, freed of repeats, ordered by place."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

import attrs

from mapdsl import syntax
from mapdsl.diagnostics import Diagnostic, Label, Sources, Span

__all__ = ["Findings", "Other", "suggestion"]

_MOST, _LONGEST = 1_000, 200  # names that are compared with one that is wrong, and characters of that one

Other = tuple[syntax.Node | Span, str]


@attrs.define
class Findings:
    """Takes what the passes find. A shape that five endpoints include is reported once."""

    sources: Sources
    _found: dict[tuple[str, Span, str], Diagnostic] = attrs.field(factory=dict, init=False)

    def error(
        self, code: str, headline: str, at: syntax.Node | Span, text: str = "", *others: Other, help: str
    ) -> None:
        self._add(code, headline, at, text, others, help, "error")

    def warn(self, code: str, headline: str, at: syntax.Node | Span, text: str = "", *others: Other, help: str) -> None:
        self._add(code, headline, at, text, others, help, "warning")

    def _add(
        self,
        code: str,
        headline: str,
        at: syntax.Node | Span,
        text: str,
        others: tuple[Other, ...],
        help: str,
        severity: str,
    ) -> None:
        span = self._span(at)
        secondary = tuple(Label(self._span(node), said) for node, said in others)
        self._found.setdefault(
            (code, span, headline),
            Diagnostic(code, headline, Label(span, text), secondary, help, severity, self.sources),
        )

    def _span(self, at: syntax.Node | Span) -> Span:
        """The place to mark: of what runs over several lines the first, without its brace."""
        span = at if isinstance(at, Span) else at.span
        source = self.sources.get(span.source)
        first, newline, _ = source.text[span.start : span.end].partition("\n") if source else ("", "", "")
        if not newline:
            return span
        return Span(span.source, span.start, span.start + len(first.rstrip("\r {")))

    def ordered(self, names: Iterable[str]) -> tuple[Diagnostic, ...]:
        """All findings in the order of the files called `names`, then of the text."""
        order = {name: number for number, name in enumerate(names)}

        def place(diagnostic: Diagnostic) -> tuple[int, int, int, str]:
            span = diagnostic.primary.span
            return order.get(span.source, len(order)), span.start, span.end, diagnostic.code

        return tuple(sorted(self._found.values(), key=place))


def suggestion(name: str, known: Iterable[str], otherwise: str) -> str:
    """A help line: the known name that `name` looks like, else `otherwise`."""
    names = sorted(set(known))
    if len(names) > _MOST or len(name) > _LONGEST:
        return otherwise
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    if not close:
        folded = {other.replace("_", "").replace("-", "").lower(): other for other in names}
        alike = folded.get(name.replace("_", "").replace("-", "").lower())
        close = [alike] if alike is not None else []
    return f"did you mean `{close[0]}`?" if close else otherwise
