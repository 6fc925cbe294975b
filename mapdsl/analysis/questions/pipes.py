"""What the steps of a pipe stand for, with the facts that they declare.

    strategy                       an enum of the scope
    csv | each(ref(id, name, t))   a conversion; one that runs on items, and in it an object found through lookup `t`

`each`, `ref` and `member_of` may hold lookups, so they are read here; all else is a conversion of its own room.
"""

from __future__ import annotations

from typing import Any, NoReturn

import attrs

from mapdsl import conversions, syntax
from mapdsl.analysis.findings import Findings, suggestion
from mapdsl.analysis.model import Scope
from mapdsl.conversions import ABSENT, BadConversion, Conversion, Domain

from .domains import kinds
from .rows import reads

__all__ = ["TURNED", "Step", "Steps", "built_rule", "declared_conversion", "lookups_of", "rule_arguments", "with_text"]

ANY = Domain("any")
ARRAY = Domain("array")
OBJECT = Domain("object")
HOLDERS = ("ref", "member_of")
# Scalars that have a text of their own: at an end that is text they are read from it.
TURNED = frozenset({"integer", "number", "boolean"})


@attrs.frozen
class Step:
    """A step: the domains of its two sides, whether each way is injective, and the lookups that it asks.

    `asks` are lookups whose way back the step needs, `tells` those that it only asks to new.
    """

    node: syntax.Conversion
    old: Domain
    new: Domain
    injective: frozenset[str] = frozenset()  # the directions
    old_places: int = 1
    new_places: int = 1
    asks: tuple[syntax.Lookup, ...] = ()
    tells: tuple[syntax.Lookup, ...] = ()


def lookups_of(steps: tuple[Step, ...]) -> tuple[syntax.Lookup, ...]:
    return tuple(lookup for step in steps for lookup in (*step.asks, *step.tells))


def declared_conversion(declared: syntax.Enum | syntax.Table) -> Conversion:
    """The conversion that an enum or table is."""
    chosen = reads(declared)
    serving_new = {id(row) for row in chosen.old.values()}
    serving_old = {id(row) for row in chosen.new.values()}
    rows = tuple(
        (_cells(row.old), _cells(row.new), id(row) in serving_new, id(row) in serving_old) for row in declared.rows
    )
    is_open, joint = isinstance(declared, syntax.Enum) and declared.open, isinstance(declared, syntax.Table)
    rule = None if isinstance(declared, syntax.Table) or declared.rule is None else built_rule(declared.rule)
    return conversions.from_table(rows, name=declared.name, open=is_open, joint=joint, rule=rule)


def built_rule(rule: syntax.Conversion) -> Conversion:
    """The rule of an open enum for what it does not list. BadConversion where there is no such conversion."""
    conversions.discover(rule.name)
    for each in rule.args:
        if isinstance(each, syntax.Conversion) and (each.args or each.name in conversions.names()):
            raise BadConversion(f"`{rule.name}` takes another conversion", "its arguments are words or literals here")
    return conversions.build(rule.name, rule_arguments(rule))


def rule_arguments(rule: syntax.Conversion) -> tuple[Any, ...]:
    """Its arguments: literals, and words that the conversion knows."""
    return tuple(each.value if isinstance(each, syntax.LiteralArg) else each.name for each in rule.args)


def _cells(cells: tuple[syntax.Json, ...]) -> tuple[Any, ...]:
    return tuple(ABSENT if cell is syntax.ABSENT else cell for cell in cells)


class _Unknown(Exception):
    """A step that was reported, or leans on a table that was."""


@attrs.frozen
class Steps:
    """Resolves steps in a scope; what names nothing or cannot be built is reported."""

    scope: Scope
    findings: Findings

    def pipe(self, pipe: tuple[syntax.Conversion, ...]) -> tuple[Step, ...] | None:
        """The steps of a pipe, or None where one of them is unknown."""
        resolved = [self.step(step) for step in pipe]
        known = tuple(step for step in resolved if step is not None)
        return known if len(known) == len(resolved) else None

    def step(self, node: syntax.Conversion) -> Step | None:
        try:
            return self._step(node)
        except _Unknown:
            return None

    def _step(self, node: syntax.Conversion) -> Step:
        declared = self.scope.enums.get(node.name) or self.scope.tables.get(node.name)
        lookup = self.scope.lookups.get(node.name)
        if declared is not None or lookup is not None:
            if node.args:
                kind = "a lookup" if lookup is not None else "an enum" if node.name in self.scope.enums else "a table"
                self._refuse(node, f"`{node.name}` is {kind} and takes no arguments", f"write `{node.name}`")
            if lookup is not None:
                return _look(node, lookup)
            assert declared is not None
            return self._declared(node, declared)
        if node.name == "each" and len(node.args) != 0:
            return self._each(node)
        if node.name in HOLDERS and len(node.args) > 1:
            return self._holder(node)
        return _facts(node, self._build(node))

    def _declared(self, node: syntax.Conversion, declared: syntax.Enum | syntax.Table) -> Step:
        try:
            return attrs.evolve(self.scope.once(declared, _declared_facts), node=node)
        except ValueError:
            raise _Unknown from None  # its rows are wrong, which the pass over tables reports

    def _each(self, node: syntax.Conversion) -> Step:
        inner: list[Step] = []
        for argument in node.args:
            if not isinstance(argument, syntax.Conversion):
                self._refuse(argument, "`each` takes a step, not a literal", "write `each(integer)`")
            inner.append(self._step(argument))
        return Step(
            node,
            attrs.evolve(ARRAY, items=inner[0].old),
            attrs.evolve(ARRAY, items=inner[-1].new),
            frozenset.intersection(*(step.injective for step in inner)),
            asks=tuple(lookup for step in inner for lookup in step.asks),
            tells=tuple(lookup for step in inner for lookup in step.tells),
        )

    def _holder(self, node: syntax.Conversion) -> Step:
        """`ref(member, other, lookup)`: the value under `member`, what the lookup answers under `other`."""
        words = [argument for argument in node.args if isinstance(argument, syntax.Conversion) and not argument.args]
        if len(words) != len(node.args) or len(words) not in (2, 3):
            headline = f"`{node.name}` takes one or two member names, and a lookup"
            self._refuse(node, headline, f"write `{node.name}(name)` or `{node.name}(name, id, LOOKUP)`")
        if len(words) == 2:
            return Step(node, ANY, OBJECT, frozenset({"new"}))
        lookup = self.scope.lookups.get(words[2].name)
        if lookup is None:
            advice = suggestion(
                words[2].name, self.scope.lookups, f"declare it: `lookup {words[2].name} : string <-> string`"
            )
            self._refuse(words[2], f"there is no lookup `{words[2].name}`", advice, code="MAP101")
        return Step(node, Domain(lookup.old), OBJECT, frozenset({"new"}), tells=(lookup,))

    def _build(self, node: syntax.Conversion) -> Conversion:
        if not conversions.discover(node.name):
            known = (*conversions.names(), *self.scope.enums, *self.scope.tables, *self.scope.lookups)
            advice = suggestion(
                node.name, known, "declare it as an `enum`, `table` or `lookup`, or register it in Python"
            )
            headline = f"there is no conversion, enum, table or lookup `{node.name}`"
            self._refuse(node, headline, advice, code="MAP101")
        arguments = tuple(self._argument(node, argument) for argument in node.args)
        try:
            return conversions.build(node.name, arguments)
        except BadConversion as error:
            self._refuse(node, error.message, error.help or f"write `{conversions.usage(node.name)}`")

    def _argument(self, node: syntax.Conversion, argument: syntax.Conversion | syntax.LiteralArg) -> Any:
        if isinstance(argument, syntax.LiteralArg):
            return argument.value
        if argument.name in self.scope.lookups:
            advice = "lookups stand in a pipe, in `each(...)` and as the third argument of `ref(...)`"
            self._refuse(argument, f"`{node.name}` takes no lookup", advice)
        declared = self.scope.enums.get(argument.name) or self.scope.tables.get(argument.name)
        if declared is not None and not argument.args:
            try:
                return self.scope.once(declared, declared_conversion)
            except ValueError:
                raise _Unknown from None
        if argument.args or argument.name in conversions.names():
            return self._build(argument)
        return argument.name  # a member name, or a word that the conversion knows

    def _refuse(self, at: syntax.Node, headline: str, advice: str, code: str = "MAP301") -> NoReturn:
        self.findings.error(code, headline, at, "", help=advice)
        raise _Unknown


def _look(node: syntax.Conversion, lookup: syntax.Lookup) -> Step:
    # That answers are invertible on the keys met is what the laws assume.
    return Step(node, Domain(lookup.old), Domain(lookup.new), frozenset({"old", "new"}), asks=(lookup,))


def _facts(node: syntax.Conversion, built: Conversion) -> Step:
    ways = frozenset(to for to in ("old", "new") if built.way(to).injective)
    return Step(node, built.old, built.new, ways, built.old_places, built.new_places)


def _declared_facts(declared: syntax.Enum | syntax.Table) -> Step:
    """The facts of an enum or table, for any use of it. Of the values of its domains one of each kind is enough."""
    facts = _facts(syntax.Conversion(declared.name, span=declared.span), declared_conversion(declared))
    return attrs.evolve(facts, old=_in_short(facts.old), new=_in_short(facts.new))


def _in_short(domain: Domain) -> Domain:
    return attrs.evolve(domain, values=tuple({kinds(Domain("one_of", values=(v,))): v for v in domain.values}.values()))


def with_text(pipe: tuple[syntax.Conversion, ...], scope: Scope, side: str) -> tuple[syntax.Conversion, ...]:
    """A pipe from its text end on: a lookup of integers, numbers or booleans there is asked and answers in their text.

        csv | each(sag_by_name) | one_or_many    ->    csv | each(sag_by_name) | each(flip(integer)) | one_or_many

    What stands between the end and the lookup must take texts; a conversion that makes numbers gives what is needed.
    """
    for at, step in enumerate(pipe):
        inner = step.args[0] if step.name == "each" and step.args else step
        if isinstance(inner, syntax.Conversion) and inner.name in scope.lookups and not inner.args:
            domain = str(getattr(scope.lookups[inner.name], side))
            if domain not in TURNED:
                return pipe
            scalar = syntax.Conversion(domain, span=step.span)
            text = scalar if side == "old" else syntax.Conversion("flip", (scalar,), span=step.span)
            made = text if inner is step else syntax.Conversion("each", (text,), span=step.span)
            return (*pipe[:at], made, *pipe[at:])
        if not _takes_texts(step, scope, side):
            return pipe
    return pipe


def _takes_texts(step: syntax.Conversion, scope: Scope, side: str) -> bool:
    if step.args or step.name in scope.enums or step.name in scope.tables:
        return False
    try:
        built = conversions.build(step.name)
    except conversions.BadConversion:
        return False  # a name that nothing has is told where the pipe itself is read
    towards_lookup = built.new if side == "old" else built.old
    return towards_lookup.kind in ("any", "array", "string")
