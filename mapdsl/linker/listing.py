"""The text of generated code: what stands in it, statement by statement, and the rule behind each line."""

from __future__ import annotations

import marshal
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from mapdsl.errors import RuleRef

if TYPE_CHECKING:
    import ast

__all__ = ["Behind", "inner_statements", "pack", "rules_by_line", "statements", "unpack"]

# Of each function the name of its rules, and the number of the rule behind each of its statements (-1: none).
Behind = tuple[tuple[str, tuple[int, ...]], ...]


def pack(text: str, behind: Behind) -> bytes:
    """Both as they are kept: compressed, for nobody reads them before a fault."""
    return zlib.compress(marshal.dumps((text, behind)))


def unpack(listing: bytes) -> tuple[str, Behind]:
    """What `pack` was given."""
    text, behind = marshal.loads(zlib.decompress(listing))
    return text, behind


def inner_statements(statement: ast.stmt) -> Sequence[ast.stmt]:
    """The statements directly in a statement, in the order of the text."""
    body: list[ast.stmt] | None = getattr(statement, "body", None)
    if body is None:
        return ()  # most are of one line
    found = [*body]
    for handler in getattr(statement, "handlers", ()):
        found += handler.body
    return [*found, *getattr(statement, "orelse", ()), *getattr(statement, "finalbody", ())]


def statements(statement: ast.stmt) -> Iterator[ast.stmt]:
    """A statement and all within it. No expression of generated code holds statements."""
    waiting = [statement]
    while waiting:
        statement = waiting.pop()
        yield statement
        waiting += reversed(inner_statements(statement))


def rules_by_line(text: str, behind: Behind, rules: Mapping[str, tuple[RuleRef, ...]]) -> dict[int, RuleRef]:
    """The rule behind each line of a text."""
    import ast  # nothing else that a translation runs needs it

    functions = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
    return {
        statement.lineno: rules[name][number]
        for function, (name, numbers) in zip(functions, behind, strict=True)
        for statement, number in zip(statements(function), numbers, strict=True)
        if number >= 0
    }
