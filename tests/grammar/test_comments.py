"""Comments go to the statement that they speak of, and none is lost."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from mapdsl.grammar.scan import scan
from mapdsl.syntax import Comments, Drop, Endpoint, Enum, Example, Match, Request, Rule, Shape
from tests.grammar.support import CORPUS, comment_texts, item, parse_clean, read, statements


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_every_comment_of_a_text_is_in_its_tree_once(path: Path) -> None:
    text = read(path)
    file = parse_clean(text)
    in_tree = [line for node in statements(file) for line in comment_texts(node.comments)]
    in_text = [text[comment.start : comment.end].rstrip() for comment in scan(text).comments]
    assert Counter(in_tree) + Counter(filter(None, file.comments_end)) == Counter(in_text)


def test_the_corpus_has_comments_in_many_places() -> None:
    """Counted by hand, so that the test above cannot pass by finding none."""
    (path,) = [path for path in CORPUS if path.name == "comments.map"]
    assert len(scan(read(path)).comments) == 108


def test_a_hash_in_a_string_or_a_path_is_no_comment() -> None:
    assert scan('use "#a" # b\nendpoint e { old GET /a#c\n}').comments[0].start == 9
    assert [c.end - c.start for c in scan('use "#a" # b\nold GET /a#c\n').comments] == [3, 2]


def test_own_lines_go_to_the_next_statement_and_the_same_line_to_the_one_before() -> None:
    shape = item("# 1\n\n# 2\nshape s { # 3\n  # 4\n  a <-> b # 5\n\n  # 6\n  c <-> d; e <-> f # 7\n  # 8\n} # 9\n# 10")
    assert isinstance(shape, Shape)
    assert shape.comments == Comments(("# 1", "", "# 2"), "# 3", ("# 8",), closing="# 9")
    assert [statement.comments for statement in shape.block.statements] == [
        Comments(("# 4",), "# 5"),
        Comments(("# 6",), blank=True),
        Comments(after="# 7"),
    ]
    assert parse_clean('use "a"\n# 10\n\n# 11').comments_end == ("# 10", "", "# 11")


def test_comments_of_a_version_line_are_kept_with_the_first_statement() -> None:
    assert parse_clean('# 1\nmapdsl 1 # 2\nuse "a"').items[0].comments.before == ("# 1", "# 2")
    assert parse_clean("# 1\nmapdsl 1 # 2").comments_end == ("# 1", "# 2")


def test_rows_and_arms_have_comments_and_what_is_no_statement_gives_its_own_away() -> None:
    enum = item('enum e {\n # 1\n "a" <-> "b" # 2\n # 3\n else pass # 4\n}')
    assert isinstance(enum, Enum)
    assert enum.rows[0].comments == Comments(("# 1",), "# 2")
    assert enum.comments.inside_end == ("# 3", "# 4")

    endpoint = item('endpoint e {\n example "x" {\n # 1\n old request { # 2\n  a: 1 # 3\n } # 4\n }\n}')
    assert isinstance(endpoint, Endpoint)
    example = endpoint.parts[0]
    assert isinstance(example, Example)
    assert example.arms[0].comments == Comments(("# 1",), "# 2", ("# 3",), closing="# 4")


def test_a_comment_before_an_else_stays_out_of_its_block() -> None:
    shape = item("shape s { match {\n case old a is 1 { } # 1\n # 2\n else { # 3\n # 4\n drop b\n # 5\n }\n } }")
    assert isinstance(shape, Shape)
    (match,) = shape.block.statements
    assert isinstance(match, Match)
    assert match.cases[0].comments.after == "# 1"
    assert match.comments.inside_end == ("# 2", "# 3", "# 5")
    assert match.otherwise is not None
    assert [s.comments for s in match.otherwise.statements] == [Comments(("# 4",))]


def test_a_comment_behind_a_block_on_one_line_stays_behind_it() -> None:
    endpoint = item("endpoint e {\n request { a <-> b } # 1\n response { } # 2\n}")
    assert isinstance(endpoint, Endpoint)
    assert [part.comments.after for part in endpoint.parts] == ["# 1", "# 2"]


def test_an_empty_line_before_a_statement_is_noted() -> None:
    shape = item("shape s {\n\n a <-> b\n c <-> d;\n  \t\n e <-> f\n\n # g\n g <-> h; i <-> j\n}")
    assert isinstance(shape, Shape)
    assert [statement.comments.blank for statement in shape.block.statements] == [True, False, True, True, False]


def test_an_empty_line_beside_a_comment_is_noted() -> None:
    shape = item("shape s {\n\n # a\n\n\n # b\n # c\n\n d <-> e\n\n # f\n\n # g\n}")
    assert isinstance(shape, Shape)
    assert shape.block.statements[0].comments == Comments(("# a", "", "# b", "# c", ""), blank=True)
    assert shape.comments.inside_end == ("", "# f", "", "# g")


def test_a_comment_inside_of_a_statement_goes_to_the_end_and_one_behind_its_last_line_stays_there() -> None:
    shape = item("shape s {\n (a, # 1\n  b) <-> c : f(1, # 2\n  2) # 3\n}")
    assert isinstance(shape, Shape)
    assert shape.block.statements[0].comments == Comments((), "# 1", ("# 2",), closing="# 3")


def test_spans_are_those_of_the_text() -> None:
    text = "  endpoint e {\n  request { a[] <-> b[] : each(f) { drop x = 1 } }\n}\n"
    endpoint = item(text)
    assert isinstance(endpoint, Endpoint)

    def cut(node: object) -> str:
        span = node.span
        assert span.source == "t.map"
        return text[span.start : span.end]

    request = endpoint.parts[0]
    assert isinstance(request, Request)
    rule = request.block.statements[0]
    assert isinstance(rule, Rule)
    assert rule.block is not None
    drop = rule.block.statements[0]
    assert isinstance(drop, Drop)
    assert cut(endpoint) == text.strip()
    assert cut(request) == "request { a[] <-> b[] : each(f) { drop x = 1 } }"
    assert cut(rule) == "a[] <-> b[] : each(f) { drop x = 1 }"
    assert [cut(rule.old), cut(rule.new), cut(rule.pipe[0]), cut(rule.pipe[0].args[0])] == [
        "a[]",
        "b[]",
        "each(f)",
        "f",
    ]
    assert [cut(rule.block), cut(drop), cut(drop.of), cut(drop.origin)] == ["{ drop x = 1 }", "drop x = 1", "x", "1"]
