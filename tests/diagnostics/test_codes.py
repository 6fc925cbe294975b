"""The registry of codes: every code has a page, and every page tells the truth."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import mapdsl
from mapdsl.analysis import analyse
from mapdsl.diagnostics import CODES, Diagnostic, Source, render
from mapdsl.grammar import parse
from mapdsl.syntax import OUTSIDE

SRC = Path(mapdsl.__file__).parent
HEADINGS = {"0": "grammar", "1": "analysis", "2": "analysis", "3": "analysis", "4": "analysis", "5": "analysis"}


def findings(text: str) -> tuple[Diagnostic, ...]:
    """Everything that is said about a text in a file `spec.map`. A comment in front may say that it holds examples."""
    source = Source("spec.map", text)
    file, found = parse(source)
    if found:
        return found
    used = {"spec.map": {"spec.map": "spec.map", "../common.map": OUTSIDE}}
    beside = ["spec.map"] if ".examples.map" in text.partition("\n")[0] else []
    _, found = analyse({"spec.map": (source, file)}, used, beside)
    return found


def used_codes() -> dict[str, set[str]]:
    """The codes that the sources report (in string literals), and the rooms in which they do."""
    used: dict[str, set[str]] = {}
    for path in SRC.rglob("*.py"):
        room = path.relative_to(SRC).parts[0]
        if room not in ("diagnostics", "cli"):
            for code in re.findall(r'"(MAP\d{3})"', path.read_text("utf-8")):
                used.setdefault(code, set()).add(room)
    return used


@pytest.mark.parametrize("page", CODES.values(), ids=list(CODES))
def test_a_page_is_complete(page):
    assert re.fullmatch(r"MAP\d{3}", page.code)
    assert page.title
    assert page.title == page.title.strip().rstrip(".")
    for text in (page.meaning, page.why, page.repair):
        assert text[0].isupper() or text[0] == "`"
        assert text.endswith((".", "?"))
        assert "\n" not in text
    for text in (page.bad, page.good):
        assert text.strip()
        assert text.endswith("\n")


def test_pages_are_filed_by_their_code_in_order():
    assert list(CODES) == sorted(CODES)
    assert all(code == page.code for code, page in CODES.items())
    assert len({page.title for page in CODES.values()}) == len(CODES)


@pytest.mark.parametrize("page", CODES.values(), ids=list(CODES))
def test_the_bad_text_yields_the_code_and_no_other(page):
    assert {found.code for found in findings(page.bad)} == {page.code}


@pytest.mark.parametrize("page", CODES.values(), ids=list(CODES))
def test_the_good_text_yields_nothing(page):
    assert findings(page.good) == ()


@pytest.mark.parametrize("page", CODES.values(), ids=list(CODES))
def test_what_is_reported_says_where_and_what_to_do(page):
    for found in findings(page.bad):
        assert found.headline
        assert found.headline[-1] != "."
        assert found.help
        assert found.position[0] == "spec.map"
        assert found.severity == ("warning" if page.code.startswith("MAP5") else "error")
        assert f"mapdsl explain {page.code}" in render(found)


def test_every_code_that_is_reported_has_a_page_and_the_reverse():
    assert set(used_codes()) == set(CODES)


def test_a_code_belongs_to_one_phase():
    for code, rooms in used_codes().items():
        assert rooms == {HEADINGS[code[3]]}, code


def test_codes_in_comments_and_documents_exist():
    """What a reader is told to look up must be there."""
    root = SRC.parent
    texts = [*SRC.rglob("*.py"), *SRC.rglob("*.lark"), *root.glob("*.md"), *(root / "docs").rglob("*.md")]
    for path in texts:
        for code in re.findall(r"\bMAP\d{3}\b", path.read_text("utf-8")):
            assert code in CODES, f"{path.relative_to(root)} speaks of {code}"
