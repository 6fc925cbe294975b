"""What statements name is worked out once for a block, however often it is asked for and wherever the block stands."""

from __future__ import annotations

from collections.abc import Callable

from mapdsl.analysis import NBlock, NEach, NRule, Spot, analyse
from mapdsl.diagnostics import Source
from mapdsl.grammar import parse
from mapdsl.lowering.envelope import Envelope
from mapdsl.lowering.names import Named, named_in
from tests.bench.compile_rows import endpoint, query
from tests.counting import assert_linear, steps


def rule(old: Spot, new: Spot) -> NRule:
    return NRule((old,), "<->", (new,), node=None)


def lists(name: str, body: NBlock) -> NEach:
    return NEach("list", Spot("", (name,)), "<->", Spot("", (name.upper(),)), body, node=None)


def levels(count: int) -> NBlock:
    """Blocks in each other, each with the next one in two lists."""
    block = NBlock((rule(Spot("", ("x",)), Spot("up", ("y",))),))
    for _ in range(count):
        block = NBlock((lists("a", block), lists("b", block)))
    return block


def test_a_block_names_each_place_once_and_of_the_blocks_in_it_what_reaches_out() -> None:
    block = levels(1)
    assert named_in(block, "old") == (Named("", ("a",), owned=True), Named("", ("b",), owned=True))
    assert named_in(block, "new") == (
        Named("", ("A",), owned=True),
        Named("", ("y",), owned=True),
        Named("", ("B",), owned=True),
    )


def test_a_block_in_two_lists_is_walked_once() -> None:
    def job(count: int) -> Callable[[], object]:
        block = levels(count)
        return lambda: named_in(block, "new")

    assert_linear(job, 3)


def test_what_a_block_names_is_found_once() -> None:
    again = []
    for count in (10, 20):
        block = NBlock(tuple(rule(Spot("", (f"a{i}",)), Spot("", (f"b{i}",))) for i in range(count)))
        named_in(block, "old")
        again.append(steps(lambda block=block: named_in(block, "old")))
    assert again[0] == again[1]


def envelope(text: str) -> Envelope:
    source = Source("t.map", text)
    file, found = parse(source)
    assert file is not None
    assert not found
    model, _ = analyse({"t.map": (source, file)}, {"t.map": {}})
    (told,) = model.endpoints
    return Envelope(model, told, told.variants[0])


def test_whether_a_request_has_no_body_is_found_once() -> None:
    """It is asked for each root, each way: the rules are not read again for it."""
    again = []
    for count in (10, 20):
        one = envelope(query(count))
        assert one.bodiless == ()
        again.append(steps(lambda one=one: one.places("old", "new", "body")))
    assert again[0] == again[1]


def test_a_side_that_is_read_and_names_no_body_has_none() -> None:
    reads = endpoint("@query.a <-> b").replace("old POST", "old GET")
    assert envelope(reads).bodiless == ("old",)
    assert envelope(reads.replace("@query.a", "a")).bodiless == ()
    assert envelope(reads.replace("@query.a", "@body.a")).bodiless == ()
