"""The tables of the parser, shipped, out of the cache or worked out: the same trees and the same mistakes."""

from __future__ import annotations

import hashlib
import marshal
import zlib
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from lark import Lark

import mapdsl.grammar
from mapdsl import shipped
from mapdsl.cache import VARIABLE
from mapdsl.diagnostics import Source
from mapdsl.grammar import parse, parser, tables

RIGHT = "mapdsl 1\nendpoint e { old GET /a/{id}; new GET /b/{id}; response { enum <-> use; a[].b <- c[].d } }\n"
WRONG = RIGHT.replace("<->", "<=>").replace("GET /b", "GOT /b")
GRAMMAR = resources.files(mapdsl.grammar).joinpath("mapdsl.lark").read_text("utf-8")
PACKED = resources.files(mapdsl.grammar).joinpath(tables.FILE).read_bytes()


@pytest.fixture
def anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Each call of `_parser` makes one, with a cache of the test's; grows with each that is worked out."""
    made: list[int] = []
    whole = tables._worked_out

    def work_out(grammar: str) -> Any:
        made.append(1)
        return whole(grammar)

    monkeypatch.setenv(VARIABLE, str(tmp_path / "cache"))
    monkeypatch.setattr(tables, "_worked_out", work_out)
    monkeypatch.setattr(parser, "_parser", tables.load_parser)
    return made


def read() -> list[str]:
    return [repr(parse(Source("a.map", text))) for text in (RIGHT, WRONG)]


def test_the_file_is_of_this_grammar() -> None:
    """After a change of the grammar: `python -m tests.grammar.tables`. Another Lark works them out itself."""
    (grammar, _), *_ = marshal.loads(zlib.decompress(PACKED))
    assert grammar == hashlib.sha256(GRAMMAR.encode()).hexdigest()


def test_tables_of_another_grammar_or_lark_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    assert tables.shipped_tables(PACKED, GRAMMAR + "\n") is None
    monkeypatch.setattr(tables, "lark_version", "1.99")
    assert tables.shipped_tables(PACKED, GRAMMAR) is None


def test_without_them_they_are_worked_out_once_and_kept(anew: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    as_shipped = read()
    before = len(anew)
    monkeypatch.setattr(tables, "lark_version", "1.99")
    assert read() == as_shipped
    assert len(anew) == before + 1
    assert read() == as_shipped
    assert len(anew) == before + 1
    monkeypatch.setattr(tables, "lark_version", "1.98")
    assert read() == as_shipped
    assert len(anew) == before + 2


def test_trees_of_the_guides_are_those_of_a_fresh_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = Lark(GRAMMAR, parser="lalr", lexer="contextual", propagate_positions=True, maybe_placeholders=False)
    for file in [*shipped("callr").glob("*.map")][:6]:
        text = file.read_text("utf-8")
        one, other = fresh.parse(text), parser.build_tree(text)
        assert one == other
        assert [vars(tree.meta) for tree in one.iter_subtrees()] == [vars(tree.meta) for tree in other.iter_subtrees()]
