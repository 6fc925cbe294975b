"""Blocks in normal form: shapes included, crossings made explicit, `rest` inherited.

include person            name <-> full_name           (from `shape person`)
tags[] <-> labels[]   ->  Each list tags, labels { "" <-> "" }
o <-> p { x <-> y }       Each object o, p { x <-> y }
l <-> i : singleton { x <-> y }   Each one l, i { x <-> y }
drop tags[].old           ... stands inside the Each of tags

A large block of the same statements in the same frame is made once: the Eaches of all its places hold one NBlock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Set

import attrs

from mapdsl import syntax
from mapdsl.analysis.findings import Findings
from mapdsl.analysis.model import (
    NBlock,
    NCase,
    NDrop,
    NFan,
    NFilter,
    NGather,
    NGuard,
    NHole,
    NMatch,
    NRule,
    NStatement,
    Scope,
    Spot,
)
from mapdsl.diagnostics import Span
from mapdsl.paths import ITEMS, KEYS, Ref

from .drafts import Draft, EachDraft, Later
from .places import Crossed, Frame, Kind, cross
from .sharing import Weights

__all__ = ["Normaliser"]

Make = Callable[[Spot], NStatement]
_NO_PIPE = "convert inside the block, or leave it out; `singleton` alone may stand here: a list of one against its item"


@attrs.frozen
class _Deferred:
    """A statement about a place inside a list, until the rule that maps the list is known."""

    of: syntax.End
    crossed: Crossed
    sides: tuple[str, ...]
    make: Make


@attrs.frozen
class Normaliser:
    """Makes the normal form of blocks; what cannot stand where it does is reported and left out."""

    scope: Scope
    findings: Findings
    unfollowed: Set[Span]
    _weights: Weights = attrs.field(init=False)
    _shared: dict[tuple[object, ...], NBlock] = attrs.field(factory=dict, init=False)

    @_weights.default
    def _weigh(self) -> Weights:
        return Weights(self.scope.shapes, self.unfollowed)

    def block(self, statements: Iterable[syntax.Statement], frame: Frame) -> NBlock:
        draft = Draft(frame.rest)
        self._fill(draft, statements, frame)
        return draft.freeze()

    def shared(self, statements: Iterable[syntax.Statement], frame: Frame) -> NBlock:
        """The one block of these statements in this frame."""
        expanded = self.expand(statements)
        key = (frame, *map(id, expanded))
        if key not in self._shared:
            self._shared[key] = NBlock((), frame.rest)  # what a shape that includes itself finds: the names pass tells
            self._shared[key] = self.block(expanded, frame)
        return self._shared[key]

    def expand(self, statements: Iterable[syntax.Statement]) -> list[syntax.Statement]:
        """The statements with the included shapes in place; unknown shapes and what was found too
        deep or leading in circles are left out."""
        return list(self._expand(statements, {}))

    def guards(self, guards: Iterable[syntax.Guard], frame: Frame) -> tuple[NGuard, ...]:
        made = (self._guard(guard, frame) for guard in guards)
        return tuple(guard for guard in made if guard is not None)

    def fan(self, fan: syntax.Fan, rest: str) -> NFan | None:
        """A fan of a request block, whose items are a list as they stand or by its pipe."""
        of = self._list(fan.of, Frame("request", rest=rest), bool(fan.pipe))
        if of is None:
            return None
        body = self.block(fan.block.statements, Frame("request", rest=rest).inside(1, rest))
        return NFan(of, body, fan.pipe, fan.key, node=fan)

    def gather(self, gather: syntax.Gather, rest: str) -> NGather | None:
        """A gather of a response block; a failure block in it builds the items of failed calls."""
        of = self._list(gather.of, Frame("response", rest=rest), False)
        if of is None:
            return None
        frame = Frame("response", rest=rest).inside(1, rest)
        statements = self.expand(gather.block.statements)
        failures = [each for each in statements if isinstance(each, syntax.Failure)]
        for again in failures[1:]:
            self._twice("this gather has two `failure` blocks", again, failures[0])
        failure = None
        if failures:
            guards = self.guards(failures[0].guards, frame)
            failure = guards, self.block(failures[0].block.statements, frame)
        body = self.block([each for each in statements if not isinstance(each, syntax.Failure)], frame)
        return NGather(of, body, failure, node=gather)

    def _list(self, end: syntax.End, frame: Frame, made: bool) -> Spot | None:
        """The list that an end names: by one `[]` at its end, or (`made` by a pipe) by none."""
        crossed = cross(end, frame, self.findings)
        if crossed is None:
            return None
        if made and not crossed.kinds:
            return _run(crossed, -1)
        if not made and crossed.kinds == ("list",) and crossed.runs[-1] == ():
            return Spot(crossed.root, crossed.runs[0])
        advice = (
            "a pipe makes the list: leave out `[]`" if made else "name the list, with `[]` behind it: `recipients[]`"
        )
        self.findings.error("MAP430", f"`{end.ref}` is not one list", end, "", help=advice)
        return None

    def _expand(
        self, statements: Iterable[syntax.Statement], seen: dict[str, syntax.Include]
    ) -> Iterator[syntax.Statement]:
        for statement in statements:
            if statement.span in self.unfollowed:
                continue
            if not isinstance(statement, syntax.Include):
                yield statement
                continue
            shape = self.scope.shapes.get(statement.name)
            if shape is None:
                continue
            first = seen.setdefault(statement.name, statement)
            if first is not statement:
                self._twice(f"`{statement.name}` is included twice", statement, first)
                continue
            yield from self._expand(shape.block.statements, seen)

    def _fill(self, draft: Draft, statements: Iterable[syntax.Statement], frame: Frame) -> None:
        expanded = self.expand(statements)
        self._set_rest(draft, expanded)
        frame = attrs.evolve(frame, rest=draft.rest)
        deferred: list[_Deferred] = []
        for statement in expanded:
            self._add(draft, statement, frame, deferred)
        for later in deferred:
            self._settle(draft, later)

    def _set_rest(self, draft: Draft, statements: Iterable[syntax.Statement]) -> None:
        for statement in statements:
            if not isinstance(statement, syntax.Rest):
                continue
            if draft.said is not None and draft.said != statement:
                self._twice("this block says `rest` twice", statement, draft.said)
            else:
                draft.said = statement
                draft.rest = statement.policy

    def _add(self, draft: Draft, statement: syntax.Statement, frame: Frame, deferred: list[_Deferred]) -> None:
        match statement:
            case syntax.Rule():
                self._rule(draft, statement, frame)
            case syntax.Match():
                draft.add(self._match(statement, frame))
            case syntax.Drop() | syntax.Add():
                self._drop(draft, statement, frame, deferred)
            case syntax.Hole():
                self._hole(draft, statement, frame, deferred)
            case syntax.Filter():
                self._filter(draft, statement, frame)
            case syntax.Status() | syntax.Failure():
                word = "status" if isinstance(statement, syntax.Status) else "failure"
                advice = "write it in the endpoint, or directly in its `response` block"
                self.findings.error(
                    "MAP211", f"`{word}` cannot stand in this block", statement, "not here", help=advice
                )
            case syntax.Fan() | syntax.Gather():
                word = "fan" if isinstance(statement, syntax.Fan) else "gather"
                part = "request" if word == "fan" else "response"
                advice = f"write it directly in the endpoint's `{part}` block"
                self.findings.error(
                    "MAP211", f"`{word}` cannot stand in this block", statement, "not here", help=advice
                )
            case _:
                pass  # Rest and Include are done

    # --- rules -----------------------------------------------------------------------------------------------------

    def _rule(self, draft: Draft, rule: syntax.Rule, frame: Frame) -> None:
        olds = self._ends(rule.old, frame)
        news = self._ends(rule.new, frame)
        if olds is None or news is None or not self._same_nesting(rule, olds, news):
            return
        kinds = olds[0].kinds
        if not self._options_fit(rule, olds, news):
            return
        last = len(kinds) - 1
        single = bool(rule.pipe)  # of a block rule: a list of one against its item
        opens = rule.block is not None and not single and bool(kinds) and olds[0].runs[-1] == news[0].runs[-1] == ()
        keyed = max((i for i, kind in enumerate(kinds) if kind == "list"), default=-1)
        mapped = max((i for i, kind in enumerate(kinds) if kind == "map"), default=-1)
        body = draft
        for i, crossed in enumerate(kinds):
            made = EachDraft(
                crossed,
                _run(olds[0], i),
                rule.arrow,
                _run(news[0], i),
                rule,
                Draft(frame.rest),
                owned=opens and i == last,
                key=rule.key if i == keyed else None,
                keys=rule.keys if i == mapped else (),
            )
            body = body.each(made, self.findings).body
        old, new = tuple(_run(end, -1) for end in olds), tuple(_run(end, -1) for end in news)
        if rule.block is None:
            made_rule = NRule(old, rule.arrow, new, rule.pipe, rule.combine, rule.otherwise, node=rule)
            body.add(made_rule)
            return
        if not opens:
            kind: Kind = "one" if single else "object"
            made = EachDraft(kind, old[0], rule.arrow, new[0], rule, Draft(frame.rest), owned=True)
            body = body.each(made, self.findings).body
        inner = frame.inside(len(kinds) + (0 if opens else 1), body.rest)
        statements = rule.block.statements
        if body.is_new and self._weights.is_large(statements):
            body.later = Later(lambda: self.shared(statements, inner), lambda: self._fill(body, statements, inner))
            return
        body.open()
        self._fill(body, statements, inner)

    def _ends(self, end: syntax.End | syntax.TupleEnd, frame: Frame) -> list[Crossed] | None:
        ends = end.ends if isinstance(end, syntax.TupleEnd) else (end,)
        made = [cross(single, frame, self.findings) for single in ends]
        kept = [crossed for crossed in made if crossed is not None]
        return kept if len(kept) == len(made) else None

    def _same_nesting(self, rule: syntax.Rule, olds: list[Crossed], news: list[Crossed]) -> bool:
        for end, joint in ((rule.old, olds), (rule.new, news)):
            if len({(one.kinds, one.runs[:-1], one.root if one.kinds else "") for one in joint}) > 1:
                advice = "write a block rule for the list, and the joint rule inside it"
                self.findings.error("MAP213", "a joint end reaches into different lists", end, "", help=advice)
                return False
        if olds[0].kinds == news[0].kinds:
            return True
        self.findings.error(
            "MAP201",
            "the two ends are nested differently",
            rule.new,
            _nesting(news[0]),
            (rule.old, _nesting(olds[0])),
            help="both ends cross the same `[]` and `*` in the same order; unequal nesting is a conversion's work",
        )
        return False

    def _options_fit(self, rule: syntax.Rule, olds: list[Crossed], news: list[Crossed]) -> bool:
        wrong: list[tuple[str, str]] = []
        if rule.key is not None and "list" not in olds[0].kinds:
            wrong.append(
                ("`key` without a list", "`key` says how the items of a list are recognised: end both sides in `[]`")
            )
        if rule.keys and "map" not in olds[0].kinds:
            wrong.append(("`keys` without a `*`", "`keys` converts the names that `*` stands for"))
        if rule.block is not None:
            if rule.pipe and [step.name for step in rule.pipe] != ["singleton"]:
                wrong.append(("a block rule with a conversion", _NO_PIPE))
            if rule.combine is not None or rule.otherwise is not None:
                advice = "`combine` and `else` belong to rules that move one value: write them inside the block"
                wrong.append(("a block rule with an option of plain rules", advice))
            if len(olds) > 1 or len(news) > 1:
                wrong.append(("a block rule with a joint end", "a block maps one object or list to one other"))
        for headline, advice in wrong:
            self.findings.error("MAP211", headline, rule, "", help=advice)
        return not wrong

    # --- choices ---------------------------------------------------------------------------------------------------

    def _match(self, match: syntax.Match, frame: Frame) -> NMatch:
        is_open = match.word == "open"
        cases = []
        for case in match.cases:
            guards = self.guards(case.guards, frame)
            body, rest = self._branch(case.block, frame, is_open)
            if len(guards) == len(case.guards):  # with one missing, the others would mean something else
                cases.append(NCase(guards, body, rest, node=case))
        otherwise = match.otherwise
        if isinstance(otherwise, syntax.Block):
            body, rest = self._branch(otherwise, frame, is_open)
            return NMatch(tuple(cases), body, is_open, rest, node=match)
        return NMatch(tuple(cases), otherwise, is_open, node=match)

    def _branch(self, block: syntax.Block, frame: Frame, is_open: bool) -> tuple[NBlock, str]:
        """The block of a case or an `else`, and what it says itself of the rest of the block around."""
        draft = Draft(frame.rest)
        self._fill(draft, block.statements, frame)
        if draft.said is not None and not is_open:
            advice = "this case shares its fields with the block around it: write `rest` there, or `match open`"
            self.findings.error(
                "MAP211", "`rest` cannot stand in a case of a closed match", draft.said, "not here", help=advice
            )
        return draft.freeze(), draft.rest if draft.said is not None else ""

    def _guard(self, guard: syntax.Guard, frame: Frame) -> NGuard | None:
        if isinstance(guard.of, syntax.Selection):
            return NGuard(guard.side, guard.of.text, guard.test, node=guard)
        spot = self._single(guard.of, frame, "a guard")
        return None if spot is None else NGuard(guard.side, spot, guard.test, node=guard)

    def _single(self, end: syntax.End, frame: Frame, what: str) -> Spot | None:
        crossed = cross(end, frame, self.findings)
        if crossed is None:
            return None
        if crossed.kinds:
            advice = 'write it inside the block of that list, or use `select("...")` where a selection makes sense'
            self.findings.error("MAP212", f"{what} names one place, not each of many", end, "", help=advice)
            return None
        return _run(crossed, -1)

    # --- fields without a counterpart ------------------------------------------------------------------------------

    def _drop(self, draft: Draft, statement: syntax.Drop | syntax.Add, frame: Frame, deferred: list[_Deferred]) -> None:
        side = "old" if isinstance(statement, syntax.Drop) else "new"
        always = isinstance(statement, syntax.Add) and statement.always
        if isinstance(statement.of, syntax.Selection):
            draft.add(NDrop(side, statement.of.text, node=statement))
            return
        crossed = cross(statement.of, frame, self.findings)
        if crossed is None:
            return
        origin: syntax.LiteralArg | Spot | None = None
        if isinstance(statement.origin, syntax.End):
            origin = self._origin(statement.origin, frame, moved=bool(crossed.kinds))
            if origin is None:
                return
        else:
            origin = statement.origin

        def make(spot: Spot) -> NStatement:
            return NDrop(side, spot, origin, always, node=statement)

        self._place(draft, _Deferred(statement.of, crossed, (side,), make), deferred)

    def _origin(self, end: syntax.End, frame: Frame, *, moved: bool) -> Spot | None:
        """Where a value comes from, seen from inside the list that the statement is moved into."""
        if moved:
            frame = Frame(frame.part, max(frame.depth, 1), 2, frame.rest)
        return self._single(end, frame, "a value")

    def _hole(self, draft: Draft, hole: syntax.Hole, frame: Frame, deferred: list[_Deferred]) -> None:
        crossed = cross(hole.of, frame, self.findings)
        if crossed is None:
            return
        sides = ("old", "new") if hole.side is None else (hole.side,)
        # What passes stands under its name on the other side as well, and comes home from there.
        told = ("old", "new") if hole.policy.kind == "pass" else sides

        def make(spot: Spot) -> NStatement:
            return NHole(spot, told, hole.question, hole.policy, node=hole)

        self._place(draft, _Deferred(hole.of, crossed, sides, make), deferred)

    def _place(self, draft: Draft, made: _Deferred, deferred: list[_Deferred]) -> None:
        if made.crossed.kinds:
            deferred.append(made)
        else:
            draft.add(made.make(_run(made.crossed, -1)))

    def _settle(self, draft: Draft, later: _Deferred) -> None:
        for i, kind in enumerate(later.crossed.kinds):
            spot = _run(later.crossed, i)
            each = draft.find(kind, dict.fromkeys(later.sides, spot))
            if each is None:
                whole = _up_to(later.of.ref, i)
                listed = Ref(whole.root, (*whole.path, ITEMS if kind == "list" else KEYS))
                self.findings.error(
                    "MAP206",
                    f"no rule of this block maps `{listed}`",
                    later.of,
                    "inside of what stays as it is",
                    help=f"map it with a rule, or name the whole field: `{whole}`",
                )
                return
            draft = each.body
        draft.add(later.make(_run(later.crossed, -1)))

    def _filter(self, draft: Draft, statement: syntax.Filter, frame: Frame) -> None:
        if frame.part == "response":
            advice = "filters narrow a request: write it in the `query` or `request` block"
            self.findings.error("MAP211", "`filter` cannot stand in a response", statement, "not here", help=advice)
            return
        crossed = cross(statement.of, frame, self.findings)
        if crossed is not None:
            spot = Spot(crossed.root, crossed.runs[0])
            draft.add(NFilter(statement.side, spot, statement.policy, node=statement))

    def _twice(self, headline: str, again: syntax.Statement, first: syntax.Statement) -> None:
        advice = "take one of the two away"
        self.findings.error("MAP211", headline, again, "again", (first, "first said here"), help=advice)


def _run(crossed: Crossed, index: int) -> Spot:
    """The names between two crossings; behind the first one they are relative to the item."""
    inside = bool(crossed.kinds) and index != 0
    return Spot("" if inside else crossed.root, crossed.runs[index])


def _up_to(ref: Ref, crossing: int) -> Ref:
    """The path up to its crossing of that number, from 0."""
    markers = [place for place, step in enumerate(ref.path) if step is ITEMS or step is KEYS]
    return Ref(ref.root, ref.path[: markers[crossing]])


def _nesting(crossed: Crossed) -> str:
    if not crossed.kinds:
        return "crosses no list"
    return "crosses " + ", then ".join("`[]`" if kind == "list" else "`*`" for kind in crossed.kinds)
