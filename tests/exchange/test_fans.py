"""One message that is several calls, each of which may go wrong: one outcome for each, no effect twice, no loss unsaid.

What is expected comes from the script of faults alone.
"""

from __future__ import annotations

import random

import pytest

from mapdsl import MapError
from tests.exchange.fan_specs import Driver, api_of, asking, contacts
from tests.exchange.message_server import (
    CONNECTION,
    ERRORS,
    FAULTS,
    GOOD,
    MALFORMED,
    MessageServer,
    item_of,
)

STOP = " stop on ambiguous"
SHORT = (*CONNECTION[:2], CONNECTION[2], CONNECTION[4], *ERRORS[:2], MALFORMED[0], MALFORMED[4])
FEW = [(count, at) for count in (1, 2, 5) for at in range(count)]
MANY = [(50, at) for at in (0, 1, 24, 48, 49)]


def name_of(value):
    return getattr(value, "name", None)


def carried_out(api, to, script, **more):
    server = MessageServer(script)
    driver = Driver(api, server.take)
    end = driver.finish(api.exchange(asking(to, **more), client="old"))
    assert all(count == 1 for count in server.effects().values())
    return end, server, driver


def cut(to, script, stop):
    """The contacts that are sent to, and those that are not."""
    if stop:
        for number, each in enumerate(to):
            if script.get(each, GOOD).unknown:
                return to[: number + 1], to[number + 1 :]
    return to, []


def check_told(end, server, driver, to, script, stop):
    """What was sent, what happened and what is said of it, whatever the answer is."""
    sent, unsent = cut(to, script, stop)
    assert [call["body"] for call in server.calls] == [{"contact": each, "text": "hi"} for each in sent]
    happened = {each: 1 for each in sent if script.get(each, GOOD) is GOOD or script[each].happens}
    assert server.effects() == happened
    assert driver.waves == ([1] * len(sent) if stop else [len(to)])
    said = [(loss.path, loss.reason) for loss in end.lost]
    place = {each: f"[{number}]" if len(to) > 1 else "$" for number, each in enumerate(to)}
    assert [path for path, why in said if "fate unknown" in why] == [
        place[each] for each in sent if script.get(each, GOOD).unknown
    ]
    assert [path for path, why in said if "no reply to a call that was sent" in why] == [
        place[each] for each in sent if script.get(each, GOOD).unanswered
    ]
    assert [path for path, why in said if "not sent" in why] == [place[each] for each in unsent]
    return sent, unsent


def check_each(to, script, stop):
    api = api_of("each" + (STOP if stop else ""))
    end, server, driver = carried_out(api, to, script)
    sent, unsent = check_told(end, server, driver, to, script, stop)
    items = [item_of(each, script.get(each, GOOD)) for each in sent]
    items += [{"to": each, "success": False} for each in unsent]
    assert end.response.status == 200
    assert end.response.body == {"status": items}
    unread = [f"[{n}].body" if len(to) > 1 else "body" for n, e in enumerate(sent) if not script.get(e, GOOD).readable]
    assert [loss.path for loss in end.lost if "cannot be read" in loss.reason] == unread
    empty = [
        f"[{n}]." if len(to) > 1 else "" for n, e in enumerate(sent) if script.get(e, GOOD).name == "a missing field"
    ]
    no_place = [loss.path for loss in end.lost if loss.reason == "no place in the old API"]
    assert no_place == [f"{where}body.conversation" for where in empty]  # an object that holds nothing of what is named
    silent = [script.get(each, GOOD) for each in sent]
    told = len(unread) + len(unsent) + len(empty)
    assert len(end.lost) == told + sum(fault.unknown or fault.unanswered for fault in silent)


def check_all(to, script, stop):
    api = api_of("all" + (STOP if stop else ""))
    end, server, driver = carried_out(api, to, script)
    sent, _ = check_told(end, server, driver, to, script, stop)
    failed = next((script[each] for each in sent if script.get(each, GOOD).fails), None)
    if failed is None:
        assert end.response.status == 200
        assert end.response.body == {"status": [item_of(each, script.get(each, GOOD)) for each in to]}
        return
    told = failed.reply[1] if failed.reply is not None and failed.reply[0] >= 400 else None
    wanted = failed.reply[0] if failed.reply is not None and failed.reply[0] >= 400 else failed.status
    assert (end.response.status, end.response.body) == (wanted, told)


def check_any(to, script, stop):
    api = api_of("any" + (STOP if stop else ""))
    end, server, driver = carried_out(api, to, script)
    sent, _ = check_told(end, server, driver, to, script, stop)
    good = [each for each in sent if not script.get(each, GOOD).fails]
    if good:
        assert end.response.status == 200
        assert end.response.body == {"status": [item_of(each, script.get(each, GOOD)) for each in good]}
        return
    first = script[sent[0]]
    wanted = first.reply[0] if first.reply is not None and first.reply[0] >= 400 else first.status
    assert end.response.status == wanted


CHECKS = {"each": check_each, "all": check_all, "any": check_any}


# --- one fault -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("places", [FEW, pytest.param(MANY, marks=pytest.mark.long)], ids=["few", "many"])
@pytest.mark.parametrize("stop", [False, True])
@pytest.mark.parametrize("fault", FAULTS, ids=name_of)
@pytest.mark.parametrize("mode", CHECKS)
def test_one_call_goes_wrong_at_every_place(mode, fault, stop, places):
    for count, at in places:
        to = contacts(count)
        CHECKS[mode](to, {to[at]: fault}, stop)


@pytest.mark.parametrize("mode", CHECKS)
@pytest.mark.parametrize("fault", FAULTS, ids=name_of)
@pytest.mark.parametrize("count", [1, 2, 5, 50])
def test_all_calls_go_wrong_alike(mode, fault, count):
    to = contacts(count)
    for stop in (False, True):
        CHECKS[mode](to, dict.fromkeys(to, fault), stop)


@pytest.mark.parametrize("mode", CHECKS)
@pytest.mark.parametrize("fault", FAULTS, ids=name_of)
def test_all_calls_but_one_go_wrong(mode, fault):
    to = contacts(5)
    for good in to:
        CHECKS[mode](to, {each: fault for each in to if each != good}, stop=False)


# --- many faults ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(20))
def test_random_scripts(seed):
    """25 scripts for each seed, 500 in all."""
    rng = random.Random(seed)
    for number in range(25):
        to = contacts(rng.choice([1, 2, 3, 5, 8, 20]))
        share = rng.choice([0.1, 0.5, 0.9])
        script = {each: rng.choice(FAULTS) for each in to if rng.random() < share}
        mode, stop = rng.choice(list(CHECKS)), rng.random() < 0.4
        try:
            CHECKS[mode](to, script, stop)
        except (AssertionError, MapError) as wrong:
            named = {each: fault.name for each, fault in script.items()}
            raise AssertionError(f"seed {seed}.{number}, {mode}, stop {stop}, {named}: {wrong}") from wrong
