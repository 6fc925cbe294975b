"""The tables of the parser out of the cache: the same trees and the same mistakes."""

from __future__ import annotations

from pathlib import Path

import pytest
from lark import Lark

from mapdsl.cache import VARIABLE
from mapdsl.diagnostics import Source
from mapdsl.grammar import parse, parser

RIGHT = "mapdsl 1\nendpoint e { old GET /a/{id}; new GET /b/{id}; response { enum <-> use; a[].b <- c[].d } }\n"
WRONG = RIGHT.replace("<->", "<=>").replace("GET /b", "GOT /b")


@pytest.fixture
def anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Each call of `_parser` makes one; grows with each that Lark works out of the grammar."""
    made: list[int] = []
    whole = Lark.__init__

    def init(self: Lark, *args: object, **options: object) -> None:
        made.append(1)
        whole(self, *args, **options)

    monkeypatch.setenv(VARIABLE, str(tmp_path / "cache"))
    monkeypatch.setattr(Lark, "__init__", init)
    monkeypatch.setattr(parser, "_parser", parser._parser.__wrapped__)
    return made


def test_tables_are_worked_out_once(anew: list[int]) -> None:
    found = [[parse(Source("a.map", text)) for text in (RIGHT, WRONG)] for _ in range(2)]
    assert found[0] == found[1]
    assert repr(found[0]) == repr(found[1])
    assert found[0][0][1] == ()
    assert len(found[0][1][1]) > 0
    grammars = len(anew)
    parse(Source("a.map", RIGHT))
    assert len(anew) == grammars


def test_another_lark_works_them_out_itself(anew: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    parse(Source("a.map", RIGHT))
    before = len(anew)
    monkeypatch.setattr(parser, "lark_version", "1.99")
    parse(Source("a.map", RIGHT))
    assert len(anew) > before
