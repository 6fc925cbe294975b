"""Pipes: every step is known, takes what the one before gives, and lookups do not lean on each other.

team : team_by_name | members_of_team      # MAP311: the second key would wait for the first answer
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from mapdsl import syntax
from mapdsl.analysis.context import Context
from mapdsl.analysis.findings import Findings
from mapdsl.analysis.model import Scope
from mapdsl.analysis.questions import NAMES, Step, Steps, lookups_of, misfit, walk_endpoint, walk_file, with_text

__all__ = ["check_steps"]

_TEXT = frozenset({"@path", "@query", "@header", "@request.path", "@request.query"})
MISSES = ("reject", "pass", "absent", "use", "empty")


def check_steps(context: Context) -> None:
    """Report unknown steps, wrong arguments, steps that do not fit, chains of lookups and misplaced `else`."""
    for name, file in context.files.items():
        steps = Steps(context.scopes[name], context.findings)
        in_query = {id(rule) for rule in _rules_of_queries(file)}
        for statement in walk_file(file):
            if isinstance(statement, syntax.Rule):
                _check_rule(statement, id(statement) in in_query, steps, context.findings)
            elif isinstance(statement, syntax.Hole) and statement.pipe:
                _check_hole(statement, steps, context.findings)


def _rules_of_queries(file: syntax.File) -> Iterator[syntax.Statement]:
    """What stands in query blocks, where bare ends are text."""
    for statement in walk_file(file):
        if isinstance(statement, syntax.Query):
            yield from walk_endpoint([statement])


def _at_text_ends(rule: syntax.Rule, in_query: bool, scope: Scope) -> tuple[syntax.Conversion, ...]:
    """The pipe as it will run, where ends are text."""
    pipe = rule.pipe
    for side, end in _sides(rule):
        ends = end.ends if isinstance(end, syntax.TupleEnd) else (end,)
        if all(each.ref.root in _TEXT or (in_query and each.ref.root in ("", "$")) for each in ends):
            pipe = with_text(pipe, scope, "old") if side == "old" else with_text(pipe[::-1], scope, "new")[::-1]
    return pipe


def _check_rule(rule: syntax.Rule, in_query: bool, steps: Steps, findings: Findings) -> None:
    keys = steps.pipe(rule.keys)
    if keys is not None:
        _check_pipe(rule, keys, findings)
        _check_ways(rule, keys, findings)
        _check_keys(keys, findings)
    pipe = steps.pipe(_at_text_ends(rule, in_query, steps.scope))
    if pipe is None:
        return
    _check_pipe(rule, pipe, findings)
    _check_ways(rule, pipe, findings)
    _check_else(rule, (*pipe, *(keys or ())), findings)
    if rule.block is None:
        _check_places(rule, pipe, findings)


def _check_hole(hole: syntax.Hole, steps: Steps, findings: Findings) -> None:
    """What is known of a hole is known of what passes, and takes no lookup."""
    pipe = steps.pipe(hole.pipe)
    if hole.policy.kind != "pass":
        advice = "write `pass : conversion`, or take the conversion away"
        findings.error("MAP308", f"`{hole.policy.kind}` lets nothing through a conversion", hole, "", help=advice)
    elif pipe is not None:
        _check_pipe(hole, pipe, findings)
        if lookups_of(pipe):
            advice = "what a lookup answers is known: write a rule"
            findings.error("MAP308", "a hole asks no lookup", hole, "", help=advice)


def _check_pipe(rule: syntax.Rule | syntax.Hole, pipe: tuple[Step, ...], findings: Findings) -> None:
    for before, after in itertools.pairwise(pipe):
        if before.new_places == after.old_places == 1 and misfit(before.new, after.old):
            findings.error(
                "MAP309",
                f"`{after.node.name}` cannot take what `{before.node.name}` gives",
                after.node,
                f"takes {after.old}",
                (before.node, f"gives {before.new}"),
                help="a pipe is read from old to new: check the order, or put a conversion between the two",
            )
    asked = lookups_of(pipe)
    if len(asked) > 1:
        findings.error(
            "MAP311",
            f"lookup `{asked[1].name}` would wait for the answer of `{asked[0].name}`",
            rule.pipe[-1] if rule.pipe else rule,
            "a second lookup in one pipe",
            help=f"declare one lookup that answers from the key of `{asked[0].name}`",
        )


def _check_keys(keys: tuple[Step, ...], findings: Findings) -> None:
    """Names of members are text on both sides."""
    for step, domain, side in ((keys[0], keys[0].old, "old"), (keys[-1], keys[-1].new, "new")) if keys else ():
        if misfit(NAMES, domain):
            findings.error(
                "MAP309",
                f"the names that `*` stands for are text, and `{step.node.name}` has none on the {side} side",
                step.node,
                f"{domain} on the {side} side",
                help="convert the names to names: both columns hold text",
            )


def _check_ways(rule: syntax.Rule, pipe: tuple[Step, ...], findings: Findings) -> None:
    for step in pipe:
        for lookup in step.asks:
            if lookup.arrow == "->" and rule.arrow != "->":
                findings.error(
                    "MAP310",
                    f"lookup `{lookup.name}` has no way back",
                    step.node,
                    f"the rule needs it: `{rule.arrow}`",
                    (lookup, "declared `->`"),
                    help="give the rule the arrow `->`, or declare the lookup `<->`",
                )


def _check_else(rule: syntax.Rule, steps: tuple[Step, ...], findings: Findings) -> None:
    policy = rule.otherwise
    if rule.where is not None and (policy is None or policy.kind != "residual"):
        advice = "it says what `else residual` asks for"
        findings.error("MAP414", "`where` without `else residual`", rule.where, "", help=advice)
    if policy is None or rule.block is not None:
        return
    if policy.kind == "residual":
        _check_residual(rule, policy, findings)
    elif not lookups_of(steps):
        advice = "it says what a missed lookup does; an enum has an `else` of its own"
        findings.error("MAP313", "`else` without a lookup", policy, "nothing here can miss", help=advice)
    elif policy.kind not in MISSES:
        advice = 'write `else reject "text"`, `pass`, `absent`, `use LITERAL`, or in a query `empty`'
        findings.error("MAP308", f"`else {policy.kind}` is no answer to a missed lookup", policy, "", help=advice)


def _check_residual(rule: syntax.Rule, policy: syntax.Policy, findings: Findings) -> None:
    """One end against several: those that do not make a row are applied to what comes back."""
    tuples = [end for end in (rule.old, rule.new) if isinstance(end, syntax.TupleEnd)]
    if len(tuples) != 1:
        advice = "a parameter that the other side cannot express is a filter: `filter NAME residual where PATH`"
        findings.error("MAP414", "`else residual` needs a tuple on one side", policy, "", help=advice)
    elif rule.where is None or len(rule.where.ends) != len(tuples[0].ends):
        advice = "name the members of an item, one for each part: `else residual where (type, subtype)`"
        found = "no `where`" if rule.where is None else f"{len(rule.where.ends)} for {len(tuples[0].ends)} parts"
        findings.error(
            "MAP414",
            "the rule does not say what a part of the tuple asks for",
            rule.where or policy,
            found,
            help=advice,
        )


def _check_places(rule: syntax.Rule, pipe: tuple[Step, ...], findings: Findings) -> None:
    """As many ends as the conversion has places."""
    counts = {side: len(end.ends) if isinstance(end, syntax.TupleEnd) else 1 for side, end in _sides(rule)}
    if not pipe:
        if counts != {"old": 1, "new": 1}:
            advice = "name a table, an enum with tuples or a joint conversion: `: name`"
            findings.error("MAP312", "a joint end needs a conversion", rule, "", help=advice)
        return
    wanted = {"old": pipe[0].old_places, "new": pipe[-1].new_places}
    for side, end in _sides(rule):
        step = pipe[0] if side == "old" else pipe[-1]
        if counts[side] != wanted[side]:
            findings.error(
                "MAP312",
                f"`{step.node.name}` has {_places(wanted[side])} on the {side} side",
                end,
                f"{counts[side]} here",
                (step.node, f"{wanted[side]} in the conversion"),
                help="name as many ends as it has places, in its order",
            )
    for before, after in itertools.pairwise(pipe):
        if before.new_places != after.old_places:
            headline = (
                f"`{before.node.name}` gives {_places(before.new_places)}, `{after.node.name}` takes {after.old_places}"
            )
            findings.error("MAP312", headline, after.node, "", help="put a joint conversion at the end of the pipe")


def _sides(rule: syntax.Rule) -> tuple[tuple[str, syntax.End | syntax.TupleEnd], ...]:
    return ("old", rule.old), ("new", rule.new)


def _places(number: int) -> str:
    return "1 place" if number == 1 else f"{number} places"
