"""The grammar itself: free of conflicts, complete, and every keyword a name."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

import pytest
from lark import Lark

from mapdsl.grammar.expected import KEYWORDS
from mapdsl.grammar.parser import build_tree
from tests.grammar.support import CORPUS, parse_clean, read, statement

GRAMMAR = resources.files("mapdsl.grammar").joinpath("mapdsl.lark").read_text("utf-8")


def test_the_grammar_has_no_conflicts_and_no_colliding_terminals() -> None:
    Lark(GRAMMAR, parser="lalr", lexer="contextual", propagate_positions=True, strict=True)


def test_strict_mode_does_see_a_collision() -> None:
    """The test above proves nothing where the checker is missing."""
    with pytest.raises(Exception, match="Collision"):
        Lark("start: A | B\nA: /a+/\nB: /[ab]+/", parser="lalr", strict=True)


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_the_corpus_parses_without_a_finding(path: Path) -> None:
    assert parse_clean(read(path)).items


def test_the_corpus_uses_every_rule_of_the_grammar() -> None:
    rules = set(re.findall(r"^!?([a-z][a-z_]*):", GRAMMAR, re.MULTILINE))
    used = {str(branch.data) for path in CORPUS for branch in build_tree(read(path)).iter_subtrees()}
    assert rules == used


def test_the_list_of_keywords_is_that_of_the_grammar() -> None:
    words = set(re.findall(r'"([a-z_]+)"', GRAMMAR))
    assert words == KEYWORDS


@pytest.mark.parametrize("word", sorted(KEYWORDS))
def test_every_keyword_is_a_name_in_every_place_of_a_name(word: str) -> None:
    text = f"""
    shape {word} {{
      {word} <-> {word}
      {word}.{word}[] <-> @body.{word}[] combine {word} key {word} {{ {word} -> {word} }}
      drop {word}; add {word} = {{{word}: 1}}; hole {word} "?" ask; filter {word} reject; include {word}
      ({word}, {word}) <- {word} : {word} | {word}({word}({word}))
      match {{ case old {word} is present, new {word} is {{{word}: 1}} {{ }} }}
      fan {word} : {word} | {word}({word}({word})) key {word} {{ {word} <-> {word} }}
      gather {word} each key {word} omit 404 {{ {word} <-> {word} }}
      filter {word} residual where {word}; filter old {word}.{word} residual 1 where {word}.{word}
    }}
    endpoint {word} {{ auth {word}; variant {word} {{ }}; fields old query {{ {word}?: {word} }}
      paging {{ old {word} {word}={word} {word}=$.{word}; only new {word} is present, old {word} is 1 }}
      replace loose from {word} {word}.{word} <-> {word} {{ {word} = 1; {word}.{word} = {{{word}: 1}} }}
      enrich new from {word} {{ @path.{word} = {word} }}; idempotency old @header.{word} }}
    """
    if word in ("true", "false", "null", "absent"):
        text = text.replace(f"({word}({word}))", "")  # as an argument these four are values
    parse_clean(text)


def test_positions_of_filtered_tokens_count() -> None:
    """A block spans its braces, though they are not in the tree."""
    tree = build_tree("shape s {\n}")
    (block,) = tree.find_data("block")
    assert (block.meta.start_pos, block.meta.end_pos) == (8, 11)


def test_a_rule_in_a_shape_may_be_named_by_a_quoted_text() -> None:
    assert statement('"a b" <-> "c.d"') == statement('"a b"  <->  "c.d"')
    assert statement('"a b" <-> "c.d"') != statement('"a b" <-> c.d')
