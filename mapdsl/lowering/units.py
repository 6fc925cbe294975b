"""Endpoints of the model -> units of the program."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf

import attrs

from mapdsl import syntax
from mapdsl.analysis import EndpointModel, Model, VariantModel
from mapdsl.ir import ApiSide, LookupDecl, Program, Unit

from .envelope import Envelope
from .lookups import sides_of_bytes
from .mappings import Mappings
from .spoken import guessed, spoken
from .updates import enrichment, replacement

__all__ = ["lower"]

Needed = MappingOf[tuple[str, str | None], tuple[tuple[str, str | None, str], ...]]


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


def _edge(model: Model, side: str) -> ApiSide:
    base = model.facts.get((side, "base"), ("",))
    title = model.facts.get((side, "title"), ("",))
    rpc = model.facts.get((side, "rpc"), ("",))
    return ApiSide(base[0], model.facts.get((side, "wire"), ("repeated",)), title[0], rpc[0])


def _unit(model: Model, endpoint: EndpointModel, variant: VariantModel) -> Unit:
    envelope = Envelope(model, endpoint, variant)
    mappings = Mappings(envelope)
    source = model.sources[endpoint.node.span.source]
    request, fan = mappings.request()
    response, gather = mappings.response()
    return Unit(
        endpoint.name,
        variant.name,
        source.name,
        source.position(endpoint.node.span.start)[0],
        envelope.routes("old"),
        envelope.routes("new"),
        request,
        response,
        auth=envelope.auth(),
        paging=envelope.paging(),
        statuses=envelope.statuses(),
        failure=mappings.failure(),
        prefer=endpoint.node.prefer,
        bodiless=envelope.bodiless,
        fields=envelope.fields(),
        opaque=tuple(dict.fromkeys(opaque.part for opaque in variant.opaque)),
        data=sides_of_bytes(request, {each.name: (each.old, each.new) for each in model.lookups}),
        fan=fan,
        gather=gather,
        scan=envelope.scan(),
        totals=envelope.totals(),
        only_old=envelope.only("old"),
        only_new=envelope.only("new"),
        residuals=envelope.residuals(),
        replace=replacement(model, variant, request),
        enrich=tuple(enrichment(each, _at(model, each)[1]) for each in variant.enrich),
        keyed=tuple((each.side, str(each.of.ref.path[0]).lower()) for each in variant.idempotency),
        scopes=tuple((each.side, name) for each in variant.scopes for name in each.names),
        misplaced=envelope.misplaced(),
        spoken=spoken(variant, envelope.paged_places()),
    )
