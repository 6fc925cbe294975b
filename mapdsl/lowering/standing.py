"""Where the blocks of a part stand: the paths of their items, for the rows of `show`.

x <-> y { include s }       s stands at x / y
z[] <-> w[] { include s }   ... and at z[] / w[]
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from mapdsl.analysis import NBlock, NEach, NMatch, Spot
from mapdsl.paths import ITEMS, KEYS, Path

__all__ = ["MOST", "Places"]

MOST = 100  # places of a block that are told one by one
_MARKERS: dict[str, tuple[Path, Path]] = {  # what an item adds to the place of its block, old and new
    "list": ((ITEMS,), (ITEMS,)),
    "map": ((KEYS,), (KEYS,)),
    "object": ((), ()),
    "one": ((ITEMS,), ()),
}
Pair = tuple[Path, Path]


@attrs.define
class Places:
    """The places of each block on the old and the new side, by id(): some of them, and how many there are."""

    _some: dict[int, list[Pair]] = attrs.field(factory=dict)
    _count: dict[int, int] = attrs.field(factory=dict)
    _eaches: dict[int, int] = attrs.field(factory=dict)  # how many run a block

    def enter(self, block: NBlock, old: Path, new: Path) -> None:
        """Find the places of everything in a block whose own paths stand at `old` and `new`."""
        self._some[id(block)], self._count[id(block)] = [(old, new)], 1
        for around in _outer_first(block):
            for inner in _branches(around):
                self._some[id(inner)], self._count[id(inner)] = self._some[id(around)], self._count[id(around)]
            for each in around.statements:
                if isinstance(each, NEach):
                    self._add(each, around)

    def _add(self, each: NEach, around: NBlock) -> None:
        body = id(each.body)
        self._eaches[body] = self._eaches.get(body, 0) + 1
        some = self._some.setdefault(body, [])
        some += [_inside(each, pair) for pair in self._some[id(around)][: MOST - len(some)]]
        self._count[body] = self._count.get(body, 0) + self._count[id(around)]

    def of(self, block: NBlock) -> tuple[list[Pair], int]:
        """Places of a block, at most MOST of them, and how many it has in all."""
        return self._some[id(block)], self._count[id(block)]

    def are_several(self, block: NBlock) -> bool:
        """Whether several Eaches run the block."""
        return self._eaches[id(block)] > 1


def _inside(each: NEach, around: Pair) -> Pair:
    markers = _MARKERS[each.kind]
    return _below(around[0], each.old, markers[0]), _below(around[1], each.new, markers[1])


def _below(outer: Path, spot: Spot, marker: Path) -> Path:
    base = outer if spot.root in ("", "up") else ()
    return (*base, *spot.names, *marker)


def _branches(block: NBlock) -> Iterator[NBlock]:
    for statement in block.statements:
        if isinstance(statement, NMatch):
            yield from (case.body for case in statement.cases)
            if isinstance(statement.otherwise, NBlock):
                yield statement.otherwise


def _outer_first(block: NBlock) -> list[NBlock]:
    """The block and all in it, each once and before what stands in it."""
    done: set[int] = set()
    found: list[NBlock] = []

    def walk(around: NBlock) -> None:
        done.add(id(around))
        eaches = (each.body for each in around.statements if isinstance(each, NEach))
        for inner in (*eaches, *_branches(around)):
            if id(inner) not in done:
                walk(inner)
        found.append(around)

    walk(block)
    return found[::-1]
