"""What each construct of the language means, case by case, through both engines. The cases are data: see README.md."""

from __future__ import annotations

from typing import Any

import pytest

from mapdsl.errors import SpecError
from tests.conformance.reading import Case, constructs, hardest
from tests.conformance.running import ENGINES, compiled, run_case

ALL = (*constructs(), *hardest())
RUNS = [
    pytest.param(case, translation, id=case.name(translation))
    for construct in ALL
    for case in construct.cases
    if case.arms
    for translation in case.translations
]
WRONG = [
    pytest.param(case, id=case.name(case.translations[0]))
    for construct in ALL
    for case in construct.cases
    if not case.arms
]


@pytest.mark.parametrize(("case", "translation"), RUNS)
def test_a_case_holds_on_both_engines(case: Case, translation: str) -> None:
    for engine in ENGINES:
        found = run_case(case, translation, engine)
        assert not found, f"{case.construct}.md:{case.line}, {engine}:\n" + "\n".join(found)


@pytest.mark.parametrize("case", WRONG)
def test_a_mistake_is_reported_with_both_places(case: Case) -> None:
    found = _findings(case)
    shown = "\n\n".join(map(str, found))
    reported = [(one.position[0], one.position[1], one.severity, one.code, one.headline) for one in found]
    wanted = sorted(case.spec.findings(), key=lambda row: row[:4])
    assert [row[:4] for row in sorted(reported)] == [row[:4] for row in wanted], shown
    for row, expected in zip(sorted(reported), wanted, strict=True):
        assert expected[4] in row[4], shown
    seconds = [place for one in found for place in _seconds(one)]
    for name, line, label in case.spec.seconds():
        assert any(n == name and at == line and label in text for n, at, text in seconds), f"{label}\n{shown}"


def _findings(case: Case) -> list[Any]:
    try:
        return list(compiled(case.spec).diagnostics)
    except SpecError as error:
        return list(error.diagnostics)


def _seconds(found: Any) -> list[tuple[str, int, str]]:
    places = []
    for label in found.secondary:
        source = found.sources[label.span.source]
        places.append((source.name, source.position(label.span.start)[0], label.text))
    return places


def test_no_case_is_another_one_again() -> None:
    """Two cases of one kind with the same spec and the same input would show one thing twice."""
    seen: dict[Any, Case] = {}
    for construct in ALL:
        for case in construct.cases:
            for translation in case.translations:
                key = (case.spec, translation, repr(case.arms.get("body")), repr({**case.arms, "body": 0}))
                assert key not in seen, f"{case.name(translation)} repeats {seen[key].name(translation)}"
                seen[key] = case
