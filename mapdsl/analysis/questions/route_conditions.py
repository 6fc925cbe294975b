"""When a variant takes a message: a route and all guards of that side.

variant one {
  old GET /cdr
  new GET /cdrs/{id} when old @query.uuid is present     reading old: GET /cdr, and `uuid` is there
}
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from mapdsl import syntax
from mapdsl.analysis.model import NGuard, VariantModel

from .logic import contradicts, implies
from .mentions import other_side
from .templates import shape

__all__ = ["Condition", "conditions", "cover", "exclude"]


@attrs.frozen(eq=False)
class Condition:
    """One way into a variant: a route of the side that is read, and the guards that must hold with it."""

    route: syntax.Route
    guards: tuple[NGuard, ...]

    def tests(self, of: object) -> list[syntax.Test]:
        return [guard.test for guard in self.guards if guard.of == of]


def conditions(variant: VariantModel, side: str) -> Iterator[Condition]:
    """Every way into the variant from `side`: its routes, each with what the written routes ask of that side."""
    asked = [_guards(variant, route, side) for route in _routes(variant, other_side(side))]
    for route in _routes(variant, side):
        own = _guards(variant, route, side)
        if not asked or () in asked:
            yield Condition(route, own)
        else:
            for guards in asked:
                yield Condition(route, (*own, *guards))


def cover(first: Condition, again: Condition) -> bool:
    """Whether `first` takes every message that `again` takes."""
    if shape(first.route) != shape(again.route):
        return False
    return all(implies(again.tests(guard.of), guard.test) for guard in first.guards)


def exclude(first: Condition, again: Condition) -> bool:
    """Whether no message passes the guards of both."""
    return any(contradicts(test, guard.test) for guard in first.guards for test in again.tests(guard.of))


def _routes(variant: VariantModel, side: str) -> tuple[syntax.Route, ...]:
    return variant.old if side == "old" else variant.new


def _guards(variant: VariantModel, route: syntax.Route, side: str) -> tuple[NGuard, ...]:
    return tuple(guard for guard in variant.route_guards[id(route)] if guard.side == side)
