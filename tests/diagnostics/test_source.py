"""Places in texts."""

from __future__ import annotations

import pytest

from mapdsl.diagnostics import Diagnostic, Label, Source, Span


@pytest.mark.parametrize(("offset", "position"), [(0, (1, 1)), (3, (1, 4)), (4, (2, 1)), (5, (3, 1)), (7, (3, 3))])
def test_an_offset_has_a_line_and_a_column(offset, position):
    assert Source("a", "one\n\nda").position(offset) == position


def test_a_line_comes_without_its_end():
    source = Source("a", "one\r\ntwo\n")
    assert [source.line(number) for number in range(5)] == ["", "one", "two", "", ""]


def test_a_diagnostic_knows_its_position():
    source = Source("a.map", "one\ntwo")
    found = Diagnostic("MAP001", "x", Label(Span("a.map", 5, 6)), sources={"a.map": source})
    assert found.position == ("a.map", 2, 2)
    assert Diagnostic("MAP001", "x", Label(Span("b.map", 5, 6))).position == ("b.map", 1, 1)
