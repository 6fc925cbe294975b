"""Paths as data: names, `[]` for each item and `*` for each key, under a root."""

from __future__ import annotations

import re
from enum import Enum

import attrs

from mapdsl.records import Record

__all__ = ["ITEMS", "KEYS", "Assumed", "Path", "Ref", "Step", "Where", "overlap"]


class _Marker(Enum):
    ITEMS = "[]"
    KEYS = "*"

    def __repr__(self) -> str:
        return self.name


class Assumed(str):
    """A name in a path that no document has: the spec assumes it for the hole of that name."""

    __slots__ = ("hole",)
    hole: str

    def __new__(cls, name: str, hole: str) -> Assumed:
        made = super().__new__(cls, name)
        made.hole = hole
        return made


ITEMS = _Marker.ITEMS
KEYS = _Marker.KEYS
Step = str | _Marker
Path = tuple[Step, ...]
Where = tuple[str | int, ...]  # a place in a document: names of members and numbers of items

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(-[A-Za-z0-9_]+)*\Z")


def _quote(name: str) -> str:
    if _PLAIN.match(name):
        return name
    escaped = (
        name.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
    )
    return f'"{escaped}"'


@attrs.frozen(repr=False)
class Ref(Record):
    """A path under a root.

    Roots: "" (the block, as most ends), "$" (the block's root, said aloud), "@body", "@path", "@query",
    "@header", "@status", "@up" (the enclosing block), "@request.body", "@request.path", "@request.query".
    """

    root: str
    path: Path = ()

    def __str__(self) -> str:
        text = self.root
        for step in self.path:
            if step is ITEMS:
                text += "[]"
            else:
                spelled = "*" if step is KEYS else _quote(str(step))
                text += f".{spelled}" if text else spelled
        return text or "$"


def overlap(a: Path, b: Path) -> bool:
    """Whether one of the two paths is the other or lies below it."""
    short, long = (a, b) if len(a) <= len(b) else (b, a)
    return all(x == y for x, y in zip(short, long, strict=False))
