"""The text form of the IR: one operation a line, the same for the same program."""

from __future__ import annotations

import attrs

from mapdsl import ir
from tests.testing.programs import enum, keep, mapping, move, names, place, program


def test_a_mapping_as_text() -> None:
    look = ir.Look("user", "new", "string", "use", "nobody")
    units = enum(("s", "seconds"), ("m", "minutes"))
    case = ir.Alternative(
        4,
        (ir.Guard(place("body.t"), "one_of", ("a", 1)),),
        ((place("body.k"), ir.Literal("A")),),
        (move("body.x", "body.y", rule=5),),
    )
    the_mapping = mapping(
        move("body.user", "body.user_id", look),
        ir.Each(1, "list", place("body.a"), place("body.b"), (move("item.u", "item.v", units, rule=2),), key="id"),
        ir.Choose(3, (case,), "reject", "a or 1"),
        ir.Lose(6, place("body.flag"), "no place in the new API", given=ir.Literal(True)),
        ir.Write(7, place("body.o"), ir.Literal({"é": None})),
        keep(rule=8, named=names(user=None, s=names(x=None))),
        lookups=("user",),
    )
    assert (
        ir.print_mapping(the_mapping)
        == """\
request to new asks user
  0  move    body.user -> body.user_id | lookup user: string to new, else use "nobody"
  1  each    list body.a -> body.b key id
       2  move    item.u -> item.v | t to new {"s" <-> "seconds"; "m" <-> "minutes"}
  3  choose  at body
    4  case body.t is one of "a", 1
         write body.k = "A"
         5  move    body.x -> body.y
    else reject "a or 1"
  6  lose    body.flag unless true: no place in the new API
  7  write   body.o = {"é": null}
  8  rest    keep body -> body but {user, s{x}}, taken {}
"""
    )


def test_a_program_as_text_is_stable() -> None:
    the_program = program(mapping(keep()), (ir.LookupDecl("user", "string", "integer", invertible=False),))
    text = ir.print_program(the_program)
    assert text == ir.print_program(the_program)
    assert text.splitlines()[:6] == [
        "program 0",
        "lookup user: string -> integer",
        "",
        "unit demo    demo.map:1",
        "  old POST /old",
        "  new POST /new",
    ]


def test_what_has_places_for_some_names_only() -> None:
    assert "rest    keep body -> body but {}, taken {}, only {a, b}" in ir.print_mapping(mapping(keep(only=("a", "b"))))


def test_an_open_match_as_text() -> None:
    there, kind = ir.Guard(place("body.k"), "is", ("A",)), ir.Guard(place("body.t"), "is", ("a",))
    case = ir.Alternative(1, (kind,), ((place("body.k"), ir.Literal("A")),), ())
    share = ir.Share(names(t=None), names(k=None), "drop")
    the_mapping = mapping(
        ir.Choose(0, (case,), "ops", cases=(((kind,), (there,)),), open=True),
        attrs.evolve(keep(rule=2), open=(ir.OpenMatch(0, (share, ir.Share())),)),
        ir.Confirm(0, place("body"), (ir.Promised(1, (there,), ("k to become A",), "case"),)),
    )
    assert (
        ir.print_mapping(the_mapping)
        == """\
request to new
  0  choose  at body, open
    1  case body.t is "a"
         write body.k = "A"
    else ops
  2  rest    keep body -> body but {}, taken {}
       case 0 of 0: and {t}, taken {k}, drop
       no case of 0: and {}, taken {}
  0  confirm the choice, on what was written
       1  body.k is "A"
"""
    )
