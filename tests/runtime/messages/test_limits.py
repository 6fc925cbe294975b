"""What a document may be."""

from __future__ import annotations

import copy
import time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapdsl.runtime.messages.limits import MAX_NODES, check_document
from mapdsl.runtime.messages.survey import survey

KB = 1024


def nested(depth: int, leaf: Any = None) -> Any:
    value: Any = leaf
    for at in range(depth):
        value = [value] if at % 2 else {"a": value}
    return value


def loop(kind: type) -> Any:
    if kind is dict:
        cycle: dict[str, Any] = {}
        cycle["me"] = cycle
        return cycle
    turn: list[Any] = []
    turn += [turn, turn]
    return turn


TEXT = st.text(st.characters(exclude_categories=["Cs"]))
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.decimals(allow_nan=False, allow_infinity=False, places=3)
    | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
def test_every_ordinary_document_is_taken_and_stays_as_it_is(document):
    before = copy.deepcopy(document)
    assert check_document(document) is None
    assert document == before


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        0,
        "",
        [],
        {},
        nested(128),
        nested(128, "leaf"),
        10**400 - 1,
        -(10**400) + 1,
        Decimal("1e400"),
        Decimal("1e-400"),
        Decimal("0." + "1" * 400),
        Decimal("100.10"),
        1.7976931348623157e308,
        5e-324,
        "😀",
        {"": {"": [""]}},
        ["a" * (10 * KB * KB - 1), "b"],
        "é" * (5 * KB * KB),
        ["é" * (5 * KB * KB - 1), "bc"],
        {"é" * (5 * KB * KB): 1},
        [None] * (MAX_NODES - 1),
    ],
    ids=lambda value: f"{type(value).__name__}",
)
def test_the_largest_that_is_allowed(value):
    assert check_document(value) is None


@pytest.mark.parametrize(
    ("value", "path", "expected", "found"),
    [
        (float("nan"), "body", "a finite number", "NaN"),
        ({"a": [1, {"b": float("inf")}]}, "body.a[1].b", "a finite number", "infinity"),
        ([Decimal("sNaN")], "body[0]", "a finite number", "NaN"),
        ([Decimal("-Infinity")], "body[0]", "a finite number", "infinity"),
        ([10**400], "body[0]", "a number of at most 400 digits", "an integer of 1329 bits"),
        ({"n": -(10**5000)}, "body.n", "a number of at most 400 digits", "an integer of 16610 bits"),
        ([Decimal("1" * 401)], "body[0]", "a number of at most 400 digits", "one of 401"),
        ([Decimal("1e401")], "body[0]", "a number with an exponent within 400", "an exponent of 401"),
        ([Decimal("1e-401")], "body[0]", "a number with an exponent within 400", "an exponent of -401"),
        ([Decimal("0e999999999")], "body[0]", "a number with an exponent within 400", "an exponent of 999999999"),
        ({"odd name": "\ud800"}, 'body."odd name"', "text without lone surrogates", '"\\ud800"'),
        ({"a": {"\udfff": 1}}, "body.a", "names without lone surrogates", '"\\udfff"'),
        ({"a": {1: 2}}, "body.a", "names that are text", "a name that is a Python int"),
        ({None: 2}, "body", "names that are text", "a name that is a Python NoneType"),
        ([[], (1, 2)], "body[1]", "a JSON value", "a Python tuple"),
        ([{1}], "body[0]", "a JSON value", "a Python set"),
        (b"text", "body", "a JSON value", "a Python bytes"),
        ([object()], "body[0]", "a JSON value", "a Python object"),
        ("a" * (10 * KB * KB + 1), "body", "at most 10 MiB of text", "more"),
        (["a" * (10 * KB * KB), "b"], "body", "at most 10 MiB of text", "more"),
        ("é" * (5 * KB * KB + 1), "body", "at most 10 MiB of text", "more"),
        (["é" * (5 * KB * KB), "b"], "body", "at most 10 MiB of text", "more"),
        ({"é" * (5 * KB * KB): "a"}, "body", "at most 10 MiB of text", "more"),
        ([None] * MAX_NODES, "body", "at most 1,000,000 values", "more"),
        ([[None] * 1000] * 1000, "body", "at most 1,000,000 values", "more"),
        (loop(list), "body", "at most 1,000,000 values", "more"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 60 else "",
)
def test_what_goes_beyond_is_one_problem_with_its_path(value, path, expected, found):
    problem = check_document(value)
    assert problem is not None
    assert (problem.path, problem.found) == (path, found)
    assert problem.expected.startswith(expected)
    if isinstance(value, (dict, list)):
        assert survey(value) is None


@pytest.mark.parametrize("value", [nested(129), nested(5000), loop(dict)], ids=["129", "5000", "cycle"])
def test_deeper_than_128_is_refused_at_the_first_such_place(value):
    problem = check_document(value, "image")
    assert problem is not None
    assert (problem.expected, problem.found) == ("at most 128 levels", "more")
    assert problem.path.startswith("image.") or problem.path.startswith("image[")
    assert problem.path.count("[") + problem.path.count(".") == 128
    assert survey(value) is None


def test_subclasses_are_no_json_values():
    class Text(str):
        pass

    for value in (Text("a"), type("Row", (dict,), {})(), type("Count", (int,), {})(3)):
        problem = check_document([value])
        assert problem is not None
        assert problem.found == f"a Python {type(value).__name__}"
        assert survey([value]) is None


def test_a_fault_beside_a_cycle_is_found_in_time():
    cycle = loop(list)
    started = time.perf_counter()
    assert check_document([cycle, float("nan")]) is not None
    assert check_document([float("nan"), cycle]).found == "NaN"
    assert time.perf_counter() - started < 5


def test_a_decimal_of_ten_million_digits_is_refused_without_taking_it_apart():
    problem = check_document([Decimal("9" * 10_000_000)])
    assert problem.found == "a longer one"
