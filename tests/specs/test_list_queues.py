"""List Queues: a whole list on one side, windows on the other."""

from __future__ import annotations

from typing import Any

import pytest

import mapdsl
from tests.guides import guide

QUEUES = [{"id": number, "name": f"Queue {number}"} for number in range(1, 6)]
NEW_LIST = {"method": "GET", "path": "/api/v4/routing/queues"}
OLD_LIST = {"method": "GET", "path": "/api/v2/cdr/queues"}


@pytest.fixture(scope="module")
def voiso() -> mapdsl.Api:
    return guide("voiso").api


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ({"offset": "1", "limit": "2"}, [2, 3]),
        ({"offset": "3", "limit": "100"}, [4, 5]),
        ({"offset": "5", "limit": "10"}, []),
        ({"limit": "1"}, [1]),
        ({}, [1, 2, 3, 4, 5]),
    ],
)
def test_a_v4_client_gets_its_window_of_the_old_list(voiso: mapdsl.Api, query: dict[str, str], ids: list[int]):
    sent = mapdsl.translate_request(voiso, {**NEW_LIST, "query": query}, to="old")
    got = mapdsl.translate_response(voiso, {"status": 200, "body": QUEUES}, to="new", request=sent)

    assert (sent.request.path, dict(sent.request.query)) == ("/api/v2/cdr/queues", {})
    assert [queue["id"] for queue in got.response.body["queues"]] == ids
    assert got.response.body["metadata"] == {"total": 5}


def test_an_old_client_gets_all_queues_without_their_configuration(voiso: mapdsl.Api):
    sent = mapdsl.translate_request(voiso, {**OLD_LIST, "query": {"key": "KEY"}}, to="new")
    reply = {"queues": [{**queue, "strategy": "ring_all"} for queue in QUEUES], "metadata": {"total": 5}}

    got = mapdsl.translate_response(voiso, {"status": 200, "body": reply}, to="old", request=sent)

    assert got.response.body == QUEUES
    assert [loss.path for loss in got.lost] == [f"body.queues[{index}].strategy" for index in range(5)]


def test_more_queues_than_one_call_returns_are_refused_and_never_cut_off(voiso: mapdsl.Api):
    sent = mapdsl.translate_request(voiso, {**OLD_LIST, "query": {"key": "KEY"}}, to="new")
    full = [{"id": number, "name": "Q"} for number in range(100)]

    with pytest.raises(mapdsl.TranslationError, match="call"):
        mapdsl.translate_response(
            voiso, {"status": 200, "body": {"queues": full, "metadata": {"total": 101}}}, to="old", request=sent
        )


@pytest.mark.parametrize("query", [{"offset": "-1"}, {"limit": "0"}, {"limit": "ten"}, {"offset": "1.5"}])
def test_a_window_that_is_none_is_refused(voiso: mapdsl.Api, query: dict[str, Any]):
    with pytest.raises(mapdsl.TranslationError, match=next(iter(query))):
        mapdsl.translate_request(voiso, {**NEW_LIST, "query": query}, to="old")


def test_a_list_without_its_request_is_mapped_as_it_stands(voiso: mapdsl.Api):
    got = mapdsl.translate_response(voiso, {"status": 200, "body": QUEUES}, to="new", endpoint="list_queues")

    assert got.response.body["queues"] == QUEUES
