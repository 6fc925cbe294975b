"""Secrets that nothing in the spec names: neither sent on nor kept, nor shown."""

from __future__ import annotations

import json

import pytest

import mapdsl
from mapdsl import translate_request, translate_response
from mapdsl.paths import is_secret
from mapdsl.runtime import recall, record

API = mapdsl.loads(
    """mapdsl 1
credential key
auth one credential key { old @header.X-Key; new @query.k }
endpoint e {
  old POST /a
  new POST /b
  auth one
  request { @query.login_token <-> login : string; pin <-> code; drop old_password }
  response { id <-> ident }
}
"""
)
SECRET = "S3CRET-VALUE"
ASKED = {
    "method": "POST",
    "path": "/a",
    "query": {"api_key": SECRET, "login_token": "L", "k": SECRET},
    "headers": {"X-Key": "K", "Cookie": SECRET, "X-Session-Id": SECRET, "Idempotency-Key": "7"},
    "body": {"pin": 1, "password": SECRET, "deep": [{"client_secret": SECRET, "a": 1}]},
}


@pytest.mark.parametrize(
    "name",
    [
        *("api_key", "apikey", "apiKey", "API_KEY", "X-Api-Key", "APIKey", "access_token", "accessToken", "auth-token"),
        *("password", "user_password", "Password", "newPassword", "passwd", "password2", "password_confirmation"),
        *("secret", "client_secret", "clientSecret", "secret_access_key", "cookie", "session_id", "sessionid", "token"),
        *("x-csrf-token", "refresh_token", "private_key", "credentials", "api_key_v2", "X_API_KEY"),
    ],
)
def test_names_of_secrets(name):
    assert is_secret(name)


@pytest.mark.parametrize(
    "name",
    [
        *("Idempotency-Key", "page_token", "next_token", "nextPageToken", "continuation_token", "token_type", "tokens"),
        *("key", "sort_key", "monkey", "keyboard", "secretary", "passwordless", "password_changed_at", "cookie_policy"),
        *("api_key_id", "public_key", "author", "authority", "sid", "", "é", "x" * 500 + "_password"),
    ],
)
def test_other_names(name):
    assert not is_secret(name)


def lost(made):
    return {loss.path for loss in made.lost if loss.value == "***"}


def test_a_request_is_sent_on_without_them():
    sent = translate_request(API, ASKED, "new", lookups={"key": {"K": "N"}})
    assert sent.request.query == {"k": "N"}
    assert sent.request.headers == {"Idempotency-Key": "7"}
    assert sent.request.body == {"login": "L", "code": 1, "deep": [{"a": 1}]}
    hidden = {"query.api_key", "query.k", "headers.Cookie", "headers.X-Session-Id", "body.password"}
    assert lost(sent) == {*hidden, "body.deep[0].client_secret"}
    assert SECRET not in repr(sent) + json.dumps(sent.residue)
    home = translate_request(API, sent.request, "old", lookups={"key": {"K": "N"}}, residue=sent.residue)
    assert home.request.body == {"pin": 1, "deep": [{"a": 1}]}
    assert home.request.headers == {"X-Key": "K", "Idempotency-Key": "7"}


def test_what_a_rule_names_is_data_like_any_other():
    sent = translate_request(API, {**ASKED, "query": {}, "body": {"old_password": "p"}}, "new", lookups={})
    assert ("body.old_password", "p") in {(loss.path, loss.value) for loss in sent.lost}


def test_a_record_and_what_it_recalls_hold_none():
    sent = translate_request(API, ASKED, "new", lookups={"key": {"K": "N"}})
    kept = record(API, ASKED, sent)
    assert SECRET not in json.dumps(kept)
    assert kept["request"]["body"] == {"pin": 1, "password": "***", "deep": [{"client_secret": "***", "a": 1}]}
    assert kept["request"]["query"] == {"api_key": "***", "login_token": "L", "k": "***"}
    assert recall(API, kept).request.body == sent.request.body


def test_a_response_is_told_without_them():
    reply = {"status": 200, "headers": {"Set-Cookie": [SECRET, SECRET]}, "body": {"ident": 1, "token": SECRET}}
    made = translate_response(API, reply, "old", endpoint="e")
    assert made.response.to_dict() == {"status": 200, "headers": {}, "body": {"id": 1}}
    assert lost(made) == {"headers.Set-Cookie", "body.token"}
    assert SECRET not in repr(made) + json.dumps(made.residue) + json.dumps(record(API, reply, made)["request"])


def test_a_failure_that_no_block_translates_passes_without_them():
    reply = {"status": 422, "headers": {}, "body": {"errors": [{"field": "x", "access_token": SECRET}]}}
    made = translate_response(API, reply, "old", endpoint="e")
    assert made.response.body == {"errors": [{"field": "x"}]}
    assert "body.errors[0].access_token" in lost(made)
    assert SECRET not in repr(made.lost)


def test_the_state_of_an_exchange_holds_none_and_goes_on_alike():
    def run(exchange, reply):
        step = exchange.step()
        if isinstance(step, mapdsl.Ask):
            exchange.answer({"K": "N"})
            step = exchange.step()
        exchange.answer([reply])
        return exchange.step()

    reply = {"status": 200, "headers": {"Set-Cookie": SECRET}, "body": {"ident": 1, "token": SECRET}}
    first = API.exchange(ASKED, client="old")
    done = run(first, reply)
    assert SECRET not in json.dumps(first.state())
    again = API.resume(json.loads(json.dumps(first.state())), ASKED)
    step = again.step()
    if isinstance(step, mapdsl.Ask):
        again.answer({"K": "N"})
        step = again.step()
    assert step.response == done.response
    assert {loss.path for loss in step.lost} == {loss.path for loss in done.lost}


def test_a_hole_that_passes_names_all_that_stands_there():
    """The author lets it through, and `lost` says that nobody knows what it is: a token of an order may be in it."""
    api = mapdsl.loads('mapdsl 1\nendpoint e { old GET /a; new GET /b\nresponse { hole $ "no table" pass } }')
    body = {"id": 1, "inner": {"token": "T-1"}}
    made = mapdsl.translate_response(api, {"status": 200, "body": body}, to="old", endpoint="e")
    assert made.response.body == body
    assert [(loss.path, loss.kind) for loss in made.lost] == [("body", "untranslated")]
