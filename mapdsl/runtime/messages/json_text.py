"""JSON text in and out, strictly: nothing is read in two ways, and no number changes a digit.

`json` is imported when the first text is read or written: a program that translates objects never needs it.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NoReturn

from mapdsl.errors import Problem, TranslationError

from .display import found, spell
from .limits import MAX_DEPTH, MAX_DIGITS, MAX_NODES, MAX_TEXT, check_document, number_fault
from .wire import is_text

if TYPE_CHECKING:
    import json

__all__ = ["dumps", "loads"]

_NO_MARKS = bytes(set(range(256)) - set(b'"[]{}'))
_STEP = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
_SLICE = 1 << 16
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_TOKEN = re.compile(r'([{}\[\],:])|("[^"\\]*(?:\\.[^"\\]*)*")|[^\s{}\[\],:"]+', re.DOTALL)
_NUMBER = re.compile(r"-?([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?)0*([0-9]+))?\Z")
_DECIMAL = "\udfff"  # stands for a Decimal while the text is written: no text that can be written holds it
_EXPECTED = {
    "Expecting value": "a value",
    "Extra data": "the end of the text",
    "Expecting property name enclosed in double quotes": "a name in double quotes",
    "Illegal trailing comma before end of object": "a name in double quotes",
    "Illegal trailing comma before end of array": "a value",
    "Expecting ',' delimiter": "a comma or the end of the list or object",
    "Expecting ':' delimiter": "a colon",
    "Unterminated string starting at": "a string that ends",
    "Invalid control character at": "control characters only as escapes",
}


def loads(data: bytes | str) -> Any:
    """The value of a JSON text in UTF-8. Integers are int, other numbers Decimal, digit for digit.

    A byte order mark is skipped. Raises TranslationError, with the line and column, where the text is no JSON, over
    10 MiB or deeper than 128, repeats a name in an object, or holds NaN, Infinity, a number beyond 400 digits or an
    exponent of 400, or a lone surrogate.
    """
    text = _text(data)
    if _is_deep(text):
        _refuse(text)
    try:
        value = _decoder().decode(text)
    except _Unfit:
        _refuse(text)
    except ValueError as error:  # a JSONDecodeError: its class would need the import
        _refuse_syntax(text, error)
    if _SURROGATE.search(text) or text.count(",") >= MAX_NODES // 2:
        problem = check_document(value)
        if problem is not None:
            raise TranslationError([problem])
    return value


def dumps(value: Any) -> bytes:
    """The shortest JSON text of a document that `check_document` accepts, as UTF-8; Decimals digit for digit.

    Raises TranslationError where the value has no JSON text: NaN, a lone surrogate, an object of another type.
    """
    import json

    decimals: list[str] = []

    def write_decimal(number: Any) -> str:
        if type(number) is not Decimal or not number.is_finite():
            raise _Unfit
        decimals.append(str(number))
        return _DECIMAL

    encoder = json.JSONEncoder(
        ensure_ascii=False, check_circular=False, allow_nan=False, separators=(",", ":"), default=write_decimal
    )
    try:
        text = encoder.encode(value)
        if decimals:
            text = _fill_in(text, decimals)
        return text.encode()
    except (_Unfit, ValueError, TypeError, RecursionError):
        problem = check_document(value) or Problem("body", "a value that JSON can spell", found(value))
        raise TranslationError([problem]) from None


class _Unfit(Exception):
    """A part of the text is refused; where it stands is found by a second, slower reading."""


@cache
def _decoder() -> json.JSONDecoder:
    import json

    return json.JSONDecoder(
        parse_float=_decimal, parse_int=_integer, parse_constant=_constant, object_pairs_hook=_object
    )


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _Unfit
    return members


def _integer(literal: str) -> int:
    if len(literal) > MAX_DIGITS and _fault(literal):
        raise _Unfit
    return int(literal)


def _decimal(literal: str) -> Decimal:
    if (len(literal) > MAX_DIGITS or "e" in literal or "E" in literal) and _fault(literal):
        raise _Unfit
    return Decimal(literal)


def _constant(literal: str) -> NoReturn:
    raise _Unfit


def _fault(literal: str) -> tuple[str, str] | None:
    """What is expected and what was found, of a literal that is no usable number. Nothing is computed before."""
    number = _NUMBER.match(literal)
    if number is None:
        return ("a number, true, false or null", literal[:20])
    digits = len(number[1]) + len(number[2] or "")
    if digits > MAX_DIGITS:
        return (f"a number of at most {MAX_DIGITS} digits", f"one of {digits}")
    if len(number[4] or "") > 3:
        return (f"a number with an exponent within {MAX_DIGITS}", f"an exponent of {len(number[4])} digits")
    # Only long ones and those with an exponent can be out of bounds.
    return number_fault(Decimal(literal)) if number[4] else None


def _text(data: bytes | str) -> str:
    """The text, after its size and its encoding were checked."""
    if isinstance(data, str):
        if len(data) <= MAX_TEXT and not is_text(data):
            raise TranslationError([Problem("body", "text without lone surrogates", "one in the JSON text")])
        size = len(data) if data.isascii() or len(data) > MAX_TEXT else len(data.encode())
    elif isinstance(data, (bytes, bytearray, memoryview)):
        size = len(data)
    else:
        raise TypeError(f"JSON text is bytes or str, not {type(data).__name__}")
    if size > MAX_TEXT:
        raise TranslationError([Problem("body", "at most 10 MiB of JSON", f"{size:,} or more")])
    text = data if isinstance(data, str) else _decode(bytes(data))
    return text.removeprefix("\ufeff")


def _decode(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        before = data[: error.start].decode()
        raise _refusal("body", "JSON text in UTF-8", "another byte", before, len(before)) from None


def _is_deep(text: str) -> bool:
    """Whether brackets are nested too deeply for the decoder, which recurses. Sound up to the first syntax error."""
    marks = text.encode()
    if b"\\" in marks:
        marks = marks.replace(b"\\\\", b"").replace(b'\\"', b"")
    # Two quotes that have become neighbours go: what is inside of a string, and what is not, stays so.
    marks = marks.translate(None, _NO_MARKS).replace(b'""', b"")
    brackets = b"".join(marks.split(b'"')[::2])
    depth = 0
    for start in range(0, len(brackets), _SLICE):
        depths = list(accumulate(map(_STEP.__getitem__, brackets[start : start + _SLICE]), initial=depth))
        if max(depths) > MAX_DEPTH:
            return True
        depth = depths[-1]
    return False


def _refuse(text: str) -> NoReturn:
    """Raise for the first thing in the text that is JSON, and refused all the same."""
    import json

    path: list[str | int] = ["body"]
    holders: list[set[str] | None] = []  # the names of the open objects, None for lists
    at_name = False
    for token in _TOKEN.finditer(text):
        mark, string, where = token[1], token[2], token.start()
        if mark and mark in "[{":
            if len(holders) == MAX_DEPTH:
                raise _refusal(spell(tuple(path)), f"at most {MAX_DEPTH} levels", "more", text, where)
            holders.append(set() if mark == "{" else None)
            path.append(0)
            at_name = mark == "{"
        elif mark and mark in "]}":
            holders.pop()
            path.pop()
        elif mark == ",":
            at_name = holders[-1] is not None
            path[-1] = path[-1] + 1 if isinstance(path[-1], int) else path[-1]
        elif string and at_name:
            path[-1] = name = str(json.loads(string))
            names = holders[-1]
            if names is not None and name in names:
                raise _refusal(spell(tuple(path[:-1])), "every name once", f"{found(name)} again", text, where)
            if names is not None:
                names.add(name)
            at_name = False
        elif not mark and not string and token[0] not in ("true", "false", "null"):
            fault = _fault(token[0])
            if fault is not None:
                raise _refusal(spell(tuple(path)), *fault, text, where)
    raise _refusal("body", "a document", "something that is refused", text, 0)


def _refuse_syntax(text: str, error: ValueError) -> NoReturn:
    message, where = str(getattr(error, "msg", "")), int(getattr(error, "pos", 0))
    expected = _EXPECTED.get(message, "JSON" if not message else f"JSON ({message})")
    # One character only: what follows may be a secret.
    what = found(text[where]) if where < len(text) else "the end of the text"
    raise _refusal("body", expected, what, text, where) from None


def _refusal(path: str, expected: str, what: str, text: str, where: int) -> TranslationError:
    line = text.count("\n", 0, where) + 1
    column = where - text.rfind("\n", 0, where)
    return TranslationError([Problem(path, expected, f"{what} (line {line}, column {column})")])


def _fill_in(text: str, decimals: list[str]) -> str:
    """The text with its decimals in their places. ValueError where other texts look like theirs."""
    pieces = text.split(f'"{_DECIMAL}"')
    whole = [pieces[0]]
    for number, piece in zip(decimals, pieces[1:], strict=True):
        whole += (number, piece)
    return "".join(whole)
