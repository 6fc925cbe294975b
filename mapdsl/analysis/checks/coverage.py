"""Closed lists of fields: where `fields` stands, each field is named by a rule, and each named field stands in it.

fields old request { number: string; body?: string }
request { number <-> phone; bodyy <-> text }     # MAP217: `bodyy` is not declared, and nothing names `body`
"""

from __future__ import annotations

from collections.abc import Iterator

from mapdsl import syntax
from mapdsl.analysis.context import Context
from mapdsl.analysis.findings import Findings, suggestion
from mapdsl.analysis.model import VariantModel
from mapdsl.analysis.questions import Mention, Site, gather_request, gather_response, paging_sites
from mapdsl.paths import Path, PathIndex, Ref

__all__ = ["check_coverage"]

TYPES = ("string", "integer", "number", "boolean", "object", "list", "any")


def check_coverage(context: Context) -> None:
    """Report declared fields that nothing names, and names that are not declared."""
    for endpoint in context.endpoints:
        for variant in endpoint.variants:
            for fields in variant.fields:
                _check(variant, fields, context.findings)


def _check(variant: VariantModel, fields: syntax.Fields, findings: Findings) -> None:
    root = "query" if fields.part == "query" else "body"
    gathered = gather_response(variant) if fields.part == "response" else gather_request(variant)
    mentions = [mention for mention in gathered if mention.side == fields.side and mention.site.root == root]
    declared = {field.of.ref.path: field for field in fields.fields}
    named, listed = PathIndex[None](), PathIndex[None]()
    for path in (mention.site.path for mention in mentions):
        named.add(path, 0, None)
    for site in _elsewhere(variant, fields):
        if site.root == root:
            named.add(site.path, 0, None)
    for path in declared:
        listed.add(path, 0, None)
    for field in fields.fields:
        if field.type is not None and field.type not in TYPES:
            advice = suggestion(field.type, TYPES, f"the types are {', '.join(TYPES)}")
            findings.error("MAP218", f"`{field.type}` is no type of a field", field, "", help=advice)
    for path, field in declared.items():
        if not named.touches(path):
            findings.error(
                "MAP217",
                f"nothing names the declared field `{field.of.ref}`",
                field,
                "declared here",
                help="write a rule for it, `drop` or `add` it, or leave it to a `hole`",
            )
    for mention in mentions:
        if not listed.touches(mention.site.path):
            _report(mention, fields, declared, findings)


def _elsewhere(variant: VariantModel, fields: syntax.Fields) -> Iterator[Site]:
    """Fields that paging names, and the parameter that carries the credential."""
    for side in variant.paging.sides if variant.paging is not None else ():
        if side.side == fields.side:
            yield from paging_sites(side, asked=fields.part != "response")
    for carrier in variant.auth.carriers if variant.auth is not None else ():
        if carrier.side == fields.side and carrier.end is not None:
            yield Site(carrier.end.ref.root.removeprefix("@"), carrier.end.ref.path)


def _report(mention: Mention, fields: syntax.Fields, declared: dict[Path, syntax.Field], findings: Findings) -> None:
    name = str(Ref("", mention.site.path))
    known = [str(field.of.ref) for field in declared.values()]
    findings.error(
        "MAP217",
        f"`{name}` is not among the declared fields",
        mention.at,
        "",
        (fields, "this list is closed"),
        help=suggestion(name, known, "declare it there, or take this away"),
    )
