"""Pipes as written -> steps in running order, with what each name stands for."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import attrs

from mapdsl import conversions, syntax
from mapdsl.analysis import NRule, Scope, Spot, reads, rule_arguments, with_text
from mapdsl.conversions import ABSENT
from mapdsl.ir import Convert, ForEach, Look, Reference, Step, TableData

__all__ = ["TEXT_ROOTS", "cell", "conversion_of", "lower_pipe", "rule_pipe", "table_data"]

TEXT_ROOTS = frozenset({"path", "query", "header"})
_SCALARS = frozenset({"integer", "number", "boolean", "string"})


def cell(value: Any) -> Any:
    """A literal of the text as a JSON value; `absent` is ABSENT."""
    return ABSENT if value is syntax.ABSENT else value


def table_data(declared: syntax.Enum | syntax.Table) -> TableData:
    """The rows with the ways that each serves: of rows that share a tuple on a side, one is used to read that side."""
    read = reads(declared)
    to_new, to_old = ({id(row) for row in rows.values()} for rows in (read.old, read.new))
    made = [
        (tuple(map(cell, row.old)), tuple(map(cell, row.new)), id(row) in to_new, id(row) in to_old)
        for row in declared.rows
    ]
    policy = declared.otherwise
    refusal = str(policy.value) if policy is not None and policy.kind == "reject" and policy.value else ""
    if isinstance(declared, syntax.Table):
        return TableData(declared.name, tuple(made), joint=True, refusal=refusal)
    rule = None if declared.rule is None else Convert(declared.rule.name, rule_arguments(declared.rule), "new")
    return TableData(declared.name, tuple(made), open=declared.open, refusal=refusal, rule=rule)


@attrs.frozen
class _Pipe:
    scope: Scope
    to: str
    otherwise: syntax.Policy | None

    def step(self, step: syntax.Conversion) -> Step:
        scope = self.scope
        if not step.args:
            declared = scope.enums.get(step.name) or scope.tables.get(step.name)
            if declared is not None:
                return Convert(step.name, (), self.to, table=scope.once(declared, table_data))
            if step.name in scope.lookups:
                return self.look(step.name)
        if step.name == "each":
            inner = [self.step(a) for a in step.args if isinstance(a, syntax.Conversion)]
            return ForEach(tuple(inner if self.to == "new" else reversed(inner)))
        referred = _referred(step)
        if referred is not None:
            return self.reference(*referred)
        return Convert(step.name, tuple(self.argument(a) for a in step.args), self.to)

    def argument(self, argument: syntax.Conversion | syntax.LiteralArg) -> Any:
        if isinstance(argument, syntax.LiteralArg):
            return argument.value
        scope = self.scope
        known = argument.name in conversions.names() or argument.name in scope.enums or argument.name in scope.tables
        return self.step(argument) if known or argument.args else argument.name

    def look(self, name: str) -> Look:
        declared = self.scope.lookups[name]
        policy = self.otherwise
        kind = "error" if policy is None else policy.kind
        domain = declared.old if self.to == "new" else declared.new
        default = cell(policy.value) if policy is not None and kind == "use" else None
        text = str(policy.value or "") if policy is not None and kind == "reject" else ""
        return Look(name, self.to, domain, miss=kind, default=default, text=text)

    def reference(self, step: syntax.Conversion, turned: bool) -> Reference:
        """A scalar against an object that holds it; `turned`: the object is the old side's."""
        to = self.to if not turned else "old" if self.to == "new" else "new"
        names = [_word(argument) for argument in step.args]
        # The lookup is asked to new alone: the scalar is its key, on either way.
        look = attrs.evolve(self, to="new").look(names[2]) if len(names) > 2 else None
        return Reference(names[0], names[1] if len(names) > 1 else None, to, look=look, side=self.to)


def _referred(step: syntax.Conversion) -> tuple[syntax.Conversion, bool] | None:
    """The reference that a step is, and whether its sides are exchanged: `member(id)`, `flip(ref(id))`."""
    if step.name in ("ref", "member_of", "member"):
        return step, step.name == "member"
    inner = step.args[0] if step.name == "flip" and len(step.args) == 1 else None
    found = _referred(inner) if isinstance(inner, syntax.Conversion) else None
    return None if found is None else (found[0], not found[1])


def _word(argument: syntax.Conversion | syntax.LiteralArg) -> str:
    return argument.name if isinstance(argument, syntax.Conversion) else str(argument.value)


def lower_pipe(
    pipe: tuple[syntax.Conversion, ...], scope: Scope, to: str, otherwise: syntax.Policy | None = None
) -> tuple[Step, ...]:
    """A pipe, read from old to new, as steps in the order in which they run `to` a side."""
    if not pipe:  # as most rules have it
        return ()
    steps = _in_order(pipe, scope, to, otherwise)
    back = _in_order(pipe, scope, "old" if to == "new" else "new", otherwise)
    # Nobody asks a lookup without an inverse to old: then all commas of a text separate.
    back_known = {
        len(steps) - 1 - number: lookup
        for number, lookup in _known(back).items()
        if to == "old" or scope.lookups[lookup].arrow == "<->"
    }
    known = {**_known(steps), **back_known}
    return tuple(
        attrs.evolve(step, known_by=known[number]) if number in known and isinstance(step, Convert) else step
        for number, step in enumerate(steps)
    )


def _in_order(
    pipe: tuple[syntax.Conversion, ...], scope: Scope, to: str, otherwise: syntax.Policy | None
) -> list[Step]:
    lowering = _Pipe(scope, to, otherwise)
    steps = [lowering.step(step) for step in pipe]
    return steps if to == "new" else steps[::-1]


def _known(steps: list[Step]) -> dict[int, str]:
    """Which steps take a text apart into keys of a lookup, and the lookup."""
    found = {}
    for number, (step, after) in enumerate(pairwise(steps)):
        first = after.steps[0] if isinstance(after, ForEach) else None
        look = first.look if isinstance(first, Reference) and first.to == "new" else first
        if isinstance(step, Convert) and isinstance(look, Look) and look.domain == "string" and _takes_apart(step):
            found[number] = look.lookup
    return found


def _takes_apart(step: Convert) -> bool:
    return conversion_of(step).way(step.to).spans is not None


def conversion_of(step: Convert) -> conversions.Conversion:
    if step.table is not None:
        return step.table.conversion
    return conversions.build(step.name, tuple(conversion_of(a) if isinstance(a, Convert) else a for a in step.args))


def rule_pipe(rule: NRule, scope: Scope, to: str, query_block: bool) -> tuple[Step, ...]:
    """The steps of a rule. A scalar domain named between a text end and another reads text on the side of that end.

    Between two text ends without a pipe stands one text: a parameter that is given twice is refused.
    """
    old, new = _is_text(rule.old, query_block), _is_text(rule.new, query_block)
    if not rule.pipe:
        return (Convert("string", (), to),) if old and new else ()
    if len(rule.pipe) == 1 and rule.pipe[0].name in _SCALARS and not rule.pipe[0].args:
        name = rule.pipe[0].name
        if new and not old:
            return (Convert("flip", (Convert(name, (), "new"),), to),)
        if new and old:
            both: tuple[Step, ...] = (Convert(name, (), to), Convert("flip", (Convert(name, (), "new"),), to))
            return both if to == "new" else both[::-1]
    pipe = rule.pipe
    if new:
        pipe = with_text(pipe[::-1], scope, "new")[::-1]
    if old:
        pipe = with_text(pipe, scope, "old")
    return lower_pipe(pipe, scope, to, rule.otherwise)


def _is_text(spots: tuple[Spot, ...], query_block: bool) -> bool:
    return all(spot.root in TEXT_ROOTS or (spot.root == "" and query_block) for spot in spots)
