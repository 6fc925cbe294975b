"""The tour holds: files and functions that it names are there, no file is left out, what it shows is real."""

from __future__ import annotations

import ast
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from mapdsl.cli import commands
from tests.repo.markdown import ROOT, Block, blocks, save_specs

TOUR = ROOT / "docs/internals/tour.md"
TEXT = TOUR.read_text("utf-8")
NAMED = sorted(set(re.findall(r"`([\w./]+\.(?:py|lark))(?::([\w.]+))?`", TEXT)))
SHOWN = [block for block in blocks(TOUR) if block.text.startswith("$ ")]
SRC = ROOT / "mapdsl"
OUTSIDE = ("tests/",)  # all other names begin at mapdsl/


def defined(body: list[ast.stmt]) -> dict[str, ast.stmt]:
    """What some statements define: functions, classes, and names that are given a value."""
    found: dict[str, ast.stmt] = {}
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found[node.name] = node
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found.update({target.id: node for target in targets if isinstance(target, ast.Name)})
    return found


def has(file: Path, name: str) -> bool:
    """Whether a file defines `name`, which may be `Class.method`."""
    body = ast.parse(file.read_text("utf-8")).body
    for part in name.split("."):
        node = defined(body).get(part)
        if node is None:
            return False
        body = node.body if isinstance(node, (ast.ClassDef, ast.FunctionDef)) else []
    return True


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_what_the_tour_names_is_there(file: str, name: str) -> None:
    path = (ROOT if file.startswith(OUTSIDE) else SRC) / file
    assert path.is_file(), f"docs/internals/tour.md names {file}"
    assert not name or has(path, name), f"docs/internals/tour.md names {name} in {file}"


def test_the_tour_names_every_file_of_the_package() -> None:
    """A new file gets a line in section 6. Front doors (`__init__`) and `__main__` are named with their rooms."""
    files = {path.relative_to(SRC).as_posix() for path in SRC.rglob("*.py") if not path.name.startswith("__")}
    missing = sorted(files - {file for file, _ in NAMED})
    assert not missing, f"say in section 6 of docs/internals/tour.md what they are for: {', '.join(missing)}"


def test_the_tour_says_which_file_of_analysis_reports_which_code() -> None:
    told, reported = {}, {}
    for file, words in re.findall(r"^\| `(analysis/\w+/\w+\.py)` \| (.*) \|$", TEXT, flags=re.MULTILINE):
        told[file] = sorted(re.findall(r"MAP\d{3}", words))
        reported[file] = sorted(set(re.findall(r'"(MAP\d{3})"', (SRC / file).read_text("utf-8"))))
    assert told == reported


def test_the_check_of_names_sees_what_is_not_there(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text("X: int = 1\n\n\nclass A:\n    def b(self) -> None: ...\n", "utf-8")
    assert [has(file, name) for name in ("X", "A", "A.b", "B", "A.c", "b", "X.b")] == [True] * 3 + [False] * 4


def test_the_tour_shows_the_ir_and_the_code() -> None:
    assert {block.text.split("\n")[0].split()[-1] for block in SHOWN} >= {"--ir", "--code"}


@pytest.mark.parametrize("block", SHOWN, ids=str)
def test_what_the_tour_shows_is_what_the_command_prints(
    block: Block, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`...` alone on a line stands for lines that are left out."""
    save_specs(TOUR, tmp_path)
    monkeypatch.chdir(tmp_path)
    command, *lines = block.text.rstrip("\n").split("\n")
    program, *arguments = shlex.split(command.removeprefix("$ "))
    assert program == "mapdsl"
    done = CliRunner().invoke(commands, arguments, prog_name="mapdsl")
    assert done.exit_code == 0, done.output
    rest = f"\n{done.output}"
    for piece in "\n".join(["", *lines, ""]).split("\n...\n"):
        text = f"\n{piece.strip(chr(10))}\n"
        if piece.strip():
            assert text in rest
            rest = "\n" + rest.partition(text)[2]
