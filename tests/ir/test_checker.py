"""The checker finds nothing in sound programs, and names each invariant that is broken."""

from __future__ import annotations

import attrs
import pytest

from mapdsl import ir
from tests.testing.programs import ABSENT, enum, keep, mapping, move, names, place, program, table

USER = ir.LookupDecl("user", "string", "string")


def look(name: str = "user") -> ir.Look:
    return ir.Look(name, "new", "string")


def each(*ops: ir.Op, kind: str = "list", keys: tuple[ir.Step, ...] = ()) -> ir.Each:
    return ir.Each(1, kind, place("body.a"), place("body.b"), tuple(ops), keys)


def case(*ops: ir.Op, writes: tuple[tuple[ir.Place, ir.Literal], ...] = ()) -> ir.Alternative:
    return ir.Alternative(2, (ir.Guard(place("body.t"), "present"),), writes, ops)


def test_a_sound_program_has_nothing_to_say() -> None:
    the_mapping = mapping(
        move("body.user", "body.user_id", look()),
        each(move("item.x", "item.y"), move("up.z", "item.z"), keep("item")),
        ir.Choose(3, (case(move("body.x", "body.k")), case(move("body.y", "body.k"))), "pass"),
        keep(named=names(user=None)),
        lookups=("user",),
    )
    assert ir.check(program(the_mapping, (USER,))) == ()


BROKEN = {
    "there is no rule 99": move("body.a", "body.b", rule=99),
    "no root status here": move("status", "body.b"),
    "no root item here": move("item.a", "body.b"),
    "no root request.old.body here": move("request.old.body.a", "body.b"),
    "Move comes after Keep": (keep(), move("body.a", "body.b")),
    "two Keeps of body": (keep(), keep()),
    "Prune comes after": (move("body.a", "body.b"), ir.Prune(1, place("body"), None, "gone")),
    "Keep or Prune in a branch": ir.Choose(3, (case(keep()),)),
    "whose alternatives are not its cases": ir.Choose(3, (case(),), open=True),
    "a promise without a text": ir.Confirm(
        3, place("body"), (ir.Promised(2, (ir.Guard(place("body.t"), "present"),), (), "case"),)
    ),
    "unknown policy hold of a branch": attrs.evolve(keep(), open=(ir.OpenMatch(3, (ir.Share(policy="hold"),)),)),
    "not declared: ['other']": move("body.a", "body.b", look("other")),
    "asks ['user'] and says []": move("body.a", "body.b", look()),
    "the answer of another": move("body.a", "body.b", look(), look()),
    "a step goes to old": move("body.a", "body.b", enum(("a", "b"), to="old")),
    "nothing is done for each item": move("body.a", "body.b", ir.ForEach(())),
    "unknown policy nil": move("body.a", "body.b", ir.Look("user", "new", "string", "nil")),
    "unknown domain text": move("body.a", "body.b", ir.Look("user", "new", "text")),
    "body.b is written by two operations": (move("body.a", "body.b"), move("body.c", "body.b")),
    "body.b.c is written by two operations": (move("body.a", "body.b.c"), move("body.c", "body.b.c")),
    "a case writes a literal where": ir.Choose(
        3, (case(move("body.x", "body.k"), writes=((place("body.k"), ir.Literal(1)),)),)
    ),
    "by two rows": move("body.a", "body.b", enum(("a", "x"), ("b", "x"))),
    "differ in their numbers of cells": move("body.a", "body.b", enum(("a", "x"), ("b", ("y", "z")))),
    "needs a joint rule": move("body.a", "body.b", enum(("a", ("y", "z")))),
    "other numbers of cells than there are places": ir.Join(
        1, (place("body.a"), place("body.b")), (place("body.c"),), ir.Convert("t", (), "new", table(("a", "x")))
    ),
    "has an absent cell": ir.Join(
        1,
        (place("body.a"),),
        (place("body.b"), place("body.c")),
        ir.Convert("t", (), "new", table(("a", ("x", ABSENT)))),
    ),
    "unknown kind set": each(kind="set"),
    "keys of something that is no map": each(keys=(enum(("a", "b")),)),
    "a key of something that is no list": ir.Each(1, "one", place("body.a"), place("body.b"), (), key="id"),
    "needs two moves": ir.Combine(1, place("body.t"), (move("body.a", "body.t"),), ()),
    "unknown mode in ('last',)": ir.Combine(
        1, place("body.t"), (move("body.a", "body.t"), move("body.b", "body.t")), ("last",)
    ),
    "another target": ir.Combine(1, place("body.t"), (move("body.a", "body.t"), move("body.b", "body.u")), ("first",)),
    "a guard is with 0 values": ir.Choose(3, (ir.Alternative(2, (ir.Guard(place("body.t"), "is"),), (), ()),)),
    "unknown otherwise maybe": ir.Choose(3, (), "maybe"),
    "unknown policy hold": keep(policy="hold"),
    "only some names have a place in what is": keep("header", only=("a",)),
    "an inner name without names below it": keep(named=ir.Names((("a", ir.Names()),))),
    "a leaf with names below it": keep(named=ir.Names((("a", ir.Names(leaf=True)),), leaf=True)),
    "does not come from the request": move("body.a", "body.b", given=True),
    "no text": ir.Refuse(1, place("body.a"), ""),
}


@pytest.mark.parametrize("text", BROKEN)
def test_a_broken_invariant_is_named(text: str) -> None:
    ops = BROKEN[text]
    found = ir.check(program(mapping(*(ops if isinstance(ops, tuple) else (ops,))), (USER,)))
    assert any(text in finding for finding in found), found


def test_an_object_block_leaves_room_beside_its_own_fields() -> None:
    block = ir.Each(1, "object", place("body.o"), place("body.p"), ())
    assert ir.check(program(mapping(block, move("body.z", "body.p.z")))) == ()


def test_units_are_checked_as_a_whole() -> None:
    good = program(mapping())
    (unit,) = good.units
    twice = ir.Program((unit, unit), (USER, USER), good.old, good.new, "0")
    assert ir.check(twice) == ("program: a lookup is declared twice", "program: ('demo', None) stands twice")
