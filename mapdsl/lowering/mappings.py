"""The mappings of a variant: request, response, failure and the items of a fan or gather, each in both directions."""

from __future__ import annotations

import json
from collections.abc import Iterable

import attrs

from mapdsl import syntax
from mapdsl.analysis import NBlock, NFan, NGather, NGuard, Spot
from mapdsl.ir import Failure, Fan, Gather, Keep, Lose, Mapping, Move, Op, Place
from mapdsl.paths import Ref

from .blocks import BlockLowering
from .envelope import Envelope
from .items import Items, first_readers, named_of_items, with_readers
from .literals import literals
from .lookups import lookups_in
from .names import Named, named_by
from .open_matches import always_in
from .pipes import lower_pipe
from .route_values import route_ops
from .rules import RuleTable, cited_fields

__all__ = ["Mappings"]


class Mappings:
    """Lowers the parts of one variant."""

    def __init__(self, envelope: Envelope) -> None:
        self.envelope = envelope
        self.model = envelope.model
        self.endpoint = envelope.endpoint
        self.variant = envelope.variant

    def request(self) -> tuple[tuple[Mapping, Mapping], Fan | None]:
        """The mappings to the new and to the old side, and the fan that makes several calls of the request."""
        rule_table = RuleTable(self.model.sources, self.endpoint.scope, "req")
        for side in ("old", "new"):
            rule_table.tell(side, self._told_by_routes(side))
        rule_table.enter(self.variant.query, query=True)
        rule_table.enter(self.variant.request)
        items = None if self.variant.fan is None else Items(self.variant.fan, rule_table)
        parameters = self._parameters(rule_table)
        self._paging_rows(rule_table, "query")
        block = rule_table.add(self.endpoint.node, "req", None, None, "rest")
        routes = self._route_rows(rule_table)
        ways = []
        for to in ("new", "old"):
            ops: list[Op] = self._blocks(
                "request", to, rule_table, ((self.variant.query, "query"), (self.variant.request, "body")), block, items
            )
            ops += self._path_ops(to, parameters, block)
            at = next((i for i, op in enumerate(ops) if isinstance(op, Keep)), len(ops))
            ops[at:at] = self._route_ops(to, rule_table, routes)
            ways.append(self._mapping("request", to, rule_table, ops, items))
        fan = None
        if self.variant.fan is not None and items is not None:
            fan = Fan(items.place, items.rule, self.variant.fan.key, self._split(self.variant.fan, items, rule_table))
        return (ways[0], ways[1]), fan

    def _told_by_routes(self, side: str) -> list[Spot]:
        """The places of a side that its routes give a literal."""
        return [spot for guards in self.variant.route_guards.values() for spot in literals(guards, side)]

    def _split(self, fan: NFan, items: Items, rule_table: RuleTable) -> tuple[Mapping, Mapping] | None:
        """The mappings between what stands at the fan's place and the list of its items, where a pipe makes it."""
        if not fan.pipe:
            return None
        item = Place("item")
        there = Move(items.rule, items.place, item, lower_pipe(fan.pipe, self.endpoint.scope, "new"))
        back = Move(items.rule, item, items.place, lower_pipe(fan.pipe, self.endpoint.scope, "old"))
        rules = tuple(rule_table.infos)
        return (
            Mapping("request", "new", (there,), rules, tuple(lookups_in((there,))), "target", items.rule),
            Mapping("request", "old", (back,), rules, tuple(lookups_in((back,))), "source", items.rule),
        )

    def response(self) -> tuple[tuple[Mapping, Mapping], Gather | None]:
        """The mappings to the new and to the old side, and the gather that makes one reply of several."""
        rule_table = RuleTable(self.model.sources, self.endpoint.scope, "resp")
        rule_table.enter(self.variant.response)
        items = None if self.variant.gather is None else Items(self.variant.gather, rule_table)
        self._paging_rows(rule_table, "resp")
        block = rule_table.add(self.endpoint.node, "resp", None, None, "rest")
        ways = []
        for to in ("new", "old"):
            ops = self._blocks("response", to, rule_table, ((self.variant.response, "body"),), block, items)
            ops = [*self._total(to, block), *ops]
            ways.append(self._mapping("response", to, rule_table, ops, items))
        gather = None
        if self.variant.gather is not None and items is not None:
            gather = self._gather(self.variant.gather, items, rule_table)
            rules = tuple(rule_table.infos)  # those of the failure block among them
            ways = [attrs.evolve(way, rules=rules) for way in ways]
        return (ways[0], ways[1]), gather

    def _gather(self, gather: NGather, items: Items, rule_table: RuleTable) -> Gather:
        node, failure = gather.node, None
        if gather.failure is not None:
            guards, block = gather.failure
            rule_table.enter(block, old=items.path)
            made = []
            for to in ("new", "old"):
                lowering = BlockLowering(rule_table, self.endpoint.scope, "response", to, "body", "item")
                made.append(
                    self._mapping("response", to, rule_table, list(lowering.block(block, rule=items.rule)), items)
                )
            old, new = (
                tuple(self.envelope.guard(guard, old="item") for guard in guards if guard.side == side)
                for side in ("old", "new")
            )
            rules = tuple(rule_table.infos)
            failure = Failure(old, new, *(attrs.evolve(mapping, rules=rules) for mapping in made))
        return Gather(items.place, items.rule, node.mode, node.key, node.stop, node.omit, failure)

    def failure(self) -> Failure | None:
        """The mappings of replies that tell of a failure, and the guards that say which these are."""
        if self.variant.failure is None:
            return None
        guards, block = self.variant.failure
        rule_table = RuleTable(self.model.sources, self.endpoint.scope, "resp")
        rule_table.enter(block)
        ways = [
            self._mapping("response", to, rule_table, self._blocks("response", to, rule_table, ((block, "body"),)))
            for to in ("new", "old")
        ]
        old = tuple(self.envelope.guard(g) for g in guards if g.side == "old")
        new = tuple(self.envelope.guard(g) for g in guards if g.side == "new")
        return Failure(old, new, ways[0], ways[1])

    def _blocks(
        self,
        part: str,
        to: str,
        rule_table: RuleTable,
        blocks: Iterable[tuple[NBlock, str]],
        rule: int = 0,
        items: Items | None = None,
    ) -> list[Op]:
        """The operations of all blocks of a part; what nobody names comes last, root by root."""
        source = "old" if to == "new" else "new"
        ops: list[Op] = []
        keeps: list[Op] = []
        confirms: list[Op] = []
        outer: tuple[tuple[tuple[str, ...], int], ...] = ()
        listed = list(blocks)
        for block, root in listed:
            lowering = BlockLowering(rule_table, self.endpoint.scope, part, to, root)
            if part == "request":
                told = tuple((side, spot) for side in ("old", "new") for spot in self._told_by_routes(side))
                lowering = attrs.evolve(lowering, reaching=told)
            outside = [other for other, r in listed if r != root]
            beside = tuple((r, other.statements) for other, r in listed if r != root)
            lowering = attrs.evolve(lowering, beside=beside)
            named, taken = (
                [
                    *self.envelope.owned(part, side, root),
                    *(name for other in outside for name in always_in(other, side) if name.root == root),
                    *named_of_items(items, side, root),
                ]
                for side in (source, to)
            )
            made = lowering.unconfirmed(block, named, taken, rule)
            confirms += lowering.confirms(block.statements)
            if not made:  # the items are the whole body
                continue
            *lowered, kept = made
            ops += lowered
            if not isinstance(kept, Keep):
                keeps.append(kept)
                continue
            if items is not None:
                kept = attrs.evolve(kept, objects=first_readers(kept, items, rule_table, source))
            if part == "request":
                kept = attrs.evolve(kept, only=self.envelope.places(source, to, root))
            elif items is not None:
                kept = attrs.evolve(kept, place=False)  # the items take what is over
            by_items = items is not None and part == "response" and to == "old"
            if by_items:
                outer = kept.objects
            if not by_items and not self._is_opaque(block):
                keeps.append(kept)
        if items is not None:
            spoken = [
                attrs.evolve(named, root="body")
                for block, root in listed
                for statement in block.statements
                for named in named_by(statement, "new")
                if (named.root or root) == "body"
            ]
            around = [*self.envelope.owned(part, "new", "body"), *spoken]
            more, last, again = self._items(part, to, rule_table, items, around)
            ops += more
            confirms += again
            keeps += [with_readers(op, outer) if isinstance(op, Keep) else op for op in last]
        return [*ops, *keeps, *confirms]

    def _items(
        self, part: str, to: str, rule_table: RuleTable, items: Items, beside: list[Named]
    ) -> tuple[list[Op], list[Op], list[Op]]:
        """The operations on the item of a fan or gather, those on what is over, and the second looks. `beside`: the
        names of the new message that others own.

        What nobody names of a fan's item has no place, for its messages share what is over; the item of a gather takes
        what nobody names of its reply.
        """
        lowering = BlockLowering(rule_table, self.endpoint.scope, part, to, "body", "item")
        named, taken = (beside, []) if to == "old" else ([], beside)
        *lowered, kept = lowering.unconfirmed(items.block, named, taken, items.rule)
        again: list[Op] = [*lowering.confirms(items.block.statements)]
        if not isinstance(kept, Keep) or part == "response":
            return lowered, [kept], again
        return lowered, [] if to == "old" else [attrs.evolve(kept, place=False)], again

    def _is_opaque(self, block: NBlock) -> bool:
        """Whether a block speaks of a message whose body passes as bytes, around the mapping."""
        return any(block is getattr(self.variant, opaque.part) for opaque in self.variant.opaque)

    def _total(self, to: str, rule: int) -> list[Op]:
        """The total that both sides show is copied as it stands; the runtime settles what one side alone shows."""
        paging = self.envelope.paging()
        if paging is None or paging[0].total is None or paging[1].total is None:
            return []
        old, new = Place("body", paging[0].total), Place("body", paging[1].total)
        return [Move(rule, old, new) if to == "new" else Move(rule, new, old)]

    def _paging_rows(self, rule_table: RuleTable, part: str) -> None:
        """What paging does to each field, as rows for `show` and for the guide."""
        sides, node = self.envelope.paging(), self.variant.paging
        if sides is None or node is None:
            return
        old, new = sides
        pairs = [(old.page or old.offset or old.cursor, new.page or new.offset or new.cursor)]
        pairs += [(old.size or old.limit, new.size or new.limit)]
        if part == "resp":
            pairs = [(old.total, new.total), (old.more, new.more)]
            pairs += [*((path, None) for _, path in old.echo), *((None, path) for _, path in new.echo)]
        for pair in pairs:
            if any(pair):
                ends = [str(Ref("", path)) if path else None for path in pair]
                cites = tuple(c for c in self.endpoint.cites if {*cited_fields(c)} & {e for e in ends if e})
                rule_table.add(node, part, ends[0], ends[1], "paging", cites=cites)

    def _route_rows(self, rule_table: RuleTable) -> dict[int, int]:
        """A row for each route that has guards, by id() of its node."""
        every = (*self.variant.old, *self.variant.new)
        if not any(self.variant.route_guards.get(id(route)) for route in every):
            return {}
        return {id(route): rule_table.add(route, "req", *self._told(route), "route", route.cites) for route in every}

    def _told(self, route: syntax.Route) -> tuple[str | None, str | None]:
        """The ends of a route's row: what its guards read on the other side, and the route. None where it has none."""
        told = [guard for guard in self.variant.route_guards.get(id(route), ()) if guard.side != route.side]
        if not told:
            return None, None
        fields = " + ".join(map(_as_read, told))
        itself = f"{route.method} {route.path}"
        return (fields, itself) if route.side == "new" else (itself, fields)

    def _route_ops(self, to: str, rule_table: RuleTable, rows: dict[int, int]) -> list[Op]:
        if not rows:
            return []
        lowering = BlockLowering(rule_table, self.endpoint.scope, "request", to, "body")
        return route_ops(lowering, self.variant, rows)

    def _parameters(self, rule_table: RuleTable) -> dict[str, int]:
        """Path parameters of one name on both sides that no rule speaks of correspond without a rule."""
        old, new = (self.envelope.path_names(side) for side in ("old", "new"))
        spoken = self.envelope.path_spoken("old") | self.envelope.path_spoken("new")
        auth = self.envelope.auth()
        carried = (
            {c.name for c in (auth.old, auth.new) if c is not None and c.kind == "path"} if auth is not None else set()
        )
        there = set(new)
        both = [name for name in old if name in there and name not in spoken and name not in carried]
        node = (self.variant.old or self.variant.new or (self.endpoint.node,))[0]
        return {name: rule_table.add(node, "req", f"@path.{name}", f"@path.{name}", "copy") for name in both}

    def _path_ops(self, to: str, parameters: dict[str, int], rule: int) -> list[Op]:
        source = "old" if to == "new" else "new"
        ops: list[Op] = [
            Move(number, Place("path", (name,)), Place("path", (name,))) for name, number in parameters.items()
        ]
        auth = self.envelope.auth()
        carrier = auth.side(source) if auth is not None else None
        known = {
            *parameters,
            *self.envelope.path_spoken(source),
            *((carrier.name,) if carrier is not None and carrier.kind == "path" else ()),
        }
        reason = f"no place in the {to} API"
        lost = [name for name in self.envelope.path_names(source) if name not in known]
        return ops + [Lose(rule, Place("path", (name,)), reason) for name in lost]

    def _mapping(self, part: str, to: str, rule_table: RuleTable, ops: list[Op], items: Items | None = None) -> Mapping:
        made = Mapping(part, to, tuple(ops), tuple(rule_table.infos), tuple(lookups_in(tuple(ops))))
        if items is None:
            return made
        return attrs.evolve(made, item="source" if to == "new" else "target", item_rule=items.rule)


def _as_read(guard: NGuard) -> str:
    """A guard as the row of a guide has it: the field, and the value where there is one."""
    of = guard.node.of
    field = f'select("{of.text}")' if isinstance(of, syntax.Selection) else str(of.ref)
    return f"{field}: {json.dumps(guard.test.values[0], default=str)}" if guard.test.kind == "is" else field
