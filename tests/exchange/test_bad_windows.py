"""Windows that are none are refused before anything is sent; replies without a list, and answers out of turn, too."""

from __future__ import annotations

import pytest

from mapdsl import Done, ExchangeError, Failed, MapError, Send, loads
from tests.exchange.checking import Pair, check, listed
from tests.exchange.driving import drive
from tests.exchange.specs import SCHEMES, SIDES, Side, spec

SERVERS = ("page", "offset", "cursor", "none")
NUMBERLESS = ["", "x", "1.5", "-1", "+1", " 1", "1 ", "1e2", "٣", "1\n", "null", "0x10"]
TOO_LARGE = [10**15 + 1, 10**16, 10**40]


def refused(pair, position=None, size=None):
    """The text of the refusal; nothing was sent."""
    fake = pair.server(500)
    with pytest.raises(MapError) as caught:
        pair.run(fake, position, size)
    assert fake.requests == []
    return str(caught.value)


# --- windows -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("client", SIDES)
@pytest.mark.parametrize("serves", SERVERS)
@pytest.mark.parametrize("page", ["0", *NUMBERLESS, *TOO_LARGE])
def test_a_page_that_is_none_is_refused(client, serves, page):
    text = refused(Pair(client, Side("page"), Side(serves, max=30)), page, 50)
    assert "a whole number from 1 to 10^15" in text


@pytest.mark.parametrize("client", SIDES)
@pytest.mark.parametrize("serves", SERVERS)
@pytest.mark.parametrize(("page", "size"), [(10**13 + 2, 100), (10**15, 2), (10**15, 100)])
def test_a_page_of_records_beyond_the_last_countable_is_refused(client, serves, page, size):
    """The number of the page is small enough, what it stands for is not."""
    text = refused(Pair(client, Side("page"), Side(serves, max=30)), page, size)
    assert f"a page that begins within the first 10^15 records, of {size} each" in text


@pytest.mark.parametrize("client", SIDES)
@pytest.mark.parametrize("serves", SERVERS)
@pytest.mark.parametrize("offset", [*NUMBERLESS, *TOO_LARGE])
def test_an_offset_that_is_none_is_refused(client, serves, offset):
    text = refused(Pair(client, Side("offset"), Side(serves, max=30)), offset, 50)
    assert "a whole number from 0 to 10^15" in text


@pytest.mark.parametrize("client", SIDES)
@pytest.mark.parametrize("asks", ["page", "offset", "cursor"])
@pytest.mark.parametrize("serves", SERVERS)
@pytest.mark.parametrize("size", ["0", 101, *NUMBERLESS, *TOO_LARGE])
def test_a_size_that_is_none_or_above_the_clients_own_maximum_is_refused(client, asks, serves, size):
    """The server's maximum, larger or smaller, does not matter."""
    for most in (30, 1000):
        text = refused(Pair(client, Side(asks), Side(serves, max=most)), None, size)
        assert "a whole number from 1 to 100" in text


@pytest.mark.parametrize("asks", ["page", "offset", "cursor"])
def test_two_values_for_one_parameter_are_refused(asks):
    pair = Pair("old", Side(asks), Side("page"))
    for name in pair.asking(1, 1)["query"]:
        request = pair.asking()
        request["query"] = {name: ["1", "2"]}
        fake = pair.server(5)
        with pytest.raises(MapError):
            drive(pair.api, request, "old", fake.answer)
        assert fake.requests == []


@pytest.mark.parametrize("client", SIDES)
@pytest.mark.parametrize("serves", ["page", "offset", "none"])
@pytest.mark.parametrize(
    "cursor", ["", "x", "0", "100", "-1", "abcdef", "bm8=", "eyJvIjogMTB9", "AAAA", "é", "\u0000", "x" * 5000]
)
def test_a_cursor_that_the_exchange_has_not_made_is_refused(client, serves, cursor):
    text = refused(Pair(client, Side("cursor"), Side(serves)), cursor, 10)
    assert "cursor" in text


@pytest.mark.parametrize("serves", ["page", "offset", "none"])
def test_a_cursor_with_a_letter_changed_is_refused_or_a_wrong_place_at_worst(serves):
    """Never an exception of another kind, and never a page that is no slice of the list."""
    pair = Pair("old", Side("cursor"), Side(serves))
    cursor = pair.run(pair.server(90), None, 40).done.response.body["next"]
    for at in range(len(cursor)):
        for letter in "A0-é":
            fake = pair.server(90)
            try:
                run = pair.run(fake, cursor[:at] + letter + cursor[at + 1 :], 40)
            except MapError:
                assert fake.requests == []
            else:
                got = listed(pair, run)
                assert got == list(range(90))[got[0] : got[0] + 40] if got else True


@pytest.mark.parametrize("client", SIDES)
@pytest.mark.parametrize("asks", SCHEMES)
def test_the_borders_of_what_is_taken(client, asks):
    """A first record at 10^15 itself, the first page, an offset of nothing, the client's own maximum."""
    pair = Pair(client, Side(asks), Side("offset", max=1000))
    if asks in ("page", "offset"):
        assert listed(pair, pair.run(pair.server(500), 10**15 if asks == "offset" else 10**13 + 1, 100)) == []
        check(pair, pair.run(pair.server(500), 1 if asks == "page" else 0, 100), 500, 0, 100)
    if asks == "cursor":
        check(pair, pair.run(pair.server(500), None, 100), 500, 0, 100)


# --- replies -------------------------------------------------------------------------------------------------------

BODIES = [
    ({}, "list"),
    ({"total": 5}, "list"),
    ({"records": "a", "total": 5}, "list"),
    ({"records": {"n": 1}, "total": 5}, "list"),
    ({"records": 7}, "list"),
    ({"records": True}, "list"),
    ([], "(list|object)"),
    ("a", "(list|object)"),
    (None, "(list|object)"),
    ({"records": [1], "total": 1}, "object"),
    ({"records": ["a"], "total": 1}, "object"),
]


def reply(body, status=200):
    return {"status": status, "headers": {}, "body": body}


@pytest.mark.parametrize(("body", "wanted"), BODIES)
@pytest.mark.parametrize("asks", SCHEMES)
@pytest.mark.parametrize("serves", SERVERS)
def test_a_reply_without_the_list_says_what_was_expected(asks, serves, body, wanted):
    """In the first call."""
    pair = Pair("new", Side(asks), Side(serves, max=30))
    fake = pair.server(100, spoiled={1: reply(body)})
    with pytest.raises(MapError, match=f"expected .*{wanted}"):
        pair.run(fake)
    assert len(fake.calls) == 1


@pytest.mark.parametrize(("body", "wanted"), BODIES)
@pytest.mark.parametrize("serves", ["page", "offset", "cursor"])
@pytest.mark.parametrize("total", [True, False])
def test_a_later_reply_without_the_list_is_no_shorter_list(serves, total, body, wanted):
    pair = Pair("new", Side("offset"), Side(serves, max=30, total=total))
    fake = pair.server(100, spoiled={3: reply(body)})
    with pytest.raises(MapError, match=f"expected .*{wanted}"):
        pair.run(fake, 0, 100)


@pytest.mark.parametrize("total", ["5", -1, 1.5, True, None, [5], {"n": 5}])
def test_a_total_that_is_no_number_gives_no_cut_list(total):
    """It is refused, or the pages are read one by one as if there were none."""
    pair = Pair("new", Side("offset"), Side("page", max=30))
    body = {"records": [{"n": n} for n in range(25)], "total": total}  # the first of four pages of 25
    fake = pair.server(100, spoiled={1: reply(body)})
    try:
        run = drive(pair.api, pair.asking(0, 100), "new", fake.answer)
    except MapError:
        return
    assert listed(pair, run) == list(range(100))


@pytest.mark.parametrize("k", [1, 2, 4])
@pytest.mark.parametrize("status", [400, 404, 429, 500, 503])
@pytest.mark.parametrize("total", [True, False])
def test_a_failure_of_one_call_is_no_shorter_list(k, status, total):
    """The client gets a failure, or the exchange raises; never a 200 with a part of the list."""
    pair = Pair("old", Side("page", max=1000), Side("offset", total=total))
    fake = pair.server(500, spoiled={k: reply({"error": "too many"}, status)})
    try:
        run = drive(pair.api, pair.asking(1, 500), "old", fake.answer)
    except MapError:
        return
    assert run.done.response.status >= 400


@pytest.mark.parametrize("kind", ["refused", "timeout", "reset"])
@pytest.mark.parametrize("sent", [True, False, None])
@pytest.mark.parametrize("k", [1, 2, 4])
def test_a_call_that_did_not_come_back_is_no_shorter_list(kind, sent, k):
    """It is sent again (a list is safe to read twice), or the client gets a failure, or the exchange raises."""
    pair = Pair("old", Side("page", max=1000), Side("offset"))
    fake = pair.server(500, spoiled={k: Failed(kind, sent)})
    try:
        run = drive(pair.api, pair.asking(1, 500), "old", fake.answer)
    except MapError:
        return
    assert run.done.response.status >= 400 or listed(pair, run) == list(range(500))


# --- answers out of turn -------------------------------------------------------------------------------------------

GOOD = reply({"cdrs": [{"number": n} for n in range(100)], "metadata": {"total": 250}})


def sending():
    """An exchange that waits for one reply, and what it waits for."""
    pair = Pair("old", Side("page", max=1000), Side("offset"))
    ex = pair.api.exchange(pair.asking(1, 250), client="old")
    step = ex.step()
    assert isinstance(step, Send)
    assert len(step.requests) == 1
    return pair, ex, step


def finish(pair, ex):
    """Go on with a server of 250 records; the exchange has taken no harm."""
    fake = pair.server(250)
    while not isinstance(step := ex.step(), Done):
        ex.answer([fake.answer(request.to_dict()) for request in step.requests])
    assert [item["n"] for item in step.response.body["records"]] == list(range(250))


def test_an_answer_before_the_first_step_is_out_of_turn():
    pair = Pair("old", Side("page"), Side("offset"))
    ex = pair.api.exchange(pair.asking(1, 50), client="old")
    with pytest.raises(ExchangeError):
        ex.answer([GOOD, GOOD])
    with pytest.raises(ExchangeError):
        ex.answer({})


def test_a_step_without_an_answer_is_the_same_step():
    pair, ex, step = sending()
    assert ex.step() == step
    finish(pair, ex)


@pytest.mark.parametrize("count", [0, 2, 3])
def test_too_few_and_too_many_replies_are_refused(count):
    pair, ex, _ = sending()
    with pytest.raises(ExchangeError):
        ex.answer([GOOD] * count)
    finish(pair, ex)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_the_second_wave_is_counted_as_well(count):
    _, ex, _ = sending()
    ex.answer([GOOD])
    assert len(ex.step().requests) == 2
    with pytest.raises(ExchangeError):
        ex.answer([GOOD] * count)


@pytest.mark.parametrize("answer", [None, 7, "ok", GOOD, {}, {"thing": {}}, [None], [7], ["ok"], [[GOOD]], [Send(())]])
def test_an_answer_of_the_wrong_kind_is_refused(answer):
    pair, ex, _ = sending()
    with pytest.raises(ExchangeError):
        ex.answer(answer)
    finish(pair, ex)


def test_an_answer_after_the_end_is_out_of_turn():
    pair, ex, _ = sending()
    finish(pair, ex)
    for answer in ([], [GOOD], {}):
        with pytest.raises(ExchangeError):
            ex.answer(answer)
    assert isinstance(ex.step(), Done)


def test_a_second_answer_to_one_step_is_out_of_turn():
    pair = Pair("old", Side("page", max=1000), Side("offset"))
    ex = pair.api.exchange(pair.asking(1, 250), client="old")
    ex.step()
    ex.answer([GOOD])
    with pytest.raises(ExchangeError):
        ex.answer([GOOD])


@pytest.mark.parametrize("answer", [None, 7, "ok", [], [GOOD], [{}], Failed("timeout", None)])
def test_a_lookup_is_answered_by_a_dict(answer):
    old, new = Side("page"), Side("offset")
    api = loads(spec(old, new, item="n <-> number : thing", before="lookup thing : string <-> integer"))
    pair = Pair("old", old, new)
    ex = api.exchange(pair.asking(1, 50), client="old")
    ex.step()
    ex.answer([reply({"cdrs": [{"number": 7}], "metadata": {"total": 1}})])
    ask = ex.step()
    assert (ask.lookup, list(ask.keys), ask.to) == ("thing", [7], "old")
    with pytest.raises(ExchangeError):
        ex.answer(answer)
    ex.answer({7: "seven"})
    assert ex.step().response.body["records"] == [{"n": "seven"}]


@pytest.mark.parametrize("kind", ["exploded", "", None, 7])
def test_failures_are_of_three_kinds(kind):
    _, ex, _ = sending()
    with pytest.raises((ValueError, TypeError, MapError)):
        ex.answer([Failed(kind, True)])


@pytest.mark.parametrize("client", ["nwe", "", None, 7])
def test_a_client_is_old_or_new(client):
    pair = Pair("old", Side("page"), Side("offset"))
    with pytest.raises((ValueError, TypeError, MapError)):
        pair.api.exchange(pair.asking(1, 50), client=client)


@pytest.mark.parametrize("state", [None, 7, "x", [], {}, {"version": 1}])
def test_a_state_that_no_exchange_wrote_is_refused(state):
    pair = Pair("old", Side("page"), Side("offset"))
    with pytest.raises((ValueError, TypeError, MapError)):
        pair.api.resume(state)
