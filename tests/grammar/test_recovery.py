"""After a mistake parsing goes on at the next statement: as many findings as mistakes, each at its line."""

from __future__ import annotations

import pytest

from mapdsl.diagnostics import Source
from mapdsl.grammar import parse
from mapdsl.paths import Ref
from mapdsl.syntax import Endpoint, Request, Response, Rule, Shape
from tests.grammar.support import findings, only_finding


def test_three_mistakes_in_three_statements_are_three_findings_on_their_lines() -> None:
    text = """mapdsl 1
endpoint e {
  old POST /a
  new POST /b
  request {
    number = phone_number
    body <-> text
    rest everything
    from <-> sender
    drop agent cites row
  }
}
"""
    assert findings(text) == [("MAP001", 6), ("MAP001", 8), ("MAP001", 10)]


def test_what_could_be_read_is_in_the_tree() -> None:
    text = """shape s {
  a <-> b
  c = d
  e <-> f
}
shop x { g <-> h }
shape t { i <-> j }
"""
    file, found = parse(Source("t.map", text))
    assert len(found) == 2
    assert file is not None
    shapes = [item for item in file.items if isinstance(item, Shape)]
    assert [shape.name for shape in shapes] == ["s", "t"]
    rules = [rule.old.ref for rule in shapes[0].block.statements if isinstance(rule, Rule)]  # end, not a tuple
    assert rules == [Ref("", ("a",)), Ref("", ("e",))]


def test_mistakes_under_a_wrong_head_are_found_as_well_but_not_in_the_tree() -> None:
    text = """endpont e {
  old POST /a
  reqest {
    a = b
    contacts[] = people[] {
      c = d
      e <-> f
    }
    match {
      cas old x is 1 { g <-> h }
    }
  }
}
"""
    file, found = parse(Source("t.map", text))
    assert [diagnostic.position[1] for diagnostic in found] == [1, 3, 4, 5, 6, 10]
    assert file is not None
    assert file.items == ()


def test_statements_on_one_line_are_told_apart() -> None:
    assert findings("shape s { a = b; c <-> d; e = f }\nshape t { g = h }") == [
        ("MAP001", 1),
        ("MAP001", 1),
        ("MAP001", 2),
    ]


def test_a_mistake_that_begins_a_list_over_lines_is_one() -> None:
    text = 'endpoint e {\n cites "a",\n old POST /a\n new POST /b\n auth = k\n}'
    assert findings(text) == [("MAP001", 2), ("MAP001", 5)]


def test_a_mistake_in_an_example_takes_the_arm_and_nothing_else() -> None:
    arms = "old request {\n   a: 1\n   b: 2\n  }\n  new request {c: = }\n lost []"
    text = f'endpoint e {{\n example "x" {{\n  {arms}\n }}\n a b\n}}'
    assert findings(text) == [("MAP001", 5), ("MAP001", 7), ("MAP001", 10)]
    file, _ = parse(Source("t.map", text))
    assert file is not None
    (endpoint,) = file.items
    assert isinstance(endpoint, Endpoint)
    assert [arm.kind for arm in endpoint.parts[0].arms] == ["lost"]


def test_at_most_25_mistakes_are_told() -> None:
    text = "shape s {\n" + "a = b\n" * 100 + "}"
    assert findings(text) == [("MAP001", line) for line in range(2, 27)]


def test_findings_stand_in_the_order_of_the_text() -> None:
    text = 'enum e { "\\q" <-> 1 }\nshape s {\n a = b\n drop c = "x\n status 1 <-> 200\n}\nshape t { f(x }'
    assert findings(text) == [("MAP009", 1), ("MAP001", 3), ("MAP003", 4), ("MAP009", 5), ("MAP003", 7)]


@pytest.mark.parametrize(
    ("text", "line", "headline"),
    [
        ("shape s {\n  a <-> b\n", 1, "the block of `shape s` is not closed"),
        ("shape s {\n  a <-> b : f(\n}", 2, "`(` is not closed"),
        ("endpoint e {\n  request {\n    a <-> b\n", 2, "the block of `request` is not closed"),
        (
            "endpoint e {\n  request {\n    a <-> b\n\n  response {\n    a <-> b\n  }\n}\n",
            2,
            "the block of `request` is not closed",
        ),
        ("endpoint e {\n  request { a <-> b }\n\nendpoint f {\n}\n", 1, "the block of `endpoint e` is not closed"),
        ("shape s {\n  a[] <-> b[] {\n    c <-> d\n  e <-> f\n}\n", 2, "the block of `a[] <-> b[]` is not closed"),
        ("shape s {\n  a <-> b\n}\n}\nshape t { a <-> b }", 4, "`}` closes nothing"),
        ("endpoint e {\n  request {\n  }}\n  response {\n  }\n}\n", 3, "there is a `}` too many"),
        ("endpoint e {\n  request\n    a <-> b\n  }\n}\n", 2, "the block of `request` is not opened"),
        ("shape s {\n  a <-> b : f(x))\n  c <-> d\n}", 2, "`)` closes nothing"),
        ("shape s {\n  a <-> b : f(x]\n  c <-> d\n}", 2, "`(` is closed by `]`"),
        ("shape s (\n  a <-> b\n}", 3, "`(` is closed by `}`"),
        ("shape s {\n  a <-> b\n)", 3, "`{` is closed by `)`"),
        (
            "shape s {\n  match {\n    case old a is one of (1, 2 {\n      b <-> c\n    }\n  }\n}",
            3,
            "`(` is not closed",
        ),
        ('shape s {\n  drop a = {b: "c}\n  d <-> e\n}', 2, "a text in quotes is not closed on its line"),
        ('enum e {\n  "a <-> "b"\n  "c" <-> "d"\n}', 2, "a text in quotes is not closed on its line"),
        (
            'shape s { match {\n case old a is "x {\n  b <-> c\n }\n else pass } }',
            2,
            "a text in quotes is not closed on its line",
        ),
    ],
)
def test_a_bracket_or_quote_out_of_place_is_one_finding(text: str, line: int, headline: str) -> None:
    found = only_finding(text)
    assert (found.code, found.position[1], found.headline) == ("MAP003", line, headline)


@pytest.mark.parametrize(
    ("text", "help"),
    [
        ("shape s (\n  a <-> b\n}", "Open it with `{`."),
        ("shape s {\n  a <-> b\n)", "Close it with `}`."),
        ("shape s {\n  a <-> b : f{x)\n}", "Open it with `(`."),
        ("shape s {\n  drop a = {b: [1)}\n}", "Close it with `]`."),
    ],
)
def test_of_two_brackets_that_do_not_fit_the_one_out_of_place_is_told(text: str, help: str) -> None:
    found = only_finding(text)
    assert (found.code, found.help) == ("MAP003", help)
    file, _ = parse(Source("t.map", text))
    assert file is not None
    (shape,) = file.items
    assert isinstance(shape, Shape)
    assert len(shape.block.statements) == 1


def test_other_mistakes_are_found_beside_a_missing_brace() -> None:
    text = "endpoint e {\n  request {\n    a <-> b\n  response {\n    c <-> d\n  }\n}\nshape s {\n  x = y\n}\n"
    assert findings(text) == [("MAP003", 2), ("MAP001", 9)]


def test_a_missing_brace_is_mended_where_it_belongs() -> None:
    text = "endpoint e {\n  request {\n    a <-> b\n  response {\n    c <-> d\n  }\n}\n"
    file, _ = parse(Source("t.map", text))
    assert file is not None
    (endpoint,) = file.items
    assert isinstance(endpoint, Endpoint)
    assert [type(part) for part in endpoint.parts] == [Request, Response]


@pytest.mark.parametrize(
    ("head", "lines"),
    [
        ("fan a combine first {", [3, 4]),
        ("gather statuses each stop {", [3, 4]),
        ("gather statuses {", [3, 4]),
        ("gather a {", [3]),  # too short for a neutral head
    ],
)
def test_mistakes_under_the_wrong_head_of_a_fan_or_gather_are_found_as_well(head: str, lines: list[int]) -> None:
    text = f"endpoint e {{\n request {{\n  {head}\n   a = b\n  }}\n }}\n}}"
    assert findings(text) == [("MAP001", line) for line in lines]


@pytest.mark.parametrize(
    ("head", "line"),
    [
        ("replace everything from x {", "live = off"),
        ("replace reset form x {", "live = off"),
        ("enrich new by get_campaign {", "@path.id <-> id"),
    ],
)
def test_mistakes_under_the_wrong_head_of_a_part_are_found_as_well(head: str, line: str) -> None:
    assert findings(f"endpoint e {{\n {head}\n  {line}\n }}\n auth k\n}}") == [("MAP001", 2), ("MAP001", 3)]


@pytest.mark.parametrize(
    ("text", "headline"),
    [
        ("fan a[]", "expected `cites`, `key`, `:` or `{` after `a[]`, found the end of the line"),
        ("gather a {}", "expected `all`, `any` or `each` after `a`, found `{`"),
        ("gather a all", "expected `cites`, `key`, `omit`, `stop` or `{` after `all`, found the end of the line"),
        ("gather a all stop {}", "expected `on` after `stop`, found `{`"),
    ],
)
def test_what_a_statement_lacks_is_named(text: str, headline: str) -> None:
    assert only_finding(f"shape s {{\n {text}\n}}").headline == headline


@pytest.mark.parametrize(
    ("text", "headline"),
    [
        ("replace {", "expected `loose`, `read_modify_write` or `reset` after `replace`, found `{`"),
        ("replace loose {\n @path.a = 1", "expected a default such as `live = false`, found `@path`"),
        ("replace loose {\n a: 1", "expected `=` after `a`, found `:`"),
        ("enrich new from c {\n a = b", "expected a binding such as `@path.id = id`, found `a`"),
        ("paging {\n only a is 1", "expected `old` or `new` after `only`, found `a`"),
        ("paging {\n scan all", "expected a whole number after `scan`, found `all`"),
    ],
)
def test_what_a_part_lacks_is_named(text: str, headline: str) -> None:
    assert only_finding(f"endpoint e {{\n {text}\n}} }}").headline == headline


@pytest.mark.parametrize(
    ("text", "name", "column"),
    [
        ("größe <-> b", "größe", 2),
        ("a.naïve-x <-> b", "naïve-x", 4),
        ("drop é", "é", 7),
        ("a <-> b.имя[]", "имя", 10),
        ("include 日本", "日本", 10),
        ("3d <-> b", "3d", 2),
        ("a.0 <-> b", "0", 4),
    ],
)
def test_a_name_that_needs_quotes_is_told_to_take_them(text: str, name: str, column: int) -> None:
    found = only_finding(f"shape s {{\n {text}\n}}")
    assert (found.code, found.position) == ("MAP007", ("t.map", 2, column))
    assert f'`"{name}"`' in found.help


def test_a_secondary_place_names_the_block_that_is_open() -> None:
    text = "endpoint e {\n  request {\n    a <-> b\n    response\n  }\n}"
    found = only_finding(text)
    (label,) = found.secondary
    assert text[label.span.start : label.span.end] == "request"
    assert label.text == "in this block"


@pytest.mark.parametrize("line", ["replace loose {\n  @path.a = 1", "enrich new from c {\n  a = b"])
def test_a_secondary_place_names_what_needs_another_call(line: str) -> None:
    text = f"endpoint e {{\n  {line}\n  }}\n}}"
    (label,) = only_finding(text).secondary
    assert text[label.span.start : label.span.end] == line.partition(" {")[0]


@pytest.mark.parametrize("text", ["only new a is 1", "scan 5"])
@pytest.mark.parametrize("head", ["endpoint e", "shape s"])
def test_lines_of_paging_elsewhere_are_told_their_place(head: str, text: str) -> None:
    assert only_finding(f"{head} {{ {text} }}").help == "`only` and `scan` stand in `paging { ... }`."


@pytest.mark.parametrize(
    ("text", "help"),
    [
        ("endpont e {\n}", "Did you mean `endpoint`?"),
        ("endpoint e {\n respons { }\n}", "Did you mean `response`?"),
        ("shape s {\n dorp x\n}", "Did you mean `drop`?"),
        ("shape s {\n includ x\n}", "Did you mean `include`?"),
        ("shape s {\n a <-> b combin first\n}", "Did you mean `combine`?"),
        ("shape s {\n a <-> b els pass\n}", "Did you mean `else`?"),
        ("shape s {\n a <-> b else rejct\n}", "Did you mean `reject`?"),
        ("shape s {\n drop a = True\n}", "Did you mean `true`?"),
        ("endpoint e { old PSOT /a }", "Did you mean `POST`?"),
        ("endpoint e { old post /a }", "Did you mean `POST`?"),
        ("endpoint e { fields old reqest { a } }", "Did you mean `request`?"),
        ("shape s {\n fann a { b <-> c }\n}", "Did you mean `fan`?"),
        ("shape s {\n gathr a all { b <-> c }\n}", "Did you mean `gather`?"),
        ("shape s {\n gather a al { b <-> c }\n}", "Did you mean `all`?"),
        ("shape s {\n gather a all omt 404 { b <-> c }\n}", "Did you mean `omit`?"),
        ("shape s { filter a residual wher b }", "Did you mean `where`?"),
        ("endpoint e { replace lose }", "Did you mean `loose`?"),
        ("endpoint e { replace loose form b }", "Did you mean `from`?"),
        ("endpoint e { enrch new from b }", "Did you mean `enrich`?"),
        ("endpoint e { idempotence new @header.a }", "Did you mean `idempotency`?"),
        ("endpoint e { paging { onyl new a is 1 } }", "Did you mean `only`?"),
        ("endpoint e { paging { scan 5 servr } }", "Did you mean `server`?"),
    ],
)
def test_a_misspelled_keyword_is_guessed(text: str, help: str) -> None:
    assert only_finding(text).help == help


@pytest.mark.parametrize("root", ["@boby", "@request", "@request.headers", "@REQUEST.body"])
def test_an_unknown_root_is_one_finding(root: str) -> None:
    found = only_finding(f"shape s {{ a <-> {root}.x }}")
    assert found.code == "MAP001"
    assert "`@request.query`" in found.help


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("mapdsl 2", "MAP004"),
        ("mapdsl 1.0", "MAP004"),
        ("mapdsl " + "9" * 5000, "MAP004"),
        ('use "a"\nmapdsl 1', "MAP004"),
        ("mapdsl 1\nmapdsl 1", "MAP004"),
        ("auth a { old @body.x; new bearer }", "MAP001"),
        ("auth a { old @query.x.y; new bearer }", "MAP001"),
        ("enum e { else pass; else reject }", "MAP008"),
        ("shape s { match { else pass; else { } } }", "MAP008"),
        ("shape s { a <-> b key c key d }", "MAP008"),
        ("shape s { status 99 <-> 200 }", "MAP009"),
        ("shape s { filter a residual 0 }", "MAP009"),
        ("shape s { fan a key b key c { } }", "MAP008"),
        ("shape s { gather a all key b key c { } }", "MAP008"),
        ("shape s { gather a all stop on ambiguous stop on ambiguous { } }", "MAP008"),
        ("shape s { gather a all omit 99 { } }", "MAP009"),
        ("shape s { fan @boby.x { } }", "MAP001"),
        ("endpoint e { idempotency new @heder.x }", "MAP001"),
        ("endpoint e { paging { scan 0 } }", "MAP009"),
        ('shape s { hole a b "?" ask }', "MAP001"),
        ('shape s { filter "old" b reject }', "MAP001"),
    ],
)
def test_what_the_grammar_alone_cannot_refuse_is_refused(text: str, code: str) -> None:
    assert only_finding(text).code == code


PLACES = """
shape s { ; shape s { a <-> ; shape s { a <-> b : ; shape s { a <-> b ; shape s { drop ; shape s { drop a = ;
shape s { hole a ; shape s { match { ; shape s { match { case ; shape s { match { case old a ; shape s { status 1 ;
shape s { match { case old a is ; shape s { a <-> b : f( ; enum e ; enum e { ; enum e { "a" ; endpoint e { ;
endpoint e { old ; endpoint e { old GET ; endpoint e { paging { old page ; endpoint e { fields ; endpoint e { example ;
endpoint e { example "x" ; endpoint e { example "x" { ; shape s { fan ; shape s { fan a ;
shape s { fan a : ; shape s { fan a key ; shape s { gather ; shape s { gather a ; shape s { gather a all ;
shape s { gather a all stop ; shape s { gather a all omit ; shape s { filter a residual ;
shape s { filter a residual where ; endpoint e { replace loose ; endpoint e { replace loose from ;
endpoint e { replace loose from a b ; endpoint e { replace loose { ; endpoint e { replace loose { a = ;
endpoint e { enrich ; endpoint e { enrich new ; endpoint e { enrich new from a { ; endpoint e { idempotency ;
endpoint e { idempotency new ; endpoint e { paging { only ; endpoint e { paging { scan ; endpoint e { paging { scan 1 ;
lookup ; lookup a ; auth a { old ; api a { old ; use ; mapdsl ;
prefer ;
"""


@pytest.mark.parametrize("place", PLACES.replace("\n", " ").split(" ;"))
def test_the_words_of_terminals_never_show(place: str) -> None:
    """Headlines speak of signs and words that authors write."""
    _, found = parse(Source("t.map", f"{place} %%"))
    assert found
    for diagnostic in found:
        assert diagnostic.headline.replace("JSON", "").replace("METHOD", "").replace("VALUE", "").islower()
        assert "_" not in diagnostic.headline
        assert "something else" not in diagnostic.headline


@pytest.mark.parametrize("text", [" }\nendpoint e {\n  old POST /old", "}\nendpoint e {", "}\nendpoint e {\n"])
def test_a_brace_too_many_before_a_block_that_is_not_closed_is_two_mistakes(text: str) -> None:
    """The brace that mends the second must not be taken for the one too many, which would go on for ever."""
    _, found = parse(Source("t.map", text))

    told = sorted((finding.position[1], finding.headline) for finding in found)
    assert told == [(1, "`}` closes nothing"), (2, "the block of `endpoint e` is not closed")]
