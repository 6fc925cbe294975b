"""Diagnostics as text for people: headline, place, the author's lines with what is wrong underlined, what to do next.

error[MAP203]: `message.id` is written twice
  --> specs/voiso/create_conversation_message.map:19:23
18 |   id              <-> message.id
   |                       ---------- first written here
19 |   conversation_id <-> message.id
   |                       ^^^^^^^^^^ written again here
help: did you mean `message.conversation_id`?        mapdsl explain MAP203
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import attrs

from .capping import MOST_TOLD, more
from .diagnostic import Diagnostic, Label
from .source import Source

__all__ = ["render", "render_all"]

_TAB = 4
_WIDEST = 160  # columns of source text; longer lines are cut around the place in question
_LONG = 4 * _WIDEST  # characters; of longer lines only a part is looked at
_LEAD = 40  # columns shown before that place in a line that is cut


@attrs.frozen
class _Mark:
    """An underline: line (from 1), first and last column as character offsets in that line, half-open."""

    line: int
    start: int
    end: int
    sign: str
    text: str


def render(diagnostic: Diagnostic) -> str:
    """The diagnostic as several lines of text, without a last newline."""
    rows = [f"{diagnostic.severity}[{diagnostic.code}]: {diagnostic.headline}"]
    groups = _by_source(diagnostic)
    gutter = max((len(str(mark.line)) for _, marks in groups for mark in marks), default=1)
    for number, (name, marks) in enumerate(groups):
        arrow = "-->" if number == 0 else ":::"
        source = diagnostic.sources.get(name)
        if source is None:
            rows.append(f"{' ' * gutter}{arrow} {name or '<unknown>'}")
            continue
        place = diagnostic.primary if number == 0 else _first_in(diagnostic, name)
        line, column = source.position(min(place.span.start, len(source.text)))
        rows.append(f"{' ' * gutter}{arrow} {source.name}:{line}:{column}")
        rows.extend(_excerpt(source, marks, gutter))
    rows.append(_help(diagnostic))
    return "\n".join(rows)


def render_all(diagnostics: Sequence[Diagnostic]) -> str:
    """The first hundred diagnostics, a blank line between two, and how many more there are."""
    shown = [render(diagnostic) for diagnostic in diagnostics[:MOST_TOLD]]
    return "\n\n".join([*shown, more(len(diagnostics))] if len(diagnostics) > MOST_TOLD else shown)


def _help(diagnostic: Diagnostic) -> str:
    explain = f"mapdsl explain {diagnostic.code}"
    return f"help: {diagnostic.help}        {explain}" if diagnostic.help else f"help: {explain}"


def _by_source(diagnostic: Diagnostic) -> list[tuple[str, list[_Mark]]]:
    """The marks of each source, that of the primary place first."""
    groups: dict[str, list[_Mark]] = {}
    for label, sign in ((diagnostic.primary, "^"), *((label, "-") for label in diagnostic.secondary)):
        marks = groups.setdefault(label.span.source, [])
        source = diagnostic.sources.get(label.span.source)
        if source is not None:
            marks.extend(_marks(source, label, sign))
    return list(groups.items())


def _first_in(diagnostic: Diagnostic, name: str) -> Label:
    return next(label for label in diagnostic.secondary if label.span.source == name)


def _marks(source: Source, label: Label, sign: str) -> list[_Mark]:
    """One mark, or two (first and last line) where the span runs over several lines."""
    start = min(label.span.start, len(source.text))
    end = min(max(label.span.end, start), len(source.text))
    line, column = source.position(start)
    last, beyond = source.position(end)
    if last > line and beyond == 1:  # it ends with a newline: that is the line before
        last -= 1
        beyond = len(source.line(last)) + 1
    if last == line:
        return [_Mark(line, column - 1, max(beyond - 1, column), sign, label.text)]
    text = source.line(last)
    indent = min(len(text) - len(text.lstrip()), beyond - 1)
    first = _Mark(line, column - 1, max(len(source.line(line)), column), sign, "")
    return [first, _Mark(last, indent, max(beyond - 1, indent + 1), sign, label.text)]


def _excerpt(source: Source, marks: list[_Mark], gutter: int) -> list[str]:
    rows: list[str] = []
    previous = 0
    for line in sorted({mark.line for mark in marks}):
        if previous and line > previous + 1:
            rows.append(f"{'...':>{gutter}}")
        here = sorted((mark for mark in marks if mark.line == line), key=lambda mark: (mark.start, mark.end))
        rows.extend(_line(source.line(line), line, here, gutter))
        previous = line
    return rows


def _line(text: str, number: int, marks: list[_Mark], gutter: int) -> list[str]:
    # Of a very long line only what stands around the first mark is looked at: there may be as many marks as columns.
    skipped = max(0, marks[0].start - 2 * _LEAD) if len(text) > _LONG else 0
    text = text[skipped : skipped + _LONG]
    marks = [attrs.evolve(m, start=m.start - skipped, end=min(m.end - skipped, _LONG)) for m in marks]
    marks = [mark for mark in marks if mark.start <= _LONG]
    cells = _cells(text)
    columns = [0]
    for cell in cells:
        columns.append(columns[-1] + _width(cell))
    first = _cut(columns, marks, bool(skipped))
    shown = "".join(cells[first:]) if first == 0 and columns[-1] <= _WIDEST else _window(cells, columns, first)
    ahead = 3 if first else 0
    rows = [f"{number:>{gutter}} | {shown}".rstrip()]
    for mark in marks:
        start = ahead + _column(columns, mark.start) - columns[first]
        width = max(_column(columns, mark.end) - _column(columns, mark.start), 1)
        width = max(1, min(width, _WIDEST - start))
        underline = f"{' ' * start}{mark.sign * width} {mark.text}"
        rows.append(f"{'':>{gutter}} | {underline}".rstrip())
    return rows


def _cut(columns: list[int], marks: list[_Mark], skipped: bool) -> int:
    """The first character to show: 0 unless the line is too long and the first mark stands far to the right."""
    wanted = _column(columns, marks[0].start)
    if not skipped and (columns[-1] <= _WIDEST or wanted < _WIDEST - _LEAD):
        return 0
    return next(index for index, column in enumerate(columns) if column >= wanted - _LEAD)


def _window(cells: list[str], columns: list[int], first: int) -> str:
    last = first
    while last < len(cells) and columns[last + 1] - columns[first] <= _WIDEST - 6:
        last += 1
    return ("..." if first else "") + "".join(cells[first:last]) + ("..." if last < len(cells) else "")


def _column(columns: list[int], offset: int) -> int:
    """The column of a character; characters beyond the end of the line are one column each."""
    if offset < len(columns):
        return columns[offset]
    return columns[-1] + offset - len(columns) + 1


def _cells(text: str) -> list[str]:
    """Each character as it is shown: tabs as blanks up to the next stop, what cannot be seen by its number."""
    cells: list[str] = []
    column = 0
    for character in text:
        if character == "\t":
            cell = " " * (_TAB - column % _TAB)
        elif character == " " or character.isprintable() or unicodedata.category(character) == "Mn":
            cell = character
        else:
            cell = f"<U+{ord(character):04X}>"
        cells.append(cell)
        column += _width(cell)
    return cells


def _width(cell: str) -> int:
    """Columns on a terminal: two for wide characters, none for those that combine with the one before."""
    if len(cell) > 1 or cell.isascii():
        return len(cell)
    if unicodedata.combining(cell) or unicodedata.category(cell) == "Me":
        return 0
    return 2 if unicodedata.east_asian_width(cell) in "WF" else 1
