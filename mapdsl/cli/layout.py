"""Messages side by side, on a hundred columns of plain text."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from .documents import as_json

if TYPE_CHECKING:
    from mapdsl.runtime import Request

__all__ = ["beside", "fold", "head"]

COLUMN = 44  # characters of each of the two columns
_MARGIN = "   "
_GAP = 5  # room for the arrow


def beside(left: list[str], arrow: str, right: list[str]) -> Iterator[str]:
    """Two columns, with the arrow on the first line between them."""
    rows = zip_longest(cut(left), cut(right), fillvalue="")
    for number, (one, other) in enumerate(rows):
        middle = arrow if number == 0 else ""
        yield f"{_MARGIN}{one.ljust(COLUMN)}{middle.center(_GAP)}{other}".rstrip()


def cut(lines: list[str]) -> Iterator[str]:
    """Lines that fit the column; the rest of a long one goes on below, four blanks further in."""
    for line in lines:
        indent = len(line) - len(line.lstrip()) + 4
        while len(line) > COLUMN:
            yield line[:COLUMN]
            line = " " * indent + line[COLUMN:]
        yield line


def head(request: Request) -> list[str]:
    """Method and path, then a line for each query parameter and each header."""
    lines = [f"{request.method} {request.path}"]
    for name, value in request.query.items():
        for text in [value] if isinstance(value, str) else value:
            lines.append(f"  {'?' if len(lines) == 1 else '&'}{name}={text}")
    lines += [f"{name}: {value}" for name, value in request.headers.items()]
    return lines


def fold(value: Any, indent: str = "", room: int = COLUMN) -> list[str]:
    """A document as lines of JSON: what fits stands on one line, what does not is opened. No lines for no body."""
    if value is None and not indent:
        return []
    flat = " ".join(line.strip() for line in as_json(value).split("\n"))
    flat = flat.replace("{ ", "{").replace(" }", "}").replace("[ ", "[").replace(" ]", "]")
    if len(indent) + len(flat) <= room or not isinstance(value, (dict, list)) or not value:
        return [indent + flat]
    inner = indent + "  "
    if isinstance(value, dict):
        parts = [(f"{as_json(name)}: ", member) for name, member in value.items()]
        opened, closed = "{", "}"
    else:
        parts, opened, closed = [("", item) for item in value], "[", "]"
    lines = [indent + opened]
    for number, (name, member) in enumerate(parts):
        first, *rest = fold(member, inner, room - len(name) - 1) or [inner + "null"]
        lines += [inner + name + first[len(inner) :], *rest]
        lines[-1] += "," if number < len(parts) - 1 else ""
    return [*lines, indent + closed]
