"""The tree of generated code as text, in one walk: what this file cannot write, generated code cannot hold.

The text is that of `ast.unparse`. That takes several times as long, and knows of nodes that generated code must not
hold: imports, lambdas, deletions.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Any

__all__ = ["Lines", "written"]

# How tightly an expression holds together; one that does so less than its place asks stands in parentheses.
_TUPLE, _TEST, _OR, _AND, _NOT, _COMPARE, _EXPR, _ADD, _MINUS, _ATOM = 1, 3, 4, 5, 6, 7, 8, 12, 14, 17
_BRANCHES = {ast.And: (" and ", _AND), ast.Or: (" or ", _OR)}
_COMPARED = {
    ast.Is: " is ",
    ast.IsNot: " is not ",
    ast.In: " in ",
    ast.NotIn: " not in ",
    ast.Eq: " == ",
    ast.NotEq: " != ",
}
_SCALARS = frozenset({str, int, bool, type(None)})


def written(node: ast.expr, level: int = _TEST) -> str:
    """An expression as text, in parentheses where it would not hold together in a place of that level.

    Raises AssertionError for a node that generated code may not hold.
    """
    if isinstance(node, ast.Name):  # half of all
        return node.id
    write = _EXPRESSIONS.get(type(node))
    if write is None:
        raise AssertionError(f"generated code holds {type(node).__name__}")
    return write(node, level)


def _constant(node: ast.Constant, level: int) -> str:
    value = node.value
    kind = type(value)
    if kind in _SCALARS:
        return repr(value)
    if kind is float:
        return repr(value).replace("inf", "1e309")  # Python has no word for it
    raise AssertionError(f"generated code holds a constant of {kind.__name__}")


def _attribute(node: ast.Attribute, level: int) -> str:
    return f"{written(node.value, _ATOM)}.{node.attr}"


def _subscript(node: ast.Subscript, level: int) -> str:
    inside = node.slice
    bare = isinstance(inside, ast.Tuple) and inside.elts
    return f"{written(node.value, _ATOM)}[{written(inside, _TUPLE if bare else _TEST)}]"


def _call(node: ast.Call, level: int) -> str:
    if node.keywords:
        raise AssertionError("generated code holds an argument by name")
    return f"{written(node.func, _ATOM)}({', '.join([written(each) for each in node.args])})"


def _compare(node: ast.Compare, level: int) -> str:
    text = written(node.left, _EXPR)
    for operator, right in zip(node.ops, node.comparators, strict=True):
        text += _word(_COMPARED, operator) + written(right, _EXPR)
    return f"({text})" if level > _COMPARE else text


def _branches(node: ast.BoolOp, level: int) -> str:
    word, own = _word(_BRANCHES, node.op)
    # As `ast.unparse` has it: each operand must hold together more tightly than the one before.
    texts = [written(each, min(own + number, _ATOM)) for number, each in enumerate(node.values, 1)]
    return f"({word.join(texts)})" if level > own else word.join(texts)


def _unary(node: ast.UnaryOp, level: int) -> str:
    word, own = _word({ast.Not: ("not ", _NOT), ast.USub: ("-", _MINUS)}, node.op)
    text = word + written(node.operand, own)
    return f"({text})" if level > own else text


def _choice(node: ast.IfExp, level: int) -> str:
    text = f"{written(node.body, _OR)} if {written(node.test, _OR)} else {written(node.orelse)}"
    return f"({text})" if level > _TEST else text


def _binary(node: ast.BinOp, level: int) -> str:
    _word({ast.Add: ""}, node.op)
    text = f"{written(node.left, _ADD)} + {written(node.right, _ADD + 1)}"
    return f"({text})" if level > _ADD else text


def _tuple(node: ast.Tuple, level: int) -> str:
    text = ", ".join([written(each) for each in node.elts])
    if len(node.elts) == 1:
        text += ","
    return f"({text})" if level > _TUPLE or not node.elts else text


def _list(node: ast.List, level: int) -> str:
    return f"[{', '.join([written(each) for each in node.elts])}]"


def _dict(node: ast.Dict, level: int) -> str:
    pairs = zip(node.keys, node.values, strict=True)
    return f"{{{', '.join([f'{_dict_key(key)}: {written(value)}' for key, value in pairs])}}}"


def _dict_key(key: ast.expr | None) -> str:
    if key is None:
        raise AssertionError("generated code holds `**`")
    return written(key)


def _starred(node: ast.Starred, level: int) -> str:
    return f"*{written(node.value, _EXPR)}"


def _word(words: dict[Any, Any], operator: ast.AST) -> Any:
    """What stands for an operator."""
    if type(operator) not in words:
        raise AssertionError(f"generated code holds {type(operator).__name__}")
    return words[type(operator)]


_EXPRESSIONS: dict[type, Callable[[Any, int], str]] = {
    ast.Attribute: _attribute,
    ast.BinOp: _binary,
    ast.BoolOp: _branches,
    ast.Call: _call,
    ast.Compare: _compare,
    ast.Constant: _constant,
    ast.Dict: _dict,
    ast.IfExp: _choice,
    ast.List: _list,
    ast.Starred: _starred,
    ast.Subscript: _subscript,
    ast.Tuple: _tuple,
    ast.UnaryOp: _unary,
}


class Lines:
    """Lines of text, and in their order the statements on them."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.statements: list[ast.stmt] = []

    def write(self, statements: Sequence[ast.stmt], margin: str = "") -> None:
        """Add statements, indented by a margin. Raises AssertionError for a node that generated code may not hold."""
        for statement in statements:
            write = _STATEMENTS.get(type(statement))
            if write is None:
                raise AssertionError(f"generated code holds {type(statement).__name__}")
            self.statements.append(statement)
            write(self, statement, margin)

    def block(self, head: str, statements: Sequence[ast.stmt], margin: str) -> None:
        """Add a line that ends with a colon, and what stands under it."""
        self.lines.append(f"{margin}{head}:")
        self.write(statements, margin + "    ")


def _assign(lines: Lines, node: ast.Assign, margin: str) -> None:
    targets = "".join([f"{written(each, _TUPLE)} = " for each in node.targets])
    lines.lines.append(f"{margin}{targets}{written(node.value)}")


def _expr(lines: Lines, node: ast.Expr, margin: str) -> None:
    lines.lines.append(margin + written(node.value))


def _return(lines: Lines, node: ast.Return, margin: str) -> None:
    lines.lines.append(f"{margin}return" if node.value is None else f"{margin}return {written(node.value)}")


def _raise(lines: Lines, node: ast.Raise, margin: str) -> None:
    if node.exc is None or node.cause is not None:
        raise AssertionError("generated code raises something else than an exception of its own")
    lines.lines.append(f"{margin}raise {written(node.exc)}")


def _pass(lines: Lines, node: ast.Pass, margin: str) -> None:
    lines.lines.append(f"{margin}pass")


def _continue(lines: Lines, node: ast.Continue, margin: str) -> None:
    lines.lines.append(f"{margin}continue")


def _nonlocal(lines: Lines, node: ast.Nonlocal, margin: str) -> None:
    lines.lines.append(f"{margin}nonlocal {', '.join(node.names)}")


def _if(lines: Lines, node: ast.If, margin: str) -> None:
    lines.block(f"if {written(node.test)}", node.body, margin)
    while len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):  # of any length: not one in the other
        node = node.orelse[0]
        lines.statements.append(node)
        lines.block(f"elif {written(node.test)}", node.body, margin)
    if node.orelse:
        lines.block("else", node.orelse, margin)


def _for(lines: Lines, node: ast.For, margin: str) -> None:
    lines.block(f"for {written(node.target, _TUPLE)} in {written(node.iter)}", node.body, margin)
    if node.orelse:
        raise AssertionError("generated code holds an `else` of a loop")


def _try(lines: Lines, node: ast.Try, margin: str) -> None:
    lines.block("try", node.body, margin)
    for handler in node.handlers:
        if handler.type is None:
            raise AssertionError("generated code catches everything")
        bound = "" if handler.name is None else f" as {handler.name}"
        lines.block(f"except {written(handler.type)}{bound}", handler.body, margin)
    if node.orelse:
        lines.block("else", node.orelse, margin)
    if node.finalbody:
        raise AssertionError("generated code holds `finally`")


def _function(lines: Lines, node: ast.FunctionDef, margin: str) -> None:
    given = node.args
    if node.decorator_list or given.posonlyargs or given.kwonlyargs or given.vararg or given.kwarg:
        raise AssertionError("generated code holds a function with more than plain parameters")
    first = len(given.args) - len(given.defaults)  # of those that have a default
    defaults = [*[""] * first, *[f"={written(each)}" for each in given.defaults]]
    parameters = [f"{each.arg}{default}" for each, default in zip(given.args, defaults, strict=True)]
    lines.lines.append("")
    body: Sequence[ast.stmt] = node.body
    lines.block(f"def {node.name}({', '.join(parameters)})", (), margin)
    doc = _doc(body[0])
    if doc is not None:
        lines.lines.append(f"{margin}    {doc}")
        lines.statements.append(body[0])
        body = body[1:]
    lines.write(body, margin + "    ")


def _doc(statement: ast.stmt) -> str | None:
    """The text that opens a function, in its quotes."""
    if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Constant):
        return None
    text = statement.value.value
    if not isinstance(text, str):
        return None
    plain = text.isprintable() and "\\" not in text and '"""' not in text and not text.endswith('"')
    return f'"""{text}"""' if plain else repr(text)


_STATEMENTS: dict[type, Callable[[Lines, Any, str], None]] = {
    ast.Assign: _assign,
    ast.Continue: _continue,
    ast.Expr: _expr,
    ast.For: _for,
    ast.FunctionDef: _function,
    ast.If: _if,
    ast.Nonlocal: _nonlocal,
    ast.Pass: _pass,
    ast.Raise: _raise,
    ast.Return: _return,
    ast.Try: _try,
}
