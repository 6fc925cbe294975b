"""A sample of the reports of operations that law 9 hears; all of them: `python -m tests.laws.operation_mutants`."""

from __future__ import annotations

import pytest

from mapdsl.pipeline import compile_text
from mapdsl.testing.laws import subjects
from tests.laws.operation_mutants import OWN, Trial, heard, on_interpreter, reached, sites

SAMPLE = {
    "members of cases": ("lose_members", "lose"),
    "lookups that pass": ("_look", "lose"),
    "what a path finds": ("prune", "note"),
    "what the request says": ("_restore", "lose"),
}
MORE = {"one of two": ("_meet", "fail"), "lists of one": ("_one", "fail")}
CASES = [
    *(pytest.param(*each, id=each[0]) for each in SAMPLE.items()),
    *(pytest.param(*each, id=each[0], marks=pytest.mark.long) for each in MORE.items()),
]


def trials(name: str) -> list[Trial]:
    program = on_interpreter(compile_text(OWN[name]))
    (unit,) = program.program.units
    spoken = [subject for subject in subjects(program) if subject.part != "exchange"]
    return [Trial(name, program, each) for each in spoken if any(way.ops for way in getattr(unit, each.part))]


@pytest.mark.parametrize(("name", "report"), CASES)
def test_a_report_that_is_left_out_is_noticed(name: str, report: tuple[str, str]) -> None:
    several = trials(name)
    there = set.union(*map(reached, several))
    left_out = [site for site in sites() if (site.function, site.report) == report and site in there]
    assert left_out
    assert [str(site) for site in left_out if heard(site, several) is None] == []


def test_all_reports_of_the_operations_are_known() -> None:
    """Reports are calls by these names alone: one by another name would have no mutant."""
    assert len(sites()) > 60
    assert {site.module for site in sites()} == {"mapping", "joins", "pipes", "rest"}
