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

from .blocks import Normaliser
from .findings import Findings
from .model import EndpointModel, NBlock, NGuard, Scope, VariantModel
from .places import Frame
from .work import Work, items

__all__ = ["normalise_endpoints"]

Parts = Sequence[syntax.Statement]
T = TypeVar("T", bound=syntax.Statement)


def normalise_endpoints(work: Work) -> None:
    """Fill `endpoints`; report what cannot stand where it does."""
    for name, file in work.files.items():
        for endpoint in items(file, syntax.Endpoint):
            work.endpoints.append(_endpoint(endpoint, work.scopes[name], work.findings))


def _endpoint(endpoint: syntax.Endpoint, scope: Scope, findings: Findings) -> EndpointModel:
    variants = [part for part in endpoint.parts if isinstance(part, syntax.Variant)]
    common = [part for part in endpoint.parts if not isinstance(part, syntax.Variant)]
    making = _Making(Normaliser(scope, findings), scope, findings)
    if variants:
        made = tuple(making.variant(variant.name, common, variant.parts) for variant in variants)
    else:
        made = (making.variant(None, common, ()),)
    every = [*common, *(part for variant in variants for part in variant.parts)]
    cites = tuple(row for part in every if isinstance(part, syntax.Cites) for row in part.rows)
    examples = tuple(part for part in every if isinstance(part, syntax.Example))
    return EndpointModel(endpoint.name, endpoint, scope, made, examples, cites)


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
        return VariantModel(
            name,
            tuple(route for route in routes if route.side == "old"),
            tuple(route for route in routes if route.side == "new"),
            {id(route): self._route_guards(route) for route in routes},
            self._block(common, own, syntax.Request, Frame("request")),
            self._block(common, own, syntax.Query, Frame("query")),
            self._response(replies),
            auth=self._auth(common, own),
            paging=self._one(common, own, syntax.Paging),
            statuses=(*_of(written, syntax.Status), *_of(replies, syntax.Status)),
            failure=self._failure(common, own, replies),
            fields=tuple(_of(written, syntax.Fields)),
            opaque=tuple(_of(written, syntax.Opaque)),
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
        return self.normaliser.block([*outer, *inner], frame)

    def _response(self, replies: Parts) -> NBlock:
        kept = [reply for reply in replies if not isinstance(reply, (syntax.Status, syntax.Failure))]
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

    def _one(self, common: Parts, own: Parts, kind: type[T]) -> T | None:
        """The variant's own part of that kind, else the common one; a second one beside it is reported."""
        found: T | None = None
        for parts in (own, common):
            several = list(_of(parts, kind))
            for again in several[1:]:
                self.findings.error(
                    "MAP211",
                    f"there is one `{_word(kind)}` too many",
                    again,
                    "again",
                    (several[0], "first said here"),
                    help="an endpoint or variant takes one: keep the one that holds",
                )
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


def _of(parts: Iterable[syntax.Statement], kind: type[T]) -> Iterator[T]:
    return (part for part in parts if isinstance(part, kind))


def _word(kind: type[syntax.Statement]) -> str:
    return "auth" if kind is syntax.AuthUse else kind.__name__.lower()
