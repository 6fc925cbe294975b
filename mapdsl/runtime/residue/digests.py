"""Digests of JSON values: equal values, equal digests, whatever the spelling of a number or the order of members."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from hashlib import blake2b
from json.encoder import encode_basestring_ascii as quoted
from typing import Any

__all__ = ["canonical", "digest"]


def digest(value: Any) -> str:
    return blake2b(canonical(value).encode("ascii"), digest_size=12).hexdigest()


def canonical(value: Any) -> str:
    """One text for all spellings of a JSON value."""
    kind = type(value)
    if kind is dict:
        names = tuple(value)
        members = _known(names) if len(names) <= _FEW else _in_order(names)
        texts = [
            head + (quoted(each) if type(each := value[name]) is str else canonical(each)) for name, head in members
        ]
        return "{" + ",".join(texts) + "}"
    if kind is str:
        return quoted(value)
    if value is None:
        return "null"
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, dict):
        return canonical(dict(value))
    return _number(value)


def _in_order(names: tuple[str, ...]) -> list[tuple[str, str]]:
    """The names of an object in the order of its one text, each with what stands before its value."""
    return [(name, f"{quoted(name)}:") for name in sorted(names)]


_FEW = 64
_known = lru_cache(maxsize=256)(_in_order)  # the items of a list have the same names


def _number(value: int | float | Decimal) -> str:
    if isinstance(value, int):
        if value % 10 or not value:
            return str(value)
        sign, digits, exponent = ("-" if value < 0 else ""), str(abs(value)), 0
    elif type(value) is float and "e" not in (text := repr(value)):
        whole, _, fraction = text.partition(".")
        if fraction == "0":
            return _number(int(whole))
        sign, digits, exponent = ("-" if value < 0 else ""), whole.lstrip("-") + fraction, -len(fraction)
    else:
        parts = (value if isinstance(value, Decimal) else Decimal(repr(value))).as_tuple()
        sign, digits, exponent = ("-" if parts.sign else ""), "".join(map(str, parts.digits)), int(parts.exponent)
    short = digits.strip("0")
    if not short:
        return "0"
    exponent += len(digits) - len(digits.rstrip("0"))
    return f"{sign}{short}e{exponent}" if exponent else sign + short
