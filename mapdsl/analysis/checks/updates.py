"""Updates and reads beside a call: `replace` and `enrich` name endpoints and places that must be there.

replace loose                  # MAP431: neither side replaces an object, or both do; or the endpoint has pages
enrich new from get_campain    # MAP432: did you mean `get_campaign`?
"""

from __future__ import annotations

from collections.abc import Iterator

from mapdsl import syntax
from mapdsl.analysis.context import Context
from mapdsl.analysis.findings import Findings, suggestion
from mapdsl.analysis.model import EndpointModel, NDrop, VariantModel
from mapdsl.analysis.questions import gather_request, parameters
from mapdsl.paths import ITEMS, KEYS

__all__ = ["check_updates", "fills_items"]


def check_updates(context: Context) -> None:
    """Report updates that do not stand between a PUT and a PATCH, unknown endpoints, and reads without parameters."""
    known = {endpoint.name: endpoint for endpoint in context.endpoints}
    for endpoint in context.endpoints:
        for variant in endpoint.variants:
            if variant.replace is not None:
                _check_replace(variant, variant.replace, known, context.findings)
            for enrich in variant.enrich:
                _check_enrich(variant, enrich, known, context.findings)
            for key in variant.idempotency:
                _check_key(key, context.findings)
            _check_constants(variant, context.findings)


def _check_replace(
    variant: VariantModel, replace: syntax.Replace, known: dict[str, EndpointModel], findings: Findings
) -> None:
    if variant.paging is not None:
        advice = "an update is of one object: take the paging away, or write an endpoint of its own for the list"
        beside = (variant.paging, "a list")
        findings.error("MAP431", "`replace` cannot stand beside `paging`", replace, "an update", beside, help=advice)
        return
    methods = [{route.method for route in routes} for routes in (variant.old, variant.new)]
    if sorted(map(sorted, methods)) != [["PATCH"], ["PUT"]]:
        advice = "`replace` stands between a PUT on one side and a PATCH on the other"
        findings.error("MAP431", "no side replaces the whole of what the other updates", replace, "", help=advice)
        return
    for side in ("old", "new") if replace.source is not None else ():
        _check_source(replace.source or "", side, replace, known, findings, "MAP431")
    if replace.policy != "reset":
        for default in replace.defaults:
            advice = "defaults stand for what an update leaves out: `replace reset { ... }`"
            findings.error("MAP431", f"with `{replace.policy}` nothing is reset", default, "", help=advice)
    for end in (replace.old, replace.new, *(default.of for default in replace.defaults)):
        if end is not None and any(step is ITEMS or step is KEYS for step in end.ref.path):
            findings.error("MAP431", f"`{end.ref}` is not one place", end, "", help="name one member of the body")


def _check_constants(variant: VariantModel, findings: Findings) -> None:
    """A value made up that every update of a part would write, whatever its client meant to change."""
    for side, routes in (("old", variant.old), ("new", variant.new)):
        if not any(route.method == "PATCH" for route in routes):
            continue
        for mention in gather_request(variant):
            made_up = mention.statement
            if mention.side != side or not isinstance(made_up, NDrop) or made_up.origin is None or made_up.always:
                continue
            said = ", or say that it is meant: `add x always = ...`" if side == "new" else ": then nothing is written"
            advice = f"leave the value out{said}"
            findings.error("MAP431", "every update of a part would write this value", mention.at, "", help=advice)


def _check_source(
    name: str,
    side: str,
    at: syntax.Statement,
    known: dict[str, EndpointModel],
    findings: Findings,
    code: str,
) -> syntax.Route | None:
    """The GET of an endpoint on a side; None where there is none, which is reported."""
    endpoint = known.get(name)
    if endpoint is None:
        findings.error(
            code, f"there is no endpoint `{name}`", at, "", help=suggestion(name, known, "name one of this folder")
        )
        return None
    route = next((route for route in _routes(endpoint, side) if route.method == "GET"), None)
    if route is None:
        headline = f"`{name}` has no GET on the {side} side"
        findings.error(code, headline, at, "", help="name an endpoint that reads one object")
    return route


def _routes(endpoint: EndpointModel, side: str) -> Iterator[syntax.Route]:
    for variant in endpoint.variants:
        yield from variant.old if side == "old" else variant.new


def _check_enrich(
    variant: VariantModel, enrich: syntax.Enrich, known: dict[str, EndpointModel], findings: Findings
) -> None:
    server = "old" if enrich.side == "new" else "new"
    if (variant.fan is not None and enrich.side == "old") or (variant.paging is not None and not fills_items(enrich)):
        advice = (
            "a read fills one reply, or the items of a list: `enrich new from list_items items[] <- items[] key id`"
        )
        findings.error("MAP432", "there is more than one reply to fill", enrich, "", help=advice)
    _check_page(variant, enrich, findings)
    route = _check_source(enrich.source, server, enrich, known, findings, "MAP432")
    _check_item(enrich, server, known, findings)
    for binding in enrich.bindings:
        ref, value = binding.of.ref, binding.value.ref
        if ref.root != "@path" or len(ref.path) != 1:
            advice = "name a parameter of the path that is read: `@path.id = id`"
            findings.error("MAP432", f"`{ref}` is no parameter of a path", binding, "", help=advice)
        if value.root not in ("", "$", "@body", "@request.body", "@request.path", "@request.query"):
            advice = "name a member of the reply, or of the request: `@request.path.id`"
            findings.error("MAP432", f"`{value}` is no place of the reply or of the request", binding, "", help=advice)
    if route is None:
        return
    bound = {str(binding.of.ref.path[0]) for binding in enrich.bindings if binding.of.ref.path}
    bound |= _carried(variant, enrich, server, known, findings)
    own = {name for each in (variant.old if server == "old" else variant.new) for name in parameters(each)}
    for name in parameters(route):
        if name not in bound | own:
            advice = f"say where it stands in the reply: `enrich ... {{ @path.{name} = id }}`"
            findings.error("MAP432", f"nothing gives a value for `{{{name}}}`", enrich, "", (route, ""), help=advice)


def fills_items(enrich: syntax.Enrich) -> bool:
    """Whether what is read fills the items of a list, and not one object."""
    return enrich.into is not None and enrich.into.ref.path[-1:] == (ITEMS,)


def _check_page(variant: VariantModel, enrich: syntax.Enrich, findings: Findings) -> None:
    """The items that are filled beside `paging` are those of its list."""
    if variant.paging is None or enrich.into is None or not fills_items(enrich):
        return
    arguments = next((each.arguments for each in variant.paging.sides if each.side == enrich.side), ())
    items = next((end for name, end in arguments if name == "items" and isinstance(end, syntax.End)), None)
    if items is not None and items.ref.path != enrich.into.ref.path[:-1]:
        advice = "fill the list that `paging` names, item by item"
        findings.error("MAP432", "these are not the items of `paging`", enrich.into, "", (items, ""), help=advice)


def _check_item(enrich: syntax.Enrich, server: str, known: dict[str, EndpointModel], findings: Findings) -> None:
    """The item of a list that fills an object: the list must be there whole."""
    if enrich.into is None or enrich.items is None:
        return
    places = [end.ref for end in (enrich.into, enrich.items)]
    last = places[1].path[-1:]
    into = places[0].path[:-1] if fills_items(enrich) else places[0].path
    inner = [*into, *places[1].path[:-1]]
    if last != (ITEMS,) or any(step is ITEMS or step is KEYS for step in inner):
        advice = "an object is filled with an item of a list: `enrich new from list_items item <- items[] key id`"
        findings.error("MAP432", "this is no object and a list", enrich.items, "", help=advice)
    if any(ref.root not in ("", "$", "@body") for ref in places):
        findings.error("MAP432", "both stand in bodies of replies", enrich.items, "", help="name members of the bodies")
    source = known.get(enrich.source)
    for variant in () if source is None else source.variants[:1]:
        sides = () if variant.paging is None else variant.paging.sides
        scheme = next((each.scheme for each in sides if each.side == server), "none")
        if scheme != "none":
            advice = (
                f"one call reads a page of `{enrich.source}`: name an endpoint whose {server} side gives the whole list"
            )
            findings.error("MAP432", "the list that is looked through is read in pages", enrich, "", help=advice)


def _carried(
    variant: VariantModel, enrich: syntax.Enrich, server: str, known: dict[str, EndpointModel], findings: Findings
) -> set[str]:
    """The path parameter of the read that carries its credential, which is that of the call beside it."""
    source = known.get(enrich.source)
    theirs = None if source is None or not source.variants else source.variants[0].auth
    if theirs is None:
        return set()
    if variant.auth is None or variant.auth.credential != theirs.credential:
        advice = f"read an endpoint with the credential of this one: `{enrich.source}` has `{theirs.credential}`"
        findings.error("MAP432", "the read takes another credential", enrich, "", help=advice)
    ends = [carrier.end for carrier in theirs.carriers if carrier.side == server and carrier.end is not None]
    return {str(end.ref.path[0]) for end in ends if end.ref.root == "@path" and end.ref.path}


def _check_key(key: syntax.Idempotency, findings: Findings) -> None:
    ref = key.of.ref
    if ref.root != "@header" or len(ref.path) != 1:
        advice = "name the header: `idempotency new @header.Idempotency-Key`"
        findings.error("MAP433", f"`{ref}` is no header", key, "", help=advice)
