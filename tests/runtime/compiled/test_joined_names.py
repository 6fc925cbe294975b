"""Names in one text, of which some hold the comma: what is asked for, how it is read, and who can be asked back."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

import pytest

from mapdsl import Api, TranslationError, loads, translate_request, translate_response
from mapdsl.conversions import build
from mapdsl.pipeline import compile_text
from mapdsl.runtime.compiled.joined_names import ask_items, known_items
from mapdsl.testing.interpreter import interpreted

AGAIN = "a list of names that lookup queue reads as the same names in one text"
REFUSED = "a list of texts, none of them empty, with a comma or with blanks around it"
SPEC = """
mapdsl 1
lookup queue : string <-> integer
endpoint e {
  old POST /old
  new POST /new
  request { v <-> w : csv | each(queue); r <-> q : csv | each(ref(name, id, queue)) else absent }
}
"""


def spans(text: object) -> list[tuple[int, int]]:
    found = build("csv", ()).to_new.spans
    assert found is not None
    return found(text)


def asked_for(text: str) -> list[str]:
    asked: dict[str, dict[str, None]] = {"queue": {}}
    ask_items(asked, "queue", spans, text)
    return list(asked["queue"])


def test_the_pieces_are_asked_for_first_and_then_what_stands_together() -> None:
    assert asked_for(" a, b,,c ,") == ["a", "b", "c", "a, b", "a, b,,c", "b,,c"]


def test_at_most_eight_pieces_stand_together() -> None:
    joined = [key for key in asked_for("1,2,3,4,5,6,7,8,9,10") if "," in key]
    assert max(key.count(",") for key in joined) == 7
    assert len(joined) == 9 + 8 + 7 + 6 + 5 + 4 + 3  # of two pieces up to eight


def test_of_more_than_a_hundred_pieces_none_are_joined() -> None:
    hundred = ",".join(map(str, range(100)))
    assert "0,1" in asked_for(hundred)
    assert known_items(spans, hundred, {"0,1"})[:2] == ["0,1", "2"]
    more = hundred + ",100"
    assert asked_for(more) == [str(number) for number in range(101)]
    assert known_items(spans, more, {"0,1"})[:2] == ["0", "1"]


@pytest.mark.parametrize(
    ("known", "items"),
    [
        ({"a", "b", "a,b"}, ["a", "b", "c"]),  # both readings leave c unknown: pieces stay apart
        ({"a", "a,b", "a,b,c"}, ["a,b,c"]),
        ({"a", "b,c", "a,b"}, ["a", "b,c"]),  # the longest name at the front would leave c unknown
        ({"a", "c", "a,b", "b,c"}, ["a,b", "c"]),
        (set(), ["a", "b", "c"]),
    ],
)
def test_the_reading_that_leaves_the_fewest_pieces_unknown_counts(known: set[str], items: list[str]) -> None:
    assert known_items(spans, "a,b,c", known) == items


class Both:
    def to_new(self, keys: list[str]) -> dict[str, int]:
        return {"Sales, North": 5} if "Sales, North" in keys else {}

    def to_old(self, keys: list[int]) -> dict[int, str]:
        return {5: "Sales, North"} if 5 in keys else {}


@pytest.fixture(params=["generated", "interpreted"])
def engine(request: pytest.FixtureRequest) -> Callable[[str], Api]:
    """What makes an Api of a spec."""

    def compiled(spec: str) -> Api:
        made = compile_text(spec, "items.map")
        return made.api if request.param == "generated" else interpreted(made.program)

    return compiled


def to_old(body: Any, lookups: Any, api: Api | None = None) -> Any:
    request = {"method": "POST", "path": "/new", "body": body}
    return translate_request(api or loads(SPEC), request, to="old", lookups=lookups).request.body


def told(error: TranslationError) -> list[tuple[str, str]]:
    return [(problem.path, problem.expected) for problem in error.problems]


@pytest.mark.parametrize("queue", [{"Sales, North": 5}, Both()])
def test_a_lookup_of_both_ways_is_asked_how_the_text_is_read(queue: Any) -> None:
    body = {"w": [5], "q": [{"name": "Sales, North", "id": 5}]}
    assert to_old(body, {"queue": queue}) == {"v": "Sales, North", "r": "Sales, North"}


def test_a_function_cannot_be_asked_back() -> None:
    with pytest.raises(TranslationError) as caught:
        to_old({"w": [5]}, {"queue": Both().to_old})
    assert [(problem.path, problem.expected) for problem in caught.value.problems] == [("body.w", REFUSED)]


def test_residue_brings_blanks_back_around_a_name_with_a_comma() -> None:
    api, lookups = loads(SPEC), {"queue": {"Sales , North": 5, "Support": 6}}
    body = {"v": "Sales , North , Support,"}
    there = translate_request(api, {"method": "POST", "path": "/old", "body": body}, to="new", lookups=lookups)
    assert there.request.body == {"w": [5, 6]}
    assert there.lost == ()
    home = translate_request(api, there.request, to="old", lookups=lookups, residue=there.residue)
    assert home.request.body == body


def test_what_one_lookup_says_decides_nothing_for_another() -> None:
    spec = SPEC.replace("lookup queue", "lookup team : string <-> integer\nlookup queue").replace(
        "v <-> w", "t <-> u : csv | each(team); v <-> w"
    )
    request = {"method": "POST", "path": "/new", "body": {"u": [5], "w": [5]}}
    lookups = {"team": Both(), "queue": Both().to_old}
    with pytest.raises(TranslationError) as caught:
        translate_request(loads(spec), request, to="old", lookups=lookups)
    assert [(problem.path, problem.expected) for problem in caught.value.problems] == [("body.w", REFUSED)]


# --- names without the comma ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("known", "refused"),
    [
        ({"Sales,North": 7}, True),
        ({"Sales,North": 7, "Sales": 1}, True),
        ({"Sales,North": 7, "Sales": 1, "North": 2}, False),
        ({"Sales, North": 7}, False),  # which is another text
        ({"Sales": 1}, False),
        ({}, False),
    ],
)
def test_two_names_are_written_unless_the_lookup_makes_one_of_them(engine: Any, known: Any, refused: bool) -> None:
    body = {"q": [{"name": "Sales"}, {"name": "North"}]}
    if not refused:
        assert to_old(body, {"queue": known}, engine(SPEC)) == {"r": "Sales,North"}
        return
    with pytest.raises(TranslationError) as caught:
        to_old(body, {"queue": known}, engine(SPEC))
    assert told(caught.value) == [("body.q", AGAIN)]


def test_without_anybody_to_ask_two_names_are_written(engine: Any) -> None:
    body = {"q": [{"name": "Sales"}, {"name": "North"}]}
    assert to_old(body, None, engine(SPEC)) == {"r": "Sales,North"}
    assert to_old(body, {"queue": lambda keys: {}}, engine(SPEC)) == {"r": "Sales,North"}


class Counting:
    def __init__(self, table: dict[str, Any]) -> None:
        self.table = table
        self.asked: list[tuple[str, list[Any]]] = []

    def to_new(self, keys: list[Any]) -> dict[Any, Any]:
        self.asked.append(("new", keys))
        return {key: self.table[key] for key in keys if key in self.table}

    def to_old(self, keys: list[Any]) -> dict[Any, Any]:
        self.asked.append(("old", keys))
        return {new: old for old, new in self.table.items() if new in keys}


def test_names_that_the_lookup_gave_are_not_asked_for_again(engine: Any) -> None:
    queue = Counting({"Sales": 1, "North": 2})
    assert to_old({"w": [1, 2]}, {"queue": queue}, engine(SPEC)) == {"v": "Sales,North"}
    assert queue.asked == [("old", [1, 2])]


def test_an_answer_that_does_not_fit_is_told_as_one() -> None:
    queue = Counting({"Sales, North": "five"})
    with pytest.raises(TranslationError) as caught:
        to_old({"q": [{"name": "Sales, North"}]}, {"queue": queue})
    assert ('lookups.queue["Sales, North"]', "an integer") in told(caught.value)


def test_a_lookup_without_an_inverse_reads_no_text_of_the_new_side(engine: Any) -> None:
    """Nobody asks it to old: then every comma of the text separates, whatever a dict of it would say."""
    spec = """mapdsl 1
lookup title : integer -> string
endpoint e {
  old POST /old
  new POST /new
  request { a <-> ids; a -> b : each(title) | flip(csv) }
}"""
    request = {"method": "POST", "path": "/old", "body": {"a": [5]}}
    with pytest.raises(TranslationError) as caught:
        translate_request(engine(spec), request, to="new", lookups={"title": {5: "Sales, North"}})
    assert told(caught.value) == [("body.a", REFUSED)]


# --- what else is looked at -------------------------------------------------------------------------------------------


def test_a_name_with_a_comma_hides_no_other_problem(engine: Any) -> None:
    """A problem that the lookup takes back must not keep the declared fields from being looked at."""
    spec = """mapdsl 1
lookup queue : string <-> integer
endpoint e {
  old POST /old
  new POST /new
  fields old request { v: string; n: integer }
  request { v <-> w : csv | each(queue); n <-> n }
}"""
    with pytest.raises(TranslationError) as caught:
        to_old({"w": [5], "n": "no number"}, {"queue": {"Sales, North": 5}}, engine(spec))
    assert [problem.path for problem in caught.value.problems] == ["body.n"]


# --- items of a fan and of a gather -----------------------------------------------------------------------------------

FAN = """
mapdsl 1
lookup queue : string <-> integer
endpoint e {
  old POST /old
  new POST /new
  request { fan users[] { id <-> id; queues <-> queues : csv | each(queue) }; text <-> text }
  response {
    gather users[] MODE {
      id <-> id
      queues <-> queues : csv | each(ref(name, id, queue)) else absent
      FAILURE
    }
    text <-> text
  }
}
"""
ALL = FAN.replace("MODE", "all").replace("FAILURE", "")
EACH = FAN.replace("MODE", "each").replace(
    "FAILURE", "drop ok = true; failure when old ok is false { names <-> names : csv | each(queue); drop ok = false }"
)


def new_requests(*bodies: Any) -> list[Any]:
    return [{"method": "POST", "path": "/new", "body": body} for body in bodies]


def test_items_of_a_fan_hold_names_with_a_comma_and_the_lookup_is_asked_once_a_way(engine: Any) -> None:
    queue = Counting({"Sales, North": 5, "Support": 6})
    messages = new_requests({"id": 1, "queues": [5, 6], "text": "x"}, {"id": 2, "queues": [5], "text": "x"})
    made = translate_request(engine(ALL), messages, to="old", lookups={"queue": queue})
    users = [{"id": 1, "queues": "Sales, North,Support"}, {"id": 2, "queues": "Sales, North"}]
    assert made.request.body == {"users": users, "text": "x"}
    assert [way for way, _ in queue.asked] == ["old", "new"]


def test_messages_of_a_fan_must_agree_where_a_name_has_a_comma_too(engine: Any) -> None:
    messages = new_requests({"id": 1, "queues": [5], "text": "x"}, {"id": 2, "queues": [5], "text": "y"})
    with pytest.raises(TranslationError) as caught:
        translate_request(engine(ALL), messages, to="old", lookups={"queue": {"Sales, North": 5}})
    assert [problem.path for problem in caught.value.problems] == ["[1].body"]


def test_an_item_of_a_fan_is_refused_by_its_own_place(engine: Any) -> None:
    messages = new_requests({"id": 1, "queues": [6]}, {"id": 2, "queues": [5]})
    lookups = {"queue": {"Support": 6, "Sales, North": 5, "Sales": 1, "North": 2}}
    with pytest.raises(TranslationError) as caught:
        translate_request(engine(ALL), messages, to="old", lookups=lookups)
    assert told(caught.value) == [("[1].body.queues", REFUSED)]


@pytest.mark.parametrize("spec", [ALL, EACH])
def test_items_of_a_gather_hold_names_with_a_comma_and_the_lookup_is_asked_once(engine: Any, spec: str) -> None:
    queue = Counting({"Sales, North": 5})
    replies = [{"status": 200, "body": {"id": n, "queues": [{"name": "Sales, North", "id": 5}]}} for n in (1, 2)]
    made = translate_response(engine(spec), replies, to="old", endpoint="e", lookups={"queue": queue})
    ok = {"ok": True} if spec is EACH else {}
    users = [{"id": n, "queues": "Sales, North", **ok} for n in (1, 2)]
    assert made.response.body == {"users": users}
    assert [way for way, _ in queue.asked][:1] == ["new"]


def test_a_failed_call_is_an_item_with_a_name_with_a_comma(engine: Any) -> None:
    replies = [{"status": 422, "body": {"names": [5]}}, {"status": 200, "body": {"id": 2}}]
    made = translate_response(engine(EACH), replies, to="old", endpoint="e", lookups={"queue": {"Sales, North": 5}})
    assert made.response.body == {"users": [{"names": "Sales, North", "ok": False}, {"id": 2, "ok": True}]}


def test_an_item_of_a_gather_that_would_be_read_otherwise_is_told_by_its_reply(engine: Any) -> None:
    replies = [{"status": 200, "body": {"queues": [{"name": name}]}} for name in ("Support", "Sales, North")]
    with pytest.raises(TranslationError) as caught:
        translate_response(engine(EACH), replies, to="old", endpoint="e", lookups={"queue": {"Support": 6}})
    assert told(caught.value) == [("[1].body.queues", REFUSED)]


# --- functions on bodies alone ----------------------------------------------------------------------------------------

IDS = {"queue": {5: "Sales, North", 6: "Support"}}


def test_functions_on_bodies_alone_read_a_name_with_a_comma(engine: Any) -> None:
    function = engine(SPEC)["e"].transform("request", "new")
    assert function({"v": "Sales, North"}, {"queue": {"Sales, North": 5}}) == {"w": [5]}
    assert function.back_keys({"v": "Sales, North"}, {"queue": {"Sales, North": 5}}) == {}


def test_functions_on_bodies_alone_write_a_name_with_a_comma_where_the_lookup_was_asked_back(engine: Any) -> None:
    function = engine(SPEC)["e"].transform("request", "old")
    body = {"w": [5, 6], "q": [{"name": "a"}, {"name": "b"}]}
    keys = ["Sales", "North", "Support", "Sales, North", "Sales, North,Support", "North,Support", "a", "b", "a,b"]
    assert function.keys(body) == {"queue": [5, 6]}
    assert function.back_keys(body, IDS) == {"queue": keys}
    assert function(body, IDS, None, {"queue": {"Sales, North": 5, "Support": 6}}) == {
        "v": "Sales, North,Support",
        "r": "a,b",
    }


@pytest.mark.parametrize(
    ("back", "problems"),
    [
        (None, [("body.w", REFUSED)]),
        ({}, [("body.w", REFUSED)]),
        ({"queue": {}}, [("body.w", REFUSED)]),
        ({"queue": {"Sales": 1, "North": 2, "Sales, North": 5}}, [("body.w", REFUSED)]),
        ({"queue": {"Sales, North": 5, "a,b": 7}}, [("body.q", AGAIN)]),
    ],
)
def test_functions_on_bodies_alone_refuse_what_would_be_read_otherwise(engine: Any, back: Any, problems: Any) -> None:
    function = engine(SPEC)["e"].transform("request", "old")
    with pytest.raises(TranslationError) as caught:
        function({"w": [5], "q": [{"name": "a"}, {"name": "b"}]}, IDS, None, back)
    assert told(caught.value) == problems


LISTED = """
mapdsl 1
lookup queue : string <-> integer
endpoint e {
  old POST /old
  new POST /new
  request { l[] <-> m[] { r <-> q : csv | each(ref(name, id, queue)) else absent } }
}
"""


@pytest.mark.parametrize("back", [None, {"queue": {"a,b": 7}}])
def test_what_a_lookup_says_stands_where_it_was_found(engine: Any, back: Any) -> None:
    """Problems come by rule, and then by item, whether a lookup was asked for them or not."""
    function = engine(LISTED)["e"].transform("request", "old")
    body = {"m": [{"q": [{"id": 1}]}, {"q": [{"name": "a"}, {"name": "b"}]}, {"q": [{"name": "x, y"}]}]}
    with pytest.raises(TranslationError) as caught:
        function(body, {}, None, back)
    asked = [("body.m[1].q", AGAIN)] if back else []
    assert told(caught.value) == [("body.m[0].q[0]", 'member "name"'), *asked, ("body.m[2].q", REFUSED)]


def test_functions_on_bodies_of_a_fan_and_a_gather_ask_back_as_well(engine: Any) -> None:
    endpoint = engine(ALL)["e"]
    bodies = [{"id": 1, "queues": [5]}, {"id": 2, "queues": [6]}]
    function = endpoint.transform("request", "old")
    assert function.back_keys(bodies, IDS) == {"queue": ["Sales", "North", "Sales, North"]}
    users = [{"id": 1, "queues": "Sales, North"}, {"id": 2, "queues": "Support"}]
    assert function(bodies, IDS, None, {"queue": {"Sales, North": 5}}) == {"users": users}
    with pytest.raises(TranslationError) as caught:
        function(bodies, IDS)
    assert told(caught.value) == [("[0].body.queues", REFUSED)]

    replies = [{"id": 1, "queues": [{"name": "Sales, North", "id": 5}]}]
    gathered = endpoint.transform("response", "old")
    assert gathered.back_keys(replies) == {"queue": ["Sales", "North", "Sales, North"]}
    assert gathered(replies, None, None, {"queue": {"Sales, North": 5}}) == {"users": users[:1]}


def test_functions_on_bytes_ask_back_as_well() -> None:
    function = loads(SPEC)["e"].transform_bytes("request", "old")
    assert function.back_keys(b'{"w": [5]}', IDS) == {"queue": ["Sales", "North", "Sales, North"]}
    assert function(b'{"w": [5]}', IDS, None, {"queue": {"Sales, North": 5}}) == b'{"v":"Sales, North"}'


def test_a_function_out_of_a_pickle_asks_back_as_well() -> None:
    function = pickle.loads(pickle.dumps(loads(SPEC)["e"].transform("request", "old")))
    assert function.back_keys({"w": [5]}, IDS) == {"queue": ["Sales", "North", "Sales, North"]}
