"""Whatever tree the parser can make, its canonical text is read back as that tree."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
import pytest

import mapdsl.syntax
from mapdsl.formatter import format_file
from mapdsl.formatter.comparing import comments_of, difference
from mapdsl.syntax import Node, Statement
from tests.formatter.texts import tree_of
from tests.formatter.trees import draw_file

TREES = 400
KINDS = {kind for kind in vars(mapdsl.syntax).values() if isinstance(kind, type) and issubclass(kind, Node)}


@pytest.mark.parametrize("seed", range(TREES))
def test_a_tree_is_read_back_from_its_text(seed: int) -> None:
    tree = draw_file(seed)
    text = format_file(tree)
    again = tree_of(text)
    assert difference(tree, again) is None
    assert again == tree
    assert format_file(again) == text


@pytest.mark.parametrize("seed", range(TREES))
def test_comments_are_read_back_wherever_they_stand(seed: int) -> None:
    tree = draw_file(seed, comments=True)
    text = format_file(tree)
    again = tree_of(text)
    assert difference(tree, again) is None
    assert comments_of(again) == comments_of(tree)
    assert format_file(again) == text


@pytest.mark.parametrize("seed", range(0, TREES, 5))
def test_a_tree_is_read_back_from_narrow_lines(seed: int) -> None:
    tree = draw_file(seed, comments=True)
    again = tree_of(format_file(tree, width=1))
    assert difference(tree, again) is None
    assert comments_of(again) == comments_of(tree)


def nodes(root: object) -> Iterator[Node]:
    if isinstance(root, Node):
        yield root
        for field in attrs.fields(type(root)):
            yield from nodes(getattr(root, field.name))
    elif isinstance(root, tuple):
        for part in root:
            yield from nodes(part)


def test_the_trees_have_every_kind_of_node_and_something_else_in_every_field() -> None:
    """A kind of node or a field that is new in the syntax has to be drawn in tests/formatter/trees.py."""
    seen: dict[str, set[str]] = {}
    for seed in range(TREES):
        for node in nodes(draw_file(seed, comments=True)):
            for field in attrs.fields(type(node)):
                seen.setdefault(f"{type(node).__name__}.{field.name}", set()).add(repr(getattr(node, field.name)))
    wanted = {f"{kind.__name__}.{field.name}" for kind in KINDS - {Node, Statement} for field in attrs.fields(kind)}
    fixed = {name for name in wanted if name.endswith(".span")}
    assert {name for name in wanted - fixed if len(seen.get(name, ())) < 2} == set()
