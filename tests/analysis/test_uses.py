"""Several files: what `use` brings, and what it cannot."""

from __future__ import annotations

ENDPOINT = "endpoint {0} {{ old POST /{0}; new POST /new/{0}; request {{ include person }} }}"


def codes(found):
    return [(one.code, one.position[0], one.position[1]) for one in found]


def test_a_used_file_brings_what_it_uses_itself(analysed):
    model, found = analysed(
        {
            "a.map": 'use "b.map"\n' + ENDPOINT.format("e"),
            "b.map": 'use "c.map"\nshape person { name <-> label : letter }',
            "c.map": 'enum letter closed { "a" <-> "b" }',
        }
    )

    assert not found
    assert list(model.endpoints[0].scope.enums) == ["letter"]


def test_a_file_that_is_not_used_brings_nothing(analysed):
    _, found = analysed({"a.map": ENDPOINT.format("e"), "b.map": "shape person { name <-> label }"})

    assert codes(found) == [("MAP105", "a.map", 1)]


def test_a_file_that_is_not_there_is_named(analysed):
    _, found = analysed({"a.map": 'use "comon.map"', "common.map": "shape s { a <-> b }"})

    assert codes(found) == [("MAP102", "a.map", 1)]
    assert found[0].help == "did you mean `common.map`?"


def test_a_circle_is_reported_once_where_it_closes(analysed):
    _, found = analysed({"a.map": '\nuse "b.map"', "b.map": 'use "c.map"', "c.map": '\n\nuse "a.map"'})

    assert codes(found) == [("MAP103", "c.map", 3)]
    assert found[0].headline.endswith("`a.map` uses `b.map` uses `c.map` uses `a.map`")
    assert [(label.span.source, label.span.start) for label in found[0].secondary] == [("a.map", 1), ("b.map", 0)]


def test_a_file_that_uses_itself_is_a_circle(analysed):
    _, found = analysed({"a.map": 'use "a.map"'})

    assert codes(found) == [("MAP103", "a.map", 1)]


def test_a_circle_hides_no_names(analysed):
    """One mistake, one message: the shape behind the circle is still found."""
    _, found = analysed(
        {"a.map": 'use "b.map"\n' + ENDPOINT.format("e"), "b.map": 'use "a.map"\nshape person { a <-> b }'}
    )

    assert [one.code for one in found] == ["MAP103"]


def test_the_same_file_used_twice_is_reported(analysed):
    _, found = analysed({"a.map": 'use "b.map"\nuse "b.map"', "b.map": "shape s { a <-> b }"})

    assert codes(found) == [("MAP104", "a.map", 2)]


def test_a_name_declared_in_two_files_that_one_file_sees_shows_both_places(analysed):
    _, found = analysed(
        {"a.map": 'use "b.map"\nshape s { a <-> b }', "b.map": "shape t { a <-> b }\nshape s { a <-> b }"}
    )

    assert codes(found) == [("MAP104", "a.map", 2)]
    assert [label.span.source for label in found[0].secondary] == ["b.map"]


def test_two_files_that_do_not_see_each_other_may_use_one_name(analysed):
    _, found = analysed({"a.map": "shape s { a <-> b }", "b.map": "shape s { c <-> d }"})

    assert not found


def test_two_files_may_declare_one_lookup_only_in_the_same_words(analysed):
    """It is answered by its name, whoever declared it."""
    same = {"a.map": "lookup t : integer -> string", "b.map": "lookup t : integer -> string"}
    model, found = analysed(same)
    assert not found
    assert [lookup.name for lookup in model.lookups] == ["t"]

    _, found = analysed(same | {"b.map": "\nlookup t : string -> string"})
    assert codes(found) == [("MAP104", "b.map", 2)]


def test_two_files_may_not_declare_one_endpoint(analysed):
    one, other = "endpoint e { old GET /a; new GET /b }", "endpoint e { old GET /c; new GET /d }"
    _, found = analysed({"a.map": one, "b.map": other})

    assert codes(found) == [("MAP104", "b.map", 1)]


def test_a_mistake_in_a_shared_shape_is_reported_once_at_the_shape(analysed):
    shape = "shape person {\n  a <-> x\n  b <-> x\n}"
    both = "\n".join(['use "s.map"', ENDPOINT.format("e"), ENDPOINT.format("f")])
    _, found = analysed({"a.map": both, "s.map": shape})

    assert codes(found) == [("MAP203", "s.map", 3)]


def test_findings_come_in_the_order_of_the_files_and_their_lines(analysed):
    bad = "\n".join(
        ["endpoint {0} {{", "old POST /{0}", "new POST /n{0}", "request {{ a <-> x : upr", "b <-> y : lowr }} }}"]
    )
    _, found = analysed({"z.map": bad.format("e"), "a.map": bad.format("f")})

    assert [one.position[:2] for one in found] == [("z.map", 4), ("z.map", 5), ("a.map", 4), ("a.map", 5)]


def test_one_wrong_endpoint_leaves_the_others_in_the_model(analysed):
    model, found = analysed(
        "endpoint e { old POST /a; request { a[] <-> b; c <-> d } }\nendpoint f { old GET /c; new GET /d }"
    )

    assert {one.code for one in found} == {"MAP201", "MAP401"}
    assert [endpoint.name for endpoint in model.endpoints] == ["e", "f"]


SMS = "endpoint send_sms { old POST /a; new POST /b }"
EXAMPLES = 'examples for send_sms { example "x" { old request {}; new request {} } }'


def test_examples_stand_in_a_file_that_uses_the_spec(analysed):
    model, found = analysed({"a.map": SMS, "more.map": 'use "a.map"\n' + EXAMPLES})

    assert not found
    assert [(example.name, example.span.source) for example in model.endpoints[0].examples] == [("x", "more.map")]


def test_examples_of_an_endpoint_that_is_not_used_are_reported(analysed):
    _, found = analysed({"a.map": SMS, "more.map": "\n" + EXAMPLES})

    assert codes(found) == [("MAP113", "more.map", 2)]
    assert found[0].headline == "the file of endpoint `send_sms` is not used here"
    assert found[0].help == 'add `use "a.map"`, with the path from this file'


def test_what_is_given_does_not_go_through_use(analysed):
    given = 'given { old request {headers: {V: "2"}} }\n'
    model, found = analysed({"a.map": given + SMS, "more.map": 'use "a.map"\n' + EXAMPLES})

    assert not found
    assert [arm.value for arm in model.endpoints[0].examples[0].arms] == [{}, {}]


def test_a_file_of_examples_holds_nothing_that_a_translation_needs(analysed):
    _, found = analysed({"a.examples.map": "mapdsl 1\n" + SMS + "\n" + EXAMPLES + "\nshape s { a <-> b }"})

    assert codes(found) == [("MAP114", "a.examples.map", 2), ("MAP114", "a.examples.map", 4)]
