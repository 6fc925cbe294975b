"""Every wrong text in mapdsl/grammar/malformed is told its one mistake, at its line, with its advice."""

from __future__ import annotations

import pytest

from mapdsl.diagnostics import Source
from mapdsl.grammar import parse
from mapdsl.grammar.hints import Malformed, load_malformed


@pytest.mark.parametrize("case", load_malformed(), ids=lambda case: case.name)
def test_a_malformed_text_is_told_its_one_mistake(case: Malformed) -> None:
    _, found = parse(Source("wrong.map", case.text))

    assert [(d.code, d.headline, d.position[1], d.help) for d in found] == [
        (case.code, case.headline, case.line, case.help)
    ]


def test_every_piece_of_advice_is_in_use() -> None:
    """A file that gives advice gives it to its own text, and is not shadowed by one that comes before it."""
    assert sum(case.gives_advice for case in load_malformed()) >= 20
