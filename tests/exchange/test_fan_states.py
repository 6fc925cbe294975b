"""States of exchanges with effects: stored and resumed at every step, nothing is sent twice and nothing is lost."""

from __future__ import annotations

import json

import pytest

from mapdsl import Ask, Done, Failed, LookupMissing, MapError, Send
from tests.exchange.fan_specs import NEW_KEY, OLD_KEY, Driver, api_of, asking, contacts, written
from tests.exchange.message_server import CONNECTION, Fault, MessageServer, item_of

LOOKUP = {"before": "lookup agent : string <-> integer", "item": "agent <-> user_id : agent"}
MODES = ("each", "each stop on ambiguous")


def message(to, carrier, **more):
    asked = asking(to, carrier, **more)
    for item in asked["body"]["recipients"]:
        item["agent"] = "ann"
    return asked


def parts_of(mode="each", carrier="query", script=None, **more):
    api = api_of(mode, carrier, **LOOKUP, **more)
    server = MessageServer(script or {})
    return api, server, Driver(api, server.take, {"agent": {"ann": 7}})


def up_to(driver, ex, at):
    """Answer `at` steps; the next step, which is not answered."""
    for _ in range(at):
        step = ex.step()
        if isinstance(step, Done):
            return step
        driver.answer(ex, step)
    return None


def items_of(done):
    return done.response.body["status"]


@pytest.mark.parametrize("carrier", ["none", "query", "path", "header"])
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("shown", [False, True])
@pytest.mark.parametrize("fault", [None, *CONNECTION[::2]], ids=lambda fault: getattr(fault, "name", "good"))
def test_resumed_between_all_steps_it_ends_as_if_nothing_had_happened(carrier, mode, shown, fault):
    """The state is taken before each step, or after it where it asks; calls that are handed out are carried out."""
    to = contacts(3)
    script = {"c1": fault} if fault else {}
    api, server, driver = parts_of(mode, carrier, script)
    plain = parts_of(mode, carrier, script)
    wanted = plain[2].finish(plain[0].exchange(message(to, carrier), client="old"))
    ex = api.exchange(message(to, carrier), client="old")
    for _ in range(20):
        ex = api.resume(written(ex), message(to, carrier))
        step = ex.step()
        if shown and isinstance(step, (Ask, Done)):
            ex = api.resume(written(ex), message(to, carrier))
            step = ex.step()
        if isinstance(step, Ask) and step.credential:  # the answer is in no state
            driver.answer(ex, step)
            step = ex.step()
        if isinstance(step, Done):
            break
        driver.answer(ex, step)
    assert (step.response, step.lost) == (wanted.response, wanted.lost)
    assert server.effects() == plain[1].effects()
    assert api.resume(written(ex)).step().response == wanted.response, "after the last call nobody needs a credential"


@pytest.mark.parametrize("carrier", ["none", "query", "path", "header"])
@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("done", [False, True])
@pytest.mark.parametrize("count", [1, 2, 5])
def test_calls_that_were_handed_out_are_not_made_again(carrier, again, done, count):
    """`done`: the server got them before the program died. `again`: the client's message is passed to `resume`."""
    to = contacts(count)
    api, server, driver = parts_of("each", carrier)
    ex = api.exchange(message(to, carrier), client="old")
    while not isinstance(step := ex.step(), Send):
        driver.answer(ex, step)
    state = written(ex)
    if done:
        driver.outcome(step)
    for _ in range(2):  # twice from the same state
        resumed = api.resume(state, message(to, carrier) if again else None)
        end = driver.finish(resumed)
        assert items_of(end) == [item_of(each, Fault("gone", lost=("reset", None))) for each in to]
        assert sum("fate unknown" in loss.reason for loss in end.lost) == count
        assert len(server.calls) == (count if done else 0)


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("at", range(5))
@pytest.mark.parametrize("carrier", ["none", "query"])
def test_one_call_at_a_time_ends_at_the_one_in_flight(again, at, carrier):
    """What was answered stays, the call in flight is unknown, and the rest is not sent."""
    to = contacts(5)
    api, server, driver = parts_of("each stop on ambiguous", carrier)
    ex = api.exchange(message(to, carrier), client="old")
    sends = 0
    while not isinstance(step := ex.step(), Send) or sends < at:
        sends += isinstance(step, Send)
        driver.answer(ex, step)
    state = written(ex)
    driver.outcome(step)
    end = driver.finish(api.resume(state, message(to, carrier) if again else None))
    assert [item["success"] for item in items_of(end)] == [True] * at + [False] * (5 - at)
    assert [item["to"] for item in items_of(end)] == to
    assert server.effects() == dict.fromkeys(to[: at + 1], 1)
    assert [loss.path for loss in end.lost if "fate unknown" in loss.reason] == [f"[{at}]"]
    assert [loss.path for loss in end.lost if "not sent" in loss.reason] == [f"[{n}]" for n in range(at + 1, 5)]


@pytest.mark.parametrize("answered", [False, True])
def test_a_state_taken_while_the_credential_is_asked_for_again_keeps_everything(answered):
    to = contacts(3)
    api, server, driver = parts_of("each", "query")
    ex = api.exchange(message(to, "query"), client="old")
    while not isinstance(step := ex.step(), Send):
        driver.answer(ex, step)
    outcome = driver.outcome(step)
    if answered:
        ex.answer(outcome)
    for _ in range(3):
        ex = api.resume(written(ex), message(to, "query"))
        assert ex.step().credential
    end = driver.finish(api.resume(written(ex), message(to, "query")))
    assert [item["success"] for item in items_of(end)] == [answered] * 3
    assert server.effects() == dict.fromkeys(to, 1)


def test_where_a_call_is_still_to_be_made_the_client_must_say_its_credential_again():
    to = contacts(2)
    api, server, driver = parts_of("each", "query")
    ex = api.exchange(message(to, "query"), client="old")
    driver.answer(ex, ex.step())
    state = written(ex)
    bare = api.resume(state)
    for _ in range(2):
        with pytest.raises(LookupMissing, match=r"lookups\.key: expected a credential"):
            bare.step()
    assert server.calls == []
    end = driver.finish(api.resume(written(bare), message(to, "query")))
    assert all(item["success"] for item in items_of(end))
    assert server.effects() == dict.fromkeys(to, 1)


# --- the client's message again ------------------------------------------------------------------------------------


def halfway(carrier="query", to=None):
    """A program that has answered everything but the calls, which it was told."""
    api, server, driver = parts_of("each", carrier)
    ex = api.exchange(message(to or contacts(2), carrier), client="old")
    while not isinstance(ex.step(), Send):
        driver.answer(ex, ex.step())
    return api, ex, server, driver


def changed(asked, where, value):
    """The message with another value at a place."""
    asked = json.loads(json.dumps(asked))
    place = asked
    for name in where[:-1]:
        place = place[name]
    place[where[-1]] = value
    return asked


@pytest.mark.parametrize(
    ("where", "value"),
    [
        (("body", "text"), "ho"),
        (("body", "text"), None),
        (("body", "recipients"), []),
        (("body", "recipients", 0, "to"), "c9"),
        (("body", "recipients", 0, "more"), True),
        (("query", "page"), "2"),
        (("method",), "PUT"),
        (("path",), "/v1/mms"),
        (("body",), None),
        (("body",), "x"),
    ],
)
def test_another_message_is_none_to_go_on_with(where, value):
    api, ex, *_ = halfway()
    with pytest.raises(MapError):
        api.resume(written(ex), changed(message(contacts(2), "query"), where, value))


@pytest.mark.parametrize(("before", "after"), [(1, True), (0, False), ("1", 1)])
def test_values_of_another_type_are_another_message(before, after):
    api = api_of()
    asked = changed(asking(contacts(1)), ("body", "text"), before)
    with pytest.raises(MapError):
        api.resume(written(api.exchange(asked, client="old")), changed(asked, ("body", "text"), after))


def test_another_secret_is_the_same_message():
    """The client may have been given a new one."""
    api, ex, *_ = halfway()
    resumed = api.resume(written(ex), changed(message(contacts(2), "query"), ("query", "key"), "an0ther"))
    assert resumed.step().keys == ("an0ther",)


def test_a_state_of_another_spec_or_version_is_refused():
    _, ex, *_ = halfway()
    for other in (api_of(), api_of("each stop on ambiguous", "query", **LOOKUP)):
        with pytest.raises(MapError, match="other specs"):
            other.resume(written(ex))


# --- states that are none ------------------------------------------------------------------------------------------

JUNK = (None, True, False, 0, -1, 1.5, 10**40, "", "x", "\ud800", [], [1], [[]], [{}], [None], {}, {"a": 1}, {"": []})


def places(value, at=()):
    """Every place in a JSON value but the whole."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in pairs:
        yield (*at, name)
        yield from places(inner, (*at, name))


def states():
    """States of several moments: nothing asked, all asked, calls handed out, calls answered."""
    for carrier in ("none", "query", "header"):
        api, ex, *_ = halfway(carrier)
        yield api, carrier, written(api.exchange(message(contacts(2), carrier), client="old"))
        yield api, carrier, written(ex)
        ex.answer([{"status": 201, "headers": {"A": "b"}, "body": {"conversation": {"id": "m"}}}, {"status": 500}])
        yield api, carrier, written(ex)
    api, ex, *_ = halfway("none")
    ex.answer([Failed("reset", None), {"status": 201, "body": b"\xff"}])
    yield api, "none", written(ex)


def without(state, where):
    state = json.loads(json.dumps(state))
    place = state
    for name in where[:-1]:
        place = place[name]
    del place[where[-1]]
    return state


def try_out(api, state, carrier):
    """Go on from a state as far as possible: only a MapError may stop it."""
    for again in (None, message(contacts(2), carrier)):
        driver = Driver(api, lambda _: {"status": 201, "body": {"conversation": {"id": "m"}}}, {"agent": {"ann": 7}})
        try:
            ex = api.resume(state, again)
            json.dumps(ex.state())
            driver.finish(ex)
        except MapError:
            pass


def test_states_that_somebody_changed_raise_nothing_but_mapdsls_own_errors():
    for api, carrier, state in states():
        for where in places(state):
            try_out(api, without(state, where), carrier)
            for junk in JUNK:
                try_out(api, changed(state, where, junk), carrier)


def test_states_without_a_part_are_refused():
    for api, _, state in states():
        for name in state:
            with pytest.raises(MapError):
                api.resume(without(state, (name,)))
        for name in state["request"]:
            with pytest.raises(MapError):
                api.resume(without(state, ("request", name)))


@pytest.mark.parametrize("name", ["mapdsl", "digest", "client", "endpoint", "request", "events", "handed"])
def test_parts_of_a_state_have_their_types(name):
    sound = {"endpoint": (None,), "handed": (True, False), "events": ([],)}
    for api, _, state in states():
        for junk in JUNK:
            if not any(junk is each or junk == each == [] for each in sound.get(name, ())):
                with pytest.raises(MapError):
                    api.resume(changed(state, (name,), junk))


@pytest.mark.parametrize("junk", JUNK)
def test_what_is_no_state_is_refused(junk):
    with pytest.raises(MapError, match="no state of an exchange"):
        api_of().resume(junk)


@pytest.mark.parametrize("number", [1.5, 0.1, 7, 10**20])
def test_keys_and_answers_that_are_numbers_go_through_a_store(number):
    """Also where a key has a fraction, which mapdsl reads as a Decimal."""
    api = api_of(before="lookup rate : number <-> string", item="rate <-> tariff : rate")
    asked = changed(asking(contacts(1)), ("body", "recipients", 0, "rate"), number)
    server = MessageServer()
    ex = api.exchange(asked, client="old")
    keys = ex.step().keys
    ex.answer(dict.fromkeys(keys, "high"))
    for _ in range(3):
        ex = api.resume(written(ex))
    end = Driver(api, server.take).finish(ex)
    assert end.response.body["status"][0]["success"]
    assert server.calls[0]["body"]["tariff"] == "high"


@pytest.mark.parametrize("carrier", ["query", "path", "header"])
def test_a_program_that_stops_after_every_step_goes_on(carrier):
    """No state holds the answer to a credential: whoever hands it to `resume` is not asked for it again and again."""
    api, server, driver = parts_of(carrier=carrier)
    asked = message(contacts(2), carrier)
    ex = api.exchange(asked, client="old")
    for _ in range(10):
        ex = api.resume(written(ex), asked, lookups={"key": {OLD_KEY: NEW_KEY}})
        step = ex.step()
        if isinstance(step, Done):
            break
        driver.answer(ex, step)
        assert NEW_KEY not in json.dumps(written(ex))
    assert isinstance(step, Done)
    assert driver.asked == [("agent", ("ann",))]
    assert len(server.calls) == 2


def test_an_answer_that_resume_lacks_is_the_programs():
    asked, api = asking(contacts(2), "query"), api_of(carrier="query")
    state = written(api.exchange(asked, client="old"))
    resumed = api.resume(state, asked, lookups={"key": {}})
    with pytest.raises(LookupMissing) as caught:
        resumed.step()
    assert caught.value.fault == "program"
    with pytest.raises(TypeError, match="lookups must be a dict"):
        api.resume(state, asked, lookups=[])
