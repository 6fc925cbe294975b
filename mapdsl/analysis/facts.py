"""What `api` lines and `status` lines say.

old wire repeatd         # MAP110: did you mean `repeated`?
status 200 <-> 201
status 200 <-> 202       # MAP413: a 200 would be two things
"""

from __future__ import annotations

from mapdsl import syntax

from .findings import Findings, meant
from .mentions import SIDES
from .work import Work, items

__all__ = ["check_facts"]

STYLES = ("repeated", "brackets", "csv", "range")


def check_facts(work: Work) -> None:
    """Report unknown wire styles, base paths that are none, and success codes that are mapped twice."""
    for file in work.files.values():
        facts = [fact for api in items(file, syntax.Api) for fact in api.facts]
        for fact in (*facts, *items(file, syntax.ApiFact)):
            _check_fact(fact, work.findings)
    for endpoint in work.endpoints:
        for variant in endpoint.variants:
            _check_statuses(variant.statuses, work.findings)


def _check_fact(fact: syntax.ApiFact, findings: Findings) -> None:
    if fact.fact == "wire":
        for style in fact.values:
            if style not in STYLES:
                advice = meant(style, STYLES, f"the styles are {', '.join(STYLES)}")
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


def _check_statuses(statuses: tuple[syntax.Status, ...], findings: Findings) -> None:
    for side in SIDES:
        against = "<-" if side == "old" else "->"
        seen: dict[int, syntax.Status] = {}
        for status in statuses:
            code: int = getattr(status, side)
            if not 200 <= code <= 399:
                advice = "`status` maps codes of success, from 200 to 399; failures go through a `failure` block"
                findings.error("MAP413", f"{code} is no code of success", status, "", help=advice)
            elif status.arrow != against:
                first = seen.setdefault(code, status)
                if first is not status:
                    arrow = "->" if side == "new" else "<-"
                    findings.error(
                        "MAP413",
                        f"{code} on the {side} side is mapped twice",
                        status,
                        "again",
                        (first, "first here"),
                        help=f"let one of the two go one way: `{arrow}`",
                    )
