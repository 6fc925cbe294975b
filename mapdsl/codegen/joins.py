"""Several ends at once: Join (joint tables and conversions) and Combine (many sources, one target)."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from mapdsl.conversions import ABSENT, Refused
from mapdsl.ir import Combine, Join, Move, Place, Taken
from mapdsl.runtime import DROPPED, UNTRANSLATED

from .ast_nodes import (
    all_,
    any_,
    assign,
    attribute,
    call,
    const,
    either,
    expr,
    if_,
    is_,
    is_not,
    name,
    not_,
    subscript,
    try_,
    tuple_,
    type_is,
)
from .emitter import Emitter
from .globals import conversion_of
from .pipes import Pipe, has_look, may_end, takes_null

__all__ = ["emit_combine", "emit_join"]

_MANY = 8  # fields that meet in one: of more, what is there is kept in a local instead of being asked again


def _read(e: Emitter, place: Place, null: bool = False) -> str:
    """A local with the value at a place, or ABSENT; with `null`, a part that is null is a value."""
    root = e.root(place)
    local = e.fresh(place.path[-1] if place.path else "value")
    if root is None:
        e.emit(assign(local, name("ABSENT")))
    elif not place.path:
        whole = name(root.raw)
        value = (
            whole if place.root in ("item", "up") or null else either(is_(whole, const(None)), name("ABSENT"), whole)
        )
        e.emit(assign(local, value))
    else:
        parent = name(e.object(root, place.path[:-1]))
        e.emit(assign(local, call(attribute(parent, "get"), const(place.path[-1]), name("ABSENT"))))
        e.remember(root, place.path, local)
    return local


def _read_taken(e: Emitter, move: Move) -> str:
    """A local with the value of a move, or ABSENT: also where its rule stands in a case that is not taken.

    A wrong parent is told under the move's own rule.
    """
    e.rule = move.rule
    raw = _read(e, move.source, takes_null(move.pipe))
    if not move.taken:
        return raw
    local = e.fresh(f"{raw}_taken")
    e.emit(assign(local, either(all_([_takes(e, taken) for taken in move.taken]), name(raw), name("ABSENT"))))
    return local


def _takes(e: Emitter, taken: Taken) -> ast.expr:
    """Whether the source takes a case: it holds, and none before it does."""
    until = len(taken.cases) if taken.number is None else taken.number
    tests: list[ast.expr] = [
        not_(all_([e.holds(guard) for guard in guards])) for guards in taken.cases[:until] if guards
    ]
    if taken.number is not None:
        tests += [e.holds(guard) for guard in taken.cases[taken.number]] or [const(False)]
    return all_(tests) if tests else const(True)


def emit_join(e: Emitter, op: Join) -> None:
    unseen = all(e.root(place) is None for place in op.sources)
    if e.mode == "keys" or unseen or all(e.target_root(place) is None for place in op.targets):
        return
    join = _Join(e, op)
    conversion = join.conversion
    partly = [] if conversion.takes_absent else join.keep_aside() if op.partial else join.complain_of("ABSENT")
    with e.block() as body:
        join.convert()
    if conversion.takes_absent:
        joint = op.convert.table is not None and op.convert.table.joint
        e.emit(*(body if joint else [if_(join.any_there(), body)]))
        return
    every = all_([is_not(name(local), name("ABSENT")) for local in join.locals])
    if op.partial:
        e.emit(if_(every, body, partly))
        return
    e.emit(if_(every, body, [if_(join.any_there(), partly)] if len(join.locals) > 1 else []))


class _Join:
    """Writes one Join: the values in locals, the conversion on them, what comes out."""

    def __init__(self, e: Emitter, op: Join) -> None:
        self.e = e
        self.op = op
        self.conversion = conversion_of(op.convert)
        self.way = self.conversion.way(op.convert.to)
        self.locals = [_read(e, place, self.conversion.takes_null) for place in op.sources]
        self.key: ast.expr = name(self.locals[0])
        if len(self.locals) > 1:
            self.key = tuple_([name(local) for local in self.locals])
        self.images = [e.fresh(f"new_{place.path[-1]}" if place.path else "image") for place in op.targets]

    def any_there(self) -> ast.expr:
        return any_([is_not(name(local), name("ABSENT")) for local in self.locals])

    def complain_of(self, missing: str) -> list[ast.stmt]:
        """A problem at the first source that is ABSENT or None."""
        what = name("ABSENT") if missing == "ABSENT" else const(None)
        chain: list[ast.stmt] = []
        for place, local in reversed(list(zip(self.op.sources, self.locals, strict=True))):
            told = self.e.complaint(self.e.where(place), const("a value"), name(local))
            chain = [if_(is_(name(local), what), told, chain)]
        return chain

    def keep_aside(self) -> list[ast.stmt]:
        """A note of each source that is there."""
        noted = [
            self.e.note(self.e.where(p), name(v), tuple_([])) for p, v in zip(self.op.sources, self.locals, strict=True)
        ]
        return [
            if_(is_not(name(local), name("ABSENT")), note)
            for local, note in zip(self.locals, noted, strict=True)
            if note
        ]

    def refused(self) -> list[ast.stmt]:
        """A problem at the source that is at fault, or at the first one that is there; none where nothing is."""
        expected = attribute(name("refused"), "expected")
        kept = self.keep_nothing()
        if len(self.locals) == 1:
            told = self.e.complaint(self.e.where(self.op.sources[0]), expected, name(self.locals[0]))
            return [if_(self.any_there(), told, kept)] if self.conversion.takes_absent else told
        at = self.e.fresh("at")
        where = subscript(tuple_([self.e.where(place) for place in self.op.sources]), name(at))
        told = self.e.complaint(where, expected, subscript(self.key, name(at)))
        return [assign(at, call("blamed", name("refused"), self.key)), if_(is_not(name(at), const(None)), told, kept)]

    def keep_nothing(self) -> list[ast.stmt]:
        """Notes that nothing was there, where the way home makes something of nothing."""
        e, op = self.e, self.op
        if not e.full or self.way.injective or not self.conversion.takes_absent:
            return []
        try:
            back = self.conversion.way("old" if op.convert.to == "new" else "new")
            made = back.run(ABSENT if len(op.targets) == 1 else (ABSENT,) * len(op.targets))
        except Refused:
            return []
        home = (made,) if len(op.sources) == 1 else made
        seen = tuple_([tuple_([e.where(place, target=True), name("ABSENT")]) for place in op.targets])
        return [
            statement
            for place, local, cell in zip(op.sources, self.locals, home, strict=True)
            if cell is not ABSENT
            for statement in e.note(e.where(place), name(local), seen)
        ]

    def convert(self) -> None:
        e, op = self.e, self.op
        bind: ast.expr = ast.Name(self.images[0], ast.Store())
        if len(self.images) > 1:
            bind = ast.Tuple([ast.Name(image, ast.Store()) for image in self.images], ast.Store())
        indexed = e.globals.indexed(op.convert)
        run = ast.Assign([bind], call(e.globals.function(op.convert), self.key))
        checked: list[ast.stmt] = [
            try_([run], name("Refused"), self.refused(), self.after(self.maybe_absent), bound="refused")
        ]
        if not self.conversion.takes_null:
            joint = op.convert.table is not None and op.convert.table.joint
            checked = self.nulls(checked, checked if joint else self.complain_of("None"))
        if indexed is None:
            e.emit(*checked)
            return
        rows, guarded = indexed
        table = e.globals.table(op.convert, rows)
        found = ast.Assign([bind], subscript(name(table), self.index(guarded)))
        caught = tuple_([name("KeyError"), name("TypeError")])
        fresh = [copied for image in self.images if (copied := self.copied(image, rows))]
        e.emit(try_([found], caught, checked, [*fresh, *self.after(self.maybe_absent)]))

    @property
    def maybe_absent(self) -> bool:
        """Whether an image may be ABSENT: only tables see and give absent cells, and joint conversions that say so."""
        return self.conversion.takes_absent or self.op.convert.table is None

    def index(self, guarded: set[int]) -> ast.expr:
        """The key into a table; a number where booleans are listed finds nothing."""
        cells: list[ast.expr] = []
        for i, local in enumerate(self.locals):
            plain = call("is_number", name(local))
            cells.append(either(plain, name("MISSED"), name(local)) if i in guarded else name(local))
        return cells[0] if len(cells) == 1 else tuple_(cells)

    def copied(self, image: str, rows: dict[Any, Any]) -> ast.stmt | None:
        """A table's own objects are never handed out."""
        column = self.images.index(image)
        images = [row if len(self.images) == 1 else row[column] for row in rows.values()]
        if not any(isinstance(cell, (dict, list)) for cell in images):
            return None
        if any(isinstance(inner, (dict, list)) for cell in images if isinstance(cell, dict) for inner in cell.values()):
            return assign(image, call("fresh_copy", name(image)))
        if any(isinstance(cell, list) for cell in images):
            return assign(image, call("fresh_copy", name(image)))
        return if_(type_is(name(image), "dict"), [assign(image, call(attribute(name(image), "copy")))])

    def nulls(self, otherwise: list[ast.stmt], some: list[ast.stmt]) -> list[ast.stmt]:
        """All null stays null; `some`: what is done with null among other values."""
        tests = [is_(name(local), const(None)) for local in self.locals]
        written = [s for place in self.op.targets for s in self.e.write(place, const(None))]
        if len(tests) == 1:
            return [if_(tests[0], written, otherwise)]
        return [if_(all_(tests), written, otherwise if some is otherwise else [if_(any_(tests), some, otherwise)])]

    def after(self, maybe_absent: bool) -> list[ast.stmt]:
        """Write the images, and note what does not come back."""
        e = self.e
        written: list[ast.stmt] = []
        for place, image in zip(self.op.targets, self.images, strict=True):
            put = e.write(place, name(image))
            written += [if_(is_not(name(image), name("ABSENT")), put)] if put and maybe_absent else put
        if e.full and not self.way.injective:
            written += self.notes()
        return written

    def notes(self) -> list[ast.stmt]:
        e, op = self.e, self.op
        back = name(e.globals.function(op.convert, "back"))
        image = name(self.images[0]) if len(self.images) == 1 else tuple_([name(i) for i in self.images])
        values = tuple_([name(local) for local in self.locals])
        differs = e.fresh("differs")
        seen = tuple_(
            [tuple_([e.where(p, target=True), name(i)]) for p, i in zip(op.targets, self.images, strict=True)]
        )
        kind = UNTRANSLATED if self.way.passes else DROPPED
        kept: list[ast.stmt] = []
        for i, (place, local) in enumerate(zip(op.sources, self.locals, strict=True)):
            told = e.loss(e.where(place), name(local), self.way.lossy, kind) if self.way.lossy else []
            if told:
                lost = [is_not(name(local), name("ABSENT")), subscript(name(differs), const(i))]
                told = [if_(all_(lost), told)]
            kept += [*told, *e.note(e.where(place), name(local), seen)]
        return [assign(differs, call("differing", back, image, values)), if_(name(differs), kept)]


def _chosen(e: Emitter, notes: list[ast.stmt], cases: tuple[Taken, ...]) -> list[ast.stmt]:
    """What is noted in some cases of choices, and says so."""
    choices = {taken.match: taken.roots for taken in cases if taken.roots}
    if not choices or not notes:
        return notes
    mark = e.fresh("mark")
    said = [expr(e.chose(mark, match, roots)) for match, roots in choices.items()]
    return [assign(mark, call(attribute(name("log"), "mark"))), *notes, *said]


def emit_combine(e: Emitter, op: Combine) -> None:
    if e.mode == "keys":
        if any(has_look(move.pipe) for move in op.moves):
            _emit_keys(e, op)
        return
    seen = [move for move in op.moves if e.root(move.source) is not None]
    if e.target_root(op.target) is None or not seen:
        return
    if (
        len(seen) == 1 and not e.full and not seen[0].taken
    ):  # the others read as absent here, and what is alone is not changed by its mode
        e.ops((seen[0],))
        return
    _Combine(e, op).emit()


def _emit_keys(e: Emitter, op: Combine) -> None:
    """The keys of those moves whose pipes will run: `first` and `only_one` run none after one that is there."""
    raws = [_read_taken(e, move) for move in op.moves]
    there = [is_not(name(raw), name("ABSENT")) for raw in raws]
    met = e.fresh("met") if len(op.moves) > _MANY else ""
    if met:
        e.emit(assign(met, const(False)))
    for i, (move, raw) in enumerate(zip(op.moves, raws, strict=True)):
        if met and i > 0:
            e.emit(if_(there[i - 1], [assign(met, const(True))]))
        if not has_look(move.pipe):
            continue
        with e.block() as body:
            Pipe(e, move.pipe, raw, e.where(move.source)).emit(lambda image: [])
        alone = i > 0 and op.modes[i - 1] in ("first", "only_one")
        e.emit(if_(all_([there[i], not_(name(met) if met else any_(there[:i]))]) if alone else there[i], body))


class _Combine:
    """Writes one Combine: folds what is there from the left, each by its own mode."""

    def __init__(self, e: Emitter, op: Combine) -> None:
        self.e = e
        self.op = op
        self.raws = [_read_taken(e, move) for move in op.moves]
        self.there = [is_not(name(raw), name("ABSENT")) for raw in self.raws]
        self.combined = e.fresh(f"combined_{op.target.path[-1]}" if op.target.path else "combined")
        self.failed = e.fresh("failed")
        self.champion = e.fresh("champion") if {"max", "min"} & set(op.modes) else ""
        self.pipes: dict[int, Pipe] = {}
        self.first = e.fresh("first") if len(op.moves) > _MANY else ""  # where the first value stands, of many

    def emit(self) -> None:
        e, op = self.e, self.op
        if self.first:
            e.emit(assign(self.first, const(None)))
        e.emit(assign(self.combined, name("ABSENT")), assign(self.failed, const(False)))
        for i, move in enumerate(op.moves):
            e.rule = move.rule
            with e.block() as alone:
                self.take(i)
                if self.first:
                    e.emit(assign(self.first, e.where(move.source)))
            body = alone
            if i > 0:
                with e.block() as met:
                    self.meet(i, op.modes[i - 1])
                body = [if_(self.any_before(i), met, alone)]
            e.emit(if_(self.there[i], body))
        e.rule = op.rule
        is_there = is_not(name(self.combined), name("ABSENT"))
        written, notes = e.write(op.target, name(self.combined)), self.notes()
        if not any(has_look(move.pipe) or may_end(move.pipe) for move in op.moves):
            e.emit(if_(all_([is_there, not_(name(self.failed))]), [*written, *notes]))
            return
        # A lookup that missed, or an absent cell, leaves nothing to write, and the sources to note all the same.
        after = [if_(is_there, written, e.leave_out(op.target)), *notes]
        e.emit(if_(all_([self.any_before(len(op.moves)), not_(name(self.failed))]), after))

    def any_before(self, i: int) -> ast.expr:
        return is_not(name(self.first), const(None)) if self.first else any_(self.there[:i])

    def take(self, i: int) -> None:
        """The first value there is."""
        taken = [*self.crowned(i)]
        self.image(i, lambda image: [assign(self.combined, image), *taken])

    def crowned(self, i: int) -> list[ast.stmt]:
        return [assign(self.champion, self.claim(i))] if self.champion else []

    def claim(self, i: int) -> ast.expr:
        move = self.op.moves[i]
        return tuple_([const(move.rule), self.e.where(move.source), name(self.raws[i])])

    def image(self, i: int, then: Callable[[ast.expr], list[ast.stmt]]) -> None:
        e, move, raw = self.e, self.op.moves[i], self.raws[i]
        if not move.pipe:
            e.emit(*then(name(raw)))
            return
        pipe = Pipe(e, move.pipe, raw, e.where(move.source), refused=[assign(self.failed, const(True))])
        pipe.emit(then)
        self.pipes.setdefault(i, pipe)

    def meet(self, i: int, mode: str) -> None:
        """A later value, by its mode."""
        e, move = self.e, self.op.moves[i]
        where, raw = e.where(move.source), name(self.raws[i])
        if mode == "first":
            e.emit(*e.loss(where, raw, "another field took its place"))
        elif mode == "only_one":
            told = e.complaint(where, call("only_one", self.first_before(i), where), raw)
            e.emit(*told, assign(self.failed, const(True)))
        elif mode == "equal":
            told = e.complaint(where, call("agreeing_with", self.first_before(i)), raw)
            self.image(i, lambda image: self.compare(i, image, told))
        elif mode == "append":
            self.image(i, lambda image: [assign(self.combined, call("append", name(self.combined), image))])
        else:
            self.image(i, lambda image: self.contest(i, mode, image))

    def first_before(self, i: int) -> ast.expr:
        """The path of the first source that is there, before the one at `i`."""
        if self.first:
            return name(self.first)
        first = self.e.where(self.op.moves[i - 1].source)
        for j in range(i - 2, -1, -1):
            first = either(self.there[j], self.e.where(self.op.moves[j].source), first)
        return first

    def compare(self, i: int, image: ast.expr, told: list[ast.stmt]) -> list[ast.stmt]:
        """Two that give one value."""
        agree = call("same", name(self.combined), image)
        return self.unless_alone(i, image, [if_(not_(agree), [*told, assign(self.failed, const(True))])])

    def unless_alone(self, i: int, image: ast.expr, met: list[ast.stmt]) -> list[ast.stmt]:
        """Where the earlier ones gave nothing (a lookup that missed), this one stands for all."""
        nothing = is_(name(self.combined), name("ABSENT"))
        return [if_(nothing, [assign(self.combined, image), *self.crowned(i)], met)]

    def contest(self, i: int, mode: str, image: ast.expr) -> list[ast.stmt]:
        e = self.e
        pair = ast.Tuple([ast.Name(self.combined, ast.Store()), ast.Name(self.champion, ast.Store())], ast.Store())
        log = name("log") if e.full else const(None)
        facts = [name(self.combined), name(self.champion), image, self.claim(i), const(mode == "max"), log]
        first = subscript(name(self.champion), const(1))
        told = e.complaint(e.where(self.op.moves[i].source), call("comparing_with", first), name(self.raws[i]))
        comparable = call("comparable", name(self.combined), image)
        won = ast.Assign([pair], call("contest", *facts))
        return self.unless_alone(i, image, [if_(comparable, [won], [*told, assign(self.failed, const(True))])])

    def notes(self) -> list[ast.stmt]:
        e, op = self.e, self.op
        if not e.full:
            return []
        target, image = e.where(op.target, target=True), name(self.combined)
        seen = tuple_([tuple_([target, image])])
        kept: list[ast.stmt] = []
        for move, raw in zip(op.moves, self.raws, strict=True):
            note = e.note(e.where(move.source), name(raw), seen)
            kept += [if_(is_not(name(raw), name("ABSENT")), note)] if move.taken else note
        others = [there for i, there in enumerate(self.there) if i != op.two_way]
        alone = self.pipes[op.two_way].notes(target, image) if op.two_way in self.pipes else []
        alone = _chosen(e, alone, op.moves[op.two_way].taken)
        kept = _chosen(e, kept, tuple(taken for move in op.moves for taken in move.taken))
        return [if_(any_(others), kept, alone)] if others else alone
