"""Queries: flat on the wire, nested in a spec."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapdsl.errors import TranslationError
from mapdsl.runtime.messages.query import decode, encode

PLAIN = ("repeated",)
NEW = ("brackets", "range")


def refusal(call) -> list[str]:
    with pytest.raises(TranslationError) as caught:
        call()
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("query", "wire", "document"),
    [
        ({"a": "1", "b": ["1", "2"], "c": ""}, PLAIN, {"a": "1", "b": ["1", "2"], "c": ""}),
        ({"a": []}, PLAIN, {"a": []}),
        ({"started_at[gte]": "x", "started_at[lt]": "y"}, ("range",), {"started_at": {"gte": "x", "lt": "y"}}),
        ({"filter[a][b]": "x"}, ("repeated", "range"), {"filter": {"a": {"b": "x"}}}),
        ({"ids[]": ["1", "2"]}, ("brackets",), {"ids": ["1", "2"]}),
        ({"ids[]": ["1"]}, ("brackets",), {"ids": ["1"]}),
        ({"f[ids][]": ["1", "2"]}, NEW, {"f": {"ids": ["1", "2"]}}),
        # Names that no declared style reads are names like any other.
        ({"started_at[gte]": "x"}, PLAIN, {"started_at[gte]": "x"}),
        ({"ids[]": ["1", "2"]}, ("range",), {"ids[]": ["1", "2"]}),
        ({"f[a][]": ["1", "2"]}, ("brackets",), {"f[a][]": ["1", "2"]}),
        ({"a[b": "1", "[x]": "2", "a[][b]": "3", "a]": "4", "a[b]c": "5", "a[[b]]": "6"}, NEW, None),
        ({"__proto__": "1", "__class__": "2", "": "3", "é &=": "4"}, NEW, None),
    ],
)
def test_wire_and_document(query, wire, document):
    document = query if document is None else document
    before = dict(query)
    assert decode(query, wire) == document
    assert query == before
    assert encode(document, wire) == query


def test_a_list_of_one_is_a_text_but_in_brackets():
    assert encode({"a": ["1"]}, PLAIN) == {"a": "1"}
    assert encode({"a": ["1"]}, ("range",)) == {"a": "1"}
    assert encode({"a": ["1"]}, ("brackets",)) == {"a[]": ["1"]}
    assert decode({"a[]": "1"}, ("brackets",)) == {"a": ["1"]}
    assert decode({"a": ["1"], "b": []}, PLAIN) == {"a": "1", "b": []}
    assert decode({"a": ["1"], "b[gte]": ["2"], "c[]": ["3"]}, ("brackets", "range")) == {
        "a": "1",
        "b": {"gte": "2"},
        "c": ["3"],
    }
    assert decode({"a": ["1,2"]}, ("csv",), [("a",)]) == {"a": ["1,2"]}
    # A side that writes repetition and reads brackets as well has two spellings of one thing.
    both = ("repeated", "brackets")
    assert decode({"a[]": ["1"], "b[]": ["1", "2"], "c[]": "1"}, both) == {"a": "1", "b": ["1", "2"], "c": "1"}
    assert decode({"a[]": "1"}, both, [("a",)]) == {"a": ["1"]}
    assert encode({"a": ["1"], "b": ["1", "2"]}, both) == {"a": "1", "b": ["1", "2"]}


def test_the_paths_that_a_spec_reads_as_lists_are_lists():
    lists = [("ids",), ("f", "ids"), ("none",), ("x", "y")]
    assert decode({"ids": "1", "f[ids]": "2", "x": "3"}, ("range",), lists) == {
        "ids": ["1"],
        "f": {"ids": ["2"]},
        "x": "3",
    }
    assert decode({"ids": ["1", "2"]}, PLAIN, lists) == {"ids": ["1", "2"]}
    assert decode({"ids": "1,2", "other": "1,2"}, ("csv",), lists) == {"ids": ["1", "2"], "other": "1,2"}
    assert decode({"ids": ""}, ("csv",), lists) == {"ids": []}
    assert decode({"ids": "1,,2,"}, ("csv",), lists) == {"ids": ["1", "", "2", ""]}


def test_csv_is_written_where_its_commas_are_not_in_doubt():
    assert encode({"ids": ["1", "2"], "none": [], "one": ["1"]}, ("csv",)) == {"ids": "1,2", "none": "", "one": "1"}
    expected = (
        "query.ids: expected a text, or a list of texts, found a list with a comma in an item, or of one empty text"
    )
    assert refusal(lambda: encode({"ids": ["Doe, J.", "2"]}, ("csv",))) == [expected]
    assert refusal(lambda: encode({"ids": [""]}, ("csv",))) == [expected]


def test_the_first_list_style_is_the_one_written_and_all_are_read():
    wire = ("range", "brackets", "repeated")
    assert encode({"a": ["1", "2"]}, wire) == {"a[]": ["1", "2"]}
    assert decode({"a": ["1", "2"], "b[]": "3"}, wire) == {"a": ["1", "2"], "b": ["3"]}


def test_scalars_are_printed():
    assert encode({"n": 7, "yes": True, "d": Decimal("1.50"), "l": [1, False]}, PLAIN) == {
        "n": "7",
        "yes": "true",
        "d": "1.50",
        "l": ["1", "false"],
    }


def test_every_value_that_cannot_stand_in_a_query_is_named():
    document = {"a": None, "b": [None], "c": [{}], "d": {"e": {"f": {}}}, "g": {"h": float("nan")}}
    assert refusal(lambda: encode(document, PLAIN)) == [
        "query.a: expected a text, or a list of texts, found null",
        "query.b: expected a text, or a list of texts, found null",
        "query.c: expected a text, or a list of texts, found an object",
        "query.d.e.f: expected a text or a list of texts, found an object in an object",
        "query.g.h: expected a text, or a list of texts, found a number that is not finite",
    ]


@pytest.mark.parametrize(
    ("query", "problems"),
    [
        ({"a": "1", "a[b]": "2"}, ['query."a[b]": expected a value or members, found both']),
        ({"a[b]": "2", "a": "1"}, ["query.a: expected a value or members, found both"]),
        ({"a": "1", "a[]": "2"}, ['query."a[]": expected a value or a list, found both']),
        ({"a[b]": "1", "a[b][c]": "2"}, ['query."a[b][c]": expected a value or members, found both']),
        ({"a[b][c]": "1", "a[b]": "2"}, ['query."a[b]": expected a value or members, found both']),
        ({"a[b][c][d]": "1"}, ['query."a[b][c][d]": expected at most 3 names inside each other, found more']),
    ],
)
def test_a_name_given_in_two_ways_or_too_deeply_is_a_problem(query, problems):
    assert refusal(lambda: decode(query, NEW)) == problems


def test_two_values_that_are_spelled_alike_are_a_problem():
    assert refusal(lambda: encode({"a": {"b": "1"}, "a[b]": "2"}, NEW)) == [
        'query."a[b]": expected one value, found two that are spelled alike'
    ]


def test_a_very_deep_name_is_refused_quickly():
    assert "at most 3" in refusal(lambda: decode({"a" + "[b]" * 100_000: "1"}, NEW))[0]


NAMES = st.text("ab[]_é", min_size=1, max_size=8)
VALUES = st.text(max_size=3) | st.lists(st.text(max_size=3), min_size=2, max_size=3)
WIRES = st.sampled_from([PLAIN, ("range",), ("brackets", "range"), ("brackets",)])


@given(st.dictionaries(NAMES, VALUES, max_size=4), WIRES)
def test_a_query_comes_back_as_it_was_spelled(query, wire):
    try:
        document = decode(query, wire)
    except TranslationError:
        return
    again = encode(document, wire)
    assert decode(again, wire) == document
    if "brackets" not in wire:  # with it a list is spelled so, however it came
        assert again == query
