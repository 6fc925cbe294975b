"""The protocol itself: what a driver may do wrong, and what a state is."""

from __future__ import annotations

import json

import pytest

from mapdsl import Ask, Done, ExchangeError, Failed, MapError, Send, loads
from mapdsl.conversions import Conversion, Domain, Way, conversion

WALK = """
mapdsl 1
endpoint list {
  old GET /v1/list
  new GET /v2/list
  paging {
    old none items=$
    new cursor cursor=@query.after limit=@query.limit default=1 max=1 next=next items=items
    scan 2000
  }
  response { [] <-> items[] { id <-> id } }
}
"""
ONE = """
mapdsl 1
lookup user : string <-> integer
endpoint add {
  old POST /v1/items
  new POST /v2/items
  request { owner <-> owner_id : user }
  response { note <-> note : CONVERSION }
}
"""
ADD = {"method": "POST", "path": "/v1/items", "body": {"owner": "ann"}}


def one(conversion="string"):
    return loads(ONE.replace("CONVERSION", conversion))


def at_the_send(api):
    exchange = api.exchange(ADD, client="old")
    exchange.step()
    exchange.answer({"ann": 7})
    assert isinstance(exchange.step(), Send)
    return exchange


def test_a_long_walk_is_resumed():
    """A thousand answers are given again, one after the other and not inside each other."""
    api = loads(WALK)
    exchange = api.exchange({"method": "GET", "path": "/v1/list"}, client="old")
    for number in range(1200):
        (call,) = exchange.step().requests
        assert call.query.get("after", "0") == str(number)
        body = {"items": [{"id": number}], **({"next": str(number + 1)} if number < 1199 else {})}
        exchange.answer([{"status": 200, "body": body}])
        if number == 1100:
            exchange = api.resume(json.loads(json.dumps(exchange.state())))
    done = exchange.step()
    assert [item["id"] for item in done.response.body] == list(range(1200))
    assert api.resume(exchange.state()).step() == done


def test_step_says_the_same_until_it_is_answered():
    exchange = one().exchange(ADD, client="old")
    assert exchange.step() == exchange.step() == Ask("user", ("ann",), "new")
    exchange.answer({"ann": 7})
    assert exchange.step() == exchange.step()
    exchange.answer([{"status": 200, "body": {}}])
    assert exchange.step() == exchange.step()
    assert isinstance(exchange.step(), Done)


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (None, "a list of 1 outcome, not NoneType"),
        ({"status": 200}, "a list of 1 outcome, not dict"),
        ("ok", "a list of 1 outcome, not str"),
        ([], "0 came"),
        ([{"status": 200}, {"status": 200}], "2 came"),
        ([200], "outcome 0 of Send is a Response"),
        ([None], "outcome 0 of Send is a Response"),
        ([{"status": 99}], "outcome 0 of Send is no response"),
        ([{"status": "200"}], "outcome 0 of Send is no response"),
        ([{"code": 200}], "outcome 0 of Send is no response"),
        ([{"status": 200, "body": {1, 2}}], "outcome 0 of Send has a body that is no JSON"),
        ([{"status": 200, "body": {1: 2}}], "outcome 0 of Send has a body that is no JSON"),
        ([{"status": 200, "body": {"a": object()}}], "outcome 0 of Send has a body that is no JSON"),
    ],
)
def test_a_wrong_answer_changes_nothing(value, why):
    exchange = at_the_send(one())
    before = exchange.state()
    with pytest.raises(ExchangeError, match=why):
        exchange.answer(value)
    assert exchange.state() == before
    exchange.answer([{"status": 200, "body": {"note": "x"}}])
    assert exchange.step().response.body == {"note": "x"}


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (None, "is a dict from its keys"),
        ([("ann", 7)], "is a dict from its keys"),
        ({"ann": object()}, "a value of the answer"),
        ({"ann": {1, 2}}, "a value of the answer"),
        ({"ann": float("nan")}, "a value of the answer"),
        ({b"ann": 7}, "a key of the answer"),
        ({("ann",): 7}, "a key of the answer"),
        ({None: 7}, "a key of the answer"),
    ],
)
def test_a_wrong_answer_to_a_lookup_changes_nothing(value, why):
    exchange = one().exchange(ADD, client="old")
    exchange.step()
    before = exchange.state()
    with pytest.raises(ExchangeError, match=why):
        exchange.answer(value)
    assert exchange.state() == before
    exchange.answer({"ann": 7, "bob": 8})
    assert exchange.step().requests[0].body == {"owner_id": 7}


def test_what_a_program_changes_later_changes_nothing():
    body, reply = {"owner": "ann"}, {"status": 200, "body": {"note": "x", "more": [1]}}
    exchange = one().exchange({**ADD, "body": body}, client="old")
    body["owner"] = "bob"
    assert exchange.step().keys == ("ann",)
    exchange.answer({"ann": 7})
    exchange.step()
    exchange.answer([reply])
    reply["body"]["more"].append(2)
    assert exchange.step().response.body == {"note": "x", "more": [1]}
    assert exchange.state()["events"][1]["send"][0]["body"] == {"note": "x", "more": [1]}


@pytest.mark.parametrize("wrong", [("late", None), ("timeout", "yes"), ("timeout", 1)])
def test_a_failure_is_of_a_known_kind(wrong):
    with pytest.raises((ValueError, TypeError)):
        Failed(*wrong)


def test_an_exchange_does_not_work_on_what_its_states_hold():
    exchange = at_the_send(one())
    state = exchange.state()
    call = exchange.step().requests[0].to_dict()
    state["events"][0]["answers"][0][1] = 8
    state["request"]["body"]["owner"] = "bob"
    assert exchange.step().requests[0].to_dict() == call
    walk = loads(WALK).exchange({"method": "GET", "path": "/v1/list"}, client="old")
    walk.step()
    walk.answer([{"status": 200, "body": {"items": [{"id": 0}], "next": "1"}}])
    walk.state()["events"][0]["send"][0]["body"]["items"][0]["id"] = 7
    walk.step()
    walk.answer([{"status": 200, "body": {"items": [{"id": 1}]}}])
    assert walk.step().response.body == [{"id": 0}, {"id": 1}]


def test_the_states_of_an_exchange_share_what_they_have_in_common():
    exchange = at_the_send(one())
    first = exchange.state()
    exchange.answer([{"status": 200, "body": {"note": "x"}}])
    second = exchange.state()
    assert (len(first["events"]), len(second["events"])) == (1, 2)
    assert second["events"][0] is first["events"][0]
    assert second["request"] is first["request"]
    first["events"].clear()
    assert len(exchange.state()["events"]) == 2


def test_a_lookup_that_is_not_answered_sends_nothing():
    exchange = one().exchange(ADD, client="old")
    exchange.step()
    exchange.answer({})
    with pytest.raises(MapError, match="a key that lookup user knows"):
        exchange.step()
    with pytest.raises(MapError, match="a key that lookup user knows"):
        exchange.step()
    with pytest.raises(ExchangeError, match="the exchange failed"):
        exchange.answer({"ann": 7})
    assert [event.get("ask") for event in exchange.state()["events"]] == ["user"]


def broken(value):
    raise ZeroDivisionError("a fault of the program")


@conversion("x_broken_note")
def x_broken_note():
    any_text = Domain("string", "a text")
    return Conversion("x_broken_note", any_text, any_text, Way(broken, injective=True), Way(broken, injective=True))


def test_a_fault_of_the_program_passes_and_ends_the_exchange():
    exchange = at_the_send(one("x_broken_note"))
    with pytest.raises(ZeroDivisionError):
        exchange.answer([{"status": 200, "body": {"note": "x"}}])
    with pytest.raises(ExchangeError, match="broke off"):
        exchange.step()
    assert len(exchange.state()["events"]) == 2, "what was answered is not forgotten"


def test_the_side_of_the_client_is_old_or_new():
    with pytest.raises(ValueError, match='client must be "new" or "old"'):
        one().exchange(ADD, client="mine")
    with pytest.raises(MapError):
        one().exchange({"method": "GET", "path": "/nowhere"}, client="old")
