"""`mapdsl fmt`: files are laid out in place, or it is said what would change."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mapdsl.formatter import FormatterError
from tests.cli.conftest import Run

Write = Callable[[str, Any], Path]

CLEAN = "shape s {\n  a <-> b  # é\n}\n"
UNTIDY = "shape s { a <-> b # é\n}"
BROKEN = "shape s { a <=> b }"


def test_a_file_is_laid_out_in_place_and_then_stays(run: Run, write: Write) -> None:
    file = write("a.map", UNTIDY)
    done = run("fmt", file)
    assert (done.code, done.out, done.err) == (0, "", "1 file changed\n")
    assert file.read_bytes() == CLEAN.encode()
    before = file.stat().st_ino
    done = run("fmt", file)
    assert (done.code, done.err, file.stat().st_ino) == (0, "1 file unchanged\n", before)


def test_a_folder_is_laid_out_with_all_below_it_but_hidden_ones(run: Run, write: Write, tmp_path: Path) -> None:
    (tmp_path / "b/c").mkdir(parents=True)
    (tmp_path / ".d").mkdir()
    files = [write(name, UNTIDY) for name in ("a.map", "b/c/d.map", ".d/e.map", "b/f.txt")]
    assert run("fmt", tmp_path).code == 0
    assert [file.read_text("utf-8") for file in files] == [CLEAN, CLEAN, UNTIDY, UNTIDY]


def test_check_names_the_files_that_would_change_and_writes_nothing(run: Run, write: Write, tmp_path: Path) -> None:
    bad, good = write("a.map", UNTIDY), write("b.map", CLEAN)
    done = run("fmt", "--check", bad, good, bad)
    assert (done.code, done.out) == (1, f"{bad}\n")
    assert done.err == "1 file would be changed, 1 file unchanged\n"
    assert bad.read_text("utf-8") == UNTIDY
    assert run("fmt", "--check", good).code == 0


def test_line_ends_and_a_byte_order_mark_are_changes(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.map"
    for text in (CLEAN.replace("\n", "\r\n"), "\ufeff" + CLEAN):
        file.write_bytes(text.encode())
        assert run("fmt", "--check", file).code == 1
        assert run("fmt", file).code == 0
        assert file.read_bytes() == CLEAN.encode()


def test_diff_shows_what_would_change_and_writes_nothing(run: Run, write: Write) -> None:
    file = write("a.map", UNTIDY)
    done = run("fmt", "--diff", file)
    assert done.code == 0
    assert done.out == (
        f"--- {file}\n+++ {file}\n@@ -1,2 +1,3 @@\n-shape s {{ a <-> b # é\n-}}\n\\ No newline at end of file\n"
        "+shape s {\n+  a <-> b  # é\n+}\n"
    )
    assert file.read_text("utf-8") == UNTIDY
    assert run("fmt", "--diff", "--check", file).code == 1
    assert run("fmt", "--diff", write("b.map", CLEAN)).out == ""
    assert "\x1b[32m+shape" in run("fmt", "--diff", file, color=True).out


def test_standard_input_goes_to_standard_output(run: Run) -> None:
    done = run("fmt", "-", stdin=UNTIDY)
    assert (done.code, done.out) == (0, CLEAN)
    assert run("fmt", "-", stdin=CLEAN).out == CLEAN
    assert run("fmt", "-", stdin="").out == ""
    done = run("fmt", "--check", "-", stdin=UNTIDY)
    assert (done.code, done.out) == (1, "<stdin>\n")
    done = run("fmt", "--check", "-", stdin=CLEAN)
    assert (done.code, done.out) == (0, "")
    assert run("fmt", "--diff", "-", stdin=UNTIDY).out.startswith("--- <stdin>\n+++ <stdin>\n")


def test_a_file_that_cannot_be_read_stays_and_the_others_are_laid_out(run: Run, write: Write) -> None:
    broken, untidy = write("a.map", BROKEN), write("b.map", UNTIDY)
    done = run("fmt", broken, untidy)
    assert (done.code, done.out) == (1, "")
    assert f"{broken}:1:13" in done.err
    assert done.err.endswith("\n\n1 file changed, 1 file unreadable\n")
    assert (broken.read_text("utf-8"), untidy.read_text("utf-8")) == (BROKEN, CLEAN)
    assert run("fmt", "-", stdin=BROKEN).out == ""


def test_bytes_that_are_no_text_are_reported(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.map"
    file.write_bytes(b"# \xff\n")
    assert (run("fmt", file).code, file.read_bytes()) == (1, b"# \xff\n")


def test_a_mistake_of_the_formatter_writes_nothing_and_says_where(
    run: Run, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(text: bytes, name: str) -> str:
        raise FormatterError(f"{name}:1:11: this End would mean something else")

    file = write("a.map", UNTIDY)
    monkeypatch.setattr("mapdsl.formatter.format_text", fail)
    done = run("fmt", file)
    assert (done.code, file.read_text("utf-8")) == (70, UNTIDY)
    assert f"{file}:1:11: this End would mean something else" in done.err


def test_the_file_keeps_its_rights_and_a_link_stays_a_link(run: Run, write: Write, tmp_path: Path) -> None:
    file, link = write("a.map", UNTIDY), tmp_path / "link.map"
    file.chmod(0o640)
    link.symlink_to(file)
    assert run("fmt", link).code == 0
    assert (file.read_text("utf-8"), file.stat().st_mode & 0o777, link.is_symlink()) == (CLEAN, 0o640, True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.map", "link.map"]


def test_a_write_that_fails_leaves_the_file_and_no_draft(
    run: Run, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    file = write("a.map", UNTIDY)
    monkeypatch.setattr(os, "replace", fail)
    done = run("fmt", file)
    assert done.code == 1
    assert "No space left on device" in done.err
    assert [path.name for path in tmp_path.iterdir()] == ["a.map"]
    assert file.read_text("utf-8") == UNTIDY


def test_wrong_usage_is_exit_code_2(run: Run, write: Write, tmp_path: Path) -> None:
    file = write("a.map", UNTIDY)
    (tmp_path / "empty").mkdir()
    calls = [[], ["-", file], [tmp_path / "none.map"], [tmp_path / "empty"], ["voiso"], ["--width", "3", file]]
    assert [run("fmt", *call).code for call in calls] == [2] * len(calls)
    assert file.read_text("utf-8") == UNTIDY
