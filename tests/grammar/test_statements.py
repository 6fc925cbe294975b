"""From the text of a block to its nodes; expected nodes are written by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from mapdsl.paths import ITEMS, KEYS, Ref
from mapdsl.syntax import (
    ABSENT,
    Add,
    Block,
    Case,
    Conversion,
    Drop,
    End,
    Failure,
    Fan,
    Filter,
    Gather,
    Guard,
    Hole,
    Include,
    LiteralArg,
    Match,
    Policy,
    Rest,
    Rule,
    Selection,
    Statement,
    Status,
    TupleEnd,
)
from mapdsl.syntax import (
    Test as Asks,
)
from tests.grammar.support import statement


def end(*steps: object, root: str = "") -> End:
    return End(Ref(root, tuple(steps)))


A, B = end("a"), end("b")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a <-> b", Rule(A, "<->", B)),
        ("a -> b", Rule(A, "->", B)),
        ("a <- b", Rule(A, "<-", B)),
        ("a<->b", Rule(A, "<->", B)),
        ("crm <-> source.system", Rule(end("crm"), "<->", end("source", "system"))),
        ("a[].b <-> [].b", Rule(end("a", ITEMS, "b"), "<->", end(ITEMS, "b"))),
        ("[][] <-> a.*[]", Rule(end(ITEMS, ITEMS), "<->", end("a", KEYS, ITEMS))),
        ("$ <-> sid", Rule(end(root="$"), "<->", end("sid"))),
        ("$[].a <-> $.b", Rule(end(ITEMS, "a", root="$"), "<->", end("b", root="$"))),
        ('"a b"."[]" <-> "\\u00e9\\n"', Rule(end("a b", "[]"), "<->", end("é\n"))),
        ("a-b <-> X-Key-2", Rule(end("a-b"), "<->", end("X-Key-2"))),
        ("@query.ids[] <-> @header.X-Key", Rule(end("ids", ITEMS, root="@query"), "<->", end("X-Key", root="@header"))),
        ("@body <-> @status", Rule(end(root="@body"), "<->", end(root="@status"))),
        ("@up.x -> @path.path", Rule(end("x", root="@up"), "->", end("path", root="@path"))),
        ("a <- @request.body.x.y", Rule(A, "<-", end("x", "y", root="@request.body"))),
        ("a <- @request.path.id", Rule(A, "<-", end("id", root="@request.path"))),
        ("a <- @request.query.body", Rule(A, "<-", end("body", root="@request.query"))),
        ("(a, b) <-> (@query.a, [])", Rule(TupleEnd((A, B)), "<->", TupleEnd((end("a", root="@query"), end(ITEMS))))),
        ("(\n a,\n b\n) <-> a", Rule(TupleEnd((A, B)), "<->", A)),
    ],
)
def test_rules_and_their_ends(text: str, expected: Statement) -> None:
    assert statement(text) == expected


@pytest.mark.parametrize(
    ("text", "pipe"),
    [
        ("lower", (Conversion("lower"),)),
        ("csv | each(integer)", (Conversion("csv"), Conversion("each", (Conversion("integer"),)))),
        (
            "each(ref(id, name))",
            (Conversion("each", (Conversion("ref", (Conversion("id"), Conversion("name"))),)),),
        ),
        ('date("YYYY", null, absent)', (Conversion("date", tuple(map(LiteralArg, ("YYYY", None, ABSENT)))),)),
        ("clamp(-1, 2.50)", (Conversion("clamp", (LiteralArg(-1), LiteralArg(Decimal("2.50")))),)),
        ("f()", (Conversion("f"),)),
        ("f(\n  [1],\n  {a: {}},\n)", (Conversion("f", (LiteralArg([1]), LiteralArg({"a": {}}))),)),
        ("true", (Conversion("true"),)),
    ],
)
def test_pipes_and_their_arguments(text: str, pipe: tuple[Conversion, ...]) -> None:
    assert statement(f"a <-> b : {text}") == Rule(A, "<->", B, pipe=pipe)


def test_options_stand_in_any_order() -> None:
    expected = Rule(
        A,
        "<->",
        B,
        pipe=(Conversion("csv"),),
        combine="append",
        otherwise=Policy("reject", "unknown"),
        key="id",
        keys=(Conversion("lower"),),
        cites=("row 1", "row 2"),
        block=Block((Rule(A, "->", B),)),
    )
    block = "{ a -> b }"
    one = f'a <-> b : csv combine append else reject "unknown" key id keys lower cites "row 1", "row 2" {block}'
    other = f'a <-> b : csv cites "row 1",\n"row 2" keys lower key id else reject "unknown" combine append {block}'
    assert statement(one) == expected
    assert statement(other) == expected


@pytest.mark.parametrize(
    ("text", "policy"),
    [
        ("reject", Policy("reject")),
        ('reject "why"', Policy("reject", "why")),
        ("pass", Policy("pass")),
        ("ask", Policy("ask")),
        ("ignore", Policy("ignore")),
        ("residual", Policy("residual")),
        ("residual 1000", Policy("residual", 1000)),
        ("empty", Policy("empty")),
        ("absent", Policy("absent")),
        ("use absent", Policy("absent")),
        ("use null", Policy("use", None)),
        ('use {a: ["b"]}', Policy("use", {"a": ["b"]})),
    ],
)
def test_policies(text: str, policy: Policy) -> None:
    assert statement(f"a <-> b else {text}") == Rule(A, "<->", B, otherwise=policy)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("drop a", Drop(A)),
        ("drop a = 1", Drop(A, LiteralArg(1))),
        ("drop a = @request.body.b", Drop(A, end("b", root="@request.body"))),
        ("drop @query.a = @query.b", Drop(end("a", root="@query"), end("b", root="@query"))),
        ("drop @query.a", Drop(end("a", root="@query"))),
        ('drop select("$..secret") cites "r"', Drop(Selection("$..secret"), cites=("r",))),
        ("drop select", Drop(end("select"))),
        ("drop $[].a", Drop(end(ITEMS, "a", root="$"))),
        ("add a", Add(A)),
        ('add a = "x" cites "r", "s"', Add(A, LiteralArg("x"), cites=("r", "s"))),
        ("add a always = [1, 2]", Add(A, LiteralArg([1, 2]), always=True)),
        ("add always always = @query.a", Add(end("always"), end("a", root="@query"), always=True)),
        ('hole a "?" reject', Hole(A, "?", Policy("reject"))),
        ('hole old a.b "?" pass', Hole(end("a", "b"), "?", Policy("pass"), "old")),
        ('hole new @query.a "?" ask cites "r"', Hole(end("a", root="@query"), "?", Policy("ask"), "new", ("r",))),
        ('hole old "?" pass', Hole(end("old"), "?", Policy("pass"))),
        ('hole old "name" "?" reject "no"', Hole(end("name"), "?", Policy("reject", "no"), "old")),
        ("filter @query.a ignore", Filter("old", end("a", root="@query"), Policy("ignore"))),
        ("filter new a residual 5", Filter("new", A, Policy("residual", 5))),
        ('filter old reject "no"', Filter("old", end("old"), Policy("reject", "no"))),
        ("filter old old reject", Filter("old", end("old"), Policy("reject"))),
        ("filter a residual where b", Filter("old", A, Policy("residual"), where=B)),
        (
            'filter new @query.a residual 9 where a.b cites "r"',
            Filter("new", end("a", root="@query"), Policy("residual", 9), ("r",), end("a", "b")),
        ),
        (
            "filter residual residual where where",
            Filter("old", end("residual"), Policy("residual"), where=end("where")),
        ),
        ("rest keep", Rest("keep")),
        ("rest drop", Rest("drop")),
        ("rest error", Rest("error")),
        ("include campaign", Include("campaign")),
        ('include "a b"', Include("a b")),
        ("status 204 <-> 200", Status(204, "<->", 200)),
        ("status 204 -> 200", Status(204, "->", 200)),
        ("failure { a <-> b }", Failure((), Block((Rule(A, "<->", B),)))),
        (
            "failure when old a is false { }",
            Failure((Guard("old", A, Asks("is", (False,))),), Block()),
        ),
    ],
)
def test_other_statements(text: str, expected: Statement) -> None:
    assert statement(text) == expected


BLOCK = Block((Rule(A, "<->", B),))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fan a { a <-> b }", Fan(A, BLOCK)),
        ("fan a[].b { }", Fan(end("a", ITEMS, "b"), Block())),
        ("fan $[] { }", Fan(end(ITEMS, root="$"), Block())),
        ("fan fan { }", Fan(end("fan"), Block())),
        ("fan key key key { }", Fan(end("key"), Block(), key="key")),
        (
            "fan @query.id : csv | each(integer) { $ <-> @path.user_id }",
            Fan(
                end("id", root="@query"),
                Block((Rule(end(root="$"), "<->", end("user_id", root="@path")),)),
                (Conversion("csv"), Conversion("each", (Conversion("integer"),))),
            ),
        ),
        ('fan a : csv key id cites "r", "s" { }', Fan(A, Block(), (Conversion("csv"),), "id", ("r", "s"))),
        ('fan a cites "r" key id { }', Fan(A, Block(), key="id", cites=("r",))),
        ("fan <-> a", Rule(end("fan"), "<->", A)),
        ("fan[] <-> a", Rule(end("fan", ITEMS), "<->", A)),
    ],
)
def test_fans(text: str, expected: Statement) -> None:
    assert statement(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("gather a each { a <-> b }", Gather(A, "each", BLOCK)),
        ("gather $ all { }", Gather(end(root="$"), "all", Block())),
        ("gather @body.a[] any { }", Gather(end("a", ITEMS, root="@body"), "any", Block())),
        ("gather all any { }", Gather(end("all"), "any", Block())),
        ("gather a each stop on ambiguous { }", Gather(A, "each", Block(), stop=True)),
        ("gather a all omit 404 omit 410 { }", Gather(A, "all", Block(), omit=(404, 410))),
        ("gather a any key stop { }", Gather(A, "any", Block(), key="stop")),
        (
            'gather a each stop on ambiguous omit 404 key id cites "r" omit 410 cites "s" { a <-> b }',
            Gather(A, "each", BLOCK, True, (404, 410), "id", ("r", "s")),
        ),
        (
            'gather a each cites "r",\n"s" omit 404 key id stop on ambiguous omit 410 { a <-> b }',
            Gather(A, "each", BLOCK, True, (404, 410), "id", ("r", "s")),
        ),
        (
            "gather a each { failure when new a is 1 { a <-> b } }",
            Gather(A, "each", Block((Failure((Guard("new", A, Asks("is", (1,))),), BLOCK),))),
        ),
        ("gather -> a", Rule(end("gather"), "->", A)),
        ("gather.all <- a", Rule(end("gather", "all"), "<-", A)),
    ],
)
def test_gathers(text: str, expected: Statement) -> None:
    assert statement(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('old a is "x"', Guard("old", A, Asks("is", ("x",)))),
        ("new a.b is null", Guard("new", end("a", "b"), Asks("is", (None,)))),
        ("old a is -1.0", Guard("old", A, Asks("is", (Decimal("-1.0"),)))),
        ("old a is present", Guard("old", A, Asks("present"))),
        ("old a is absent", Guard("old", A, Asks("absent"))),
        ("old a is not true", Guard("old", A, Asks("not", (True,)))),
        ("old a is not absent", Guard("old", A, Asks("not", (ABSENT,)))),
        ('old a is one of ("x", null, absent)', Guard("old", A, Asks("one_of", ("x", None, ABSENT)))),
        ('old a is one of (\n"x",\n"y")', Guard("old", A, Asks("one_of", ("x", "y")))),
        ("old @query.id is present", Guard("old", end("id", root="@query"), Asks("present"))),
        ('new select("$.x") is present', Guard("new", Selection("$.x"), Asks("present"))),
        ("old select is present", Guard("old", end("select"), Asks("present"))),
        ("old old is present", Guard("old", end("old"), Asks("present"))),
        ("old is is present", Guard("old", end("is"), Asks("present"))),
    ],
)
def test_guards(text: str, expected: Guard) -> None:
    assert statement(f"match {{ case {text} {{ }} }}") == Match((Case((expected,), Block()),))


def test_a_match_has_cases_and_may_have_an_else() -> None:
    case = Case((Guard("old", A, Asks("present")), Guard("new", B, Asks("absent"))), Block((Rule(A, "<->", B),)))
    text = "case old a is present,\n new b is absent { a <-> b }"
    assert statement(f"match {{ {text}; {text} }}") == Match((case, case))
    assert statement(f"match {{ {text}\n else {{ a <-> b }} }}") == Match((case,), Block((Rule(A, "<->", B),)))
    assert statement(f"match {{\n{text} else pass\n}}") == Match((case,), Policy("pass"))
    assert statement(f'match {{ {text}; else reject "no" }}') == Match((case,), Policy("reject", "no"))
