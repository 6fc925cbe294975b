"""What lowering reads: expectations written by hand, one construct each."""

from __future__ import annotations

import pytest

from mapdsl import syntax
from mapdsl.analysis import NBlock, NCase, NDrop, NEach, NFilter, NGuard, NHole, NMatch, NRule, Spot

UPPER = syntax.Conversion("upper")
HERE = Spot("")


def at(*names, root=""):
    return Spot(root, names)


def rule(old, new, arrow="<->", **options):
    olds = old if isinstance(old, tuple) else (old,)
    news = new if isinstance(new, tuple) else (new,)
    return NRule(olds, arrow, news, node=None, **options)


def each(kind, old, new, *statements, arrow="<->", rest="keep", **options):
    return NEach(kind, old, arrow, new, NBlock(statements, rest), node=None, **options)


@pytest.fixture
def request_of(analysed):
    def run(text):
        model, found = analysed("endpoint e {\nold POST /a\nnew POST /b\nrequest {\n" + text + "\n}\n}")
        assert not found, "\n".join(map(str, found))
        return model.endpoints[0].variants[0].request

    return run


def test_plain_ends_stand_on_the_block(request_of):
    block = request_of("a <-> b.c : upper")

    assert block.statements == (rule(at("a"), at("b", "c"), pipe=(UPPER,)),)


def test_a_joint_rule_keeps_its_places_in_order(request_of):
    block = request_of('(code, text) <-> (code, name) : prefix_rest(" - ")')

    pipe = (syntax.Conversion("prefix_rest", (syntax.LiteralArg(" - "),)),)
    assert block.statements == (rule((at("code"), at("text")), (at("code"), at("name")), pipe=pipe),)


def test_rules_that_cross_the_same_lists_meet_in_one_walk(request_of):
    block = request_of("a[].b <-> c[].d\nx <-> y\na[].e <-> c[].f : upper")

    assert block.statements == (
        each("list", at("a"), at("c"), rule(at("b"), at("d")), rule(at("e"), at("f"), pipe=(UPPER,))),
        rule(at("x"), at("y")),
    )


def test_a_block_rule_and_a_path_meet_too(request_of):
    block = request_of("a[].b <-> c[].d\na[] <-> c[] key id { e <-> f }")

    assert block.statements == (
        each("list", at("a"), at("c"), rule(at("b"), at("d")), rule(at("e"), at("f")), key="id"),
    )


def test_other_lists_are_other_walks(request_of):
    block = request_of("a[].b <-> c[].d\ne[].b <-> f[].d")

    assert block.statements == (
        each("list", at("a"), at("c"), rule(at("b"), at("d"))),
        each("list", at("e"), at("f"), rule(at("b"), at("d"))),
    )


def test_items_themselves_are_the_empty_spot(request_of):
    block = request_of("days[] <-> weekdays[] : upper")

    assert block.statements == (each("list", at("days"), at("weekdays"), rule(HERE, HERE, pipe=(UPPER,))),)


def test_a_root_array_is_the_list_of_the_block(request_of):
    block = request_of("[] <-> users[] key id { id <-> name }")

    assert block.statements == (each("list", HERE, at("users"), rule(at("id"), at("name")), key="id"),)


def test_keys_and_items_nest_in_their_order(request_of):
    block = request_of("r.*[] <-> f.*[] keys upper key id { u <-> v }")

    inner = each("list", HERE, HERE, rule(at("u"), at("v")), key="id")
    assert block.statements == (each("map", at("r"), at("f"), inner, keys=(UPPER,)),)


def test_the_object_of_a_block_rule_is_an_each_of_its_own(request_of):
    block = request_of("o <-> p.q { x <-> y }\na[].o <-> b[].o { x <-> y }")

    assert block.statements == (
        each("object", at("o"), at("p", "q"), rule(at("x"), at("y"))),
        each("list", at("a"), at("b"), each("object", at("o"), at("o"), rule(at("x"), at("y")))),
    )


def test_arrows_inside_a_walk_are_the_rules_own(request_of):
    block = request_of("a[].b <-> c[].d\na[].b -> c[].e")

    assert block.statements == (
        each("list", at("a"), at("c"), rule(at("b"), at("d")), rule(at("b"), at("e"), arrow="->")),
    )


def test_a_walk_that_only_one_way_rules_make_goes_one_way(request_of):
    block = request_of("a[].b <-> c[].d\na[].b -> e[].f")

    assert block.statements[1] == each("list", at("a"), at("e"), rule(at("b"), at("f"), arrow="->"), arrow="->")


def test_fields_without_a_counterpart_stand_in_the_walk_of_their_list(request_of):
    block = request_of(
        'drop a[].x\na[] <-> c[] { b <-> d }\nadd c[].y = 1\nhole old a[].z "which?" reject "no z"\ndrop n = @query.m'
    )

    question = NHole(at("z"), ("old",), "which?", syntax.Policy("reject", "no z"), node=None)
    assert block.statements == (
        each(
            "list",
            at("a"),
            at("c"),
            rule(at("b"), at("d")),
            NDrop("old", at("x"), node=None),
            NDrop("new", at("y"), syntax.LiteralArg(1), node=None),
            question,
        ),
        NDrop("old", at("n"), at("m", root="query"), node=None),
    )


def test_a_value_moved_into_a_walk_still_names_the_message(request_of):
    block = request_of("a[].b <-> c[].d\nadd c[].y = @body.total")

    assert block.statements[0].body.statements[1] == NDrop("new", at("y"), at("total", root="body"), node=None)


def test_a_hole_stands_on_both_sides_unless_it_says_which(request_of):
    block = request_of('hole a "which?" pass\nhole new b "which?" ask')

    assert block.statements == (
        NHole(at("a"), ("old", "new"), "which?", syntax.Policy("pass"), node=None),
        NHole(at("b"), ("new",), "which?", syntax.Policy("ask"), node=None),
    )


def test_roots_are_spelled_from_the_block(request_of):
    """At the top the body is the block; in a block `@body` is said, and `@up` is the body or the item around."""
    block = request_of(
        "@body.a <-> b\n@query.c <-> @query.d\ne <-> e2\ng <-> g2\n"
        "l[] <-> m[] { @up.e -> f; @body.g -> h; p <-> q; n[] <-> o[] { @up.p -> q } }"
    )

    inner = each("list", at("n"), at("o"), rule(at("p", root="up"), at("q"), arrow="->"))
    assert block.statements == (
        rule(at("a"), at("b")),
        rule(at("c", root="query"), at("d", root="query")),
        rule(at("e"), at("e2")),
        rule(at("g"), at("g2")),
        each(
            "list",
            at("l"),
            at("m"),
            rule(at("e", root="body"), at("f"), arrow="->"),
            rule(at("g", root="body"), at("h"), arrow="->"),
            rule(at("p"), at("q")),
            inner,
        ),
    )


def test_cases_are_blocks_and_guards_are_spots(request_of):
    block = request_of(
        "match {\n"
        'case old select("$.x[*].y") is present, old a.b is "1", new @query.k is one of ("x", "y") { c <-> d }\n'
        'case old a.b is not "1", new @query.k is "z" { e <-> d }\n'
        'else reject "a.b"\n}'
    )

    first = NCase(
        (
            NGuard("old", "$.x[*].y", syntax.Test("present"), node=None),
            NGuard("old", at("a", "b"), syntax.Test("is", ("1",)), node=None),
            NGuard("new", at("k", root="query"), syntax.Test("one_of", ("x", "y")), node=None),
        ),
        NBlock((rule(at("c"), at("d")),)),
        node=None,
    )
    match = block.statements[0]
    assert isinstance(match, NMatch)
    assert match.cases[0] == first
    assert match.otherwise == syntax.Policy("reject", "a.b")


def test_rest_is_inherited_until_a_block_says_its_own(request_of):
    block = request_of(
        "a[].b <-> c[].d\no <-> p { x <-> y; rest error; q <-> r { x <-> y } }\n"
        'match { case old k is "1", new k is "1" { e <-> f } }\nrest drop'
    )
    walk, inner, match = block.statements

    assert block.rest == "drop"
    assert walk.body.rest == "drop"
    assert inner.body.rest == "error"
    assert inner.body.statements[1].body.rest == "error"
    assert match.cases[0].body.rest == "drop"


def test_the_rest_of_a_block_holds_for_a_walk_that_a_path_began(request_of):
    block = request_of("a[].b <-> c[].d\na[] <-> c[] { e <-> f; rest drop }")

    assert block.statements[0].body.rest == "drop"
    assert block.rest == "keep"


def test_shapes_are_included_in_place(analysed):
    model, found = analysed(
        "shape inner { b <-> y; rest drop }\nshape outer { a <-> x; include inner }\n"
        "endpoint e { old POST /a; new POST /b; request { z <-> z; include outer; l[] <-> m[] { include inner } } }"
    )

    assert not found
    assert model.endpoints[0].variants[0].request == NBlock(
        (
            rule(at("z"), at("z")),
            rule(at("a"), at("x")),
            rule(at("b"), at("y")),
            each("list", at("l"), at("m"), rule(at("b"), at("y")), rest="drop"),
        ),
        "drop",
    )


def test_a_block_rule_with_singleton_is_a_list_of_one_against_its_item(request_of):
    block = request_of("l <-> a.i : singleton { x <-> y }\nm[] <-> n[] : singleton { o <-> p }")

    assert block.statements == (
        each("one", at("l"), at("a", "i"), rule(at("x"), at("y"))),
        each("list", at("m"), at("n"), each("one", HERE, HERE, rule(at("o"), at("p")))),
    )


def test_an_endpoint_without_variants_has_one_that_is_nameless(analysed):
    model, _ = analysed(
        "credential key\nauth a credential key { old bearer; new bearer }\n"
        'endpoint e { old POST /a; old PUT /a; new POST /b; auth a; cites "1", "2"\n'
        "status 200 <-> 201\nresponse { a <-> b; status 204 -> 201; failure when old ok is false { c <-> d } } }"
    )
    endpoint = model.endpoints[0]
    (variant,) = endpoint.variants

    assert endpoint.cites == ("1", "2")
    assert variant.name is None
    assert [(route.method, route.path) for route in variant.old] == [("POST", "/a"), ("PUT", "/a")]
    assert variant.auth is model.endpoints[0].scope.auths["a"]
    assert [(status.old, status.arrow, status.new) for status in variant.statuses] == [
        (200, "<->", 201),
        (204, "->", 201),
    ]
    assert variant.response == NBlock((rule(at("a"), at("b")),))
    assert variant.failure == (
        (NGuard("old", at("ok"), syntax.Test("is", (False,)), node=None),),
        NBlock((rule(at("c"), at("d")),)),
    )
    assert variant.request == variant.query == NBlock()


def test_variants_are_filled_with_what_is_common(analysed):
    model, found = analysed(
        "endpoint e {\n"
        "old GET /a\n"
        "request { rest error }\n"
        "query { k <-> k; rest drop }\n"
        "filter s ignore\n"
        "status 200 <-> 201\n"
        "variant one { new GET /b/{i} when old @query.i is present; query { i <-> @path.i; rest keep } }\n"
        "variant two { new GET /c; status 204 -> 201; response { x <-> y } }\n"
        "}"
    )
    one, two = model.endpoints[0].variants

    assert not found
    assert (one.name, two.name) == ("one", "two")
    assert [route.path for route in (*one.old, *one.new, *two.old, *two.new)] == ["/a", "/b/{i}", "/a", "/c"]
    assert one.route_guards[id(one.new[0])] == (
        NGuard("old", at("i", root="query"), syntax.Test("present"), node=None),
    )
    assert one.route_guards[id(one.old[0])] == ()
    kept = (rule(at("k"), at("k")), NFilter("old", at("s"), syntax.Policy("ignore"), node=None))
    assert one.query == NBlock((*kept, rule(at("i"), at("i", root="path"))), "keep")
    assert two.query == NBlock(kept, "drop")
    assert one.request == two.request == NBlock((), "error")
    assert (len(one.statuses), len(two.statuses)) == (1, 2)
    assert two.response == NBlock((rule(at("x"), at("y")),))


def test_a_part_of_its_own_replaces_the_common_one(analysed):
    model, found = analysed(
        "credential key\nauth a credential key { old bearer; new bearer }\n"
        "auth b credential key { old bearer; new basic }\n"
        "endpoint e {\nold GET /a\nauth a\nfailure { a <-> b }\n"
        "variant one { new GET /b when old @query.x is present; auth b; failure { c <-> d } }\n"
        "variant two { new GET /c }\n}"
    )
    one, two = model.endpoints[0].variants

    assert not found
    assert (one.auth.name, two.auth.name) == ("b", "a")
    assert [variant.failure[1].statements[0].old[0].names for variant in (one, two)] == [("c",), ("a",)]


def test_the_model_holds_what_the_folder_shares(analysed):
    model, found = analysed(
        {
            "common.map": 'api shop { old base /v1; new wire repeated range; new title "v4" }\n'
            "credential key\nlookup team : integer <-> string",
            "e.map": 'use "common.map"\nnew base /v2.0\nendpoint e { old GET /a; new GET /b }',
        }
    )

    assert not found
    assert model.facts == {
        ("old", "base"): ("/v1",),
        ("new", "wire"): ("repeated", "range"),
        ("new", "title"): ("v4",),
        ("new", "base"): ("/v2.0",),
    }
    assert [lookup.name for lookup in model.lookups] == ["team"]
    assert [credential.name for credential in model.credentials] == ["key"]
    assert list(model.sources) == ["common.map", "e.map"]
    assert list(model.endpoints[0].scope.lookups) == ["team"]
