"""Messages that come in: who takes them, and their parts as generated code reads them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

import attrs

from mapdsl.conversions import same
from mapdsl.errors import Problem, RouteNotFound, TranslationError
from mapdsl.records import Record
from mapdsl.runtime.compiled import ApiSide, Parts, Where, read
from mapdsl.runtime.messages import (
    HIDDEN,
    Call,
    Credential,
    Request,
    Response,
    Template,
    check_document,
    decode,
    fold,
    is_credential,
    is_hidden,
    read_call,
    read_params,
    separated,
    spell_place,
    too_many,
    unknown_method,
)
from mapdsl.runtime.messages import (
    found as shown,
)

from .catalog import Catalog, CatalogUnit
from .credentials import extract
from .raw_body import bytes_fault

__all__ = [
    "IncomingRequest",
    "guards_hold",
    "open_checked",
    "open_request",
    "open_response",
    "parts_of",
    "refuse_misplaced",
    "unit_label",
    "validated",
    "visible",
]

Message = TypeVar("Message", Request, Response)


@attrs.frozen(repr=False)
class IncomingRequest(Record):
    """A request taken apart: the unit that takes it, the route it came by and the one to write, its parts."""

    prepared: CatalogUnit
    request: Request
    came_by: int
    goes_by: int
    based: bool
    parts: Parts
    credential: Credential | None
    quoted: bool = False  # braces stood escaped in a path that holds a credential
    call: Call | None = None
    hidden: tuple[Where, ...] = ()  # where secrets stood that nothing in the spec names: they are not in the parts


def validated(message: Message, number: int | None = None) -> Message:
    """The message, whose body is a JSON document within the limits. `number`: which of several it is."""
    problem = bytes_fault(message.body) if type(message.body) is bytes else check_document(message.body)
    if problem is not None:
        where = problem.path if number is None else f"[{number}].{problem.path}"
        raise TranslationError([attrs.evolve(problem, path=where)])
    return message


def open_request(catalog: Catalog, message: Any, side: str, endpoint: str | None) -> IncomingRequest:
    """Find who takes a request that comes from `side`, and take it apart. The message is not changed."""
    return open_checked(catalog, validated(Request.from_any(message)), side, endpoint)


def open_checked(
    catalog: Catalog, request: Request, side: str, endpoint: str | None, nulls: tuple[str, ...] = ()
) -> IncomingRequest:
    """As `open_request`, of a request that `validated` has returned.

    `nulls` are parameters of a call that are null and not absent, which the call itself does not tell.
    """
    if is_call(catalog.edges[side], request.path):
        return _open_call(catalog, request, side, endpoint, nulls)
    found = catalog.router.find(side, request.method, request.path)
    units = catalog.units
    if endpoint is not None:
        mine = {unit.number for unit in catalog.endpoint(endpoint)}
        found = [row for row in found if row[0][0] in mine]
        units = tuple(unit for unit in units if unit.number in mine)
    if not found:
        keys = {(unit.number, route) for unit in units for route in range(len(unit.templates[side]))}
        raise catalog.router.not_found(side, request.method, request.path, keys)
    for (number, route), params in found:
        opened = _try_route(catalog, catalog.units[number], side, route, request, params)
        if opened is not None:
            return opened
    names = ", ".join(dict.fromkeys(unit_label(catalog.units[number]) for (number, _), _ in found))
    tried = [catalog.units[number] for (number, _), _ in found]
    refused = _refused(catalog, tried, side, request, found[0][1])
    raise RouteNotFound([Problem("$", f"a request that the guards of {names} let in", refused)])


def _refused(
    catalog: Catalog,
    tried: Sequence[CatalogUnit],
    side: str,
    request: Request,
    params: dict[str, str],
    body: Any = None,
) -> str:
    """What the guards of these units refused: each place that they read, what stands there, and what they take."""
    wanted: dict[Where, list[Any]] = {}
    for prepared in tried:
        for route in (*prepared.unit.old, *prepared.unit.new):
            for place, values in route.wants[route.side != side]:
                wanted.setdefault(place, []).extend(values)
    parts, _ = parts_of(catalog, tried[0], side, request, params)
    parts.body = parts.body if body is None else body
    told = [
        f"{spell_place(place, (request.headers,))} is {shown(read(parts, place))}, "
        f"not {' or '.join(dict.fromkeys(map(shown, values)))}"
        for place, values in wanted.items()
        if not any(same(read(parts, place), value) for value in values)
    ]
    return "; ".join(["one that they all refuse", *told])


def is_call(edge: ApiSide, path: str) -> bool:
    """Whether a path is the one that takes the calls of a side."""
    return bool(edge.rpc) and _call_path(edge).match(path) is not None


@cache
def _call_path(edge: ApiSide) -> Template:
    return Template(edge.rpc, edge.base)


def _open_call(
    catalog: Catalog, request: Request, side: str, endpoint: str | None, nulls: tuple[str, ...]
) -> IncomingRequest:
    call = read_call(request.method, request.body)
    mine = None if endpoint is None else {unit.number for unit in catalog.endpoint(endpoint)}
    methods = {
        method: [key for key in keys if mine is None or key[0] in mine] for method, keys in catalog.calls[side].items()
    }
    keys = methods.get(call.method)
    if not keys:
        raise unknown_method(call, (method for method, keys in methods.items() if keys), side)
    longest: tuple[tuple[str, bool], ...] = ()
    fitting = []
    for number, route in keys:
        declared = catalog.units[number].unit.routes(side)[route].params or ()
        longest = max(longest, declared, key=len)
        if len(call.params) <= len(declared):
            fitting.append((number, route, read_params(declared, call.params, nulls)))
    if not fitting:
        raise too_many(call, longest)
    for number, route, body in fitting:
        opened = _try_route(catalog, catalog.units[number], side, route, request, {}, body)
        if opened is not None:
            return attrs.evolve(opened, call=call)
    names = ", ".join(dict.fromkeys(unit_label(catalog.units[number]) for number, _, _ in fitting))
    tried = [catalog.units[number] for number, _, _ in fitting]
    refused = _refused(catalog, tried, side, request, {}, fitting[0][2])
    raise RouteNotFound([Problem("$", f"a call that the guards of {names} let in", refused)])


def unit_label(prepared: CatalogUnit) -> str:
    unit = prepared.unit
    return unit.endpoint if unit.variant is None else f"{unit.endpoint} ({unit.variant})"


def _try_route(
    catalog: Catalog,
    prepared: CatalogUnit,
    side: str,
    route: int,
    request: Request,
    params: dict[str, str],
    body: Any = None,
) -> IncomingRequest | None:
    """The request opened by this route; None where its guards, or those of the routes to write, do not hold."""
    if nameless := prepared.unit.nameless():
        raise TranslationError(nameless, "program")
    parts, credential = parts_of(catalog, prepared, side, request, params)
    parts.route = route
    if body is not None:  # the parameters of a call
        parts.body = body
    if not guards_hold(prepared.unit.routes(side)[route].holds, parts):
        return None
    written = prepared.unit.routes("old" if side == "new" else "new")
    goes_by = next((number for number, each in enumerate(written) if guards_hold(each.chosen, parts)), None)
    if goes_by is None:
        return None
    _refuse_placeholders(prepared, side, route, parts)
    refuse_misplaced(prepared, side, parts)
    base = prepared.templates[side][route].base
    based = not base or request.path.startswith(f"{base}/")
    quoted = credential is not None and "%7b" in request.path.lower()
    hidden = tuple(prepared.spoken("request", side).hide(parts))
    return IncomingRequest(prepared, request, route, goes_by, based, parts, credential, quoted, hidden=hidden)


def _refuse_placeholders(prepared: CatalogUnit, side: str, route: int, parts: Parts) -> None:
    """A path parameter that still is its placeholder: only a credential may be left open."""
    auth = prepared.unit.auth
    carrier = None if auth is None else auth.side(side)
    open_name = carrier.name if carrier is not None and carrier.kind == "path" else None
    missing = [n for n in prepared.templates[side][route].names if n != open_name and n not in (parts.path or {})]
    if missing:
        expected = "a value in the path"
        raise TranslationError([Problem(f"path.{n}", expected, f"the placeholder {{{n}}}") for n in missing])


def refuse_misplaced(prepared: CatalogUnit, side: str, parts: Parts) -> None:
    """A credential where it has no meaning: it would pass on as any parameter or field, for all logs to see."""
    misplaced = prepared.unit.misplaced
    if not misplaced:
        return
    held = {"query": parts.query, "body": parts.body}
    there = [f"{part}.{name}" for each, part, name in misplaced if each == side and name in (_members(held[part]))]
    if there:
        auth = prepared.unit.auth
        carrier = None if auth is None else auth.side(side)
        where = "there is none here" if carrier is None else f"it goes into {carrier.where}"
        raise TranslationError([Problem(path, f"no credential in this place: {where}", HIDDEN) for path in there])


def _members(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def parts_of(
    catalog: Catalog, prepared: CatalogUnit, side: str, request: Request, params: dict[str, str]
) -> tuple[Parts, Credential | None]:
    """The parts of a request without its credential, and the credential."""
    query = separated(request.query, catalog.edges[side].wire, prepared.lists(side))
    path, headers = dict(params), dict(request.headers)
    auth = prepared.unit.auth
    credential = extract(None if auth is None else auth.side(side), path, query, headers)
    document = decode(query, catalog.edges[side].wire, prepared.lists(side))
    named = prepared.names("request", "old" if side == "new" else "new").here
    return Parts(request.body, path, document, visible(headers, prepared.repeated("request", side), named)), credential


def guards_hold(guards: Callable[[Any], bool] | None, parts: Parts) -> bool:
    return guards is None or guards(parts)


def open_response(response: Response, repeated: Collection[str] = (), named: Collection[str] = ()) -> Parts:
    """The parts of a response; headers in `repeated` are lists, those in `named` are known to rules."""
    return Parts(response.body, header=visible(response.headers, repeated, named), status=response.status)


def visible(headers: Mapping[str, Any], repeated: Collection[str], named: Collection[str]) -> dict[str, Any]:
    """The headers as rules read them: credentials are not there, and one that may repeat is a list."""
    return {
        name: [value] if name in repeated and isinstance(value, str) else value
        for name, value in fold(headers).items()
        if not is_credential(name) and (name in named or not is_hidden(name))
    }
