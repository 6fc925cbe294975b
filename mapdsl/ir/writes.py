"""Which places a block writes, and whether two operations could write one place."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from .joins import conversion_of
from .ops import Choose, Combine, Convert, Each, ForEach, Join, Look, Lose, Move, Op, Place, Report, Step, Write
from .sharing import blocks_of

__all__ = ["clashes", "emptying_filters", "spoken_for", "writes_names"]


@attrs.frozen
class _Written:
    """A place that an operation of a block writes. `open`: other operations may write members below it."""

    place: Place
    by: int
    open: bool = False


def clashes(ops: tuple[Op, ...]) -> Iterator[str]:
    """Texts for each pair of operations of the block that could write one place, exclusive branches apart."""
    before: list[_Written] = []
    for number, op in enumerate(ops):
        here = list(_writes(op, number))
        for one in before:
            for other in here:
                if one.by != other.by and _meet(one, other):
                    yield f"{_text(one.place)} is written by two operations ({one.by} and {other.by} of the block)"
        before += here
        if isinstance(op, Choose):
            for alternative in op.alternatives:
                own = [_Written(place, -1) for place, _ in alternative.writes]
                inner = [written for at, inside in enumerate(alternative.ops) for written in _writes(inside, at)]
                if any(_meet(one, other) for one in own for other in inner):
                    yield "a case writes a literal where one of its operations writes"


def _meet(one: _Written, other: _Written) -> bool:
    if one.place.root != other.place.root:
        return False
    upper, lower = sorted((one, other), key=lambda written: len(written.place.path))
    below = lower.place.path[: len(upper.place.path)] == upper.place.path
    return below and not (upper.open and len(lower.place.path) > len(upper.place.path))


def _writes(op: Op, by: int) -> Iterator[_Written]:
    if isinstance(op, (Move, Write, Report, Combine)):
        yield from () if op.target is None else (_Written(op.target, by),)
    elif isinstance(op, Each):
        yield _Written(op.target, by, open=op.kind == "object")
    elif isinstance(op, Join):
        yield from (_Written(place, by) for place in op.targets)
    elif isinstance(op, Choose):
        for branch in (op.ops, *(alternative.ops for alternative in op.alternatives)):
            for inner in branch:
                yield from _writes(inner, by)
        for alternative in op.alternatives:
            yield from (_Written(place, by) for place, _ in alternative.writes)


def _text(place: Place) -> str:
    return ".".join((place.root, *place.path))


def spoken_for(ops: tuple[Op, ...]) -> bool:
    """Whether rules speak of the whole body: then an object of the source makes none of the target by itself."""
    return any(isinstance(op, Lose) and op.source == Place("body") for op in ops)


def emptying_filters(ops: tuple[Op, ...]) -> tuple[tuple[int, tuple[str, ...]], ...]:
    """The rules with `else empty`, with the places that they write: where all keys miss, nothing fits the filter."""
    moves = [op for op in ops if isinstance(op, Move)]
    moves += [move for op in ops if isinstance(op, Combine) for move in op.moves]
    return tuple((move.rule, (move.target.root, *move.target.path)) for move in moves if _empties(move.pipe))


def _empties(pipe: tuple[Step, ...]) -> bool:
    return any(
        step.miss == "empty" if isinstance(step, Look) else isinstance(step, ForEach) and _empties(step.steps)
        for step in pipe
    )


def writes_names(ops: tuple[Op, ...]) -> bool:
    """Whether names become one text, in the block or in one within it, that a lookup decides how to read."""
    return any(_writes_names(pipe) for block in blocks_of(ops) for op in block for pipe in _pipes(op))


def _pipes(op: Op) -> Iterator[tuple[Step, ...]]:
    if isinstance(op, Move):
        yield op.pipe
    elif isinstance(op, Combine):
        yield from (move.pipe for move in op.moves)
    elif isinstance(op, Each):
        yield op.keys


def _writes_names(pipe: tuple[Step, ...]) -> bool:
    return any(
        bool(step.known_by) and conversion_of(step).way(step.to).joins is not None
        if isinstance(step, Convert)
        else isinstance(step, ForEach) and _writes_names(step.steps)
        for step in pipe
    )
