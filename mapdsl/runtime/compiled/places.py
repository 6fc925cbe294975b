"""Places in the parts of a message: reading along a path, and changing a copy of what lies on the way."""

from __future__ import annotations

from typing import Any

from mapdsl.conversions import ABSENT, same
from mapdsl.paths import Where
from mapdsl.runtime.messages import Unfit, shortest

from .parts import Parts

__all__ = ["ROOTS", "Editor", "Where", "read", "same_at", "spelled_at"]

_TEXTS = ("query", "path", "header")
ROOTS = ("body", "path", "query", "header", "status")


def read(parts: Parts, path: Where) -> Any:
    """The value at a path, root first; ABSENT where nothing stands. A part that is None is not there."""
    value: Any = getattr(parts, str(path[0]))
    if value is None and len(path) == 1:
        return ABSENT
    for step in path[1:]:
        if isinstance(step, str):
            if not isinstance(value, dict) or step not in value:
                return ABSENT
        elif not isinstance(value, list) or not -len(value) <= step < len(value):
            return ABSENT
        value = value[step]
    return value


def spelled_at(path: Where, value: Any) -> Any:
    """What the value is when it is read again: in a query, path or header everything is text, and one item no list."""
    if path[0] not in _TEXTS or value is ABSENT or value is None:
        return value
    if isinstance(value, dict):
        return {name: spelled_at(path, inner) for name, inner in value.items()}
    if isinstance(value, list):
        return spelled_at(path, value[0]) if len(value) == 1 else [spelled_at(path, item) for item in value]
    try:
        return shortest(value)
    except Unfit:
        return value


def same_at(path: Where, value: Any, other: Any) -> bool:
    """Whether two values are the same where they stand; ABSENT is the same as nothing but itself."""
    if value is ABSENT or other is ABSENT:
        return value is other
    value, other = spelled_at(path, value), spelled_at(path, other)
    if isinstance(value, list) and isinstance(other, str):
        value = ",".join(map(str, value))  # a list of a side that writes lists with commas
    elif isinstance(other, list) and isinstance(value, str):
        other = ",".join(map(str, other))
    return same(value, other)


class Editor:
    """Changes parts that generated code has just built.

    Their containers may be shared with the message that was translated, so each is copied before its first change.
    """

    __slots__ = ("_own", "parts")

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self._own: dict[Where, Any] = {}

    def put(self, path: Where, value: Any, parents: int = 0) -> bool:
        """Write the value, making up to `parents` missing objects above it; False where there is no such place."""
        if len(path) == 1:
            setattr(self.parts, str(path[0]), value)
            self._own.clear()
            return True
        if not self._make(path[:-1], parents):
            return False
        holder = self._owned(path[:-1])
        step = path[-1]
        if isinstance(step, str):
            if not isinstance(holder, dict):
                return False
        elif not isinstance(holder, list) or not 0 <= step < len(holder):
            return False
        holder[step] = value
        self._forget(path)
        return True

    def remove(self, path: Where, parents: int = 0) -> None:
        """Take a member away, and then up to `parents` objects above it while they are empty."""
        self._drop(path)
        while parents > 0 and len(path) > 1 and read(self.parts, path[:-1]) == {}:
            path = path[:-1]
            self._drop(path)
            parents -= 1

    def _drop(self, path: Where) -> None:
        if len(path) == 1:
            setattr(self.parts, str(path[0]), None)
            self._own.clear()
        elif isinstance(path[-1], str) and read(self.parts, path) is not ABSENT:
            del self._owned(path[:-1])[path[-1]]
            self._forget(path)
        elif path[0] == "body" and len(path) == 2 and read(self.parts, path) == {}:
            self._owned(path[:-1])[path[-1]] = None  # the body of one of several messages: see fans.stack
            self._forget(path)

    def _make(self, path: Where, parents: int) -> bool:
        """Make the objects that are missing down to `path`, if there are no more than `parents` of them."""
        there = len(path)
        while there and read(self.parts, path[:there]) is ABSENT:
            there -= 1
        if there == 0 and path[0] != "body":
            parents += 1  # a query, path or header part without members may be None as well as {}
        if len(path) - there > parents or not all(isinstance(step, str) for step in path[there:]):
            return False
        for length in range(there + 1, len(path) + 1):
            if length == 1:
                setattr(self.parts, str(path[0]), {})
                self._own.clear()
                continue
            holder = self._owned(path[: length - 1])
            if not isinstance(holder, dict):
                return False
            holder[path[length - 1]] = {}
        return True

    def _owned(self, path: Where) -> Any:
        """The container at a path, ours to change."""
        held = self._own.get(path)
        if held is None:
            value = read(self.parts, path)
            if not isinstance(value, (dict, list)):
                return None
            held = value.copy()
            if len(path) == 1:
                setattr(self.parts, str(path[0]), held)
            else:
                self._owned(path[:-1])[path[-1]] = held
            self._own[path] = held
        return held

    def _forget(self, path: Where) -> None:
        if path in self._own:
            self._own = {at: held for at, held in self._own.items() if at[: len(path)] != path}
