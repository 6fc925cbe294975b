"""How the parts of statements are written: ends, conversions, guards, policies, cited rows."""

from __future__ import annotations

from collections.abc import Sequence

from mapdsl.paths import ITEMS, KEYS, Ref
from mapdsl.syntax import Conversion, End, Guard, LiteralArg, Policy, Selection, Test, TupleEnd

from .layout import Doc, Group, Indent, Line, joined
from .values import in_parentheses, spell_name, spell_text, spell_value

__all__ = ["cited", "cites", "end", "guards", "option", "origin", "path", "pipe", "policy"]

_FURTHER = 4  # lines that continue a statement; its block stands less far to the right


def path(ref: Ref) -> str:
    """A path under its root."""
    text = ref.root
    for step in ref.path:
        if step is ITEMS:
            text += "[]"
        else:
            text += ("." if text else "") + ("*" if step is KEYS else spell_name(str(step)))
    return text or "$"


def end(node: End | TupleEnd | Selection) -> Doc:
    if isinstance(node, TupleEnd):
        return in_parentheses(path(single.ref) for single in node.ends)
    if isinstance(node, Selection):
        return f"select({spell_text(node.text)})"
    return path(node.ref)


def origin(node: End | LiteralArg | None) -> Doc:
    """What stands behind the end of a `drop` or an `add`: nothing, or ` = ` and where the value comes from."""
    if node is None:
        return ()
    return (" = ", path(node.ref) if isinstance(node, End) else spell_value(node.value))


def pipe(steps: Sequence[Conversion]) -> Doc:
    return joined(" | ", (_conversion(step) for step in steps))


def _conversion(node: Conversion) -> Doc:
    if not node.args:
        return node.name
    return (node.name, in_parentheses(_argument(argument) for argument in node.args))


def _argument(node: Conversion | LiteralArg) -> Doc:
    return spell_value(node.value) if isinstance(node, LiteralArg) else _conversion(node)


def guards(nodes: Sequence[Guard]) -> Doc:
    """The guards on one line, or one a line."""
    spelled = joined((",", Line()), (_guard(node) for node in nodes))
    return Group(Indent(_FURTHER, spelled)) if len(nodes) > 1 else spelled


def _guard(node: Guard) -> Doc:
    return (f"{node.side} ", end(node.of), " is ", _test(node.test))


def _test(node: Test) -> Doc:
    if node.kind == "one_of":
        return ("one of ", in_parentheses(spell_value(value) for value in node.values))
    if node.kind == "not":
        return ("not ", spell_value(node.values[0]))
    return spell_value(node.values[0]) if node.kind == "is" else node.kind


def policy(node: Policy) -> Doc:
    if node.value is None and node.kind != "use":
        return node.kind
    return (f"{node.kind} ", spell_value(node.value))


def cited(rows: Sequence[str]) -> Doc:
    """`cites "a", "b"`, as many rows on a line as fit."""
    first, *others = (spell_text(row) for row in rows)
    return (f"cites {first}", tuple((",", Group(Indent(_FURTHER, (Line(), row)))) for row in others))


def cites(rows: Sequence[str]) -> Doc:
    """The rows that a statement cites, behind the rest of it; nothing where there are none."""
    return (" ", cited(rows)) if rows else ()


def option(word: str, value: Doc | None) -> Doc:
    """` word value`, or nothing where there is no value."""
    return () if value is None else (f" {word} ", value)
