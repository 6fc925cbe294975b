"""What `mapdsl check` prints for people and for other programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

WRONG = """mapdsl 1
endpoint e {
  old POST /a
  new POST /b
  request {
    id <-> message.id
    number <-> message.id
  }
}
"""
OPEN = """mapdsl 1
shape s { hole status "no values, 100%" pass cites "3 resp status" }
endpoint e {
  old POST /a
  new POST /b
  request { include s; hole old kind "which?" reject "leave it out" }
}
"""


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    path = tmp_path / "wrong.map"
    path.write_text(WRONG, "utf-8")
    return path


@pytest.fixture
def left_open(tmp_path: Path) -> Path:
    path = tmp_path / "open.map"
    path.write_text(OPEN, "utf-8")
    return path


def test_a_finding_is_an_annotation_of_its_line(run: Run, wrong: Path) -> None:
    done = run("check", "--format", "github", wrong)
    assert done.code == 1
    line = done.out.splitlines()[0]
    assert line.startswith(f"::error file={wrong},line=7,endLine=7,col=16,endColumn=26,title=MAP203::")
    assert "`message.id` is written twice%0Ahelp: " in line


def test_a_finding_is_a_result_of_a_sarif_log(run: Run, wrong: Path) -> None:
    done = run("check", "--format", "sarif", wrong)
    log = json.loads(done.out)
    assert (done.code, log["version"]) == (1, "2.1.0")
    driver, results = log["runs"][0]["tool"]["driver"], log["runs"][0]["results"]
    assert [rule["id"] for rule in driver["rules"]] == ["MAP203"]
    assert [(each["ruleId"], each["level"]) for each in results] == [("MAP203", "error")]
    region = results[0]["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 7, "startColumn": 16, "endLine": 7, "endColumn": 26}
    related = results[0]["relatedLocations"][0]
    assert related["physicalLocation"]["region"]["startLine"] == 6
    assert related["message"]["text"] == "first written here"


def test_holes_are_listed_with_their_questions(run: Run, left_open: Path) -> None:
    done = run("check", "--holes", left_open)
    assert done.code == 0
    assert done.out == (
        f"{left_open}:2: status in shape s: no values, 100%\n"
        "    pass  [3 resp status]\n"
        f"{left_open}:6: kind (old side) in endpoint e: which?\n"
        '    reject "leave it out"\n'
    )
    assert done.err == "2 holes\n"


def test_holes_are_objects_for_programs(run: Run, left_open: Path) -> None:
    first, second = json.loads(run("check", "--holes", "--json", left_open).out)
    assert (first["within"], first["path"], first["sides"]) == ("shape s", "status", ["old", "new"])
    assert (first["question"], first["policy"], first["cites"]) == ("no values, 100%", "pass", ["3 resp status"])
    assert (second["line"], second["sides"], second["policy"]) == (6, ["old"], 'reject "leave it out"')


def test_holes_have_no_annotations(run: Run, left_open: Path) -> None:
    done = run("check", "--holes", "--format", "sarif", left_open)
    assert (done.code, done.out) == (2, "")
    assert "--holes prints text or json, not sarif" in done.err
