"""Losses for what rests on an assumed name, so that nobody takes it for documented.

    hole webhook_active "no document names the flag of a webhook" assume "active"

A message that has the field `active`, read or written, reports it once: untranslated, assumed. What the program has
named itself is no guess.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from mapdsl.conversions import ABSENT
from mapdsl.runtime.compiled import UNTRANSLATED, CompiledUnit, Loss, Parts, Where
from mapdsl.runtime.messages import spell, spell_place
from mapdsl.runtime.transport import find

__all__ = ["Told", "guesses", "in_target"]

# What of a side is reported: its messages as one (several: each part is a list), and how their places are spelled.
Told = tuple[Parts, bool, Callable[[Where], str]]


def guesses(unit: CompiledUnit, parts: Iterable[str], sides: Mapping[str, Told]) -> tuple[Loss, ...]:
    """A loss for each hole whose assumed field stands in a message of these parts: its first place, on the first side
    that has one."""
    found: dict[str, Loss] = {}
    for side, (message, several, spelled) in sides.items():
        for hole, question, part, its_side, place in unit.guessed:
            if hole in found or part not in parts or side != its_side:
                continue
            for where, value in find(message, (place[0], "[]", *place[1:]) if several else place):
                if value is not ABSENT:
                    found.setdefault(hole, Loss(spelled(where), value, f"assumed: {question}", None, UNTRANSLATED))
    return tuple(found.values())


def in_target(member: str = "", places: Mapping[str, int] | None = None) -> Callable[[Where], str]:
    """How a place is spelled that is written: `member` is where the body stands in a reply of RPC, `places` are the
    positions of the parameters of a call."""

    def spelled(where: Where) -> str:
        if where[0] != "body" or (not member and places is None):
            return spell_place(where)
        if member:
            return spell(("body", member, *where[1:]))
        assert places is not None
        at = [places.get(str(step), step) for step in where[1:2]]
        return spell(("body", "params", *at, *where[2:]))

    return spelled
