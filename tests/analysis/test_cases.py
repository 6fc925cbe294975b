"""The literate cases in `cases/*.md`: prose, a text, and on a line what is reported there.

A block ```map is a whole text, ```rules what stands in a request. A block without an expectation reports nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest

CASES = Path(__file__).parent / "cases"
BLOCK = re.compile(r"^```(map|rules)\n(.*?)^```", re.MULTILINE | re.DOTALL)
EXPECTED = re.compile(r'(error|warning): \[(MAP\d+)\] "([^"]*)"')
BEFORE = "endpoint e {\n  old POST /a\n  new POST /b\n  request {\n"
AFTER = "  }\n}\n"


@attrs.frozen
class Case:
    name: str
    text: str
    before: int  # lines that the test puts in front

    def expected(self) -> list[tuple[int, str, str, str]]:
        return [
            (number, *match.groups())
            for number, line in enumerate(self.text.splitlines(), start=1)
            for match in EXPECTED.finditer(line)
        ]


def cases() -> Iterator[Case]:
    for path in sorted(CASES.glob("*.md")):
        text = path.read_text("utf-8")
        for match in BLOCK.finditer(text):
            title = re.findall(r"^#+ (.*)$", text[: match.start()], re.MULTILINE)[-1]
            line = text.count("\n", 0, match.start()) + 1
            whole = match[1] == "map"
            written = match[2] if whole else BEFORE + match[2] + AFTER
            yield Case(f"{path.stem}:{line}: {title}", written, 0 if whole else BEFORE.count("\n"))


ALL = list(cases())


@pytest.mark.parametrize("case", ALL, ids=[case.name for case in ALL])
def test_each_mistake_is_reported_on_its_line_and_nothing_else(analysed, case):
    _, found = analysed(case.text)
    reported = [(one.position[1], one.severity, one.code, one.headline) for one in found]
    expected = case.expected()

    assert [row[:3] for row in reported] == [row[:3] for row in expected], "\n\n".join(map(str, found))
    for row, wanted in zip(reported, expected, strict=True):
        assert wanted[3] in row[3]


def test_every_finding_says_what_to_do(analysed):
    for case in ALL:
        _, found = analysed(case.text)
        assert all(one.help for one in found), case.name


def test_every_code_of_the_room_has_a_case():
    """A check that no case trips is a check that nobody has seen work."""
    room = Path(__file__).parents[2] / "mapdsl" / "analysis"
    reported = {code for path in room.rglob("*.py") for code in re.findall(r'"(MAP\d+)"', path.read_text("utf-8"))}
    tripped = {code for case in ALL for _, _, code, _ in case.expected()}

    assert reported - tripped == {"MAP102", "MAP103", "MAP111", "MAP114"}  # several files: test_uses.py
