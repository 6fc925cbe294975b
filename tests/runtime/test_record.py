"""A translation as JSON: nothing secret in it, and enough to translate the reply that comes later."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mapdsl import Api, MapError, loads, translate_request, translate_response
from mapdsl.runtime import recall, record
from tests.guides import guide

SPEC = """\
mapdsl 1
credential key
lookup team : string <-> string
auth keys credential key {{ old {carrier}; new bearer }}
endpoint calls {{
  old GET {path}
  new GET /v2/calls
  auth keys
  query {{
    team <-> team_id : team
  }}
  response {{
    calls[] <-> records[] {{ id <-> uid }}
  }}
}}
"""


def api(carrier: str, path: str = "/v1/calls") -> Api:
    return loads(SPEC.format(carrier=carrier, path=path))


def recorded(api: Api, message: dict[str, Any], **lookups: Any) -> dict[str, Any]:
    """The record after a trip through JSON text."""
    sent = translate_request(api, message, to="new", lookups=lookups)
    return json.loads(json.dumps(record(api, message, sent)))


@pytest.mark.parametrize(
    ("carrier", "path", "message", "request_part"),
    [
        ("@path.key", "/v1/{key}/calls", {"path": "/v1/v1/calls"}, {"path": "/v1/***/calls"}),
        ("@path.key", "/v1/{key}/calls", {"path": "/v1/a%2Fb/calls"}, {"path": "/v1/***/calls"}),
        ("@query.key", "/v1/calls", {"path": "/v1/calls?key=s3cret"}, {"query": {"key": "***"}}),
        ("@query.key", "/v1/calls", {"path": "/v1/calls", "query": {"key": "1"}}, {"query": {"key": "***"}}),
        (
            "@header.X-Key",
            "/v1/calls",
            {"path": "/v1/calls", "headers": {"x-key": "s3cret"}},
            {"headers": {"x-key": "***"}},
        ),
        (
            "bearer",
            "/v1/calls",
            {"path": "/v1/calls", "headers": {"authorization": "Bearer s3cret", "Cookie": "s3cret"}},
            {"headers": {"authorization": "***", "Cookie": "***"}},
        ),
    ],
)
def test_credentials_are_left_out_where_they_stand_and_nowhere_else(
    carrier: str, path: str, message: dict[str, Any], request_part: dict[str, Any]
) -> None:
    calls = api(carrier, path)
    got = recorded(calls, {"method": "GET", **message})
    assert {key: got["request"][key] for key in request_part} == request_part
    assert "s3cret" not in json.dumps(got)
    assert recall(calls, got).endpoint == "calls"


def test_a_request_without_a_credential_is_recorded_as_it_is() -> None:
    got = recorded(api("@path.key", "/v1/{key}/calls"), {"method": "GET", "path": "/v1/{key}/calls"})
    assert got["request"] == {"method": "GET", "path": "/v1/{key}/calls", "query": {}, "headers": {}, "body": None}


def test_the_reply_needs_no_lookup_that_only_the_request_needed() -> None:
    calls = api("@query.key")
    message = {"method": "GET", "path": "/v1/calls", "query": {"key": "OLD", "team": "Sales"}}
    got = recorded(calls, message, key={"OLD": "NEW"}, team={"Sales": "11"})
    assert got["messages"][0]["query"] == {"team_id": "11"}
    sent = recall(calls, got)
    assert sent.request.query == {"team_id": "11"}
    assert sent.asked.old.query == {"team": "Sales"}
    assert sent.asked.new.query == {"team_id": "11"}
    reply = {"status": 200, "body": {"records": [{"uid": 1}]}}
    assert translate_response(calls, reply, to="old", request=sent).response.body == {"calls": [{"id": 1}]}


def test_a_record_of_a_window_cuts_the_reply_as_the_request_itself_would() -> None:
    voiso = guide("voiso").api
    message = {"method": "GET", "path": "/api/v2/cdr", "query": {"page": "3", "per_page": "20"}}
    sent = translate_request(voiso, message, to="new")
    again = recall(voiso, json.loads(json.dumps(record(voiso, message, sent))))
    reply = {"status": 200, "body": {"cdrs": [], "metadata": {"total": 7}}}
    assert (again.endpoint, again.variant) == ("list_cdrs", "list")
    answers = [translate_response(voiso, reply, to="old", request=request).response for request in (sent, again)]
    assert answers[0] == answers[1]
    assert answers[0].body["page"] == 3


@pytest.mark.parametrize(
    "other",
    [
        None,
        [],
        {},
        {"endpoint": "calls", "to": "new", "request": {}},
        {"endpoint": "nope", "to": "new", "request": {}, "messages": []},
        {"endpoint": ["calls"], "to": "new", "request": {}, "messages": []},
        {"endpoint": "calls", "to": ["new"], "request": {}, "messages": []},
        {"endpoint": "calls", "to": "new", "request": {}, "messages": {}},
        {"endpoint": "calls", "to": "new", "request": {"method": "GET", "path": "/other"}, "messages": []},
        {"endpoint": "calls", "to": "new", "request": {"method": "GET", "path": "/v1/calls"}, "messages": [{}]},
        {"endpoint": "calls", "to": "new", "request": "GET", "messages": []},
    ],
)
def test_what_is_no_record_is_refused(other: Any) -> None:
    with pytest.raises(MapError):
        recall(api("@query.key"), other)
