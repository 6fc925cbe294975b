"""Conversions that are made of others: the first that reads a value, and one that passes what it cannot read."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import attrs

from .base import Conversion, Domain, Refused, Way
from .registry import BadConversion, conversion
from .samples import one_of, whole_number, word

if TYPE_CHECKING:
    from random import Random

__all__: list[str] = []


def _check(name: str, steps: tuple[Any, ...]) -> None:
    if not all(isinstance(step, Conversion) and step.old_places == step.new_places == 1 for step in steps):
        raise BadConversion(f"`{name}` takes conversions of one value", f"write `{name}(clock_seconds)`")


def _draw(domain: Domain) -> Callable[[Random], Any]:
    return domain.sample or (lambda random: random.choice(domain.values))


@conversion("first_of")
def first_of(*steps: Conversion) -> Conversion:
    """The first step that reads an old value converts it; to old the first step writes, and no other."""
    _check("first_of", steps)
    if len(steps) < 2:
        raise BadConversion("`first_of` takes two steps or more", "write `first_of(number, clock_seconds)`")
    first = steps[0]

    def reader(value: Any) -> Conversion | None:
        for step in steps:
            try:
                step.to_new.run(value)
            except Refused:
                continue
            return step
        return None

    def to_new(value: Any) -> Any:
        for step in steps:
            try:
                return step.to_new.run(value)
            except Refused:
                continue
        raise Refused(f"{first.old}, or another form of it")

    def stays(value: Any) -> bool:
        step = reader(value)
        return step is not None and step.to_new.untranslated is not None and step.to_new.untranslated(value)

    kinds = {step.old.kind for step in steps}
    old = Domain(
        first.old.kind if len(kinds) == 1 else "any",
        ", or ".join(dict.fromkeys(str(step.old) for step in steps)),
        values=tuple(value for step in steps for value in step.old.values),
        sample=one_of(*(_draw(step.old) for step in steps)),
    )
    reads = Way(to_new, lossy=first.to_new.lossy, passes=first.to_new.passes, means=first.to_new.means)
    if any(step.to_new.untranslated for step in steps):
        reads = attrs.evolve(reads, untranslated=stays)
    text = " or ".join(step.text or step.name for step in steps)
    return Conversion("first_of", old, first.new, reads, first.to_old, text, takes_null=first.takes_null)


@conversion("else_pass")
def else_pass(step: Conversion) -> Conversion:
    """The step, where it reads a value; what it cannot read stays as it is, on either way, and is told."""
    _check("else_pass", (step,))

    def passing(way: Way) -> Way:
        def run(value: Any) -> Any:
            try:
                return way.run(value)
            except Refused:
                return value

        def stays(value: Any) -> bool:
            try:
                way.run(value)
            except Refused:
                return True
            return way.untranslated is not None and way.untranslated(value)

        def means(value: Any, back: Any) -> bool:
            # What stays is told as such: the way home may read it, but nothing of it is dropped.
            return stays(value) or (way.means is not None and way.means(value, back))

        return Way(run, lossy=way.lossy, means=means, passes=way.passes, untranslated=stays, passes_unread=True)

    def with_odd(domain: Domain) -> Domain:
        odd = one_of(word, whole_number)
        draw = _draw(domain)
        return Domain(
            "any",
            f"{domain}, or anything else",
            values=(*domain.values, "?", -1, True),
            sample=lambda random: odd(random) if random.randrange(8) == 0 else draw(random),
        )

    old, new = with_odd(step.old), with_odd(step.new)
    text = f"{step.text or step.name}; what cannot be read passes"
    return Conversion("else_pass", old, new, passing(step.to_new), passing(step.to_old), text, step.takes_null)
