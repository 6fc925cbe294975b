"""One-way rules: what is read and never written must have another way home.

a -> x                      # MAP210: on the way back from `x` nothing gives `a`
a -> x; a <-> y             # fine: `a` comes back from `y`
a <-> x; b -> x combine first     # fine: `x` comes back as `a`
"""

from __future__ import annotations

from collections.abc import Iterator

from mapdsl.analysis.context import Context
from mapdsl.analysis.findings import Findings
from mapdsl.analysis.model import NRule, Scope, VariantModel
from mapdsl.analysis.questions import SIDES, Mention, Site, Steps, exclusive, gather_all, other_side, parameters

__all__ = ["check_one_way"]

BOTH = frozenset(SIDES)
PASSING = frozenset({"content-type", "accept", "accept-language", "idempotency-key", "retry-after"})


def check_one_way(context: Context) -> None:
    """Report one-way rules whose translation would not be the same the second time."""
    for endpoint in context.endpoints:
        for variant in endpoint.variants:
            for mentions in gather_all(variant):
                rules = [mention for mention in mentions if isinstance(mention.statement, NRule)]
                ends = _Ends(rules)
                for mention in rules:
                    if len(mention.ways) == 1 and mention.side not in mention.ways:
                        _check(mention, ends, variant, endpoint.scope, context.findings)


class _Ends:
    """The ends of rules: those of two-way rules by place, all by their rule."""

    def __init__(self, rules: list[Mention]) -> None:
        self.of: dict[int, list[Mention]] = {}
        self._two_way: dict[tuple[str, Site], list[Mention]] = {}
        for mention in rules:
            self.of.setdefault(id(mention.statement), []).append(mention)
            if mention.ways == BOTH:
                self._two_way.setdefault((mention.side, mention.site), []).append(mention)

    def at(self, side: str, site: Site) -> list[Mention]:
        """The ends of two-way rules at a place of a side."""
        return self._two_way.get((side, site), [])

    def above(self, side: str, site: Site) -> Iterator[Mention]:
        """Those at the place or above it."""
        for length in range(len(site.path) + 1):
            yield from self.at(side, Site(site.root, site.path[:length]))


def _check(source: Mention, ends: _Ends, variant: VariantModel, scope: Scope, findings: Findings) -> None:
    """`source` is what a one-way rule reads."""
    if source.site.root.startswith("request.") or source.site.root == "status" or _passes(source.site, variant):
        return
    towards = other_side(source.side)
    if any(_brings_back(other, source, towards, scope, findings) for other in ends.above(source.side, source.site)):
        return
    targets = [mention for mention in ends.of[id(source.statement)] if mention.side == towards]
    if targets and all(any(_meets(other, target) for other in ends.at(towards, target.site)) for target in targets):
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
    """Whether the end of a two-way rule, which stands at the source or above it, writes it again."""
    if not set(other.branches) <= set(source.branches):
        return False
    rule = other.statement
    assert isinstance(rule, NRule)
    if rule.pipe:
        steps = Steps(scope, findings).pipe(rule.pipe)
        injective = steps is None or all(towards in step.injective for step in steps)
        return injective and other.site == source.site
    return True


def _meets(other: Mention, target: Mention) -> bool:
    """Whether a two-way rule with an end at the same place can run together with the target's rule."""
    return other.statement is not target.statement and not exclusive(other, target)
