"""A comma that the client encoded is a part of a value: `csv` lists are split before they are decoded."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mapdsl import Request, TranslationError, loads, translate_request

SPEC = """mapdsl 1
old wire csv
endpoint search {
  old GET /v1/search
  new GET /v2/search
  query { names[] <-> names[]; q <-> q; range.of[] <-> of[] }
}
"""
API = loads(SPEC)
READ = [
    ("names=Smith%2C%20John,Lee", {"names": ["Smith, John", "Lee"]}),
    ("names=Smith%2c+John", {"names": "Smith, John"}),  # a list of one
    ("names=a,b", {"names": ["a", "b"]}),
    ("names=%2C", {"names": ","}),
    ("names=a%252Cb,c", {"names": ["a%2Cb", "c"]}),  # decoded once
    ("names=a%2Cb&names=c,d", {"names": ["a,b", "c,d"]}),  # repeated: no list of commas
    ("q=Smith%2C%20John,Lee", {"q": "Smith, John,Lee"}),  # no list
]


def sent(query: str) -> dict[str, Any]:
    return {"method": "GET", "path": f"/v1/search?{query}"}


@pytest.mark.parametrize(("query", "expected"), READ)
def test_encoded_commas_separate_nothing(query: str, expected: dict[str, Any]) -> None:
    made = translate_request(API, sent(query), to="new").request
    assert made.query == expected
    assert all(
        type(text) is str for value in made.query.values() for text in ([value] if isinstance(value, str) else value)
    )


@pytest.mark.parametrize("through", ["request", "dict", "json"])
def test_they_stay_told_apart_however_often_the_request_is_read(through: str) -> None:
    request = Request.from_any(sent("names=Smith%2C%20John,Lee&q=x"))
    assert request.query == {"names": "Smith, John,Lee", "q": "x"}
    again: Any = request
    if through != "request":
        again = request.to_dict()
        assert again["path"] == "/v1/search?names=Smith%2C%20John,Lee"
    if through == "json":
        again = json.loads(json.dumps(again))
    assert translate_request(API, again, to="new").request.query == {"names": ["Smith, John", "Lee"], "q": "x"}


def test_an_exchange_keeps_them_apart_in_its_state() -> None:
    run = API.exchange(sent("names=Smith%2C%20John,Lee"), client="old")
    first = run.step()
    again = API.resume(json.loads(json.dumps(run.state()))).step()
    assert first.requests[0].query == again.requests[0].query == {"names": ["Smith, John", "Lee"]}


def test_a_comma_in_an_item_cannot_be_written_and_is_refused() -> None:
    message = {"method": "GET", "path": "/v2/search", "query": {"names": ["Smith, John", "Lee"]}}
    with pytest.raises(TranslationError, match="a list with a comma in an item"):
        translate_request(API, message, to="old")


def test_a_decoded_query_is_taken_at_its_word() -> None:
    message = {"method": "GET", "path": "/v1/search", "query": {"names": "Smith, John,Lee"}}
    assert translate_request(API, message, to="new").request.query == {"names": ["Smith", " John", "Lee"]}
    message["query"] = {"names": ["Smith, John", "Lee"]}
    assert translate_request(API, message, to="new").request.query == {"names": ["Smith, John", "Lee"]}


SECRET = """mapdsl 1
old wire csv
credential key same
auth by_key credential key { old @query.key; new @query.key }
endpoint search {
  old GET /v1/search
  new GET /v2/search
  auth by_key
  query { names[] <-> names[] }
}
"""


def test_a_credential_with_an_encoded_comma_is_shown_nowhere() -> None:
    run = loads(SECRET).exchange(sent("key=S%2CECRET&names=a%2Cb"), client="old")
    run.step()
    state = json.dumps(run.state())
    assert "ECRET" not in state
    assert "ECRET" not in repr(run)
    assert "a%2Cb" in state
