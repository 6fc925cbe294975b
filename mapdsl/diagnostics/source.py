"""Texts and places in them."""

from __future__ import annotations

import bisect

import attrs

__all__ = ["NOWHERE", "Source", "Span"]


@attrs.frozen
class Span:
    """A half-open range of character offsets in the source called `source`."""

    source: str
    start: int
    end: int


NOWHERE = Span("", 0, 0)


@attrs.frozen(eq=False)
class Source:
    """A `.map` text under the name that messages show for it (a path or `<text>`)."""

    name: str
    text: str
    _starts: tuple[int, ...] = attrs.field(init=False, repr=False)

    @_starts.default
    def _line_starts(self) -> tuple[int, ...]:
        starts = [0]
        starts.extend(i + 1 for i, character in enumerate(self.text) if character == "\n")
        return tuple(starts)

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both from 1; the column counts characters."""
        line = bisect.bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def line(self, number: int) -> str:
        """The text of a line (from 1), without its end; empty beyond the last."""
        if not 1 <= number <= len(self._starts):
            return ""
        end = self._starts[number] - 1 if number < len(self._starts) else len(self.text)
        return self.text[self._starts[number - 1] : end].rstrip("\r")
