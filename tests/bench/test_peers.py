"""The benchmark does not rot: what is always there, mapdsl and functions by hand, does the same work."""

from __future__ import annotations

from typing import Any

import pytest

from mapdsl import load, shipped
from tests.bench.contenders import Contender, fault, on_objects
from tests.bench.peers import BASELINE
from tests.bench.peers import load as peer
from tests.bench.peers.messages import plain_request, start_call
from tests.bench.workloads import BODIES, MESSAGES, Workload

ALWAYS_THERE = ("hand_optimised", "mapdsl_transform", "mapdsl_keep", "mapdsl_keys")
HEADERS = {
    "Host": "old.example",
    "Connection": "close, X-Hop",
    "Accept-Encoding": "gzip",
    "Accept": "application/json",
    "X-Hop": "1",
    "X-Request-Id": "r-1",
    "Cookie": "session=1",
    "X-Api-Key": "secret",
    "Content-MD5": "Q2hlY2s=",
    "Range": "bytes=0-9",
    "Link": "</api/v1/elsewhere>",
    "If-Match": '"5"',
}


@pytest.mark.parametrize("workload", BODIES, ids=lambda workload: workload.name)
def test_peers_give_what_the_baseline_gives(workload: Workload) -> None:
    baseline, *others = on_objects([peer(BASELINE), *map(peer, ALWAYS_THERE)], workload.name)
    assert [other.name for other in others][:2] == ["by hand, optimised", "mapdsl `transform`"]
    assert [(other.name, wrong) for other in others if (wrong := fault(other, baseline, workload.inputs[:2]))] == []


def test_start_call_by_hand_does_with_whole_messages_what_the_guide_says() -> None:
    """Headers of every kind: those of the connection go, those of old bytes and secrets are told, the others pass."""
    (workload,) = MESSAGES
    (by_hand,) = on_objects([peer(BASELINE)], workload.name)
    guide = load(shipped("voiso") / "23_start_call.map")
    ours = Contender("mapdsl", start_call(guide, lambda translated: None), plain_request)
    inputs: list[Any] = [*workload.inputs[:8], {**workload.inputs[0], "headers": HEADERS}]
    assert fault(ours, by_hand, inputs) is None
    message, lost = by_hand.function(inputs[-1])
    assert message["headers"] == {
        "Accept": "application/json",
        "X-Request-Id": "r-1",
        "Link": "</api/v1/elsewhere>",
        "If-Match": '"5"',
        "Authorization": "Bearer NEWKEY",
    }
    assert {path: value for path, value, _ in lost if path.startswith("headers")} == {
        "headers.Cookie": "***",
        "headers.X-Api-Key": "***",
        "headers.Content-MD5": "Q2hlY2s=",
        "headers.Range": "bytes=0-9",
        "headers.Link": "</api/v1/elsewhere>",
    }


def test_a_function_that_gives_something_else_is_found() -> None:
    def changing(body: dict[str, Any]) -> dict[str, Any]:
        body["a"] = 2
        return {"b": 1}

    baseline = Contender("by hand", lambda body: {"b": body["a"]}, lambda result: result)
    others = {
        "gives something else than the baseline": lambda body: {"b": True},
        "fails with KeyError('x')": lambda body: body["x"],
        "changes its input": changing,
    }
    found = {
        fault(Contender("other", function, lambda result: result), baseline, [{"a": 1}]) for function in others.values()
    }
    assert found == set(others)
    assert fault(Contender("other", lambda body: {"b": 1.0}, lambda result: result), baseline, [{"a": 1}]) is None
