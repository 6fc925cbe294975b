"""What an exchange must cost, found by trying every page size. Numbers only: it shares no code with mapdsl."""

from __future__ import annotations

from dataclasses import dataclass

from tests.exchange.specs import Side


@dataclass(frozen=True)
class Cost:
    """Calls, and items fetched."""

    calls: int
    fetched: int


def pages(offset: int, limit: int, size: int) -> int:
    """How many pages of that size hold something of the window, by counting them."""
    return (offset + limit - 1) // size - offset // size + 1


def page_plan(offset: int, limit: int, most: int | None) -> tuple[int, int]:
    """Number and size of the fewest pages around the window; of equally few the smallest. Tries every size."""
    sizes = range(1, (most or offset + limit) + 1)
    return min((pages(offset, limit, size), size) for size in sizes)


def quick_page_plan(offset: int, limit: int, most: int) -> tuple[int, int]:
    """The same in less time: one page, then two, ... and in each the sizes from the smallest on."""
    count = 1
    while True:
        for size in range(-(-limit // count), most + 1):
            if pages(offset, limit, size) == count:
                return count, size
        count += 1


def calls_of(server: Side, offset: int, limit: int, start: int = 0) -> list[tuple[int, int]]:
    """The calls that cover the window of an endless list, each as offset and limit; a cursor walks from `start`."""
    if server.scheme == "page":
        count, size = page_plan(offset, limit, server.max)
        return [((offset // size + k) * size, size) for k in range(count)]
    begin = start if server.scheme == "cursor" else offset
    most = server.max or offset + limit
    return [(at, min(most, offset + limit - at)) for at in range(begin, offset + limit, most)]


def cost(server: Side, offset: int, limit: int | None, count: int, start: int = 0) -> Cost:
    """What the window takes from a server with `count` records; `limit` None: the whole list, in the largest pages."""
    if server.scheme == "none":
        return Cost(1, count)
    if limit is None:
        size = server.max or server.default
        plan = [(at, size) for at in range(0, count + size, size)]
    else:
        plan = calls_of(server, offset, limit, start)
    made = [call for k, call in enumerate(plan) if k == 0 or _needed(server, plan, k, offset, count)]
    return Cost(len(made), sum(_within(at, size, count) for at, size in made))


def _needed(server: Side, plan: list[tuple[int, int]], k: int, offset: int, count: int) -> bool:
    """Whether call k is made after the first: its total says so, or the next cursor, or a full page before it."""
    at, before = plan[k][0], plan[k - 1]
    if server.counted:
        return at < count and offset < count
    if server.scheme == "cursor":
        return at < count
    return _within(*before, count) == before[1]


def _within(offset: int, limit: int, count: int) -> int:
    return max(0, min(offset + limit, count) - offset)
