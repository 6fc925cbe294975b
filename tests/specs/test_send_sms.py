"""Send SMS, end to end: every documented request to new and home again, with and without what the program answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import mapdsl
from tests.guides import guide

PAYLOADS = json.loads((Path(__file__).parent.parent / "payloads/voiso/04_send_sms.json").read_text("utf-8"))
OLD_REQUESTS = {example["title"]: example["http"] for example in PAYLOADS["old"]["request_examples"]}
NEW_REQUESTS = {example["title"]: example["http"] for example in PAYLOADS["new"]["request_examples"]}

# Written from the rows of section 4, not from what a program returned.
EXPECTED_BODIES = {
    "custom SMS": {
        "phone_number": "155555564242",
        "sender_id": "15554009188",
        "message": {"content_type": "text", "content_data": {"body": "Check out our latest offer!"}},
    },
    "template SMS": {
        "phone_number": "18885658889",
        "message": {"content_type": "canned_message", "content_data": {"canned_message_id": 174}},
    },
    "endpoint-page curl, form fields": {
        "phone_number": "number2",
        "message": {"content_type": "text", "content_data": {"body": "body6"}},
    },
    "template SMS with params and CRM fields": {
        "phone_number": "18885658889",
        "sender_id": "15554009188",
        "message": {
            "content_type": "canned_message",
            "content_data": {"canned_message_id": 174, "params": {"contact_name": "Alice"}},
        },
        "source": {"account_id": "12345678", "system": "my_crm"},
    },
}
AGENTS = {
    "custom SMS": "2003",
    "template SMS": "5151",
    "endpoint-page curl, form fields": "102",
    "template SMS with params and CRM fields": "5151",
}
KEY_IN_DOCS = "{contact_center_api_key}"
LOOKUPS = {"contact_center_key": {KEY_IN_DOCS: "NEW-KEY"}}
PLACEHOLDER_PATH = "/api/v1/{api_key}/sendsms"

every_title = pytest.mark.parametrize("title", OLD_REQUESTS)


@pytest.fixture(scope="module")
def voiso() -> mapdsl.Api:
    return guide("voiso").api


def old_request(title: str) -> dict[str, Any]:
    """The documented request put together from its parts."""
    parts = OLD_REQUESTS[title]
    path = PAYLOADS["old"]["path"]
    for name, value in parts["path_params"].items():
        path = path.replace("{" + name + "}", value)
    return {
        "method": PAYLOADS["old"]["method"],
        "path": path,
        "query": parts["query"],
        "headers": parts["headers"],
        "body": parts["body"],
    }


def test_every_documented_request_has_an_expectation():
    assert set(EXPECTED_BODIES) == set(AGENTS) == set(OLD_REQUESTS)


@every_title
def test_to_new_gives_the_request_that_the_rows_say(voiso: mapdsl.Api, title: str):
    sent = mapdsl.translate_request(voiso, old_request(title), to="new", lookups=LOOKUPS)

    assert sent.endpoint == "send_sms"
    assert sent.complete
    assert (sent.request.method, sent.request.path) == ("POST", "/api/v4/messaging/sms")
    assert not sent.request.query
    assert sent.request.headers["Authorization"] == "Bearer NEW-KEY"
    assert sent.request.body == EXPECTED_BODIES[title]
    assert not sent.request.unfilled


@every_title
def test_to_new_names_the_agent_as_lost_and_nothing_else(voiso: mapdsl.Api, title: str):
    sent = mapdsl.translate_request(voiso, old_request(title), to="new", lookups=LOOKUPS)

    assert [(loss.path, loss.value) for loss in sent.lost] == [("body.agent", AGENTS[title])]


@every_title
def test_without_lookups_the_body_is_the_same_and_the_credential_is_open(voiso: mapdsl.Api, title: str):
    sent = mapdsl.translate_request(voiso, old_request(title), to="new")

    assert sent.request.body == EXPECTED_BODIES[title]
    assert sent.request.path == "/api/v4/messaging/sms"
    assert "authorization" not in {name.lower() for name in sent.request.headers}
    assert list(sent.request.unfilled) == ["contact_center_key"]


@every_title
def test_without_lookups_both_the_agent_and_the_credential_are_named_as_lost(voiso: mapdsl.Api, title: str):
    sent = mapdsl.translate_request(voiso, old_request(title), to="new")

    agent = [loss.value for loss in sent.lost if loss.path == "body.agent"]
    credential = [loss.value for loss in sent.lost if loss.path != "body.agent"]
    assert agent == [AGENTS[title]]
    assert credential == ["***"]


@every_title
def test_residue_and_credential_bring_the_original_back(voiso: mapdsl.Api, title: str):
    original = old_request(title)
    sent = mapdsl.translate_request(voiso, original, to="new", lookups=LOOKUPS)

    home = mapdsl.translate_request(voiso, sent.request, to="old", lookups=LOOKUPS, residue=sent.residue)

    assert without_empty(home.request.to_dict()) == without_empty(original)


@every_title
def test_residue_brings_the_original_back_with_an_open_credential_too(voiso: mapdsl.Api, title: str):
    original = old_request(title)
    sent = mapdsl.translate_request(voiso, original, to="new")

    home = mapdsl.translate_request(voiso, sent.request, to="old", residue=sent.residue)

    assert without_empty(home.request.to_dict()) == without_empty({**original, "path": PLACEHOLDER_PATH})


@every_title
def test_without_residue_only_the_agent_differs(voiso: mapdsl.Api, title: str):
    original = old_request(title)
    sent = mapdsl.translate_request(voiso, original, to="new", lookups=LOOKUPS)

    home = mapdsl.translate_request(voiso, sent.request, to="old", lookups=LOOKUPS)

    body = {name: value for name, value in original["body"].items() if name != "agent"}
    assert without_empty(home.request.to_dict()) == without_empty({**original, "body": body})
    assert not home.lost


@every_title
def test_without_residue_and_lookups_the_credential_comes_back_as_its_placeholder(voiso: mapdsl.Api, title: str):
    original = old_request(title)
    sent = mapdsl.translate_request(voiso, original, to="new")

    home = mapdsl.translate_request(voiso, sent.request, to="old")

    body = {name: value for name, value in original["body"].items() if name != "agent"}
    assert without_empty(home.request.to_dict()) == without_empty({**original, "path": PLACEHOLDER_PATH, "body": body})


@every_title
def test_no_credential_reaches_residue_or_repr(voiso: mapdsl.Api, title: str):
    lookups = {"contact_center_key": {"CANARY-OLD": "CANARY-NEW"}}
    original = {**old_request(title), "path": "/api/v1/CANARY-OLD/sendsms"}

    sent = mapdsl.translate_request(voiso, original, to="new", lookups=lookups)

    assert sent.request.headers["Authorization"] == "Bearer CANARY-NEW"
    assert "CANARY" not in json.dumps(sent.residue)
    assert "CANARY" not in repr(sent)
    assert "CANARY" not in repr(sent.lost)


def test_the_input_is_never_changed(voiso: mapdsl.Api):
    original = old_request("template SMS with params and CRM fields")
    before = json.dumps(original)

    mapdsl.translate_request(voiso, original, to="new", lookups=LOOKUPS)

    assert json.dumps(original) == before


@pytest.mark.parametrize(
    ("title", "body"),
    [
        (
            "text",
            {
                "number": "155555564242",
                "sender_id": "15554009188",
                "body": "Check out our latest offer!",
            },
        ),
        (
            "canned message",
            {
                "number": "18885658889",
                "sender_id": "15554009188",
                "template": {"id": 174, "params": {"contact_name": "Alice"}},
                "account_id": "12345678",
                "crm": "my_crm",
            },
        ),
    ],
)
def test_a_v4_client_reaches_the_old_api(voiso: mapdsl.Api, title: str, body: dict[str, Any]):
    parts = NEW_REQUESTS[title]
    request = {
        "method": PAYLOADS["new"]["method"],
        "path": PAYLOADS["new"]["path"],
        "headers": {**parts["headers"], "Authorization": "Bearer NEW-KEY"},
        "body": parts["body"],
    }

    sent = mapdsl.translate_request(voiso, request, to="old", lookups={"contact_center_key": {"OLD-KEY": "NEW-KEY"}})

    assert (sent.request.method, sent.request.path) == ("POST", "/api/v1/OLD-KEY/sendsms")
    assert sent.request.body == body
    assert "authorization" not in {name.lower() for name in sent.request.headers}
    assert not sent.lost


def test_strict_refuses_what_loses_the_agent(voiso: mapdsl.Api):
    with pytest.raises(mapdsl.MapError, match="agent"):
        mapdsl.translate_request(voiso, old_request("custom SMS"), to="new", lookups=LOOKUPS, strict=True)


def test_a_refusal_names_place_expectation_and_rule(voiso: mapdsl.Api):
    request = {
        "method": "POST",
        "path": "/api/v1/KEY/sendsms",
        "body": {"number": "1", "body": "hi", "template": {"id": 1}},
    }

    with pytest.raises(mapdsl.TranslationError) as caught:
        mapdsl.translate_request(voiso, request, to="new")

    (problem,) = caught.value.problems
    assert problem.expected == "either body (text) or template.id (canned_message)"
    assert problem.rule is not None
    assert problem.rule.file.endswith("04_send_sms.map")
    assert "KEY" not in str(caught.value)


def test_the_documented_reply_comes_back_to_the_old_client(voiso: mapdsl.Api):
    sent = mapdsl.translate_request(voiso, old_request("custom SMS"), to="new", lookups=LOOKUPS)
    reply = PAYLOADS["new"]["response_examples"][0]

    got = mapdsl.translate_response(voiso, {"status": reply["status"], "body": reply["body"]}, to="old", request=sent)

    assert got.response.body == {"sms_id": "cf283919-86f4-46a6-8b45-29bd7a752827"}


def test_the_number_of_segments_is_lost_to_new_and_comes_home_by_residue(voiso: mapdsl.Api):
    reply = PAYLOADS["old"]["response_examples"][0]
    message = {"status": reply["status"], "body": reply["body"]}

    got = mapdsl.translate_response(voiso, message, to="new", endpoint="send_sms")
    home = mapdsl.translate_response(voiso, got.response, to="old", endpoint="send_sms", residue=got.residue)

    assert got.response.body == {"sms": {"id": "cf283919-86f4-46a6-8b45-29bd7a752827"}}
    assert [(loss.path, loss.value) for loss in got.lost] == [("body.segments", 1)]
    assert home.response.body == reply["body"]


def without_empty(message: dict[str, Any]) -> dict[str, Any]:
    """The members of a message that say something: no query and an empty query are the same request."""
    return {name: value for name, value in message.items() if name not in ("query", "headers") or value}
