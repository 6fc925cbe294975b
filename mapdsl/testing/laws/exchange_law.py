"""Law 7: an exchange answers as one unlimited server would, and a single call as the two translations do.

A server is made up for the other side: see fake_servers.py. What the client gets is held against the items of its
window, translated in one go; a failure stays one, marks that cannot be are refused, and secrets stay with their server.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

import attrs

from mapdsl import ir
from mapdsl.conversions import ABSENT
from mapdsl.errors import MapError
from mapdsl.paths import Where
from mapdsl.runtime import (
    Ask,
    Done,
    PagingSide,
    Replace,
    Request,
    Response,
    Send,
    TranslatedRequest,
    translate_request,
    translate_response,
)
from mapdsl.testing.generation import OTHER, Messages, any_document

from .compare import Difference, diverging
from .fake_servers import SECRET, ListServer, drawn_failure, drawn_server, with_value
from .stale_residue import read

__all__ = ["Served", "can_be_served"]

_MOST_STEPS = 500
_FAILS = 0.3  # of single calls
_NOTHING = 0.1
_ODD = 0.2  # of requests: a path parameter that is odd
_OF_THE_SERVER = {**SECRET, "made_by_the_server": {"at": 1}}  # no spec names these
_WINDOWS = ((0, 10), (0, 1), (1, 7), (2, 10), (0, 100), (1, 100), (3, 33))


def can_be_served(unit: ir.Unit) -> bool:
    """Whether a server can be made up from the spec of this endpoint alone.

    Not for lists that are shown in part and replies that another endpoint fills.
    """
    shown = unit.only_old or unit.only_new or unit.residuals
    paged_fan = unit.fan is not None or unit.gather is not None
    return not (shown or unit.enrich or unit.opaque or unit.data or paged_fan)


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
        if random.random() < _ODD:
            several = list(messages.odd_paths(self.client, [document]))
            document = random.choice(several) if several else document
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
        replace = unit.replace
        if replace is not None and (self.server != replace.partial or replace.policy == "read_modify_write"):
            yield from self._updated(replace, request, lookups, random)
            return
        for call in sent.requests:
            yield from self.read_back(call)
        if unit.paging is None:
            yield from self._once(request, sent, lookups, random)
        else:
            yield from self._paged(request, sent, lookups, (page, size), random)

    def read_back(self, call: Request) -> Iterator[Difference]:
        """Where a call of this endpoint is read as one of another, whose route takes what stands in the path."""
        try:
            home = translate_request(self.messages.api, call, to=self.client, lookups=self.messages.lookups())
        except MapError:
            return
        written, units = self.messages.unit, self.messages.program.units
        reads = [each for each in units if each.endpoint == home.endpoint]
        if home.endpoint == written.endpoint or self._paths(written) & set().union(*map(self._paths, reads)):
            return  # endpoints of the other side that share a route: `prefer` says which one it is
        yield ("path",), f"a path that {written.endpoint} reads", f"{call.path}, which {home.endpoint} reads"

    def _paths(self, unit: ir.Unit) -> set[tuple[str, str]]:
        routes = unit.old if self.server == "old" else unit.new
        return {(route.method, re.sub(r"\{[^}]*\}", "{}", route.path)) for route in routes}

    # --- one call --------------------------------------------------------------------------------------------------

    def _once(self, request: Request, sent: TranslatedRequest, lookups: Any, random: Random) -> Iterator[Difference]:
        if len(sent.requests) != 1:
            return
        reply, fails = self._reply(sent, random)
        try:
            wanted = translate_response(self.messages.api, reply, to=self.client, request=sent, lookups=lookups)
        except MapError as error:
            if fails and self._route(self.server).params is None:
                yield ("status",), reply.status, f"an error: {error}"
            return
        done, calls = self._drive(request, lookups, lambda call: reply)
        yield from diverging([each.to_dict() for each in sent.requests], [call.to_dict() for call in calls])
        if done is None or len(wanted.responses) != 1:
            return
        yield from diverging(wanted.response.to_dict(), done.response.to_dict())
        if fails and not self._is_failure(done.response):
            yield ("status",), reply.status, done.response.status

    def _reply(self, sent: TranslatedRequest, random: Random) -> tuple[Response, bool]:
        """What the server says to one call, and whether that is a failure."""
        chance = random.random()
        if chance < _FAILS:
            return drawn_failure(random), True
        if chance < _FAILS + _NOTHING and self._route(self.server).params is None:
            return Response(204, {}, None), False
        document = any_document(self.messages.mapping("response", self.server), random, near=False)
        (drawn,) = self.messages.responses(self.server, [document], sent.asked.id(self.server))
        assert isinstance(drawn.message, Response)
        return drawn.message, False

    def _is_failure(self, response: Response) -> bool:
        """Whether the client can tell a failure: by its status, or as its own rules say it."""
        failure, body = self.messages.unit.failure, response.body
        if self._route(self.client).params is not None:
            return isinstance(body, dict) and "error" in body
        says = failure is not None and (failure.guards_old if self.client == "old" else failure.guards_new)
        return bool(says) or response.status >= 400

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

    # --- updates ---------------------------------------------------------------------------------------------------

    def _updated(self, replace: Replace, request: Request, lookups: Any, random: Random) -> Iterator[Difference]:
        """An update that reads the object first: what nothing in the spec names is written back, or not spoken of."""
        standing = self._standing(replace, random)
        place = replace.places[self.server == "new"]
        shown = Response(200, {"ETag": '"1"'}, with_value({}, place[1:], standing))
        calls: list[Request] = []

        def answer(call: Request) -> Response:
            calls.append(call)
            return shown

        try:
            done, _ = self._drive(request, lookups, answer)
        except MapError:
            done = None  # the answer to the client is no matter of this law
        if done is not None and not self._names_any(place) and _shows_secret(done):
            yield (), "a secret that stays with the server", "one that the client gets"
        if len(calls) < 2 or not isinstance(calls[1].body, dict):
            return
        yield from self.read_back(calls[1])
        written, partial = calls[1].body, self.server == replace.partial
        for name, value in _OF_THE_SERVER.items():
            if partial and name in written:
                yield ("body", name), "nothing, for no rule names it", written[name]
            elif not partial and replace.rest == "keep":
                yield from _at(("body", name), value, written.get(name, ABSENT))

    def _names_any(self, place: tuple[str, ...]) -> bool:
        """Whether a rule for replies speaks of any member that an object at this place of the server's body has."""
        for part, side, spoken in self.messages.unit.spoken:
            if part != "response" or side != self.server:
                continue
            whole = spoken[: spoken.index("**")] if "**" in spoken else None
            if whole is not None and place[: len(whole)] == whole:
                return True
            if spoken[: len(place)] == place and spoken[len(place) : len(place) + 1] == ("*",):
                return True
        return False

    def _standing(self, replace: Replace, random: Random) -> dict[str, Any]:
        """An object that the server holds: one that its reply may show, with a secret and a member of its own."""
        (unit, *_) = (each for each in self.messages.program.units if each.endpoint == replace.read)
        mapping = attrs.evolve(self.messages, unit=unit).mapping("response", self.server)
        place = replace.places[self.server == "new"]
        shown = read(any_document(mapping, random, near=False).parts.body, place[1:])
        return {**(shown if isinstance(shown, dict) else {}), **_OF_THE_SERVER}

    # --- windows ---------------------------------------------------------------------------------------------------

    def _paged(
        self, request: Request, sent: TranslatedRequest, lookups: Any, window: tuple[int, int], random: Random
    ) -> Iterator[Difference]:
        asks, serves = self._side(self.client), self._side(self.server)
        if asks.unsized and (serves.unsized or window[0]):
            return  # page 2 of a size that nobody says
        params = self._route(self.server).params
        names = None if params is None else tuple(name for name, _ in params)
        names_all = self._names_any(("body", *serves.items, "[]"))
        server = drawn_server(serves, self._items(serves, random), names, random, names_all=names_all)
        start, stop = _window_of(asks, *window)
        try:
            wanted = self._all_at_once(sent, serves, asks, server.items[start:stop], lookups)
        except MapError:
            return
        if not isinstance(wanted, list):
            return
        try:
            done, _ = self._drive(request, lookups, server.answer)
        except MapError as error:
            if not server.fault_came and not _is_lost(serves, server, start):
                yield (), "an answer", f"an error: {error}"
            return
        if done is not None and _shows_secret(done):
            yield (), "a secret that stays with the server", "one that the client gets"
        if done is None:
            yield (), "an end", "calls without one"
        elif server.fault_came:
            if server.fault is None or server.fault.failure is None:
                yield (), f"a refusal of what the server says: {server.fault}", "an answer"
            elif not self._is_failure(done.response):
                yield ("status",), server.fault.failure.status, done.response.status
        elif not _is_lost(serves, server, start):
            yield from self._window(done.response, asks, server, wanted, start, stop)

    def _window(
        self, response: Response, asks: PagingSide, server: ListServer, wanted: list[Any], start: int, stop: int | None
    ) -> Iterator[Difference]:
        """What the client gets against the items of its window, and what it is told of them."""
        if response.status >= 400:
            yield ("status",), 200, response.status
            return
        inside: Where = ("result",) if self._route(self.client).params is not None else ()
        got = read(response.body, (*inside, *asks.items))
        walks_itself = asks.scheme == server.side.scheme == "cursor"
        if walks_itself and isinstance(got, list) and got:
            wanted = wanted[: len(got)]  # its page may be short, for the cursor goes on behind it
        yield from _at(("body", *inside, *asks.items), wanted, got)
        if asks.total is not None and server.side.total is not None:
            yield from _at(
                ("body", *inside, *asks.total), len(server.items), read(response.body, (*inside, *asks.total))
            )
        behind = start + len(wanted) < len(server.items) if stop is not None else False
        if asks.more is not None and (more := read(response.body, (*inside, *asks.more))) is not ABSENT:
            yield from _at(("body", *inside, *asks.more), behind and start < len(server.items), more)
        if asks.next is not None and behind and wanted:
            following = read(response.body, (*inside, *asks.next))
            if following is ABSENT or following is None:
                yield ("body", *inside, *asks.next), "a cursor, for there is more", following

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
        body = with_value({}, serves.items, items)
        answers = _answered(lookups, function.keys(body), self.client)
        back = _answered(lookups, function.back_keys(body, answers, sent), self.server)
        made = function(body, answers, sent, back)
        listed = read(made, asks.items)
        return [] if listed is ABSENT and not items else listed


def _answered(lookups: Any, keys: Mapping[str, list[Any]], to: str) -> dict[str, Any]:
    """What lookups answer to the keys of a body."""
    sources = {name: lookups[name] for name in keys}
    return {n: source.to_new(keys[n]) if to == "new" else source.to_old(keys[n]) for n, source in sources.items()}


def _shows_secret(done: Done) -> bool:
    shown = f"{done.response.to_dict()} {done.lost} {done.residue}"
    return any(secret in shown for secret in SECRET.values())


def _is_lost(serves: PagingSide, server: ListServer, start: int) -> bool:
    """Whether nobody can tell where a window lies: behind short pages that are counted by number."""
    return server.short is not None and serves.scheme == "page" and start > 0


def _window_of(asks: PagingSide, page: int, size: int) -> tuple[int, int | None]:
    """Which items a client of this side asks for."""
    if asks.scheme == "none" or asks.unsized:
        return 0, None
    if asks.scheme == "cursor":
        return 0, size
    if asks.scheme == "page" and asks.size is None:
        size = asks.default or size
    if asks.scheme == "offset" and asks.limit is None:
        start = page * size
        return start, start + (asks.default or size)
    return page * size, (page + 1) * size


def _at(where: Where, expected: Any, made: Any) -> Iterator[Difference]:
    yield from diverging(expected, made, where)
