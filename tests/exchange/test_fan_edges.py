"""Fans at their edges: what is refused before a call is made, lookups, the other role, RPC, endpoints without a fan."""

from __future__ import annotations

import itertools

import pytest

from mapdsl import (
    Ask,
    Done,
    ExchangeError,
    Failed,
    LookupMissing,
    MapError,
    Response,
    Send,
    TranslationError,
    loads,
    translate_request,
)
from tests.exchange.fan_specs import Driver, api_of, asking, contacts, told, written
from tests.exchange.message_server import CONNECTION, ERRORS, FAULTS, MALFORMED, MessageServer

GOOD = {"status": 201, "body": {"conversation": {"id": "m"}}}
FAILED = {"status": 500, "headers": {"Content-Type": "text/html", "Retry-After": "9"}, "body": {"errors": ["e"]}}


def ended(api, request, client, *outcomes, lookups=None):
    """Drive with these outcomes, one for each call."""
    left = iter(outcomes)
    driver = Driver(api, None, lookups or {})
    ex = api.exchange(request, client=client)
    while not isinstance(step := ex.step(), Done):
        ex.answer([next(left) for _ in step.requests] if isinstance(step, Send) else driver.outcome(step))
    assert next(left, None) is None, "fewer calls than outcomes"
    return step


def name_of(value):
    return getattr(value, "name", None)


# --- refused before a call is made ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("recipients", "why"),
    [
        ([], "a list of at least one item, found an empty list"),
        (None, "a list of at least one item, found null"),
        ("c0", "a list of at least one item"),
        ({"to": "c0"}, "a list of at least one item"),
        (7, "a list of at least one item"),
        ([{"to": str(n)} for n in range(101)], "at most 100 items, found a list of 101"),
        ([{"to": "c0"}, 7], "an object, found 7"),
        ([{"to": "c0"}, None], "an object, found null"),
    ],
)
@pytest.mark.parametrize("mode", ["each", "all", "any", "each stop on ambiguous"])
@pytest.mark.parametrize("carrier", ["none", "query"])
def test_a_list_that_cannot_be_fanned_is_refused(recipients, why, mode, carrier):
    server = MessageServer()
    asked = asking([], carrier)
    asked["body"]["recipients"] = recipients
    api = api_of(mode, carrier)
    ex = api.exchange(asked, client="old")
    for _ in range(2):
        with pytest.raises(TranslationError, match=why):
            Driver(api, server.take).finish(ex)
    with pytest.raises(TranslationError, match=why):
        Driver(api, server.take).finish(api.resume(written(ex), asked))
    assert server.calls == []


@pytest.mark.parametrize("body", [None, {}, [], "x", 7, {"text": "hi"}])
def test_a_message_without_a_list_is_refused(body):
    ex = api_of().exchange({**asking([]), "body": body}, client="old")
    with pytest.raises(TranslationError, match="a list of at least one item"):
        ex.step()


def test_a_hundred_items_are_a_hundred_calls():
    server, to = MessageServer(), contacts(100)
    api = api_of()
    ex = api.exchange(asking(to), client="old")
    assert ex.max_calls == 100
    end = Driver(api, server.take).finish(ex)
    assert [item["to"] for item in end.response.body["status"]] == to
    assert server.accepted == to


# --- lookups -------------------------------------------------------------------------------------------------------

LOOKUP = {"before": "lookup agent : string <-> integer", "item": "agent <-> user_id : agent"}
SHARED = {"before": "lookup agent : string <-> integer", "over": "sender <-> sender_id : agent"}


@pytest.mark.parametrize("count", [1, 5, 50])
def test_a_key_is_asked_for_once(count):
    """Whether it stands beside the list or in many of its items."""
    server, api, to = MessageServer(), api_of(**SHARED, item="agent <-> user_id : agent"), contacts(count)
    asked = asking(to)
    asked["body"]["sender"] = "ann"
    for number, item in enumerate(asked["body"]["recipients"]):
        item["agent"] = ("ann", "bob", "cem")[number % 3]
    driver = Driver(api, server.take, {"agent": {"ann": 1, "bob": 2, "cem": 3}})
    driver.finish(api.exchange(asked, client="old"))
    assert [name for name, _ in driver.asked] == ["agent"]
    assert sorted(driver.asked[0][1]) == sorted({"ann", "bob", "cem"} if count > 2 else {"ann"})
    assert [call["body"]["sender_id"] for call in server.calls] == [1] * count
    assert [call["body"]["user_id"] for call in server.calls] == [number % 3 + 1 for number in range(count)]


@pytest.mark.parametrize("answers", [{}, {"ann": None}, {"bob": 1}, {"ann": "one"}, {"ann": [1]}])
@pytest.mark.parametrize("more", [LOOKUP, SHARED])
def test_a_key_that_nobody_knows_stops_everything(answers, more):
    server, api = MessageServer(), api_of(**more)
    asked = asking(contacts(3))
    asked["body"]["recipients"][2]["agent"] = asked["body"]["sender"] = "ann"
    driver = Driver(api, server.take, {"agent": answers})
    ex = api.exchange(asked, client="old")
    for _ in range(2):
        with pytest.raises(LookupMissing):
            driver.finish(ex)
    with pytest.raises(LookupMissing):
        api.resume(written(ex)).step()
    assert server.calls == []
    assert len(driver.asked) == 1


# --- out of turn ---------------------------------------------------------------------------------------------------


def test_steps_repeat_and_answers_out_of_turn_change_nothing():
    server, api = MessageServer(), api_of(**LOOKUP)
    asked = asking(contacts(2))
    asked["body"]["recipients"][0]["agent"] = "ann"
    ex = api.exchange(asked, client="old")
    with pytest.raises(ExchangeError, match="call step"):
        ex.answer({})
    step = ex.step()
    assert isinstance(step, Ask)
    assert ex.step() == step
    for wrong in (None, [], "x", 7, [("ann", 7)]):
        with pytest.raises(ExchangeError, match="is a dict"):
            ex.answer(wrong)
    ex.answer({"ann": 7})
    with pytest.raises(ExchangeError, match="call step"):
        ex.answer([])
    step = ex.step()
    assert isinstance(step, Send)
    assert ex.step() == step
    before = written(ex)
    for wrong in (None, {}, "xy", [], [GOOD], [GOOD] * 3, [GOOD, 7], [GOOD, None], [GOOD, {"status": 99}], [GOOD, {}]):
        with pytest.raises(MapError):
            ex.answer(wrong)
        assert written(ex) == before
    ex.answer([told(server.take(each.to_dict())) for each in step.requests])
    done = ex.step()
    assert isinstance(done, Done)
    assert ex.step() == done
    with pytest.raises(ExchangeError, match="is done"):
        ex.answer([])
    assert ex.step() == done
    assert server.effects() == {"c0": 1, "c1": 1}


@pytest.mark.parametrize(("kind", "sent"), [("lost", None), ("", None), (None, None), ("reset", 1), ("reset", "no")])
def test_a_failure_is_one_of_three(kind, sent):
    with pytest.raises((ValueError, TypeError)):
        Failed(kind, sent)


# --- omitted calls -------------------------------------------------------------------------------------------------

SOME = [each for count in (1, 2, 3) for each in itertools.product((201, 404, 500), repeat=count)]


@pytest.mark.parametrize("statuses", SOME)
@pytest.mark.parametrize("mode", ["each", "all", "any"])
def test_omitted_calls_are_no_items(mode, statuses):
    """A failure is never hidden by calls that are left out: `any` needs one that did not fail."""
    replies = {201: GOOD, 404: {"status": 404, "body": {}}, 500: {"status": 500, "body": {"errors": ["e"]}}}
    to = contacts(len(statuses))
    end = ended(api_of(f"{mode} omit 404"), asking(to), "old", *(replies[status] for status in statuses))
    fails = {"each": False, "all": 500 in statuses, "any": 500 in statuses and 201 not in statuses}[mode]
    assert end.response.status == (500 if fails else 200)
    if not fails:
        wanted = (201, 500) if mode == "each" else (201,)
        left = [each for each, status in zip(to, statuses, strict=True) if status in wanted]
        assert [item["to"] for item in end.response.body["status"]] == left


# --- what is said of the replies together --------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["each", "any"])
def test_headers_are_those_of_a_call_that_did_not_fail(mode):
    good = {**GOOD, "headers": {"Content-Type": "application/json"}}
    end = ended(api_of(mode), asking(contacts(3)), "old", FAILED, good, good)
    assert end.response.headers == {"Content-Type": "application/json"}


DECLARED = """mapdsl 1
endpoint send {{
  old POST /v1/sms
  new POST /v2/messages
  fields {fields}
  request {{ fan recipients[] {{ to <-> contact }}; text <-> text }}
  response {{
    batch <-> batch
    gather status[] {mode} {{
      parts <-> parts
      drop success = true
      drop to = @request.body.to
      {failure}
    }}
  }}
}}
"""
FAILURE = "failure when old success is false { errors <-> errors; drop success = false; drop to = @request.body.to }"


def declared(fields, mode):
    return loads(DECLARED.format(fields=fields, mode=mode, failure=FAILURE if mode == "each" else ""))


@pytest.mark.parametrize(("bad", "says"), [({"parts": "two"}, "parts"), ({"batch": 7}, "batch")])
def test_a_reply_that_is_not_as_declared_is_that_of_a_failed_call(bad, says):
    """As where there is no fan: values of fields that are declared are held to their types."""
    fields = "new response { parts?: integer; batch?: string }"
    good, bad = {"status": 201, "body": {"parts": 2}}, {"status": 201, "body": bad}
    end = ended(declared(fields, "each"), asking(contacts(3)), "old", good, bad, good)
    assert [item["success"] for item in end.response.body["status"]] == [True, False, True]
    assert ["cannot be read" in loss.reason and says in loss.reason for loss in end.lost] == [True]
    end = ended(declared(fields, "any"), asking(contacts(3)), "old", good, bad, good)
    assert [item["to"] for item in end.response.body["status"]] == ["c0", "c2"]
    assert ended(declared(fields, "all"), asking(contacts(3)), "old", good, bad, good).response.status == 502


def test_what_the_old_side_declares_does_not_lose_the_outcomes():
    good = {"status": 201, "body": {"batch": 7}}
    end = ended(
        declared("old response { batch: string; status: list }", "each"), asking(contacts(2)), "old", good, good
    )
    assert [item["success"] for item in end.response.body["status"]] == [True, True]


# --- the new client on the old server ------------------------------------------------------------------------------

NEW = {"method": "POST", "path": "/v2/messages", "body": {"contact": "c0", "text": "hi"}}


def old_reply(*items, status=200):
    return {"status": status, "body": {"status": list(items)}}


@pytest.mark.parametrize("mode", ["each", "all", "any", "each stop on ambiguous"])
def test_a_new_client_sends_a_list_of_one(mode):
    sent = []
    api = api_of(mode, "query")

    def take(request):
        sent.append(request)
        return old_reply({"uuid": "m", "success": True, "to": "c0"})

    ex = api.exchange({**NEW, "headers": {"Authorization": "Bearer n3w-S3cret"}}, client="new")
    assert ex.max_calls == 1
    end = Driver(api, take).finish(ex)
    assert (end.response.status, end.response.body) == (200, {"conversation": {"id": "m"}})
    assert [(each["path"], each["query"], each["body"]) for each in sent] == [
        ("/v1/sms", {"key": "0ld-S3cret"}, {"text": "hi", "recipients": [{"to": "c0"}]})
    ]
    assert end.lost == ()


def test_an_item_that_failed_is_a_failure_of_http():
    end = ended(api_of(), NEW, "new", old_reply({"errors": ["no"], "success": False, "to": "c0"}))
    assert (end.response.status, end.response.body) == (400, {"errors": ["no"]})


@pytest.mark.parametrize("items", [[], [{"uuid": "m", "success": True, "to": "c0"}] * 2])
def test_an_old_reply_has_one_item_for_one_message(items):
    with pytest.raises(TranslationError, match=r"body\.status: expected a list of 1, one item for each message"):
        ended(api_of(), NEW, "new", old_reply(*items))


@pytest.mark.parametrize("body", [None, {}, "x", [], 7, {"status": {}}, {"status": None}, {"status": [7]}])
def test_an_old_reply_that_cannot_be_read_is_said_to_be(body):
    with pytest.raises(MapError, match="body"):
        ended(api_of(), NEW, "new", {"status": 200, "body": body})


@pytest.mark.parametrize("fault", [*CONNECTION, *ERRORS], ids=name_of)
def test_a_call_of_a_new_client_fails(fault):
    reply = Failed(*fault.lost) if fault.lost else {"status": fault.reply[0], "body": fault.reply[1]}
    end = ended(api_of(), NEW, "new", reply)
    assert end.response.status == fault.status
    assert end.response.body == (fault.reply[1] if fault.reply else None)
    assert any("fate unknown" in loss.reason for loss in end.lost) == fault.unknown


def test_a_new_client_resumed_makes_its_call_once():
    api = api_of()
    ex = api.exchange(NEW, client="new")
    ex.step()
    end = api.resume(written(ex)).step()
    assert (end.response.status, end.response.body) == (502, None)
    assert ["fate unknown" in loss.reason for loss in end.lost].count(True) == 1


# --- servers of RPC ------------------------------------------------------------------------------------------------

RPC = loads("""mapdsl 1
new rpc /rpc
endpoint send {
  old POST /v1/sms
  new rpc send(contact, text)
  request { fan recipients[] { to <-> contact }; text <-> text }
  response {
    gather status[] each {
      uuid <-> id
      drop success = true
      drop to = @request.body.to
      failure when old success is false { errors <-> message; drop success = false; drop to = @request.body.to
        rest drop }
    }
  }
}
endpoint one {
  old POST /v1/one
  new rpc one(contact)
  request { to <-> contact }
  response { uuid <-> id; failure { why <-> message } }
}
""")


def rpc(result=None, **more):
    return {"status": 200, "body": {"jsonrpc": "2.0", "id": 1, "result": result, **more}}


@pytest.mark.parametrize("at", range(3))
@pytest.mark.parametrize(
    "reply",
    [
        *(Failed(*fault.lost) for fault in CONNECTION),
        {"status": 502, "body": "<html>"},
        {"status": 503},
        {"status": 200, "body": "<html>"},
        {"status": 200, "body": {}},
        {"status": 200},
        {"status": 200, "body": {"jsonrpc": "2.0", "id": 9, "result": {}}},
    ],
)
def test_a_reply_that_is_none_of_rpc_is_that_of_a_failed_call(reply, at):
    replies = [rpc({"id": "m"})] * 3
    replies[at] = reply
    end = ended(RPC, asking(contacts(3)), "old", *replies)
    good = [{"to": each, "success": True, "uuid": "m"} for each in contacts(3)]
    good[at] = {"to": f"c{at}", "success": False}
    assert end.response.body["status"] == good
    assert all(loss.path.startswith(f"[{at}]") for loss in end.lost)


@pytest.mark.parametrize("fault", CONNECTION, ids=name_of)
def test_a_call_of_rpc_without_a_reply_is_a_failure(fault):
    end = ended(RPC, {"method": "POST", "path": "/v1/one", "body": {"to": "c0"}}, "old", Failed(*fault.lost))
    assert (end.response.status, end.response.body) == (fault.status, None)
    assert any("fate unknown" in loss.reason for loss in end.lost) == fault.unknown


# --- endpoints without a fan ---------------------------------------------------------------------------------------

PLAIN = loads("""mapdsl 1
endpoint told { old POST /v1/told; new POST /v2/told; request { to <-> contact }
  response { uuid <-> conversation.id : string; failure { problems <-> errors } } }
endpoint passed { old POST /v1/passed; new POST /v2/passed; request { to <-> contact }
  response { uuid <-> conversation.id : string } }
endpoint read { old GET /v1/read; new GET /v2/read; response { uuid <-> conversation.id : string } }
""")


def plain(name, method="POST"):
    return {"method": method, "path": f"/v1/{name}", "body": {"to": "c0"} if method == "POST" else None}


@pytest.mark.parametrize("name", ["told", "passed"])
@pytest.mark.parametrize("fault", FAULTS, ids=name_of)
def test_one_call_with_an_effect_fails(name, fault):
    server = MessageServer({"c0": fault})
    calls = []

    def take(request):
        calls.append(request)
        return server.take({**request, "path": "/v2/messages"})

    driver, ex = Driver(PLAIN, take), PLAIN.exchange(plain(name), client="old")
    if not fault.readable and fault.reply[0] < 400:
        for _ in range(2):
            with pytest.raises(MapError, match="body"):
                driver.finish(ex)
        assert len(calls) == 1
        return
    end = driver.finish(ex)
    assert len(calls) == 1
    assert end.response.status == fault.status if fault.readable else fault.reply[0]
    assert [loss.path for loss in end.lost if "fate unknown" in loss.reason] == (["$"] if fault.unknown else [])
    if fault.lost:
        assert end.response.body is None
    elif fault in ERRORS and fault.reply[1] is not None:
        errors = fault.reply[1].get("errors")
        key = "problems" if name == "told" else "errors"
        assert end.response.body == ({} if errors is None else {key: errors})


@pytest.mark.parametrize("fault", MALFORMED[:3], ids=name_of)
def test_after_a_reply_that_cannot_be_read_the_state_says_that_it_came(fault):
    """Resumed, the exchange fails again, and makes no call."""
    server = MessageServer({"c0": fault})
    driver = Driver(PLAIN, lambda request: server.take({**request, "path": "/v2/messages"}))
    ex = PLAIN.exchange(plain("told"), client="old")
    for each in (ex, PLAIN.resume(written(ex))):
        with pytest.raises(MapError):
            driver.finish(each)
    assert server.accepted == ["c0", "c0"]  # two exchanges, one effect each
    again = PLAIN.resume(written(ex))
    with pytest.raises(MapError):
        again.step()
    assert len(server.calls) == 2


def test_a_read_that_was_handed_out_is_handed_out_again():
    ex = PLAIN.exchange(plain("read", "GET"), client="old")
    ex.step()
    again = PLAIN.resume(written(ex))
    assert [request.method for request in again.step().requests] == ["GET"]
    again.answer([Response(200, {}, {"conversation": {"id": "m"}})])
    assert again.step().response.body == {"uuid": "m"}


# --- several messages without an exchange --------------------------------------------------------------------------


def test_keys_of_idempotency_come_home_as_the_one_that_they_were_made_of():
    api = api_of("each")
    asked = {**asking(contacts(2)), "headers": {"Idempotency-Key": "k"}}
    sent = translate_request(api, asked, to="new")
    assert [call.headers["Idempotency-Key"] for call in sent.requests] == ["k-0", "k-1"]
    home = translate_request(api, list(sent.requests), to="old")
    assert home.request.headers["Idempotency-Key"] == "k"
    again = translate_request(api, home.request, to="new")
    assert again.requests == sent.requests


@pytest.mark.parametrize("part", ["request", "response"])
def test_the_function_on_bodies_takes_and_gives_lists_on_the_side_of_several(part):
    api = api_of("each")
    (name,) = api
    to_new, to_old = (api[name].transform(part, to=side) for side in ("new", "old"))
    old = asking(contacts(2))["body"] if part == "request" else {"status": [{"uuid": "a"}, {"uuid": "b"}]}
    bodies = to_new(old)
    assert isinstance(bodies, list)
    assert len(bodies) == 2
    listed = "recipients" if part == "request" else "status"
    assert len(to_new({**old, listed: old[listed][:1]})) == 1
    home = to_old(bodies)
    assert len(home[listed]) == 2
    assert {name: home[name] for name in old if name != listed} == {k: v for k, v in old.items() if k != listed}
    for wrong in ({}, "x", None, *([[]] if part == "request" else [])):
        with pytest.raises(TranslationError, match="a list of bodies"):
            to_old(wrong)
