"""Bodies that pass as bytes: no rule, guard or field looks inside.

response bytes
response { id <-> id }      # MAP219: `id` lies in a body that is bytes
"""

from __future__ import annotations

from mapdsl import syntax
from mapdsl.analysis.context import Context
from mapdsl.analysis.findings import Findings
from mapdsl.analysis.model import VariantModel
from mapdsl.analysis.questions import gather_request, gather_response
from mapdsl.paths import Ref

__all__ = ["check_opaque"]


def check_opaque(context: Context) -> None:
    """Report what looks inside a body of bytes, and bytes where a side calls by RPC."""
    for endpoint in context.endpoints:
        for variant in endpoint.variants:
            said: dict[str, syntax.Opaque] = {}
            for opaque in variant.opaque:
                first = said.setdefault(opaque.part, opaque)
                if first is opaque:
                    _check(variant, opaque, context.findings)
                else:
                    headline, before = f"`{opaque.part} bytes` is said twice", (first, "first said here")
                    context.findings.error("MAP211", headline, opaque, "again", before, help="take one of the two away")


def _check(variant: VariantModel, opaque: syntax.Opaque, findings: Findings) -> None:
    here = (opaque, "the body is bytes")
    mentions = gather_request(variant) if opaque.part == "request" else gather_response(variant)
    seen: set[int] = set()
    for mention in mentions:
        if mention.site.root == "body" and id(mention.at) not in seen:
            seen.add(id(mention.at))
            name = str(Ref("", mention.site.path)) or "$"
            advice = "take the rule away, or the line that says `bytes`: what is inside bytes has no names"
            findings.error("MAP219", f"`{name}` lies in a body that is bytes", mention.at, "", here, help=advice)
    for fields in variant.fields:
        if fields.part == opaque.part:
            advice = "take the list away: bytes have no fields"
            findings.error("MAP219", "fields of a body that is bytes", fields, "", here, help=advice)
    if opaque.part == "response" and variant.paging is not None:
        advice = "take the paging away: bytes have no items"
        findings.error("MAP219", "items of a body that is bytes", variant.paging, "", here, help=advice)
    for route in (*variant.old, *variant.new):
        if route.params is not None:
            advice = "a call of JSON-RPC and its reply are JSON: take the line away"
            findings.error(
                "MAP219", "a call of JSON-RPC has no body of bytes", opaque, "", (route, "called"), help=advice
            )
