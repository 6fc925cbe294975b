"""What stands around the bodies of a variant: routes, credentials, paging, codes, and the names that these own."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any

import attrs

from mapdsl import syntax
from mapdsl.analysis import EndpointModel, Model, NFilter, NGuard, NRule, VariantModel
from mapdsl.ir import Auth, Carrier, FieldDecl, Guard, PagingSide, Residual, RouteDecl, StatusRow
from mapdsl.paths import ITEMS, KEYS

from .blocks import BlockLowering
from .names import Named, named_by, named_from, named_in
from .route_values import named_by_routes
from .rules import RuleTable

__all__ = ["Envelope"]

SCAN = 10_000  # how many items a list may have that is collected whole, where the spec does not say
_PAGED = (("request", "query"), ("request", "body"), ("response", "body"))  # where fields of paging stand
_PARAMETER = re.compile(r"\{([^{}]+)\}")


class Envelope:
    """Lowers what a variant declares beside the rules of its bodies."""

    def __init__(self, model: Model, endpoint: EndpointModel, variant: VariantModel) -> None:
        self.model = model
        self.endpoint = endpoint
        self.variant = variant

    def routes(self, side: str) -> tuple[RouteDecl, ...]:
        """The routes of a side, with the guards that read its own request and those that read the other side's."""
        found = []
        for route in self.variant.old if side == "old" else self.variant.new:
            guards = self.variant.route_guards.get(id(route), ())
            read = tuple(self.guard(g) for g in guards if g.side == side)
            other = tuple(self.guard(g) for g in guards if g.side != side)
            params = None if route.params is None else tuple((param.name, param.optional) for param in route.params)
            found.append(RouteDecl(side, route.method, route.path, read, other, params=params))
        return tuple(found)

    def only(self, side: str) -> tuple[Guard, ...]:
        """The guards that an item of this side's list must pass to be shown."""
        return tuple(self.guard(guard, "item", "item") for guard in self.variant.only if guard.side == side)

    def statuses(self) -> tuple[StatusRow, ...]:
        """The success codes, in the order of the text."""
        found = []
        for status in self.variant.statuses:
            guards = self.variant.status_guards.get(id(status), ())
            sides = [tuple(self.guard(guard) for guard in guards if guard.side == side) for side in ("old", "new")]
            found.append(StatusRow(status.old, status.arrow, status.new, *sides))
        return tuple(found)

    def guard(self, guard: NGuard, old: str = "", root: str = "body") -> Guard:
        """A guard on a whole message; `old` is the root of its old ends, `root` that of ends without one."""
        rule_table = RuleTable(self.model.sources, self.endpoint.scope, "req")
        return BlockLowering(rule_table, self.endpoint.scope, "request", "new", root, old).guard(guard)

    def auth(self) -> Auth | None:
        """Where each side carries the credential."""
        declared = self.variant.auth
        if declared is None:
            return None
        credential = self.endpoint.scope.credentials.get(declared.credential)
        same = credential is not None and credential.same
        return Auth(declared.credential, same, _of_side(declared, "old"), _of_side(declared, "new"))

    def paging(self) -> tuple[PagingSide, PagingSide] | None:
        """How the old and the new side page; a side that does not is `none`."""
        declared = self.variant.paging
        if declared is None:
            return None
        sides = {side.side: _paging_side(side) for side in declared.sides}
        return sides.get("old", PagingSide("none")), sides.get("new", PagingSide("none"))

    def totals(self) -> str:
        """How a total is found that one side alone shows."""
        declared = () if self.variant.paging is None else self.variant.paging.scan
        return (declared[0].total if declared else None) or "exact"

    def scan(self) -> int:
        """How many items a list may have that is collected whole."""
        declared = () if self.variant.paging is None else self.variant.paging.scan
        return declared[0].bound if declared else SCAN

    def residuals(self) -> tuple[Residual, ...]:
        """The filters of a request that its other side does not know, and that are applied to its reply."""
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
        spoken += [(part, named.path) for named in self.owned("request", side, part)]
        return any(root == part and path[:1] == (name,) for root, path in spoken)

    def fields(self) -> tuple[tuple[str, str, tuple[FieldDecl, ...]], ...]:
        """The declared fields, by part of the exchange and side."""
        rule_table = RuleTable(self.model.sources, self.endpoint.scope, "req")
        return tuple(
            (
                "response" if declared.part == "response" else "request",
                declared.side,
                tuple(self._field(rule_table, declared.part, field) for field in declared.fields),
            )
            for declared in self.variant.fields
        )

    def _field(self, rule_table: RuleTable, part: str, field: syntax.Field) -> FieldDecl:
        path = tuple("[]" if step is ITEMS else "*" if step is KEYS else str(step) for step in field.of.ref.path)
        root = "query" if part == "query" else "body"
        return FieldDecl((root, *path), field.type or "any", not field.optional, *rule_table.place(field))

    @cached_property
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

    def is_rpc(self, side: str) -> bool:
        """Whether every route of a side is a method of RPC."""
        return all(route.is_rpc for route in self._routes(side))

    def _routes(self, side: str) -> tuple[syntax.Route, ...]:
        return self.variant.old if side == "old" else self.variant.new

    def _names_body(self, side: str) -> bool:
        return (
            any(named.root in ("", "body") for named in named_in(self.variant.request, side))
            or bool(named_from((self.variant.query,), side, "body"))
            or any(named.owned for named in self.owned("request", side, "body"))
        )

    def places(self, source: str, to: str, root: str) -> tuple[str, ...] | None:
        """The names that the target's body or query has a place for; None: any."""
        if root == "query":
            return () if self.is_rpc(source) or self.is_rpc(to) else None
        if self.is_rpc(to) and not (source in self.bodiless and self._is_read(source)):
            return tuple(dict.fromkeys(param.name for route in self._routes(to) for param in route.params or ()))
        return () if any(side in self.bodiless and self._is_read(side) for side in (source, to)) else None

    def _is_read(self, side: str) -> bool:
        return all(route.method in ("GET", "HEAD", "DELETE") for route in self._routes(side))

    def owned(self, part: str, side: str, root: str) -> list[Named]:
        """Names that routes, credentials and paging own."""
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
        owned = ((part, side, self.owned(part, side, root)) for part, root in _PAGED for side in ("old", "new"))
        return [
            (part, side, (named.root, *named.path)) for part, side, names in owned for named in names if named.owned
        ]

    def path_names(self, side: str) -> list[str]:
        """The parameters in the paths of a side's routes."""
        routes = self.variant.old if side == "old" else self.variant.new
        return list(dict.fromkeys(name for route in routes for name in _PARAMETER.findall(route.path)))

    def path_spoken(self, side: str) -> set[str]:
        """The path parameters of a side that rules name."""
        fan = () if self.variant.fan is None else (self.variant.fan.body,)
        blocks = (self.variant.query, self.variant.request, *fan)
        return {named.path[0] for named in named_from(blocks, side, "path") if named.path}


def _of_side(auth: syntax.Auth, side: str) -> Carrier | None:
    """The first carrier of a side, which is written, with the others that are read."""
    carriers = [_carrier(each) for each in auth.carriers if each.side == side]
    return attrs.evolve(carriers[0], others=tuple(carriers[1:])) if carriers else None


def _carrier(carrier: syntax.Carrier) -> Carrier:
    if carrier.kind != "end" or carrier.end is None:
        return Carrier(carrier.kind, carrier.scheme)
    ref = carrier.end.ref
    return Carrier(ref.root.removeprefix("@"), str(ref.path[0]) if ref.path else "")


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
