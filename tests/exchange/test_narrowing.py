"""Items that a client is not shown: `only` in paging, and filters that the server does not have."""

from __future__ import annotations

import json
import random
from functools import cache

import pytest

from mapdsl import Done, MapError, loads, translate_request, translate_response

SPEC = """
mapdsl 1
endpoint list_templates {
  old GET /v1/templates
  new GET /v2/messages
  query {
    q <-> q
    filter live residual where live
    filter lang residual 60 where meta.langs
  }
  paging {
    old page page=@query.page size=@query.per_page default=10 max=50 total=total echo=page items=templates
    new SERVER
    only new select("$.channels[?(@ == 'sms')]") is present
    scan 200 TOTAL
  }
  response {
    templates[] <-> messages[] key id { id <-> id; live <-> active; meta.langs <-> languages; drop kind = "t" }
  }
}
"""
SERVERS = {
    "offset": "offset offset=@query.offset limit=@query.limit default=10 max=20 total=metadata.total items=messages",
    "page": "page page=@query.p size=@query.s default=10 max=20 total=metadata.total items=messages",
    "blind": "offset offset=@query.offset limit=@query.limit default=10 max=20 items=messages",
    "cursor": "cursor cursor=@query.after limit=@query.limit default=10 max=20 next=metadata.next items=messages",
    "none": "none total=metadata.total items=messages",
}


@cache
def api(server="offset", total=""):
    return loads(SPEC.replace("SERVER", SERVERS[server]).replace("TOTAL", total))


def message(number):
    return {
        "id": number,
        "channels": ["sms", "email"] if number % 3 == 0 else ["email"],
        "active": number % 2 == 0,
        "languages": ["en", "fr"] if number % 5 == 0 else ["en"],
    }


def shown(count, **filters):
    """What an old client should see of `count` messages, worked out from the records alone."""
    ids = [number for number in range(count) if number % 3 == 0]
    if "live" in filters:
        ids = [number for number in ids if (number % 2 == 0) == (filters["live"] == "true")]
    if "lang" in filters:
        wanted = filters["lang"] if isinstance(filters["lang"], list) else [filters["lang"]]
        ids = [number for number in ids if {"en", *(["fr"] if number % 5 == 0 else [])} & set(wanted)]
    return ids


class Server:
    """The new API with `count` numbered messages, by any of its schemes."""

    def __init__(self, count, scheme):
        self.count = count
        self.scheme = scheme
        self.calls = []

    def __call__(self, request):
        self.calls.append(request)
        query = request.query
        assert not {"live", "lang"} & set(query), "a filter that this API does not have"
        limit = int(query.get("limit", query.get("s", self.count)))
        assert limit <= 20 or self.scheme == "none"
        start = int(query.get("offset", query.get("after", 0)))
        if self.scheme == "page":
            start = (int(query["p"]) - 1) * limit
        items = [message(number) for number in range(start, min(self.count, start + limit))]
        metadata = {} if self.scheme in ("blind", "cursor") else {"total": self.count}
        if self.scheme == "cursor" and start + limit < self.count:
            metadata["next"] = str(start + limit)
        return {"status": 200, "body": {"messages": items, "metadata": metadata}}


def ask(query, count, scheme="offset", total="", resume=False):
    spec = api(scheme, total)
    server = Server(count, scheme)
    exchange = spec.exchange({"method": "GET", "path": "/v1/templates", "query": query}, client="old")
    bound = exchange.max_calls
    while not isinstance(step := exchange.step(), Done):
        exchange.answer([server(request) for request in step.requests])
        if resume:
            exchange = spec.resume(json.loads(json.dumps(exchange.state())))
    assert len(server.calls) <= bound
    return step, server


def ids_of(done):
    return [item["id"] for item in done.response.body["templates"]]


# --- every window of what is shown ---------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", SERVERS)
@pytest.mark.parametrize("count", [0, 1, 3, 19, 20, 21, 60, 61, 199, 200])
@pytest.mark.parametrize(("page", "size"), [(1, 5), (2, 5), (3, 50), (1, 50), (40, 2)])
def test_a_page_is_a_slice_of_what_is_shown(scheme, count, page, size):
    done, _ = ask({"page": str(page), "per_page": str(size)}, count, scheme)
    wanted = shown(count)
    assert ids_of(done) == wanted[(page - 1) * size : page * size]
    assert done.response.body["total"] == len(wanted)
    assert done.response.body["page"] == page


def test_random_windows_with_filters():
    chance = random.Random(23)
    for _ in range(150):
        count = chance.randrange(60)
        page, size = chance.randrange(1, 6), chance.randrange(1, 20)
        filters = {}
        if chance.random() < 0.6:
            filters["live"] = chance.choice(["true", "false"])
        if chance.random() < 0.6:
            filters["lang"] = chance.choice(["en", "fr", "de", ["fr", "de"], ["en", "fr"]])
        query = {"page": str(page), "per_page": str(size), "q": "x", **filters}
        done, server = ask(query, count, chance.choice(list(SERVERS)), resume=chance.random() < 0.3)
        wanted = shown(count, **filters)
        assert ids_of(done) == wanted[(page - 1) * size : page * size], query
        assert done.response.body["total"] == len(wanted)
        assert all(call.query["q"] == "x" for call in server.calls)


def test_items_that_are_shown_are_whole():
    done, _ = ask({"per_page": "2", "live": "true"}, 30)
    assert done.response.body["templates"] == [
        {"id": 0, "live": True, "meta": {"langs": ["en", "fr"]}, "channels": ["sms", "email"], "kind": "t"},
        {"id": 6, "live": True, "meta": {"langs": ["en"]}, "channels": ["sms", "email"], "kind": "t"},
    ]


def test_what_is_not_shown_is_told_once():
    done, _ = ask({"per_page": "50"}, 60)
    assert [(loss.path, loss.value) for loss in done.lost if "only" in loss.reason] == [
        ("[0].body.messages", "40 of 60")
    ]


# --- what the total means, and how far is read ---------------------------------------------------------------------


@pytest.mark.parametrize(("total", "calls"), [("", 5), ("exact", 5), ("server", 1), ("absent", 1)])
def test_a_total_that_nobody_must_count_ends_the_search(total, calls):
    done, server = ask({"page": "1", "per_page": "5"}, 100, total=total)
    assert ids_of(done) == [0, 3, 6, 9, 12]
    assert len(server.calls) == calls
    assert done.response.body.get("total") == {"server": 100, "absent": None}.get(total, 34)
    told = [loss.reason for loss in done.lost if loss.path in ("body.total", "body.metadata.total")]
    assert told == {"server": ["counts items that are not shown as well"], "absent": ["missing"]}.get(total, [])


@pytest.mark.parametrize("total", ["absent", "server"])
def test_the_search_reads_on_until_the_window_is_full(total):
    done, server = ask({"page": "3", "per_page": "10"}, 190, total=total)
    assert ids_of(done) == shown(190)[20:30]
    assert [call.query["offset"] for call in server.calls] == ["0", "20", "40", "60", "80"]


@pytest.mark.parametrize("scheme", ["offset", "page", "blind", "cursor"])
def test_the_bound_is_an_error_that_says_how_far_it_got(scheme):
    with pytest.raises(MapError, match=r"at most 200 items .*read.* nothing is given rather than a part"):
        ask({"per_page": "50"}, 221, scheme)


def test_a_filter_may_have_a_bound_of_its_own():
    done, _ = ask({"per_page": "50", "lang": "fr"}, 60)
    assert ids_of(done) == [0, 15, 30, 45]
    with pytest.raises(MapError, match="at most 60 items"):
        ask({"per_page": "50", "lang": "fr"}, 61)
    assert len(ids_of(ask({"per_page": "50"}, 61)[0])) == 21


def test_a_short_page_is_never_the_answer_to_a_search_that_was_bounded():
    """201 messages, a bound of 200, and a window that lies behind it."""
    with pytest.raises(MapError, match="at most 200 items"):
        ask({"page": "2", "per_page": "50"}, 201, total="absent")


# --- without an exchange -------------------------------------------------------------------------------------------


def test_the_first_call_is_known_and_the_rest_is_not():
    sent = translate_request(api(), {"method": "GET", "path": "/v1/templates", "query": {"live": "true"}}, to="new")
    assert [dict(call.query) for call in sent.requests] == [{"offset": "0", "limit": "20"}]
    assert not sent.complete
    assert sent.lost == ()
    back = translate_request(api(), sent.request, to="old", residue=sent.residue)
    assert dict(back.request.query) == {"live": "true"}


def test_a_reply_that_is_the_whole_list_needs_no_exchange():
    sent = translate_request(api(), {"method": "GET", "path": "/v1/templates", "query": {"per_page": "2"}}, to="new")
    body = {"messages": [message(number) for number in range(9)], "metadata": {"total": 9}}
    got = translate_response(api(), {"status": 200, "body": body}, to="old", request=sent)
    assert [item["id"] for item in got.response.body["templates"]] == [0, 3]
    assert got.response.body["total"] == 3
    home = translate_response(api(), got.response, to="new", request=sent, residue=got.residue)
    assert home.response.body["messages"] == body["messages"]

    body = {"messages": [message(number) for number in range(20)], "metadata": {"total": 40}}
    with pytest.raises(MapError, match=r"use Api\.exchange"):
        translate_response(api(), {"status": 200, "body": body}, to="old", request=sent)


def test_a_new_client_is_shown_all_of_an_old_list():
    exchange = api().exchange({"method": "GET", "path": "/v2/messages", "query": {"limit": "2"}}, client="new")
    (call,) = exchange.step().requests
    assert dict(call.query) == {"page": "1", "per_page": "2"}
    body = {"templates": [{"id": 1, "kind": "t"}, {"id": 2, "kind": "t"}], "total": 7, "page": 1}
    exchange.answer([{"status": 200, "body": body}])
    assert exchange.step().response.body == {"messages": [{"id": 1}, {"id": 2}], "metadata": {"total": 7}}


# --- a filter on the items of a gather -----------------------------------------------------------------------------

BY_ID = """
mapdsl 1
endpoint users {
  old GET /v1/users
  new GET /v2/users/{id}
  query { filter team residual where team }
  request { fan @query.ids : csv { $ <-> @path.id } }
  response { gather users[] all omit 404 { id <-> user.id; team <-> user.group.name } }
}
"""


def test_a_filter_is_applied_to_single_reads():
    teams = {"1": "red", "2": "blue", "3": "red"}
    exchange = loads(BY_ID).exchange(
        {"method": "GET", "path": "/v1/users", "query": {"ids": "1,2,9,3", "team": "red"}}, client="old"
    )
    step = exchange.step()
    assert [(call.path, dict(call.query)) for call in step.requests] == [
        ("/v2/users/1", {}),
        ("/v2/users/2", {}),
        ("/v2/users/9", {}),
        ("/v2/users/3", {}),
    ]
    found = [call.path.rsplit("/", 1)[1] for call in step.requests]
    exchange.answer(
        [
            {"status": 200, "body": {"user": {"id": each, "group": {"name": teams[each]}}}}
            if each in teams
            else {"status": 404, "body": {}}
            for each in found
        ]
    )
    assert exchange.step().response.body == {"users": [{"id": "1", "team": "red"}, {"id": "3", "team": "red"}]}


# --- residue, and replies without their request --------------------------------------------------------------------

PARTS = """
mapdsl 1
endpoint parts {
  old GET /v1/parts
  new GET /v2/parts
  paging { old none items=parts; new none items=all; only new kind is "sms" }
  response { parts[] <-> all[] key id { id <-> id; add kind = "sms"; add url } }
}
"""
ALL = [{"id": 9, "kind": "fax"}, {"id": 10, "kind": "sms", "url": "U"}, {"id": 11, "kind": "fax"}]


def test_residue_puts_values_back_on_their_own_items():
    spec = loads(PARTS)
    sent = translate_request(spec, {"method": "GET", "path": "/v1/parts"}, to="new")
    got = translate_response(spec, {"status": 200, "body": {"all": ALL}}, to="old", request=sent)
    assert got.response.body == {"parts": [{"id": 10}]}
    home = translate_response(spec, got.response, to="new", request=sent, residue=got.residue)
    assert home.response.body == {"all": ALL}
    changed = {"status": 200, "body": {"parts": [{"id": 12}]}}
    home = translate_response(spec, changed, to="new", request=sent, residue=got.residue)
    assert home.response.body == {"all": [{"id": 12, "kind": "sms"}]}


def test_items_that_are_not_for_a_client_are_not_for_it_without_the_request_either():
    got = translate_response(loads(PARTS), {"status": 200, "body": {"all": ALL}}, to="old", endpoint="parts")
    assert got.response.body == {"parts": [{"id": 10}]}
    assert [loss.value for loss in got.lost if "only" in loss.reason] == ["2 of 3"]


# --- clients of cursors --------------------------------------------------------------------------------------------

CURSORS = """
mapdsl 1
endpoint walk {
  old GET /v1/walk
  new GET /v2/walk
  paging {
    old cursor cursor=@query.cursor limit=@query.limit default=3 max=8 next=next total=total items=recs
    new SERVER
    only new kind is "s"
    scan 60 TOTAL
  }
  response { recs[] <-> items[] { id <-> id; kind <-> kind } }
}
"""
WALKED = {
    "cursor": "cursor cursor=@query.after limit=@query.limit default=3 max=5 next=metadata.next items=items",
    "offset": "offset offset=@query.offset limit=@query.limit default=3 max=5 total=metadata.total items=items",
    "blind": "offset offset=@query.offset limit=@query.limit default=3 max=5 items=items",
}


@pytest.mark.parametrize("total", ["exact", "server", "absent"])
@pytest.mark.parametrize("scheme", WALKED)
@pytest.mark.parametrize("limit", [1, 2, 4, 8])
@pytest.mark.parametrize("pattern", ["s", "sx", "xs", "ssx", "xxxs"])
def test_a_client_of_cursors_walks_what_it_is_shown(total, scheme, limit, pattern):
    spec = walking(scheme, total)
    items = [{"id": number, "kind": pattern[number % len(pattern)]} for number in range(20)]
    wanted = [item["id"] for item in items if item["kind"] == "s"]
    walked, cursor, pages = [], None, 0
    while True:
        query = {"limit": str(limit), **({} if cursor is None else {"cursor": cursor})}
        exchange = spec.exchange({"method": "GET", "path": "/v1/walk", "query": query}, client="old")
        while not isinstance(step := exchange.step(), Done):
            exchange.answer([page_of(items, request, scheme) for request in step.requests])
        body = step.response.body
        walked += [item["id"] for item in body["recs"]]
        if total == "exact":
            assert body["total"] == len(wanted)
        elif total == "absent" or scheme != "offset":
            assert "total" not in body
            assert any(loss.reason == "missing" for loss in step.lost)
        cursor, pages = body.get("next"), pages + 1
        assert pages < 40
        if cursor is None:
            break
    assert walked == wanted


@cache
def walking(scheme, total):
    return loads(CURSORS.replace("SERVER", WALKED[scheme]).replace("TOTAL", total))


def page_of(items, request, scheme):
    start = int(request.query.get("offset", request.query.get("after", 0)))
    limit = int(request.query["limit"])
    metadata = {"total": len(items)} if scheme == "offset" else {}
    if scheme == "cursor" and start + limit < len(items):
        metadata["next"] = str(start + limit)
    return {"status": 200, "body": {"items": items[start : start + limit], "metadata": metadata}}


def test_a_filter_of_several_values_lets_items_through_that_have_one_of_them():
    spec = BY_ID.replace("filter team residual", "filter team : csv residual")
    asked = {"method": "GET", "path": "/v1/users", "query": {"ids": "1,2,3,4", "team": "red, green"}}
    exchange = loads(spec).exchange(asked, client="old")
    assert len(exchange.step().requests) == 4
    groups = ["red", "blue", "green", "red, green"]
    exchange.answer([{"status": 200, "body": {"user": {"id": n, "group": {"name": g}}}} for n, g in enumerate(groups)])

    assert [user["id"] for user in exchange.step().response.body["users"]] == [0, 2]


@pytest.mark.parametrize(
    ("groups", "wanted"),
    [
        (["red", "blue", "Sales, North", "green"], [0, 2]),  # a name that holds the comma
        (["Sales", "North", "Sales, North"], [0, 1]),  # all pieces are names: they stay apart
        (["Sales", "Sales, North", "blue"], [0, 1]),  # nobody knows whether North is a group
        (["Sales,North", "North"], [1]),  # which is another text
        (["red,Sales, North"], [0]),
    ],
)
def test_a_filter_of_several_values_lets_a_name_with_a_comma_through(groups, wanted):
    """Section 7, "sag (comma-separated names)" beside ids."""
    spec = BY_ID.replace("filter team residual", "filter team : csv residual")
    ids = ",".join(map(str, range(len(groups))))
    asked = {"method": "GET", "path": "/v1/users", "query": {"ids": ids, "team": "red,Sales, North"}}
    exchange = loads(spec).exchange(asked, client="old")
    assert len(exchange.step().requests) == len(groups)
    exchange.answer([{"status": 200, "body": {"user": {"id": n, "group": {"name": g}}}} for n, g in enumerate(groups)])

    assert [user["id"] for user in exchange.step().response.body["users"]] == wanted
