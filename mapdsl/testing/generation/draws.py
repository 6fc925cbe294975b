"""Random values: members of domains, what a pipe takes, what no pipe takes. One `random.Random` decides everything."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from random import Random
from typing import Any

import attrs

from mapdsl.conversions import ABSENT, Domain, Refused
from mapdsl.ir import Convert, ForEach, Look, Mapping, Reference, Step
from mapdsl.testing.interpreter import Findings, Flow, Pipes, Stop

__all__ = ["Draws", "chance", "hostile_value", "member_of"]

_TRIES = 8
_UNTRIED = 0.03  # how often a value is drawn that the pipe may refuse, such as an item of a csv with a comma
_WORDS = ("a", "Sales", "359888123456", "Zoë", "x, y", "10 - ten", "0042", "a b", "é\U0001d11e", "Mon", "a.b[0]")
# Decimals without last zeros: 0.10 and 0.1 are one JSON value, and a law compares values.
_HOSTILE: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 1.5, 10**30, Decimal("0.1"), Decimal("-3"), "", "x", "1", "true", " ", "00:00:60"),
    *("2024-02-30T00:00:00Z", "\0", [], {}, [None], ["x"], [[]], {"a": 1}, {"id": None}, {"": {}}),
)


def chance(random: Random, likely: float) -> bool:
    """Whether something of that probability happens; what does not happen is the smaller choice."""
    return random.random() >= 1.0 - likely


def hostile_value(random: Random) -> Any:
    """Something that rarely fits."""
    return random.choice(_HOSTILE)


def member_of(domain: Domain, random: Random) -> Any:
    """A value of a declared domain: often an edge that the domain names, else a random member."""
    domain = random.choice((domain, domain, *domain.also))
    if domain.values and (domain.sample is None or not chance(random, 0.6)):
        return random.choice(domain.values)
    if domain.sample is not None:
        return domain.sample(random)
    return _BY_KIND.get(domain.kind, _scalar)(domain, random)


def _scalar(domain: Domain, random: Random) -> Any:
    return random.choice((random.choice(_WORDS), random.randint(-5, 10**6), chance(random, 0.5), Decimal("1.5"), 0.5))


def _integer(domain: Domain, random: Random) -> int:
    low = int(domain.low) if domain.low is not None else -100
    return random.randint(low, int(domain.high) if domain.high is not None else low + 10**6)


def _array(domain: Domain, random: Random) -> list[Any]:
    low = int(domain.low or 0)
    high = int(domain.high) if domain.high is not None else low + 3
    return [member_of(domain.items or Domain("any"), random) for _ in range(random.randint(low, high))]


_BY_KIND: dict[str, Callable[[Domain, Random], Any]] = {
    "string": lambda domain, random: random.choice(_WORDS),
    "integer": _integer,
    "number": lambda domain, random: random.choice((_integer(domain, random), Decimal("0.25"))),
    "boolean": lambda domain, random: chance(random, 0.5),
    "null": lambda domain, random: None,
    "array": _array,
    "object": lambda domain, random: {name: member_of(below, random) for name, below in domain.members},
    "joint": lambda domain, random: tuple(member_of(below, random) for _, below in domain.members),
}


@attrs.define
class Draws:
    """Draws what the pipes of one mapping take. `in_turns`: rows of a table in turns first, then at random."""

    mapping: Mapping
    random: Random
    in_turns: bool = True
    row: tuple[int, int] | None = None  # of one conversion, by its identity: the row that is used
    _turns: dict[int, int] = attrs.field(factory=dict)
    _pipes: Pipes = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self._pipes = Pipes(Findings(()), {}, asking={})

    def scalar(self, text: bool = False) -> Any:
        return self.random.choice(_WORDS) if text else _scalar(Domain("any"), self.random)

    def anything(self, text: bool = False) -> Any:
        """Any JSON value; of a text part, a text."""
        if text or not chance(self.random, 0.3):
            return self.scalar(text)
        return self.random.choice(([], {}, None, [1, "a"], {"a": [{"b": None}]}, {"id": 1}))

    def taken_by(self, steps: tuple[Step, ...], text: bool = False) -> Any:
        """A value that the pipe takes, as far as a few tries find one."""
        if not steps:
            return self.scalar(text)
        if chance(self.random, _UNTRIED):
            return self._candidate(steps, text)
        value = None
        for _ in range(_TRIES):
            value = self._candidate(steps, text)
            if self._passes(steps, value):
                return value
        return value

    def cells(self, convert: Convert) -> tuple[Any, ...]:
        """What a joint conversion takes, one value for each place; ABSENT for a place that is not there."""
        value: Any = self._row(convert)
        if value is None:
            conversion = self._pipes.known.conversion(convert)
            value = member_of(conversion.source(convert.to), self.random)
            places = conversion.old_places if convert.to == "new" else conversion.new_places
            if places == 1:
                return (value,)
        return tuple(value)

    def _candidate(self, steps: tuple[Step, ...], text: bool) -> Any:
        first, rest = steps[0], steps[1:]
        if isinstance(first, Look):
            return self.key(first, text)
        if isinstance(first, ForEach):
            items = [self.taken_by(first.steps, text) for _ in range(self.random.randint(0, 3))]
            return [item for item in items if item is not ABSENT]  # a cell of a row that has none
        if isinstance(first, Reference):
            return self._reference(first, rest, text)
        row = self._row(first)
        if row is not None and not rest:
            return row[0]
        conversion = self._pipes.known.conversion(first)
        if rest:
            try:
                return conversion.way("old" if first.to == "new" else "new").run(self.taken_by(rest))
            except Refused:
                pass
        return member_of(conversion.source(first.to), self.random)

    def _row(self, convert: Convert) -> tuple[Any, ...] | None:
        """The cells of a row that is read this way; None now and then, and where there is no table."""
        if convert.table is None:
            return None
        column, used = (0, 2) if convert.to == "new" else (1, 3)
        rows: list[tuple[Any, ...]] = [_cells(row, column) for row in convert.table.rows if row[used]]
        if self.row is not None and self.row[0] == id(convert):
            return rows[self.row[1]]
        if self.in_turns:
            turn = self._turns.get(id(convert), 0)
            self._turns[id(convert)] = turn + 1
            if turn < len(rows):
                return rows[turn]
        if not rows or (convert.table.open and chance(self.random, 0.2)):
            return None
        return self.random.choice(rows)

    def _reference(self, step: Reference, rest: tuple[Step, ...], text: bool) -> Any:
        if step.to == "new":
            return self.key(step.look, text) if step.look is not None else self.scalar(text)
        # Where a lookup answers the way home, the member is its key: a text, and the other its answer.
        value = {step.member: self.taken_by(rest, text or step.look is not None)}
        if step.other is not None and not chance(self.random, 0.3):
            value[step.other] = self.scalar() if step.look is None else self.key(step.look)
        if chance(self.random, 0.2):
            value["spare"] = self.scalar()
        return value

    def key(self, look: Look, text: bool = False) -> Any:
        """A key in the lookup's domain."""
        if text or look.domain == "string":
            return self.random.choice(_WORDS)
        if look.domain == "bytes":
            return self.random.choice((b"", b"RIFF", b"\xff\xfb"))
        if look.domain == "boolean":
            return chance(self.random, 0.5)
        return self.random.randint(1, 50)

    def takes(self, steps: tuple[Step, ...], value: Any) -> bool:
        """Whether the pipe takes a value; null goes past it."""
        return value is None or not steps or self._passes(steps, value)

    def _passes(self, steps: tuple[Step, ...], value: Any) -> bool:
        try:
            return self._pipes.run(steps, value, Flow(0, (), value)) is not ABSENT or _asks(steps)
        except Stop:
            return False


def _cells(row: tuple[Any, ...], column: int) -> tuple[Any, ...]:
    cells: tuple[Any, ...] = row[column]
    return cells


def _asks(steps: tuple[Step, ...]) -> bool:
    return any(isinstance(s, Look) or (isinstance(s, ForEach) and _asks(s.steps)) for s in steps)
