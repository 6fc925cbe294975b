"""What the tests of the grammar share: texts, and short ways to a tree."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import attrs

from mapdsl.diagnostics import Diagnostic, Source
from mapdsl.grammar import load_source, parse
from mapdsl.syntax import Comments, Endpoint, File, Node, Shape, Statement

CORPUS = sorted((Path(__file__).parent / "corpus").glob("*.map"))


def read(path: Path) -> str:
    source, found = load_source(path.name, path.read_bytes())
    assert source is not None
    assert found == ()
    return source.text


def parse_clean(text: str) -> File:
    file, found = parse(Source("t.map", text))
    assert [str(diagnostic) for diagnostic in found] == []
    assert file is not None
    return file


def findings(text: str) -> list[tuple[str, int]]:
    """Code and line of everything that is wrong with a text."""
    _, found = parse(Source("t.map", text))
    return [(diagnostic.code, diagnostic.position[1]) for diagnostic in found]


def only_finding(text: str) -> Diagnostic:
    _, found = parse(Source("t.map", text))
    assert len(found) == 1, [str(diagnostic) for diagnostic in found]
    return found[0]


def item(text: str) -> Statement:
    """The only item of a text."""
    (only,) = parse_clean(text).items
    return only


def statement(text: str) -> Statement:
    """A text read as the only statement of a block."""
    shape = item(f"shape s {{ {text} }}")
    assert isinstance(shape, Shape)
    (only,) = shape.block.statements
    return only


def part(text: str) -> Statement:
    """A text read as the only part of an endpoint."""
    endpoint = item(f"endpoint e {{ {text} }}")
    assert isinstance(endpoint, Endpoint)
    (only,) = endpoint.parts
    return only


def nodes(root: object) -> Iterator[Node]:
    """A node and all nodes below it, in the order of their fields."""
    if isinstance(root, Node):
        yield root
        for field in attrs.fields(type(root)):
            yield from nodes(getattr(root, field.name))
    elif isinstance(root, tuple):
        for child in root:
            yield from nodes(child)


def statements(file: File) -> Iterator[Statement]:
    return (node for node in nodes(file) if isinstance(node, Statement))


def comment_texts(comments: Comments) -> list[str]:
    """All of them; an empty text is an empty line and no comment."""
    return [text for text in (*comments.before, comments.after, *comments.inside_end, comments.closing) if text]


__all__ = [
    "CORPUS",
    "comment_texts",
    "findings",
    "item",
    "nodes",
    "only_finding",
    "parse_clean",
    "part",
    "read",
    "statement",
    "statements",
]
