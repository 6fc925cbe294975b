"""Every `.map` text of the repository keeps its meaning and its comments, and its form is reached at once."""

from __future__ import annotations

import pytest

from mapdsl.formatter import format_file
from mapdsl.formatter.comparing import comments_of, difference
from tests.formatter.texts import Text, all_texts, tree_of

SOME = list(all_texts(step=5))


def check(text: Text) -> None:
    formatted = format_file(text.tree)
    again = tree_of(formatted)
    assert (difference(text.tree, again), again == text.tree) == (None, True)
    assert comments_of(again) == comments_of(text.tree)
    assert format_file(again) == formatted


@pytest.mark.parametrize("text", SOME, ids=str)
def test_a_text_formatted_and_read_again_is_the_same(text: Text) -> None:
    check(text)


@pytest.mark.long
def test_every_text_formatted_and_read_again_is_the_same() -> None:
    """And with lines of one character, where all groups are broken, the canonical form is found again."""
    files = set()
    for text in all_texts():
        files.add(text.file)
        try:
            check(text)
            again = tree_of(format_file(text.tree, width=1))
            assert difference(text.tree, again) is None
            assert comments_of(again) == comments_of(text.tree)
            assert format_file(again) == format_file(text.tree)
        except AssertionError as wrong:
            raise AssertionError(f"{text}: {wrong}") from wrong
    assert {"specs/voiso/19_list_cdrs.map", "tests/grammar/corpus/names.map", "docs/reference/language.md"} <= files
    assert {"tests/analysis/cases/routes.md", "tests/cli/conftest.py"} <= files
    assert len(files) > 150


def test_there_are_texts_of_many_files() -> None:
    assert len({text.file for text in SOME}) > 30
