"""Law 4 for operations that the shipped specs do not use, or use in one way only: small IR programs, built by hand."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from mapdsl import ir
from mapdsl.codegen import compile_unit
from mapdsl.paths import parse_selector
from mapdsl.runtime import LookupDecl
from mapdsl.testing.generation import documents, stub_answers
from mapdsl.testing.laws.agreement import disagreements
from tests.testing.programs import ABSENT, enum, keep, mapping, move, names, place, program, table

DOCUMENTS = 200
USER = LookupDecl("user", "string", "string")
UNITS = (("s", "seconds"), ("m", "minutes"))
CLAMP = ir.Convert("clamp", (1, 10), "new")
CSV = ir.Convert("csv", (), "new")
KNOWN_CSV = ir.Convert("csv", (), "new", known_by="user")
TYPES = table(("in", ("call", "inbound")), ("sms", ("sms", "sms")), name="types")
PRESENCE = ir.TableData(
    "live",
    (
        ((True, "disabled"), ({"enabled": True},), True, True),
        ((True, ABSENT), ({"enabled": True},), True, False),
        ((False, "disabled"), (None,), True, True),
        ((False, ABSENT), ({"enabled": False},), False, True),
    ),
    joint=True,
)


def look(miss: str = "error", to: str = "new", **options: Any) -> ir.Look:
    return ir.Look("user", to, "string", miss, **options)


def each(kind: str, *ops: ir.Op, keys: tuple[ir.Step, ...] = ()) -> ir.Each:
    return ir.Each(1, kind, place("body.a"), place("body.b"), tuple(ops), keys)


def combine(mode: str, *pipe: ir.Step, root: str = "body", two_way: int = 0) -> ir.Combine:
    moves = (move(f"{root}.a", f"{root}.t", *pipe, rule=1), move(f"{root}.c", f"{root}.t", *pipe, rule=2))
    return ir.Combine(1, place(f"{root}.t"), moves, (mode,), two_way)


def case(rule: int, kind: str, values: tuple[Any, ...], *ops: ir.Op, **options: Any) -> ir.Alternative:
    guard = ir.Guard(place("body.t"), kind, values)
    return ir.Alternative(rule, (guard,), options.get("writes", ()), ops, options.get("checks", ()))


PROGRAMS: dict[str, tuple[ir.Op, ...]] = {
    "places for some names only": (
        move("body.a.b", "body.c.d"),
        keep(
            rule=1,
            named=names(a=names(b=None)),
            taken=names(c=names(d=None), x=names(y=None)),
            only=("c", "b", "e"),
            objects=(((), 0), (("a",), 0)),
        ),
    ),
    "places for no name": (keep(rule=0, only=()),),
    "move": (
        move("body.a.b", "body.c.d"),
        move("body.a.e", "body.c.f", rule=1),
        keep(rule=2, named=names(a=names(b=None, e=None)), taken=names(c=None), objects=(((), 0), (("a",), 0))),
    ),
    "move of the root": (move("body", "body.sid"),),
    "lossy items": (move("body.a", "body.b", ir.ForEach((CLAMP,))),),
    "items behind a text": (move("body.a", "body.b", CSV, ir.ForEach((enum(*UNITS),))),),
    "open enum": (move("body.a", "body.b", enum(*UNITS, open=True)),),
    "reference to new": (move("body.a", "body.b", ir.Reference("id", "name", "new", look("absent"))),),
    "lookups of items in a text": (move("body.a", "body.b", KNOWN_CSV, ir.ForEach((look("pass"),))),),
    "lookups of items and one text of them": (
        move("body.a", "body.b", ir.ForEach((look("pass"),)), ir.Convert("flip", (CSV,), "new", known_by="user")),
    ),
    "one text of names": (move("body.a", "body.b", ir.Convert("flip", (CSV,), "new", known_by="user")),),
    "references": (move("body.a", "body.b", ir.ForEach((ir.Reference("id", "name", "new", look("pass")),))),),
    "lookup": (move("body.a", "body.b", look()),),
    "lookup else reject": (move("body.a", "body.b", look("reject", text="somebody")),),
    "lookup else pass": (move("body.a", "body.b", look("pass")),),
    "lookup else absent, and a step behind it": (
        move("body.a", "body.b", look("absent"), ir.Convert("member_of", ("id",), "new")),
        move("body.c", "body.d", look("absent"), CSV, ir.ForEach((enum(*UNITS, open=True),)), rule=1),
        move("body.e", "body.f", ir.ForEach((look("absent"), ir.Convert("member_of", ("id",), "new"))), rule=1),
    ),
    "lookup else use": (move("body.a", "body.b", look("use", default={"id": None})),),
    "lookups in a list": (move("body.a", "body.b", ir.ForEach((look("pass"),))),),
    "one against two": (
        ir.Join(1, (place("body.a"),), (place("body.t"), place("body.s")), ir.Convert("t", (), "new", TYPES)),
    ),
    "presence": (
        ir.Join(1, (place("body.live"), place("body.o")), (place("body.live"),), ir.Convert("t", (), "new", PRESENCE)),
    ),
    "first": (combine("first"),),
    "first, the second both ways": (combine("first", two_way=1),),
    "append": (combine("append", root="query"),),
    "append texts": (combine("append", CSV),),
    "equal": (combine("equal", enum(*UNITS)),),
    "equal, looked up": (combine("equal", look("absent")),),
    "max, looked up": (combine("max", look("absent")),),
    "append, looked up": (combine("append", look("absent")),),
    "only one": (combine("only_one", enum(*UNITS)),),
    "map": (each("map", move("item.x", "item.y", rule=2), keys=(enum(*UNITS, open=True),)),),
    "map of texts": (each("map", move("item", "item", enum(*UNITS), rule=2)),),
    "list of scalars": (each("list", move("item", "item.id", enum(*UNITS), rule=2)),),
    "list and what is around": (each("list", move("item.x", "item.y", rule=2), move("up.k", "item.k", rule=3)),),
    "object": (each("object", move("item.x", "item.y", rule=2), keep("item", rule=3, objects=(((), 1),))),),
    "one": (each("one", move("item.x", "item.y.z", rule=2), keep("item", rule=3, objects=(((), 1),))),),
    "one text": (each("one", move("item", "item", enum(*UNITS), rule=2)),),
    "one of a list in a list of one": (
        ir.Each(
            1,
            "list",
            place("body.a"),
            place("body.b"),
            (
                ir.Each(
                    2,
                    "one",
                    place("item.c"),
                    place("item.d"),
                    (
                        move("up.k", "item.k", rule=3),
                        ir.Each(4, "list", place("item.l"), place("item.m"), (move("item", "item", CLAMP, rule=5),)),
                        ir.Each(6, "one", place("item.e"), place("item.f"), (move("item", "item.g", CLAMP, rule=7),)),
                    ),
                ),
            ),
        ),
    ),
    "lookups in lists of one in a list": (
        ir.Each(
            1,
            "list",
            place("body.a"),
            place("body.b"),
            (ir.Each(2, "one", place("item"), place("item"), (move("item.x", "item.y", look("pass"), rule=3),)),),
        ),
    ),
    "cases": (
        ir.Choose(
            1,
            (
                case(2, "is", ("x",), move("body.a", "body.p", rule=3), writes=((place("body.k"), ir.Literal("X")),)),
                case(4, "one_of", (1, True), move("body.a", "body.q", rule=5)),
                case(6, "not", (None,), move("body.a", "body.r", rule=7)),
            ),
            "ops",
            ops=(move("body.a", "body.s", rule=8),),
        ),
    ),
    "cases that reject": (
        ir.Choose(1, (case(2, "present", (), move("body.t", "body.t", enum(*UNITS), rule=3)),), "reject", "a t"),
    ),
    "a check": (
        ir.Choose(
            1,
            (
                case(
                    2,
                    "present",
                    (),
                    move("body.t", "body.u", rule=3),
                    checks=(ir.Guard(place("body.u"), "not", ("10 - ten",)),),
                ),
            ),
            at=place("body.t"),
        ),
    ),
    "constants": (
        ir.Write(1, place("body.w"), ir.Literal({"l": [1]})),
        ir.Lose(2, place("body.x"), "gone", given=ir.Literal({"l": [1]})),
        ir.Lose(3, place("body.y"), "gone", report=False),
    ),
    "holes": (
        ir.Refuse(1, place("body.r"), "nothing here"),
        ir.Report(2, place("body.h"), place("body.h"), "hole: what?"),
    ),
    "prune": (ir.Prune(1, place("body"), parse_selector("$.x_extra"), "gone"), keep(rule=2)),
    "rest drop": (move("body.a", "body.b"), keep(rule=1, policy="drop", named=names(a=None))),
    "rest error": (move("body.a", "body.b"), keep(rule=1, policy="error", named=names(a=None))),
    "rest keep": (
        move("body.s.x", "body.t.y"),
        keep(rule=1, named=names(s=names(x=None)), taken=names(t=names(y=None)), objects=(((), 0), (("s",), 0))),
    ),
}


def rest_of(ops: tuple[ir.Op, ...]) -> ir.Keep:
    """The Keep that lowering puts at the end of every block: it says what is named, and what must be an object."""
    read, written = (sorted(set(found)) for found in (_members(ops, _READ), _members(ops, _WRITTEN)))
    leaves = [names(**dict.fromkeys(found)) for found in (read, written)]
    return keep(rule=11, named=leaves[0], taken=leaves[1], objects=(((), 0),))


_READ, _WRITTEN = ("source", "sources", "moves", "guards", "place"), ("target", "targets", "moves", "writes")


def _members(value: Any, fields: tuple[str, ...]) -> list[str]:
    """The members of the body under these fields of operations, and of what stands in them."""
    if isinstance(value, ir.Place):
        return [value.path[0]] if value.root == "body" and value.path else []
    if isinstance(value, tuple):
        return [name for item in value for name in _members(item, fields)]
    inner = [name for name in (*fields, "alternatives", "ops") if hasattr(value, name)]
    return [found for name in inner for found in _members(getattr(value, name), fields)]


@pytest.mark.parametrize("name", PROGRAMS)
def test_an_operation_does_the_same_in_both_engines(name: str) -> None:
    ops = PROGRAMS[name]
    if not isinstance(ops[-1], ir.Keep) and name not in ("move of the root", "append"):
        ops = (*ops, rest_of(ops))
    the_mapping = mapping(*ops)
    asks = ("user",) if "look" in name or "reference" in name else ()
    the_program = program(attrs.evolve(the_mapping, lookups=asks), (USER,))
    assert ir.check(the_program) == ()
    (unit,) = the_program.units
    ways = compile_unit(unit)[0].ways("request", "new")
    translated = 0
    for number, document in enumerate(documents(unit.request[0], 5, DOCUMENTS)):
        outcome, found = disagreements(
            unit.request[0],
            ways,
            document,
            lambda asked, number=number: stub_answers(asked, {"user": USER}, "new", missing=number % 2 == 0),
        )
        assert not found, "\n".join([repr(document.parts.body), repr(document.parts.query), *found])
        translated += not outcome.problems
    assert translated >= DOCUMENTS / 3
