"""`--no-cache`: nothing is read and nothing is kept, in this process and in those that it starts."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mapdsl.cache import VARIABLE

from .conftest import Run

SPEC = "mapdsl 1\nendpoint one { old POST /one; new POST /v4/one; request { a <-> b } }\n"
MESSAGE = '{"method": "POST", "path": "/one", "body": {"a": 1}}'


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    file = tmp_path / "one.map"
    file.write_text(SPEC, "utf-8")
    return file


@pytest.mark.parametrize("command", [["translate", "--to", "new"], ["check"], ["show", "--code"], ["test"]])
def test_a_command_keeps_what_it_worked_out_unless_it_is_told_not_to(
    run: Run, spec: Path, tmp_path: Path, command: list[str]
) -> None:
    place = tmp_path / "cache"
    name, *options = command
    without = run(name, spec, *options, "--no-cache", stdin=MESSAGE, env={VARIABLE: str(place)})
    assert not place.exists()
    first = run(name, spec, *options, stdin=MESSAGE, env={VARIABLE: str(place)})
    assert place.exists()
    second = run(name, spec, *options, stdin=MESSAGE, env={VARIABLE: str(place)})
    assert without == first == second
    assert first.code == 0


def test_the_variable_is_as_it_was_afterwards(run: Run, spec: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("check", "--no-cache", spec)
    assert os.environ[VARIABLE] == "off"
    monkeypatch.delenv(VARIABLE)
    run("check", "--no-cache", spec)
    assert VARIABLE not in os.environ
