"""Messages stay short: names have at most 200 characters, and of many findings or problems a hundred are told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from mapdsl import MapSemanticError, MapSyntaxError, TranslationError, loads, translate_request
from mapdsl.cli import commands
from mapdsl.diagnostics import CODES, Diagnostic, Label, Source, Span, capped, listed, render, shorten

LONG = "k" * 100_000
EACH = "mapdsl 1\nendpoint e {{ old POST /a; new POST /b; request {{ {} }} }}"


def longest_run(text: str) -> int:
    return max(map(len, text.replace("`", " ").replace('"', " ").split()))


@pytest.mark.parametrize("length", [0, 1, 199, 200, 201, 1_000, 100_000])
def test_a_name_has_at_most_200_characters(length: int) -> None:
    name = "".join(chr(ord("a") + i % 26) for i in range(length))
    short = shorten(name)
    assert len(short) <= 200
    assert (short == name) == (length <= 200)
    if length > 200:
        assert short.startswith(name[:80])
        assert short.endswith(name[-80:])
        assert f"({length - 160:,} more)" in short


def test_a_message_keeps_its_own_words() -> None:
    said = capped(f'`{LONG}` is written twice, "{LONG} {LONG}" too, and body.{LONG} is not')
    assert said.startswith("`kkkk")
    assert "` is written twice, " in said
    assert said.endswith("k is not")
    assert len(said) < 700
    assert capped("word " * 39) == "word " * 39
    assert len(capped("word " * 39_000)) < 2_100


def test_a_list_says_how_many_more() -> None:
    assert listed(range(100), ",").count(",") == 99
    assert listed(range(101), ",").endswith(",98,99,and 1 more")
    assert listed(range(128_000), "\n").endswith("\nand 127,900 more")


def test_the_findings_of_a_text_with_a_long_name() -> None:
    for rules in (f"{LONG} <-> x; {LONG} <-> x", f'"{LONG}" <-> x : nothing', f"include {LONG}", f"x <-> y : {LONG}"):
        with pytest.raises((MapSemanticError, MapSyntaxError)) as caught:
            loads(EACH.format(rules))
        assert longest_run(str(caught.value)) <= 200
        assert len(str(caught.value)) < 3_000
        assert all(len(each.headline) < 600 for each in caught.value.diagnostics)


def test_a_mark_in_a_very_long_line_is_shown_with_what_stands_around_it() -> None:
    text = "x " * 300_000 + "here" + " y" * 300_000
    at = text.index("here")
    source = Source("long.map", text)
    shown = render(
        Diagnostic("MAP001", "wrong", Label(Span("long.map", at, at + 4), "this"), sources={"long.map": source})
    )
    _, place, line, mark, _ = shown.splitlines()
    assert place.endswith(f"long.map:1:{at + 1}")
    assert len(line) < 180
    assert line[mark.index("^") : mark.index("^") + 4] == "here"
    assert line.startswith("1 | ...")
    assert line.endswith("...")


def test_many_findings_of_one_text() -> None:
    with pytest.raises(MapSemanticError) as caught:
        loads(EACH.format("\n".join(f"a{i} <-> b{i} : nothing" for i in range(3_000))))
    assert len(caught.value.diagnostics) == 3_000
    assert str(caught.value).endswith("\n\nand 2,900 more")
    assert str(caught.value).count("error[") == 100


def test_many_problems_of_one_message() -> None:
    name = LONG[:1_000]
    api = loads(EACH.format(f'a[] <-> b[] {{ "{name}" <-> x : clock_seconds }}'))
    body = {"a": [{name: number} for number in range(3_000)]}
    with pytest.raises(TranslationError) as caught:
        translate_request(api, {"method": "POST", "path": "/a", "body": body}, to="new")
    assert len(caught.value.problems) == 3_000
    text = str(caught.value)
    assert text.endswith("\nand 2,900 more")
    assert longest_run(text) <= 200
    assert len(text) < 100_000


def test_a_reply_to_a_caller_of_rpc_is_short() -> None:
    api = loads(
        "mapdsl 1\nold rpc /rpc\nendpoint e { old rpc x.y(a); new POST /b; request { a[] <-> b[] : clock_seconds } }"
    )
    call = {"jsonrpc": "2.0", "id": 1, "method": "x.y", "params": [list(range(3_000))]}
    with pytest.raises(TranslationError) as caught:
        translate_request(api, {"method": "POST", "path": "/rpc", "body": call}, to="new")
    assert caught.value.reply is not None
    error = caught.value.reply["body"]["error"]
    assert len(error["data"]) == 100
    assert "2,999 more" in error["message"]


@pytest.fixture
def many(tmp_path: Path) -> Path:
    path = tmp_path / "many.map"
    path.write_text(EACH.format("\n".join(f"a{i} <-> b{i} : nothing" for i in range(150))), "utf-8")
    return path


def test_check_tells_a_hundred(many: Path) -> None:
    ran = CliRunner().invoke(commands, ["check", str(many)])
    assert ran.exit_code == 1
    assert ran.output.count("error[") == 100
    assert "and 50 more" in ran.output
    assert "150 errors in 1 file" in ran.output


def test_check_tells_a_hundred_to_programs(many: Path) -> None:
    found = json.loads(CliRunner().invoke(commands, ["check", "--json", str(many)]).stdout)
    assert len(found) == 101
    assert {each["code"] for each in found[:100]} <= set(CODES)
    assert found[100] == {"severity": "note", "headline": "and 50 more"}
    sarif = json.loads(CliRunner().invoke(commands, ["check", "--format", "sarif", str(many)]).stdout)
    assert sarif["runs"][0]["results"][100] == {"level": "note", "message": {"text": "and 50 more"}}
    lines = CliRunner().invoke(commands, ["check", "--format", "github", str(many)]).stdout.splitlines()
    assert lines[100:] == ["::notice::and 50 more"]
