"""Names, strings and numbers are spelled so that the grammar reads back what they were."""

from __future__ import annotations

from decimal import Decimal

import pytest

from mapdsl.formatter.values import spell_name, spell_number, spell_text
from mapdsl.syntax import ABSENT, Drop, Json, LiteralArg, Shape
from tests.formatter.texts import tree_of


def read_value(text: str) -> Json:
    (shape,) = tree_of(f"shape s {{ drop a = {text} }}").items
    assert isinstance(shape, Shape)
    (drop,) = shape.block.statements
    assert isinstance(drop, Drop)
    assert isinstance(drop.origin, LiteralArg)
    return drop.origin.value


@pytest.mark.parametrize(
    ("written", "spelled"),
    [
        ("1e2", "1e2"),
        ("1E+2", "1e2"),
        ("1.0e1", "10e0"),
        ("5e0", "5e0"),
        ("2.50", "2.50"),
        ("-0.0", "-0.0"),
        ("-0e5", "-0e5"),
        ("0.000001", "0.000001"),
        ("0.0000001", "1e-7"),
        ("12e-9", "1.2e-8"),
        ("0.005e3", "5e0"),
        ("100.10", "100.10"),
        ("123456789012345678.901234567891", "123456789012345678.901234567891"),
        ("1e400", "1e400"),
        ("12e400", "12e400"),
        ("-1e-400", "-1e-400"),
        ("0.01e-400", "0.01e-400"),
        ("-12.34e-400", "-1.234e-399"),
        ("1." + "5" * 399 + "e-6", "1" + "5" * 394 + "." + "5" * 5 + "e-400"),
        ("0." + "0" * 398 + "1", "1e-399"),
        ("1" * 400, "1" * 400),
    ],
)
def test_a_number_keeps_its_digits(written: str, spelled: str) -> None:
    number = read_value(written)
    assert isinstance(number, (int, Decimal))
    assert spell_number(number) == spelled
    again = read_value(spelled)
    assert type(again) is type(number)
    assert isinstance(number, int) or number.as_tuple() == Decimal(again).as_tuple()


@pytest.mark.parametrize("name", ["a", "A_1", "_", "Content-Type", "a-1-b", "null", "absent", "drop", "e2"])
def test_a_plain_name_stands_as_it_is(name: str) -> None:
    assert spell_name(name) == name


@pytest.mark.parametrize("name", ["", "1", "a b", "a.b", "a-", "-a", "a--b", "é", "a\n", "[]", "*", "$", "@a", '"'])
def test_any_other_name_is_quoted(name: str) -> None:
    assert spell_name(name)[0] == spell_name(name)[-1] == '"'


@pytest.mark.parametrize(
    "number", [*range(0x20), 0x7F, 0x85, 0xA0, 0xAD, 0x2028, 0x202E, 0x2066, 0x3000, 0xFEFF, 0xFFFF]
)
def test_a_character_that_cannot_be_seen_is_escaped_and_read_back(number: int) -> None:
    text = f"a{chr(number)}b"
    spelled = spell_text(text)
    assert spelled.isprintable()
    assert read_value(spelled) == text


@pytest.mark.parametrize("text", ["é", "😀", "a\u200cb", "a\u200db", "/", "'", "{}#;", "€", "漢字"])
def test_a_character_that_can_be_seen_is_not_escaped(text: str) -> None:
    assert spell_text(text) == f'"{text}"'
    assert read_value(spell_text(text)) == text


def test_absent_is_spelled_inside_of_values() -> None:
    assert read_value("[absent, {a: absent}]") == [ABSENT, {"a": ABSENT}]
