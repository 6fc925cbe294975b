"""Whole messages around generated parts: paths, wire queries, credentials, and the request of a response."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

import attrs

from mapdsl import ir
from mapdsl.errors import MapError
from mapdsl.runtime import (
    Api,
    Carrier,
    Log,
    PagingSide,
    Parts,
    Request,
    Response,
    TranslatedRequest,
    translate_request,
)

from .answers import MadeUp
from .generate import Document, documents

__all__ = ["Messages"]

_SECRETS = {"old": "OLD-KEY", "new": "NEW-KEY"}
_OTHER = {"old": "new", "new": "old"}


@attrs.frozen
class Messages:
    """Draws the messages of one unit."""

    api: Api
    program: ir.Program
    unit: ir.Unit

    def lookups(self) -> dict[str, Any]:
        """Answers for everything that the API asks for, credentials included."""
        secrets = {_SECRETS["old"]: _SECRETS["new"]}
        return {decl.name: secrets if decl.credential else MadeUp(decl) for decl in self.program.lookups}

    def requests(self, side: str, seed: int, count: int) -> Iterator[tuple[Request, str]]:
        """Requests that come from a side, `valid` or `near`; parts that no URL can hold are left out."""
        mapping = self.unit.request[side == "new"]
        if self.unit.fan is not None and side == "old":
            drawn = self._fanned(self.unit.fan.place, documents(mapping, seed, 3 * count))
        else:
            drawn = documents(mapping, seed, count)
        for document in drawn:
            try:
                yield self._request(side, document.parts), document.kind
            except MapError:
                continue

    def responses(self, side: str, seed: int, count: int, call_id: Any = 7) -> Iterator[tuple[Response, str]]:
        """Successful responses that come from a side, `valid` or `near`; `call_id` is that of the call, if one is."""
        mapping = self.unit.response[side == "new"]
        statuses = [row.new if side == "new" else row.old for row in self.unit.statuses] or [200]
        is_call = (self.unit.old if side == "old" else self.unit.new)[0].params is not None
        drawn = documents(mapping, seed, count)
        if self.unit.gather is not None and side == "old":
            drawn = self._gathered(self.unit.gather.place, drawn)
        for number, document in enumerate(drawn):
            document = self._counted(side, document) if number % 2 else document
            status = statuses[number % len(statuses)]
            if is_call:
                yield Response(200, {}, {"jsonrpc": "2.0", "id": call_id, "result": document.parts.body}), document.kind
                continue
            yield Response(status, {}, None if status == 204 else document.parts.body), document.kind

    def exchange(self, client: str, seed: int) -> TranslatedRequest | None:
        """A request from the client's side that this unit takes, translated into one; None where none was found."""
        for request, _ in self.requests(client, seed, 60):
            try:
                sent = translate_request(
                    self.api, request, to=_OTHER[client], endpoint=self.unit.endpoint, lookups=self.lookups()
                )
            except MapError:
                continue
            if sent.variant == self.unit.variant and len(sent.requests) == 1:
                return sent
        return None

    def _fanned(self, place: ir.Place, drawn: Iterable[Document]) -> Iterator[Document]:
        """Documents of one item each, as messages of one to three of them."""
        fan = next(each.unit.fan for each in self.api.units if each.unit.endpoint == self.unit.endpoint)
        waiting, size = list(drawn), 0
        while waiting:
            size = size % 3 + 1
            several, waiting = waiting[:size], waiting[size:]
            items = [document.parts.item for document in several]
            parts, value = several[0].parts, items
            if fan is not None and fan.joins is not None:
                joined = fan.joins.full(Parts(item=items), {}, None, Log(fan.joins.rules))
                value = (getattr(joined, place.root) or {}).get(place.path[-1], "") if place.path else joined.body
            kinds = {document.kind for document in several}
            yield Document(_with(parts, place, value), None, "valid" if kinds == {"valid"} else "near")

    def _gathered(self, place: ir.Place, drawn: Iterable[Document]) -> Iterator[Document]:
        """Documents of one item, as replies to one message."""
        for document in drawn:
            yield Document(_with(document.parts, place, [document.parts.item]), document.asked, document.kind)

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

    def _request(self, side: str, parts: Parts) -> Request:
        routes = self.unit.old if side == "old" else self.unit.new
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
        if route.params is not None:
            method, path, body = "POST", edge.base + edge.rpc, self._call(route, side, body)
        return Request.from_any({"method": method, "path": path, "query": wire, "headers": headers, "body": body})

    def _call(self, route: ir.RouteDecl, side: str, body: Any) -> dict[str, Any]:
        """The call with these parameters: absent ones at the end are left out, others are null."""
        values = dict(body) if isinstance(body, dict) else {}
        if self._asks(side) == "body" and self.unit.paging is not None:
            for path, value in _window(self.unit.paging[side == "new"]):
                _put(values, path, int(value))
        names = [name for name, _ in route.params or ()]
        while names and names[-1] not in values:
            names.pop()
        return {"jsonrpc": "2.0", "id": 7, "method": route.path, "params": [values.get(name) for name in names]}

    def _asks(self, side: str) -> str:
        return "" if self.unit.paging is None else self.unit.paging[side == "new"].asks

    def _window(self, side: str) -> dict[str, str]:
        """The first ten items, where the side pages: a window that one call answers on both sides."""
        if self.unit.paging is None:
            return {}
        return {path[-1]: value for path, value in _window(self.unit.paging[side == "new"])}


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


def _window(paging: PagingSide) -> list[tuple[tuple[str, ...], str]]:
    named = ((paging.page, str(paging.first)), (paging.offset, "0"), (paging.size, "10"), (paging.limit, "10"))
    return [(path, value) for path, value in named if path is not None]


def _put(values: dict[str, Any], path: tuple[str, ...], value: int) -> None:
    """Write into nested objects; what is no object on the way becomes one."""
    for name in path[:-1]:
        inner = values.get(name)
        values[name] = values = dict(inner) if isinstance(inner, dict) else {}
    values[path[-1]] = value


def _wire(query: dict[str, Any], styles: tuple[str, ...], prefix: str = "") -> Iterator[tuple[str, str | list[str]]]:
    """A nested query as names and texts, in the styles of a side."""
    for name, value in query.items():
        flat = f"{prefix}[{name}]" if prefix else name
        if isinstance(value, dict) and "range" in styles:
            yield from _wire(value, styles, flat)
        elif isinstance(value, list) and "brackets" in styles:
            yield f"{flat}[]", value
        elif isinstance(value, list) and "csv" in styles:
            yield flat, ",".join(map(str, value))
        elif not isinstance(value, dict):
            yield flat, value[0] if isinstance(value, list) and len(value) == 1 else value


def _single(value: Any) -> Any:
    """A header with one value, as it stands on the wire."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _filled(template: str, values: dict[str, Any]) -> str:
    """A path template with its parameters, percent-encoded; a missing one becomes a word."""
    return re.sub(r"\{([^}]*)\}", lambda match: quote(str(values.get(match[1], "x")), safe=""), template)


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
