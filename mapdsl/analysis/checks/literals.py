"""`absent` is no value: it is a test of its own, and a cell of a table. Nothing can be written that holds it."""

from __future__ import annotations

from typing import Any

import attrs

from mapdsl import syntax
from mapdsl.analysis.context import Context
from mapdsl.analysis.findings import Findings

__all__ = ["check_literals", "report_absent"]

# Cells of an enum are told by `check_tables`; what examples hold by `gather_examples`.
_ELSEWHERE = (syntax.Example, syntax.Given)
_ADVICE = "leave out a member that is not there; in guards write `is absent` or `is present`"


def check_literals(context: Context) -> None:
    """Report `absent` where a value is expected."""
    for file in context.files.values():
        for item in file.items:
            if not isinstance(item, (syntax.Enum, *_ELSEWHERE)):
                _check(item, context.findings)


def _check(node: syntax.Node, findings: Findings) -> None:
    for name in _fields(type(node)):
        found = getattr(node, name)
        for each in found if isinstance(found, tuple) else (found,):
            if isinstance(each, _ELSEWHERE):
                continue
            if isinstance(each, syntax.Node):
                _check(each, findings)
            elif not (each is syntax.ABSENT and isinstance(node, syntax.Row)):
                report_absent(each, node, findings)


def report_absent(value: Any, at: syntax.Node, findings: Findings) -> None:
    """Report `absent` inside a value."""
    if _holds_absent(value):
        findings.error("MAP316", "`absent` is no value", at, "", help=_ADVICE)


def _fields(kind: type[Any]) -> tuple[str, ...]:
    """What a node of that kind holds, besides its span and its comments."""
    return tuple(field.name for field in attrs.fields(kind) if field.eq)


def _holds_absent(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_holds_absent, value.values()))
    return any(map(_holds_absent, value)) if isinstance(value, list) else value is syntax.ABSENT
