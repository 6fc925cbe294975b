"""The short way of requests says what the long one says: on drawn messages of both guides and of all conformance specs.

The long way is the truth. The short way gives the same, or nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from random import Random
from typing import Any
from unittest.mock import patch

import pytest

from mapdsl.errors import MapError
from mapdsl.pipeline import CompiledProgram, compile_text
from mapdsl.runtime import Api, Request, TranslatedRequest
from mapdsl.runtime.calls import begin, wanted_keys
from mapdsl.runtime.compiled import Parts
from mapdsl.runtime.residue import residue
from mapdsl.runtime.translation import lookups, open_all, translate_plainly
from mapdsl.runtime.transport import other_side, validated
from mapdsl.testing.generation import Messages, documents
from tests.conformance.reading import Spec, constructs, hardest
from tests.conformance.running import compiled
from tests.guides import guide

SEED = 5
DRAWN = [12, pytest.param(60, marks=pytest.mark.long)]
HEADERS: tuple[Any, ...] = (
    *({"Content-Type": "application/json", "User-Agent": "x/1", "Accept": "*/*"}, {"content-type": "text/plain"}),
    *({"Connection": "keep-alive", "Host": "a", "Content-Length": "7"}, {"Connection": "X-A", "X-A": "1", "X-B": "2"}),
    *({"Cookie": "a=SECRET", "X-Api-Key": "SECRET", "Authorization": "Bearer SECRET"}, {"Authorization": "Basic %"}),
    *({"Digest": "x", "ETag": "1"}, {"Location": "/a", "Link": "</a>"}, {"X-A": "1", "x-a": "2"}, {"X A": "1"}),
    *({"X-A": "line\nend"}, {"X-A": "é"}, {"X-A": "ł"}, {"X-A": 7}, {"X-A": ["1", "2"]}, {7: "x"}, [], "no", None),
    *({"Connection": "close", "Close": "1"}, {"Authorization": "", "X-A": ""}, {"Authorization": "Bearer  "}),
)
BODIES: tuple[Any, ...] = (
    *(None, {}, [], "text", 7, 1.5, True, b"bytes", float("nan"), {"password": "SECRET"}, {"a": {"api_key": "SECRET"}}),
    *(
        {"one": "SECRET"},
        {"a": "1", "key": "SECRET"},
        {"a": {1: 2}},
        {"a": object()},
        [{}],
        {"a": [None]},
        {"nothing": {"of": [{"this": "kind"}]}},
    ),
)
QUERIES: tuple[Any, ...] = (
    *(
        None,
        {},
        [],
        {"a": "1"},
        {"a": 1},
        {"a": ["1", "2"]},
        {"a[b]": "1"},
        {"a[b": "1", "a": "2"},
        {"token": "SECRET"},
    ),
    *(
        {"api_key": "SECRET"},
        {"one": "SECRET"},
        {"key": "SECRET"},
        {"a": None},
        {"é": "é"},
        {1: "a"},
        {"a[]": "1", "a": "1"},
        {"a": "1,2"},
    ),
)
PATHS = ("", "?a=1", "/", "//", "/..", "/%7Bx%7D", "#x", "/é", "/{x}", "/more")


def long_way(api: Api, message: Any, side: str, given: Mapping[str, Any]) -> TranslatedRequest:
    """What the steps give, without the short cuts that they share with the short way."""
    with patch.object(residue, "_simple_entries", never), patch.object(lookups, "simple_answers", never):
        return steps(api, message, side, given)


def never(*_: Any) -> None:
    return None


def steps(api: Api, message: Any, side: str, given: Mapping[str, Any]) -> TranslatedRequest:
    requests = (validated(Request.from_any(message)),)
    opened = open_all(api.catalog, requests, side, None)
    return begin(api.catalog, opened, side, other_side(side), given).translate(frozenset())


def told(value: TranslatedRequest) -> list[Any]:
    """All that a result says, what its repr hides included."""
    requests = [
        (repr(each), each.to_dict(), list(each.headers), list(each.query), each.unfilled, each._secrets, each._places)
        for each in value.requests
    ]
    pairs = [[said(each.old), said(each.new), each.old_id, each.new_id] for each in (value.asked, *value.calls)]
    own = (value.endpoint, value.variant, value.to, value.complete, value.problems)
    return [own, requests, repr(value.lost), value.lost, value.residue, repr(value.residue), pairs]


def said(parts: Parts) -> list[Any]:
    return [repr(getattr(parts, name)) for name in Parts.__slots__]


def answers(api: Api, messages: Messages, message: Any, side: str) -> dict[str, Any]:
    """Dicts that answer what a message asks for."""
    to = other_side(side)
    made_up = messages.lookups()
    given = {name: each for name, each in made_up.items() if isinstance(each, dict)}
    try:
        opened = open_all(api.catalog, (validated(Request.from_any(message)),), side, None)
        wanted = wanted_keys(opened, to)
    except (MapError, TypeError):
        return given
    for name, keys in wanted.items():
        found = getattr(made_up[name], f"to_{to}")(list(keys)) if name in made_up else {}
        given[name] = found if to == "new" else {old: new for new, old in found.items()}
    return given


def variants(message: dict[str, Any], random: Random) -> Iterator[dict[str, Any]]:
    """The message, and others like it of which one part is odd."""
    yield message
    yield {**message, "headers": {**message["headers"], **(random.choice(HEADERS[:9]))}}
    yield {**message, "headers": random.choice(HEADERS)}
    yield {**message, "query": random.choice(QUERIES)}
    yield {**message, "query": {**message["query"], **random.choice(QUERIES[3:10])}}
    yield {**message, "body": random.choice(BODIES)}
    if isinstance(message["body"], dict):
        yield {**message, "body": {**message["body"], "spare": [1, {"a": None}], "passwort": "", "password": "SECRET"}}
        if message["body"]:
            name = random.choice(list(message["body"]))
            yield {**message, "body": {**message["body"], name: random.choice((None, {}, [], 7, "x", ["x"], {"a": 1}))}}
    yield {**message, "path": message["path"] + random.choice(PATHS)}
    yield {**message, "more": 1}


def compare(program: CompiledProgram, count: int) -> tuple[int, int]:
    """How many messages went the short way, of how many that the long way takes."""
    short, whole = 0, 0
    api = program.api
    for unit in program.program.units:
        messages = Messages(api, program.program, unit)
        for side in ("old", "new"):
            if "request" in unit.opaque:
                continue
            mapping, wanted = messages.mapping("request", side), messages.wanted("request", side)
            drawn = list(documents(mapping, SEED, count, wanted))
            random = Random(f"{SEED} {unit.endpoint} {unit.variant} {side}")
            for each in messages.requests(side, [*drawn, *messages.odd_paths(side, drawn)]):
                assert isinstance(each.message, Request)
                for message in variants(each.message.to_dict(), random):
                    given = answers(api, messages, message, side)
                    if random.random() < 0.2 and given:
                        given.pop(random.choice(list(given)))
                    made = translate_plainly(api.catalog, message, side, None, given)
                    try:
                        truth = long_way(api, message, side, given)
                    except (MapError, TypeError):
                        assert isinstance(made, bool), message
                        continue
                    whole += 1
                    if not isinstance(made, bool):
                        short += 1
                        assert told(made) == told(truth), message
    return short, whole


@pytest.mark.parametrize("count", DRAWN)
def test_both_ways_say_the_same_of_a_guide(count: int) -> None:
    short, whole = compare(guide("voiso"), count)
    assert short > whole / 20  # most drawn messages are odd somewhere, and half of the endpoints have pages or fans


@pytest.mark.parametrize("count", DRAWN)
def test_requests_to_and_from_rpc_go_the_long_way(count: int) -> None:
    assert compare(guide("callr"), count)[0] == 0


# Each endpoint has what only few specs have, so that the messages above meet it.
RARE = """
mapdsl 1
credential key
credential shared same
credential one
hole flag "no document names the flag" assume "active"
lookup name : string <-> string
lookup queue : string <-> integer
auth moved credential key { old @path.key; new bearer }
auth same credential shared { old @header.X-Shared; new bearer }
auth several credential key { old basic; old scheme "Api-Key"; new bearer }
auth one credential one { old @query.one; new basic }

endpoint constant {
  old POST /v1/constant
  new POST /v2/constant
  request { add kind = "x" }
}
endpoint typed {
  old POST /v1/typed
  new POST /v2/typed
  fields old request { n: integer; m?: string }
  fields new request { n: number; must: string }
  request { n <-> n; m <-> must }
}
endpoint listed {
  old POST /v1/listed
  new POST /v2/listed
  request { tags[] <-> @header.X-Tags[] : string }
}
endpoint several {
  old POST /v1/several
  new POST /v2/several
  auth several
}
endpoint guessed {
  old POST /v1/guessed
  new POST /v2/guessed
  request { open <-> flag }
}
endpoint literal {
  old POST /v1/things/{key}/{id}/{kind}
  new POST /v2/things/{id}/{kind}
  auth moved
  request { @path.id <-> @path.id; @path.kind <-> @path.kind; names <-> names : csv | each(name) }
}
endpoint rival {
  old POST /v1/things/{key}/a/b
  new POST /v2/things/special/{kind}
  auth moved
  request { kind <-> @path.kind : string }
}
endpoint shared {
  old POST /v1/shared
  new POST /v2/shared
  auth same
  request { a <-> b; q <-> q : ref(name, id, queue) }
}
endpoint one {
  old POST /v1/one
  new PUT /v2/one
  new POST /v2/one
  auth one
  request { a <-> b }
}
"""


SPECS = [
    pytest.param(spec, id=f"{construct.name}-{number}", marks=() if number == 1 else pytest.mark.long)
    for construct in (*constructs(), *hardest())
    for number, spec in enumerate(construct.specs(), start=1)
]


@pytest.mark.parametrize("spec", SPECS)
def test_both_ways_say_the_same_of_each_construct(spec: Spec) -> None:
    compare(compiled(spec), 4)


def test_both_ways_say_the_same_of_what_is_rare() -> None:
    short, whole = compare(compiled_rare(), 40)
    assert short > whole / 10


KEYS = {"key": {"K": "N"}}
IN_HEADER = {"Authorization": "Api-Key K"}
MESSAGES: tuple[tuple[str, dict[str, Any], dict[str, Any]], ...] = (
    # What the body becomes is JSON, and what came was none: another Content-Type goes out.
    ("old", {"method": "POST", "path": "/v1/constant", "headers": {"Content-Type": "text/plain"}}, {}),
    ("old", {"method": "POST", "path": "/v1/constant", "headers": {"Content-Type": "text/plain"}, "body": {}}, {}),
    # Another route takes what would be written.
    ("old", {"method": "POST", "path": "/v1/things/K/special/x"}, KEYS),
    ("old", {"method": "POST", "path": "/v1/things/K/other/x"}, KEYS),
    # What a lookup gives otherwise is lost.
    ("new", {"method": "POST", "path": "/v2/shared", "body": {"q": {"id": 7, "name": "a"}}}, {"queue": {"b": 7}}),
    ("new", {"method": "POST", "path": "/v2/shared", "body": {"q": {"id": 7, "name": "b"}}}, {"queue": {"b": 7}}),
    # Credentials that no header can hold, that nobody has, and that are spelled otherwise.
    *(
        ("old", {"method": "POST", "path": "/v1/things/K/a/x"}, {"key": {"K": answer}})
        for answer in ("é", "a b", "a\n", "", None, 7, True, ["x"], {"x": 1}, "N")
    ),
    ("old", {"method": "POST", "path": "/v1/things/K/a/x"}, {}),
    ("old", {"method": "POST", "path": "/v1/things/7/a/x"}, {"key": {7: "N"}}),
    ("old", {"method": "POST", "path": "/v1/things/K/a/x"}, {"key": lambda keys: {"K": "N"}}),
    ("old", {"method": "POST", "path": "/v1/shared", "headers": {"x-shared": "S"}, "body": {"a": [1]}}, {}),
    ("old", {"method": "POST", "path": "/v1/one", "query": {"one": "S"}}, {"one": {"S": "n:p"}}),
    ("new", {"method": "PUT", "path": "/v2/one", "headers": {"Authorization": "Basic bjpw"}}, {"one": {"S": "n:p"}}),
    ("new", {"method": "POST", "path": "/v2/one", "headers": {"Authorization": "Basic bjpw"}}, {"one": {"S": "n:p"}}),
    ("new", {"method": "POST", "path": "/v2/listed", "headers": {"x-tags": "a"}}, {}),
    ("new", {"method": "POST", "path": "/v2/listed", "headers": {"x-Tags": ["a", "b"]}}, {}),
    ("old", {"method": "POST", "path": "/v1/several", "headers": IN_HEADER}, KEYS),
    (
        "old",
        {"method": "POST", "path": "/v1/several", "headers": IN_HEADER},
        {"key": {"Api-Key K": "N"}},
    ),
    ("old", {"method": "POST", "path": "/v1/guessed", "body": {"open": True}}, {}),
    ("old", {"method": "POST", "path": "/v1/typed", "body": {"n": "no integer"}}, {}),
    ("old", {"method": "POST", "path": "/v1/typed", "body": {"n": 1.5}}, {}),
    ("old", {"method": "POST", "path": "/v1/typed", "body": {"n": 1}}, {}),
    ("old", {"method": "POST", "path": "/v1/shared", "headers": {"X-Shared": "S"}}, {"shared": {"S": "OTHER"}}),
)


@pytest.mark.parametrize(("side", "message", "given"), MESSAGES)
def test_both_ways_say_the_same_of_a_message(side: str, message: dict[str, Any], given: dict[str, Any]) -> None:
    api = compiled_rare().api
    made = translate_plainly(api.catalog, message, side, None, given)
    try:
        truth = long_way(api, message, side, given)
    except MapError:
        assert isinstance(made, bool)
    else:
        assert isinstance(made, bool) or told(made) == told(truth)


@cache
def compiled_rare() -> CompiledProgram:
    return compile_text(RARE)
