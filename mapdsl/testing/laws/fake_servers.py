"""Made-up servers for law 7: lists in pages, as real servers give them, and what they say when something fails.

A server of a list holds items and pages as the spec says that its side does. Beyond that it has whims, all of them
legitimate: pages that are shorter than asked for while it says that there is more, cursors that are numbers, a cursor
behind the end, pages of a size of its own, items with a secret that no spec names. And it has faults: a mark that
cannot be, or a failure in the middle.
"""

from __future__ import annotations

from random import Random
from typing import Any

import attrs

from mapdsl.conversions import ABSENT
from mapdsl.paths import Where
from mapdsl.runtime import PagingSide, Request, Response

from .stale_residue import read

__all__ = ["SECRET", "Fault", "ListServer", "drawn_failure", "drawn_server", "with_value"]

_STATUSES = (400, 401, 403, 404, 409, 422, 429, 500, 502, 503)
_BODIES: tuple[Any, ...] = (
    *("<html><body><h1>502 Bad Gateway</h1></body></html>", "upstream timed out", "", None, [], {}, 5, False),
    *({"error": "No"}, {"error": {"code": 7, "details": [None]}}, {"errors": ["a", "b"]}, [{"message": "No"}]),
    *({"message": None}, {"title": "Gone", "status": 410, "detail": {"reason": []}}),
)
_HEADERS: tuple[dict[str, Any], ...] = (
    *({}, {}, {"Content-Type": "text/html"}, {"Retry-After": "3"}, {"Location": "/elsewhere"}),
    *({"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT", "Content-Type": "text/plain"},),
)
SECRET = {"client_secret": "no-client-may-see-this"}  # its name is on the list of secrets


@attrs.frozen
class Fault:
    """What reply number `call`, from 1, has wrong: a failure reply, or the kind of a mark that cannot be."""

    call: int
    kind: str  # failure, or the name of a mark and what is wrong with it
    failure: Response | None = None


@attrs.define
class ListServer:
    """A server of a list. `short`: what decides how short its pages are; None: they are full.

    `secret`: every second item that it shows has the SECRET beside its members.
    `params` are the names of a call of JSON-RPC; None: it is no such server. `fault_came`: whether the fault was given.
    """

    side: PagingSide
    items: list[Any]
    params: tuple[str, ...] | None = None
    short: int | None = None
    numbers: bool = False
    keeps_cursor: bool = False
    own_size: int = 3
    secret: bool = False
    fault: Fault | None = None
    fault_came: bool = False
    calls: int = 0
    _begins: list[int] = attrs.field(factory=lambda: [0])  # where page n begins, where pages have their own lengths

    def answer(self, call: Request) -> Response:
        """The reply to one call."""
        self.calls += 1
        if self.fault is not None and self.fault.failure is not None and self.fault.call == self.calls:
            self.fault_came = True
            return self.fault.failure
        side, asked = self.side, self._asked(call)
        if side.unsized:
            size = self.own_size
        else:
            size = int(asked(side.size) or asked(side.limit) or side.default or len(self.items) or 1)
        if side.max is not None and size > side.max:
            return Response(400, {}, {"error": f"at most {side.max}"})
        begin = self._begin(asked, size)
        end = len(self.items) if side.scheme == "none" else begin + self._length(begin, size)
        page = self.items[begin:end]
        if self.secret:
            page = [{**item, **SECRET} if isinstance(item, dict) and n % 2 else item for n, item in enumerate(page)]
        echoed = {"page": asked(side.page), "size": size, "offset": begin, "limit": size}
        body = with_value({}, side.items, page)
        for path, value in (*self._marks(begin, begin + len(page)), *((p, echoed.get(n)) for n, p in side.echo)):
            body = with_value(body, path, value) if path is not None and value is not None else body
        if self.params is not None:
            body = {"jsonrpc": "2.0", "id": call.body["id"], "result": body}
        return Response(200, {}, body)

    def _marks(self, begin: int, end: int) -> list[tuple[Where | None, Any]]:
        side, count = self.side, len(self.items)
        more = end < count
        following: Any = None
        if more or self.keeps_cursor:
            following = end if self.numbers else str(end)
        marks = {"total": count, "more": more, "next": following}
        if self.fault is not None and self.fault.call == self.calls and self.fault.failure is None:
            self._spoil(marks, begin, end)
        return [(side.total, marks["total"]), (side.more, marks["more"]), (side.next, marks["next"])]

    def _spoil(self, marks: dict[str, Any], begin: int, end: int) -> None:
        """Put the fault in, where this page can have it."""
        count, before = len(self.items), dict(marks)
        assert self.fault is not None
        if self.fault.kind == "more is a text":
            marks["more"] = "yes"
        elif self.fault.kind == "total is a text":
            marks["total"] = str(count)
        elif self.fault.kind == "next is no cursor":
            marks["next"] = {"after": end}
        elif self.fault.kind == "total is too small" and begin < end:
            marks["total"] = end - 1
        elif self.fault.kind == "no more before the total" and end < count:
            marks["more"] = False
        elif self.fault.kind == "more behind the total" and end >= count:
            marks["more"] = True
        self.fault_came = marks != before

    def _begin(self, asked: Any, size: int) -> int:
        side = self.side
        if side.scheme == "offset":
            return int(asked(side.offset) or 0)
        if side.scheme == "cursor":
            return int(asked(side.cursor) or 0)
        if side.scheme != "page":
            return 0
        number = int(asked(side.page) or side.first) - side.first
        while len(self._begins) <= number:
            self._begins.append(self._begins[-1] + self._length(self._begins[-1], size))
        return self._begins[number]

    def _length(self, begin: int, size: int) -> int:
        return size if self.short is None else Random(f"{self.short}/{begin}").randint(1, size)

    def _asked(self, call: Request) -> Any:
        """Reads a parameter of the window in a request."""
        if self.params is not None:
            values: Any = dict(zip(self.params, call.body["params"], strict=False))
        else:
            values = call.body if self.side.asks == "body" else dict(call.query)

        def asked(path: tuple[str, ...] | None) -> Any:
            if path is None:
                return None
            found = read(values, path)
            return None if found is ABSENT else found[0] if isinstance(found, list) else found

        return asked


def drawn_server(
    side: PagingSide, items: list[Any], params: tuple[str, ...] | None, random: Random, *, names_all: bool = False
) -> ListServer:
    """A server of these items, with whims and now and then a fault. `names_all`: the spec speaks of any member."""
    server = ListServer(side, items, params, own_size=random.choice((1, 2, 7)), numbers=random.random() < 0.5)
    if side.more is not None or side.scheme == "cursor":
        server.short = random.randrange(1000) if random.random() < 0.5 else None
    server.keeps_cursor = side.more is not None and random.random() < 0.3
    server.secret = not names_all and random.random() < 0.3
    kinds = ["failure"]
    kinds += ["more is a text"] if side.more is not None else []
    kinds += ["total is a text", "total is too small"] if side.total is not None else []
    kinds += ["no more before the total", "more behind the total"] if side.more and side.total else []
    kinds += ["next is no cursor"] if side.next is not None else []
    if random.random() < 0.4:
        kind = random.choice(kinds)
        # A total that a later reply says otherwise is told as torn, and is no fault.
        call = 1 if "total" in kind else random.choice((1, 1, 2, 3))
        server.fault = Fault(call, kind, drawn_failure(random) if kind == "failure" else None)
    return server


def drawn_failure(random: Random) -> Response:
    """What a server, or what stands before it, says when something fails: any status, any body."""
    return Response(random.choice(_STATUSES), dict(random.choice(_HEADERS)), random.choice(_BODIES))


def with_value(body: Any, path: Where, value: Any) -> Any:
    """A copy of a body with a value at a member path, in objects where there are none."""
    if not path:
        return value
    inner = body.get(path[0]) if isinstance(body, dict) else None
    made = dict(body) if isinstance(body, dict) else {}
    made[path[0]] = with_value(inner if isinstance(inner, dict) else {}, path[1:], value)
    return made
