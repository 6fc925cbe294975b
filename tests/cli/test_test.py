"""`mapdsl test`: examples hold or are shown with what came instead."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import mapdsl
from tests.cli.conftest import SPEC, Run

Write = Callable[[str, Any], Path]
WRONG = SPEC.replace('new request { body: {phone_number: "1"} }', 'new request { body: {phone_number: "2"} }')


def test_examples_that_hold_are_counted_once_per_direction(run: Run, spec: Path) -> None:
    done = run("test", spec)
    assert (done.code, done.out, done.err) == (0, "", "2 examples held, no examples failed\n")


def test_examples_that_hold_are_named_when_asked_for(run: Run, spec: Path) -> None:
    assert run("test", "-v", spec).out.splitlines() == [
        "ok      send, request to new: a number",
        "ok      send, request to old: a number",
    ]


def test_an_example_that_fails_shows_place_expectation_and_result(run: Run, write: Write) -> None:
    done = run("test", write("wrong.map", WRONG))
    assert done.code == 1
    assert "FAILED  send, request to new: a number" in done.out
    assert "wrong.map:23" in done.out
    assert '"2"' in done.out
    assert '"1"' in done.out
    assert done.err.endswith("2 examples failed\n")


def test_results_are_data_for_programs(run: Run, write: Write) -> None:
    done = run("test", "--json", write("wrong.map", WRONG))
    assert done.code == 1
    first = done.json[0]
    assert {key: first[key] for key in ("endpoint", "name", "part", "to", "line", "passed")} == {
        "endpoint": "send",
        "name": "a number",
        "part": "request",
        "to": "new",
        "line": 23,
        "passed": False,
    }
    assert first["differences"]


def test_a_folder_of_folders_is_tested_as_several(run: Run, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.map").write_text(SPEC, "utf-8")
    assert run("test", tmp_path).err.startswith("4 examples held")


def test_a_broken_spec_is_reported_and_not_run(run: Run, write: Write) -> None:
    done = run("test", write("broken.map", "mapdsl 1\nendpont x {\n}\n"))
    assert (done.code, done.out) == (1, "")
    assert "broken.map:2:1" in done.err


def test_the_examples_of_the_guides_that_come_with_the_package_hold(run: Run) -> None:
    done = run("test", mapdsl.shipped("voiso").parent)
    assert done.out == ""
    assert done.code == 0
