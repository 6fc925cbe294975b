"""JSON values: exact numbers, strings with escapes, and what cannot be a value."""

from __future__ import annotations

from decimal import Decimal

import pytest

from mapdsl.syntax import Drop, Json, LiteralArg, Table
from tests.grammar.support import item, only_finding, statement


def value(text: str) -> Json:
    drop = statement(f"drop a = {text}")
    assert isinstance(drop, Drop)
    assert isinstance(drop.origin, LiteralArg)
    return drop.origin.value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", 0),
        ("-17", -17),
        ("123456789012345678901234567890", 123456789012345678901234567890),
        ("1.50", Decimal("1.50")),
        ("-0.10", Decimal("-0.10")),
        ("1e2", Decimal("1e2")),
        ("1E+2", Decimal("1e2")),
        ("2.5e-3", Decimal("0.0025")),
        ("9" * 400, int("9" * 400)),
        ("1e400", Decimal("1e400")),
    ],
)
def test_numbers_are_exact_and_keep_their_form(text: str, expected: int | Decimal) -> None:
    found = value(text)
    assert type(found) is type(expected)
    assert str(found) == str(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('""', ""),
        ('"a b"', "a b"),
        (r'"\" \\ \/ \b\f\n\r\t"', '" \\ / \b\f\n\r\t'),
        (r'"\u00e9\u0000\ud83d\ude00"', "é\0😀"),
        (r'"\\u00e9\\"', "\\u00e9\\"),
        ('"é\u00a0😀\t#;{}"', "é\u00a0😀\t#;{}"),
    ],
)
def test_strings_are_those_of_json(text: str, expected: str) -> None:
    assert value(text) == expected


def test_an_empty_list_is_a_value_where_the_lexer_could_take_it_for_each_item() -> None:
    table = item("table t { [] <-> []; ([], 1) <-> [ ]; [1] -> [[]] }")
    assert isinstance(table, Table)
    assert [(row.old, row.new) for row in table.rows] == [(([],), ([],)), (([], 1), ([],)), (([1],), ([[]],))]


def test_true_is_not_one_and_false_is_not_null() -> None:
    found = value("[true, 1, false, 0, null]")
    assert [type(entry) for entry in found] == [bool, int, bool, int, type(None)]


@pytest.mark.parametrize(
    ("text", "headline"),
    [
        (r'"a\qb"', r"`\q` is no escape of a string"),
        (r'"a\u12"', r"`\u` is no escape of a string"),
        (r'"\\\'"', r"`\'` is no escape of a string"),
        (r'"\ud800"', "half of a surrogate pair stands alone in a string"),
        ("9" * 401, "the number is out of bounds"),
        ("9" * 5000, "the number is out of bounds"),
        ("1e401", "the number is out of bounds"),
        ("1e-401", "the number is out of bounds"),
        ("1e" + "9" * 5000, "the number is out of bounds"),
    ],
)
def test_an_impossible_value_is_one_finding(text: str, headline: str) -> None:
    found = only_finding(f"shape s {{\n drop a = {text}\n}}")
    assert (found.code, found.headline, found.position[1]) == ("MAP009", headline, 2)


def test_a_member_given_twice_is_found() -> None:
    found = only_finding('shape s { drop a = {b: 1, c: 2, "b": 3} }')
    assert (found.code, found.position) == ("MAP008", ("t.map", 1, 33))
    assert found.headline == 'the member "b" is given twice'


@pytest.mark.parametrize("text", ["01", "1.", ".5", "+1", "1.e2", "0x1f", "NaN", "-", "[1 2]", "{a 1}", "[,]", "{a: }"])
def test_what_is_no_json_value_is_refused(text: str) -> None:
    assert only_finding(f"shape s {{ drop a = {text} }}").code in ("MAP001", "MAP007")
