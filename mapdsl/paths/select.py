"""Selections: what `select("$..secret")` finds in a document. Plain data and one loop; no library at run time."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import attrs

from mapdsl.records import Record

from .path import Where

__all__ = ["Finding", "Pick", "Selector", "Test", "find"]

Finding = tuple[Where, Any]


@attrs.frozen(repr=False)
class Test(Record):
    """A comparison in a filter: the value at `path` below the candidate is the literal, or (`equal` False) is not.

    A value that is not there equals nothing.
    """

    path: Where
    value: str | int | float | bool | None
    equal: bool = True


@attrs.frozen(repr=False)
class Pick(Record):
    """A step. `kind` is names (members with these names), indexes (items at these places, from the end if negative),
    each (every member or item) or where (those for which all tests hold). `deep` applies it at every depth."""

    kind: str
    names: tuple[str, ...] = ()
    indexes: tuple[int, ...] = ()
    tests: tuple[Test, ...] = ()
    deep: bool = False


@attrs.frozen(repr=False)
class Selector(Record):
    """A selection: its text as the author wrote it, and the steps from the root on."""

    text: str = attrs.field(eq=False)
    steps: tuple[Pick, ...]

    def __str__(self) -> str:
        return self.text


def find(selector: Selector, document: Any) -> list[Finding]:
    """Path and value of everything that the selector finds: outer before inner, each once."""
    found: list[Finding] = [((), document)]
    for step in selector.steps:
        origins = _below(found) if step.deep else found
        picked = {path: value for origin in origins for path, value in _picked(step, origin)}
        found = list(picked.items())
    return found


def _below(found: list[Finding]) -> Iterator[Finding]:
    """The findings with everything below them, in the order of the document, each once."""
    seen: set[Where] = set()
    stack = found[::-1]
    while stack:
        path, value = stack.pop()
        if path in seen:
            continue
        seen.add(path)
        yield path, value
        stack.extend(reversed(list(_children(path, value))))


def _children(path: Where, value: Any) -> Iterator[Finding]:
    if isinstance(value, dict):
        for name, member in value.items():
            yield (*path, name), member
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield (*path, index), item


def _picked(step: Pick, origin: Finding) -> Iterator[Finding]:
    path, value = origin
    if step.kind == "names":
        if isinstance(value, dict):
            for name in step.names:
                if name in value:
                    yield (*path, name), value[name]
    elif step.kind == "indexes":
        if isinstance(value, list):
            for index in step.indexes:
                if -len(value) <= index < len(value):
                    yield (*path, index % len(value)), value[index]
    else:
        for child in _children(path, value):
            if all(_holds(test, child[1]) for test in step.tests):
                yield child


def _holds(test: Test, value: Any) -> bool:
    for step in test.path:
        if isinstance(step, str):
            if not isinstance(value, dict) or step not in value:
                return not test.equal
        elif not isinstance(value, list) or not -len(value) <= step < len(value):
            return not test.equal
        value = value[step]
    return _equal(value, test.value) is test.equal


def _equal(value: Any, literal: str | int | float | bool | None) -> bool:
    """JSON equality with a scalar: numbers by value, true is not 1."""
    if isinstance(value, bool) or isinstance(literal, bool) or value is None or literal is None:
        return value is literal
    if isinstance(value, str) or isinstance(literal, str):
        return isinstance(value, str) and value == literal
    return isinstance(value, (int, float, Decimal)) and _exact(value) == _exact(literal)


def _exact(number: int | float | Decimal) -> int | Decimal:
    """A float stands for the decimal that it prints as."""
    return Decimal(repr(number)) if isinstance(number, float) else number
