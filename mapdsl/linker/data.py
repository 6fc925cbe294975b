"""Declarations as plain data that marshal takes, and back: scalars, tuples of them, and lists for all else.

    "a", 1, None, ("body", "a")          themselves: what holds no list means itself
    [-1, ...]  [-2, ...]  [-3, k, v, ...]   a tuple with something else in it, a list, an object
    [-4, ...]  [-5, "1.50"]  [-6]           a frozenset, a Decimal, ABSENT
    [-7, "name"]                            what stands under that name when it is read back: a generated function
    [n, ...]                                an object of the n-th class that the caller lists: its fields in order; or
                                            the n-th itself, if that is no class

What is one object in several places stays one: blocks that several lists share would double with each level otherwise.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache
from types import MappingProxyType
from typing import Any

import attrs

from mapdsl.conversions import ABSENT
from mapdsl.records import Record

__all__ = ["Named", "Thawing", "freeze", "thaw"]

_TUPLE, _LIST, _DICT, _SET, _DECIMAL, _ABSENT, _NAMED = -1, -2, -3, -4, -5, -6, -7
_SCALARS = frozenset({str, int, bool, float, bytes, type(None)})
Classes = tuple[Any, ...]  # classes of attrs, and objects of which there is only one


@attrs.frozen(repr=False)
class Named(Record):
    """Stands for a generated function in a declaration."""

    name: str

    def __call__(self, *arguments: Any) -> Any:
        """Never called: linking puts the function in its place. Here for the types of what it stands in."""
        raise TypeError(f"{self.name} is not linked")


def freeze(values: Iterable[Any], classes: Classes) -> tuple[Any, ...]:
    """Each value as plain data. Raises TypeError for what is neither JSON, a tuple, nor of one of the classes."""
    return tuple(map(_Freezing(classes).freeze, values))


def thaw(data: Iterable[Any], classes: Classes, space: Mapping[str, Any] = MappingProxyType({})) -> tuple[Any, ...]:
    """What was frozen; functions are taken from `space`. Raises KeyError for one that is not there."""
    return tuple(map(Thawing(classes, space).thaw, data))


class _Freezing:
    def __init__(self, classes: Classes) -> None:
        self._numbers = {each: number for number, each in enumerate(classes) if isinstance(each, type)}
        self._only = {id(each): number for number, each in enumerate(classes) if not isinstance(each, type)}
        self._made: dict[int, tuple[Any, Any]] = {}  # by id(): the value, which so keeps its id, and its data

    def freeze(self, value: Any) -> Any:
        kind = type(value)
        if kind in _SCALARS:
            return sys.intern(value) if kind is str else value
        known = self._made.get(id(value))
        if known is None:
            known = self._made[id(value)] = (value, self._frozen(value, kind))
        return known[1]

    def _frozen(self, value: Any, kind: type) -> Any:
        if kind is tuple:
            items = [self.freeze(each) for each in value]
            return [_TUPLE, *items] if any(type(each) is list for each in items) else tuple(items)
        if kind is list:
            return [_LIST, *map(self.freeze, value)]
        if kind is dict:
            return [_DICT, *(self.freeze(each) for pair in value.items() for each in pair)]
        if kind is frozenset:
            return [_SET, *map(self.freeze, sorted(value))]
        if kind is Decimal:
            return [_DECIMAL, str(value)]
        if value is ABSENT:
            return [_ABSENT]
        if kind is Named:
            return [_NAMED, value.name]
        if id(value) in self._only:
            return [self._only[id(value)]]
        if kind not in self._numbers:
            if isinstance(value, str):
                return str(value)  # a name with a note on it
            raise TypeError(f"{kind.__module__}.{kind.__qualname__} is no plain data")
        return [self._numbers[kind], *(self.freeze(getattr(value, field.name)) for field in _fields(kind))]


class Thawing:
    """Reads frozen data back; what is one object in the data becomes one object, across calls."""

    def __init__(self, classes: Classes, space: Mapping[str, Any]) -> None:
        self._classes = classes
        self._space = space
        self._made: dict[int, tuple[Any, Any]] = {}

    def thaw(self, data: Any) -> Any:
        if type(data) is not list:
            return data
        known = self._made.get(id(data))
        if known is None:
            known = self._made[id(data)] = (data, self._thawed(data))
        return known[1]

    def _thawed(self, data: list[Any]) -> Any:
        kind = data[0]
        if kind == _ABSENT:
            return ABSENT
        if kind == _NAMED:
            return self._space[data[1]]
        if kind == _DECIMAL:
            return Decimal(data[1])
        items = [each if type(each) is not list else self.thaw(each) for each in data[1:]]
        if kind >= 0:
            known = self._classes[kind]
            return _make(known, items) if isinstance(known, type) else known
        if kind == _TUPLE:
            return tuple(items)
        if kind == _LIST:
            return items
        return dict(zip(items[::2], items[1::2], strict=True)) if kind == _DICT else frozenset(items)


def _make(known: type, fields: list[Any]) -> Any:
    count, names = _parameters(known)
    return known(*fields[:count], **dict(zip(names, fields[count:], strict=True))) if names else known(*fields)


@cache
def _parameters(known: type) -> tuple[int, tuple[str, ...]]:
    """How many fields a class takes by place, and the names by which it takes the others."""
    fields = _fields(known)
    names = tuple(str(field.alias) for field in fields if field.kw_only)
    return len(fields) - len(names), names


@cache
def _fields(known: type) -> tuple[attrs.Attribute[Any], ...]:
    """The fields that a class is made of, those by place before those by name."""
    return tuple(sorted((field for field in attrs.fields(known) if field.init), key=lambda field: field.kw_only))
