"""Plans for documents before chance has its turn: what each holds, so that no rule is left to luck.

Each rule alone and each pair of rules; everything but one of them, and one of them null; each row of a table; each
case of a choice, and none of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import attrs

from mapdsl import ir

from .mapping_documents import DocumentPlan

__all__ = ["gaps", "of_each_rule", "pairs", "plans"]


@attrs.frozen
class _Spot:
    """An operation that may find nothing, the blocks around it, and the cases that it is in."""

    op: ir.Op
    blocks: tuple[ir.Op, ...]
    cases: tuple[tuple[int, int], ...]

    def with_(self, *others: _Spot) -> DocumentPlan:
        spots = (self, *others)
        ids = frozenset(id(op) for spot in spots for op in (spot.op, *spot.blocks))
        return DocumentPlan(only=ids, cases=tuple(case for spot in spots for case in spot.cases))


def plans(mapping: ir.Mapping) -> Iterator[DocumentPlan]:
    """Plans that reach every rule, row and case: each rule alone, each row, each case."""
    for spot in _spots(mapping.ops, (), (), set()):
        yield spot.with_()
        for row in _rows(spot.op):
            yield attrs.evolve(spot.with_(), row=row)
    for cases in _choices(mapping.ops, (), set()):
        yield DocumentPlan(cases=cases)


def gaps(mapping: ir.Mapping) -> Iterator[DocumentPlan]:
    """Plans of what is not there: for each rule all but it, and all with null for it."""
    for spot in _spots(mapping.ops, (), (), set()):
        yield DocumentPlan(but=id(spot.op), cases=spot.cases)
        if isinstance(spot.op, (ir.Move, ir.Each)):
            yield DocumentPlan(null=id(spot.op), cases=spot.cases)


def of_each_rule(mapping: ir.Mapping) -> Iterator[DocumentPlan]:
    """All plans of one rule, row or case, there or not: their number grows with that of the rules."""
    yield from plans(mapping)
    yield from gaps(mapping)


def pairs(mapping: ir.Mapping) -> Iterator[DocumentPlan]:
    """A plan for each two rules; the number of these grows with the square of that of the rules."""
    for one, other in combinations(list(_spots(mapping.ops, (), (), set())), 2):
        refusals = isinstance(one.op, ir.Refuse) or isinstance(other.op, ir.Refuse)
        if not refusals and one.op not in other.blocks and _agree(one, other):
            yield one.with_(other)


def _spots(
    ops: tuple[ir.Op, ...], blocks: tuple[ir.Op, ...], cases: tuple[tuple[int, int], ...], seen: set[int]
) -> Iterator[_Spot]:
    """`seen`: a block of several places is planned for at the first."""
    for op in ops:
        if isinstance(op, ir.Choose):
            for number, alternative in enumerate(_guarded(op)):
                yield from _spots(alternative.ops, blocks, (*cases, (id(op), number)), seen)
            yield from _spots(op.ops, blocks, (*cases, (id(op), len(_guarded(op)))), seen)
        elif isinstance(op, ir.Combine):
            yield from (_Spot(move, blocks, cases) for move in op.moves)
        elif isinstance(op, (ir.Move, ir.Join, ir.Each, ir.Lose, ir.Refuse, ir.Report)):
            yield _Spot(op, blocks, cases)
        if isinstance(op, ir.Each) and id(op.ops) not in seen:
            seen.add(id(op.ops))
            yield from _spots(op.ops, (*blocks, op), cases, seen)


def _choices(
    ops: tuple[ir.Op, ...], cases: tuple[tuple[int, int], ...], seen: set[int]
) -> Iterator[tuple[tuple[int, int], ...]]:
    for op in ops:
        if isinstance(op, ir.Each):
            if id(op.ops) not in seen:
                seen.add(id(op.ops))
                yield from _choices(op.ops, cases, seen)
        elif isinstance(op, ir.Choose):
            for number, branch in enumerate([*(alternative.ops for alternative in _guarded(op)), op.ops]):
                taken = (*cases, (id(op), number))
                yield taken
                yield from _choices(branch, taken, seen)


def _guarded(op: ir.Choose) -> list[ir.Alternative]:
    return [alternative for alternative in op.alternatives if alternative.guards]


def _agree(one: _Spot, other: _Spot) -> bool:
    """Whether no choice would have to take two cases."""
    taken = dict(one.cases)
    return all(taken.get(choice, number) == number for choice, number in other.cases)


def _rows(op: ir.Op) -> Iterator[tuple[int, int]]:
    """Each row of each table of an operation."""
    steps = list(op.pipe if isinstance(op, ir.Move) else (op.convert,) if isinstance(op, ir.Join) else ())
    steps += op.keys if isinstance(op, ir.Each) else ()
    for step in steps:
        if isinstance(step, ir.ForEach):
            steps += step.steps
        elif isinstance(step, ir.Convert) and step.table is not None:
            used = sum(row[2] if step.to == "new" else row[3] for row in step.table.rows)
            yield from ((id(step), number) for number in range(used))
