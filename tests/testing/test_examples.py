"""The runner of examples: what passes, what each kind of difference looks like, in both engines."""

from __future__ import annotations

from pathlib import Path

from mapdsl import load
from mapdsl.pipeline import check, compile_program, compile_text
from mapdsl.testing.examples import ExampleResult, run_examples

SPEC = """mapdsl 1
endpoint e {
  old POST /a/{id}
  new POST /b/{id}
  request { number <-> phone; drop agent; @query.q <-> @query.q }
  response { sid <-> id; add at = @request.body.phone }
  EXAMPLE
}
"""


def results(example: str) -> tuple[ExampleResult, ...]:
    return run_examples(compile_text(SPEC.replace("EXAMPLE", example), "e.map"))


def differences(example: str) -> list[str]:
    return [difference for result in results(example) for difference in result.differences]


def test_an_example_without_a_direction_runs_both_ways() -> None:
    found = results(
        'example "x" { old request {path: "/a/1", body: {number: "7"}};'
        ' new request {path: "/b/1", body: {phone: "7"}} }'
    )
    assert [(r.name, r.endpoint, r.part, r.to, r.passed, r.line) for r in found] == [
        ("x", "e", "request", "new", True, 7),
        ("x", "e", "request", "old", True, 7),
    ]
    assert str(found[0]) == "ok      e, request to new: x"
    assert found[0].to_dict()["differences"] == []


def test_differences_have_paths_and_both_engines_agree_on_them() -> None:
    (found,) = results(
        'example "x" to new { old request {path: "/a/1", body: {number: "7"}};'
        ' new request {method: "PUT", path: "/b/2", body: {phone: "8", more: [1]}} }'
    )
    assert found.differences == (
        'method: expected "PUT", found "POST"',
        'path: expected "/b/2", found "/b/1"    (e.map:3: old POST /a/{id})',
        'body.phone: expected "8", found "7"    (e.map:5: number <-> phone)',
        "body.more: expected a list of 1, found nothing",
    )
    assert str(found).startswith("FAILED  e, request to new: x    e.map:7\n        method: ")


def test_what_is_lost_must_be_listed_exactly() -> None:
    arms = 'example "x" to new { old request {path: "/a/1", body: {number: "7", agent: "A"}}; lost %s }'
    assert differences(arms % '["body.agent"]') == []
    assert differences(arms % '["body.agent", "body.number"]') == ["lost: expected body.number, which is not lost"]
    assert differences(arms % '["body.agent", "body.agnt"]') == ["lost: expected body.agnt, which is not lost"]
    (unexpected,) = differences(arms % "[]")
    assert unexpected.startswith('lost: not expected, body.agent = "A": no place in the new API')


def test_refusals() -> None:
    arms = 'example "x" to new { old request {path: "/a/1", body: %s}; refused "an object" }'
    assert differences(arms % "[1]") == []
    assert differences(arms % "{}") == ["expected a refusal with 'an object', found a translation"]
    (other,) = differences((arms % "[1]").replace('refused "an object"', 'refused "something else"'))
    assert other.startswith("expected a refusal with 'something else', found: body: expected an object")
    (none,) = differences('example "x" to new { old request {path: "/a/1", body: [1]} }')
    assert none.startswith("refused: body: expected an object")


def test_a_response_is_translated_with_the_request_of_its_example() -> None:
    arms = 'example "x" to new { %s; old response {body: {sid: "s"}}; new response {body: {id: "s"%s}}; lost %s }'
    request = 'old request {path: "/a/1", body: {number: "7"}}'
    assert differences(arms % (request, ', at: "7"', "[]")) == []
    assert differences(arms % ('new request {path: "/b/1", body: {phone: "7"}}', ', at: "7"', "[]")) == []
    assert differences((arms.replace("%s; ", "", 1)) % ("", '["body.at"]')) == []
    assert differences(arms % (request, "", "[]")) == [
        'body.at: expected nothing, found "7"    (e.map:6: add at = @request.body.phone)'
    ]


def test_what_a_message_leaves_out_is_the_first_route() -> None:
    assert (
        differences('example "x" to new { old request {body: {number: "7"}}; new request {body: {phone: "7"}} }') != []
    )
    assert differences('example "x" to new { old request {path: "/a/1"}; new request {path: "/b/1"} }') == []


def test_an_example_without_the_side_it_starts_from_says_so() -> None:
    assert differences('example "x" to new { new request {path: "/b/1"} }') == ["the example has no old request"]


def test_an_update_has_no_way_home_where_the_object_is_read_first() -> None:
    spec = """mapdsl 1
endpoint get { old GET /a/{id}; new GET /b/{id}; response { n <-> m } }
endpoint put {
  old PUT /a/{id}
  new PATCH /b/{id}
  replace loose from get
  request { n <-> m }
  example "whole" to new { old request {path: "/a/1", body: {n: 1}}; new request {path: "/b/1", body: {m: 1}}; lost [] }
  example "part" to old { new request {path: "/b/1", body: {m: 1}}; old request {method: "GET", path: "/a/1"}; lost [] }
}
"""
    assert [result.differences for result in run_examples(compile_text(spec, "e.map"))] == [(), ()]


EXCHANGE = (
    'example "x"{to} {{ old request {{path: "/a/1", body: {{number: "7"}}}};'
    ' new request {{path: "{path}", body: {{phone: "{phone}"}}}};'
    ' old response {{body: {{sid: "s"}}}}; new response {{body: {{id: "s", at: "7"}}}} }}'
)


def test_an_example_of_an_exchange_compares_its_requests_too() -> None:
    assert differences(EXCHANGE.format(to="", path="/b/1", phone="7")) == []
    path = 'its request: path: expected "/b/2", found "/b/1"    (e.map:3: old POST /a/{id})'
    assert differences(EXCHANGE.format(to=" to old", path="/b/2", phone="7")) == [path]
    # The other way the client is new, and it is the old request that must come of its own.
    found = differences(EXCHANGE.format(to=" to new", path="/b/1", phone="8"))
    assert 'its request: body.number: expected "7", found "8"    (e.map:5: number <-> phone)' in found


# --- what is given, and examples apart -------------------------------------------------------------------------------

GIVEN = """mapdsl 1
lookup user : string <-> string
given {{
  old request {{method: "POST", path: "/a/1", query: {{q: "1", r: "2"}}}}
  new request {{path: "/b/1", query: {{q: "1", r: "2"}}}}
  lookups {{user: {{u: "v", w: "x"}}}}
}}
endpoint e {{
  old POST /a/{{id}}
  new POST /b/{{id}}
  request {{ number <-> phone; agent <-> caller : user }}
  response {{ sid <-> id }}
  {endpoint}
  example "x" {{ {example} }}
}}
"""


def given(example: str, endpoint: str = "") -> list[str]:
    compiled = compile_text(GIVEN.format(example=example, endpoint=endpoint), "e.map")
    return [difference for result in run_examples(compiled) for difference in result.differences]


def test_a_message_is_completed_member_by_member_and_lookups_are_answered() -> None:
    assert given('old request {body: {number: "7", agent: "u"}}; new request {body: {phone: "7", caller: "v"}}') == []
    # At any depth the example wins: another `q`, and `r` as it is given.
    assert given('old request {query: {q: "5"}}; new request {query: {q: "5"}}') == []
    found = given('old request {query: {q: "5"}}; new request {}')
    assert 'query.q: expected "1", found "5"' in found


def test_the_nearer_given_wins() -> None:
    nearer = 'given { old request {path: "/a/2"}; new request {path: "/b/2", query: {r: "9"}} }'
    assert given('old request {query: {r: "9"}}; new request {}', nearer) == []
    assert given('old request {path: "/a/3", query: {r: "9"}}; new request {path: "/b/3"}', nearer) == []


def test_absent_takes_away_what_is_given() -> None:
    assert given("old request {query: {r: absent}}; new request {query: {r: absent}}") == []
    assert given("old request {query: absent}; new request {query: absent}") == []
    gone = given('old request {body: {agent: "u"}}; new request {body: {caller: "v"}}; lookups {user: {u: absent}}')
    assert gone[0].startswith("refused: body.agent")
    assert (
        given('old request {body: {agent: "u"}}; refused "user"; lookups {user: absent}', "") != []
    )  # to old, as well


def test_lists_and_single_values_are_replaced_and_each_message_of_a_list_is_completed() -> None:
    listed = 'given { old request {body: {number: ["1", "2"]}}; new request {body: {phone: ["1", "2"]}} }'
    assert given('old request {body: {number: ["3"]}}; new request {body: {phone: ["3"]}}', listed) == []
    assert given('old request [{body: {number: "1"}}]; new request [{body: {phone: "1"}}]') == []


def test_a_message_that_an_example_does_not_show_is_not_added() -> None:
    """Else a reply would be held against the request that is given, and a request against a reply."""
    assert given('old response {body: {sid: "1"}}; new response {body: {id: "1"}}') == []
    assert given("old request {body: {}}; new request {body: {}}", "given { old response {status: 200} }") == []


RULES = "mapdsl 1\nendpoint e { old POST /a\n new POST /b\n request { number <-> phone } }\n"
APART = """mapdsl 1
use "e.map"
given { old request {query: {q: "1"}} }
examples for e {
  given { new request {query: {q: "1"}} }
  example "apart" { old request {body: {number: "7"}}; new request {body: {phone: "7"}} }
}
"""


def written(folder: Path, **texts: str) -> Path:
    for name, text in texts.items():
        (folder / f"{name.replace('__', '.')}.map").write_text(text, "utf-8")
    return folder


def test_a_file_of_examples_is_read_with_its_spec_and_with_the_folder(tmp_path: Path) -> None:
    folder = written(tmp_path, e=RULES, e__examples=APART)
    for path in (folder, folder / "e.map", folder / "e.examples.map"):
        found = run_examples(compile_program(path))
        assert [(r.name, r.to, r.differences, Path(r.file).name, r.line) for r in found] == [
            ("apart", "new", (), "e.examples.map", 6),
            ("apart", "old", (), "e.examples.map", 6),
        ], path
        assert check([path]) == ()


def test_a_file_of_examples_is_wrong_where_the_spec_is_checked_and_not_where_it_is_loaded(tmp_path: Path) -> None:
    folder = written(tmp_path, e=RULES, e__examples=APART.replace("for e", "for f"))
    for path in (folder, folder / "e.map"):
        assert [found.code for found in check([path])] == ["MAP113"]
        assert list(load(path)) == ["e"]


def test_examples_apart_do_not_change_what_an_api_is(tmp_path: Path) -> None:
    folder = written(tmp_path, e=RULES)
    before = load(folder)
    written(folder, e__examples=APART)
    whole = compile_program(folder).api
    assert before.digest == load(folder).digest == load(folder, cache=False).digest == whole.digest
    assert before.sources == load(folder, cache=False).sources == whole.sources


def test_any_file_that_uses_a_spec_may_hold_examples_of_it(tmp_path: Path) -> None:
    folder = written(tmp_path, e=RULES, more=APART)
    assert run_examples(compile_program(folder / "e.map")) == ()
    assert [result.passed for result in run_examples(compile_program(folder / "more.map"))] == [True, True]
    assert [result.passed for result in run_examples(compile_program(folder))] == [True, True]
