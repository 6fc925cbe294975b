"""Ends that nothing can write.

@request.query.id <-> id            # MAP208: the request is past; `->` reads it
list[] <-> [] { x <-> @body.y }     # MAP208: every item would write `y`
"""

from __future__ import annotations

from mapdsl.analysis.context import Context
from mapdsl.analysis.findings import Findings
from mapdsl.analysis.model import NDrop, NRule
from mapdsl.analysis.questions import Mention, gather_all

__all__ = ["check_unwritable"]


def check_unwritable(context: Context) -> None:
    """Report rules that write the request of a response, or one place for each of many items."""
    for endpoint in context.endpoints:
        for variant in endpoint.variants:
            for mention in (mention for mentions in gather_all(variant) for mention in mentions):
                _check(mention, context.findings)


def _check(mention: Mention, findings: Findings) -> None:
    if mention.side not in mention.ways:
        return
    arrow = "->" if mention.side == "old" else "<-"
    if mention.site.root.startswith("request."):
        if isinstance(mention.statement, NRule):
            findings.error(
                "MAP208",
                f"`{mention.site}` cannot be written",
                mention.at,
                "the request has been sent",
                help=f"read it only: `{arrow}`",
            )
        elif isinstance(mention.statement, NDrop):
            findings.error(
                "MAP208",
                f"`{mention.site}` is no part of the response",
                mention.at,
                "the request has been sent",
                help="name a field of the response; the request may stand behind its `=`",
            )
    elif mention.many and mention.writes:
        advice = "write it outside of the list"
        if isinstance(mention.statement, NRule):
            advice = f"let the rule read it only (`{arrow}`), or write it outside of the list"
        findings.error(
            "MAP208", f"every item would write `{mention.site}`", mention.at, "one place for many items", help=advice
        )
