"""`Loss`, the report of a value that did not arrive, and making many of them at once."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Any

import attrs

from mapdsl.errors import RuleRef, capped
from mapdsl.records import Record
from mapdsl.runtime.messages import found

__all__ = ["DROPPED", "GUESSED", "KINDS", "OWED", "UNTRANSLATED", "Loss", "fresh", "made_of"]

DROPPED = "dropped"  # it did not arrive
UNTRANSLATED = "untranslated"  # it arrived as it was, or not as the other side would say it
OWED = "owed"  # the message that goes out should have it, and nothing fills it
KINDS = (DROPPED, UNTRANSLATED, OWED)
# What a spec makes up and assumes: reported as untranslated, at its place in the target.
GUESSED = "guessed"


def fresh(value: Any) -> Any:
    """A copy of a JSON value, objects and lists all the way down."""
    # Leaves are told apart here, and not by a call for each of them: most values of a document are leaves.
    if type(value) is dict:
        made = value.copy()
        for name, each in value.items():
            if type(each) in _CONTAINERS:
                made[name] = fresh(each)
        return made
    if type(value) is list:
        return [fresh(each) if type(each) in _CONTAINERS else each for each in value]
    return value


_CONTAINERS = frozenset({dict, list})


@attrs.frozen(repr=False)
class Loss(Record):
    """A value that did not arrive, arrived untranslated, or is owed: `kind` is dropped, untranslated or owed.

    `path` is its JSON path in the input (`body.recipients[0].agent`), or in the output of what is owed or assumed there
    alone, `value` the value (None where it is owed),
    `reason` a short text, `rule` the rule at work, or None for the envelope.
    """

    __module__ = "mapdsl"

    path: str
    value: Any = attrs.field(converter=fresh)
    reason: str
    rule: RuleRef | None = None
    kind: str = DROPPED

    def __str__(self) -> str:
        where = f"    ({self.rule})" if self.rule is not None else ""
        return capped(f"{self.path} = {found(self.value)}: {self.reason}") + where


_new = object.__new__
_FIELDS = tuple(vars(Loss)[name].__set__ for name in ("path", "value", "reason", "rule", "kind"))


def made_of(
    paths: list[str], values: Iterable[Any], reasons: list[str], rules: list[RuleRef | None], kinds: list[str]
) -> tuple[Loss, ...]:
    """As many losses as there are paths. A page has thousands: a call of `Loss` for each would cost as much as
    translating does."""
    made = tuple([_new(Loss) for _ in paths])
    own = [fresh(value) if type(value) in _CONTAINERS else value for value in values]
    columns: tuple[Iterable[Any], ...] = (paths, own, reasons, rules, kinds)
    for put, column in zip(_FIELDS, columns, strict=True):
        deque(map(put, made, column), maxlen=0)
    return made
