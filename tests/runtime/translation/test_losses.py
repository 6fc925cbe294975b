"""What a loss says: `dropped`, `untranslated` or `owed`, in words that fit the side that is written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import mapdsl
from mapdsl import Api, TranslationError
from mapdsl.pipeline import compile_text
from mapdsl.testing.interpreter import interpreted

SPEC = """mapdsl 1
enum state open { "sent" <-> "delivered" }
lookup known : string <-> string
lookup user : string <-> string
credential secret
auth key credential secret { old @query.key; new bearer }
endpoint send {
  old POST /v1/send
  new POST /v2/messages
  auth key
  request {
    state <-> state : state
    time <-> time : flip(clock_seconds)
    width <-> width : clamp(1, 9)
    passed <-> passed : known else pass
    left <-> left : known else absent
    used <-> used : known else use "x"
    named <-> owner : ref(id, name, user) else absent
    held <-> holder : flip(ref(id))
    item <-> kept : ref(id)
    (code, text) <-> (code, name) : prefix_rest(" - ")
    drop agent
    add extra
    hole odd "nobody says" pass
    a <-> one
    b -> one combine first
  }
}
endpoint told {
  old POST /v1/told
  new POST /v2/told
  fields new request { size: string }
  request { size <-> size }
  response {
    state <-> state
    @request.body.size -> size
  }
}
"""


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Api:
    path: Path = tmp_path_factory.mktemp("losses") / "send.map"
    path.write_text(SPEC, "utf-8")
    return mapdsl.load(path)


OLD = {"method": "POST", "path": "/v1/send", "body": {}}
NEW = {"method": "POST", "path": "/v2/messages", "body": {}}
LOOKUPS = {"known": {"there": "yes"}, "user": {"there": "Ann"}}

TO_NEW = [
    ({"state": "queued"}, ("untranslated", "body.state", "queued", "unlisted value"), {"state": "queued"}),
    ({"time": 1.5}, ("dropped", "body.time", 1.5, "fraction of a second"), {"time": "00:00:01"}),
    ({"width": 12}, ("dropped", "body.width", 12, "outside the range 1 to 9"), {"width": 9}),
    ({"passed": "k"}, ("untranslated", "body.passed", "k", "lookup miss"), {"passed": "k"}),
    ({"left": "k"}, ("dropped", "body.left", "k", "lookup miss"), {}),
    ({"used": "k"}, ("dropped", "body.used", "k", "lookup miss"), {"used": "x"}),
    ({"named": "k"}, ("untranslated", "body.named", "k", "lookup miss"), {"owner": {"id": "k"}}),
    ({"held": {"id": 1, "n": 2}}, ("dropped", "body.held.n", 2, "no place in the new API"), {"holder": 1}),
    ({"code": "1", "text": "a"}, ("untranslated", "body.text", "a", "no `code - ` prefix"), {"code": "1", "name": "a"}),
    ({"agent": "7"}, ("dropped", "body.agent", "7", "no place in the new API"), {}),
    ({"odd": 1}, ("untranslated", "body.odd", 1, "hole: nobody says"), {"odd": 1}),
    ({"a": 1, "b": 2}, ("dropped", "body.b", 2, "another field took its place"), {"one": 1}),
]
TO_OLD = [
    ({"state": "queued"}, ("untranslated", "body.state", "queued", "unlisted value"), {"state": "queued"}),
    ({"passed": "k"}, ("untranslated", "body.passed", "k", "lookup miss"), {"passed": "k"}),
    ({"kept": {"id": 1, "n": 2}}, ("dropped", "body.kept.n", 2, "no place in the old API"), {"item": 1}),
    ({"extra": 1}, ("dropped", "body.extra", 1, "no place in the old API"), {}),
    ({"odd": 1}, ("untranslated", "body.odd", 1, "hole: nobody says"), {"odd": 1}),
]


def lost(got: Any) -> list[tuple[str, str, Any, str]]:
    return [(loss.kind, loss.path, loss.value, loss.reason) for loss in got.lost]


@pytest.mark.parametrize(("body", "loss", "becomes"), TO_NEW, ids=str)
def test_to_new_a_loss_says_what_happened(api: Api, body: Any, loss: Any, becomes: Any) -> None:
    got = mapdsl.translate_request(api, {**OLD, "body": body}, to="new", lookups=LOOKUPS)
    assert (got.request.body, lost(got)[:1]) == (becomes, [loss])


@pytest.mark.parametrize(("body", "loss", "becomes"), TO_OLD, ids=str)
def test_to_old_a_loss_says_what_happened(api: Api, body: Any, loss: Any, becomes: Any) -> None:
    got = mapdsl.translate_request(api, {**NEW, "body": body}, to="old", lookups=LOOKUPS)
    assert (got.request.body, lost(got)[:1]) == (becomes, [loss])


def test_what_the_message_should_have_is_owed(api: Api) -> None:
    got = mapdsl.translate_request(api, OLD, to="new")
    assert lost(got) == [("owed", "query.key", "***", "the message carries none")]
    missing = mapdsl.translate_request(api, {"method": "POST", "path": "/v1/told", "body": {}}, to="new")
    assert lost(missing) == [("owed", "body.size", None, "missing")]
    reply = mapdsl.translate_response(api, {"status": 200, "body": {"state": 1}}, to="new", endpoint="told")
    assert lost(reply) == [("owed", "body.size", None, "needs request")]


def test_what_passes_is_untranslated(api: Api) -> None:
    asked = mapdsl.translate_request(api, {**OLD, "query": {"page": "2"}, "body": {}}, to="new")
    assert ("untranslated", "query.page", "2", "unknown parameter") in lost(asked)
    assert asked.request.query == {"page": "2"}
    failed = mapdsl.translate_response(api, {"status": 404, "body": {"code": 1}}, to="old", endpoint="told")
    assert (failed.response.status, [(loss.kind, loss.path) for loss in failed.lost]) == (
        404,
        [("untranslated", "body")],
    )


def test_strict_refuses_the_kinds_that_it_names(api: Api) -> None:
    passes = {**OLD, "query": {"key": "K"}, "body": {"state": "queued"}}
    keys = {**LOOKUPS, "secret": {"K": "N"}}
    for strict in (False, {"dropped", "owed"}, frozenset({"dropped"}), ["owed"], ()):
        got = mapdsl.translate_request(api, passes, to="new", strict=strict, lookups=keys)
        assert got.request.body == {"state": "queued"}
    for strict in (True, {"untranslated"}, ["owed", "untranslated"]):
        with pytest.raises(
            TranslationError, match=r"body\.state: expected nothing that arrives untranslated: unlisted"
        ):
            mapdsl.translate_request(api, passes, to="new", strict=strict, lookups=keys)
    with pytest.raises(TranslationError, match=r"body\.agent: expected nothing dropped: no place in the new API"):
        mapdsl.translate_request(api, {**passes, "body": {"agent": 1}}, to="new", strict={"dropped"}, lookups=keys)
    with pytest.raises(TranslationError, match=r"body\.size: expected nothing that stays owed: missing"):
        mapdsl.translate_request(api, {"method": "POST", "path": "/v1/told", "body": {}}, to="new", strict={"owed"})


def test_a_kind_that_is_none_is_a_mistake_of_the_program(api: Api) -> None:
    with pytest.raises(ValueError, match=r"dropped, untranslated or owed.*'lost'"):
        mapdsl.translate_request(api, OLD, to="new", strict={"lost"})
    with pytest.raises(TypeError, match="not str"):
        mapdsl.translate_response(api, {"status": 200}, to="old", endpoint="told", strict="owed")


ODD = """mapdsl 1
endpoint e {
  old GET /a
  new GET /b
  response { at <-> time : else_pass(first_of(date_time("YYYY-MM-DDThh:mm:ssZ", "UTC"), iso8601("UTC"))) }
}
"""


@pytest.mark.parametrize("text", ["2026-01-01 10:00:00", "20260101T100000Z", "yesterday"])
def test_what_stays_as_it_is_drops_nothing(text: str) -> None:
    """The way home may read it, and spell it otherwise; a fraction of a second was never there."""
    compiled = compile_text(ODD)
    reply = {"status": 200, "body": {"time": text}}
    for api in (compiled.api, interpreted(compiled.program)):
        got = mapdsl.translate_response(api, reply, to="old", endpoint="e")
        assert got.response.body == {"at": text}
        assert [(loss.reason, loss.kind) for loss in got.lost] == [("it cannot be read, so it stays", "untranslated")]
        home = mapdsl.translate_response(api, got.response, to="new", endpoint="e", residue=got.residue)
        assert home.response.body == {"time": text}


REPEATS = """mapdsl 1
endpoint stop {
  old POST /v1/calls/{id}
  new POST /v2/calls/{id}/stop when old operation is "stop"
  response { drop operation = @request.body.operation }
}
"""


def test_a_reply_that_repeats_another_request_contradicts_it() -> None:
    api = mapdsl.loads(REPEATS)
    call = {"method": "POST", "path": "/v2/calls/7/stop"}
    sent = mapdsl.translate_request(api, call, to="old")
    for said, told in ("stop", []), ("start", ["contradicts the request"]), (None, ["no place in the new API"]):
        reply = {"status": 200, "body": {"operation": said}}
        got = mapdsl.translate_response(api, reply, to="new", request=sent)
        assert [loss.reason for loss in got.lost] == told
    alone = mapdsl.translate_response(api, {"status": 200, "body": {"operation": "start"}}, to="new", endpoint="stop")
    assert [loss.reason for loss in alone.lost] == ["no place in the new API"]  # nobody knows what was asked for
