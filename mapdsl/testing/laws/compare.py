"""Two JSON values, or two messages, side by side: where they differ, by JSON path."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from mapdsl.conversions import ABSENT, same
from mapdsl.paths import Where
from mapdsl.runtime import found, of_connection, spell

__all__ = ["comparable", "differences", "diverging", "spelled", "told"]

Difference = tuple[Where, Any, Any]


def comparable(message: dict[str, Any], hidden: Collection[str] = ()) -> dict[str, Any]:
    """A message as one is compared: header names have no case, and those of the connection are nobody's. In a query a
    list of one is its text.

    `hidden` are places that are left out: credentials, which residue never holds.
    """
    made: dict[str, Any] = _without(message, frozenset(hidden), ()) if hidden else dict(message)
    headers = made.get("headers") or {}
    gone = of_connection(headers)
    made["headers"] = {name.lower(): value for name, value in headers.items() if name.lower() not in gone}
    if made.get("query"):
        made["query"] = spelled(made["query"])
    return made


def spelled(query: dict[str, Any]) -> dict[str, Any]:
    """A query with texts for lists of one, for both are spelled alike; not where the name says that it is a list."""
    return {
        name: value[0] if isinstance(value, list) and len(value) == 1 and not name.endswith("[]") else value
        for name, value in query.items()
    }


def _without(value: Any, hidden: frozenset[str], path: Where) -> Any:
    if isinstance(value, dict):
        rows = ((name, inner, (*path, name)) for name, inner in value.items())
        return {name: _without(inner, hidden, at) for name, inner, at in rows if spell(at) not in hidden}
    if isinstance(value, list):
        return [_without(inner, hidden, (*path, number)) for number, inner in enumerate(value)]
    return value


def differences(expected: Any, made: Any) -> Iterator[str]:
    """A text for each place where the values differ: numbers compare by value, the order of members does not count."""
    return map(told, diverging(expected, made))


def diverging(expected: Any, made: Any, path: Where = ()) -> Iterator[Difference]:
    """Each place where the values differ, what was expected there and what is; ABSENT: nothing."""
    if isinstance(expected, dict) and isinstance(made, dict):
        for name in [*expected, *(name for name in made if name not in expected)]:
            yield from diverging(expected.get(name, ABSENT), made.get(name, ABSENT), (*path, name))
    elif isinstance(expected, list) and isinstance(made, list):
        for index in range(max(len(expected), len(made))):
            one, other = (items[index] if index < len(items) else ABSENT for items in (expected, made))
            yield from diverging(one, other, (*path, index))
    elif expected is not made and (expected is ABSENT or made is ABSENT or not same(expected, made)):
        yield path, expected, made


def told(difference: Difference) -> str:
    """`body.a[0]: expected 1, found nothing`."""
    path, expected, made = difference
    return f"{spell(path) or '$'}: expected {found(expected)}, found {found(made)}"
