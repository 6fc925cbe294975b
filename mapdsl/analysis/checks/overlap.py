"""Two statements that claim one place: each place of a message has one author.

    id              <-> message.id
    conversation_id <-> message.id     # MAP203: both would write it

Per direction: what is only read may be read often. Cases of one match never both run. `combine` is the way for
several old fields to meet in one new one.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from operator import itemgetter

import attrs

from mapdsl.analysis.context import Context
from mapdsl.analysis.findings import Findings
from mapdsl.analysis.model import NDrop, NGuard, NRule
from mapdsl.analysis.questions import SIDES, Mention, Site, exclusive, gather_all
from mapdsl.paths import PathIndex

__all__ = ["check_overlap"]

MOST = 20  # what is wrong with one statement is told often enough
MODES = ("first", "append", "max", "min", "only_one", "equal")
WORDS = {"drop": "dropped or added", "hole": "left open by a `hole`", "filter": "filtered"}


def check_overlap(context: Context) -> None:
    """Report places that two statements write, drops of what a rule maps, and misused `combine`."""
    for endpoint in context.endpoints:
        for variant in endpoint.variants:
            for mentions in gather_all(variant):
                _check(mentions, context.findings)


def _check(mentions: list[Mention], findings: Findings) -> None:
    met: set[int] = set()  # rules whose `combine` has found a partner
    for side in SIDES:
        clashing: set[tuple[int, int]] = set()
        earlier = _Earlier()
        for again in (mention for mention in mentions if mention.side == side):
            told = 0
            for first in earlier.meeting(again):
                if _combines(first, again):
                    met.add(id(again.statement))
                    told += 1
                elif not _follows(first, again, clashing) and _compare(first, again, findings):
                    clashing.add((id(first.statement), id(again.statement)))
                    told += 1
                if told == MOST:
                    break
            earlier.add(again)
    _check_combine(mentions, met, findings)


class _Earlier:
    """The mentions of one side so far, by root and path.

    Rules and blocks that only read have nothing against each other, so they are kept apart: a field may be read often.
    """

    def __init__(self) -> None:
        self._indexes: dict[tuple[str, str], PathIndex[Mention]] = {}
        self._count = 0

    def add(self, mention: Mention) -> None:
        self._count += 1
        index = self._indexes.setdefault((mention.site.root, _act(mention)), PathIndex())
        index.add(mention.site.path, self._count, mention)

    def meeting(self, again: Mention) -> Iterator[Mention]:
        """The mentions that could run together with `again` and overlap, in order; a list and what is in it do not."""
        path = again.site.path
        against = {"read": ("other",), "write": ("write", "other"), "other": ("read", "write", "other")}[_act(again)]
        found = (self._indexes.get((again.site.root, act)) for act in against)
        numbered = heapq.merge(*(index.overlapping(path) for index in found if index is not None), key=itemgetter(0))
        for _, first in numbered:
            if (
                first.statement is not again.statement
                and id(first.statement) not in again.inside
                and not exclusive(first, again)
            ):
                yield first


def _act(mention: Mention) -> str:
    if mention.kind not in ("rule", "each"):
        return "other"
    return "write" if mention.writes else "read"


def _follows(first: Mention, again: Mention, clashing: set[tuple[int, int]]) -> bool:
    """Whether the two only clash because blocks around them do, which is reported."""
    before, after = (*first.inside, id(first.statement)), (*again.inside, id(again.statement))
    return any((one, other) in clashing for one in before for other in after)


def _combines(first: Mention, again: Mention) -> bool:
    return (
        first.writes
        and again.writes
        and first.site == again.site
        and isinstance(first.statement, NRule)
        and isinstance(again.statement, NRule)
        and again.statement.combine is not None
    )


def _compare(first: Mention, again: Mention, findings: Findings) -> bool:
    """Report the two if they contradict each other; whether they do."""
    kinds = {first.kind, again.kind}
    if "guard" in kinds:
        return _compare_guard(first, again, findings)
    if kinds <= {"rule", "each"}:
        if not first.writes or not again.writes:
            return False
        _report_writers(first, again, findings)
    elif kinds & {"rule", "each"}:
        _report_dropped(first, again, findings)
    elif first.site == again.site or (first.writes and again.writes):
        findings.error(
            "MAP207",
            f"`{again.site}` is spoken of twice",
            again.at,
            _word(again),
            (first.at, _word(first)),
            help="take one of the two away",
        )
    else:
        return False
    return True


def _report_writers(first: Mention, again: Mention, findings: Findings) -> None:
    if first.kind == again.kind == "each" and first.site == again.site:
        findings.error(
            "MAP205",
            f"`{again.site}` would be made from two lists",
            again.at,
            "and from another here",
            (first.at, "made from one list here"),
            help="its items can follow one list only: let one of the two rules go one way, or give it another target",
        )
    elif first.site == again.site:
        findings.error(
            "MAP203",
            f"`{again.site}` is written twice",
            again.at,
            "written again here",
            (first.at, "first written here"),
            help=_advice(again),
        )
    else:
        inner, outer = (first, again) if len(first.site.path) > len(again.site.path) else (again, first)
        findings.error(
            "MAP203",
            f"`{inner.site}` is written twice: `{outer.site}` is written as a whole",
            again.at,
            "part of the other" if inner is again else "the whole",
            (first.at, "the whole" if inner is again else "part of it is written here"),
            help=_advice_inside(inner, outer),
        )


def _advice(again: Mention) -> str:
    if again.kind == "rule":
        return "write another place, put the two in cases of one `match`, or merge them: name a `combine` on this rule"
    return "write another place, or put the two in cases of one `match`"


def _advice_inside(inner: Mention, outer: Mention) -> str:
    if outer.kind == "each":
        return f"move the rule for `{inner.site}` into the block, where `@up` names what is outside"
    return f"name the members of `{outer.site}` one by one, or write elsewhere"


def _report_dropped(first: Mention, again: Mention, findings: Findings) -> None:
    rule, other = (first, again) if first.kind in ("rule", "each") else (again, first)
    below = len(other.site.path) > len(rule.site.path) and rule.kind == "each"
    advice = "move it into the block of that rule" if below else "take one of the two away"
    findings.error(
        "MAP207",
        f"`{other.site}` is {WORDS[other.kind]}, but a rule maps `{rule.site}`",
        again.at,
        _word(again),
        (first.at, _word(first)),
        help=advice,
    )


def _word(mention: Mention) -> str:
    if mention.kind == "drop":
        return "dropped here" if mention.side == "old" else "added here"
    return {"hole": "a hole here", "filter": "filtered here"}.get(mention.kind, "mapped here")


def _compare_guard(first: Mention, again: Mention, findings: Findings) -> bool:
    """A case writes its `is LITERAL`, unless a rule writes that very place: then it is checked."""
    guard, other = (first, again) if first.kind == "guard" else (again, first)
    if not isinstance(guard.statement, NGuard) or guard.statement.test.kind != "is" or not other.writes:
        return False
    below = len(other.site.path) > len(guard.site.path) and other.kind in ("rule", "each")
    equal = other.site == guard.site and _gives_another(other, guard.statement)
    if guard.side not in guard.ways or not (below or equal):
        return False
    findings.error(
        "MAP203",
        f"`{guard.site}` is written twice",
        again.at,
        _guard_word(again),
        (first.at, _guard_word(first)),
        help="a case writes the value that its guard names: take one of the two away",
    )
    return True


def _gives_another(other: Mention, guard: NGuard) -> bool:
    origin = other.statement.origin if isinstance(other.statement, NDrop) else None
    return isinstance(other.statement, NDrop) and getattr(origin, "value", origin) != guard.test.values[0]


def _guard_word(mention: Mention) -> str:
    return "the case writes this value" if mention.kind == "guard" else "written here"


# --- combine -------------------------------------------------------------------------------------------------------


def _check_combine(mentions: list[Mention], met: set[int], findings: Findings) -> None:
    seen: set[int] = set()
    by_site: dict[tuple[str, Site], list[Mention]] = {}
    by_rule: dict[int, list[Mention]] = {}
    for mention in mentions:
        if mention.kind == "rule" and mention.writes:
            by_site.setdefault((mention.side, mention.site), []).append(mention)
            by_rule.setdefault(id(mention.statement), []).append(mention)
    groups = _Groups(by_site)
    for mention in mentions:
        rule = mention.statement
        if not isinstance(rule, NRule) or rule.combine is None or id(rule) in seen:
            continue
        seen.add(id(rule))
        if rule.combine not in MODES:
            headline = f"`{rule.combine}` is no way to combine"
            findings.error("MAP209", headline, rule.node, "", help=f"the ways are {', '.join(MODES)}")
        elif id(rule) not in met:
            advice = "`combine` stands on every rule of a target after the first: no rule before this one writes it"
            findings.error("MAP209", "nothing to combine with", rule.node, "", help=advice)
        else:
            for target in by_rule.get(id(rule), ()):
                _check_two_way(target, groups, findings)


@attrs.frozen
class _Groups:
    """The rules that write one place together: how many, and the first that go both ways."""

    by_site: dict[tuple[str, Site], list[Mention]]
    _known: dict[tuple[str, Site, object], tuple[int, list[Mention]]] = attrs.field(factory=dict)

    def of(self, target: Mention) -> tuple[int, list[Mention]]:
        key = (target.side, target.site, target.branches)
        if key not in self._known:
            group = [other for other in self.by_site[target.side, target.site] if not exclusive(other, target)]
            self._known[key] = (
                len(group),
                [other for other in group if getattr(other.statement, "arrow", "") == "<->"][:MOST],
            )
        return self._known[key]


def _check_two_way(target: Mention, groups: _Groups, findings: Findings) -> None:
    count, two_way = groups.of(target)
    if count > 1 and len(two_way) != 1:
        headline = f"of the rules that meet in `{target.site}` exactly one goes both ways"
        others = tuple((other.at, "this one does") for other in two_way if other is not target)
        advice = "give one rule `<->` and the others an arrow towards the target: the way back has to choose"
        findings.error("MAP209", headline, target.at, "", *others, help=advice)
