"""Endpoints of the model -> units of the program."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from collections.abc import Mapping as MappingOf
from typing import Any

import attrs

from mapdsl import syntax
from mapdsl.analysis import (
    EndpointModel,
    Model,
    NBlock,
    NFan,
    NFilter,
    NGather,
    NGuard,
    NRule,
    NStatement,
    Spot,
    VariantModel,
)
from mapdsl.ir import (
    Auth,
    Carrier,
    Edge,
    Failure,
    Fan,
    FieldDecl,
    Gather,
    Guard,
    Keep,
    LookupDecl,
    Lose,
    Mapping,
    Move,
    Op,
    PagingSide,
    Place,
    Program,
    Residual,
    RouteDecl,
    StatusRow,
    Unit,
)
from mapdsl.paths import ITEMS, KEYS, Ref

from .blocks import BlockLowering
from .literals import literals
from .lookups import lookups_in, sides_of_bytes
from .names import Named, named_by
from .pipes import lower_pipe
from .route_values import named_by_routes, route_ops
from .rules import Book, cited_fields
from .spoken import guessed, spoken
from .updates import enrichment, replacement

__all__ = ["lower"]

Needed = MappingOf[tuple[str, str | None], tuple[tuple[str, str | None, str], ...]]
SCAN = 10_000  # how many items a list may have that is collected whole, where the spec does not say
_PAGED = (("request", "query"), ("request", "body"), ("response", "body"))  # where fields of paging stand
_PARAMETER = re.compile(r"\{([^{}]+)\}")


def lower(model: Model, digest: str, assumed: Needed | None = None) -> Program:
    """The whole program. The model holds no errors. `assumed`: what the fields that no document names are called."""
    told = assumed or {}
    units = tuple(
        _assuming(_unit(model, endpoint, variant), told.get((endpoint.name, variant.name), ()))
        for endpoint in model.endpoints
        for variant in endpoint.variants
    )
    lookups = [LookupDecl(d.name, d.old, d.new, d.arrow == "<->", False, False, *_at(model, d)) for d in model.lookups]
    lookups += [LookupDecl(c.name, "string", "string", True, True, c.same, *_at(model, c)) for c in model.credentials]
    return Program(units, tuple(lookups), _edge(model, "old"), _edge(model, "new"), digest)


def _assuming(unit: Unit, rows: tuple[tuple[str, str | None, str], ...]) -> Unit:
    """The unit with the fields that no document names."""
    return attrs.evolve(
        unit, assumed=rows, guessed=guessed(unit.spoken, {hole: question for hole, _, question in rows})
    )


def _at(model: Model, node: syntax.Node) -> tuple[str, int]:
    source = model.sources.get(node.span.source)
    return (source.name, source.position(node.span.start)[0]) if source is not None else ("", 0)


def _edge(model: Model, side: str) -> Edge:
    base = model.facts.get((side, "base"), ("",))
    title = model.facts.get((side, "title"), ("",))
    rpc = model.facts.get((side, "rpc"), ("",))
    return Edge(base[0], model.facts.get((side, "wire"), ("repeated",)), title[0], rpc[0])


def _unit(model: Model, endpoint: EndpointModel, variant: VariantModel) -> Unit:
    lowering = _Variant(model, endpoint, variant)
    source = model.sources[endpoint.node.span.source]
    request, response = lowering.request(), lowering.response()
    return Unit(
        endpoint.name,
        variant.name,
        source.name,
        source.position(endpoint.node.span.start)[0],
        lowering.routes("old"),
        lowering.routes("new"),
        request,
        response,
        auth=lowering.auth(),
        paging=lowering.paging(),
        statuses=lowering.statuses(),
        failure=lowering.failure(),
        prefer=endpoint.node.prefer,
        bodiless=lowering.bodiless(),
        fields=lowering.fields(),
        opaque=tuple(dict.fromkeys(opaque.part for opaque in variant.opaque)),
        data=sides_of_bytes(request, {each.name: (each.old, each.new) for each in model.lookups}),
        fan=lowering.fan,
        gather=lowering.gather,
        scan=lowering.scan(),
        totals=lowering.totals(),
        only_old=lowering.only("old"),
        only_new=lowering.only("new"),
        residuals=lowering.residuals(),
        replace=replacement(model, variant, request),
        enrich=tuple(enrichment(each, _at(model, each)[1]) for each in variant.enrich),
        keyed=tuple((each.side, str(each.of.ref.path[0]).lower()) for each in variant.idempotency),
        scopes=tuple((each.side, name) for each in variant.scopes for name in each.names),
        misplaced=lowering.misplaced(),
        spoken=spoken(variant, lowering.paged_places()),
    )


class _Variant:
    """Lowers one variant, part by part."""

    def __init__(self, model: Model, endpoint: EndpointModel, variant: VariantModel) -> None:
        self.model = model
        self.endpoint = endpoint
        self.variant = variant
        self.fan: Fan | None = None  # made with the mappings of the request
        self.gather: Gather | None = None  # ... and of the response

    # --- envelope --------------------------------------------------------------------------------------------------

    def routes(self, side: str) -> tuple[RouteDecl, ...]:
        found = []
        for route in self.variant.old if side == "old" else self.variant.new:
            guards = self.variant.route_guards.get(id(route), ())
            read = tuple(self._guard(g) for g in guards if g.side == side)
            other = tuple(self._guard(g) for g in guards if g.side != side)
            params = None if route.params is None else tuple((param.name, param.optional) for param in route.params)
            found.append(RouteDecl(side, route.method, route.path, read, other, params=params))
        return tuple(found)

    def totals(self) -> str:
        declared = () if self.variant.paging is None else self.variant.paging.scan
        return (declared[0].total if declared else None) or "exact"

    def only(self, side: str) -> tuple[Guard, ...]:
        return tuple(self._guard(guard, "item", "item") for guard in self.variant.only if guard.side == side)

    def statuses(self) -> tuple[StatusRow, ...]:
        found = []
        for status in self.variant.statuses:
            guards = self.variant.status_guards.get(id(status), ())
            sides = [tuple(self._guard(guard) for guard in guards if guard.side == side) for side in ("old", "new")]
            found.append(StatusRow(status.old, status.arrow, status.new, *sides))
        return tuple(found)

    def residuals(self) -> tuple[Residual, ...]:
        found = []
        for block, root in ((self.variant.query, "query"), (self.variant.request, "body")):
            for statement in block.statements:
                if isinstance(statement, NFilter) and statement.policy.kind == "residual":
                    path = (statement.of.root or root, *map(str, statement.of.names))
                    bound, where = statement.policy.value, statement.node.where
                    scan = bound if isinstance(bound, int) else None
                    member, several = () if where is None else _names(where), bool(statement.node.pipe)
                    found.append(Residual(statement.side, path, member, scan, csv=several))
                elif isinstance(statement, NRule) and statement.node.where is not None:
                    found += _residuals_of(statement, statement.node.where, root)
        return tuple(found)

    def _guard(self, guard: NGuard, old: str = "", root: str = "body") -> Guard:
        book = Book(self.model.sources, self.endpoint.scope, "req")
        return BlockLowering(book, self.endpoint.scope, "request", "new", root, old).guard(guard)

    def auth(self) -> Auth | None:
        declared = self.variant.auth
        if declared is None:
            return None
        credential = self.endpoint.scope.credentials.get(declared.credential)
        same = credential is not None and credential.same
        return Auth(declared.credential, same, _of_side(declared, "old"), _of_side(declared, "new"))

    def misplaced(self) -> tuple[tuple[str, str, str], ...]:
        """Where a credential may stand by mistake: under the name that carries one in the query of another endpoint,
        or, of this endpoint's own, in the body. Names that rules speak of are none of them."""
        own = self.auth()
        found = []
        for side in ("old", "new"):
            carrier = None if own is None else own.side(side)
            here = carrier.name if carrier is not None and carrier.kind == "query" else None
            for part, names in (("query", self._query_carriers(side) - {here}), ("body", {here} - {None})):
                found += [
                    (side, part, str(name)) for name in sorted(map(str, names)) if not self._speaks(side, part, name)
                ]
        return tuple(found)

    def _query_carriers(self, side: str) -> set[str | None]:
        """The parameters of a query that carry a credential in any endpoint."""
        declared = [
            each.auth for endpoint in self.model.endpoints for each in endpoint.variants if each.auth is not None
        ]
        carriers = [_carrier(carrier) for auth in declared for carrier in auth.carriers if carrier.side == side]
        return {carrier.name for carrier in carriers if carrier.kind == "query"}

    def _speaks(self, side: str, part: str, name: str | None) -> bool:
        """Whether the request's blocks, routes or paging name this member of a part."""
        blocks = ((self.variant.query, "query"), (self.variant.request, "body"))
        spoken = [
            (n.root or root, n.path) for block, root in blocks for s in block.statements for n in named_by(s, side)
        ]
        if self.variant.fan is not None:
            spoken.append((self.variant.fan.of.root or "body", self.variant.fan.of.names))
        spoken += [(part, named.path) for named in self._owned("request", side, part)]
        return any(root == part and path[:1] == (name,) for root, path in spoken)

    def paging(self) -> tuple[PagingSide, PagingSide] | None:
        declared = self.variant.paging
        if declared is None:
            return None
        sides = {side.side: _paging_side(side) for side in declared.sides}
        return sides.get("old", PagingSide("none")), sides.get("new", PagingSide("none"))

    def failure(self) -> Failure | None:
        if self.variant.failure is None:
            return None
        guards, block = self.variant.failure
        book = Book(self.model.sources, self.endpoint.scope, "resp")
        book.enter(block)
        ways = [
            self._mapping("response", to, book, self._blocks("response", to, book, ((block, "body"),)))
            for to in ("new", "old")
        ]
        old = tuple(self._guard(g) for g in guards if g.side == "old")
        new = tuple(self._guard(g) for g in guards if g.side == "new")
        return Failure(old, new, ways[0], ways[1])

    # --- mappings --------------------------------------------------------------------------------------------------

    def request(self) -> tuple[Mapping, Mapping]:
        book = Book(self.model.sources, self.endpoint.scope, "req")
        for side in ("old", "new"):
            book.tell(side, self._told_by_routes(side))
        book.enter(self.variant.query, query=True)
        book.enter(self.variant.request)
        items = None if self.variant.fan is None else Items(self.variant.fan, book)
        parameters = self._parameters(book)
        self._paging_rows(book, "query")
        block = book.add(self.endpoint.node, "req", None, None, "rest")
        routes = self._route_rows(book)
        ways = []
        for to in ("new", "old"):
            ops: list[Op] = self._blocks(
                "request", to, book, ((self.variant.query, "query"), (self.variant.request, "body")), block, items
            )
            ops += self._path_ops(to, parameters, block)
            at = next((i for i, op in enumerate(ops) if isinstance(op, Keep)), len(ops))
            ops[at:at] = self._route_ops(to, book, routes)
            ways.append(self._mapping("request", to, book, ops, items))
        if self.variant.fan is not None and items is not None:
            self.fan = Fan(items.place, items.rule, self.variant.fan.key, self._split(self.variant.fan, items, book))
        return ways[0], ways[1]

    def _told_by_routes(self, side: str) -> list[Spot]:
        """The places of a side that its routes give a literal."""
        return [spot for guards in self.variant.route_guards.values() for spot in literals(guards, side)]

    def _split(self, fan: NFan, items: Items, book: Book) -> tuple[Mapping, Mapping] | None:
        """The mappings between what stands at the fan's place and the list of its items, where a pipe makes it."""
        if not fan.pipe:
            return None
        item = Place("item")
        there = Move(items.rule, items.place, item, lower_pipe(fan.pipe, self.endpoint.scope, "new"))
        back = Move(items.rule, item, items.place, lower_pipe(fan.pipe, self.endpoint.scope, "old"))
        rules = tuple(book.infos)
        return (
            Mapping("request", "new", (there,), rules, tuple(lookups_in((there,))), "target", items.rule),
            Mapping("request", "old", (back,), rules, tuple(lookups_in((back,))), "source", items.rule),
        )

    def response(self) -> tuple[Mapping, Mapping]:
        book = Book(self.model.sources, self.endpoint.scope, "resp")
        book.enter(self.variant.response)
        items = None if self.variant.gather is None else Items(self.variant.gather, book)
        self._paging_rows(book, "resp")
        block = book.add(self.endpoint.node, "resp", None, None, "rest")
        ways = []
        for to in ("new", "old"):
            ops = self._blocks("response", to, book, ((self.variant.response, "body"),), block, items)
            ops = [*self._total(to, block), *ops]
            ways.append(self._mapping("response", to, book, ops, items))
        if self.variant.gather is not None and items is not None:
            self.gather = self._gather(self.variant.gather, items, book)
            rules = tuple(book.infos)  # those of the failure block among them
            ways = [attrs.evolve(way, rules=rules) for way in ways]
        return ways[0], ways[1]

    def _gather(self, gather: NGather, items: Items, book: Book) -> Gather:
        node, failure = gather.node, None
        if gather.failure is not None:
            guards, block = gather.failure
            book.enter(block, old=items.path)
            made = []
            for to in ("new", "old"):
                lowering = BlockLowering(book, self.endpoint.scope, "response", to, "body", "item")
                made.append(self._mapping("response", to, book, list(lowering.block(block, rule=items.rule)), items))
            sides = [tuple(self._guard(g, old="item") for g in guards if g.side == side) for side in ("old", "new")]
            rules = tuple(book.infos)
            failure = Failure(sides[0], sides[1], *(attrs.evolve(mapping, rules=rules) for mapping in made))
        return Gather(items.place, items.rule, node.mode, node.key, node.stop, node.omit, failure)

    def scan(self) -> int:
        declared = () if self.variant.paging is None else self.variant.paging.scan
        return declared[0].bound if declared else SCAN

    def _blocks(
        self,
        part: str,
        to: str,
        book: Book,
        blocks: Iterable[tuple[NBlock, str]],
        rule: int = 0,
        items: Items | None = None,
    ) -> list[Op]:
        """The operations of all blocks of a part; what nobody names comes last, root by root."""
        source = "old" if to == "new" else "new"
        ops: list[Op] = []
        keeps: list[Op] = []
        outer: tuple[tuple[tuple[str, ...], int], ...] = ()
        listed = list(blocks)
        for block, root in listed:
            lowering = BlockLowering(book, self.endpoint.scope, part, to, root)
            if part == "request":
                told = tuple((side, spot) for side in ("old", "new") for spot in self._told_by_routes(side))
                lowering = attrs.evolve(lowering, reaching=told)
            outside = [s for other, r in listed if r != root for s in other.statements]
            made = lowering.block(
                block,
                [*self._owned(part, source, root), *_named_from(outside, source, root), *_of(items, source, root)],
                [*self._owned(part, to, root), *_named_from(outside, to, root), *_of(items, to, root)],
                rule,
            )
            if not made:  # the items are the whole body
                continue
            *lowered, kept = made
            ops += lowered
            if not isinstance(kept, Keep):
                keeps.append(kept)
                continue
            if items is not None:
                kept = attrs.evolve(kept, objects=_first_readers(kept, items, book, source))
            if part == "request":
                kept = attrs.evolve(kept, only=self._places(source, to, root))
            elif items is not None:
                kept = attrs.evolve(kept, place=False)  # the items take what is over
            taken = items is not None and part == "response" and to == "old"
            if taken:
                outer = kept.objects
            if not taken and not self._is_opaque(block):
                keeps.append(kept)
        if items is not None:
            beside = [
                attrs.evolve(named, root="body")
                for block, root in listed
                for statement in block.statements
                for named in named_by(statement, "new")
                if (named.root or root) == "body"
            ]
            more, last = self._items(part, to, book, items, [*self._owned(part, "new", "body"), *beside])
            ops += more
            keeps += [_with_readers(op, outer) if isinstance(op, Keep) else op for op in last]
        return [*ops, *keeps]

    def _items(self, part: str, to: str, book: Book, items: Items, beside: list[Named]) -> tuple[list[Op], list[Op]]:
        """The operations on the item of a fan or gather, those on what is over apart. `beside`: the names of the new
        message that others own.

        What nobody names of a fan's item has no place, for its messages share what is over; the item of a gather takes
        what nobody names of its reply.
        """
        lowering = BlockLowering(book, self.endpoint.scope, part, to, "body", "item")
        named, taken = (beside, []) if to == "old" else ([], beside)
        *lowered, kept = lowering.block(items.block, named, taken, items.rule)
        if not isinstance(kept, Keep) or part == "response":
            return lowered, [kept]
        return lowered, [] if to == "old" else [attrs.evolve(kept, place=False)]

    def _is_opaque(self, block: NBlock) -> bool:
        """Whether a block speaks of a message whose body passes as bytes, around the mapping."""
        return any(block is getattr(self.variant, opaque.part) for opaque in self.variant.opaque)

    def is_rpc(self, side: str) -> bool:
        """Whether every route of a side is a method of RPC."""
        return all(route.is_rpc for route in self._routes(side))

    def fields(self) -> tuple[tuple[str, str, tuple[FieldDecl, ...]], ...]:
        """The declared fields, by part of the exchange and side."""
        book = Book(self.model.sources, self.endpoint.scope, "req")
        return tuple(
            (
                "response" if declared.part == "response" else "request",
                declared.side,
                tuple(self._field(book, declared.part, field) for field in declared.fields),
            )
            for declared in self.variant.fields
        )

    def _field(self, book: Book, part: str, field: syntax.Field) -> FieldDecl:
        path = tuple("[]" if step is ITEMS else "*" if step is KEYS else str(step) for step in field.of.ref.path)
        root = "query" if part == "query" else "body"
        return FieldDecl((root, *path), field.type or "any", not field.optional, *book.place(field))

    def bodiless(self) -> tuple[str, ...]:
        """The sides whose requests have no body: no rule names anything in one, and RPC calls them, or GET and HEAD."""
        return tuple(
            side
            for side, other in (("old", "new"), ("new", "old"))
            if not self.is_rpc(side) and not self._names_body(side) and (self.is_rpc(other) or self._is_bare(side))
        )

    def _is_bare(self, side: str) -> bool:
        bytes_pass = any(opaque.part == "request" for opaque in self.variant.opaque)
        return not bytes_pass and all(route.method in ("GET", "HEAD") for route in self._routes(side))

    def _routes(self, side: str) -> tuple[syntax.Route, ...]:
        return self.variant.old if side == "old" else self.variant.new

    def _names_body(self, side: str) -> bool:
        request, query = self.variant.request.statements, self.variant.query.statements
        bare = [named for statement in request for named in named_by(statement, side) if named.root in ("", "body")]
        owned = [named for named in self._owned("request", side, "body") if named.owned]
        return bool(bare or _named_from(query, side, "body") or owned)

    def _places(self, source: str, to: str, root: str) -> tuple[str, ...] | None:
        """The names that the target's body or query has a place for; None: any."""
        if root == "query":
            return () if self.is_rpc(source) or self.is_rpc(to) else None
        if self.is_rpc(to) and not (source in self.bodiless() and self._is_read(source)):
            return tuple(dict.fromkeys(param.name for route in self._routes(to) for param in route.params or ()))
        return () if any(side in self.bodiless() and self._is_read(side) for side in (source, to)) else None

    def _is_read(self, side: str) -> bool:
        return all(route.method in ("GET", "HEAD", "DELETE") for route in self._routes(side))

    def _owned(self, part: str, side: str, root: str) -> list[Named]:
        """Names that paging and auth own."""
        names = named_by_routes(self.variant, side, root) if part == "request" else []
        auth = self.auth()
        carrier = auth.side(side) if auth is not None else None
        if part == "request" and root == "query" and carrier is not None and carrier.kind == "query":
            names.append(Named("query", (carrier.name,), owned=True))
        paging = self.paging()
        if paging is None:
            return names
        own = paging[0] if side == "old" else paging[1]
        if part == "request" and root == own.asks:
            asked = (own.page, own.size, own.offset, own.limit, own.cursor)
            names += [Named(root, field, owned=True) for field in asked if field is not None]
        if part == "response" and root == "body":
            told = (own.total, own.next, own.more, *(path for _, path in own.echo))
            names += [Named("body", field, owned=True) for field in told if field is not None]
        return names

    def paged_places(self) -> list[tuple[str, str, tuple[str, ...]]]:
        """Part, side and place of each field that paging owns."""
        owned = ((part, side, self._owned(part, side, root)) for part, root in _PAGED for side in ("old", "new"))
        return [
            (part, side, (named.root, *named.path)) for part, side, names in owned for named in names if named.owned
        ]

    def _total(self, to: str, rule: int) -> list[Op]:
        """The total that both sides show is copied as it stands; the runtime settles what one side alone shows."""
        paging = self.paging()
        if paging is None or paging[0].total is None or paging[1].total is None:
            return []
        old, new = Place("body", paging[0].total), Place("body", paging[1].total)
        return [Move(rule, old, new) if to == "new" else Move(rule, new, old)]

    def _paging_rows(self, book: Book, part: str) -> None:
        """What paging does to each field, as rows for `show` and for the guide."""
        sides, node = self.paging(), self.variant.paging
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
                book.add(node, part, ends[0], ends[1], "paging", cites=cites)

    def _route_rows(self, book: Book) -> dict[int, int]:
        """A row for each route that has guards, by id() of its node."""
        every = (*self.variant.old, *self.variant.new)
        if not any(self.variant.route_guards.get(id(route)) for route in every):
            return {}
        return {id(route): book.add(route, "req", *self._told(route), "route", route.cites) for route in every}

    def _told(self, route: syntax.Route) -> tuple[str | None, str | None]:
        """The ends of a route's row: what its guards read on the other side, and the route. None where it has none."""
        told = [guard for guard in self.variant.route_guards.get(id(route), ()) if guard.side != route.side]
        if not told:
            return None, None
        fields = " + ".join(map(_as_read, told))
        itself = f"{route.method} {route.path}"
        return (fields, itself) if route.side == "new" else (itself, fields)

    def _route_ops(self, to: str, book: Book, rows: dict[int, int]) -> list[Op]:
        if not rows:
            return []
        lowering = BlockLowering(book, self.endpoint.scope, "request", to, "body")
        return route_ops(lowering, self.variant, rows)

    def _parameters(self, book: Book) -> dict[str, int]:
        """Path parameters of one name on both sides that no rule speaks of correspond without a rule."""
        old, new = (self._path_names(side) for side in ("old", "new"))
        spoken = self._spoken("old") | self._spoken("new")
        auth = self.auth()
        carried = (
            {c.name for c in (auth.old, auth.new) if c is not None and c.kind == "path"} if auth is not None else set()
        )
        both = [name for name in old if name in new and name not in spoken and name not in carried]
        node = (self.variant.old or self.variant.new or (self.endpoint.node,))[0]
        return {name: book.add(node, "req", f"@path.{name}", f"@path.{name}", "copy") for name in both}

    def _path_names(self, side: str) -> list[str]:
        routes = self.variant.old if side == "old" else self.variant.new
        return list(dict.fromkeys(name for route in routes for name in _PARAMETER.findall(route.path)))

    def _spoken(self, side: str) -> set[str]:
        fan = () if self.variant.fan is None else self.variant.fan.body.statements
        statements = (*self.variant.query.statements, *self.variant.request.statements, *fan)
        return {named.path[0] for named in _named_from(statements, side, "path") if named.path}

    def _path_ops(self, to: str, parameters: dict[str, int], rule: int) -> list[Op]:
        source = "old" if to == "new" else "new"
        ops: list[Op] = [
            Move(number, Place("path", (name,)), Place("path", (name,))) for name, number in parameters.items()
        ]
        auth = self.auth()
        carrier = auth.side(source) if auth is not None else None
        known = {
            *parameters,
            *self._spoken(source),
            *((carrier.name,) if carrier is not None and carrier.kind == "path" else ()),
        }
        reason = f"no place in the {to} API"
        ops += [Lose(rule, Place("path", (name,)), reason) for name in self._path_names(source) if name not in known]
        return ops

    def _mapping(self, part: str, to: str, book: Book, ops: list[Op], items: Items | None = None) -> Mapping:
        made = Mapping(part, to, tuple(ops), tuple(book.infos), tuple(lookups_in(tuple(ops))))
        if items is None:
            return made
        return attrs.evolve(made, item="source" if to == "new" else "target", item_rule=items.rule)


class Items:
    """The list of a fan or gather, whose items the old ends of a block stand on; `rule` stands for the list."""

    def __init__(self, around: NFan | NGather, book: Book) -> None:
        fan = isinstance(around, NFan)
        self.path = (*around.of.names, *(() if isinstance(around, NFan) and around.pipe else (ITEMS,)))
        self.place = Place(around.of.root or "body", around.of.names)
        self.block = around.body
        spelled = str(Ref("" if self.place.root == "body" else f"@{self.place.root}", self.path))
        words = ("req", "fan") if fan else ("resp", "gather")
        self.rule = book.add(around.node, words[0], spelled, None, words[1], around.node.cites)
        book.enter(self.block, old=self.path)


def _of(items: Items | None, side: str, root: str) -> list[Named]:
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


def _with_readers(kept: Keep, outer: tuple[tuple[tuple[str, ...], int], ...]) -> Keep:
    """What the items take of the whole reply, with the first rule that reads each object, of those around as well."""
    first = dict(outer)
    return attrs.evolve(kept, objects=tuple((path, min(rule, first.get(path, rule))) for path, rule in kept.objects))


def _first_readers(kept: Keep, items: Items, book: Book, side: str) -> tuple[tuple[tuple[str, ...], int], ...]:
    """The objects that named places lie in, with the first rule on the items where that reads one first."""
    first = dict(kept.objects)
    for statement in items.block.statements:
        for named in named_by(statement, side):
            if (named.root or ("body" if side == "new" else "item")) == kept.source.root:
                for length in range(len(named.path)):
                    path = named.path[:length]
                    first[path] = min(book.number(statement), first.get(path, book.number(statement)))
    return tuple((path, first[path]) for path, _ in kept.objects)


def _named_from(statements: Iterable[NStatement], side: str, root: str) -> list[Named]:
    return [named for statement in statements for named in named_by(statement, side) if named.root == root]


def _of_side(auth: syntax.Auth, side: str) -> Carrier | None:
    """The first carrier of a side, which is written, with the others that are read."""
    carriers = [_carrier(each) for each in auth.carriers if each.side == side]
    return attrs.evolve(carriers[0], others=tuple(carriers[1:])) if carriers else None


def _carrier(carrier: syntax.Carrier) -> Carrier:
    if carrier.kind != "end" or carrier.end is None:
        return Carrier(carrier.kind, carrier.scheme)
    ref = carrier.end.ref
    return Carrier(ref.root.removeprefix("@"), str(ref.path[0]) if ref.path else "")


def _as_read(guard: NGuard) -> str:
    """A guard as the row of a guide has it: the field, and the value where there is one."""
    of = guard.node.of
    field = f'select("{of.text}")' if isinstance(of, syntax.Selection) else str(of.ref)
    return f"{field}: {json.dumps(guard.test.values[0], default=str)}" if guard.test.kind == "is" else field


def _residuals_of(rule: NRule, where: syntax.TupleEnd, root: str) -> list[Residual]:
    """A filter for each part of the tuple, applied unless all parts are there."""
    side, spots = ("new", rule.new) if len(rule.new) > 1 else ("old", rule.old)
    paths = tuple((spot.root or root, *spot.names) for spot in spots)
    bound = None if rule.otherwise is None else rule.otherwise.value
    scan = bound if isinstance(bound, int) else None
    return [Residual(side, path, _names(end), scan, unless=paths) for path, end in zip(paths, where.ends, strict=True)]


def _paging_side(side: syntax.PagingSide) -> PagingSide:
    values: dict[str, Any] = {"scheme": side.scheme, "echo": ()}
    for key, value in side.arguments:
        if isinstance(value, int):
            values[key] = value
        elif key == "echo":
            path = _names(value)
            values["echo"] += ((_echoed(path[-1]), path),)
        else:
            values[key] = _names(value)
            if key in ("page", "size", "offset", "limit", "cursor"):
                values["asks"] = "query" if value.ref.root == "@query" else "body"
    return PagingSide(**values)


def _echoed(field: str) -> str:
    """Which argument a body field repeats, by its name."""
    return field if field in ("page", "offset", "cursor") else "size"


def _names(end: syntax.End) -> tuple[str, ...]:
    return tuple(str(step) for step in end.ref.path if isinstance(step, str))
