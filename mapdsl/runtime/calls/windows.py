"""The window of a list that a request asks for, and the calls that serve it. Numbers only; messages are in paging.py.

Sides count in pages, offsets or cursors, or give whole lists. A cursor of a server is its own word: `Window.cursor`
holds it and `offset` counts from there. Towards a client of cursors that a server of pages or offsets serves, the
cursors are ours: they hold the offset. Pages whose size nobody says are walked like cursors, and `Window.cursor` is the
number of the page; a client of them gets the whole list as its first page, and nothing behind it.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from decimal import Decimal
from typing import Any

import attrs

from mapdsl.conversions import ABSENT
from mapdsl.records import Record
from mapdsl.runtime.compiled import PagingSide, Parts, Recorder, Where, read

__all__ = [
    "WHOLE",
    "Cursor",
    "Names",
    "Plan",
    "Window",
    "bound_of",
    "cursor_at",
    "plan",
    "position_of",
    "size_of",
    "window",
]

Names = tuple[str, ...]
Cursor = str | int | float | Decimal
WHOLE = PagingSide("none")  # a client of whole lists
_LARGEST = 10**15
_NUMBER = re.compile(r"[0-9]{1,16}\Z")
_CURSOR = re.compile(rb"offset=(0|[1-9][0-9]{0,15})\Z")
_WIDEST = 100_000  # the widest page tried where a side declares no maximum


@attrs.frozen(repr=False)
class Window(Record):
    """Items from `offset` on, at most `limit` of them; None: all that the server gives. `cursor`: counted from it."""

    offset: int
    limit: int | None
    cursor: Cursor | None = None


@attrs.frozen(repr=False)
class Plan(Record):
    """Calls that serve the window `wanted`: `count` pages of `size` items from `start` on, `end` where the last ends.

    count None: as many as the replies ask for. size None: nobody says how many items a call gives. A plan that `walks`
    takes each call's cursor from the reply before it.
    """

    wanted: Window
    start: int = 0
    size: int | None = None
    count: int | None = 1
    end: int | None = None
    walks: bool = False
    ours: bool = False  # the client counts in the server's cursors: a page that is too short has a next one for it, too

    @property
    def known(self) -> int:
        """How many calls are known before a reply is seen."""
        return 1 if self.walks or self.count is None else self.count

    @property
    def complete(self) -> bool:
        return self.count is not None and self.known == self.count

    @property
    def reach(self) -> int | None:
        """Where the items that the calls are made for end; None: with the list."""
        if self.end is not None or self.count is None or self.size is None:
            return self.end
        if self.wanted.limit is None:
            return self.start + self.size * self.count
        return self.wanted.offset + self.wanted.limit

    def window(self, number: int, cursor: Cursor | None = None) -> Window:
        """What call `number`, from 0, asks for."""
        if self.size is None:
            return Window(self.start, None, self.wanted.cursor if number == 0 and self.ours else cursor)
        offset = self.start + number * self.size
        size = self.size if self.end is None else min(self.size, self.end - offset)
        return Window(offset, size, self.wanted.cursor if number == 0 else cursor)

    def step(self, offset: int, cursor: Cursor | None = None) -> Window:
        """What is asked for behind `offset` items."""
        size = self.size if self.end is None or self.size is None else min(self.size, self.end - offset)
        return Window(offset, size, cursor)


def position_of(side: PagingSide) -> Names | None:
    """The query member that says where a window begins."""
    return {"page": side.page, "offset": side.offset, "cursor": side.cursor}.get(side.scheme)


def size_of(side: PagingSide) -> Names | None:
    """The query member that says how many items a window has."""
    return None if side.scheme == "none" else side.size if side.scheme == "page" else side.limit


# --- what is asked for ---------------------------------------------------------------------------------------------


def window(side: PagingSide, asking: Any, log: Recorder, *, foreign: bool = False) -> Window | None:
    """The window that a request of this side asks for, absent fields standing for their defaults.

    `foreign`: its cursors are those of the other side, not ours. None where a field does not fit: the log says which.
    """
    parts = Parts(query=asking) if side.asks == "query" else Parts(body=asking)
    at, size_at = position_of(side), size_of(side)
    if side.scheme == "none":
        return Window(0, None)
    first = side.first if side.scheme == "page" else 0
    began = position = None
    if side.scheme == "cursor":
        began = _from_cursor(parts, side, log, foreign)
        fits = began is not None
    else:
        position, fits = _number(parts, side.asks, at, first, None, log)
    size, sized = _number(parts, side.asks, size_at, 1, side.max, log)
    if not fits or not sized:
        return None
    if side.unsized:
        return _own_page(side, position, foreign)
    size = side.default if size is None else size
    if began is not None:
        return attrs.evolve(began, limit=size)
    if position is None or position == first:
        return Window(0, size)
    if side.scheme == "offset":
        return Window(position, size)
    if size is None:
        log.problem(len(log.rules), (side.asks, *(size_at or at or ())), "a page size, for no default is known", ABSENT)
        return None
    if (position - first) * size > _LARGEST:
        expected = f"a page that begins within the first 10^15 records, of {size} each"
        log.problem(len(log.rules), (side.asks, *(at or ())), expected, position)
        return None
    return Window((position - first) * size, size)


def _own_page(side: PagingSide, number: int | None, foreign: bool) -> Window:
    """A page of the side's own size: the whole list, or what is behind it; `foreign`: that page of the other side."""
    if number is None or number == side.first:
        return Window(0, None)
    return Window(0 if foreign else _LARGEST, None, str(number))


def cursor_at(offset: int) -> str:
    """Our cursor for an offset."""
    return urlsafe_b64encode(f"offset={offset}".encode()).decode("ascii").rstrip("=")


def _from_cursor(parts: Parts, side: PagingSide, log: Recorder, foreign: bool) -> Window | None:
    where: Where = (side.asks, *(side.cursor or ()))
    value = ABSENT if side.cursor is None else read(parts, where)
    if value is ABSENT:
        return Window(0, None)
    if foreign and isinstance(value, (str, int, float, Decimal)) and not isinstance(value, bool):
        return Window(0, None, value)
    found = _CURSOR.match(_decoded(value)) if isinstance(value, str) else None
    if found is not None and int(found[1]) <= _LARGEST:
        return Window(int(found[1]), None)
    log.problem(len(log.rules), where, "a cursor as a reply of this API gave it, or none for the first page", value)
    return None


def _decoded(text: str) -> bytes:
    try:
        return urlsafe_b64decode(f"{text}{'=' * (-len(text) % 4)}")
    except ValueError:
        return b""


def _number(
    parts: Parts, root: str, names: Names | None, low: int, high: int | None, log: Recorder
) -> tuple[int | None, bool]:
    """The number at a place of the request (None: nothing stands there), and whether what stands there fits."""
    where: Where = (root, *(names or ()))
    value = ABSENT if names is None else read(parts, where)
    if value is ABSENT:
        return None, True
    number = int(value) if isinstance(value, str) and _NUMBER.match(value) else value
    if isinstance(number, int) and not isinstance(number, bool) and low <= number <= (high or _LARGEST):
        return number, True
    log.problem(len(log.rules), where, f"a whole number from {low} to {high or '10^15'}", value)
    return None, False


# --- how it is served ----------------------------------------------------------------------------------------------


def plan(server: PagingSide, wanted: Window, *, ours: bool = False) -> Plan:
    """The fewest calls that cover the window, and of equally few those that fetch least.

    `ours`: the client counts in the server's cursors, or in its pages of a size that nobody says.
    """
    if server.scheme == "none":
        return Plan(wanted)
    if server.unsized and ours:
        return Plan(wanted, ours=True)
    if wanted.limit is None and wanted.offset > 0:  # nothing: one item tells the total
        wanted = attrs.evolve(wanted, offset=0, limit=1)
        return attrs.evolve(plan(server, wanted), wanted=attrs.evolve(wanted, offset=_LARGEST, limit=None))
    if server.unsized:
        end = None if wanted.limit is None else wanted.offset + wanted.limit
        return Plan(wanted, count=None, end=end, walks=True)
    if wanted.limit is None:
        return Plan(wanted, 0, server.max or server.default, None, walks=server.scheme == "cursor")
    if server.scheme == "page":
        return _by_pages(server, wanted, wanted.limit)
    start = wanted.offset if server.scheme == "offset" else 0
    end = wanted.offset + wanted.limit
    size = min(end - start, server.max or end - start)
    return Plan(wanted, start, size, -(-(end - start) // size), end, server.scheme == "cursor", ours)


def _by_pages(server: PagingSide, wanted: Window, limit: int) -> Plan:
    size = _page_size(server, wanted.offset, limit)
    return Plan(wanted, wanted.offset // size * size, size, _pages(wanted.offset, limit, size))


def _page_size(server: PagingSide, offset: int, limit: int) -> int:
    if server.size is None:
        return server.default or limit
    most = server.max or max(limit, _WIDEST)
    count = -(-limit // most)
    while True:
        for size in range(-(-limit // count), most + 1):
            if _pages(offset, limit, size) == count:
                return size
        count += 1


def _pages(offset: int, limit: int, size: int) -> int:
    return (offset + limit - 1) // size - offset // size + 1


def bound_of(client: PagingSide, server: PagingSide, scan: int) -> int:
    """The most calls that any window of the client takes. `scan` is how many items a list may have that is looked
    through from its beginning. A server that says `more` may give one item at a time."""
    least = _bound_of_full_pages(client, server, scan)
    if server.more is None or (server.unsized and client.unsized):
        return least
    through = client.scheme == "none" or client.unsized or (server.scheme == "cursor" and client.scheme != "cursor")
    return max(least, scan + 1 if through else client.max or scan)


def _bound_of_full_pages(client: PagingSide, server: PagingSide, scan: int) -> int:
    if server.scheme == "none":
        return 1
    size = server.max or server.default
    if server.unsized:
        return 1 if client.unsized else scan
    if client.scheme == "none" or client.unsized:
        return 1 if size is None else -(-scan // size) + 1
    most = client.max or scan
    if server.scheme == "offset":
        return 1 if server.max is None else -(-most // server.max)
    if server.scheme == "cursor":
        through = most if client.scheme == "cursor" else max(scan, most)
        return 1 if server.max is None else -(-through // server.max)
    page = (server.max or max(most, _WIDEST)) if server.size is not None else (server.default or most)
    return (most + page - 2) // page + 1
