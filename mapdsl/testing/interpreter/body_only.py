"""What of a mapping runs on bodies alone, as `Endpoint.transform` does: ends outside the body are not written."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from mapdsl import ir

__all__ = ["on_bodies"]

_BODY = frozenset({"body", "item", "up"})


def on_bodies(mapping: ir.Mapping) -> ir.Mapping:
    """The same mapping without the operations that write only outside the body."""
    return attrs.evolve(mapping, ops=tuple(_kept(mapping.ops)))


def _kept(ops: tuple[ir.Op, ...]) -> Iterator[ir.Op]:
    for op in ops:
        if isinstance(op, ir.Confirm):
            if all(guard.place.root in _BODY for case in op.cases for guard in case.guards):
                yield op
        elif isinstance(op, ir.Choose):
            yield attrs.evolve(op, alternatives=tuple(map(_case, op.alternatives)), ops=tuple(_kept(op.ops)))
        elif _writes_a_body(op):
            yield op


def _case(alternative: ir.Alternative) -> ir.Alternative:
    checks = tuple(check for check in alternative.checks if check.place.root in _BODY)
    return attrs.evolve(alternative, ops=tuple(_kept(alternative.ops)), checks=checks)


def _writes_a_body(op: ir.Op) -> bool:
    if isinstance(op, ir.Join):
        return any(target.root in _BODY for target in op.targets)
    target = getattr(op, "target", None)
    return not isinstance(target, ir.Place) or target.root in _BODY
