"""Moves: one value through a pipe of conversions, lookups, lists and references."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

import attrs

from mapdsl.ir import Convert, ForEach, Look, Move, Reference, Step, TableData
from mapdsl.runtime import DROPPED, OWED, UNTRANSLATED

from .ast_nodes import (
    all_,
    any_,
    assign,
    attribute,
    call,
    compare,
    const,
    dict_,
    either,
    expr,
    if_,
    is_,
    is_not,
    literal,
    loop,
    name,
    not_,
    subscript,
    try_,
    tuple_,
    type_is,
    type_is_not,
)
from .emitter import Emitter
from .globals import conversion_of, expected_of, may_be_absent
from .scope import Root

__all__ = ["Pipe", "emit_move", "has_look", "may_end", "takes_null"]

_Then = Callable[[ast.expr], list[ast.stmt]]
_LEAVE_OUT = ("absent", "empty")  # policies under which a miss writes nothing


def has_look(steps: tuple[Step, ...]) -> bool:
    """Whether a pipe asks a lookup anywhere."""
    return any(
        isinstance(step, Look)
        or (isinstance(step, ForEach) and has_look(step.steps))
        or (isinstance(step, Reference) and step.look is not None and step.to == "new")
        for step in steps
    )


def takes_null(steps: tuple[Step, ...]) -> bool:
    """Whether null is a value to the first step of a pipe."""
    return bool(steps) and isinstance(steps[0], Convert) and conversion_of(steps[0]).takes_null


def may_end(steps: tuple[Step, ...]) -> bool:
    """Whether a pipe may give nothing: a lookup that missed, an absent cell of a table."""
    return any(_may_leave_out(step) for step in steps)


def _may_leave_out(step: Step) -> bool:
    return (isinstance(step, Look) and step.miss in _LEAVE_OUT) or (isinstance(step, Convert) and may_be_absent(step))


def emit_move(e: Emitter, op: Move) -> None:
    root = e.root(op.source)
    if root is None or (e.mode == "keys" and not has_look(op.pipe)):
        return
    if e.target_root(op.target) is None and e.mode != "keys":
        return
    if op.given:
        _emit_given(e, op, root)
        return
    present, value = e.presence(op.source, root)
    if not op.source.path and takes_null(op.pipe):
        present = None  # a body that is null is one: null is a value here
    if not op.pipe:
        written = e.write(op.target, value)
        if op.noted:
            images = _images(e.where(op.target, target=True), value)
            written += e.note(root.where(op.source.path), value, images)
        e.when(present, written)
        return
    with e.block() as body:
        local = value.id if isinstance(value, ast.Name) else e.fresh(op.source.path[-1])
        if not isinstance(value, ast.Name):
            e.emit(assign(local, value))
        if not _emit_indexed(e, op, local):
            pipe = Pipe(e, op.pipe, local, root.where(op.source.path), noted=op.noted)
            target = e.where(op.target, target=True)
            pipe.emit(
                lambda image: [*e.write(op.target, image), *pipe.notes(target, image)],
                lambda: [*pipe.notes(target, name("ABSENT")), *e.leave_out(op.target)],
            )
    e.when(present, body)


def _emit_given(e: Emitter, op: Move, root: Root) -> None:
    """A value restored from the request; owed where there is none."""
    local = e.fresh(op.source.path[-1] if op.source.path else "given")
    e.emit(assign(local, call("peek", name(root.raw), *map(const, op.source.path))))
    owed = []
    if op.source.root.startswith("request."):
        owed = e.loss(e.where(op.target, target=True), const(None), "needs request", OWED)
    otherwise = [if_(is_(name("asked"), const(None)), owed)] if owed else []
    e.emit(if_(is_not(name(local), name("ABSENT")), e.write(op.target, name(local)), otherwise))


def _emit_indexed(e: Emitter, op: Move, local: str) -> bool:
    """The common single steps, a closed table of texts or a lookup by text, by plain indexing."""
    if len(op.pipe) != 1 or e.mode == "keys" or op.noted:
        return False
    step = op.pipe[0]
    if isinstance(step, Look) and step.domain == "string" and step.miss == "error":
        found = subscript(name(e.table(step.lookup)), name(local))
        image: ast.expr = either(is_(name(local), const(None)), const(None), found)
        expected: ast.expr = call("missed", name(local), const(step.domain), const(step.lookup))
    elif isinstance(step, Convert) and step.table is not None:
        way = conversion_of(step).way(step.to)
        rows = e.globals.plain(step)
        if rows is None or (e.full and (step.table.open or not way.injective)):
            return False
        table = e.globals.table(step, rows)
        image, expected = subscript(name(table), name(local)), const(expected_of(way))
        if step.table.open:
            _emit_open(e, op, step, local, image)
            return True
    else:
        return False
    result = e.fresh(f"new_{local}")
    where = e.where(op.source)
    caught = tuple_([name("KeyError"), name("TypeError")])
    e.emit(
        try_(
            [assign(result, image)], caught, e.complaint(where, expected, name(local)), e.write(op.target, name(result))
        )
    )
    return True


def _unlisted(e: Emitter, step: Convert, local: str) -> ast.expr:
    """Whether neither column of an open table lists a text: then it passes."""
    return compare(name(local), ast.NotIn(), name(e.globals.texts(step)))


def _emit_open(e: Emitter, op: Move, step: Convert, local: str, image: ast.expr) -> None:
    """A table that passes what it does not list: by indexing, and by the conversion for the rest."""
    result = e.fresh(f"new_{local}")
    complaint = e.complaint(e.where(op.source), attribute(name("refused"), "expected"), name(local))
    passed: ast.expr = call(e.globals.function(step), name(local))
    if step.table is not None and step.table.rule is None:
        passed = either(all_([type_is(name(local), "str"), _unlisted(e, step, local)]), name(local), passed)
    unlisted = assign(result, passed)
    written = e.write(op.target, name(result))
    tried = try_([unlisted], name("Refused"), complaint, written, bound="refused")
    caught = tuple_([name("KeyError"), name("TypeError")])
    e.emit(try_([assign(result, image)], caught, [tried], e.write(op.target, name(result))))


def _images(target: ast.expr, image: ast.expr) -> ast.expr:
    return tuple_([tuple_([target, image])])


class Pipe:
    """Statements that run steps on a local, inside one `try`; what fits goes to a continuation, the rest is a problem.

    `where` and the local are what problems and losses speak of; `refused` are statements for when a step refuses.
    `noted`: the value is noted whether or not a step brings it back.
    """

    def __init__(
        self,
        e: Emitter,
        steps: tuple[Step, ...],
        local: str,
        where: ast.expr,
        refused: Sequence[ast.stmt] = (),
        noted: bool = False,
    ) -> None:
        self.e = e
        self.steps = steps
        self.local = local
        self.where = where
        self.refused = refused
        self.noted = noted
        self.inexact: str | None = None
        self.maybe_absent = False

    def emit(self, then: _Then, nothing: Callable[[], list[ast.stmt]] = list) -> None:
        """Write the pipe; `then(image)` gives the statements for what came out, `nothing()` those for ABSENT."""
        e = self.e
        with e.block() as body:
            result = self.run(self.steps, self.local, _Subject(self.where, self.local, whole=True))
        if self.inexact is not None:
            e.emit(assign(self.inexact, const(False)))
        complaint = [*e.complaint(self.where, attribute(name("refused"), "expected"), name(self.local)), *self.refused]
        after = then(name(result))
        if self.maybe_absent and after:
            after = [if_(is_not(name(result), name("ABSENT")), after, nothing())]
        e.emit(try_(body or [ast.Pass()], name("Refused"), complaint or [ast.Pass()], after, bound="refused"))

    def notes(self, target: ast.expr, image: ast.expr) -> list[ast.stmt]:
        """What residue keeps where a step did not bring the value back."""
        if not self.e.full or not (self.noted or self.inexact is not None):
            return []
        note = self.e.note(self.where, name(self.local), _images(target, image))
        return note if self.noted or self.inexact is None else [if_(name(self.inexact), note)]

    def run(self, steps: tuple[Step, ...], local: str, subject: _Subject) -> str:
        """Emit the steps; the local that holds the result."""
        for number, step in enumerate(steps, start=1):
            if isinstance(step, Convert):
                local = self._convert(step, local, subject)
            elif isinstance(step, Look):
                local = self._look(step, local, subject)
                if self.e.mode == "keys":
                    return local
            elif isinstance(step, ForEach):
                local = self._for_each(step, local, subject)
            else:
                local = self._reference(step, local, subject)
            subject = attrs.evolve(subject, whole=False)
            if _may_leave_out(step):
                self.maybe_absent = True
                if steps[number:]:
                    return self._unless_absent(steps[number:], local, subject)
        return local

    def _unless_absent(self, steps: tuple[Step, ...], local: str, subject: _Subject) -> str:
        """A missed lookup or an absent cell that leaves the value out ends the pipe: the steps behind it see values."""
        e = self.e
        result = self._next(local)
        e.emit(assign(result, name("ABSENT")))
        with e.block() as body:
            image = self.run(steps, local, subject)
            e.emit(assign(result, name(image)))
        e.emit(if_(is_not(name(local), name("ABSENT")), body))
        return result

    def _next(self, local: str) -> str:
        return self.e.fresh(local if local.endswith("_value") else f"{local}_value")

    def _flag(self) -> str:
        if self.inexact is None:
            self.inexact = self.e.fresh("inexact")
        return self.inexact

    def _convert(self, step: Convert, local: str, subject: _Subject) -> str:
        e = self.e
        conversion = conversion_of(step)
        way = conversion.way(step.to)
        result = self._next(local)
        image: ast.expr = call(e.globals.function(step), name(local))
        if step.known_by:
            image = self._known_items(step, local, image)
        rows = e.globals.plain(step)
        if rows is not None and len(rows) > 1:
            table = name(e.globals.table(step, rows))
            text = type_is(name(local), "str")
            if step.table is not None and step.table.open and step.table.rule is None:
                image = either(all_([text, _unlisted(e, step, local)]), name(local), image)
            listed = all_([text, compare(name(local), ast.In(), table)])
            image = either(listed, subscript(table, name(local)), image)
        if not conversion.takes_null:
            image = either(is_(name(local), const(None)), const(None), image)
        e.emit(assign(result, image))
        if e.full and step.table is not None:
            self._beside_cells(step, step.table, local, subject)
        if e.full and not way.injective:
            back = name(e.globals.function(step, "back"))
            lost = subject.loss(e, way.lossy, UNTRANSLATED if way.passes else DROPPED)
            if lost and way.means is not None:
                means = name(e.globals.function(step, "means"))
                lost = [if_(not_(call("still_means", means, back, name(result), name(local))), lost)]
            brought = call("returns", back, name(result), name(local), const(conversion.takes_null))
            e.emit(if_(not_(brought), [*lost, assign(self._flag(), const(True))]))
        if e.full and way.untranslated is not None:
            stays = call("stays", name(e.globals.function(step, "untranslated")), name(local))
            e.emit(if_(stays, subject.loss(e, way.stays, UNTRANSLATED)))
        if e.full and way.passes_unlisted:
            unlisted = call("unlisted", name(local), name(e.globals.listed(step)))
            e.emit(if_(unlisted, subject.loss(e, "unlisted value", UNTRANSLATED)))
        return result

    def _beside_cells(self, step: Convert, table: TableData, local: str, subject: _Subject) -> None:
        """Members of an object that no cell of the table speaks of."""
        e = self.e
        spoken = next(iter(table.members["old" if step.to == "new" else "new"]), None)
        if spoken is None:
            return
        names, reason = [const(member) for member in sorted(spoken)], f"no place in the {step.to} API"
        told = subject.loss(e, reason)
        if subject.whole:
            tree = dict_((member, const(None)) for member in names)
            facts = [subject.where, name(local), tree, const(reason), const(True), const(False)]
            told = [expr(call("lose_members", name("log"), const(e.rule), *facts))]
        e.emit(if_(call("more_than", name(local), *names), [*told, assign(self._flag(), const(True))]))

    def _known_items(self, step: Convert, local: str, plainly: ast.expr) -> ast.expr:
        """The items of a text as the lookup knows them, the keys that this needs, or the text of items."""
        e = self.e
        if conversion_of(step).way(step.to).spans is None:
            if e.mode == "keys":
                return plainly
            uses = [name(e.globals.function(step, use)) for use in ("run", "joins")]
            spans = name(e.globals.function(attrs.evolve(step, to="old" if step.to == "new" else "new"), "spans"))
            if not e.full:
                known = name(e.back_table(step.known_by))
                return call("write_known", const(step.known_by), *uses, spans, name(local), known)
            at = [const(e.rule), self.where, name(self.local)]
            return call("write_items", name("log"), *at, const(step.known_by), *uses, spans, name(local))
        facts = [name(e.globals.function(step, "spans")), name(local)]
        if e.mode == "keys":
            return call("ask_items", name("asked_keys"), const(step.known_by), *facts)
        return call("known_items", *facts, name(e.table(step.known_by)))

    def _look(self, step: Look, local: str, subject: _Subject) -> str:
        e = self.e
        if e.mode == "keys":
            e.emit(expr(call("ask", name("asked_keys"), const(step.lookup), name(local), const(step.domain))))
            return local
        result = self._next(local)
        facts = [name(e.table(step.lookup)), name(local), const(step.domain), const(step.lookup)]
        null = is_(name(local), const(None))
        if step.miss in ("error", "reject"):
            e.emit(assign(result, either(null, const(None), call("look_or_refuse", *facts, const(step.text)))))
            return result
        e.emit(assign(result, either(null, const(None), call("look", *facts))))
        instead: ast.expr = name(local)
        if step.miss == "use":
            instead = literal(step.default)
        elif step.miss in _LEAVE_OUT:
            instead = name("ABSENT")
        kind = UNTRANSLATED if step.miss == "pass" else DROPPED
        told = [*subject.loss(e, "lookup miss", kind), assign(self._flag(), const(True))] if e.full else []
        e.emit(if_(is_(name(result), name("MISSED")), [*told, assign(result, instead)]))
        return result

    def _reference(self, step: Reference, local: str, subject: _Subject) -> str:
        e = self.e
        null = is_(name(local), const(None))
        if step.to == "old":
            result = self._next(local)
            facts = [name(local), const(step.member)]
            if step.look is not None:
                facts += [const(step.look.domain), const(step.look.lookup)]
            e.emit(assign(result, either(null, const(None), call("member_of", *facts))))
            if e.full:
                self._left_behind(step, local, subject)
            return result
        if step.look is not None and e.mode == "keys":
            return self._look(step.look, local, subject)
        result = self._next(local)
        if step.look is None:
            e.emit(assign(result, either(null, const(None), ast.Dict([const(step.member)], [name(local)]))))
            return result
        facts = [name(e.table(step.look.lookup)), name(local), const(step.look.domain), const(step.look.lookup)]
        strict = step.look.miss in ("error", "reject")
        answer: ast.expr = call("look_or_refuse", *facts, const(step.look.text)) if strict else call("look", *facts)
        default = literal(step.look.default) if step.look.miss == "use" else name("MISSED")
        told = [] if strict else subject.loss(e, "lookup miss", UNTRANSLATED)
        if told:
            found = e.fresh("answer")
            missed = if_(is_(name(found), name("MISSED")), told)
            e.emit(assign(found, either(null, const(None), answer)), missed)
            answer = name(found)
        made = call("reference", const(step.member), const(step.other), name(local), answer, default)
        e.emit(assign(result, either(null, const(None), made)))
        return result

    def _left_behind(self, step: Reference, local: str, subject: _Subject) -> None:
        """Members of the object that the scalar does not carry."""
        e = self.e
        reason = f"no place in the {step.side} API"
        spared = [const(m) for m in (step.member, step.other) if m is not None]
        if subject.whole:
            tree = dict_((member, const(None)) for member in spared)
            facts = [subject.where, name(local), tree, const(reason), const(True), const(False)]
            e.emit(expr(call("lose_members", name("log"), const(e.rule), *facts)))
        else:
            e.emit(if_(call("more_than", name(local), *spared), subject.loss(e, reason)))
        if step.look is not None and step.other is not None:
            at, seen = subject.where, name(subject.local)
            if subject.whole:
                at, seen = ast.BinOp(at, ast.Add(), tuple_([const(step.other)])), name("ABSENT")
            default = literal(step.look.default) if step.look.miss == "use" else name("ABSENT")
            names = tuple_([const(step.member), const(step.other)])
            facts = [at, name(local), seen, names, const(step.look.lookup), default, const(reason)]
            e.emit(expr(call("left_to_lookup", name("log"), const(e.rule), *facts)))
        other: ast.expr = call("more_than", name(local), const(step.member))
        if step.other is not None:  # without it, the way home asks the lookup and writes it
            other = is_not(name(local), const(None))
        else:  # {member: null} comes back as null
            null_member = is_(call("peek", name(local), const(step.member)), const(None))
            other = any_([other, all_([is_not(name(local), const(None)), null_member])])
        e.emit(if_(other, [assign(self._flag(), const(True))]))

    def _for_each(self, step: ForEach, local: str, subject: _Subject) -> str:
        """Each item of a list; every item is tried, problems stand at the item where the list is the document's own."""
        e = self.e
        item, index = e.fresh(f"{local}_item"), e.fresh(f"{local}_i")
        inner = subject
        if subject.whole:
            inner = _Subject(ast.BinOp(subject.where, ast.Add(), tuple_([name(index)])), item, whole=True)
        before, self.maybe_absent = self.maybe_absent, False
        with e.block() as body:
            image = self.run(step.steps, item, inner)
        if e.mode == "keys" and has_look(step.steps):
            guarded = try_(body or [ast.Pass()], name("Refused"), [ast.Pass()], [])
            e.emit(if_(type_is(name(local), "list"), [loop(ast.Name(item, ast.Store()), name(local), [guarded])]))
            return local
        result, failed = e.fresh(f"{local}_items"), e.fresh("failed")
        kept: list[ast.stmt] = [expr(call(attribute(name(result), "append"), name(image)))]
        if self.maybe_absent:
            told = not any(isinstance(inner, Convert) and _may_leave_out(inner) for inner in step.steps)
            lacking = [] if told or not e.full else [assign(self._flag(), const(True))]  # a lookup tells of it itself
            kept = [if_(is_not(name(image), name("ABSENT")), kept, lacking)]
        self.maybe_absent = before
        complaint = e.complaint(inner.where, attribute(name("refused"), "expected"), name(inner.local))
        refused = [*complaint, assign(failed, const(True))]
        guarded = try_(body or [ast.Pass()], name("Refused"), refused, kept, bound="refused")
        pair = ast.Tuple([ast.Name(index, ast.Store()), ast.Name(item, ast.Store())], ast.Store())
        filled = [
            if_(type_is_not(name(local), "list"), [expr(call("refuse", const("a list")))]),
            assign(result, ast.List([], ast.Load())),
            assign(failed, const(False)),
            loop(pair, call("enumerate", name(local)), [guarded]),
            if_(name(failed), [expr(call("refuse_recorded"))]),
        ]
        e.emit(if_(is_(name(local), const(None)), [assign(result, const(None))], filled))
        return result


@attrs.frozen
class _Subject:
    """What reports speak of: a place and the local with its value. `whole`: no step has changed the value yet."""

    where: ast.expr
    local: str
    whole: bool

    def loss(self, e: Emitter, reason: str, kind: str = DROPPED) -> list[ast.stmt]:
        return e.loss(self.where, name(self.local), reason, kind) if reason else []
