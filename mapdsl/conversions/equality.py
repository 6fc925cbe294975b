"""JSON equality, and how numbers are made: the two rules that every conversion and both engines share."""

from __future__ import annotations

from collections.abc import Hashable
from decimal import Decimal
from typing import Any

__all__ = ["decimal_of", "is_number", "key_of", "number", "same"]

_PLAIN = frozenset({str, int, bool, type(None)})
_BINARY = frozenset({int, float})
_EXACT = 2**53  # below it, each integer is a float of its own


def same(a: Any, b: Any) -> bool:
    """Whether two JSON values are equal: numbers by value, `true` is not `1`, the order of members does not matter.

    A float stands for the decimal that it prints as, so `0.1` and `Decimal("0.1")` are equal. NaN equals nothing.
    """
    if type(a) is type(b) and type(a) in _PLAIN:
        return bool(a == b)
    if type(a) in _BINARY and type(b) in _BINARY and -_EXACT < a < _EXACT:
        return bool(a == b)  # what such a float prints as is an integer only where it is one
    pairs = [(a, b)]
    while pairs:
        left, right = pairs.pop()
        if type(left) is type(right) and type(left) in _PLAIN:
            if left != right:
                return False
        elif isinstance(left, dict):
            if not isinstance(right, dict) or left.keys() != right.keys():
                return False
            pairs.extend((value, right[name]) for name, value in left.items())
        elif isinstance(left, (list, tuple)):
            kind = list if isinstance(left, list) else tuple
            if not isinstance(right, kind) or len(left) != len(right):
                return False
            pairs.extend(zip(left, right, strict=True))
        elif not _same_scalar(left, right):
            return False
    return True


def key_of(value: Any) -> Hashable:
    """A key that two values share exactly where they are the `same`. Goes down into them, so a literal is meant."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return dict, frozenset((name, key_of(member)) for name, member in value.items())
    if isinstance(value, (list, tuple)):
        return list if isinstance(value, list) else tuple, tuple(key_of(item) for item in value)
    if is_number(value):
        return int, decimal_of(value)
    return (bool, value) if isinstance(value, bool) else (type(value), id(value))


def _same_scalar(a: Any, b: Any) -> bool:
    if is_number(a):
        return is_number(b) and decimal_of(a) == decimal_of(b)
    if isinstance(a, str):
        return isinstance(b, str) and a == b
    if isinstance(a, bool):
        return isinstance(b, bool) and a == b
    return a is b and not isinstance(a, (float, Decimal))


def is_number(value: Any) -> bool:
    """Whether the value is a finite number. A bool never is."""
    if isinstance(value, int):
        return not isinstance(value, bool)
    if isinstance(value, float):
        return value - value == 0
    return isinstance(value, Decimal) and value.is_finite()


def decimal_of(value: int | float | Decimal) -> int | Decimal:
    """The number exactly: an int or a Decimal, which compare and hash alike by value."""
    return Decimal(repr(float(value))) if isinstance(value, float) else value


def number(value: Decimal) -> int | float | Decimal:
    """The number as a conversion gives it: an int without a fraction, else a float if it prints as this very
    decimal, else the Decimal. The exponent must have been bounded before."""
    whole = value.to_integral_value()
    if whole == value:
        return int(whole)
    short = float(value)
    return short if Decimal(repr(short)) == value else value
