"""A program of the intermediate representation: its endpoints with their routes, codes and mappings, as frozen data."""

from __future__ import annotations

from typing import Any

import attrs

from mapdsl.runtime import ApiSide, Auth, Enrich, FieldDecl, LookupDecl, PagingSide, Replace, Residual

from .ops import Guard, Mapping, Place

__all__ = [
    "Failure",
    "Fan",
    "Gather",
    "Program",
    "RouteDecl",
    "StatusRow",
    "Unit",
]


@attrs.frozen
class RouteDecl:
    """`path` is the template with `{names}`; `guards` read this side's request, `chosen` the other side's: the route is
    written for it where they hold. `params`: a method of RPC, its parameters and whether each may be left out."""

    side: str
    method: str
    path: str
    guards: tuple[Guard, ...] = ()
    chosen: tuple[Guard, ...] = ()
    line: int = 0
    params: tuple[tuple[str, bool], ...] | None = None

    @property
    def wants(self) -> tuple[tuple[tuple[tuple[str, ...], tuple[Any, ...]], ...], ...]:
        """The places with their values that a request of this side, and one of the other, must have."""
        return tuple(
            tuple(
                ((guard.place.root, *guard.place.path), guard.values)
                for guard in guards
                if guard.kind in ("is", "one_of") and guard.selection is None
            )
            for guards in (self.guards, self.chosen)
        )


@attrs.frozen
class StatusRow:
    """A success code of each side. `guards_old` and `guards_new` read the reply of that side, as it came or as it was
    made: of several rows for one code the first whose guards hold says what becomes of it."""

    old: int
    arrow: str
    new: int
    guards_old: tuple[Guard, ...] = ()
    guards_new: tuple[Guard, ...] = ()


@attrs.frozen
class Failure:
    """`guards_old` and `guards_new` read the response of that side (besides status >= 400)."""

    guards_old: tuple[Guard, ...]
    guards_new: tuple[Guard, ...]
    to_new: Mapping
    to_old: Mapping


@attrs.frozen
class Fan:
    """One old request is a new one for each item of the list at `place`.

    The mappings of the request run once for each item, which is their root `item`. `split`: where the items are no list
    as they stand, mappings from the place to the item, to new, and back, to old. `key`: the member that identifies one.
    """

    place: Place
    rule: int
    key: str | None = None
    split: tuple[Mapping, Mapping] | None = None


@attrs.frozen
class Gather:
    """The replies of a fan's calls are the items of the list at `place` of one old reply; the mappings of the response
    run once for each, and `item` is the item on the old side. `failure` maps between a failed reply and an item, with
    the rules of the response. Modes and the rest: see `mapdsl.runtime.Gather`."""

    place: Place
    rule: int
    mode: str
    key: str | None = None
    stop: bool = False
    omit: tuple[int, ...] = ()
    failure: Failure | None = None


@attrs.frozen
class Unit:
    """One endpoint, or one variant of it: routes, request and response in both directions."""

    endpoint: str
    variant: str | None
    file: str
    line: int
    old: tuple[RouteDecl, ...]
    new: tuple[RouteDecl, ...]
    request: tuple[Mapping, Mapping]
    response: tuple[Mapping, Mapping]
    auth: Auth | None = None
    paging: tuple[PagingSide, PagingSide] | None = None
    statuses: tuple[StatusRow, ...] = ()
    failure: Failure | None = None
    prefer: tuple[str, ...] = ()
    guards_old: tuple[Guard, ...] = ()
    guards_new: tuple[Guard, ...] = ()
    bodiless: tuple[str, ...] = ()
    fields: tuple[tuple[str, str, tuple[FieldDecl, ...]], ...] = ()
    opaque: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    fan: Fan | None = None
    gather: Gather | None = None
    scan: int = 10_000
    totals: str = "exact"
    only_old: tuple[Guard, ...] = ()  # read the root `item`: an item of an old list
    only_new: tuple[Guard, ...] = ()
    residuals: tuple[Residual, ...] = ()
    replace: Replace | None = None
    enrich: tuple[Enrich, ...] = ()
    keyed: tuple[tuple[str, str], ...] = ()
    scopes: tuple[tuple[str, str], ...] = ()
    misplaced: tuple[tuple[str, str, str], ...] = ()
    spoken: tuple[tuple[str, str, tuple[str, ...]], ...] = ()  # part, side, and a place that a statement names
    assumed: tuple[tuple[str, str | None, str], ...] = ()
    guessed: tuple[tuple[str, str, str, str, tuple[str, ...]], ...] = ()


@attrs.frozen
class Program:
    """A whole API: its units in the order of the files, its lookups, its two edges, the digest of its sources."""

    units: tuple[Unit, ...]
    lookups: tuple[LookupDecl, ...]
    old: ApiSide
    new: ApiSide
    digest: str
