"""Residue that has grown stale: the translated message is changed, and the residue is not.

What comes home with the old residue must show the message as it is now:

- an item of a list that moved or was left out takes what is its own along, and nobody else's; one that came a second
  time brings nothing back that was deleted;
- a value that was changed or deleted does not come back: wherever the way home without residue follows the change, the
  way home with it says the same;
- residue changes nothing that the other side can see: translated once more, both give the same;
- where another case of a `match` holds than before, what the case before has lost does not come back.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from itertools import islice
from random import Random
from typing import Any

import attrs

from mapdsl.conversions import ABSENT, same
from mapdsl.errors import MapError
from mapdsl.paths import Where
from mapdsl.runtime import Blocks

from .case_edits import Rechosen
from .compare import Difference, diverging

__all__ = ["Stale", "Way"]

MOST = 1_000  # places of blocks that are looked through for a list
_SPELLED = ("path", "status")  # one of several routes or codes that mean the same: only what is seen again counts
_REPLACED: dict[type, tuple[Any, ...]] = {
    str: ("changed", "2001-02-03T04:05:06Z", "7", ""),
    int: (7, 0, 1001),
    bool: (False, True),
    float: (7.5,),
}


@attrs.frozen
class Way:
    """One message on its way: as it was, what came of it, and the translations. All are dicts of messages.

    `home(message, with_residue)` and `again(message)` may raise MapError. `quiet(difference)`: a difference that means
    nothing, such as the total of a list that was edited.
    """

    before: dict[str, Any]
    arrived: dict[str, Any]
    home: Callable[[dict[str, Any], bool], dict[str, Any]]
    again: Callable[[dict[str, Any]], dict[str, Any]]
    quiet: Callable[[Difference], bool] = lambda difference: False

    def differing(self, expected: Any, made: Any) -> Iterator[Difference]:
        return (each for each in diverging(expected, made) if not self.quiet(each))


@attrs.frozen
class Stale:
    """The changes for the messages of one mapping; `blocks` are those of its generated functions.

    `here` and `there` say where in a message a place of a body stands: in a call of RPC it is further inside.
    """

    blocks: Blocks
    to: str
    here: Callable[[tuple[str, ...]], Where] = lambda names: names
    there: Callable[[tuple[str, ...]], Where] = lambda names: names
    choices: tuple[Rechosen, ...] = ()

    def faults(self, way: Way, random: Random) -> Iterator[tuple[dict[str, Any], Difference]]:
        """A changed message, and the first that comes home of it and should not; one for each kind of change."""
        for change in (self._moved, self._repeated, self._changed, self._rechosen):
            try:
                yield from change(way, random)
            except MapError:
                continue

    # --- items -----------------------------------------------------------------------------------------------------

    def _moved(self, way: Way, random: Random) -> Iterator[tuple[dict[str, Any], Difference]]:
        """Items that change places, or go."""
        lists = list(self._lists(way))
        if not lists:
            return
        there, here = random.choice(lists)
        bare = way.home(way.arrived, False)
        items, origin = read(way.arrived, there), read(bare, here)
        if not isinstance(origin, list) or len(origin) != len(items):
            return
        order = _order(len(items), random)
        changed, moved, wanted = (_picked(m, w, order) for m, w in _pairs(way, bare, there, here))
        if not same(moved, way.home(changed, False)):
            return  # more than the order of a list changed
        for difference in way.differing(wanted, way.home(changed, True)):
            yield changed, difference
            return

    def _repeated(self, way: Way, random: Random) -> Iterator[tuple[dict[str, Any], Difference]]:
        """An item in the place of another: what was the other's does not come back."""
        lists = list(self._lists(way))
        if not lists:
            return
        there, here = random.choice(lists)
        count = len(read(way.arrived, there))
        gone, kept = random.sample(range(count), 2)
        changed = _picked(way.arrived, there, [kept if number == gone else number for number in range(count)])
        now = way.home(changed, False)
        made = way.home(changed, True)
        items, found = read(now, here), read(made, here)
        if isinstance(items, list) and isinstance(found, list) and len(items) != len(found):
            yield changed, (here, items, found)
            return
        yield from _seen_again(way, changed, now, made)

    def _lists(self, way: Way) -> Iterator[tuple[Where, Where]]:
        """Lists of several items that are all different on the other side: where they are there, and where here."""
        for old, new in islice(self.blocks, MOST):
            if old[0] != "body" or new[0] != "body" or old[-1] != "[]" or new[-1] != "[]":
                continue
            mine, other = (old[:-1], new[:-1]) if self.to == "new" else (new[:-1], old[:-1])
            if {"[]", "*", "[0]"} & {*mine, *other}:
                continue
            here, there = self.here(mine), self.there(other)
            items, origin = read(way.arrived, there), read(way.before, here)
            if not isinstance(items, list) or not isinstance(origin, list) or not 2 <= len(items) == len(origin):
                continue
            if not any(same(one, other) for number, one in enumerate(items) for other in items[:number]):
                yield there, here

    # --- values ----------------------------------------------------------------------------------------------------

    def _changed(self, way: Way, random: Random) -> Iterator[tuple[dict[str, Any], Difference]]:
        """One value that is another, or is no longer there."""
        spots = [("body", *where) for where in _leaves(way.arrived["body"], ())]
        if not spots:
            return
        where = random.choice(spots)
        changed = copy.deepcopy(way.arrived)
        owner, step, value = read(changed, where[:-1]), where[-1], read(changed, where)
        others = [each for each in _REPLACED.get(type(value), ()) if not same(each, value)]
        if others and not (isinstance(step, str) and random.random() < 0.4):
            owner[step] = random.choice(others)
        elif isinstance(step, str):
            del owner[step]
        else:
            return
        if any(_repeats(changed, where[:n], step) for n, step in enumerate(where) if isinstance(step, int)):
            return  # an item that is now as another one may have what is the other's
        now, made = way.home(changed, False), way.home(changed, True)
        for path, value, _ in diverging(way.home(way.arrived, False), now):
            for leaf in _leaves(value, path) if path[0] not in _SPELLED else ():
                difference = (leaf, read(now, leaf), read(made, leaf))
                if not _alike(*difference[1:]) and not way.quiet(difference):
                    yield changed, difference
                    return
        yield from _seen_again(way, changed, now, made)

    # --- choices ---------------------------------------------------------------------------------------------------

    def _rechosen(self, way: Way, random: Random) -> Iterator[tuple[dict[str, Any], Difference]]:
        """Another case of a `match` holds now, or none: what the one before has lost does not come back."""
        if not self.choices:
            return
        choice, place = random.choice(self.choices), self.there(("body",))
        body = read(way.arrived, place)
        changed = copy.deepcopy(way.arrived)
        read(changed, place[:-1])[place[-1]] = choice.another(body, random)
        before, after = choice.taken(body), choice.taken(read(changed, place))
        if before == after:
            return
        now, made = way.home(changed, False), way.home(changed, True)
        for path in choice.stale(before, after):
            where = self.here(("body", *path))
            difference = (where, read(now, where), read(made, where))
            if not _alike(*difference[1:]):
                yield changed, difference
                return


def _repeats(message: Any, where: Where, number: int) -> bool:
    items = read(message, where)
    return any(same(item, items[number]) for n, item in enumerate(items) if n != number)


def _alike(one: Any, other: Any) -> bool:
    return one is other or (one is not ABSENT and other is not ABSENT and same(one, other))


def _seen_again(way: Way, changed: Any, now: Any, made: Any) -> Iterator[tuple[dict[str, Any], Difference]]:
    try:
        expected = way.again(now)
    except MapError:
        return
    for difference in way.differing(expected, way.again(made)):
        yield changed, difference
        return


def _pairs(way: Way, bare: Any, there: Where, here: Where) -> tuple[tuple[Any, Where], ...]:
    return (way.arrived, there), (bare, here), (way.before, here)


def _picked(message: Any, where: Where, order: list[int]) -> Any:
    """The message with these items of a list, in this order."""
    changed = copy.deepcopy(message)
    items = read(changed, where)
    read(changed, where[:-1])[where[-1]] = [copy.deepcopy(items[number]) for number in order]
    return changed


def _order(count: int, random: Random) -> list[int]:
    """Numbers of items: in another order, one left out, or both."""
    order = list(range(count))
    random.shuffle(order)
    if random.random() < 0.5:
        order.pop()
    elif order == sorted(order):
        order.reverse()
    return order


def _leaves(value: Any, where: Where) -> Iterator[Where]:
    """Where scalars, nulls and empty containers stand."""
    if isinstance(value, dict) and value:
        for name, member in value.items():
            yield from _leaves(member, (*where, name))
    elif isinstance(value, list) and value:
        for number, item in enumerate(value):
            yield from _leaves(item, (*where, number))
    elif where:
        yield where


def read(value: Any, where: Where) -> Any:
    """What stands there; ABSENT where nothing does."""
    for step in where:
        if isinstance(step, int):
            if not isinstance(value, list) or step >= len(value):
                return ABSENT
            value = value[step]
        else:
            value = value.get(step, ABSENT) if isinstance(value, dict) else ABSENT
    return value
