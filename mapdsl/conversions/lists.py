"""Lists: nested against flat, positional against keyed by number, an object against one of its members."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .base import Conversion, Domain, Refused, Way
from .registry import conversion, flip, member_name
from .samples import SCALAR, list_of, word
from .shapes import member_of

if TYPE_CHECKING:
    from random import Random

__all__: list[str] = []

_LISTS = "a list of lists"
_KEYED = 'an object whose members are named "1", "2", "3" and so on, without a gap'


def _joined(groups: Any) -> list[Any]:
    if not isinstance(groups, list) or not all(isinstance(group, list) for group in groups):
        raise Refused(_LISTS)
    return [item for group in groups for item in group]


def _in_one_group(items: Any) -> list[Any]:
    if not isinstance(items, list):
        raise Refused("a list")
    return [items] if items else []


@conversion("concat")
def concat() -> Conversion:
    """A list of lists against all their items in order. To old the items come in one list: their grouping is lost."""
    groups = Domain(
        "array",
        _LISTS,
        values=([], [["a"]], [["a", "b"], ["c"]], [[], ["a"]]),
        items=Domain("array", "a list"),
        sample=list_of(list_of(word)),
    )
    items = Domain("array", "a list", values=([], ["a"], ["a", "b"], [["a"]], [None]), sample=list_of(word))
    to_new = Way(_joined, lossy="how the items were grouped")
    return Conversion("concat", groups, items, to_new, Way(_in_one_group, injective=True), "lists against their items")


def _by_number(items: Any) -> dict[str, Any]:
    if not isinstance(items, list):
        raise Refused("a list")
    return {str(number): item for number, item in enumerate(items, start=1)}


def _in_order(members: Any) -> list[Any]:
    if not isinstance(members, dict):
        raise Refused(_KEYED)
    numbers = [str(number) for number in range(1, len(members) + 1)]
    if set(numbers) != set(members):
        raise Refused(_KEYED)
    return [members[number] for number in numbers]


@conversion("numbered")
def numbered() -> Conversion:
    """A list against an object with its items as the members "1", "2", "3" and so on."""

    def sample(random: Random) -> dict[str, Any]:
        members = list(_by_number(list_of(word)(random)).items())
        random.shuffle(members)
        return dict(members)

    items = Domain("array", "a list", values=([], ["a"], ["a", None], [["a"], {}]), sample=list_of(word))
    members = Domain("object", _KEYED, values=({}, {"1": "a"}, {"2": "b", "1": "a"}), sample=sample)
    ways = Way(_by_number, injective=True), Way(_in_order, injective=True)
    return Conversion("numbered", items, members, *ways, "a list against members by number")


@conversion("member")
def member(name: str) -> Conversion:
    """An object against the value of one member; to new, other members are lost. The mirror of `member_of`."""
    held = member_name("member", name)
    mirrored = flip(member_of(held))
    lossy = Way(mirrored.to_new.run, lossy="other members have no place")
    back = Way(mirrored.to_old.run, injective=True)
    return Conversion("member", mirrored.old, SCALAR, lossy, back, f"{{{held}: value}} against the value")
