"""What the generator draws: directed documents first, then mostly valid ones, of parts that messages have."""

from __future__ import annotations

from typing import Any

from mapdsl import ir
from mapdsl.conversions import ABSENT
from mapdsl.runtime import LookupDecl
from mapdsl.testing.generation import Document, documents, spoiled, stub_answers, targets
from mapdsl.testing.generation.answers import MadeUp
from mapdsl.testing.interpreter import run
from mapdsl.testing.laws import diverging
from tests.testing.programs import enum, keep, mapping, move, names, place, table

UNITS = enum(("s", "seconds"), ("m", "minutes"), ("h", "hours"))
TYPES = ir.Convert("t", (), "new", table(("in", ("call", "inbound")), ("sms", ("sms", "sms")), name="types"))


def drawn(*ops: ir.Op, count: int = 200, part: str = "request") -> list[Document]:
    return list(documents(mapping(*ops, part=part), 1, count))


def bodies(found: list[Document], kind: str = "valid") -> list[Any]:
    return [document.parts.body for document in found if document.kind == kind]


def test_the_first_documents_are_full_empty_and_null() -> None:
    full, empty, null = bodies(drawn(move("body.a", "body.b"), move("body.c", "body.d", UNITS), count=3))
    assert sorted(full) == ["a", "c"]
    assert full["c"] == "s"
    assert empty == {}
    assert null == {"a": None, "c": None}


def test_absent_null_and_present_values_all_come() -> None:
    found = bodies(drawn(move("body.a", "body.b", UNITS)))
    kinds = {body.get("a", ABSENT) for body in found if body is not None}
    assert {"s", "m", "h", None, ABSENT} <= kinds


def test_one_in_seven_is_nearly_valid() -> None:
    found = drawn(move("body.a", "body.b", UNITS))
    near = bodies(found, "near")
    assert 15 <= len(near) <= 50
    assert any(not isinstance(body, dict) or body.get("a") not in ("s", "m", "h", None) for body in near)


def test_a_case_is_reached_even_if_a_joint_rule_writes_what_its_guard_reads() -> None:
    case = ir.Alternative(
        3, (ir.Guard(place("body.type"), "is", ("sms",)),), (), (move("body.text", "body.x", rule=4),)
    )
    join = ir.Join(1, (place("body.type"),), (place("body.type"), place("body.subtype")), TYPES)
    the_mapping = mapping(join, ir.Choose(2, (case,), "pass"), keep(rule=5, named=names(type=None, text=None)))
    reached: set[Any] = set()
    for document in documents(the_mapping, 1, 50):
        run(the_mapping, document.parts, hook=reached.add)
    assert targets(the_mapping) <= reached


def test_parts_hold_what_they_can_hold() -> None:
    ops = (move("path.id", "path.id"), move("query.q", "body.q"), move("header.x", "body.x"), move("body.a", "query.a"))
    for document in drawn(*ops):
        for part in (document.parts.path, document.parts.query, document.parts.header):
            assert document.kind == "near" or all(isinstance(value, str) for value in (part or {}).values())


def test_responses_come_with_and_without_their_request() -> None:
    found = drawn(move("request.old.body.op", "body.operation", given=True), part="response")
    assert {document.asked is None for document in found} == {True, False}
    assert any(document.asked is not None and document.asked.old.body for document in found)
    assert all(document.asked is None for document in drawn(move("body.a", "body.b")))


def test_a_program_is_not_changed_by_what_is_drawn_from_it() -> None:
    cell = {"enabled": True}
    live = ir.Convert("t", (), "old", table((True, cell), joint=True))
    drawn(ir.Join(1, (place("body.live"),), (place("body.live"),), live), count=300)
    assert cell == {"enabled": True}


def test_made_up_answers_are_invertible() -> None:
    table = MadeUp(LookupDecl("queue", "string", "integer"))
    there = table.to_new(["Sales", "Support"])
    assert len(set(there.values())) == 2
    assert all(isinstance(answer, int) for answer in there.values())
    assert table.to_old(there.values()) == {answer: key for key, answer in there.items()}
    assert table.to_new(table.to_old([7]).values()) == {table.to_old([7])[7]: 7}


def test_stub_answers_fit_the_declared_domain_and_may_be_missing() -> None:
    declared = {"queue": LookupDecl("queue", "string", "integer")}
    asked = {"queue": dict.fromkeys(f"key {number}" for number in range(60))}
    answers = stub_answers(asked, declared, "new")["queue"]
    assert len(set(answers.values())) == 60
    assert all(isinstance(answer, int) for answer in answers.values())
    assert 0 < len(stub_answers(asked, declared, "new", missing=True)["queue"]) < 60


def test_each_node_of_a_whole_document_is_spoiled_in_turn() -> None:
    the_mapping = mapping(move("body.a", "body.b", UNITS), move("body.c.d", "body.e", UNITS))
    whole = next(documents(the_mapping, 1, 1)).parts.body
    found = [document.parts.body for document in spoiled(the_mapping, 1)]
    places = [[path for path, _, _ in diverging(whole, body)] for body in found]
    assert set(whole) == {"a", "c"}
    assert places[1:] == [[("a",)], [("c",)], [("c", "d")]]
    assert len(places) == 4  # the body as a whole comes first
