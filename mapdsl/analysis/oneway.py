"""One-way rules: what is read and never written must have another way home.

a -> x                      # MAP210: on the way back from `x` nothing gives `a`
a -> x; a <-> y             # fine: `a` comes back from `y`
a <-> x; b -> x combine first     # fine: `x` comes back as `a`
"""

from __future__ import annotations

from .findings import Findings
from .mentions import SIDES, Mention, Site, exclusive, gather_all, other_side
from .model import NRule, Scope, VariantModel
from .pipes import Steps
from .templates import parameters
from .work import Work

__all__ = ["check_one_way"]

BOTH = frozenset(SIDES)
PASSING = frozenset({"content-type", "accept", "accept-language", "idempotency-key", "retry-after"})


def check_one_way(work: Work) -> None:
    """Report one-way rules whose translation would not be the same the second time."""
    for endpoint in work.endpoints:
        for variant in endpoint.variants:
            for mentions in gather_all(variant):
                rules = [mention for mention in mentions if isinstance(mention.statement, NRule)]
                for mention in rules:
                    if len(mention.ways) == 1 and mention.side not in mention.ways:
                        _check(mention, rules, variant, endpoint.scope, work.findings)


def _check(source: Mention, rules: list[Mention], variant: VariantModel, scope: Scope, findings: Findings) -> None:
    """`source` is what a one-way rule reads."""
    if source.site.root.startswith("request.") or source.site.root == "status" or _passes(source.site, variant):
        return
    towards = other_side(source.side)
    if any(_brings_back(other, source, towards, scope, findings) for other in rules):
        return
    targets = [mention for mention in rules if mention.statement is source.statement and mention.side == towards]
    if targets and all(any(_meets(other, target) for other in rules) for target in targets):
        return
    findings.error(
        "MAP210",
        f"`{source.site}` has no way back",
        source.at,
        f"read on the way to {towards}, and never written again",
        help=f"make the rule `<->`, map `{source.site}` by a two-way rule as well, or let this rule meet a two-way one "
        f"in `{targets[0].site if targets else ''}` with a `combine`",
    )


def _passes(site: Site, variant: VariantModel) -> bool:
    """Parameters of one name on both sides, and the headers that always pass, need no rule to come back."""
    if site.root == "header":
        return str(site.path[0]).lower() in PASSING
    if site.root != "path":
        return False
    named = [{name for route in routes for name in parameters(route)} for routes in (variant.old, variant.new)]
    return all(site.path[0] in names for names in named)


def _brings_back(other: Mention, source: Mention, towards: str, scope: Scope, findings: Findings) -> bool:
    if other.side != source.side or other.ways != BOTH or not set(other.branches) <= set(source.branches):
        return False
    rule = other.statement
    assert isinstance(rule, NRule)
    if rule.pipe:
        steps = Steps(scope, findings).pipe(rule.pipe)
        injective = steps is None or all(towards in step.injective for step in steps)
        return injective and other.site == source.site
    return other.site.root == source.site.root and other.site.path == source.site.path[: len(other.site.path)]


def _meets(other: Mention, target: Mention) -> bool:
    return (
        other.side == target.side
        and other.site == target.site
        and other.ways == BOTH
        and other.statement is not target.statement
        and not exclusive(other, target)
    )
