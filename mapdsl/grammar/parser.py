"""The parser: made once per process, from text to parse trees and from parse trees to nodes."""

from __future__ import annotations

import functools

from lark import Tree
from lark.exceptions import UnexpectedInput

from mapdsl.diagnostics import Diagnostic, Source
from mapdsl.syntax import File

from .comments import attach_comments
from .items import STATEMENT_TREES, read_file
from .scan import Scan
from .tables import load_parser
from .tree_builder import Branch, TreeBuilder

__all__ = ["accepted_at", "build_tree", "make_file"]


_parser = functools.cache(load_parser)


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
