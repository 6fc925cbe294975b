"""What an exchange shows and keeps holds no credential, and a key of idempotency has each effect once."""

from __future__ import annotations

import json

import pytest

from mapdsl import Done, Failed, MapError, Send
from tests.exchange.fan_specs import NEW_KEY, OLD_KEY, Driver, api_of, asking, contacts, written
from tests.exchange.message_server import Fault, MessageServer

CARRIED = ("query", "path", "header")
LOOKUP = {"before": "lookup agent : string <-> integer", "item": "agent <-> user_id : agent"}
ECHO = {
    "Set-Cookie": f"session={NEW_KEY}; old={OLD_KEY}",
    "Authorization": f"Bearer {NEW_KEY}",
    "Proxy-Authenticate": OLD_KEY,
    "Cookie": NEW_KEY,
}
KEYED = "idempotency new @header.Idempotency-Key"


def hides(*shown):
    for each in shown:
        text = each if isinstance(each, str) else f"{each!r} {each}"
        assert OLD_KEY not in text
        assert NEW_KEY not in text


def watched(api, ex, take, lookups):
    """Drive to the end, and look at all that could be logged or stored on the way."""
    driver = Driver(api, take, lookups)
    while True:
        step = ex.step()
        hides(ex, step, json.dumps(ex.state()), ex.endpoint)
        if isinstance(step, Done):
            hides(*step.lost, step.response, json.dumps(step.response.to_dict()), json.dumps(step.residue))
            return step
        driver.answer(ex, step)
        hides(ex, json.dumps(ex.state()))


@pytest.mark.parametrize("carrier", CARRIED)
@pytest.mark.parametrize("mode", ["each", "all", "any", "each stop on ambiguous"])
@pytest.mark.parametrize("fault", [None, ("reset", None), (500, {"errors": "x"}), (201, "text")])
def test_steps_states_and_losses_show_no_secret(carrier, mode, fault):
    script = {}
    if fault is not None:
        lost = isinstance(fault[0], str)
        script = {"c1": Fault("f", lost=fault if lost else None, reply=None if lost else fault)}
    server = MessageServer(script, echo={**ECHO, "X-Other": "seen"})
    api = api_of(mode, carrier)
    to = contacts(3)
    end = watched(api, api.exchange(asking(to, carrier), client="old"), server.take, {})
    assert not set(ECHO) & set(end.response.headers)
    assert [call["headers"]["Authorization"] for call in server.calls] == [f"Bearer {NEW_KEY}"] * len(server.calls)
    assert all(OLD_KEY not in json.dumps(call) for call in server.calls)


@pytest.mark.parametrize("carrier", CARRIED)
def test_other_headers_of_the_client_that_are_credentials_are_not_kept(carrier):
    headers = {"Cookie": f"session={OLD_KEY}", "Proxy-Authorization": OLD_KEY, "X-Other": "seen"}
    api = api_of("each", carrier)
    server = MessageServer()
    ex = api.exchange(asking(contacts(2), carrier, headers=headers), client="old")
    watched(api, ex, server.take, {})
    resumed = api.resume(written(ex), asking(contacts(2), carrier, headers=headers))
    watched(api, resumed, server.take, {})
    assert all(OLD_KEY not in json.dumps(call) for call in server.calls)


def test_a_header_that_carries_the_clients_key_may_be_echoed():
    """The server of the other side knows only its own, and a proxy in front of it may say what it was asked."""
    api = api_of("each", "header")
    server = MessageServer(echo={"x-api-key": OLD_KEY})
    watched(api, api.exchange(asking(contacts(2), "header"), client="old"), server.take, {})


@pytest.mark.parametrize("carrier", CARRIED)
def test_errors_show_no_secret(carrier):
    api = api_of("each", carrier, **LOOKUP)
    asked = asking(contacts(2), carrier)
    asked["body"]["recipients"][1]["agent"] = "nobody"
    with pytest.raises(MapError) as caught:
        watched(api, ex := api.exchange(asked, client="old"), MessageServer().take, {"agent": {}})
    hides(caught.value, json.dumps(ex.state()))
    ex = api.exchange(asking(contacts(2), carrier), client="old")
    for wrong in ({}, {OLD_KEY: [NEW_KEY]}, {OLD_KEY: None}, {OLD_KEY: "two words"}, {OLD_KEY: ""}):
        ex = api.exchange(asking(contacts(2), carrier), client="old")
        assert ex.step().credential
        ex.answer(wrong)
        with pytest.raises(MapError) as caught:
            ex.step()
        hides(caught.value, json.dumps(ex.state()))
    other = asking(contacts(3), carrier)
    with pytest.raises(MapError) as caught:
        api.resume(written(ex), other)
    hides(caught.value)
    bare = api.resume(written(api.exchange(asking(contacts(2), carrier), client="old")))
    with pytest.raises(MapError) as caught:
        bare.step()
    hides(caught.value, bare)


# --- keys of idempotency -------------------------------------------------------------------------------------------


def crashed(api, take, **more):
    """A state with the calls handed out, all of which the server got before the program died."""
    driver = Driver(api, take)
    ex = api.exchange(asking(**more), client="old")
    while not isinstance(step := ex.step(), Send):
        driver.answer(ex, step)
    state = written(ex)
    driver.outcome(step)
    return state


@pytest.mark.parametrize("carrier", ["none", "query"])
@pytest.mark.parametrize("again", [1, 2, 3])
def test_with_a_key_a_call_is_handed_out_again_and_happens_once(carrier, again):
    api = api_of("each", carrier, KEYED)
    server = MessageServer(keys=True)
    asked = asking(contacts(1), carrier, headers={"Idempotency-Key": "k-1"})
    state = crashed(api, server.take, to=contacts(1), carrier=carrier, headers={"Idempotency-Key": "k-1"})
    for _ in range(again):
        end = Driver(api, server.take).finish(api.resume(state, asked))
        assert end.response.body["status"] == [{"to": "c0", "success": True, "uuid": "m-c0"}]
        assert end.lost == ()
    assert server.accepted == ["c0"]
    assert len(server.calls) == 1 + again


def test_a_resumed_exchange_hands_out_again_each_time_it_is_resumed():
    api = api_of("each", "none", KEYED)
    server = MessageServer(keys=True)
    state = crashed(api, server.take, to=contacts(1), headers={"idempotency-key": "k-1"})
    for _ in range(3):
        ex = api.resume(state)
        assert len(ex.step().requests) == 1
        state = written(ex)
    Driver(api, server.take).finish(ex)
    assert server.accepted == ["c0"]


@pytest.mark.parametrize("count", [1, 3])
def test_without_a_key_from_the_client_no_call_is_made_twice(count):
    """The spec says where a key would stand; this client sent none, so the server cannot know a call again."""
    api = api_of("each", "none", KEYED)
    server = MessageServer(keys=True)
    to = contacts(count)
    state = crashed(api, server.take, to=to)
    end = Driver(api, server.take).finish(api.resume(state))
    assert server.effects() == dict.fromkeys(to, 1)
    assert [item["success"] for item in end.response.body["status"]] == [False] * count
    assert sum("fate unknown" in loss.reason for loss in end.lost) == count


def test_each_call_of_a_fan_has_a_key_of_its_own():
    api = api_of("each", "none", KEYED)
    server = MessageServer(keys=True)
    to = contacts(3)
    Driver(api, server.take).finish(api.exchange(asking(to, headers={"Idempotency-Key": "k"}), client="old"))
    assert server.effects() == dict.fromkeys(to, 1)


def test_without_the_declaration_a_key_makes_nothing_safe():
    api = api_of("each")
    server = MessageServer(keys=True)
    state = crashed(api, server.take, to=contacts(1), headers={"Idempotency-Key": "k-1"})
    end = Driver(api, server.take).finish(api.resume(state))
    assert len(server.calls) == 1
    assert not end.response.body["status"][0]["success"]


def test_the_reset_of_a_resumed_call_is_a_failed_one():
    """What a resumed exchange says of a call in flight is what a driver would have said."""
    api, server = api_of("all"), MessageServer()
    state = crashed(api, server.take, to=contacts(2))
    plain = api.exchange(asking(contacts(2)), client="old")
    plain.step()
    plain.answer([Failed("reset", None)] * 2)
    wanted, end = plain.step(), api.resume(state).step()
    assert (end.response, end.lost) == (wanted.response, wanted.lost)
    assert end.response.status == 502
