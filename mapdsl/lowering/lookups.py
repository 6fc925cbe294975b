"""Which lookups operations ask."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf

from mapdsl.ir import Combine, Each, ForEach, Look, Mapping, Move, Op, Place, Reference, Step, blocks_of

__all__ = ["lookups_in", "sides_of_bytes"]


def lookups_in(ops: tuple[Op, ...]) -> list[str]:
    """Names of the lookups that the operations may ask, in order, without repeats."""
    found: dict[str, None] = {}
    for block in blocks_of(ops):
        _ops(block, found)
    return list(found)


def sides_of_bytes(request: tuple[Mapping, Mapping], domains: MappingOf[str, tuple[str, str]]) -> tuple[str, ...]:
    """The sides on which the whole body of a request is bytes that a lookup knows; `domains`: old and new of each."""
    found = []
    for mapping in request:
        for op in mapping.ops:
            look = op.pipe[-1] if isinstance(op, Move) and op.target == Place("body") and op.pipe else None
            if isinstance(look, Look) and domains[look.lookup][mapping.to == "new"] == "bytes":
                found.append(mapping.to)
    return tuple(found)


def _ops(ops: tuple[Op, ...], found: dict[str, None]) -> None:
    for op in ops:
        if isinstance(op, Move):
            _steps(op.pipe, found)
        elif isinstance(op, Combine):
            _ops(op.moves, found)
        elif isinstance(op, Each):
            _steps(op.keys, found)


def _steps(steps: tuple[Step, ...], found: dict[str, None]) -> None:
    for step in steps:
        if isinstance(step, Look):
            found[step.lookup] = None
        elif isinstance(step, ForEach):
            _steps(step.steps, found)
        elif isinstance(step, Reference) and step.look is not None and step.to == "new":
            found[step.look.lookup] = None
