"""What a route has, worked out when the first request comes by it, so that what it does not have costs nothing.

A plan is for requests that are translated one into one. Pages, fans, updates, calls of RPC, bodies of bytes, guards,
headers that rules write and carriers with a choice have none: their requests go the way of request.py, step by step.
"""

from __future__ import annotations

from typing import Any

from mapdsl.runtime.compiled import CompiledUnit
from mapdsl.runtime.messages import Places
from mapdsl.runtime.residue import ResidueKey
from mapdsl.runtime.transport import Catalog, CatalogUnit, HeaderNames, in_path, is_read, places_of

from .lookups import simple_kind

__all__ = ["RequestPlan", "plan_of"]


class RequestPlan:
    """One route of a side, for requests with so many segments in their path. Never changed once it is made.

    `came_by`: the number of the route. `params`: each path parameter with its segment. `here`, `there`: the carriers of
    the credential on both sides. `text`: the path to write, None where parameters stand in it. `crowded`: another route
    could take what is written. `may_hide`: an empty body is none on one side. `misplaced`: names that a credential has
    where it has no meaning. `asks`: the credential to be asked for, where the answer, a text, is a bearer's.
    `kinds`: of what type a dict has the answers of a lookup, None where it must be looked through.
    """

    __slots__ = (
        *("_places", "asks", "base", "came_by", "crowded", "declared_here", "declared_there", "headers"),
        *("here", "kinds", "lists", "may_hide", "method", "misplaced", "open_names", "params"),
        *("prepared", "side", "spoken", "stamp", "template", "text", "there", "to", "unit", "ways"),
        *("wire_here", "wire_there"),
    )

    def __init__(self, catalog: Catalog, prepared: CatalogUnit, side: str, came_by: int, length: int) -> None:
        unit, to = prepared.unit, "old" if side == "new" else "new"
        template = prepared.templates[side][came_by]
        shape = next(shape for shape in template.shapes if len(shape) == length)
        self.prepared, self.unit, self.side, self.to, self.came_by = prepared, unit, side, to, came_by
        self.base = f"{template.base}/" if template.base else ""
        self.params = tuple((name[1:-1], at) for at, name in enumerate(shape) if name.startswith("{"))
        self.ways = unit.ways("request", to)
        self.stamp = ResidueKey(unit.endpoint, unit.variant, "request", to, catalog.digest)
        auth = unit.auth
        self.here = None if auth is None else auth.side(side)
        self.there = None if auth is None else auth.side(to)
        taken = None if self.here is None else self.here.header
        names, repeated = prepared.names("request", to), prepared.repeated("request", side)
        self.headers = HeaderNames(names, to, taken, repeated)
        self.asks = ""
        if (
            auth is not None
            and self.there is not None
            and self.there.kind == "bearer"
            and not auth.same
            and to == "new"
        ):
            decl = catalog.lookups.get(auth.credential)
            self.asks = auth.credential if decl is None or (decl.old, decl.new) == ("string", "string") else ""
        self.kinds = {name: simple_kind(catalog.lookups[name], to) for name in self.ways.lookups}
        self.wire_here, self.wire_there = catalog.edges[side].wire, catalog.edges[to].wire
        self.lists = prepared.lists(side)
        self.spoken = prepared.spoken("request", side)
        self.misplaced = frozenset(name for each, _, name in unit.misplaced if each == side)
        self.declared_here, self.declared_there = unit.declared("request", side), unit.declared("request", to)
        route = unit.routes(to)[0]
        self.method = route.method
        self.may_hide = is_read(route.method) or side in unit.bodiless
        self.template = prepared.templates[to][0]
        self.open_names = (in_path(self.there),)
        self.text = None if self.template.names else self.template.fill({})
        in_place = self.there is None or self.there.kind != "path"
        self._places = places_of(prepared, to, 0, self.there, "") if in_place else None
        self.crowded = catalog.router.is_crowded(to, route.method, self.template.base + self.template.text)

    def places(self, text: str) -> Places:
        """Where the request with this path carries its credential."""
        if self._places is not None:
            return self._places
        return places_of(self.prepared, self.to, 0, self.there, text)


def plan_of(catalog: Catalog, side: str, number: int, came_by: int, length: int) -> RequestPlan | None:
    """The plan for requests of a side that come by a route; `length`: the segments of their path."""
    plans: dict[Any, RequestPlan | None] = catalog.plans
    key = (side, number, came_by, length)
    plan = plans.get(key)
    if plan is None and key not in plans:
        prepared = catalog.units[number]
        simple = _is_simple(prepared.unit, side, came_by) and not catalog.edges[side].rpc
        plans[key] = RequestPlan(catalog, prepared, side, came_by, length) if simple else None
        plan = plans[key]
    return plan


def _is_simple(unit: CompiledUnit, side: str, came_by: int) -> bool:
    """Whether requests of a side that come by this route have a plan."""
    to = "old" if side == "new" else "new"
    if unit.fan is not None or unit.paging is not None or unit.replace is not None:
        return False
    if "request" in unit.opaque or side in unit.data or unit.nameless():
        return False
    if any(part == "request" for _, _, part, _, _ in unit.guessed):
        return False
    read, written = unit.routes(side)[came_by], unit.routes(to)[0]
    if read.holds is not None or read.params is not None or written.chosen is not None or written.params is not None:
        return False
    auth = unit.auth
    carriers = () if auth is None else (auth.old, auth.new)
    if any(carrier is not None and carrier.others for carrier in carriers):
        return False
    return not any(part == "request" and of == to and place[0] == "header" for part, of, place in unit.spoken)
