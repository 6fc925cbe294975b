"""The rows of a dict that answers a lookup, found by what their keys or values mean: looked through once for a dict.

A dict may change between two calls. What is found is held against the dict as it is; where that does not fit, or the
dict is longer or shorter than it was, or nothing is found and its rows are others, it is looked through again. What
stays unseen is that a value which one row held has come to stand in a second one, while the dict is as long as before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from operator import is_
from typing import Any

import attrs

from mapdsl.conversions import ABSENT
from mapdsl.records import Record

from .lookup_values import coerce, exactly

__all__ = ["DictIndex", "index_of"]

_SMALL = 100  # a dict of so few rows is looked through each time: it may be made for one message
_KEPT = 8  # indexes of dicts at a time; each keeps its dict


class DictIndex:
    """The keys of a mapping, by the exact value that they, or (`by_value`) what they lead to, are in a domain."""

    def __init__(self, table: Mapping[Any, Any], domain: str, *, by_value: bool) -> None:
        self._table = table
        self._domain = domain
        self._by_value = by_value
        self._rows = self._look_through()

    def keys_of(self, wanted: Collection[Any]) -> dict[Any, Sequence[Any]]:
        """For each value, as `exactly` gives it, the keys of the rows that mean it; without those that none means."""
        rows = self._rows  # once: another thread may replace them
        found = rows.found(wanted)
        fits = len(rows.keys) == len(self._table)
        fits = fits and all(self._means(key, exact) for exact, keys in found.items() for key in keys)
        if not fits or (len(found) < len(wanted) and not rows.are_of(self._table)):
            rows = self._rows = self._look_through()
            found = rows.found(wanted)
        return found

    def _look_through(self) -> _Rows:
        rows = list(self._table.items())
        by_exact: dict[Any, list[Any]] = {}
        for row in rows:
            exact = exactly(coerce(row[self._by_value], self._domain))
            if exact is not ABSENT:
                by_exact.setdefault(exact, []).append(row[0])
        return _Rows([key for key, _ in rows], [value for _, value in rows], by_exact)

    def _means(self, key: Any, exact: Any) -> bool:
        """Whether a row that was found is there, and still means it."""
        value = self._table.get(key, ABSENT)
        return value is not ABSENT and (not self._by_value or bool(exactly(coerce(value, self._domain)) == exact))


@attrs.frozen(repr=False)
class _Rows(Record):
    """What a mapping held when it was looked through."""

    keys: list[Any]
    values: list[Any]
    by_exact: Mapping[Any, list[Any]]

    def found(self, wanted: Iterable[Any]) -> dict[Any, Sequence[Any]]:
        return {exact: self.by_exact[exact] for exact in wanted if exact in self.by_exact}

    def are_of(self, table: Mapping[Any, Any]) -> bool:
        """Whether a mapping of as many rows holds the very same ones."""
        return all(map(is_, self.keys, table)) and all(map(is_, self.values, table.values()))


def index_of(table: Mapping[Any, Any], domain: str, *, by_value: bool) -> DictIndex:
    """The index of what a program gave as a lookup, the same one for the same dict; only of dicts one is kept."""
    if type(table) is dict and len(table) > _SMALL:
        return _kept(_Itself(table), domain, by_value)
    return DictIndex(table, domain, by_value=by_value)


class _Itself:
    """A dict as a key: equal to itself alone."""

    __slots__ = ("table",)

    def __init__(self, table: dict[Any, Any]) -> None:
        self.table = table

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Itself) and self.table is other.table

    def __hash__(self) -> int:
        return id(self.table)


@lru_cache(maxsize=_KEPT)
def _kept(itself: _Itself, domain: str, by_value: bool) -> DictIndex:
    return DictIndex(itself.table, domain, by_value=by_value)
