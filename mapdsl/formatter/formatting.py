"""The door of the formatter: a file or a text in, the canonical text out, and the proof that it means the same."""

from __future__ import annotations

from itertools import zip_longest

from mapdsl.diagnostics import Source
from mapdsl.errors import MapSyntaxError
from mapdsl.grammar import load_source, parse
from mapdsl.syntax import File

from . import items, rules
from .comparing import comments_of, difference
from .layout import Doc, Hard, render
from .statements import comment_lines, lines

__all__ = ["WIDTH", "FormatterError", "format_file", "format_text"]

WIDTH = 120
_PRINTERS = (items, rules)  # imported so that `write` knows every kind of statement


class FormatterError(RuntimeError):
    """The formatted text would not mean the same: a mistake of mapdsl, never of the spec. Says where."""


def format_file(file: File, width: int = WIDTH) -> str:
    """The canonical text of a tree, comments included, or an empty text for an empty tree."""
    version: Doc = () if file.version is None else (Hard(), f"mapdsl {file.version}")
    first = file.version is None
    last = comment_lines(file.comments_end, first=first and not file.items)
    text = render((version, lines(file.items, first), last), width).strip("\n")
    return f"{text}\n" if text else ""


def format_text(text: str | bytes, name: str = "<text>") -> str:
    """The canonical form of a `.map` text; `name` is what messages call it. Bytes are read as UTF-8.

    Raises MapSyntaxError with every finding where the text cannot be read. The result has been read again: it has the
    same tree and the same comments; otherwise FormatterError is raised.
    """
    source, file = _read(text, name)
    formatted = format_file(file)
    _prove(source, file, formatted)
    return formatted


def _read(text: str | bytes, name: str) -> tuple[Source, File]:
    source, found = load_source(name, text)
    if source is None:
        raise MapSyntaxError(found)
    file, found = parse(source)
    if file is None or any(finding.severity == "error" for finding in found):
        raise MapSyntaxError(found)
    return source, file


def _prove(source: Source, file: File, formatted: str) -> None:
    """Raises FormatterError unless the formatted text, read again, has the same tree and the same comments."""
    again, found = parse(Source(source.name, formatted))
    if again is None or found:
        raise FormatterError(f"{source.name}: the formatted text cannot be read: {found[0]}")
    odd = difference(file, again)
    if odd is not None:
        raise FormatterError(f"{_place(source, odd.span.start)}: this {type(odd).__name__} would mean something else")
    before, after = comments_of(file), comments_of(again)
    if before != after:
        moved = next((old for old, new in zip_longest(before, after) if old != new and old), before[-1])
        raise FormatterError(f"{_place(source, source.text.find(moved))}: this comment would not stay: {moved}")


def _place(source: Source, offset: int) -> str:
    line, column = source.position(max(offset, 0))
    return f"{source.name}:{line}:{column}"
