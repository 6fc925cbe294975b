"""What a translation returns is its own: whoever changes it changes neither what came in nor the Api."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

from mapdsl import MapError, loads, translate_request, translate_response
from mapdsl.runtime import recall, record

SPEC = """mapdsl 1
table live { (true, "x") <-> {on: true, of: [1]}; (false, "x") <-> {on: false, of: [2]}; else reject "live" }
table lists { "a" <-> {a: [1]}; "b" <-> {c: [2]}; else reject "lists" }
endpoint e {
  old POST /a
  new POST /b
  request {
    deep <-> kept.deep
    list[] <-> items[] { x <-> y }
    (live, order) <-> live : live
    named <-> named : lists
    ids[] <-> ids[]
    drop gone
    add made = {by: ["us"]}
    match {
      case old kind is "k", new state is {s: [3]} {}
      else pass
    }
  }
  response { data <-> result; drop gone }
}
"""
BODY: dict[str, Any] = {
    "deep": {"a": [{"b": 1}]},
    "list": [{"x": {"l": [1]}, "own": [2]}],
    "live": True,
    "order": "x",
    "named": "b",
    "ids": [[1], {"a": []}],
    "gone": {"g": [1]},
    "kind": "k",
    "rest": {"of": [{"it": []}]},
}


def spoil(value: Any) -> None:
    """Change everything that can be changed, all the way down."""
    if isinstance(value, dict):
        for member in value.values():
            spoil(member)
        value["spoilt"] = True
    elif isinstance(value, list):
        for item in value:
            spoil(item)
        value.append("spoilt")


def test_a_request_that_came_out_may_be_changed() -> None:
    api, message = loads(SPEC), {"method": "POST", "path": "/a", "query": {"q": ["1", "2"]}, "body": BODY}
    before = copy.deepcopy(message)
    made = translate_request(api, message, to="new")
    again, residue = copy.deepcopy(made.request.to_dict()), copy.deepcopy(made.residue)
    spoil(made.request.body)
    spoil(made.request.query)
    for loss in made.lost:
        spoil(loss.value)
    assert made.residue == residue
    assert message == before
    spoil(made.residue)
    assert message == before
    assert translate_request(api, message, to="new").request.to_dict() == again


def test_a_response_that_came_out_may_be_changed() -> None:
    api, message = loads(SPEC), {"status": 200, "body": {"data": [{"a": {}}], "gone": [{}], "rest": [{}]}}
    before = copy.deepcopy(message)
    made = translate_response(api, message, to="new", endpoint="e")
    spoil(made.response.body)
    for loss in made.lost:
        spoil(loss.value)
    spoil(made.residue)
    assert message == before


def test_what_is_recalled_may_be_changed() -> None:
    api, message = loads(SPEC), {"method": "POST", "path": "/a", "query": {"q": ["1", "2"]}, "body": BODY}
    recorded = copy.deepcopy(record(api, message, translate_request(api, message, to="new")))
    before = copy.deepcopy(recorded)
    again = recall(api, recorded)
    spoil(again.request.body)
    spoil(again.request.query)
    assert again.residue["entries"] != []
    spoil(again.residue)
    assert recorded == before


def test_a_function_shares_what_passes_unchanged_and_nothing_of_the_api() -> None:
    transform = loads(SPEC)["e"].transform("request", "new")
    first = transform(copy.deepcopy(BODY))
    expected = copy.deepcopy(first)
    assert transform(BODY)["rest"] is BODY["rest"]
    spoil(first)
    assert transform(copy.deepcopy(BODY)) == expected


def test_endpoints_and_their_functions_pickle_by_the_texts_of_their_api() -> None:
    endpoint = loads(SPEC)["e"]
    again = pickle.loads(pickle.dumps(endpoint))
    assert (again.name, again.file) == ("e", endpoint.file)
    body = {"deep": 1, "ids": []}
    for part, to in (("request", "new"), ("request", "old"), ("response", "new")):
        function = endpoint.transform(part, to)
        assert pickle.loads(pickle.dumps(function))(body) == function(body)
        assert pickle.loads(pickle.dumps(function)).keys(body) == function.keys(body)
    bytes_ = endpoint.transform_bytes("request", "new")
    assert pickle.loads(pickle.dumps(bytes_))(b'{"deep": 1.10}') == bytes_(b'{"deep": 1.10}')
    assert repr(endpoint.transform("request", "new")) == "<transform of e: request to new>"


def test_an_exchange_says_what_to_keep_instead() -> None:
    run = loads(SPEC).exchange({"method": "POST", "path": "/a", "body": {}}, client="old")
    with pytest.raises(TypeError, match=r"state\(\).*Api.resume"):
        pickle.dumps(run)
    with pytest.raises(MapError):
        pickle.loads(pickle.dumps(loads(SPEC)["e"].transform("request", "new")))({"named": "z"})
