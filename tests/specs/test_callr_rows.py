"""Each row of the JSON-RPC guide is a spec with its method and its routes, and each documented field has its rule.

`specs/callr/ledger.json` has the rows and the notes as the guide prints them, and the fields that public documentation
adds to them, one reading that no spec had a part in.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import mapdsl
from mapdsl.cli.show import rules_of
from mapdsl.testing.interpreter import interpreted
from tests.guides import guide

GUIDE = mapdsl.shipped("callr")
LEDGER = json.loads((GUIDE / "ledger.json").read_text("utf-8"))
COMPILED = guide("callr")
UNITS = {unit.endpoint: unit for unit in COMPILED.program.units}
METHODS = {row["row"]: row["method"] for row in LEDGER["rows"]}

# What a fact says in words that are no path, or of a whole that has rules for its members.
WORDS = {
    "path.sid": "@path.sid",
    "trafficType (request side)": None,  # in the reply there is none
    "response.sid": "sid",
    "result": "$",
}
PARTS = {"hits[].package": ("hits[].package.name", "hits[].package.type", "hits[].package.has_did")}
# "dropped; lookup on the way back": the lookup's rule, which holds to old alone.
LOOKED_UP = {(13, "hits[].hash"): "hits[].e164", (23, "id"): "sid"}


def endpoint_of(method: str) -> str:
    return re.sub(r"[./]", "_", method)


def spec_of(method: str) -> Path:
    """The spec of one method, which takes less to compile than all of them."""
    return GUIDE / f"{endpoint_of(method)}.map"


def test_the_ledger_is_that_of_the_guide() -> None:
    assert [row["row"] for row in LEDGER["rows"]] == list(range(1, 40))
    assert sum(len(row["routes"]) for row in LEDGER["rows"]) == 44
    assert len(LEDGER["notes"]) == 9


@pytest.mark.parametrize("row", LEDGER["rows"], ids=lambda row: row["method"])
def test_a_row_is_an_endpoint_with_its_method_and_its_routes(row: dict[str, Any]) -> None:
    unit = UNITS[endpoint_of(row["method"])]

    assert [(route.method, route.path) for route in unit.old] == [("rpc", row["method"])]
    assert [f"{route.method} {route.path}" for route in unit.new] == row["routes"]  # the first is written
    assert unit.file.endswith(f"/{unit.endpoint}.map")


def ends(fact: dict[str, Any]) -> set[tuple[str | None, str | None]]:
    """The pairs of paths that a fact stands for, as `show` spells them."""
    unit = UNITS[endpoint_of(METHODS[fact["row"]])]
    params = unit.old[0].params or ()
    old, new = fact["old"], fact["new"]
    if (fact["row"], old) == (3, "params[0]"):
        return set()  # no rule but the cases of a choice: see the legacy app in the spec's examples
    if old is not None:
        old = re.sub(r"^params\[(\d)\]", lambda found: params[int(found[1])][0], old)
        old = re.sub(r"\[\]$", "", WORDS.get(old, old))
    if new is not None:
        new = WORDS.get(new, re.sub(r"^body\.", "", re.sub(r"^query\.", "", new)))
    if (fact["row"], fact["old"]) in LOOKED_UP:
        new = LOOKED_UP[fact["row"], fact["old"]]
    inside = "hits[]." if old is not None and old.startswith("hits[].") and METHODS[fact["row"]] == "sms.search" else ""
    if METHODS[fact["row"]] == "sms.search" and old is None:
        inside = "hits[]."
    news = [None] if new is None else [inside + each.strip() for each in new.split(",")]
    return {(each, name) for each in PARTS.get(old, (old,)) for name in news}


@pytest.mark.parametrize(
    "fact", LEDGER["facts"], ids=lambda fact: f"{METHODS[fact['row']]} {fact['old'] or fact['new']}"
)
def test_a_documented_field_has_its_rule(fact: dict[str, Any]) -> None:
    unit = UNITS[endpoint_of(METHODS[fact["row"]])]
    found = {(rule.old, rule.new) for rule in rules_of(unit)}

    assert ends(fact) <= found, sorted(map(str, found))


def test_no_rule_maps_two_documented_fields_otherwise() -> None:
    """What the facts pair is paired with nothing else: swapped targets would stand in no pair."""
    for row, method in METHODS.items():
        facts = [fact for fact in LEDGER["facts"] if fact["row"] == row and fact["old"] and fact["new"]]
        pairs = {pair for fact in facts for pair in ends(fact) if None not in pair}
        olds, news = {old for old, _ in pairs}, {new for _, new in pairs}
        for rule in rules_of(UNITS[endpoint_of(method)]) if pairs else ():
            if rule.old in olds and rule.new in news and rule.part != "paging":
                assert (rule.old, rule.new) in pairs, (method, rule.old, rule.new)


def test_the_fields_without_a_name_are_said_with_what_is_assumed() -> None:
    assumed = {hole: field for unit in UNITS.values() for hole, field, _ in unit.assumed}

    assert assumed == {
        "sms_filter_from": "from",
        "sms_filter_sid": "sid",
        "sms_filter_direction": "direction",
        "sms_filter_status": "status",
        "number_scenario": "scenario",
        "webhook_active": "active",
        "webhook_type": "type",
        "webhook_endpoint": "endpoint",
        "webhook_options": "options",
        "run_action": None,
        "recording_hash": "recording_hash",
        "recording_read": "read",
        "store_prefix": "prefix",
        "store_country": "country",
        "store_type": "type",
        "order_class": "class",
        "order_quantity": "quantity",
        "order_assignment": "assignment",
        "phone_id_country": "country",
    }


@pytest.mark.parametrize(
    ("method", "params", "lookups", "names", "path", "query", "body"),
    [
        (
            "did/store.reserve",
            [1, "CLASSIC", 2, "RANDOM"],
            {"area_code": [(1, "+331")]},
            {"order_class": "kind", "order_quantity": "count", "order_assignment": "mode"},
            "/v2.0/numbers/store",
            {"prefix": "+331"},
            {"kind": "classic", "count": 2, "mode": "random"},
        ),
        (
            "media/library.get_phone_id",
            [123456, "FR"],
            {"audio_file": [(123456, "abcdef12")]},
            {"phone_id_country": "countryCode"},
            "/v2.0/audio-files/abcdef12/phone-id",
            {},
            {"countryCode": "FR"},
        ),
        (
            "webhooks.disable",
            ["ABCDEF12"],
            {},
            {"webhook_active": "enabled"},
            "/v2.0/webhooks/abcdef12",
            {},
            {"enabled": False},
        ),
    ],
)
def test_a_program_may_say_the_names(
    method: str, params: list[Any], lookups: Any, names: Any, path: str, query: Any, body: Any
) -> None:
    api = mapdsl.load(spec_of(method), holes=names)
    call = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    answers = {name: dict(rows) for name, rows in lookups.items()}

    made = mapdsl.translate_request(
        api, {"method": "POST", "path": "/json-rpc/v1.1/", "body": call}, to="new", lookups=answers
    )
    back = mapdsl.translate_request(api, made.request, to="old", lookups=answers)

    assert (made.request.path, dict(made.request.query), made.request.body) == (path, query, body)
    assert back.request.body == call


@pytest.mark.parametrize(
    ("method", "params", "lookups", "names", "path", "query", "body"),
    [
        (
            "media/library.get_phone_id",
            [123456, "FR"],
            {"audio_file": {123456: "abcdef12"}},
            {"phone_id_country": "@query.countryCode"},
            "/v2.0/audio-files/abcdef12/phone-id",
            {"countryCode": "FR"},
            None,
        ),
        (
            "did/store.reserve",
            [1, "CLASSIC", 2, "RANDOM"],
            {"area_code": {1: "+331"}},
            {"order_class": "@query.class", "order_assignment": "@query.mode", "order_quantity": "@body.count"},
            "/v2.0/numbers/store",
            {"prefix": "+331", "class": "classic", "mode": "random"},
            {"count": 2},
        ),
        ("actions.start", ["ABCDEF12"], {}, {"run_action": "app"}, "/v2.0/actions/abcdef12/runs", {}, None),
    ],
)
def test_a_program_may_say_where_a_field_stands_and_that_a_run_may_be_made(
    method: str, params: list[Any], lookups: Any, names: Any, path: str, query: Any, body: Any
) -> None:
    api = mapdsl.load(spec_of(method), holes=names)
    call = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}

    made = mapdsl.translate_request(
        api, {"method": "POST", "path": "/json-rpc/v1.1/", "body": call}, to="new", lookups=lookups
    )
    back = mapdsl.translate_request(api, made.request, to="old", lookups=lookups)

    assert (made.request.path, dict(made.request.query), made.request.body) == (path, query, body)
    assert [loss.path for loss in made.lost] == ["headers.Authorization"]
    assert back.request.body == call


def test_a_run_with_options_is_refused_whatever_was_said() -> None:
    api = mapdsl.load(spec_of("actions.start"), holes={"run_action": "app"})
    call = {"jsonrpc": "2.0", "id": 1, "method": "actions.start", "params": ["ABCDEF12", {"a": 1}]}
    there = {"method": "POST", "path": "/v2.0/actions/abcdef12/runs", "body": {"a": 1}}

    with pytest.raises(mapdsl.MapError, match="nor the members of a run"):
        mapdsl.translate_request(api, {"method": "POST", "path": "/json-rpc/v1.1/", "body": call}, to="new")
    with pytest.raises(mapdsl.MapError, match=r"body\.a"):
        mapdsl.translate_request(api, there, to="old")


def test_a_program_may_say_what_codes_of_errors_are() -> None:
    api = mapdsl.load(spec_of("sms.get"), enums={"error_code": {"110": "not-found"}})
    error = {"code": 110, "message": "PROPERTY_VALUE_ERROR [id]"}
    old = {"status": 200, "body": {"jsonrpc": "2.0", "id": 1, "error": error}}
    new = {"status": 404, "body": {"code": "not-found", "message": "PROPERTY_VALUE_ERROR [id]"}}

    there = mapdsl.translate_response(api, old, to="new", endpoint="sms_get")
    back = mapdsl.translate_response(api, new, to="old", endpoint="sms_get")

    assert (there.response.status, there.response.body, there.lost) == (404, new["body"], ())
    assert back.response.body["error"] == error


CODES = [  # what a client of others says of old codes; those below zero are JSON-RPC's own
    *((401, 401), (100, 403), (110, 404), (115, 404), (150, 400), (151, 400), (205, 400)),
    *((-32700, 400), (-32600, 400), (-32601, 400), (-32602, 400), (-32603, 500), (1000, 500), (7, 500)),
]


@pytest.mark.parametrize(("code", "status"), CODES)
def test_an_old_error_has_a_text_as_code_and_a_status_that_fits(code: int, status: int) -> None:
    api = COMPILED.api
    for engine in (api, interpreted(COMPILED.program)):
        old = {"status": 200, "body": {"jsonrpc": "2.0", "id": 1, "error": {"code": code, "message": "No"}}}
        there = mapdsl.translate_response(engine, old, to="new", endpoint="sms_get")
        assert (there.response.status, there.response.body) == (status, {"code": str(code), "message": "No"})
        back = mapdsl.translate_response(engine, there.response, to="old", endpoint="sms_get")
        assert back.response.body["error"] == {"code": code, "message": "No"}


def test_the_name_of_a_number_s_scenario_reaches_lists_of_numbers_too() -> None:
    """apps.assign_did assigns what did.search shows: one field, one name."""
    api = mapdsl.load(GUIDE, holes={"number_scenario": "action"})
    body = {"hits": [{"e164": "+33199001020", "action": "3txtps65"}], "total": 1, "offset": 0, "hasMore": False}
    lookups = {"number_by_did": {"LXLGRVDT": "+33199001020"}}

    told = mapdsl.translate_response(
        api, {"status": 200, "body": body}, to="old", endpoint="did_search", lookups=lookups
    )

    assert told.response.body["result"]["hits"] == [
        {"intl_number": "+33199001020", "hash": "LXLGRVDT", "app": {"hash": "3TXTPS65"}}
    ]
    there = {"method": "PATCH", "path": "/v2.0/numbers/%2B33199001020", "body": {"action": "3txtps65"}}
    call = mapdsl.translate_request(api, there, to="old", lookups=lookups)
    assert call.request.body["method"] == "apps.assign_did"


def shown(endpoint: str) -> dict[tuple[str, str], list[str]]:
    """The translations that the examples of an endpoint show: `a result`, or `refused`."""
    found: dict[tuple[str, str], list[str]] = {}
    for example in next(each for each in COMPILED.model.endpoints if each.name == endpoint).examples:
        kinds = {arm.kind for arm in example.arms}
        part = "response" if "response" in kinds else "request"
        for to in ("new", "old") if example.to is None else (example.to,):
            found.setdefault((part, to), []).append("refused" if "refused" in kinds else "a result")
    return found


@pytest.mark.parametrize("method", METHODS.values())
def test_each_translation_of_a_method_has_a_result_by_hand_or_a_refusal(method: str) -> None:
    assert set(shown(endpoint_of(method))) == {(part, to) for part in ("request", "response") for to in ("new", "old")}


@pytest.mark.parametrize(
    "row", [row for row in LEDGER["rows"] if len(row["routes"]) > 1], ids=lambda row: row["method"]
)
def test_each_route_of_a_row_is_recognised_by_an_example(row: dict[str, Any]) -> None:
    unit = UNITS[endpoint_of(row["method"])]
    examples = next(each for each in COMPILED.model.endpoints if each.name == unit.endpoint).examples
    said = [
        arm.value
        for each in examples
        if each.to != "new"
        for arm in each.arms
        if (arm.side, arm.kind) == ("new", "request")
    ]
    for route in unit.new:
        pattern = "/v2.0" + re.sub(r"\{[^}]*\}", "[^/]+", route.path)
        assert any(
            re.fullmatch(pattern, message["path"]) and message.get("method", unit.new[0].method) == route.method
            for message in said
        ), route.path


@pytest.mark.parametrize("method", METHODS.values())
def test_errors_go_both_ways(method: str) -> None:
    """An error object against an HTTP error."""
    examples = next(each for each in COMPILED.model.endpoints if each.name == endpoint_of(method)).examples
    replies = [(each.to, arm) for each in examples for arm in each.arms if arm.kind == "response"]
    assert any(to != "old" and arm.side == "old" and "error" in arm.value for to, arm in replies)
    assert any(to != "new" and arm.side == "new" and arm.value.get("status", 200) >= 400 for to, arm in replies)


def test_only_methods_whose_parameters_no_document_lists_are_refused_whole() -> None:
    """A file's name without the file is refused as well; with it, see tests/runtime/transport/test_opaque.py."""
    whole = {
        method
        for method in METHODS.values()
        if all(set(shown(endpoint_of(method))["request", to]) == {"refused"} for to in ("new", "old"))
    }

    assert whole == {
        "actions.start",
        "media/library.set_content_from_file",
    }
