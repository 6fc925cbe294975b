"""What a response lost is worked out when it is read; it says what it would have said at once."""

from __future__ import annotations

import copy
import gc
import pickle
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import attrs
import pytest

from mapdsl import Api, loads, translate_request, translate_response
from mapdsl.runtime.translation import response as module

SPEC = """mapdsl 1
endpoint list {
  old GET /a
  new GET /b
  response {
    records[] <-> items[] key id { id <-> id; name <-> title; drop state }
    meta <-> meta
  }
}
endpoint asks {
  old GET /c
  new GET /d
  response { user <-> id : user }
}
lookup user : string <-> string
"""
BODY = {"records": [{"id": 1, "name": "a", "state": "x"}, {"id": 2, "state": {"y": [3]}}], "meta": {"k": [1]}}
LOST = [("body.records[0].state", "x"), ("body.records[1].state", {"y": [3]})]


@pytest.fixture(scope="module")
def api() -> Api:
    return loads(SPEC)


def reply(body: Any = BODY, **more: Any) -> dict[str, Any]:
    return {"status": 200, "body": copy.deepcopy(body), **more}


def losses(made: Any) -> list[tuple[str, Any]]:
    return [(loss.path, loss.value) for loss in made.lost]


def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One entry for each time that residue is made."""
    calls: list[int] = []
    real = module.make_residue

    def make(*args: Any) -> Any:
        calls.append(1)
        return real(*args)

    monkeypatch.setattr(module, "make_residue", make)
    return calls


def test_nothing_is_worked_out_that_nobody_reads(api: Api, monkeypatch: pytest.MonkeyPatch):
    calls = counted(monkeypatch)
    made = translate_response(api, reply(), "new", endpoint="list")
    assert made.response.body == {"items": [{"id": 1, "title": "a"}, {"id": 2}], "meta": {"k": [1]}}
    assert calls == []
    assert losses(made) == LOST
    assert made.residue["entries"]
    assert made.lost is made.lost
    assert calls == [1]


def test_it_is_what_would_have_been_read_at_once(api: Api):
    at_once = translate_response(api, reply(), "new", endpoint="list", lenient=True)
    later = translate_response(api, reply(), "new", endpoint="list")
    assert (later.residue, later.lost, later.hint) == (at_once.residue, at_once.lost, at_once.hint)
    assert later == at_once
    assert repr(later) == repr(at_once)


def test_whatever_became_of_the_message_meanwhile(api: Api):
    message = reply()
    made = translate_response(api, message, "new", endpoint="list")
    message["body"]["records"][1]["state"]["y"].append(4)
    message["body"]["records"].clear()
    message["body"]["meta"]["k"].append("changed")
    made.response.body["items"].pop()
    made.response.body["meta"]["k"].clear()
    assert losses(made) == LOST
    home = translate_response(
        api,
        {"status": 200, "body": {"items": [{"id": 2}], "meta": {"k": [1]}}},
        "old",
        endpoint="list",
        residue=made.residue,
    )
    assert home.response.body == {"records": [{"id": 2, "state": {"y": [3]}}], "meta": {"k": [1]}}


def test_in_several_threads_it_is_worked_out_once(api: Api, monkeypatch: pytest.MonkeyPatch):
    calls = counted(monkeypatch)
    made = translate_response(api, reply(), "new", endpoint="list")
    with ThreadPoolExecutor(8) as pool:
        read = list(pool.map(lambda number: made.lost if number % 2 else made.residue, range(64)))
    assert calls == [1]
    assert all(each is (made.lost if number % 2 else made.residue) for number, each in enumerate(read))


@pytest.mark.parametrize("read_before", [True, False])
def test_it_goes_through_a_pickle_and_a_copy(api: Api, read_before: bool):
    made = translate_response(api, reply(), "new", endpoint="list")
    if read_before:
        assert losses(made) == LOST
    for other in (pickle.loads(pickle.dumps(made)), copy.copy(made), copy.deepcopy(made), attrs.evolve(made)):
        assert losses(other) == LOST
        assert other == made


def test_what_is_wrong_is_said_at_once(api: Api):
    from mapdsl import TranslationError

    with pytest.raises(TranslationError) as caught:
        translate_response(api, reply({"records": [{"id": 1}, 5, 6]}), "new", endpoint="list")
    assert [problem.path for problem in caught.value.problems] == ["body.records[1]", "body.records[2]"]


def test_what_looks_something_up_tells_at_once(api: Api):
    asked: list[Any] = []

    def user(keys: Any) -> dict[Any, Any]:
        asked.append(list(keys))
        return {"u": "7"}

    made = translate_response(api, reply({"user": "u", "x": 1}), "new", endpoint="asks", lookups={"user": user})
    count = len(asked)
    assert made.response.body == {"id": "7", "x": 1}
    assert made.lost == ()
    assert len(asked) == count


def test_a_name_that_it_has_not_is_an_error(api: Api):
    made = translate_response(api, reply(), "new", endpoint="list")
    with pytest.raises(AttributeError, match="'TranslatedResponse' object has no attribute 'los'"):
        _ = made.los


@pytest.mark.parametrize("read", [True, False])
def test_no_call_leaves_a_cycle_behind(api: Api, read: bool):
    def call() -> None:
        for made in (
            translate_response(api, reply(), "new", endpoint="list"),
            translate_request(api, {"method": "GET", "path": "/a", "query": {"x": "1"}}, "new"),
        ):
            if read:
                assert made.lost is not None
                assert made.residue is not None

    call()
    gc.collect()
    gc.disable()
    try:
        for _ in range(1000):
            call()
        assert gc.collect() < 100  # other tests may leave a few objects; a cycle for each call would be thousands
    finally:
        gc.enable()
