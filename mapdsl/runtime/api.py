"""A loaded API: its endpoints, what it asks for, and the compiled functions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from operator import getitem
from threading import Lock
from typing import TYPE_CHECKING, Any, NoReturn

from mapdsl.runtime.calls import OnItems
from mapdsl.runtime.compiled import ApiSide, CompiledUnit, LookupDecl
from mapdsl.runtime.transport import PLAIN, Catalog, CatalogUnit, catalog_of, other_side
from mapdsl.version import __version__

from .transform import BackKeys, OnBytes, back_keys_of, transform

if TYPE_CHECKING:
    from mapdsl.runtime.exchange import Exchange

__all__ = ["Api", "Endpoint", "rebuild_with"]

_PARTS = ("request", "response")
_rebuild: list[Callable[..., Api]] = []


def rebuild_with(hook: Callable[..., Api]) -> None:
    """Say how an Api is made again from `(sources, version)`; the hook is a function that pickle finds by its name."""
    _rebuild[:] = [hook]


class Api(Mapping[str, "Endpoint"]):
    """The endpoints of two APIs and how they correspond. Immutable, and safe to share between threads.

    A mapping from names to Endpoints. It pickles by the texts of its specs and mapdsl's version: reading it back
    compiles them again.
    """

    __module__ = "mapdsl"

    __slots__ = ("_endpoints", "_exact", "_lock", "_sources", "catalog")

    catalog: Catalog
    _endpoints: dict[str, Endpoint]
    _exact: list[Api]
    _lock: Lock
    _sources: Any

    def __init__(
        self,
        units: tuple[CompiledUnit, ...],
        lookups: tuple[LookupDecl, ...] = (),
        old: ApiSide = PLAIN,
        new: ApiSide = PLAIN,
        digest: str = "",
        sources: Any = None,
    ) -> None:
        catalog = catalog_of(units, lookups, old, new, digest)
        values: dict[str, Any] = {
            "catalog": catalog,
            "_endpoints": {name: Endpoint(self, name, members) for name, members in catalog.by_name.items()},
            "_exact": [],
            "_lock": Lock(),
            "_sources": sources,
        }
        for name, value in values.items():
            object.__setattr__(self, name, value)

    @property
    def digest(self) -> str:
        """A name for what the texts of its specs mean."""
        return self.catalog.digest

    @property
    def lookups(self) -> Mapping[str, LookupDecl]:
        """What a program may be asked for, by name."""
        return self.catalog.lookups

    @property
    def units(self) -> tuple[CatalogUnit, ...]:
        """The compiled variants of all endpoints."""
        return self.catalog.units

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
                edges = self.catalog.edges
                twins = (units, tuple(self.lookups.values()), edges["old"], edges["new"], self.digest)
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
        from mapdsl.runtime.exchange import start  # who only translates goes without

        other_side(client, "client")
        return start(self.catalog, request, client, endpoint)

    def resume(self, state: Any, request: Any = None, *, lookups: Mapping[str, Any] | None = None) -> Exchange:
        """The exchange that `Exchange.state` was taken of, where it stood.

        Calls that were handed out by then count as sent: those that only read are handed out again, the others become
        `Failed("reset", None)`. `request` is the client's message again, read for its credentials only. No state holds
        the answer to a credential: it is asked for again, unless `lookups` (as in translate_request) answers it.
        Raises MapError where the state is of other specs.
        """
        from mapdsl.runtime.exchange import resume

        return resume(self.catalog, state, request, lookups)

    def endpoint(self, name: Any) -> Endpoint:
        """The endpoint of that name; ValueError or TypeError that says which there are."""
        return self._endpoints[self.catalog.endpoint(name)[0].unit.endpoint]


class Endpoint:
    """One endpoint of an Api, with the compiled functions of its variants."""

    __module__ = "mapdsl"

    __slots__ = ("_api", "name", "units")

    def __init__(self, api: Api, name: str, units: tuple[CatalogUnit, ...]) -> None:
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

    def unit(self, variant: str | None = None) -> CatalogUnit:
        """The named variant; without a name the only one, or the first that takes a request in which nothing stands."""
        return self._api.catalog.unit(self.name, variant)

    def named(self, variant: str | None) -> CatalogUnit:
        """The variant of exactly this name; None is that of an endpoint without variants."""
        return self._api.catalog.variant(self.name, variant)

    def max_calls(self, client: str, variant: str | None = None) -> int:
        """The most calls that any request of a client of that side takes, with those that it takes by an exchange."""
        from mapdsl.runtime.exchange import most_calls

        other_side(client, "client")
        units = self.units if variant is None else (self.named(variant),)
        return max(most_calls(unit, client) for unit in units)

    def transform(self, part: str, to: str, variant: str | None = None) -> Callable[..., Any]:
        """The compiled function `f(body, answers=None, request=None, back=None)`; `f.keys(body)` says what to look up
        before.

        `answers` is `{lookup: {key: value}}`, `request` what translate_request returned. `back` answers
        `f.back_keys(body, answers, request)` likewise: names that may be read otherwise in one text, asked the other
        way. What passes unchanged is shared with the body that is handed over: copy it before you change either.
        """
        _check_part(part)
        other_side(to)
        unit = self.unit(variant).unit
        if part in unit.opaque:
            raise ValueError(f"the {part} of endpoint {self.name} is bytes: there is no function on its body")
        return transform(*_on_bodies(unit, part, to), (self, part, to, variant))

    def transform_bytes(self, part: str, to: str, variant: str | None = None) -> Callable[..., bytes]:
        """The same from JSON bytes to JSON bytes, numbers digit for digit."""
        _check_part(part)
        other_side(to)
        functions = _on_bodies(self._api.exact.endpoint(self.name).unit(variant).unit, part, to)
        return OnBytes(*functions, (self, part, to, variant))


def _on_bodies(unit: CompiledUnit, part: str, to: str) -> tuple[Callable[..., Any], BackKeys]:
    around, ways = unit.fan if part == "request" else unit.gather, unit.ways(part, to)
    if around is None:
        first = next((row.old if to == "new" else row.new for row in unit.statuses), 200)
        return ways.plain, back_keys_of(ways, first)
    on_items = OnItems(around, ways, to)
    return on_items, on_items.back_keys


def _check_part(part: Any) -> None:
    if not isinstance(part, str):
        raise TypeError(f'part must be "request" or "response", not {type(part).__name__}')
    if part not in _PARTS:
        raise ValueError(f'part must be "request" or "response", not {part!r}')
