"""From parse trees to ends, conversions, guards and policies."""

from __future__ import annotations

import difflib

from lark import Token, Tree

from mapdsl.paths import ITEMS, KEYS, Ref, Step
from mapdsl.syntax import ABSENT, Conversion, End, Guard, Json, LiteralArg, Policy, Selection, Side, Test, TupleEnd

from .tree_builder import Branch, TreeBuilder, branches, tokens

__all__ = [
    "ENDS",
    "ROOTS",
    "SIDES",
    "read_cites",
    "read_end",
    "read_ends",
    "read_guards",
    "read_origin",
    "read_pipe",
    "read_policy",
    "read_selected",
    "read_step",
]

MAX_SEGMENTS = 64
ENDS = ("path", "word_path", "sigil_path", "tuple_end")
SIDES: dict[str, Side] = {"OLD": "old", "NEW": "new"}
_PLAIN_ROOTS = ("@body", "@path", "@query", "@header", "@status", "@up")
_REQUEST_PARTS = ("body", "path", "query")
ROOTS = (*_PLAIN_ROOTS, *(f"@request.{part}" for part in _REQUEST_PARTS))


def read_end(builder: TreeBuilder, tree: Branch) -> End:
    root = ""
    steps: list[Step] = []
    for child in tree.children:
        if isinstance(child, Tree):
            steps.append(builder.name(child))
        elif child.type == "ITEMS":
            steps.append(ITEMS)
        elif child.type == "STAR":
            steps.append(KEYS)
        else:
            root = str(child)
    if len(steps) > MAX_SEGMENTS:  # else neither names nor marks are too many
        steps = _shortened(builder, tree, steps)
    if root.startswith("@"):
        root, steps = _settle_root(builder, tree, root, steps)
    return End(Ref(root, tuple(steps)), span=builder.span(tree))


def _shortened(builder: TreeBuilder, tree: Branch, steps: list[Step]) -> list[Step]:
    """As many steps as a path may have, once it is told that there are more names or more marks of items."""
    names = sum(isinstance(step, str) for step in steps)
    most = max(names, len(steps) - names)
    if most <= MAX_SEGMENTS:
        return steps
    help = "Map a field further up as a whole, or go down in blocks, one inside the other."
    headline = f"at most {MAX_SEGMENTS} segments stand in a path, here {most}"
    builder.report("MAP005", headline, builder.span(tree), "too deep", help)
    return steps[:MAX_SEGMENTS]


def _settle_root(builder: TreeBuilder, tree: Branch, root: str, steps: list[Step]) -> tuple[str, list[Step]]:
    if root == "@request" and steps and steps[0] in _REQUEST_PARTS:
        return f"@request.{steps[0]}", steps[1:]
    if root not in _PLAIN_ROOTS:
        close = difflib.get_close_matches(root, [*_PLAIN_ROOTS, "@request"], 1)
        hint = f"Did you mean `{close[0]}`? " if close and close[0] != root else ""
        if root == "@request":
            hint = "Say which part of the request: `@request.body.x`, `@request.path.x` or `@request.query.x`. "
        roots = ", ".join(f"`{name}`" for name in ROOTS)
        builder.report(
            "MAP001", f"expected a root, found `{root}`", builder.span(tree), help=f"{hint}Roots are {roots}."
        )
    return root, steps


def read_ends(builder: TreeBuilder, tree: Branch) -> End | TupleEnd:
    if tree.data != "tuple_end":
        return read_end(builder, tree)
    return TupleEnd(tuple(read_end(builder, end) for end in branches(tree, *ENDS)), span=builder.span(tree))


def read_selected(builder: TreeBuilder, tree: Branch) -> End | Selection:
    """The end or the selection that a guard or `drop` speaks of."""
    target = branches(tree, "selection", *ENDS)[0]
    if target.data == "selection":
        return Selection(builder.string(tokens(target)[0]), span=builder.span(target))
    return read_end(builder, target)


def read_origin(builder: TreeBuilder, tree: Branch, ends_before: int) -> End | LiteralArg | None:
    """What stands behind `=`, or None; `ends_before` is the number of ends in front of it."""
    for literal in branches(tree, "literal"):
        return LiteralArg(builder.value(literal.children[0]), span=builder.span(literal))
    for end in branches(tree, "sigil_path")[ends_before:]:
        return read_end(builder, end)
    return None


def read_pipe(builder: TreeBuilder, tree: Branch) -> tuple[Conversion, ...]:
    return tuple(read_step(builder, step) for step in branches(tree, "step"))


def read_step(builder: TreeBuilder, tree: Branch) -> Conversion:
    arguments: list[Conversion | LiteralArg] = []
    for group in branches(tree, "arguments"):
        for argument in branches(group):
            if argument.data == "literal":
                arguments.append(LiteralArg(builder.value(argument.children[0]), span=builder.span(argument)))
            else:
                arguments.append(read_step(builder, argument))
    return Conversion(str(tokens(tree)[0]), tuple(arguments), span=builder.span(tree))


def read_guards(builder: TreeBuilder, tree: Branch) -> tuple[Guard, ...]:
    return tuple(_read_guard(builder, guard) for guard in branches(tree, "guard"))


def _read_guard(builder: TreeBuilder, tree: Branch) -> Guard:
    side = SIDES[tokens(tree, "OLD", "NEW")[0].type]
    test = _read_test(builder, branches(tree, "test")[0])
    return Guard(side, read_selected(builder, tree), test, span=builder.span(tree))


def _read_test(builder: TreeBuilder, tree: Branch) -> Test:
    first, *others = tree.children
    span = builder.span(tree)
    word = first.type if isinstance(first, Token) else ""
    if word == "PRESENT":
        return Test("present", span=span)
    if word == "ABSENT":
        return Test("absent", span=span)
    if word == "NOT":
        return Test("not", (builder.value(others[0]),), span=span)
    if word == "ONE":
        return Test("one_of", tuple(builder.value(value) for value in others), span=span)
    return Test("is", (builder.value(first),), span=span)


def read_policy(builder: TreeBuilder, tree: Branch) -> Policy:
    word, *rest = tree.children
    value: Json = builder.value(rest[0]) if rest else None
    if str(word) == "residual" and isinstance(value, int) and value < 1:
        builder.report("MAP009", "`residual` needs a bound of at least 1", builder.span(tree))
    if str(word) == "use" and value is ABSENT:
        return Policy("absent", span=builder.span(tree))
    return Policy(str(word), value, span=builder.span(tree))


def read_cites(builder: TreeBuilder, tree: Branch) -> tuple[str, ...]:
    """The rows named by the `cites` option of a statement, or by a `cites` tree itself."""
    rows: list[str] = []
    for cites in [tree] if tree.data in ("cites", "cites_part") else branches(tree, "cites"):
        rows.extend(builder.string(token) for token in tokens(cites, "STRING"))
    return tuple(rows)
