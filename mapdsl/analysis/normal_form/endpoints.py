"""Endpoints in normal form: one VariantModel per variant, the common parts filled in.

    endpoint e {                          variant a: old /x, new /y, request { k <-> k; p <-> q }
      old GET /x                    ->
      request { k <-> k }                 variant b: old /x, new /z, request { k <-> k }
      variant a { new GET /y; request { p <-> q } }
      variant b { new GET /z }
    }

Of routes, a variant's own come before the common ones; of auth, paging and failure, its own replace the common ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

import attrs

from mapdsl import syntax
from mapdsl.analysis.context import Context, items
from mapdsl.analysis.findings import Findings
from mapdsl.analysis.model import EndpointModel, NBlock, NGuard, Scope, VariantModel

from .blocks import Normaliser
from .places import Frame

__all__ = ["normalise_endpoints"]

Parts = Sequence[syntax.Statement]
T = TypeVar("T", bound=syntax.Statement)


def normalise_endpoints(context: Context) -> None:
    """Fill `endpoints`; report what cannot stand where it does."""
    for name, file in context.files.items():
        for endpoint in items(file, syntax.Endpoint):
            context.endpoints.append(_endpoint(endpoint, context.scopes[name], context))


def _endpoint(endpoint: syntax.Endpoint, scope: Scope, context: Context) -> EndpointModel:
    variants = [part for part in endpoint.parts if isinstance(part, syntax.Variant)]
    common = [part for part in endpoint.parts if not isinstance(part, syntax.Variant)]
    making = _Making(Normaliser(scope, context.findings, context.unfollowed), scope, context.findings)
    if variants:
        made = tuple(making.variant(variant.name, common, variant.parts) for variant in variants)
    else:
        made = (making.variant(None, common, ()),)
    every = [*common, *(part for variant in variants for part in variant.parts)]
    cites = tuple(row for part in every if isinstance(part, syntax.Cites) for row in part.rows)
    return EndpointModel(endpoint.name, endpoint, scope, made, cites=cites)


@attrs.frozen
class _Making:
    normaliser: Normaliser
    scope: Scope
    findings: Findings

    def variant(self, name: str | None, common: Parts, own: Parts) -> VariantModel:
        ordered = [*own, *common]
        written = [*common, *own]
        routes = list(_of(ordered, syntax.Route))
        response = [statement for part in _of(written, syntax.Response) for statement in part.block.statements]
        replies = self.normaliser.expand(response)
        requests = self.normaliser.expand(_statements(ordered, syntax.Request))
        fan, gather = self._only(requests, syntax.Fan), self._only(replies, syntax.Gather)
        paging = self._one(common, own, syntax.Paging)
        statuses = (*_of(written, syntax.Status), *_of(replies, syntax.Status))
        only = [guard for each in (paging.only if paging is not None else ()) for guard in each.guards]
        return VariantModel(
            name,
            tuple(route for route in routes if route.side == "old"),
            tuple(route for route in routes if route.side == "new"),
            {id(route): self._route_guards(route) for route in routes},
            self._block(common, own, syntax.Request, Frame("request")),
            self._block(common, own, syntax.Query, Frame("query")),
            self._response(replies),
            auth=self._auth(common, own),
            paging=paging,
            statuses=statuses,
            status_guards={id(each): self.normaliser.guards(each.guards, Frame("response")) for each in statuses},
            failure=self._failure(common, own, replies),
            fields=tuple(_of(written, syntax.Fields)),
            opaque=tuple(_of(written, syntax.Opaque)),
            fan=None if fan is None else self.normaliser.fan(fan, _rest(requests)),
            gather=None if gather is None else self.normaliser.gather(gather, _rest(replies)),
            replace=self._one(common, own, syntax.Replace),
            enrich=tuple(_of(written, syntax.Enrich)),
            idempotency=tuple(_of(written, syntax.Idempotency)),
            scopes=tuple(_of(written, syntax.Scope)),
            only=self.normaliser.guards(only, Frame("response")),
        )

    def _route_guards(self, route: syntax.Route) -> tuple[NGuard, ...]:
        return self.normaliser.guards(route.guards, Frame("request"))

    def _block(
        self, common: Parts, own: Parts, kind: type[syntax.Request] | type[syntax.Query], frame: Frame
    ) -> NBlock:
        """The blocks of one kind as one; the `rest` of the variant replaces the common one."""
        outer, inner = _statements(common, kind), _statements(own, kind)
        if any(isinstance(statement, syntax.Rest) for statement in inner):
            outer = [statement for statement in outer if not isinstance(statement, syntax.Rest)]
        statements = [each for each in self.normaliser.expand([*outer, *inner]) if not self._is_fan(each, kind)]
        return self.normaliser.block(statements, frame)

    def _is_fan(self, statement: syntax.Statement, kind: type[syntax.Statement]) -> bool:
        return kind is syntax.Request and isinstance(statement, syntax.Fan)

    def _response(self, replies: Parts) -> NBlock:
        kept = [reply for reply in replies if not isinstance(reply, (syntax.Status, syntax.Failure, syntax.Gather))]
        return self.normaliser.block(kept, Frame("response"))

    def _failure(self, common: Parts, own: Parts, replies: Parts) -> tuple[tuple[NGuard, ...], NBlock] | None:
        """The failure block; in a response it stands nearer than in the endpoint."""
        failure = self._one((), replies, syntax.Failure) or self._one(common, own, syntax.Failure)
        if failure is None:
            return None
        frame = Frame("response")
        guards = self.normaliser.guards(failure.guards, frame)
        return guards, self.normaliser.block(failure.block.statements, frame)

    def _auth(self, common: Parts, own: Parts) -> syntax.Auth | None:
        use = self._one(common, own, syntax.AuthUse)
        return None if use is None else self.scope.auths.get(use.name)

    def _only(self, statements: Parts, kind: type[T]) -> T | None:
        """The one statement of a kind; a second one is reported."""
        found = list(_of(statements, kind))
        for again in found[1:]:
            self._again(kind, again, found[0])
        return found[0] if found else None

    def _again(self, kind: type[T], again: T, first: T) -> None:
        self.findings.error(
            "MAP211",
            f"there is one `{_word(kind)}` too many",
            again,
            "again",
            (first, "first said here"),
            help="an endpoint or variant takes one: keep the one that holds",
        )

    def _one(self, common: Parts, own: Parts, kind: type[T]) -> T | None:
        """The variant's own part of that kind, else the common one; a second one beside it is reported."""
        found: T | None = None
        for parts in (own, common):
            several = list(_of(parts, kind))
            for again in several[1:]:
                self._again(kind, again, several[0])
            if found is None and several:
                found = several[0]
        return found


def _statements(parts: Parts, kind: type[syntax.Request] | type[syntax.Query]) -> list[syntax.Statement]:
    """What the blocks of one kind hold; a filter in the endpoint itself speaks of the query."""
    found: list[syntax.Statement] = []
    for part in parts:
        if isinstance(part, kind):
            found.extend(part.block.statements)
        elif isinstance(part, syntax.Filter) and kind is syntax.Query:
            found.append(part)
    return found


def _rest(statements: Parts) -> str:
    """The policy of a block for what its rules do not name."""
    return next((statement.policy for statement in _of(statements, syntax.Rest)), "keep")


def _of(parts: Iterable[syntax.Statement], kind: type[T]) -> Iterator[T]:
    return (part for part in parts if isinstance(part, kind))


def _word(kind: type[syntax.Statement]) -> str:
    return "auth" if kind is syntax.AuthUse else kind.__name__.lower()
