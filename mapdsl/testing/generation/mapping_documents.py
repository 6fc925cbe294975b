"""Documents for a mapping, drawn from what its operations say that they take.

Most documents translate. The first ones follow plans: everything there, nothing there, every value null; what
`plans` adds (see `document_plans`) goes on with each rule alone and each pair of rules. The others are random, and
some of them nearly valid: one node of a good document is replaced by something that rarely fits.

Small choices of the random source make small documents: a chance that is not taken, the first of a list. So whatever
shrinks the choices (Hypothesis does) shrinks the document.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator
from itertools import takewhile
from random import Random
from typing import Any

import attrs

from mapdsl import ir
from mapdsl.conversions import ABSENT
from mapdsl.runtime import Parts, RequestPair
from mapdsl.testing.interpreter import Slot, View, copied, holds

from .draws import Draws, chance, hostile_value

__all__ = ["FIRST", "Document", "DocumentPlan", "Wanted", "any_document", "documents", "planned", "spoiled"]

_TEXT_ROOTS = frozenset({"path", "query", "header"})
_PARTS = ("body", "path", "query", "header", "status")


@attrs.frozen
class Document:
    """A source message, the request of its exchange (None: not at hand), and its kind: `valid` or `near`."""

    parts: Parts
    asked: RequestPair | None
    kind: str


@attrs.frozen
class DocumentPlan:
    """What a document is made to hold.

    `presence`: how likely an optional value is there; `nulls`: how likely it is null. Operations by their identity:
    `only` these are there, with the blocks around them; `but` is not; `null` is null. `cases`: which alternative of a
    choice is taken (their number: none). `row`: of a conversion with a table, by its identity, the row that is used.
    """

    presence: float = 1.0
    nulls: float = 0.0
    only: frozenset[int] | None = None
    but: int | None = None
    null: int | None = None
    cases: tuple[tuple[int, int], ...] = ()
    row: tuple[int, int] | None = None


@attrs.frozen
class Wanted:
    """What requests of a side must say to be those of this endpoint: `always`, and by which of `routes` they come."""

    always: tuple[ir.Guard, ...] = ()
    routes: tuple[tuple[ir.Guard, ...], ...] = ((),)


FIRST = (DocumentPlan(), DocumentPlan(0.0), DocumentPlan(1.0, 1.0))
MOST = 300  # objects, items and members that a document may have: what is further in stays absent
_NEAR = 0.15
_SELDOM = 0.03
_NO_SEGMENT = ("", ".", "..")  # of a path
_ROUNDS = 6  # of making cases fail
_SEGMENTS = 16  # how often another one is drawn
_PRESENCES = (0.4, 0.7, 0.9, 1.0)


def documents(mapping: ir.Mapping, seed: Any, count: int, wanted: Wanted | None = None) -> Iterator[Document]:
    """`count` documents, the first of them planned; equal arguments give equal documents."""
    generator = _Generator.of(mapping, _random(mapping, seed), wanted)
    for number in range(count):
        if number < len(FIRST):
            yield generator.document(FIRST[number], "valid")
        else:
            yield generator.any()


def planned(
    mapping: ir.Mapping, seed: Any, plans: Iterable[DocumentPlan], wanted: Wanted | None = None
) -> Iterator[Document]:
    """A valid document for each plan."""
    generator = _Generator.of(mapping, _random(mapping, seed), wanted)
    for plan in plans:
        yield generator.document(plan, "valid")


def spoiled(mapping: ir.Mapping, seed: Any, wanted: Wanted | None = None) -> Iterator[Document]:
    """A whole document as often as it has nodes, each time with another node replaced by something that rarely fits."""
    random = _random(mapping, seed)
    whole = _Generator.of(mapping, random, wanted).document(DocumentPlan(), "valid")
    for number in range(len(_nodes(_held(whole.parts)))):
        made = copy.deepcopy(_held(whole.parts))
        owner, step = _nodes(made)[number]
        owner[step] = hostile_value(random)
        parts = _parts({**made, "status": whole.parts.status}, "")
        parts.route = whole.parts.route
        yield Document(parts, whole.asked, "near")


def _held(parts: Parts) -> dict[str, Any]:
    return {part: getattr(parts, part) for part in ("body", "path", "query", "header", "item")}


def any_document(mapping: ir.Mapping, random: Random, near: bool = True, wanted: Wanted | None = None) -> Document:
    """One document, all of it decided by the random source."""
    return _Generator.of(mapping, random, wanted, turns=False).any(near)


def _random(mapping: ir.Mapping, seed: Any) -> Random:
    first = [(rule.old, rule.new, rule.kind) for rule in mapping.rules[:1]]  # not its file: a seed holds in any folder
    return Random(f"{seed} {mapping.part} {mapping.to} {len(mapping.ops)} {first}")


@attrs.frozen
class _Generator:
    """Draws documents of one mapping. With `turns`, cases and rows come in turns first."""

    mapping: ir.Mapping
    draws: Draws
    roots: set[str]
    needed: frozenset[int]
    wanted: Wanted
    turns: dict[int, int] | None

    @classmethod
    def of(cls, mapping: ir.Mapping, random: Random, wanted: Wanted | None, turns: bool = True) -> _Generator:
        roots, needed = _roots(mapping.ops), frozenset(_needed(mapping.ops))
        return cls(mapping, Draws(mapping, random, turns), roots, needed, wanted or Wanted(), {} if turns else None)

    def any(self, near: bool = True) -> Document:
        random = self.draws.random
        plan = DocumentPlan(random.choice(_PRESENCES), 0.03)
        return self.document(plan, "near" if near and chance(random, _NEAR) else "valid")

    def document(self, plan: DocumentPlan, kind: str) -> Document:
        self.draws.row = plan.row
        drawing = _Drawing(
            self.mapping, self.draws, self.draws.random, self.turns, self.roots, self.needed, self.wanted, plan
        )
        drawing.draw()
        return drawing.document(kind)


# --- one document --------------------------------------------------------------------------------------------------


@attrs.define
class _Drawing:
    mapping: ir.Mapping
    draws: Draws
    random: Random
    turns: dict[int, int] | None
    roots: set[str]
    needed: frozenset[int]
    wanted: Wanted
    plan: DocumentPlan
    room: int = MOST
    slots: dict[str, Slot] = attrs.field(factory=dict)
    setters: dict[tuple[int, tuple[str, ...]], Callable[[], None]] = attrs.field(factory=dict)

    def draw(self) -> None:
        for side in ("old", "new"):
            for part in _PARTS:
                self.slots[f"request.{side}.{part}"] = Slot(("request", side, part))
        for part in _PARTS:
            self.slots[part] = Slot((part,))
        if "body" in self.roots and not chance(self.random, 0.01):
            self.slots["body"].value = {}
        if "status" in self.roots:
            self.slots["status"].value = self.random.choice((200, 201, 204, 400))
        routes = self.wanted.routes
        self.slots["route"] = Slot(("route",), self.random.randrange(len(routes)) if len(routes) > 1 else 0)
        if self.mapping.item == "source":
            whole = any(getattr(op, "source", None) == ir.Place("item") for op in self.mapping.ops if not _is_keep(op))
            self.slots["item"] = Slot(("item",), ABSENT if whole else {})
        self.block(self.mapping.ops, {**self.slots, "up": self.slots["body"]})
        if not chance(self.random, _SELDOM):
            for guard in (*self.wanted.always, *routes[self.slots["route"].value % len(routes)]):
                self._make_hold(guard, self.slots)

    def document(self, kind: str) -> Document:
        # Copied: what was drawn may be a part of the program, such as a cell of a table.
        made = {root: None if slot.value is ABSENT else copy.deepcopy(slot.value) for root, slot in self.slots.items()}
        if kind == "near":
            _spoil(made, self.random)
            if isinstance(made["path"], dict):  # odd segments are drawn elsewhere: no route takes an empty one
                made["path"] = {n: "x" if value in _NO_SEGMENT else value for n, value in made["path"].items()}
        elif "body" in self.roots and made["body"] is None:
            kind = "near"  # a message without the body that its rules read
        asked = None
        if self.mapping.part != "request" and not chance(self.random, 0.2):
            asked = RequestPair(*(_parts(made, f"request.{side}.") for side in ("old", "new")))
        parts = _parts(made, "")
        parts.route = made["route"] or 0
        return Document(parts, asked, kind)

    # --- blocks ----------------------------------------------------------------------------------------------------

    def block(self, ops: tuple[ir.Op, ...], slots: dict[str, Slot]) -> None:
        """Draw what the operations read; choices once the values that they read stand, what nobody names last."""
        for op in sorted(ops, key=lambda op: isinstance(op, ir.Choose) + 2 * isinstance(op, ir.Keep)):
            _DRAW[type(op)](self, op, slots)

    def there(self, op: ir.Op) -> bool:
        if id(op) in self.needed:
            return id(op) != self.plan.but and not chance(self.random, _SELDOM)
        if self.plan.only is not None:
            return id(op) in self.plan.only
        return id(op) != self.plan.but and (self.plan.presence == 1.0 or chance(self.random, self.plan.presence))

    def put(self, place: ir.Place, value: Any, slots: dict[str, Slot]) -> None:
        slot = slots[place.root]
        if value is ABSENT:
            _remove(slot, place.path)
        elif not place.path or slot.value is ABSENT or isinstance(slot.value, dict):
            slot.write(place.path, value)

    def _text(self, place: ir.Place) -> bool:
        return place.root.split(".")[-1] in _TEXT_ROOTS

    def _or_null(self, value: Any, op: ir.Move) -> Any:
        nulls = self.plan.nulls * 0.3 if id(op) in self.needed else self.plan.nulls
        null = id(op) == self.plan.null or (nulls > 0 and chance(self.random, nulls))
        return None if null and not self._text(op.source) else value

    # --- operations ------------------------------------------------------------------------------------------------

    def move(self, op: ir.Move, slots: dict[str, Slot]) -> None:
        text = self._text(op.source) or (not op.pipe and self._text(op.target))

        def draw() -> None:
            value = self.draws.taken_by(op.pipe, text)
            if id(op) in self.needed or op.source.root == "path":
                value = self._segment(op.pipe, value, text)
            self.put(op.source, self._or_null(value, op), slots)

        slot = slots[op.source.root]
        first = self.setters.setdefault((id(slot), op.source.path), draw)
        value = View(slot.value, ()).peek(op.source.path)
        if first is not draw and value is not ABSENT and self.draws.takes(op.pipe, value):
            return  # another rule reads it too, and this one takes what was drawn for that
        if self.there(op) or not op.source.path:
            draw()

    def _segment(self, pipe: tuple[ir.Step, ...], value: Any, text: bool) -> Any:
        """The value, or another one that the pipe takes and that can be a segment of a path."""
        for _ in range(_SEGMENTS):
            if value not in _NO_SEGMENT:
                return value
            value = self.draws.taken_by(pipe, text)
        return "x" if text and value in _NO_SEGMENT else value

    def join(self, op: ir.Join, slots: dict[str, Slot]) -> None:
        def draw() -> None:
            for place, cell in zip(op.sources, self.draws.cells(op.convert), strict=True):
                self.put(place, cell, slots)

        for place in op.sources:
            self.setters[id(slots[place.root]), place.path] = draw
        if self.there(op):
            draw()

    def combine(self, op: ir.Combine, slots: dict[str, Slot]) -> None:
        # Values that must agree rarely do by chance: most often one of them is there alone.
        alone = 0.98 if "only_one" in op.modes else 0.8 if "equal" in op.modes else 0.0
        exclusive = self.plan.only is None and chance(self.random, alone)
        moves = [self.random.choice(op.moves)] if exclusive else op.moves
        for move in moves:
            self.move(move, slots)

    def each(self, op: ir.Each, slots: dict[str, Slot]) -> None:
        if (self.room <= 0 or not self.there(op)) and op.source.path:
            return
        value: Any
        if op.source.path and (id(op) == self.plan.null or chance(self.random, self.plan.nulls)):
            value = None
        elif op.kind == "object":
            value = self._item(op, slots)
        elif op.kind == "one":
            value = self._one(op, slots)
        elif op.kind == "list":
            value = [self._item(op, slots) for _ in range(self._many())]
        else:
            names = {str(self.draws.taken_by(op.keys, text=True)) for _ in range(self._many())}
            value = {name: self._item(op, slots) for name in sorted(names)}
        self.put(op.source, value, slots)

    def _many(self) -> int:
        some = self.plan.only is not None or self.plan.cases  # an item in which the rule, or the choice, comes up
        return self.random.choice((1, 2) if some else (0, 1, 1, 2, 3))

    def _one(self, op: ir.Each, slots: dict[str, Slot]) -> Any:
        """A list of one item where the old side is drawn, seldom a longer or an empty one; else the item."""
        if self.mapping.to == "old":
            return self._present(op, slots)
        count = self.random.choice((0, 2)) if chance(self.random, 0.02) else 1
        return [self._present(op, slots) for _ in range(count)]

    def _item(self, op: ir.Each, slots: dict[str, Slot]) -> Any:
        return None if chance(self.random, self.plan.nulls / 3) else self._present(op, slots)

    def _present(self, op: ir.Each, slots: dict[str, Slot]) -> Any:
        """An item that is not null."""
        self.room -= 1
        whole = any(getattr(inner, "source", None) == ir.Place("item") for inner in op.ops if not _is_keep(inner))
        item = Slot((), ABSENT if whole else {})
        self.block(op.ops, {**slots, "item": item, "up": slots.get("item", slots["body"])})
        return {} if item.value is ABSENT else item.value

    def choose(self, op: ir.Choose, slots: dict[str, Slot]) -> None:
        cases = [alternative for alternative in op.alternatives if alternative.guards]
        if not cases:
            self.block(op.ops, slots)
            return
        wanted = self._wanted_case(op, len(cases))
        if wanted is None:
            if not any(self._holds(case, slots) for case in cases):
                for guard in cases[0].guards:
                    self._make_hold(guard, slots)
        elif wanted < len(cases):
            for guard in cases[wanted].guards:
                self._make_hold(guard, slots)
        elif self.plan.cases:
            for case in _ROUNDS * cases:  # what makes one fail may make another hold
                if self._holds(case, slots):
                    self._make_fail(self.random.choice(case.guards), slots)
            for case in cases:
                if self._holds(case, slots):
                    self._take_away(case.guards[0], slots)
        for alternative in cases:
            if self._holds(alternative, slots):
                self.block(alternative.ops, slots)
                for guard in alternative.guards:
                    self._make_hold(guard, slots)
                self._fill(alternative, slots)
                return
        self.block(op.ops, slots)

    def _holds(self, alternative: ir.Alternative, slots: dict[str, Slot]) -> bool:
        return all(holds(guard, View(slots[guard.place.root].value, ())) for guard in alternative.guards)

    def _wanted_case(self, op: ir.Choose, count: int) -> int | None:
        """Which case to draw; `count`: whatever comes. None: rather the first than none."""
        for choice, number in self.plan.cases:
            if choice == id(op):
                return number
        if self.plan.only is not None:
            return None if op.otherwise == "reject" else count
        if self.turns is not None:
            turn = self.turns.get(op.rule, 0)
            self.turns[op.rule] = turn + 1
            if turn <= count:
                return turn
        wanted = self.random.randrange(count + chance(self.random, 0.3))
        return None if wanted == count and op.otherwise == "reject" else wanted

    def _fill(self, alternative: ir.Alternative, slots: dict[str, Slot]) -> None:
        """Draw what the checks of a case want to see written."""
        wanted = {check.place for check in alternative.checks if check.kind != "absent"}
        outside = [op for op in self.mapping.ops if getattr(op, "source", ir.Place("item")).root != "item"]
        for op in (*alternative.ops, *outside):
            if isinstance(op, ir.Move) and op.target in wanted:
                slot = slots[op.source.root]
                if View(slot.value, ()).peek(op.source.path) is ABSENT and not chance(self.random, 0.05):
                    self.setters[id(slot), op.source.path]()

    def _make_hold(self, guard: ir.Guard, slots: dict[str, Slot]) -> None:
        """Change the document until the guard holds: draw again what stands there, or write what it asks for."""
        slot, place = slots[guard.place.root], guard.place
        setter = self.setters.get((id(slot), place.path))
        for _ in range(40 if setter is not None else 0):
            if holds(guard, View(slot.value, ())):
                return
            if setter is not None:
                setter()
        if not holds(guard, View(slot.value, ())):
            literal = self.random.choice(guard.values) if guard.values else None
            made = {"absent": ABSENT, "is": literal, "one_of": literal}.get(
                guard.kind, self.draws.scalar(self._text(place))
            )
            self.put(place, made, slots)

    def _make_fail(self, guard: ir.Guard, slots: dict[str, Slot]) -> None:
        """Change the document until the guard does not hold."""
        slot, place = slots[guard.place.root], guard.place
        if guard.selection is not None and guard.kind == "absent":
            names = [step.names[0] for step in takewhile(lambda step: step.names, guard.selection.steps)]
            self.put(ir.Place(place.root, (*place.path, *names)), [self.draws.scalar(self._text(place))], slots)
            return
        setter = self.setters.get((id(slot), place.path))
        for _ in range(40 if setter is not None else 0):
            if not holds(guard, View(slot.value, ())):
                return
            if setter is not None:
                setter()
        if holds(guard, View(slot.value, ())):
            literal = guard.values[0] if guard.values else None
            made = {"absent": self.draws.scalar(self._text(place)), "not": literal}.get(guard.kind, ABSENT)
            self.put(place, made, slots)

    def _take_away(self, guard: ir.Guard, slots: dict[str, Slot]) -> None:
        """Nothing where a guard looks, nor where whatever is drawn together with it stands."""
        slot = slots[guard.place.root]
        together = self.setters.get((id(slot), guard.place.path))
        for (owner, path), setter in list(self.setters.items()):
            if setter is together and owner == id(slot):
                _remove(slot, path)
        _remove(slot, guard.place.path)

    def lose(self, op: ir.Lose, slots: dict[str, Slot]) -> None:
        if isinstance(op.given, ir.Place) and op.given.root in slots and not chance(self.random, 0.2):
            self.put(op.given, self.draws.scalar(self._text(op.given)), slots)
        if not self.there(op) or (self.plan.only is None and self.plan.but is None and chance(self.random, 0.3)):
            return
        if View(slots[op.source.root].value, ()).peek(op.source.path) is not ABSENT:
            return
        value = self.draws.anything(self._text(op.source))
        if isinstance(op.given, ir.Literal) and chance(self.random, 0.5):
            value = copied(op.given.value)
        elif isinstance(op.given, ir.Place) and op.given.root in slots and chance(self.random, 0.5):
            value = View(slots[op.given.root].value, ()).peek(op.given.path)
        self.put(op.source, value, slots)

    def refuse(self, op: ir.Refuse, slots: dict[str, Slot]) -> None:
        if chance(self.random, 0.01) if self.plan.only is None else id(op) in self.plan.only:
            value = "a" if op.source.root == "header" else self.draws.anything(self._text(op.source))
            self.put(op.source, value, slots)

    def report(self, op: ir.Report, slots: dict[str, Slot]) -> None:
        if self.there(op):
            self.put(op.source, self.draws.anything(self._text(op.source)), slots)

    def nothing(self, op: ir.Op, slots: dict[str, Slot]) -> None:
        return

    def keep(self, op: ir.Keep, slots: dict[str, Slot]) -> None:
        """Fields that no rule names, some of them where a rule writes on the other side; null and empty parents."""
        value = slots[op.source.root].value
        if self.plan.only is not None or (op.policy == "error" and not chance(self.random, 0.05)):
            return
        if isinstance(value, dict):
            self._extras(value, op.named, op.taken, self._text(op.source))
            self._of_branches(value, op)
        elif value is ABSENT and op.source.root in _TEXT_ROOTS and not op.named.leaf and chance(self.random, 0.2):
            slots[op.source.root].value = {"x_extra": self.draws.scalar(text=True)}

    def _of_branches(self, value: dict[str, Any], op: ir.Keep) -> None:
        """Fields that a branch of an open match names, here or on the other side: rest, where another one is taken."""
        shares = [share for match in op.open for share in match.shares]
        names = dict.fromkeys(name for each in shares for tree in (each.named, each.taken) for name, _ in tree.members)
        for name in names:
            if name not in value and chance(self.random, 0.08):
                value[name] = self.draws.anything(self._text(op.source))

    def _extras(self, value: dict[str, Any], named: ir.Names, taken: ir.Names, text: bool) -> None:
        names = dict(named.members)
        homeless = [name for name, _ in taken.members if name not in names]
        if chance(self.random, 0.2):
            name = self.random.choice(("x_extra", "größe", "class", *homeless))
            if name not in names:
                value[name] = self.draws.anything(text)
        for name, below in names.items():
            if below.leaf:
                continue
            if isinstance(value.get(name), dict):
                self._extras(value[name], below, dict(taken.members).get(name, ir.Names()), text)
            elif name not in value and not text and chance(self.random, 0.1):
                value[name] = self.random.choice((None, {}))


_DRAW: dict[type, Callable[[_Drawing, Any, dict[str, Slot]], None]] = {
    ir.Choose: _Drawing.choose,
    ir.Confirm: _Drawing.nothing,
    ir.Combine: _Drawing.combine,
    ir.Each: _Drawing.each,
    ir.Join: _Drawing.join,
    ir.Keep: _Drawing.keep,
    ir.Lose: _Drawing.lose,
    ir.Move: _Drawing.move,
    ir.Prune: _Drawing.nothing,
    ir.Refuse: _Drawing.refuse,
    ir.Report: _Drawing.report,
    ir.Write: _Drawing.nothing,
}


def _is_keep(op: ir.Op) -> bool:
    return isinstance(op, ir.Keep)


def _roots(ops: tuple[ir.Op, ...]) -> set[str]:
    """The roots that a mapping reads from."""
    roots: set[str] = set()
    for op in (op for block in ir.blocks_of(ops) for op in block):
        for part in (op, *getattr(op, "moves", ())):
            places = [getattr(part, "source", None), *getattr(part, "sources", ())]
            roots |= {place.root for place in places if isinstance(place, ir.Place)}
        if isinstance(op, ir.Choose):
            roots |= {guard.place.root for alternative in op.alternatives for guard in alternative.guards}
    return roots


def _needed(ops: tuple[ir.Op, ...]) -> Iterator[int]:
    """The operations on parameters of paths, which every request has."""
    for op in ops:
        if isinstance(op, ir.Choose):
            for branch in (op.ops, *(alternative.ops for alternative in op.alternatives)):
                yield from _needed(branch)
        elif isinstance(op, (ir.Move, ir.Join)):
            ends = (op.source, op.target) if isinstance(op, ir.Move) else (*op.sources, *op.targets)
            if any(place.root == "path" for place in ends):
                yield id(op)


def _parts(made: dict[str, Any], prefix: str) -> Parts:
    parts = Parts(*(made[prefix + part] for part in ("body", "path", "query", "header", "status")))
    parts.item = made.get("item")
    return parts


def _remove(slot: Slot, path: tuple[str, ...]) -> None:
    owner = View(slot.value, ()).peek(path[:-1])
    if path and isinstance(owner, dict):
        owner.pop(path[-1], None)


def _spoil(made: dict[str, Any], random: Random) -> None:
    """Replace one node of the message by something that rarely fits, or take it away."""
    nodes = _nodes(made)
    if not nodes:
        return
    owner, step = random.choice(nodes)
    if owner is not made and isinstance(owner, dict) and chance(random, 0.15):
        del owner[step]
    else:
        owner[step] = hostile_value(random)


def _nodes(made: dict[str, Any]) -> list[tuple[Any, Any]]:
    """What may be replaced: what holds it, and its name or index there."""
    nodes: list[tuple[Any, Any]] = []
    for part in ("body", "path", "query", "header", "item"):
        if made.get(part) is not None:
            nodes += [(made, part)] if part in ("body", "item") else []
            _gather(made[part], nodes)
    return nodes


def _gather(value: Any, nodes: list[tuple[Any, Any]]) -> None:
    steps = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for step in steps:
        nodes.append((value, step))
        _gather(value[step], nodes)
