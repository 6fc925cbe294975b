"""Diagnostics as text: the layout, and everything that could spoil it."""

from __future__ import annotations

import pytest

from mapdsl.diagnostics import NOWHERE, Diagnostic, Label, Source, Span, render, render_all

EIGHTEEN = "# comment\n" * 17
TEXT = EIGHTEEN + "  id              <-> message.id\n  conversation_id <-> message.id\n"


def label(source: Source, piece: str, text: str = "", nth: int = 0) -> Label:
    """A label on the nth occurrence of a piece of the source."""
    start = -1
    for _ in range(nth + 1):
        start = source.text.index(piece, start + 1)
    return Label(Span(source.name, start, start + len(piece)), text)


def diagnostic(
    primary: Label, *secondary: Label, sources=(), help: str = "do it", severity: str = "error"
) -> Diagnostic:
    known = {source.name: source for source in sources}
    return Diagnostic("MAP203", "something is wrong", primary, secondary, help, severity, known)


def lines(found: Diagnostic) -> list[str]:
    """The rendered lines without headline and help."""
    return render(found).split("\n")[1:-1]


def test_the_layout_of_the_style_guide():
    source = Source("specs/voiso/create_conversation_message.map", TEXT)
    found = Diagnostic(
        "MAP203",
        "`message.id` is written twice",
        label(source, "message.id", "written again here", nth=1),
        (label(source, "message.id", "first written here"),),
        "did you mean `message.conversation_id`? To merge two fields, name a `combine`.",
        sources={source.name: source},
    )
    assert render(found) == (
        "error[MAP203]: `message.id` is written twice\n"
        "  --> specs/voiso/create_conversation_message.map:19:23\n"
        "18 |   id              <-> message.id\n"
        "   |                       ---------- first written here\n"
        "19 |   conversation_id <-> message.id\n"
        "   |                       ^^^^^^^^^^ written again here\n"
        "help: did you mean `message.conversation_id`? To merge two fields, name a `combine`."
        "        mapdsl explain MAP203"
    )


def test_lines_that_are_far_apart_are_separated():
    source = Source("a.map", "one\n\n\nfour\n")
    assert lines(diagnostic(label(source, "four"), label(source, "one", "here"), sources=[source])) == [
        " --> a.map:4:1",
        "1 | one",
        "  | --- here",
        "...",
        "4 | four",
        "  | ^^^^",
    ]


def test_several_marks_on_one_line_stand_below_each_other():
    source = Source("a.map", "old <-> new")
    found = diagnostic(label(source, "new", "this"), label(source, "old", "and that"), sources=[source])
    assert lines(found)[1:] == ["1 | old <-> new", "  | --- and that", "  |         ^^^ this"]


def test_other_files_follow_the_first():
    here, there = Source("a.map", "use it\n"), Source("b.map", "\nmake it\n")
    found = diagnostic(label(here, "it"), label(there, "it", "made here"), sources=[here, there])
    assert lines(found) == [
        " --> a.map:1:5",
        "1 | use it",
        "  |     ^^",
        " ::: b.map:2:6",
        "2 | make it",
        "  |      -- made here",
    ]


def test_a_block_is_marked_where_it_begins_and_where_it_ends():
    source = Source("a.map", "request {\n  a <-> b\n  c <-> d\n}\nrest")
    found = diagnostic(Label(Span("a.map", 8, source.text.index("}") + 1), "this block"), sources=[source])
    assert lines(found) == [" --> a.map:1:9", "1 | request {", "  |         ^", "...", "4 | }", "  | ^ this block"]


def test_a_span_that_ends_with_its_line_stays_on_it():
    source = Source("a.map", "one\ntwo\n")
    found = diagnostic(Label(Span("a.map", 0, 4), "whole line"), sources=[source])
    assert lines(found) == [" --> a.map:1:1", "1 | one", "  | ^^^ whole line"]


@pytest.mark.parametrize(
    ("text", "place", "shown", "mark"),
    [
        ("", "a.map:1:1", "1 |", "  | ^ here"),
        ("one\n", "a.map:2:1", "2 |", "  | ^ here"),
        ("one", "a.map:1:4", "1 | one", "  |    ^ here"),
        ("one\r\ntwo", "a.map:2:4", "2 | two", "  |    ^ here"),
    ],
)
def test_an_empty_span_at_the_end_of_the_text_is_one_column_wide(text, place, shown, mark):
    source = Source("a.map", text)
    at = Label(Span("a.map", len(text), len(text)), "here")
    assert lines(diagnostic(at, sources=[source])) == [f" --> {place}", shown, mark]


@pytest.mark.parametrize(
    ("text", "piece", "shown", "mark"),
    [
        ("\ta\tb", "b", "    a   b", "        ^"),
        ("日本 b", "b", "日本 b", "     ^"),
        ("日本", "本", "日本", "  ^^"),
        ("e\u0301 b", "b", "e\u0301 b", "  ^"),
        ("a\u00a0b", "\u00a0", "a<U+00A0>b", " ^^^^^^^^"),
        ("a\u202eb", "b", "a<U+202E>b", "         ^"),
        ("a\x00b", "b", "a<U+0000>b", "         ^"),
        ("𝄞 b", "b", "𝄞 b", "  ^"),
    ],
)
def test_marks_stand_below_what_they_mean(text, piece, shown, mark):
    source = Source("a.map", text)
    assert lines(diagnostic(label(source, piece), sources=[source]))[1:] == [f"1 | {shown}", f"  | {mark}"]


@pytest.mark.parametrize("before", [0, 150, 5000])
def test_a_long_line_is_cut_around_the_mark(before):
    source = Source("a.map", "x" * before + "NEEDLE" + "y" * 5000)
    shown, mark = lines(diagnostic(label(source, "NEEDLE", "here"), sources=[source]))[1:]
    assert len(shown) < 175
    assert shown.endswith("...")
    start = mark.index("^")
    assert shown[start : start + 6] == "NEEDLE"
    assert mark[start:] == "^^^^^^ here"


def test_a_mark_over_a_long_line_is_cut_with_it():
    source = Source("a.map", "x" * 10_000)
    assert all(len(row) < 180 for row in lines(diagnostic(label(source, source.text), sources=[source])))


def test_without_its_source_a_place_is_its_name():
    found = diagnostic(Label(Span("gone.map", 5, 9), "here"))
    assert render(found) == (
        "error[MAP203]: something is wrong\n --> gone.map\nhelp: do it        mapdsl explain MAP203"
    )
    assert lines(diagnostic(Label(NOWHERE))) == [" --> <unknown>"]


def test_offsets_beyond_the_text_are_taken_for_its_end():
    source = Source("a.map", "one")
    assert lines(diagnostic(Label(Span("a.map", 90, 95)), sources=[source])) == [
        " --> a.map:1:4",
        "1 | one",
        "  |    ^",
    ]


def test_without_a_help_line_the_page_is_named_all_the_same():
    assert render(diagnostic(Label(NOWHERE), help="")).endswith("\nhelp: mapdsl explain MAP203")


def test_of_many_diagnostics_a_hundred_are_shown_and_the_others_counted():
    one = diagnostic(Label(NOWHERE))
    assert render_all([one] * 100) == "\n\n".join([render(one)] * 100)
    assert render_all([one] * 102) == "\n\n".join([*[render(one)] * 100, "and 2 more"])


def test_a_diagnostic_is_one_line_with_its_place():
    source = Source("a.map", "one\n  two\n")
    assert str(diagnostic(label(source, "two"), sources=[source])) == "a.map:2:3: error[MAP203]: something is wrong"
    assert str(diagnostic(Label(Span("gone.map", 5, 9)))) == "gone.map:1:1: error[MAP203]: something is wrong"
    assert str(diagnostic(Label(NOWHERE))) == "<unknown>:1:1: error[MAP203]: something is wrong"
