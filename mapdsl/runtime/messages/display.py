"""Values and paths in messages: short, and never a credential."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

__all__ = ["found", "spell", "spell_place"]

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")
_LONGEST = 60


def spell(path: tuple[str | int, ...]) -> str:
    """A JSON path as text: `body.records[3]."odd name"`."""
    pieces = [f"[{step}]" if isinstance(step, int) else f".{_name(step)}" for step in path]
    return "".join(pieces).removeprefix(".")


@lru_cache(maxsize=4096)
def _name(step: str) -> str:
    return step if _PLAIN.match(step) else _quoted(step)


def spell_place(path: tuple[str | int, ...], came: Sequence[Mapping[str, Any]] = ()) -> str:
    """A place of a rule as it stands in its message.

    Rules know a header as `header` and in lower case. A report has it as one of the `headers`, by its name in those
    that `came` with each message.
    """
    if path and isinstance(path[0], str) and path[0] != "header":
        return spell(path)
    at = 1 if path and isinstance(path[0], int) else 0
    if path[at : at + 1] != ("header",):
        return spell(path)
    number = int(path[0]) if at else 0
    names = came[number] if number < len(came) else {}
    spelled = [next((name for name in names if name.lower() == step), step) for step in path[at + 1 : at + 2]]
    return spell((*path[:at], "headers", *spelled, *path[at + 2 :]))


def found(value: Any) -> str:
    """What a value looks like in a message: its JSON text, cut at 60 characters; containers by kind and size."""
    if value is None:
        return "null"
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, str):
        return _quoted(value if len(value) <= _LONGEST else value[: _LONGEST - 1] + "…")
    if isinstance(value, (int, float, Decimal)):
        text = _number(value)
        return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    if isinstance(value, dict):
        return f"an object of {len(value)}" if value else "an empty object"
    if isinstance(value, (list, tuple)):
        return f"a list of {len(value)}" if value else "an empty list"
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    return "nothing" if not value else f"a Python {type(value).__name__}"


def _number(value: int | float | Decimal) -> str:
    if isinstance(value, int) and value.bit_length() > 4000:
        return f"an integer of {value.bit_length()} bits"
    return str(value) if isinstance(value, Decimal) else repr(value)


def _quoted(text: str) -> str:
    pieces = ['"']
    for character in text:
        if character in '"\\':
            pieces.append("\\" + character)
        elif character.isprintable():
            pieces.append(character)
        else:
            pieces.append(f"\\u{ord(character):04x}" if ord(character) < 0x10000 else f"\\U{ord(character):08x}")
    pieces.append('"')
    return "".join(pieces)
