"""PUT against PATCH, and reads that fill a reply: stores in memory, every subset of fields, expected values by hand."""

from __future__ import annotations

import copy
import json
from functools import cache
from itertools import combinations

import pytest

from mapdsl import Done, Failed, MapError, Send, loads, translate_request, translate_response

SPEC = """
mapdsl 1
enum state closed { "running" <-> "on"; "stopped" <-> "off" }
shape item {
  name <-> title
  state <-> status : state
  hours.from <-> time.start
  tags[] <-> labels[] { id <-> key }
}
endpoint get_item {
  old GET /v1/items/{item_id}
  new GET /v2/items/{item_id}
  response { $ <-> item { include item } }
}
endpoint update_item {
  old PUT /v1/items/{item_id}
  new PATCH /v2/items/{item_id}
  replace POLICY
  request { include item; drop agents }
  response { $ <-> item { include item } }
  failure { error <-> message }
}
endpoint create_item {
  old POST /v1/items
  new POST /v2/items
  enrich new from get_item { @path.item_id = id }
  request { include item }
  response { id <-> item.id }
}
"""
FROM = "from get_item $ <-> item"
# A field of the old side with its value, and what the new side says of it.
FIELDS = {
    "name": ({"name": "A"}, {"title": "A"}),
    "state": ({"state": "stopped"}, {"status": "off"}),
    "hours": ({"hours": {"from": "9:00"}}, {"time": {"start": "9:00"}}),
    "tags": ({"tags": [{"id": 1}]}, {"labels": [{"key": 1}]}),
}
SUBSETS = [chosen for count in range(5) for chosen in combinations(FIELDS, count)]
OLD_ITEM = {
    "name": "before",
    "state": "running",
    "hours": {"from": "8:00", "to": "20:00"},
    "tags": [{"id": 7}, {"id": 8}],
    "agents": ["ann"],
}
NEW_ITEM = {
    "title": "before",
    "status": "on",
    "time": {"start": "8:00", "end": "20:00"},
    "labels": [{"key": 7}],
    "created": "2024",
}


@cache
def api(policy=f"loose {FROM}"):
    return loads(SPEC.replace("POLICY", policy))


def body_of(chosen, side):
    body = {}
    for name in chosen:
        body.update(copy.deepcopy(FIELDS[name][side == "new"]))
    return body


class Store:
    """One item of one side. An old one is replaced by PUT; a new one is patched as RFC 7396 has it."""

    def __init__(self, item, etag=None, fails=()):
        self.item = copy.deepcopy(item)
        self.etag = etag
        self.fails = fails
        self.calls = []

    def __call__(self, request):
        self.calls.append(request)
        assert request.path == ("/v2/items/5" if "/v2/" in request.path else "/v1/items/5")
        if request.method in self.fails:
            return {"status": 404, "body": {"message": "gone"} if "/v2/" in request.path else {"error": "gone"}}
        if request.method == "PATCH":
            self.item = patched(self.item, request.body)
        elif request.method == "PUT":
            self.item = copy.deepcopy(request.body)
        shown = copy.deepcopy(self.item)
        headers = {} if self.etag is None else {"ETag": self.etag}
        return {"status": 200, "headers": headers, "body": {"item": shown} if "/v2/" in request.path else shown}

    @property
    def methods(self):
        return [request.method for request in self.calls]


def patched(item, patch):
    made = dict(item)
    for name, value in patch.items():
        if value is None:
            made.pop(name, None)
        elif isinstance(value, dict):
            made[name] = patched(made.get(name) if isinstance(made.get(name), dict) else {}, value)
        else:
            made[name] = value
    return made


def carry_out(exchange, server, resume=None):
    while True:
        step = exchange.step()
        if isinstance(step, Done):
            return step
        assert isinstance(step, Send)
        if resume is not None:
            exchange = resume(json.loads(json.dumps(exchange.state())))
            step = exchange.step()
            if isinstance(step, Done):
                return step
        exchange.answer([server(request) for request in step.requests])


def put(policy, chosen, store, **more):
    request = {"method": "PUT", "path": "/v1/items/5", "body": body_of(chosen, "old")}
    return carry_out(api(policy).exchange(request, client="old"), store, **more)


def patch(chosen, store, spec=None):
    request = {"method": "PATCH", "path": "/v2/items/5", "body": body_of(chosen, "new")}
    return carry_out((spec or api()).exchange(request, client="new"), store)


# --- an old client's PUT on a new server's PATCH -------------------------------------------------------------------


@pytest.mark.parametrize("chosen", SUBSETS, ids="+".join)
def test_loose_leaves_what_is_absent_and_says_so(chosen):
    store = Store(NEW_ITEM)
    done = put("loose", chosen, store)

    assert store.methods == ["PATCH"]
    assert store.calls[0].body == body_of(chosen, "new") or (not chosen and store.calls[0].body in ({}, None))
    assert store.item == patched(NEW_ITEM, body_of(chosen, "new"))
    places = {"name": "body.name", "state": "body.state", "hours": "body.hours.from", "tags": "body.tags"}
    kept = [loss.path for loss in done.lost if "stays as it is" in loss.reason]
    assert kept == [place for name, place in places.items() if name not in chosen]


@pytest.mark.parametrize("chosen", SUBSETS, ids="+".join)
def test_reset_writes_null_or_the_declared_default(chosen):
    store = Store(NEW_ITEM)
    done = put('reset { title = "untitled"; labels = [] }', chosen, store)

    defaults = {
        "name": {"title": "untitled"},
        "state": {"status": None},
        "hours": {"time": {"start": None}},
        "tags": {"labels": []},
    }
    wanted = body_of(chosen, "new")
    for name in FIELDS:
        wanted.update(defaults[name] if name not in chosen else {})
    assert store.methods == ["PATCH"]
    assert store.calls[0].body == wanted
    assert not [loss for loss in done.lost if "stays" in loss.reason]


@pytest.mark.parametrize("standing", SUBSETS, ids="+".join)
@pytest.mark.parametrize("chosen", SUBSETS, ids="+".join)
def test_read_modify_write_makes_the_object_what_the_put_says(chosen, standing):
    """Of the mapped fields none is left but those of the PUT; what no rule names stays."""
    before = {**body_of(standing, "new"), "created": "2024"}
    if "hours" in standing:
        before["time"]["end"] = "20:00"
    store = Store(before)
    put(f"read_modify_write {FROM}", chosen, store)

    wanted = {**body_of(chosen, "new"), "created": "2024"}
    if "hours" in standing:
        wanted["time"] = {**wanted.get("time", {}), "end": "20:00"}
    assert store.methods == ["GET", "PATCH"]
    assert store.item == wanted


def test_read_modify_write_sends_what_differs_and_no_more():
    store = Store({**NEW_ITEM, "title": "A"})
    put(f"read_modify_write {FROM}", ("name", "state"), store)
    assert store.calls[1].body == {"status": "off", "time": {"start": None}, "labels": None}


# --- a new client's PATCH on an old server's PUT -------------------------------------------------------------------


@pytest.mark.parametrize("policy", ["loose", "reset", "read_modify_write"])
@pytest.mark.parametrize("chosen", SUBSETS, ids="+".join)
def test_a_patch_is_read_merged_and_written_whole_by_any_policy(chosen, policy):
    store = Store(OLD_ITEM)
    done = patch(chosen, store, api(f"{policy} {FROM}"))

    wanted = {**OLD_ITEM, **body_of(chosen, "old")}
    if "hours" in chosen:
        wanted["hours"] = {"from": "9:00", "to": "20:00"}
    assert store.methods == ["GET", "PUT"]
    assert store.item == wanted
    assert done.response.status == 200
    assert done.response.body["item"]["title"] == wanted["name"]


def test_null_in_a_patch_is_a_value_for_a_put():
    store = Store(OLD_ITEM)
    request = {"method": "PATCH", "path": "/v2/items/5", "body": {"title": None}}
    carry_out(api().exchange(request, client="new"), store)
    assert store.item == {**OLD_ITEM, "name": None}


def test_with_rest_drop_only_named_members_are_written_back():
    text = SPEC.replace("POLICY", f"loose {FROM}").replace(
        "request { include item; drop agents }", "request { include item; drop agents; rest drop }"
    )
    store = Store({**OLD_ITEM, "id": 5, "created_at": "2024"})
    patch(("name",), store, loads(text))
    assert store.item == {**OLD_ITEM, "name": "A", "hours": {"from": "8:00"}}


def test_the_endpoint_that_reads_is_found_by_its_path():
    store = Store(OLD_ITEM)
    patch(("name",), store, api("loose"))
    assert store.methods == ["GET", "PUT"]
    assert store.item == {**OLD_ITEM, "name": "A"}


def test_without_an_endpoint_that_reads_nothing_is_written():
    text = SPEC.replace("POLICY", "loose").replace("old GET /v1/items/{item_id}", "old GET /v1/elsewhere/{item_id}")
    exchange = loads(text).exchange({"method": "PATCH", "path": "/v2/items/5", "body": {"title": "A"}}, client="new")
    with pytest.raises(MapError, match="an endpoint that reads the object"):
        exchange.step()


# --- between the read and the write --------------------------------------------------------------------------------


@pytest.mark.parametrize("etag", [None, '"v7"'])
def test_an_etag_of_the_read_guards_the_write(etag):
    store = Store(OLD_ITEM, etag)
    done = patch(("name",), store)
    assert store.calls[1].headers.get("If-Match") == etag
    raced = [loss for loss in done.lost if "a change in between would be overwritten" in loss.reason]
    assert len(raced) == (etag is None)


def test_a_read_that_fails_is_the_answer_and_nothing_is_written():
    store = Store(OLD_ITEM, fails=("GET",))
    done = patch(("name",), store)
    assert store.methods == ["GET"]
    assert (done.response.status, done.response.body) == (404, {"message": "gone"})


@pytest.mark.parametrize("body", [None, [], "x", 7])
def test_an_object_that_is_none_is_not_written(body):
    exchange = api().exchange({"method": "PATCH", "path": "/v2/items/5", "body": {"title": "A"}}, client="new")
    exchange.step()
    exchange.answer([{"status": 200, "body": body}])
    with pytest.raises(MapError, match="expected the object that is updated"):
        exchange.step()


@pytest.mark.parametrize("client", ["old", "new"])
def test_a_write_that_was_handed_out_is_not_made_again(client):
    """Resumed at every step: the read is made again, the write is not, and its fate is unknown."""
    spec = api(f"read_modify_write {FROM}")
    store = Store(NEW_ITEM if client == "old" else OLD_ITEM)
    method, path = ("PUT", "/v1/items/5") if client == "old" else ("PATCH", "/v2/items/5")
    request = {"method": method, "path": path, "body": body_of(("name",), client)}
    done = carry_out(spec.exchange(request, client=client), store, resume=lambda state: spec.resume(state, request))
    assert store.methods == ["GET"]
    assert done.response.status == 502
    assert any("fate unknown" in loss.reason for loss in done.lost)


def test_the_read_is_the_one_call_that_is_known_before_a_reply():
    request = {"method": "PATCH", "path": "/v2/items/5", "body": {"title": "A"}}
    sent = translate_request(api(), request, to="old")
    assert [(call.method, call.path) for call in sent.requests] == [("GET", "/v1/items/5")]
    assert not sent.complete
    assert api().exchange(request, client="new").max_calls == 2
    assert api()["update_item"].max_calls("old") == 1


# --- reads that fill a reply ---------------------------------------------------------------------------------------


def create(outcome, client="new"):
    calls = []

    def server(request):
        calls.append(request)
        if request.method == "POST":
            return {"status": 201, "body": {"id": 5} if client == "new" else {"item": {"id": 5}}}
        return outcome

    path, body = ("/v2/items", {"title": "A"}) if client == "new" else ("/v1/items", {"name": "A"})
    exchange = api().exchange({"method": "POST", "path": path, "body": body}, client=client)
    return carry_out(exchange, server), calls


def test_a_reply_is_filled_by_a_read():
    done, calls = create({"status": 200, "body": {"name": "A", "state": "running", "id": 99}})
    assert [(call.method, call.path) for call in calls] == [("POST", "/v1/items"), ("GET", "/v1/items/5")]
    assert done.response.status == 201
    assert done.response.body == {"item": {"id": 5, "title": "A", "status": "on"}}


def test_what_the_reply_says_itself_stays():
    done, _ = create({"status": 200, "body": {"name": "A", "id": 99}})
    assert done.response.body["item"]["id"] == 5


UNREAD = [
    {"status": 404, "body": {"error": "gone"}},
    {"status": 200, "body": {"state": "running away"}},
    {"status": 200, "body": []},
    Failed("timeout", None),
]


@pytest.mark.parametrize("outcome", UNREAD)
def test_a_read_that_fails_leaves_the_reply_as_it_is(outcome):
    done, _ = create(outcome)
    assert (done.response.status, done.response.body) == (201, {"item": {"id": 5}})
    assert [loss.reason for loss in done.lost if "not filled by get_item" in loss.reason]


def test_the_side_that_needs_no_filling_reads_nothing():
    done, calls = create(None, client="old")
    assert [call.method for call in calls] == ["POST"]
    assert done.response.body == {"id": 5}
    assert api()["create_item"].max_calls("new") == 2
    assert api()["create_item"].max_calls("old") == 1


# --- members that are keys, null for an object, fields that no rule names ------------------------------------------

RULES = """
mapdsl 1
endpoint get_rules {
  old GET /v1/items/{item_id}
  new GET /v2/items/{item_id}
  response { title <-> name; rules.*[] <-> follow.*[] { wait <-> delay } }
}
endpoint update_rules {
  old PUT /v1/items/{item_id}
  new PATCH /v2/items/{item_id}
  replace POLICY from get_rules
  DECLARED
  request { title <-> name; rules.*[] <-> follow.*[] { wait <-> delay } }
  response { title <-> name; rules.*[] <-> follow.*[] { wait <-> delay } }
}
"""


class Plain(Store):
    """A store whose replies have the item as their body, on both sides."""

    def __call__(self, request):
        reply = super().__call__(request)
        return {**reply, "body": copy.deepcopy(self.item)}


def rules(policy, declared=""):
    return loads(RULES.replace("POLICY", policy).replace("DECLARED", declared))


def test_read_modify_write_takes_away_members_that_the_put_does_not_name():
    store = Plain({"name": "A", "follow": {"busy": [{"delay": 1}], "no_answer": [{"delay": 2}]}})
    request = {"method": "PUT", "path": "/v1/items/5", "body": {"title": "A", "rules": {"busy": [{"wait": 1}]}}}
    carry_out(rules("read_modify_write").exchange(request, client="old"), store)
    assert store.calls[1].body == {"follow": {"no_answer": None}}
    assert store.item == {"name": "A", "follow": {"busy": [{"delay": 1}]}}


def test_loose_tells_that_members_it_does_not_name_stay():
    store = Plain({"name": "A", "follow": {"busy": [{"delay": 1}], "no_answer": [{"delay": 2}]}})
    request = {"method": "PUT", "path": "/v1/items/5", "body": {"title": "A", "rules": {"busy": [{"wait": 3}]}}}
    done = carry_out(rules("loose").exchange(request, client="old"), store)
    assert store.item["follow"] == {"busy": [{"delay": 3}], "no_answer": [{"delay": 2}]}
    assert [(loss.path, "members that it does not name stay" in loss.reason) for loss in done.lost] == [
        ("body.rules", True)
    ]


def test_loose_tells_of_declared_fields_that_no_rule_carries():
    declared = "fields old request { title?: string; level?: integer; rules?: object }"
    request = {"method": "PUT", "path": "/v1/items/5", "body": {"title": "A"}}
    text = RULES.replace("request { title", 'request { hole level "no word of it" pass; title')
    spec = loads(text.replace("POLICY", "loose").replace("DECLARED", declared))
    sent = translate_request(spec, request, to="new")
    assert [loss.path for loss in sent.lost] == ["body.rules", "body.level"]


def test_null_for_an_object_is_null_for_each_field_in_it():
    store = Store(OLD_ITEM)
    request = {"method": "PATCH", "path": "/v2/items/5", "body": {"time": None, "title": "A"}}
    carry_out(api().exchange(request, client="new"), store)
    assert store.item == {**OLD_ITEM, "name": "A", "hours": {"from": None, "to": "20:00"}}


@pytest.mark.parametrize("policy", ["loose", "read_modify_write"])
@pytest.mark.parametrize("body", [None, [], "x", {"q": 1}, {"item": None}, b"zz"])
def test_an_old_update_is_not_made_of_an_object_that_was_not_shown(policy, body):
    exchange = api(f"{policy} {FROM}").exchange(
        {"method": "PUT", "path": "/v1/items/5", "body": {"name": "A"}}, client="old"
    )
    (call,) = exchange.step().requests
    if policy == "loose":
        assert call.method == "PATCH", "nothing is read"
        return
    exchange.answer([{"status": 200, "body": body}])
    with pytest.raises(MapError, match=r"expected the object that is updated|a JSON document"):
        exchange.step()


@pytest.mark.parametrize("body", [None, {}])
def test_a_patch_that_says_nothing_changes_nothing(body):
    store = Store(OLD_ITEM)
    carry_out(api().exchange({"method": "PATCH", "path": "/v2/items/5", "body": body}, client="new"), store)
    assert store.item == OLD_ITEM


# --- an item of a list that fills an object ------------------------------------------------------------------------

BY_KEY = """
mapdsl 1
credential key
auth in_path credential key { old @path.key; new bearer }
auth in_query credential key { old @query.key; new bearer }
enum state open { "busy" <-> "on" }
endpoint list_states {
  old GET /v1/{key}/states
  new GET /v2/items
  auth in_path
  paging { old none items=$; new offset offset=@query.offset limit=@query.limit default=9 max=9 items=items }
  response { [] <-> items[] { id <-> id; state <-> status : state } }
}
endpoint get_item {
  old GET /v1/item
  new GET /v2/items/{id}
  auth in_query
  enrich new from list_states item <- items[] key id
  request { fan @query.id : csv { $ <-> @path.id } }
  response { gather $[] all omit 404 { $ <-> item { name <-> title } } }
}
"""
STATES = [{"id": 2, "state": "idle"}, {"id": 7, "state": "busy"}, {"state": "busy"}, {"id": 7.5}]


@pytest.mark.parametrize(
    ("states", "status", "told"),
    [
        ((200, STATES), "on", []),
        ((200, [{"id": 7, "state": "idle"}, *STATES]), "idle", ["list_states.body[0].state: unlisted value"]),
        ((200, STATES[:1]), None, ["$: not filled by list_states: no item has the id 7"]),
        ((200, []), None, ["$: not filled by list_states: no item has the id 7"]),
        ((403, {"error": "no"}), None, ["$: not filled by list_states: it answered 403"]),
        ((200, {"a": 1}), None, ["$: not filled by list_states: body: expected a list, found an object of 1"]),
    ],
)
def test_the_item_of_the_same_key_fills_the_object(states, status, told):
    api = loads(BY_KEY)
    exchange = api.exchange(
        {"method": "GET", "path": "/v2/items/7", "headers": {"Authorization": "Bearer NEW"}}, client="new"
    )
    assert exchange.max_calls == 2
    exchange.step()
    exchange.answer({"NEW": "OLD"})
    (call,) = exchange.step().requests
    assert (call.path, call.query) == ("/v1/item", {"id": "7", "key": "OLD"})
    exchange.answer([{"status": 200, "body": [{"id": 7, "name": "A"}]}])
    (call,) = exchange.step().requests
    assert (call.method, call.path, call.query) == ("GET", "/v1/OLD/states", {})
    exchange.answer([{"status": states[0], "body": states[1]}])
    done = exchange.step()
    item = {"id": 7, "title": "A", **({} if status is None else {"status": status})}
    assert done.response.body == {"item": item}
    assert [f"{loss.path}: {loss.reason}".split("\n")[0] for loss in done.lost] == told


def test_an_object_without_the_key_stays_as_it_is():
    api = loads(BY_KEY)
    exchange = api.exchange(
        {"method": "GET", "path": "/v2/items/7", "headers": {"Authorization": "Bearer NEW"}}, client="new"
    )
    for answer in ({"NEW": "OLD"}, [{"status": 200, "body": [{"name": "A"}]}], [{"status": 200, "body": STATES}]):
        exchange.step()
        exchange.answer(answer)
    done = exchange.step()
    assert done.response.body == {"item": {"title": "A"}}
    assert [loss.reason for loss in done.lost] == ["not filled by list_states: there is no id to look it up by"]


def test_an_old_client_makes_no_such_read():
    api = loads(BY_KEY)
    exchange = api.exchange({"method": "GET", "path": "/v1/item", "query": {"id": "7", "key": "OLD"}}, client="old")
    for answer in ({"OLD": "NEW"}, [{"status": 200, "body": {"item": {"id": 7, "title": "A", "status": "on"}}}]):
        exchange.step()
        exchange.answer(answer)
    assert exchange.step().response.body == [{"id": 7, "name": "A", "status": "on"}]


# --- items of a list that fill those of another ----------------------------------------------------------------------

EACH_BY_KEY = (
    BY_KEY
    + """
endpoint list_items {
  old GET /v1/items
  new GET /v2/all
  auth in_query
  enrich new from list_states items[] <- items[] key id
  paging {
    old none items=$
    new offset offset=@query.offset limit=@query.limit default=2 max=3 total=total items=items
  }
  response { [] <-> items[] key id { id <-> id; name <-> title } }
}
"""
)
LISTED = {"method": "GET", "path": "/v2/all", "headers": {"Authorization": "Bearer NEW"}}


def filled_list(items, states, **query):
    """The answer to a new client, and the paths of the calls that were made. `states`: a status and a body."""
    exchange = loads(EACH_BY_KEY).exchange({**LISTED, "query": query}, client="new")
    assert exchange.max_calls == 2
    answers = [{"NEW": "OLD"}, [{"status": 200, "body": items}], [{"status": states[0], "body": states[1]}]]
    calls = []
    while not isinstance(step := exchange.step(), Done):
        calls += [call.path for call in step.requests] if isinstance(step, Send) else []
        exchange.answer(answers.pop(0))
    return step, calls


def test_each_item_of_a_window_is_filled_by_that_with_the_same_key():
    items = [{"id": 1, "name": "A"}, {"id": 2, "name": "B"}, {"id": 7, "name": "C"}, {"id": 9, "name": "D"}]

    done, calls = filled_list(items, (200, STATES), offset="1", limit="2")

    assert calls == ["/v1/items", "/v1/OLD/states"]
    assert done.response.body == {
        "items": [{"id": 2, "title": "B", "status": "idle"}, {"id": 7, "title": "C", "status": "on"}],
        "total": 4,
    }
    assert [(loss.path, loss.reason) for loss in done.lost] == [("list_states.body[0].state", "unlisted value")]


def test_items_that_nothing_fills_stay_and_are_told_one_by_one():
    done, _ = filled_list([{"id": 1}, {"name": "B"}, {"id": 7}], (200, STATES), limit="3")

    assert done.response.body["items"] == [{"id": 1}, {"title": "B"}, {"id": 7, "status": "on"}]
    assert [(loss.path, loss.reason, loss.kind) for loss in done.lost] == [
        ("body.items[0]", "not filled by list_states: no item has the id 1", "owed"),
        ("body.items[1]", "not filled by list_states: there is no id to look it up by", "owed"),
    ]


@pytest.mark.parametrize(
    ("states", "told"),
    [
        ((403, {"error": "no"}), [("$", "it answered 403")]),
        ((200, {"a": 1}), [("$", "body: expected a list, found an object of 1")]),
    ],
)
def test_a_list_stays_as_it_is_where_the_other_cannot_be_read(states, told):
    done, _ = filled_list([{"id": 1}, {"id": 2}], states)

    assert done.response.body == {"items": [{"id": 1}, {"id": 2}], "total": 2}
    assert [
        (each.path, each.reason.split("\n")[0].removeprefix("not filled by list_states: ")) for each in done.lost
    ] == told


@pytest.mark.parametrize("items", [[], [{"id": 1}]])
def test_an_empty_window_is_filled_by_no_read(items):
    done, calls = filled_list(items, (500, None), offset="1")

    assert calls == ["/v1/items"]
    assert done.response.body == {"items": [], "total": len(items)}
    assert done.lost == ()


def test_without_an_exchange_it_is_told_that_nothing_fills_a_reply():
    api = loads(EACH_BY_KEY)
    for path, body in ("/v2/all", [{"id": 1}]), ("/v2/items/1", [{"id": 1}]):
        sent = translate_request(api, {**LISTED, "path": path}, to="old", lookups={"key": {"OLD": "NEW"}})
        got = translate_response(api, {"status": 200, "body": body}, to="new", request=sent)
        nothing = translate_response(api, {"status": 500, "body": {}}, to="new", request=sent)

        reason = "not filled by list_states: use Api.exchange, which reads it"
        assert [(loss.path, loss.reason, loss.kind) for loss in got.lost] == [("$", reason, "owed")]
        assert [loss.reason for loss in nothing.lost if "filled" in loss.reason] == []
