"""Paging: each side says one scheme with all that it needs, and the named fields belong to it.

new offset offset=@query.offset limit=@query.limit default=100 max=100 total=metadata.total items=users
"""

from __future__ import annotations

import attrs

from mapdsl import syntax
from mapdsl.analysis.context import Context
from mapdsl.analysis.findings import Findings, suggestion
from mapdsl.analysis.model import NEach, NFilter, NRule, VariantModel
from mapdsl.analysis.questions import ASKED, Mention, Site, gather_request, gather_response, paging_sites
from mapdsl.paths import ITEMS, KEYS

__all__ = ["check_paging"]


@attrs.frozen
class _Scheme:
    needs: tuple[str, ...]
    takes: tuple[str, ...]


COUNTS = ("default", "max", "first")
SCHEMES = {
    "page": _Scheme(("page", "items"), ("size", "default", "max", "first", "total", "more", "echo")),
    "offset": _Scheme(("offset", "limit", "default", "items"), ("max", "total", "more", "echo")),
    "cursor": _Scheme(("cursor", "limit", "default", "next", "items"), ("max", "total", "more", "echo")),
    "none": _Scheme(("items",), ("total",)),
}


def check_paging(context: Context) -> None:
    """Report unknown schemes, arguments missing or of the wrong kind, and rules that name a field of paging."""
    for endpoint in context.endpoints:
        for variant in endpoint.variants:
            if variant.paging is not None:
                _check(variant, variant.paging, context.findings)
            else:
                _check_empty(variant, context.findings)
            _check_residuals(variant, context.findings)


def _check_empty(variant: VariantModel, findings: Findings) -> None:
    """`else empty` answers a request with an empty list: paging says which list."""
    blocks = ((variant.query, True), (variant.request, False))
    rules = [(s, q) for block, q in blocks for s in block.statements if isinstance(s, NRule)]
    for rule, in_query in rules:
        policy = rule.otherwise
        if policy is None or policy.kind != "empty":
            continue
        if in_query or any(spot.root == "query" for spot in (*rule.old, *rule.new)):
            findings.error(
                "MAP308",
                "`else empty` does not know which list would be empty",
                policy,
                "the endpoint has no `paging`",
                help="say which list the reply holds: `paging { old none items=...; new none items=... }`",
            )


def _check(variant: VariantModel, paging: syntax.Paging, findings: Findings) -> None:
    for wanted in ("old", "new"):
        several = [side for side in paging.sides if side.side == wanted]
        if not several:
            advice = f"say how the {wanted} side pages; `{wanted} none items=...` where it answers with all at once"
            findings.error("MAP410", f"paging says nothing of the {wanted} side", paging, "", help=advice)
        for again in several[1:]:
            first = (several[0], "first said here")
            findings.error(
                "MAP410", f"paging says the {wanted} side twice", again, "again", first, help="keep one of them"
            )
    for side in paging.sides:
        _check_side(side, findings)
    _check_rules(variant, paging, findings)
    _check_items(variant, paging, findings)
    _check_scans(paging, findings)


def _check_side(side: syntax.PagingSide, findings: Findings) -> None:
    scheme = SCHEMES.get(side.scheme)
    if scheme is None:
        advice = suggestion(side.scheme, SCHEMES, f"the schemes are {', '.join(SCHEMES)}")
        findings.error("MAP410", f"`{side.scheme}` is no way of paging", side, "", help=advice)
        return
    given = dict(side.arguments)
    for name in scheme.needs:
        if name not in given:
            advice = f"add `{name}=...`: the plan of calls cannot be made without it"
            findings.error("MAP410", f"`{side.scheme}` paging needs `{name}`", side, "", help=advice)
    for name, value in side.arguments:
        if name not in (*scheme.needs, *scheme.takes):
            advice = suggestion(
                name, (*scheme.needs, *scheme.takes), f"it takes {', '.join((*scheme.needs, *scheme.takes))}"
            )
            findings.error("MAP410", f"`{side.scheme}` paging has no `{name}`", side, "", help=advice)
        else:
            _check_value(side, name, value, findings)
    if side.scheme == "page" and "default" not in given:
        for name in sorted({"size", "max"} & given.keys()):
            advice = "add `default=...`; pages of a size that nobody says have neither `size` nor `default` nor `max`"
            findings.error("MAP410", f"`page` paging with `{name}` needs `default`", side, "", help=advice)
    default, most = given.get("default"), given.get("max")
    if isinstance(default, int) and isinstance(most, int) and default > most:
        headline = f"the default of {default} is above the maximum of {most}"
        findings.error("MAP410", headline, side, "", help="the default is the size of a page that nobody asked for")


def _check_value(side: syntax.PagingSide, name: str, value: syntax.End | int, findings: Findings) -> None:
    if name in COUNTS:
        least = 0 if name == "first" else 1
        if not isinstance(value, int) or value < least:
            findings.error("MAP410", f"`{name}` is a number from {least}", side, "", help=f"write `{name}=100`")
        return
    if isinstance(value, int):
        findings.error("MAP410", f"`{name}` is a place, not a number", side, "", help=f"write `{name}=@query.{name}`")
        return
    roots = ("@query", "", "@body", "$") if name in ASKED else ("", "@body", "$")
    crosses = any(step is ITEMS or step is KEYS for step in value.ref.path)
    if value.ref.root not in roots or crosses:
        where = (
            f"a place of the request: `{name}=@query.{name}`"
            if name in ASKED
            else f"a place of the reply: `{name}=meta.{name}`"
        )
        findings.error("MAP410", f"`{name}={value.ref}` is no place for it", value, "", help=f"write {where}")


def _check_rules(variant: VariantModel, paging: syntax.Paging, findings: Findings) -> None:
    for asked, mentions in ((True, gather_request(variant)), (False, gather_response(variant))):
        for side in paging.sides:
            sites = paging_sites(side, asked)
            for mention in mentions:
                end = sites.get(mention.site)
                if end is not None and mention.side == side.side and mention.kind != "guard":
                    findings.error(
                        "MAP411",
                        f"`{mention.site}` belongs to the paging",
                        mention.at,
                        "named here as well",
                        (end, "named by the paging"),
                        help="paging translates it: take this away",
                    )


def _check_items(variant: VariantModel, paging: syntax.Paging, findings: Findings) -> None:
    items = {side.side: _items(side) for side in paging.sides}
    old, new = items.get("old"), items.get("new")
    if old is None or new is None:
        return
    if not any(_maps(mention, old, new) for mention in gather_response(variant)):
        spelled = " <-> ".join(f"{'' if not site.path else site}[]" for site in (old, new))
        findings.error(
            "MAP412",
            "no rule of the response maps the items of the pages",
            paging,
            "",
            help=f"map them: `{spelled} {{ ... }}`",
        )


def _maps(mention: Mention, old: Site, new: Site) -> bool:
    if mention.kind != "each" or mention.side != "old" or mention.site != old or mention.inside:
        return False
    each = mention.statement
    return isinstance(each, NEach) and each.kind == "list" and each.arrow == "<->" and each.new.names == new.path


def _items(side: syntax.PagingSide) -> Site | None:
    value = dict(side.arguments).get("items")
    return Site("body", value.ref.path) if isinstance(value, syntax.End) else None


def _check_scans(paging: syntax.Paging, findings: Findings) -> None:
    for again in paging.scan[1:]:
        first = (paging.scan[0], "first said here")
        findings.error("MAP414", "paging says `scan` twice", again, "again", first, help="keep one of them")
    for side in paging.sides if paging.scan else ():
        given = dict(side.arguments)
        default, bound = given.get("default"), paging.scan[0].bound
        if "max" not in given and isinstance(default, int) and default > bound:
            headline = f"the default of {default} is above the bound of {bound}"
            advice = "the bound counts for a side without a maximum: say `max=`, or a larger bound"
            findings.error("MAP414", headline, paging.scan[0], "", (side, ""), help=advice)


def _check_residuals(variant: VariantModel, findings: Findings) -> None:
    """A residual filter is applied to the items of a list, and says to which member of them."""
    there = [*variant.query.statements, *variant.request.statements]
    for statement in there:
        if isinstance(statement, NFilter) and statement.policy.kind == "residual":
            _check_applied(variant, statement.node, findings)
            if statement.node.pipe and [step.name for step in statement.node.pipe] != ["csv"]:
                advice = "a filter's text is one value, or with `: csv` several of them"
                findings.error("MAP414", "the filter takes `csv` alone", statement.node.pipe[0], "", help=advice)
            if statement.node.where is None:
                advice = "name the member of an item that the filter asks for: `residual where status`"
                findings.error(
                    "MAP414", "the filter does not say what it asks for", statement.node, "no `where`", help=advice
                )
            else:
                _check_member(statement.node.where, findings)
        elif isinstance(statement, NRule) and _is_residual(statement):
            _check_applied(variant, statement.node, findings)
            for end in () if statement.node.where is None else statement.node.where.ends:
                _check_member(end, findings)
    asked = {id(statement) for statement in there}
    told: set[int] = set()
    for mention in (*gather_request(variant), *gather_response(variant)):
        rule = mention.statement
        if isinstance(rule, NRule) and id(rule) not in asked and id(rule) not in told and _is_residual(rule):
            told.add(id(rule))
            advice = "it says what a parameter of the request, at the top of `query` or `request`, asks of the items"
            findings.error("MAP414", "`else residual` does not belong here", rule.node, "", help=advice)


def _is_residual(rule: NRule) -> bool:
    return rule.otherwise is not None and rule.otherwise.kind == "residual"


def _check_applied(variant: VariantModel, node: syntax.Statement, findings: Findings) -> None:
    if variant.paging is None and variant.gather is None:
        advice = "say which list the reply holds: `paging { old none items=...; new none items=... }`"
        findings.error("MAP414", "nothing says what this filter is applied to", node, "no `paging`", help=advice)


def _check_member(end: syntax.End, findings: Findings) -> None:
    if any(step is ITEMS or step is KEYS for step in end.ref.path):
        advice = "name one member; a list there is searched for the value"
        findings.error("MAP414", f"`{end.ref}` is not one member", end, "", help=advice)
