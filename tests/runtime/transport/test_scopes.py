"""The scopes that a spec declares are told by the endpoint, and named where the server of that side answers 403."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

import mapdsl
from mapdsl import loads, translate_response
from mapdsl.cli import commands
from tests.exchange.driving import drive

SPEC = """mapdsl 1
endpoint send {
  old POST /v1/messages
  new POST /v2/messages
  scope new "messages.send"
  scope old "legacy"
  request { fan to[] { number <-> phone } }
  response { gather status[] each { id <-> id; failure when old ok is false { why <-> error; drop ok = false } } }
}
endpoint read {
  old GET /v1/things/{id}
  new GET /v2/things/{id}
  scope new "things.read", "things.list"
}
endpoint free { old GET /v1/free; new GET /v2/free }
"""
FORBIDDEN = {"status": 403, "body": {"error": "Forbidden"}}
NEEDED = "the new server answered 403: its key needs the scopes things.read, things.list"


@pytest.fixture(scope="module")
def api() -> mapdsl.Api:
    return loads(SPEC)


def test_an_endpoint_tells_what_the_keys_of_each_side_need(api: mapdsl.Api):
    assert api["send"].scopes == {"new": ("messages.send",), "old": ("legacy",)}
    assert api["read"].scopes == {"new": ("things.read", "things.list")}
    assert api["free"].scopes == {}


def test_a_403_of_the_side_that_needs_scopes_names_them(api: mapdsl.Api):
    got = translate_response(api, FORBIDDEN, to="old", endpoint="read", strict=False)

    assert got.hint == NEEDED
    assert got.response.to_dict() == {**FORBIDDEN, "headers": {}}


@pytest.mark.parametrize(
    ("endpoint", "to", "reply"),
    [
        ("read", "new", FORBIDDEN),  # the old server's: its key needs nothing that the spec knows
        ("free", "old", FORBIDDEN),
        ("read", "old", {"status": 401, "body": None}),
        ("read", "old", {"status": 200, "body": {"id": 1}}),
    ],
)
def test_other_replies_have_no_hint(api: mapdsl.Api, endpoint: str, to: str, reply: dict):
    assert translate_response(api, reply, to=to, endpoint=endpoint).hint is None


def test_a_403_among_the_calls_of_a_fan_names_them(api: mapdsl.Api):
    request = {"method": "POST", "path": "/v1/messages", "query": {}, "headers": {}, "body": {"to": [{"number": "1"}]}}

    run = drive(api, request, "old", lambda call: {"status": 403, "headers": {}, "body": {"error": "no"}})

    assert run.done.hint == "the new server answered 403: its key needs the scope messages.send"
    assert run.done.response.body == {"status": [{"why": "no", "ok": False}]}


def test_the_old_server_of_a_fan_names_its_own(api: mapdsl.Api):
    request = {"method": "POST", "path": "/v2/messages", "query": {}, "headers": {}, "body": {"phone": "1"}}

    run = drive(api, request, "new", lambda call: {"status": 403, "headers": {}, "body": {}})

    assert run.done.hint == "the old server answered 403: its key needs the scope legacy"


def test_an_exchange_that_goes_well_has_no_hint(api: mapdsl.Api):
    request = {"method": "GET", "path": "/v1/things/7", "query": {}, "headers": {}, "body": None}

    assert drive(api, request, "old", lambda call: {"status": 200, "headers": {}, "body": {}}).done.hint is None


def test_the_command_line_shows_scopes_and_hints(tmp_path):
    spec, reply = tmp_path / "a.map", tmp_path / "reply.json"
    spec.write_text(SPEC, "utf-8")
    reply.write_text('{"status": 403, "body": {"error": "Forbidden"}}', "utf-8")

    shown = CliRunner().invoke(commands, ["show", str(spec), "read"])
    assert "  scope  new things.read, things.list\n" in shown.output
    said = CliRunner().invoke(
        commands, ["translate", str(spec), "--to", "old", "--response", "--endpoint", "read", str(reply)]
    )
    assert f"hint: {NEEDED}" in said.stderr
    assert '"error": "Forbidden"' in said.stdout
