"""The laws on methods of RPC, with the shapes of real methods."""

from __future__ import annotations

import pytest

from mapdsl.errors import MapError
from mapdsl.pipeline import CompiledProgram, compile_text
from mapdsl.runtime import translate_request
from mapdsl.testing.generation import Messages, documents
from mapdsl.testing.interpreter import interpreted
from mapdsl.testing.laws import Tally, pieces, run_piece, subjects

DOCUMENTS = [40, pytest.param(250, marks=pytest.mark.long)]
SEED = 11
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
every = pytest.mark.parametrize("name", ENDPOINTS)


@pytest.mark.parametrize("many", DOCUMENTS)
@every
def test_every_law_holds(name: str, many: int) -> None:
    for subject in subjects(COMPILED[name]):
        tally = Tally()
        for piece in pieces(subject, many):
            tally.add(run_piece(COMPILED[name], piece, SEED))
        assert not tally.broken, next(iter(tally.broken.values()))
        assert tally.documents >= (20 if subject.part == "exchange" else many)
        assert tally.share > 0.7, tally.refusals.most_common(3)


@every
def test_the_interpreter_takes_the_same_calls(name: str) -> None:
    made = COMPILED[name]
    drawn = Messages(made.api, made.program, made.program.units[0])
    other = interpreted(made.program)
    for each in drawn.requests("old", documents(drawn.mapping("request", "old"), SEED, 50)):
        results = []
        for api in (drawn.api, other):
            try:
                results.append(
                    translate_request(api, each.message, to="new", lookups=drawn.lookups()).request.to_dict()
                )
            except MapError as error:
                results.append({"error": str(error)})
        assert results[0] == results[1]
