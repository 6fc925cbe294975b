"""From the text of a file and of an endpoint to their nodes; expected nodes are written by hand."""

from __future__ import annotations

import pytest

from mapdsl.paths import ITEMS, Ref
from mapdsl.syntax import (
    ABSENT,
    Api,
    ApiFact,
    Auth,
    AuthUse,
    Binding,
    Block,
    Carrier,
    Cites,
    Credential,
    Default,
    End,
    Endpoint,
    Enrich,
    Enum,
    Example,
    ExampleArm,
    Failure,
    Field,
    Fields,
    File,
    Filter,
    Guard,
    Idempotency,
    Lookup,
    Only,
    Opaque,
    Paging,
    PagingSide,
    Param,
    Policy,
    Query,
    Replace,
    Request,
    Response,
    Route,
    Row,
    Rule,
    Scan,
    Selection,
    Shape,
    Statement,
    Status,
    Table,
    Use,
    Variant,
)
from mapdsl.syntax import (
    Test as Asks,
)
from tests.grammar.support import item, parse_clean, part

A, B = End(Ref("", ("a",))), End(Ref("", ("b",)))
BLOCK = Block((Rule(A, "<->", B),))


def test_a_text_may_be_empty_and_its_version_may_be_missing() -> None:
    assert parse_clean("") == File(None, ())
    assert parse_clean("\n # nothing\n;;") == File(None, ())
    assert parse_clean("mapdsl 1") == File(1, ())
    assert parse_clean('# head\n\nmapdsl 1\nuse "a.map"') == File(1, (Use("a.map"),))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('use "common.map"', Use("common.map")),
        ("new base /v2.0", ApiFact("new", "base", ("/v2.0",))),
        ('old title "v1 to v3"', ApiFact("old", "title", ("v1 to v3",))),
        ("old rpc /json-rpc/v1.1/", ApiFact("old", "rpc", ("/json-rpc/v1.1/",))),
        ("old wire csv", ApiFact("old", "wire", ("csv",))),
        ("new wire repeated range", ApiFact("new", "wire", ("repeated", "range"))),
        (
            "api v { old base /a\nnew wire csv }",
            Api("v", (ApiFact("old", "base", ("/a",)), ApiFact("new", "wire", ("csv",)))),
        ),
        ("lookup a : string <-> integer", Lookup("a", "string", "<->", "integer")),
        ("lookup a : string -> string", Lookup("a", "string", "->", "string")),
        ("credential k", Credential("k")),
        ("credential k same", Credential("k", same=True)),
        ("shape s { a <-> b }", Shape("s", BLOCK)),
        ("endpoint e { }", Endpoint("e", ())),
        ("prefer endpoint e { }", Endpoint("e", (), ("old", "new"))),
        ("prefer old endpoint e { }", Endpoint("e", (), ("old",))),
        ("prefer new endpoint e { }", Endpoint("e", (), ("new",))),
        (
            "auth a { old @path.api_key; new bearer }",
            Auth("a", "a", (Carrier("old", "end", End(Ref("@path", ("api_key",)))), Carrier("new", "bearer"))),
        ),
        (
            "auth a credential c { old basic\n new @header.X-Key }",
            Auth("a", "c", (Carrier("old", "basic"), Carrier("new", "end", End(Ref("@header", ("X-Key",)))))),
        ),
        (
            'auth a { old basic; old scheme "Api-Key" }',
            Auth("a", "a", (Carrier("old", "basic"), Carrier("old", "scheme", scheme="Api-Key"))),
        ),
    ],
)
def test_declarations(text: str, expected: Statement) -> None:
    assert item(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("enum e { }", Enum("e", False, ())),
        ('enum e { "a" <-> "b" }', Enum("e", False, (Row(("a",), "<->", ("b",)),))),
        ('enum e closed { "a" -> 1 }', Enum("e", False, (Row(("a",), "->", (1,)),))),
        ("enum e open { canonical null <- true }", Enum("e", True, (Row((None,), "<-", (True,), canonical=True),))),
        ('enum e { ("a", 1) <-> ("b") }', Enum("e", False, (Row(("a", 1), "<->", ("b",)),))),
        ('enum e { else use "x" }', Enum("e", False, (), Policy("use", "x"))),
        (
            "table t { (true, absent) <-> {on: true}; (absent,\n absent) <-> absent; else reject }",
            Table(
                "t",
                (Row((True, ABSENT), "<->", ({"on": True},)), Row((ABSENT, ABSENT), "<->", (ABSENT,))),
                Policy("reject"),
            ),
        ),
    ],
)
def test_enums_and_tables(text: str, expected: Statement) -> None:
    assert item(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("old POST /a/{b}/c.json", Route("old", "POST", "/a/{b}/c.json")),
        ("new GET /", Route("new", "GET", "/")),
        ("old rpc jobs.list()", Route("old", "rpc", "jobs.list", params=())),
        (
            "new rpc media/library.get_list(a, rpc?,\n from?, )",
            Route("new", "rpc", "media/library.get_list", (), (Param("a"), Param("rpc", True), Param("from", True))),
        ),
        (
            'old rpc "a b"("c d") when new x is 1',
            Route("old", "rpc", "a b", (Guard("new", End(Ref("", ("x",))), Asks("is", (1,))),), (Param("c d"),)),
        ),
        (
            "new GET /a when old @query.id is present, new x is 1",
            Route(
                "new",
                "GET",
                "/a",
                (
                    Guard("old", End(Ref("@query", ("id",))), Asks("present")),
                    Guard("new", End(Ref("", ("x",))), Asks("is", (1,))),
                ),
            ),
        ),
        ("auth key", AuthUse("key")),
        ("request bytes", Opaque("request")),
        ("response bytes", Opaque("response")),
        ('cites "a", "b"', Cites(("a", "b"))),
        ("request { a <-> b }", Request(BLOCK)),
        ("query { a <-> b }", Query(BLOCK)),
        ("response { a <-> b }", Response(BLOCK)),
        ("status 204 <-> 200", Status(204, "<->", 200)),
        ("failure { a <-> b }", Failure((), BLOCK)),
        ("failure when old a is null { a <-> b }", Failure((Guard("old", A, Asks("is", (None,))),), BLOCK)),
        ("filter @query.q reject", Filter("old", End(Ref("@query", ("q",))), Policy("reject"))),
        (
            "filter old @query.a residual 5 where a.b",
            Filter("old", End(Ref("@query", ("a",))), Policy("residual", 5), where=End(Ref("", ("a", "b")))),
        ),
        ("variant v { auth k; response { } }", Variant("v", (AuthUse("k"), Response(Block())))),
        ("variant v { replace loose }", Variant("v", (Replace("loose"),))),
        (
            "fields old request { number: string; body?: object\n r[].to; [].x: y }",
            Fields(
                "old",
                "request",
                (
                    Field(End(Ref("", ("number",))), False, "string"),
                    Field(End(Ref("", ("body",))), True, "object"),
                    Field(End(Ref("", ("r", ITEMS, "to"))), False, None),
                    Field(End(Ref("", (ITEMS, "x"))), False, "y"),
                ),
            ),
        ),
        ("fields new response { }", Fields("new", "response", ())),
        ("fields new query { a? }", Fields("new", "query", (Field(A, True, None),))),
    ],
)
def test_parts_of_an_endpoint(text: str, expected: Statement) -> None:
    assert part(text) == expected


def test_paging_has_one_side_per_statement() -> None:
    old = PagingSide("old", "none", (("items", End(Ref("$"))),))
    new = PagingSide(
        "new",
        "offset",
        (
            ("offset", End(Ref("@query", ("offset",)))),
            ("limit", End(Ref("", ("options", "limit")))),
            ("max", 100),
            ("echo", End(Ref("", ("page",)))),
            ("echo", End(Ref("", ("size",)))),
        ),
    )
    text = "old none items=$; new offset offset=@query.offset limit=options.limit max = 100 echo=page echo=size"
    assert part(f"paging {{ {text} }}") == Paging((old, new))
    assert part(f"paging {{\n{text.replace(';', chr(10))}\n}}") == Paging((old, new))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("replace loose", Replace("loose")),
        ("replace reset { }", Replace("reset")),
        ("replace loose from from", Replace("loose", "from")),
        ('replace reset from "a b"', Replace("reset", "a b")),
        ("replace read_modify_write from c $ <-> b", Replace("read_modify_write", "c", End(Ref("$")), B)),
        (
            "replace loose from c @body.a <-> [].b",
            Replace("loose", "c", End(Ref("@body", ("a",))), End(Ref("", (ITEMS, "b")))),
        ),
        (
            "replace reset from c { a = false; b = null\n $.a[] = absent; a.b = {a: [1]} }",
            Replace(
                "reset",
                "c",
                defaults=(
                    Default(A, False),
                    Default(B, None),
                    Default(End(Ref("$", ("a", ITEMS))), ABSENT),
                    Default(End(Ref("", ("a", "b"))), {"a": [1]}),
                ),
            ),
        ),
        ("replace loose from c a <-> b { a = 1 }", Replace("loose", "c", A, B, (Default(A, 1),))),
        ("replace reset { reset = 1 }", Replace("reset", defaults=(Default(End(Ref("", ("reset",))), 1),))),
        ("enrich new from c", Enrich("new", "c")),
        (
            "enrich new from c a <- b.x[] key key { @path.y = a }",
            Enrich(
                "new",
                "c",
                (Binding(End(Ref("@path", ("y",))), A),),
                A,
                End(Ref("", ("b", "x", ITEMS))),
                "key",
            ),
        ),
        (
            "enrich old from from { @path.campaign_id = a\n @query.a = @path.b; @header.X-Key = $ }",
            Enrich(
                "old",
                "from",
                (
                    Binding(End(Ref("@path", ("campaign_id",))), A),
                    Binding(End(Ref("@query", ("a",))), End(Ref("@path", ("b",)))),
                    Binding(End(Ref("@header", ("X-Key",))), End(Ref("$"))),
                ),
            ),
        ),
        ("idempotency new @header.Idempotency-Key", Idempotency("new", End(Ref("@header", ("Idempotency-Key",))))),
        ("idempotency old @body.key", Idempotency("old", End(Ref("@body", ("key",))))),
    ],
)
def test_what_needs_other_calls(text: str, expected: Statement) -> None:
    assert part(text) == expected


def test_paging_says_which_items_count_and_how_many_are_scanned() -> None:
    kind = Only((Guard("new", A, Asks("is", ("message",))),))
    text = "$.channels[?(@ == 'sms')]"
    channel = Only((Guard("new", Selection(text), Asks("present")), Guard("old", B, Asks("absent"))))
    assert part('paging { only new a is "message" }') == Paging((), (kind,))
    assert part(f'paging {{ only new select("{text}") is present,\n old b is absent }}') == Paging((), (channel,))
    assert part("paging { scan 1000 }") == Paging((), (), (Scan(1000),))
    scans = (Scan(1, "exact"), Scan(2, "server"), Scan(3, "absent"))
    assert part("paging { scan 1 exact; scan 2 server\n scan 3 absent }") == Paging((), (), scans)
    sides = (PagingSide("old", "none", ()), PagingSide("new", "scan", (("only", B),)))
    mixed = 'scan 5; old none; only new a is "message"; new scan only=b; scan 6 absent'
    assert part(f"paging {{ {mixed} }}") == Paging(sides, (kind,), (Scan(5), Scan(6, "absent")))


def test_an_example_says_which_way_it_holds() -> None:
    arms = (ExampleArm("request", {"a": 1}, "old"), ExampleArm("response", [], "new"))
    text = "old request {a: 1}; new response []"
    assert part(f'example "e" {{ {text} }}') == Example("e", arms)
    assert part(f'example "e" to new {{ {text} }}') == Example("e", arms, "new")
    assert part(f'example "e" to old {{ {text} }}') == Example("e", arms, "old")
    others = (ExampleArm("lookups", {}), ExampleArm("lost", ["a"]), ExampleArm("refused", "no"))
    assert part('example "" { lookups {}; lost ["a"]; refused "no" }') == Example("", others)


def test_an_object_in_an_example_may_go_over_lines() -> None:
    text = """example "e" {
      new request {
        headers: {Content-Type: "text/plain", "X Y": null},   # names need quotes only where they are odd

        body: [
          1,
          {a: {}, b: []},
        ],
      }
    }"""
    value = {"headers": {"Content-Type": "text/plain", "X Y": None}, "body": [1, {"a": {}, "b": []}]}
    assert part(text) == Example("e", (ExampleArm("request", value, "new"),))
