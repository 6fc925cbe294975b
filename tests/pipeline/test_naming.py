"""Fields that no document names: what they are called is said at load, and assumed until then."""

from __future__ import annotations

import pickle

import pytest

import mapdsl
from mapdsl.pipeline import holes

TEXT = """\
mapdsl 1
old rpc /rpc/
hole webhook_active "no document names the flag of a webhook" assume "active"
endpoint enable {
  old rpc webhooks.enable(hash)
  new PATCH /webhooks/{sid} when new webhook_active is true
  request { hash <-> @path.sid : lower }
}
endpoint disable {
  old rpc webhooks.disable(hash)
  new PATCH /webhooks/{sid} when new webhook_active is false
  request { hash <-> @path.sid : lower }
}
"""
NAMELESS = TEXT.replace(' assume "active"', "")


def call(method: str, *params: object) -> dict[str, object]:
    body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": list(params)}
    return {"method": "POST", "path": "/rpc/", "query": {}, "headers": {}, "body": body}


def patch(**body: object) -> dict[str, object]:
    return {"method": "PATCH", "path": "/webhooks/abcdef12", "query": {}, "headers": {}, "body": body}


@pytest.mark.parametrize(
    ("text", "names", "field"),
    [
        (TEXT, {}, "active"),
        (TEXT, {"webhook_active": "enabled"}, "enabled"),
        (NAMELESS, {"webhook_active": "is.on"}, "is.on"),
    ],
)
def test_the_name_that_was_said_or_assumed_stands_in_messages(text: str, names: dict[str, str], field: str):
    api = mapdsl.loads(text, holes=names)

    for method, flag in (("webhooks.enable", True), ("webhooks.disable", False)):
        made = mapdsl.translate_request(api, call(method, "ABCDEF12"), to="new")
        assert (made.request.path, made.request.body) == ("/webhooks/abcdef12", {field: flag})
        back = mapdsl.translate_request(api, patch(**{field: flag}), to="old")
        assert (back.request.body["method"], back.request.body["params"]) == (method, ["ABCDEF12"])


def test_a_body_that_does_not_say_it_is_refused():
    with pytest.raises(mapdsl.MapError, match="active is nothing, not true or false"):
        mapdsl.translate_request(mapdsl.loads(TEXT), patch(enabled=True), to="old")


@pytest.mark.parametrize(("message", "to"), [(call("webhooks.enable", "A"), "new"), (patch(active=True), "old")])
def test_without_a_name_the_call_is_refused_with_the_question(message: dict[str, object], to: str):
    with pytest.raises(mapdsl.MapError) as wrong:
        mapdsl.translate_request(mapdsl.loads(NAMELESS), message, to=to)

    assert "no document names the flag of a webhook" in str(wrong.value)
    assert "holes={'webhook_active': ...}" in str(wrong.value)


def test_a_reply_of_a_call_that_has_no_name_is_refused_as_well():
    reply = {"status": 200, "headers": {}, "body": {}}
    with pytest.raises(mapdsl.MapError, match="no document names the flag"):
        mapdsl.translate_response(mapdsl.loads(NAMELESS), reply, to="old", endpoint="enable")


def test_what_does_not_need_the_name_goes_on():
    more = NAMELESS + "endpoint ping { old rpc ping(); new GET /ping }\n"

    made = mapdsl.translate_request(mapdsl.loads(more), call("ping"), to="new")

    assert made.request.path == "/ping"


@pytest.mark.parametrize(
    ("names", "text"),
    [({"webhook": "x"}, "'webhook' is not declared.*webhook_active"), ({"webhook_active": ""}, "is a text, not ''")],
)
def test_names_that_do_not_fit_are_refused(names: dict[str, str], text: str):
    with pytest.raises(ValueError, match=text):
        mapdsl.loads(TEXT, holes=names)


def test_a_name_survives_pickling_and_counts_in_the_digest():
    one, other = mapdsl.loads(TEXT), mapdsl.loads(TEXT, holes={"webhook_active": "enabled"})

    copy = pickle.loads(pickle.dumps(other))

    made = mapdsl.translate_request(copy, call("webhooks.enable", "A"), to="new")
    assert made.request.body == {"enabled": True}
    assert one.digest != other.digest


def test_holes_lists_the_question_and_what_is_assumed(tmp_path):
    (tmp_path / "a.map").write_text(TEXT + 'hole b "and this?"\n')

    found = [(hole.path, hole.question, hole.policy) for hole in holes([tmp_path])]

    assert found == [
        ("webhook_active", "no document names the flag of a webhook", 'assume "active"'),
        ("b", "and this?", "reject"),
    ]


PLACED = """\
mapdsl 1
hole sort "no document names the kind" assume "@query.kind"
hole inner "no document names what is within" assume "in"
endpoint e {
  old POST /v1/a
  new POST /v2/a
  request { kind <-> sort : string; size <-> box.inner }
}
"""


@pytest.mark.parametrize(
    ("names", "query", "body", "told"),
    [
        ({}, {"kind": "x"}, {"box": {"in": 1}}, ["query.kind", "body.box.in"]),
        ({"sort": "@query.type"}, {"type": "x"}, {"box": {"in": 1}}, ["body.box.in"]),
        ({"sort": "@body.type", "inner": "size"}, {}, {"type": "x", "box": {"size": 1}}, []),
        ({"sort": "type", "inner": "@odd"}, {}, {"type": "x", "box": {"@odd": 1}}, []),
    ],
)
def test_a_hole_may_say_where_its_field_stands(
    names: dict[str, str], query: dict[str, object], body: dict[str, object], told: list[str]
):
    api = mapdsl.loads(PLACED, holes=names)
    old = {"method": "POST", "path": "/v1/a", "query": {}, "headers": {}, "body": {"kind": "x", "size": 1}}

    made = mapdsl.translate_request(api, old, to="new")
    back = mapdsl.translate_request(api, made.request, to="old")

    assert (dict(made.request.query), made.request.body) == (query, body)
    assert sorted(loss.path for loss in made.lost) == sorted(told)
    assert back.request.body == old["body"]


def test_what_stands_within_an_object_takes_a_name_and_no_place():
    with pytest.raises(ValueError, match=r"`inner` stands within `box\.inner`, so it takes a name"):
        mapdsl.loads(PLACED, holes={"inner": "@query.x"})


def test_a_place_that_the_message_does_not_have_is_a_mistake_of_the_text():
    with pytest.raises(mapdsl.MapError, match=r"nothing says what the text of `@query\.size` stands for"):
        mapdsl.loads(PLACED.replace("box.inner", "inner"), holes={"inner": "@query.size"})
