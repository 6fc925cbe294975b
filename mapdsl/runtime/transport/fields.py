"""Declared fields of whole messages: their types when they are read, losses for those that nothing writes.

`fields old request { number: string; tags[]?: string }` says that an old request has a text `number`. One that comes in
with a number there is refused; one that goes out without it is reported as `missing`. A null is of every type, as it is
for conversions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Any

from mapdsl.conversions import ABSENT
from mapdsl.errors import Problem, RuleRef
from mapdsl.runtime.compiled import OWED, FieldDecl, Parts, Recorder, Where
from mapdsl.runtime.messages import found, spell

__all__ = ["find", "misfits", "report_missing"]


def misfits(fields: Iterable[FieldDecl], parts: Parts, written: str = "") -> Iterator[Problem]:
    """A problem for each value that is not of its declared type; `written` is the side that it was written for."""
    why = f", as the {written} API declares" if written else ""
    for field in fields:
        fits = _TYPES.get(field.type)
        if fits is None or field.path[0] != "body":  # elsewhere all is text
            continue
        for where, value in find(parts, field.path):
            if value is not ABSENT and value is not None and not fits(value):
                rule = RuleRef(field.file, field.line, field.text)
                yield Problem(spell(where), _WORDS[field.type] + why, found(value), rule)


def report_missing(fields: Iterable[FieldDecl], parts: Parts, log: Recorder) -> None:
    """Tell of each required field that is not there."""
    for field in fields:
        if field.required:
            for where, value in find(parts, field.path):
                if value is ABSENT:
                    log.lose(len(log.rules), where, None, "missing", OWED)


def find(parts: Parts, path: tuple[str, ...]) -> Iterator[tuple[Where, Any]]:
    """Every place that a path means, with `[]` for items and `*` for members; ABSENT where nothing stands."""
    root = getattr(parts, path[0])
    pending: list[tuple[Where, Any, tuple[str, ...]]] = [((path[0],), ABSENT if root is None else root, path[1:])]
    while pending:  # the next one last: in a long list, taking from the front would move all behind it each time
        where, value, rest = pending.pop()
        if not rest:
            yield where, value
        elif rest[0] == "[]":
            items = value if isinstance(value, list) else ()
            pending += reversed([((*where, index), item, rest[1:]) for index, item in enumerate(items)])
        elif rest[0] == "*":
            members = value if isinstance(value, dict) else {}
            pending += reversed([((*where, name), member, rest[1:]) for name, member in members.items()])
        elif isinstance(value, dict):
            pending.append(((*where, rest[0]), value.get(rest[0], ABSENT), rest[1:]))
        elif value is ABSENT or value is None:
            named = (step for step in rest if step not in ("[]", "*"))
            if "[]" not in rest and "*" not in rest:
                yield (*where, *named), ABSENT


def _is_integer(value: Any) -> bool:
    return _is_number(value) and Decimal(str(value)) == Decimal(str(value)).to_integral_value()


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)


_TYPES: dict[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "integer": _is_integer,
    "number": _is_number,
    "boolean": lambda value: isinstance(value, bool),
    "object": lambda value: isinstance(value, dict),
    "list": lambda value: isinstance(value, list),
}
_WORDS = {
    "string": "a text",
    "integer": "an integer",
    "number": "a number",
    "boolean": "true or false",
    "object": "an object",
    "list": "a list",
}
