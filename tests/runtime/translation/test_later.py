"""What a request lost is worked out when somebody reads it, and says what it would have said at once."""

from __future__ import annotations

import copy
import gc
import pickle
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import attrs
import pytest

from mapdsl import Api, TranslationError, loads, translate_request, translate_response
from mapdsl.runtime import TranslatedRequest

SPEC = """
mapdsl 1
credential key
lookup user : string <-> string
auth path_key credential key { old @path.key; new bearer }

endpoint start_call {
  old POST /v1/{key}/call
  new POST /v2/calls
  auth path_key
  request {
    agent <-> caller.id : user
    drop note
    drop tags
  }
  response { id <-> call.id }
}
"""
LOST = [("body.note", {"a": ["x"]}), ("body.tags", ["t"]), ("headers.Cookie", "***")]
RESIDUE = [
    {"path": ["body", "note"], "value": {"a": ["x"]}},
    {"path": ["body", "tags"], "value": ["t"]},
]


@pytest.fixture
def api() -> Api:
    return loads(SPEC)


def message() -> dict[str, Any]:
    return {
        "method": "POST",
        "path": "/v1/K/call",
        "query": {},
        "headers": {"Content-Type": "application/json", "Cookie": "SECRET"},
        "body": {"agent": "7", "note": {"a": ["x"]}, "tags": ["t"], "more": {"b": [1]}},
    }


def lookups() -> dict[str, Any]:
    return {"user": {"7": "u-7"}, "key": {"K": "N"}}


def translated(api: Api) -> TranslatedRequest:
    """A result of which nothing was read yet."""
    made = translate_request(api, message(), "new", lookups=lookups())
    assert made._report is not None
    return made


def holds(made: TranslatedRequest) -> None:
    assert [(loss.path, loss.value) for loss in made.lost] == LOST
    assert made.residue["entries"] == RESIDUE


def test_what_is_lost_is_read_later(api: Api) -> None:
    made = translated(api)
    assert made.request.body == {"caller": {"id": "u-7"}, "more": {"b": [1]}}
    holds(made)
    assert made._report is None
    assert made.lost is made.lost
    assert made.residue is made.residue


def test_the_caller_may_change_the_message_and_the_answers_meanwhile(api: Api) -> None:
    given, answers = message(), lookups()
    made = translate_request(api, given, "new", lookups=answers)
    given["body"]["note"]["a"].append("y")
    given["body"]["tags"].clear()
    given["body"]["agent"] = "8"
    given["headers"].clear()
    answers["user"].clear()
    made.request.body["more"]["b"].append(2)
    made.request.headers.clear()
    holds(made)
    assert made.asked.old.body["agent"] == "7"
    assert made.asked.new.body == {"caller": {"id": "u-7"}, "more": {"b": [1]}}


def test_the_message_is_not_changed_and_shares_nothing_with_the_result(api: Api) -> None:
    given = message()
    made = translate_request(api, given, "new", lookups=lookups())
    made.request.body["more"]["b"].append(2)
    made.lost[0].value["a"].append("y")
    made.residue["entries"][1]["value"].append("u")
    assert given == message()
    assert made.lost[1].value == ["t"]
    assert (made.asked.old.body, made.asked.new.body["more"]) == (given["body"], {"b": [1]})


def read(asked: tuple[TranslatedRequest, str]) -> tuple[str, Any]:
    made, name = asked
    return name, getattr(made, name)


def test_threads_that_read_one_result_get_one_answer(api: Api) -> None:
    for _ in range(50):
        made = translated(api)
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(read, [(made, "lost"), (made, "residue")] * 4))
        assert len({id(value) for name, value in found if name == "lost"}) == 1
        assert len({id(value) for name, value in found if name == "residue"}) == 1
        holds(made)


@pytest.mark.parametrize(
    "again", [copy.copy, copy.deepcopy, attrs.evolve, lambda made: pickle.loads(pickle.dumps(made))]
)
def test_a_copy_of_a_result_that_nobody_has_read_says_the_same(api: Api, again: Any) -> None:
    made = translated(api)
    other = again(made)
    holds(other)
    assert other == translated(api)
    assert "SECRET" not in repr(other) + str(pickle.dumps(other))


def test_a_response_takes_a_request_of_which_nothing_was_read(api: Api) -> None:
    made = translated(api)
    reply = translate_response(api, {"status": 200, "body": {"call": {"id": "c"}}}, "old", request=made)
    assert reply.response.body == {"id": "c"}
    assert made._report is not None


def test_strict_reads_at_once(api: Api) -> None:
    with pytest.raises(TranslationError, match="nothing dropped"):
        translate_request(api, message(), "new", lookups=lookups(), strict=True)
    made = translate_request(api, message(), "new", lookups=lookups(), strict={"owed"})
    holds(made)


def test_the_residue_brings_the_request_home(api: Api) -> None:
    made = translated(api)
    back = translate_request(api, made.request, "old", lookups={"user": {"7": "u-7"}}, residue=made.residue)
    assert back.request.body == message()["body"]


@pytest.mark.parametrize("reads", [False, True])
def test_a_call_leaves_no_reference_cycle(api: Api, reads: bool) -> None:
    def call() -> None:
        made = translate_request(api, message(), "new", lookups=lookups())
        if reads:
            holds(made)

    call()
    gc.collect()
    gc.disable()
    try:
        for _ in range(1000):
            call()
        assert gc.collect() == 0
    finally:
        gc.enable()


@pytest.mark.parametrize(
    ("change", "answers", "refused"),
    [
        ({}, lookups(), False),
        ({"headers": {"X-A": ["1", "2"]}}, lookups(), False),
        ({"headers": {"Digest": "x"}}, lookups(), False),
        ({}, {"user": {}, "key": {"K": "N"}}, True),
        ({"path": "/v1/K/nowhere"}, lookups(), True),
    ],
)
def test_a_body_is_held_against_the_limits_once(
    api: Api, change: dict[str, Any], answers: dict[str, Any], refused: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Any] = []

    def check(body: Any) -> None:
        seen.append(body)

    monkeypatch.setattr("mapdsl.runtime.translation.plain_request.check_document", check)
    monkeypatch.setattr("mapdsl.runtime.transport.incoming.check_document", check)
    given = {**message(), **change}
    try:
        translate_request(api, given, "new", lookups=answers)
    except TranslationError:
        assert refused
    else:
        assert not refused
    assert [id(body) for body in seen] == [id(given["body"])]
