"""Code in pieces: it runs as the whole text does, and each line of it has the number that the text gives it."""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType
from typing import Any

import pytest

from mapdsl.codegen.assembling import LARGEST, assemble
from tests.counting import steps

FILE = "<mapdsl t> e"


def function(number: int, size: int) -> list[str]:
    return ["", f"def f{number}(a):", *[f"    a = a + {each}" for each in range(size)], f"    return a.member{number}"]


def positions(codes: tuple[CodeType, ...]) -> list[tuple[str, list[int]]]:
    """The functions in the codes, each with its lines."""
    found = []
    for code in codes:
        for each in code.co_consts:
            if isinstance(each, CodeType):
                found.append((each.co_name, sorted({line for _, _, line in each.co_lines() if line is not None})))
    return found


def test_a_short_text_is_one_piece() -> None:
    (code,) = assemble("# first", [function(0, 3), function(1, 3)], FILE)
    assert code.co_filename == FILE


def test_each_piece_ends_with_the_statement_that_reaches_the_limit() -> None:
    codes = assemble("# first", [function(0, LARGEST), ["A = 1"], ["B = 2"], function(1, LARGEST), ["C = 3"]], FILE)
    assert [code.co_names for code in codes] == [("f0",), ("A", "B", "f1"), ("C",)]


def test_lines_have_the_numbers_of_the_whole_text() -> None:
    """Line 1 is the first; f0 begins in line 3, its `a = a + 0` stands in line 4."""
    statements = [function(0, LARGEST), ["A = 1"], function(1, LARGEST), function(2, 1)]
    codes = assemble("# first", statements, FILE)
    whole = compile("\n".join(["# first", *(line for each in statements for line in each)]), FILE, "exec")
    assert len(codes) == 3
    assert positions(codes) == positions((whole,))
    assert positions(codes)[0][1][:3] == [3, 4, 5]
    space: dict[str, Any] = {}
    for code in codes:
        exec(code, space)
    with pytest.raises(AttributeError, match="member1") as caught:
        space["f1"](1)
    trace = caught.value.__traceback__
    assert trace is not None
    assert trace.tb_next is not None
    assert trace.tb_next.tb_lineno == 1 + (LARGEST + 3) + 1 + (LARGEST + 3)


def test_functions_in_functions_move_with_them() -> None:
    inner = ["", "def f():", "", "    def g():", "        return 1", "    return g"]
    codes = assemble("# first", [function(0, LARGEST), inner], FILE)
    space: dict[str, Any] = {}
    for code in codes:
        exec(code, space)
    assert space["f"]().__code__.co_firstlineno == 1 + (LARGEST + 3) + 4


def test_pieces_cost_no_more_than_the_text_is_long() -> None:
    """No empty lines are put before a piece to bring it to its place: these would be read again for each."""

    def job(size: int) -> Callable[[], object]:
        return lambda: assemble("#", [["A = 1"] * LARGEST] * size, FILE)

    one, two, three = (steps(job(size)) for size in (10, 20, 30))
    assert three - two == two - one
