"""The window of a list that a query asks for, and the calls that serve it. Numbers only; messages are in paging.py."""

from __future__ import annotations

import re
from typing import Any

import attrs

from mapdsl.conversions import ABSENT

from .parts import Log, Parts
from .places import Where, read
from .plan import PagingSide

__all__ = ["Calls", "Window", "calls", "position_of", "size_of", "window"]

Names = tuple[str, ...]
_LARGEST = 10**15
_NUMBER = re.compile(r"[0-9]{1,16}\Z")
_WIDEST = 100_000  # the widest page tried where a side declares no maximum


@attrs.frozen
class Window:
    """Items from `offset` on, at most `limit` of them; None: all that the server gives."""

    offset: int
    limit: int | None


@attrs.frozen
class Calls:
    """How many calls a window takes, and how many items each asks for (None: nobody says)."""

    count: int
    size: int | None


def position_of(side: PagingSide) -> Names | None:
    """The query member that says where a window begins."""
    return {"page": side.page, "offset": side.offset, "cursor": side.cursor}.get(side.scheme)


def size_of(side: PagingSide) -> Names | None:
    """The query member that says how many items a window has."""
    return None if side.scheme == "none" else side.size if side.scheme == "page" else side.limit


def window(side: PagingSide, query: Any, log: Log) -> Window | None:
    """The window that a query of this side asks for, absent fields standing for their defaults.

    None where a field does not fit: the log says which.
    """
    parts = Parts(query=query) if side.asks == "query" else Parts(body=query)
    at, size_at = position_of(side), size_of(side)
    if side.scheme == "none":
        return Window(0, None)
    if side.scheme == "cursor":
        log.problem(len(log.rules), ("query",), "paging by page or offset, for cursors are not there yet", ABSENT)
        return None
    first = side.first if side.scheme == "page" else 0
    position, fits = _number(parts, side.asks, at, first, None, log)
    size, sized = _number(parts, side.asks, size_at, 1, side.max, log)
    if not fits or not sized:
        return None
    size = side.default if size is None else size
    if position is None or position == first:
        return Window(0, size)
    if side.scheme == "offset":
        return Window(position, size)
    if size is None:
        log.problem(len(log.rules), (side.asks, *(size_at or at or ())), "a page size, for no default is known", ABSENT)
        return None
    return Window((position - first) * size, size)


def _number(
    parts: Parts, root: str, names: Names | None, low: int, high: int | None, log: Log
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


def calls(server: PagingSide, wanted: Window) -> Calls:
    """The fewest calls that cover the window, and of equally few those that fetch least."""
    if server.scheme == "none":
        return Calls(1, None)
    if wanted.limit is None:  # how many follow is known from the reply
        return Calls(1, server.max or server.default)
    if server.scheme == "offset":
        most = server.max or wanted.limit
        count = -(-wanted.limit // most)
        return Calls(count, wanted.limit if count == 1 else most)
    if server.size is None:
        size = server.default or wanted.limit
        return Calls(_pages(wanted.offset, wanted.limit, size), size)
    most = server.max or max(wanted.limit, _WIDEST)
    best = Calls(wanted.limit + 1, 1)
    for size in range(wanted.limit if wanted.limit <= most else (most + 1) // 2, most + 1):
        count = _pages(wanted.offset, wanted.limit, size)
        if count < best.count:
            best = Calls(count, size)
            if count == 1:
                break
    return best


def _pages(offset: int, limit: int, size: int) -> int:
    return (offset + limit - 1) // size - offset // size + 1
