"""Ten mistakes, each in three specs of different shape: something catches it, and names the rule.

The shapes: a flat request, a list of records in a reply, a call of RPC. Examples are written from what each spec means
to say, not from what it does. Mistakes that no text can make (null read as absent, residue by position, a rounding
conversion that says it is exact) are put into the program instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import attrs
import pytest

from mapdsl.conversions import Conversion, Domain, Refused, Way, conversion
from mapdsl.errors import MapError
from mapdsl.pipeline import CompiledProgram, compile_text
from mapdsl.runtime import Api, CompiledMapping, CompiledUnit, Parts
from mapdsl.runtime.residue.restore import _Restorer
from mapdsl.testing import described, run_examples
from mapdsl.testing.laws import pieces, run_piece, subjects

FLAT = """mapdsl 1
lookup team : integer <-> string
enum purpose closed { "promo" <-> "marketing"; "info" <-> "service" }
endpoint send {
  old POST /v1/sms
  new POST /v2/messages
  request {
    number <-> phone
    text <-> message.text
    purpose <-> category : purpose
    tags <-> message.tags : csv
    name <-> title
    wait <-> delay
    team_id <-> team : team
    match {
      case old channel is "sms", new kind is "text" { body <-> short }
      case old channel is "mail", new kind is "letter" { body <-> long }
      else reject "a channel"
    }
  }
  example "all of it" {
    old request {body: {
      number: "1555", text: "Hi", purpose: "info", tags: "a,b", name: "Doe, Jane", wait: 1.4, team_id: 11,
      channel: "mail", body: "B"
    }}
    new request {body: {
      phone: "1555", message: {text: "Hi", tags: ["a", "b"]}, category: "service", title: "Doe, Jane", delay: 1.4,
      team: "Sales", kind: "letter", long: "B"
    }}
    lookups {team: [[11, "Sales"]]}
  }
}
"""
LIST = """mapdsl 1
lookup team : integer <-> string
enum state closed { "on" <-> "active"; "off" <-> "idle" }
endpoint records {
  old GET /v1/records
  new GET /v2/records
  paging {
    old page page=@query.page size=@query.per_page default=20 max=100 items=records
    new offset offset=@query.offset limit=@query.limit default=20 max=100 items=cdrs
  }
  response {
    records[] <-> cdrs[] key id {
      id <-> uid
      from <-> origin.number
      to <-> target.number
      state <-> status : state
      labels <-> labels : csv
      caller <-> origin.name
      seconds <-> duration
      team_id <-> team : team
      drop note
      match {
        case old kind is "in", new way is "inbound" { queue <-> queue_in }
        case old kind is "out", new way is "outbound" { queue <-> queue_out }
        else reject "a kind"
      }
    }
  }
  example "the second page" {
    old request {query: {page: "2", per_page: "10"}}
    new request {query: {offset: "10", limit: "10"}}
  }
  example "two records" {
    old request {query: {page: "1", per_page: "10"}}
    old response {body: {records: [
      {id: 1, from: "a", to: "b", state: "off", labels: "x,y", caller: "Doe, Jane", seconds: 1.4, team_id: 11,
        kind: "out", queue: "q"}
    ]}}
    new response {body: {cdrs: [
      {uid: 1, origin: {number: "a", name: "Doe, Jane"}, target: {number: "b"}, status: "idle", labels: ["x", "y"],
        duration: 1.4, team: "Sales", way: "outbound", queue_out: "q"}
    ]}}
    lookups {team: [[11, "Sales"]]}
  }
}
"""
CALL = """mapdsl 1
old rpc /rpc
lookup team : integer <-> string
enum level closed { "LOW" <-> "low"; "HIGH" <-> "high" }
endpoint search {
  old rpc jobs.search(filters, options?)
  new POST /jobs/search
  request {
    filters.name <-> name
    filters.city <-> place.city
    filters.level <-> level : level
    filters.tags <-> tags : csv
    filters.title <-> title
    filters.seconds <-> seconds
    filters.team_id <-> team : team
    match {
      case old filters.mode is "any", new mode is "or" { filters.what <-> any_of }
      case old filters.mode is "all", new mode is "and" { filters.what <-> all_of }
      else reject "a mode"
    }
  }
  paging {
    old page page=options.page size=options.size default=20 max=100 items=hits
    new offset offset=offset limit=limit default=20 max=100 items=hits
  }
  response { hits[] <-> hits[] { id <-> key; drop note; label <-> text } }
  example "all of it" {
    old request {params: [{
      name: "n", city: "c", level: "HIGH", tags: "a,b", title: "Doe, Jane", seconds: 1.4, team_id: 11, mode: "all",
      what: 7
    }, {page: 2, size: 10}]}
    new request {body: {
      name: "n", place: {city: "c"}, level: "high", tags: ["a", "b"], title: "Doe, Jane", seconds: 1.4, team: "Sales",
      mode: "and", all_of: 7, offset: 10, limit: 10
    }}
    lookups {team: [[11, "Sales"]]}
  }
}
"""


@conversion("x_rounded")
def x_rounded() -> Conversion:
    """Rounds, and says that nothing is lost."""

    def whole(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
            raise Refused("a number of seconds")
        return round(value)

    seconds = Domain("number", "seconds", values=(0, 1.4, Decimal("2.5"), 60))
    return Conversion("x_rounded", seconds, seconds, Way(whole, injective=True), Way(whole, injective=True))


SPECS = {"flat": FLAT, "list": LIST, "call": CALL}
DOCUMENTS = 60


def caught(text: str, broken: Callable[[CompiledProgram], CompiledProgram] | None = None) -> str:
    """What an author is told of a spec: by the compiler, by its examples, by the first law that breaks."""
    try:
        made = compile_text(text, "spec.map")
    except MapError as error:
        return str(error)
    if broken is not None:
        made = broken(made)
    told = [str(result) for result in run_examples(made) if not result.passed]
    for subject in subjects(made) if not told else ():
        for piece in pieces(subject, DOCUMENTS, pairs=False):
            broken = run_piece(made, piece, 0).broken.values()
            if broken:
                return "\n".join(described(each, "spec.map") for each in broken)
    return "\n".join(told)


def replaced(text: str, *changes: tuple[str, str]) -> str:
    for before, after in changes:
        assert text.count(before) == 1, (before, text.count(before))
        text = text.replace(before, after)
    return text


@pytest.mark.parametrize("shape", SPECS)
def test_the_specs_without_a_mistake_are_sound(shape: str) -> None:
    assert caught(SPECS[shape]) == ""


IN_TEXT: list[tuple[str, str, list[tuple[str, str]], str]] = [
    (
        "two targets swapped",
        "flat",
        [("number <-> phone\n", "number <-> message.text\n"), ("text <-> message.text\n", "text <-> phone\n")],
        "number <-> message.text",
    ),
    (
        "two targets swapped",
        "list",
        [("from <-> origin.number", "from <-> target.number"), ("to <-> target.number", "to <-> origin.number")],
        "from <-> target.number",
    ),
    (
        "two targets swapped",
        "call",
        [
            ("filters.name <-> name", "filters.name <-> place.city"),
            ("filters.city <-> place.city", "filters.city <-> name"),
        ],
        "filters.name <-> place.city",
    ),
    ("one direction forgotten", "flat", [("name <-> title", "name -> title")], "name -> title"),
    ("one direction forgotten", "list", [("state <-> status", "state -> status")], "state -> status"),
    (
        "one direction forgotten",
        "call",
        [("filters.title <-> title", "filters.title <- title")],
        "filters.title <- title",
    ),
    (
        "a table row twice",
        "flat",
        [('"info" <-> "service" }', '"info" <-> "service"; "info" <-> "help" }')],
        '"info" <-> "help"',
    ),
    ("a table row twice", "list", [('"off" <-> "idle" }', '"off" <-> "idle"; "out" <-> "idle" }')], '"out" <-> "idle"'),
    ("a table row twice", "call", [('"HIGH" <-> "high" }', '"HIGH" <-> "high"; "LOW" <-> "low" }')], '"LOW" <-> "low"'),
    (
        "csv split of a name with a comma",
        "flat",
        [("name <-> title\n", "name <-> title : csv\n")],
        "name <-> title : csv",
    ),
    (
        "csv split of a name with a comma",
        "list",
        [("caller <-> origin.name", "caller <-> origin.name : csv")],
        "caller <-> origin.name : csv",
    ),
    (
        "csv split of a name with a comma",
        "call",
        [("filters.title <-> title", "filters.title <-> title : csv")],
        "filters.title <-> title : csv",
    ),
    ("page counted from 0", "list", [("items=records", "items=records first=0")], "spec.map:7: paging {"),
    (
        "page counted from 0",
        "call",
        [("old page page=options.page", "old page first=0 page=options.page")],
        "spec.map:22: paging {",
    ),
    (
        "page counted from 0",
        "flat",
        [
            (
                "  example",
                "  paging { old page page=@query.page size=@query.size default=5 first=0 items=$\n"
                " new offset offset=@query.from limit=@query.to default=5 items=$ }\n  example",
            ),
            ("old request {body", 'old request {query: {page: "2", size: "10"}, body'),
            ("new request {body", 'new request {query: {from: "10", to: "10"}, body'),
        ],
        "first=0",
    ),
    ("seconds rounded", "flat", [("wait <-> delay", "wait <-> delay : x_rounded")], "wait <-> delay : x_rounded"),
    (
        "seconds rounded",
        "list",
        [("seconds <-> duration", "seconds <-> duration : x_rounded")],
        "seconds <-> duration : x_rounded",
    ),
    (
        "seconds rounded",
        "call",
        [("filters.seconds <-> seconds", "filters.seconds <-> seconds : x_rounded")],
        "filters.seconds <-> seconds : x_rounded",
    ),
    ("a guard too wide", "flat", [('old channel is "sms"', "old channel is present")], "old channel is present"),
    ("a guard too wide", "list", [('old kind is "in"', 'old kind is not "x"')], 'old kind is not "x"'),
    (
        "a guard too wide",
        "call",
        [('old filters.mode is "any"', "old filters.mode is present")],
        "old filters.mode is present",
    ),
    (
        "a lookup used in the wrong direction",
        "flat",
        [("integer <-> string", "string <-> integer")],
        "team_id <-> team",
    ),
    (
        "a lookup used in the wrong direction",
        "list",
        [("integer <-> string", "string <-> integer")],
        "team_id <-> team",
    ),
    (
        "a lookup used in the wrong direction",
        "call",
        [("integer <-> string", "string <-> integer")],
        "filters.team_id <-> team",
    ),
]


@pytest.mark.parametrize(("mistake", "shape", "changes", "rule"), IN_TEXT, ids=[f"{m}-{s}" for m, s, _, _ in IN_TEXT])
def test_a_mistake_in_the_text(mistake: str, shape: str, changes: list[tuple[str, str]], rule: str) -> None:
    told = caught(replaced(SPECS[shape], *changes))
    assert rule in told, told
    assert "spec.map:" in told


# --- mistakes in the program -----------------------------------------------------------------------------------------

NULLED = {
    "flat": ("name", "name <-> title"),
    "list": ("from", "from <-> origin.number"),
    "call": ("name", "filters.name"),
}


def null_as_absent(made: CompiledProgram, part: str, member: str) -> CompiledProgram:
    """The same program, whose generated code does not see a null of that name."""

    def without(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: without(each) for name, each in value.items() if not (name == member and each is None)}
        return [without(each) for each in value] if isinstance(value, list) else value

    def blind(ways: CompiledMapping) -> CompiledMapping:
        def full(parts: Parts, answers: Any, asked: Any, log: Any) -> Parts:
            seen = Parts(without(parts.body), parts.path, parts.query, parts.header, parts.status, parts.route)
            return ways.full(seen, answers, asked, log)

        return attrs.evolve(ways, full=full)

    name = f"{part}_to_new"
    units = []
    for each in made.api.units:
        # A unit that is linked at its first use is no plain one: every field is fetched.
        fields = {field.alias: getattr(each.unit, field.name) for field in attrs.fields(CompiledUnit)}
        units.append(CompiledUnit(**{**fields, name: blind(fields[name])}))
    api = Api(tuple(units), made.program.lookups, made.program.old, made.program.new, made.program.digest)
    return attrs.evolve(made, api=api)


@pytest.mark.parametrize("shape", SPECS)
def test_null_read_as_absent(shape: str) -> None:
    member, rule = NULLED[shape]
    part = "response" if shape == "list" else "request"
    told = caught(SPECS[shape], lambda made: null_as_absent(made, part, member))
    assert "law 1" in told
    assert "expected null, found nothing" in told
    assert rule in told


BY_POSITION = {
    "list of records": LIST,
    "list in a call": CALL,
    "list in a request": """mapdsl 1
endpoint add {
  old POST /a
  new POST /b
  request { people[] <-> contacts[] { name <-> title; drop note } }
}
""",
}


@pytest.fixture
def by_position(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Residue that finds the first item of a list first, whatever it is now."""

    def find(self: Any, row: dict[str, Any]) -> int | None:
        place = repr(row.get("from") or row.get("to"))
        seen = self.__dict__.setdefault("seen", {}) if hasattr(self, "__dict__") else {}
        seen[place] = seen.get(place, -1) + 1
        return int(seen[place])

    monkeypatch.setattr(_Restorer, "_find", find)
    return


@pytest.mark.parametrize("shape", BY_POSITION)
def test_residue_matched_by_position(shape: str, by_position: None) -> None:
    told = caught(BY_POSITION[shape])
    assert "law 8" in told
    assert "drop note" in told


def test_the_mistakes_are_ten_in_three_shapes_each() -> None:
    every = {mistake for mistake, *_ in IN_TEXT} | {"null read as absent", "residue matched by position"}
    assert len(every) == 10
    for mistake in {mistake for mistake, *_ in IN_TEXT}:
        assert len([1 for name, *_ in IN_TEXT if name == mistake]) == 3
