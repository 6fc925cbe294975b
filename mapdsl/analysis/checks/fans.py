"""Fans and gathers: what becomes several calls comes back as one reply, and the other way round.

fan recipients[] { to <-> contact }        # MAP430: nothing says what the replies become
"""

from __future__ import annotations

from mapdsl import syntax
from mapdsl.analysis.context import Context
from mapdsl.analysis.findings import Findings
from mapdsl.analysis.model import NFan, NGather, Scope, VariantModel

__all__ = ["check_fans"]


def check_fans(context: Context) -> None:
    """Report a fan without a gather, a gather without a fan, and what cannot stand beside them."""
    for endpoint in context.endpoints:
        for variant in endpoint.variants:
            _check(variant, context.findings)
            if variant.fan is not None:
                _check_pipe(variant.fan, endpoint.scope, context.findings)


def _check_pipe(fan: NFan, scope: Scope, findings: Findings) -> None:
    """The list is made before anything is looked up: which items there are decides what is asked."""
    pending = list(fan.pipe)
    while pending:
        step = pending.pop(0)
        pending += [inner for inner in step.args if isinstance(inner, syntax.Conversion)]
        if step.name in scope.lookups:
            advice = "look the item up in the block: `$ <-> @path.user_id : user`"
            findings.error("MAP430", f"the list of a fan is made without `{step.name}`", step, "a lookup", help=advice)


def _check(variant: VariantModel, findings: Findings) -> None:
    fan, gather = variant.fan, variant.gather
    if fan is not None and gather is None:
        advice = "say in the response what the replies become: `gather status[] each { ... }`"
        findings.error("MAP430", "the replies to this fan have no place", fan.node, "", help=advice)
    if gather is not None and fan is None:
        advice = "say in the request what becomes several calls: `fan recipients[] { ... }`"
        findings.error("MAP430", "there is one reply to gather: the request has no fan", gather.node, "", help=advice)
    around = fan or gather
    if around is None:
        return
    beside: tuple[tuple[str, syntax.Node | None], ...] = (
        ("paging", variant.paging),
        ("replace", variant.replace),
        ("bytes", next(iter(variant.opaque), None)),
    )
    for word, node in beside:
        if node is not None:
            advice = "an endpoint is one or the other: write a variant of its own for each"
            findings.error("MAP430", f"`{word}` cannot stand beside a fan", node, "", (around.node, ""), help=advice)
    if gather is not None:
        _check_gather(gather, findings)
    if isinstance(fan, NFan) and fan.of.root not in ("", "body", "query"):
        advice = "a list stands in the body or in the query"
        findings.error("MAP430", "no list stands there", fan.node.of, "", help=advice)


def _check_gather(gather: NGather, findings: Findings) -> None:
    node = gather.node
    if gather.of.root not in ("", "body"):
        findings.error("MAP430", "no list stands there", node.of, "", help="the list of a reply stands in its body")
    if gather.failure is None and node.mode == "each":
        advice = "say how: `failure when old success is false { errors <-> errors; drop success = false }`"
        findings.error("MAP430", "with `each` a failed call is an item, and nothing builds it", node, "", help=advice)
    if gather.failure is not None and not any(guard.side == "old" for guard in gather.failure[0]):
        advice = "say by which field an old item shows it: `failure when old success is false { ... }`"
        findings.error("MAP430", "nothing tells the item of a failed call from another", node, "", help=advice)
    if gather.failure is not None and node.mode != "each":
        advice = "`failure` beside the gather says what the answer is; `each` makes an item of each failed call"
        headline = f"with `{node.mode}` a failed call is no item"
        findings.error("MAP430", headline, node, "has a `failure` block", help=advice)
