"""What holds of every program that lowering makes; `check` names what does not.

An invariant is broken by a fault of ours, never of an author: tests run the checker on all IR that they build.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import attrs

from mapdsl.conversions import ABSENT

from .ops import (
    Choose,
    Combine,
    Confirm,
    Convert,
    Each,
    ForEach,
    Guard,
    Join,
    Keep,
    Look,
    Lose,
    Mapping,
    Move,
    Names,
    Op,
    Place,
    Prune,
    Reference,
    Refuse,
    Report,
    Step,
    TableData,
    Write,
)
from .program import Program, Unit
from .writes import clashes

__all__ = ["check"]

_REQUEST = frozenset({"body", "path", "query", "header"})
_RESPONSE = frozenset({"body", "header", "status"})
_ASKED = frozenset(f"request.{side}.{part}" for side in ("old", "new") for part in ("body", "path", "query", "header"))
_DOMAINS = frozenset({"string", "integer", "number", "boolean", "bytes", "any"})
_MISSES = frozenset({"error", "pass", "absent", "use", "reject", "empty"})
_MODES = frozenset({"first", "append", "max", "min", "only_one", "equal"})


def check(program: Program) -> tuple[str, ...]:
    """Every broken invariant, one text each; nothing where the program is sound."""
    declared = {lookup.name for lookup in program.lookups}
    found: list[str] = []
    if len(declared) < len(program.lookups):
        found.append("program: a lookup is declared twice")
    names = [(unit.endpoint, unit.variant) for unit in program.units]
    found += [f"program: {name} stands twice" for name in sorted({str(n) for n in names if names.count(n) > 1})]
    for unit in program.units:
        found += _unit(unit, declared)
    return tuple(found)


def _unit(unit: Unit, declared: set[str]) -> Iterator[str]:
    name = unit.endpoint if unit.variant is None else f"{unit.endpoint}/{unit.variant}"
    pairs = [("request", unit.request), ("response", unit.response)]
    if unit.failure is not None:
        pairs.append(("failure", (unit.failure.to_new, unit.failure.to_old)))
    if unit.fan is not None and unit.fan.split is not None:
        pairs.append(("request", unit.fan.split))
    failure = None if unit.gather is None else unit.gather.failure
    if failure is not None:
        pairs.append(("failure", (failure.to_new, failure.to_old)))
    if (unit.fan is None) != (unit.gather is None):
        yield f"{name}: a fan without a gather, or a gather without a fan"
    for part, (to_new, to_old) in pairs:
        if (to_new.to, to_old.to) != ("new", "old"):
            yield f"{name} {part}: the mappings do not go to new and to old"
        if to_new.rules != to_old.rules:
            yield f"{name} {part}: the two ways number their rules differently"
        for mapping in (to_new, to_old):
            roots = _REQUEST if part == "request" else _RESPONSE
            checker = _Checker(mapping, f"{name} {part} to {mapping.to}", roots, declared)
            yield from checker.mapping()
    places = [guard.place for row in unit.statuses for guard in (*row.guards_old, *row.guards_new)]
    yield from (f"{name}: a status asks {place.root}" for place in places if place.root not in ("body", "header"))
    for side, routes in (("old", unit.old), ("new", unit.new)):
        if not routes:
            yield f"{name}: no route on the {side} side"
        if any(route.side != side for route in routes):
            yield f"{name}: a route stands on the wrong side"


@attrs.frozen
class _Checker:
    of: Mapping
    name: str
    roots: frozenset[str]
    declared: set[str]
    _checked: set[int] = attrs.field(factory=set, init=False)  # blocks of Eaches, by id()

    def mapping(self) -> Iterator[str]:
        used: set[str] = set()
        yield from (f"{self.name}: {text}" for text in self._block(self.of.ops, inside=False, used=used))
        if used != set(self.of.lookups):
            yield f"{self.name}: asks {sorted(used)} and says {sorted(self.of.lookups)}"
        if not used <= self.declared:
            yield f"{self.name}: not declared: {sorted(used - self.declared)}"

    def _block(self, ops: tuple[Op, ...], inside: bool, used: set[str]) -> Iterator[str]:
        kept: set[str] = set()
        reading = False
        for op in ops:
            if kept and not isinstance(op, (Keep, Confirm)):
                yield f"{type(op).__name__} comes after Keep"
            if isinstance(op, Keep):
                if op.source.root in kept:
                    yield f"two Keeps of {op.source.root}"
                kept.add(op.source.root)
            if (
                isinstance(op, Prune)
                and op is not ops[0]
                and any(not isinstance(o, Prune) for o in ops[: ops.index(op)])
            ):
                yield "Prune comes after an operation that reads"
            reading = reading or not isinstance(op, Prune)
            yield from (f"rule {op.rule}, {type(op).__name__}: {text}" for text in self._op(op, inside, used))
        yield from clashes(ops)

    def _op(self, op: Op, inside: bool, used: set[str]) -> Iterator[str]:
        yield from self._rule(op.rule)
        yield from _CHECKS[type(op)](self, op, inside, used)

    def _rule(self, rule: int) -> Iterator[str]:
        if not 0 <= rule < len(self.of.rules):
            yield f"there is no rule {rule}"

    # --- places ----------------------------------------------------------------------------------------------------

    def _source(self, place: Place, inside: bool) -> Iterator[str]:
        known = self.roots | (_ASKED if "status" in self.roots else {"route"}) | {"up"}
        yield from self._place(place, known | {"item"} if inside or self.of.item == "source" else known)

    def _target(self, place: Place, inside: bool) -> Iterator[str]:
        if inside:
            yield from self._place(place, self.roots | {"item", "up"})
        else:
            yield from self._place(place, self.roots | {"item"} if self.of.item == "target" else self.roots)

    def _place(self, place: Place, known: frozenset[str]) -> Iterator[str]:
        if place.root not in known:
            yield f"no root {place.root} here"
        if place.root in ("status", "route") and place.path:
            yield f"the {place.root} has no members"
        if not all(isinstance(name, str) for name in place.path):
            yield f"a step of {place} is no name"

    # --- operations ------------------------------------------------------------------------------------------------

    def move(self, op: Move, inside: bool, used: set[str]) -> Iterator[str]:
        yield from self._source(op.source, inside)
        yield from self._target(op.target, inside)
        yield from self._pipe(op.pipe, used)
        if op.given and not op.source.root.startswith("request."):
            yield "a given value that does not come from the request"

    def join(self, op: Join, inside: bool, used: set[str]) -> Iterator[str]:
        for place in op.sources:
            yield from self._source(place, inside)
        for place in op.targets:
            yield from self._target(place, inside)
        if not op.sources or not op.targets:
            yield "no sources or no targets"
        yield from self._pipe((op.convert,), used, joint=True)
        if op.convert.table is not None:
            counts = (len(op.sources), len(op.targets)) if self.of.to == "new" else (len(op.targets), len(op.sources))
            if any((len(old), len(new)) != counts for old, new, _, _ in op.convert.table.rows):
                yield f"table {op.convert.table.name} has other numbers of cells than there are places"

    def combine(self, op: Combine, inside: bool, used: set[str]) -> Iterator[str]:
        yield from self._target(op.target, inside)
        if len(op.moves) < 2 or len(op.modes) != len(op.moves) - 1:
            yield "needs two moves, and a mode for each after the first"
        if not 0 <= op.two_way < len(op.moves):
            yield f"there is no move {op.two_way}"
        if not _MODES.issuperset(op.modes):
            yield f"unknown mode in {op.modes}"
        for move in op.moves:
            yield from self._rule(move.rule)
            yield from self.move(move, inside, used)
            if move.target != op.target or move.given:
                yield "a move has another target, or is given"

    def each(self, op: Each, inside: bool, used: set[str]) -> Iterator[str]:
        yield from self._source(op.source, inside)
        yield from self._target(op.target, inside)
        if op.kind not in ("object", "list", "map", "one"):
            yield f"unknown kind {op.kind}"
        if op.keys and op.kind != "map":
            yield "keys of something that is no map"
        if op.key is not None and op.kind != "list":
            yield "a key of something that is no list"
        yield from self._pipe(op.keys, used)
        if id(op.ops) not in self._checked:
            self._checked.add(id(op.ops))
            yield from self._block(op.ops, inside=True, used=used)

    def choose(self, op: Choose, inside: bool, used: set[str]) -> Iterator[str]:
        yield from self._source(op.at, inside)
        if op.otherwise not in ("none", "pass", "ops", "reject") or (op.ops and op.otherwise != "ops"):
            yield f"unknown otherwise {op.otherwise}, or operations that never run"
        for source, target in op.cases:
            for guard in source:
                yield from self._source(guard.place, inside)
            for guard in target:
                if not guard.place.root.startswith("request."):
                    yield from self._target(guard.place, inside)
        if op.open and (len(op.numbers) != len(op.alternatives) or any(each.checks for each in op.alternatives)):
            yield "an open match whose alternatives are not its cases, or that checks them itself"
        for alternative in op.alternatives:
            yield from self._rule(alternative.rule)
            for guard in alternative.guards:
                yield from self._guard(guard)
                yield from self._source(guard.place, inside)
            for guard in alternative.checks:
                yield from self._guard(guard)
                yield from self._target(guard.place, inside)
            for place, _ in alternative.writes:
                yield from self._target(place, inside)
            for place, _, depth in alternative.fills:
                yield from self._target(place, inside)
                if not depth < len(place.path):
                    yield "fills a place that is in no object"
            yield from self._branch(alternative.ops, inside, used)
        yield from self._branch(op.ops, inside, used)

    def _branch(self, ops: tuple[Op, ...], inside: bool, used: set[str]) -> Iterator[str]:
        if any(isinstance(op, (Confirm, Keep, Prune)) for op in ops):
            yield "Confirm, Keep or Prune in a branch"
        yield from self._block(ops, inside, used)

    def write(self, op: Write, inside: bool, used: set[str]) -> Iterator[str]:
        yield from self._target(op.target, inside)

    def lose(self, op: Lose, inside: bool, used: set[str]) -> Iterator[str]:
        yield from self._source(op.source, inside)
        if isinstance(op.given, Place):
            yield from self._source(op.given, inside)
        if op.spare is not None:
            yield from _names(op.spare)
        for place in op.under:
            yield from self._target(place, inside)

    def refuse(self, op: Refuse, inside: bool, used: set[str]) -> Iterator[str]:
        yield from self._source(op.source, inside)
        if not op.text:
            yield "no text"

    def report(self, op: Report, inside: bool, used: set[str]) -> Iterator[str]:
        yield from self._source(op.source, inside)
        yield from () if op.target is None else self._target(op.target, inside)

    def prune(self, op: Prune, inside: bool, used: set[str]) -> Iterator[str]:
        yield from self._source(op.root, inside)
        if op.root.path:
            yield "prunes something that is no root"

    def keep(self, op: Keep, inside: bool, used: set[str]) -> Iterator[str]:
        yield from self._source(op.source, inside)
        yield from self._target(op.target, inside)
        if op.source.path or op.target.path:
            yield "keeps something that is no root"
        if op.policy not in ("keep", "drop", "error"):
            yield f"unknown policy {op.policy}"
        if op.only is not None and op.target.root not in ("body", "query"):
            yield "only some names have a place in what is no body and no query"
        yield from _names(op.named)
        yield from _names(op.taken)
        for match in op.open:
            yield from self._rule(match.match)
            for share in match.shares:
                yield from _names(share.named)
                yield from _names(share.taken)
                if share.policy not in ("", "keep", "drop", "error"):
                    yield f"unknown policy {share.policy} of a branch"

    def confirm(self, op: Confirm, inside: bool, used: set[str]) -> Iterator[str]:
        yield from self._source(op.at, inside)
        for case in op.cases:
            yield from self._rule(case.rule)
            if len(case.texts) != len(case.guards):
                yield "a promise without a text"
            for guard in case.guards:
                yield from self._guard(guard)
                yield from self._target(guard.place, inside)

    # --- parts of operations ---------------------------------------------------------------------------------------

    def _guard(self, guard: Guard) -> Iterator[str]:
        counts = {"present": (0, 0), "absent": (0, 0), "is": (1, 1), "not": (1, 1), "one_of": (1, 10**6)}
        low, high = counts.get(guard.kind, (1, 0))
        if not low <= len(guard.values) <= high:
            yield f"a guard {guard.kind} with {len(guard.values)} values"

    def _pipe(self, steps: tuple[Step, ...], used: set[str], joint: bool = False) -> Iterator[str]:
        if sum(map(_asks, steps)) > 1:
            yield "a lookup takes its key from the answer of another"
        for step in steps:
            yield from self._step(step, used, joint)

    def _step(self, step: Step, used: set[str], joint: bool) -> Iterator[str]:
        if not isinstance(step, ForEach) and step.to != self.of.to:
            yield f"a step goes to {step.to}"
        if isinstance(step, Convert):
            if step.table is not None:
                yield from _table(step.table, joint)
            for argument in step.args:
                if isinstance(argument, Convert) and argument.to not in ("old", "new"):
                    yield f"an argument goes to {argument.to}"
        elif isinstance(step, ForEach):
            if not step.steps:
                yield "nothing is done for each item"
            yield from self._pipe(step.steps, used)
        elif isinstance(step, Look):
            yield from self._look(step, used)
        elif step.look is not None:
            if step.other is None:
                yield "the answer of a reference has no place"
            # To old the object holds the value itself: nothing is asked.
            yield from self._look(step.look, used if step.to == "new" else set())

    def _look(self, look: Look, used: set[str]) -> Iterator[str]:
        used.add(look.lookup)
        if look.domain not in _DOMAINS:
            yield f"unknown domain {look.domain}"
        if look.miss not in _MISSES:
            yield f"unknown policy {look.miss}"
        if look.to != self.of.to:
            yield f"lookup {look.lookup} goes to {look.to}"


def _asks(step: Step) -> int:
    if isinstance(step, ForEach):
        return min(1, sum(map(_asks, step.steps)))
    return int(isinstance(step, Look) or (isinstance(step, Reference) and step.look is not None and step.to == "new"))


def _table(table: TableData, joint: bool) -> Iterator[str]:
    widths = {(len(old), len(new)) for old, new, _, _ in table.rows}
    if len(widths) != 1 or (0, 0) in widths:
        yield f"rows of table {table.name} differ in their numbers of cells"
    elif not joint and widths != {(1, 1)}:
        yield f"table {table.name} needs a joint rule"
    for column, used in ((0, 2), (1, 3)):
        read = [repr(row[column]) for row in table.rows if row[used]]
        if len(set(read)) < len(read):
            yield f"table {table.name} reads one {('old', 'new')[column]} cell by two rows"
    if not table.joint and any(cell is ABSENT for row in table.rows for cell in (*row[0], *row[1])):
        yield f"enum {table.name} has an absent cell"


def _names(names: Names) -> Iterator[str]:
    if names.leaf and names.members:
        yield "a leaf with names below it"
    listed = [name for name, _ in names.members]
    if len(set(listed)) < len(listed):
        yield "a name twice in a tree of names"
    for _, below in names.members:
        if not below.leaf and not below.members:
            yield "an inner name without names below it"
        yield from _names(below)


_CHECKS: dict[type, Callable[..., Iterator[Any]]] = {
    Choose: _Checker.choose,
    Combine: _Checker.combine,
    Confirm: _Checker.confirm,
    Each: _Checker.each,
    Join: _Checker.join,
    Keep: _Checker.keep,
    Lose: _Checker.lose,
    Move: _Checker.move,
    Prune: _Checker.prune,
    Refuse: _Checker.refuse,
    Report: _Checker.report,
    Write: _Checker.write,
}
