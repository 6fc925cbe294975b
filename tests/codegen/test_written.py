"""Generated code as text: it means the tree that it was written from, and holds nothing that is not allowed."""

from __future__ import annotations

import ast
from collections.abc import Callable

import pytest

from mapdsl.codegen.written import Lines, written
from tests.counting import assert_linear

STATEMENTS = """
T = {'a': None, -1: {}, 1.5: []}

def f(old, answers=None):
    \"\"\"What it does.\"\"\"
    log = None
    a = old['k'] = (1,)
    b, c = (a, ())
    if type(old) is not dict:
        log = problem(log, R, ('body', *at), 'it"s', -1, 'a\\nb')
    elif a in T or (b == c and a != 1):
        pass
    elif not a:
        raise log.error()
    else:
        old = (old if a else b)['x']
    for i, item in enumerate(old):
        if i is a:
            continue
        else:
            old[a, b] = at + (i,)

    def g():
        nonlocal log
        try:
            log.lose(a if b is None else T[c])
        except (KeyError, TypeError):
            return
        except Refused as refused:
            a = refused.expected
        else:
            a = (1 if b else 2) if not (a and b) else a not in (b, c)
    return (a or b) in c"""


def test_statements_and_expressions_come_out_as_they_were_read() -> None:
    """Each kind that the emitter makes, with brackets where one expression stands in another that holds tighter."""
    lines = Lines()
    lines.write(ast.parse(STATEMENTS).body)
    assert "\n".join(["", *lines.lines]) == STATEMENTS


def test_statements_are_listed_in_the_order_of_the_text() -> None:
    tree = ast.parse(STATEMENTS)
    lines = Lines()
    lines.write(tree.body)
    by_line = sorted((node for node in ast.walk(tree) if isinstance(node, ast.stmt)), key=lambda node: node.lineno)
    assert lines.statements == by_line


@pytest.mark.parametrize(
    "text",
    [
        *("a + b + c", "a + (b + c)", "(a if b else c) + d", "-a", "-(a + b)", "(-a)(b)", "not a is b", "(not a) is b"),
        *("(a is b) is c", "(a or b) and c", "(a, b)", "f((a, b), *c)", "a[(b, c) if d else e]", "{'a': (b, c)}"),
        *("a if (b if c else d) else e", "a if b else c if d else e", "(a if b else c).d", "[a, (b or c)[d]]"),
    ],
)
def test_an_expression_means_what_it_was_read_from(text: str) -> None:
    tree = ast.parse(text, mode="eval").body
    assert ast.dump(ast.parse(written(tree), mode="eval").body) == ast.dump(tree)


@pytest.mark.parametrize("value", ["\0", "'", '"', "\u2028", "\\", "{}", "日本", True, 0, 1e300, float("inf"), None])
def test_a_constant_is_itself(value: object) -> None:
    assert eval(written(ast.Constant(value))) == value


@pytest.mark.parametrize("doc", ['a"', '"""', "\\", "\u202e", "plain"])
def test_the_text_that_opens_a_function_is_itself(doc: str) -> None:
    tree = ast.parse(f"def f():\n    {doc!r}\n    return 1")
    lines = Lines()
    lines.write(tree.body)
    (function,) = ast.parse("\n".join(lines.lines)).body
    assert isinstance(function, ast.FunctionDef)
    assert ast.get_docstring(function, clean=False) == doc


@pytest.mark.parametrize(
    "text",
    [
        *("import os", "from os import path", "del a", "global a", "while a: pass", "with a: pass", "class A: pass"),
        *("a: int = 1", "a += 1", "assert a", "raise", "raise a from b", "async def f(): pass", "break"),
        *("for a in b:\n pass\nelse:\n pass", "try:\n pass\nfinally:\n pass", "try:\n pass\nexcept:\n pass"),
        *("@a\ndef f(): pass", "def f(*a): pass", "def f(*, a): pass", "def f(a, /): pass", "def f(**a): pass"),
        *("lambda: 1", "(a := 1)", "[a for a in b]", "{a}", "f(a=1)", "f(**a)", "{**a}", "a[1:2]", "f'{a}'"),
        *("a < b", "a - b", "~a", "b'x'", "...", "1j", "'%s' % a"),
    ],
)
def test_what_generated_code_may_not_hold_is_refused(text: str) -> None:
    with pytest.raises(AssertionError, match="generated code"):
        Lines().write(ast.parse(text).body)


def test_a_long_chain_of_elif_is_not_one_in_the_other() -> None:
    """As long as it may be: Python itself lets no call be that deep."""

    def job(size: int) -> Callable[[], None]:
        chain = ast.parse("if a:\n    b()\n" + "elif a:\n    b()\n" * size).body
        return lambda: Lines().write(chain)

    assert_linear(job, 20)
    branch: list[ast.stmt] = []
    for _ in range(3000):
        branch = [ast.If(ast.Name("a", ast.Load()), [ast.Pass()], branch)]
    lines = Lines()
    lines.write(branch)
    assert len(lines.lines) == 6000
