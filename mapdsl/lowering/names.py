"""The names that a block's statements speak of, as trees below the parts of a message."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from mapdsl.analysis import NBlock, NCase, NEach, NGuard, NHole, NMatch, NRule, NStatement, Spot
from mapdsl.ir import Names

__all__ = ["Named", "guarded", "inner_paths", "named_by", "named_from", "named_in", "tree"]

Path = tuple[str, ...]


@attrs.frozen
class Named:
    """A name on one side: the spot, and whether a statement owns it (a guard only reads it)."""

    root: str
    path: Path
    owned: bool


def named_by(statement: NStatement | NCase, side: str) -> list[Named]:
    """What a statement names on a side, seen from its own block; inside an Each only what reaches out of it."""
    if isinstance(statement, NRule):
        return _owned(statement.old if side == "old" else statement.new)
    if isinstance(statement, NEach):
        own = statement.old if side == "old" else statement.new
        return [*_owned((own,)), *_reaching_out(statement.body, side)]
    if isinstance(statement, NMatch):
        inner = [named for case in statement.cases for named in named_by(case, side)]
        return [*inner, *(named_in(statement.otherwise, side) if isinstance(statement.otherwise, NBlock) else ())]
    if isinstance(statement, NCase):
        return [*guarded(statement.guards, side), *named_in(statement.body, side)]
    if isinstance(statement, NHole):
        return _owned((statement.of,)) if side in statement.sides else []
    return _owned((statement.of,)) if statement.side == side and isinstance(statement.of, Spot) else []


def named_in(block: NBlock, side: str) -> tuple[Named, ...]:
    """What the statements of a block name on a side, each once. Worked out once for all places of the block."""
    known: tuple[Named, ...] | None = block.told.get(("named", side))
    if known is None:
        found = (name for statement in block.statements for name in named_by(statement, side))
        known = block.told["named", side] = tuple(dict.fromkeys(found))
    return known


def guarded(guards: Iterable[NGuard], side: str) -> Iterator[Named]:
    """What guards read of a message on a side."""
    for guard in guards:
        if guard.side == side and isinstance(guard.of, Spot) and not guard.reads_request:
            yield Named(guard.of.root, guard.of.names, owned=False)


def _owned(spots: Iterable[Spot]) -> list[Named]:
    return [Named(spot.root, spot.names, True) for spot in spots]


def _reaching_out(block: NBlock, side: str) -> Iterator[Named]:
    """Names in an inner block that stand on roots outside of it; `up` is the block around."""
    for name in named_in(block, side):
        if name.root == "up":
            yield attrs.evolve(name, root="")
        elif name.root != "":
            yield name


def tree(names: Iterable[Named], root: str, own: str) -> Names:
    """The names under a root as a tree. `own` is the root that a block's bare paths stand on.

    A node is a leaf if a statement owns it, or if a guard reads it and nothing lies below.
    """
    top = _Node()
    for name in names:
        if (name.root or own) == root:
            node = top
            for member in name.path:
                node = node.below.setdefault(member, _Node())
            node.named, node.owned = True, node.owned or name.owned
    return top.names()


@attrs.define
class _Node:
    """A place and what is named below it."""

    below: dict[str, _Node] = attrs.field(factory=dict)
    named: bool = False
    owned: bool = False

    def names(self) -> Names:
        if self.owned or not self.below:
            return Names((), leaf=self.named)
        return Names(tuple((member, self.below[member].names()) for member in sorted(self.below)))


def inner_paths(names: Names, path: Path = ()) -> list[Path]:
    """Paths of the objects that the names of a tree lie in, outer ones first; the root itself is left out."""
    found: list[Path] = []
    for member, below in names.members:
        if below.members and not below.leaf:
            found += [(*path, member), *inner_paths(below, (*path, member))]
    return found


def named_from(blocks: Iterable[NBlock], side: str, root: str) -> list[Named]:
    """What some blocks name of a side's part, below a root that they spell."""
    return [named for block in blocks for named in named_in(block, side) if named.root == root]
