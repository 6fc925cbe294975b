"""Numbers, integers and booleans against their text.

Text that spells a number otherwise than mapdsl prints it (`007`, `+7`, `1e2`, `7.50` for a float) is taken as a form:
the value passes, the spelling comes back by residue. Blanks, signs of infinity and digits of other scripts are refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import attrs

from .base import Conversion, Domain, Refused, Way
from .equality import is_number, number
from .registry import conversion, flip
from .samples import BOOLEAN, any_number, decimal_text, one_of, whole_number

__all__ = ["MAX_DIGITS", "integer_value", "number_from_text", "text_of_number"]

MAX_DIGITS = 400  # significant digits, and the largest exponent either way
_BITS = 1328  # every integer up to this length has at most 400 digits
_LONGEST = 2 * MAX_DIGITS + 20  # characters of a plain decimal within those limits
_SHORT = 16  # a decimal of at most 15 digits is what its float prints as
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?0*([0-9]{1,3}))?\Z", re.ASCII)
_INTEGER = re.compile(r"[+-]?[0-9]{1,400}\Z", re.ASCII)

_AN_INTEGER = "an integer"
_INTEGER_TEXT = "an integer as text, such as 42"
_A_NUMBER = "a number"
_NUMBER_TEXT = "a decimal number as text, such as 12.50"


def _within_limits(value: Decimal) -> bool:
    """Whether the number has at most 400 significant digits and an exponent of at most 400. Exact for any spelling."""
    _, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        return False
    shown = "".join(map(str, digits)).rstrip("0")
    exponent += len(digits) - len(shown)
    return len(shown) <= MAX_DIGITS and (not shown or -MAX_DIGITS <= exponent <= MAX_DIGITS)


def text_of_number(value: Any) -> str:
    """A number in plain notation, digit for digit; a float as the shortest decimal that stands for it."""
    kind = type(value)
    if kind is float:
        text = repr(value)
        if text[-2:] == ".0":
            return "0" if text == "-0.0" else text[:-2]
        if "e" not in text and "n" not in text:
            return text
    elif kind is int and value.bit_length() <= _BITS:
        return str(value)
    if not is_number(value):
        raise Refused(_A_NUMBER)
    return _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, int):
        if value.bit_length() > 2 * _BITS:
            raise Refused(f"{_A_NUMBER} of at most {MAX_DIGITS} digits")
        value = Decimal(value)
    elif isinstance(value, float):
        value = Decimal(repr(float(value)))
    if abs(value.adjusted()) > 2 * MAX_DIGITS or (value and value.adjusted() >= MAX_DIGITS):
        raise Refused(f"{_A_NUMBER} of at most {MAX_DIGITS} digits")
    text = format(value, "f")
    if len(text) > MAX_DIGITS and not _within_limits(value):
        raise Refused(f"{_A_NUMBER} of at most {MAX_DIGITS} digits")
    return text[1:] if text[0] == "-" and not value else text


def number_from_text(exact: bool) -> Callable[[Any], int | float | Decimal]:
    """The function from decimal text to a number."""

    def read(text: Any) -> int | float | Decimal:
        if type(text) is str and text.isascii() and len(text) <= _SHORT:
            whole, _, fraction = text.partition(".")
            if whole.isdigit() and fraction.isdigit():
                if exact:
                    return Decimal(text)
                short = float(text)
                return int(short) if short.is_integer() else short
            if text.isdigit():
                return int(text)
        if not isinstance(text, str) or len(text) > _LONGEST or not (match := _NUMBER.match(text)):
            raise Refused(_NUMBER_TEXT)
        if match[3] is not None and int(match[3]) > MAX_DIGITS:
            raise Refused(_NUMBER_TEXT)
        value = Decimal(text)
        if (len(text) > MAX_DIGITS and not _within_limits(value)) or (value and value.adjusted() >= MAX_DIGITS):
            raise Refused(_NUMBER_TEXT)
        if exact:
            return value if match[1] or match[2] else int(text)
        return number(value)

    return read


def integer_value(value: Any) -> int:
    """The integer that a number is by value (`7.0` is 7)."""
    if type(value) is int and value.bit_length() <= _BITS:
        return value
    if isinstance(value, bool) or not is_number(value):
        raise Refused(_AN_INTEGER)
    if isinstance(value, int):
        if value.bit_length() > _BITS + 4 or abs(value) >= 10**MAX_DIGITS:
            raise Refused(f"{_AN_INTEGER} of at most {MAX_DIGITS} digits")
        return int(value)
    exact = Decimal(repr(float(value))) if isinstance(value, float) else value
    if exact.adjusted() >= MAX_DIGITS or exact != exact.to_integral_value():
        raise Refused(_AN_INTEGER)
    return int(exact)


def _integer_from_text(text: Any) -> int:
    if type(text) is str and text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS:
        return int(text)
    if isinstance(text, str) and _INTEGER.match(text):
        return int(text)
    raise Refused(_INTEGER_TEXT)


def _text_of_integer(value: Any) -> str:
    return str(integer_value(value))


_INTEGERS = Domain("integer", _AN_INTEGER, values=(0, 1, -1, 7.0, 2**63, 10**29), sample=whole_number)
_INTEGER_TEXTS = Domain(
    "string", _INTEGER_TEXT, values=("0", "7", "-7", "007", "+7"), sample=lambda random: str(whole_number(random))
)
_NUMBERS = Domain(
    "number",
    _A_NUMBER,
    values=(
        0,
        7,
        -7,
        0.1,
        100.0,
        1e22,
        1e-7,
        Decimal("3562.67"),
        Decimal("1E+2"),
        Decimal("0.123456789012345678901234567891"),
    ),
    sample=any_number,
)
_NUMBER_TEXTS = Domain(
    "string",
    _NUMBER_TEXT,
    values=("0", "100.10", "0.1", "1e2", "3562.67", "-0.50", "123456789012345678901234567890"),
    sample=one_of(decimal_text, lambda random: str(whole_number(random))),
)


@conversion("integer")
def integer() -> Conversion:
    """Text against an integer."""
    to_new, to_old = Way(_integer_from_text), Way(_text_of_integer, injective=True)
    return Conversion("integer", _INTEGER_TEXTS, _INTEGERS, to_new, to_old, "text against an integer")


def _integer_or_its_text(value: Any) -> int:
    return _integer_from_text(value) if isinstance(value, str) else integer_value(value)


@conversion("integer_or_text")
def integer_or_text() -> Conversion:
    """An integer that some clients send as text, against the integer."""
    old = attrs.evolve(_INTEGERS, text=f"{_AN_INTEGER}, or its text", also=(_INTEGER_TEXTS,))
    ways = Way(_integer_or_its_text), Way(integer_value, injective=True)
    return Conversion("integer_or_text", old, _INTEGERS, *ways, "an integer or its text against the integer")


@conversion("number", makes_numbers=True)
def number_text(*, exact: bool) -> Conversion:
    """Text against a number."""
    to_new, to_old = Way(number_from_text(exact)), Way(text_of_number, injective=True)
    return Conversion("number", _NUMBER_TEXTS, _NUMBERS, to_new, to_old, "decimal text against a number")


@conversion("number_decimal", makes_numbers=True)
def number_decimal(*, exact: bool) -> Conversion:
    """A number against its decimal text, digit for digit."""
    return attrs.evolve(flip(number_text(exact=exact)), name="number_decimal", text="a number against its decimal text")


_BOOLEAN_OF = {"true": True, "false": False}


def _boolean_from_text(text: Any) -> bool:
    if isinstance(text, str) and text in _BOOLEAN_OF:
        return _BOOLEAN_OF[text]
    raise Refused('"true" or "false"')


def _text_of_boolean(value: Any) -> str:
    if value is True:
        return "true"
    if value is False:
        return "false"
    raise Refused("true or false")


@conversion("boolean")
def boolean() -> Conversion:
    """The texts `true` and `false` against a boolean."""
    texts = Domain(
        "one_of", '"true" or "false"', ("true", "false"), sample=lambda random: random.choice(("true", "false"))
    )
    to_new = Way(_boolean_from_text, injective=True, table=_BOOLEAN_OF)
    to_old = Way(_text_of_boolean, injective=True)
    return Conversion("boolean", texts, BOOLEAN, to_new, to_old, '"true" and "false" against a boolean')


def _negate(value: Any) -> bool:
    if value is True or value is False:
        return not value
    raise Refused("true or false")


@conversion("negate")
def negate() -> Conversion:
    """A boolean against its opposite."""
    way = Way(_negate, injective=True)
    return Conversion("negate", BOOLEAN, BOOLEAN, way, way, "the opposite")
