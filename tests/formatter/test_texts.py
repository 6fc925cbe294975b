"""Every `.map` text of the repository keeps its meaning and its comments, and its form is reached at once."""

from __future__ import annotations

import pytest

from mapdsl.formatter import format_file
from mapdsl.formatter.comparing import comments_of, difference
from tests.formatter.texts import Text, all_texts, tree_of


@pytest.mark.parametrize("text", all_texts(), ids=str)
def test_a_text_formatted_and_read_again_is_the_same(text: Text) -> None:
    formatted = format_file(text.tree)
    again = tree_of(formatted)
    assert (difference(text.tree, again), again == text.tree) == (None, True)
    assert comments_of(again) == comments_of(text.tree)
    assert format_file(again) == formatted


@pytest.mark.long
@pytest.mark.parametrize("text", all_texts(), ids=str)
def test_every_place_for_a_line_end_can_be_one(text: Text) -> None:
    """With lines of one character, all groups are broken; the canonical form is found again from there."""
    again = tree_of(format_file(text.tree, width=1))
    assert difference(text.tree, again) is None
    assert comments_of(again) == comments_of(text.tree)
    assert format_file(again) == format_file(text.tree)


def test_texts_of_every_kind_are_found() -> None:
    files = {text.file for text in all_texts()}
    assert {"specs/voiso/19_list_cdrs.map", "tests/grammar/corpus/names.map", "docs/reference/language.md"} <= files
    assert {"tests/analysis/cases/routes.md", "tests/cli/conftest.py"} <= files
    assert len(all_texts()) > 150
