"""Whose message is at fault where a request cannot be answered, and what the client is told: never that its own message
is wrong where a reply is, and always what became of a call with an effect."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from mapdsl import (
    Done,
    Failed,
    LookupMissing,
    RouteNotFound,
    Send,
    TranslationError,
    loads,
    translate_request,
    translate_response,
)

SMS = """mapdsl 1
old rpc /rpc
endpoint send {
  old rpc sms.send(to, text)
  new POST /sms
  request { to <-> to; text <-> text }
  response { $ <-> sid : lower }
}
endpoint get {
  old rpc sms.get(id)
  new GET /sms/{id}
  request { id <-> @path.id : string }
  response { $ <-> sid : lower }
}
"""
ITEMS = """mapdsl 1
lookup owner : string <-> integer
enum state closed { "open" <-> "on" }
endpoint get_item {
  old GET /v1/items/{id}
  new GET /v2/items/{id}
  response { $ <-> item { state <-> status : state } }
}
endpoint update_item {
  old PUT /v1/items/{id}
  new PATCH /v2/items/{id}
  replace loose from get_item $ <-> item
  request { state <-> status : state }
  response { $ <-> item { state <-> status : state } }
}
endpoint add_item {
  old POST /v1/items
  new POST /v2/items
  enrich new from get_item { @path.id = id }
  request { by <-> by_id : owner }
  response { id <-> item.id : string; by <-> item.by_id : owner }
}
endpoint list_items {
  old GET /v1/items
  new GET /v2/items
  paging {
    old none items=$
    new offset offset=@query.offset limit=@query.limit default=2 max=2 total=total items=items
  }
  response { [] <-> items[] { state <-> status : state } }
}
endpoint fan_out {
  old POST /v1/many
  new POST /v2/one
  request { fan to[] { number <-> phone } }
  response {
    gather status[] each { id <-> id : string; failure when old ok is false { drop ok = false } }
  }
}
"""
CALL = {"jsonrpc": "2.0", "id": 42, "method": "sms.send", "params": ["+33", "Hi"]}
RPC = {"method": "POST", "path": "/rpc", "body": CALL}
OWNERS = {"ann": 7}


def failing(spec: str, request: dict[str, Any], client: str, *answers: Any) -> tuple[TranslationError, list[Any]]:
    """What an exchange ends with, and the calls that it made. `answers` are given in their order."""
    exchange, sent, left = loads(spec).exchange(request, client=client), [], list(answers)
    while True:
        try:
            step = exchange.step()
        except TranslationError as error:
            assert left == []
            return error, sent
        assert not isinstance(step, Done), step
        sent += [call.method for call in step.requests] if isinstance(step, Send) else []
        exchange.answer(left.pop(0))


def told(error: TranslationError) -> tuple[str | None, int, str]:
    """Whose fault, the status and the sentence of the answer to a client of HTTP."""
    reply = error.reply
    assert reply is not None
    assert reply["headers"] == {"Content-Type": "application/problem+json"}
    assert reply["status"] == reply["body"]["status"]
    assert [each["expected"] for each in reply["body"]["problems"]] == [problem.expected for problem in error.problems]
    return error.fault, reply["status"], reply["body"]["detail"]


# --- JSON-RPC ------------------------------------------------------------------------------------------------------


def test_an_sms_that_was_sent_is_not_told_as_invalid_params() -> None:
    error, sent = failing(SMS, RPC, "old", [{"status": 201, "body": {"sid": "8242D945"}}])
    assert sent == ["POST"]
    assert (error.fault, error.effect) == ("server", "carried out, the answer could not be read")
    assert error.reply is not None
    body = error.reply["body"]
    assert (error.reply["status"], body["id"], body["error"]["code"]) == (200, 42, -32603)
    assert body["error"]["message"].startswith("Internal error: carried out, the answer could not be read: body.sid: ")
    assert str(error).startswith("body.sid: ")


def test_so_it_is_without_an_exchange() -> None:
    api = loads(SMS)
    sent = translate_request(api, RPC, to="new")
    for given, id in ({"request": sent}, 42), ({"endpoint": "send"}, None):
        with pytest.raises(TranslationError) as caught:
            translate_response(api, {"status": 201, "body": {"sid": "8242D945"}}, to="old", **given)
        assert (caught.value.fault, caught.value.effect) == ("server", "carried out, the answer could not be read")
        assert caught.value.reply is not None
        assert (caught.value.reply["body"]["id"], caught.value.reply["body"]["error"]["code"]) == (id, -32603)


def test_a_call_that_reads_changed_nothing() -> None:
    call = {**CALL, "method": "sms.get", "params": ["a"]}
    error, _ = failing(SMS, {**RPC, "body": call}, "old", [{"status": 200, "body": {"sid": "A"}}])
    assert error.effect == "nothing was changed, the answer could not be read"


def test_parameters_that_do_not_fit_are_the_clients() -> None:
    with pytest.raises(TranslationError) as caught:
        loads(SMS).exchange({**RPC, "body": {**CALL, "params": [1, 2, 3]}}, client="old")
    assert (caught.value.fault, caught.value.effect) == ("client", "")
    assert caught.value.reply is not None
    assert caught.value.reply["body"]["error"]["code"] == -32602


ENVELOPE = {"jsonrpc": "2.0", "id": 1}
SAID = [  # what the server of RPC says to sms.send, and what that tells of the SMS
    ({"status": 200, "body": {**ENVELOPE, "result": 7}}, "carried out"),
    ({"status": 200, "body": {**ENVELOPE, "id": 2, "result": "A"}}, "carried out"),
    ({"status": 200, "body": "oops"}, "perhaps carried out"),
    ({"status": 200, "body": {**ENVELOPE, "result": "A", "error": {}}}, "perhaps carried out"),
    ({"status": 200, "body": {**ENVELOPE, "error": "no"}}, "not carried out"),
]


@pytest.mark.parametrize(("reply", "known"), SAID)
def test_a_client_of_http_before_a_server_of_rpc(reply: dict[str, Any], known: str) -> None:
    request = {"method": "POST", "path": "/sms", "body": {"to": "+33", "text": "Hi"}}
    error, _ = failing(SMS, request, "new", [reply])
    fault, status, detail = told(error)
    assert (fault, status) == ("server", 502)
    assert detail.startswith(f"{known}, the answer could not be read: ")


# --- HTTP ----------------------------------------------------------------------------------------------------------


def test_a_page_that_does_not_fit() -> None:
    """Also the second one: a list is read, and nothing is changed."""
    request = {"method": "GET", "path": "/v1/items"}
    first = {"status": 200, "body": {"items": [{"status": "on"}, {"status": "on"}], "total": 3}}
    for last in ({"items": [{"status": "up"}], "total": 3}, {"items": [], "total": 3}, {"items": "none", "total": 3}):
        error, sent = failing(ITEMS, request, "old", [first], [{"status": 200, "body": last}])
        fault, status, detail = told(error)
        assert (fault, status, sent) == ("server", 502, ["GET", "GET"])
        assert detail.startswith("nothing was changed, the answer could not be read: ")


def test_the_read_before_a_write() -> None:
    request = {"method": "PATCH", "path": "/v2/items/1", "body": {"status": "on"}}
    error, sent = failing(ITEMS, request, "new", [{"status": 200, "body": "no object"}])
    assert sent == ["GET"]
    assert told(error)[:2] == ("server", 502)
    assert error.effect == "nothing was changed, the answer could not be read"


def test_the_write_behind_a_read() -> None:
    request = {"method": "PATCH", "path": "/v2/items/1", "body": {"status": "on"}}
    read = {"status": 200, "body": {"state": "open"}}
    error, sent = failing(ITEMS, request, "new", [read], [{"status": 200, "body": {"state": "ajar"}}])
    assert sent == ["GET", "PUT"]
    assert told(error)[:2] == ("server", 502)
    assert error.effect == "carried out, the answer could not be read"


def deep() -> Any:
    made: Any = 1
    for _ in range(200):
        made = [made]
    return made


def test_a_read_that_fills_spoils_nothing() -> None:
    """The item was added: what the read beside it says may be anything."""
    request = {"method": "POST", "path": "/v2/items", "body": {"by_id": 7}}
    for more in (deep(), "none", {"state": "ajar"}):
        exchange = loads(ITEMS).exchange(request, client="new")
        made = {"status": 201, "body": {"id": "a", "by": "ann"}}
        for answer in ({7: "ann"}, [made], {"ann": 7}, [{"status": 200, "body": more}]):
            exchange.step()
            exchange.answer(answer)
        done = exchange.step()
        assert isinstance(done, Done)
        assert done.response.body == {"item": {"id": "a", "by_id": 7}}
        assert [loss.reason.split(":")[0] for loss in done.lost] == ["not filled by get_item"]


def test_the_one_reply_to_several_messages() -> None:
    request = {"method": "POST", "path": "/v2/one", "body": {"phone": "1"}}
    error, _ = failing(ITEMS, request, "new", [{"status": 200, "body": {"status": [{"id": 7}]}}])
    assert told(error)[:2] == ("server", 502)
    assert error.effect == "carried out, the answer could not be read"


def test_replies_that_are_no_exchange() -> None:
    api = loads(ITEMS)
    request = {
        "method": "POST",
        "path": "/v1/many",
        "body": {"to": [{"number": "1"}, {"number": "2"}, {"number": "3"}]},
    }
    sent = translate_request(api, request, to="new")
    good, bad = {"status": 200, "body": {"id": "a"}}, {"status": 200, "body": {"id": 7}}
    for third, known in (
        (good, "carried out"),
        ({"status": 400}, "carried out in 2 of 3 calls"),
        ({"status": 500}, "carried out in 2 of 3 calls, and perhaps in others"),
    ):
        with pytest.raises(TranslationError) as caught:
            translate_response(api, [good, bad, third], to="old", request=sent)
        assert caught.value.effect == f"{known}, the answer could not be read"
        assert told(caught.value)[:2] == ("server", 502)


# --- lookups -------------------------------------------------------------------------------------------------------

ADD = {"method": "POST", "path": "/v1/items", "body": {"by": "ann"}}
ADDED = [{"status": 201, "body": {"item": {"id": "a", "by_id": 7}}}]


@pytest.mark.parametrize("wrong", [{"ann": "seven"}, {}])
def test_an_answer_of_the_program_before_the_call(wrong: dict[str, Any]) -> None:
    error, sent = failing(ITEMS, ADD, "old", wrong)
    assert sent == []
    assert told(error)[:2] == ("program", 500)
    assert error.effect == ""


@pytest.mark.parametrize("wrong", [{7: ["ann"]}, {}])
def test_an_answer_of_the_program_behind_the_call(wrong: dict[Any, Any]) -> None:
    error, sent = failing(ITEMS, ADD, "old", OWNERS, ADDED, wrong)
    assert sent == ["POST"]
    assert told(error)[:2] == ("program", 500)
    assert error.effect == "carried out, the answer could not be read"


def test_of_a_message_and_an_answer_that_do_not_fit_the_answer_is_to_be_mended_first() -> None:
    spec = ITEMS.replace(
        "request { by <-> by_id : owner }", "request { by <-> by_id : owner; state <-> status : state }"
    )
    error, _ = failing(spec, {**ADD, "body": {"by": "ann", "state": "ajar"}}, "old", {"ann": "seven"})
    assert len(error.problems) > 1
    assert told(error)[:2] == ("program", 500)


def test_a_field_that_nobody_names_is_the_programs() -> None:
    spec = 'mapdsl 1\nhole flag "no document names it"\nendpoint e { old POST /a; new POST /b; request { x <-> flag } }'
    with pytest.raises(TranslationError) as caught:
        loads(spec).exchange({"method": "POST", "path": "/a", "body": {"x": 1}}, client="old")
    assert told(caught.value)[:2] == ("program", 500)


@pytest.mark.parametrize("kept", [{"x": 1}, "text", {"mapdsl": 1, "endpoint": "elsewhere"}])
def test_residue_that_fits_nothing_is_the_programs(kept: Any) -> None:
    """It is kept by the program; neither the client nor the server has ever seen it."""
    api = loads(SMS)
    sent = translate_request(api, RPC, to="new")
    with pytest.raises(TranslationError) as caught:
        translate_response(api, {"status": 201, "body": {"sid": "a"}}, to="old", request=sent, residue=kept)
    assert (caught.value.fault, caught.value.effect) == ("program", "carried out, the answer could not be read")
    with pytest.raises(TranslationError) as caught:
        translate_request(api, RPC, to="new", residue=kept)
    assert (caught.value.fault, caught.value.effect) == ("program", "")
    assert caught.value.reply is not None
    assert (caught.value.reply["body"]["id"], caught.value.reply["body"]["error"]["code"]) == (42, -32603)


# --- the client's --------------------------------------------------------------------------------------------------

KEYED = """mapdsl 1
credential key
auth a credential key { old @header.X-Key; new bearer }
endpoint e { old POST /a; new POST /b; auth a; request { s <-> t : string } }
"""


def test_a_route_that_there_is_not() -> None:
    with pytest.raises(RouteNotFound) as caught:
        loads(ITEMS).exchange({"method": "POST", "path": "/nowhere", "body": {}}, client="old")
    assert told(caught.value)[:2] == ("client", 404)


def test_a_request_that_does_not_fit() -> None:
    for make in (
        lambda: translate_request(loads(KEYED), {"method": "POST", "path": "/a", "body": {"s": 1}}, to="new"),
        lambda: translate_request(loads(KEYED), {"method": "POST", "path": "/a", "body": deep()}, to="new"),
        lambda: loads(KEYED).exchange({"method": "POST", "path": "/a", "body": deep()}, client="old"),
    ):
        with pytest.raises(TranslationError) as caught:
            make()
        assert told(caught.value)[:2] == ("client", 400)


def test_a_request_without_its_credential() -> None:
    """The client has sent none. After `resume` without its message, the program has not handed it over."""
    api = loads(KEYED)
    request = {"method": "POST", "path": "/a", "body": {"s": "x"}}
    exchange = api.exchange(request, client="old")
    with pytest.raises(LookupMissing) as caught:
        exchange.step()
    assert told(caught.value)[:2] == ("client", 401)
    exchange = api.exchange({**request, "headers": {"X-Key": "k"}}, client="old")
    exchange.step()
    with pytest.raises(LookupMissing) as caught:
        api.resume(exchange.state()).step()
    assert told(caught.value)[:2] == ("program", 500)
    exchange.answer({})
    with pytest.raises(LookupMissing) as caught:
        exchange.step()
    assert told(caught.value)[:2] == ("program", 500)


def test_a_head_is_answered_without_a_body() -> None:
    spec = "mapdsl 1\nendpoint e { old HEAD /a; new HEAD /b }"
    with pytest.raises(RouteNotFound) as caught:
        translate_request(loads(spec), {"method": "HEAD", "path": "/c"}, to="new")
    assert caught.value.reply is not None
    assert (caught.value.reply["status"], caught.value.reply["body"]) == (404, None)


# --- what an error is ----------------------------------------------------------------------------------------------


def test_an_error_of_a_function_on_bodies_has_no_client() -> None:
    with pytest.raises(TranslationError) as caught:
        loads(SMS)["send"].transform("response", to="old")({"sid": "A"})
    assert (caught.value.fault, caught.value.effect, caught.value.reply) == (None, "", None)


def test_an_error_pickles_with_what_it_tells() -> None:
    error, _ = failing(SMS, RPC, "old", [{"status": 201, "body": {"sid": "A"}}])
    again = pickle.loads(pickle.dumps(error))
    assert (again.fault, again.effect, again.reply, str(again)) == (error.fault, error.effect, error.reply, str(error))


def test_a_call_without_a_reply_is_a_failure_and_no_error() -> None:
    exchange = loads(SMS).exchange(RPC, client="old")
    exchange.step()
    exchange.answer([Failed("timeout", None)])
    done = exchange.step()
    assert isinstance(done, Done)
    assert done.response.body["error"]["code"] == 504


def test_what_is_no_response_is_the_servers() -> None:
    with pytest.raises(TranslationError) as caught:
        translate_response(loads(SMS), {"status": 99}, to="new", endpoint="send")
    assert told(caught.value)[:2] == ("server", 502)
