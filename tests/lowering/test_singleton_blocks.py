"""A list of one against its item, with a block of rules for the item: from the text to both engines, both ways."""

from __future__ import annotations

from typing import Any

import pytest

from mapdsl import ir
from mapdsl.errors import TranslationError
from mapdsl.pipeline import CompiledProgram, compile_text
from mapdsl.runtime import Api, translate_request, translate_response
from mapdsl.testing.generation import Messages, documents, stub_answers
from mapdsl.testing.interpreter import interpreted
from mapdsl.testing.laws.agreement import disagreements
from mapdsl.testing.laws.compare import differences

COMPILED = compile_text(
    """mapdsl 1
    lookup user : string <-> string
    endpoint get_call {
      old GET /calls
      new GET /v2/calls
      response {
        records <-> data.call : singleton {
          uuid <-> id
          by <-> user.id : user else pass
          cost <-> price : clamp(0, 100)
          drop agent
          tags[] <-> labels[] key name {
            name <-> title
            drop color
          }
          legs <-> leg : singleton { n <-> number; drop call }
        }
        rows[] <-> lines[] : singleton { a <-> b }
        codes <-> code : singleton { $ <-> $ : clamp(0, 10) }
        drop total = 1
      }
    }
    """
)
AROUND = compile_text(
    """mapdsl 1
    endpoint e {
      old GET /a
      new GET /b
      response {
        calls <-> call : singleton {
          id <-> id
          legs <-> leg : singleton { of <-> @body.first; call <- @up.id }
        }
      }
    }
    """
)
WHOLE = compile_text("mapdsl 1\nendpoint e { old GET /a; new GET /b; response { $ <-> $ : singleton { x <-> y } } }")
ENGINES = {
    "generated": lambda compiled: compiled.api,
    "interpreter": lambda compiled: interpreted(compiled.program),
}


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Any:
    return ENGINES[request.param]


def translated(api: Api, to: str, body: Any) -> Any:
    (name,) = api
    return api[name].transform("response", to=to)(body, {"user": {"u": "U", "U": "u"}})


def refused(api: Api, to: str, body: Any) -> list[tuple[str, str, str]]:
    with pytest.raises(TranslationError) as caught:
        translated(api, to, body)
    return [(problem.path, problem.expected, problem.found) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"total": 1}, {}),  # absent stays absent
        ({"records": None, "total": 1}, {"data": {"call": None}}),  # null stays null
        ({"records": [{}], "total": 1}, {"data": {"call": {}}}),  # an empty item is an item
        (
            {"records": [{"uuid": 1, "by": "u", "x": [0], "tags": [{"name": "a"}, {}, None]}], "total": 1},
            {"data": {"call": {"id": 1, "user": {"id": "U"}, "x": [0], "labels": [{"title": "a"}, {}, None]}}},
        ),
        ({"records": [{"legs": [{"n": None}]}], "total": 1}, {"data": {"call": {"leg": {"number": None}}}}),
        ({"records": [{"legs": None}], "total": 1}, {"data": {"call": {"leg": None}}}),
        ({"rows": [[{"a": 1}], None, [{"z": 2}]], "total": 1}, {"lines": [{"b": 1}, None, {"z": 2}]}),
        ({"rows": [], "total": 1}, {"lines": []}),
        ({"codes": [7], "total": 1}, {"code": 7}),
    ],
)
def test_the_item_of_a_list_of_one_is_translated_both_ways(engine: Any, old: Any, new: Any) -> None:
    api = engine(COMPILED)
    assert translated(api, "new", old) == new
    assert translated(api, "old", new) == old


def test_rules_inside_see_what_is_around_the_list(engine: Any) -> None:
    new = {"call": {"id": "c", "leg": {}}, "first": 1}
    old = {"calls": [{"id": "c", "legs": [{"of": 1, "call": "c"}]}]}
    assert translated(engine(AROUND), "old", new) == old
    assert translated(engine(AROUND), "new", old) == new


@pytest.mark.parametrize(
    ("old", "problems"),
    [
        ({"records": []}, [("body.records", "a list of one", "an empty list")]),
        ({"records": [{}, {}]}, [("body.records", "a list of one", "a list of 2")]),
        ({"records": {}}, [("body.records", "a list of one", "an empty object")]),
        ({"records": "x"}, [("body.records", "a list of one", '"x"')]),
        ({"records": [None]}, [("body.records[0]", "an object", "null")]),
        ({"records": [[{}]]}, [("body.records[0]", "an object", "a list of 1")]),
        ({"records": [{"cost": "x"}]}, [("body.records[0].cost", "a number", '"x"')]),
        ({"records": [{"tags": [{}, 1]}]}, [("body.records[0].tags[1]", "an object", "1")]),
        ({"records": [{"legs": [{}, {}]}]}, [("body.records[0].legs", "a list of one", "a list of 2")]),
        (
            {"rows": [[{"a": 1}], [], [1]]},
            [("body.rows[1]", "a list of one", "an empty list"), ("body.rows[2][0]", "an object", "1")],
        ),
        ({"codes": [None]}, [("body.codes[0]", "a value", "null")]),
        ({"codes": ["x"]}, [("body.codes[0]", "a number", '"x"')]),
    ],
)
def test_anything_else_is_refused_to_new(engine: Any, old: Any, problems: list[tuple[str, str, str]]) -> None:
    assert refused(engine(COMPILED), "new", old) == problems


@pytest.mark.parametrize(
    ("new", "problems"),
    [
        ({"data": {"call": []}}, [("body.data.call", "an object", "an empty list")]),
        ({"data": {"call": "x"}}, [("body.data.call", "an object", '"x"')]),
        ({"data": 1}, [("body.data", "an object", "1")]),
        ({"data": {"call": {"user": []}}}, [("body.data.call.user", "an object", "an empty list")]),
        ({"lines": [{}, [{}]]}, [("body.lines[1]", "an object", "a list of 1")]),
        ({"code": 11}, [("body.code", "a number from 0 to 10", "11")]),
    ],
)
def test_what_is_no_item_is_refused_to_old(engine: Any, new: Any, problems: list[tuple[str, str, str]]) -> None:
    assert refused(engine(COMPILED), "old", new) == problems


def test_a_whole_body_is_a_list_of_one(engine: Any) -> None:
    assert translated(engine(WHOLE), "new", [{"x": 1, "z": 2}]) == {"y": 1, "z": 2}
    assert translated(engine(WHOLE), "old", {"y": 1, "z": 2}) == [{"x": 1, "z": 2}]
    assert refused(engine(WHOLE), "new", []) == [("body", "a list of one", "an empty list")]


def test_a_query_parameter_given_once_is_a_list_of_one() -> None:
    api = compile_text(
        "mapdsl 1\nendpoint e { old GET /a; new GET /b; query { ids <-> id : singleton { $ <-> $ : lower } } }"
    ).api
    assert translate_request(api, {"method": "GET", "path": "/a?ids=AB"}, "new").request.query == {"id": "ab"}
    assert translate_request(api, {"method": "GET", "path": "/b?id=ab"}, "old").request.query == {"ids": "AB"}
    with pytest.raises(TranslationError, match=r"query\.ids: expected a list of one, found a list of 2"):
        translate_request(api, {"method": "GET", "path": "/a?ids=A&ids=B"}, "new")


# --- losses and residue --------------------------------------------------------------------------------------------


def there(api: Api, to: str, body: Any, residue: Any = None) -> Any:
    message = {"status": 200, "body": body}
    lookups = {"user": {"u": "U"}}
    return translate_response(api, message, to, endpoint="get_call", lookups=lookups, residue=residue)


OLD = {
    "records": [
        {
            "uuid": "c",
            "agent": None,
            "cost": 250,
            "by": "nobody",
            "tags": [{"name": "a", "color": "red"}, {"name": "b", "color": "blue"}],
            "legs": [{"n": 1, "call": "other"}],
        }
    ],
    "total": 7,
}


def test_losses_have_the_index_of_the_one_item(engine: Any) -> None:
    result = there(engine(COMPILED), "new", OLD)
    assert [loss.path for loss in result.lost] == [
        "body.records[0].by",
        "body.records[0].cost",
        "body.records[0].agent",
        "body.records[0].tags[0].color",
        "body.records[0].tags[1].color",
        "body.records[0].legs[0].call",
        "body.total",
    ]


def test_residue_brings_home_what_the_item_lost(engine: Any) -> None:
    api = engine(COMPILED)
    result = there(api, "new", OLD)
    assert result.response.body["data"]["call"] == {
        "id": "c",
        "user": {"id": "nobody"},
        "price": 100,
        "labels": [{"title": "a"}, {"title": "b"}],
        "leg": {"number": 1},
    }
    assert there(api, "old", result.response.body, result.residue).response.body == OLD


def test_residue_fits_while_the_value_beside_it_stands(engine: Any) -> None:
    """The item was edited, and its labels put in another order: they are found by their name."""
    api = engine(COMPILED)
    result = there(api, "new", OLD)
    edited = {
        "data": {
            "call": {"id": "d", "price": 99, "labels": [{"title": "b"}, {"title": "a"}], "leg": {"number": 1}},
        }
    }
    assert there(api, "old", edited, result.residue).response.body["records"] == [
        {
            "uuid": "d",
            "agent": None,
            "cost": 99,
            "tags": [{"name": "b", "color": "blue"}, {"name": "a", "color": "red"}],
            "legs": [{"n": 1, "call": "other"}],
        }
    ]


def test_residue_is_left_out_where_the_item_is_gone(engine: Any) -> None:
    api = engine(COMPILED)
    residue = there(api, "new", OLD).residue
    assert there(api, "old", {"data": {"call": None}}, residue).response.body == {"records": None, "total": 7}
    assert there(api, "old", {}, residue).response.body == {"total": 7}


def test_residue_of_a_new_item_comes_home(engine: Any) -> None:
    """The list stands in the translation: what vouches for an entry is the item in it."""
    api = engine(COMPILED)
    new = {
        "data": {
            "other": 1,
            "call": {"user": None, "x": 1, "agent": "nowhere", "leg": {"number": 1, "call": 2}},
        }
    }
    result = there(api, "old", new)
    assert result.response.body == {
        "data": {"other": 1},
        "records": [{"x": 1, "legs": [{"n": 1}]}],
        "total": 1,
    }
    assert [loss.path for loss in result.lost] == [
        "body.data.call.user",  # null, where rules speak of its members alone
        "body.data.call.agent",
        "body.data.call.leg.call",
    ]
    assert there(api, "new", result.response.body, result.residue).response.body == new


def test_a_row_of_residue_says_that_the_item_is_the_only_one() -> None:
    residue = there(COMPILED.api, "new", {"records": [{"agent": 1}], "total": 1}).residue
    assert residue["items"] == [{"from": ["body", "records"], "only": True}]
    residue["items"][0]["only"] = 1
    with pytest.raises(TranslationError, match=r"residue.items\[0\].only"):
        there(COMPILED.api, "old", {"data": {"call": {}}}, residue)


# --- laws ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("compiled", [COMPILED, AROUND, WHOLE], ids=["members", "around", "whole"])
@pytest.mark.parametrize("to", ["new", "old"])
def test_both_engines_do_the_same(compiled: CompiledProgram, to: str) -> None:
    (unit,) = compiled.program.units
    ways = compiled.api.units[0].unit.ways("response", to)
    mapping = unit.response[0 if to == "new" else 1]
    lookups = {lookup.name: lookup for lookup in compiled.program.lookups}
    clean = 0
    for document in documents(mapping, 3, 300):
        outcome, found = disagreements(mapping, ways, document, lambda asked: stub_answers(asked, lookups, to))
        assert not found, "\n".join([repr(document.parts.body), *found])
        clean += not outcome.problems
    assert clean >= 100


@pytest.mark.parametrize("side", ["old", "new"])
def test_drawn_messages_come_home_with_their_residue(side: str) -> None:
    (unit,) = COMPILED.program.units
    messages = Messages(COMPILED.api, COMPILED.program, unit)
    other = "new" if side == "old" else "old"
    home = 0
    for document in documents(unit.response[0 if side == "old" else 1], 11, 300):
        body = document.parts.body
        message = {"status": 200, "body": body}
        lookups = messages.lookups()
        try:
            result = translate_response(COMPILED.api, message, other, endpoint="get_call", lookups=lookups)
            back = translate_response(
                COMPILED.api, result.response, side, endpoint="get_call", lookups=lookups, residue=result.residue
            )
        except TranslationError:
            continue
        home += 1
        assert not list(differences(body, back.response.body)), (body, result.response.body)
    assert home >= 100


def test_the_checker_knows_the_kind_and_the_printer_names_it() -> None:
    assert ir.check(COMPILED.program) == ()
    assert "each    one body.records -> body.data.call" in ir.print_program(COMPILED.program)


def test_show_spells_the_members_on_both_sides() -> None:
    (unit,) = COMPILED.program.units
    ends = {(info.kind, info.old, info.new) for info in unit.response[0].rules}
    assert {("one", "records", "data.call"), ("rename", "records[].uuid", "data.call.id")} <= ends
