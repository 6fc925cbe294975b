"""Edits of a translated message that make another case of a `match` hold, for law 8."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from random import Random
from typing import Any

import attrs

from mapdsl import ir
from mapdsl.conversions import ABSENT
from mapdsl.testing.interpreter import View, holds

__all__ = ["Rechosen", "choices_of"]

Path = tuple[str, ...]


@attrs.frozen
class Rechosen:
    """A `match` of the body: each case's guards on the translated side, and what it alone speaks of at home."""

    cases: tuple[tuple[ir.Guard, ...], ...]
    owned: tuple[frozenset[Path], ...]

    def taken(self, body: Any) -> int | None:
        """The case that a body takes."""
        for number, guards in enumerate(self.cases):
            if guards and all(holds(guard, View(body, ())) for guard in guards):
                return number
        return None

    def another(self, body: Any, random: Random) -> Any:
        """The body changed so that another case holds, or none; the body as it is where that cannot be made."""
        now = self.taken(body)
        others = [number for number, guards in enumerate(self.cases) if guards and number != now]
        wanted = random.choice([*others, None])
        changed = copy.deepcopy(body)
        if now is not None:
            for guard in self.cases[now]:
                _write(changed, guard.place.path, ABSENT)
        for guard in () if wanted is None else self.cases[wanted]:
            if not holds(guard, View(changed, ())):
                _write(changed, guard.place.path, _fitting(guard))
        return changed

    def stale(self, before: int | None, after: int | None) -> Iterator[Path]:
        """The places at home that the case before speaks of, and the one after does not."""
        spoken = frozenset() if after is None else self.owned[after]
        for path in sorted(frozenset() if before is None else self.owned[before]):
            if not any(path[: len(other)] == other or other[: len(path)] == path for other in spoken):
                yield path


def choices_of(ops: tuple[ir.Op, ...]) -> tuple[Rechosen, ...]:
    """The choices of a body whose guards on the translated side all read the body by names."""
    outside = frozenset(path for op in ops if not isinstance(op, (ir.Choose, ir.Keep)) for path in _read((op,)))
    found = []
    for op in ops:
        cases = tuple(target for _, target in op.cases) if isinstance(op, ir.Choose) else ()
        plain = all(g.place.root == "body" and g.place.path and g.selection is None for case in cases for g in case)
        if not isinstance(op, ir.Choose) or not plain or not any(cases):
            continue
        with_guards = [number for number, (source, _) in enumerate(op.cases) if source]
        branch = dict(zip(with_guards, op.alternatives, strict=True))
        told = {guard.place.path for source, _ in op.cases for guard in source}
        owned = [
            frozenset(_read(branch[n].ops)) - outside - told if n in branch else frozenset() for n in range(len(cases))
        ]
        found.append(Rechosen(cases, tuple(owned)))
    return tuple(found)


def _read(ops: tuple[ir.Op, ...]) -> Iterator[Path]:
    """The places of the body that operations carry or drop; not what they tell of other cases, nor an object that a
    block outside carries and a case only looks for, to write its literal into it."""
    for op in ops:
        if isinstance(op, ir.Lose) and (op.bare or op.reason == "belongs to a case that was not taken"):
            continue
        moves = op.moves if isinstance(op, ir.Combine) else (op,)
        for each in moves:
            for place in (*getattr(each, "sources", ()), getattr(each, "source", None)):
                if isinstance(place, ir.Place) and place.root == "body" and place.path:
                    yield place.path


def _fitting(guard: ir.Guard) -> Any:
    """A value of which the guard holds."""
    if guard.kind == "absent":
        return ABSENT
    return guard.values[0] if guard.kind in ("is", "one_of") else "another"


def _write(body: Any, path: Path, value: Any) -> None:
    for name in path[:-1]:
        inner = body.setdefault(name, {}) if isinstance(body, dict) else None
        if not isinstance(inner, dict):
            return
        body = inner
    if not isinstance(body, dict):
        return
    if value is ABSENT:
        body.pop(path[-1], None)
    else:
        body[path[-1]] = value
