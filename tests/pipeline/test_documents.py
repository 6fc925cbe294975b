"""Documents written by hand: strict, with the place of every fault."""

from __future__ import annotations

from typing import Any

import pytest

from mapdsl.errors import MapError
from mapdsl.pipeline import DemoScript, RequestText, ResponseText, compile_text, structure
from mapdsl.testing import run_examples

SPEC = """mapdsl 1
endpoint e {{ old POST /a; new POST /b
  request {{ a <-> b }}
  example "x" {{ {arms} }}
}}
"""


def test_what_is_left_out_is_filled_in() -> None:
    text = structure({"body": {"a": 1}}, RequestText, "x")
    assert text.filled("POST", "/a") == {"method": "POST", "path": "/a", "query": {}, "headers": {}, "body": {"a": 1}}
    assert structure({}, ResponseText, "x").filled() == {"status": 200, "headers": {}, "body": None}


@pytest.mark.parametrize(
    ("value", "type_", "says"),
    [
        ({"path": 7}, RequestText, r"expected a text, found an integer @ \$\.path"),
        (
            {"bdy": 1},
            RequestText,
            r"expected only method, path, query, headers, body, found `bdy` \(did you mean `body`\?\) @ \$",
        ),
        (
            {"heders": {"a": 1}, "amount": 1},
            RequestText,
            r"found `amount`, `heders` "
            r"\(did you mean `headers`\?; fields of the body stand in `body: \{amount: \.\.\.\}`\) @ \$",
        ),
        (
            {"staus": 200},
            ResponseText,
            r"expected only status, headers, body, found `staus` \(did you mean `status`\?\) @ \$",
        ),
        (
            {"amount": 1},
            ResponseText,
            r"found `amount` \(fields of the body stand in `body: \{amount: \.\.\.\}`\) @ \$",
        ),
        ({"status": True}, ResponseText, r"expected an integer, found true or false @ \$\.status"),
        ({"status": "200"}, ResponseText, r"expected an integer, found a text @ \$\.status"),
        ({"lookups": {}, "calls": [{"title": "t"}]}, DemoScript, r"required field missing @ \$\.calls\[0\]\.about"),
        ([], RequestText, "the document"),
        (None, str, "expected a text, found null"),
    ],
)
def test_nothing_is_coerced_and_every_fault_has_its_place(value: Any, type_: type, says: str) -> None:
    with pytest.raises(MapError, match=says) as caught:
        structure(value, type_, "the document")
    assert str(caught.value).startswith("the document: ")


@pytest.mark.parametrize(
    ("arms", "says"),
    [
        (
            "old request {heders: {a: 1}}; new request {body: {b: 1}}",
            "the example's `old request`: expected only method, path, query, headers, body, found `heders` "
            "(did you mean `headers`?)",
        ),
        ("old request {bdy: 1}; new request {body: {b: 1}}", "found `bdy` (did you mean `body`?)"),
        (
            "old request {body: {a: 1}}; new request {path: 7, body: {b: 1}}",
            "expected a text, found an integer @ $.path",
        ),
        ("old request {body: {a: 1}}; new request {body: {b: 1}}; lookups {l: 3}", "the example's lookup l"),
        ("old request {body: {a: 1}}; new request {body: {b: 1}}; lost {a: 1}", "the example's `lost`"),
    ],
)
def test_an_example_written_wrongly_fails_with_its_place(arms: str, says: str) -> None:
    results = run_examples(compile_text(SPEC.format(arms=arms)))
    assert results
    assert any(says in text for result in results for text in result.differences)


def test_an_example_written_rightly_holds() -> None:
    results = run_examples(
        compile_text(SPEC.format(arms="old request {body: {a: 1}}; new request {body: {b: 1}}; lost []"))
    )
    assert [result.passed for result in results] == [True, True]
