"""What there is to reach in a mapping: every rule, case, `else`, and table row that is used in its direction."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mapdsl import ir

__all__ = ["targets"]

Target = tuple[Any, ...]


def targets(mapping: ir.Mapping) -> frozenset[Target]:
    """What the hook of the interpreter may hear of this mapping, as it spells it."""
    return frozenset(_block(mapping.ops))


def _block(ops: tuple[ir.Op, ...]) -> Iterator[Target]:
    for op in ops:
        if isinstance(op, ir.Choose):
            yield from _choose(op)
        elif isinstance(op, ir.Combine):
            yield from _block(op.moves)
        elif not isinstance(op, ir.Keep):
            yield ("rule", op.rule)
        if isinstance(op, ir.Each):
            yield from _pipe(op.keys)
            yield from _block(op.ops)
        elif isinstance(op, ir.Move):
            yield from _pipe(op.pipe)
        elif isinstance(op, ir.Join):
            yield from _pipe((op.convert,))


def _choose(op: ir.Choose) -> Iterator[Target]:
    if op.otherwise != "none":
        yield ("else", op.rule)
    yield from _block(op.ops)
    for alternative in op.alternatives:
        if alternative.guards:
            yield ("case", alternative.rule)
            yield from _block(alternative.ops)


def _pipe(steps: tuple[ir.Step, ...]) -> Iterator[Target]:
    for step in steps:
        if isinstance(step, ir.Convert) and step.table is not None:
            for number, row in enumerate(step.table.rows):
                if row[2] if step.to == "new" else row[3]:
                    yield ("row", step.table.name, step.to, number)
        elif isinstance(step, ir.ForEach):
            yield from _pipe(step.steps)
        elif isinstance(step, ir.Look):
            yield ("answer", step.lookup, step.to)
