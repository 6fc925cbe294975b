"""`else empty`: a filter whose every value misses lets nothing through, so nothing is asked for."""

from __future__ import annotations

from typing import Any

import pytest

from mapdsl import Api, TranslationError, loads, translate_request, translate_response
from mapdsl.runtime import recall, record

SPEC = """mapdsl 1
lookup group : string <-> integer
endpoint list_users {
  old GET /v1/users
  new GET /v4/users
  query {
    sag <-> group_id : csv | each(group) | one_or_many else empty
    name <-> name
  }
  paging {
    old none items=$
    new offset offset=@query.offset limit=@query.limit default=100 max=100 total=metadata.total items=users
  }
  response { [] <-> users[] { id <-> id } }
}
"""
LOOKUPS = {"group": {"Sales": 11}}


@pytest.fixture(scope="module")
def api() -> Api:
    return loads(SPEC)


def sent(api: Api, path: str, query: dict[str, Any], to: str) -> Any:
    return translate_request(api, {"method": "GET", "path": path, "query": query}, to=to, lookups=LOOKUPS)


def test_where_none_is_left_no_call_is_sent_and_the_reply_is_the_empty_list(api: Api) -> None:
    got = sent(api, "/v1/users", {"sag": "Gone,Lost", "name": "Ann"}, "new")
    assert (got.requests, got.complete) == ((), True)
    assert [(loss.path, loss.reason) for loss in got.lost] == [("query.sag", "lookup miss")]
    assert translate_response(api, [], to="old", request=got).response.to_dict() == {
        "status": 200,
        "headers": {},
        "body": [],
    }


def test_the_other_way_the_total_is_zero(api: Api) -> None:
    got = sent(api, "/v4/users", {"group_id": "99"}, "old")
    assert got.requests == ()
    assert translate_response(api, [], to="new", request=got).response.body == {"users": [], "metadata": {"total": 0}}


def test_one_that_is_known_is_enough_to_ask(api: Api) -> None:
    got = sent(api, "/v1/users", {"sag": "Gone,Sales"}, "new")
    assert got.request.query["group_id"] == "11"
    assert [loss.reason for loss in got.lost] == ["lookup miss"]
    with pytest.raises(TranslationError, match="found an empty list"):
        translate_response(api, [], to="old", request=got)


def test_an_empty_filter_missed_nothing(api: Api) -> None:
    assert len(sent(api, "/v1/users", {"sag": ""}, "new").requests) == 1
    assert len(sent(api, "/v1/users", {}, "new").requests) == 1


def test_it_survives_being_written_down(api: Api) -> None:
    got = sent(api, "/v1/users", {"sag": "Gone"}, "new")
    kept = record(api, {"method": "GET", "path": "/v1/users", "query": {"sag": "Gone"}}, got)
    assert kept["messages"] == []
    assert translate_response(api, [], to="old", request=recall(api, kept)).response.body == []


@pytest.mark.parametrize(("path", "query", "to"), [("/v1/a", {"sag": "Gone"}, "new"), ("/v2/a", {"id": "99"}, "old")])
def test_one_value_that_misses_asks_for_nothing_either(path: str, query: dict[str, str], to: str) -> None:
    """The answers are numbers, so another step writes them as text: it must not see a miss."""
    spec = """mapdsl 1
lookup group : string <-> integer
endpoint e {
  old GET /v1/a
  new GET /v2/a
  query { sag <-> id : group else empty }
  paging { old none items=$; new none items=users }
  response { [] <-> users[] { id <-> id } }
}
"""
    got = sent(loads(spec), path, query, to)
    assert (got.requests, got.complete, [loss.reason for loss in got.lost]) == ((), True, ["lookup miss"])
