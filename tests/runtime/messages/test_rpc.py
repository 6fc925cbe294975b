"""JSON-RPC as one API documents it: its envelopes, its errors, and what it does not take."""

from __future__ import annotations

from typing import Any

import pytest

from mapdsl import TranslationError, loads, translate_request, translate_response
from mapdsl.errors import LookupMissing, RouteNotFound
from mapdsl.runtime import recall, record

SPEC = """
mapdsl 1
old rpc /json-rpc/v1.1/
new base /v2.0
credential key
auth basic_to_key credential key { old basic; new @header.x-api-key }
lookup number_by_did : string <-> string
enum encoding closed { "GSM" <-> "gsm"; "UNICODE" <-> "unicode" }
enum nature closed { "ALERTING" <-> "alerting"; "MARKETING" <-> "marketing" }

endpoint sms_send {
  old rpc sms.send(from, to, body, options?)
  new POST /sms
  auth basic_to_key
  request {
    from <-> @query.from : string; to <-> @query.to : string; body <-> text
    options.force_encoding <-> @query.encoding : encoding
    options.nature <-> @query.trafficType : nature
    drop options.user_data; drop options.webhook
  }
  response { $ <-> sid : lower }
}
endpoint assign_did {
  old rpc apps.assign_did(app, did)
  new PUT /actions/{sid}/numbers/{number}
  new PUT /numbers/{number}/scenario/{sid}
  new PATCH /numbers/{number} when new scenario is present
  request { app <-> @path.sid : lower; did <-> @path.number : number_by_did }
  response { drop $ = true; status 200 <-> 204 }
  failure { code <-> number; message <-> text }
}
endpoint credit {
  old rpc billing.get_prepaid_credit()
  new GET /billing
  response { $ <-> credit }
}
endpoint on {
  old rpc hooks.on(hash, why?)
  new PATCH /hooks/{hash} when new enabled is true
  request { hash <-> @path.hash : string }
}
endpoint off {
  old rpc hooks.off(hash)
  new PATCH /hooks/{hash} when new enabled is false
  request { hash <-> @path.hash : string }
}
shape one_id { id <-> @path.id : string }
endpoint one { old rpc pick(kind, id) when old kind is "one"; new GET /ones/{id}; request { include one_id } }
endpoint two { old rpc pick(kind, id) when old kind is "two"; new GET /twos/{id}; request { include one_id } }
"""
API = loads(SPEC)
LOOKUPS = {"number_by_did": {"LXLGRVDT": "+33199001020"}, "key": {"bG9naW46cGFzcw==": "NEW-KEY"}}
HELLO = ["SMS", "+33612345678", "Hello, world", None]
OPTIONS = {"user_data": "42", "webhook": {"endpoint": "https://yourdomain.com/webhook_endpoint"}}


def post(body: Any, **more: Any) -> dict[str, Any]:
    return {"method": "POST", "path": "/json-rpc/v1.1/", "body": body, **more}


def call(method: str, params: Any, id: Any = 42) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": id, "method": method, "params": params}


def to_new(body: Any, **options: Any) -> Any:
    return translate_request(API, post(body), to="new", lookups=LOOKUPS, **options)


def to_old(status: int, body: Any, request: Any) -> Any:
    return translate_response(API, {"status": status, "body": body}, to="old", request=request, lookups=LOOKUPS)


# Every documented call of sms.send, with what it asks of the new API.
DOCUMENTED: list[tuple[list[Any], dict[str, str], str, list[str]]] = [
    (HELLO, {"from": "SMS", "to": "+33612345678"}, "Hello, world", []),
    (["SMS", "+16469820800", "Hello world!", None], {"from": "SMS", "to": "+16469820800"}, "Hello world!", []),
    (
        ["", "+33123456789", "Hello world!", {"force_encoding": "GSM"}],
        {"from": "", "to": "+33123456789", "encoding": "gsm"},
        "Hello world!",
        [],
    ),
    (
        ["SMS", "+33123456789", "Hello world!", {"nature": "ALERTING"}],
        {"from": "SMS", "to": "+33123456789", "trafficType": "alerting"},
        "Hello world!",
        [],
    ),
    (
        ["SMS", "+33123456789", "Hello world!", {"user_data": OPTIONS["user_data"]}],
        {"from": "SMS", "to": "+33123456789"},
        "Hello world!",
        ["body.params[3].user_data"],
    ),
    (
        ["SMS", "+33123456789", "Hello world!", {"webhook": OPTIONS["webhook"]}],
        {"from": "SMS", "to": "+33123456789"},
        "Hello world!",
        ["body.params[3].webhook"],
    ),
]


@pytest.mark.parametrize(("params", "query", "text", "lost"), DOCUMENTED)
def test_a_documented_call_of_sms_send(params: list[Any], query: dict[str, str], text: str, lost: list[str]) -> None:
    sent = to_new(call("sms.send", params))
    assert sent.endpoint == "sms_send"
    assert (sent.request.method, sent.request.path) == ("POST", "/v2.0/sms")
    assert (sent.request.query, sent.request.body) == (query, {"text": text})
    assert [loss.path for loss in sent.lost if loss.value != "***"] == lost
    home = translate_request(API, sent.request, to="old", residue=sent.residue, lookups=LOOKUPS)
    assert home.request.path == "/json-rpc/v1.1/"
    assert home.request.body == call("sms.send", params)


def test_the_documented_reply_of_sms_send() -> None:
    sent = to_new(call("sms.send", HELLO))
    got = to_old(200, {"sid": "8242d945"}, sent)
    assert got.response.to_dict() == {
        "status": 200,
        "headers": {},
        "body": {"jsonrpc": "2.0", "id": 42, "result": "8242D945"},
    }
    assert got.lost == ()


def test_a_request_made_for_an_rpc_side_has_the_id_1_and_leaves_out_what_is_absent_at_the_end() -> None:
    request = {"method": "POST", "path": "/v2.0/sms", "query": {"to": "+33639981020"}, "body": {"text": "Hello world!"}}
    sent = translate_request(API, request, to="old", lookups=LOOKUPS)
    assert sent.request.method == "POST"
    assert sent.request.body == call("sms.send", [None, "+33639981020", "Hello world!"], id=1)
    assert [(loss.path, loss.reason) for loss in sent.lost if loss.value != "***"] == [("body.params[0]", "missing")]
    reply = {"status": 200, "body": {"jsonrpc": "2.0", "id": 1, "result": "8242D945"}}
    got = translate_response(API, reply, to="new", request=sent)
    assert got.response.body == {"sid": "8242d945"}


def test_one_method_against_three_routes() -> None:
    sent = to_new(call("apps.assign_did", ["3TXTPS65", "LXLGRVDT"]))
    assert (sent.request.method, sent.request.path) == ("PUT", "/v2.0/actions/3txtps65/numbers/%2B33199001020")
    assert sent.request.body is None
    assert to_old(204, None, sent).response.body == {"jsonrpc": "2.0", "id": 42, "result": True}
    for path in ("/actions/3txtps65/numbers/%2B33199001020", "/numbers/%2B33199001020/scenario/3txtps65"):
        back = translate_request(API, {"method": "PUT", "path": path}, to="old", lookups=LOOKUPS)
        assert back.request.body == call("apps.assign_did", ["3TXTPS65", "LXLGRVDT"], id=1)
        again = translate_request(API, back.request, to="new", residue=back.residue, lookups=LOOKUPS)
        assert again.request.path == path


def test_several_methods_behind_one_route_are_told_apart_by_guards() -> None:
    for enabled, method in ((True, "hooks.on"), (False, "hooks.off")):
        request = {"method": "PATCH", "path": "/hooks/abc", "body": {"enabled": enabled}}
        assert translate_request(API, request, to="old").request.body["method"] == method
    assert to_new(call("pick", ["two", "7"])).request.path == "/v2.0/twos/7"


def test_a_method_without_parameters_and_a_scalar_that_is_text() -> None:
    for body in (
        call("billing.get_prepaid_credit", []),
        {"jsonrpc": "2.0", "id": 42, "method": "billing.get_prepaid_credit"},
    ):
        sent = to_new(body)
        assert (sent.request.method, sent.request.path, sent.request.body) == ("GET", "/v2.0/billing", None)
        assert translate_request(API, sent.request, to="old", residue=sent.residue).request.body == body
        assert to_old(200, {"credit": "12.3400"}, sent).response.body["result"] == "12.3400"


@pytest.mark.parametrize("id", [42, "42", "", 0, None, -1, 10**30])
def test_an_id_is_echoed_with_its_type(id: Any) -> None:
    sent = to_new(call("sms.send", HELLO, id))
    echoed = to_old(200, {"sid": "8242d945"}, sent).response.body["id"]
    assert (type(echoed), echoed) == (type(id), id)
    home = translate_request(API, sent.request, to="old", residue=sent.residue, lookups=LOOKUPS)
    assert home.request.body["id"] == id


def test_a_parameter_that_is_null_is_absent() -> None:
    assert to_new(call("sms.send", ["SMS", None, "Hi"])).request.query == {"from": "SMS"}
    old = translate_request(
        API, {"method": "PATCH", "path": "/hooks/a", "body": {"enabled": True, "why": None}}, to="old"
    )
    assert old.request.body["params"] == ["a"]
    home = translate_request(API, old.request, to="new", residue=old.residue)
    assert home.request.body == {"enabled": True, "why": None}


def test_a_field_that_is_no_parameter_has_no_place_in_a_call() -> None:
    request = {"method": "POST", "path": "/sms", "query": {"page": "2"}, "body": {"text": "Hi", "odd": {"a": 1}}}
    sent = translate_request(API, request, to="old", lookups=LOOKUPS)
    assert sent.request.body["params"] == [None, None, "Hi"]
    assert sent.request.query == {}
    lost = {(loss.path, loss.reason) for loss in sent.lost}
    assert {("body.odd", "no place in the old API"), ("query.page", "no place in the old API")} <= lost
    home = translate_request(API, sent.request, to="new", residue=sent.residue, lookups=LOOKUPS)
    assert (home.request.query, home.request.body) == ({"page": "2"}, {"text": "Hi", "odd": {"a": 1}})


# --- what is no call -----------------------------------------------------------------------------------------------

REFUSED: list[tuple[Any, int, Any]] = [
    ([call("sms.send", HELLO)], -32600, None),
    ([], -32600, None),
    (None, -32600, None),
    ("sms.send", -32600, None),
    ({"jsonrpc": "2.0", "method": "sms.send", "params": HELLO}, -32600, None),
    ({"id": 42, "method": "sms.send", "params": HELLO}, -32600, 42),
    ({"jsonrpc": "1.0", "id": 42, "method": "sms.send", "params": HELLO}, -32600, 42),
    ({"jsonrpc": 2.0, "id": 42, "method": "sms.send", "params": HELLO}, -32600, 42),
    (call("sms.send", HELLO, id=4.2), -32600, None),
    (call("sms.send", HELLO, id=True), -32600, None),
    (call("sms.send", HELLO, id=[]), -32600, None),
    ({"jsonrpc": "2.0", "id": 42, "params": []}, -32600, 42),
    ({"jsonrpc": "2.0", "id": 42, "method": 7, "params": []}, -32600, 42),
    ({**call("sms.send", HELLO), "auth": "s3cret"}, -32600, 42),
    (call("sms.sned", HELLO), -32601, 42),
    (call("", []), -32601, 42),
    (call("sms.send", {"from": "SMS"}), -32602, 42),
    (call("sms.send", "SMS"), -32602, 42),
    (call("sms.send", None), -32602, 42),
    (call("sms.send", [*HELLO, 1]), -32602, 42),
    (call("sms.send", ["SMS", "+33", "Hi", {"nature": "LOUD"}]), -32602, 42),
    (call("pick", ["three", "7"]), -32602, 42),
]


@pytest.mark.parametrize(("body", "code", "id"), REFUSED)
def test_what_is_no_call_is_answered_with_an_error(body: Any, code: int, id: Any) -> None:
    with pytest.raises(TranslationError) as caught:
        to_new(body)
    reply = caught.value.reply
    assert reply is not None
    assert (reply["status"], reply["body"]["jsonrpc"], reply["body"]["id"]) == (200, "2.0", id)
    assert reply["body"]["error"]["code"] == code
    assert isinstance(reply["body"]["error"]["message"], str)
    assert "s3cret" not in str(reply)


def test_an_unknown_method_names_its_nearest() -> None:
    with pytest.raises(RouteNotFound, match=r"nearest: sms\.send") as caught:
        to_new(call("sms.sned", HELLO))
    assert caught.value.reply is not None


def test_a_lookup_that_is_not_answered_is_no_fault_of_the_caller() -> None:
    with pytest.raises(LookupMissing) as caught:
        translate_request(API, post(call("apps.assign_did", ["A", "B"], id="x")), to="new")
    assert caught.value.reply is not None
    assert (caught.value.reply["body"]["id"], caught.value.reply["body"]["error"]["code"]) == ("x", -32603)


def test_other_sides_and_other_paths_are_answered_as_http_is() -> None:
    for to, message in (("new", {"method": "POST", "path": "/nowhere"}), ("old", post(call("sms.send", HELLO)))):
        with pytest.raises(TranslationError) as caught:
            translate_request(API, message, to=to, lookups=LOOKUPS)
        assert caught.value.reply is not None
        assert (caught.value.reply["status"], caught.value.reply["body"]["title"]) == (404, "Not Found")


def test_a_credential_moves_and_stands_in_no_error() -> None:
    headers = {"Authorization": "Basic bG9naW46cGFzcw=="}
    with pytest.raises(TranslationError) as caught:
        translate_request(API, post(call("sms.send", [*HELLO, 1]), headers=headers), to="new", lookups=LOOKUPS)
    assert "bG9naW46cGFzcw" not in f"{caught.value} {caught.value.reply}"
    lookups = {"key": lambda keys: dict.fromkeys(keys, "NEW-KEY")}
    sent = translate_request(API, post(call("sms.send", HELLO), headers=headers), to="new", lookups=lookups)
    assert sent.request.headers == {"x-api-key": "NEW-KEY"}


# --- errors and replies --------------------------------------------------------------------------------------------


def test_a_failure_without_a_block_becomes_an_error_and_an_error_a_500() -> None:
    sent = to_new(call("sms.send", HELLO))
    body = {"code": "machine-error-code", "message": "human readable error message"}
    got = to_old(400, body, sent)
    error = {"code": 400, "message": "human readable error message", "data": body}
    assert got.response.to_dict()["body"] == {"jsonrpc": "2.0", "id": 42, "error": error}
    assert got.response.status == 200
    assert [loss.path for loss in got.lost] == ["body"]
    back = translate_response(API, got.response, to="new", request=sent, residue=got.residue)
    assert (back.response.status, back.response.body) == (400, body)
    plain = translate_response(API, got.response, to="new", request=sent)
    assert (plain.response.status, plain.response.body) == (500, error)
    assert [loss.path for loss in plain.lost] == ["body.error"]
    assert to_old(500, error, sent).response.body["error"] == error


def test_a_failure_without_words_has_those_of_its_status() -> None:
    sent = to_new(call("sms.send", HELLO))
    assert to_old(404, None, sent).response.body["error"] == {"code": 404, "message": "Not Found"}
    assert to_old(599, None, sent).response.body["error"] == {"code": 599, "message": "HTTP status 599"}


def test_a_failure_block_reads_and_writes_the_error() -> None:
    sent = to_new(call("apps.assign_did", ["3TXTPS65", "LXLGRVDT"]))
    got = to_old(404, {"number": 151, "text": "PROPERTY_VALUE_ERROR [did]"}, sent)
    assert got.response.body["error"] == {"code": 151, "message": "PROPERTY_VALUE_ERROR [did]"}
    back = translate_response(API, got.response, to="new", request=sent, residue=got.residue)
    assert back.response.to_dict() == {
        "status": 404,
        "headers": {},
        "body": {"number": 151, "text": "PROPERTY_VALUE_ERROR [did]"},
    }
    assert translate_response(API, got.response, to="new", request=sent).response.status == 500
    assert to_old(503, {"odd": 1}, sent).response.body["error"] == {
        "code": 503,
        "message": "Service Unavailable",
        "odd": 1,
    }
    passed = to_old(404, {"number": "machine-error-code"}, sent)  # the block would make an error without a code of it
    assert passed.response.body["error"] == {
        "code": 404,
        "message": "Not Found",
        "data": {"number": "machine-error-code"},
    }
    assert [(loss.kind, loss.path) for loss in passed.lost] == [("untranslated", "body")]
    home = translate_response(API, passed.response, to="new", request=sent, residue=passed.residue)
    assert home.response.to_dict() == {"status": 404, "headers": {}, "body": {"number": "machine-error-code"}}


BROKEN: list[tuple[int, Any, str]] = [
    (200, [], "an object"),
    (200, {"jsonrpc": "2.0", "id": 42}, "either `result` or `error`, found neither"),
    (200, {"jsonrpc": "2.0", "id": 42, "result": 1, "error": {"code": 1, "message": ""}}, "found both"),
    (200, {"jsonrpc": "2.0", "id": 43, "result": 1}, "42, the id of the call, found 43"),
    (200, {"jsonrpc": "2.0", "id": "42", "result": 1}, '42, the id of the call, found "42"'),
    (200, {"jsonrpc": "2.0", "id": None, "result": 1}, "42, the id of the call, found null"),
    (200, {"jsonrpc": "2.0", "id": True, "result": 1}, "a text, an integer or null, found true"),
    (200, {"jsonrpc": "2.0", "result": 1}, "a text, an integer or null, found nothing"),
    (200, {"id": 42, "result": 1}, 'the version "2.0", found nothing'),
    (200, {"jsonrpc": "2.0", "id": 42, "error": {"code": "1", "message": ""}}, "an error, with `code`"),
]


@pytest.mark.parametrize(("status", "body", "text"), BROKEN)
def test_what_is_no_reply_to_the_call_is_a_problem(status: int, body: Any, text: str) -> None:
    sent = to_new(call("sms.send", HELLO))
    with pytest.raises(TranslationError) as caught:
        translate_response(API, {"status": status, "body": body}, to="new", request=sent)
    assert text in str(caught.value)


def test_an_error_may_not_know_its_call() -> None:
    sent = to_new(call("sms.send", HELLO))
    reply = {"status": 200, "headers": {}, "body": {"jsonrpc": "2.0", "id": None, "error": {"code": 1, "message": "?"}}}
    got = translate_response(API, reply, to="new", request=sent)
    assert got.response.status == 500
    back = translate_response(API, got.response, to="old", request=sent, residue=got.residue)
    assert back.response.to_dict() == reply


def test_without_the_request_the_id_of_a_reply_is_owed() -> None:
    got = translate_response(API, {"status": 200, "body": {"sid": "8242d945"}}, to="old", endpoint="sms_send")
    assert got.response.body == {"jsonrpc": "2.0", "id": None, "result": "8242D945"}
    assert [(loss.path, loss.reason) for loss in got.lost] == [("body.id", "needs request")]


def test_a_recorded_request_still_knows_its_id() -> None:
    message = post(call("sms.send", HELLO, id="a"))
    sent = translate_request(API, message, to="new", lookups=LOOKUPS)
    again = recall(API, record(API, message, sent))
    assert to_old(200, {"sid": "8242d945"}, again).response.body["id"] == "a"


def test_a_function_on_bodies_maps_the_object_of_parameters_and_the_result() -> None:
    to_call = API["sms_send"].transform("request", to="old")
    assert to_call({"text": "Hi", "odd": 1, "options": {"x": 1}}) == {"body": "Hi", "options": {"x": 1}}
    assert API["sms_send"].transform("request", to="new")({"body": "Hi"}) == {"text": "Hi"}
    assert API["sms_send"].transform("response", to="old")({"sid": "8242d945"}) == "8242D945"


def test_the_new_side_may_be_the_one_that_is_called() -> None:
    api = loads(
        "mapdsl 1\nnew rpc /rpc\n"
        "endpoint e { old GET /a/{id}; new rpc a.get(id, x?); request { @path.id <-> id : string } }"
    )
    sent = translate_request(api, {"method": "GET", "path": "/a/7"}, to="new")
    assert sent.request.to_dict() == {
        "method": "POST",
        "path": "/rpc",
        "query": {},
        "headers": {},
        "body": {"jsonrpc": "2.0", "id": 1, "method": "a.get", "params": ["7"]},
    }
    back = translate_request(api, sent.request, to="old")
    assert (back.request.method, back.request.path, back.request.body) == ("GET", "/a/7", None)
