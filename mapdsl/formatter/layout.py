"""Where lines break: documents as data, and `render`, which breaks a group only where it does not fit.

A document is a text, a tuple of documents, or one of the classes below. It is after Oppen and Wadler: a group stands on
one line if all of it, and what follows it up to the next place for a line end, fits; otherwise its own `Line`s become
line ends, and the groups in it are asked in turn.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import attrs

__all__ = ["Doc", "Group", "Hard", "Indent", "Line", "Suffix", "joined", "render"]


@attrs.frozen
class Line:
    """A place for a line end; where its group stands on one line, the text `flat` instead."""

    flat: str = " "


@attrs.frozen
class Hard:
    """A line end wherever it stands, so that every group around it is broken; with `blank`, an empty line as well."""

    blank: bool = False


@attrs.frozen
class Suffix:
    """A text at the end of the line that is being written. It is a comment, so its width does not count."""

    text: str


@attrs.frozen
class Indent:
    """What begins new lines in here, begins them `by` blanks further to the right."""

    by: int
    inner: Doc


@attrs.frozen
class Group:
    inner: Doc
    broken: bool = attrs.field(init=False)

    @broken.default
    def _is_broken(self) -> bool:
        return _breaks(self.inner)


Doc = str | Line | Hard | Suffix | Indent | Group | tuple["Doc", ...]
_Item = tuple[int, bool, Doc]  # indentation, whether its group stands on one line, the document


def _breaks(doc: Doc) -> bool:
    if isinstance(doc, tuple):
        return any(_breaks(part) for part in doc)
    if isinstance(doc, Indent):
        return _breaks(doc.inner)
    return isinstance(doc, Hard) or (isinstance(doc, Group) and doc.broken)


def joined(separator: Doc, parts: Iterable[Doc]) -> Doc:
    """The parts with the separator between each two."""
    between: list[Doc] = []
    for part in parts:
        between += [separator, part] if between else [part]
    return tuple(between)


def render(doc: Doc, width: int) -> str:
    """The text of a document, lines no longer than `width` wherever it has a place to break them."""
    return _Writer(width).write(doc)


class _Writer:
    def __init__(self, width: int) -> None:
        self.width = width
        self.pieces: list[str] = []
        self.column = 0
        self.margin = 0  # blanks that stand before the next text of this line
        self.suffix = ""

    def write(self, doc: Doc) -> str:
        waiting: list[_Item] = [(0, False, doc)]
        while waiting:
            indent, flat, part = waiting.pop()
            if isinstance(part, str):
                self.text(part)
            elif isinstance(part, Suffix):
                self.suffix += part.text
            elif isinstance(part, Hard) or (isinstance(part, Line) and not flat):
                self.end_line(indent, isinstance(part, Hard) and part.blank)
            elif isinstance(part, Line):
                self.text(part.flat)
            elif isinstance(part, Group):
                waiting.append((indent, flat or self.fits(part, waiting), part.inner))
            else:
                waiting.extend(_opened(indent, flat, part))
        return "".join([*self.pieces, self.suffix])

    def text(self, text: str) -> None:
        if text:
            self.pieces.append(" " * self.margin + text)
            self.column += len(text)
            self.margin = 0

    def end_line(self, indent: int, blank: bool) -> None:
        self.pieces.append(self.suffix + "\n" + "\n" * blank)
        self.suffix = ""
        self.column = self.margin = indent

    def fits(self, group: Group, waiting: Sequence[_Item]) -> bool:
        """Whether the group on one line, and what follows it up to the next place for a line end, fits."""
        if group.broken:
            return False
        room = self.width - self.column
        rest = len(waiting)
        items: list[_Item] = [(0, True, group.inner)]
        while room >= 0:
            if not items:
                if rest == 0:
                    return True
                rest -= 1
                items.append(waiting[rest])
            indent, flat, part = items.pop()
            if isinstance(part, str):
                room -= len(part)
            elif isinstance(part, Hard) or (isinstance(part, Line) and not flat):
                return True
            elif isinstance(part, Line):
                room -= len(part.flat)
            elif isinstance(part, Group):
                items.append((indent, flat, part.inner))
            else:
                items.extend(_opened(indent, flat, part))
        return False


def _opened(indent: int, flat: bool, part: Doc) -> list[_Item]:
    """What an indentation or a tuple holds, last first, as a stack takes it."""
    if isinstance(part, Indent):
        return [(indent + part.by, flat, part.inner)]
    if isinstance(part, tuple):
        return [(indent, flat, inner) for inner in reversed(part)]
    return []
