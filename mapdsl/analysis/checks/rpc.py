"""RPC routes: the side has a path for them, and rules name what an RPC message has: parameters, result or error.

old rpc sms.send(from, to)
request { form <-> from }       # MAP421: `sms.send` has no parameter `form`
"""

from __future__ import annotations

from collections.abc import Iterator

from mapdsl import syntax
from mapdsl.analysis.context import Context
from mapdsl.analysis.findings import Findings, suggestion
from mapdsl.analysis.model import NDrop, NGuard, Spot, VariantModel
from mapdsl.analysis.questions import (
    SIDES,
    Mention,
    Site,
    gather_all,
    gather_request,
    gather_response,
    paging_sites,
    routes,
)

__all__ = ["check_rpc"]


def check_rpc(context: Context) -> None:
    """Report methods without a path, parameters declared twice, and names that an RPC message has no place for."""
    for endpoint in context.endpoints:
        for variant in endpoint.variants:
            for side in SIDES:
                _check_routes(variant, side, context)
                if any(route.is_rpc for route in routes(variant, side)):
                    _check_names(variant, side, context.findings)
                    _check_statuses(variant, side, context.findings)


def _check_routes(variant: VariantModel, side: str, context: Context) -> None:
    path = context.facts.get((side, "rpc"), ("",))[0]
    for route in routes(variant, side):
        if route.is_rpc and not path:
            advice = f"say it once, at the top of a file or in `api`: `{side} rpc /json-rpc/`"
            context.findings.error(
                "MAP420", f"nothing says where the {side} side takes RPC calls", route, "", help=advice
            )
        if not route.is_rpc and route.method == "POST" and route.path == path:
            advice = "that path is for RPC methods: write the method, or another path"
            context.findings.error(
                "MAP420", f"`POST {path}` takes the RPC calls of the {side} side", route, "", help=advice
            )
        seen: dict[str, syntax.Param] = {}
        for param in route.params or ():
            first = seen.setdefault(param.name, param)
            if first is not param:
                advice = "rules know parameters by their names: give each its own"
                others = (first, "first here")
                context.findings.error("MAP421", f"`{param.name}` stands twice", param, "again", others, help=advice)


def _check_names(variant: VariantModel, side: str, findings: Findings) -> None:
    """Every place of an RPC message that something names."""
    calls = [route for route in routes(variant, side) if route.is_rpc]
    if len(calls) < len(routes(variant, side)):
        return  # some routes have a query, and a body without a list of names
    known = {param.name for route in calls for param in route.params or ()}
    for site, at in _asked(variant, side):
        path = [str(step) for step in site.path]
        if site.root == "query":
            _report(site, at, calls[0], "a call has parameters and no query", findings)
        elif site.root == "body" and (not path or path[0] not in known):
            name = path[0] if path else "$"
            advice = suggestion(name, known, f"`{calls[0].path}` has {_listed(known)}")
            headline = f"`{calls[0].path}` has no parameter `{name}`"
            findings.error("MAP421", headline, at, "", (calls[0], "declared here"), help=advice)
    for mention in (each for mentions in gather_all(variant)[1:] for each in mentions):
        if mention.side == side and mention.site.root == "status":
            _report(mention.site, mention.at, calls[0], "the status of an RPC reply is always 200", findings)


def _asked(variant: VariantModel, side: str) -> Iterator[tuple[Site, syntax.Node]]:
    for mention in gather_request(variant):
        if mention.side == side:
            yield mention.site, mention.at
            yield from _origin(mention)
    for guards in variant.route_guards.values():
        for guard in guards:
            if guard.side == side and isinstance(guard.of, Spot):
                yield Site(guard.of.root or "body", guard.of.names), guard.node
    for paged in variant.paging.sides if variant.paging is not None else ():
        if paged.side == side:
            yield from paging_sites(paged, asked=True).items()
    for mention in gather_response(variant):
        owner = side if isinstance(mention.statement, NGuard) == (mention.side == side) else ""
        if owner and mention.site.root in ("request.body", "request.query"):
            yield Site(mention.site.root.removeprefix("request."), mention.site.path), mention.at


def _origin(mention: Mention) -> Iterator[tuple[Site, syntax.Node]]:
    statement = mention.statement
    if isinstance(statement, NDrop) and isinstance(statement.origin, Spot) and statement.origin.root == "query":
        yield Site("query", statement.origin.names), mention.at


def _report(site: Site, at: syntax.Node, route: syntax.Route, why: str, findings: Findings) -> None:
    advice = "name a parameter of the method in the request, and what stands in `result` or `error` in the reply"
    findings.error("MAP421", f"an RPC message has no `{site}`: {why}", at, "", (route, "RPC here"), help=advice)


def _listed(names: set[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names)) or "no parameters"


def _check_statuses(variant: VariantModel, side: str, findings: Findings) -> None:
    for status in variant.statuses:
        code: int = getattr(status, side)
        if code != 200 and 200 <= code <= 399:
            advice = f"write 200 on the {side} side"
            findings.error("MAP413", f"{code} is no status of an RPC reply, which has 200", status, "", help=advice)
