"""Headers that no rule names: how their names are spelled, and those that speak of the state of one reply."""

from __future__ import annotations

from typing import Any

import pytest

from mapdsl import loads, translate_request, translate_response

SPEC = """mapdsl 1
endpoint one {
  old POST /old/one
  new POST /new/one
  request { @header.X-Old-Name <-> @header.X-NEW-Name : string }
  response { @header.X-Old-Name <-> @header.X-NEW-Name : string }
}
endpoint several {
  old POST /old/several
  new POST /new/several
  request { fan list[] { to <-> phone } }
  response { gather status[] all { id <-> message_id } }
}
endpoint pages {
  old GET /old/pages
  new GET /new/pages
  paging {
    old page page=@query.page size=@query.size default=2 max=2 items=things
    new page page=@query.page size=@query.size default=2 max=2 items=things
  }
  response { things[] <-> things[] { n <-> n } }
}
"""
API = loads(SPEC)
WHY = "speaks of one reply to one request, and there are several"
VALIDATORS = ["If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "ETag", "Last-Modified"]


def told(translated: Any) -> list[tuple[str, Any, str, str]]:
    return [(loss.path, loss.value, loss.reason, loss.kind) for loss in translated.lost]


# --- names -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["x-request-ID", "X-Request-Id", "x-request-id", "X-REQUEST-ID"])
def test_a_header_that_passes_keeps_its_spelling(name: str) -> None:
    message = {"method": "POST", "path": "/old/one", "headers": {name: "7"}}
    sent = translate_request(API, message, to="new")
    assert dict(sent.request.headers) == {name: "7"}
    reply = translate_response(API, {"status": 200, "headers": {name: "8"}}, to="old", request=sent)
    assert dict(reply.response.headers) == {name: "8"}


def test_one_that_a_rule_writes_is_spelled_as_the_rule_has_it() -> None:
    message = {"method": "POST", "path": "/old/one", "headers": {"x-old-NAME": "7"}}
    sent = translate_request(API, message, to="new")
    assert dict(sent.request.headers) == {"X-NEW-Name": "7"}
    reply = translate_response(API, {"status": 200, "headers": {"x-new-name": "8"}}, to="old", request=sent)
    assert dict(reply.response.headers) == {"X-Old-Name": "8"}


def test_one_that_residue_brings_home_is_spelled_as_it_was() -> None:
    message = {"method": "POST", "path": "/old/one", "headers": {"content-MD5": "x"}}
    sent = translate_request(API, message, to="new")
    assert dict(sent.request.headers) == {}
    home = translate_request(API, sent.request, to="old", residue=sent.residue)
    assert dict(home.request.headers) == {"content-MD5": "x"}


# --- validators ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", VALIDATORS)
def test_validators_do_not_go_with_several_calls(name: str) -> None:
    message = {
        "method": "POST",
        "path": "/old/several",
        "headers": {name: '"5"', "X-Other": "1"},
        "body": {"list": [{"to": "1"}, {"to": "2"}]},
    }
    sent = translate_request(API, message, to="new")
    assert [dict(each.headers) for each in sent.requests] == [{"X-Other": "1"}, {"X-Other": "1"}]
    assert told(sent) == [(f"headers.{name}", '"5"', WHY, "dropped")]


def test_they_go_with_the_one_call_of_a_list_of_one() -> None:
    message = {
        "method": "POST",
        "path": "/old/several",
        "headers": {"If-Match": '"5"'},
        "body": {"list": [{"to": "1"}]},
    }
    sent = translate_request(API, message, to="new")
    assert dict(sent.request.headers) == {"If-Match": '"5"'}
    assert told(sent) == []


@pytest.mark.parametrize("name", VALIDATORS)
def test_they_do_not_come_with_several_replies_that_are_one(name: str) -> None:
    message = {"method": "POST", "path": "/old/several", "body": {"list": [{"to": "1"}, {"to": "2"}]}}
    sent = translate_request(API, message, to="new")
    replies = [
        {"status": 200, "headers": {name: '"5"'}, "body": {"message_id": 1}},
        {"status": 200, "headers": {name: '"6"'}, "body": {"message_id": 2}},
    ]
    made = translate_response(API, replies, to="old", request=sent)
    assert made.response.body == {"status": [{"id": 1}, {"id": 2}]}
    assert dict(made.response.headers) == {}
    assert told(made) == [
        (f"[0].headers.{name}", '"5"', WHY, "dropped"),
        (f"[1].headers.{name}", '"6"', WHY, "dropped"),
    ]


@pytest.mark.parametrize(("side", "to"), [("old", "new"), ("new", "old")])
@pytest.mark.parametrize("name", VALIDATORS)
def test_they_do_not_go_where_a_list_pages(side: str, to: str, name: str) -> None:
    message = {"method": "GET", "path": f"/{side}/pages", "headers": {name: '"5"'}}
    sent = translate_request(API, message, to=to)
    assert dict(sent.request.headers) == {}
    assert told(sent) == [(f"headers.{name}", '"5"', WHY, "dropped")]
    home = translate_request(API, sent.request, to=side, residue=sent.residue)
    assert dict(home.request.headers) == {name: '"5"'}


# --- what a body is --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Content-Type", "content-type"])
def test_a_text_that_becomes_json_has_the_type_of_json(name: str) -> None:
    api = loads("""mapdsl 1
api toy { old rpc /rpc }
endpoint pay { old rpc pay(sum); new POST /pay; request { sum <-> amount } }
""")
    call = {"jsonrpc": "2.0", "id": 1, "method": "pay", "params": [5]}
    sent = translate_request(api, {"method": "POST", "path": "/rpc", "body": call}, to="new")
    failure = {"status": 502, "headers": {name: "text/html"}, "body": "<html>no</html>"}
    made = translate_response(api, failure, to="old", request=sent)
    assert {each.lower(): value for each, value in made.response.headers.items()} == {
        "content-type": "application/json"
    }
    why = "the type of the body that came; the one that goes out is application/json"
    assert (f"headers.{name}", "text/html", why, "dropped") in told(made)
    problem = {**failure, "headers": {name: "application/problem+json"}, "body": {"title": "no"}}
    kept = translate_response(api, problem, to="old", request=sent)
    assert dict(kept.response.headers) == {name: "application/problem+json"}
