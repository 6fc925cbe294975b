"""Messages side by side, on a hundred columns of plain text."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from .documents import as_json

if TYPE_CHECKING:
    from mapdsl.runtime import Request

__all__ = ["beside", "fold", "head"]

COLUMN = 47  # characters of each of the two columns
_MARGIN = "  "
_GAP = 4  # room for the arrow


def beside(left: list[str], arrow: str, right: list[str]) -> Iterator[str]:
    """Two columns, with the arrow on the first line between them. What is too long is cut."""
    for number, (one, other) in enumerate(zip_longest(left, right, fillvalue="")):
        middle = arrow if number == 0 else ""
        yield f"{_MARGIN}{cut(one).ljust(COLUMN)}{middle.center(_GAP)}{cut(other)}".rstrip()


def cut(text: str, room: int = COLUMN, end: str = "...") -> str:
    return text if len(text) <= room else text[: room - len(end)] + end


def head(request: Request) -> list[str]:
    """Method and path, then a line for each query parameter and each header."""
    lines = [f"{request.method} {request.path}"]
    for name, value in request.query.items():
        for text in [value] if isinstance(value, str) else value:
            lines.append(f"  {'?' if len(lines) == 1 else '&'}{name}={text}")
    lines += [f"{name}: {value}" for name, value in request.headers.items()]
    return lines


def fold(value: Any) -> list[str]:
    """A document as lines of JSON: what fits stands on one line, what does not is opened. No lines for no body."""
    return [] if value is None else list(_fold("", value, ""))


def _fold(name: str, value: Any, indent: str) -> Iterator[str]:
    """The lines of a member (`name` ends with a colon) or item."""
    lead = indent + name
    room = COLUMN - 1 if indent else COLUMN  # members leave a place for the comma
    flat = " ".join(line.strip() for line in as_json(value).split("\n"))
    for bracket in "{[":
        flat = flat.replace(f"{bracket} ", bracket)
    for bracket in "}]":
        flat = flat.replace(f" {bracket}", bracket)
    if len(lead) + len(flat) <= room:
        yield lead + flat
    elif not isinstance(value, (dict, list)):
        yield lead + cut(flat, room - len(lead), '..."')
    else:
        members = value.items() if isinstance(value, dict) else [(None, item) for item in value]
        opened, closed = "{}" if isinstance(value, dict) else "[]"
        yield lead + opened
        for number, (key, member) in enumerate(members, 1):
            label = "" if key is None else f"{as_json(key)}: "
            *above, last = _fold(label, member, indent + "  ")
            yield from above
            yield last + ("," if number < len(value) else "")
        yield indent + closed
