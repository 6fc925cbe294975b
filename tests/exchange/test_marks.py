"""What a server says of its pages counts: `more`, the total and the next cursor, in every scheme and both roles.

The servers hold numbered records and give as many of them as a test says, in whatever page they are asked for.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable
from typing import Any

import pytest

from mapdsl import Api, Failed, MapError, loads, translate_request, translate_response

from .driving import Run, drive

PATHS = {"old": "/v1/things", "new": "/v2/things"}
PLAIN = {
    "page": "page page=@query.page size=@query.size default={max} max={max} {marks} items=things",
    "own": "page page=@query.page {marks} items=things",
    "offset": "offset offset=@query.offset limit=@query.limit default={max} max={max} {marks} items=things",
    "cursor": "cursor cursor=@query.cursor limit=@query.limit default={max} max={max} next=next {marks} items=things",
    "none": "none items=things",
}
SIDES = ("old", "new")
OTHER = {"old": "new", "new": "old"}


@functools.cache
def spec(client: str, asks: str, serves: str, marks: str = "more=more", told: str = "more=more", scan: str = "") -> Api:
    """Both sides: at most 4 items of the client, 2 of the server. `told`: the marks of the client's side."""
    lines = {
        client: f"{client} {PLAIN[asks].format(max=4, marks=told)}",
        OTHER[client]: f"{OTHER[client]} {PLAIN[serves].format(max=2, marks=marks)}",
    }
    return loads(f"""mapdsl 1
endpoint list_things {{
  old GET {PATHS["old"]}
  new GET {PATHS["new"]}
  paging {{ {lines["old"]}; {lines["new"]}; {scan} }}
  response {{ things[] <-> things[] key n {{ n <-> n }} }}
}}""")


def asking(side: str, **query: Any) -> dict[str, Any]:
    texts = {name: str(value) for name, value in query.items()}
    return {"method": "GET", "path": PATHS[side], "query": texts, "headers": {}, "body": None}


def things(numbers: Any) -> list[dict[str, int]]:
    return [{"n": number} for number in numbers]


def reply(numbers: Any, **marks: Any) -> dict[str, Any]:
    return {"status": 200, "headers": {}, "body": {"things": things(numbers), **marks}}


class Server:
    """`count` records; call k gives as many as `gives` says at most. `says` adds to the body: (begin, end) -> marks."""

    def __init__(
        self, scheme: str, count: int, gives: Any = (), says: Callable[[int, int], dict[str, Any]] | None = None
    ):
        self.scheme, self.count = scheme, count
        self.gives = list(gives)
        self.says = says or (lambda begin, end: {"more": end < count})
        self.calls: list[dict[str, Any]] = []
        self.places = {0: 0}  # page number, from 0 -> where it begins

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        self.calls.append(request["query"])
        assert len(self.calls) < 200, "this does not end"
        query = request["query"]
        number = int(query.get("page", 1)) - 1
        begin = {"offset": int(query.get("offset", 0)), "cursor": int(query.get("cursor", 0))}.get(
            self.scheme, self.places.get(number, self.count)
        )
        size = int(query.get("limit", query.get("size", 2)))
        end = min(self.count, begin + min(size, self.gives.pop(0) if self.gives else size))
        self.places[number + 1] = end
        return reply(range(begin, max(begin, end)), **self.says(begin, end))


def numbers(run: Run) -> list[int]:
    return [item["n"] for item in run.done.response.body["things"]]


def texts(run: Run) -> list[str]:
    return [loss.reason for loss in run.done.lost]


# --- a short page is not the end -----------------------------------------------------------------------------------


@pytest.mark.parametrize("client", SIDES)
@pytest.mark.parametrize("serves", ["page", "own", "offset", "cursor"])
@pytest.mark.parametrize("gives", [(1,), (2, 1), (1, 1, 1, 1, 1, 1), (2, 2, 1, 1), (1, 2, 1, 2)])
def test_a_whole_list_goes_on_behind_short_pages(client: str, serves: str, gives: tuple[int, ...]):
    def says(begin: int, end: int) -> dict[str, Any]:
        return {"more": end < 7, "next": end if end < 7 else None}

    server = Server(serves, 7, gives, says)

    run = drive(spec(client, "none", serves), asking(client), client, server.answer)

    assert numbers(run) == list(range(7))
    assert run.done.lost == ()
    assert len(server.calls) <= run.max_calls


@pytest.mark.parametrize("client", SIDES)
@pytest.mark.parametrize("asks", ["page", "offset", "cursor"])
@pytest.mark.parametrize("serves", ["page", "own", "offset", "cursor"])
@pytest.mark.parametrize("gives", [(1,), (2, 1), (1, 1, 1, 1), (2, 2)])
@pytest.mark.parametrize("count", [3, 4, 5])
def test_a_window_is_filled_behind_short_pages(client: str, asks: str, serves: str, gives: Any, count: int):
    def says(begin: int, end: int) -> dict[str, Any]:
        return {"more": end < count, "next": end if end < count else None}

    run = drive(spec(client, asks, serves), asking(client), client, Server(serves, count, gives, says).answer)

    if (asks, serves) == ("cursor", "cursor"):  # its client walks itself: its page may be short
        assert numbers(run) == list(range(count))[: sum(([*gives, 2, 2])[:2])]
        assert run.done.response.body["more"] is (len(numbers(run)) < count)
        return
    assert numbers(run) == list(range(count))[:4]
    assert run.done.response.body["more"] is (count > 4)
    if asks == "cursor":
        assert ("next" in run.done.response.body) is (count > 4)


def test_offsets_go_on_behind_what_came_and_holes_of_a_wave_are_filled():
    def says(begin: int, end: int) -> dict[str, Any]:
        return {"more": end < 8, "total": 8}

    server = Server("offset", 8, (2, 1, 2, 1), says)

    run = drive(spec("old", "none", "offset", "more=more total=total"), asking("old"), "old", server.answer)

    assert numbers(run) == list(range(8))
    assert run.waves == [1, 3, 2]
    assert [(call["offset"], call["limit"]) for call in server.calls] == [
        *[("0", "2"), ("2", "2"), ("4", "2"), ("6", "2")],
        *[("3", "1"), ("7", "2")],
    ]


def test_values_of_a_hole_are_told_by_the_reply_that_gave_them():
    api = loads("""mapdsl 1
endpoint list_things {
  old GET /v1/things
  new GET /v2/things
  paging {
    old none items=things
    new offset offset=@query.offset limit=@query.limit default=2 max=2 more=more total=total items=things
  }
  response { things[] <-> things[] { n <-> n : integer } }
}""")

    def answer(request: dict[str, Any]) -> dict[str, Any]:
        begin = int(request["query"]["offset"])
        given = {0: [0, 1], 2: [2], 4: [4, 5], 3: ["three"]}[begin]
        return reply(given, total=6, more=begin + len(given) < 6)

    with pytest.raises(MapError) as caught:
        drive(api, asking("old"), "old", answer)
    assert [problem.path for problem in caught.value.problems] == ["[3].body.things[0].n"]


@pytest.mark.parametrize("client", SIDES)
@pytest.mark.parametrize("serves", ["page", "own", "offset", "cursor"])
def test_a_full_last_page_ends_the_list_without_another_call(client: str, serves: str):
    server = Server(serves, 4, (), lambda begin, end: {"more": end < 4, "next": end})  # a cursor all the same

    run = drive(spec(client, "none", serves), asking(client), client, server.answer)

    assert (numbers(run), len(server.calls)) == ([0, 1, 2, 3], 2)


@pytest.mark.parametrize("serves", ["page", "own", "offset", "cursor"])
def test_where_the_server_does_not_say_a_short_page_or_no_cursor_ends(serves: str):
    server = Server(serves, 3, (), lambda begin, end: {"next": end if end < 3 else None, "more": None})

    run = drive(spec("old", "none", serves), asking("old"), "old", server.answer)

    assert (numbers(run), len(server.calls)) == ([0, 1, 2], 2)


def test_totals_are_known_where_the_server_says_that_nothing_is_behind():
    api = spec("old", "offset", "offset", told="total=total more=more")

    whole = drive(api, asking("old"), "old", Server("offset", 4).answer)
    part = drive(api, asking("old"), "old", Server("offset", 5).answer)

    assert whole.done.response.body == {"things": things(range(4)), "total": 4, "more": False}
    assert part.done.response.body == {"things": things(range(4)), "more": True}
    assert texts(part) == ["missing"]


# --- pages that do not end ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("serves", ["page", "own", "cursor"])
def test_an_empty_page_with_more_goes_on_to_the_next(serves: str):
    cursors = itertools.count(1)
    given = iter(((0, 1), (), (2,)))

    def answer(request: dict[str, Any]) -> dict[str, Any]:
        page = next(given)
        return reply(page, more=page != (2,), next=f"c{next(cursors)}")

    assert numbers(drive(spec("old", "none", serves), asking("old"), "old", answer)) == [0, 1, 2]


@pytest.mark.parametrize("serves", ["page", "own", "offset", "cursor"])
@pytest.mark.parametrize("asks", ["none", "offset"])
def test_empty_pages_with_more_end_in_an_error(serves: str, asks: str):
    cursors, calls = itertools.count(1), []

    def answer(request: dict[str, Any]) -> dict[str, Any]:
        calls.append(request)
        return reply((), more=True, next=f"c{next(cursors)}")

    with pytest.raises(MapError, match=r"an item at least, for the server says that there is more|calls are enough"):
        drive(spec("old", asks, serves, scan="scan 20"), asking("old"), "old", answer)
    assert len(calls) <= 21


@pytest.mark.parametrize("cursors", ["aa", "aba", "abcb"])
def test_a_cursor_that_was_given_before_is_an_error(cursors: str):
    left = list(cursors)

    def answer(request: dict[str, Any]) -> dict[str, Any]:
        return reply((len(left),), next=left.pop(0))

    with pytest.raises(MapError, match=r"body\.next: expected the cursor of a page that was not read yet, found "):
        drive(spec("old", "none", "cursor", ""), asking("old"), "old", answer)


# --- cursors that are numbers --------------------------------------------------------------------------------------


@pytest.mark.parametrize("client", SIDES)
@pytest.mark.parametrize("asks", ["none", "page", "offset"])
@pytest.mark.parametrize("marks", ["", "more=more", "total=total"])
def test_cursors_may_be_numbers(client: str, asks: str, marks: str):
    """From 0 on: what is behind item 0 is asked for with the cursor 0."""
    server_calls: list[dict[str, Any]] = []

    def answer(request: dict[str, Any]) -> dict[str, Any]:
        server_calls.append(request["query"])
        begin = 1 + int(request["query"].get("cursor", -1))
        last = begin + int(request["query"]["limit"]) - 1
        last = min(last, begin)  # one at a time
        return reply(range(begin, last + 1), next=last if last < 3 else None, more=last < 3, total=4)

    run = drive(spec(client, asks, "cursor", marks), asking(client), client, answer)

    assert numbers(run) == [0, 1, 2, 3]
    assert [call.get("cursor") for call in server_calls] == [None, "0", "1", "2"]


@pytest.mark.parametrize("cursor", [7, 0, 1.5, 10**20])
def test_a_cursor_of_both_sides_passes_as_it_is(cursor: Any):
    api = spec("old", "cursor", "cursor")
    asked: list[Any] = []

    def answer(request: dict[str, Any]) -> dict[str, Any]:
        asked.append(request["query"].get("cursor"))
        return reply((0, 1), next=cursor, more=True)

    first = drive(api, asking("old", limit=2), "old", answer)
    drive(api, asking("old", limit=2, cursor=first.done.response.body["next"]), "old", answer)

    assert first.done.response.body == {"things": things((0, 1)), "next": cursor, "more": True}
    assert asked == [None, str(cursor)]


def test_a_cursor_in_a_body_stays_a_number():
    api = loads("""mapdsl 1
endpoint list_things {
  old POST /v1/things
  new POST /v2/things
  paging {
    old none items=things
    new cursor cursor=cursor limit=limit default=2 max=2 next=next items=things
  }
  response { things[] <-> things[] { n <-> n } }
}""")
    asked: list[Any] = []

    def answer(request: dict[str, Any]) -> dict[str, Any]:
        asked.append(request["body"])
        return reply((0, 1), next=7) if len(asked) == 1 else reply((2,), next=None)

    request = {"method": "POST", "path": "/v1/things", "query": {}, "headers": {}, "body": {}}
    run = drive(api, request, "old", answer)

    assert numbers(run) == [0, 1, 2]
    assert asked == [{"limit": 2}, {"cursor": 7, "limit": 2}]


def test_a_client_of_cursors_alone_is_not_sent_on_where_the_server_says_the_end():
    def answer(request: dict[str, Any]) -> dict[str, Any]:
        return reply((0, 1), next="sync-from-here", more=False)

    both = drive(spec("old", "cursor", "cursor"), asking("old", limit=2), "old", answer)
    alone = drive(spec("old", "cursor", "cursor", told=""), asking("old", limit=2), "old", answer)

    assert both.done.response.body == {"things": things((0, 1)), "next": "sync-from-here", "more": False}
    assert alone.done.response.body == {"things": things((0, 1))}


@pytest.mark.parametrize(("following", "more"), [("b", True), (None, False)])
def test_a_next_cursor_says_whether_there_is_more(following: Any, more: bool):
    def answer(request: dict[str, Any]) -> dict[str, Any]:
        return reply((0, 1), next=following)

    run = drive(spec("old", "cursor", "cursor", ""), asking("old", limit=2), "old", answer)

    assert run.done.response.body["more"] is more


# --- marks that cannot be ------------------------------------------------------------------------------------------

MISFITS = [
    ("more", "yes", r"body\.more: expected true or false, .*, found \"yes\""),
    ("more", 1, r"body\.more: expected true or false, .*, found 1"),
    ("more", [], r"body\.more: expected true or false, .*, found an empty list"),
    ("total", "12", r"body\.total: expected a whole number from 0, .*, found \"12\""),
    ("total", -1, r"body\.total: expected a whole number from 0, .*, found -1"),
    ("total", 1.5, r"body\.total: expected a whole number from 0, .*, found 1\.5"),
    ("total", True, r"body\.total: expected a whole number from 0, .*, found true"),
    ("next", True, r"body\.next: expected a cursor: a text or a number, .*, found true"),
    ("next", {"cursor": "x"}, r"body\.next: expected a cursor: a text or a number, .*, found an object of 1"),
]


@pytest.mark.parametrize("client", SIDES)
@pytest.mark.parametrize("asks", ["none", "offset", "cursor"])
@pytest.mark.parametrize("serves", ["page", "own", "offset", "cursor"])
@pytest.mark.parametrize(("name", "value", "said"), MISFITS)
def test_a_mark_of_another_type_is_an_error(client: str, asks: str, serves: str, name: str, value: Any, said: str):
    if name == "next" and serves != "cursor":
        return
    api = spec(client, asks, serves, "more=more total=total")
    odd = reply((0,), **{name: value})

    with pytest.raises(MapError, match=said):
        drive(api, asking(client), client, lambda request: odd)
    sent = translate_request(api, asking(client), to=OTHER[client])
    with pytest.raises(MapError, match=said):
        translate_response(api, odd, to=client, request=sent)
    with pytest.raises(MapError, match=said):
        translate_response(api, odd, to=client, endpoint="list_things")


def test_a_mark_of_another_type_in_a_later_page_says_in_which():
    def answer(request: dict[str, Any]) -> dict[str, Any]:
        return reply((0, 1), more=True) if request["query"]["offset"] == "0" else reply((2,), more="no")

    with pytest.raises(MapError, match=r"\[1\]\.body\.more: expected true or false"):
        drive(spec("old", "none", "offset"), asking("old"), "old", answer)


def test_a_mark_below_something_that_is_no_object_is_an_error():
    api = spec("old", "none", "offset", "total=about.total")
    with pytest.raises(MapError, match=r"body\.about: expected an object, found \"5\""):
        drive(api, asking("old"), "old", lambda request: reply((0,), about="5"))


NO_OBJECTS = [("5", r"\"5\""), (5, "5"), ([{"total": 6}], "a list of 1"), ([], "an empty list"), (True, "true")]


@pytest.mark.parametrize("client", SIDES)
@pytest.mark.parametrize("mark", ["total", "more"])
@pytest.mark.parametrize(("about", "what"), NO_OBJECTS)
def test_a_mark_that_lies_in_no_object_is_seen_in_every_page(client: str, mark: str, about: Any, what: str):
    """Of a later page nothing is read but its items and its marks; behind a first one no call is made."""
    api = spec(client, "none", "offset", f"{mark}=about.{mark}")
    good = reply((0, 1), about={"total": 6, "more": True})
    calls: list[Any] = []

    def answer(request: dict[str, Any]) -> dict[str, Any]:
        calls.append(request)
        return reply((2, 3), about=about) if request["query"]["offset"] == wrong else good

    wrong = "0"
    with pytest.raises(MapError, match=rf"^body\.about: expected an object, found {what}"):
        drive(api, asking(client), client, answer)
    assert len(calls) == 1
    wrong = "2"
    with pytest.raises(MapError, match=rf"^\[1\]\.body\.about: expected an object, found {what}"):
        drive(api, asking(client), client, answer)
    sent = translate_request(api, asking(client), to=OTHER[client])
    with pytest.raises(MapError, match=rf"^\[1\]\.body\.about: expected an object, found {what}"):
        translate_response(api, [good, reply((2, 3), about=about)], to=client, request=sent)


@pytest.mark.parametrize(("about", "what"), NO_OBJECTS)
def test_so_is_one_that_lies_deeper(about: Any, what: str):
    api = spec("old", "none", "offset", "more=about.page.more")

    def answer(request: dict[str, Any]) -> dict[str, Any]:
        first = request["query"]["offset"] == "0"
        return reply((0, 1), about={"page": {"more": True} if first else about})

    with pytest.raises(MapError, match=rf"^\[1\]\.body\.about\.page: expected an object, found {what}"):
        drive(api, asking("old"), "old", answer)


@pytest.mark.parametrize(("about", "what"), NO_OBJECTS)
def test_so_is_a_cursor(about: Any, what: str):
    api = loads("""mapdsl 1
endpoint list_things {
  old GET /v1/things
  new GET /v2/things
  paging {
    old none items=things
    new cursor cursor=@query.cursor limit=@query.limit default=2 max=2 next=about.next items=things
  }
  response { things[] <-> things[] { n <-> n } }
}""")

    def answer(request: dict[str, Any]) -> dict[str, Any]:
        return reply((2, 3), about=about) if "cursor" in request["query"] else reply((0, 1), about={"next": "c"})

    with pytest.raises(MapError, match=rf"^\[1\]\.body\.about: expected an object, found {what}"):
        drive(api, asking("old"), "old", answer)


@pytest.mark.parametrize("about", [None, {}, {"total": None}])
def test_a_mark_below_null_or_nothing_says_nothing(about: Any):
    api = spec("old", "none", "offset", "total=about.total")
    assert numbers(drive(api, asking("old"), "old", lambda request: reply((0,), about=about))) == [0]
    assert numbers(drive(api, asking("old"), "old", lambda request: reply((0,)))) == [0]


CONTRADICTIONS = [
    ((0, 1), {"more": False, "total": 3}, r"more: expected true, for 2 items came and the total is 3 .*, found false"),
    ((0,), {"more": False, "total": 3}, r"more: expected true, for 1 item came and the total is 3 .*, found false"),
    ((0, 1), {"more": True, "total": 2}, r"more: expected false, for 2 items came and the total is 2 .*, found true"),
    ((), {"more": True, "total": 0}, r"more: expected false, for 0 items came and the total is 0 .*, found true"),
    ((0, 1), {"more": False, "total": 1}, r"total: expected at least 2, for 2 items came .*, found 1"),
    ((0, 1), {"total": 1}, r"total: expected at least 2, for 2 items came .*, found 1"),
]


@pytest.mark.parametrize("client", SIDES)
@pytest.mark.parametrize("asks", ["none", "page", "offset", "cursor"])
@pytest.mark.parametrize("serves", ["page", "own", "offset", "cursor"])
@pytest.mark.parametrize(("given", "marks", "said"), CONTRADICTIONS)
def test_marks_that_contradict_each_other_are_an_error(
    client: str, asks: str, serves: str, given: Any, marks: dict[str, Any], said: str
):
    api = spec(client, asks, serves, "more=more total=total")
    odd = reply(given, **marks, next="c")

    with pytest.raises(MapError, match=said):
        drive(api, asking(client), client, lambda request: odd)
    sent = translate_request(api, asking(client), to=OTHER[client])
    with pytest.raises(MapError, match=said):
        translate_response(api, odd, to=client, request=sent)


def test_a_contradiction_counts_from_where_the_page_begins():
    api = spec("old", "offset", "offset", "more=more total=total")
    later = reply((2, 3), more=False, total=4)
    odd = reply((2, 3), more=False, total=5)

    assert numbers(drive(api, asking("old", offset=2, limit=2), "old", lambda request: later)) == [2, 3]
    with pytest.raises(
        MapError, match=r"body\.more: expected true, for 2 items came, behind 2 others and the total is 5"
    ):
        drive(api, asking("old", offset=2, limit=2), "old", lambda request: odd)


def test_items_behind_a_last_page_are_an_error():
    def answer(request: dict[str, Any]) -> dict[str, Any]:
        begin = int(request["query"]["offset"])
        return reply((begin, begin + 1), total=6, more={0: True, 2: False, 4: False}[begin])

    with pytest.raises(MapError, match=r"\[1\]\.body\.more: expected true"):
        drive(spec("old", "none", "offset", "more=more total=total"), asking("old"), "old", answer)


@pytest.mark.parametrize("marks", ["more=more", "total=total"])
def test_more_without_a_cursor_is_an_error(marks: str):
    odd = reply((0, 1), more=True, total=5, next=None)
    with pytest.raises(MapError, match=r"body\.next: expected a cursor, for .*, found none"):
        drive(spec("old", "none", "cursor", marks), asking("old"), "old", lambda request: odd)


def test_a_total_of_a_whole_list_that_is_too_small_is_an_error():
    api = loads("""mapdsl 1
endpoint list_things {
  old GET /v1/things
  new GET /v2/things
  paging {
    old none total=total items=things
    new offset offset=@query.offset limit=@query.limit default=2 items=things
  }
  response { things[] <-> things[] { n <-> n } }
}""")
    with pytest.raises(MapError, match=r"body\.total: expected at least 2, for 2 items came"):
        drive(api, asking("new"), "new", lambda request: reply((0, 1), total=1))


def test_the_total_of_a_list_that_changed_is_told_and_no_error():
    def answer(request: dict[str, Any]) -> dict[str, Any]:
        begin = int(request["query"]["offset"])
        return (
            reply((0, 1), total=3, more=True)
            if begin == 0
            else reply((2, 3)[: 2 if begin == 2 else 0], total=4, more=False)
        )

    run = drive(spec("old", "none", "offset", "more=more total=total"), asking("old"), "old", answer)

    assert numbers(run) == [0, 1, 2, 3]
    assert "torn: the total was 3 when the first page was read" in texts(run)


# --- page numbers far from the first -------------------------------------------------------------------------------


def test_behind_short_pages_of_numbers_nobody_knows_which_items_a_later_page_has():
    """The first window is filled by going on; a later one that is short cannot be."""
    api = spec("old", "page", "page")

    def answer(request: dict[str, Any]) -> dict[str, Any]:
        return reply((8,), more=True) if request["query"]["page"] == "3" else reply((9, 10), more=True)

    with pytest.raises(MapError, match=r"nobody knows which items a page behind has"):
        drive(api, asking("old", page=2), "old", answer)


# --- failures, replies by hand -------------------------------------------------------------------------------------


@pytest.mark.parametrize("serves", ["page", "own", "offset", "cursor"])
@pytest.mark.parametrize("k", [1, 2, 3])
@pytest.mark.parametrize("failure", [{"status": 500, "headers": {}, "body": {"more": "yes"}}, Failed("timeout", None)])
def test_a_failure_in_the_middle_is_no_shorter_list(serves: str, k: int, failure: Any):
    server = Server(serves, 7, (1, 1, 1), lambda begin, end: {"more": end < 7, "next": end if end < 7 else None})

    def answer(request: dict[str, Any]) -> Any:
        made = server.answer(request)
        return failure if len(server.calls) == k else made

    run = drive(spec("old", "none", serves), asking("old"), "old", answer)

    assert run.done.response.status >= 500
    assert len(server.calls) == k


@pytest.mark.parametrize("asks", ["none", "page", "offset", "cursor"])
@pytest.mark.parametrize("serves", ["page", "offset"])
def test_a_reply_by_hand_with_more_behind_a_short_page_is_an_error(asks: str, serves: str):
    api = spec("old", asks, serves)
    sent = translate_request(api, asking("old"), to="new")

    with pytest.raises(MapError, match=r"Api\.exchange"):
        translate_response(api, [reply((0,), more=True)], to="old", request=sent)
    if asks != "none":
        with pytest.raises(MapError, match=r"\[1\]\.body\.things: expected 2 items, .*Api\.exchange"):
            translate_response(api, [reply((0, 1), more=True), reply((2,), more=True)], to="old", request=sent)


@pytest.mark.parametrize(("asks", "window"), [("page", {"size": 2}), ("offset", {"limit": 2})])
@pytest.mark.parametrize("serves", ["page", "offset"])
def test_so_it_is_where_the_window_is_one_call(asks: str, window: dict[str, int], serves: str):
    api = spec("old", asks, serves)
    sent = translate_request(api, asking("old", **window), to="new")

    assert len(sent.requests) == 1
    with pytest.raises(MapError, match=r"body\.things: expected 2 items, .*Api\.exchange"):
        translate_response(api, reply((0,), more=True), to="old", request=sent)


@pytest.mark.parametrize("client", SIDES)
@pytest.mark.parametrize("asks", ["none", "page", "offset", "cursor"])
@pytest.mark.parametrize("serves", ["page", "own", "offset", "cursor"])
def test_items_behind_the_end_by_hand_are_an_error(client: str, asks: str, serves: str):
    """Without a total nothing else contradicts: the first reply ends the list, and there are items behind it."""
    api = spec(client, asks, serves)
    sent = translate_request(api, asking(client), to=OTHER[client])
    ends = reply((0, 1), more=False, next="c")

    for more in (True, False, None):
        behind = reply((2, 3), more=more, next="d")
        expected = r"\[1\]\.body\.things: expected no items, for `more` of reply 0 is false, found a list of 2"
        with pytest.raises(MapError, match=expected):
            translate_response(api, [ends, behind], to=client, request=sent)
    got = translate_response(api, [ends, reply((), more=False, next="d")], to=client, request=sent)
    assert got.response.body["things"] == things((0, 1))


@pytest.mark.parametrize("asks", ["none", "page", "offset", "cursor"])
@pytest.mark.parametrize("serves", ["page", "own", "offset", "cursor"])
def test_they_are_none_where_the_list_grew_between_the_calls(asks: str, serves: str):
    api = spec("old", asks, serves, "more=more total=total")
    sent = translate_request(api, asking("old"), to="new")
    ends, grew = reply((0, 1), more=False, total=2, next="c"), reply((2,), more=False, total=3, next="d")

    got = translate_response(api, [ends, grew], to="old", request=sent)

    assert got.response.body["things"] == things((0, 1, 2))
    assert "torn: the total was 2 when the first page was read" in [loss.reason for loss in got.lost]


@pytest.mark.parametrize("asks", ["page", "offset"])
@pytest.mark.parametrize("serves", ["page", "offset"])
def test_replies_by_hand_that_end_are_the_whole_window(asks: str, serves: str):
    api = spec("old", asks, serves)
    sent = translate_request(api, asking("old"), to="new")

    got = translate_response(api, [reply((0, 1), more=True), reply((2,), more=False)], to="old", request=sent)
    full = translate_response(api, [reply((0, 1), more=True), reply((2, 3), more=True)], to="old", request=sent)
    first = translate_response(api, [reply((0, 1), more=False)], to="old", request=sent)

    assert got.response.body == {"things": things(range(3)), "more": False}
    assert full.response.body == {"things": things(range(4)), "more": True}
    assert first.response.body == {"things": things(range(2)), "more": False}


def test_one_reply_by_hand_is_the_whole_list_where_it_says_so():
    api = spec("old", "none", "offset")
    sent = translate_request(api, asking("old"), to="new")

    full = translate_response(api, reply((0, 1), more=False), to="old", request=sent)

    assert full.response.body == {"things": things(range(2))}
    for odd in (reply((0, 1), more=True), reply((0, 1))):
        with pytest.raises(MapError, match=r"Api\.exchange"):
            translate_response(api, odd, to="old", request=sent)


# --- lists that are shown in part ----------------------------------------------------------------------------------

PART = """mapdsl 1
endpoint list_things {{
  old GET /v1/things
  new GET /v2/things
  query {{ {filters} }}
  paging {{
    old page page=@query.page size=@query.size default=2 max=4 more=more {told} items=things
    new {new}
    {only}
  }}
  response {{ things[] <-> things[] key n {{ n <-> n; kind <-> kind }} }}
}}"""


@pytest.mark.parametrize("serves", ["page", "own", "offset", "cursor"])
@pytest.mark.parametrize(
    ("only", "filters"), [('only new kind is "a"', ""), ("", "filter @query.kind residual where kind")]
)
@pytest.mark.parametrize("page", [1, 2, 3])
def test_a_window_of_what_is_shown_is_found_behind_short_pages(serves: str, only: str, filters: str, page: int):
    api = loads(PART.format(new=PLAIN[serves].format(max=3, marks="more=more"), only=only, filters=filters, told=""))
    server = Server(serves, 9, (1, 3, 1, 2), lambda begin, end: {"more": end < 9, "next": end if end < 9 else None})

    def answer(request: dict[str, Any]) -> dict[str, Any]:
        made = server.answer(request)
        for item in made["body"]["things"]:
            item["kind"] = "ab"[item["n"] % 2]
        return made

    query = {"kind": "a"} if filters else {}
    run = drive(api, asking("old", page=page, **query), "old", answer)

    assert numbers(run) == [0, 2, 4, 6, 8][2 * page - 2 : 2 * page]
    assert run.done.response.body["more"] is (page < 3)


# --- calls ---------------------------------------------------------------------------------------------------------


def test_the_bound_of_calls_is_one_for_each_item_where_pages_may_be_short():
    said, unsaid = spec("old", "page", "page"), spec("old", "page", "page", "")

    assert unsaid["list_things"].max_calls("old") == 3
    assert said["list_things"].max_calls("old") == 4
    assert spec("old", "none", "offset", scan="scan 20")["list_things"].max_calls("old") == 21


def test_the_exchange_goes_on_from_its_state_at_every_short_page():
    server = Server("offset", 9, (1, 2, 1), lambda begin, end: {"more": end < 9, "total": 9})
    api = spec("new", "none", "offset", "more=more total=total")

    run = drive(api, asking("new"), "new", server.answer, resume=True)

    assert numbers(run) == list(range(9))
