"""The choices of a mapping as the runtime asks for them, once a message is translated."""

from __future__ import annotations

from collections.abc import Iterator

from mapdsl.runtime import Check, Choice

from .nodes import Choose, Each, Guard, Op

__all__ = ["choices_in"]


def choices_in(ops: tuple[Op, ...]) -> tuple[Choice, ...]:
    """Each `match`, those in items and in cases of others included."""
    return tuple({choice.number: choice for choice in _walk(ops)}.values())


def _walk(ops: tuple[Op, ...]) -> Iterator[Choice]:
    for op in ops:
        if isinstance(op, Each):
            yield from _walk(op.ops)
        elif isinstance(op, Choose):
            if op.cases:
                source, target = (tuple(tuple(map(_test, case[n])) for case in op.cases) for n in (0, 1))
                yield Choice(op.rule, source, target)
            for alternative in op.alternatives:
                yield from _walk(alternative.ops)
            yield from _walk(op.ops)


def _test(guard: Guard) -> Check:
    return Check(guard.place.root, guard.place.path, guard.kind, guard.values, guard.selection)
