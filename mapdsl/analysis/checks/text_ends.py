"""Ends that are text or bytes: what the text stands for is said, and bytes are a whole body.

@query.limit <-> limit            # MAP214: is "10" the number or the text?
@query.limit <-> limit : integer
lookup content : string <-> bytes
file <-> $ : content
file <-> data : content           # MAP309: a member of a JSON body is never bytes
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from mapdsl import syntax
from mapdsl.analysis.context import Context
from mapdsl.analysis.findings import Findings
from mapdsl.analysis.model import NGuard, NRule, Scope, Spot
from mapdsl.analysis.questions import TEXT, TURNED, Mention, Site, Step, Steps, gather_all, misfit, shown, with_text

__all__ = ["TEXT_ROOTS", "check_text_ends"]

TEXT_ROOTS = frozenset({"path", "query", "header", "request.path", "request.query"})
BODY_ROOTS = frozenset({"body", "request.body"})


def check_text_ends(context: Context) -> None:
    """Report text that stands for nothing said, ends that never fit, and guards that text can never pass."""
    for endpoint in context.endpoints:
        for variant in endpoint.variants:
            for mentions in gather_all(variant):
                _check(mentions, endpoint.scope, context.findings)
            for guards in variant.route_guards.values():
                for guard in guards:
                    if isinstance(guard.of, Spot):
                        _check_guard(guard, Site(guard.of.root, guard.of.names), context.findings)


def _check(mentions: Iterable[Mention], scope: Scope, findings: Findings) -> None:
    rules: dict[int, list[Mention]] = {}
    for mention in mentions:
        if isinstance(mention.statement, NRule):
            rules.setdefault(id(mention.statement), []).append(mention)
        elif isinstance(mention.statement, NGuard):
            _check_guard(mention.statement, mention.site, findings)
    for ends in rules.values():
        _check_rule(ends, scope, findings)


def _check_rule(ends: list[Mention], scope: Scope, findings: Findings) -> None:
    rule = ends[0].statement
    assert isinstance(rule, NRule)
    missed = rule.otherwise
    if missed is not None and missed.kind == "empty" and all(end.site.root != "query" for end in ends):
        advice = "in a query a missed filter means an empty reply; elsewhere write `absent`, `pass` or `reject`"
        findings.error("MAP308", "`else empty` belongs to a query", missed, "", help=advice)
    for lookup in _lookups_of_bytes(rule.pipe, scope):
        _check_bytes(ends, lookup, scope, findings)
    texts = [end for end in ends if end.site.root in TEXT_ROOTS]
    bodies = [end for end in ends if end.site.root in BODY_ROOTS]
    if not texts:
        return
    if not rule.pipe:
        if bodies and len(ends) == 2:
            findings.error(
                "MAP214",
                f"nothing says what the text of `{texts[0].site}` stands for",
                rule.node,
                "",
                (texts[0].at, "text"),
                (bodies[0].at, "any JSON"),
                help="name the domain: `: string`, `: integer`, `: number`, `: boolean`, or an enum",
            )
        return
    if len(rule.pipe) == 1 and rule.pipe[0].name in TURNED:
        return
    written = rule.pipe
    for side in {end.side for end in texts}:
        written = with_text(written, scope, "old") if side == "old" else with_text(written[::-1], scope, "new")[::-1]
    pipe = Steps(scope, findings).pipe(written)
    if pipe:
        for end in texts:
            _check_fit(end, pipe, findings)


def _lookups_of_bytes(pipe: Iterable[syntax.Conversion], scope: Scope) -> Iterator[syntax.Conversion]:
    """The steps, nested ones as well, that are lookups with bytes on a side."""
    for step in pipe:
        found = scope.lookups.get(step.name)
        if found is not None and "bytes" in (found.old, found.new):
            yield step
        yield from _lookups_of_bytes((arg for arg in step.args if isinstance(arg, syntax.Conversion)), scope)


def _check_bytes(ends: list[Mention], step: syntax.Conversion, scope: Scope, findings: Findings) -> None:
    """Bytes are no JSON and no text: they stand as the whole of a body, straight at the end of the pipe."""
    rule, lookup = ends[0].statement, scope.lookups[step.name]
    assert isinstance(rule, NRule)
    for side, outermost in (("old", rule.pipe[0]), ("new", rule.pipe[-1])):
        if getattr(lookup, side) != "bytes":
            continue
        places = [end for end in ends if end.side == side]
        if step is not outermost or len(places) != 1 or places[0].site != Site("body"):
            findings.error(
                "MAP309",
                f"`{step.name}` has bytes on the {side} side, and they do not come to a whole body there",
                step,
                "",
                *((end.at, "JSON or text, never bytes") for end in places),
                help="bytes are no JSON: `$` stands for the whole body, and the lookup is the step next to it",
            )
        elif rule.otherwise is not None and rule.otherwise.kind in ("pass", "use"):
            findings.error(
                "MAP309",
                f"what `{step.name}` does not know cannot stay as it is: one side has bytes, the other has none",
                rule.otherwise,
                "",
                (step, "the lookup"),
                help="write `else reject` or `else absent`",
            )


def _check_fit(end: Mention, pipe: tuple[Step, ...], findings: Findings) -> None:
    step = pipe[0] if end.side == "old" else pipe[-1]
    domain, places = (step.old, step.old_places) if end.side == "old" else (step.new, step.new_places)
    if places == 1 and misfit(TEXT, domain):
        findings.error(
            "MAP309",
            f"`{end.site}` is text, and `{step.node.name}` has none on the {end.side} side",
            end.at,
            "text",
            (step.node, f"{domain} on the {end.side} side"),
            help="put a conversion from text at that end of the pipe",
        )


def _check_guard(guard: NGuard, site: Site, findings: Findings) -> None:
    for value in guard.test.values if site.root in TEXT_ROOTS else ():
        if value is None or isinstance(value, (bool, int, Decimal, dict)):
            findings.error(
                "MAP215",
                f"`{site}` is text and never {shown(value)}",
                guard.node,
                "",
                help=f'write "{shown(value)}": a guard compares what stands in the message',
            )
