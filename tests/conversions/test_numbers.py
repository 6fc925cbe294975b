"""Numbers, integers and booleans against their text."""

from __future__ import annotations

from decimal import Decimal

import pytest

from mapdsl.conversions import Refused, build, flip, number, same

THIRTY = "123456789012345678901234567890"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("100.10"), "100.10"),
        (0.1, "0.1"),
        (100.1, "100.1"),
        (Decimal("1e2"), "100"),
        (1e2, "100"),
        (3562.67, "3562.67"),
        (Decimal("3562.67"), "3562.67"),
        (int(THIRTY), THIRTY),
        (Decimal(f"0.{THIRTY}"), f"0.{THIRTY}"),
        (Decimal(f"{THIRTY}.50"), f"{THIRTY}.50"),
        (1e22, "1" + "0" * 22),
        (1.5e-7, "0.00000015"),
        (Decimal("1E-400"), "0." + "0" * 399 + "1"),
        (Decimal("1E+399"), "1" + "0" * 399),
        (-0.0, "0"),
        (Decimal("-0.00"), "0.00"),
        (-2.5, "-2.5"),
        (0, "0"),
    ],
)
def test_a_number_is_written_digit_for_digit_and_read_back(value, text):
    made = build("number_decimal")
    assert made.to_new.run(value) == text
    assert same(made.to_old.run(text), value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("100.10", 100.1),
        ("7.00", 7),
        ("1e2", 100),
        ("1E-2", 0.01),
        ("+7", 7),
        ("007", 7),
        ("-0", 0),
        (f"0.{THIRTY}", Decimal(f"0.{THIRTY}")),
        ("123456789012.3456789", Decimal("123456789012.3456789")),
    ],
)
def test_text_becomes_the_plainest_number_that_is_equal(text, expected):
    found = build("number").to_new.run(text)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("100.10", Decimal("100.10")), ("7.00", Decimal("7.00")), ("100", 100), ("1e2", Decimal("1E+2")), ("+7", 7)],
)
def test_exact_numbers_keep_their_digits(text, expected):
    found = build("number", (), exact=True).to_new.run(text)
    assert str(found) == str(expected)
    assert type(found) is type(expected)


@pytest.mark.parametrize("name", ["number", "number_decimal"])
@pytest.mark.parametrize(
    "text",
    [
        "",
        " 7",
        "7 ",
        "7\n",
        "1_000",
        "٣",
        "NaN",
        "inf",
        ".5",
        "5.",
        "1e401",
        "1e-401",
        "1e99999999",
        "1" * 401,
        "--1",
        "0x1",
    ],
)
def test_text_that_is_no_plain_decimal_is_refused(name, text):
    made = build(name) if name == "number" else flip(build(name))
    with pytest.raises(Refused, match="a decimal number as text"):
        made.to_new.run(text)


@pytest.mark.parametrize(
    "value",
    [
        True,
        None,
        "7",
        [],
        float("nan"),
        float("inf"),
        Decimal("sNaN"),
        Decimal("1e401"),
        Decimal("1e-401"),
        10**401 + 1,
        Decimal("1E+400"),
    ],
)
def test_what_is_no_number_within_bounds_is_refused(value):
    with pytest.raises(Refused, match="a number"):
        build("number_decimal").to_new.run(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [("7", 7), ("-7", -7), ("007", 7), ("+7", 7), ("-0", 0), (THIRTY, int(THIRTY)), ("9" * 400, 10**400 - 1)],
)
def test_an_integer_is_read_in_any_spelling(text, value):
    assert build("integer").to_new.run(text) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [(7, "7"), (7.0, "7"), (Decimal("7.00"), "7"), (-0.0, "0"), (1e22, "1" + "0" * 22), (10**400 - 1, "9" * 400)],
)
def test_an_integer_by_value_is_written_in_shortest_form(value, text):
    assert build("integer").to_old.run(value) == text


@pytest.mark.parametrize("text", ["", " 7", "7.0", "1e2", "٣", "--7", "7_0", "1" * 401, 7, None])
def test_text_that_spells_no_integer_is_refused(text):
    with pytest.raises(Refused, match="an integer as text"):
        build("integer").to_new.run(text)


@pytest.mark.parametrize("value", [True, 7.5, Decimal("1e400"), 10**400, "7", float("nan")])
def test_what_is_no_integer_by_value_is_refused(value):
    with pytest.raises(Refused, match="an integer"):
        build("integer").to_old.run(value)


def test_booleans_have_two_spellings_and_no_others():
    made = build("boolean")
    assert made.to_new.run("true") is True
    assert made.to_old.run(False) == "false"
    for text in ("True", "1", "", " true", 1):
        with pytest.raises(Refused):
            made.to_new.run(text)
    for value in (1, 0, "true", None):
        with pytest.raises(Refused):
            made.to_old.run(value)


def test_negation_takes_booleans_alone():
    assert build("negate").to_new.run(True) is False
    with pytest.raises(Refused):
        build("negate").to_old.run(0)


@pytest.mark.parametrize(
    ("value", "expected"),
    [("1E+2", 100), ("0.5", 0.5), ("0.10", 0.1), ("-0.0", 0), (f"{THIRTY}.5", Decimal(f"{THIRTY}.5"))],
)
def test_a_made_number_is_an_int_else_a_float_else_a_decimal(value, expected):
    found = number(Decimal(value))
    assert found == expected
    assert type(found) is type(expected)
