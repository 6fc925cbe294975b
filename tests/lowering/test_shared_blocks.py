"""A large shape is one block for all its places: from the text to both engines, both ways, and at twelve levels."""

from __future__ import annotations

from functools import cache, partial
from typing import Any

import pytest

from mapdsl import ir
from mapdsl.analysis.normal_form import sharing
from mapdsl.cli.show import as_data, rules_of
from mapdsl.errors import MapError, TranslationError
from mapdsl.pipeline import CompiledProgram, compile_text
from mapdsl.runtime import Request, Response, translate_request, translate_response
from mapdsl.testing.generation import documents, plans, stub_answers, targets
from mapdsl.testing.interpreter import interpreted
from mapdsl.testing.laws.agreement import disagreements

# `pair` stands at two places, `leaf` at five: in lists and objects, with a rule that writes what is around it.
NESTED = """mapdsl 1
lookup user : string <-> string
shape leaf {
  id <-> key
  by <-> user.id : user else pass
  n <-> number : clamp(0, 100)
  @up.tag -> tag
  kind <-> form.kind
  size <-> form.size
  match {
    case old mode is "a", new mode is "A" { a <-> alpha }
    case old mode is "b", new mode is "B" { b <-> beta }
    else pass
  }
  drop old_only
  add new_only
}
shape seeing { include leaf; seen <-> @up.deep.seen }
shape pair {
  tag <-> label
  far <-> deep.far
  rows[] <-> lines[] key id { include leaf; rest drop }
  one <-> single { include seeing }
}
shape all {
  left <-> l { include pair }
  right.* <-> r.* { include pair }
  other <-> o { tag <-> label; near <-> deep.near; wide <-> deep.wide; it <-> single { include seeing } }
}
endpoint e {
  old POST /a
  new POST /b
  request { include all }
  response { include all }
}
"""


HUGE = 10**12


def levels(count: int, item: str = "x <-> y", other: str = "z <-> w") -> str:
    """Shapes nested that deep, with two each."""
    lines = ["mapdsl 1", "shape s0 { a <-> b }"]
    for n in range(1, count + 1):
        lines.append(f"shape s{n} {{ c{n} <-> d{n}; {item} {{ include s{n - 1} }}; {other} {{ include s{n - 1} }} }}")
    return "\n".join([*lines, f"endpoint e {{ old POST /a; new POST /b; request {{ include s{count} }} }}"])


def mappings(compiled: CompiledProgram) -> tuple[ir.Mapping, ...]:
    (unit,) = compiled.program.units
    return (*unit.request, *unit.response)


@cache
def compiled_with(large: int, text: str) -> CompiledProgram:
    """The text with blocks shared from so many statements on: 1 for all that can be, HUGE for none."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sharing, "LARGE", large)
        return compile_text(text)


def told(call: Any) -> Any:
    try:
        done = call()
    except TranslationError as error:
        return sorted((problem.path, problem.expected, problem.found) for problem in error.problems)
    return done


def test_the_places_of_a_shape_hold_one_tuple_of_operations() -> None:
    for mapping in mappings(compiled_with(sharing.LARGE, NESTED)):
        left, right, _ = (op for op in mapping.ops if isinstance(op, ir.Each))
        assert left.ops is right.ops
        assert len(ir.shared_blocks(mapping.ops)) == 2  # `pair`, and `seeing` in it and beside it; the rows alone drop


def test_what_no_rule_names_is_told_under_the_shape() -> None:
    compiled = compile_text(NESTED.replace("far <-> deep.far", "far <-> deep.far; rest drop"))
    sent = Request("POST", "/a", body={"left": {"more": 1}, "right": {"k": {"more": 2}}})
    lost = translate_request(compiled.api, sent, "new").lost
    assert [(loss.path, loss.rule and loss.rule.text) for loss in lost] == [
        ("body.left.more", "shape pair {"),
        ("body.right.k.more", "shape pair {"),
    ]


def test_a_row_is_shown_for_each_place() -> None:
    (unit,) = compiled_with(sharing.LARGE, NESTED).program.units
    rows = [(row.old, row.new) for row in rules_of(unit)]
    for inside in ("left", "right.*"):
        new = inside.replace("left", "l").replace("right", "r")
        assert rows.count((f"{inside}.rows[].id", f"{new}.lines[].key")) == 2  # in the request and in the response
        assert rows.count((f"{inside}.one.kind", f"{new}.single.form.kind")) == 2


def test_of_very_many_places_the_others_are_counted() -> None:
    (unit,) = compiled_with(sharing.LARGE, levels(12)).program.units
    rows = [row for row in unit.request[0].rules if row.text == "c1 <-> d1"]
    assert sum(1 + len(row.also) + row.more for row in rows) == 2**11
    assert len(list(rules_of(unit))) < 10_000


BODIES: list[Any] = [
    {},
    {"left": None, "right": {}},
    {"left": {"tag": "t", "rows": [{"id": 1, "by": "u", "n": 5}, None, {"id": 2, "mode": "b", "b": 1}]}},
    {"left": {"rows": [{"old_only": 1, "x": 2}]}, "right": {"k": {"rows": [{"x": 3, "kind": 1, "size": None}]}}},
    {
        "left": {"far": 0, "one": {"seen": 3, "mode": "a", "a": 1, "b": 2}},
        "right": {"k": {"one": {"n": 500}}, "m": None},
    },
    {"other": {"near": 1, "it": {"seen": 2, "tag": 3}, "wide": None}, "left": {"one": {"seen": None}, "far": 1}},
    {"left": {"rows": 5, "one": []}, "right": {"k": {"rows": [7], "one": {"n": "x", "by": 1}}}},
    {"left": {"one": {"mode": "c"}}, "right": {"k": {"one": {"seen": {"s": 1}, "by": None, "extra": [1]}}}},
]


@pytest.mark.parametrize("body", BODIES)
def test_shared_or_written_out_a_message_becomes_the_same(body: Any) -> None:
    """The order of problems and losses is that of the rules, and their numbers differ: nothing else does."""
    seen = []
    for compiled in (compiled_with(1, NESTED), compiled_with(HUGE, NESTED)):
        for api in (compiled.api, interpreted(compiled.program)):
            sent = Request("POST", "/a", body=body)

            def there(api: Any = api, sent: Request = sent) -> Any:
                made = translate_request(api, sent, "new", lookups={"user": {"u": "U"}})
                lost = sorted((loss.path, repr(loss.value), loss.reason) for loss in made.lost)
                home = None
                if made.request.body is not None:
                    reply = Response(200, body=made.request.body)
                    home = told(
                        lambda: (
                            translate_response(
                                api, reply, "old", endpoint="e", lookups={"user": {"u": "U"}}
                            ).response.body
                        )
                    )
                return made.request.body, lost, home

            seen.append(told(there))
    assert seen[1:] == seen[:-1]


def test_a_message_is_translated_as_the_rules_say() -> None:
    api = compiled_with(sharing.LARGE, NESTED).api
    old = {
        "left": {"tag": "t", "rows": [{"id": 1, "n": 500, "mode": "a", "a": 1}], "one": {"seen": 3, "kind": "k"}},
        "right": {"k": {"tag": "u", "rows": [{"id": 2, "old_only": 1}], "more": 1}},
    }
    made = translate_request(api, Request("POST", "/a", body=old), "new", lookups={})
    assert made.request.body == {
        "l": {
            "label": "t",
            "lines": [{"key": 1, "number": 100, "mode": "A", "alpha": 1, "tag": "t"}],
            "single": {"form": {"kind": "k"}, "tag": "t"},
            "deep": {"seen": 3},
        },
        "r": {"k": {"label": "u", "lines": [{"key": 2, "tag": "u"}], "more": 1}},
    }
    assert [loss.path for loss in made.lost] == ["body.left.rows[0].n", "body.right.k.rows[0].old_only"]
    back = translate_request(api, made.request, "old", lookups={}, residue=made.residue)
    assert back.request.body == old


@pytest.mark.parametrize("text", [NESTED, levels(6), levels(5, "x[] <-> y[]", "z.* <-> w.*")])
def test_the_engines_agree_on_shared_blocks(text: str) -> None:
    compiled = compiled_with(1, text)
    api = compiled.api
    (unit,) = compiled.program.units
    for mapping in (*unit.request, *unit.response):
        ways = getattr(api.units[0].unit, f"{mapping.part}_to_{mapping.to}")
        declared = {lookup.name: lookup for lookup in compiled.program.lookups}
        answer = partial(stub_answers, lookups=declared, to=mapping.to)
        for document in documents(mapping, 40, 7):
            assert disagreements(mapping, ways, document, answer)[1] == []


def test_what_is_made_of_a_level_more_is_as_much_as_of_the_last() -> None:
    """Twelve levels stand at 4096 places; each phase makes a constant of a level more."""
    sizes = []
    for count in (10, 11, 12):
        compiled = compiled_with(sharing.LARGE, levels(count))
        (unit,) = compiled.program.units
        mapping = unit.request[0]
        sizes.append(
            (
                sum(map(len, compiled.code.values())),
                sum(map(len, ir.blocks_of(mapping.ops))),
                len(ir.print_program(compiled.program)),
                len(repr(as_data(unit.request[0].ops, {}))),
                len(mapping.rules),
                len(targets(mapping)),
                len(list(plans(mapping))),
            )
        )
    for first, second, third in zip(*sizes, strict=True):
        assert 0 <= third - second <= 1.2 * (second - first) + 40


def test_a_mistake_in_a_shape_is_told_at_a_few_places_and_one_of_a_place_at_that_place() -> None:
    counts = []
    for count in (9, 12):
        wrong = levels(count).replace("shape s0 { a <-> b }", "shape s0 { a <-> b; a2 <-> b }")
        with pytest.raises(MapError) as caught:
            compile_text(wrong)
        counts.append(str(caught.value).count("error[MAP203]"))
    assert counts[0] == counts[1] <= 16
    outside = levels(12).replace("request {", "request { q <-> y.y.y.y.y.w.b;")
    with pytest.raises(MapError, match="MAP203"):
        compile_text(outside)


def test_a_shape_that_writes_outside_is_seen_at_every_pair_of_places() -> None:
    with pytest.raises(MapError, match="written twice"):
        compile_text(levels(12).replace("shape s0 { a <-> b }", "shape s0 { a <-> b; t <-> @body.t }"))
