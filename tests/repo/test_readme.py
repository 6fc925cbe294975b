"""README's quick start is a promise: two commands, each complete on a machine with Python, pip and git."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from tests.repo.markdown import ROOT, blocks

FIRST = "python3 -m venv .venv && .venv/bin/python -m pip install -q -e . && .venv/bin/mapdsl demo\n"
SECOND = "python3 -m venv .venv && .venv/bin/python -m pip install -q -e '.[test]' && .venv/bin/python -m pytest -q\n"


def test_the_quick_start_is_two_commands_each_in_a_block_of_its_own() -> None:
    readme = ROOT / "README.md"
    lines = readme.read_text("utf-8").split("\n")
    start = lines.index("## Quick start") + 1
    end = next(number for number, line in enumerate(lines[start:], start + 1) if line.startswith("## "))
    assert [block.text for block in blocks(readme) if start < block.line < end] == [FIRST, SECOND]


def test_ci_takes_the_test_command_out_of_the_readme() -> None:
    """A second copy of the command would hide that the one in README.md no longer works."""
    script = (ROOT / ".ci/run").read_text("utf-8")
    assert "pip install -q -e '.[test]'" not in script
    function = re.search(r"^quick_start\(\).*?^}$", script, flags=re.DOTALL | re.MULTILINE)
    assert function
    for number, command in (("1", FIRST), ("2", SECOND), ("3", "")):
        done = subprocess.run(
            ["bash", "-c", f"{function[0]}\nquick_start {number}"], capture_output=True, text=True, cwd=ROOT, check=True
        )
        assert done.stdout == command


def test_ci_is_a_script_that_bash_can_read() -> None:
    script: Path = ROOT / ".ci/run"
    assert script.stat().st_mode & 0o111
    subprocess.run(["bash", "-n", str(script)], check=True)
    assert "set -euo pipefail" in script.read_text("utf-8")
