"""Where generated code finds and puts things: roots, their paths in messages, objects already at hand."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator

import attrs

from mapdsl.ir import Alternative, Choose, Combine, Each, Join, Keep, Move, Op, Place, Report, Write

from .ast_nodes import const, name, tuple_

__all__ = ["Root", "shared_parents", "writes", "writes_whole"]


@attrs.define(eq=False)
class Root:
    """A part of a message, or an item: the local that holds it and the path that leads to it.

    `loose`: blocks in this one write it as well, so its objects are looked for when one is written into.
    `whole`: the local with the value as it came, where `local` was made an object.
    `unsure`: what `local` holds may be no object: it is checked before a member is read, or written.
    """

    local: str
    prefix: tuple[str | ast.expr, ...]
    outer: Root | None = None
    whole: str = ""
    unsure: bool = False
    empty: ast.expr | None = None  # of a target: where it holds, the object that stands there will be none
    absent: str = ""  # of a target that is an item: what its local holds before anything is written as a whole
    parents: dict[tuple[str, ...], str] = attrs.field(factory=dict)  # shared objects of a target, by path
    loose: bool = False

    @property
    def standing(self) -> ast.expr:
        """The root of a target itself, as it stands so far."""
        return name(self.local) if self.empty is None else ast.IfExp(self.empty, const(None), name(self.local))

    @property
    def raw(self) -> str:
        """The local that holds the root itself, whatever it is."""
        return self.whole or self.local

    def where(self, path: tuple[str, ...]) -> ast.expr:
        """The path of a place as an expression: a tuple of names and indexes."""
        return tuple_([const(step) if isinstance(step, str) else step for step in (*self.prefix, *path)])


def writes(ops: tuple[Op, ...]) -> Iterator[Place]:
    """Every place that the operations may write, exclusive alternatives counted alike."""
    for op in ops:
        if isinstance(op, (Move, Each, Write, Report, Combine)):
            yield from () if op.target is None else (op.target,)
        elif isinstance(op, Join):
            yield from op.targets
        elif isinstance(op, Choose):
            for alternative in op.alternatives:
                yield from _writes_of(alternative)
            yield from writes(op.ops)


def _writes_of(alternative: Alternative) -> Iterator[Place]:
    yield from (place for place, _ in alternative.writes)
    yield from writes(alternative.ops)


def writes_whole(ops: tuple[Op, ...], root: str) -> bool:
    """Whether an operation writes the root itself, not a member of it."""
    return any(place.root == root and not place.path for place in writes(ops))


def shared_parents(ops: tuple[Op, ...], root: str) -> set[tuple[str, ...]]:
    """Paths of objects under `root` that more than one operation may have to make."""
    return {path for path, count in _counts(ops, root).items() if count > 1}


def _counts(ops: tuple[Op, ...], root: str) -> Counter[tuple[str, ...]]:
    counts: Counter[tuple[str, ...]] = Counter()
    for op in ops:
        if isinstance(op, Choose):
            branches = [_branch(alternative, root) for alternative in op.alternatives] + [_counts(op.ops, root)]
            for path in set().union(*branches):
                counts[path] += max(branch[path] for branch in branches)
        elif not isinstance(op, Keep):
            for place in writes((op,)):
                _count(counts, place, root)
            if isinstance(op, Each) and op.kind == "object" and op.target.root == root and op.target.path:
                counts[op.target.path] += 1  # the object that a block makes: literals of cases may go into it
    return counts


def _branch(alternative: Alternative, root: str) -> Counter[tuple[str, ...]]:
    counts = _counts(alternative.ops, root)
    for place, _ in alternative.writes:
        _count(counts, place, root)
    return counts


def _count(counts: Counter[tuple[str, ...]], place: Place, root: str) -> None:
    if place.root == root:
        for length in range(1, len(place.path)):
            counts[place.path[:length]] += 1


def top(local: str, root: str) -> Root:
    return Root(local, (root,))


def load(root: Root) -> ast.expr:
    return name(root.local)
