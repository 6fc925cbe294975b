"""Laws 1, 2, 4 and 5 on methods of RPC, with the shapes of real methods."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest

import mapdsl
from mapdsl import MapError, translate_request, translate_response
from mapdsl.pipeline import CompiledProgram, compile_program, compile_text
from mapdsl.runtime import Request, Response
from mapdsl.testing.agreement import disagreements
from mapdsl.testing.answers import stub_answers
from mapdsl.testing.compare import differences
from mapdsl.testing.generate import documents
from mapdsl.testing.interpreted import interpreted
from mapdsl.testing.messages import Messages

DOCUMENTS = 250
SEED = 11
OTHER = {"old": "new", "new": "old"}
DECLARED = """
mapdsl 1
old rpc /json-rpc/v1.1/
new base /v2.0
new rpc /calls
lookup number_by_did : string <-> string
lookup media : integer <-> string
enum encoding closed { "GSM" <-> "gsm"; "UNICODE" <-> "unicode" }
enum direction closed { "IN" <-> "inbound"; "OUT" <-> "outbound" }
"""
ENDPOINTS = {
    "send": """
  old rpc sms.send(from, to, body, options?)
  new POST /sms
  request {
    from <-> @query.from : string; to <-> @query.to : string; body <-> text
    options.force_encoding <-> @query.encoding : encoding
    drop options.user_data
  }
  response { $ <-> sid : lower; status 200 <-> 201 }
  failure { code <-> code; message <-> message; data <-> details }
""",
    "search": """
  old rpc sms.search(filters?, options?)
  new GET /sms
  request { filters.to <-> @query.to : string; filters.type <-> @query.direction : direction }
  paging {
    old offset offset=options.offset limit=options.quantity default=50 max=1000 total=total items=hits
    new offset offset=@query.offset limit=@query.limit default=10 max=100 total=total items=hits
  }
  response { hits[] <-> hits[] key hash { hash <-> sid : lower; type <-> direction : direction }; has_more <-> hasMore }
""",
    "assign": """
  old rpc apps.assign_did(app, did)
  new PUT /actions/{sid}/numbers/{number}
  new PUT /numbers/{number}/scenario/{sid}
  request { app <-> @path.sid : lower; did <-> @path.number : number_by_did }
  response { drop $ = true; status 200 <-> 204 }
""",
    "get": """
  old rpc media/library.get(media_id)
  new GET /audio-files/{sid}
  request { media_id <-> @path.sid : media }
  response { hash <-> sid : lower; name <-> name; drop tags }
""",
    "kept": """
  old rpc list(a?, b, c?)
  new POST /list
  request { b.x <-> y.z }
""",
    "called_new": """
  old POST /items/{id}
  new rpc items.set(id, name?, value)
  request { @path.id <-> id : integer; title <-> name : upper; add value.kind = "x" }
  response { result <-> $ }
""",
    "called_both": """
  old rpc a.set(id, name?, value?)
  new rpc b.set(name, id?, more?)
  request { id <-> id; value.x <-> more.y.z }
  response { $ <-> ok : boolean }
  failure { code <-> code; message <-> message : lower }
""",
}


def compiled(name: str) -> CompiledProgram:
    return compile_text(f"{DECLARED}endpoint {name} {{{ENDPOINTS[name]}}}\n")


COMPILED = {name: compiled(name) for name in ENDPOINTS}
# What the guide of RPC refuses whole admits no document.
REFUSED = {
    "actions_start",
    "media_library_set_content_from_file",  # its body is no JSON: tests/runtime/test_opaque.py
    "media_recording_delete_async",
    "media_recording_mark_as_read_async",
    "media_recording_mark_as_unread_async",
}
CALLR = compile_program(mapdsl.shipped("callr"))
DRAWN = {name: Messages(made.api, made.program, made.program.units[0]) for name, made in COMPILED.items()} | {
    unit.endpoint: Messages(CALLR.api, CALLR.program, unit)
    for unit in CALLR.program.units
    if unit.endpoint not in REFUSED
}
every = pytest.mark.parametrize("name", DRAWN)
every_toy = pytest.mark.parametrize("name", ENDPOINTS)
from_each_side = pytest.mark.parametrize("side", ["old", "new"])


def check(message: Any, translate: Any, to: str) -> Iterator[str]:
    before = copy.deepcopy(message.to_dict())
    try:
        there, residue = translate(message, to, None)
    except MapError:
        yield from (f"law 5: {text}" for text in differences(before, message.to_dict()))
        return
    home, _ = translate(there, OTHER[to], residue)
    yield from (f"law 1: {text}" for text in differences(before, home.to_dict()))
    yield from (f"law 5: {text}" for text in differences(before, message.to_dict()))
    try:
        bare, _ = translate(there, OTHER[to], None)
    except MapError:
        return
    again, _ = translate(bare, to, None)
    yield from (f"law 2: {text}" for text in differences(there.to_dict(), again.to_dict()))


def messages(name: str) -> Messages:
    return DRAWN[name]


@every
@from_each_side
def test_requests_keep_the_laws(name: str, side: str) -> None:
    drawn, translated = messages(name), 0
    for request, kind in drawn.requests(side, SEED, DOCUMENTS):
        if kind != "valid":
            continue
        lookups = drawn.lookups()

        def translate(message: Request, to: str, residue: Any, lookups: Any = lookups) -> tuple[Request, Any]:
            nonlocal translated
            made = translate_request(drawn.api, message, to=to, lookups=lookups, residue=residue)
            translated += 1
            return made.request, made.residue

        broken = list(check(request, translate, OTHER[side]))
        assert not broken, (request.to_dict(), broken)
    assert translated > DOCUMENTS


def replies(name: str, side: str, call_id: Any) -> Iterator[Response]:
    drawn = messages(name)
    yield from (reply for reply, kind in drawn.responses(side, SEED, DOCUMENTS, call_id) if kind == "valid")
    errors: list[Any] = [{"code": 151, "message": "FORBIDDEN"}, {"code": -1, "message": "x", "data": {"a": [None]}}]
    unit = drawn.unit
    if (unit.old if side == "old" else unit.new)[0].params is not None:
        for id in (call_id, None):
            yield from (Response(200, {}, {"jsonrpc": "2.0", "id": id, "error": error}) for error in errors)
        return
    bodies: list[Any] = [*errors, None, {}, [], "no", {"message": "No"}, {"code": 7}, {"code": 7, "odd": 1}]
    yield from (Response(status, {}, body) for status in (400, 404, 500, 599) for body in bodies)


@every
@from_each_side
def test_replies_keep_the_laws(name: str, side: str) -> None:
    drawn = messages(name)
    sent = drawn.exchange(OTHER[side], SEED)
    assert sent is not None
    translated = 0
    for response in replies(name, side, sent.asked.id(side)):
        lookups = drawn.lookups()

        def translate(message: Response, to: str, residue: Any, lookups: Any = lookups) -> tuple[Response, Any]:
            nonlocal translated
            made = translate_response(drawn.api, message, to=to, request=sent, lookups=lookups, residue=residue)
            translated += 1
            return made.response, made.residue

        broken = list(check(response, translate, OTHER[side]))
        assert not broken, (response.to_dict(), broken)
    assert translated > DOCUMENTS


@every
@pytest.mark.parametrize("to", ["new", "old"])
@pytest.mark.parametrize("part", ["request", "response"])
def test_both_engines_agree(name: str, part: str, to: str) -> None:
    drawn = DRAWN[name]
    unit = drawn.unit
    mapping = getattr(unit, part)[to == "old"]
    ways = drawn.api[name].unit().unit.ways(part, to)
    declared = {decl.name: decl for decl in drawn.program.lookups}
    status = next((row.old if to == "new" else row.new for row in unit.statuses), 200)
    for document in documents(mapping, SEED, DOCUMENTS):
        _, found = disagreements(mapping, ways, document, lambda asked: stub_answers(asked, declared, to), status)
        assert not found, (document.parts.body, found)


@every_toy
def test_the_interpreter_takes_the_same_calls(name: str) -> None:
    drawn = messages(name)
    other = interpreted(COMPILED[name].program)
    for request, _ in drawn.requests("old", SEED, 50):
        results = []
        for api in (drawn.api, other):
            try:
                results.append(translate_request(api, request, to="new", lookups=drawn.lookups()).request.to_dict())
            except MapError as error:
                results.append({"error": str(error)})
        assert results[0] == results[1]
