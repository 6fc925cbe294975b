"""`mapdsl test`: examples hold or are shown with what came instead."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import mapdsl
from tests.cli.conftest import SPEC, Run

Write = Callable[[str, Any], Path]
WRONG = SPEC.replace('new request { body: {phone_number: "1"} }', 'new request { body: {phone_number: "2"} }')


def test_examples_that_hold_are_counted_once_per_direction(run: Run, spec: Path) -> None:
    done = run("test", "--examples", "0", spec)
    assert (done.code, done.out, done.err) == (0, "", "2 examples held, no examples failed\n")


def test_examples_that_hold_are_named_when_asked_for(run: Run, spec: Path) -> None:
    assert run("test", "--examples", "0", "-v", spec).out.splitlines() == [
        "ok      send, request to new: a number",
        "ok      send, request to old: a number",
    ]


def test_an_example_that_fails_shows_place_expectation_and_result(run: Run, write: Write) -> None:
    done = run("test", "--examples", "0", write("wrong.map", WRONG))
    assert done.code == 1
    assert "FAILED  send, request to new: a number" in done.out
    assert "wrong.map:23" in done.out
    assert '"2"' in done.out
    assert '"1"' in done.out
    assert done.err.endswith("2 examples failed\n")


def test_results_are_data_for_programs(run: Run, write: Write) -> None:
    done = run("test", "--examples", "0", "--json", write("wrong.map", WRONG))
    assert done.code == 1
    first = done.json[0]
    assert {key: first[key] for key in ("kind", "endpoint", "name", "part", "to", "line", "passed")} == {
        "kind": "example",
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
    assert run("test", "--examples", "0", tmp_path).err.startswith("4 examples held")


def test_a_broken_spec_is_reported_and_not_run(run: Run, write: Write) -> None:
    done = run("test", write("broken.map", "mapdsl 1\nendpont x {\n}\n"))
    assert (done.code, done.out) == (1, "")
    assert "broken.map:2:1" in done.err


@pytest.mark.long
def test_the_examples_of_the_guides_that_come_with_the_package_hold(run: Run) -> None:
    done = run("test", "--examples", "0", mapdsl.shipped("voiso").parent)
    assert done.out == ""
    assert done.code == 0


def test_documents_that_keep_every_law_are_counted(run: Run, spec: Path) -> None:
    done = run("test", "--examples", "100", spec)
    assert (done.code, done.out) == (0, "")
    assert re.search(
        r"^send\.map: \d{3} documents \(\d\d% translated\) and \d+ exchanges, every law holds$", done.err, re.M
    )
    assert "rules, cases and rows reached" in done.err


def test_a_seed_draws_other_documents(run: Run, spec: Path) -> None:
    first, again, other = (
        run("test", "--json", "--examples", "5", "--seed", seed, spec).json for seed in ("1", "1", "2")
    )
    assert first == again
    assert first[2] != other[2]  # what became of the requests


def test_a_run_goes_on_where_it_was(run: Run, spec: Path, tmp_path: Path) -> None:
    log = tmp_path / "run.jsonl"
    first = run("test", "--examples", "20", "--resume", log, spec)
    lines = log.read_text("utf-8").splitlines()
    log.write_text("\n".join([*lines[:3], lines[3][: len(lines[3]) // 2]]) + "\n", "utf-8")  # killed while it wrote

    again = run("test", "--examples", "20", "--resume", log, spec)

    assert (again.code, again.err) == (first.code, first.err)
    assert len(log.read_text("utf-8").splitlines()) == len(lines) + 1


def test_a_run_of_other_specs_is_not_gone_on_with(run: Run, spec: Path, write: Write, tmp_path: Path) -> None:
    log = tmp_path / "run.jsonl"
    run("test", "--examples", "20", "--resume", log, spec)
    done = run("test", "--examples", "20", "--resume", log, write("other.map", SPEC + "# another text\n"))
    assert done.code == 1
    assert "is of another run" in done.err


def test_an_endpoint_that_is_not_there_is_refused(run: Run, spec: Path) -> None:
    done = run("test", "--endpoint", "sned", spec)
    assert done.code == 2
    assert "Did you mean send?" in done.err
