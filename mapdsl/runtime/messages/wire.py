"""Texts as they stand in a URL: percent-encoding, once each way, and scalars in their shortest form."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

__all__ = ["Unfit", "decode", "encode", "is_text", "shortest"]

_SAFE = re.compile(r"[A-Za-z0-9_.~-]*\Z")
_TRIPLET = re.compile(rb"%([0-9A-Fa-f]{2})?")
_ENCODED = tuple(
    chr(byte) if _SAFE.match(chr(byte)) and byte < 128 else f"%{byte:02X}" for byte in range(256)
)  # by byte of the UTF-8 form
_LARGEST = 400  # digits and exponents beyond this are refused in documents, too


class Unfit(ValueError):
    """A text or value that cannot stand in a URL. `found` says why, and never shows the text."""

    def __init__(self, found: str) -> None:
        super().__init__(found)
        self.found = found


def encode(text: str) -> str:
    """Percent-encoded, everything but letters, digits and `_.~-`. Raises Unfit on a lone surrogate."""
    if _SAFE.match(text):
        return text
    try:
        return "".join([_ENCODED[byte] for byte in text.encode()])
    except UnicodeEncodeError:
        raise Unfit("a lone surrogate") from None


def decode(text: str) -> str:
    """Percent-decoded once. Raises Unfit on a broken escape and on bytes that are not UTF-8."""
    if "%" not in text:
        return text
    try:
        return _TRIPLET.sub(_byte, text.encode()).decode()
    except UnicodeEncodeError:
        raise Unfit("a lone surrogate") from None
    except UnicodeDecodeError:
        raise Unfit("bytes that are not UTF-8") from None


def is_text(text: str) -> bool:
    """Whether the text can be written as UTF-8: it holds no lone surrogates."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def shortest(value: Any) -> str:
    """A scalar as a URL spells it: `7`, `0.1`, `true`. Raises Unfit where it is no text, number or boolean."""
    if type(value) is str:
        return value
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, int):
        if value.bit_length() > 1330:  # 400 digits; printing more is slow, and refused from 4300 on
            raise Unfit("a number of more than 400 digits")
        return int.__repr__(value)
    if isinstance(value, (float, Decimal)):
        return _plain(Decimal(float.__repr__(value)) if isinstance(value, float) else value)
    raise Unfit("null" if value is None else "a list" if isinstance(value, list) else "an object")


def _plain(number: Decimal) -> str:
    if not number.is_finite():
        raise Unfit("a number that is not finite")
    if abs(number.adjusted()) > _LARGEST or abs(int(number.as_tuple().exponent)) > _LARGEST:
        raise Unfit("a number with an exponent beyond 400")
    text = format(number, "f")
    return text.removesuffix(".0")


def _byte(escape: re.Match[bytes]) -> bytes:
    digits = escape[1]
    if digits is None:
        raise Unfit("a % that is no escape")
    return bytes((int(digits, 16),))
