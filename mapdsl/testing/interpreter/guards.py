"""Guards: whether they hold, and what they ask for, in words."""

from __future__ import annotations

import json

from mapdsl import ir
from mapdsl.conversions import ABSENT, same
from mapdsl.paths import find
from mapdsl.runtime import spell

from .places import View

__all__ = ["holds", "outcome_of"]


def holds(guard: ir.Guard, view: View) -> bool:
    """Whether a guard holds on a root. A parent of another type makes the place absent."""
    value = view.peek(guard.place.path)
    whole = not guard.place.path and len(view.where) == (3 if view.where[:1] == ("request",) else 1)
    if whole and value is None:
        value = ABSENT  # of a whole part, null and nothing are one
    if value is ABSENT:
        hits = []
    elif guard.selection is not None:
        hits = [hit for _, hit in find(guard.selection, value)]
    else:
        hits = [value]
    if guard.kind in ("present", "absent"):
        return bool(hits) == (guard.kind == "present")
    if value is ABSENT and whole and guard.selection is None:
        hits = [None]
    listed = any(same(hit, wanted) for hit in hits for wanted in guard.values)
    return not listed if guard.kind == "not" else listed


def outcome_of(check: ir.Guard) -> str:
    """What a check expects of the target: `message.type to become "text"`."""
    place = check.place
    path = place.path if place.root in ("body", "item") and place.path else (place.root, *place.path)
    return f"{spell(path)} to become {_wanted(check)}"


def _wanted(guard: ir.Guard) -> str:
    texts = [json.dumps(value, ensure_ascii=False, default=str) for value in guard.values]
    words = {"present": "a value", "absent": "nothing", "one_of": f"one of {', '.join(texts)}"}
    if guard.kind in words:
        return words[guard.kind]
    return f"not {texts[0]}" if guard.kind == "not" else texts[0]
