"""The slow, obvious interpreter of one Mapping: what the operations mean, one method each.

It is the oracle for generated code. The two share the conversions and nothing else: paths, orders, losses and
notes are worked out here again, from the texts in ir/ops.py and docs/internals/ir.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import attrs

from mapdsl import ir
from mapdsl.conversions import ABSENT, same
from mapdsl.errors import Problem, RuleRef
from mapdsl.paths import find
from mapdsl.runtime import GUESSED, OWED, UNTRANSLATED, Claim, Loss, Note, Parts, Recorder, RequestPair, Written

from .findings import Findings, Stop
from .guards import holds, outcome_of
from .joins import Meeting
from .pipes import Flow, Known, Pipes
from .places import Frame, Slot, View, Wrong, copied, open_frame
from .rest import keep, lose_members, with_branches

__all__ = ["Outcome", "keys", "run"]

Answers = Mapping[str, Mapping[Any, Any]]
Hook = Callable[[tuple[Any, ...]], None]


@attrs.frozen
class Outcome:
    """What one translation gave. With problems, `target` is what a lenient caller would get."""

    target: Parts
    problems: tuple[Problem, ...]
    lost: tuple[Loss, ...]
    notes: tuple[Note, ...]
    claims: tuple[tuple[tuple[str | int, ...], Any, Claim], ...] = ()
    written: tuple[Written, ...] = ()


def run(
    mapping: ir.Mapping,
    source: Parts,
    answers: Answers | None = None,
    asked: RequestPair | None = None,
    hook: Hook | None = None,
    *,
    known: Known | None = None,
    log: Recorder | None = None,
) -> Outcome:
    """Translate one message. `hook` is told what is reached: ("rule", n), ("case", n), ("row", table, to, n) ...

    `known` keeps what was worked out in an earlier run of the mapping. A `log` hears all that was found, unordered.
    """
    known = known or Known()
    findings = Findings(_rules(mapping, known), hook)
    frame = open_frame(source, asked, mapping.item)
    whole = ir.spoken_for(mapping.ops)
    if isinstance(source.body, dict) and not whole and not _touches(mapping.ops, ir.Place("body"), known)[1]:
        frame.targets["body"].value = {}
    if mapping.item == "target" and not _touches(mapping.ops, ir.Place("item"), known)[1]:
        frame.targets["item"].value = {}
    _look_at_item(mapping, frame, findings)
    pipes = Pipes(findings, answers or {}, None, known)
    _Interpreter(mapping.to, findings, pipes, asked).run(mapping.ops, frame)
    if log is not None:
        findings.tell(log)
    return Outcome(
        _parts(frame),
        findings.problems(),
        findings.lost(),
        tuple(findings.notes),
        findings.claims(),
        findings.written(),
    )


def keys(
    mapping: ir.Mapping, source: Parts, asked: RequestPair | None = None, *, known: Known | None = None
) -> dict[str, dict[Any, None]]:
    """The keys that the mapping needs answers for, by lookup, as they are met; no lookup without keys."""
    known = known or Known()
    findings = Findings(_rules(mapping, known))
    asking: dict[str, dict[Any, None]] = {}
    pipes = Pipes(findings, {}, asking, known)
    frame = open_frame(source, asked, mapping.item)
    _look_at_item(mapping, frame, findings)
    _Interpreter(mapping.to, findings, pipes, asked).run(mapping.ops, frame)
    return asking


def _look_at_item(mapping: ir.Mapping, frame: Frame, findings: Findings) -> None:
    """Tell of an item of a fan or gather that is no object, where members of it are named; it counts as absent."""
    if mapping.item != "source" or not _names_members(mapping.ops):
        return
    item = frame.sources["item"]
    if not isinstance(item.value, dict):
        findings.problem(mapping.item_rule, item.where, "an object", item.value)
        frame.sources["item"] = View({}, item.where)


def _names_members(ops: tuple[ir.Op, ...]) -> bool:
    """Whether anything outside of an Each reads a member of the item."""
    for op in ops:
        if isinstance(op, ir.Choose):
            guards = [guard for alternative in op.alternatives for guard in alternative.guards]
            inner = [op.ops, *(alternative.ops for alternative in op.alternatives)]
            if any(guard.place.root == "item" and guard.place.path for guard in guards) or any(
                map(_names_members, inner)
            ):
                return True
        if isinstance(op, ir.Keep) and op.source.root == "item" and op.named.members:
            return True
        moves = op.moves if isinstance(op, ir.Combine) else (op,)
        read = [place for each in moves for place in (*getattr(each, "sources", ()), getattr(each, "source", None))]
        if any(isinstance(place, ir.Place) and place.root == "item" and place.path for place in read):
            return True
    return False


def _rules(mapping: ir.Mapping, known: Known) -> tuple[RuleRef, ...]:
    if "rules" not in known.facts:
        known.facts["rules"] = tuple(RuleRef(info.file, info.line, info.text, info.says) for info in mapping.rules)
    rules: tuple[RuleRef, ...] = known.facts["rules"]
    return rules


def _parts(frame: Frame) -> Parts:
    """The target as parts; a path, query or header without members is None."""
    made = {name: None if frame.targets[name].value is ABSENT else frame.targets[name].value for name in frame.targets}
    parts = Parts(made["body"], made["path"] or None, made["query"] or None, made["header"] or None, made["status"])
    parts.item = made.get("item")
    return parts


@attrs.frozen
class _Interpreter:
    to: str
    findings: Findings
    pipes: Pipes
    asked: RequestPair | None

    def run(self, ops: tuple[ir.Op, ...], frame: Frame) -> None:
        for op in ops:
            if isinstance(op, ir.Prune):
                self.prune(op, frame)
        for op in ops:
            if isinstance(op, ir.Keep):
                self._look_at_objects(op, frame.source(op.source))
        for op in ops:
            if not isinstance(op, ir.Prune):
                self._run_one(op, frame)

    def _run_one(self, op: ir.Op, frame: Frame) -> None:
        try:
            _OPERATIONS[type(op)](self, op, frame)
        except Stop:
            return
        except Wrong as wrong:
            self.findings.problem(op.rule, wrong.where, "an object", wrong.value)

    def _look_at_objects(self, op: ir.Keep, source: View) -> None:
        """Tell of everything on the way to a named place that is no object, before any operation runs."""
        for path, rule in op.objects:
            value = source.peek(path)
            if not (value is ABSENT or value is None or isinstance(value, dict)):
                self.findings.problem(rule, (*source.where, *path), "an object", value)

    # --- values from place to place --------------------------------------------------------------------------------

    def move(self, op: ir.Move, frame: Frame) -> None:
        if op.given:
            self._restore(op, frame)
            return
        value = frame.value(op.source, self.pipes.known.takes_null(op.pipe))
        if value is ABSENT:
            return
        self.findings.reach("rule", op.rule)
        flow = Flow(op.rule, frame.where(op.source), value)
        image = self.pipes.run(op.pipe, value, flow)
        self._put(frame, op.target, image)
        if image is ABSENT:
            frame.target(op.target).excused |= not op.target.path
        self.findings.settle(flow.rule, flow.losses)
        if op.noted or not flow.exact:
            self.findings.note(flow.where, value, ((frame.target_where(op.target), image),))

    def _restore(self, op: ir.Move, frame: Frame) -> None:
        """A value out of the request of the exchange: problems are told, what is inexact is not."""
        if self.asked is None and op.source.root.startswith("request."):
            self.findings.reach("owed", op.rule)
            self.findings.lose(op.rule, frame.target_where(op.target), None, "needs request", OWED)
            return
        value = frame.source(op.source).read(op.source.path)
        if value is not ABSENT:
            self.findings.reach("rule", op.rule)
            flow = Flow(op.rule, frame.where(op.source), value)
            self._put(frame, op.target, self.pipes.run(op.pipe, value, flow))

    def _put(self, frame: Frame, place: ir.Place, value: Any) -> None:
        if value is not ABSENT:
            frame.target(place).write(place.path, value)

    def join(self, op: ir.Join, frame: Frame) -> None:
        Meeting(self.findings, self.pipes).join(op, frame)

    def combine(self, op: ir.Combine, frame: Frame) -> None:
        Meeting(self.findings, self.pipes).combine(op, frame)

    # --- blocks ----------------------------------------------------------------------------------------------------

    def each(self, op: ir.Each, frame: Frame) -> None:
        value = frame.source(op.source).read(op.source.path)
        if value is ABSENT:
            return
        self.findings.reach("rule", op.rule)
        where, target_where = frame.where(op.source), frame.target_where(op.target)
        kind = list if op.kind == "list" else dict
        if value is None:
            self._put(frame, op.target, None)
        elif op.kind == "one":
            self._one(op, frame, View(value, where))
        elif op.kind == "object":
            standing = View(frame.target(op.target).value, ()).peek(op.target.path)
            made = self._item(op, frame, View(value, where), target_where, standing)
            self._put(frame, op.target, made)
        elif not isinstance(value, kind):
            self.findings.fail(op.rule, where, "a list" if op.kind == "list" else "an object", value)
        elif op.kind == "list":
            items: list[Any] = []
            for index, item in enumerate(value):
                made = self._item(op, frame, View(item, (*where, index)), (*target_where, len(items)))
                if made is not ABSENT:
                    items.append(made)
            self._put(frame, op.target, items)
        else:
            self._map(op, frame, View(value, where))

    def _one(self, op: ir.Each, frame: Frame, source: View) -> None:
        """The item of a list of one to new; to old, a list of the one item."""
        target_where = frame.target_where(op.target)
        if self.to == "old":
            made = self._item(op, frame, source, (*target_where, 0))
            self._put(frame, op.target, ABSENT if made is ABSENT else [made])
            return
        if not isinstance(source.value, list) or len(source.value) != 1:
            self.findings.fail(op.rule, source.where, "a list of one", source.value)
        (item,), where = source.value, (*source.where, 0)
        if item is None:
            whole = any(_touches(op.ops, ir.Place("item"), self.pipes.known))
            self.findings.fail(op.rule, where, "a value" if whole else "an object", None)
        self._put(frame, op.target, self._item(op, frame, View(item, where), target_where))

    def _map(self, op: ir.Each, frame: Frame, source: View) -> None:
        target_where = frame.target_where(op.target)
        members: dict[str, Any] = {}
        exact = True
        for name, member in source.value.items():
            flow = Flow(op.rule, (*source.where, name), name)
            try:
                image = self._named(op, flow, members)
            except Stop:
                continue
            self.findings.settle(flow.rule, flow.losses)
            exact = exact and flow.exact
            # While keys are collected, names that wait for an answer still lead to keys in their members.
            if image is not None or self.pipes.asking is not None:
                made = self._item(op, frame, View(member, flow.where), (*target_where, str(image)))
                if made is not ABSENT and image is not None:
                    members[image] = made
        self._put(frame, op.target, members)
        if not exact:
            self.findings.note(source.where, source.value, ((target_where, members),))

    def _named(self, op: ir.Each, flow: Flow, members: dict[str, Any]) -> str | None:
        """The new name of a member of a map, None where it is left out."""
        image = self.pipes.run(op.keys, flow.seen, flow)
        if image is ABSENT:
            return None
        if not isinstance(image, str):
            self.findings.fail(op.rule, flow.where, "a member name", flow.seen)
        if image in members:
            self.findings.fail(op.rule, flow.where, "a name of its own", flow.seen)
        return image

    def _item(
        self, op: ir.Each, frame: Frame, source: View, target_where: tuple[str | int, ...], standing: Any = ABSENT
    ) -> Any:
        """The new item, or ABSENT where there is none. An object that stands there takes what the block writes."""
        if source.value is None and not _takes_null(op.ops, self.pipes.known):
            return None
        reads, writes = _touches(op.ops, ir.Place("item"), self.pipes.known)
        # What the members of an object make is no use of a value that has none.
        if (
            not reads
            and (op.kind == "object" or not writes)
            and not (source.value is None or isinstance(source.value, dict))
        ):
            self.findings.problem(op.rule, source.where, "an object", source.value)
            return ABSENT
        new_item = Slot(target_where, ABSENT if writes else standing if isinstance(standing, dict) else {})
        before = self.findings.problem_count
        self.run(op.ops, frame.inside(source, new_item))
        silent = new_item.value is ABSENT and not new_item.excused and self.findings.problem_count == before
        if silent and op.kind != "object" and self.pipes.asking is None:
            self.findings.problem(op.rule, source.where, "an item that gives a value", source.value)
        return new_item.value

    def choose(self, op: ir.Choose, frame: Frame) -> None:
        at = frame.where(op.at)
        numbers = op.numbers if op.open else range(len(op.alternatives))
        for number, alternative in zip(numbers, op.alternatives, strict=True):
            guards = alternative.guards
            if guards and all(self._holds(guard, frame) for guard in guards):
                self.findings.reach("case", alternative.rule)
                frame.branches[op.rule] = number
                self._take(op, alternative, frame, at)
                return
        self.findings.reach("else", op.rule)
        if op.otherwise != "reject":
            frame.branches[op.rule] = -1
        if op.otherwise == "ops":
            self._run_within(op, op.ops, tuple(check for each in op.alternatives for check in each.checks), frame)
        elif op.otherwise == "reject":
            expected = op.text or "one of the cases to hold"
            self.findings.fail(op.rule, at, expected, _found_at(op, frame))

    def _holds(self, guard: ir.Guard, frame: Frame) -> bool:
        """A guard on a request that is not at hand holds: nothing is kept back that may have been asked for."""
        if self.asked is None and guard.place.root.startswith("request."):
            return True
        return holds(guard, frame.source(guard.place))

    def _take(self, op: ir.Choose, alternative: ir.Alternative, frame: Frame, at: tuple[str | int, ...]) -> None:
        value = _found_at(op, frame)
        self._run_within(op, alternative.ops, alternative.checks, frame, alternative)
        for check in alternative.checks if self.pipes.asking is None else ():
            slot = frame.target(check.place)
            if not holds(check, View(slot.value, slot.where)):
                self.findings.problem(alternative.rule, at, outcome_of(check), value)

    def _run_within(
        self,
        op: ir.Choose,
        ops: tuple[ir.Op, ...],
        checks: tuple[ir.Guard, ...],
        frame: Frame,
        case: ir.Alternative | None = None,
    ) -> None:
        """Run a branch, and write its literals; its notes hold while the other side makes the same choice."""
        mark = len(self.findings.notes)
        self.run(ops, frame)
        for place, literal in () if case is None else case.writes:
            self._put(frame, place, copied(literal.value))
        for place, literal, depth in () if case is None else case.fills:
            slot = frame.target(place)
            slot.value = _filled(slot.value, place.path, depth, literal.value)
        if op.cases:
            there = [guard.place.root for _, target in op.cases for guard in target]
            roots = dict.fromkeys(root for root in there if not root.startswith("request."))
            if roots:
                stand = tuple((root, frame.target_where(ir.Place(root))) for root in roots)
                self.findings.chose(mark, op.rule, stand)
            return
        chosen = dict.fromkeys((check.place, check.kind == "present") for check in checks if check.selection is None)
        when = []
        for place, anything in chosen:
            slot = frame.target(place)
            standing = ... if anything else View(slot.value, slot.where).peek(place.path)
            when.append((frame.target_where(place), standing))
        if when and ops:
            self.findings.within(mark, *when)

    # --- single fields ---------------------------------------------------------------------------------------------

    def write(self, op: ir.Write, frame: Frame) -> None:
        self.findings.reach("rule", op.rule)
        self._put(frame, op.target, copied(op.value.value))
        if op.assumed:
            where, value = frame.target_where(op.target), copied(op.value.value)
            self.findings.lose(op.rule, where, value, f"assumed: {op.assumed}", GUESSED)

    def lose(self, op: ir.Lose, frame: Frame) -> None:
        view = frame.source(op.source)
        value = view.peek(op.source.path)  # what is wrong on the way is told by the block
        where = frame.where(op.source)
        if isinstance(op.given, ir.Place):
            given = frame.source(op.given).peek(op.given.path)
        else:
            given = ABSENT if op.given is None else op.given.value
        under = tuple(frame.target_where(place) for place in op.under)
        if value is ABSENT:
            if under:
                self.findings.note(where, ABSENT, under=under)
            if given is not ABSENT:
                self.findings.reach("restored", op.rule)
                self.findings.note(_first_missing(view, op.source.path), ABSENT, given=given)
            return
        self.findings.reach("rule", op.rule)
        if op.bare and isinstance(value, dict):
            return
        if op.spare is not None and (not op.whole or value is None or isinstance(value, dict)):
            if op.whole or (value and isinstance(value, dict)):  # else a join reads what stands there
                lose_members(self.findings, op, value, where, op.spare)
        elif given is ABSENT or not same(value, given):
            if op.report:
                contradicts = op.against and given is not ABSENT and value is not None
                self.findings.lose(op.rule, where, value, op.against if contradicts else op.reason)
            self.findings.note(where, value, given=given, under=under)

    def refuse(self, op: ir.Refuse, frame: Frame) -> None:
        value = frame.source(op.source).read(op.source.path)
        if value is not ABSENT:
            self.findings.reach("rule", op.rule)
            if not op.filter or value not in ({}, []):
                self.findings.fail(op.rule, frame.where(op.source), op.text, value)
            self.findings.note(frame.where(op.source), value)

    def report(self, op: ir.Report, frame: Frame) -> None:
        value = frame.source(op.source).read(op.source.path)
        if value is not ABSENT:
            self.findings.reach("rule", op.rule)
            if op.target is not None:
                self._put(frame, op.target, value)
            self.findings.lose(op.rule, frame.where(op.source), value, op.reason, UNTRANSLATED)

    def prune(self, op: ir.Prune, frame: Frame) -> None:
        view = frame.source(op.root)
        if view.value is ABSENT:
            return
        hits: list[tuple[tuple[str | int, ...], Any]] = []
        for path, value in find(op.selector, view.value):
            if not any(path[: len(other)] == other for other, _ in hits):
                hits.append((path, value))
        for path, value in hits:
            self.findings.reach("rule", op.rule)
            self.findings.lose(op.rule, (*view.where, *path), value, op.reason)
            self.findings.note((*view.where, *path), value)
        frame.sources[op.root.root] = View(_without(view.value, [path for path, _ in hits]), view.where)

    def keep(self, op: ir.Keep, frame: Frame) -> None:
        source = frame.source(op.source)
        mark = len(self.findings.notes)
        target = frame.target(op.target)
        if op.open:
            op = with_branches(op, frame.branches)
            if target.value is ABSENT and op.place and isinstance(source.value, dict):
                target.value = {}  # a rule that was not taken would have written it as a whole
        keep(self.findings, op, source, target, self.to)
        for match in op.open:
            if match.roots:
                stand = tuple((root, frame.target_where(ir.Place(root))) for root in match.roots)
                places = tuple((*source.where, *path) for path in match.places)
                self.findings.chose_around(mark, match.match, stand, places)
        for path, number, roots in op.bound:
            stand = tuple((root, frame.target_where(ir.Place(root))) for root in roots)
            self.findings.chose(mark, number, stand, at=(*source.where, *path))

    def confirm(self, op: ir.Confirm, frame: Frame) -> None:
        taken = frame.branches.get(op.rule)
        if taken is None or self.pipes.asking is not None:
            return
        self.findings.reach("rule", op.rule)
        fulfilled = [bool(c.guards) and all(self._stands(g, frame) for g in c.guards) for c in op.cases]
        home = fulfilled.index(True) if True in fulfilled else -1
        case = op.cases[taken] if taken >= 0 else None
        if home == (taken if case is not None and case.guards else -1):
            return
        rule, at = op.rule if case is None else case.rule, frame.where(op.at)
        if case is not None and case.guards and not fulfilled[taken]:
            for guard, text in zip(case.guards, case.texts, strict=True):
                if not self._stands(guard, frame):
                    value = View(frame.target(guard.place).value, ()).peek(guard.place.path)
                    whole_body = value is ABSENT and guard.place == ir.Place("body")
                    self.findings.problem(rule, at, text, None if whole_body else value)
            return
        name = "no case" if case is None else case.name
        self.findings.problem(rule, at, op.cases[home].instead_of(name), _found_at(op, frame))

    def _stands(self, guard: ir.Guard, frame: Frame) -> bool:
        """Whether a guard holds on what was written."""
        slot = frame.target(guard.place)
        return holds(guard, View(slot.value, slot.where))


_OPERATIONS: dict[type, Callable[[_Interpreter, Any, Frame], None]] = {
    ir.Move: _Interpreter.move,
    ir.Join: _Interpreter.join,
    ir.Combine: _Interpreter.combine,
    ir.Each: _Interpreter.each,
    ir.Choose: _Interpreter.choose,
    ir.Confirm: _Interpreter.confirm,
    ir.Write: _Interpreter.write,
    ir.Lose: _Interpreter.lose,
    ir.Refuse: _Interpreter.refuse,
    ir.Report: _Interpreter.report,
    ir.Keep: _Interpreter.keep,
}


# --- small questions -----------------------------------------------------------------------------------------------


def _takes_null(ops: tuple[ir.Op, ...], known: Known) -> bool:
    """Whether null is a value to what takes the item itself: to a conversion, or to a guard of either side."""
    return any(_null_is_a_value(op, ir.Place("item"), known) for op in ops)


def _null_is_a_value(op: ir.Op, item: ir.Place, known: Known) -> bool:
    if isinstance(op, ir.Choose):
        guards = [guard for a in op.alternatives for guard in (*a.guards, *a.checks)]
        guards += [guard for _, target in op.cases for guard in target] if op.open else []
        if any(g.place == item and g.selection is None and g.kind != "not" and None in g.values for g in guards):
            return True
        if any(place == item and literal.value is None for a in op.alternatives for place, literal in a.writes):
            return True
        return any(_takes_null(branch, known) for branch in (op.ops, *(a.ops for a in op.alternatives)))
    if isinstance(op, ir.Join):
        return item in op.sources and known.conversion(op.convert).takes_null
    moves = op.moves if isinstance(op, ir.Combine) else (op,)
    return any(isinstance(m, ir.Move) and m.source == item and known.takes_null(m.pipe) for m in moves)


def _touches(ops: tuple[ir.Op, ...], root: ir.Place, known: Known) -> tuple[bool, bool]:
    """Whether an operation of a block reads, and whether one writes, a root itself and not a member of it."""
    key = (id(ops), root)
    if key not in known.facts:
        sides = [_whole_reads_and_writes(op, root, known) for op in ops]
        known.facts[key] = (any(reads for reads, _ in sides), any(writes for _, writes in sides))
    reads, writes = known.facts[key]
    return reads, writes


def _whole_reads_and_writes(op: ir.Op, root: ir.Place, known: Known) -> tuple[bool, bool]:
    if isinstance(op, ir.Choose):
        inner = [_touches(branch, root, known) for branch in (op.ops, *(a.ops for a in op.alternatives))]
        literal = any(place == root for a in op.alternatives for place, _ in a.writes)
        guards = (guard for a in op.alternatives for guard in a.guards)
        asked = any(guard.place == root and guard.selection is None for guard in guards)
        return asked or any(reads for reads, _ in inner), literal or any(writes for _, writes in inner)
    if isinstance(op, ir.Join):
        return root in op.sources, root in op.targets
    if isinstance(op, ir.Combine):
        return any(move.source == root for move in op.moves), op.target == root
    if isinstance(op, ir.Keep):
        return False, False
    return getattr(op, "source", None) == root, getattr(op, "target", None) == root


def _found_at(op: ir.Choose | ir.Confirm, frame: Frame) -> Any:
    """What stands where a choice is reported. No body and a null body cannot be told apart: null."""
    value = frame.source(op.at).peek(op.at.path)
    return None if value is ABSENT and op.at == ir.Place("body") else value


def _filled(value: Any, path: tuple[str, ...], depth: int, literal: Any) -> Any:
    """A copy of the value with a literal at the path, where nothing stands there and objects lead to it."""
    if not path:
        return copied(literal) if value is ABSENT else value
    if value is ABSENT and depth <= 0:
        value = {}
    if not isinstance(value, dict):
        return {path[0]: _filled(ABSENT, path[1:], depth - 1, literal)} if value is ABSENT else value
    return {**value, path[0]: _filled(value.get(path[0], ABSENT), path[1:], depth - 1, literal)}


def _first_missing(view: View, path: tuple[str, ...]) -> tuple[str | int, ...]:
    """The path of the first place on the way that is not there."""
    for length in range(len(path) + 1):
        if view.peek(path[:length]) is ABSENT:
            return (*view.where, *path[:length])
    return (*view.where, *path)


def _without(value: Any, paths: list[tuple[str | int, ...]]) -> Any:
    """A copy of the value that lacks what stands at the paths."""
    if not paths:
        return value
    gone = {path[0] for path in paths if len(path) == 1}
    below = {step: [path[1:] for path in paths if path[0] == step and len(path) > 1] for step in {p[0] for p in paths}}
    if isinstance(value, dict):
        return {k: _without(v, below.get(k, [])) for k, v in value.items() if k not in gone}
    return [_without(v, below.get(i, [])) for i, v in enumerate(value) if i not in gone]
