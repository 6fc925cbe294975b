"""What a message's blocks say of each place: every rule, list, guard, drop, add, hole and filter, with absolute paths.

Each list a, c { b -> d }     list   a[] / c[]          reads and writes both
                              rule   a[].b / c[].d      read on the way to new, written on the way to new

A block that many places share (see sharing.py) is walked at two of them, which tells what is wrong in it and whether
two of its places meet. At each further place it is walked where anything else speaks of what lies below that place;
else only what it names outside of its item is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal

import attrs

from mapdsl import syntax
from mapdsl.analysis.model import (
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
from mapdsl.paths import ITEMS, KEYS, Path, Ref

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
Branches = tuple[tuple[int, int], ...]
SIDES = ("old", "new")
MOST = 4_000  # places below which blocks are walked again: where more meet, what was found has to do
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
    not part of the item. `at` is the node to show. `spelled`: the name of a header as the text has it. `opens`: which
    of the matches in `branches` are open.
    """

    kind: Kind
    side: str
    site: Site
    statement: NStatement | NGuard | NFan | NGather
    at: syntax.Node
    ways: frozenset[str]
    inside: tuple[int, ...] = ()
    branches: Branches = ()
    many: bool = False
    spelled: str = ""
    opens: frozenset[int] = frozenset()

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
    branches: Branches = ()
    opens: frozenset[int] = frozenset()
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

    def start(walk: Walk) -> list[_Listed]:
        listed = [*walk.message(variant.request, "body"), *walk.message(variant.query, "query")]
        return listed if fan is None else [*listed, *walk.items(fan, fan.body)]

    return _gathered(variant, "request", start)


def gather_response(variant: VariantModel) -> list[Mention]:
    gather = variant.gather

    def start(walk: Walk) -> list[_Listed]:
        listed = walk.message(variant.response, "body")
        return listed if gather is None else [*listed, *walk.items(gather, gather.body)]

    return _gathered(variant, "response", start)


def gather_failure(variant: VariantModel) -> list[Mention]:
    failure = variant.failure
    return [] if failure is None else _gathered(variant, "failure", lambda walk: walk.message(failure[1], "body"))


def gather_all(variant: VariantModel) -> tuple[list[Mention], ...]:
    """The mentions of each message: request, response, failure, and a failed call as an item of a gather."""
    gather, failed = variant.gather, list[Mention]()
    if gather is not None and gather.failure is not None:
        around, block = gather, gather.failure[1]
        failed = _gathered(variant, "failed item", lambda walk: walk.items(around, block))
    return gather_request(variant), gather_response(variant), gather_failure(variant), failed


def _gathered(variant: VariantModel, message: str, start: Callable[[Walk], list[_Listed]]) -> list[Mention]:
    """The mentions of one message, worked out once: passes compare statements by identity."""
    if message not in variant.gathered:
        walk = Walk(tuple(_elsewhere(variant)))
        variant.gathered[message] = walk.finish(start(walk)), walk
    mentions: list[Mention] = variant.gathered[message][0]
    return list(mentions)


def _elsewhere(variant: VariantModel) -> Iterator[tuple[str, Site]]:
    """Places, by side, that something besides the blocks names: declared fields, paging, carriers, guards."""
    ends = [(fields.side, field.of) for fields in variant.fields for field in fields.fields]
    ends += [
        (side.side, value)
        for side in (variant.paging.sides if variant.paging is not None else ())
        for _, value in side.arguments
        if isinstance(value, syntax.End)
    ]
    ends += [
        (carrier.side, carrier.end)
        for carrier in (variant.auth.carriers if variant.auth is not None else ())
        if carrier.end is not None
    ]
    for side, end in ends:
        root = end.ref.root.removeprefix("@")
        yield side, Site("body" if root in ("", "$") else root, end.ref.path)
    for guards in (*variant.route_guards.values(), *variant.status_guards.values(), variant.only):
        for guard in guards:
            if isinstance(guard.of, Spot):
                yield guard.side, Site(guard.of.root or "body", guard.of.names)


def exclusive(a: Mention, b: Mention) -> bool:
    """Whether the two stand in different cases of one match, so that never both run."""
    return _apart(a.branches, b.branches)


def _apart(a: Branches, b: Branches) -> bool:
    cases = dict(a)
    return any(cases.get(match, number) != number for match, number in b)


def other_side(side: str) -> str:
    return "new" if side == "old" else "old"


def _ways(arrow: str) -> frozenset[str]:
    return {"<->": frozenset(SIDES), "->": frozenset({"new"}), "<-": frozenset({"old"})}[arrow]


# --- the walk ------------------------------------------------------------------------------------------------------


@attrs.define(eq=False)
class _Visit:
    """A block at one of its places. `listed`: what was told of it, None as long as it is put off."""

    each: NEach
    around: _Around
    listed: list[_Listed] | None = None
    outside: list[_Listed] = attrs.field(factory=list)

    @property
    def key(self) -> tuple[object, ...]:
        """Alike for places at which the block says the same, but for where it stands."""
        around = self.around
        return id(self.each.body), around.ways, around.many_here, around.many_above


_Listed = Mention | _Visit


@attrs.frozen(eq=False)
class Walk:
    """Walks the blocks of one message. `elsewhere`: the places that something besides these blocks names."""

    elsewhere: tuple[tuple[str, Site], ...] = ()
    _visits: dict[tuple[object, ...], list[_Visit]] = attrs.field(factory=dict, init=False)
    _put_off: list[_Visit] = attrs.field(factory=list, init=False)
    _copies: list[NBlock] = attrs.field(factory=list, init=False)  # kept: mentions know their blocks by id()
    _below: dict[tuple[str, Site], list[Mention]] = attrs.field(factory=dict, init=False)
    _guards: list[Mention] = attrs.field(factory=list, init=False)

    def message(self, block: NBlock, root: str) -> list[_Listed]:
        """A block whose own root is `body` or `query`, in the order of the text."""
        site = Site(root)
        return self._block(block, _Around(site, site, site, site))

    def items(self, around: NFan | NGather, block: NBlock) -> list[_Listed]:
        """A block whose old ends stand on an item, and its new ends on a message of its own."""
        root = Site(around.of.root or "body", around.of.names)
        old = Site(root.root, (*root.path, ITEMS))
        body = Site("body")
        listed = Mention("each", "old", root, around, around.node.of, frozenset(SIDES))
        return [listed, *self._block(block, _Around(old, body, body, body, inside=(id(around),)))]

    def finish(self, listed: list[_Listed]) -> list[Mention]:
        """Everything in the order of the text, once no block that is put off has anything more to tell."""
        self._index(listed)
        waiting, going = self._put_off, True
        while going and waiting:
            going = False
            for visit in list(waiting):
                if len(self._below) > MOST:
                    break
                if self._meets_others(visit) or all(map(self._meets_others, self._visits[visit.key])):
                    waiting.remove(visit)
                    self._visit(visit)
                    self._index([visit])
                    going = True
        return list(_flat(listed))

    def _block(self, block: NBlock, around: _Around) -> list[_Listed]:
        listed: list[_Listed] = []
        for statement in block.statements:
            match statement:
                case NRule():
                    listed += _rule(statement, around)
                case NEach():
                    listed += self._each(statement, around)
                case NMatch():
                    listed += self._match(statement, around)
                case NDrop(side=side, of=Spot() as spot):
                    listed.append(_mention("drop", side, spot, statement, statement.node.of, around))
                case NHole():
                    for side in statement.sides:
                        listed.append(_mention("hole", side, statement.of, statement, statement.node.of, around))
                case NFilter():
                    of = statement.node.of
                    listed.append(_mention("filter", statement.side, statement.of, statement, of, around))
                case _:
                    pass  # a drop by selection names no single place
        return listed

    def _each(self, each: NEach, around: _Around) -> list[_Listed]:
        visit = _Visit(each, around.enter(each))
        before = self._visits.setdefault(visit.key, [])
        if len(before) < 2:
            before.append(visit)
            self._visit(visit)
        else:
            self._put_off.append(visit)
            visit.outside = list(_outside(each.body, visit.around, visit.around, set()))
        return [
            _mention("each", "old", each.old, each, each.node.old, around, each.arrow),
            _mention("each", "new", each.new, each, each.node.new, around, each.arrow),
            visit,
        ]

    def _visit(self, visit: _Visit) -> None:
        """Tell what the block says here. Statements are known by identity: a second place has copies of them."""
        body = visit.each.body
        if self._visits[visit.key][0] is not visit:
            body = _copy(body)
            self._copies.append(body)
        visit.listed = self._block(body, visit.around)

    def _match(self, match: NMatch, around: _Around) -> list[_Listed]:
        listed: list[_Listed] = []
        around = attrs.evolve(around, opens=around.opens | {id(match)}) if match.open else around
        for number, case in enumerate(match.cases):
            inside = attrs.evolve(around, branches=(*around.branches, (id(match), number)))
            listed += [*_guarding(case, inside), *self._block(case.body, inside)]
        if isinstance(match.otherwise, NBlock):
            inside = attrs.evolve(around, branches=(*around.branches, (id(match), -1)))
            listed += self._block(match.otherwise, inside)
        return listed

    # --- who speaks of a place -------------------------------------------------------------------------------------

    def _index(self, listed: list[_Listed]) -> None:
        for mention in _flat(listed) if self._put_off else ():
            path = mention.site.path
            for length in range(len(path) + 1):
                place = mention.side, Site(mention.site.root, path[:length])
                self._below.setdefault(place, []).append(mention)
            if isinstance(mention.statement, NGuard) and mention.statement.test.kind == "is":
                self._guards.append(mention)

    def _meets_others(self, visit: _Visit) -> bool:
        """Whether anything but the block and what lies around it speaks of what lies below its place."""
        return any(self._is_shared_place(visit, side) for side in SIDES)

    def _is_shared_place(self, visit: _Visit, side: str) -> bool:
        base = visit.around.old if side == "old" else visit.around.new
        if any(named == side and _starts(site, base) for named, site in self.elsewhere):
            return True
        around = [guard for guard in self._guards if guard.side == side and _starts(base, guard.site)]
        return any(
            mention.statement is not visit.each
            and id(visit.each) not in mention.inside
            and not _apart(visit.around.branches, mention.branches)
            for mention in (*self._below.get((side, base), ()), *around)
        )


def _starts(site: Site, base: Site) -> bool:
    return site.root == base.root and site.path[: len(base.path)] == base.path


def _flat(listed: list[_Listed]) -> Iterator[Mention]:
    for each in listed:
        if isinstance(each, Mention):
            yield each
        else:
            yield from _flat(each.outside if each.listed is None else each.listed)


def _outside(block: NBlock, around: _Around, item: _Around, seen: set[int]) -> Iterator[Mention]:
    """What a block that is put off names outside of its `item`: each block in it is asked once."""
    seen.add(id(block))
    for mention in _flat(Walk()._block(_only_own(block), around)):
        inside = item.old if mention.side == "old" else item.new
        if not _starts(mention.site, inside):
            yield mention
    for each in _eaches(block):
        if id(each.body) not in seen:
            yield from _outside(each.body, around.enter(each), item, seen)


def _eaches(block: NBlock) -> Iterator[NEach]:
    for statement in block.statements:
        if isinstance(statement, NEach):
            yield statement
        elif isinstance(statement, NMatch):
            for case in statement.cases:
                yield from _eaches(case.body)
            if isinstance(statement.otherwise, NBlock):
                yield from _eaches(statement.otherwise)


def _only_own(block: NBlock) -> NBlock:
    """The block without the blocks in it."""
    own: list[NStatement] = []
    for statement in block.statements:
        if isinstance(statement, NMatch):
            cases = tuple(attrs.evolve(case, body=_only_own(case.body)) for case in statement.cases)
            otherwise = statement.otherwise
            otherwise = _only_own(otherwise) if isinstance(otherwise, NBlock) else otherwise
            own.append(attrs.evolve(statement, cases=cases, otherwise=otherwise))
        elif not isinstance(statement, NEach):
            own.append(statement)
    return NBlock(tuple(own), block.rest)


def _copy(block: NBlock) -> NBlock:
    """The block with statements of its own; what stands in an Each is copied when it is walked."""
    return attrs.evolve(block, statements=tuple(map(_copied, block.statements)))


def _copied(statement: NStatement) -> NStatement:
    if not isinstance(statement, NMatch):
        return attrs.evolve(statement)
    cases = tuple(
        attrs.evolve(case, guards=tuple(map(attrs.evolve, case.guards)), body=_copy(case.body))
        for case in statement.cases
    )
    otherwise = _copy(statement.otherwise) if isinstance(statement.otherwise, NBlock) else statement.otherwise
    return attrs.evolve(statement, cases=cases, otherwise=otherwise)


def _rule(rule: NRule, around: _Around) -> Iterator[Mention]:
    for side, spots in (("old", rule.old), ("new", rule.new)):
        for spot, end in zip(spots, ends_of(rule.node, side), strict=True):
            yield _mention("rule", side, spot, rule, end, around, rule.arrow)


def _guarding(case: NCase, around: _Around) -> Iterator[Mention]:
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
        spot.names[0] if spot.root == "header" and spot.names else "",
        around.opens,
    )
