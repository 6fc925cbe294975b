"""A server of numbered records that pages in any scheme. It knows nothing of mapdsl: only dicts go in and out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

Names = tuple[str, ...]
MOST_CALLS = 2000
_DIGITS = re.compile(r"[0-9]+\Z")


@dataclass(frozen=True)
class Call:
    """One call as the server understood it: its window, how many items it gave, its status."""

    offset: int
    limit: int | None
    given: int
    status: int = 200


class Wrong(Exception):
    """A request that the server does not take."""


@dataclass
class FakeServer:
    """Records `{member: 0}`, `{member: 1}`, ... behind one path.

    `position` and `size` are the parameters of the query, `items`, `total`, `next` and `echo` (what is echoed -> place)
    member paths in the reply; `items` () is a root array. `above` says what a size beyond the maximum gets: `refuse`
    (400) or `clamp`. `changes` {k: numbers}: after call k the server holds those records. `short` {k: n}: call k gives
    n items at most. `spoiled` {k: reply}: call k is answered with that.
    """

    scheme: str
    path: str = "/things"
    count: int = 0
    position: str = "page"
    size: str = "per_page"
    default: int = 100
    maximum: int | None = 100
    first: int = 1
    above: str = "refuse"
    member: str = "n"
    items: Names = ("records",)
    total: Names | None = ("total",)
    next: Names | None = ("next",)
    end: Any = None  # what `next` says on the last page: None leaves it out
    echo: dict[str, Names] = field(default_factory=dict)
    changes: dict[int, Sequence[int]] = field(default_factory=dict)
    short: dict[int, int] = field(default_factory=dict)
    spoiled: dict[int, Any] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.numbers: Sequence[int] = range(self.count)

    @property
    def fetched(self) -> int:
        return sum(call.given for call in self.calls)

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """The reply to one request; what changes after this call has changed when it returns."""
        self.requests.append(request)
        k = len(self.requests)
        assert k <= MOST_CALLS, "the exchange does not end"
        try:
            reply = self._reply(request, k)
        except Wrong as wrong:
            self.calls.append(Call(0, None, 0, 400))
            reply = {"status": 400, "headers": {}, "body": {"error": str(wrong)}}
        self.numbers = self.changes.get(k, self.numbers)
        return self.spoiled.get(k, reply)

    def _reply(self, request: dict[str, Any], k: int) -> dict[str, Any]:
        if request["method"] != "GET" or request["path"] != self.path:
            raise Wrong(f"no such route: {request['method']} {request['path']}")
        query = dict(request.get("query") or {})
        limit = self._size(query)
        offset = self._offset(query, limit)
        if query:
            raise Wrong(f"unknown parameters: {', '.join(query)}")
        window = self.numbers[offset:] if limit is None else self.numbers[offset : offset + limit]
        window = window[: self.short.get(k, len(window))]
        self.calls.append(Call(offset, limit, len(window)))
        return {"status": 200, "headers": {}, "body": self._body(window, offset, limit)}

    def _size(self, query: dict[str, Any]) -> int | None:
        if self.scheme == "none":
            return None
        size = _number(self.size, query.pop(self.size, str(self.default)), 1)
        if self.maximum is not None and size > self.maximum:
            if self.above == "refuse":
                raise Wrong(f"{self.size} is at most {self.maximum}")
            return self.maximum
        return size

    def _offset(self, query: dict[str, Any], limit: int | None) -> int:
        if limit is None:
            return 0
        given = query.pop(self.position, None)
        if self.scheme == "page":
            page = self.first if given is None else _number(self.position, given, self.first)
            return (page - self.first) * limit
        if self.scheme == "offset":
            return 0 if given is None else _number(self.position, given, 0)
        return 0 if given is None else _place(given)

    def _body(self, window: Sequence[int], offset: int, limit: int | None) -> Any:
        items = [{self.member: number} for number in window]
        if not self.items:
            return items
        body: dict[str, Any] = {}
        put(body, self.items, items)
        if self.total is not None:
            put(body, self.total, len(self.numbers))
        if self.scheme == "cursor" and self.next is not None:
            after = offset + len(window)
            if after < len(self.numbers):
                put(body, self.next, _cursor(after))
            elif self.end is not None:
                put(body, self.next, self.end)
        for what, place in self.echo.items():
            page = self.first + offset // limit if limit else self.first
            put(body, place, {"page": page, "offset": offset, "limit": limit}[what])
        return body


def put(body: dict[str, Any], names: Names, value: Any) -> None:
    """Write a value at a member path, making the objects on the way."""
    for name in names[:-1]:
        body = body.setdefault(name, {})
    body[names[-1]] = value


def _number(name: str, text: Any, low: int) -> int:
    if not isinstance(text, str) or not _DIGITS.match(text) or int(text) < low:
        raise Wrong(f"{name} is a number from {low}, not {text!r}")
    return int(text)


def _cursor(offset: int) -> str:
    """A text that nobody guesses by counting."""
    return f"k{offset * 7919 + 101:x}z"


def _place(cursor: Any) -> int:
    if not isinstance(cursor, str) or not re.match(r"k[0-9a-f]+z\Z", cursor):
        raise Wrong(f"no cursor of this server: {cursor!r}")
    place, rest = divmod(int(cursor[1:-1], 16) - 101, 7919)
    if rest or place < 0:
        raise Wrong(f"no cursor of this server: {cursor!r}")
    return place
