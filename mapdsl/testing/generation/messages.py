"""Whole messages around generated parts: paths, wire queries, credentials, and the request of a response."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any
from urllib.parse import quote

import attrs

from mapdsl import ir
from mapdsl.errors import MapError
from mapdsl.runtime import (
    Api,
    Carrier,
    Fan,
    PagingSide,
    Parts,
    Recorder,
    Request,
    Response,
    TranslatedRequest,
    TranslatedResponse,
    translate_request,
    translate_response,
)

from .answers import MadeUp
from .headers import beside
from .mapping_documents import Document, Wanted, documents

__all__ = ["OTHER", "Drawn", "Messages"]

_SECRETS = {"old": "OLD-KEY", "new": "NEW-KEY"}
OTHER = {"old": "new", "new": "old"}
_PARAMETER = re.compile(r"\{([^}]*)\}")
_ODD_SEGMENTS = ("", ".", "..", "a.b", "%2F", "a/b", "a b", "zoë", "%", "+", "a:b", "{id}", "\u0000", "null", "0")
_ALL = slice(None)
_FAILURES = (400, 404, 422, 500)
_ERRORS: tuple[Any, ...] = (
    *({"error": "No"}, {"message": "No"}, {"code": 7, "odd": [None]}, {"errors": {"a": ["is invalid"]}}),
    *(None, {}, [], "no", {"code": 151, "message": "FORBIDDEN"}),
)
_RPC_ERRORS: tuple[Any, ...] = (
    {"code": 151, "message": "FORBIDDEN"},
    {"code": -1, "message": "x", "data": {"a": [None]}},
)


@attrs.frozen
class Drawn:
    """A message of a side, its kind (`valid` or `near`), and the documents that it was put together from.

    `failure`: it is a reply that says that something failed.
    """

    message: Request | Response
    kind: str
    documents: tuple[Document, ...] = ()
    failure: bool = False


@attrs.frozen
class Messages:
    """Draws the messages of one unit."""

    api: Api
    program: ir.Program
    unit: ir.Unit
    window: tuple[int, int] = (0, 10)  # for sides that page: number of the page from 0, and its size

    def lookups(self, unknown: Iterable[Any] = ()) -> dict[str, Any]:
        """Answers for everything that the endpoint asks for, credentials included, but for some keys."""
        secrets = {_SECRETS["old"]: _SECRETS["new"]}
        needed = self.api[self.unit.endpoint].lookups
        return {name: secrets if decl.credential else MadeUp(decl, frozenset(unknown)) for name, decl in needed.items()}

    def mapping(self, part: str, side: str) -> ir.Mapping:
        """What translates the messages of a side."""
        found: ir.Mapping = getattr(self.unit, part)[side == "new"]
        return found

    def failing(self, side: str) -> ir.Mapping | None:
        """What translates the failures of a side, where the endpoint has rules for them."""
        if self.unit.failure is None:
            return None
        return self.unit.failure.to_new if side == "old" else self.unit.failure.to_old

    def translate(
        self,
        part: str,
        several: Any,
        to: str,
        lookups: Mapping[str, Any],
        request: TranslatedRequest | None = None,
        residue: Any = None,
    ) -> TranslatedRequest | TranslatedResponse:
        """Messages of the unit to a side; a reply with its request, or as one of the unit where all are refused."""
        unit = self.unit
        options: dict[str, Any] = {"to": to, "lookups": lookups, "residue": residue}
        if part == "request":
            return translate_request(self.api, several, endpoint=unit.endpoint, **options)
        named: dict[str, Any] = {"endpoint": unit.endpoint, "variant": unit.variant} if request is None else {}
        return translate_response(self.api, several, request=request, **named, **options)

    def wanted(self, part: str, side: str) -> Wanted | None:
        """What requests of a side must say to come to this unit."""
        if part != "request":
            return None
        always = self.unit.guards_old if side == "old" else self.unit.guards_new
        return Wanted(always, tuple(route.guards for route in self._routes(side)))

    def requests(self, side: str, documents: Iterable[Document]) -> Iterator[Drawn]:
        """Requests that come from a side; parts that no URL can hold are left out."""
        groups: Iterable[tuple[Document, tuple[Document, ...]]] = ((each, (each,)) for each in documents)
        if self.unit.fan is not None and side == "old":
            groups = self._fanned(self.unit.fan.place, documents)
        for number, (whole, sources) in enumerate(groups):
            try:
                yield Drawn(self._request(side, whole.parts, number), whole.kind, sources)
            except MapError:
                continue

    def odd_paths(self, side: str, documents: Sequence[Document]) -> Iterator[Document]:
        """These documents again, each with another odd path parameter: what other routes have as a literal, nothing,
        dots, blanks, and what must be encoded."""
        unit = self.unit
        carrier = None if unit.auth is None else unit.auth.side(side)
        own = carrier.name if carrier is not None and carrier.kind == "path" else None
        for route in self._routes(side):
            names = [name for name in _PARAMETER.findall(route.path) if name != own and route.params is None]
            values = (*_ODD_SEGMENTS, *self._literals(side))
            several = ((name, value) for name in names for value in values)
            for number, (name, value) in enumerate(several):
                if not documents:
                    return
                document = documents[number % len(documents)]
                parts = _with(document.parts, ir.Place("path", (name,)), value)
                yield Document(parts, document.asked, "near")

    def _literals(self, side: str) -> list[str]:
        """The literal segments of all routes of a side."""
        routes = [route for unit in self.program.units for route in (unit.old if side == "old" else unit.new)]
        segments = [part for route in routes if route.params is None for part in route.path.split("/")]
        return list(dict.fromkeys(part for part in segments if part and "{" not in part))

    def responses(self, side: str, documents: Iterable[Document], call_id: Any = 7) -> Iterator[Drawn]:
        """Successful responses that come from a side; `call_id` is that of the call, if one is."""
        statuses = [row.new if side == "new" else row.old for row in self.unit.statuses] or [200]
        is_call = self._routes(side)[0].params is not None
        for number, source in enumerate(documents):
            document = source
            if self.unit.gather is not None and side == "old":
                document = self._gathered(self.unit.gather.place, document)
            document = self._counted(side, document) if number % 8 else document
            status = statuses[number % len(statuses)]
            headers = self._of_reply(number)
            if is_call:
                reply = Response(200, headers, {"jsonrpc": "2.0", "id": call_id, "result": document.parts.body})
            else:
                reply = Response(status, headers, None if status == 204 else document.parts.body)
            yield Drawn(reply, document.kind, (source,))

    def failures(
        self, side: str, documents: Iterable[Document], call_id: Any = 7, share: slice = _ALL
    ) -> Iterator[Drawn]:
        """Replies of a side that say that something failed: what its rules for failures take, and what servers say.
        `share`: which of the latter."""
        if self._routes(side)[0].params is not None:
            for number, (error, name) in list(enumerate(product(_RPC_ERRORS, (call_id, None))))[share]:
                envelope = {"jsonrpc": "2.0", "id": name, "error": error}
                yield Drawn(Response(200, self._of_reply(number), envelope), "valid", (), True)
            for number, document in enumerate(documents):
                body = document.parts.body if isinstance(document.parts.body, dict) else {}
                code, text = body.get("code"), body.get("message")
                error = {**body, "code": code if type(code) is int else -32000, "message": str(text or "No")}
                envelope = {"jsonrpc": "2.0", "id": call_id, "error": error}
                yield Drawn(Response(200, self._of_reply(number), envelope), "near", (document,), True)
            return
        for number, document in enumerate(documents):
            status = document.parts.status
            status = status if status in _FAILURES else 400
            yield Drawn(Response(status, self._of_reply(number), document.parts.body), document.kind, (document,), True)
        for number, body in list(enumerate(_ERRORS))[share]:
            yield Drawn(Response(_FAILURES[number % len(_FAILURES)], self._of_reply(number), body), "near", (), True)

    def exchanges(self, client: str, seed: Any, most: int = 4) -> list[TranslatedRequest]:
        """Requests from the client's side that this unit takes, each translated into one, no two alike."""
        found: list[TranslatedRequest] = []
        told: set[str] = set()
        for drawn in self.requests(
            client, documents(self.mapping("request", client), seed, 80, self.wanted("request", client))
        ):
            try:
                sent = translate_request(
                    self.api, drawn.message, to=OTHER[client], endpoint=self.unit.endpoint, lookups=self.lookups()
                )
            except MapError:
                continue
            if sent.variant == self.unit.variant and len(sent.requests) == 1 and repr(drawn.message) not in told:
                told.add(repr(drawn.message))
                found.append(sent)
            if len(found) == most:
                break
        return found

    def _routes(self, side: str) -> tuple[ir.RouteDecl, ...]:
        return self.unit.old if side == "old" else self.unit.new

    def _fanned(self, place: ir.Place, drawn: Iterable[Document]) -> Iterator[tuple[Document, tuple[Document, ...]]]:
        """Documents of one item each, as messages of one to three of them."""
        fan = next(each.unit.fan for each in self.api.units if each.unit.endpoint == self.unit.endpoint)
        size, waiting = 1, []
        for document in drawn:
            if _fails_to_join(fan, document.parts.item):
                continue  # an item that holds what separates items
            waiting.append(document)
            if len(waiting) < size:
                continue
            several, waiting, size = waiting, [], size % 3 + 1
            items = [document.parts.item for document in several]
            parts, value = several[0].parts, items
            if fan is not None and fan.joins is not None:
                joined = fan.joins.full(Parts(item=items), {}, None, Recorder(fan.joins.rules))
                value = (getattr(joined, place.root) or {}).get(place.path[-1], "") if place.path else joined.body
            kinds = {document.kind for document in several}
            kind = "valid" if kinds == {"valid"} else "near"
            yield Document(_with(parts, place, value), None, kind), tuple(several)

    def _gathered(self, place: ir.Place, document: Document) -> Document:
        """A document of one item, as a reply to one message."""
        return Document(_with(document.parts, place, [document.parts.item]), document.asked, document.kind)

    def _counted(self, side: str, document: Document) -> Document:
        """A whole list, whose total says how many items it has."""
        paging = None if self.unit.paging is None else self.unit.paging[side == "new"]
        if paging is None or paging.total is None or document.kind != "valid":
            return document
        items = document.parts.body
        for name in paging.items:
            items = items.get(name) if isinstance(items, dict) else None
        if not isinstance(items, list):
            return document
        return Document(_with(document.parts, ir.Place("body", paging.total), len(items)), document.asked, "valid")

    @property
    def _declared(self) -> set[str]:
        """The headers that carry a credential, or that a statement names, in lower case."""
        auth = self.unit.auth
        carriers = () if auth is None else (auth.old, auth.new)
        named = {place[1].lower() for _, _, place in self.unit.spoken if place[0] == "header" and len(place) > 1}
        return named | {each.header for each in carriers if each is not None}

    def _of_reply(self, number: int) -> dict[str, Any]:
        return beside(number, {}, reply=True, owned=self._declared)

    def _request(self, side: str, parts: Parts, number: int = 4) -> Request:
        routes = self._routes(side)
        route = routes[parts.route if parts.route < len(routes) else 0]
        edge = self.program.old if side == "old" else self.program.new
        query: dict[str, Any] = {**(parts.query or {}), **(self._window(side) if self._asks(side) == "query" else {})}
        wire = dict(_wire(query, edge.wire))
        headers = {name: _single(value) for name, value in (parts.header or {}).items()}
        carrier = self.unit.auth.side(side) if self.unit.auth is not None else None
        values = dict(parts.path or {})
        if carrier is not None:
            _carry(carrier, _SECRETS[side], values, wire, headers)
        path = edge.base + _filled(route.path, values)
        method, body = route.method, parts.body
        if self._asks(side) == "body" and route.params is None:
            body = dict(body) if isinstance(body, dict) else {}
            for place, value in self._asked(side):
                _put(body, place, int(value))
        if route.params is not None:
            method, path, body = "POST", edge.base + edge.rpc, self._call(route, side, body)
        headers = beside(number, headers, reply=False, owned=self._declared)
        return Request.from_any({"method": method, "path": path, "query": wire, "headers": headers, "body": body})

    def _call(self, route: ir.RouteDecl, side: str, body: Any) -> dict[str, Any]:
        """The call with these parameters: absent ones at the end are left out, others are null."""
        values = dict(body) if isinstance(body, dict) else {}
        for path, value in self._asked(side) if self._asks(side) == "body" else ():
            _put(values, path, int(value))
        names = [name for name, _ in route.params or ()]
        while names and names[-1] not in values:
            names.pop()
        return {"jsonrpc": "2.0", "id": 7, "method": route.path, "params": [values.get(name) for name in names]}

    def _asks(self, side: str) -> str:
        return "" if self.unit.paging is None else self.unit.paging[side == "new"].asks

    def _window(self, side: str) -> dict[str, str]:
        """What asks for the window, where the side pages. The first ten items take one call on both sides."""
        return {path[-1]: value for path, value in self._asked(side)}

    def _asked(self, side: str) -> list[tuple[tuple[str, ...], str]]:
        return [] if self.unit.paging is None else _window(self.unit.paging[side == "new"], *self.window)


def _fails_to_join(fan: Fan | None, item: Any) -> bool:
    if fan is None or fan.joins is None:
        return False
    log = Recorder(fan.joins.rules)
    fan.joins.full(Parts(item=[item]), {}, None, log)
    return bool(log.problems())


def _with(parts: Parts, place: ir.Place, value: Any) -> Parts:
    """The parts with a value at a place, in an object where they have none."""
    made = Parts(parts.body, parts.path, parts.query, parts.header, parts.status, parts.route)
    if not place.path:
        made.body = value
        return made
    whole = getattr(parts, place.root)
    if whole is not None and not isinstance(whole, dict):
        return made
    outer = dict(whole or {})
    setattr(made, place.root, outer)
    for name in place.path[:-1]:
        inner = outer.get(name)
        outer[name] = outer = dict(inner) if isinstance(inner, dict) else {}
    outer[place.path[-1]] = value
    return made


def _window(paging: PagingSide, page: int, size: int) -> list[tuple[tuple[str, ...], str]]:
    position = ((paging.page, str(paging.first + page)), (paging.offset, str(page * size)))
    named = (*position, (paging.size, str(size)), (paging.limit, str(size)))
    return [(path, value) for path, value in named if path is not None]


def _put(values: dict[str, Any], path: tuple[str, ...], value: int) -> None:
    """Write into nested objects; what is no object on the way becomes one."""
    for name in path[:-1]:
        inner = values.get(name)
        values[name] = values = dict(inner) if isinstance(inner, dict) else {}
    values[path[-1]] = value


def _wire(query: dict[str, Any], styles: tuple[str, ...], prefix: str = "") -> Iterator[tuple[str, str | list[str]]]:
    """A nested query as names and texts, in the styles of a side; lists as the first of these writes them."""
    style = next((style for style in styles if style != "range"), "repeated")
    for name, value in query.items():
        flat = f"{prefix}[{name}]" if prefix else name
        if isinstance(value, dict) and "range" in styles:
            yield from _wire(value, styles, flat)
        elif isinstance(value, list) and style == "brackets":
            yield f"{flat}[]", value
        elif isinstance(value, list) and style == "csv":
            yield flat, ",".join(map(str, value))
        elif not isinstance(value, dict):
            yield flat, value[0] if isinstance(value, list) and len(value) == 1 else value


def _single(value: Any) -> Any:
    """A header with one value, as it stands on the wire."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _filled(template: str, values: dict[str, Any]) -> str:
    """A path template with its parameters, percent-encoded; a missing one becomes a word."""
    return _PARAMETER.sub(lambda match: quote(str(values.get(match[1], "x")), safe=""), template)


def _carry(carrier: Carrier, secret: str, path: dict[str, Any], query: dict[str, Any], headers: dict[str, Any]) -> None:
    if carrier.kind == "path":
        path[carrier.name] = secret
    elif carrier.kind == "query":
        query[carrier.name] = secret
    elif carrier.kind == "header":
        headers[carrier.name] = secret
    else:
        basic = b64encode(secret.encode()).decode()
        headers["Authorization"] = f"Bearer {secret}" if carrier.kind == "bearer" else f"Basic {basic}"
