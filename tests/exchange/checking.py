"""One window through an exchange, held against what the records alone say."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import Any

from mapdsl import Api, loads
from tests.exchange.driving import Run, drive
from tests.exchange.fake_server import FakeServer, put
from tests.exchange.oracle import Cost, cost
from tests.exchange.specs import ITEMS, MEMBER, Side, asking, place, server, spec

OTHER = {"old": "new", "new": "old"}
_NOTHING = object()


@functools.cache
def api_of(old: Side, new: Side, scan: int | None = None) -> Api:
    return loads(spec(old, new, scan))


@dataclass(frozen=True)
class Pair:
    """A client of one side, and a server of the other."""

    client: str
    asks: Side
    serves: Side
    scan: int | None = None

    @property
    def api(self) -> Api:
        sides = (self.asks, self.serves)
        return api_of(*(sides if self.client == "old" else sides[::-1]), self.scan)

    def server(self, count: int, **more: Any) -> FakeServer:
        return server(OTHER[self.client], self.serves, count, **more)

    def asking(self, position: Any = None, size: Any = None) -> dict[str, Any]:
        return asking(self.client, self.asks, position, size)

    def run(self, fake: FakeServer, position: Any = None, size: Any = None, **more: Any) -> Run:
        """Drive one exchange, and see that no call was refused and none was made beyond the bound."""
        run = drive(self.api, self.asking(position, size), self.client, fake.answer, **more)
        assert [call for call in fake.calls if call.status != 200] == [], fake.requests
        assert len(fake.calls) == sum(run.waves) <= run.max_calls
        return run


def read(body: Any, names: tuple[str, ...]) -> Any:
    for name in names:
        body = body.get(name, _NOTHING) if isinstance(body, dict) else _NOTHING
    return body


def listed(pair: Pair, run: Run) -> list[int]:
    """The numbers of the records in the client's reply."""
    items = read(run.done.response.body, () if pair.asks.root else ITEMS[pair.client])
    return [item[MEMBER[pair.client]] for item in items]


def next_of(pair: Pair, run: Run) -> str | None:
    """The cursor for what follows the reply."""
    after = read(run.done.response.body, place(pair.client, "next"))
    return None if after is _NOTHING else after


def expected(pair: Pair, numbers: list[int], offset: int, limit: int | None, total: int | None) -> Any:
    """The reply of one unlimited server to the window, but for a cursor's `next`; total None: nobody can know it."""
    member = MEMBER[pair.client]
    items = [{member: number} for number in numbers]
    if pair.asks.root:
        return items
    body: dict[str, Any] = {}
    put(body, ITEMS[pair.client], items)
    if pair.asks.counted and total is not None:
        put(body, place(pair.client, "total"), total)
    for field in pair.asks.echoes:
        page = pair.asks.first + offset // (limit or 1)
        put(body, place(pair.client, field), {"page": page, "offset": offset, "limit": limit}[field])
    return body


def check(pair: Pair, run: Run, count: int, offset: int = 0, limit: int | None = None) -> None:
    """The reply holds the window of the records 0..count-1, their total and the echoes, and nothing was lost."""
    done = run.done
    assert done.response.status == 200
    numbers = list(range(count)[offset:] if limit is None else range(count)[offset : offset + limit])
    assert listed(pair, run) == numbers
    known = _total_is_known(pair, run, count, done)
    want = expected(pair, numbers, offset, limit, count if known else None)
    if pair.asks.scheme == "cursor":
        _check_next(pair, run, count, offset + (limit or 0), want)
    assert done.response.body == want
    assert done.lost == () or not known


def _total_is_known(pair: Pair, run: Run, count: int, done: Any) -> bool:
    """A server without a total may leave it open: then it is lost, and said to be."""
    if not pair.asks.counted or pair.serves.counted or pair.serves.scheme == "none":
        return True
    where = place(pair.client, "total")
    if read(done.response.body, where) is not _NOTHING:
        return True
    assert [re.sub(r"^\[0\]\.", "", loss.path) for loss in done.lost] == [".".join(("body", *where))]
    return False


def _check_next(pair: Pair, run: Run, count: int, end: int, want: dict[str, Any]) -> None:
    """`next` stands exactly where something follows; where nobody counts, an empty page may follow."""
    after = next_of(pair, run)
    sure = pair.serves.counted or pair.serves.scheme in ("cursor", "none")
    if end < count:
        assert isinstance(after, str)
        assert after
    elif sure:
        assert after is None
    if after is not None:
        put(want, place(pair.client, "next"), after)


def check_cost(pair: Pair, run: Run, fake: FakeServer, offset: int, limit: int | None, start: int = 0) -> None:
    """No more calls than the least plan takes of what is there, none fetched beside it, the first one alone."""
    made = fake.calls
    least = cost(pair.serves, offset, limit, len(fake.numbers), start)
    assert Cost(len(made), sum(call.given for call in made)) == least, (made, least)
    if run.waves:
        assert run.waves[0] == 1
    if pair.serves.counted and pair.serves.scheme in ("page", "offset"):
        assert len(run.waves) <= 2
    elif pair.serves.scheme != "none":
        assert set(run.waves) == {1}


def check_window(
    pair: Pair, count: int, offset: int, limit: int | None, position: Any = None, size: Any = None, **more: Any
) -> None:
    """Ask for one window of a list of `count` records, and check reply and cost."""
    fake = pair.server(count)
    run = pair.run(fake, position, size, **more)
    check(pair, run, count, offset, limit)
    check_cost(pair, run, fake, offset, limit)
