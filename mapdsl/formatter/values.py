"""How names, strings, numbers and JSON values are written."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from decimal import Decimal

from mapdsl.syntax import Absent, Json

from .layout import Doc, Group, Indent, Line, joined

__all__ = [
    "STEP",
    "in_braces",
    "in_parentheses",
    "spell_method",
    "spell_name",
    "spell_number",
    "spell_text",
    "spell_value",
]

STEP = 2
MAX_DIGITS = 400  # of a number, as the grammar has it
MAX_EXPONENT = 400

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(-[A-Za-z0-9_]+)*")
_METHOD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*([./-][A-Za-z0-9_]+)*")
# What no text may hold, and what a reader could not see or would take for a plain space. The two joiners (200c, 200d)
# stay: they show in how their neighbours are drawn.
_UNSEEN = re.compile(
    "[\x7f-\xa0\xad\u034f\u061c\u1680\u180e\u2000-\u200b\u200e\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\ufffe\uffff]"
)


def spell_name(name: str) -> str:
    """A name as it is, in quotes only where it needs them."""
    return name if _NAME.fullmatch(name) else spell_text(name)


def spell_method(name: str) -> str:
    """The name of an RPC method, in quotes only where it needs them."""
    return name if _METHOD.fullmatch(name) else spell_text(name)


def spell_text(text: str) -> str:
    """A string with no more escapes than it needs: quotes, backslashes and what cannot be seen."""
    return _UNSEEN.sub(_escape, json.dumps(text, ensure_ascii=False))


def _escape(match: re.Match[str]) -> str:
    return f"\\u{ord(match.group()):04x}"


def spell_number(number: int | Decimal) -> str:
    """A number with the digits that it has; a Decimal is read back as one."""
    if isinstance(number, int):
        return str(number)
    text = str(number).replace("E+", "e").replace("E", "e")
    mantissa, mark, exponent = text.partition("e")
    if abs(int(exponent or 0)) > MAX_EXPONENT or sum(map(str.isdigit, mantissa)) > MAX_DIGITS:
        return _spell_extreme(number)
    return text if mark or "." in text else f"{text}e0"


def _spell_extreme(number: Decimal) -> str:
    """All digits in front of the point, as far as the bound of exponents allows."""
    sign, figures, power = number.as_tuple()
    digits, exponent = "".join(map(str, figures)), int(power)
    if exponent < -MAX_EXPONENT:
        behind = -MAX_EXPONENT - exponent
        digits = digits.rjust(behind + 1, "0")
        digits, exponent = f"{digits[:-behind]}.{digits[-behind:]}", -MAX_EXPONENT
    return f"{'-' * sign}{digits}e{exponent}"


def spell_value(value: Json, comments: Doc = ()) -> Doc:
    """A JSON value, on one line if it fits, else one member or item a line; `comments` end an object or a list."""
    if isinstance(value, dict):
        members: list[Doc] = [(f"{spell_name(name)}: ", spell_value(member)) for name, member in value.items()]
        return _in_brackets("{", members, "}", comments)
    if isinstance(value, list):
        return _in_brackets("[", [spell_value(item) for item in value], "]", comments)
    return _spell_scalar(value)


def _spell_scalar(value: bool | int | Decimal | str | Absent | None) -> str:
    if isinstance(value, Absent):
        return "absent"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return spell_text(value) if isinstance(value, str) else spell_number(value)


def _in_brackets(opener: str, parts: list[Doc], closer: str, comments: Doc) -> Doc:
    if not parts:
        return opener + closer
    return Group((opener, Indent(STEP, (Line(""), joined((",", Line()), parts), comments)), Line(""), closer))


def in_parentheses(parts: Iterable[Doc]) -> Doc:
    """`(a, b)`. Where it does not fit, what it holds stands on a line of its own, or else each part does."""
    return Group(("(", Indent(STEP, (Line(""), Group(joined((",", Line()), parts)))), Line(""), ")"))


def in_braces(parts: Iterable[Doc]) -> Doc:
    """`{ a; b }`, or one part a line."""
    return Group(("{", Indent(STEP, (Line(), joined(Line("; "), parts))), Line(), "}"))
