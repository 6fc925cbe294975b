"""What guards know of a place: which tests rule each other out, and which follow from others."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from mapdsl import syntax

__all__ = ["contradicts", "implies", "same", "shown"]


def same(a: Any, b: Any) -> bool:
    """JSON equality: numbers by value, true is not 1, the order of members does not count."""
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if isinstance(a, (int, Decimal)) and isinstance(b, (int, Decimal)):
        return a == b
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    return type(a) is type(b) and bool(a == b)


def contradicts(fact: syntax.Test, test: syntax.Test) -> bool:
    """Whether a place of which `fact` holds can never pass `test`."""
    if "absent" in (fact.kind, test.kind):
        other = test if fact.kind == "absent" else fact
        return other.kind in ("is", "one_of", "present")
    allowed, asked = _listed(fact), _listed(test)
    if allowed is not None and asked is not None:
        return not any(same(a, b) for a in allowed for b in asked)
    if allowed is not None and test.kind == "not":
        return all(same(value, test.values[0]) for value in allowed)
    if fact.kind == "not" and asked is not None:
        return all(same(value, fact.values[0]) for value in asked)
    return False


def implies(facts: Iterable[syntax.Test], test: syntax.Test) -> bool:
    """Whether a place of which all `facts` hold always passes `test`."""
    return any(_implies(fact, test) for fact in facts)


def _implies(fact: syntax.Test, test: syntax.Test) -> bool:
    allowed, asked = _listed(fact), _listed(test)
    match test.kind:
        case "present":
            return fact.kind in ("present", "is", "one_of")
        case "absent":
            return fact.kind == "absent"
        case "not":
            excluded = test.values[0]
            if fact.kind == "not":
                return same(fact.values[0], excluded)
            return fact.kind == "absent" or (allowed is not None and not any(same(v, excluded) for v in allowed))
        case _:
            return allowed is not None and asked is not None and all(any(same(a, b) for b in asked) for a in allowed)


def _listed(test: syntax.Test) -> tuple[Any, ...] | None:
    return test.values if test.kind in ("is", "one_of") else None


def shown(value: Any) -> str:
    """A JSON literal as a person would write it in a spec."""
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {shown(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(shown(item) for item in value) + "]"
    words = {None: "null", True: "true", False: "false", syntax.ABSENT: "absent"}
    return str(value) if _number(value) else words.get(value, str(value))


def _number(value: Any) -> bool:
    return isinstance(value, (int, Decimal)) and not isinstance(value, bool)
