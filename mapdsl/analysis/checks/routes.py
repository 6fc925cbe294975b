"""Routes: each side has one, each parameter of a written path has a source, and no message fits two endpoints.

old GET /items/{id}
new GET /things/{thing_id}          # MAP403 unless a rule says `@path.id <-> @path.thing_id`
"""

from __future__ import annotations

from mapdsl import syntax
from mapdsl.analysis.context import Context
from mapdsl.analysis.findings import Findings, suggestion
from mapdsl.analysis.model import EndpointModel, NDrop, Spot, VariantModel
from mapdsl.analysis.questions import (
    SIDES,
    Condition,
    Mention,
    asked_parameters,
    check_template,
    conditions,
    copied_parameters,
    cover,
    credential_parameter,
    exclude,
    gather_request,
    gather_response,
    given_parameters,
    on_path,
    other_side,
    parameters,
    routes,
    shape,
    without_source,
    written_routes,
)

__all__ = ["check_routes"]


def check_routes(context: Context) -> None:
    """Report missing routes, bad templates, parameters without a source, and routes that collide."""
    for endpoint in context.endpoints:
        for variant in endpoint.variants:
            _check_variant(endpoint, variant, context.findings)
        _check_order(endpoint, context.findings)
    for side in SIDES:
        _check_collisions(context.endpoints, side, context.findings)


def _check_variant(endpoint: EndpointModel, variant: VariantModel, findings: Findings) -> None:
    for side in SIDES:
        if not routes(variant, side):
            _report_missing(endpoint, variant, side, findings)
        for route in routes(variant, side):
            check_template(route, findings)
    if variant.old and variant.new:
        mentions = gather_request(variant)
        for side in SIDES:
            _check_sources(variant, side, mentions, findings)
            _check_readers(variant, side, mentions, findings)
            _check_named(variant, side, mentions, findings)
        _check_asked(variant, findings)


def _report_missing(endpoint: EndpointModel, variant: VariantModel, side: str, findings: Findings) -> None:
    node = _node(endpoint, variant)
    name = f"`{endpoint.name}`" if variant.name is None else f"variant `{variant.name}` of `{endpoint.name}`"
    findings.error(
        "MAP401",
        f"{name} has no route on the {side} side",
        node,
        "",
        help=f"write one: `{side} POST /path`",
    )


def _node(endpoint: EndpointModel, variant: VariantModel) -> syntax.Node:
    """Where the author wrote the variant."""
    for part in endpoint.node.parts:
        if isinstance(part, syntax.Variant) and part.name == variant.name:
            return part
    return endpoint.node


# --- parameters ----------------------------------------------------------------------------------------------------


def _check_sources(variant: VariantModel, side: str, mentions: list[Mention], findings: Findings) -> None:
    read, origin = other_side(side), "add" if side == "new" else "drop"
    sources = given_parameters(variant, side, mentions)
    unused = copied_parameters(variant, side) - {credential_parameter(variant, read)} - sources
    for route, name in without_source(variant, side):
        findings.error(
            "MAP403",
            f"nothing gives a value for `{{{name}}}`",
            route,
            f"`{name}` has no source on the {read} side",
            help=suggestion(name, unused, f"write a rule for `@path.{name}`, or `{origin} @path.{name} = ...`"),
        )


def _check_readers(variant: VariantModel, side: str, mentions: list[Mention], findings: Findings) -> None:
    passed = {name for route in written_routes(variant, other_side(side)) for name in parameters(route)}
    read = {mention.site.path[0] for mention in on_path(mentions, side)}
    for route in routes(variant, side):
        read |= set(asked_parameters(variant.route_guards[id(route)], side))
    written = [id(route) for route in written_routes(variant, side)]  # there, a parameter without a source is an error
    for route in (route for route in routes(variant, side) if id(route) not in written):
        for name in parameters(route):
            if name not in passed and name not in read and name != credential_parameter(variant, side):
                word = "drop" if side == "old" else "add"
                findings.warn(
                    "MAP502",
                    f"`{{{name}}}` is lost on the way to {other_side(side)}",
                    route,
                    "nothing reads it",
                    help=f"write a rule for `@path.{name}`, or say that it goes nowhere: `{word} @path.{name}`",
                )


def _check_named(variant: VariantModel, side: str, mentions: list[Mention], findings: Findings) -> None:
    known = {name for route in routes(variant, side) for name in parameters(route)}
    for mention in on_path(mentions, side):
        name = str(mention.site.path[0])
        if name not in known:
            _report_unknown(name, mention.at, side, known, routes(variant, side)[0], findings)


def _check_asked(variant: VariantModel, findings: Findings) -> None:
    """`@request.path.x` in a response: the request as the side that owns the other end spelled it."""
    for mention in gather_response(variant):
        site, side = mention.site, mention.side
        if isinstance(mention.statement, NDrop) and isinstance(mention.statement.origin, Spot):
            origin = mention.statement.origin
            if origin.root == "request.path":
                _check_one(variant, side, origin.names[0], mention.statement.node, findings)
        if site.root == "request.path":
            owner = side if mention.kind == "guard" else other_side(side)
            _check_one(variant, owner, str(site.path[0]), mention.at, findings)


def _check_one(variant: VariantModel, side: str, name: str, at: syntax.Node, findings: Findings) -> None:
    known = {parameter for route in routes(variant, side) for parameter in parameters(route)}
    if name not in known:
        _report_unknown(name, at, side, known, routes(variant, side)[0], findings)


def _report_unknown(
    name: str, at: syntax.Node, side: str, known: set[str], route: syntax.Route, findings: Findings
) -> None:
    listed = ", ".join(f"`{{{other}}}`" for other in sorted(known)) or "no parameters"
    findings.error(
        "MAP405",
        f"no route of the {side} side has `{{{name}}}`",
        at,
        "",
        (route, f"this one has {listed}"),
        help=suggestion(name, known, f"write `{{{name}}}` into the path of a route, or take this away"),
    )


# --- which endpoint takes a message --------------------------------------------------------------------------------


def _check_order(endpoint: EndpointModel, findings: Findings) -> None:
    """Variants are tried in order: one is lost if those before it take all that it could."""
    for number, later in enumerate(endpoint.variants):
        for earlier in endpoint.variants[:number]:
            for side in SIDES:
                mine, before = list(conditions(later, side)), list(conditions(earlier, side))
                if mine and all(any(cover(first, condition) for first in before) for condition in mine):
                    findings.error(
                        "MAP406",
                        f"variant `{later.name}` is never reached from the {side} side",
                        _node(endpoint, later),
                        "never reached",
                        (_node(endpoint, earlier), "this one takes all that it could"),
                        help="put the variant with the narrower guards first, or give the first one a guard",
                    )


def _check_collisions(endpoints: list[EndpointModel], side: str, findings: Findings) -> None:
    seen: dict[tuple[str, ...], list[tuple[EndpointModel, Condition]]] = {}
    for endpoint in endpoints:
        for variant in endpoint.variants:
            for condition in conditions(variant, side):
                seen.setdefault(shape(condition.route), []).append((endpoint, condition))
    for rivals in seen.values():
        first = [condition for endpoint, condition in rivals if side in endpoint.node.prefer]
        for number, (endpoint, condition) in enumerate(rivals):
            for other, before in rivals[:number]:
                # What one of the two takes, a third that is preferred may take before both.
                settled = any(cover(taken, each) for taken in first for each in (before, condition))
                preferred = any(side in each.node.prefer for each in (endpoint, other))
                if other is not endpoint and not exclude(before, condition) and (preferred or not settled):
                    _check_preferred((other, before), (endpoint, condition), side, findings)


def _check_preferred(
    first: tuple[EndpointModel, Condition], again: tuple[EndpointModel, Condition], side: str, findings: Findings
) -> None:
    preferred = [endpoint for endpoint, _ in (first, again) if side in endpoint.node.prefer]
    if len(preferred) == 1:
        return
    advice = f"give the routes guards that rule each other out, or mark one endpoint `prefer {side}`"
    if preferred:
        advice = f"mark only one of the two `prefer {side}`"
    findings.error(
        "MAP404",
        f"one message could be `{first[0].name}` and `{again[0].name}`",
        again[1].route,
        f"the {side} side of `{again[0].name}`",
        (first[1].route, f"the {side} side of `{first[0].name}`"),
        help=advice,
    )
