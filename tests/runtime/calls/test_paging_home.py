"""The way home of windows: residue brings back what the other side was not shown, or was asked for otherwise."""

from __future__ import annotations

import itertools

import pytest

import mapdsl
from mapdsl import loads, translate_request, translate_response

SIDES = {
    "page": "page page=@query.page size=@query.per_page default=20 max=500 total=total echo=page items=records",
    "own pages": "page page=@query.page total=total echo=page items=records",
    "fixed pages": "page page=@query.page default=20 total=total items=records",
    "offset": "offset offset=@query.offset limit=@query.limit default=20 max=500 total=total items=records",
    "cursor": "cursor cursor=@query.after limit=@query.limit default=20 max=500 next=next items=records",
    "none": "none total=total items=records",
}
NEW = "offset offset=@query.offset limit=@query.limit default=10 max=100 total=metadata.total items=things"
COUNT = 7
ITEMS = [{"n": n, "kind": "a" if n % 2 else "b"} for n in range(COUNT)]

every_side = pytest.mark.parametrize("old", SIDES)


def api(old: str, more: str = "") -> mapdsl.Api:
    return loads(f"""mapdsl 1
endpoint list_things {{
  old GET /things
  new GET /v4/things
  paging {{ old {SIDES[old]}; new {NEW}; {more} }}
  response {{ records[] <-> things[] key n {{ n <-> n; kind <-> kind }} }}
}}""")


def whole(more: dict | None = None) -> dict:
    return {"status": 200, "headers": {}, "body": {"records": ITEMS, "total": COUNT, **(more or {})}}


@every_side
@pytest.mark.parametrize("only", ["", 'only old kind is "a"', 'only new kind is "a"'])
def test_a_request_comes_home_as_the_one_it_was(old: str, only: str):
    for query in ({}, {"limit": "3"}, {"offset": "2", "limit": "3"}, {"offset": "0", "limit": "100"}):
        made = api(old, only)
        given = {"method": "GET", "path": "/v4/things", "query": query, "headers": {}, "body": None}
        sent = translate_request(made, given, to="old")
        if len(sent.requests) > 1:
            assert old == "fixed pages"  # several calls are no message that could come home
            continue

        home = translate_request(made, sent.request, to="new", residue=sent.residue)

        assert [request.to_dict() for request in home.requests] == [given]
        assert home.complete


def test_a_window_that_was_changed_on_the_way_is_the_one_that_goes_on():
    made = api("page", 'only old kind is "a"')
    given = {"method": "GET", "path": "/v4/things", "query": {"limit": "3"}, "headers": {}, "body": None}
    sent = translate_request(made, given, to="old")
    changed = {**sent.request.to_dict(), "query": {"page": "2", "per_page": "150"}}

    home = translate_request(made, changed, to="new", residue=sent.residue)

    assert [request.query for request in home.requests] == [
        {"offset": "150", "limit": "100"},
        {"offset": "250", "limit": "50"},
    ]


@every_side
@pytest.mark.parametrize("only", ["", 'only old kind is "a"'])
def test_a_reply_that_was_cut_comes_home_whole(old: str, only: str):
    made = api(old, only)
    for offset, limit in itertools.product((0, 1, 6, 9), (1, 3, 10)):
        query = {"offset": str(offset), "limit": str(limit)}
        given = {"method": "GET", "path": "/v4/things", "query": query, "headers": {}, "body": None}
        sent = translate_request(made, given, to="old")
        if len(sent.requests) != 1:
            continue
        reply = whole({"page": 1} if "echo" in SIDES[old] else None)
        if old == "cursor":
            del reply["body"]["total"]
        elif sent.request.query.get("page", "1") != "1" or (offset and sent.request.query.get("offset")):
            continue  # a server would not reply with all of them
        if old in ("page", "offset") and limit < COUNT and not only:
            continue

        shown = translate_response(made, reply, to="new", request=sent)
        home = translate_response(made, shown.response, to="old", request=sent, residue=shown.residue)

        items = [item for item in ITEMS if not only or item["kind"] == "a"]
        assert shown.response.body["things"] == items[offset : offset + limit]
        assert home.response.to_dict() == reply


def test_a_window_whose_item_was_changed_keeps_the_change():
    made = api("none")
    given = {"method": "GET", "path": "/v4/things", "query": {"offset": "1", "limit": "2"}}
    sent = translate_request(made, given, to="old")
    shown = translate_response(made, whole(), to="new", request=sent)
    changed = shown.response.to_dict()
    changed["body"]["things"][0]["kind"] = "c"

    home = translate_response(made, changed, to="old", request=sent, residue=shown.residue)

    assert home.response.body["records"] == [{"n": 1, "kind": "c"}, {"n": 2, "kind": "b"}]
