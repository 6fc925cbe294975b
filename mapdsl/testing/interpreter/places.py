"""Where the reference interpreter reads and writes: parts of messages, items, and the paths that lead to them."""

from __future__ import annotations

import copy
from typing import Any

import attrs

from mapdsl.conversions import ABSENT
from mapdsl.ir import Place
from mapdsl.paths import Where
from mapdsl.runtime import Parts, RequestPair

__all__ = ["Frame", "Slot", "View", "Wrong", "copied", "open_frame"]


class Wrong(Exception):
    """Something on the way to a place is no object."""

    def __init__(self, where: Where, value: Any) -> None:
        super().__init__(where)
        self.where = where
        self.value = value


@attrs.frozen
class View:
    """A part or an item of the source: its value (ABSENT: not there) and its path."""

    value: Any
    where: Where

    def read(self, path: tuple[str, ...]) -> Any:
        """The value at the path or ABSENT. Raises Wrong where a parent is neither an object, null nor absent."""
        value, where = self.value, self.where
        for name in path:
            if value is ABSENT or value is None:
                return ABSENT
            if not isinstance(value, dict):
                raise Wrong(where, value)
            value, where = value.get(name, ABSENT), (*where, name)
        return value

    def peek(self, path: tuple[str, ...]) -> Any:
        """As `read`, but a wrong parent makes the place absent."""
        try:
            return self.read(path)
        except Wrong:
            return ABSENT


@attrs.define
class Slot:
    """A part or an item of the target, as it grows."""

    where: Where
    value: Any = ABSENT
    excused: bool = False  # nothing was written, for a lookup had no answer

    def write(self, path: tuple[str, ...], value: Any) -> None:
        """Put the value at the path, making the objects on the way."""
        if not path:
            self.value = value
            return
        if not isinstance(self.value, dict):
            self.value = {}
        owner = self.value
        for name in path[:-1]:
            if not isinstance(owner.get(name), dict):
                owner[name] = {}
            owner = owner[name]
        owner[path[-1]] = value


@attrs.define
class Frame:
    """The roots that operations see; inside an Each, `item` and `up` are those of the item.

    `branches`: of the open matches of this block that were asked, by rule, the case that was taken (-1: none).
    """

    sources: dict[str, View]
    targets: dict[str, Slot]
    branches: dict[int, int] = attrs.field(factory=dict)

    def source(self, place: Place) -> View:
        return self.sources.get(place.root, View(ABSENT, tuple(place.root.split("."))))

    def target(self, place: Place) -> Slot:
        return self.targets[place.root]

    def value(self, place: Place, null: bool) -> Any:
        """What stands at a place, or ABSENT. `null`: null is a value there, and so no body, which is null, is one."""
        value = self.source(place).read(place.path)
        return None if null and value is ABSENT and not place.path else value

    def where(self, place: Place) -> Where:
        return (*self.source(place).where, *place.path)

    def target_where(self, place: Place) -> Where:
        return (*self.target(place).where, *place.path)

    def inside(self, item: View, new_item: Slot) -> Frame:
        """The frame for an item: `up` is the item, or the body, around it."""
        up, new_up = self.sources.get("item", self.sources["body"]), self.targets.get("item", self.targets["body"])
        return Frame({**self.sources, "item": item, "up": up}, {**self.targets, "item": new_item, "up": new_up})


_READ = ("body", "path", "query", "header", "status", "route")


def open_frame(source: Parts, asked: RequestPair | None, item: str = "") -> Frame:
    """The frame of a whole message: its parts, and the request of its exchange as both sides spell it.

    `item`: of the source or of the target, an item of a fan or gather stands beside them.
    """
    sources = {name: _view(getattr(source, name), (name,)) for name in _READ}
    for side in ("old", "new") if asked is not None else ():
        parts: Parts = getattr(asked, side)
        for name in ("body", "path", "query", "header"):
            sources[f"request.{side}.{name}"] = _view(getattr(parts, name), ("request", side, name))
    targets = {name: Slot((name,)) for name in ("body", "path", "query", "header", "status")}
    if item == "source":
        sources["item"] = View(source.item, ("item",))
    elif item == "target":
        targets["item"] = Slot(("item",))
    return Frame({**sources, "up": sources["body"]}, {**targets, "up": targets["body"]})


def _view(value: Any, where: Where) -> View:
    return View(ABSENT if value is None else value, where)


def copied(value: Any) -> Any:
    """A literal as it is written: objects and lists are copied, so that no message holds a part of the program."""
    return copy.deepcopy(value) if isinstance(value, (dict, list)) else value
