"""What the endpoints of two APIs are, as plain data: their compiled units, routes, lookups and sides."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import attrs

from mapdsl.records import Record
from mapdsl.runtime.compiled import ONLY, ApiSide, CompiledMapping, CompiledUnit, LookupDecl, Parts
from mapdsl.runtime.messages import Router, Template

from .passing_headers import Names
from .undeclared_secrets import Spoken, spoken_of

__all__ = ["PLAIN", "Catalog", "CatalogUnit", "Key", "catalog_of", "other_side"]

Key = tuple[int, int]  # unit, and route of the unit on its side
_SIDES = ("new", "old")
PLAIN = ApiSide()  # a side of which nothing is said


def other_side(to: Any, name: str = "to") -> str:
    """`to` as a side; ValueError or TypeError where it is none. Returns the other side, which is read."""
    if not isinstance(to, str):
        raise TypeError(f'{name} must be "new" or "old", not {type(to).__name__}')
    if to not in _SIDES:
        raise ValueError(f'{name} must be "new" or "old", not {to!r}')
    return "old" if to == "new" else "new"


class CatalogUnit:
    """A compiled unit with what is worked out once: its path templates, and the lists in its queries."""

    __slots__ = ("_lists", "_names", "_spoken", "number", "templates", "unit")

    def __init__(self, number: int, unit: CompiledUnit, old: ApiSide, new: ApiSide) -> None:
        self.number = number
        self.unit = unit
        self._lists: dict[tuple[str, str], tuple[tuple[str, ...], ...]] = {}
        self._names: dict[tuple[str, str], Names] = {}
        self._spoken: dict[tuple[str, str], Spoken] = {}
        self.templates = {
            "old": tuple(Template(route.path if route.params is None else old.rpc, old.base) for route in unit.old),
            "new": tuple(Template(route.path if route.params is None else new.rpc, new.base) for route in unit.new),
        }

    def lists(self, side: str) -> tuple[tuple[str, ...], ...]:
        """Where rules expect lists in the query of a side's requests."""
        return self._lists_of("request", "query", side)

    def repeated(self, part: str, side: str) -> frozenset[str]:
        """The headers of a part (request, response) of a side in which rules expect lists."""
        return frozenset(path[0] for path in self._lists_of(part, "header", side))

    def _lists_of(self, part: str, root: str, side: str) -> tuple[tuple[str, ...], ...]:
        key = (f"{part} {root}", side)
        if key not in self._lists:
            self._lists[key] = _lists(root, (self.unit.ways(part, "new"), self.unit.ways(part, "old")), side)
        return self._lists[key]

    def names(self, part: str, to: str) -> Names:
        """What the spec says of headers, in messages of a part (request, response, failure) that go to a side."""
        if (part, to) not in self._names:
            parts = ("response", "item") if part == "response" else (part,)
            here: dict[str, str] = {}
            there: dict[str, str] = {}
            for each, side, place in self.unit.spoken:
                if each in parts and place[0] == "header":
                    (there if side == to else here).setdefault(place[1].lower(), place[1])
            carriers = () if self.unit.auth is None else (self.unit.auth.old, self.unit.auth.new)
            moved = frozenset(header for each in carriers if each is not None for header in each.headers)
            self._names[part, to] = Names(here, there, moved)
        return self._names[part, to]

    def spoken(self, part: str, side: str) -> Spoken:
        """What the spec names in messages of a part (request, response, failure, reply: any) that come from a side."""
        if (part, side) not in self._spoken:
            parts = {"response": ("response", "item"), "reply": ("response", "item", "failure")}.get(part, (part,))
            places = [place for each, of, place in self.unit.spoken if each in parts and of == side]
            other = None if self.unit.auth is None else self.unit.auth.side("old" if side == "new" else "new")
            carriers = [other.name] if other is not None and other.kind == "query" and part == "request" else []
            self._spoken[part, side] = spoken_of(places, carriers)
        return self._spoken[part, side]

    def takes_nothing(self) -> bool:
        """Whether the guards of both sides hold on a request in which nothing stands."""
        empty = Parts()
        return all(
            any(_holds(route.holds, empty) and _holds(route.chosen, empty) for route in routes)
            for routes in (self.unit.old, self.unit.new)
        )


def _holds(guards: Callable[[Any], bool] | None, parts: Parts) -> bool:
    return guards is None or guards(parts)


def _lists(root: str, mappings: Iterable[CompiledMapping], side: str) -> tuple[tuple[str, ...], ...]:
    """Where rules expect lists below a part of the message."""
    paths = (path for ways in mappings for path in ways.blocks.under(root, int(side == "new")))
    return tuple(dict.fromkeys(path[1:-1] for path in paths if path[-1] in ("[]", ONLY)))


@attrs.frozen(eq=False, repr=False)
class Catalog(Record):
    """The units of two APIs, each with its number, and what is found by name: endpoints, lookups, routes, calls.

    `by_name`: the units of an endpoint, its variants. `router` finds the unit and route that take a request, `calls`
    those of each method of RPC, by side. `edges`: the two sides. `digest` names the texts that it comes of. `plans`:
    what the rooms above work out once of a route, when the first message comes by it.
    """

    units: tuple[CatalogUnit, ...]
    by_name: Mapping[str, tuple[CatalogUnit, ...]]
    router: Router[Key]
    calls: Mapping[str, Mapping[str, tuple[Key, ...]]]
    edges: Mapping[str, ApiSide]
    lookups: Mapping[str, LookupDecl]
    digest: str
    plans: dict[Any, Any] = attrs.field(factory=dict, init=False, repr=False)

    def endpoint(self, name: Any) -> tuple[CatalogUnit, ...]:
        """The units of an endpoint; ValueError or TypeError that says which endpoints there are."""
        if not isinstance(name, str):
            raise TypeError(f"endpoint must be a name, not {type(name).__name__}")
        if name not in self.by_name:
            raise ValueError(f"there is no endpoint {name!r}; there are {', '.join(self.by_name)}")
        return self.by_name[name]

    def unit(self, name: Any, variant: str | None = None) -> CatalogUnit:
        """The named variant of an endpoint; without a name the only one, or the first that takes a request in which
        nothing stands."""
        units = self.endpoint(name)
        if variant is not None:
            return self.variant(name, variant)
        for each in units:
            if each.unit.variant is None or each.takes_nothing():
                return each
        raise ValueError(f"endpoint {name} has no variant that takes an empty request; {_there(units)}")

    def variant(self, name: Any, variant: str | None) -> CatalogUnit:
        """The variant of exactly this name; None is that of an endpoint without variants."""
        units = self.endpoint(name)
        for each in units:
            if each.unit.variant == variant:
                return each
        raise ValueError(f"endpoint {name} has no variant {variant!r}; {_there(units)}")


def _there(units: tuple[CatalogUnit, ...]) -> str:
    names = [each.unit.variant for each in units if each.unit.variant is not None]
    return f"it has {', '.join(names)}: pass variant=" if names else "it has no variants"


def catalog_of(
    units: Iterable[CompiledUnit], lookups: Iterable[LookupDecl], old: ApiSide, new: ApiSide, digest: str
) -> Catalog:
    """The catalog of compiled units, in their order."""
    prepared = tuple(CatalogUnit(number, unit, old, new) for number, unit in enumerate(units))
    by_name: dict[str, tuple[CatalogUnit, ...]] = {}
    for each in prepared:
        by_name[each.unit.endpoint] = (*by_name.get(each.unit.endpoint, ()), each)
    calls = {side: _calls(prepared, side) for side in _SIDES}
    declared = {decl.name: decl for decl in lookups}
    return Catalog(prepared, by_name, Router(_rows(prepared)), calls, {"old": old, "new": new}, declared, digest)


def _rows(units: tuple[CatalogUnit, ...]) -> Iterator[tuple[Key, str, str, Template, int]]:
    for each in units:
        for side in _SIDES:
            rank = 0 if side in each.unit.prefer else 1
            for number, route in enumerate(each.unit.routes(side)):
                if route.params is not None:
                    continue
                yield (each.number, number), side, route.method, each.templates[side][number], rank


def _calls(units: tuple[CatalogUnit, ...], side: str) -> dict[str, tuple[Key, ...]]:
    """The routes of each RPC method of a side, the preferred ones first."""
    found: dict[str, list[tuple[int, Key]]] = {}
    for each in units:
        rank = 0 if side in each.unit.prefer else 1
        for number, route in enumerate(each.unit.routes(side)):
            if route.params is not None:
                found.setdefault(route.path, []).append((rank, (each.number, number)))
    return {method: tuple(key for _, key in sorted(rows, key=lambda row: row[0])) for method, rows in found.items()}
