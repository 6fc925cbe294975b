"""Bodies that are no JSON: they pass where the spec says so, and are refused everywhere else."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

import mapdsl
from mapdsl import Api, TranslationError, loads, translate_request, translate_response
from mapdsl.pipeline import compile_text
from mapdsl.testing.interpreter import interpreted

SPEC = """mapdsl 1
endpoint upload {
  old PUT /v1/files/{id}
  new POST /v2/media/{media_id}/content
  request bytes
  request { @path.id <-> @path.media_id; @header.X-Name <-> @query.name : string }
  response { id <-> media.id }
}
endpoint download {
  old GET /v1/files/{id}
  new GET /v2/media/{id}/content
  response bytes
  response { status 200 <-> 206 }
}
"""
FORM = b'--b\r\nContent-Disposition: form-data; name="f"\r\n\r\n\x00\xff\r\n--b--\r\n'


@pytest.fixture(scope="module")
def api() -> Api:
    return loads(SPEC)


def upload(api: Api, body: Any, to: str = "new", **headers: str) -> Any:
    path = "/v1/files/7" if to == "new" else "/v2/media/7/content"
    method = "PUT" if to == "new" else "POST"
    return translate_request(api, {"method": method, "path": path, "headers": headers, "body": body}, to=to)


@pytest.mark.parametrize("body", [FORM, b"a=1&b=2", b"", None])
def test_the_bytes_pass_with_their_content_type_and_nothing_and_empty_stay_apart(api: Api, body: Any) -> None:
    sent = upload(api, body, **{"Content-Type": "multipart/form-data; boundary=b", "X-Name": "a.wav"})
    assert (sent.request.method, sent.request.path) == ("POST", "/v2/media/7/content")
    assert sent.request.body is body
    assert sent.request.query == {"name": "a.wav"}
    assert sent.request.headers == {"Content-Type": "multipart/form-data; boundary=b"}
    assert sent.lost == ()
    home = translate_request(api, sent.request, to="old", residue=sent.residue)
    assert (home.request.path, home.request.body) == ("/v1/files/7", body)
    assert home.request.headers["X-Name" if "X-Name" in home.request.headers else "x-name"] == "a.wav"


@pytest.mark.parametrize("body", [{}, [], "text", 7, True])
def test_json_is_refused_where_bytes_are_said(api: Api, body: Any) -> None:
    with pytest.raises(TranslationError, match="body: expected bytes, for the spec says `request bytes`"):
        upload(api, body)


def test_bytes_are_refused_where_rules_look_inside(api: Api) -> None:
    with pytest.raises(TranslationError, match="needs `response bytes` in the spec"):
        translate_response(api, {"status": 200, "body": b'{"id": 1}'}, to="new", endpoint="upload")


def test_a_reply_of_bytes_passes_both_ways(api: Api) -> None:
    for to, came, goes in (("old", 206, 200), ("new", 200, 206)):
        reply = {"status": came, "headers": {"Content-Type": "audio/wav"}, "body": b"RIFF"}
        got = translate_response(api, reply, to=to, endpoint="download")
        assert got.response.to_dict() == {**reply, "status": goes}
        assert got.lost == ()


def test_a_failure_is_json_as_ever(api: Api) -> None:
    got = translate_response(api, {"status": 404, "body": {"error": "gone"}}, to="old", endpoint="download")
    assert (got.response.status, got.response.body) == (404, {"error": "gone"})


def test_the_repr_tells_the_size_alone(api: Api) -> None:
    assert repr(upload(api, b"secret").request).endswith("headers={}, body=6 bytes)")


def test_bytes_beyond_the_limit_are_refused(api: Api) -> None:
    with pytest.raises(TranslationError, match="at most 10485760 bytes"):
        upload(api, bytes(10 * 1024 * 1024 + 1))


def test_there_is_no_function_on_bytes(api: Api) -> None:
    with pytest.raises(ValueError, match="the request of endpoint upload is bytes"):
        api["upload"].transform("request", to="new")
    assert api["upload"].transform("response", to="new")({"id": 1}) == {"media": {"id": 1}}


BYTES_BY_NAME = """
mapdsl 1
lookup content : string <-> bytes
endpoint put {
  old POST /v1/files
  new PUT /v2/files/{id}
  request {
    id <-> @path.id : string
    name <-> $ : content
  }
}
"""
FILES = {"content": {"a.wav": b"RIFF\x00\xff", "b.wav": b""}}


def post(**body: object) -> dict[str, object]:
    return {"method": "POST", "path": "/v1/files", "query": {}, "headers": {}, "body": body}


@pytest.mark.parametrize("engine", ["generated", "interpreter"])
@pytest.mark.parametrize(("name", "content"), FILES["content"].items())
def test_a_name_becomes_the_bytes_that_the_program_has_and_comes_home(name: str, content: bytes, engine: str):
    compiled = compile_text(BYTES_BY_NAME)
    api = compiled.api if engine == "generated" else interpreted(compiled.program)

    made = mapdsl.translate_request(api, post(id="7", name=name), to="new", lookups=FILES)
    back = mapdsl.translate_request(api, made.request, to="old", lookups=FILES)

    assert (made.request.path, made.request.body, made.lost) == ("/v2/files/7", content, ())
    assert (back.request.body, back.lost) == ({"id": "7", "name": name}, ())
    assert "RIFF" not in repr(made)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"other", "a key that lookup content knows, found 5 bytes"),
        ("RIFF", "a bytes key for lookup content"),
        ({"name": "a"}, "a bytes key for lookup content"),
    ],
)
def test_bytes_that_nobody_knows_and_bodies_that_are_none_are_refused(body: object, text: str):
    api = mapdsl.loads(BYTES_BY_NAME)
    message = {"method": "PUT", "path": "/v2/files/7", "query": {}, "headers": {}, "body": body}

    with pytest.raises(mapdsl.MapError, match=text):
        mapdsl.translate_request(api, message, to="old", lookups=FILES)


def test_an_answer_that_is_no_bytes_is_refused():
    with pytest.raises(mapdsl.MapError, match=r"lookups.content\[.a.wav.\]: expected bytes"):
        mapdsl.translate_request(
            mapdsl.loads(BYTES_BY_NAME), post(id="7", name="a.wav"), to="new", lookups={"content": {"a.wav": "RIFF"}}
        )


def test_the_state_of_an_exchange_keeps_bytes():
    api = mapdsl.loads(BYTES_BY_NAME)
    exchange = api.exchange(post(id="7", name="a.wav"), client="old")
    exchange.step()
    exchange.answer({"a.wav": FILES["content"]["a.wav"]})

    again = api.resume(json.loads(json.dumps(exchange.state())))

    step = again.step()
    assert isinstance(step, mapdsl.Send)
    assert step.requests[0].body == FILES["content"]["a.wav"]


BODILESS_FILES = """mapdsl 1
endpoint gone { old GET /a; new GET /b; status 200 <-> 204; response bytes }
endpoint back { old GET /c; new GET /d; status 205 <-> 200; response bytes }
endpoint head { old GET /e; new HEAD /f; response bytes }
"""


@pytest.mark.parametrize("engine", ["generated", "interpreter"])
@pytest.mark.parametrize("content", [b"RIFF\x00\xff", b""])
@pytest.mark.parametrize(
    ("endpoint", "to", "home", "status"),
    [("gone", "new", "old", 204), ("back", "old", "new", 205), ("head", "new", "old", 200)],
)
def test_bytes_that_a_reply_cannot_hold_come_home(
    endpoint: str, to: str, home: str, status: int, content: bytes, engine: str
):
    compiled = compile_text(BODILESS_FILES)
    api = compiled.api if engine == "generated" else interpreted(compiled.program)
    message = {"status": 200, "headers": {}, "body": content}

    got = translate_response(api, message, to=to, endpoint=endpoint)
    stored = json.loads(json.dumps(got.residue))
    back = translate_response(api, got.response, to=home, endpoint=endpoint, residue=stored)
    alone = translate_response(api, got.response, to=home, endpoint=endpoint)

    assert got.response.to_dict() == {"status": status, "headers": {}, "body": None}
    assert [(loss.path, loss.value) for loss in got.lost] == [("body", f"{len(content)} bytes")]
    assert (back.response.to_dict(), back.lost) == (message, ())
    assert alone.response.body is None


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"bytes": "?"}, "residue.entries[0].bytes: expected base64"),
        ({"bytes": 7}, "residue.entries[0].bytes: expected base64"),
        ({"path": ["body", "a"]}, "residue.entries[0]: expected bytes as the whole body alone"),
        ({"value": 7}, "residue.entries[0]: expected bytes as the whole body alone"),
    ],
)
def test_bytes_in_residue_are_base64_of_a_whole_body(change: dict[str, Any], text: str):
    api = loads(BODILESS_FILES)
    got = translate_response(api, {"status": 200, "body": b"RIFF"}, to="new", endpoint="gone")
    (entry,) = got.residue["entries"]
    broken = {**got.residue, "entries": [{**entry, **change}]}
    with pytest.raises(TranslationError, match=re.escape(text)):
        translate_response(api, got.response, to="old", endpoint="gone", residue=broken)


@pytest.mark.parametrize("engine", ["generated", "interpreter"])
def test_bytes_that_no_lookup_knows_come_home_from_residue_that_was_stored(engine: str):
    compiled = compile_text("""mapdsl 1
lookup content : string <-> bytes
endpoint put { old POST /a; new PUT /b; request { name <-> $ : content else absent } }
""")
    api = compiled.api if engine == "generated" else interpreted(compiled.program)
    message = {"method": "PUT", "path": "/b", "query": {}, "headers": {}, "body": b"RIFF\xff"}

    got = translate_request(api, message, to="old", lookups=FILES)
    stored = json.loads(json.dumps(got.residue))
    back = translate_request(api, got.request, to="new", lookups=FILES, residue=stored)

    assert (got.request.body, [loss.path for loss in got.lost]) == (None, ["body"])
    assert back.request.to_dict() == message
