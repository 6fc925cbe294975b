"""A failure stays a failure with its status, whatever its body: one that the failure block does not take passes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mapdsl import Api, Done, TranslationError, loads, translate_request, translate_response

HTTP = loads("""mapdsl 1
endpoint pay {
  old POST /v1/payments
  new POST /v2/payments
  request { sum <-> amount }
  response { id <-> payment_id }
  failure when old ok is false { message <-> error.text; kind <-> error.kind : kinds; drop ok = false }
}
endpoint list {
  old GET /v1/items
  new GET /v2/items
  response { items[] <-> data[] { id <-> id } }
  failure { message <-> error.text }
  paging {
    old page page=@query.page size=@query.limit default=2 max=10 total=total items=items
    new page page=@query.page size=@query.limit default=2 max=2 total=total items=data
  }
}
enum kinds closed { "declined" <-> "card_declined" }
""")
RPC = loads("""mapdsl 1
api toy { old rpc /rpc }
endpoint pay {
  old rpc pay(sum)
  new POST /v2/payments
  request { sum <-> amount }
  response { id <-> payment_id }
  failure { message <-> error.text : string }
}
endpoint plain {
  old rpc plain(sum)
  new POST /v2/plain
  request { sum <-> amount }
  response { id <-> payment_id }
}
""")
HTML = "<html>502 Bad Gateway</html>"
MISFITS: list[Any] = [
    HTML,
    ["too small"],
    7,
    {"error": "too small"},
    {"error": {"text": "no", "kind": "new"}},
    {"error": [1]},
]


def to_old(message: dict[str, Any], api: Api = HTTP, endpoint: str = "pay", **more: Any) -> Any:
    return translate_response(api, message, to="old", endpoint=endpoint, **more)


@pytest.mark.parametrize("status", [400, 404, 422, 500, 502, 599])
@pytest.mark.parametrize("body", MISFITS, ids=str)
def test_a_body_that_the_block_does_not_take_passes(body: Any, status: int) -> None:
    message = {"status": status, "headers": {"Retry-After": "30"}, "body": body}
    got = to_old(message)
    assert got.response.to_dict() == message
    assert [(loss.kind, loss.path, loss.value) for loss in got.lost] == [("untranslated", "body", body)]
    assert got.lost[0].reason.startswith("a failure, passed as it is: body")
    home = translate_response(HTTP, got.response, to="new", endpoint="pay", residue=got.residue)
    assert home.response.to_dict() == message


def test_the_report_says_what_did_not_fit() -> None:
    (loss,) = to_old({"status": 400, "body": {"error": {"text": 1, "kind": "new"}}}).lost
    assert loss.reason == 'a failure, passed as it is: body.error.kind: expected "card_declined"'
    assert loss.rule is not None
    assert "kind <-> error.kind" in loss.rule.text


def test_strict_refuses_it_and_tells_the_status() -> None:
    for strict in (True, {"untranslated"}):
        with pytest.raises(TranslationError, match="in a reply of status 503"):
            to_old({"status": 503, "body": ["too small"]}, strict=strict)
    assert to_old({"status": 502, "body": HTML}, strict={"dropped", "owed"}).response.status == 502
    lenient = to_old({"status": 502, "body": HTML}, strict=True, lenient=True)
    assert (lenient.response.status, len(lenient.problems)) == (502, 1)


def test_a_header_that_the_block_names_passes_where_the_block_does_not_take_the_body() -> None:
    api = loads("""mapdsl 1
endpoint pay {
  old POST /v1/payments
  new POST /v2/payments
  failure { message <-> error.text; code <-> @header.X-Code : string }
}
""")
    taken = to_old({"status": 400, "headers": {"X-Code": "7"}, "body": {"error": {"text": "no"}}}, api)
    assert (taken.response.headers, taken.response.body) == ({}, {"message": "no", "code": "7"})
    passed = to_old({"status": 502, "headers": {"X-Code": "7"}, "body": HTML}, api)
    assert (passed.response.headers, passed.response.body) == ({"X-Code": "7"}, HTML)


def test_an_edited_body_keeps_the_edit() -> None:
    got = to_old({"status": 400, "body": {"error": "no"}})
    edited = {"status": 400, "body": {"message": "edited"}}
    home = translate_response(HTTP, edited, to="new", endpoint="pay", residue=got.residue)
    assert home.response.body == {"error": {"text": "edited"}}


def test_residue_of_a_translated_failure_is_not_put_into_one_that_passes() -> None:
    got = to_old({"status": 400, "body": {"error": {"text": "no", "more": 1}}})
    home = translate_response(HTTP, {"status": 400, "body": "no"}, to="new", endpoint="pay", residue=got.residue)
    assert home.response.body == "no"


SPARE = loads("""mapdsl 1
endpoint pay {
  old POST /v1/payments
  new POST /v2/payments
  failure { message <-> error.text; kind <-> error.kind : kinds; drop hint; add trace }
}
enum kinds closed { "declined" <-> "card_declined" }
""")
WAYS = [
    pytest.param("old", {"error": {"text": "no"}, "trace": 5}, {"message": "no"}, {"kind": 7}, id="to old"),
    pytest.param("new", {"message": "no", "hint": 5}, {"error": {"text": "no"}}, {"error": {"kind": 7}}, id="to new"),
]


@pytest.mark.parametrize(("to", "came", "goes", "edited"), WAYS)
def test_what_a_translated_failure_lost_is_not_put_into_one_that_passes(
    to: str, came: Any, goes: Any, edited: Any
) -> None:
    """An entry of a field speaks of a body that the block made; the edited one has another form."""
    home_to = "new" if to == "old" else "old"
    message = {"status": 400, "headers": {"Digest": "x"}, "body": came}
    got = translate_response(SPARE, message, to=to, endpoint="pay")
    assert got.response.body == goes
    again = translate_response(SPARE, got.response, to=home_to, endpoint="pay", residue=got.residue)
    assert again.response.to_dict() == message
    reply = {"status": 400, "headers": {}, "body": edited}
    home = translate_response(SPARE, reply, to=home_to, endpoint="pay", residue=got.residue)
    assert home.response.to_dict() == reply
    assert [(loss.kind, loss.path) for loss in home.lost] == [("untranslated", "body")]


@pytest.mark.parametrize("to", ["old", "new"])
@pytest.mark.parametrize("body", [HTML, ["too small"], 7], ids=str)
def test_one_that_passes_both_ways_brings_its_headers_home(to: str, body: Any) -> None:
    message = {"status": 502, "headers": {"Digest": "x", "Retry-After": "30"}, "body": body}
    got = translate_response(SPARE, message, to=to, endpoint="pay")
    assert (got.response.headers, got.response.body) == ({"Retry-After": "30"}, body)
    home = translate_response(
        SPARE, got.response, to="new" if to == "old" else "old", endpoint="pay", residue=got.residue
    )
    assert home.response.to_dict() == message


@pytest.mark.parametrize("passed", [1, "true", {}, None, False])
def test_residue_from_outside_must_say_that_it_is_of_one_that_passed(passed: Any) -> None:
    message = {"status": 502, "headers": {"Digest": "x"}, "body": HTML}
    got = translate_response(SPARE, message, to="old", endpoint="pay")
    residue = {**got.residue, "passed": passed}
    home = translate_response(SPARE, got.response, to="new", endpoint="pay", residue=residue)
    assert home.response.to_dict() == {"status": 502, "headers": {}, "body": HTML}


PICKY = loads("""mapdsl 1
endpoint pay {
  old POST /v1/payments
  new POST /v2/payments
  failure { match { case old kind is "a", new type is "A" { x <-> y } else reject "a kind" } }
}
endpoint plain { old POST /v1/plain; new POST /v2/plain }
""")


def test_of_one_without_a_body_the_status_is_told() -> None:
    message = {"status": 503, "headers": {}, "body": None}
    got = translate_response(PICKY, message, to="new", endpoint="pay")
    assert got.response.to_dict() == message
    assert [(loss.kind, loss.path, loss.value) for loss in got.lost] == [("untranslated", "status", 503)]
    home = translate_response(PICKY, got.response, to="old", endpoint="pay", residue=got.residue)
    assert home.response.to_dict() == message


def test_bytes_pass_and_leave_nothing_in_residue() -> None:
    """Residue is JSON, and no block reads bytes on any way."""
    message = {"status": 503, "headers": {}, "body": b"\xff"}
    got = translate_response(PICKY, message, to="new", endpoint="pay")
    assert (got.response.body, got.residue["entries"]) == (b"\xff", [])
    stored = json.loads(json.dumps(got.residue))
    home = translate_response(PICKY, got.response, to="old", endpoint="pay", residue=stored)
    assert home.response.to_dict() == message


def test_without_a_block_there_is_nothing_to_bring_home() -> None:
    message = {"status": 503, "headers": {}, "body": {"m": 1}}
    got = translate_response(PICKY, message, to="new", endpoint="plain")
    assert (got.response.to_dict(), got.residue["entries"]) == (message, [])
    (loss,) = got.lost
    assert loss.reason == "a failure, passed as it is: the endpoint has no failure block"
    assert loss.rule is not None
    assert loss.rule.text == "endpoint plain"


def test_the_report_counts_what_else_did_not_fit() -> None:
    got = translate_response(PICKY, {"status": 400, "body": 7}, to="new", endpoint="pay")
    assert [loss.reason for loss in got.lost] == ["a failure, passed as it is: body: refused: a kind, and 1 more"]


@pytest.mark.parametrize("body", [{"ok": False, "kind": "odd"}, {"ok": False, "kind": 7, "message": "no"}])
def test_a_failure_that_a_200_tells_is_one_where_nothing_else_tells_it(body: Any) -> None:
    message = {"status": 200, "headers": {}, "body": body}
    got = translate_response(HTTP, message, to="new", endpoint="pay")
    assert (got.response.status, got.response.body) == (400, body)
    home = to_old(got.response.to_dict(), residue=got.residue)
    assert home.response.to_dict() == message


def test_a_translated_failure_is_told_where_its_rules_do_not_tell_it() -> None:
    api = loads("""mapdsl 1
endpoint e { old GET /a; new GET /b; response { x <-> x }
  failure when old ok is false, new good is false { why <-> reason; drop ok = false } }
""")
    got = translate_response(api, {"status": 200, "body": {"ok": False, "why": "no"}}, to="new", endpoint="e")
    assert (got.response.status, got.response.body) == (400, {"reason": "no"})
    home = translate_response(api, got.response, to="old", endpoint="e", residue=got.residue)
    assert home.response.to_dict() == {"status": 200, "headers": {}, "body": {"ok": False, "why": "no"}}


# --- exchanges, pages -----------------------------------------------------------------------------------------------


def carried(api: Api, request: dict[str, Any], *replies: dict[str, Any]) -> Any:
    run, left = api.exchange(request, client="old"), list(replies)
    while not isinstance(step := run.step(), Done):
        run.answer([left.pop(0) for _ in step.requests])
    return step


@pytest.mark.parametrize("body", MISFITS, ids=str)
def test_an_exchange_ends_with_the_failure(body: Any) -> None:
    reply = {"status": 503, "headers": {"Retry-After": "30"}, "body": body}
    end = carried(HTTP, {"method": "POST", "path": "/v1/payments", "body": {"sum": 1}}, reply)
    assert end.response.to_dict() == reply
    assert [(loss.kind, loss.path) for loss in end.lost] == [("untranslated", "body")]


def test_a_page_that_fails_is_the_answer() -> None:
    first = {"status": 200, "body": {"data": [{"id": 1}, {"id": 2}], "total": 4}}
    failed = {"status": 502, "headers": {}, "body": HTML}
    end = carried(HTTP, {"method": "GET", "path": "/v1/items", "query": {"limit": "4"}}, first, failed)
    assert end.response.to_dict() == failed
    assert ("untranslated", "[1].body") in [(loss.kind, loss.path) for loss in end.lost]


# --- RPC ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("body", [HTML, ["no"], {"error": "no"}, {"error": {"text": 7}}], ids=str)
def test_an_error_of_rpc_holds_the_body_that_the_block_does_not_take(body: Any) -> None:
    call = {"method": "POST", "path": "/rpc", "body": {"jsonrpc": "2.0", "id": 7, "method": "pay", "params": [1]}}
    sent = translate_request(RPC, call, to="new")
    got = to_old({"status": 502, "body": body}, RPC, "pay", request=sent)
    assert (got.response.body["error"]["code"], got.response.body["error"]["data"]) == (502, body)
    home = translate_response(RPC, got.response, to="new", request=sent, residue=got.residue)
    assert home.response.to_dict() == {"status": 502, "headers": {}, "body": body}


@pytest.mark.parametrize("endpoint", ["pay", "plain"])
@pytest.mark.parametrize("body", [None, HTML, {"error": "no"}], ids=str)
def test_a_server_of_rpc_may_fail_by_http(endpoint: str, body: Any) -> None:
    message = {"status": 502, "headers": {"Retry-After": "30"}, "body": body}
    got = translate_response(RPC, message, to="new", endpoint=endpoint)
    assert (got.response.status, got.response.headers) == (502, message["headers"])
    home = to_old(got.response.to_dict(), RPC, endpoint, residue=got.residue)
    assert home.response.to_dict() == message


# --- a block that does not take an error of RPC ----------------------------------------------------------------------

TOLD = """mapdsl 1
api toy {{ old rpc /rpc }}
enum kinds closed {{ "declined" <-> "card_declined" }}
endpoint pay {{
  old rpc pay(sum)
  new POST /v2/payments
  request {{ sum <-> amount }}
  response {{ id <-> payment_id }}
  {failure}
}}
"""
BY_RESULT = loads(
    TOLD.format(failure="failure when old ok is false { kind <-> kind : kinds; why <-> text; drop ok = false }")
)
BY_ERROR = loads(TOLD.format(failure="failure { kind <-> kind : kinds }"))
CALL = {"jsonrpc": "2.0", "id": 1, "method": "pay", "params": [5]}


def asked(api: Api, to: str) -> Any:
    if to == "new":
        return translate_request(api, {"method": "POST", "path": "/rpc", "body": CALL}, to="new")
    return translate_request(api, {"method": "POST", "path": "/v2/payments", "body": {"amount": 5}}, to="old")


def rpc(**member: Any) -> dict[str, Any]:
    return {"status": 200, "headers": {}, "body": {"jsonrpc": "2.0", "id": 1, **member}}


@pytest.mark.parametrize(
    ("member", "value", "status"),
    [("result", {"ok": False, "kind": "odd"}, 400), ("error", {"code": 7, "message": "no", "kind": "odd"}, 500)],
)
def test_the_report_says_in_which_member_of_the_reply_it_stood(member: str, value: Any, status: int) -> None:
    api = BY_RESULT if member == "result" else BY_ERROR
    message = rpc(**{member: value})
    got = translate_response(api, message, to="new", request=asked(api, "old"))
    assert (got.response.status, got.response.body) == (status, value)
    (loss,) = got.lost
    assert (loss.path, loss.value, loss.kind) == (f"body.{member}", value, "untranslated")
    assert loss.reason == f'a failure, passed as it is: body.{member}.kind: expected "declined"'
    assert [entry["path"] for entry in got.residue["entries"]] == [["body"]]
    home = translate_response(api, got.response, to="old", request=asked(api, "new"), residue=got.residue)
    assert home.response.to_dict() == message


def test_an_edited_error_has_its_own_status_at_home() -> None:
    """502 was that of the page of HTML; an error of RPC that passes is a 500."""
    page = {"status": 502, "headers": {}, "body": HTML}
    got = translate_response(BY_ERROR, page, to="old", request=asked(BY_ERROR, "new"))
    same = translate_response(BY_ERROR, got.response, to="new", request=asked(BY_ERROR, "old"), residue=got.residue)
    assert same.response.to_dict() == page
    error = {"code": 7, "message": "edited", "kind": "odd"}
    edited = {**got.response.to_dict(), "body": {"jsonrpc": "2.0", "id": 1, "error": error}}
    home = translate_response(BY_ERROR, edited, to="new", request=asked(BY_ERROR, "old"), residue=got.residue)
    assert home.response.to_dict() == {"status": 500, "headers": {}, "body": error}


def test_an_edited_error_that_the_block_does_not_take_passes_with_what_rpc_demands() -> None:
    """The code and the message came with the translation, and belong to the error that passes."""
    message = {"status": 404, "headers": {}, "body": {"kind": "card_declined"}}
    got = translate_response(BY_ERROR, message, to="old", request=asked(BY_ERROR, "new"))
    error = {"code": 404, "message": "Not Found", "kind": "declined"}
    assert got.response.to_dict() == rpc(error=error)
    same = translate_response(BY_ERROR, got.response, to="new", request=asked(BY_ERROR, "old"), residue=got.residue)
    assert same.response.to_dict() == message
    edited = rpc(error={**error, "kind": 7})
    home = translate_response(BY_ERROR, edited, to="new", request=asked(BY_ERROR, "old"), residue=got.residue)
    assert home.response.to_dict() == {"status": 500, "headers": {}, "body": {**error, "kind": 7}}


# --- one of several calls --------------------------------------------------------------------------------------------


def test_the_other_calls_beside_one_that_passes_are_told_and_come_home() -> None:
    api = loads("""mapdsl 1
enum kinds closed { "declined" <-> "card_declined" }
endpoint send {
  old POST /v1/messages
  new POST /v2/messages
  request { fan list[] { to <-> phone } }
  response { gather status[] all { id <-> message_id } }
  failure { kind <-> kind : kinds }
}
""")
    message = {"method": "POST", "path": "/v1/messages", "body": {"list": [{"to": "1"}, {"to": "2"}]}}
    sent = translate_request(api, message, to="new")
    replies = [
        {"status": 201, "headers": {}, "body": {"message_id": 1}},
        {"status": 400, "headers": {}, "body": {"kind": "odd"}},
    ]
    got = translate_response(api, replies, to="old", request=sent)
    assert got.response.to_dict() == replies[1]
    assert [(loss.path, loss.value, loss.kind) for loss in got.lost] == [
        ("[1].body", {"kind": "odd"}, "untranslated"),
        ("[0]", 201, "dropped"),
    ]
    back = translate_request(api, list(sent.requests), to="old")
    home = translate_response(api, got.response, to="new", request=back, residue=got.residue)
    assert [each.to_dict() for each in home.responses] == replies
