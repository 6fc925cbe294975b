"""From bytes to a text: what is put right silently, and what gets one clear message."""

from __future__ import annotations

import pytest

from mapdsl.diagnostics import Diagnostic, Source
from mapdsl.grammar import load_source, parse
from mapdsl.grammar.reading import MAX_SIZE
from mapdsl.syntax import File

TEXT = "shape s {\n\ta <-> b # c\n\n  c <-> d\n}\n"


def load(data: bytes | str) -> File:
    source, found = load_source("t.map", data)
    assert source is not None
    assert found == ()
    file, wrong = parse(source)
    assert file is not None
    assert wrong == ()
    return file


def refuse(data: bytes | str) -> Diagnostic:
    source, found = load_source("t.map", data)
    assert source is None
    assert len(found) == 1
    assert str(found[0])
    return found[0]


@pytest.mark.parametrize(
    "data",
    [
        TEXT,
        TEXT.encode(),
        b"\xef\xbb\xbf" + TEXT.encode(),
        "\ufeff" + TEXT,
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n", "\r").encode(),
        TEXT.replace("  ", "\t\t"),
        TEXT.rstrip("\n"),
    ],
)
def test_line_ends_marks_and_tabs_make_no_difference(data: bytes | str) -> None:
    assert load(data) == load(TEXT)


def test_lines_and_columns_are_those_that_an_editor_shows() -> None:
    source, _ = load_source("t.map", b"\xef\xbb\xbfshape s {\r\n  a = b\r\n}\r\n")
    assert source is not None
    _, found = parse(source)
    assert [diagnostic.position for diagnostic in found] == [("t.map", 2, 5)]
    assert source.line(2) == "  a = b"


def test_parse_reads_other_line_ends_without_load_source() -> None:
    _, found = parse(Source("t.map", "shape s {\r\n  a = b # x\r  c = d\r\n}"))
    assert [diagnostic.code for diagnostic in found] == ["MAP001", "MAP001"]


@pytest.mark.parametrize(
    ("data", "position", "what"),
    [
        (b"shape s {\n  \xff <-> b\n}", (2, 3), "the file is not UTF-8: byte 0xff at offset 12"),
        ("größe".encode("latin-1"), (1, 3), "the file is not UTF-8: byte 0xf6 at offset 2"),
        (TEXT.encode("utf-16"), (1, 1), "the file is not UTF-8: it looks like UTF-16"),
        ("a\u00a0<-> b", (1, 2), "U+00A0 (no-break space)"),
        ("a\u00a0<->\u00a0b", (1, 2), "U+00A0 (no-break space) and 1 more like it"),
        ("\na \u200b<-> b", (2, 3), "U+200B (zero width space)"),
        ("a \ufeff<-> b", (1, 3), "U+FEFF (zero width no-break space)"),
        ("a\0b", (1, 2), "U+0000 (NUL)"),
        ("a # \x1b", (1, 5), "U+001B (ESCAPE)"),
        ('use "\x07"', (1, 6), "U+0007 (a control character)"),
        ("# \u202e", (1, 3), "U+202E (right-to-left override)"),
        ("a\u2028b", (1, 2), "U+2028 (line separator)"),
        ("# \x0c", (1, 3), "U+000C (form feed)"),
        ("a\ud800", (1, 2), "U+D800 (a control character)"),
    ],
)
def test_unreadable_text_gets_one_message_with_its_place(
    data: bytes | str, position: tuple[int, int], what: str
) -> None:
    found = refuse(data)
    assert (found.code, found.position[1:]) == ("MAP002", position)
    assert what in found.headline
    assert found.help


def test_odd_blanks_may_stand_in_strings_and_comments() -> None:
    assert load('use "a\u00a0b\u200b" # c\u00a0d\u3000e')


def test_parse_refuses_unreadable_text_as_well() -> None:
    file, found = parse(Source("t.map", "a\u00a0b"))
    assert file is None
    assert [diagnostic.code for diagnostic in found] == ["MAP002"]


def test_limits_are_a_mebibyte_and_32_levels() -> None:
    assert load("#" * MAX_SIZE) == File(None, ())
    assert refuse("#" * (MAX_SIZE + 1)).code == "MAP005"
    assert refuse(b"#" * (MAX_SIZE + 1)).code == "MAP005"

    def nested(levels: int) -> str:  # the shape's block is one of them
        return f"shape s {{ a <-> b : {'f(' * (levels - 1)}1{')' * (levels - 1)} }}"

    assert load(nested(32))
    file, found = parse(Source("t.map", nested(33)))
    assert file is None
    assert [(diagnostic.code, diagnostic.position[2]) for diagnostic in found] == [("MAP005", 20 + 2 * 32)]


@pytest.mark.parametrize(
    "text", ["(" * 100_000, "}" * 1000, "[" * 50 + "]" * 50, "shape s {" * 5000, '"' * 1001, "f(" * 3000]
)
def test_hostile_nesting_is_refused_and_never_raises(text: str) -> None:
    _, found = parse(Source("t.map", text))
    assert found
