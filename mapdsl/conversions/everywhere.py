"""What holds at any depth of a value that no document lists: members of a name, and texts of a form.

    inside(hash, sid, lower)          {"hits": [{"hash": "A1"}]}      {"hits": [{"sid": "a1"}]}
    every_text(date_time(...))        {"at": "2024-04-24 17:42:28"}   {"at": "2024-04-24T17:42:28Z"}

Nothing is refused: what the step does not take stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .base import Conversion, Domain, Refused, Way
from .registry import BadConversion, conversion, member_name, usage
from .samples import one_of, word

if TYPE_CHECKING:
    from random import Random

__all__: list[str] = []

_Run = Callable[[Any], Any]


@conversion("inside")
def inside(old: str, new: str, step: Conversion) -> Conversion:
    """A member of one name against the same member of another, its value through a step, in every object of a value."""
    here, there = member_name("inside", old), member_name("inside", new)
    given = _step("inside", step)
    ways = (_renaming(here, there, given.to_new.run), _renaming(there, here, given.to_old.run))
    sides = (_holding(here, given.old), _holding(there, given.new))
    return Conversion("inside", *sides, Way(ways[0]), Way(ways[1]), f"every {here} against {there}")


@conversion("every_text")
def every_text(step: Conversion) -> Conversion:
    """Every text of a value through a step."""
    given = _step("every_text", step)
    ways = Way(_texts(given.to_new.run)), Way(_texts(given.to_old.run))
    return Conversion("every_text", _holding("at", given.old), _holding("at", given.new), *ways, "every text")


def _step(name: str, step: Any) -> Conversion:
    if not isinstance(step, Conversion) or step.old_places != 1 or step.new_places != 1:
        raise BadConversion(f"`{name}` takes a conversion of one value", f"write `{usage(name)}`")
    return step


def _renaming(before: str, after: str, run: _Run) -> _Run:
    def convert(value: Any) -> Any:
        if isinstance(value, list):
            return [convert(item) for item in value]
        if not isinstance(value, dict):
            return value
        taken = before != after and after in value  # two members would become one
        made: dict[str, Any] = {}
        for name, member in value.items():
            image = _tried(run, member) if name == before and not taken else _REFUSED
            made[name if image is _REFUSED else after] = convert(member) if image is _REFUSED else image
        return made

    return _bounded(convert)


def _texts(run: _Run) -> _Run:
    def convert(value: Any) -> Any:
        if isinstance(value, list):
            return [convert(item) for item in value]
        if isinstance(value, dict):
            return {name: convert(member) for name, member in value.items()}
        image = _tried(run, value) if isinstance(value, str) else _REFUSED
        return value if image is _REFUSED else image

    return _bounded(convert)


def _bounded(convert: _Run) -> _Run:
    """The same, refusing what is deeper than any message may be."""

    def run(value: Any) -> Any:
        try:
            return convert(value)
        except RecursionError:
            raise Refused("a value that is not so deep") from None

    return run


_REFUSED = object()


def _tried(run: _Run, value: Any) -> Any:
    """What a step makes of a value; null stays null."""
    if value is None:
        return None
    try:
        return run(value)
    except Refused:
        return _REFUSED


def _holding(name: str, domain: Domain) -> Domain:
    """Values that may hold the member, at some depth."""

    def sample(random: Random) -> Any:
        drawn = domain.sample(random) if domain.sample is not None else word(random)
        held = random.choice(({name: drawn}, [{name: drawn, "other": word(random)}], {"in": {name: drawn}}, drawn))
        return held

    values: tuple[Any, ...] = ({name: "a"}, [{name: None}], {"in": [{name: 1}]}, "a", 0, [], {})
    return Domain("any", "any value", values=values, sample=one_of(sample, word))
