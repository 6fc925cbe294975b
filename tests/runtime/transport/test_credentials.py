"""Credentials are moved, and never shown."""

from __future__ import annotations

import copy
import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

import mapdsl
from mapdsl.errors import TranslationError
from mapdsl.runtime.compiled.unit import Carrier
from mapdsl.runtime.messages.secret import Credential, mask
from mapdsl.runtime.transport.credentials import extract, place

SECRET = "s3cr3t-K/Y"
BEARER, BASIC = Carrier("bearer"), Carrier("basic")
CARRIERS = [Carrier("path", "api_key"), Carrier("query", "key"), Carrier("header", "X-Api-Key"), BEARER, BASIC]


def empty():
    return {}, {}, {}


@pytest.mark.parametrize("carrier", CARRIERS, ids=lambda carrier: carrier.kind)
def test_what_is_placed_is_extracted_and_gone(carrier):
    path, query, headers = {"id": "1"}, {"a": "b"}, {"Accept": "c"}
    place(carrier, Credential(SECRET), path, query, headers)
    assert len(path) + len(query) + len(headers) == 4
    assert extract(carrier, path, query, headers) == Credential(SECRET)
    assert (path, query, headers) == ({"id": "1"}, {"a": "b"}, {"Accept": "c"})
    assert extract(carrier, path, query, headers) is None


def test_headers_are_written_as_the_schemes_say():
    _, _, headers = parts = empty()
    place(BEARER, Credential("abc"), *parts)
    assert headers == {"Authorization": "Bearer abc"}
    place(BASIC, Credential("user:päss"), *parts)
    assert headers == {"Authorization": "Basic dXNlcjpww6Rzcw=="}
    assert extract(BASIC, *parts).reveal() == "user:päss"


@pytest.mark.parametrize("name", ["authorization", "AUTHORIZATION"])
@pytest.mark.parametrize("value", ["Bearer abc", "bearer abc", " BEARER   abc ", ["Bearer abc"]])
def test_a_bearer_is_read_in_any_case(name, value):
    headers = {name: value}
    assert extract(BEARER, {}, {}, headers).reveal() == "abc"
    assert headers == {}


def test_placing_replaces_a_header_of_any_case():
    headers = {"authorization": "Basic x", "x-api-key": "y"}
    place(BEARER, Credential("abc"), {}, {}, headers)
    place(Carrier("header", "X-Api-Key"), Credential("def"), {}, {}, headers)
    assert headers == {"Authorization": "Bearer abc", "X-Api-Key": "def"}


def test_without_a_carrier_or_a_credential_nothing_happens():
    parts = ({"a": "1"}, {"b": "2"}, {"Authorization": "Bearer x"})
    before = copy.deepcopy(parts)
    assert extract(None, *parts) is None
    place(None, Credential("x"), *parts)
    place(BEARER, None, *parts)
    assert parts == before


@pytest.mark.parametrize(
    ("carrier", "parts", "where"),
    [
        (BEARER, ({}, {}, {"authorization": f"Basic {SECRET}"}), "headers.authorization"),
        (BEARER, ({}, {}, {"Authorization": SECRET}), "headers.Authorization"),
        (BEARER, ({}, {}, {"Authorization": f"Bearer {SECRET} {SECRET}"}), "headers.Authorization"),
        (BEARER, ({}, {}, {"Authorization": "Bearer "}), "headers.Authorization"),
        (BEARER, ({}, {}, {"Authorization": [f"Bearer {SECRET}", f"Bearer {SECRET}"]}), "headers.Authorization"),
        (BASIC, ({}, {}, {"Authorization": f"Basic {SECRET}!"}), "headers.Authorization"),
        (BASIC, ({}, {}, {"Authorization": "Basic /w=="}), "headers.Authorization"),
        (Carrier("query", "key"), ({}, {"key": [SECRET, SECRET]}, {}), "query.key"),
        (Carrier("query", "key"), ({}, {"key": {"a": SECRET}}, {}), "query.key"),
        (Carrier("query", "key"), ({}, {"key": ""}, {}), "query.key"),
    ],
)
def test_a_credential_that_cannot_be_read_is_a_problem_that_does_not_show_it(carrier, parts, where):
    with pytest.raises(TranslationError) as caught:
        extract(carrier, *parts)
    assert [problem.path for problem in caught.value.problems] == [where]
    assert SECRET not in str(caught.value)
    assert SECRET not in repr(caught.value)


@pytest.mark.parametrize("secret", [f"{SECRET}\r\nX: 1", f"{SECRET} b", f"{SECRET}\u20ac", f"{SECRET}\ud800"])
def test_a_secret_that_a_header_cannot_hold_is_a_problem_that_does_not_show_it(secret):
    parts = empty()
    with pytest.raises(TranslationError, match=r"headers\.Authorization: expected a credential") as caught:
        place(BEARER, Credential(secret), *parts)
    assert SECRET not in str(caught.value)
    assert parts == ({}, {}, {})


@pytest.mark.parametrize("carrier", CARRIERS, ids=lambda carrier: carrier.kind)
def test_a_secret_that_is_no_text_is_placed_nowhere(carrier):
    with pytest.raises(TranslationError, match="found a lone surrogate in it") as caught:
        place(carrier, Credential(f"{SECRET}\ud800"), *empty())
    assert SECRET not in str(caught.value)


def test_a_credential_shows_itself_to_nobody():
    credential = Credential(SECRET)
    shown = [
        repr(credential),
        str(credential),
        f"{credential}",
        f"{credential!s:>5}",
        repr([credential]),
    ]
    assert shown == ["***", "***", "***", "  ***", "[***]"]
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(TypeError, match="cannot be pickled"):
            pickle.dumps(credential, protocol)
    with pytest.raises(TypeError):
        json.dumps(credential)
    with pytest.raises(TypeError):
        vars(credential)
    assert credential.reveal() == SECRET


def test_credentials_compare_by_their_secrets_and_are_no_texts():
    assert Credential("a") == Credential("a") != Credential("b")
    assert len({Credential("a"), Credential("a"), Credential("b")}) == 2
    assert Credential("a") != "a"
    assert copy.deepcopy([Credential("a")]) == [Credential("a")] == copy.copy([Credential("a")])
    with pytest.raises(TypeError, match="a credential is a str, not int"):
        Credential(3)


def test_masking_finds_every_spelling():
    text = "GET /x/s3cr3t-K%2FY?key=s3cr3t-K/Y Basic czNjcjN0LUsvWQ== s3cr3t"
    assert mask(text, [SECRET]) == "GET /x/***?key=*** Basic *** s3cr3t"
    assert mask(text, [Credential(SECRET)]) == mask(text, [SECRET])
    assert mask("abc", ["", "\ud800"]) == "abc"
    assert mask("abcdefgh", ["abcdefgh", "abcdefghi"]) == "***"
    assert mask("Idempotency-Key: K", ["K", "Key"]) == "Idempotency-Key: K"  # a short one is hidden by its place


@given(st.text(min_size=8), st.text(), st.text())
def test_no_masked_text_holds_the_secret(secret, before, after):
    if set(secret) <= {"*"} or "\ud800" <= max(secret) <= "\udfff":
        return
    assert secret not in mask(before, [secret])
    assert secret not in mask(after, [secret])


def test_a_credential_in_the_wrong_place_is_told_without_itself():
    api = mapdsl.loads(
        """
mapdsl 1
credential key
auth in_query credential key { old @query.key; new bearer }
endpoint e { old POST /v1; new POST /v2; auth in_query; request { a <-> b } }
"""
    )

    with pytest.raises(TranslationError) as wrong:
        mapdsl.translate_request(api, {"method": "POST", "path": "/v1", "body": {"key": "SECRET", "a": 1}}, to="new")

    assert "it goes into query.key" in str(wrong.value)
    assert "SECRET" not in str(wrong.value) + repr(wrong.value.problems)


SEVERAL = Carrier("basic", others=(Carrier("scheme", "Api-Key"), Carrier("header", "X-Key")))


@pytest.mark.parametrize(
    ("headers", "credential"),
    [
        ({"Authorization": "Basic bG9naW46cGFzc3dvcmQ="}, Credential("login:password")),
        ({"authorization": f"api-key {SECRET}"}, Credential(SECRET, "Api-Key")),
        ({"x-KEY": SECRET}, Credential(SECRET, "X-Key")),
        ({}, None),
    ],
)
def test_one_of_several_headers_is_read_and_written_again(headers, credential):
    left = dict(headers)
    found = extract(SEVERAL, {}, {}, left)
    written: dict[str, object] = {}
    place(SEVERAL, found, {}, {}, written)

    assert found == credential
    assert left == {}
    assert {name.lower(): value for name, value in written.items()} == {
        name.lower(): value.replace("api-key", "Api-Key") for name, value in headers.items()
    }


def test_what_is_looked_up_tells_the_header_by_its_first_word():
    assert Credential("a:b").key() == "a:b"
    assert Credential("k", "Api-Key").key() == "Api-Key k"
    assert Credential.answered(SEVERAL, "Api-Key k") == Credential("k", "Api-Key")
    assert Credential.answered(SEVERAL, "a:b") == Credential("a:b")
    assert Credential.answered(BEARER, "Api-Key k") == Credential("Api-Key k")


@pytest.mark.parametrize(
    ("headers", "where", "told"),
    [
        ({"Authorization": f"Session {SECRET}"}, "headers.Authorization", "the scheme Session"),
        ({"Authorization": f"{SECRET} x"}, "headers.Authorization", "something else"),
        ({"Authorization": f"Api-Key {SECRET}", "X-Key": SECRET}, "headers", "headers.Authorization and headers.X-Key"),
        ({"Authorization": f"Api-Key {SECRET} {SECRET}"}, "headers.Authorization", "something else"),
    ],
)
def test_none_of_several_headers_or_two_of_them_are_refused_by_name(headers, where, told):
    with pytest.raises(TranslationError) as caught:
        extract(SEVERAL, {}, {}, dict(headers))

    assert [(problem.path, problem.found) for problem in caught.value.problems] == [(where, told)]
    assert SECRET not in str(caught.value)
