"""What a case lost comes home exactly when the same choice is made there, in both engines."""

from __future__ import annotations

from typing import Any

import pytest

from mapdsl import Api, translate_request, translate_response
from mapdsl.pipeline import compile_text
from mapdsl.testing.interpreter import interpreted

BACK = {"new": "old", "old": "new"}


def engine(text: str, generated: bool) -> Api:
    made = compile_text(text, "spec.map")
    return made.api if generated else interpreted(made.program)


def request_spec(rules: str) -> str:
    return f"mapdsl 1\nendpoint e {{\n  old POST /a\n  new POST /b\n  request {{\n{rules}\n  }}\n}}\n"


def home(text: str, generated: bool, to: str, body: Any, edited: Any) -> Any:
    """The body that comes home with the residue of `body`, after the translation became `edited`."""
    api = engine(text, generated)
    path = {"new": "/a", "old": "/b"}
    there = translate_request(api, {"method": "POST", "path": path[to], "body": body}, to=to)
    sent = {**there.request.to_dict(), "body": edited(there.request.body)}
    return translate_request(api, sent, to=BACK[to], residue=there.residue).request.body


METHODS = """
    match {
      case old kind is "card", new type is "card" { number <-> card.number; drop cvc }
      case old kind is "bank", new type is "bank" { iban <-> bank.iban; drop mandate }
      case old kind is one of ("cash", "cheque"), new type is one of ("cash", "cheque") { kind <-> type; drop till }
      else pass
    }
    id <-> id
"""
CARD, BANK = {"kind": "card", "number": "4", "cvc": "1"}, {"type": "bank", "bank": {"iban": "DE"}}


@pytest.mark.parametrize("generated", [True, False])
@pytest.mark.parametrize(
    ("body", "edited", "expected"),
    [
        pytest.param(CARD, BANK, {"kind": "bank", "iban": "DE"}, id="another case"),
        pytest.param(
            CARD,
            {"type": "card", "card": {"number": "5"}},
            {"kind": "card", "number": "5", "cvc": "1"},
            id="the same case, of another value",
        ),
        pytest.param(
            {"kind": "cash", "till": 7},
            {"type": "cheque"},
            {"kind": "cheque", "till": 7},
            id="the same case, by another of its values",
        ),
        pytest.param({"kind": "cash", "till": 7}, {}, {}, id="no case any more"),
        pytest.param({"number": "4"}, {"id": 1}, {"number": "4", "id": 1}, id="of a case that was not taken"),
        pytest.param({"number": "4"}, BANK, {"kind": "bank", "iban": "DE"}, id="no case became one"),
        pytest.param(
            {**CARD, "iban": "DE"},
            {"type": "card", "card": {"number": "4"}},
            {**CARD, "iban": "DE"},
            id="a name of another case beside the one that is taken",
        ),
        pytest.param(
            {**CARD, "mandate": "m"},
            BANK,
            {"kind": "bank", "iban": "DE"},
            id="a name of the other case, which is taken now",
        ),
    ],
)
def test_where_the_same_case_is_taken(generated, body, edited, expected):
    text = request_spec(METHODS)
    assert home(text, generated, "new", body, lambda arrived: edited) == expected


@pytest.mark.parametrize("generated", [True, False])
@pytest.mark.parametrize("key", ["", " key id"])
def test_items_each_by_their_own_choice(generated, key):
    text = request_spec(f"items[] <-> items[]{key} {{ {METHODS} }}")
    items = [{"id": 1, **CARD}, {"id": 2, **CARD}, {"id": 3, "number": "9"}]

    def edit(arrived):
        _, second, third = arrived["items"]
        return {"items": [{"id": 1, **BANK}, second, third]}

    came = home(text, generated, "new", {"items": items}, edit)
    assert came == {"items": [{"id": 1, "kind": "bank", "iban": "DE"}, *items[1:]]}


NESTED = """
    match {
      case old a is "1", new p is "1" {
        match {
          case old b is "1", new q is "1" { x <-> x; drop deep }
          case old b is "2", new q is "2" { y <-> y }
          else pass
        }
        drop outer
      }
      case old a is "2", new p is "2" { z <-> z }
      else pass
    }
"""


@pytest.mark.parametrize("generated", [True, False])
@pytest.mark.parametrize(
    ("edited", "expected"),
    [
        ({"p": "1", "q": "1"}, {"a": "1", "b": "1", "deep": 1, "outer": 2}),
        ({"p": "1", "q": "2"}, {"a": "1", "b": "2", "outer": 2}),
        ({"p": "1"}, {"a": "1", "outer": 2}),
        ({"p": "2"}, {"a": "2"}),
        ({}, {}),
    ],
)
def test_a_choice_in_a_choice(generated, edited, expected):
    body = {"a": "1", "b": "1", "deep": 1, "outer": 2}
    assert home(request_spec(NESTED), generated, "new", body, lambda arrived: edited) == expected


@pytest.mark.parametrize("generated", [True, False])
def test_a_choice_by_presence(generated):
    text = request_spec('match { case old a is present, new t.type is "X" { a <-> t.v } else pass }')
    assert home(text, generated, "old", {"t": {"v": 1}}, lambda arrived: arrived) == {"t": {"v": 1}}
    assert home(text, generated, "old", {"t": {"v": 1}}, lambda arrived: {"a": 2}) == {"t": {"type": "X", "v": 2}}


@pytest.mark.parametrize("generated", [True, False])
def test_a_guard_that_says_what_is_not(generated):
    text = request_spec('match { case old a is present, old a is not "1", new b is present { a <-> b } else pass }')
    assert home(text, generated, "new", {"a": "1"}, lambda arrived: arrived) == {"a": "1"}
    assert home(text, generated, "new", {"a": "1"}, lambda arrived: {"b": "2"}) == {"a": "2"}


@pytest.mark.parametrize("generated", [True, False])
def test_a_case_that_the_way_home_never_takes(generated):
    text = request_spec('match { case old a is "1" { drop x } case old a is "2", new b is "2" { drop y } else pass }')
    body = {"a": "1", "x": 1}
    assert home(text, generated, "new", body, lambda arrived: arrived) == body
    assert home(text, generated, "new", body, lambda arrived: {"b": "2"}) == {"a": "2"}


RESPONSE = """mapdsl 1
endpoint e {
  old GET /a
  new GET /b
  response {
    match {
      case old @request.query.full is "1", old kind is "x", new type is "x" { drop much }
      case old kind is "x", new type is "x" { drop little }
      else pass
    }
  }
}
"""


@pytest.mark.parametrize("generated", [True, False])
@pytest.mark.parametrize(("query", "kept"), [({"full": "1"}, {"much": 1, "little": 2}), ({}, {"much": 1, "little": 2})])
def test_a_choice_by_what_was_asked(generated, query, kept):
    api = engine(RESPONSE, generated)
    sent = translate_request(api, {"method": "GET", "path": "/b", "query": query}, to="old")
    reply = {"status": 200, "body": {"kind": "x", **kept}}
    there = translate_response(api, reply, to="new", request=sent)
    assert there.response.body == {"type": "x"}
    back = translate_response(api, there.response, to="old", request=sent, residue=there.residue)
    assert back.response.body == reply["body"]
    other = {"status": 200, "body": {"type": "y"}}
    assert translate_response(api, other, to="old", request=sent, residue=there.residue).response.body == {}


def test_residue_of_another_form_is_refused():
    text = request_spec(METHODS)
    api = engine(text, True)
    there = translate_request(api, {"method": "POST", "path": "/a", "body": CARD}, to="new")
    for change in ({"of": "1"}, {"case": "0"}, {"roots": []}, {"roots": {"body": "body"}}):
        residue = {**there.residue, "entries": [dict(entry) for entry in there.residue["entries"]]}
        residue["entries"][0]["choices"] = [{**residue["entries"][0]["choices"][0], **change}]
        with pytest.raises(Exception, match=r"residue\.entries\[0\]\.choices\[0\]"):
            translate_request(api, there.request, to="old", residue=residue)


@pytest.mark.parametrize("generated", [True, False])
@pytest.mark.parametrize("card", [None, {}])
def test_an_empty_object_of_the_members_of_one_choice(generated, card):
    text = request_spec("""
    match {
      case old kind is "card", new type is "card" { card.number <-> number }
      case old kind is "bank", new type is "bank" { iban <-> iban }
    }
    """)
    body = {"kind": "card", "card": card}
    assert home(text, generated, "new", body, lambda arrived: arrived) == body
    assert home(text, generated, "new", body, lambda arrived: {"type": "bank", "iban": "DE"}) == {
        "kind": "bank",
        "iban": "DE",
    }


# --- choices by what rules of one way wrote --------------------------------------------------------------------------

CHOSEN = {
    "old": 'match { case new a is "1" { v <- b } else { v <- c } }\n b <-> b\n c <-> c',
    "new": 'match { case old a is "1" { b -> v } else { c -> v } }\n b <-> b\n c <-> c',
}


@pytest.mark.parametrize("generated", [True, False])
@pytest.mark.parametrize("to", ["old", "new"])
@pytest.mark.parametrize(
    ("body", "edited", "expected"),
    [
        pytest.param(
            {"a": "1", "b": 2, "c": 3}, {"v": 2, "b": 2, "c": 3}, {"a": "1", "b": 2, "c": 3}, id="nothing was edited"
        ),
        pytest.param({"a": "1", "b": 2, "c": 3}, {"v": 3, "b": 2, "c": 3}, {"b": 2, "c": 3}, id="another choice"),
        pytest.param({"a": "1", "b": 2, "c": 3}, {"b": 2, "c": 3}, {"b": 2, "c": 3}, id="it says nothing any more"),
        pytest.param(
            {"a": "1", "b": 2, "c": 3},
            {"v": 2, "b": 2, "c": 4},
            {"a": "1", "b": 2, "c": 4},
            id="something that does not choose",
        ),
        pytest.param({"a": "7", "c": 3}, {"v": 3, "c": 3}, {"a": "7", "c": 3}, id="what no case takes comes home"),
        pytest.param({"a": "7", "c": 3}, {"v": 4, "c": 3}, {"c": 3}, id="and does not where it says something else"),
    ],
)
def test_what_chose_comes_home_while_a_rule_of_one_way_says_so(generated, to, body, edited, expected):
    """Only this way the guard is read: what the rules of one way wrote tells on the way home how it was chosen."""
    assert home(request_spec(CHOSEN[to]), generated, to, body, lambda arrived: edited) == expected


@pytest.mark.parametrize("generated", [True, False])
def test_an_edit_of_what_was_chosen_is_not_chosen_away_again(generated):
    """With `a` at home the next translation would take back that `v` was removed."""
    text = request_spec('match { case new a is "1" { v <- b } else pass }\n b <-> b')
    body = {"a": "1", "b": 2}
    assert home(text, generated, "old", body, lambda arrived: arrived) == body
    came = home(text, generated, "old", body, lambda arrived: {"b": 2})
    assert came == {"b": 2}
    again = translate_request(engine(text, generated), {"method": "POST", "path": "/b", "body": came}, to="old")
    assert again.request.body == {"b": 2}


@pytest.mark.parametrize("generated", [True, False])
def test_items_come_home_each_by_what_its_own_rules_wrote(generated):
    text = request_spec(f"items[] <-> items[] key id {{ {CHOSEN['old']}\n id <-> id }}")
    items = [{"id": 1, "a": "1", "b": 2, "c": 3}, {"id": 2, "a": "1", "b": 2, "c": 3}]

    def edit(arrived):
        first, second = arrived["items"]
        return {"items": [{**first, "v": 3}, second]}

    came = home(text, generated, "old", {"items": items}, edit)
    assert came == {"items": [{"id": 1, "b": 2, "c": 3}, items[1]]}


@pytest.mark.parametrize("generated", [True, False])
def test_a_rule_of_one_way_in_a_choice_in_a_choice_says_how_both_were_made(generated):
    text = request_spec("""
    match {
      case new a is "1" { match { case new d is "1" { v <- b } else pass } }
      else pass
    }
    b <-> b
    """)
    body = {"a": "1", "d": "1", "b": 2}
    assert home(text, generated, "old", body, lambda arrived: arrived) == body
    assert home(text, generated, "old", body, lambda arrived: {"b": 2}) == {"b": 2}


@pytest.mark.parametrize("generated", [True, False])
def test_a_rule_that_comes_home_says_nothing_of_the_choice(generated):
    """`iban` was left behind by the choice of "card", which still stands."""
    came = home(
        request_spec(METHODS),
        generated,
        "new",
        {**CARD, "iban": "DE"},
        lambda arrived: {"type": "card", "card": {"number": "5"}},
    )
    assert came == {"kind": "card", "number": "5", "cvc": "1", "iban": "DE"}


@pytest.mark.parametrize("generated", [True, False])
def test_a_rule_of_the_other_way_says_nothing_of_the_choice(generated):
    """`c` is written by the rule beside the choice alone."""
    text = request_spec('match { case new a is "1" { c -> v } else pass }\n c <-> c')
    body = {"a": "1", "c": 3}
    assert home(text, generated, "old", body, lambda arrived: {"c": 4}) == {"a": "1", "c": 4}


@pytest.mark.parametrize("generated", [True, False])
def test_an_object_that_the_way_home_makes_is_not_taken_back(generated):
    """`t` was absent, and another case names it: that says nothing of what stands below it now."""
    text = request_spec("""
    match {
      case old o is "1", new k is "1" { x <-> t.x; v <- b }
      case old o is "2", new k is "2" { add t; v <- c }
      else pass
    }
    b <-> b
    c <-> c
    """)
    body = {"k": "1", "b": 2, "c": 3}
    came = home(text, generated, "old", body, lambda arrived: {**arrived, "x": 1})
    assert came == {"k": "1", "t": {"x": 1}, "b": 2, "c": 3}


@pytest.mark.parametrize("generated", [True, False])
def test_residue_says_once_what_a_choice_wrote(generated):
    """Both branches write `v`."""
    message = {"method": "POST", "path": "/b", "body": {"a": "1", "b": 2, "c": 3}}
    there = translate_request(engine(request_spec(CHOSEN["old"]), generated), message, to="old")
    (entry,) = there.residue["entries"]
    assert (entry["path"], entry["images"]) == (["body", "a"], [{"path": ["body", "v"], "value": 2}])


BESIDE = "match { case new t is present { v <- b }; else { v <- c } }; x <-> t.x; b <-> b; c <-> c"
OF_A_CASE = 'match { case new t is present, new k is "1" { x <-> t.x }; case new k is "2" { z <-> z }; else pass }'


@pytest.mark.parametrize("generated", [True, False])
@pytest.mark.parametrize(
    ("rules", "body", "gives", "lost"),
    [
        (
            BESIDE,
            {"t": {"x": 1, "y": 2}, "b": 2, "c": 3},
            {"x": 1, "t": {"y": 2}, "v": 2, "b": 2, "c": 3},
            [],
        ),
        (BESIDE, {"t": {}, "b": 2, "c": 3}, {"v": 2, "b": 2, "c": 3}, [("body.t", "no place in the old API")]),
        (
            OF_A_CASE,
            {"k": "2", "t": {"x": 1, "y": 2}},
            {"t": {"y": 2}},
            [
                ("body.k", "belongs to a case that was not taken"),
                ("body.t.x", "belongs to a case that was not taken"),
            ],
        ),
    ],
)
def test_of_an_object_that_a_guard_looks_at_what_other_rules_carry_is_not_lost(generated, rules, body, gives, lost):
    message = {"method": "POST", "path": "/b", "body": body}
    there = translate_request(engine(request_spec(rules), generated), message, to="old")
    assert there.request.body == gives
    assert [(loss.path, loss.reason) for loss in there.lost] == lost


@pytest.mark.parametrize("generated", [True, False])
@pytest.mark.parametrize(
    ("edited", "expected"),
    [
        pytest.param({"v": True, "code": "X"}, {"v": False, "c": "1"}, id="the same case"),
        pytest.param({"v": True}, {"v": True}, id="no case any more"),
    ],
)
def test_what_the_rule_of_a_case_replaced_comes_home_with_the_case(generated, edited, expected):
    text = request_spec("""
    match { case old c is "1", new code is "X" { v -> v : b } else pass }
    v <-> v combine first
    """).replace("endpoint", "enum b closed { false -> true; true <-> true }\nendpoint", 1)
    assert home(text, generated, "new", {"v": False, "c": "1"}, lambda body: edited) == expected
