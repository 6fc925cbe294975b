"""What a document may be: JSON values only, within bounds, so that no later step can run away or fail.

Depth 128 (containers inside each other), 1,000,000 values, 10 MiB of text (names included, as UTF-8), numbers of 400
digits and with exponents within 400, finite; texts and names without lone surrogates.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from mapdsl.errors import Problem

from .display import found, spell
from .wire import is_text

__all__ = ["JSON_VALUE", "MAX_DEPTH", "MAX_DIGITS", "MAX_NODES", "MAX_TEXT", "NAMES", "check_document", "number_fault"]

MAX_DEPTH = 128
MAX_NODES = 1_000_000
MAX_TEXT = 10 * 1024 * 1024
MAX_DIGITS = 400  # and the largest exponent, either sign

_BEYOND = 10**MAX_DIGITS
_TOO_DEEP = (f"at most {MAX_DEPTH} levels", "more")
_TOO_MANY = (f"at most {MAX_NODES:,} values", "more")
_TOO_LONG = ("at most 10 MiB of text", "more")
_A_NUMBER = f"a number of at most {MAX_DIGITS} digits"
_AN_EXPONENT = f"a number with an exponent within {MAX_DIGITS}"
_TEXT = "text without lone surrogates"
NAMES = "names that are text"
JSON_VALUE = "a JSON value (dict, list, str, int, float, Decimal, bool or None)"
_JOIN = "".join

Fault = tuple[str, str]  # what is expected, what was found
_LOOK: Fault = ("", "")  # something may be wrong: look again, slowly and exactly


def check_document(value: Any, root: str = "body") -> Problem | None:
    """The first reason why this is no document that can be translated, or None: then it holds only JSON values.

    Types are meant exactly: a subclass of dict, list, str, int or float is none of them. Cycles end at the depth
    limit. The value is not changed.
    """
    kind = type(value)
    if kind is dict or kind is list:
        fault = _suspect(value)
        if fault is None:
            return None
        return _explain(value, root) if fault is _LOOK else Problem(root, *fault)
    fault = _leaf_fault(value)
    if fault is None and kind is str and _size(value) > MAX_TEXT:
        fault = _TOO_LONG
    return None if fault is None else Problem(root, *fault)


def number_fault(number: Decimal) -> Fault | None:
    """What is expected and what was found, where a Decimal is not finite, too long or too far from one."""
    if not number.is_finite():
        return "a finite number", "NaN" if number.is_nan() else "infinity"
    # The text is short wherever the number is allowed; a tuple of ten million digits would not be.
    if len(str(number)) > MAX_DIGITS + 20:
        return _A_NUMBER, "a longer one"
    parts = number.as_tuple()
    if len(parts.digits) > MAX_DIGITS:
        return _A_NUMBER, f"one of {len(parts.digits)}"
    if abs(int(parts.exponent)) > MAX_DIGITS or abs(number.adjusted()) > MAX_DIGITS:
        return _AN_EXPONENT, f"an exponent of {number.adjusted()}"
    return None


def _suspect(root: Any) -> Fault | None:
    """None where all is well; else the fault, or _LOOK where a second walk must find whether and where there is one.

    One walk by levels, without paths: this is the usual way, and it costs as much as translating does.
    """
    level = [root]
    left = MAX_NODES - 1
    room = MAX_TEXT
    for _ in range(MAX_DEPTH):
        below: list[Any] = []
        for holder in level:
            left -= len(holder)
            if left < 0:
                return _TOO_MANY
            values: Iterable[Any] = holder
            if type(holder) is dict:
                values = holder.values()
                try:
                    names = _JOIN(holder)
                except TypeError:
                    return _LOOK
                room -= len(names)
                if not names.isascii():
                    room -= 3 * len(names)  # at most: UTF-8 takes up to four bytes
                    if not is_text(names):
                        return _LOOK
            for value in values:
                kind = type(value)
                if kind is str:
                    room -= len(value)
                    if not value.isascii():
                        room -= 3 * len(value)
                        if not is_text(value):
                            return _LOOK
                elif kind is int:
                    if not -_BEYOND < value < _BEYOND:
                        return _LOOK
                elif kind is dict or kind is list:
                    below.append(value)
                elif kind is float:
                    if value - value != 0.0:
                        return _LOOK
                elif value is not None and kind is not bool and (kind is not Decimal or number_fault(value)):
                    return _LOOK
        if room < 0:
            return _LOOK
        if not below:
            return None
        level = below
    return _LOOK


def _explain(root: dict[Any, Any] | list[Any], name: str) -> Problem | None:
    """The first fault in the order of the document, with its path; None where there is none."""
    left = MAX_NODES - 1
    room = MAX_TEXT
    path: list[str | int] = [name]
    open_holders: list[Iterator[tuple[Any, Any]]] = [_members(root)]
    while open_holders:
        member = next(open_holders[-1], None)
        if member is None:
            open_holders.pop()
            path.pop()
            continue
        step, value = member
        left -= 1
        if isinstance(step, str):
            room -= _size(step)
        elif not isinstance(step, int):
            return _problem(path, NAMES, f"a name that is a Python {type(step.value).__name__}")
        room -= _size(value) if type(value) is str else 0
        if left < 0 or room < 0:
            return Problem(name, *(_TOO_MANY if left < 0 else _TOO_LONG))
        if isinstance(step, str) and not is_text(step):
            return _problem(path, "names without lone surrogates", found(step))
        path.append(step)
        if type(value) is dict or type(value) is list:
            if len(path) > MAX_DEPTH:
                return _problem(path, *_TOO_DEEP)
            open_holders.append(_members(value))
            continue
        fault = _leaf_fault(value)
        if fault is not None:
            return _problem(path, *fault)
        path.pop()
    return None


class _NoName:
    """A name that is no text; list positions are the only integers among the steps."""

    def __init__(self, value: Any) -> None:
        self.value = value


def _members(holder: dict[Any, Any] | list[Any]) -> Iterator[tuple[Any, Any]]:
    if isinstance(holder, list):
        return iter(enumerate(holder))
    return ((name if isinstance(name, str) else _NoName(name), value) for name, value in holder.items())


def _leaf_fault(value: Any) -> Fault | None:
    kind = type(value)
    if kind is str:
        return None if is_text(value) else (_TEXT, found(value))
    if kind is int:
        return None if -_BEYOND < value < _BEYOND else (_A_NUMBER, f"an integer of {value.bit_length()} bits")
    if kind is float:
        return None if value - value == 0.0 else ("a finite number", "NaN" if value != value else "infinity")
    if kind is Decimal:
        return number_fault(value)
    return None if value is None or kind is bool else (JSON_VALUE, f"a Python {kind.__name__}")


def _size(text: str) -> int:
    """Bytes as UTF-8; lone surrogates are found elsewhere."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def _problem(path: list[str | int], expected: str, what: str) -> Problem:
    return Problem(spell(tuple(path)), expected, what)
