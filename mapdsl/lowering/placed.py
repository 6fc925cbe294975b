"""Rules and the cases that they stand in: which of them may hold at the same time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator

import attrs

from mapdsl.analysis import NBlock, NMatch, NRule, NStatement

__all__ = ["Placed", "beaten_across_cases", "met_across_cases", "placed_in", "read_instead"]

_AGREE = (None, "only_one", "equal")  # ways to combine fields under which none beats another


@attrs.frozen
class Placed:
    """A rule and the cases that it stands in, outermost first: each a `match` and its number in it (None: `else`)."""

    rule: NRule
    cases: tuple[tuple[NMatch, int | None], ...] = ()

    def meets(self, other: Placed) -> bool:
        """Whether the two stand in different branches and can both be taken."""
        mine, others = ({id(match): number for match, number in each.cases} for each in (self, other))
        return mine != others and all(others.get(match, number) == number for match, number in mine.items())


def placed_in(statements: Iterable[NStatement], cases: tuple[tuple[NMatch, int | None], ...] = ()) -> Iterator[Placed]:
    """The rules of statements, those in cases included, in the order of the text."""
    for statement in statements:
        if isinstance(statement, NRule):
            yield Placed(statement, cases)
        elif isinstance(statement, NMatch):
            for number, case in enumerate(statement.cases):
                yield from placed_in(case.body.statements, (*cases, (statement, number)))
            if isinstance(statement.otherwise, NBlock):
                yield from placed_in(statement.otherwise.statements, (*cases, (statement, None)))


def met_across_cases(placed: Iterable[Placed], side: str) -> Iterator[NRule]:
    """The rules that write a place of a side which a rule of another branch may write as well.

    They are counted, not compared in pairs: of all that write a place, those of other cases of the same `match` go.
    """
    writers = [each for each in placed if each.rule.arrow in ("<->", "->" if side == "new" else "<-")]
    written: Counter[tuple[Hashable, ...]] = Counter()
    for each in writers:
        end = _end(each.rule, side)
        written[(end,)] += 1
        for match, number in each.cases:
            written[(end, id(match))] += 1
            written[(end, id(match), number)] += 1
    for each in writers:
        end = _end(each.rule, side)
        together = written[(end,)]
        for match, number in each.cases:
            together -= written[(end, id(match))] - written[(end, id(match), number)]
        if together > 1:
            yield each.rule


def beaten_across_cases(placed: Iterable[Placed], to: str) -> Iterator[NRule]:
    """The two-way rules that one of another branch may come before, or meet by its value, on the way back from a side.

    They are counted, as above.
    """
    side, way = ("old", "->") if to == "new" else ("new", "<-")
    writers = [each for each in placed if each.rule.arrow != way]
    by_value = {_end(each.rule, side) for each in writers if each.rule.combine not in (None, "first")}
    met = {id(rule) for rule in met_across_cases(writers, side)}
    before: Counter[tuple[Hashable, ...]] = Counter()
    for each in writers:
        end = _end(each.rule, side)
        beating = before[(end,)]
        for match, number in each.cases:
            beating -= before[(end, id(match))] - before[(end, id(match), number)]
        if each.rule.arrow == "<->" and (beating > 0 or (id(each.rule) in met and end in by_value)):
            yield each.rule
        before[(end,)] += 1
        for match, number in each.cases:
            before[(end, id(match))] += 1
            before[(end, id(match), number)] += 1


def read_instead(placed: Iterable[Placed], to: str) -> Iterator[NRule]:
    """The two-way rules whose field may come home with another value, where fields that meet need not agree.

    A rule of the way back alone ends there as well, and reads what some rule writes on the way to a side.
    """
    there, back, home = ("->", "<-", "old") if to == "new" else ("<-", "->", "new")
    rules = [each.rule for each in placed]
    written = {spot for rule in rules if rule.arrow in ("<->", there) for spot in getattr(rule, to)}
    ends = {_end(rule, home) for rule in rules if rule.arrow == back and written.intersection(getattr(rule, to))}
    differ = {_end(rule, home) for rule in rules if rule.arrow != there and rule.combine not in _AGREE}
    yield from (rule for rule in rules if rule.arrow == "<->" and _end(rule, home) in ends & differ)


def _end(rule: NRule, side: str) -> Hashable:
    return rule.old if side == "old" else rule.new
