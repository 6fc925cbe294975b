"""A loaded API: its endpoints, what it asks for, and the compiled functions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import getitem
from threading import Lock
from typing import TYPE_CHECKING, Any, NoReturn

from mapdsl.version import __version__

from .blocks import ONLY
from .envelope import Names
from .parts import Parts
from .plan import Compiled, Edge, LookupDecl, Ways
from .routes import Router, Template
from .scrubbing import Spoken, spoken_of
from .transforms import BackKeys, OnBytes, back_keys_of, transform

if TYPE_CHECKING:
    from .exchange import Exchange

__all__ = ["Api", "Endpoint", "Prepared", "check_side", "rebuild_with"]

Key = tuple[int, int]  # unit, and route of the unit on its side
_PARTS = ("request", "response")
_SIDES = ("new", "old")
_PLAIN = Edge()
_rebuild: list[Callable[..., Api]] = []


def rebuild_with(hook: Callable[..., Api]) -> None:
    """Say how an Api is made again from `(sources, version)`; the hook is a function that pickle finds by its name."""
    _rebuild[:] = [hook]


def check_side(to: Any, name: str = "to") -> str:
    """`to` as a side; ValueError or TypeError where it is none. Returns the other side, which is read."""
    if not isinstance(to, str):
        raise TypeError(f'{name} must be "new" or "old", not {type(to).__name__}')
    if to not in _SIDES:
        raise ValueError(f'{name} must be "new" or "old", not {to!r}')
    return "old" if to == "new" else "new"


class Prepared:
    """A compiled unit with what is worked out once: its path templates, and the lists in its queries."""

    __slots__ = ("_names", "_spoken", "lists", "number", "repeated", "templates", "unit")

    def __init__(self, number: int, unit: Compiled, old: Edge, new: Edge) -> None:
        self.number = number
        self.unit = unit
        self._names: dict[tuple[str, str], Names] = {}
        self._spoken: dict[tuple[str, str], Spoken] = {}
        self.templates = {
            "old": tuple(Template(route.path if route.params is None else old.rpc, old.base) for route in unit.old),
            "new": tuple(Template(route.path if route.params is None else new.rpc, new.base) for route in unit.new),
        }
        requests, replies = (unit.request_to_new, unit.request_to_old), (unit.response_to_new, unit.response_to_old)
        self.lists = {side: _lists("query", requests, side) for side in ("old", "new")}
        self.repeated = {
            (part, side): frozenset(path[0] for path in _lists("header", ways, side))
            for part, ways in (("request", requests), ("response", replies))
            for side in ("old", "new")
        }

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


def _lists(root: str, mappings: Iterable[Ways], side: str) -> tuple[tuple[str, ...], ...]:
    """Where rules expect lists below a part of the message."""
    paths = (path for ways in mappings for path in ways.blocks.under(root, int(side == "new")))
    return tuple(dict.fromkeys(path[1:-1] for path in paths if path[-1] in ("[]", ONLY)))


class Api(Mapping[str, "Endpoint"]):
    """The endpoints of two APIs and how they correspond. Immutable, and safe to share between threads.

    A mapping from names to Endpoints. It pickles by the texts of its specs and mapdsl's version: reading it back
    compiles them again.
    """

    __slots__ = ("_endpoints", "_exact", "_lock", "_sources", "calls", "digest", "edges", "lookups", "router", "units")

    calls: Mapping[str, Mapping[str, tuple[Key, ...]]]
    digest: str
    edges: Mapping[str, Edge]
    lookups: Mapping[str, LookupDecl]
    router: Router[Key]
    units: tuple[Prepared, ...]
    _endpoints: dict[str, Endpoint]
    _exact: list[Api]
    _lock: Lock
    _sources: Any

    def __init__(
        self,
        units: tuple[Compiled, ...],
        lookups: tuple[LookupDecl, ...] = (),
        old: Edge = _PLAIN,
        new: Edge = _PLAIN,
        digest: str = "",
        sources: Any = None,
    ) -> None:
        prepared = tuple(Prepared(number, unit, old, new) for number, unit in enumerate(units))
        by_name: dict[str, list[Prepared]] = {}
        for each in prepared:
            by_name.setdefault(each.unit.endpoint, []).append(each)
        values: dict[str, Any] = {
            "calls": {side: _calls(prepared, side) for side in _SIDES},
            "digest": digest,
            "edges": {"old": old, "new": new},
            "lookups": {decl.name: decl for decl in lookups},
            "router": Router(_rows(prepared)),
            "units": prepared,
            "_exact": [],
            "_lock": Lock(),
            "_sources": sources,
        }
        for name, value in values.items():
            object.__setattr__(self, name, value)
        endpoints = {name: Endpoint(self, name, tuple(members)) for name, members in by_name.items()}
        object.__setattr__(self, "_endpoints", endpoints)

    def __getitem__(self, name: str) -> Endpoint:
        return self._endpoints[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._endpoints)

    def __len__(self) -> int:
        return len(self._endpoints)

    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self is other

    def __repr__(self) -> str:
        return f"<Api of {len(self)} endpoints: {', '.join(self)}>"

    def __setattr__(self, name: str, value: Any) -> NoReturn:
        raise AttributeError(f"an Api is immutable: {name} cannot be set")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"an Api is immutable: {name} cannot be deleted")

    def __copy__(self) -> Api:
        return self

    def __deepcopy__(self, memo: object) -> Api:
        return self

    def __reduce__(self) -> tuple[Callable[..., Api], tuple[Any, ...]]:
        if self._sources is None or not _rebuild:
            raise TypeError("this Api was not compiled from texts and cannot be pickled")
        return _rebuild[0], (self._sources, __version__)

    @property
    def exact(self) -> Api:
        """The same Api, whose conversions keep numbers digit for digit."""
        with self._lock:
            if not self._exact:
                units = tuple(each.unit.exact() if each.unit.exact is not None else each.unit for each in self.units)
                twins = (units, tuple(self.lookups.values()), self.edges["old"], self.edges["new"], self.digest)
                self._exact.append(Api(*twins, self._sources))
        return self._exact[0]

    @property
    def sources(self) -> Any:
        """The texts that it was compiled of, for those who compile them again; None where it came of no text."""
        return self._sources

    def exchange(self, request: Any, client: str, *, endpoint: str | None = None) -> Exchange:
        """The exchange of a request that a client of side `client` ("old" or "new") sent: all calls that it takes.

        It does no I/O: `step()` tells what to look up and what to send, `answer(value)` takes what came of it, until
        `step()` returns Done with the client's response. Raises RouteNotFound where no endpoint takes the request.
        """
        from .exchange import start

        check_side(client, "client")
        return start(self, request, client, endpoint)

    def resume(self, state: Any, request: Any = None, *, lookups: Mapping[str, Any] | None = None) -> Exchange:
        """The exchange that `Exchange.state` was taken of, where it stood.

        Calls that were handed out by then count as sent: those that only read are handed out again, the others become
        `Failed("reset", None)`. `request` is the client's message again, read for its credentials only. No state holds
        the answer to a credential: it is asked for again, unless `lookups` (as in translate_request) answers it.
        Raises MapError where the state is of other specs.
        """
        from .exchange import resume

        return resume(self, state, request, lookups)

    def endpoint(self, name: Any) -> Endpoint:
        """The endpoint of that name; ValueError or TypeError that says which there are."""
        if not isinstance(name, str):
            raise TypeError(f"endpoint must be a name, not {type(name).__name__}")
        if name not in self._endpoints:
            raise ValueError(f"there is no endpoint {name!r}; there are {', '.join(self._endpoints)}")
        return self._endpoints[name]


def _rows(units: tuple[Prepared, ...]) -> Iterator[tuple[Key, str, str, Template, int]]:
    for each in units:
        for side in _SIDES:
            rank = 0 if side in each.unit.prefer else 1
            for number, route in enumerate(each.unit.routes(side)):
                if route.params is not None:
                    continue
                yield (each.number, number), side, route.method, each.templates[side][number], rank


def _calls(units: tuple[Prepared, ...], side: str) -> dict[str, tuple[Key, ...]]:
    """The routes of each RPC method of a side, the preferred ones first."""
    found: dict[str, list[tuple[int, Key]]] = {}
    for each in units:
        rank = 0 if side in each.unit.prefer else 1
        for number, route in enumerate(each.unit.routes(side)):
            if route.params is not None:
                found.setdefault(route.path, []).append((rank, (each.number, number)))
    return {method: tuple(key for _, key in sorted(rows, key=lambda row: row[0])) for method, rows in found.items()}


class Endpoint:
    """One endpoint of an Api, with the compiled functions of its variants."""

    __slots__ = ("_api", "name", "units")

    def __init__(self, api: Api, name: str, units: tuple[Prepared, ...]) -> None:
        self._api = api
        self.name = name
        self.units = units

    def __repr__(self) -> str:
        return f"<Endpoint {self.name}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return getitem, (self._api, self.name)

    @property
    def api(self) -> Api:
        """The Api that it belongs to."""
        return self._api

    @property
    def file(self) -> str:
        """The spec that it stands in."""
        return self.units[0].unit.file

    @property
    def variants(self) -> tuple[str, ...]:
        return tuple(each.unit.variant for each in self.units if each.unit.variant is not None)

    @property
    def scopes(self) -> Mapping[str, tuple[str, ...]]:
        """The permissions that the credential of each side needs, as far as the spec says them: `{"new": ("a",)}`."""
        every = dict.fromkeys(scope for each in self.units for scope in each.unit.scopes)
        sides = dict.fromkeys(side for side, _ in every)
        return {side: tuple(name for of, name in every if of == side) for side in sides}

    @property
    def lookups(self) -> Mapping[str, LookupDecl]:
        """What a program must answer for it, credentials included."""
        names: dict[str, None] = {}
        for each in self.units:
            unit = each.unit
            ways = [unit.request_to_new, unit.request_to_old, unit.response_to_new, unit.response_to_old]
            if unit.failure is not None:
                ways += [unit.failure.to_new, unit.failure.to_old]
            failure = None if unit.gather is None else unit.gather.failure
            ways += [] if failure is None else [failure.to_new, failure.to_old]
            if unit.fan is not None and unit.fan.splits is not None and unit.fan.joins is not None:
                ways += [unit.fan.splits, unit.fan.joins]
            names.update(dict.fromkeys(name for way in ways for name in way.lookups))
            if unit.auth is not None and not unit.auth.same:
                names[unit.auth.credential] = None
        return {name: decl for name, decl in self._api.lookups.items() if name in names and not decl.same}

    def unit(self, variant: str | None = None) -> Prepared:
        """The named variant; without a name the only one, or the first that takes a request in which nothing stands."""
        if variant is not None:
            return self.named(variant)
        for each in self.units:
            if each.unit.variant is None or each.takes_nothing():
                return each
        raise ValueError(f"endpoint {self.name} has no variant that takes an empty request; {self._there()}")

    def named(self, variant: str | None) -> Prepared:
        """The variant of exactly this name; None is that of an endpoint without variants."""
        for each in self.units:
            if each.unit.variant == variant:
                return each
        raise ValueError(f"endpoint {self.name} has no variant {variant!r}; {self._there()}")

    def max_calls(self, client: str, variant: str | None = None) -> int:
        """The most calls that any request of a client of that side takes, with those that it takes by an exchange."""
        from .exchange import most_calls

        check_side(client, "client")
        units = self.units if variant is None else (self.named(variant),)
        return max(most_calls(unit, client) for unit in units)

    def _there(self) -> str:
        return f"it has {', '.join(self.variants)}: pass variant=" if self.variants else "it has no variants"

    def transform(self, part: str, to: str, variant: str | None = None) -> Callable[..., Any]:
        """The compiled function `f(body, answers=None, request=None, back=None)`; `f.keys(body)` says what to look up
        before.

        `answers` is `{lookup: {key: value}}`, `request` what translate_request returned. `back` answers
        `f.back_keys(body, answers, request)` likewise: names that may be read otherwise in one text, asked the other
        way. What passes unchanged is shared with the body that is handed over: copy it before you change either.
        """
        _check_part(part)
        check_side(to)
        unit = self.unit(variant).unit
        if part in unit.opaque:
            raise ValueError(f"the {part} of endpoint {self.name} is bytes: there is no function on its body")
        return transform(*_on_bodies(unit, part, to), (self, part, to, variant))

    def transform_bytes(self, part: str, to: str, variant: str | None = None) -> Callable[..., bytes]:
        """The same from JSON bytes to JSON bytes, numbers digit for digit."""
        _check_part(part)
        check_side(to)
        functions = _on_bodies(self._api.exact.endpoint(self.name).unit(variant).unit, part, to)
        return OnBytes(*functions, (self, part, to, variant))


def _on_bodies(unit: Compiled, part: str, to: str) -> tuple[Callable[..., Any], BackKeys]:
    around, ways = unit.fan if part == "request" else unit.gather, unit.ways(part, to)
    if around is None:
        first = next((row.old if to == "new" else row.new for row in unit.statuses), 200)
        return ways.plain, back_keys_of(ways, first)
    from .fans import OnItems

    on_items = OnItems(around, ways, to)
    return on_items, on_items.back_keys


def _check_part(part: Any) -> None:
    if not isinstance(part, str):
        raise TypeError(f'part must be "request" or "response", not {type(part).__name__}')
    if part not in _PARTS:
        raise ValueError(f'part must be "request" or "response", not {part!r}')
