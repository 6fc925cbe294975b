"""Helpers of generated code whose cases no short message shows."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from mapdsl.paths import parse_selector
from mapdsl.runtime.compiled.helpers import append, prune


@pytest.mark.parametrize(
    ("selection", "left"),
    [
        ("$.l[2,0]", {"l": [{"a": 2, "x": 1}, {"a": 4}], "x": 1}),  # by the number that each had before
        ("$.l[0,2]", {"l": [{"a": 2, "x": 1}, {"a": 4}], "x": 1}),
        ("$.l[-1]", {"l": [{"a": 1}, {"a": 2, "x": 1}, {"a": 3, "x": {"x": 1}}], "x": 1}),
        ("$.l[*]", {"l": [], "x": 1}),
        ("$..x", {"l": [{"a": 1}, {"a": 2}, {"a": 3}, {"a": 4}]}),
        ("$.nothing", {"l": [{"a": 1}, {"a": 2, "x": 1}, {"a": 3, "x": {"x": 1}}, {"a": 4}], "x": 1}),
    ],
)
def test_what_is_selected_goes_and_the_message_stays_as_it_is(selection: str, left: Any) -> None:
    body = {"l": [{"a": 1}, {"a": 2, "x": 1}, {"a": 3, "x": {"x": 1}}, {"a": 4}], "x": 1}
    before = repr(body)
    assert prune(body, parse_selector(selection), None, 0, ("body",), "") == left
    assert repr(body) == before


def test_objects_and_lists_beside_what_goes_are_shared() -> None:
    body = {"l": [{"a": 1}, {"x": 1}], "o": {"a": 1}}
    left = prune(body, parse_selector("$..x"), None, 0, ("body",), "")
    assert left["o"] is body["o"]
    assert left["l"][0] is body["l"][0]


def test_values_in_one_list_are_the_first_of_those_that_are_the_same() -> None:
    first = [1, True, "1", {"a": 0.1, "b": [1]}, None]
    second = [1.0, Decimal("1.0"), False, "1", {"b": [1.0], "a": Decimal("0.1")}, None, [], 2]
    joined = append(first, second)
    assert [repr(each) for each in joined] == [
        *("1", "True", "'1'", "{'a': 0.1, 'b': [1]}", "None", "False", "[]", "2"),
    ]
