"""The literate cases in `cases/*.md`: a block ```map and behind it, as ```formatted, the text that must come of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest

from mapdsl.formatter import format_text

CASES = Path(__file__).parent / "cases"
CASE = re.compile(r"^# ([^\n]+)\n(?:```map\n(.*?)^```\n)?```formatted\n(.*?)^```", re.MULTILINE | re.DOTALL)


@attrs.frozen
class Case:
    name: str
    text: str
    formatted: str


def cases() -> Iterator[Case]:
    for path in sorted(CASES.glob("*.md")):
        found = CASE.findall(path.read_text("utf-8"))
        assert len(found) == path.read_text("utf-8").count("```formatted\n")
        yield from (Case(f"{path.stem}: {name}", text or formatted, formatted) for name, text, formatted in found)


ALL = list(cases())


@pytest.mark.parametrize("case", ALL, ids=[case.name for case in ALL])
def test_a_text_is_laid_out_as_the_case_shows(case: Case) -> None:
    assert format_text(case.text) == case.formatted


@pytest.mark.parametrize("case", ALL, ids=[case.name for case in ALL])
def test_what_is_laid_out_stays(case: Case) -> None:
    assert format_text(case.formatted) == case.formatted


@pytest.mark.parametrize("case", ALL, ids=[case.name for case in ALL])
def test_line_ends_and_blanks_of_the_input_do_not_matter(case: Case) -> None:
    assert format_text("\ufeff" + case.text.replace("\n", "\r\n")) == case.formatted
    assert format_text(case.text.replace("\n", " \t\n").removesuffix("\n")) == case.formatted
