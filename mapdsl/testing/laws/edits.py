"""One leaf of a message changed: the places of a message, and what each may become instead.

A place is a path in the message as `to_dict` gives it: `("body", "a", 0)`, `("query", "id")`, `("headers", "X-A")`, and
`("path", 2)` for a segment that a path parameter fills. Messages are never changed: an edit makes a new one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from random import Random
from typing import Any
from urllib.parse import quote, unquote

from mapdsl.conversions import ABSENT, same
from mapdsl.paths import Where

__all__ = ["ADDED", "NEW", "absent", "edited", "general", "places", "renamed", "value_at", "values"]

ADDED = "x_conserved"  # a member that no spec names
_HEADER = "X-Conserved"
_TEXTS = ("changed", "7", "")
_OTHERS: dict[type, tuple[Any, ...]] = {
    str: ("changed", "2001-02-03T04:05:06Z", "7"),
    bool: (True, False),
    int: (7, 8, -1),
    float: (7.5, 8.25),
}
_OF_OTHER_TYPES: tuple[Any, ...] = ("text", 4, True, [1], {"a": 1})
_EMPTY: tuple[Any, ...] = (None, {}, [])
# What edits bring, of what may be the key of a lookup.
NEW: frozenset[Any] = frozenset(
    each
    for several in (_TEXTS, _OF_OTHER_TYPES, *_OTHERS.values())
    for each in several
    if not isinstance(each, (bool, list, dict))
)
_MOST_NODES = 400
_PARAMETER = re.compile(r"\{[^}]*\}")


def places(message: dict[str, Any], templates: Iterable[str] = ()) -> list[Where]:
    """All places of a message that an edit may change; members that are not there, too, under names of no spec.

    `templates`: the paths of the routes of its side, whose parameters are places of a request.
    """
    found: list[Where] = []
    if "path" in message:
        segments = message["path"].split("/")
        found += [("path", number) for number in _parameters(segments, templates)]
    found += [("query", name) for name in (*message.get("query", ()), *([ADDED] if "query" in message else []))]
    found += [("headers", name) for name in (*message["headers"], _HEADER)]
    body = list(_nodes(message["body"], ("body",)))[:_MOST_NODES]
    return found + body


def _parameters(segments: list[str], templates: Iterable[str]) -> list[int]:
    """The numbers of the segments that are parameters of some route that the path fits."""
    found: set[int] = set()
    for template in templates:
        parts = template.split("/")
        lead = len(segments) - len(parts)  # the base of the API stands before
        tail = segments[lead + 1 :] if lead >= 0 else []
        if lead >= 0 and all("{" in one or one == other for one, other in zip(parts[1:], tail, strict=True)):
            found |= {lead + number for number, part in enumerate(parts) if _PARAMETER.fullmatch(part)}
    return sorted(found)


def _nodes(value: Any, where: Where) -> Iterator[Where]:
    yield where
    if isinstance(value, dict):
        for name, member in value.items():
            yield from _nodes(member, (*where, name))
        if ADDED not in value:
            yield (*where, ADDED)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _nodes(item, (*where, number))
        if value:
            yield (*where, len(value))


def absent(message: dict[str, Any], names: tuple[str, ...]) -> Iterator[Where]:
    """The place that a rule reads, where an object is there and lacks the last name. Of a list it is the first item."""
    value: Any = message if names[0] in ("body", "query") else None
    where: Where = ()
    for number, name in enumerate(names):
        last = number == len(names) - 1
        step: Any = name
        if name in ("[]", "[0]"):
            step = 0 if isinstance(value, list) and value else None
        elif name == "*":
            step = next(iter(value), None) if isinstance(value, dict) else None
        elif not isinstance(value, dict) or (name not in value and not last):
            return
        elif name not in value:
            yield (*where, name)
            return
        if step is None:
            return
        value, where = value[step], (*where, step)


def general(where: Where) -> Where:
    """The place without the numbers of items: one rule reads all of them."""
    if where[:1] == ("path",):
        return where
    return tuple("[]" if isinstance(step, int) else step for step in where)


def value_at(message: dict[str, Any], where: Where) -> Any:
    """What stands at a place, ABSENT where nothing does; a segment of the path as text."""
    if where[0] == "path":
        return unquote(message["path"].split("/")[where[1]])
    value: Any = message
    for step in where:
        if isinstance(step, int):
            value = value[step] if isinstance(value, list) and step < len(value) else ABSENT
        else:
            value = value.get(step, ABSENT) if isinstance(value, dict) else ABSENT
    return value


def values(where: Where, value: Any, random: Random, others: Iterable[Any] = ()) -> list[Any]:
    """What may stand at a place instead, no two alike and none like `value`; ABSENT: nothing.

    `others`: values of its domain that a document held there before.
    """
    if where[0] == "path":
        tried: list[Any] = ["changed", "7", *(str(each) for each in others)]
    elif where[0] == "headers":
        tried = ["changed", "7", *others, ABSENT]
    elif where[0] == "query":
        tried = [*_TEXTS, ["changed", "7"], *others, ABSENT]
    else:
        alike = _OTHERS.get(type(value), ())
        tried = [*others, *random.sample(alike, min(2, len(alike))), *random.sample(_OF_OTHER_TYPES, 2), *_EMPTY]
        tried += [ABSENT] if len(where) > 1 else []
    found: list[Any] = []
    for each in tried:
        if not any(_alike(each, other) for other in (value, *found)):
            found.append(each)
    return found


def renamed(value: Any, keys: Iterable[list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """An object with its first member under other names, out of the tables that convert names (`keys` of joins)."""
    if not isinstance(value, dict) or not value:
        return []
    first = next(iter(value))
    steps = [step for several in keys for step in several if "rows" in step]
    cells = [cell for step in steps for row in step["rows"] for cell in (row[0] if step["to"] == "new" else row[1])[0]]
    names = [name for name in dict.fromkeys(cells) if isinstance(name, str) and name not in value]
    rest = {name: value[name] for name in value if name != first}
    return [{name: value[first], **rest} for name in names[:4]]


def _alike(one: Any, other: Any) -> bool:
    return one is other or (one is not ABSENT and other is not ABSENT and same(one, other))


def edited(message: dict[str, Any], where: Where, value: Any) -> dict[str, Any]:
    """The message with a value at a place; ABSENT takes away what stands there."""
    if where[0] == "path":
        segments = message["path"].split("/")
        segments[where[1]] = quote(value, safe="")
        return {**message, "path": "/".join(segments)}
    changed: dict[str, Any] = _put(message, where, value)
    return changed


def _put(owner: Any, where: Where, value: Any) -> Any:
    """A copy of an object or list with a value below it; what is not on the way is shared."""
    made, step, rest = owner.copy(), where[0], where[1:]
    if rest:
        made[step] = _put(made[step], rest, value)
    elif value is not ABSENT and isinstance(step, int) and step == len(made):
        made.append(value)
    elif value is not ABSENT:
        made[step] = value
    elif isinstance(made, dict):
        made.pop(step, None)
    elif isinstance(step, int) and step < len(made):
        del made[step]
    return made
