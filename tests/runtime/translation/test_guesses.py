"""What rests on an assumed name is told once for each hole, on both ways; what the program names itself is not."""

from __future__ import annotations

from typing import Any

import pytest

import mapdsl
from mapdsl import Api
from mapdsl.pipeline import compile_text
from mapdsl.testing.interpreter import interpreted

TEXT = """mapdsl 1
old rpc /rpc/
hole flag "no document names the flag" assume "active"
hole kind "no document names the kind" assume "type"
hole wide "no document names the width" assume "width"
endpoint change {
  old rpc change(id, kind?, wide?)
  new PATCH /things/{sid} when new flag is true
  request {
    id <-> @path.sid : string
    kind <-> @query.kind : string
    wide <-> wide
  }
  response {
    hits[] <-> items[] {
      name <-> kind
      size <-> size
    }
  }
}
endpoint send {
  old POST /v1/send
  new POST /v2/messages
  request { fan to[] { number <-> kind; label <-> label } }
  response { gather status[] all { id <-> flag } }
}
"""
FLAG = "assumed: no document names the flag"
KIND = "assumed: no document names the kind"
WIDE = "assumed: no document names the width"
CALL = {"jsonrpc": "2.0", "id": 1, "method": "change", "params": ["a", "x"]}
OLD = {"method": "POST", "path": "/rpc/", "body": CALL}


@pytest.fixture(scope="module", params=["generated", "interpreter"])
def api(request: pytest.FixtureRequest) -> Api:
    compiled = compile_text(TEXT)
    return compiled.api if request.param == "generated" else interpreted(compiled.program)


def told(lost: Any) -> list[tuple[str, Any, str, str]]:
    return [(loss.path, loss.value, loss.reason, loss.kind) for loss in lost if loss.reason.startswith("assumed")]


def test_a_field_that_is_written_is_told_where_it_stands_in_the_output(api: Api):
    made = mapdsl.translate_request(api, OLD, to="new")

    assert made.request.body == {"active": True}
    assert told(made.lost) == [
        ("body.params[1]", "x", KIND, "untranslated"),
        ("body.active", True, FLAG, "untranslated"),
    ]


def test_a_field_that_is_read_is_told_where_it_stands_in_the_input(api: Api):
    there = {"method": "PATCH", "path": "/things/a", "query": {"type": "x"}, "body": {"active": True, "width": None}}
    made = mapdsl.translate_request(api, there, to="old")

    assert made.request.body["params"] == ["a", "x"]
    assert sorted(told(made.lost)) == sorted(
        [
            ("query.type", "x", KIND, "untranslated"),
            ("body.active", True, FLAG, "untranslated"),
            ("body.width", None, WIDE, "untranslated"),
        ]
    )


def test_of_a_list_the_first_item_is_told(api: Api):
    body = {"items": [{"size": 1}, {"type": "x"}, {"type": "y"}]}
    sent = mapdsl.translate_request(api, OLD, to="new")
    got = mapdsl.translate_response(api, {"status": 200, "body": body}, to="old", request=sent)

    assert told(got.lost) == [("body.items[1].type", "x", KIND, "untranslated")]


def test_what_is_not_there_is_not_told(api: Api):
    sent = mapdsl.translate_request(api, OLD, to="new")
    got = mapdsl.translate_response(api, {"status": 200, "body": {"items": [{"size": 1}]}}, to="old", request=sent)

    assert told(got.lost) == []


def test_of_several_messages_the_first_is_told(api: Api):
    body = {"to": [{"label": "x"}, {"number": "1"}, {"number": "2"}]}
    made = mapdsl.translate_request(api, {"method": "POST", "path": "/v1/send", "body": body}, to="new")
    replies = [{"status": 200, "body": {}}, {"status": 200, "body": {"active": 1}}, {"status": 200, "body": {}}]
    got = mapdsl.translate_response(api, replies, to="old", request=made)
    home = mapdsl.translate_request(api, made.requests, to="old", endpoint="send")

    assert told(made.lost) == [("body[1].type", "1", KIND, "untranslated")]
    assert told(got.lost) == [("[1].body.active", 1, FLAG, "untranslated")]
    assert told(home.lost) == [("[1].body.type", "1", KIND, "untranslated")]


def test_what_the_program_says_is_no_guess():
    api = mapdsl.loads(TEXT, holes={"flag": "active", "kind": "type"})
    made = mapdsl.translate_request(api, OLD, to="new")

    assert told(made.lost) == []


def test_strict_refuses_a_guess(api: Api):
    with pytest.raises(mapdsl.MapError, match="no document names the flag"):
        mapdsl.translate_request(api, OLD, to="new", strict={"untranslated"})
