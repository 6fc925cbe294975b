"""The tree keeps its own rules: no suppression without a reason, no trace of the machine it was made on."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.repo.markdown import ROOT

TEXTS = {".py", ".md", ".toml", ".yml", ".yaml", ".map", ".json", ".lark", ".txt", ""}
PLACES = ["mapdsl", "specs", "tests", "docs", ".ci", ".github"]
SUPPRESSIONS = re.compile(r"#\s*(type:\s*ignore|noqa|pragma: no cover)|mark\.(skip|skipif|xfail)\b")
# Spelled in pieces, so that this file does not hold what it looks for.
MACHINE = re.compile(r"(?<![\w./-])/(" + "|".join(("wo" + "rk", "tm" + "p", "fa" + "rm", "ro" + "ot")) + r")/\w")


def files() -> Iterator[Path]:
    yield from (file for file in ROOT.iterdir() if file.is_file() and file.suffix in TEXTS)
    for place in PLACES:
        for file in sorted((ROOT / place).rglob("*")):
            if file.is_file() and file.suffix in TEXTS and "__pycache__" not in file.parts:
                yield file


FILES = list(files())


def name(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def test_no_file_names_a_path_of_the_machine_it_was_written_on() -> None:
    found = [
        f"{name(file)}:{number}"
        for file in FILES
        for number, line in enumerate(file.read_text("utf-8").split("\n"), 1)
        if MACHINE.search(line)
    ]
    assert found == []


def test_skips_and_suppressions_stand_in_the_list_of_known_gaps() -> None:
    gaps = (ROOT / "docs/known-gaps.md").read_text("utf-8")
    found = {
        name(file)
        for file in FILES
        if file.suffix == ".py" and SUPPRESSIONS.search(file.read_text("utf-8")) and file != Path(__file__)
    }
    assert {file for file in found if file not in gaps} == set()


def test_the_first_line_of_every_file_says_its_job() -> None:
    """A docstring that begins on the first line, and not with an empty one."""
    silent = []
    for file in FILES:
        if file.suffix == ".py":
            text = file.read_text("utf-8")
            first = ast.get_docstring(ast.parse(text), clean=False) or ""
            if not text.startswith('"""') or not first.split("\n")[0].strip():
                silent.append(name(file))
    assert silent == []


def test_texts_end_with_one_newline_and_hold_no_tabs_or_carriage_returns() -> None:
    odd = []
    for file in FILES:
        data = file.read_bytes()
        if file.is_relative_to(ROOT / "tests") and file.suffix == ".map":
            continue  # a test may be about these very things
        if data and (not data.endswith(b"\n") or data.endswith(b"\n\n") or b"\r" in data or b"\t" in data):
            odd.append(name(file))
    assert odd == []
