"""Blocks in normal form -> operations of one direction.

old a <-> new b : enum      to new: Move a -> b (enum)        to old: Move b -> a (enum backwards)
drop agent                  to new: Lose agent                to old: nothing
add flag = true             to new: Write flag                to old: Lose flag, given true
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import Any

import attrs

from mapdsl import syntax
from mapdsl.analysis import NBlock, NCase, NDrop, NEach, NFilter, NGuard, NHole, NMatch, NRule, NStatement, Scope, Spot
from mapdsl.ir import (
    Alternative,
    Choose,
    Combine,
    Confirm,
    Convert,
    Each,
    Guard,
    Join,
    Keep,
    Literal,
    Look,
    Lose,
    Move,
    Names,
    Op,
    OpenMatch,
    Place,
    Prune,
    Refuse,
    Report,
    Taken,
    Write,
)
from mapdsl.paths import parse_selector

from .literals import Way, literals_of, sinks, way_in
from .names import Named, guarded, inner_paths, named_by, tree
from .open_matches import always_in, always_named, confirm, in_words, lost_literals, open_match, opened
from .pipes import cell, lower_pipe, rule_pipe
from .placed import Placed, placed_in
from .rules import RuleTable

__all__ = ["BlockLowering", "Said"]

SIDES = ("old", "new")

_CONTRADICTS = "contradicts the request"


@attrs.frozen
class BlockLowering:
    """Lowers the blocks of one part in one direction. `root` is what bare paths stand on: body, query or item; `old` is
    what those of the old side stand on, where that is something else."""

    rule_table: RuleTable
    scope: Scope
    part: str
    to: str
    root: str
    old: str = ""
    lifted: frozenset[int] = frozenset()  # rules of cases, by id(), that a block around combines with its own
    reaching: tuple[tuple[str, Spot], ...] = ()  # literals of cases and routes outside that go into this block, by side
    beside: tuple[tuple[str, tuple[NStatement, ...]], ...] = ()  # the other blocks of the message, with their roots
    within: frozenset[int] = frozenset()  # the matches around, by id(): a branch of each is being lowered

    @property
    def source(self) -> str:
        return "old" if self.to == "new" else "new"

    def root_of(self, side: str) -> str:
        return self.old or self.root if side == "old" else self.root

    @property
    def source_root(self) -> str:
        return self.root_of(self.source)

    def block(
        self, block: NBlock, extra: Iterable[Named] = (), extra_target: Iterable[Named] = (), rule: int = 0
    ) -> tuple[Op, ...]:
        """All operations of a block, what its rules do not name last. `extra` are names that others own."""
        ops = self.unconfirmed(block, extra, extra_target, rule)
        return (*ops, *self.confirms(block.statements))

    def confirms(self, statements: Iterable[NStatement]) -> Iterator[Confirm]:
        """The second looks at the open matches of a block, for when all of it is written."""
        for match in opened(statements):
            again = confirm(match, self.rule_table, Place(self.source_root), self.to, self.guard)
            if again is not None:
                yield again

    def unconfirmed(
        self, block: NBlock, extra: Iterable[Named] = (), extra_target: Iterable[Named] = (), rule: int = 0
    ) -> tuple[Op, ...]:
        """All operations of a block but those that look again at what it wrote."""
        # What is pruned goes first: nothing reads it, whatever the order of the text.
        ops = sorted(self.statements(block.statements, block), key=lambda op: not isinstance(op, Prune))
        keep = self.keep(block, tuple(ops), list(extra), list(extra_target), rule)
        if not keep.named.leaf:  # a rule owns the root itself: nothing is left over
            ops.append(keep)
        return tuple(ops)

    def statements(self, statements: tuple[NStatement, ...], around: NBlock) -> list[Op]:
        """Choices come last: what their cases say of the target is said of all that the rules write."""
        ordered = sorted(statements, key=lambda statement: isinstance(statement, NMatch))
        groups = self._across_cases(statements)
        meeting = frozenset(id(each.rule) for group in groups for each in group)
        return attrs.evolve(self, lifted=self.lifted | meeting)._all(tuple(ordered), around) + [
            self._combine(group) for group in groups
        ]

    def _all(self, statements: tuple[NStatement, ...], around: NBlock) -> list[Op]:
        ops: list[Op] = []
        done: set[int] = set()
        meeting = self._meeting(statements)
        for statement in statements:
            if id(statement) in done or id(statement) in self.lifted:
                continue
            if isinstance(statement, NRule):
                group = meeting.get(self._ends(statement)[1], []) if self._holds(statement) else []
                if len(group) > 1 and any(rule.combine for rule in group):
                    done |= {id(rule) for rule in group}
                    ops.append(self._combine([Placed(each) for each in group]))
                    continue
            ops += self.statement(statement, around)
        return ops

    def statement(self, statement: NStatement, around: NBlock) -> list[Op]:
        number = self.rule_table.number(statement)
        if isinstance(statement, NRule):
            return self._rule(statement, number, around)
        if isinstance(statement, NEach):
            return self._each(statement, number, around)
        if isinstance(statement, NMatch):
            return [self._match(statement, number, around)]
        if isinstance(statement, NDrop):
            return self._drop(statement, number)
        if isinstance(statement, NHole):
            return self._hole(statement, number)
        return self._filter(statement, number)

    # --- places ----------------------------------------------------------------------------------------------------

    def read(self, spot: Spot) -> Place:
        """A spot of the source as a place; `@request` means what the target's side sent."""
        return self.place(spot, self.source, self.to)

    def written(self, spot: Spot) -> Place:
        return self.place(spot, self.to, self.to)

    def place(self, spot: Spot, side: str, owner: str) -> Place:
        """A spot of a side as a place. `owner` is the side whose request `@request` means."""
        if spot.root.startswith("request."):
            return Place(f"request.{owner}.{spot.root.removeprefix('request.')}", spot.names)
        if spot.root == "header":
            return Place("header", tuple(name.lower() for name in spot.names))
        return Place(spot.root or self.root_of(side), spot.names)

    def _ends(self, rule: NRule | NEach) -> tuple[tuple[Spot, ...], tuple[Spot, ...]]:
        """What is read and what is written in this direction."""
        old = rule.old if isinstance(rule, NRule) else (rule.old,)
        new = rule.new if isinstance(rule, NRule) else (rule.new,)
        return (old, new) if self.to == "new" else (new, old)

    def _holds(self, statement: NRule | NEach) -> bool:
        return statement.arrow in ("<->", "->" if self.to == "new" else "<-")

    # --- rules -----------------------------------------------------------------------------------------------------

    def _meeting(self, statements: tuple[NStatement, ...]) -> dict[tuple[Spot, ...], list[NRule]]:
        """The rules that hold, by their targets: of several, a `combine` says that they may meet."""
        found: dict[tuple[Spot, ...], list[NRule]] = {}
        for rule in statements:
            if isinstance(rule, NRule) and self._holds(rule):
                found.setdefault(self._ends(rule)[1], []).append(rule)
        return found

    def _across_cases(self, statements: tuple[NStatement, ...]) -> list[list[Placed]]:
        """The rules of several cases, or of cases and those outside, that meet in one target, as the text has them."""
        found: dict[tuple[Spot, ...], list[Placed]] = {}
        for placed in placed_in(statements):
            if id(placed.rule) not in self.lifted and self._holds(placed.rule):
                found.setdefault(self._ends(placed.rule)[1], []).append(placed)
        return [
            group
            for group in found.values()
            if any(each.rule.combine for each in group)
            and any(one.meets(other) for one, other in itertools.combinations(_by_cases(group), 2))
        ]

    def _taken(self, case: tuple[NMatch, int | None]) -> Taken:
        match, number = case
        both = self._both_ways(match)
        return Taken(tuple(source for source, _ in both), number, self.rule_table.number(match), _roots_written(both))

    def _rule(self, rule: NRule, number: int, around: NBlock) -> list[Op]:
        sources, targets = self._ends(rule)
        if not self._holds(rule):
            return self._one_way(rule, number, around)
        if all(spot.root.startswith("request.") for spot in targets):
            given = self.place(targets[0], self.to, self.source)
            reason = "comes from the request"
            return [Lose(number, self.read(s), reason, given=given, against=_CONTRADICTS) for s in sources]
        if len(sources) > 1 or len(targets) > 1 or self._joint(rule):
            join = self._join(rule, number, sources, targets)
            return [join, *self._beside_cells(join)]
        return [self._move(rule, number)]

    def _joint(self, rule: NRule) -> bool:
        return len(rule.pipe) == 1 and rule.pipe[0].name in self.scope.tables

    def _move(self, rule: NRule, number: int) -> Move:
        (source, *_), (target, *_) = self._ends(rule)
        pipe = rule_pipe(rule, self.scope, self.to, self.root == "query")
        given = source.root.startswith("request.")
        noted = not given and self.rule_table.beaten(rule, self.to)
        return Move(number, self.read(source), self.written(target), pipe, given=given, noted=noted)

    def _join(self, rule: NRule, number: int, sources: tuple[Spot, ...], targets: tuple[Spot, ...]) -> Join:
        steps = lower_pipe(rule.pipe, self.scope, self.to, rule.otherwise)
        convert = next(step for step in steps if isinstance(step, Convert))
        partial = len(sources) > 1 and rule.otherwise is not None and rule.otherwise.kind == "residual"
        return Join(number, tuple(map(self.read, sources)), tuple(map(self.written, targets)), convert, partial)

    def _beside_cells(self, join: Join) -> list[Lose]:
        """Members of an object that no cell of the table speaks of."""
        if join.convert.table is None:
            return []
        losses = []
        members = join.convert.table.members["old" if self.to == "new" else "new"]
        for place, spoken in zip(join.sources, members, strict=False):
            if spoken is not None:
                spare = Names(tuple((name, Names((), leaf=True)) for name in sorted(spoken)))
                losses.append(Lose(join.rule, place, f"no place in the {self.to} API", spare=spare, whole=False))
        return losses

    def _combine(self, placed: list[Placed]) -> Combine:
        rules = [each.rule for each in placed]
        moves = tuple(
            attrs.evolve(
                self._move(each.rule, self.rule_table.number(each.rule)), taken=tuple(map(self._taken, each.cases))
            )
            for each in placed
        )
        two_way = next((i for i, rule in enumerate(rules) if rule.arrow == "<->"), 0)
        modes = tuple(rule.combine or "only_one" for rule in rules[1:])
        return Combine(moves[0].rule, moves[0].target, moves, modes, two_way=two_way)

    def _one_way(self, rule: NRule, number: int, around: NBlock) -> list[Op]:
        """The end that is read in vain: lost, unless another rule carries it."""
        sources, targets = self._ends(rule)
        carried = self.rule_table.once(
            around,
            f"carried to {self.to}",
            lambda: {spot for other in _rules(around) if self._holds(other) for spot in self._ends(other)[0]},
        )
        reason = "the rule does not hold this way"
        under = tuple(self.written(t) for t in targets if not t.root.startswith("request."))
        return [
            Lose(number, self.read(s), reason, under=under)
            for s in sources
            if s not in carried and not s.root.startswith("request.")
        ]

    # --- blocks ----------------------------------------------------------------------------------------------------

    def _each(self, each: NEach, number: int, around: NBlock) -> list[Op]:
        (source, *_), (target, *_) = self._ends(each)
        if not self._holds(each):
            under = (self.written(target),)
            return [Lose(number, self.read(source), "the rule does not hold this way", under=under)]
        reaching = tuple(self._reaching_into(each, around))
        key = id(each.body), self.to, reaching
        ops = self.rule_table.made.get(key)
        if ops is None:
            inner = attrs.evolve(self, root="item", old="", reaching=reaching, beside=())
            told = {side: [Named("", spot.names, owned=False) for at, spot in reaching if at == side] for side in SIDES}
            rule = self.rule_table.rest(each.body, number)
            ops = self.rule_table.made[key] = inner.block(each.body, told[self.source], told[self.to], rule=rule)
        keys = lower_pipe(each.keys, self.scope, self.to)
        return [Each(number, each.kind, self.read(source), self.written(target), ops, keys, each.key)]

    def _reaching_into(self, each: NEach, around: NBlock) -> Iterator[tuple[str, Spot]]:
        """The literals of cases and routes that go into an object block, as they are called in it."""
        if each.kind != "object":
            return
        told = self.rule_table.once(
            around, "literals", lambda: {side: list(literals_of(around.statements, side)) for side in SIDES}
        )
        for side, end in (("old", each.old), ("new", each.new)):
            own = self.root_of(side)
            for spot in (*(spot for at, spot in self.reaching if at == side), *told[side]):
                below = spot.names[len(end.names) :]
                if below and spot.names[: len(end.names)] == end.names and (spot.root or own) == (end.root or own):
                    yield side, Spot("", below)

    def _beside_blocks(self, around: NBlock) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The places of the source in objects of blocks that cases and routes speak of."""
        for each in around.statements:
            if isinstance(each, NEach):
                end = each.old if self.source == "old" else each.new
                for side, spot in self._reaching_into(each, around):
                    if side == self.source:
                        yield end.root or self.source_root, (*end.names, *spot.names)

    def _match(self, match: NMatch, number: int, around: NBlock) -> Choose:
        alternatives = []
        for case in match.cases:
            guards = tuple(self.guard(guard) for guard in case.guards if self._reads(guard))
            if guards:
                alternatives.append(self._alternative(case, guards, match, around))
        choose = Choose(
            number, tuple(alternatives), at=Place(self.source_root), cases=self._both_ways(match), open=match.open
        )
        if isinstance(match.otherwise, syntax.Policy) and match.otherwise.kind == "reject":
            return attrs.evolve(choose, otherwise="reject", text=str(match.otherwise.value or ""))
        if match.otherwise is None and self.part == "request":
            return attrs.evolve(choose, otherwise="reject", text=_cases(match, self.source))
        left: list[Op] = [*self._left(match, None, around)]
        if match.open and match.otherwise is None:
            left.append(Report(number, Place(self.source_root), None, "no case holds"))
        if isinstance(match.otherwise, NBlock):
            here = attrs.evolve(around, statements=(*around.statements, *match.otherwise.statements))
            left = [*self._in_branch(match, match.otherwise.statements, here), *left]
        return attrs.evolve(choose, otherwise="ops", ops=tuple(left))

    def _both_ways(self, match: NMatch) -> tuple[tuple[tuple[Guard, ...], tuple[Guard, ...]], ...]:
        """The guards of each case on the side that is read and on the side that is written."""
        return tuple(
            (
                tuple(self.guard(guard) for guard in case.guards if self._reads(guard)),
                tuple(self.guard(guard) for guard in case.guards if guard.reads_request or guard.side == self.to),
            )
            for case in match.cases
        )

    def _reads(self, guard: NGuard) -> bool:
        return guard.side == self.source or guard.reads_request

    def _alternative(self, case: NCase, guards: tuple[Guard, ...], match: NMatch, around: NBlock) -> Alternative:
        here = attrs.evolve(around, statements=(*around.statements, *case.body.statements))
        number = self.rule_table.number(case)
        said = Said(self, number)
        for guard in case.guards:
            if not self._reads(guard) and isinstance(guard.of, Spot):
                said.add(guard, [(self.root_of(self.to), here.statements)])
        alternative = said.alternative(
            guards, (*self._in_branch(match, case.body.statements, here), *self._left(match, case, around))
        )
        return attrs.evolve(alternative, checks=()) if match.open else alternative

    def _in_branch(self, match: NMatch, statements: tuple[NStatement, ...], here: NBlock) -> list[Op]:
        return attrs.evolve(self, within=self.within | {id(match)}).statements(statements, here)

    def guard(self, guard: NGuard) -> Guard:
        values = tuple(cell(value) for value in guard.test.values)
        if isinstance(guard.of, str):
            root = Place(self.root_of(guard.side))
            return Guard(root, guard.test.kind, values, selection=parse_selector(guard.of))
        return Guard(self.place(guard.of, guard.side, guard.side), guard.test.kind, values)

    def _left(self, match: NMatch, taken: NCase | None, around: NBlock) -> list[Lose]:
        """What other cases name and the taken one does not carry: named, hence lost.

        In an open match that is what no rest takes: literals that the way home does not write, and ends outside of what
        the block keeps.
        """
        live = self._live(taken, around, match)
        carried = self._carried(live)
        inner = self._of_inner_choices(taken, match)
        beside = set(self._beside_blocks(around))
        under = self._written_one_way(match)
        losses: dict[tuple[str, tuple[str, ...]], Lose] = {}
        for case, statement, named in self._named_in_branches(match, taken):
            key = (named.root or self.source_root, named.path)
            if match.open and not self._is_lost(case, taken, named):
                continue
            if key in losses or key in inner or key[0].startswith("request."):
                continue
            at_or_above = [k for k in carried if k[0] == key[0] and key[1][: len(k[1])] == k[1]]
            stays = key in beside and key not in at_or_above  # a block leaves it to the case
            if at_or_above and not stays and not self.sinks(key, live):
                continue
            below = [Named(*k, owned=True) for k in carried if k[0] == key[0] and k[1][: len(key[1])] == key[1]]
            only_read = not named.owned and (below or self._tells(case, taken, named))
            if only_read or self._told(taken, named):
                continue
            spare = _under(tree(below, key[0], self.source_root), key[1]) if below else None
            number, place, reason = (
                self.rule_table.number(statement),
                self.read(Spot(*key)),
                self._homeless(case, case if match.open else taken),
            )
            losses[key] = Lose(number, place, reason, spare=spare, under=() if spare else under)
        return [loss for key, loss in losses.items() if not self._covered(key, losses)]

    def _named_in_branches(self, match: NMatch, taken: NCase | None) -> Iterator[tuple[NCase | None, Any, Named]]:
        """What all cases name, and the `else` where it is not taken: the case, the statement and the name."""
        for case in match.cases:
            yield from ((case, statement, named) for statement, named in self._named_in(case))
        if taken is not None and isinstance(match.otherwise, NBlock):
            for inner in match.otherwise.statements:
                yield from ((None, statement, named) for statement, named in self._numbered(inner))

    def _written_one_way(self, match: NMatch) -> tuple[Place, ...]:
        """What the branches of a choice write by rules that hold this way alone.

        What guards read decides which of them run when the message comes again. What the choice left behind comes home
        while these still say what it chose.
        """
        rules = (placed.rule for placed in placed_in((match,)))
        spots = (spot for rule in rules if rule.arrow != "<->" and self._holds(rule) for spot in self._ends(rule)[1])
        return tuple(dict.fromkeys(map(self.written, spots)))

    def _homeless(self, case: NCase | None, taken: NCase | None) -> str:
        """Why a place of a case goes nowhere, of a closed match."""
        return f"no place in the {self.to} API" if case is taken else "belongs to a case that was not taken"

    def _is_lost(self, case: NCase | None, taken: NCase | None, named: Named) -> bool:
        """Whether what a branch of an open match names is no rest where a case is taken, and carried by nobody."""
        if case is taken and case is not None:
            literals = lost_literals(case, self.source, self.to)
            return any((name.root, name.path) == (named.root, named.path) for name in literals)
        return (named.root or self.source_root) not in {self.source_root, *(root for root, _ in self.beside)}

    def _of_inner_choices(self, taken: NCase | None, match: NMatch) -> set[tuple[str, tuple[str, ...]]]:
        """What the choices in the branch that is taken name: they tell of it themselves."""
        branch = taken.body if taken is not None else match.otherwise
        if not isinstance(branch, NBlock):
            return set()
        choices = [statement for statement in branch.statements if isinstance(statement, NMatch)]
        return {(n.root or self.source_root, n.path) for each in choices for n in named_by(each, self.source)}

    def _covered(self, key: tuple[str, tuple[str, ...]], losses: dict[tuple[str, tuple[str, ...]], Lose]) -> bool:
        return any(k != key and k[0] == key[0] and key[1][: len(k[1])] == k[1] for k in losses)

    def _named_in(self, case: NCase) -> list[tuple[Any, Named]]:
        found: list[tuple[Any, Named]] = [(case, named) for named in guarded(case.guards, self.source)]
        for statement in case.body.statements:
            found += self._numbered(statement)
        return found

    def _tells(self, case: NCase | None, taken: NCase | None, named: Named) -> bool:
        """Whether objects lie below a place that only guards read, which rules carry."""
        return any(
            n.path[: len(named.path)] == named.path and n.owned
            for c in (case, taken)
            if c
            for _, n in self._named_in(c)
        )

    def _told(self, taken: NCase | None, named: Named) -> bool:
        """Whether the taken case says what stands at a place: a literal, or nothing.

        The way back writes it again, if it can take the case.
        """
        if taken is None or not any(guard.side == self.to or guard.reads_request for guard in taken.guards):
            return False
        tests = [
            g.test.kind
            for g in taken.guards
            if g.side == self.source and isinstance(g.of, Spot) and (g.of.root, g.of.names) == (named.root, named.path)
        ]
        return any(kind in ("is", "absent") for kind in tests)

    def sinks(self, key: tuple[str, tuple[str, ...]], live: list[NStatement]) -> bool:
        """Whether a place of the source is a literal's in an object block that leaves it to the cases and routes."""
        own = self.source_root
        told = [*(spot for side, spot in self.reaching if side == self.source), *literals_of(live, self.source)]
        return any((spot.root or own, spot.names) == key for spot in told) and sinks(key, live, self.source, own)

    def _live(self, taken: NCase | None, around: NBlock, match: NMatch) -> list[NStatement]:
        """The statements that speak where a case is taken, or none; of a match around, those of its taken case."""
        statements: list[NStatement] = [s for s in around.statements if s is not match and id(s) not in self.within]
        if taken is not None:
            statements += taken.body.statements
        elif isinstance(match.otherwise, NBlock):
            statements += match.otherwise.statements
        return statements

    def _carried(self, live: list[NStatement]) -> set[tuple[str, tuple[str, ...]]]:
        return {
            (named.root or self.source_root, named.path)
            for statement in live
            for named in named_by(statement, self.source)
            if named.owned
        }

    # --- fields of one side ----------------------------------------------------------------------------------------

    def _drop(self, drop: NDrop, number: int) -> list[Op]:
        other = "new" if drop.side == "old" else "old"
        if isinstance(drop.of, str):
            if self.to != other:
                return []
            return [Prune(number, Place(self.source_root), parse_selector(drop.of), f"no place in the {other} API")]
        place = self.place(drop.of, drop.side, drop.side)
        origin = drop.origin
        if self.to == other:
            reason = f"no place in the {other} API"
            if isinstance(origin, Spot) and not origin.root.startswith("request."):
                # What the way home writes it from is what stands there in the end.
                return [Lose(number, place, reason, under=(self.place(origin, other, other),))]
            against = _CONTRADICTS if isinstance(origin, Spot) else ""
            return [Lose(number, place, reason, given=self._origin(origin, drop.side), against=against)]
        if isinstance(origin, syntax.LiteralArg):
            return [Write(number, place, Literal(cell(origin.value)), drop.node.assumed or "")]
        if isinstance(origin, Spot):
            return [Move(number, self.place(origin, drop.side, drop.side), place, given=True)]
        return []

    def _origin(self, origin: syntax.LiteralArg | Spot | None, side: str) -> Literal | Place | None:
        if isinstance(origin, syntax.LiteralArg):
            return Literal(cell(origin.value))
        return self.place(origin, side, side) if isinstance(origin, Spot) else None

    def _hole(self, hole: NHole, number: int) -> list[Op]:
        if self.source not in hole.sides:
            return []
        place, target = self.place(hole.of, self.source, self.source), self.place(hole.of, self.to, self.source)
        question = hole.question
        if hole.policy.kind == "pass":
            told = f"hole: {question}"
            if not hole.node.pipe:
                return [Report(number, place, target, told)]
            pipe = lower_pipe(hole.node.pipe, self.scope, self.to)
            return [Move(number, place, target, pipe), Report(number, place, None, told)]
        if hole.policy.kind == "ask":
            look = Look(f"{hole.of.names[-1] if hole.of.names else 'body'}", self.to, "any")
            return [Move(number, place, target, (look,))]
        return [Refuse(number, place, f"nothing here: {hole.policy.value or question}")]

    def _filter(self, filtered: NFilter, number: int) -> list[Op]:
        if self.source != filtered.side:
            return []
        place = self.place(filtered.of, filtered.side, filtered.side)
        if filtered.policy.kind == "ignore":
            return [Lose(number, place, "filter ignored")]
        if filtered.policy.kind == "residual":
            return [Lose(number, place, "applied to what comes back", report=False)]
        text = filtered.policy.value
        told = f"no such filter: {text}" if text else "no such filter"
        # An empty object of filters asks for nothing: it is a form.
        return [Refuse(number, place, told, filter=True)]

    # --- the rest --------------------------------------------------------------------------------------------------

    def keep(
        self, block: NBlock, ops: tuple[Op, ...], extra: list[Named], extra_target: list[Named], rule: int
    ) -> Keep:
        named, taken = always_in(block, self.source), always_in(block, self.to)
        source, target = self.source_root, self.root_of(self.to)
        source_tree = tree([*named, *extra], source, source)
        target_tree = tree([*taken, *extra_target], target, target)
        return Keep(
            rule,
            Place(source),
            Place(target),
            source_tree if not source_tree.leaf else Names((), leaf=True),
            Names() if target_tree.leaf else target_tree,
            policy=block.rest,
            place=not target_tree.leaf,
            query=self.root == "query",
            objects=self._objects(block, source_tree, extra, rule),
            bound=tuple(self._bound(block, source_tree, extra)),
            open=tuple(self._open(block)),
        )

    def _open(self, block: NBlock) -> Iterator[OpenMatch]:
        """The open matches of the message that name something below the roots of this block."""
        ways, roots = (self.source, self.to), (self.source_root, self.root_of(self.to))
        for bare, statements in ((roots, block.statements), *(((root, root), each) for root, each in self.beside)):
            for match in opened(statements):
                on_target = _roots_written(self._both_ways(match))
                found = open_match(match, self.rule_table.number(match), ways, roots, bare, on_target)
                if found is not None:
                    yield found

    def _bound(
        self, block: NBlock, names: Names, extra: list[Named]
    ) -> Iterator[tuple[tuple[str, ...], int, tuple[str, ...]]]:
        """The objects of the source that the cases of one `match` alone speak of members of."""
        if not any(isinstance(statement, NMatch) for statement in block.statements):
            return
        below: dict[tuple[str, ...], set[int]] = {}
        spoken = [(number, n) for number, s in enumerate(block.statements) for n in always_named((s,), self.source)]
        for number, named in (*spoken, *((-1, n) for n in extra)):
            if (named.root or self.source_root) == self.source_root:
                for length in range(1, len(named.path)):
                    below.setdefault(named.path[:length], set()).add(number)
        for path in inner_paths(names):
            (first, *others) = below.get(path, {-1})
            match = block.statements[first]
            if first < 0 or others or not isinstance(match, NMatch):
                continue
            roots = _roots_written(self._both_ways(match))
            if roots:
                yield path, self.rule_table.number(match), roots

    def _objects(
        self, block: NBlock, names: Names, extra: list[Named], rule: int
    ) -> tuple[tuple[tuple[str, ...], int], ...]:
        """The objects that named places lie in, with the first rule that names something in them."""
        first: dict[tuple[str, ...], int] = {}
        numbered = [(self.rule_table.number(s), n) for each in block.statements for s, n in self._numbered(each)]
        for number, named in (*numbered, *((rule, n) for n in extra)):
            if (named.root or self.source_root) == self.source_root:
                for length in range(len(named.path)):
                    path = named.path[:length]
                    first[path] = min(number, first.get(path, number))
        inner = inner_paths(names)
        if self.source_root == "body" and names.members:
            inner = [(), *inner]
        return tuple((path, first.get(path, rule)) for path in inner)

    def _numbered(self, statement: NStatement | NCase) -> list[tuple[Any, Named]]:
        """What a statement names, by the innermost statement of this block that names it."""
        if isinstance(statement, NMatch):
            found = [pair for case in statement.cases for pair in self._named_in(case)]
            if isinstance(statement.otherwise, NBlock):
                found += [pair for inner in statement.otherwise.statements for pair in self._numbered(inner)]
            return found
        return [(statement, named) for named in named_by(statement, self.source)]


def _roots_written(cases: tuple[tuple[tuple[Guard, ...], tuple[Guard, ...]], ...]) -> tuple[str, ...]:
    """The roots of the guards of a `match` on the side that is written."""
    roots = dict.fromkeys(guard.place.root for _, target in cases for guard in target)
    return tuple(root for root in roots if not root.startswith("request."))


def _by_cases(group: Iterable[Placed]) -> Iterable[Placed]:
    """One rule for each branch that some stand in."""
    return {tuple((id(match), number) for match, number in each.cases): each for each in group}.values()


@attrs.define
class Said:
    """What the guards of a case or route say of the target: literals to write, tests to make once the rules have run,
    and what is lost where a literal goes into an object that the source does not have."""

    lowering: BlockLowering
    rule: int
    writes: list[tuple[Place, Literal]] = attrs.field(factory=list)
    fills: list[tuple[Place, Literal, int]] = attrs.field(factory=list)
    checks: list[Guard] = attrs.field(factory=list)
    losses: list[Lose] = attrs.field(factory=list)

    def alternative(self, guards: tuple[Guard, ...], ops: Iterable[Op]) -> Alternative:
        writes, checks, fills = tuple(self.writes), tuple(self.checks), tuple(self.fills)
        return Alternative(self.rule, guards, writes, (*ops, *self.losses), checks, fills)

    def add(self, guard: NGuard, blocks: Iterable[tuple[str, Iterable[NStatement]]]) -> None:
        """`blocks`: the statements that write the target, with the root that their bare paths stand on."""
        lowering = self.lowering
        if guard.test.kind != "is" or not isinstance(guard.of, Spot):
            self.checks.append(lowering.guard(guard))
            return
        place, literal = lowering.written(guard.of), Literal(cell(guard.test.values[0]))
        ways = [way_in(guard.of, statements, lowering.to, own) for own, statements in blocks]
        way = next((way for way in ways if way.checked or way.blocks), Way())
        reason = f"no place in the {lowering.to} API"
        if not way.checked:
            self.writes.append((place, literal))
            for block, read in way.blocks:
                number = lowering.rule_table.number(block)
                self.losses.append(Lose(number, lowering.read(read), reason, given=Literal({}), bare=True))
            return
        self.checks.append(lowering.guard(guard))
        if way.inside is not None:
            read, depth = way.inside
            self.fills.append((place, literal, depth))
            self.losses.append(Lose(self.rule, lowering.read(read), reason, given=literal, report=False))


def _rules(block: NBlock) -> list[NRule | NEach]:
    return [s for s in block.statements if isinstance(s, (NRule, NEach))]


def _under(names: Names, path: tuple[str, ...]) -> Names:
    for step in path:
        names = dict(names.members).get(step, Names())
    return names


def _cases(match: NMatch, side: str) -> str:
    """What a message must be for some case to hold, in words."""
    texts = []
    for case in match.cases:
        guards = [g for g in case.guards if g.side == side or g.reads_request]
        texts.append(" and ".join(map(in_words, guards)))
    texts = [text for text in texts if text]
    return f"one of the cases to hold: {'; or '.join(texts)}" if texts else "one of the cases to hold"
