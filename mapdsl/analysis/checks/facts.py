"""What `api` lines and `status` lines say.

old wire repeatd         # MAP110: did you mean `repeated`?
status 200 <-> 201
status 200 <-> 202       # MAP413: a 200 would be two things
"""

from __future__ import annotations

from mapdsl import syntax
from mapdsl.analysis.context import Context, items
from mapdsl.analysis.findings import Findings, suggestion
from mapdsl.analysis.model import Spot, VariantModel
from mapdsl.analysis.questions import SIDES

__all__ = ["check_facts"]

STYLES = ("repeated", "brackets", "csv", "range")


def check_facts(context: Context) -> None:
    """Report unknown wire styles, base paths that are none, and success codes that are mapped twice."""
    for file in context.files.values():
        facts = [fact for api in items(file, syntax.Api) for fact in api.facts]
        for fact in (*facts, *items(file, syntax.ApiFact)):
            _check_fact(fact, context.findings)
    for endpoint in context.endpoints:
        for variant in endpoint.variants:
            _check_statuses(variant, context.findings)
            _check_reply_guards(variant, context.findings)


def _check_fact(fact: syntax.ApiFact, findings: Findings) -> None:
    if fact.fact == "wire":
        for style in fact.values:
            if style not in STYLES:
                advice = suggestion(style, STYLES, f"the styles are {', '.join(STYLES)}")
                findings.error("MAP110", f"`{style}` is no way to spell a query", fact, "", help=advice)
    elif fact.fact == "rpc":
        path = fact.values[0] if fact.values else ""
        if any(sign in path for sign in "{}?#"):
            advice = "write the one path that takes all calls: `rpc /json-rpc/`"
            findings.error("MAP110", f"`{path}` is no path of RPC calls", fact, "", help=advice)
    elif fact.fact == "base":
        base = fact.values[0] if fact.values else ""
        if not base.startswith("/") or base.endswith("/") or any(sign in base for sign in "{}?#"):
            advice = "write the part of the path that all routes share: `base /v2.0`"
            findings.error("MAP110", f"`{base}` is no base path", fact, "", help=advice)


def _check_statuses(variant: VariantModel, findings: Findings) -> None:
    for side in SIDES:
        against = "<-" if side == "old" else "->"
        seen: dict[int, syntax.Status] = {}
        for status in variant.statuses:
            code: int = getattr(status, side)
            if not 200 <= code <= 399:
                advice = "`status` maps codes of success, from 200 to 399; failures go through a `failure` block"
                findings.error("MAP413", f"{code} is no code of success", status, "", help=advice)
            elif status.arrow != against:
                first = seen.get(code)
                if first is not None:
                    arrow = "->" if side == "new" else "<-"
                    findings.error(
                        "MAP413",
                        f"{code} on the {side} side is mapped twice",
                        status,
                        "again",
                        (first, "first here"),
                        help=f"let one of the two go one way (`{arrow}`), or give the first one a guard: `when`",
                    )
                elif not status.guards:
                    seen[code] = status
    for status in variant.statuses:
        _check_status_guards(status, variant, findings)


def _check_reply_guards(variant: VariantModel, findings: Findings) -> None:
    """Whether a reply is a failure, and whether an item is for a client, is told by the reply alone."""
    failures = [variant.failure, None if variant.gather is None else variant.gather.failure]
    guards = [guard for failure in failures if failure is not None for guard in failure[0]]
    for guard in (*guards, *variant.only):
        if guard.reads_request:
            advice = "name a field of the reply; what a client asked decides in a `case` of the response"
            findings.error("MAP202", "the request cannot decide this", guard.node, "no part of the reply", help=advice)


def _check_status_guards(status: syntax.Status, variant: VariantModel, findings: Findings) -> None:
    """What decides on a status is the reply itself, and one reply."""
    for guard in variant.status_guards.get(id(status), ()):
        root = guard.of.root if isinstance(guard.of, Spot) else ""
        if root not in ("", "body", "header"):
            advice = "let a `case` on the request write a field, and name the field here"
            findings.error(
                "MAP413", f"a status cannot ask for `@{root}`", guard.node, "no part of the reply", help=advice
            )
    if status.guards and variant.gather is not None:
        advice = "write the status without `when`: each item has its own reply"
        findings.error("MAP413", "a status with a guard beside `gather`", status, "", help=advice)
