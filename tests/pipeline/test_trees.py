"""Trees out of the cache: equal to those that are parsed, and only of texts without a mistake."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import mapdsl.pipeline.trees as trees
from mapdsl import shipped
from mapdsl.cache import VARIABLE
from mapdsl.pipeline import check, compile_program, load

SPEC = """mapdsl 1
# what it is
enum t open { "a" <-> "x" }
endpoint one {
  old POST /one
  new POST /v4/one
  request { a[].b <-> c[].d : t; m <-> n { o <-> p } }   # how
  example "one" { old request { body: {a: [{b: "a"}], n: 1.50, e: []} } }
}
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Grows with each text that is parsed."""
    names: list[str] = []
    whole: Callable[..., Any] = trees.parse

    def parse(source: Any) -> Any:
        names.append(Path(source.name).name)
        return whole(source)

    monkeypatch.setattr(trees, "parse", parse)
    return names


def test_the_trees_of_the_guides_come_back_equal(place: Path, parsed: list[str]) -> None:
    files = sorted(file for name in ("voiso", "callr") for file in shipped(name).glob("*.map"))
    for file in files:
        first = trees.tree_of(file.as_posix(), file.read_bytes())
        second = trees.tree_of(file.as_posix(), file.read_bytes())
        assert second[1:] == first[1:]
        assert repr(second[1]) == repr(first[1])  # spans and comments are no part of what is equal
    assert parsed == [file.name for file in files]


def test_every_kind_of_node_comes_back(place: Path, parsed: list[str]) -> None:
    first, second = (trees.tree_of("a.map", SPEC.encode()) for _ in range(2))
    assert repr(second[1]) == repr(first[1])
    assert parsed == ["a.map"]


def test_a_text_with_a_mistake_is_parsed_each_time(place: Path, parsed: list[str]) -> None:
    for _ in range(2):
        _, _, wrong = trees.tree_of("a.map", SPEC.replace("<->", "<=>").encode())
        assert [each.code for each in wrong][:1] == ["MAP001"]
    assert parsed == ["a.map", "a.map"]


def test_the_name_of_a_text_counts(place: Path, parsed: list[str]) -> None:
    """It stands in each span."""
    for name in ("a.map", "b.map"):
        _, tree, _ = trees.tree_of(name, SPEC.encode())
        assert tree is not None
        assert tree.items[0].span.source == name
    assert parsed == ["a.map", "b.map"]


def test_check_and_compile_parse_the_files_that_changed(place: Path, tmp_path: Path, parsed: list[str]) -> None:
    specs = tmp_path / "specs"
    specs.mkdir()
    for name in ("one", "two"):
        (specs / f"{name}.map").write_text(SPEC.replace("one", name), "utf-8")
    found = check([specs])
    assert [each.severity for each in found] == []
    compile_program(specs)
    assert sorted(parsed) == ["one.map", "two.map"]
    (specs / "two.map").write_text(SPEC.replace("one", "two").replace("v4", "v5"), "utf-8")
    check([specs])
    compile_program(specs)
    load(specs)
    assert sorted(parsed) == ["one.map", "two.map", "two.map"]


def test_warnings_are_told_each_time(place: Path, tmp_path: Path, parsed: list[str]) -> None:
    file = tmp_path / "a.map"
    file.write_text(SPEC + 'enum u closed { canonical "a" <-> "b" }\n', "utf-8")  # canonical among no rivals
    first, second = check([file]), check([file])
    assert [each.severity for each in first] == ["warning"]
    assert second == first
    assert str(second[0]) == str(first[0])
    assert parsed == ["a.map"]


def test_without_the_cache_nothing_is_fetched_or_kept(place: Path, tmp_path: Path, parsed: list[str]) -> None:
    file = tmp_path / "a.map"
    file.write_text(SPEC, "utf-8")
    load(file, cache=False)
    assert not place.exists()
    load(file)
    load(file, cache=False)
    assert parsed == ["a.map"] * 3
