"""One walk of a document: whether it is within the limits, whether a name in it is a secret's, and a copy of it.

A walk of each alone costs as much as translating does. This one goes by levels: what it can ask of all values of a
level at once, it does not ask of each.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from decimal import Decimal
from gc import get_referents
from itertools import chain
from typing import Any

from mapdsl.paths import is_secret

from .limits import MAX_DEPTH, MAX_DIGITS, MAX_NODES, MAX_TEXT, number_fault
from .wire import is_text

__all__ = ["Survey", "is_flat", "learn_names", "survey"]

_BEYOND = 10**MAX_DIGITS
_EXACTLY = 4096  # of so many names it matters how long they really are
_LONGEST = 64
_MOST = 10_000
# Names of members that were found to be no secret's, short and in ASCII: APIs have few, and use them again and again.
_HARMLESS: set[str] = set()
# What CPython's collector finds in objects are their values; it is asked for many objects at once.
_COLLECTED = sys.implementation.name == "cpython"

_CONTAINERS = frozenset({dict, list})
# The objects and lists of a level as they stand in the document, and copies of them.
Level = tuple[list[dict[str, Any]], list[list[Any]], list[dict[str, Any]], list[list[Any]]]


class Survey:
    """A document within the limits, as it was when it was looked at: whatever becomes of it later.

    `harmless`: no name in it is that of a secret, declared or not.
    """

    __slots__ = ("_levels", "harmless")

    def __init__(self, levels: list[Level], harmless: bool) -> None:
        self._levels = levels
        self.harmless = harmless

    def document(self) -> Any:
        """The document, with objects and lists of its own. To be called once: it is the copy that was kept."""
        below: dict[int, Any] = {}
        made: Any = None
        for dicts, lists, own_dicts, own_lists in reversed(self._levels):
            for each in own_dicts:
                for name, value in each.items():
                    if type(value) in _CONTAINERS:
                        each[name] = below[id(value)]
            for items in own_lists:
                for index, value in enumerate(items):
                    if type(value) in _CONTAINERS:
                        items[index] = below[id(value)]
            below = dict(zip(map(id, chain(dicts, lists)), chain(own_dicts, own_lists), strict=True))
            made = next(chain(own_dicts, own_lists))
        return made


def survey(root: Any) -> Survey | None:
    """What there is to say of an object or list; None where it may not be within the limits: look again, slowly."""
    dicts, lists = ([root], []) if type(root) is dict else ([], [root])
    left, room, harmless = MAX_NODES - 1, MAX_TEXT, True
    levels: list[Level] = []
    for _ in range(MAX_DEPTH):
        members = sum(map(len, dicts))
        left -= members + sum(map(len, lists))
        if left < 0:
            return None
        levels.append((dicts, lists, list(map(dict.copy, dicts)), list(map(list.copy, lists))))
        names = list(chain.from_iterable(dicts))
        known = _HARMLESS.issuperset(names)
        if not known:
            fine = _no_secrets(set(names) - _HARMLESS)
            if fine is None:
                return None
            harmless = harmless and fine
        room -= _LONGEST * len(names) if known and len(names) < _EXACTLY else _size(names, room)
        texts: list[str] = []
        below_dicts: list[dict[str, Any]] = []
        below_lists: list[list[Any]] = []
        total = 0.0
        for value in chain(_values(dicts, members), *lists):
            kind = type(value)
            if kind is str:
                texts.append(value)
            elif kind is dict:
                below_dicts.append(value)
            elif kind is float:
                total += value
            elif value is None or kind is bool:
                pass
            elif kind is list:
                below_lists.append(value)
            elif kind is int:
                if not -_BEYOND < value < _BEYOND:
                    return None
            elif kind is not Decimal or number_fault(value):
                return None
        if total - total != 0.0:
            return None
        room -= _size(texts, room)
        if room < 0:
            return None
        if not below_dicts and not below_lists:
            return Survey(levels, harmless)
        dicts, lists = below_dicts, below_lists
    return None


def is_flat(value: Any) -> bool:
    """Whether this is an object within the limits that holds no object and no list, and no name of a secret, as far as
    one look tells: then a copy of it alone is a copy of all. False: `survey` or `check_document` knows more."""
    if type(value) is not dict or not _HARMLESS.issuperset(value) or len(value) > _EXACTLY:
        return False
    room = MAX_TEXT // 2  # names are short
    for each in value.values():
        kind = type(each)
        if kind is str:
            room -= len(each)
            if room < 0 or not each.isascii():
                return False
        elif kind is int:
            if not -_BEYOND < each < _BEYOND:
                return False
        elif each is not None and kind is not bool:
            return False
    return True


def learn_names(value: dict[str, Any]) -> None:
    """Remember the names of an object within the limits that are no secrets': `is_flat` knows it from then on."""
    if not _HARMLESS.issuperset(value):
        _no_secrets(set(value) - _HARMLESS)


def _values(dicts: list[dict[str, Any]], many: int) -> Iterable[Any]:
    """All values of the objects, in any order; `many` they are."""
    if _COLLECTED:
        found = get_referents(*dicts)
        if len(found) == many:  # else names are among them: some are no plain texts
            return found
    return chain.from_iterable(map(dict.values, dicts))


def _no_secrets(names: set[Any]) -> bool | None:
    """Whether none of these is the name of a secret; None where one is no text."""
    harmless = True
    for name in names:
        if not isinstance(name, str) or not is_text(name):
            return None
        if is_secret(name):
            harmless = False
        elif len(name) <= _LONGEST and len(_HARMLESS) < _MOST and name.isascii():
            _HARMLESS.add(name)
    return harmless


def _size(texts: list[str], room: int) -> int:
    """Bytes of the texts as UTF-8; more than `room` where there are more, or where one holds a lone surrogate."""
    size = sum(map(len, texts))
    if size > room:
        return size
    whole = "".join(texts)
    if not whole.isascii():
        try:
            size = len(whole.encode())
        except UnicodeEncodeError:
            return room + 1
    return size
