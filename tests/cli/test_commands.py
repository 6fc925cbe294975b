"""The commands that look at specs, and what all commands have in common."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest

import mapdsl
from mapdsl.cli import commands
from mapdsl.cli.demo import losses
from mapdsl.diagnostics import CODES
from mapdsl.runtime import Loss
from tests.cli.conftest import SPEC, Run

Write = Callable[[str, Any], Path]
NAMES = sorted(commands.commands)
CODE = next(iter(CODES))


# --- in common -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_every_command_has_help_with_an_example(run: Run, name: str) -> None:
    done = run(name, "--help")
    assert done.code == 0
    assert f"Example:\n    mapdsl {name}" in done.out


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], []])
def test_the_help_names_every_command(run: Run, arguments: list[str]) -> None:
    done = run(*arguments)
    assert set(NAMES) <= set((done.out + done.err).split())


def test_the_version_is_that_of_the_package(run: Run) -> None:
    assert run("--version").out == f"mapdsl {mapdsl.__version__}\n"


@pytest.mark.parametrize("arguments", [["chekc"], ["check"], ["check", "--colour"], ["explain", "MAP001", "MAP002"]])
def test_wrong_usage_is_exit_code_2(run: Run, arguments: list[str]) -> None:
    done = run(*arguments)
    assert (done.code, done.out) == (2, "")
    assert "Usage: mapdsl" in done.err


def test_a_mistake_of_mapdsl_is_exit_code_70_and_no_traceback(run: Run, spec: Path, monkeypatch: Any) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr("mapdsl.pipeline.check", fail)
    done = run("check", spec)
    assert (done.code, done.out) == (70, "")
    assert "mapdsl made a mistake: ZeroDivisionError" in done.err
    assert "--traceback" in done.err
    assert "Traceback" not in done.err


def test_the_traceback_of_such_a_mistake_is_shown_when_asked_for(spec: Path) -> None:
    code = (
        "import mapdsl.pipeline, sys; mapdsl.pipeline.check = None; "
        f"sys.argv = ['mapdsl', '--traceback', 'check', {str(spec)!r}]; from mapdsl.cli import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "Traceback" in done.stderr
    assert "TypeError" in done.stderr


def module(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mapdsl", *arguments]
    env = {**os.environ, "PYTHONPATH": str(Path(mapdsl.__file__).parents[1])}
    return subprocess.run(command, capture_output=True, text=True, timeout=60, env=env, **options)


def test_python_dash_m_is_the_same_program() -> None:
    assert module("--version").stdout == f"mapdsl {mapdsl.__version__}\n"


def test_help_loads_no_compiler_and_no_library_but_click() -> None:
    code = (
        "import sys; from mapdsl.cli import commands; commands(['--help'], standalone_mode=False); "
        "print(sorted({name.partition('.')[0] for name in sys.modules} & "
        "{'attr', 'cattrs', 'hypothesis', 'jsonpath_ng', 'lark'}), [n for n in sys.modules if 'mapdsl.pipe' in n])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.endswith("\n[] []\n")


def test_a_reader_that_goes_away_is_no_error(spec: Path) -> None:
    """`mapdsl show ... | head -1` must not end in a traceback."""
    command = f"{sys.executable} -m mapdsl show {spec} --code | head -1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60)
    assert "Traceback" not in done.stderr
    assert done.stdout.count("\n") == 1


# --- check ---------------------------------------------------------------------------------------------------------

BROKEN = """\
mapdsl 1
endpoint send {
  old POST /v1/send
  new POST /v2/send
  request {
    number = phone_number
    crm <-> source.system
    text <=> message.text
  }
}
endpont other {
}
"""


PLACE = {"file", "line", "column", "end_line", "end_column", "text"}


def test_a_clean_spec_is_exit_code_0(run: Run, spec: Path) -> None:
    done = run("check", spec)
    assert (done.code, done.out, done.err) == (0, "", "no problems\n")


def test_three_mistakes_are_three_findings_on_their_lines(run: Run, write: Write) -> None:
    file = write("broken.map", BROKEN)
    done = run("check", file)
    assert done.code == 1
    assert re.findall(r"--> .*broken\.map:(\d+):", done.out) == ["6", "8", "11"]
    assert done.err.endswith("3 errors in 1 file\n")


def test_findings_as_json_carry_their_places(run: Run, write: Write) -> None:
    file = write("broken.map", BROKEN)
    for form in (["--format", "json"], ["--json"]):
        done = run("check", *form, file)
        assert done.code == 1
        assert [(found["line"], found["severity"]) for found in done.json] == [
            (6, "error"),
            (8, "error"),
            (11, "error"),
        ]
        first = done.json[0]
        assert first["file"] == str(file)
        assert first["code"] in CODES
        assert (first["column"], first["end_line"]) == (12, 6)
        assert first["headline"]
        assert first["help"]
        assert all(
            set(place) == {"file", "line", "column", "end_line", "end_column", "text"} for place in first["secondary"]
        )


def test_a_clean_spec_as_json_is_an_empty_list(run: Run, spec: Path) -> None:
    assert run("check", "--json", spec).json == []


def test_a_folder_of_folders_is_checked_as_several(run: Run, spec: Path, write: Write) -> None:
    other = spec.parent.parent / "apis"
    (other / "one").mkdir(parents=True)
    (other / "two").mkdir()
    (other / "one" / "a.map").write_text(SPEC, "utf-8")
    (other / "two" / "b.map").write_text(BROKEN, "utf-8")
    done = run("check", other)
    assert done.code == 1
    assert {Path(name).name for name in re.findall(r"--> (.*?):\d", done.out)} == {"b.map"}


def test_an_empty_folder_is_a_clear_error(run: Run, tmp_path: Path) -> None:
    done = run("check", tmp_path)
    assert (done.code, done.out) == (1, "")
    assert "no .map file" in done.err


@pytest.mark.long
def test_the_specs_that_come_with_the_package_are_clean(run: Run) -> None:
    assert run("check", mapdsl.shipped("voiso").parent).code == 0


def test_colours_are_for_terminals_that_want_them(run: Run, write: Write) -> None:
    file = write("broken.map", BROKEN)
    assert "\x1b[" in run("check", file, color=True).out
    assert "\x1b[" not in run("check", file).out
    assert "\x1b[" not in run("check", file, color=True, env={"NO_COLOR": "1"}).out
    assert "\x1b[" not in run("check", file, color=True, env={"TERM": "dumb"}).out


# --- explain -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("spelled", [CODE, CODE.lower(), CODE[3:], str(int(CODE[3:]))])
def test_a_code_is_explained_however_it_is_spelled(run: Run, spelled: str) -> None:
    done = run("explain", spelled)
    assert done.code == 0
    assert done.out.startswith(f"{CODE}: {CODES[CODE].title}\n")
    assert "What to do: " in done.out


def test_without_a_code_all_are_listed(run: Run) -> None:
    lines = run("explain").out.splitlines()
    assert [line.split()[0] for line in lines] == list(CODES)


def test_pages_are_data_for_programs(run: Run) -> None:
    assert run("explain", CODE, "--json").json["code"] == CODE
    assert [page["code"] for page in run("explain", "--json").json] == list(CODES)


@pytest.mark.parametrize("code", ["MAP999", "nonsense", ""])
def test_a_code_that_does_not_exist_is_wrong_usage(run: Run, code: str) -> None:
    done = run("explain", code)
    assert done.code == 2
    assert "`mapdsl explain` lists them" in done.err


# --- show ----------------------------------------------------------------------------------------------------------

KEYS = {"endpoint", "part", "old", "new", "kind", "lossless_to_new", "lossless_to_old", "line", "cites", "joins"}


def test_rules_are_shown_with_what_they_lose(run: Run, spec: Path) -> None:
    done = run("show", spec, "send")
    assert done.code == 0
    assert re.search(r"^ +13  req +number +phone_number +lossless +lossless$", done.out, flags=re.MULTILINE)
    assert re.search(r"^ +16  req +agent +- +lossy.*$", done.out, flags=re.MULTILINE)
    assert "balance" not in done.out


def test_rules_as_json_have_the_keys_that_programs_count_on(run: Run, spec: Path) -> None:
    rows = run("show", spec, "--rules", "--json").json
    assert all(set(row) == KEYS for row in rows)
    by_line = {row["line"]: row for row in rows}
    assert {key: by_line[13][key] for key in ("endpoint", "part", "old", "new")} == {
        "endpoint": "send",
        "part": "req",
        "old": "number",
        "new": "phone_number",
    }
    assert (by_line[13]["lossless_to_new"], by_line[13]["lossless_to_old"]) == (True, True)
    assert (by_line[16]["new"], by_line[16]["lossless_to_new"]) == (None, False)
    assert by_line[19]["part"] == "resp"


def test_generated_code_is_python(run: Run, spec: Path) -> None:
    done = run("show", spec, "send", "--code")
    compile(done.out, "shown", "exec")
    assert "def request_to_new" in done.out


def test_generated_code_as_json_is_by_endpoint(run: Run, spec: Path) -> None:
    sources = run("show", spec, "--code", "--json").json
    assert list(sources) == ["send", "balance"]
    assert all("def response_to_old" in source for source in sources.values())


def test_operations_are_shown_as_text_and_as_data(run: Run, spec: Path) -> None:
    assert "phone_number" in run("show", spec, "send", "--ir").out
    program = run("show", spec, "send", "--ir", "--json").json
    assert program["is"] == "Program"
    assert [unit["endpoint"] for unit in program["units"]] == ["send"]
    operations = program["units"][0]["request"][0]["ops"]
    assert operations[0]["is"] == "Move"


def test_an_endpoint_that_does_not_exist_is_wrong_usage_with_a_guess(run: Run, spec: Path) -> None:
    done = run("show", spec, "sned")
    assert done.code == 2
    assert "Did you mean send?" in done.err


def test_a_broken_spec_shows_its_mistakes_instead(run: Run, write: Write) -> None:
    done = run("show", write("broken.map", BROKEN))
    assert (done.code, done.out) == (1, "")
    assert done.err.count("--> ") == 3


def test_variants_are_named_with_their_endpoint(run: Run) -> None:
    assert {"list_cdrs.one", "list_cdrs.list"} <= set(run("show", "voiso", "--code", "--json").json)


# --- demo ----------------------------------------------------------------------------------------------------------


def test_the_demo_tells_the_three_kinds_of_losses_apart() -> None:
    lost = [
        Loss("body.a", "queued", "unlisted value", kind="untranslated"),
        Loss("body.b", None, "needs request", kind="owed"),
        Loss("body.c", 1, "no place in the old API"),
    ]
    assert [click.unstyle(line).removeprefix("  lost to old").strip() for line in losses("old", lost)] == [
        "dropped: body.c = 1: no place in the old API",
        'untranslated: body.a = "queued": unlisted value',
        "owed: body.b = null: needs request",
    ]


def test_the_demo_shows_the_main_job_within_a_hundred_columns(run: Run) -> None:
    done = run("demo")
    assert (done.code, done.err) == (0, "")
    assert max(map(len, done.out.splitlines()[4:])) <= 100
    for title in ("1. Send SMS", "2. Start Call", "3. List CDRs", "4. Get Balance"):
        assert title in done.out
    assert "POST /api/v4/messaging/sms" in done.out
    assert 'body.agent = "2003": ' in done.out
    assert done.out.count("with the residue the request is what it was\n") == 4
    assert "without it the request is what it was, but for body.agent\n" in done.out
    assert '{"balance": 3562.70}' in done.out
    assert "Try next" in done.out


def test_the_demo_works_from_another_folder(tmp_path: Path) -> None:
    done = module("demo", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_demos_messages_are_a_document_of_their_own() -> None:
    script = json.loads((mapdsl.shipped("voiso") / "demo.json").read_text("utf-8"))
    assert all(set(call) == {"title", "about", "request", "reply"} for call in script["calls"])


def test_commands_are_click_commands() -> None:
    assert all(isinstance(command, click.Command) for command in commands.commands.values())
