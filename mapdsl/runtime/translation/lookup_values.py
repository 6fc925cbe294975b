"""The domains of lookups: bringing a key or an answer into the one that a spec declares, where that is exact."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from mapdsl.conversions import ABSENT

__all__ = ["coerce", "exactly", "named"]

_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,399})(\.[0-9]{1,400})?([eE][+-]?[0-9]{1,3})?\Z")
_LARGEST = 400  # digits and exponents beyond this are refused wherever numbers come in


def coerce(value: Any, domain: str) -> Any:
    """The value as a member of the domain, or ABSENT where it is none: "3" and 3.0 are the integer 3, true is not 1."""
    convert = _DOMAINS.get(domain)
    if convert is not None:
        return convert(value)
    return ABSENT if isinstance(value, (dict, list)) or value is None else value


def exactly(value: Any) -> Any:
    """A dict key under which true is not 1, and 0.1 is the same as a float and as a Decimal."""
    if isinstance(value, bool):
        return (value,)
    return Decimal(repr(value)) if isinstance(value, float) else value


def named(domain: str) -> str:
    """The domain in words, with its article."""
    if domain == "bytes":
        return "bytes"
    return "an integer" if domain == "integer" else f"a {domain}" if domain in _DOMAINS else "a text, number or boolean"


def _string(value: Any) -> Any:
    if isinstance(value, str):
        return value
    number = _exact(value)
    if number is ABSENT:
        return ABSENT
    return str(number) if isinstance(number, int) else format(number, "f")


def _integer(value: Any) -> Any:
    number = _exact(value)
    return number if isinstance(number, int) else ABSENT


def _number(value: Any) -> Any:
    number = _exact(value)
    if not isinstance(number, Decimal):
        return number
    if isinstance(value, (float, Decimal)):
        return value
    nearest = float(number)
    return nearest if Decimal(repr(nearest)) == number else number


def _boolean(value: Any) -> Any:
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(value, ABSENT) if isinstance(value, str) else ABSENT


def _exact(value: Any) -> Any:
    """An int, or a Decimal with a fraction; ABSENT where this is no number, nor the text of one."""
    if isinstance(value, bool):
        return ABSENT
    if isinstance(value, int):
        return value
    if isinstance(value, str) and _NUMBER.match(value):
        number = Decimal(value)
    elif isinstance(value, (float, Decimal)):
        number = Decimal(repr(value)) if isinstance(value, float) else value
        if not number.is_finite():
            return ABSENT
    else:
        return ABSENT
    if abs(number.adjusted()) > 2 * _LARGEST:
        return ABSENT
    return int(number) if number == number.to_integral_value() else number


_DOMAINS: Mapping[str, Callable[[Any], Any]] = {
    "string": _string,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "bytes": lambda value: value if type(value) is bytes else ABSENT,
}
