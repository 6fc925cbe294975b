"""Exchanges give the client's window as one unlimited server would, in the fewest calls. Held against the records."""

from __future__ import annotations

import itertools
import random
import zlib

import pytest

from mapdsl import MapError, loads
from tests.exchange.checking import Pair, check, check_cost, check_window, listed, next_of, read
from tests.exchange.driving import drive
from tests.exchange.specs import SCHEMES, SIDES, Side, place, spec

OLD_PAGE = Side("page", default=1000, max=1000)
NEW_OFFSET = Side("offset", default=100, max=100)
TO_OFFSET = Pair("old", OLD_PAGE, NEW_OFFSET)
TO_PAGE = Pair("new", NEW_OFFSET, OLD_PAGE)
PAIRS = [
    pytest.param(client, asks, serves, id=f"{client}-{asks}-{serves}")
    for client, asks, serves in itertools.product(SIDES, SCHEMES, SCHEMES)
]


# --- a page client of 1000 on an offset server of 100 --------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "size", "count", "calls"),
    [
        (1, 1000, 5000, 10),  # the first page
        (5, 1000, 5000, 10),  # the last one, full
        (3, 1000, 2345, 4),  # the last one, short: 2000..2344
        (3, 1000, 2301, 4),
        (3, 1000, 2300, 3),
        (1, 1000, 0, 1),  # an empty list
        (1, 1000, 1, 1),  # one item
        (1, 1, 1, 1),
        (2, 1, 1, 1),  # just beyond the end
        (4, 1000, 3000, 1),
        (9, 1000, 3000, 1),  # far beyond
        (1, 100, 5000, 1),  # exactly the maximum
        (1, 101, 5000, 2),  # one more
        (1, 99, 5000, 1),
        (7, 101, 5000, 2),
        (2, 150, 5000, 2),
        (2, 150, 249, 1),
        (2, 150, 250, 1),
        (2, 150, 251, 2),
        (1, 250, 99, 1),
        (1, 250, 100, 1),
        (1, 250, 101, 2),
        (10**12, 1000, 5000, 1),
    ],
)
def test_a_large_page_is_put_together(page, size, count, calls):
    fake = TO_OFFSET.server(count)
    run = TO_OFFSET.run(fake, page, size)
    check(TO_OFFSET, run, count, (page - 1) * size, size)
    check_cost(TO_OFFSET, run, fake, (page - 1) * size, size)
    assert len(fake.calls) == calls


def test_without_parameters_the_clients_defaults_hold():
    check_window(TO_OFFSET, 2500, 0, 1000)
    check_window(TO_OFFSET, 2500, 2000, 1000, position=3)
    check_window(TO_OFFSET, 2500, 0, 70, size=70)
    check_window(TO_PAGE, 2500, 0, 100)
    check_window(TO_PAGE, 2500, 250, 100, position=250)
    check_window(TO_PAGE, 2500, 0, 70, size=70)


def test_the_first_call_goes_alone_and_the_others_in_one_wave():
    fake = TO_OFFSET.server(5000)
    run = TO_OFFSET.run(fake, 1, 1000)
    assert run.waves == [1, 9]
    assert [(call.offset, call.limit) for call in fake.calls] == [(at, 100) for at in range(0, 1000, 100)]


def test_the_last_call_asks_for_no_more_than_the_window():
    fake = TO_OFFSET.server(5000)
    TO_OFFSET.run(fake, 3, 250)
    assert [(call.offset, call.limit) for call in fake.calls] == [(500, 100), (600, 100), (700, 50)]


def test_without_a_total_calls_go_one_by_one_until_a_short_page():
    pair = Pair("old", OLD_PAGE, Side("offset", total=False))
    for count, waves in ((0, 1), (1, 1), (99, 1), (100, 2), (101, 2), (250, 3), (999, 10), (1000, 10), (5000, 10)):
        fake = pair.server(count)
        run = pair.run(fake, 1, 1000)
        assert run.waves == [1] * waves, count
        check(pair, run, count, 0, 1000)
        check_cost(pair, run, fake, 0, 1000)


def test_a_server_that_clamps_sees_the_same_calls_as_one_that_refuses():
    fake = TO_OFFSET.server(5000, above="clamp")
    check(TO_OFFSET, TO_OFFSET.run(fake, 2, 1000), 5000, 1000, 1000)
    assert max(call.limit for call in fake.calls) == 100


# --- an offset client on a page server -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("offset", "limit", "window"),
    [
        (0, 100, (0, 100)),
        (100, 100, (100, 100)),  # aligned
        (99, 100, (0, 199)),  # one before; 199 is the smallest page around 99..198
        (101, 100, (101, 101)),
        (30, 20, (25, 25)),
        (7, 3, (5, 5)),
        (999, 1, (999, 1)),
        (1999, 2, (1998, 3)),
        (0, 1, (0, 1)),
    ],
)
def test_a_window_is_cut_out_of_the_smallest_page(offset, limit, window):
    fake = TO_PAGE.server(2500)
    run = TO_PAGE.run(fake, offset, limit)
    check(TO_PAGE, run, 2500, offset, limit)
    assert [(call.offset, call.limit) for call in fake.calls] == [window]


@pytest.mark.parametrize("count", [0, 1, 29, 30, 31, 49, 50, 51])
@pytest.mark.parametrize(("offset", "limit"), [(30, 20), (0, 50), (49, 2), (51, 1), (10**15, 100)])
def test_slices_end_where_the_list_ends(count, offset, limit):
    check_window(TO_PAGE, count, offset, limit, offset, limit)


def test_pages_too_small_for_the_window_are_joined_and_cut():
    pair = Pair("new", Side("offset", max=500), Side("page", max=30))
    for offset, limit, count in itertools.product((0, 1, 29, 30, 31, 77), (1, 29, 30, 31, 60, 61, 200), (0, 60, 400)):
        check_window(pair, count, offset, limit, offset, limit)


def test_pages_that_count_from_zero():
    pair = Pair("new", NEW_OFFSET, Side("page", max=30, first=0))
    for offset, limit in ((0, 30), (30, 30), (45, 10), (7, 80)):
        check_window(pair, 100, offset, limit, offset, limit)
    there = Pair("old", Side("page", default=50, max=200, first=0), NEW_OFFSET)
    check_window(there, 1000, 0, 200, 0, 200)
    check_window(there, 1000, 600, 200, 3, 200)


@pytest.mark.parametrize("serves", ["page", "offset", "none"])
def test_a_client_without_a_maximum_asks_for_what_it_likes(serves):
    pair = Pair("new", Side("offset", max=None), Side(serves, max=70))
    check(pair, pair.run(pair.server(300), 10, 10_000), 300, 10, 10_000)


@pytest.mark.parametrize("serves", ["page", "offset", "none"])
def test_a_window_larger_than_the_bound_is_served_or_refused_for_its_size(serves):
    """Nothing is walked through from the start here."""
    pair = Pair("new", Side("offset", max=None), Side(serves, max=70))
    try:
        run = pair.run(pair.server(300), 10, 10**6)
    except MapError as error:
        refusal = str(error)
    else:
        refusal = ""
        check(pair, run, 300, 10, 10**6)
    assert "walking" not in refusal


def test_a_window_far_inside_a_cursor_server_is_refused_before_the_walk():
    """What is walked through from the start has a bound, that of whole lists."""
    pair = Pair("new", Side("offset", max=None), Side("cursor", max=70))
    for offset, limit in ((10, 10**6), (10_000, 1), (10**15, 10)):
        fake = pair.server(300)
        with pytest.raises(MapError, match="10000"):
            pair.run(fake, offset, limit)
        assert fake.requests == []


def test_a_total_that_nobody_knows_is_owed_at_its_place_in_the_clients_reply():
    """However many calls it took."""
    for size in (100, 101):
        pair = Pair("new", Side("offset", max=200), Side("page", max=100, total=False))
        run = pair.run(pair.server(500), 0, size)
        assert [(loss.path, loss.reason) for loss in run.done.lost] == [("body.metadata.total", "missing")], size


def test_a_server_without_a_maximum_is_asked_once():
    for asks, serves in itertools.product((OLD_PAGE, Side("offset", max=1000)), ("page", "offset", "cursor")):
        pair = Pair("old", asks, Side(serves, max=None))
        check_window(pair, 5000, 0, 1000, size=1000)


@pytest.mark.parametrize("serves", ["page", "offset", "none"])
@pytest.mark.parametrize("asks", SCHEMES)
def test_a_server_whose_reply_is_the_list_itself(asks, serves):
    pair = Pair("new", Side(asks, max=200), Side(serves, max=30, root=True))
    for count in (0, 1, 29, 30, 61):
        check_window(pair, count, 0, None if asks == "none" else 60, size=60 if asks != "none" else None)


# --- whole lists ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("client", SIDES)
@pytest.mark.parametrize("serves", SCHEMES)
@pytest.mark.parametrize("total", [True, False])
@pytest.mark.parametrize("root", [True, False])
def test_a_client_of_whole_lists_gets_every_page(client, serves, total, root):
    pair = Pair(client, Side("none", root=root), Side(serves, max=40, default=20, total=total))
    for count in (0, 1, 39, 40, 41, 80, 333):
        check_window(pair, count, 0, None)


@pytest.mark.parametrize("serves", ["page", "offset", "cursor"])
@pytest.mark.parametrize("total", [True, False])
def test_a_list_beyond_the_bound_is_refused_never_cut(serves, total):
    pair = Pair("old", Side("none"), Side(serves, max=1000, total=total))
    check_window(pair, 9999, 0, None)
    fake = pair.server(10_001)
    with pytest.raises(MapError, match=r"10[ ,_]?000"):
        pair.run(fake)
    assert len(fake.calls) <= (1 if total else 11)


@pytest.mark.parametrize("serves", ["page", "offset", "cursor"])
@pytest.mark.parametrize("total", [True, False])
def test_a_bound_that_the_spec_says(serves, total):
    """Needs the line `scan 100` in `paging`."""
    pair = Pair("old", Side("none"), Side(serves, max=30, total=total), scan=100)
    check_window(pair, 99, 0, None)
    with pytest.raises(MapError, match="100"):
        pair.run(pair.server(101))


# --- cursors -------------------------------------------------------------------------------------------------------


def walk(pair, fake, size, resume=False):
    """Follow `next` to the end; the pages as lists of numbers."""
    found, cursor = [], None
    while True:
        run = pair.run_page(fake, cursor, size, resume)
        found.append(listed(pair, run))
        cursor = next_of(pair, run)
        if cursor is None:
            return found
        assert len(found) < 100


class Walking(Pair):
    """A cursor client that makes one exchange for each page."""

    def run_page(self, fake, cursor, size, resume):
        calls, fake.calls = fake.calls, []
        run = self.run(fake, cursor, size, resume=resume)
        fake.calls = [*calls, *fake.calls]
        return run


@pytest.mark.parametrize("client", SIDES)
@pytest.mark.parametrize("serves", SCHEMES)
@pytest.mark.parametrize("total", [True, False])
def test_a_cursor_client_walks_through_everything_once(client, serves, total):
    pair = Walking(client, Side("cursor", max=60), Side(serves, max=25, total=total))
    for count, size in itertools.product((0, 1, 10, 59, 60, 61, 120), (10, 25, 60)):
        pages = walk(pair, pair.server(count), size)
        wanted = [list(range(at, min(at + size, count))) for at in range(0, count, size)] or [[]]
        if not total and serves in ("page", "offset") and len(pages) > len(wanted):
            wanted.append([])  # nobody knew that a full page was the last
        assert pages == wanted, (count, size)


@pytest.mark.parametrize("end", [None, ""])
def test_a_cursor_server_may_say_in_its_own_way_that_nothing_follows(end):
    """An absent, or an empty `next` is the end of the walk."""
    for asks in ("page", "none", "cursor"):
        pair = Pair("old", Side(asks, max=200), Side("cursor", max=30))
        fake = pair.server(70, end=end)
        run = pair.run(fake)
        assert listed(pair, run) == list(range(70))
        assert len(fake.calls) == 3


def test_a_null_next_is_the_end():
    pair = Pair("new", Side("page", max=200), Side("cursor", max=30, total=False))
    body = {"records": [{"n": n} for n in range(10)], "next": None}
    fake = pair.server(10, spoiled={1: {"status": 200, "headers": {}, "body": body}})
    run = pair.run(fake, 1, 100)
    assert listed(pair, run) == list(range(10))
    assert len(fake.calls) == 1


def test_a_page_far_inside_a_cursor_server_walks_from_the_start():
    pair = Pair("old", OLD_PAGE, Side("cursor", max=100))
    fake = pair.server(1000)
    check(pair, pair.run(fake, 3, 150), 1000, 300, 150)
    assert [(call.offset, call.limit) for call in fake.calls] == [
        (0, 100),
        (100, 100),
        (200, 100),
        (300, 100),
        (400, 50),
    ]


def test_a_cursor_of_one_exchange_goes_on_with_another_size():
    pair = Pair("old", Side("cursor"), Side("page", max=1000))
    fake = pair.server(500)
    cursor = next_of(pair, pair.run(fake, None, 30))
    fake.calls.clear()
    run = pair.run(fake, cursor, 20)
    check(pair, run, 500, 30, 20)
    assert [(call.offset, call.limit) for call in fake.calls] == [(25, 25)]


# --- lists that change between calls -------------------------------------------------------------------------------

TORN = [
    pytest.param(after, left, id=f"{after}-{left}") for after in (1, 2, 5, 9) for left in (0, 400, 950, 999, 1001, 1300)
]


def torn(run):
    return [loss for loss in run.done.lost if "torn" in loss.reason]


@pytest.mark.parametrize(("after", "left"), TORN)
def test_a_total_that_changes_between_calls_is_said(after, left):
    fake = TO_OFFSET.server(1000, changes={after: list(range(left))})
    run = TO_OFFSET.run(fake, 1, 1000)
    assert torn(run)
    assert run.done.response.body["total"] == 1000
    assert run.done.response.body["page"] == 1
    got = listed(TO_OFFSET, run)
    assert got == list(range(max(after * 100, min(left, 1000))))


@pytest.mark.parametrize("serves", ["page", "cursor"])
def test_a_total_that_changes_is_said_by_every_server_that_counts(serves):
    pair = Pair("old", OLD_PAGE, Side(serves, max=100))
    fake = pair.server(1000, changes={3: list(range(990))})
    run = pair.run(fake, 1, 1000)
    assert torn(run)
    assert run.done.response.body["total"] == 1000
    assert listed(pair, run) == list(range(990))


def test_whole_lists_and_cursors_are_torn_as_well():
    for asks in ("none", "cursor"):
        pair = Pair("old", Side(asks, max=1000), Side("offset", max=30))
        run = pair.run(pair.server(90, changes={2: list(range(89))}), size=90 if asks == "cursor" else None)
        assert torn(run)
        assert read(run.done.response.body, place("old", "total")) == 90


def test_a_change_after_the_last_call_is_seen_by_nobody():
    fake = TO_OFFSET.server(1000, changes={10: []})
    run = TO_OFFSET.run(fake, 1, 1000)
    assert run.done.lost == ()
    assert listed(TO_OFFSET, run) == list(range(1000))


def test_a_list_that_changes_in_the_first_call_alone_is_whole():
    """One call is one view of the list: nothing is torn."""
    fake = TO_OFFSET.server(1000, changes={1: []})
    assert TO_OFFSET.run(fake, 1, 100).done.lost == ()


# --- pages that are shorter than asked -----------------------------------------------------------------------------


@pytest.mark.parametrize("k", [1, 2, 3])
@pytest.mark.parametrize("given", [0, 1, 99])
def test_a_short_page_ends_a_list_that_nobody_counts(k, given):
    pair = Pair("old", OLD_PAGE, Side("offset", total=False))
    fake = pair.server(1000, short={k: given})
    run = pair.run(fake, 1, 1000)
    assert listed(pair, run) == list(range((k - 1) * 100 + given))
    assert len(fake.calls) == k


@pytest.mark.parametrize("k", [1, 2, 5])
@pytest.mark.parametrize("given", [0, 1, 99])
def test_a_short_page_in_the_middle_is_never_a_silent_hole(k, given):
    """The total says that items are missing: they are fetched, or the hole is said, or the exchange fails."""
    fake = TO_OFFSET.server(1000, short={k: given})
    try:
        run = TO_OFFSET.run(fake, 1, 1000)
    except MapError:
        return
    assert listed(TO_OFFSET, run) == list(range(1000)) or run.done.lost


@pytest.mark.parametrize("k", [1, 2])
@pytest.mark.parametrize("given", [0, 1, 29])
@pytest.mark.parametrize("asks", ["page", "none"])
@pytest.mark.parametrize("total", [True, False])
def test_a_short_page_of_a_cursor_server_is_not_its_end(k, given, asks, total):
    """As long as it says what comes next. A page is filled up, or what it lacks is said; whole lists are whole."""
    pair = Pair("old", Side(asks, max=60), Side("cursor", max=30, total=total))
    size = None if asks == "none" else 60
    try:
        run = pair.run(pair.server(100, short={k: given}), None, size)
    except MapError:
        return
    found = listed(pair, run)
    assert found == list(range(100))[:size] or any(loss.reason != "missing" for loss in run.done.lost)


@pytest.mark.parametrize("k", [1, 2, 3])
def test_a_cursor_client_loses_nothing_by_short_pages(k):
    """Its own page may be short as well, for `next` goes on behind it."""
    pair = Walking("old", Side("cursor", max=60), Side("cursor", max=30))
    pages = walk(pair, pair.server(100, short={k: 7}), 60)
    assert list(itertools.chain(*pages)) == list(range(100))


# --- lookups and states --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("resume", [False, True])
def test_values_of_all_pages_are_looked_up_each_once(resume):
    pair = Pair("new", Side("offset", max=200), Side("page", max=30))
    api = loads(spec(pair.serves, pair.asks, item="n <-> number : thing", before="lookup thing : integer <-> string"))
    fake = pair.server(300)
    things = {n: f"t{n}" for n in range(300)}
    run = drive(api, pair.asking(70, 75), "new", fake.answer, {"thing": things}, resume)
    assert [item["number"] for item in run.done.response.body["cdrs"]] == [f"t{n}" for n in range(70, 145)]
    keys = [key for _, keys in run.asked for key in keys]
    assert len(keys) == len(set(keys)) <= fake.fetched


@pytest.mark.parametrize(("client", "asks", "serves"), PAIRS)
def test_an_exchange_goes_on_from_its_written_state(client, asks, serves):
    pair = Pair(client, Side(asks, max=200), Side(serves, max=30))
    position = {"page": 2, "offset": 60}.get(asks)
    offset = 0 if position is None else 60
    limit = None if asks == "none" else 60
    check_window(pair, 100, offset, limit, position, limit, resume=True)


def test_cursors_go_on_from_written_states():
    for serves in SCHEMES:
        pair = Walking("new", Side("cursor", max=60), Side(serves, max=25))
        assert walk(pair, pair.server(100), 60, resume=True) == [list(range(60)), list(range(60, 100))]


# --- random windows ------------------------------------------------------------------------------------------------

_SIZES = (1, 2, 3, 7, 10, 25, 60, 100, 250, 1000)


def drawn_side(rng, scheme):
    most = rng.choice(_SIZES)
    return Side(scheme, default=rng.randint(1, most), max=most, total=rng.random() < 0.7, echo=rng.random() < 0.8)


def drawn_pair(rng, client, asks, serves):
    """Sides of the kinds asked for; a server's maximum is not so small that a window takes hundreds of calls."""
    asking, serving = drawn_side(rng, asks), drawn_side(rng, serves)
    if serves != "none" and (asking.max if asks != "none" else 2000) > 60 * serving.max:
        return drawn_pair(rng, client, asks, serves)
    return Pair(client, asking, serving)


def near(rng, *values):
    """A number near one of these."""
    return max(0, rng.choice(values) + rng.randint(-2, 2))


def drawn_window(rng, pair, count):
    """Position and size as a client of pages or offsets says them, and the window that they mean."""
    asks = pair.asks
    size = rng.choice([None, asks.max, near(rng, 1, pair.serves.max or 1, count), rng.randint(1, asks.max)])
    size = None if size is None else min(max(size, 1), asks.max)
    limit = asks.default if size is None else size
    offset = rng.choice([0, near(rng, 0, count, count - limit, limit), rng.randint(0, count + 3)])
    if asks.scheme == "page":
        page = offset // limit
        return rng.choice([page + 1, page + 1, None]) if page == 0 else page + 1, size, page * limit, limit
    return rng.choice([0, None]) if offset == 0 else offset, size, offset, limit


def check_drawn(rng, pair, count, resume):
    if pair.asks.scheme == "none":
        return check_window(pair, count, 0, None, resume=resume)
    if pair.asks.scheme == "cursor":
        return check_two_pages(rng, pair, count, resume)
    position, size, offset, limit = drawn_window(rng, pair, count)
    return check_window(pair, count, offset, limit, position, size, resume=resume)


def check_two_pages(rng, pair, count, resume):
    """A first page by a cursor client, and one that goes on from it."""
    sizes = [rng.choice([None, pair.asks.max, rng.randint(1, pair.asks.max)]) for _ in range(2)]
    cursor, offset, fake = None, 0, pair.server(count)
    for size in sizes:
        limit = pair.asks.default if size is None else size
        fake.calls.clear()
        run = pair.run(fake, cursor, size, resume=resume)
        check(pair, run, count, offset, limit)
        check_cost(pair, run, fake, offset, limit, start=offset)
        cursor, offset = next_of(pair, run), offset + limit
        if cursor is None:
            break


@pytest.mark.parametrize("rounds", [2, pytest.param(7, marks=pytest.mark.long)])
@pytest.mark.parametrize(("client", "asks", "serves"), PAIRS)
def test_random_windows(client, asks, serves, rounds):
    """Nine windows a round for each of the 32 kinds of pairs."""
    rng = random.Random(zlib.crc32(f"{client} {asks} {serves}".encode()))
    for _ in range(rounds):
        pair = drawn_pair(rng, client, asks, serves)
        for _ in range(9):
            count = max(0, rng.choice([rng.randint(0, 30), rng.randint(0, 600), near(rng, pair.serves.max or 1)]))
            state = rng.getstate()
            try:
                check_drawn(rng, pair, count, resume=rng.random() < 0.1)
            except (AssertionError, MapError) as wrong:
                rng.setstate(state)
                raise AssertionError(
                    f"{pair} with {count} records, window {drawn(rng, pair, count)}: {wrong}"
                ) from wrong


def drawn(rng, pair, count):
    """What was drawn, for the message of a failure."""
    rng.random()
    return drawn_window(rng, pair, count)[:2] if pair.asks.scheme in ("page", "offset") else pair.asks.scheme
