"""Groups break only where they do not fit, outer ones first."""

from __future__ import annotations

import pytest

from mapdsl.formatter.layout import Doc, Group, Hard, Indent, Line, Suffix, joined, render


def brackets(*parts: Doc) -> Group:
    return Group(("(", Indent(2, (Line(""), joined((",", Line()), parts))), Line(""), ")"))


NESTED = ("f", brackets("a", brackets("b", "c"), "d"), " x")


@pytest.mark.parametrize(
    ("width", "text"),
    [
        (16, "f(\n  a,\n  (b, c),\n  d\n) x"),
        (17, "f(a, (b, c), d) x"),
        (9, "f(\n  a,\n  (b, c),\n  d\n) x"),
        (8, "f(\n  a,\n  (\n    b,\n    c\n  ),\n  d\n) x"),
    ],
)
def test_what_follows_a_group_on_its_line_counts(width: int, text: str) -> None:
    assert render(NESTED, width) == text


def test_a_group_fits_if_what_follows_can_break_in_time() -> None:
    doc = (brackets("a", "b"), " ", brackets("c", "d"))
    assert render(doc, 13) == "(a, b) (c, d)"
    assert render(doc, 8) == "(a, b) (\n  c,\n  d\n)"
    assert render(doc, 7) == "(\n  a,\n  b\n) (\n  c,\n  d\n)"


def test_a_line_end_inside_breaks_all_groups_around_it() -> None:
    doc = brackets("a", brackets(("b", Hard(), "c")), brackets("d"))
    assert render(doc, 80) == "(\n  a,\n  (\n    b\n    c\n  ),\n  (d)\n)"


def test_a_suffix_goes_to_the_end_of_its_line_and_has_no_width() -> None:
    doc = (Suffix("  # a long comment"), brackets("a", "b"), Hard(), "c", Suffix("  # d"))
    assert render(doc, 6) == "(a, b)  # a long comment\nc  # d"
    assert render(doc, 5) == "(  # a long comment\n  a,\n  b\n)\nc  # d"


def test_empty_lines_hold_no_blanks() -> None:
    assert render(("a", Indent(2, (Hard(blank=True), "b", Hard(), Hard(), "c"))), 80) == "a\n\n  b\n\n  c"
