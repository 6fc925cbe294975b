"""What `format_text` refuses, and what it never lets through."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

import mapdsl.syntax
from mapdsl.errors import MapError, MapSyntaxError
from mapdsl.formatter import FormatterError, format_file, format_text
from mapdsl.formatter.statements import write
from mapdsl.syntax import File, Statement
from tests.formatter.texts import ROOT, tree_of

STATEMENTS = [
    kind
    for kind in vars(mapdsl.syntax).values()
    if isinstance(kind, type) and issubclass(kind, Statement) and kind is not Statement
]


@pytest.mark.parametrize("kind", STATEMENTS, ids=lambda kind: kind.__name__)
def test_every_kind_of_statement_has_a_printer(kind: type[Statement]) -> None:
    assert write.dispatch(kind) is not write.dispatch(Statement)


def test_an_empty_text_stays_empty() -> None:
    assert [format_text(text) for text in ("", "\n\n", " \t;\n")] == ["", "", ""]
    assert format_text("mapdsl 1") == "mapdsl 1\n"
    assert format_text("\n# only\n\n\n# comments") == "# only\n\n# comments\n"


def test_bytes_are_read_as_utf_8_with_any_line_ends() -> None:
    assert format_text("shape s {\r\n a <-> ü2 # é\r}".replace("ü2", '"ü"').encode()) == (
        'shape s {\n  a <-> "ü"  # é\n}\n'
    )
    with pytest.raises(MapSyntaxError, match="not UTF-8"):
        format_text(b"# \xff")


def test_every_mistake_of_a_text_is_reported_under_its_name() -> None:
    with pytest.raises(MapSyntaxError) as caught:
        format_text("shape s {\n  a <=> b\n  c <-> d\n  drop\n}", "a.map")
    assert [finding.position[:2] for finding in caught.value.diagnostics] == [("a.map", 2), ("a.map", 4)]


Change = Callable[[str], str]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda text: text.replace("a <-> b", "a <-> c"), "a.map:3:7: this End would mean something else"),
        (lambda text: text.replace("true", "1"), "a.map:4:10: this LiteralArg would mean something else"),
        (lambda text: text.replace("1.50", "1.5"), "a.map:5:10: this LiteralArg would mean something else"),
        (lambda text: text.replace("# two", "# too"), "a.map:6:8: this comment would not stay: # two"),
        (lambda text: text.replace("  # three", ""), "a.map:7:8: this comment would not stay: # three"),
        (lambda text: text.replace("}", ""), "a.map: the formatted text cannot be read: "),
    ],
)
def test_a_text_that_would_mean_something_else_is_never_returned(
    change: Change, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def careless(file: File) -> str:
        return change(format_file(file))

    text = "# one\nshape s {\na <-> b\ndrop c = true\ndrop d = 1.50\ndrop e # two\ndrop f # three\n}\n"
    assert change(format_text(text)) != format_text(text)
    monkeypatch.setattr("mapdsl.formatter.formatting.format_file", careless)
    with pytest.raises(FormatterError, match=f"^{re.escape(message)}") as caught:
        format_text(text, "a.map")
    assert not isinstance(caught.value, MapError)


def test_very_long_names_stand_on_lines_of_their_own_where_they_can() -> None:
    name = "n" * 200
    text = f'shape s {{ {name} <-> ({name}, {name}) : {name}({name}, 1) cites "{name}", "1" }}'
    assert format_text(text) == (
        f"shape s {{\n  {name} <-> (\n    {name},\n    {name}\n  ) : {name}(\n    {name},\n    1\n"
        f'  ) cites "{name}",\n      "1"\n}}\n'
    )


@pytest.mark.long
def test_shipped_specs_need_no_formatting_twice() -> None:
    for file in sorted(Path(ROOT, "specs").rglob("*.map")):
        formatted = format_text(file.read_bytes(), file.name)
        assert format_text(formatted) == formatted
        assert tree_of(formatted) == tree_of(file.read_text("utf-8"))
