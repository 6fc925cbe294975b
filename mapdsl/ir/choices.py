"""The choices of a mapping as the runtime asks for them, once a message is translated."""

from __future__ import annotations

from mapdsl.runtime import Check, Choice

from .ops import Choose, Guard, Op
from .sharing import blocks_of

__all__ = ["choices_in"]


def choices_in(ops: tuple[Op, ...]) -> tuple[Choice, ...]:
    """Each `match`, those in items and in cases of others included."""
    found: dict[int, Choice] = {}
    for op in (op for block in blocks_of(ops) for op in block):
        if isinstance(op, Choose) and op.cases:
            source, target = (tuple(tuple(map(_test, case[n])) for case in op.cases) for n in (0, 1))
            found[op.rule] = Choice(op.rule, source, target)
    return tuple(found.values())


def _test(guard: Guard) -> Check:
    return Check(guard.place.root, guard.place.path, guard.kind, guard.values, guard.selection)
