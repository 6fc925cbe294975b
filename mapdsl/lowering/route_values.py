"""What routes carry: values that a guard of a route speaks of, which no rule writes.

old POST /campaigns/{id}/operation
new POST /campaigns/{id}/start when old operation is "start"      to old: who came by /start has the operation

new PATCH /webhooks/{sid} when new enabled is true                to new: this route is written with the flag
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from mapdsl import syntax
from mapdsl.analysis import NDrop, NGuard, NRule, NStatement, Spot, VariantModel
from mapdsl.ir import Alternative, Choose, Guard, Literal, Lose, Op, Place

from .blocks import BlockLowering, Said
from .literals import sinks
from .names import Named, guarded, named_by
from .pipes import cell

__all__ = ["named_by_routes", "route_ops"]

ROUTE = Place("route")
_REASON = "told by the route, and this one does not tell it"


def named_by_routes(variant: VariantModel, side: str, root: str) -> list[Named]:
    """What the guards of all routes name on a side, below a root."""
    named = guarded((guard for guards in variant.route_guards.values() for guard in guards), side)
    return [name for name in named if (name.root or "body") == root]


def route_ops(lowering: BlockLowering, variant: VariantModel, numbers: dict[int, int]) -> list[Op]:
    """Literals that routes write, checks of their other guards, and losses of what no route can tell on the way home.

    `numbers` are the rules that stand for the routes, by id() of the node.
    """
    return [*_Routes(lowering, variant, numbers).operations()]


class _Routes:
    def __init__(self, lowering: BlockLowering, variant: VariantModel, numbers: dict[int, int]) -> None:
        self.lowering = lowering
        self.numbers = numbers
        self.guards = variant.route_guards
        self.fan = None if variant.fan is None else variant.fan.of
        self.to, self.source = lowering.to, lowering.source
        self.came = variant.old if self.source == "old" else variant.new
        self.goes = variant.new if self.to == "new" else variant.old
        self.blocks = blocks = (("query", variant.query.statements), ("body", variant.request.statements))
        self.written = {
            attrs.evolve(lowering, root=root).written(spot)
            for root, statements in blocks
            for spot in _writes(lowering, statements)
        }
        self.carried = [
            (named.root or root, named.path)
            for root, statements in blocks
            for statement in statements
            for named in named_by(statement, self.source)
            if named.owned
        ]
        if self.fan is not None and self.source == "old":
            self.carried.append((self.fan.root or "body", self.fan.names))

    def operations(self) -> Iterator[Op]:
        if any(self._on(route, self.to) for route in self.came) or any(self._told(route) for route in self.came):
            yield self._choose([self._by_arrival(number, route) for number, route in enumerate(self.came)])
        chosen = [self._by_choice(route) for route in self.goes]
        if any(each.writes or each.checks or each.ops for each in chosen):
            yield self._choose(chosen)

    def _choose(self, alternatives: list[Alternative]) -> Choose:
        return Choose(alternatives[0].rule, tuple(alternatives), at=Place("body"))

    def _by_arrival(self, number: int, route: syntax.Route) -> Alternative:
        """What a message that came by a route says of the other side, and what of it the way home tells again."""
        own = tuple(self._guard(guard) for guard in self._on(route, self.source))
        said = self._speak(route)
        home = route if said.writes else self._home()
        asked = {place for each in self.goes for place, _ in self._told_of(each)}
        # What the route itself says is a form of what the other routes of this endpoint say without it.
        losses = [
            self._lose(route, place, self._literal(home, place), report=self._literal(route, place) is None)
            for place in dict.fromkeys(place for each in self.came for place, _ in self._told_of(each))
            if place not in asked
        ]
        arrived = Guard(ROUTE, "is", (number,))
        return said.alternative((arrived, *own), losses)

    def _by_choice(self, route: syntax.Route) -> Alternative:
        """What the route that is written says of its own side, and what the one that it was chosen by told."""
        chosen = tuple(self._guard(guard) for guard in self._on(route, self.source))
        losses = [
            self._lose(route, place, self._literal(route, place) or self._literal(self._home(), place))
            for place in dict.fromkeys(place for each in self.goes for place, _ in self._told_of(each))
        ]
        return self._speak(route).alternative(chosen or (Guard(ROUTE, "present"),), losses)

    def _speak(self, route: syntax.Route) -> Said:
        """What the guards of a route say of the side that is written."""
        said = Said(self.lowering, self.numbers[id(route)])
        for guard in self._on(route, self.to):
            if guard.test.kind == "present" and self.to == "old" and guard.of == self.fan:
                continue  # the items are joined there once all messages are mapped, and there is at least one
            if isinstance(guard.of, Spot) and self._place(guard.of) in self.written:
                said.checks.append(self._guard(guard))
            else:
                said.add(guard, self.blocks)
        return said

    def _on(self, route: syntax.Route, side: str) -> list[NGuard]:
        return [guard for guard in self.guards.get(id(route), ()) if guard.side == side]

    def _told(self, route: syntax.Route) -> bool:
        return bool(list(self._told_of(route)))

    def _told_of(self, route: syntax.Route) -> Iterator[tuple[Place, NGuard]]:
        """The places of the source that a route's guards speak of, and no rule carries."""
        for guard in self._on(route, self.source):
            if isinstance(guard.of, Spot):
                place = self._place(guard.of)
                covered = any(root == place.root and place.path[: len(path)] == path for root, path in self.carried)
                if not covered or self._sinks(guard, place):
                    yield place, guard

    def _sinks(self, guard: NGuard, place: Place) -> bool:
        """Whether a literal lies in an object block that leaves it to the route."""
        return guard.test.kind == "is" and any(
            sinks((place.root, place.path), statements, self.source, root) for root, statements in self.blocks
        )

    def _literal(self, route: syntax.Route, place: Place) -> Literal | None:
        """What a route says that stands at a place of the source."""
        for told, guard in self._told_of(route):
            if told == place and guard.test.kind == "is":
                return Literal(cell(guard.test.values[0]))
        return None

    def _home(self) -> syntax.Route:
        """The route that the way home writes: the first that nothing of the target chooses."""
        return next((route for route in self.came if not self._on(route, self.to)), self.came[0])

    def _lose(self, route: syntax.Route, place: Place, given: Literal | None, report: bool = True) -> Lose:
        return Lose(self.numbers[id(route)], place, _REASON, report=report, given=given)

    def _place(self, spot: Spot) -> Place:
        return self.lowering.read(spot)

    def _guard(self, guard: NGuard) -> Guard:
        return self.lowering.guard(guard)


def _writes(lowering: BlockLowering, statements: Iterable[NStatement]) -> Iterator[Spot]:
    """The spots of the target that rules, and values made up, write outside of any choice."""
    for statement in statements:
        if isinstance(statement, NRule) and statement.arrow in ("<->", "->" if lowering.to == "new" else "<-"):
            yield from statement.new if lowering.to == "new" else statement.old
        elif isinstance(statement, NDrop) and statement.side == lowering.to and statement.origin is not None:
            yield from [statement.of] if isinstance(statement.of, Spot) else []
