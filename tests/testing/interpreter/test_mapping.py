"""What the interpreter makes of each operation. Expected values are worked out from docs/internals/ir.md by hand."""

from __future__ import annotations

from typing import Any

import pytest

from mapdsl import ir
from mapdsl.conversions import ABSENT
from mapdsl.errors import Problem
from mapdsl.paths import parse_selector
from mapdsl.runtime import Loss, Note, Parts, RequestPair
from mapdsl.testing.interpreter import Outcome, keys, run
from tests.testing.programs import body, enum, keep, mapping, move, names, place, rule, table

UNITS = (("s", "seconds"), ("m", "minutes"))


def translate(source: Any, *ops: ir.Op, **options: Any) -> Outcome:
    to = options.pop("to", "new")
    return run(mapping(*ops, to=to), source if isinstance(source, Parts) else body(source), **options)


def told(outcome: Outcome) -> list[tuple[str, str, str]]:
    return [(problem.path, problem.expected, problem.found) for problem in outcome.problems]


def lost(outcome: Outcome) -> list[tuple[str, Any, str]]:
    return [(loss.path, loss.value, loss.reason) for loss in outcome.lost]


# --- places and moves ----------------------------------------------------------------------------------------------


def test_a_move_makes_the_objects_on_the_way_and_leaves_the_input_alone() -> None:
    source = {"crm": {"a": 1}}
    outcome = translate(source, move("body.crm", "body.source.system"))
    assert outcome.target.body == {"source": {"system": {"a": 1}}}
    assert outcome.target.body["source"]["system"] is source["crm"]
    assert source == {"crm": {"a": 1}}


@pytest.mark.parametrize(
    ("source", "made"),
    [
        ({"a": {"b": None}}, {"c": None}),
        ({"a": {"b": ""}}, {"c": ""}),
        ({"a": {}}, {}),
        ({"a": None}, {}),
        ({}, {}),
        (None, None),
    ],
)
def test_absent_null_and_empty_are_three_things(source: Any, made: Any) -> None:
    outcome = translate(source, move("body.a.b", "body.c"))
    assert (outcome.target.body, outcome.problems) == (made, ())


def test_a_parent_of_another_type_is_told_once_under_the_first_rule() -> None:
    outcome = translate({"a": "x"}, move("body.a.b", "body.b", rule=2), move("body.a.c", "body.c", rule=1))
    assert outcome.problems == (Problem("body.a", "an object", '"x"', rule(1)),)


def test_problems_stand_in_the_order_of_the_rules_and_other_rules_still_run() -> None:
    ops = (move("body.b", "body.b", enum(*UNITS), rule=5), move("body.a", "body.a", enum(*UNITS), rule=1))
    outcome = translate({"a": "h", "b": "d", "c": 1}, *ops, move("body.c", "body.c", rule=6))
    assert told(outcome) == [("body.a", 'one of "s", "m"', '"h"'), ("body.b", 'one of "s", "m"', '"d"')]
    assert outcome.target.body == {"c": 1}


def test_null_passes_a_conversion_that_does_not_take_it() -> None:
    assert translate({"u": None}, move("body.u", "body.v", enum(*UNITS))).target.body == {"v": None}


def test_parts_to_which_nothing_was_written_are_none() -> None:
    outcome = translate(Parts(path={"id": "3"}, query={}), move("path.id", "path.id"), move("query.q", "query.q"))
    assert (outcome.target.path, outcome.target.query, outcome.target.body) == ({"id": "3"}, None, None)


# --- exactness -----------------------------------------------------------------------------------------------------


def two_to_one() -> ir.Convert:
    rows = ((("a",), ("x",), True, True), (("b",), ("x",), True, False))
    return ir.Convert("t", (), "new", table=ir.TableData("t", rows))


def test_a_form_is_noted_and_not_lost() -> None:
    outcome = translate({"k": "b"}, move("body.k", "body.n", two_to_one()))
    assert outcome.notes == (Note(("body", "k"), "b", ((("body", "n"), "x"),)),)
    assert outcome.lost == ()


def test_a_value_that_comes_back_is_not_noted() -> None:
    assert translate({"k": "a"}, move("body.k", "body.n", two_to_one())).notes == ()


def test_a_lossy_step_in_a_list_that_stands_in_the_document_is_lost_at_its_item() -> None:
    clamp = ir.Convert("clamp", (1, 10), "new")
    outcome = translate({"k": [5, 50]}, move("body.k", "body.n", ir.ForEach((clamp,))))
    assert outcome.target.body == {"n": [5, 10]}
    assert lost(outcome) == [("body.k[1]", 50, "outside the range 1 to 10")]
    assert outcome.notes == (Note(("body", "k"), [5, 50], ((("body", "n"), [5, 10]),)),)


def test_every_item_of_a_list_is_tried_and_then_nothing_is_written() -> None:
    outcome = translate({"k": ["s", "h", "m", "d"]}, move("body.k", "body.n", ir.ForEach((enum(*UNITS),))))
    assert told(outcome) == [("body.k[1]", 'one of "s", "m"', '"h"'), ("body.k[3]", 'one of "s", "m"', '"d"')]
    assert outcome.target.body == {}


def test_items_behind_a_conversion_stand_where_the_source_stands() -> None:
    pipe = (ir.Convert("csv", (), "new"), ir.ForEach((enum(*UNITS),)))
    assert told(translate({"k": "s,h,d"}, move("body.k", "body.n", *pipe))) == [
        ("body.k", 'one of "s", "m"', '"s,h,d"')
    ]


def test_for_each_wants_a_list() -> None:
    outcome = translate({"k": "s"}, move("body.k", "body.n", ir.ForEach((enum(*UNITS),))))
    assert told(outcome) == [("body.k", "a list", '"s"')]


def test_an_open_table_reports_what_it_passes() -> None:
    outcome = translate({"k": "zzz"}, move("body.k", "body.n", enum(*UNITS, open=True)))
    assert (outcome.target.body, lost(outcome)) == ({"n": "zzz"}, [("body.k", "zzz", "unlisted value")])
    assert outcome.notes == ()


# --- lookups and references ----------------------------------------------------------------------------------------


def look(miss: str = "error", domain: str = "string", **options: Any) -> ir.Look:
    return ir.Look("user", "new", domain, miss, **options)


ANSWERS = {"user": {"7": "u7"}}


def test_a_lookup_answers_and_its_keys_are_collected_first() -> None:
    the_mapping = mapping(move("body.a", "body.b", ir.ForEach((look(),))))
    source = body({"a": ["7", "9", "7", None, 4]})
    assert keys(the_mapping, source) == {"user": {"7": None, "9": None}}
    outcome = run(the_mapping, body({"a": ["7", None]}), ANSWERS)
    assert outcome.target.body == {"b": ["u7", None]}


@pytest.mark.parametrize(
    ("miss", "target", "reasons"),
    [
        ("pass", {"b": "9"}, ["lookup miss"]),
        ("use", {"b": "nobody"}, ["lookup miss"]),
        ("absent", {}, ["lookup miss"]),
        ("empty", {}, ["lookup miss"]),
    ],
)
def test_a_missed_lookup_follows_its_policy(miss: str, target: Any, reasons: list[str]) -> None:
    step = look(miss, default="nobody")
    outcome = translate({"a": "9"}, move("body.a", "body.b", step), answers=ANSWERS)
    assert (outcome.target.body, [loss.reason for loss in outcome.lost]) == (target, reasons)
    image = target.get("b", ABSENT)
    assert outcome.notes == (Note(("body", "a"), "9", ((("body", "b"), image),)),)


@pytest.mark.parametrize(
    ("step", "value", "expected"),
    [
        (look(), "9", "a key that lookup user knows"),
        (look("reject", text="an extension that exists"), "9", "an extension that exists"),
        (look(), 9, "a string key for lookup user"),
        (look(domain="integer"), 1.5, "an integer key for lookup user"),
        (look(domain="integer"), True, "an integer key for lookup user"),
        (look(domain="boolean"), 1, "a boolean key for lookup user"),
        (look(domain="number"), "1", "a number key for lookup user"),
    ],
)
def test_a_key_outside_the_domain_and_a_miss_are_problems(step: ir.Look, value: Any, expected: str) -> None:
    outcome = translate({"a": value}, move("body.a", "body.b", step), answers=ANSWERS)
    assert [problem.expected for problem in outcome.problems] == [expected]
    assert not outcome.target.body


def test_left_out_items_of_a_list() -> None:
    step = ir.ForEach((look("empty"),))
    outcome = translate({"a": ["9", "7"]}, move("body.a", "body.b", step), answers=ANSWERS)
    assert (outcome.target.body, lost(outcome)) == ({"b": ["u7"]}, [("body.a[0]", "9", "lookup miss")])


def test_a_reference_to_new_is_an_object_with_the_answer() -> None:
    step = ir.Reference("id", "name", "new", look("absent"))
    the_move = move("body.a", "body.b", step)
    assert translate({"a": "7"}, the_move, answers=ANSWERS).target.body == {"b": {"id": "7", "name": "u7"}}
    missed = translate({"a": "9"}, the_move, answers=ANSWERS)
    assert (missed.target.body, lost(missed)) == ({"b": {"id": "9"}}, [("body.a", "9", "lookup miss")])
    assert missed.notes == ()


def test_a_reference_to_old_is_the_member_and_the_rest_is_lost() -> None:
    the_move = move("body.a", "body.b", ir.Reference("id", "name", "old"))
    source = {"a": {"id": 3, "name": "n", "more": True}}
    outcome = translate(source, the_move, to="old")
    assert (outcome.target.body, lost(outcome)) == ({"b": 3}, [("body.a.more", True, "no place in the old API")])
    assert outcome.notes == (Note(("body", "a"), source["a"], ((("body", "b"), 3),)),)
    assert translate({"a": {"id": 3}}, the_move, to="old").notes == ()
    assert told(translate({"a": {}}, the_move, to="old")) == [("body.a", 'member "id"', "an empty object")]
    assert told(translate({"a": 3}, the_move, to="old")) == [("body.a", "an object", "3")]


# --- joins ---------------------------------------------------------------------------------------------------------

TYPES = table(("in", ("call", "inbound")), ("sms", ("sms", "sms")), name="types")


def test_one_place_against_two() -> None:
    split = ir.Join(1, (place("body.type"),), (place("body.t"), place("body.s")), ir.Convert("t", (), "new", TYPES))
    assert translate({"type": "in"}, split).target.body == {"t": "call", "s": "inbound"}
    assert translate({"type": None}, split).target.body == {"t": None, "s": None}
    assert translate({}, split).target.body == {}
    joined = ir.Join(1, split.targets, split.sources, ir.Convert("t", (), "old", TYPES))
    assert translate({"t": "call", "s": "inbound"}, joined, to="old").target.body == {"type": "in"}
    assert translate({"t": None, "s": None}, joined, to="old").target.body == {"type": None}
    assert told(translate({"t": "call"}, joined, to="old")) == [("body.s", "a value", "nothing")]
    assert told(translate({"t": "call", "s": None}, joined, to="old")) == [("body.s", "a value", "null")]
    refused = translate({"t": "call", "s": "sms"}, joined, to="old")
    assert told(refused) == [("body.t", 'one of ("call", "inbound"), ("sms", "sms")', '"call"')]


LIVE = ir.TableData(
    "live",
    (
        ((True, "disabled"), ({"enabled": True},), True, True),
        ((True, ABSENT), ({"enabled": True},), True, False),
        ((False, "disabled"), (None,), True, True),
        ((False, ABSENT), ({"enabled": False},), False, True),
    ),
    joint=True,
)


def test_a_joint_table_sees_what_is_absent() -> None:
    join = ir.Join(
        2, (place("body.live"), place("body.order")), (place("body.live"),), ir.Convert("t", (), "new", LIVE)
    )
    outcome = translate({"live": True}, join)
    assert outcome.target.body == {"live": {"enabled": True}}
    images = ((("body", "live"), {"enabled": True}),)
    assert outcome.notes == (Note(("body", "live"), True, images), Note(("body", "order"), ABSENT, images))
    assert outcome.lost == ()
    assert translate({}, join).problems == ()
    assert [path for path, _, _ in told(translate({"order": "disabled"}, join))] == ["body.order"]


def test_an_absent_cell_is_not_written() -> None:
    join = ir.Join(
        2, (place("body.live"),), (place("body.live"), place("body.order")), ir.Convert("t", (), "old", LIVE)
    )
    assert translate({"live": {"enabled": False}}, join, to="old").target.body == {"live": False}


# --- combine -------------------------------------------------------------------------------------------------------


def combine(mode: str) -> ir.Combine:
    moves = (move("query.a", "query.t", rule=1), move("query.b", "query.t", rule=2))
    return ir.Combine(1, place("query.t"), moves, (mode,))


@pytest.mark.parametrize(
    ("mode", "query", "target", "losers"),
    [
        ("first", {"a": "1", "b": "2"}, "1", ["query.b"]),
        ("first", {"b": "2"}, "2", []),
        ("append", {"a": ["1", "2"], "b": "2"}, ["1", "2"], []),
        ("append", {"a": "1", "b": "2"}, ["1", "2"], []),
        ("append", {"a": "1"}, "1", []),
        ("max", {"a": "1", "b": "2"}, "2", ["query.a"]),
        ("min", {"a": "1", "b": "2"}, "1", ["query.b"]),
        ("max", {"a": 10, "b": 9.5}, 10, ["query.b"]),
    ],
)
def test_two_fields_that_meet(mode: str, query: Any, target: Any, losers: list[str]) -> None:
    outcome = translate(Parts(query=query), combine(mode))
    assert outcome.target.query == {"t": target}
    assert [(loss.path, loss.reason) for loss in outcome.lost] == [
        (path, "another field took its place") for path in losers
    ]
    seen = ((("query", "t"), target),)
    both = [Note(("query", name), query.get(name, ABSENT), seen) for name in ("a", "b")]
    assert list(outcome.notes) == (both if "b" in query else [])


def test_sources_that_must_agree() -> None:
    assert translate(Parts(query={"a": "1", "b": "1"}), combine("equal")).target.query == {"t": "1"}
    assert translate(Parts(query={"b": "2"}), combine("equal")).target.query == {"t": "2"}
    assert told(translate(Parts(query={"a": "1", "b": "2"}), combine("equal"))) == [
        ("query.b", "a value that agrees with query.a", '"2"')
    ]


def test_only_one_of_two_may_be_there() -> None:
    outcome = translate(Parts(query={"a": "1", "b": "2"}), combine("only_one"))
    assert outcome.problems == (Problem("query.b", "only one of query.a and query.b", '"2"', rule(2)),)


def test_what_does_not_compare_is_a_problem() -> None:
    assert told(translate(Parts(query={"a": 1, "b": "2"}), combine("max"))) == [
        ("query.b", "a value that compares with query.a", '"2"')
    ]


# --- blocks --------------------------------------------------------------------------------------------------------


def each(kind: str, source: str, target: str, *ops: ir.Op, **options: Any) -> ir.Each:
    return ir.Each(3, kind, place(source), place(target), tuple(ops), **options)


def test_items_of_a_list() -> None:
    op = each("list", "body.a", "body.b", move("item.x", "item.y", rule=4))
    assert translate({"a": [{"x": 1}, None, {}]}, op).target.body == {"b": [{"y": 1}, None, {}]}
    assert translate({"a": []}, op).target.body == {"b": []}
    assert translate({"a": None}, op).target.body == {"b": None}
    assert translate({}, op).target.body == {}
    outcome = translate({"a": [1, {"x": 2}]}, op)
    assert told(outcome) == [("body.a[0]", "an object", "1")]
    assert told(translate({"a": {}}, op)) == [("body.a", "a list", "an empty object")]


def test_items_that_are_scalars() -> None:
    op = each("list", "body.a", "body.b", move("item", "item", enum(*UNITS), rule=4))
    assert translate({"a": ["s", None, "m"]}, op).target.body == {"b": ["seconds", None, "minutes"]}
    assert told(translate({"a": ["s", "h"]}, op)) == [("body.a[1]", 'one of "s", "m"', '"h"')]


def test_a_scalar_item_becomes_an_object() -> None:
    op = each("list", "body.a", "body.b", move("item", "item.id", rule=4))
    assert translate({"a": ["s", {"k": 1}]}, op).target.body == {"b": [{"id": "s"}, {"id": {"k": 1}}]}


def test_the_path_of_a_note_counts_the_items_of_each_side_apart() -> None:
    left_out = each("list", "body.a", "body.b", move("item", "item", look("absent"), rule=4))
    outcome = translate({"a": ["9", "7"]}, left_out, answers=ANSWERS)
    assert outcome.target.body == {"b": ["u7"]}
    assert outcome.notes == (Note(("body", "a", 0), "9", ((("body", "b", 0), ABSENT),)),)


def test_members_of_a_map_and_their_names() -> None:
    op = each("map", "body.a", "body.b", move("item.x", "item.y", rule=4), keys=(enum(*UNITS, open=True),))
    assert translate({"a": {"s": {"x": 1}, "z": None}}, op).target.body == {"b": {"seconds": {"y": 1}, "z": None}}
    assert told(translate({"a": {"seconds": {}}}, op))[0][::2] == ("body.a.seconds", '"seconds"')


def test_two_names_that_become_one_are_a_problem() -> None:
    op = each("map", "body.a", "body.b", keys=(two_to_one(),))
    assert told(translate({"a": {"a": {}, "b": {}}}, op)) == [("body.a.b", "a name of its own", '"b"')]


def test_a_map_of_lists_and_the_enclosing_item() -> None:
    inner = each("list", "item", "item", move("item.x", "item.y", rule=4), move("up", "item.all", rule=5))
    op = each("map", "body.a", "body.b", inner)
    source = {"a": {"k": [{"x": 1}]}}
    assert translate(source, op).target.body == {"b": {"k": [{"y": 1, "all": [{"x": 1}]}]}}


def test_an_object_block_is_there_even_if_empty() -> None:
    op = each("object", "body.o", "body.p", move("item.x", "item.y", rule=4), move("up.z", "item.z", rule=5))
    assert translate({"o": {}, "z": 1}, op).target.body == {"p": {"z": 1}}
    assert translate({"o": {}}, op).target.body == {"p": {}}
    assert translate({"o": None}, op).target.body == {"p": None}
    assert told(translate({"o": []}, op)) == [("body.o", "an object", "an empty list")]


# --- choice --------------------------------------------------------------------------------------------------------


def guard(text: str, kind: str, *values: Any) -> ir.Guard:
    return ir.Guard(place(text), kind, values)


def choose(*alternatives: ir.Alternative, otherwise: str = "pass", **options: Any) -> ir.Choose:
    return ir.Choose(5, alternatives, otherwise, **options)


def case(rule: int, guards: tuple[ir.Guard, ...], *ops: ir.Op, **options: Any) -> ir.Alternative:
    return ir.Alternative(rule, guards, options.get("writes", ()), ops, options.get("checks", ()))


def test_the_first_case_that_holds_is_taken() -> None:
    first = case(6, (guard("body.t", "is", 1),), move("body.a", "body.x"), writes=((place("body.k"), ir.Literal("A")),))
    second = case(7, (guard("body.t", "present"),), move("body.a", "body.y"))
    never = case(8, (), move("body.a", "body.never"))
    op = choose(never, first, second, otherwise="ops", ops=(move("body.a", "body.z"),))
    assert translate({"t": 1.0, "a": 5}, op).target.body == {"k": "A", "x": 5}
    assert translate({"t": True, "a": 5}, op).target.body == {"y": 5}
    assert translate({"t": None, "a": 5}, op).target.body == {"y": 5}
    assert translate({"a": 5}, op).target.body == {"z": 5}


def test_guards_take_a_wrong_parent_for_absent() -> None:
    op = choose(case(6, (guard("body.t.u", "not", "x"),), move("body.a", "body.b")))
    assert translate({"t": "text", "a": 1}, op).target.body == {"b": 1}


def test_no_case_in_a_request_is_a_problem() -> None:
    op = choose(case(6, (guard("body.t", "one_of", "a", "b"),)), otherwise="reject", at=place("body.t"))
    assert told(translate({"t": "c"}, op)) == [("body.t", "one of the cases to hold", '"c"')]
    assert told(translate({}, op)) == [("body.t", "one of the cases to hold", "nothing")]


def test_checks_read_what_was_written() -> None:
    check = guard("body.kind", "one_of", "x", "y")
    op = choose(case(6, (guard("body.t", "present"),), move("body.t", "body.kind"), checks=(check,)), at=place("body"))
    assert translate({"t": "x"}, op).problems == ()
    refused = translate({"t": "z"}, op)
    assert refused.problems == (Problem("body", 'kind to become one of "x", "y"', "an object of 1", rule(6)),)


def test_a_guard_with_a_selection() -> None:
    some = ir.Guard(place("body"), "is", ("x",), parse_selector("$..k"))
    op = choose(case(6, (some,), move("body.a", "body.b")))
    assert translate({"l": [{"k": "x"}], "a": 1}, op).target.body == {"b": 1}
    assert translate({"l": [{"k": "y"}], "a": 1}, op).target.body == {}


# --- single fields -------------------------------------------------------------------------------------------------


def test_a_literal_is_copied() -> None:
    literal = {"list": []}
    outcome = translate({}, ir.Write(1, place("body.d"), ir.Literal(literal)))
    assert outcome.target.body == {"d": literal}
    assert outcome.target.body["d"] is not literal


def test_a_dropped_field_is_lost_and_noted() -> None:
    outcome = translate({"a": None}, ir.Lose(1, place("body.a"), "gone"))
    assert outcome.lost == (Loss("body.a", None, "gone", rule(1)),)
    assert outcome.notes == (Note(("body", "a"), None),)


@pytest.mark.parametrize(
    ("source", "reasons", "notes"),
    [
        ({"s": {"a": True}}, [], []),
        ({"s": {"a": 1}}, ["gone"], [Note(("body", "s", "a"), 1, (), True)]),
        ({"s": {}}, [], [Note(("body", "s", "a"), ABSENT, (), True)]),
        ({}, [], [Note(("body", "s"), ABSENT, (), True)]),
        (None, [], [Note(("body",), ABSENT, (), True)]),
    ],
)
def test_a_dropped_field_that_the_way_home_makes_up(source: Any, reasons: list[str], notes: list[Note]) -> None:
    outcome = translate(source, ir.Lose(1, place("body.s.a"), "gone", given=ir.Literal(True)))
    assert ([loss.reason for loss in outcome.lost], list(outcome.notes)) == (reasons, notes)


def test_a_given_value_of_the_request() -> None:
    asked = RequestPair(Parts({"op": "start"}), Parts())
    op = ir.Lose(1, place("body.operation"), "gone", given=place("request.old.body.op"))
    assert translate({"operation": "start"}, op, asked=asked).notes == ()
    assert lost(translate({"operation": "stop"}, op, asked=asked)) == [("body.operation", "stop", "gone")]
    assert lost(translate({"operation": "start"}, op)) == [("body.operation", "start", "gone")]
    assert translate({}, op).notes == ()


def test_what_comes_from_the_request_is_owed_without_one() -> None:
    op = move("request.old.body.op", "body.operation", given=True)
    assert lost(translate({}, op)) == [("body.operation", None, "needs request")]
    outcome = translate({}, op, asked=RequestPair(Parts({"op": "start"}), Parts()))
    assert (outcome.target.body, outcome.lost) == ({"operation": "start"}, ())


def test_members_that_were_carried_elsewhere_are_spared() -> None:
    op = ir.Lose(1, place("body.a"), "gone", spare=names(x=None, y=names(z=None)))
    outcome = translate({"a": {"x": 1, "y": {"z": 2, "w": 3}, "v": 4}}, op)
    assert lost(outcome) == [("body.a.y.w", 3, "gone"), ("body.a.v", 4, "gone")]
    assert translate({"a": {}}, op).notes == (Note(("body", "a"), {}),)


def test_refused_reported_and_pruned_fields() -> None:
    assert told(translate({"a": None}, ir.Refuse(1, place("body.a"), "nothing here"))) == [
        ("body.a", "nothing here", "null")
    ]
    reported = translate({"a": 5}, ir.Report(1, place("body.a"), place("body.a"), "hole: what?"))
    assert (reported.target.body, lost(reported), reported.notes) == ({"a": 5}, [("body.a", 5, "hole: what?")], ())
    source = {"l": [{"secret": {"secret": 1}, "x": 2}]}
    prune = ir.Prune(1, place("body"), parse_selector("$..secret"), "no place in the new API")
    pruned = translate(source, prune, keep())
    assert pruned.target.body == {"l": [{"x": 2}]}
    assert lost(pruned) == [("body.l[0].secret", {"secret": 1}, "no place in the new API")]
    assert source == {"l": [{"secret": {"secret": 1}, "x": 2}]}


# --- what no rule names --------------------------------------------------------------------------------------------

NAMED, TAKEN = names(a=None, s=names(x=None)), names(b=None, t=names(y=None))


@pytest.mark.parametrize(
    ("source", "target", "losses", "notes"),
    [
        ({"a": 1, "k": [2]}, {"k": [2]}, [], []),
        ({"s": {"x": 1, "k": 2}}, {"s": {"k": 2}}, [], []),
        ({"b": 1}, {}, ["body.b"], [Note(("body", "b"), 1)]),
        ({"t": {"y": 1, "z": 2}}, {"t": {"z": 2}}, ["body.t.y"], [Note(("body", "t", "y"), 1)]),
        ({"t": {}}, {}, ["body.t"], [Note(("body", "t"), {})]),
        ({"t": None}, {}, ["body.t"], [Note(("body", "t"), None)]),
        ({"s": None}, {}, ["body.s"], [Note(("body", "s"), None)]),
        ({"s": {}}, {}, ["body.s"], [Note(("body", "s"), {})]),
        ({}, {}, [], []),
        (None, None, [], []),
    ],
)
def test_unnamed_fields_are_kept_where_they_have_a_place(
    source: Any, target: Any, losses: list[str], notes: list[Note]
) -> None:
    outcome = translate(source, keep(named=NAMED, taken=TAKEN))
    assert outcome.target.body == target
    assert [(loss.path, loss.reason) for loss in outcome.lost] == [(p, "no place in the new API") for p in losses]
    assert list(outcome.notes) == notes
    assert outcome.problems == ()


def test_a_kept_value_is_the_same_object() -> None:
    source = {"k": [2]}
    assert translate(source, keep()).target.body["k"] is source["k"]


def test_objects_on_the_way_to_named_places_are_looked_at_first() -> None:
    the_keep = keep(rule=0, named=NAMED, objects=(((), 3), (("s",), 5)))
    wrong = translate({"s": "x", "a": "h"}, move("body.a", "body.b", enum(*UNITS), rule=4), the_keep)
    assert wrong.problems == (
        Problem("body.a", 'one of "s", "m"', '"h"', rule(4)),
        Problem("body.s", "an object", '"x"', rule(5)),
    )
    assert translate("text", the_keep).problems == (Problem("body", "an object", '"text"', rule(3)),)
    assert translate({"s": None}, the_keep).problems == ()


def test_other_policies() -> None:
    dropped = translate({"k": 1}, keep(policy="drop"))
    assert (dropped.target.body, lost(dropped)) == ({}, [("body.k", 1, "dropped by rest")])
    refused = translate({"a": 1, "k": 2}, keep(policy="error", named=NAMED))
    assert told(refused) == [("body.k", "only the fields that the spec names", "2")]
    homeless = translate({"k": 1}, keep(place=False))
    assert (homeless.target.body, lost(homeless)) == ({}, [("body.k", 1, "no place in the new API")])


def test_a_body_that_is_no_object_is_kept_as_it_is() -> None:
    assert translate([1, 2], keep()).target.body == [1, 2]
    assert translate("ok", keep()).target.body == "ok"


def test_an_unnamed_parameter_is_kept_and_reported() -> None:
    outcome = translate(Parts(query={"q": "1"}), keep("query", query=True))
    assert (outcome.target.query, lost(outcome)) == ({"q": "1"}, [("query.q", "1", "unknown parameter")])


def test_a_body_made_out_of_nothing_is_noted() -> None:
    outcome = translate(Parts(), ir.Write(1, place("body.flag"), ir.Literal(True)), keep(taken=names(flag=None)))
    assert outcome.target.body == {"flag": True}
    assert outcome.notes == (Note(("body",), ABSENT),)


# --- coverage ------------------------------------------------------------------------------------------------------


def test_the_hook_hears_what_was_reached() -> None:
    reached: set[tuple[Any, ...]] = set()
    op = choose(case(6, (guard("body.t", "is", "s"),), move("body.t", "body.u", enum(*UNITS), rule=7)))
    run(mapping(op), body({"t": "s"}), hook=reached.add)
    assert reached == {("case", 6), ("rule", 7), ("row", "t", "new", 0)}
