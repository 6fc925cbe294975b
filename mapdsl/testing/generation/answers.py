"""Answers made up for tests: tables that are invertible on the keys that they meet."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from mapdsl.runtime import LookupDecl

__all__ = ["MadeUp", "answered", "stub_answers"]

_FIRST = 1_000_000


@attrs.define
class MadeUp:
    """A lookup that knows every key: what it is asked for first gets a fresh answer, and both ways remember it.

    One of them serves one test of a document and its way home. `unknown`: keys that it does not know after all.
    """

    decl: LookupDecl
    unknown: frozenset[Any] = frozenset()
    _new: dict[Any, Any] = attrs.field(factory=dict)
    _old: dict[Any, Any] = attrs.field(factory=dict)

    def to_new(self, keys: Iterable[Any]) -> dict[Any, Any]:
        return {key: self._answer(key, self._new, self._old, self.decl.new) for key in self._known(keys)}

    def to_old(self, keys: Iterable[Any]) -> dict[Any, Any]:
        return {key: self._answer(key, self._old, self._new, self.decl.old) for key in self._known(keys)}

    def _known(self, keys: Iterable[Any]) -> list[Any]:
        return [key for key in keys if key not in self.unknown]

    def pairs(self) -> list[tuple[Any, Any]]:
        """Old keys with their new ones, as far as anybody asked."""
        return list({**{old: new for new, old in self._old.items()}, **self._new}.items())

    def _answer(self, key: Any, table: dict[Any, Any], inverse: dict[Any, Any], domain: str) -> Any:
        if key not in table:
            table[key] = fresh = _fresh(len(table) + len(inverse), domain)
            inverse[fresh] = key
        return table[key]


def answered(lookups: Mapping[str, Any]) -> dict[str, list[tuple[Any, Any]]]:
    """What made-up lookups have answered so far, old to new, by name."""
    pairs = {
        name: list(each.items()) if isinstance(each, dict) else each.pairs()
        for name, each in lookups.items()
        if isinstance(each, (dict, MadeUp))
    }
    return {name: found for name, found in pairs.items() if found}


def _fresh(number: int, domain: str) -> Any:
    if domain == "bytes":
        return b"answer %d" % number
    return _FIRST + number if domain in ("integer", "number") else f"answer {number}"


def stub_answers(
    asked: Mapping[str, Mapping[Any, None]], lookups: Mapping[str, LookupDecl], to: str, missing: bool = False
) -> dict[str, dict[Any, Any]]:
    """An answer for every key, another for each. With `missing`, about every sixth key stays without one."""
    return {
        name: {
            key: _fresh(number, getattr(lookups[name], to) if name in lookups else "string")
            for number, key in enumerate(keys)
            if not (missing and zlib.crc32(repr(key).encode()) % 6 == 0)
        }
        for name, keys in asked.items()
    }
