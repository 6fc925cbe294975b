"""Law 7: an exchange answers as one unlimited server would, and a single call as the two translations do.

A server is made up for the other side: it holds items, and pages as the spec says that this side does. What the client
gets is held against the items of its window, translated in one go.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import attrs

from mapdsl import ir
from mapdsl.conversions import ABSENT
from mapdsl.errors import MapError
from mapdsl.runtime import (
    Ask,
    Done,
    PagingSide,
    Request,
    Response,
    Send,
    TranslatedRequest,
    translate_request,
    translate_response,
)

from .compare import Difference, Where, diverging
from .generate import any_document
from .messages import OTHER, Messages
from .stale import read

__all__ = ["Served", "can_be_served"]

_MOST_STEPS = 200
_WINDOWS = ((0, 10), (0, 1), (1, 7), (2, 10), (0, 100), (1, 100), (3, 33))


def can_be_served(unit: ir.Unit) -> bool:
    """Whether a server can be made up from the spec of this endpoint alone.

    Not for lists that are shown in part, updates that read first and replies that another endpoint fills.
    """
    shown = unit.only_old or unit.only_new or unit.residuals
    paged_fan = unit.fan is not None or unit.gather is not None
    return not (shown or unit.replace or unit.enrich or unit.opaque or unit.data or paged_fan)


@attrs.frozen
class Served:
    """The exchanges of a client's side of a unit."""

    messages: Messages
    client: str

    @property
    def server(self) -> str:
        return OTHER[self.client]

    def check(self, random: Random) -> Iterator[tuple[Request, Difference]]:
        """One exchange, and the first place where its reply is not what it should be."""
        page, size = random.choice(_WINDOWS)
        messages = attrs.evolve(self.messages, window=(page, size))
        document = any_document(
            messages.mapping("request", self.client), random, False, messages.wanted("request", self.client)
        )
        for drawn in messages.requests(self.client, [document]):
            request = drawn.message
            assert isinstance(request, Request)
            for difference in self._compared(request, page, size, random):
                yield request, difference
                return

    def _compared(self, request: Request, page: int, size: int, random: Random) -> Iterator[Difference]:
        unit, lookups = self.messages.unit, self.messages.lookups()
        asked: dict[str, Any] = {"to": self.server, "endpoint": unit.endpoint, "lookups": lookups}
        try:
            sent = translate_request(self.messages.api, request, **asked)
        except MapError:
            return
        if sent.variant != unit.variant:
            return
        if unit.paging is None:
            yield from self._once(request, sent, lookups, random)
        else:
            yield from self._paged(request, sent, lookups, (page, size), random)

    # --- one call --------------------------------------------------------------------------------------------------

    def _once(self, request: Request, sent: TranslatedRequest, lookups: Any, random: Random) -> Iterator[Difference]:
        if len(sent.requests) != 1:
            return
        document = any_document(self.messages.mapping("response", self.server), random, near=False)
        (drawn,) = self.messages.responses(self.server, [document], sent.asked.id(self.server))
        try:
            wanted = translate_response(self.messages.api, drawn.message, to=self.client, request=sent, lookups=lookups)
        except MapError:
            return
        done, calls = self._drive(request, lookups, lambda call: drawn.message)
        yield from diverging([each.to_dict() for each in sent.requests], [call.to_dict() for call in calls])
        if done is not None and len(wanted.responses) == 1:
            yield from diverging(wanted.response.to_dict(), done.response.to_dict())

    def _drive(self, request: Request, lookups: Any, answer: Any) -> tuple[Done | None, list[Request]]:
        exchange = self.messages.api.exchange(request, client=self.client, endpoint=self.messages.unit.endpoint)
        calls: list[Request] = []
        for _ in range(_MOST_STEPS):
            step = exchange.step()
            if isinstance(step, Done):
                return step, calls
            if isinstance(step, Ask):
                source = lookups[step.lookup]
                if isinstance(source, dict):
                    table = source if step.to == "new" else {new: old for old, new in source.items()}
                    exchange.answer({key: table[key] for key in step.keys if key in table})
                else:
                    exchange.answer(source.to_new(step.keys) if step.to == "new" else source.to_old(step.keys))
            elif isinstance(step, Send):
                calls += step.requests
                exchange.answer([answer(call) for call in step.requests])
        return None, calls

    # --- windows ---------------------------------------------------------------------------------------------------

    def _paged(
        self, request: Request, sent: TranslatedRequest, lookups: Any, window: tuple[int, int], random: Random
    ) -> Iterator[Difference]:
        asks, serves = self._side(self.client), self._side(self.server)
        if asks.unsized or serves.unsized:
            return  # how many items a page has is the server's affair
        items = self._items(serves, random)
        start, stop = _window_of(asks, *window)
        try:
            wanted = self._all_at_once(sent, serves, asks, items[start:stop], lookups)
        except MapError:
            return
        if not isinstance(wanted, list):
            return
        done, _ = self._drive(request, lookups, lambda call: self._answer(call, serves, items))
        if done is None:
            yield (), "an end", "calls without one"
            return
        body = done.response.body
        inside: Where = ("result",) if self._route(self.client).params is not None else ()
        if done.response.status >= 400:
            yield ("status",), 200, done.response.status
            return
        yield from _at(("body", *inside, *asks.items), wanted, read(body, (*inside, *asks.items)))
        if asks.total is not None and serves.total is not None:
            yield from _at(("body", *inside, *asks.total), len(items), read(body, (*inside, *asks.total)))

    def _side(self, side: str) -> PagingSide:
        assert self.messages.unit.paging is not None
        return self.messages.unit.paging[side == "new"]

    def _route(self, side: str) -> ir.RouteDecl:
        return (self.messages.unit.old if side == "old" else self.messages.unit.new)[0]

    def _items(self, serves: PagingSide, random: Random) -> list[Any]:
        """What the server holds: items of the documents that its replies may be, over and over."""
        mapping, found = self.messages.mapping("response", self.server), []
        for _ in range(8):
            items = read(any_document(mapping, random, near=False).parts.body, serves.items)
            found += [item for item in items if item is not None] if isinstance(items, list) else []
        count = random.choice((0, 1, 9, 10, 57, 203))
        return (found * (count // max(len(found), 1) + 1))[:count] if found else []

    def _all_at_once(
        self, sent: TranslatedRequest, serves: PagingSide, asks: PagingSide, items: list[Any], lookups: Any
    ) -> Any:
        unit = self.messages.unit
        function: Any = self.messages.api[unit.endpoint].transform("response", to=self.client, variant=unit.variant)
        body = _with({}, serves.items, items)
        answers = {}
        for name, keys in function.keys(body).items():
            source = lookups[name]
            answers[name] = source.to_new(keys) if self.client == "new" else source.to_old(keys)
        made = function(body, answers, sent)
        listed = read(made, asks.items)
        return [] if listed is ABSENT and not items else listed

    def _answer(self, call: Request, serves: PagingSide, items: list[Any]) -> Response:
        asked = self._asked(call, serves)
        size = int(asked(serves.size) or asked(serves.limit) or serves.default or len(items) or 1)
        if serves.max is not None and size > serves.max:
            return Response(400, {}, {"error": f"at most {serves.max}"})
        offset = 0
        if serves.scheme == "page":
            offset = (int(asked(serves.page) or serves.first) - serves.first) * size
        elif serves.scheme == "offset":
            offset = int(asked(serves.offset) or 0)
        elif serves.scheme == "cursor":
            offset = int(asked(serves.cursor) or 0)
        else:
            size = len(items)
        page = items[offset : offset + size]
        facts = [
            (serves.total, len(items)),
            (serves.more, offset + size < len(items)),
            (serves.next, str(offset + size) if offset + size < len(items) else None),
        ]
        echoed = {"page": asked(serves.page), "size": size, "offset": offset, "limit": size}
        facts += [(path, echoed.get(name)) for name, path in serves.echo]
        body = _with({}, serves.items, page)
        for path, value in facts:
            body = _with(body, path, value) if path is not None and value is not None else body
        if self._route(self.server).params is not None:
            body = {"jsonrpc": "2.0", "id": call.body["id"], "result": body}
        return Response(200, {}, body)

    def _asked(self, call: Request, serves: PagingSide) -> Any:
        """Reads a parameter of the window in a request."""
        params = self._route(self.server).params
        if params is not None:
            names = [name for name, _ in params]
            values = dict(zip(names, call.body["params"], strict=False))
        elif serves.asks == "body":
            values = call.body
        else:
            values = dict(call.query)

        def asked(path: tuple[str, ...] | None) -> Any:
            if path is None:
                return None
            found = read(values, path)
            return None if found is ABSENT else found[0] if isinstance(found, list) else found

        return asked


def _window_of(asks: PagingSide, page: int, size: int) -> tuple[int, int | None]:
    """Which items a client of this side asks for."""
    if asks.scheme == "none":
        return 0, None
    if asks.scheme == "cursor":
        return 0, size
    if asks.scheme == "page" and asks.size is None:
        size = asks.default or size
    if asks.scheme == "offset" and asks.limit is None:
        start = page * size
        return start, start + (asks.default or size)
    return page * size, (page + 1) * size


def _with(body: Any, path: Where, value: Any) -> Any:
    if not path:
        return value
    inner = body.get(path[0]) if isinstance(body, dict) else None
    made = dict(body) if isinstance(body, dict) else {}
    made[path[0]] = _with(inner if isinstance(inner, dict) else {}, path[1:], value)
    return made


def _at(where: Where, expected: Any, made: Any) -> Iterator[Difference]:
    yield from diverging(expected, made, where)
