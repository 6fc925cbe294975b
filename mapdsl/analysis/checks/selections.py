"""Selections: `select("$..secret")` is read once, here, so that a bad one is reported at its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mapdsl import syntax
from mapdsl.analysis.context import Context
from mapdsl.analysis.findings import Findings
from mapdsl.analysis.questions import walk_file
from mapdsl.paths import parse_selector

__all__ = ["check_selections"]


def check_selections(context: Context) -> None:
    """Report selections that cannot be read."""
    for file in context.files.values():
        for statement in walk_file(file):
            for selection in _selections(statement):
                _check(selection, context.findings)


def _selections(statement: syntax.Statement) -> Iterator[syntax.Selection]:
    if isinstance(statement, syntax.Drop) and isinstance(statement.of, syntax.Selection):
        yield statement.of
    elif isinstance(statement, (syntax.Route, syntax.Failure)):
        yield from _guarding(statement.guards)
    elif isinstance(statement, syntax.Match):
        for case in statement.cases:
            yield from _guarding(case.guards)


def _guarding(guards: Iterable[syntax.Guard]) -> Iterator[syntax.Selection]:
    return (guard.of for guard in guards if isinstance(guard.of, syntax.Selection))


def _check(selection: syntax.Selection, findings: Findings) -> None:
    try:
        parse_selector(selection.text)
    except ValueError as error:
        headline, _, advice = str(error).partition("; ")
        advice = advice or 'a selection looks like this: `select("$.items[*].secret")`'
        findings.error("MAP216", headline, selection, "", help=advice)
