"""What a message's blocks say of each place: every rule, list, guard, drop, add, hole and filter, with absolute paths.

Each list a, c { b -> d }     list   a[] / c[]          reads and writes both
                              rule   a[].b / c[].d      read on the way to new, written on the way to new
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import attrs

from mapdsl import syntax
from mapdsl.paths import ITEMS, KEYS, Path, Ref

from .model import (
    NBlock,
    NCase,
    NDrop,
    NEach,
    NFan,
    NFilter,
    NGather,
    NGuard,
    NHole,
    NMatch,
    NRule,
    NStatement,
    Spot,
    VariantModel,
)

__all__ = [
    "SIDES",
    "Mention",
    "Site",
    "exclusive",
    "gather_all",
    "gather_failure",
    "gather_request",
    "gather_response",
    "other_side",
]

Kind = Literal["rule", "each", "drop", "guard", "hole", "filter"]
SIDES = ("old", "new")
# What the items of an Each add to its place on the old and on the new side.
CROSSING: dict[str, tuple[Path, Path]] = {
    "object": ((), ()),
    "list": ((ITEMS,), (ITEMS,)),
    "map": ((KEYS,), (KEYS,)),
    "one": ((ITEMS,), ()),
}


@attrs.frozen
class Site:
    """A place of a message, from its root: body, path, query, header, status, request.*"""

    root: str
    path: Path = ()

    def __str__(self) -> str:
        return str(Ref("" if self.root == "body" else f"@{self.root}", self.path))


@attrs.frozen(eq=False)
class Mention:
    """One statement naming one place on one side.

    `ways` are the directions in which the statement runs. `inside` are the Eaches around it, `branches` the cases:
    (match, number of the case), -1 for its `else`. `many` says that it runs for each of many items while the place is
    not part of the item. `at` is the node to show.
    """

    kind: Kind
    side: str
    site: Site
    statement: NStatement | NGuard | NFan | NGather
    at: syntax.Node
    ways: frozenset[str]
    inside: tuple[int, ...] = ()
    branches: tuple[tuple[int, int], ...] = ()
    many: bool = False

    @property
    def writes(self) -> bool:
        """Whether the statement puts a value there on the way to this side."""
        if self.side not in self.ways or self.site.root.startswith("request."):
            return False
        match self.statement:
            case NDrop(origin=origin):
                return origin is not None
            case NHole(policy=policy):
                return policy.kind == "pass"
            case NGuard() | NFilter():
                return False
            case _:
                return True


@attrs.frozen
class _Around:
    """Where the walk stands: the absolute place of the block on both sides, and of the block around it."""

    old: Site
    new: Site
    up_old: Site
    up_new: Site
    ways: frozenset[str] = frozenset(SIDES)
    inside: tuple[int, ...] = ()
    branches: tuple[tuple[int, int], ...] = ()
    many_here: bool = False  # the innermost Each runs for many items
    many_above: bool = False  # ... or one further out does

    def site(self, side: str, spot: Spot) -> Site:
        if spot.root == "":
            base = self.old if side == "old" else self.new
        elif spot.root == "up":
            base = self.up_old if side == "old" else self.up_new
        else:
            base = Site(spot.root)
        names = tuple(name.lower() for name in spot.names) if base.root == "header" else spot.names
        return Site(base.root, (*base.path, *names))

    def many(self, spot: Spot) -> bool:
        if spot.root == "":
            return False
        return self.many_here or (spot.root != "up" and self.many_above)

    def enter(self, each: NEach) -> _Around:
        below_old, below_new = CROSSING[each.kind]
        old, new = self.site("old", each.old), self.site("new", each.new)
        return attrs.evolve(
            self,
            old=Site(old.root, (*old.path, *below_old)),
            new=Site(new.root, (*new.path, *below_new)),
            up_old=self.old,
            up_new=self.new,
            ways=self.ways & _ways(each.arrow),
            inside=(*self.inside, id(each)),
            many_here=each.kind in ("list", "map"),
            many_above=self.many_here or self.many_above,
        )


def gather_request(variant: VariantModel) -> list[Mention]:
    """Everything that the request and query blocks of a variant say; both speak of one message."""
    fan = variant.fan
    return [
        *walk(variant.request, "body"),
        *walk(variant.query, "query"),
        *(() if fan is None else _items(fan, fan.body)),
    ]


def gather_response(variant: VariantModel) -> list[Mention]:
    gather = variant.gather
    return [*walk(variant.response, "body"), *(() if gather is None else _items(gather, gather.body))]


def gather_failure(variant: VariantModel) -> list[Mention]:
    return [] if variant.failure is None else list(walk(variant.failure[1], "body"))


def gather_all(variant: VariantModel) -> tuple[list[Mention], ...]:
    """The mentions of each message: request, response, failure, and a failed call as an item of a gather."""
    gather = variant.gather
    failed = [] if gather is None or gather.failure is None else list(_items(gather, gather.failure[1]))
    return gather_request(variant), gather_response(variant), gather_failure(variant), failed


def _items(around: NFan | NGather, block: NBlock) -> Iterator[Mention]:
    """The mentions of a block whose old ends stand on an item, and its new ends on a message of its own."""
    root = Site(around.of.root or "body", around.of.names)
    old = Site(root.root, (*root.path, ITEMS))
    body = Site("body")
    yield Mention("each", "old", root, around, around.node.of, frozenset(SIDES))
    yield from _walk(block, _Around(old, body, body, body, inside=(id(around),)))


def walk(block: NBlock, root: str) -> Iterator[Mention]:
    """The mentions of a block whose own root is `body` or `query`, in the order of the text."""
    site = Site(root)
    yield from _walk(block, _Around(site, site, site, site))


def exclusive(a: Mention, b: Mention) -> bool:
    """Whether the two stand in different cases of one match, so that never both run."""
    cases = dict(a.branches)
    return any(cases.get(match, number) != number for match, number in b.branches)


def other_side(side: str) -> str:
    return "new" if side == "old" else "old"


def _ways(arrow: str) -> frozenset[str]:
    return {"<->": frozenset(SIDES), "->": frozenset({"new"}), "<-": frozenset({"old"})}[arrow]


def _walk(block: NBlock, around: _Around) -> Iterator[Mention]:
    for statement in block.statements:
        match statement:
            case NRule():
                yield from _rule(statement, around)
            case NEach():
                yield _mention("each", "old", statement.old, statement, statement.node.old, around, statement.arrow)
                yield _mention("each", "new", statement.new, statement, statement.node.new, around, statement.arrow)
                yield from _walk(statement.body, around.enter(statement))
            case NMatch():
                yield from _match(statement, around)
            case NDrop(side=side, of=Spot() as spot):
                yield _mention("drop", side, spot, statement, statement.node.of, around)
            case NHole():
                for side in statement.sides:
                    yield _mention("hole", side, statement.of, statement, statement.node.of, around)
            case NFilter():
                yield _mention("filter", statement.side, statement.of, statement, statement.node.of, around)
            case _:
                pass  # a drop by selection names no single place


def _rule(rule: NRule, around: _Around) -> Iterator[Mention]:
    for side, spots in (("old", rule.old), ("new", rule.new)):
        for spot, end in zip(spots, ends_of(rule.node, side), strict=True):
            yield _mention("rule", side, spot, rule, end, around, rule.arrow)


def _match(match: NMatch, around: _Around) -> Iterator[Mention]:
    for number, case in enumerate(match.cases):
        inside = attrs.evolve(around, branches=(*around.branches, (id(match), number)))
        yield from _guards(case, inside)
        yield from _walk(case.body, inside)
    if isinstance(match.otherwise, NBlock):
        yield from _walk(match.otherwise, attrs.evolve(around, branches=(*around.branches, (id(match), -1))))


def _guards(case: NCase, around: _Around) -> Iterator[Mention]:
    for guard in case.guards:
        # A selection has no place that analysis could know: its text alone stands for it.
        spot = guard.of if isinstance(guard.of, Spot) else Spot("selection", (guard.of,))
        yield _mention("guard", guard.side, spot, guard, guard.node, around)


def ends_of(rule: syntax.Rule, side: str) -> tuple[syntax.End, ...]:
    end = rule.old if side == "old" else rule.new
    return end.ends if isinstance(end, syntax.TupleEnd) else (end,)


def _mention(
    kind: Kind,
    side: str,
    spot: Spot,
    statement: NStatement | NGuard,
    at: syntax.Node,
    around: _Around,
    arrow: str = "<->",
) -> Mention:
    return Mention(
        kind,
        side,
        around.site(side, spot),
        statement,
        at,
        around.ways & _ways(arrow),
        around.inside,
        around.branches,
        around.many(spot),
    )
