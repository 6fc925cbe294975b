"""Calls of JSON-RPC that public documentation and SDKs print, and what becomes of them, by hand.

`printed_calls.json`: a call, and the request that it becomes or a part of the refusal; `named`: with names for the
fields that no document names. Both engines, there and home again.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import mapdsl
from mapdsl.pipeline import compile_program
from mapdsl.testing.interpreter import interpreted
from tests.guides import guide

CALLS = json.loads((Path(__file__).parent / "printed_calls.json").read_text("utf-8"))
LOOKUPS = {
    "callr_key": {"login:password": "KEY"},
    "number_by_did": {"LXLGRVDT": "+33199001020"},
    "audio_file": {123456: "abcdef12", 1: "aaaaaaa1"},
    "area_code": {0: "+1", 1: "+331"},
    "file_content": {},
}
NAMES = {"order_class": "a", "order_quantity": "b", "order_assignment": "c"}
AUTHORIZATION = {"Authorization": "Basic bG9naW46cGFzc3dvcmQ="}


@pytest.fixture(scope="module")
def apis() -> dict[bool, list[mapdsl.Api]]:
    made = {True: compile_program(mapdsl.shipped("callr"), holes=NAMES), False: guide("callr")}
    return {named: [each.api, interpreted(each.program)] for named, each in made.items()}


@pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call['method']}{json.dumps(call['params'])[:60]}")
def test_a_printed_call_becomes_what_the_guide_says(call: dict[str, Any], apis: dict[bool, list[mapdsl.Api]]) -> None:
    body = {"jsonrpc": "2.0", "id": 42, "method": call["method"], "params": call["params"]}
    message = {"method": "POST", "path": "/json-rpc/v1.1/", "query": {}, "headers": AUTHORIZATION, "body": body}
    for api in apis["named" in call]:
        if "refused" in call:
            with pytest.raises(mapdsl.MapError, match=call["refused"]):
                mapdsl.translate_request(api, message, to="new", lookups=LOOKUPS)
            continue
        made = mapdsl.translate_request(api, message, to="new", lookups=LOOKUPS)
        wanted = {"query": {}, **call["gives"]}
        sent = made.request.to_dict()

        assert {name: sent[name] for name in wanted} == wanted
        assert "body" in wanted or not sent["body"]
        assert sent["headers"] == {"x-api-key": "KEY"}
        assert [loss.path for loss in made.lost] == call.get("lost", [])

        home = mapdsl.translate_request(api, made.request, to="old", lookups=LOOKUPS, residue=made.residue)
        assert home.request.body == body
        assert home.request.headers == AUTHORIZATION
