"""Which domains can never fit: only what is certain is reported.

csv | integer        # MAP309: csv gives a list, integer takes text
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from mapdsl.conversions import Domain

__all__ = ["NAMES", "TEXT", "kinds", "misfit"]

ALL = frozenset({"string", "number", "boolean", "null", "array", "object"})
# What stands in a query, path or header: text, lists of it, and numbers, which print in one way.
TEXT = Domain("string", "text", also=(Domain("array"), Domain("number")))
NAMES = Domain("string", "text")
_KINDS = {"integer": "number", "number": "number", "string": "string", "boolean": "boolean", "null": "null"}


def kinds(domain: Domain) -> frozenset[str]:
    """The JSON kinds that the domain admits; all where it does not say."""
    if domain.kind == "one_of":
        found = frozenset(_kind(value) for value in domain.values)
    elif domain.kind in ("array", "object"):
        found = frozenset({domain.kind})
    else:
        found = frozenset({_KINDS[domain.kind]}) if domain.kind in _KINDS else ALL
    for other in domain.also:
        found |= kinds(other)
    return found or ALL


def misfit(given: Domain, taken: Domain) -> bool:
    """Whether no value of the one can be one of the other. null passes every step, so it does not count."""
    if not (kinds(given) & kinds(taken)) - {"null"}:
        return True
    if given.kind == taken.kind == "array" and given.items is not None and taken.items is not None:
        return misfit(given.items, taken.items)
    return False


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float, Decimal)):
        return "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, (list, tuple)) else "object"
