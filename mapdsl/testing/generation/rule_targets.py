"""What there is to reach in a mapping: every rule, case, `else`, and table row that is used in its direction."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mapdsl import ir
from mapdsl.conversions import same

__all__ = ["Target", "targets"]

Target = tuple[Any, ...]


def targets(mapping: ir.Mapping) -> frozenset[Target]:
    """What the hook of the interpreter may hear of this mapping, as it spells it."""
    return frozenset(_block(mapping.ops, set()))


def _block(ops: tuple[ir.Op, ...], seen: set[int]) -> Iterator[Target]:
    """`seen`: blocks that another place has told of."""
    for op in ops:
        if isinstance(op, ir.Choose):
            yield from _choose(op, seen)
        elif isinstance(op, ir.Combine):
            yield from _block(op.moves, seen)
        elif not isinstance(op, ir.Keep):
            yield ("rule", op.rule)
        if isinstance(op, ir.Each):
            yield from _pipe(op.keys)
            if id(op.ops) not in seen:
                seen.add(id(op.ops))
                yield from _block(op.ops, seen)
        elif isinstance(op, ir.Move):
            yield from _pipe(op.pipe)
        elif isinstance(op, ir.Join):
            yield from _pipe((op.convert,))


def _choose(op: ir.Choose, seen: set[int]) -> Iterator[Target]:
    if op.otherwise != "none" and not _leaves_nothing(op):
        yield ("else", op.rule)
    yield from _block(op.ops, seen)
    earlier: list[tuple[ir.Guard, ...]] = []
    for alternative in op.alternatives:
        if alternative.guards and alternative.guards not in earlier:  # of two with the same guards the first is taken
            earlier.append(alternative.guards)
            yield ("case", alternative.rule)
            yield from _block(alternative.ops, seen)


_OPPOSITE = {"is": "not", "present": "absent"}


def _leaves_nothing(op: ir.Choose) -> bool:
    """Whether one of two cases always holds: `is "x"` and `is not "x"`, or present and absent."""
    if any(_is_the_rest(one, other) for one in op.alternatives for other in op.alternatives):
        return True
    alone = [alternative.guards[0] for alternative in op.alternatives if len(alternative.guards) == 1]
    return any(
        (one.place, one.values, one.selection) == (other.place, other.values, other.selection)
        and _OPPOSITE.get(one.kind) == other.kind
        for one in alone
        for other in alone
    )


def _is_the_rest(one: ir.Alternative, other: ir.Alternative) -> bool:
    """Whether a case takes whatever is none of some values at a place, and another one takes these."""
    places = {(guard.place, guard.kind) for guard in one.guards if guard.selection is None}
    if len(places) != 1 or len(one.guards) < 2 or len(other.guards) != 1 or other.guards[0].selection is not None:
        return False
    (place, kind), (guard,) = *places, other.guards
    values = [value for each in one.guards for value in each.values]
    listed = guard.place == place and guard.kind in ("is", "one_of")
    return kind == "not" and listed and all(any(same(value, each) for each in guard.values) for value in values)


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
