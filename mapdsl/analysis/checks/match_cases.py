"""Cases of a `match` that the way back would take for one another.

    match {
      case old a is present, new kind is "x" { a <-> v }
      case old b is present, new v is present { b <-> v }     # MAP220: nothing says that `kind` is not "x"... unless
    }                                                         # no rule writes `kind`: then it is absent, and not "x"

Reading one side, cases are tried in order. So what a later case writes on the other side must rule out each earlier
case's guards there; the later case's own guards hold there, and what nothing writes is absent.

Of an open match this is no proof: rest may write there as well. Each message is looked at again when it is written.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from mapdsl import syntax
from mapdsl.analysis.context import Context
from mapdsl.analysis.findings import Findings
from mapdsl.analysis.model import NDrop, NGuard, NRule
from mapdsl.analysis.questions import SIDES, Mention, Site, contradicts, gather_all, implies, other_side
from mapdsl.paths import overlap

__all__ = ["check_match_cases"]

ABSENT = syntax.Test("absent")
PRESENT = syntax.Test("present")
# Parts that more than the rules of a block write: parameters of one name, `status`, the request.
GIVEN = ("selection", "path", "status", "request.path", "request.query", "request.body")


@attrs.frozen(eq=False)
class _Case:
    """A case with what it says. `number` -1 is the `else` block."""

    number: int
    at: syntax.Node
    guards: tuple[Mention, ...]
    body: tuple[Mention, ...]

    def on(self, side: str) -> tuple[Mention, ...]:
        """What decides on the way from a side: its own guards, and what either client asked."""
        return tuple(guard for guard in self.guards if guard.side == side or _reads_request(guard))

    def tests(self, side: str, site: Site) -> list[syntax.Test]:
        return [_test(guard) for guard in self.guards if (guard.side, guard.site) == (side, site)]


def check_match_cases(context: Context) -> None:
    """Report cases that cannot be told apart on the way back, and cases that are never taken."""
    for endpoint in context.endpoints:
        for variant in endpoint.variants:
            for mentions in gather_all(variant):
                for match, cases in _matches(mentions):
                    outside = [mention for mention in mentions if match not in dict(mention.branches)]
                    is_open = any(match in mention.opens for mention in mentions if match in dict(mention.branches))
                    _check(cases, outside, context.findings, is_open)


def _matches(mentions: list[Mention]) -> Iterator[tuple[int, list[_Case]]]:
    found: dict[int, dict[int, list[Mention]]] = {}
    for mention in mentions:
        for match, number in mention.branches:
            found.setdefault(match, {}).setdefault(number, []).append(mention)
    for match, cases in found.items():
        ordered = sorted(cases.items(), key=lambda item: item[0] % (len(mentions) + 1))  # -1, the else, comes last
        yield match, [_case(match, number, inside) for number, inside in ordered]


def _case(match: int, number: int, mentions: list[Mention]) -> _Case:
    guards = tuple(m for m in mentions if m.kind == "guard" and m.branches[-1] == (match, number))
    body = tuple(m for m in mentions if m not in guards)
    at = guards[0].at if guards else body[0].at
    return _Case(number, at, guards, body)


def _check(cases: list[_Case], outside: list[Mention], findings: Findings, is_open: bool) -> None:
    for case in cases:
        _check_alone(case, findings)
    for number, later in enumerate(cases):
        for earlier in cases[:number]:
            for side in SIDES:
                if not earlier.on(side):
                    continue
                if later.on(side) and _covers(earlier, later, side):
                    _report_never(earlier, later, side, findings)
                elif not is_open and _confused(earlier, later, side, outside):
                    _report_confused(earlier, later, side, findings)


def _check_alone(case: _Case, findings: Findings) -> None:
    for number, guard in enumerate(case.guards):
        for before in case.guards[:number]:
            if (before.side, before.site) == (guard.side, guard.site) and contradicts(_test(before), _test(guard)):
                findings.error(
                    "MAP221",
                    "this case is never taken: its guards rule each other out",
                    guard.at,
                    "never together with the other",
                    (before.at, "this must hold as well"),
                    help="take one of the two guards away",
                )
    for side in SIDES:
        towards = other_side(side)
        idle = [m for m in case.body if m.side == towards and m.kind in ("rule", "each") and m.writes]
        if case.guards and not case.on(side) and idle:
            findings.warn(
                "MAP501",
                f"this case is never taken on the way to {towards}",
                case.at,
                f"no guard here reads the {side} side",
                (idle[0].at, f"so this is never written on the way to {towards}"),
                help=f"add a guard on `{side}`, or write the rules with the arrow that runs",
            )


def _covers(earlier: _Case, later: _Case, side: str) -> bool:
    """Whether the earlier case is taken wherever the later one could be."""
    return all(implies(later.tests(guard.side, guard.site), _test(guard)) for guard in earlier.on(side))


def _confused(earlier: _Case, later: _Case, side: str, outside: list[Mention]) -> bool:
    """Whether a document that the later case has written on `side` could pass the earlier case's guards there."""
    if later.number >= 0 and not later.on(other_side(side)):
        return False  # never taken towards this side
    told = [guard for guard in earlier.on(side) if not _reads_request(guard)]
    asked = [guard for guard in earlier.on(side) if _reads_request(guard)]
    if not told or any(contradicts(t, _test(guard)) for guard in asked for t in later.tests(guard.side, guard.site)):
        return False  # what was asked decides, and it is the same on the way back
    for guard in told:
        facts, sure = _facts(later, guard.site, side, outside)
        if any(contradicts(fact, _test(guard)) for fact in facts):
            return False
        if not sure:
            return False
    return True


def _facts(case: _Case, site: Site, side: str, outside: list[Mention]) -> tuple[list[syntax.Test], bool]:
    """What is known of a place once the case has written its side, and whether analysis can know it at all."""
    facts = case.tests(side, site)
    within = [m for m in case.body if _writes(m, side, site)]
    around = [m for m in outside if _writes(m, side, site)]
    below = [guard for guard in case.on(side) if _reaches(guard.site, site) and guard.site != site]
    for writer in (*within, *around):
        facts.extend(_written(writer, case, site))
    if not within and not around and not below and site.root not in GIVEN:
        facts.append(ABSENT)
    # What a rule outside writes depends on the document: for an `else`, which has no guards, that rule may decide.
    sure = site.root not in GIVEN and not (case.number < 0 and around)
    return facts, sure


def _writes(mention: Mention, side: str, site: Site) -> bool:
    if mention.side != side or side not in mention.ways or not _reaches(mention.site, site):
        return False
    if isinstance(mention.statement, NGuard):
        return mention.statement.test.kind == "is"
    if mention.kind == "each" and len(mention.site.path) < len(site.path):
        return False  # what stands in the block speaks for its members
    return mention.writes


def _reaches(a: Site, b: Site) -> bool:
    return a.root == b.root and overlap(a.path, b.path)


def _written(writer: Mention, case: _Case, site: Site) -> list[syntax.Test]:
    """A constant is known by its value; a rule whose only source is there leaves something there."""
    statement = writer.statement
    if isinstance(statement, NDrop) and isinstance(statement.origin, syntax.LiteralArg) and writer.site == site:
        return [syntax.Test("is", (statement.origin.value,))]
    if not isinstance(statement, NRule) or statement.otherwise is not None or len(writer.site.path) < len(site.path):
        return []
    read = other_side(writer.side)
    sources = [m for m in case.body if m.statement is statement and m.side == read]
    there = len(sources) == 1 and implies(case.tests(read, sources[0].site), PRESENT)
    return [PRESENT] if there else []


def _reads_request(guard: Mention) -> bool:
    return guard.site.root.startswith("request.")


def _test(guard: Mention) -> syntax.Test:
    assert isinstance(guard.statement, NGuard)
    return guard.statement.test


def _report_never(earlier: _Case, later: _Case, side: str, findings: Findings) -> None:
    findings.error(
        "MAP221",
        f"this case is never taken on the way to {other_side(side)}: an earlier one always is",
        later.at,
        "never reached",
        (earlier.at, f"taken wherever the later one could be, reading {side}"),
        help="put the case with the narrower guards first, or change one of them",
    )


def _report_confused(earlier: _Case, later: _Case, side: str, findings: Findings) -> None:
    sites = ", ".join(f"`{side} {site}`" for site in dict.fromkeys(guard.site for guard in earlier.on(side)))
    what = "this case" if later.number >= 0 else "the `else`"
    findings.error(
        "MAP220",
        f"the way back from {side} could take another case than {what}",
        later.at,
        f"what is written here may pass the earlier guards on {side}",
        (earlier.at, "this earlier case would be taken"),
        help=f"add a guard to the later case that rules the earlier one out, on {sites}",
    )
