"""Every statement of a file's blocks, however deep, as written: shapes are not followed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mapdsl import syntax

__all__ = ["walk_endpoint", "walk_file"]


def walk_file(file: syntax.File) -> Iterator[syntax.Statement]:
    for item in file.items:
        if isinstance(item, syntax.Shape):
            yield from _walk(item.block.statements)
        elif isinstance(item, syntax.Endpoint):
            yield from walk_endpoint(item.parts)


def walk_endpoint(parts: Iterable[syntax.Statement]) -> Iterator[syntax.Statement]:
    """The parts themselves, and the statements of their blocks."""
    for part in parts:
        yield part
        if isinstance(part, (syntax.Request, syntax.Query, syntax.Response, syntax.Failure)):
            yield from _walk(part.block.statements)
        elif isinstance(part, syntax.Variant):
            yield from walk_endpoint(part.parts)


def _walk(statements: Iterable[syntax.Statement]) -> Iterator[syntax.Statement]:
    for statement in statements:
        yield statement
        if isinstance(statement, (syntax.Rule, syntax.Failure, syntax.Fan, syntax.Gather)):
            yield from _walk(statement.block.statements if statement.block is not None else ())
        elif isinstance(statement, syntax.Match):
            for case in statement.cases:
                yield from _walk(case.block.statements)
            if isinstance(statement.otherwise, syntax.Block):
                yield from _walk(statement.otherwise.statements)
