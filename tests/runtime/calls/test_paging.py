"""Windows go over in the query, slices and totals come back in the reply."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapdsl.errors import TranslationError
from mapdsl.runtime import PagingSide, Recorder, translate_request, translate_response
from mapdsl.runtime.calls.windows import Window, plan, window
from tests.runtime.toys import LIST, OFFSET, PAGE, USERS, USERS_PAGE, WHOLE, toy_api


def ask(query, to="new", path="/calls", sides=(PAGE, OFFSET), **more):
    api = toy_api(attrs.evolve(LIST, paging=sides), USERS)
    path = path if to == "new" else f"/v4{path}"
    return translate_request(api, {"method": "GET", "path": path, "query": query}, to, **more)


def asked_for(query, to="new", **more):
    return ask(query, to, **more).request.query


def reply(body, sent, to, sides=(PAGE, OFFSET), **more):
    api = toy_api(attrs.evolve(LIST, paging=sides), USERS)
    return translate_response(api, {"status": 200, "body": body}, to, request=sent, **more)


def records(*ids):
    return [{"id": i} for i in ids]


# --- requests ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ({"page": "1", "per_page": "50"}, {"offset": "0", "limit": "50"}),
        ({"page": "3", "per_page": "20"}, {"offset": "40", "limit": "20"}),
        ({"per_page": "20"}, {"offset": "0", "limit": "20"}),
        ({"page": "2"}, {"offset": "50", "limit": "50"}),  # 50 by default on this side, 100 on the other
        ({}, {"offset": "0", "limit": "50"}),
        ({"page": "01", "per_page": "100"}, {"offset": "0", "limit": "100"}),
        ({"page": "10000000000001", "per_page": "100"}, {"offset": "1000000000000000", "limit": "100"}),
    ],
)
def test_a_page_becomes_the_same_window(query, wanted):
    assert asked_for(query) == wanted


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ({"offset": "40", "limit": "20"}, {"page": "3", "per_page": "20"}),
        ({}, {"page": "1", "per_page": "100"}),
        ({"offset": "30", "limit": "20"}, {"page": "2", "per_page": "25"}),  # 25..49 is the smallest page around 30..49
        ({"offset": "7", "limit": "3"}, {"page": "2", "per_page": "5"}),
        ({"offset": "99", "limit": "2"}, {"page": "34", "per_page": "3"}),
    ],
)
def test_a_window_becomes_the_smallest_page_around_it(query, wanted):
    assert asked_for(query, "old") == wanted


def test_sides_that_agree_say_nothing_where_the_client_says_nothing():
    agreed = attrs.evolve(OFFSET, default=50, max=500)
    assert asked_for({}, sides=(PAGE, agreed)) == {}
    assert asked_for({"per_page": "50"}, sides=(PAGE, agreed)) == {"offset": "0", "limit": "50"}


def test_a_client_of_whole_lists_asks_for_the_first_window():
    assert asked_for({}, path="/users") == {"offset": "0", "limit": "100"}


def test_a_server_of_whole_lists_is_asked_for_everything():
    assert asked_for({"offset": "10", "limit": "5", "q": "x"}, "old", path="/users") == {"q": "x"}


@pytest.mark.parametrize(
    ("query", "to", "problem"),
    [
        ({"page": "0"}, "new", 'query.page: expected a whole number from 1 to 10^15, found "0"'),
        ({"page": "-1"}, "new", 'query.page: expected a whole number from 1 to 10^15, found "-1"'),
        ({"page": "two"}, "new", 'query.page: expected a whole number from 1 to 10^15, found "two"'),
        ({"page": ""}, "new", 'query.page: expected a whole number from 1 to 10^15, found ""'),
        ({"page": "٣"}, "new", 'query.page: expected a whole number from 1 to 10^15, found "٣"'),
        ({"page": "1\n"}, "new", 'query.page: expected a whole number from 1 to 10^15, found "1\\u000a"'),
        (
            {"page": "1000000000000001"},
            "new",
            'query.page: expected a whole number from 1 to 10^15, found "1000000000000001"',
        ),
        ({"page": ["1", "2"]}, "new", "query.page: expected a whole number from 1 to 10^15, found a list of 2"),
        ({"per_page": "501"}, "new", 'query.per_page: expected a whole number from 1 to 500, found "501"'),
        ({"limit": "0"}, "old", 'query.limit: expected a whole number from 1 to 100, found "0"'),
        ({"offset": "-5"}, "old", 'query.offset: expected a whole number from 0 to 10^15, found "-5"'),
    ],
)
def test_a_number_that_is_none_is_a_problem_at_its_place(query, to, problem):
    with pytest.raises(TranslationError) as caught:
        ask(query, to)
    assert str(caught.value) == problem


def test_all_wrong_numbers_are_named_at_once():
    with pytest.raises(TranslationError) as caught:
        ask({"page": "x", "per_page": "y"})
    assert [problem.path for problem in caught.value.problems] == ["query.page", "query.per_page"]


def queries(query, to="new", **more):
    return [request.query for request in ask(query, to, **more).requests]


def test_a_window_above_the_maximum_is_several_calls():
    assert queries({"page": "2", "per_page": "250"}) == [
        {"offset": "250", "limit": "100"},
        {"offset": "350", "limit": "100"},
        {"offset": "450", "limit": "50"},
    ]


def test_a_default_above_the_maximum_is_several_calls_too():
    asked = queries({}, sides=(attrs.evolve(PAGE, default=1000, max=1000), OFFSET))
    assert asked == [{"offset": str(offset), "limit": "100"} for offset in range(0, 1000, 100)]


def test_a_window_that_no_page_covers_takes_two_that_fetch_least():
    """Of pages up to 120, none holds 160..259; two of 52 do (156..259), and no two smaller ones."""
    asked = queries({"offset": "160", "limit": "100"}, "old", sides=(attrs.evolve(PAGE, max=120), OFFSET))
    assert asked == [{"page": "4", "per_page": "52"}, {"page": "5", "per_page": "52"}]


def test_the_calls_behind_the_first_page_of_a_whole_list_depend_on_it():
    sent = ask({}, path="/users")
    assert [request.query for request in sent.requests] == [{"offset": "0", "limit": "100"}]
    assert not sent.complete
    assert ask({"page": "2", "per_page": "250"}).complete


@pytest.mark.parametrize("text", ["abc", "", "b2Zmc2V0PTE", "offset=1", "b2Zmc2V0PS0x", "é"])
def test_a_cursor_that_no_reply_gave_is_a_problem(text):
    cursor = PagingSide("cursor", cursor=("cursor",), limit=("limit",), default=100, next=("next",), items=("calls",))
    if text == "b2Zmc2V0PTE":  # offset=1
        assert queries({"cursor": text, "limit": "2"}, "old", sides=(PAGE, cursor)) == [{"page": "1", "per_page": "3"}]
        return
    with pytest.raises(TranslationError, match=r"query\.cursor: expected a cursor as a reply of this API gave it"):
        ask({"cursor": text}, "old", sides=(PAGE, cursor))


@given(
    offset=st.integers(0, 300),
    limit=st.integers(1, 60),
    most=st.one_of(st.none(), st.integers(1, 120)),
    scheme=st.sampled_from(["page", "offset"]),
)
def test_one_call_covers_the_window_and_no_smaller_page_does(offset, limit, most, scheme):
    server = PagingSide(scheme, page=("p",), size=("s",), offset=("o",), limit=("l",), max=most)
    made = plan(server, Window(offset, limit))

    def pages(size):
        return len({item // size for item in range(offset, offset + limit)})

    covered = [
        item for each in map(made.window, range(made.count)) for item in range(each.offset, each.offset + each.limit)
    ]
    assert covered == list(range(covered[0], covered[-1] + 1))
    assert set(range(offset, offset + limit)) <= set(covered)
    if scheme == "offset":
        assert made.count == -(-limit // (most or limit))
        assert len(covered) == limit
    else:
        fewest = min(pages(size) for size in range(1, (most or made.size) + 1))
        assert made.count == fewest
        assert made.size == min(size for size in range(1, made.size + 1) if pages(size) == fewest)


@given(page=st.integers(1, 40), size=st.integers(1, 100))
def test_residue_brings_the_spelling_of_a_window_back(page, size):
    query = {"page": f"0{page}", "per_page": str(size)}
    sent = ask(query)
    assert ask(sent.request.query, "old", residue=sent.residue).request.query == query


@pytest.mark.parametrize(
    ("query", "to", "path"),
    [
        ({}, "new", "/calls"),
        ({"per_page": "7"}, "new", "/calls"),
        ({"offset": "30", "limit": "20"}, "old", "/calls"),
        ({"offset": "30"}, "old", "/users"),
        ({}, "old", "/users"),
        ({"limit": "007"}, "old", "/users"),
    ],
)
def test_residue_brings_absent_and_whole_windows_back(query, to, path):
    sent = ask(query, to, path=path)
    home = "old" if to == "new" else "new"
    assert ask(sent.request.query, home, path=path, residue=sent.residue).request.query == query


def test_residue_of_a_window_that_was_changed_is_ignored():
    sent = ask({"page": "01", "per_page": "20"})
    changed = {"offset": "20", "limit": "20"}
    assert ask(changed, "old", residue=sent.residue).request.query == {"page": "2", "per_page": "20"}


def test_paging_fields_are_never_lost():
    assert ask({"page": "01", "per_page": "20"}).lost == ()


# --- responses -----------------------------------------------------------------------------------------------------


def test_total_is_carried_and_the_page_echoed():
    sent = ask({"page": "3", "per_page": "2"})
    got = reply({"calls": records(5, 6), "meta": {"total": 9}}, sent, "old")
    assert got.response.body == {"records": records(5, 6), "total": 9, "page": 3}
    assert got.lost == ()


def test_a_window_is_cut_out_of_the_page_around_it():
    sent = ask({"offset": "30", "limit": "20"}, "old")  # page 2 of 25: items 25..49
    got = reply({"records": records(*range(25, 50)), "total": 60, "page": 2}, sent, "new")
    assert got.response.body == {"calls": records(*range(30, 50)), "meta": {"total": 60}}


def test_the_last_page_is_shorter():
    sent = ask({"offset": "30", "limit": "20"}, "old")
    got = reply({"records": records(*range(25, 33)), "total": 33, "page": 2}, sent, "new")
    assert got.response.body == {"calls": records(30, 31, 32), "meta": {"total": 33}}


def test_paths_count_from_the_first_item_of_the_reply():
    """The item before the window is not translated; in what is reported the indexes are those of the reply."""
    sides = (attrs.evolve(OFFSET, items=("records",)), attrs.evolve(PAGE, items=("calls",)))
    sent = ask({"offset": "7", "limit": "2"}, sides=sides)
    assert sent.request.query == {"page": "3", "per_page": "3"}

    body = {"calls": [{"id": 6, "label": "bad"}, {"id": 7}, {"id": 8, "extra": 1}], "total": 9}
    got = reply(body, sent, "old", sides)
    assert got.response.body["records"] == records(7, 8)
    assert [loss.path for loss in got.lost] == ["body.calls[2].extra"]

    body["calls"][2]["label"] = "bad"
    with pytest.raises(TranslationError) as caught:
        reply(body, sent, "old", sides)
    assert [problem.path for problem in caught.value.problems] == ["body.calls[2].label"]


def test_a_window_of_a_whole_list():
    sent = ask({"offset": "2", "limit": "2"}, "old", path="/users")
    got = reply(records(1, 2, 3, 4, 5), sent, "new")
    assert got.response.body == {"users": records(3, 4), "meta": {"total": 5}}

    sent = ask({"offset": "9"}, "old", path="/users")
    assert reply(records(1, 2), sent, "new").response.body == {"users": [], "meta": {"total": 2}}


def test_a_whole_list_that_one_call_gave():
    sent = ask({}, path="/users")
    assert reply({"users": records(1, 2), "meta": {"total": 2}}, sent, "old").response.body == records(1, 2)
    assert reply({"users": [], "meta": {"total": 0}}, sent, "old").response.body == []


def test_a_whole_list_of_several_calls_is_refused_never_cut_off():
    sent = ask({}, path="/users")
    with pytest.raises(TranslationError) as caught:
        reply({"users": records(*range(100)), "meta": {"total": 310}}, sent, "old")
    assert str(caught.value) == (
        "body.meta.total: expected no more than the 100 items of this reply: the whole list takes 4 calls, "
        "and translate_response has the first reply alone: use Api.exchange, found 310"
    )


CURSOR = PagingSide("cursor", cursor=("after",), limit=("n",), default=10, max=10, next=("next",), items=("calls",))


def test_a_window_behind_the_first_page_of_a_walk_is_never_cut_out_of_that_page():
    sent = ask({"page": "3", "per_page": "10"}, sides=(PAGE, CURSOR))
    assert [request.query for request in sent.requests] == [{"n": "10"}]
    assert not sent.complete
    with pytest.raises(TranslationError, match=r"expected 30 items from the first on, .* use Api\.exchange"):
        reply({"calls": records(*range(10)), "next": "c1"}, sent, "old", (PAGE, CURSOR))
    got = reply({"calls": records(*range(10))}, sent, "old", (PAGE, CURSOR))
    assert got.response.body["records"] == []


def test_the_replies_of_a_window_fold_to_one():
    sent = ask({"page": "2", "per_page": "250"})
    pages = [
        {"status": 200, "body": {"calls": records(*range(start, start + 100)), "meta": {"total": 470}}}
        for start in (250, 350)
    ]
    last = {"status": 200, "body": {"calls": records(*range(450, 470)), "meta": {"total": 470}}}
    api = toy_api(LIST, USERS)
    got = translate_response(api, [*pages, last], "old", request=sent)
    assert got.response.body == {"records": records(*range(250, 470)), "total": 470, "page": 2}
    with pytest.raises(TranslationError, match="the replies to 3 calls, or the end of the list"):
        translate_response(api, pages, "old", request=sent)
    with pytest.raises(TranslationError, match="1 to 3 replies"):
        translate_response(api, [*pages, last, last], "old", request=sent)
    short = {"status": 200, "body": {"calls": records(*range(250, 300)), "meta": {"total": 300}}}
    got = translate_response(api, [short], "old", request=sent)
    assert got.response.body == {"records": records(*range(250, 300)), "total": 300, "page": 2}


def test_paths_in_several_replies_begin_with_the_number_of_the_reply():
    sent = ask({"page": "1", "per_page": "150"})
    pages = [
        {"status": 200, "body": {"calls": records(*range(100)), "meta": {"total": 102}}},
        {"status": 200, "body": {"calls": [{"id": 100}, {"id": 101, "extra": 1}], "meta": {"total": 102}}},
    ]
    got = translate_response(toy_api(LIST, USERS), pages, "old", request=sent)
    assert [loss.path for loss in got.lost] == ["[1].body.calls[1].extra"]


def test_without_a_total_a_full_page_may_not_be_the_last():
    no_total = attrs.evolve(USERS_PAGE, total=None)
    api = toy_api(attrs.evolve(USERS, paging=(WHOLE, no_total)))
    sent = translate_request(api, {"method": "GET", "path": "/users"}, "new")
    with pytest.raises(TranslationError, match=r"body\.users: expected fewer than 100 items, or a total"):
        translate_response(api, {"status": 200, "body": {"users": records(*range(100))}}, "old", request=sent)
    got = translate_response(api, {"status": 200, "body": {"users": records(*range(99))}}, "old", request=sent)
    assert len(got.response.body) == 99


def test_a_server_without_a_total_shows_it_by_a_short_page():
    api = toy_api(attrs.evolve(LIST, paging=(PAGE, attrs.evolve(OFFSET, total=None))))

    def total(query, count):
        sent = translate_request(api, {"method": "GET", "path": "/calls", "query": query}, "new")
        got = translate_response(api, {"status": 200, "body": {"calls": records(*range(count))}}, "old", request=sent)
        return got.response.body.get("total"), [(loss.path, loss.reason) for loss in got.lost]

    assert total({"page": "3", "per_page": "10"}, 4) == (24, [])
    assert total({"page": "1", "per_page": "10"}, 0) == (0, [])
    assert total({"page": "3", "per_page": "10"}, 10) == (None, [("body.total", "missing")])
    assert total({"page": "3", "per_page": "10"}, 0) == (None, [("body.total", "missing")])


def test_without_a_request_a_list_is_mapped_as_it_stands():
    api = toy_api()
    got = translate_response(
        api, {"status": 200, "body": {"calls": records(1), "meta": {"total": 900}}}, "old", endpoint="calls"
    )
    assert got.response.body == {"records": records(1), "total": 900}
    assert [(loss.path, loss.value, loss.reason) for loss in got.lost] == [("body.page", None, "needs request")]

    whole = {"users": records(1), "meta": {"total": 900}}
    got = translate_response(api, {"status": 200, "body": whole}, "old", endpoint="users")
    assert got.response.body == records(1)
    assert got.lost == ()
    assert translate_response(
        api, {"status": 200, "body": got.response.body}, "new", endpoint="users"
    ).response.body == {
        "users": records(1),
        "meta": {"total": 1},
    }


@pytest.mark.parametrize(
    "body",
    [
        {"users": records(1), "meta": {"total": 900}},
        {"users": records(1), "meta": {"total": 1}},
        {"users": records(1), "meta": {}},
        {"users": records(1)},
    ],
)
def test_a_total_that_the_old_side_cannot_hold_comes_back_through_residue(body):
    api = toy_api()
    got = translate_response(api, {"status": 200, "body": body}, "old", endpoint="users")
    home = translate_response(api, got.response, "new", endpoint="users", residue=got.residue)
    assert home.response.body == body


def test_a_null_beside_the_list_is_left_to_the_rules():
    """Paging takes away what it made; that `meta` was null is for the rules of the block to note."""
    api = toy_api()
    body = {"users": records(1), "meta": None}
    got = translate_response(api, {"status": 200, "body": body}, "old", endpoint="users")
    home = translate_response(api, got.response, "new", endpoint="users", residue=got.residue)
    assert home.response.body == {"users": records(1)}


def test_a_total_of_a_list_that_has_changed_since_is_counted_again():
    api = toy_api()
    body = {"users": records(1), "meta": {"total": 900}}
    got = translate_response(api, {"status": 200, "body": body}, "old", endpoint="users")
    home = translate_response(api, {"status": 200, "body": records(1, 2)}, "new", endpoint="users", residue=got.residue)
    assert home.response.body == {"users": records(1, 2), "meta": {"total": 2}}


@pytest.mark.parametrize("page", [1, 2, "2", None])
def test_an_echo_that_says_something_else_comes_back(page):
    api = toy_api()
    sent = translate_request(api, {"method": "GET", "path": "/calls", "query": {"page": "2", "per_page": "5"}}, "new")
    body = {"records": records(1), "total": 6, "page": page}
    got = translate_response(api, {"status": 200, "body": body}, "new", request=sent)
    assert got.response.body == {"calls": records(1), "meta": {"total": 6}}
    told = [(loss.path, loss.value, loss.reason, loss.kind) for loss in got.lost]
    reason = "contradicts the request: page 2 was asked for"
    assert told == ([("body.page", 1, reason, "dropped")] if page == 1 else [])
    home = translate_response(api, got.response, "old", request=sent, residue=got.residue)
    assert home.response.body == body


def test_failures_are_not_paged():
    sent = ask({}, path="/users")
    body = {"users": records(*range(100)), "meta": {"total": 310}}
    api = toy_api(USERS)
    got = translate_response(api, {"status": 500, "body": body}, "old", request=sent)
    assert got.response.body == body


def test_a_window_read_from_numbers_of_a_program():
    assert window(OFFSET, {"offset": 5, "limit": 7}, Recorder(())) == Window(5, 7)
    log = Recorder(())
    assert window(OFFSET, {"offset": True}, log) is None
    assert log.failed
