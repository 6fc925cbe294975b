"""What a mapping mentions: of all its blocks, each walked once, and found once for its three functions."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mapdsl.codegen import mentions
from mapdsl.codegen.mentions import Mentions, mentions_of
from mapdsl.codegen.module import generate
from mapdsl.ir import Alternative, Choose, Each, Guard, Keep, Literal, Move, Names, Op, Place, Write
from mapdsl.pipeline import compile_text
from tests.bench.compile_rows import endpoint
from tests.counting import assert_linear


def levels(count: int) -> tuple[Op, ...]:
    """Blocks in each other, each run by two lists of the block around."""
    ops: tuple[Op, ...] = (Move(0, Place("header", ("x",)), Place("item", ("y",)), ()),)
    for _ in range(count):
        ops = (
            Each(0, "list", Place("item", ("a",)), Place("item", ("b",)), ops),
            Each(0, "list", Place("item", ("c",)), Place("item", ("d",)), ops),
        )
    return ops


def test_what_stands_in_blocks_and_cases_is_mentioned() -> None:
    guard = Guard(Place("status"), "is", (200,))
    inner = (Write(0, Place("query", ("q",)), Literal(1)),)
    choose = Choose(1, (Alternative(1, (guard,), (), inner),), at=Place("body"))
    kept = Keep(2, Place("path"), Place("path"), Names((("id", Names((), leaf=True)),)), Names())
    assert mentions_of((*levels(1), choose, kept)) == Mentions(
        read=frozenset({"item", "header", "body", "status", "path"}),
        written=frozenset({"item", "query", "path"}),
        entered=frozenset({"item", "header", "path"}),
        body_read=True,  # by the choice, which looks at all of it
        body_written=False,
    )


def test_the_body_is_written_where_an_operation_writes_all_of_it() -> None:
    told = mentions_of((Move(0, Place("body", ("a",)), Place("body"), ()),))
    assert told.body_written
    assert not told.body_read


def test_a_block_that_two_lists_run_is_walked_once() -> None:
    def job(count: int) -> Callable[[], object]:
        ops = levels(count)
        return lambda: mentions_of(ops)

    assert_linear(job, 3)


def test_a_mapping_is_walked_once_for_its_functions(monkeypatch: pytest.MonkeyPatch) -> None:
    (unit,) = compile_text(endpoint("a <-> b : l", "lookup l : string <-> string")).program.units
    walked = []
    reads = mentions._read_by
    monkeypatch.setattr(mentions, "_read_by", lambda op: walked.append(op) or reads(op))
    generate(unit)
    assert walked == [op for mapping in (*unit.request, *unit.response) for op in mapping.ops]
