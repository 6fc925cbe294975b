"""The items of a fan or gather: the list they stand in, and what the rules on them name beside them."""

from __future__ import annotations

import attrs

from mapdsl.analysis import NFan, NGather
from mapdsl.ir import Keep, Place
from mapdsl.paths import ITEMS, Ref

from .names import Named, named_by
from .rules import RuleTable

__all__ = ["Items", "first_readers", "named_of_items", "with_readers"]


class Items:
    """The list of a fan or gather, whose items the old ends of a block stand on; `rule` stands for the list."""

    def __init__(self, around: NFan | NGather, rule_table: RuleTable) -> None:
        fan = isinstance(around, NFan)
        self.path = (*around.of.names, *(() if isinstance(around, NFan) and around.pipe else (ITEMS,)))
        self.place = Place(around.of.root or "body", around.of.names)
        self.block = around.body
        spelled = str(Ref("" if self.place.root == "body" else f"@{self.place.root}", self.path))
        words = ("req", "fan") if fan else ("resp", "gather")
        self.rule = rule_table.add(around.node, words[0], spelled, None, words[1], around.node.cites)
        rule_table.enter(self.block, old=self.path)


def named_of_items(items: Items | None, side: str, root: str) -> list[Named]:
    """What a fan or gather names of a message: its list, and what the rules on its items name outside of them."""
    if items is None:
        return []
    found = [Named(items.place.root, items.place.path, owned=True)] if side == "old" else []
    found += [
        attrs.evolve(named, root=named.root or "body")
        for statement in items.block.statements
        for named in named_by(statement, side)
        if named.root or side == "new"
    ]
    return [named for named in found if named.root == root]


def with_readers(kept: Keep, outer: tuple[tuple[tuple[str, ...], int], ...]) -> Keep:
    """What the items take of the whole reply, with the first rule that reads each object, of those around as well."""
    first = dict(outer)
    return attrs.evolve(kept, objects=tuple((path, min(rule, first.get(path, rule))) for path, rule in kept.objects))


def first_readers(
    kept: Keep, items: Items, rule_table: RuleTable, side: str
) -> tuple[tuple[tuple[str, ...], int], ...]:
    """The objects that named places lie in, with the first rule on the items where that reads one first."""
    first = dict(kept.objects)
    for statement in items.block.statements:
        for named in named_by(statement, side):
            if (named.root or ("body" if side == "new" else "item")) == kept.source.root:
                for length in range(len(named.path)):
                    path = named.path[:length]
                    first[path] = min(rule_table.number(statement), first.get(path, rule_table.number(statement)))
    return tuple((path, first[path]) for path, _ in kept.objects)
