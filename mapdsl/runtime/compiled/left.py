"""What the rule for the rest leaves behind of one item of a list: many members, said at once.

The items of a page lose the same members, so what these are called is found out once for all items whose objects have
the same names in the same order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from mapdsl.paths import Where
from mapdsl.runtime.messages import spell

__all__ = ["Left", "Members", "Rest", "at_last_item"]

Tree = Mapping[str, Any]  # name -> Tree, or None for a leaf


class Members:
    """Members of an item: their paths below it, and why each is left. `order`: their numbers as the document has them;
    `why` are the reasons in that order.

    Two are equal if they are the same object.
    """

    __slots__ = ("_tails", "in_order", "order", "paths", "reasons", "why")

    def __init__(self, paths: tuple[Where, ...], reasons: tuple[str, ...], order: tuple[int, ...]) -> None:
        self.paths = paths
        self.reasons = reasons
        self.order = order
        self.in_order = order == tuple(range(len(order)))
        self.why = [reasons[number] for number in order]
        self._tails: list[str] | None = None

    @property
    def tails(self) -> list[str]:
        """Their paths in the order of the document, as they are spelled behind that of an item."""
        if self._tails is None:
            self._tails = [spell((0, *self.paths[number])).removeprefix("[0]") for number in self.order]
        return self._tails


class Left(NamedTuple):
    """What is left of the item at `where`: a value for each of the members."""

    rule: int
    where: Where
    members: Members
    values: tuple[Any, ...]

    def told(self, item: str) -> list[str]:
        """The paths in the order of the document, of an item whose own is spelled like this."""
        return [item + tail for tail in self.members.tails]

    def ordered(self) -> Sequence[Any]:
        """The values in the order of the document."""
        return self.values if self.members.in_order else [self.values[number] for number in self.members.order]

    def each(self) -> Iterator[tuple[Where, Any, str]]:
        """The path, value and reason of each, in the order of the document."""
        paths, reasons = self.members.paths, self.members.reasons
        for number in self.members.order:
            yield (*self.where, *paths[number]), self.values[number], reasons[number]


def at_last_item(path: Where) -> tuple[Where, Where]:
    """A path down to the last item on it, and the names below that; all names where there is none."""
    for at in range(len(path) - 1, -1, -1):
        if type(path[at]) is int:
            return path[: at + 1], path[at + 1 :]
    return (), path


class Rest:
    """What no rule of a block names: `named` is what they name, `reason` why the others are left, and `bare` why null
    and empty objects are in whose place rules speak of members alone."""

    __slots__ = ("_bare", "_inner", "_leaves", "_named", "_reason", "_shapes")

    def __init__(self, named: Tree, reason: str, bare: str) -> None:
        self._named = named
        self._reason = reason
        self._bare = bare
        self._inner = {name: Rest(below, reason, bare) for name, below in named.items() if below is not None}
        self._leaves = None if self._inner else frozenset(named)
        self._shapes: dict[tuple[str, ...], _Shape] = {}

    def of(self, source: dict[str, Any]) -> tuple[Members, tuple[Any, ...]]:
        """The members of an object that are left, and their values in the order of these."""
        names = tuple(source)
        shape = self._shapes.get(names)
        if shape is None:
            own = [name for name in names if name not in self._named]
            inner = [(name, self._inner[name]) for name in names if name in self._inner]
            shape = self._shapes[names] = _Shape(names, own, inner, self._reason, self._bare)
        return shape.of(source)

    def names_all(self, source: dict[str, Any]) -> bool:
        """Whether nothing is left of an object for certain."""
        return self._leaves is not None and self._leaves.issuperset(source)


class _Shape:
    """Objects with the same names in the same order: which of their members are left, and which are looked into."""

    __slots__ = ("_bare", "_inner", "_known", "_names", "_own", "_reason", "_values")

    def __init__(
        self, names: tuple[str, ...], own: list[str], inner: list[tuple[str, Rest]], reason: str, bare: str
    ) -> None:
        self._names = names
        self._own = own
        self._inner = inner
        self._reason = reason
        self._bare = bare
        self._values = _getter(own)
        self._known: dict[tuple[Members | None, ...], Members] = {}

    def of(self, source: dict[str, Any]) -> tuple[Members, tuple[Any, ...]]:
        values = self._values(source)
        found: list[Members | None] = []  # of each that is looked into: what is left of it, or it itself is
        for name, rest in self._inner:
            member = source[name]
            if type(member) is dict and member:
                if rest.names_all(member):
                    found.append(None)
                else:
                    members, inner = rest.of(member)
                    found.append(members if members.paths else None)
                    values += inner
            elif member is None or member == {}:
                found.append(_ITSELF)
                values += (member,)
            else:
                found.append(None)
        key = tuple(found)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._joined(key)
        return known, values

    def _joined(self, found: tuple[Members | None, ...]) -> Members:
        paths: list[Where] = [(name,) for name in self._own]
        reasons = [self._reason] * len(paths)
        places: dict[str, list[int]] = {name: [number] for number, name in enumerate(self._own)}
        for (name, _), members in zip(self._inner, found, strict=True):
            if members is not None:
                first = len(paths)
                paths += [(name, *path) for path in members.paths]
                reasons += [self._bare] if members is _ITSELF else members.reasons
                places[name] = [first + number for number in members.order]
        order = [number for name in self._names for number in places.get(name, ())]
        return Members(tuple(paths), tuple(reasons), tuple(order))


_ITSELF = Members(((),), ("",), (0,))


def _getter(names: list[str]) -> Callable[[dict[str, Any]], tuple[Any, ...]]:
    """What gives the values of these members as a tuple."""
    if len(names) > 1:
        return itemgetter(*names)
    if not names:
        return lambda source: ()
    (name,) = names
    return lambda source: (source[name],)
