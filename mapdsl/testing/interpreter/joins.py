"""Operations where several places meet: Join and Combine."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import attrs

from mapdsl import ir
from mapdsl.conversions import ABSENT, Conversion, Refused, Way, same
from mapdsl.paths import Where
from mapdsl.runtime import DROPPED, UNTRANSLATED, spell_place

from .findings import Findings, Stop
from .guards import holds
from .pipes import Flow, Pipes
from .places import Frame, Wrong, copied

__all__ = ["Meeting"]

_BEATEN = "another field took its place"


@attrs.frozen
class Meeting:
    """Runs joins and combinations."""

    findings: Findings
    pipes: Pipes

    # --- join ------------------------------------------------------------------------------------------------------

    def join(self, op: ir.Join, frame: Frame) -> None:
        conversion = self.pipes.known.conversion(op.convert)
        values = self._read(op.rule, op.sources, frame, conversion.takes_null)
        wheres = [frame.where(place) for place in op.sources]
        if all(value is ABSENT for value in values) and not _asked_of_nothing(op, conversion):
            return
        if op.partial and not conversion.takes_absent and any(value is ABSENT for value in values):
            for value, where in zip(values, wheres, strict=True):
                if value is not ABSENT:
                    self.findings.note(where, value)
            return
        self._check(op, values, wheres, conversion)
        images = self._images(op, values, wheres, conversion)
        if images is None:
            self._keep_nothing(op, wheres, conversion, frame)
            return
        exact = conversion.way(op.convert.to).injective or _stays_null(values, conversion)
        back = values if exact else _way_back(op, images, conversion, len(values))
        self.findings.reach("rule", op.rule)
        for place, image in zip(op.targets, images, strict=True):
            if image is not ABSENT:
                frame.target(place).write(place.path, copied(image))
        seen = tuple((frame.target_where(p), image) for p, image in zip(op.targets, images, strict=True))
        self._note(op, values, wheres, back, seen, conversion.way(op.convert.to))

    def _read(self, rule: int, places: tuple[ir.Place, ...], frame: Frame, null: bool) -> list[Any]:
        """The values at all places; what lies below a wrong parent is absent, and the parent told."""
        values = []
        for place in places:
            try:
                values.append(frame.value(place, null))
            except Wrong as wrong:
                self.findings.problem(rule, wrong.where, "an object", wrong.value)
                values.append(ABSENT)
        return values

    def _check(self, op: ir.Join, values: list[Any], wheres: list[Where], conversion: Conversion) -> None:
        """Refuse what the conversion does not take: absence among values, null among values."""
        for value, where in zip(values, wheres, strict=True):
            if value is ABSENT and not conversion.takes_absent:
                self.findings.fail(op.rule, where, "a value", value)
        joint = op.convert.table is not None and op.convert.table.joint  # it says itself what is wrong with null
        if not conversion.takes_null and not joint and any(value is not None for value in values):
            for value, where in zip(values, wheres, strict=True):
                if value is None:
                    self.findings.fail(op.rule, where, "a value", value)

    def _images(self, op: ir.Join, values: list[Any], wheres: list[Where], conversion: Conversion) -> list[Any] | None:
        """What the conversion makes, place by place; None where it has nothing to say of places that are all absent."""
        if _stays_null(values, conversion):
            return [None] * len(op.targets)
        given = values[0] if len(values) == 1 else tuple(values)
        try:
            result = conversion.way(op.convert.to).run(given)
        except Refused as refused:
            there = [number for number, value in enumerate(values) if value is not ABSENT]
            if not there:
                return None
            at = there[0] if refused.place is None else refused.place
            self.findings.fail(op.rule, wheres[at], refused.expected, values[at])
        self.pipes.reach_row(op.convert, given)
        return [result] if len(op.targets) == 1 else list(result)

    def _keep_nothing(self, op: ir.Join, wheres: list[Where], conversion: Conversion, frame: Frame) -> None:
        """Note that nothing was there, where the way home makes something of nothing."""
        home = _way_back(op, [ABSENT] * len(op.targets), conversion, len(wheres))
        seen = tuple((frame.target_where(place), ABSENT) for place in op.targets)
        for where, cell in zip(wheres, home or (), strict=home is not None):
            if cell is not ABSENT:
                self.findings.note(where, ABSENT, seen)

    def _note(
        self,
        op: ir.Join,
        values: list[Any],
        wheres: list[Where],
        back: list[Any] | None,
        seen: tuple[tuple[Where, Any], ...],
        way: Way,
    ) -> None:
        differ = [back is None or not _alike(one, other) for one, other in zip(back or values, values, strict=True)]
        if not any(differ):
            return
        kind = UNTRANSLATED if way.passes else DROPPED
        for where, value, differs in zip(wheres, values, differ, strict=True):
            if way.lossy and differs and value is not ABSENT:
                self.findings.lose(op.rule, where, value, way.lossy, kind)
            self.findings.note(where, value, seen)

    # --- combine ---------------------------------------------------------------------------------------------------

    def combine(self, op: ir.Combine, frame: Frame) -> None:
        values = [
            value if all(self._takes(taken, frame) for taken in move.taken) else ABSENT
            for move in op.moves
            for value in self._source(move, frame)
        ]
        flows = [Flow(m.rule, frame.where(m.source), v) for m, v in zip(op.moves, values, strict=True)]
        there = [number for number, value in enumerate(values) if value is not ABSENT]
        if not there:
            return
        combined = self._fold(op, values, flows)
        if self.pipes.asking is not None:
            return
        if combined is not ABSENT:
            frame.target(op.target).write(op.target.path, combined)
        else:
            frame.target(op.target).excused |= not op.target.path
        for flow in flows:
            self.findings.settle(flow.rule, flow.losses)
        seen = ((frame.target_where(op.target), combined),)
        exact = all(flow.exact for flow in flows)
        mark, alone = len(self.findings.notes), there == [op.two_way]
        for number, flow in enumerate(flows):
            if op.moves[number].taken and values[number] is ABSENT:
                continue
            if not alone or (number == op.two_way and not exact):
                self.findings.note(flow.where, values[number], seen)
        cases = op.moves[op.two_way].taken if alone else [taken for move in op.moves for taken in move.taken]
        for match, roots in {taken.match: taken.roots for taken in cases if taken.roots}.items():
            self.findings.chose(mark, match, tuple((root, frame.target_where(ir.Place(root))) for root in roots))

    def _takes(self, taken: ir.Taken, frame: Frame) -> bool:
        """Whether the source takes a case of a `match`."""
        for number, guards in enumerate(taken.cases):
            if guards and all(self._holds(guard, frame) for guard in guards):
                return number == taken.number
        return taken.number is None

    def _holds(self, guard: ir.Guard, frame: Frame) -> bool:
        asked = guard.place.root not in frame.sources and guard.place.root.startswith("request.")
        return asked or holds(guard, frame.source(guard.place))

    def _source(self, move: ir.Move, frame: Frame) -> list[Any]:
        return self._read(move.rule, (move.source,), frame, self.pipes.known.takes_null(move.pipe))

    def _fold(self, op: ir.Combine, values: list[Any], flows: list[Flow]) -> Any:
        """What the sources that are there give together. Raises Stop, once all were tried, where any has a problem."""
        combined: Any = ABSENT
        leader: Flow | None = None
        failed = False
        for move, value, flow, mode in zip(op.moves, values, flows, ("", *op.modes), strict=True):
            if value is ABSENT:
                continue
            self.findings.reach("rule", move.rule)
            try:
                if leader is None:
                    leader = flow
                    combined = self.pipes.run(move.pipe, value, flow)
                elif mode == "first":
                    flow.lose(_BEATEN)
                else:
                    combined, leader = self._meet(move, mode, combined, leader, flow)
            except Stop:
                failed = True
        if failed:
            raise Stop
        return combined

    def _meet(self, move: ir.Move, mode: str, combined: Any, leader: Flow, flow: Flow) -> tuple[Any, Flow]:
        """The value that comes of two, and the source that it came from."""
        if mode == "only_one":
            expected = f"only one of {spell_place(leader.where)} and {spell_place(flow.where)}"
            self.findings.fail(flow.rule, flow.where, expected, flow.seen)
        image = self.pipes.run(move.pipe, flow.seen, flow)
        if combined is ABSENT or image is ABSENT:
            return (combined, leader) if image is ABSENT else (image, flow)
        if mode == "append":
            return _joined(combined, image), leader
        if mode == "equal":
            if not same(combined, image):
                self.findings.fail(
                    flow.rule, flow.where, f"a value that agrees with {spell_place(leader.where)}", flow.seen
                )
            return combined, leader
        if combined is None and image is None:
            flow.lose(_BEATEN)
            return combined, leader
        pair = [_comparable(combined), _comparable(image)]
        if None in pair or type(pair[0]) is not type(pair[1]):
            expected = f"a value that compares with {spell_place(leader.where)}"
            self.findings.fail(flow.rule, flow.where, expected, flow.seen)
        wins = pair[1] > pair[0] if mode == "max" else pair[1] < pair[0]
        (leader if wins else flow).lose(_BEATEN)
        return (image, flow) if wins else (combined, leader)


def _asked_of_nothing(op: ir.Join, conversion: Conversion) -> bool:
    """Whether the conversion is asked where no source is there: a joint table may have a row for that."""
    return conversion.takes_absent and op.convert.table is not None and op.convert.table.joint


def _stays_null(values: list[Any], conversion: Conversion) -> bool:
    """Whether null goes past the conversion: where all are null."""
    return not conversion.takes_null and all(value is None for value in values)


def _way_back(op: ir.Join, images: list[Any], conversion: Conversion, places: int) -> list[Any] | None:
    """What the way back makes of the images, place by place; None where it refuses them."""
    try:
        back = conversion.way("old" if op.convert.to == "new" else "new").run(
            images[0] if len(images) == 1 else tuple(images)
        )
    except Refused:
        return None
    return [back] if places == 1 else list(back)


def _alike(one: Any, other: Any) -> bool:
    if one is ABSENT or other is ABSENT:
        return one is other
    return same(one, other)


def _joined(one: Any, other: Any) -> Any:
    if not isinstance(one, list) and not isinstance(other, list) and same(one, other):
        return one
    items: list[Any] = []
    for item in [*(one if isinstance(one, list) else [one]), *(other if isinstance(other, list) else [other])]:
        if not any(same(item, earlier) for earlier in items):
            items.append(item)
    return items


def _comparable(value: Any) -> Any:
    """A number as a Decimal, a text as it is, None for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal, str)):
        return None
    if isinstance(value, str):
        return value
    return Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
