"""Shapes: a scalar against an object that holds it, a list of one against its item, ranges."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .base import Conversion, Domain, Refused, Way
from .equality import decimal_of, is_number
from .registry import BadConversion, conversion, flip, member_name
from .samples import SCALAR, any_number, one_of, whole_number, word

if TYPE_CHECKING:
    from random import Random

__all__: list[str] = []


def _holder(name: str, member: Any) -> Conversion:
    member = member_name(name, member)
    missing = f"member {json.dumps(member, ensure_ascii=False)}"

    def to_new(value: Any) -> dict[str, Any]:
        return {member: value}

    def to_old(value: Any) -> Any:
        if not isinstance(value, dict):
            raise Refused("an object")
        if member not in value:
            raise Refused(missing)
        return value[member]

    def sample(random: Random) -> dict[str, Any]:
        held = {member: word(random)}
        return {**held, f"{member}_{word(random)}": word(random)} if random.randrange(3) == 0 else held

    holders = Domain(
        "object",
        f"an object with {missing}",
        values=({member: "a"}, {member: 1, f"{member}_too": 2}, {member: None}),
        members=((member, SCALAR),),
        sample=sample,
    )
    to_old_way = Way(to_old, lossy="other members have no place")
    return Conversion(
        name, SCALAR, holders, Way(to_new, injective=True), to_old_way, f"a value against {{{member}: value}}"
    )


@conversion("ref")
def ref(member: str) -> Conversion:
    """A value against an object that holds it; to old, other members are lost."""
    return _holder("ref", member)


@conversion("member_of")
def member_of(member: str) -> Conversion:
    """A value against an object that holds it; to old, other members are lost."""
    return _holder("member_of", member)


@conversion("text_or_object")
def text_or_object(member: str) -> Conversion:
    """A text, or an object that holds it, against the object: what some clients write short."""
    member = member_name("text_or_object", member)
    expected = f"a text, or an object with member {json.dumps(member, ensure_ascii=False)}"

    def to_new(value: Any) -> dict[str, Any]:
        if isinstance(value, str):
            return {member: value}
        return held(value)

    def held(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict) or member not in value:
            raise Refused(expected)
        return value

    holders = _holder("text_or_object", member).new
    either = Domain("string", expected, values=("", "A1"), sample=word, also=(holders,))
    ways = Way(to_new), Way(held, injective=True)
    return Conversion("text_or_object", either, holders, *ways, f"a text or {{{member}: text}} against the object")


_ONE_ITEM = "a list of exactly one item, not null"


def _only_item(items: Any) -> Any:
    if isinstance(items, list) and len(items) == 1 and items[0] is not None:
        return items[0]
    raise Refused(_ONE_ITEM)


def _list_of_one(item: Any) -> list[Any]:
    return [item]


@conversion("singleton")
def singleton() -> Conversion:
    """A list of exactly one item against the item."""
    lists = Domain(
        "array", _ONE_ITEM, (["a"], [{"a": 1}], [[]]), low=1, high=1, items=SCALAR, sample=lambda random: [word(random)]
    )
    item = Domain("any", "a value", values=("a", {"a": 1}, [], 0, False), sample=one_of(word, whole_number))
    to_new, to_old = Way(_only_item, injective=True), Way(_list_of_one, injective=True)
    return Conversion("singleton", lists, item, to_new, to_old, "a list of one against its item")


@conversion("clamp")
def clamp(low: Any, high: Any) -> Conversion:
    """A number against the nearest one within a range; the new side holds numbers of the range only."""
    if not is_number(low) or not is_number(high) or decimal_of(low) > decimal_of(high):
        raise BadConversion("`clamp` takes the lowest and the highest number", "write `clamp(1, 1000)`")
    floor, roof = decimal_of(low), decimal_of(high)
    expected = f"a number from {low} to {high}"

    def to_new(value: Any) -> Any:
        exact = _number(value, "a number")
        return low if exact < floor else high if exact > roof else value

    def to_old(value: Any) -> Any:
        exact = _number(value, expected)
        if exact < floor or exact > roof:
            raise Refused(expected)
        return value

    wide = Domain(
        "number", "a number", values=(low, high, floor - 1, roof + 1), sample=one_of(_inside(floor, roof), any_number)
    )
    narrow = Domain("number", expected, values=(low, high), low=floor, high=roof, sample=_inside(floor, roof))
    to_new_way = Way(to_new, lossy=f"outside the range {low} to {high}")
    return Conversion("clamp", wide, narrow, to_new_way, Way(to_old, injective=True), f"at least {low}, at most {high}")


def _number(value: Any, expected: str) -> int | Decimal:
    if not is_number(value):
        raise Refused(expected)
    return decimal_of(value)


def _inside(low: int | Decimal, high: int | Decimal) -> Callable[[Any], Any]:
    def sample(random: Random) -> Any:
        whole = random.randint(int(low), int(high))
        return min(max(whole, low), high)

    return sample


@conversion("flip")
def flipped(step: Conversion) -> Conversion:
    """Another conversion with its sides exchanged."""
    if not isinstance(step, Conversion):
        raise BadConversion("`flip` takes a conversion", "write `flip(integer)`")
    return flip(step)
