"""A conversion as a user registers one: numbers from 1 to 12 against Roman numerals in capital letters."""

from __future__ import annotations

from typing import Any

from mapdsl.conversions import Conversion, Domain, Refused, Way, conversion

NUMERALS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


def _to_new(value: Any) -> str:
    if type(value) is int and 1 <= value <= 12:
        return NUMERALS[value - 1]
    raise Refused("a month from 1 to 12")


def _to_old(value: Any) -> int:
    text = value.upper() if isinstance(value, str) and value.isascii() else None
    if text in NUMERALS:
        return NUMERALS.index(text) + 1
    raise Refused("a Roman numeral from I to XII")


@conversion("x_roman_month")
def x_roman_month() -> Conversion:
    """Small letters are read as well, and written in capitals: a form."""
    months = Domain(
        "integer", "a month from 1 to 12", values=(1, 12), low=1, high=12, sample=lambda r: r.randint(1, 12)
    )
    numerals = Domain("string", "a Roman numeral", values=("I", "xii"), sample=lambda r: r.choice(NUMERALS))
    return Conversion("x_roman_month", months, numerals, Way(_to_new, injective=True), Way(_to_old), "Roman numerals")


@conversion("x_broken")
def x_broken() -> Conversion:
    """A conversion with a fault: it raises what no conversion may."""

    def fail(value: Any) -> Any:
        raise ZeroDivisionError(f"a fault at {value}")

    anything = Domain("any", "anything", values=(1,))
    return Conversion("x_broken", anything, anything, Way(fail), Way(fail), "a fault")
