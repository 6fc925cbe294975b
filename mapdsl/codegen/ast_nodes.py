"""Short spellings for `ast` nodes. Generated code is built from these and nothing else."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

__all__ = [
    "all_",
    "any_",
    "assign",
    "attribute",
    "call",
    "compare",
    "const",
    "dict_",
    "either",
    "expr",
    "function",
    "if_",
    "is_",
    "is_not",
    "literal",
    "loop",
    "name",
    "not_",
    "store",
    "subscript",
    "try_",
    "tuple_",
    "type_is",
    "type_is_not",
]


def name(identifier: str) -> ast.Name:
    return ast.Name(identifier, ast.Load())


def store(identifier: str) -> ast.Name:
    return ast.Name(identifier, ast.Store())


def const(value: Any) -> ast.Constant:
    return ast.Constant(value)


def literal(value: Any) -> ast.expr:
    """A JSON literal as an expression that makes a fresh object each time it runs."""
    if isinstance(value, dict):
        return ast.Dict([const(key) for key in value], [literal(member) for member in value.values()])
    if isinstance(value, (list, tuple)):
        return ast.List([literal(item) for item in value], ast.Load())
    if isinstance(value, Decimal):
        return call("Decimal", const(str(value)))
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value < 0:
        return ast.UnaryOp(ast.USub(), const(-value))
    return const(value)


def call(function_: str | ast.expr, *arguments: ast.expr) -> ast.Call:
    callee = name(function_) if isinstance(function_, str) else function_
    return ast.Call(callee, list(arguments), [])


def attribute(value: ast.expr, member: str) -> ast.Attribute:
    return ast.Attribute(value, member, ast.Load())


def subscript(value: ast.expr, key: ast.expr) -> ast.Subscript:
    return ast.Subscript(value, key, ast.Load())


def tuple_(items: Iterable[ast.expr]) -> ast.Tuple:
    return ast.Tuple(list(items), ast.Load())


def assign(target: str | ast.expr, value: ast.expr) -> ast.Assign:
    where: ast.expr = store(target) if isinstance(target, str) else target
    if isinstance(where, ast.Subscript):
        where = ast.Subscript(where.value, where.slice, ast.Store())
    return ast.Assign([where], value)


def expr(value: ast.expr) -> ast.Expr:
    return ast.Expr(value)


def compare(left: ast.expr, operator: ast.cmpop, right: ast.expr) -> ast.Compare:
    return ast.Compare(left, [operator], [right])


def is_(left: ast.expr, right: ast.expr) -> ast.Compare:
    return compare(left, ast.Is(), right)


def is_not(left: ast.expr, right: ast.expr) -> ast.Compare:
    return compare(left, ast.IsNot(), right)


def type_is(value: ast.expr, type_: str) -> ast.Compare:
    return is_(call("type", value), name(type_))


def type_is_not(value: ast.expr, type_: str) -> ast.Compare:
    return is_not(call("type", value), name(type_))


def not_(value: ast.expr) -> ast.UnaryOp:
    return ast.UnaryOp(ast.Not(), value)


def either(test: ast.expr, yes: ast.expr, no: ast.expr) -> ast.IfExp:
    return ast.IfExp(test, yes, no)


def if_(test: ast.expr, body: Sequence[ast.stmt], orelse: Sequence[ast.stmt] = ()) -> ast.If:
    return ast.If(test, list(body) or [ast.Pass()], list(orelse))


def dict_(members: Iterable[tuple[ast.expr, ast.expr]]) -> ast.Dict:
    pairs = list(members)
    return ast.Dict([key for key, _ in pairs], [value for _, value in pairs])


def all_(tests: Sequence[ast.expr]) -> ast.expr:
    """All of the tests, at least one."""
    return tests[0] if len(tests) == 1 else ast.BoolOp(ast.And(), list(tests))


def any_(tests: Sequence[ast.expr]) -> ast.expr:
    """Any of the tests, at least one."""
    return tests[0] if len(tests) == 1 else ast.BoolOp(ast.Or(), list(tests))


def loop(target: ast.expr, items: ast.expr, body: list[ast.stmt]) -> ast.For:
    return ast.For(target, items, body or [ast.Pass()], [])


def try_(
    body: list[ast.stmt],
    caught: ast.expr,
    handler: list[ast.stmt],
    orelse: list[ast.stmt] | None = None,
    bound: str | None = None,
) -> ast.Try:
    return ast.Try(body, [ast.ExceptHandler(caught, bound, handler)], orelse or [], [])


def function(
    identifier: str, parameters: list[str], optional: list[str], body: list[ast.stmt], doc: str = ""
) -> ast.FunctionDef:
    """A function with positional parameters, the optional ones None by default."""
    arguments = ast.arguments(
        [], [ast.arg(p) for p in (*parameters, *optional)], None, [], [], None, [const(None) for _ in optional]
    )
    return ast.FunctionDef(identifier, arguments, [*([expr(const(doc))] if doc else []), *body], [])
