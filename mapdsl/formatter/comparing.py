"""Whether two trees say the same, to the last digit: stricter than `==`, for which 1, True and 1.0 are one."""

from __future__ import annotations

from decimal import Decimal

import attrs

from mapdsl.syntax import File, Node, Statement

__all__ = ["comments_of", "difference"]


def difference(one: Node, other: Node) -> Node | None:
    """The innermost node of `one` that differs from its counterpart in `other`; None where there is none."""
    if type(one) is not type(other):
        return one
    for field in attrs.fields(type(one)):
        if field.eq:
            odd = _difference(getattr(one, field.name), getattr(other, field.name), one)
            if odd is not None:
                return odd
    return None


def _difference(one: object, other: object, around: Node) -> Node | None:
    if type(one) is not type(other):
        return around
    if isinstance(one, Node) and isinstance(other, Node):
        return difference(one, other)
    if isinstance(one, Decimal) and isinstance(other, Decimal):
        return None if one.as_tuple() == other.as_tuple() else around
    if isinstance(one, dict) and isinstance(other, dict):
        return _difference(list(one.items()), list(other.items()), around)
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        if len(one) != len(other):
            return around
        found = (_difference(left, right, around) for left, right in zip(one, other, strict=True))
        return next((odd for odd in found if odd is not None), None)
    return None if one == other else around


def comments_of(file: File) -> list[str]:
    """The comments of a tree, statement by statement; empty lines between them do not count."""
    found: list[str] = []
    for item in file.items:
        _collect(item, found)
    return [text for text in (*found, *file.comments_end) if text]


def _collect(node: object, found: list[str]) -> None:
    if isinstance(node, tuple):
        for part in node:
            _collect(part, found)
    elif isinstance(node, Node):
        comments = node.comments if isinstance(node, Statement) else None
        if comments:
            found += [*comments.before, comments.after]
        for field in attrs.fields(type(node)):
            _collect(getattr(node, field.name), found)
        if comments:
            found += [*comments.inside_end, comments.closing]
