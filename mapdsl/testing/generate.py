"""Documents for a mapping, drawn from what its operations say that they take.

Most documents translate. The first ones are directed: everything there, nothing there, every value null, each row of a
table and each case in turn; the others are random; the rest are nearly valid: one node of a good document is
replaced by something that rarely fits.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import attrs

from mapdsl import ir
from mapdsl.conversions import ABSENT
from mapdsl.runtime import Asked, Parts

from .draws import Draws, hostile_value
from .guards import holds
from .places import Slot, View

__all__ = ["Document", "documents"]

_TEXT_ROOTS = frozenset({"path", "query", "header"})
_PARTS = ("body", "path", "query", "header", "status")


@attrs.frozen
class Document:
    """A source message, the request of its exchange (None: not at hand), and its kind: `valid` or `near`."""

    parts: Parts
    asked: Asked | None
    kind: str


def documents(mapping: ir.Mapping, seed: int, count: int) -> Iterator[Document]:
    """`count` documents; equal arguments give equal documents."""
    first = [(rule.old, rule.new, rule.kind) for rule in mapping.rules[:1]]  # not its file: a seed holds in any folder
    random = Random(f"{seed} {mapping.part} {mapping.to} {len(mapping.ops)} {first}")
    draws = Draws(mapping, random)
    turns: dict[int, int] = {}
    roots = _roots(mapping.ops)
    for number in range(count):
        drawing = _Drawing(mapping, draws, random, turns, roots, *_mood(number, random))
        drawing.draw()
        yield drawing.document("near" if number > 2 and random.random() < 0.25 else "valid")


def _mood(number: int, random: Random) -> tuple[float, float]:
    """How likely an optional value is there, and how likely a value is null."""
    directed = [(1.0, 0.0), (0.0, 0.0), (1.0, 1.0)]
    return directed[number] if number < len(directed) else (random.choice((0.4, 0.7, 0.9, 1.0)), 0.03)


# --- one document --------------------------------------------------------------------------------------------------


@attrs.define
class _Drawing:
    mapping: ir.Mapping
    draws: Draws
    random: Random
    turns: dict[int, int]
    roots: set[str]
    presence: float
    nulls: float
    slots: dict[str, Slot] = attrs.field(factory=dict)
    setters: dict[tuple[int, tuple[str, ...]], Callable[[], None]] = attrs.field(factory=dict)

    def draw(self) -> None:
        for side in ("old", "new"):
            for part in _PARTS:
                self.slots[f"request.{side}.{part}"] = Slot(("request", side, part))
        for part in _PARTS:
            self.slots[part] = Slot((part,))
        if "body" in self.roots and self.random.random() > 0.01:
            self.slots["body"].value = {}
        if "status" in self.roots:
            self.slots["status"].value = self.random.choice((200, 201, 204, 400))
        self.slots["route"] = Slot(("route",), 0)
        if self.mapping.item == "source":
            whole = any(getattr(op, "source", None) == ir.Place("item") for op in self.mapping.ops if not _is_keep(op))
            self.slots["item"] = Slot(("item",), ABSENT if whole else {})
        self.block(self.mapping.ops, {**self.slots, "up": self.slots["body"]})

    def document(self, kind: str) -> Document:
        # Copied: what was drawn may be a part of the program, such as a cell of a table.
        made = {root: None if slot.value is ABSENT else copy.deepcopy(slot.value) for root, slot in self.slots.items()}
        if kind == "near":
            _spoil(made, self.random)
        elif "body" in self.roots and made["body"] is None:
            kind = "near"  # a message without the body that its rules read
        asked = None
        if self.mapping.part != "request" and self.random.random() < 0.8:
            asked = Asked(*(_parts(made, f"request.{side}.") for side in ("old", "new")))
        parts = _parts(made, "")
        parts.route = made["route"] or 0
        return Document(parts, asked, kind)

    # --- blocks ----------------------------------------------------------------------------------------------------

    def block(self, ops: tuple[ir.Op, ...], slots: dict[str, Slot]) -> None:
        """Draw what the operations read; choices once the values that they read stand, what nobody names last."""
        for op in sorted(ops, key=lambda op: isinstance(op, ir.Choose) + 2 * isinstance(op, ir.Keep)):
            _DRAW[type(op)](self, op, slots)

    def there(self) -> bool:
        return self.random.random() < self.presence

    def put(self, place: ir.Place, value: Any, slots: dict[str, Slot]) -> None:
        slot = slots[place.root]
        if value is ABSENT:
            _remove(slot, place.path)
        elif not place.path or slot.value is ABSENT or isinstance(slot.value, dict):
            slot.write(place.path, value)

    def _text(self, place: ir.Place) -> bool:
        return place.root.split(".")[-1] in _TEXT_ROOTS

    def _or_null(self, value: Any, place: ir.Place) -> Any:
        return None if not self._text(place) and self.random.random() < self.nulls else value

    # --- operations ------------------------------------------------------------------------------------------------

    def move(self, op: ir.Move, slots: dict[str, Slot]) -> None:
        text = self._text(op.source) or (not op.pipe and self._text(op.target))

        def draw() -> None:
            self.put(op.source, self._or_null(self.draws.taken_by(op.pipe, text), op.source), slots)

        self.setters[id(slots[op.source.root]), op.source.path] = draw
        if self.there() or not op.source.path:
            draw()

    def join(self, op: ir.Join, slots: dict[str, Slot]) -> None:
        def draw() -> None:
            for place, cell in zip(op.sources, self.draws.cells(op.convert), strict=True):
                self.put(place, cell, slots)

        for place in op.sources:
            self.setters[id(slots[place.root]), place.path] = draw
        if self.there():
            draw()

    def combine(self, op: ir.Combine, slots: dict[str, Slot]) -> None:
        # Values that must agree rarely do by chance: most often one of them is there alone.
        alone = 0.98 if "only_one" in op.modes else 0.8 if "equal" in op.modes else 0.0
        exclusive = self.random.random() < alone
        moves = [self.random.choice(op.moves)] if exclusive else op.moves
        for move in moves:
            self.move(move, slots)

    def each(self, op: ir.Each, slots: dict[str, Slot]) -> None:
        if not self.there() and op.source.path:
            return
        value: Any
        if op.source.path and self.random.random() < self.nulls:
            value = None
        elif op.kind == "object":
            value = self._item(op, slots)
        elif op.kind == "one":
            value = self._one(op, slots)
        elif op.kind == "list":
            value = [self._item(op, slots) for _ in range(self.random.choice((0, 1, 1, 2, 3)))]
        else:
            names = {str(self.draws.taken_by(op.keys, text=True)) for _ in range(self.random.choice((0, 1, 2, 2)))}
            value = {name: self._item(op, slots) for name in sorted(names)}
        self.put(op.source, value, slots)

    def _one(self, op: ir.Each, slots: dict[str, Slot]) -> Any:
        """A list of one item where the old side is drawn, seldom a longer or an empty one; else the item."""
        if self.mapping.to == "old":
            return self._present(op, slots)
        count = self.random.choice((0, 2)) if self.random.random() < 0.02 else 1
        return [self._present(op, slots) for _ in range(count)]

    def _item(self, op: ir.Each, slots: dict[str, Slot]) -> Any:
        return None if self.random.random() < self.nulls / 3 else self._present(op, slots)

    def _present(self, op: ir.Each, slots: dict[str, Slot]) -> Any:
        """An item that is not null."""
        whole = any(getattr(inner, "source", None) == ir.Place("item") for inner in op.ops if not _is_keep(inner))
        item = Slot((), ABSENT if whole else {})
        self.block(op.ops, {**slots, "item": item, "up": slots.get("item", slots["body"])})
        return {} if item.value is ABSENT else item.value

    def choose(self, op: ir.Choose, slots: dict[str, Slot]) -> None:
        cases = [alternative for alternative in op.alternatives if alternative.guards]
        if not cases:
            self.block(op.ops, slots)
            return
        turn = self.turns.get(op.rule, 0)
        self.turns[op.rule] = turn + 1
        rejects = op.otherwise == "reject"
        wanted = turn if turn <= len(cases) else self.random.randrange(len(cases) + (self.random.random() < 0.3))
        if wanted < len(cases):
            for guard in cases[wanted].guards:
                self._make_hold(guard, slots)
        elif rejects and turn > len(cases) and cases:
            for guard in cases[0].guards:
                self._make_hold(guard, slots)
        for alternative in cases:
            if all(holds(guard, View(slots[guard.place.root].value, ())) for guard in alternative.guards):
                self.block(alternative.ops, slots)
                for guard in alternative.guards:
                    self._make_hold(guard, slots)
                self._fill(alternative, slots)
                return
        self.block(op.ops, slots)

    def _fill(self, alternative: ir.Alternative, slots: dict[str, Slot]) -> None:
        """Draw what the checks of a case want to see written."""
        wanted = {check.place for check in alternative.checks if check.kind != "absent"}
        outside = [op for op in self.mapping.ops if getattr(op, "source", ir.Place("item")).root != "item"]
        for op in (*alternative.ops, *outside):
            if isinstance(op, ir.Move) and op.target in wanted:
                slot = slots[op.source.root]
                if View(slot.value, ()).peek(op.source.path) is ABSENT and self.random.random() < 0.95:
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

    def lose(self, op: ir.Lose, slots: dict[str, Slot]) -> None:
        if isinstance(op.given, ir.Place) and op.given.root in slots and self.random.random() < 0.8:
            self.put(op.given, self.draws.scalar(self._text(op.given)), slots)
        if not self.there() or self.random.random() < 0.3:
            return
        if View(slots[op.source.root].value, ()).peek(op.source.path) is not ABSENT:
            return
        value = self.draws.anything(self._text(op.source))
        if isinstance(op.given, ir.Literal) and self.random.random() < 0.5:
            value = op.given.value
        elif isinstance(op.given, ir.Place) and op.given.root in slots and self.random.random() < 0.5:
            value = View(slots[op.given.root].value, ()).peek(op.given.path)
        self.put(op.source, value, slots)

    def refuse(self, op: ir.Refuse, slots: dict[str, Slot]) -> None:
        if self.random.random() < 0.01:
            self.put(op.source, self.draws.anything(self._text(op.source)), slots)

    def report(self, op: ir.Report, slots: dict[str, Slot]) -> None:
        if self.there():
            self.put(op.source, self.draws.anything(self._text(op.source)), slots)

    def nothing(self, op: ir.Op, slots: dict[str, Slot]) -> None:
        return

    def keep(self, op: ir.Keep, slots: dict[str, Slot]) -> None:
        """Fields that no rule names, some of them where a rule writes on the other side; null and empty parents."""
        value = slots[op.source.root].value
        if op.policy == "error" and self.random.random() < 0.95:
            return
        if isinstance(value, dict):
            self._extras(value, op.named, op.taken, self._text(op.source))
        elif value is ABSENT and op.source.root in _TEXT_ROOTS and not op.named.leaf and self.random.random() < 0.2:
            slots[op.source.root].value = {"x_extra": self.draws.scalar(text=True)}

    def _extras(self, value: dict[str, Any], named: ir.Names, taken: ir.Names, text: bool) -> None:
        names = dict(named.members)
        homeless = [name for name, _ in taken.members if name not in names]
        if self.random.random() < 0.2:
            name = self.random.choice(("x_extra", "größe", "class", *homeless))
            if name not in names:
                value[name] = self.draws.anything(text)
        for name, below in names.items():
            if below.leaf:
                continue
            if isinstance(value.get(name), dict):
                self._extras(value[name], below, dict(taken.members).get(name, ir.Names()), text)
            elif name not in value and not text and self.random.random() < 0.1:
                value[name] = self.random.choice((None, {}))


_DRAW: dict[type, Callable[[_Drawing, Any, dict[str, Slot]], None]] = {
    ir.Choose: _Drawing.choose,
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
    for op in ops:
        places = [getattr(op, "source", None), *getattr(op, "sources", ())]
        roots |= {place.root for place in places if isinstance(place, ir.Place)}
        if isinstance(op, ir.Combine):
            roots |= _roots(op.moves)
        elif isinstance(op, ir.Each):
            roots |= _roots(op.ops)
        elif isinstance(op, ir.Choose):
            roots |= {guard.place.root for alternative in op.alternatives for guard in alternative.guards}
            roots |= _roots(op.ops).union(*(_roots(alternative.ops) for alternative in op.alternatives))
    return roots


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
    nodes: list[tuple[Any, Any]] = []
    for part in ("body", "path", "query", "header", "item"):
        if made.get(part) is not None:
            nodes += [(made, part)] if part in ("body", "item") else []
            _gather(made[part], nodes)
    if not nodes:
        return
    owner, step = random.choice(nodes)
    if owner is not made and isinstance(owner, dict) and random.random() < 0.15:
        del owner[step]
    else:
        owner[step] = hostile_value(random)


def _gather(value: Any, nodes: list[tuple[Any, Any]]) -> None:
    steps = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for step in steps:
        nodes.append((value, step))
        _gather(value[step], nodes)
