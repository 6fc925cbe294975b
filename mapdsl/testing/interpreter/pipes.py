"""Pipes, step by step: what the reference interpreter does with one value between its two places."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from itertools import combinations
from typing import Any

import attrs

from mapdsl.conversions import ABSENT, Conversion, Refused, Way, build, from_table, same
from mapdsl.ir import Convert, ForEach, Look, Reference, Step, TableData
from mapdsl.paths import Where
from mapdsl.runtime import DROPPED, MOST_ITEMS, MOST_JOINED, UNTRANSLATED, Claim, Written

from .findings import Findings, Stop

__all__ = ["Flow", "Known", "Pipes", "conversion_of", "fits"]


def conversion_of(convert: Convert, exact: bool = False) -> Conversion:
    """The conversion that a step names, arguments filled in. With `exact`, numbers that it makes keep their digits."""
    if convert.table is not None:
        rows, facts = convert.table, {"open": convert.table.open, "joint": convert.table.joint}
        rule = None if rows.rule is None else conversion_of(rows.rule)
        return from_table(rows.rows, name=rows.name, refusal=rows.refusal, rule=rule, **facts)
    arguments = tuple(conversion_of(a, exact) if isinstance(a, Convert) else a for a in convert.args)
    return build(convert.name, arguments, exact=exact)


def fits(value: Any, domain: str) -> bool:
    """Whether a value may be asked of a lookup with this key domain."""
    if domain == "any":
        return not isinstance(value, (dict, list))
    if domain == "bytes" or isinstance(value, bytes):
        return isinstance(value, bytes) and domain == "bytes"
    if isinstance(value, bool) or domain == "boolean":
        return isinstance(value, bool) and domain == "boolean"
    if domain == "string":
        return isinstance(value, str)
    if not isinstance(value, (int, float, Decimal)):
        return False
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    return number.is_finite() and (domain == "number" or number == number.to_integral_value())


@attrs.define
class Known:
    """What need be worked out only once of a mapping: the conversions of its steps, and facts about its blocks."""

    exact: bool = False
    facts: dict[Any, Any] = attrs.field(factory=dict)
    _made: dict[int, tuple[Convert, Conversion]] = attrs.field(factory=dict)

    def takes_null(self, steps: tuple[Step, ...]) -> bool:
        """Whether null is a value to the first step of a pipe."""
        return bool(steps) and isinstance(steps[0], Convert) and self.conversion(steps[0]).takes_null

    def conversion(self, step: Convert) -> Conversion:
        # By identity: cells of tables cannot be hashed. The step is kept, so that its id stays its own.
        if id(step) not in self._made:
            self._made[id(step)] = (step, conversion_of(step, self.exact))
        return self._made[id(step)][1]


@attrs.define
class Flow:
    """A value on its way: the rule at work, the value that problems show and where it stands in the document.

    `in_place`: nothing has changed the value yet, so that items of it have paths of their own.
    `exact` turns False where the way back would not bring the value home; `losses` wait until the pipe has ended well.
    """

    rule: int
    where: Where
    seen: Any
    in_place: bool = True
    exact: bool = True
    losses: list[tuple[Where, Any, str, str | Claim]] = attrs.field(factory=list)

    def lose(self, reason: str, kind: str | Claim = DROPPED, where: Where | None = None, value: Any = None) -> None:
        """Note a loss: of what flows here, or of a part of it. One loss a place and reason is enough."""
        at, seen = (self.where, self.seen) if where is None else (where, value)
        if not any((told, why) == (at, reason) for told, _, why, _ in self.losses):
            self.losses.append((at, seen, reason, kind))

    def item(self, index: int, item: Any, first: bool) -> Flow:
        """The flow of an item of the list that flows here."""
        if self.in_place and first:
            return Flow(self.rule, (*self.where, index), item, True, losses=self.losses)
        return Flow(self.rule, self.where, self.seen, False, losses=self.losses)


@attrs.define
class Pipes:
    """Runs pipes. With `asking`, lookups note their keys there and answer nothing."""

    findings: Findings
    answers: Mapping[str, Mapping[Any, Any]]
    asking: dict[str, dict[Any, None]] | None = None
    known: Known = attrs.field(factory=Known)

    def run(self, steps: tuple[Step, ...], value: Any, flow: Flow) -> Any:
        """What comes out at the end; ABSENT where nothing does. Raises Stop after recording problems."""
        for number, step in enumerate(steps):
            if value is ABSENT:
                return ABSENT
            if isinstance(step, Convert):
                value = self._convert(step, value, flow, first=number == 0)
            elif value is None:
                continue
            elif isinstance(step, Look):
                value = self._look(step, value, flow)
            elif isinstance(step, ForEach):
                value = self._each(step, value, flow, first=number == 0)
            else:
                value = self._refer(step, value, flow, first=number == 0)
        return value

    def _convert(self, step: Convert, value: Any, flow: Flow, first: bool) -> Any:
        conversion = self.known.conversion(step)
        if value is None and not conversion.takes_null:
            return None
        way, back = conversion.way(step.to), conversion.way("old" if step.to == "new" else "new")
        try:
            image = way.run(value)
        except Refused as refused:
            spans = conversion.way("old" if step.to == "new" else "new").spans
            if not step.known_by or way.joins is None or spans is None:
                self.findings.fail(flow.rule, flow.where, refused.expected, flow.seen)
            image = self._joined(way.joins, value, flow)
            unless = Written(step.known_by, spans, image, value)
            self.findings.problem(flow.rule, flow.where, refused.expected, flow.seen, unless)
        else:
            self._doubt(step, value, image, back, flow)
        if step.known_by and way.spans is not None and value is not None:
            image = self._items(step.known_by, value, way.spans(value))
        self.reach_row(step, value)
        if step.table is not None and isinstance(value, dict):
            self._beside_cells(step, step.table, value, flow, own=flow.in_place and first)
        if not way.injective and not _returns(back.run, image, value, conversion.takes_null):
            flow.exact = False
            if way.lossy and not _still_means(way, back.run, image, value):
                flow.lose(way.lossy, UNTRANSLATED if way.passes else DROPPED)
        if way.untranslated is not None and value is not None and way.untranslated(value):
            flow.lose(way.stays, UNTRANSLATED)
        if way.passes_unlisted and step.table is not None and not _listed(step, value):
            flow.lose("unlisted value", UNTRANSLATED)
        return image

    def _beside_cells(self, step: Convert, table: TableData, value: dict[str, Any], flow: Flow, own: bool) -> None:
        """Members of an object that no cell of the table speaks of."""
        spoken = next(iter(table.members["old" if step.to == "new" else "new"]), None)
        homeless = f"no place in the {step.to} API"
        for name, member in value.items():
            if spoken is None or name not in spoken:
                flow.exact = False
                if own:
                    flow.lose(homeless, where=(*flow.where, name), value=member)
                else:
                    flow.lose(homeless)

    def _doubt(self, step: Convert, items: Any, text: Any, back: Way, flow: Flow) -> None:
        """Several names in one text: the lookup may know one name made of them."""
        if step.known_by and back.spans is not None and len(items) > 1:
            expected = f"a list of names that lookup {step.known_by} reads as the same names in one text"
            unless = Written(step.known_by, back.spans, text, items)
            self.findings.doubt(flow.rule, flow.where, expected, flow.seen, unless)

    def _items(self, lookup: str, text: str, spans: list[tuple[int, int]]) -> list[str]:
        """The items of a text, of which the lookup may know some that hold the separator."""
        pieces = [text[begin:end] for begin, end in spans]
        joined = {
            (first, last): text[spans[first][0] : spans[last - 1][1]]
            for first, last in combinations(range(len(spans) + 1), 2)
            if len(spans) <= MOST_ITEMS and 1 < last - first <= MOST_JOINED
        }
        if self.asking is not None:
            for key in (*pieces, *joined.values()):
                self.asking.setdefault(lookup, {})[key] = None
            return pieces
        known = self.answers.get(lookup, {})
        # All readings of the pieces before `last`, worst ones dropped: unknown pieces, items, lengths of the items.
        read: list[tuple[int, int, tuple[int, ...], list[str]]] = [(0, 0, (), [])]
        for last, piece in enumerate(pieces, start=1):
            ways = [(last - 1, piece, piece not in known)]
            ways += [(first, item, False) for (first, end), item in joined.items() if end == last and item in known]
            found = [
                (read[first][0] + lacks, read[first][1] - 1, (*read[first][2], first - last), [*read[first][3], item])
                for first, item, lacks in ways
            ]
            read.append(min(found))
        return read[-1][3]

    def _joined(self, joins: Callable[[Any], str], items: Any, flow: Flow) -> str:
        try:
            return joins(items)
        except Refused as refused:
            self.findings.fail(flow.rule, flow.where, refused.expected, flow.seen)

    def reach_row(self, step: Convert, value: Any) -> None:
        if step.table is None or self.findings.hook is None:
            return
        for number, row in enumerate(step.table.rows):
            cells, used = (row[0], row[2]) if step.to == "new" else (row[1], row[3])
            if used and same_cells(cells, value):
                self.findings.reach("row", step.table.name, step.to, number)

    def _look(self, step: Look, value: Any, flow: Flow) -> Any:
        answer = self._answer(step, value, flow)
        if answer is not _MISSED:
            return answer
        flow.lose("lookup miss", UNTRANSLATED if step.miss == "pass" else DROPPED)
        flow.exact = False
        return value if step.miss == "pass" else step.default if step.miss == "use" else ABSENT

    def _answer(self, step: Look, value: Any, flow: Flow) -> Any:
        """The answer, or _MISSED where the policy lets a miss pass."""
        if self.asking is not None:
            if fits(value, step.domain):
                self.asking.setdefault(step.lookup, {})[value] = None
            return ABSENT
        if not fits(value, step.domain):
            expected = f"{_ARTICLES.get(step.domain, 'a')} {step.domain} key for lookup {step.lookup}"
            self.findings.fail(flow.rule, flow.where, expected, flow.seen)
        known = self.answers.get(step.lookup, {})
        if value in known:
            self.findings.reach("answer", step.lookup, step.to)
            return known[value]
        if step.miss in ("error", "reject"):
            expected = step.text if step.miss == "reject" else f"a key that lookup {step.lookup} knows"
            self.findings.fail(flow.rule, flow.where, expected, flow.seen)
        self.findings.reach("miss", step.lookup, step.to)
        return _MISSED

    def _each(self, step: ForEach, value: Any, flow: Flow, first: bool) -> Any:
        if not isinstance(value, list):
            self.findings.fail(flow.rule, flow.where, "a list", flow.seen)
        images: list[Any] = []
        failed = False
        for index, item in enumerate(value):
            inner = flow.item(index, item, first)
            try:
                image = self.run(step.steps, item, inner)
            except Stop:
                failed = True
                continue
            flow.exact = flow.exact and inner.exact
            if image is ABSENT:
                flow.exact = False  # the way home sees an item less
            else:
                images.append(image)
        if failed:
            raise Stop
        return images

    def _refer(self, step: Reference, value: Any, flow: Flow, first: bool) -> Any:
        if step.to == "old":
            return self._dereference(step, value, flow, own=flow.in_place and first)
        image = {step.member: value}
        if step.look is not None and step.other is not None:
            answer = self._answer(step.look, value, flow)
            if answer is _MISSED:
                flow.lose("lookup miss", UNTRANSLATED)
                answer = step.look.default if step.look.miss == "use" else ABSENT
            if answer is not ABSENT:
                image[step.other] = answer
        return image

    def _dereference(self, step: Reference, value: Any, flow: Flow, own: bool) -> Any:
        if not isinstance(value, dict):
            self.findings.fail(flow.rule, flow.where, "an object", flow.seen)
        if step.member not in value:
            expected = f"member {json.dumps(step.member, ensure_ascii=False)}"
            self.findings.fail(flow.rule, flow.where, expected, flow.seen)
        member = value[step.member]
        if step.look is not None:
            flow.exact = False  # the way home adds what the lookup says
            if member is not None and not fits(member, step.look.domain):
                article = _ARTICLES.get(step.look.domain, "a")
                expected = f"{article} {step.look.domain} key for lookup {step.look.lookup}"
                self.findings.fail(flow.rule, flow.where, expected, flow.seen)
        if member is None:
            flow.exact = False  # null comes back for the object
        homeless = f"no place in the {step.side} API"
        for name, member in value.items():
            if name != step.member:
                flow.exact = False
                if name != step.other and own:
                    flow.lose(homeless, where=(*flow.where, name), value=member)
                elif name != step.other:
                    flow.lose(homeless)
        if step.look is not None and step.other in value:
            self._left_to_lookup(step, step.look, value, flow, own)
        return value[step.member]

    def _left_to_lookup(self, step: Reference, look: Look, value: dict[str, Any], flow: Flow, own: bool) -> None:
        """The member that the way home looks up: lost where the lookup gives another one, or is not asked."""
        assert step.other is not None
        key, other = value[step.member], value[step.other]
        at, seen = ((*flow.where, step.other), other) if own else (flow.where, flow.seen)
        if key is not None:
            default = look.default if look.miss == "use" else ABSENT
            claim = Claim(look.lookup, key, other, default)
            flow.lose(claim.reason, claim, where=at, value=seen)
        elif other is not None:
            flow.lose(f"no place in the {step.side} API", where=at, value=seen)


_ARTICLES = {"integer": "an", "any": "any"}
_MISSED = object()


def same_cells(cells: tuple[Any, ...], value: Any) -> bool:
    """Whether the cells of a row are the value: itself for one place, a tuple of values for several."""
    values = (value,) if len(cells) == 1 else value
    return len(cells) == len(values) and all(map(_same, cells, values))


def _same(one: Any, other: Any) -> bool:
    if one is ABSENT or other is ABSENT:
        return one is other
    return same(one, other)


def _returns(back: Any, image: Any, value: Any, takes_null: bool) -> bool:
    if image is ABSENT:
        return False
    if image is None and not takes_null:
        return value is None
    try:
        return same(back(image), value)
    except Refused:
        return False


def _still_means(way: Way, back: Any, image: Any, value: Any) -> bool:
    """Whether what comes back means the value, in another spelling."""
    if way.means is None or image is ABSENT:
        return False
    try:
        return way.means(value, back(image))
    except Refused:
        return False


def _listed(step: Convert, value: Any) -> bool:
    assert step.table is not None
    return any(same_cells(row[0] if step.to == "new" else row[1], value) for row in step.table.rows)
