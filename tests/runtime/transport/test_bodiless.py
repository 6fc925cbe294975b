"""Messages without a body: what would have stood there is reported, and residue brings it home."""

from __future__ import annotations

from typing import Any

import pytest

from mapdsl import loads, translate_request, translate_response

API = loads("""mapdsl 1
endpoint search { old POST /a; new GET /b; request { q <-> @query.q : string }; response { x <-> x } }
endpoint probe { old POST /q; new HEAD /r; request { q <-> @query.q : string } }
endpoint elastic { old POST /c; new GET /d; request { q <-> q } }
endpoint plain { old GET /e; new GET /f; response { x <-> x } }
endpoint head { old GET /g; new HEAD /h; response { x <-> y; drop ok = true } }
endpoint gone { old DELETE /i; new DELETE /j; status 200 <-> 204; response { x <-> y; drop ok = true } }
endpoint back { old DELETE /k; new DELETE /l; status 204 <-> 200; response { x <-> y; drop agent } }
endpoint reset { old POST /m; new POST /n; status 205 <-> 200; response { x <-> y } }
endpoint both { old POST /s; new POST /t; status 204 <-> 200; status 200 -> 200; response { x <-> y } }
endpoint same { old PUT /o; new PUT /p; response { x <-> y } }
""")


def lost(got: Any) -> list[tuple[str, str, Any]]:
    return [(loss.kind, loss.path, loss.value) for loss in got.lost]


@pytest.mark.parametrize(
    ("body", "query", "dropped"),
    [
        ({"q": "1"}, {"q": "1"}, []),
        ({"q": "1", "extra": 5}, {"q": "1"}, [("dropped", "body.extra", 5)]),
        ({"a": {"b": 1}, "c": []}, {}, [("dropped", "body.a", {"b": 1}), ("dropped", "body.c", [])]),
        ({}, {}, []),
        (None, {}, []),
    ],
    ids=str,
)
def test_a_post_that_becomes_a_get_has_no_body(body: Any, query: Any, dropped: Any) -> None:
    message = {"method": "POST", "path": "/a", "query": {}, "headers": {}, "body": body}
    got = translate_request(API, message, to="new")
    assert got.request.to_dict() == {"method": "GET", "path": "/b", "query": query, "headers": {}, "body": None}
    assert lost(got) == dropped
    assert translate_request(API, got.request, to="old", residue=got.residue).request.to_dict() == message


def test_nor_has_a_head() -> None:
    message = {"method": "POST", "path": "/q", "query": {}, "headers": {}, "body": {"q": "1", "extra": 5}}
    got = translate_request(API, message, to="new")
    assert got.request.to_dict() == {"method": "HEAD", "path": "/r", "query": {"q": "1"}, "headers": {}, "body": None}
    assert lost(got) == [("dropped", "body.extra", 5)]
    empty = translate_request(API, {**message, "body": {"q": "1"}}, to="new")
    assert (empty.request.body, lost(empty)) == (None, [])
    assert translate_request(API, empty.request, to="old", residue=empty.residue).request.body == {"q": "1"}


def test_a_get_has_the_body_that_its_rules_write() -> None:
    got = translate_request(API, {"method": "POST", "path": "/c", "body": {"q": "1", "extra": 5}}, to="new")
    assert (got.request.method, got.request.body, got.lost) == ("GET", {"q": "1", "extra": 5}, ())
    empty = translate_request(API, {"method": "POST", "path": "/c", "body": {}}, to="new")
    assert empty.request.body is None
    assert translate_request(API, empty.request, to="old", residue=empty.residue).request.body == {}


def test_the_body_of_a_get_that_nothing_names_is_reported() -> None:
    message = {"method": "GET", "path": "/e", "query": {}, "headers": {}, "body": {"z": 1}}
    got = translate_request(API, message, to="new")
    assert (got.request.body, lost(got)) == (None, [("dropped", "body.z", 1)])
    assert translate_request(API, got.request, to="old", residue=got.residue).request.to_dict() == message


BODIES: list[tuple[Any, list[Any]]] = [
    ({"x": 1}, [("dropped", "body.x", 1)]),
    ({"x": {"a": 1}, "more": [2], "ok": True}, [("dropped", "body.x", {"a": 1}), ("dropped", "body.more", [2])]),
    ({"ok": True}, []),
    ({"ok": False}, [("dropped", "body.ok", False)]),
    (None, []),
]


@pytest.mark.parametrize(("endpoint", "status"), [("gone", 204), ("head", 200)])
@pytest.mark.parametrize(("body", "dropped"), BODIES, ids=str)
def test_what_a_reply_without_a_body_cannot_hold_is_reported(
    endpoint: str, status: int, body: Any, dropped: Any
) -> None:
    message = {"status": 200, "headers": {}, "body": body}
    got = translate_response(API, message, to="new", endpoint=endpoint)
    assert got.response.to_dict() == {"status": status, "headers": {}, "body": None}
    assert lost(got) == dropped
    home = translate_response(API, got.response, to="old", endpoint=endpoint, residue=got.residue)
    assert home.response.to_dict() == message


@pytest.mark.parametrize(("endpoint", "status"), [("back", 204), ("reset", 205)])
def test_to_old_it_is_the_same(endpoint: str, status: int) -> None:
    message = {"status": 200, "headers": {}, "body": {"y": 1, "z": {"a": None}}}
    got = translate_response(API, message, to="old", endpoint=endpoint)
    assert got.response.to_dict() == {"status": status, "headers": {}, "body": None}
    assert lost(got) == [("dropped", "body.y", 1), ("dropped", "body.z", {"a": None})]
    home = translate_response(API, got.response, to="new", endpoint=endpoint, residue=got.residue)
    assert home.response.to_dict() == message


def test_the_status_that_residue_brings_home_decides_whether_there_is_a_body() -> None:
    message = {"status": 200, "headers": {}, "body": {"x": 1}}
    got = translate_response(API, message, to="new", endpoint="both")
    assert got.response.to_dict() == {"status": 200, "headers": {}, "body": {"y": 1}}
    home = translate_response(API, got.response, to="old", endpoint="both", residue=got.residue)
    assert (home.response.to_dict(), lost(home)) == (message, [])
    bare = translate_response(API, got.response, to="old", endpoint="both")
    assert (bare.response.status, bare.response.body, lost(bare)) == (204, None, [("dropped", "body.y", 1)])


def test_a_304_passes_without_a_body() -> None:
    got = translate_response(API, {"status": 304, "body": {"x": 1}}, to="new", endpoint="same")
    assert (got.response.status, got.response.body, lost(got)) == (304, None, [("dropped", "body.x", 1)])
