"""Which case of a `match` a message takes, for residue: it comes back where the choice is the same.

Cases are tried in the order of the text; the first whose tests all hold is taken, one without tests never.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from mapdsl.conversions import ABSENT
from mapdsl.paths import find
from mapdsl.records import Record

from .parts import Parts, RequestPair
from .places import Where, read, same_at

__all__ = ["Cases", "Check", "Choice", "taken"]


@attrs.frozen(repr=False)
class Check(Record):
    """A test of a guard: `root` and `path` say the place, or what `selection` (a parsed selector) looks through."""

    root: str
    path: tuple[str, ...]
    kind: str
    values: tuple[Any, ...] = ()
    selection: Any = None


Cases = tuple[tuple[Check, ...], ...]


@attrs.frozen(repr=False)
class Choice(Record):
    """One `match`: the number of its rule, and each case's tests on the message that is read and on the one made."""

    number: int
    source: Cases
    target: Cases


def taken(cases: Cases, parts: Parts, roots: Mapping[str, Where], asked: RequestPair | None) -> int | None:
    """The place of the case that a message takes; None where it takes none. `roots`: where the roots of tests stand."""
    for number, tests in enumerate(cases):
        if tests and all(_holds(test, parts, roots, asked) for test in tests):
            return number
    return None


def _holds(test: Check, parts: Parts, roots: Mapping[str, Where], asked: RequestPair | None) -> bool:
    where, value = _value(test, parts, roots, asked)
    if where is None:
        return True
    if value is ABSENT:
        hits = []
    elif test.selection is not None:
        hits = [hit for _, hit in find(test.selection, value)]
    else:
        hits = [value]
    if test.kind in ("present", "absent"):
        return bool(hits) == (test.kind == "present")
    listed = any(same_at(where, hit, wanted) for hit in hits for wanted in test.values)
    return not listed if test.kind == "not" else listed


def _value(
    test: Check, parts: Parts, roots: Mapping[str, Where], asked: RequestPair | None
) -> tuple[Where | None, Any]:
    """Where a test looks, and what stands there. Without a request at hand a test of it holds: there is no place."""
    if not test.root.startswith("request."):
        where = (*roots.get(test.root, (test.root,)), *test.path)
        return where, read(parts, where)
    if asked is None:
        return None, ABSENT
    _, side, part = test.root.split(".")
    where = (part, *test.path)
    return where, read(asked.of(side), where)
