"""Pages whose size is the server's own: no parameter asks for one, and no document says it.

A server of such pages is read from its first one. A client of them gets the whole list as its first page, for no later
one is known to begin anywhere, and empty pages behind it.
"""

from __future__ import annotations

import itertools

import pytest

import mapdsl
from mapdsl import MapError, loads
from tests.exchange.driving import drive
from tests.exchange.fake_server import FakeServer

OLD = "old page page=@query.page {total} echo=page echo=page_size items=records"
OFFSET = "new offset offset=@query.offset limit=@query.limit default=10 max=10 total=metadata.total items=things"


def spec(old: str = OLD, new: str = OFFSET, total: str = "total=total", scan: str = "") -> mapdsl.Api:
    return loads(f"""mapdsl 1
endpoint list_things {{
  old GET /things
  new GET /v4/things
  paging {{ {old.format(total=total)}; {new}; {scan} }}
  response {{ records[] <-> things[] key n {{ n <-> n }} }}
}}""")


def old_server(count: int, size: int, **more) -> FakeServer:
    """It takes `page` and nothing else: a size is a parameter that it does not know."""
    return FakeServer("page", count=count, size="-", default=size, maximum=None, **more)


def new_server(count: int, **more) -> FakeServer:
    return FakeServer(
        "offset",
        path="/v4/things",
        count=count,
        position="offset",
        size="limit",
        default=10,
        maximum=10,
        items=("things",),
        total=("metadata", "total"),
        **more,
    )


def asks(path: str, **query: str) -> dict:
    return {"method": "GET", "path": path, "query": query, "headers": {}, "body": None}


def numbers(items: list) -> list[int]:
    return [item["n"] for item in items]


@pytest.mark.parametrize("counted", [True, False])
@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_a_window_is_exact_whatever_the_size_of_a_page(size: int, counted: bool):
    api = spec(total="total=total" if counted else "")
    for count, offset, limit in itertools.product((0, 1, 2, 3, 6, 7), (0, 1, 4, 9), (1, 2, 5, 10)):
        fake = old_server(count, size, total=("total",) if counted else None)

        run = drive(api, asks("/v4/things", offset=str(offset), limit=str(limit)), "new", fake.answer)

        assert numbers(run.done.response.body["things"]) == list(range(count))[offset : offset + limit]
        if counted:
            assert run.done.response.body["metadata"]["total"] == count
            pages = max(1, -(-min(count, offset + limit) // size)) if offset < count else 1
            assert len(fake.calls) == pages
            assert run.waves == [1] if pages == 1 else run.waves == [1, pages - 1]  # the first page tells the size


def test_the_first_page_of_a_client_is_the_whole_list():
    for query in ({}, {"page": "1"}):
        fake = new_server(23)

        run = drive(spec(), asks("/things", **query), "old", fake.answer)

        assert run.done.response.body == {
            "records": [{"n": n} for n in range(23)],
            "total": 23,
            "page": 1,
            "page_size": 23,
        }
        assert run.waves == [1, 2]


def test_behind_the_whole_list_pages_are_empty():
    fake = new_server(23)

    run = drive(spec(), asks("/things", page="2"), "old", fake.answer)

    assert run.done.response.body == {"records": [], "total": 23, "page": 2, "page_size": 0}
    assert [(call.offset, call.limit) for call in fake.calls] == [(0, 1)]  # for the total


def test_pages_of_both_sides_are_the_same_pages():
    api = spec(new="new page page=@query.page total=metadata.total items=things")
    fake = old_server(7, 3)

    run = drive(api, asks("/v4/things", page="2"), "new", fake.answer)

    assert (numbers(run.done.response.body["things"]), run.waves) == ([3, 4, 5], [1])
    assert run.done.response.body["metadata"] == {"total": 7}
    assert fake.requests[0]["query"] == {"page": "2"}


@pytest.mark.parametrize(
    "scheme", ["none items=things", "cursor cursor=@query.c limit=@query.n default=5 next=next items=things"]
)
def test_clients_of_other_schemes_are_served_from_the_first_page_on(scheme: str):
    fake = old_server(7, 3)

    run = drive(spec(new=f"new {scheme}"), asks("/v4/things"), "new", fake.answer)

    assert numbers(run.done.response.body["things"]) == list(range(7))[: 7 if "none" in scheme else 5]


def test_a_server_that_ends_before_its_total_is_an_error():
    nothing = {"status": 200, "headers": {}, "body": {"records": [], "total": 5}}
    fake = old_server(5, 2, spoiled={2: nothing, 3: nothing})

    with pytest.raises(MapError, match="5 items, as the total says"):
        drive(spec(), asks("/v4/things", limit="5"), "new", fake.answer)


def test_a_window_far_behind_is_refused_before_a_call():
    fake = old_server(5, 2)

    with pytest.raises(MapError, match="among the first 100 items"):
        drive(spec(scan="scan 100"), asks("/v4/things", offset="96", limit="5"), "new", fake.answer)
    assert fake.calls == []


def test_one_reply_is_enough_only_if_nothing_is_behind_it():
    api = spec()
    sent = mapdsl.translate_request(api, asks("/v4/things", limit="2", offset="1"), to="old")
    assert [request.to_dict()["query"] for request in sent.requests] == [{"page": "1"}]

    whole = {"status": 200, "body": {"records": [{"n": 0}, {"n": 1}], "total": 2}}
    assert numbers(mapdsl.translate_response(api, whole, to="new", request=sent).response.body["things"]) == [1]
    with pytest.raises(MapError, match=r"use Api\.exchange"):
        mapdsl.translate_response(
            api, {"status": 200, "body": {"records": [{"n": 0}, {"n": 1}], "total": 3}}, to="new", request=sent
        )


def test_a_size_that_is_fixed_is_said_by_the_default():
    api = spec(old="old page page=@query.page default=3 {total} items=records")
    fake = old_server(20, 3)

    run = drive(api, asks("/v4/things", offset="7", limit="4"), "new", fake.answer)

    assert numbers(run.done.response.body["things"]) == [7, 8, 9, 10]
    assert [request["query"] for request in fake.requests] == [{"page": "3"}, {"page": "4"}]

    fake = new_server(20)
    run = drive(api, asks("/things", page="3"), "old", fake.answer)
    assert numbers(run.done.response.body["records"]) == [6, 7, 8]


@pytest.mark.parametrize("wrong", ["max=5", "size=@query.n"])
def test_a_size_that_can_be_asked_for_has_a_default(wrong: str):
    with pytest.raises(MapError, match="default"):
        spec(old=f"old page page=@query.page {wrong} {{total}} items=records")


def test_a_server_of_whole_lists_whose_total_says_more_is_an_error():
    api = spec(old="old none total=total items=records")
    fake = FakeServer("none", count=3)
    assert len(drive(api, asks("/v4/things"), "new", fake.answer).done.response.body["things"]) == 3

    short = FakeServer(
        "none", count=3, spoiled={1: {"status": 200, "headers": {}, "body": {"records": [{"n": 0}], "total": 3}}}
    )
    with pytest.raises(MapError, match="3 items, as the total says"):
        drive(api, asks("/v4/things"), "new", short.answer)
    sent = mapdsl.translate_request(api, asks("/v4/things"), to="old")
    with pytest.raises(MapError, match="3 items, as the total says"):
        mapdsl.translate_response(api, short.spoiled[1], to="new", request=sent)


def test_each_page_that_says_another_number_is_told():
    """A window of ten across two pages of five: the second reply repeats the number of another one."""
    api = spec(old="old page page=@query.page size=@query.per_page default=10 max=10 {total} echo=page items=records")
    said = {"2": "2", "3": 9}

    def answer(request):
        page, size = int(request["query"]["page"]), int(request["query"]["per_page"])
        body = {"records": [{"n": n} for n in range(size * (page - 1), size * page)], "total": 35}
        return {"status": 200, "body": {**body, "page": said[str(page)]}}

    run = drive(api, asks("/v4/things", offset="5", limit="10"), "new", answer)
    assert numbers(run.done.response.body["things"]) == list(range(5, 15))
    told = [(loss.path, loss.value, loss.reason) for loss in run.done.lost]
    assert told == [("[1].body.page", 9, "contradicts the request: page 3 was asked for")]


def test_a_size_that_is_the_server_s_own_contradicts_no_request():
    """The last page holds fewer items than the size that its reply repeats, and an empty one none."""
    for count in (12, 0):
        fake = old_server(count, 5, total=("total",))

        def answer(request, fake=fake):
            reply = fake.answer(request)
            return {**reply, "body": {**reply["body"], "page": int(request["query"]["page"]), "page_size": 5}}

        run = drive(spec(), asks("/v4/things", offset="9", limit="10"), "new", answer)

        assert numbers(run.done.response.body["things"]) == list(range(count))[9:]
        assert run.done.lost == ()
