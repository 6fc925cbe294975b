"""The parser: made once per process, from text to parse trees and from parse trees to nodes."""

from __future__ import annotations

import functools
from importlib import resources

from lark import Lark, Tree
from lark import __version__ as lark_version
from lark.exceptions import UnexpectedInput
from lark.grammar import Rule
from lark.lexer import TerminalDef

from mapdsl.cache import fetch, in_use, keep, key_of
from mapdsl.diagnostics import Diagnostic, Source
from mapdsl.syntax import File

from .comments import attach_comments
from .items import STATEMENT_TREES, read_file
from .scan import Scan
from .tree_builder import Branch, TreeBuilder

__all__ = ["accepted_at", "build_tree", "make_file"]


@functools.cache
def _parser() -> Lark:
    """Lark works its tables out of the grammar in half a second, so they are kept."""
    grammar = resources.files(__package__).joinpath("mapdsl.lark").read_text("utf-8")
    key = key_of("grammar", (grammar, lark_version))
    kept = fetch(key)
    if kept is not None:
        data, memo = kept
        return Lark.__new__(Lark)._load({"data": data, "memo": memo})
    made = Lark(grammar, parser="lalr", lexer="contextual", propagate_positions=True, maybe_placeholders=False)
    if in_use():
        keep(key, made.memo_serialize([TerminalDef, Rule]))
    return made


def build_tree(text: str) -> Branch:
    """The parse tree of a text; raises lark's UnexpectedInput at the first mistake."""
    return _parser().parse(text)


def accepted_at(error: UnexpectedInput) -> set[str]:
    """The names of the terminals that could have stood where lark stopped."""
    parser = getattr(error, "interactive_parser", None)
    return set(parser.accepts()) if parser is not None else set()


def make_file(source: Source, scan: Scan, tree: Branch) -> tuple[File, list[Diagnostic]]:
    """The nodes of a parse tree, with the comments of the text, and what the grammar alone could not refuse."""
    statements = _statements(tree)
    comments, at_end = attach_comments(scan, [(s.meta.start_pos, s.meta.end_pos) for s in statements])
    builder = TreeBuilder(source, {id(statement): found for statement, found in zip(statements, comments, strict=True)})
    return read_file(builder, tree, at_end), builder.found


def _statements(tree: Branch) -> list[Branch]:
    """The trees that become statements, in the order of the text, outer before inner."""
    found: list[Branch] = []
    waiting = [tree]
    while waiting:
        branch = waiting.pop()
        if branch.data in STATEMENT_TREES:
            found.append(branch)
        waiting.extend(child for child in reversed(branch.children) if isinstance(child, Tree))
    return found
