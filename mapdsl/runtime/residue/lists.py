"""The lists of one message: how an item is known again among the others, each list looked through once."""

from __future__ import annotations

from typing import Any

from mapdsl.conversions import ABSENT
from mapdsl.runtime.compiled import Parts, Where, read, spelled_at

from .digests import canonical, digest

__all__ = ["Lists", "digest_of"]


class Lists:
    """The items of lists of one message, by key and by digest, each list looked through once."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._digests: dict[Where, list[str]] = {}
        self._ranks: dict[Where, list[int]] = {}
        self._indexes: dict[Where, dict[tuple[str, int], int]] = {}
        self._names: dict[Where, dict[str, int]] = {}
        self._ordered: dict[Where, list[str]] = {}
        self._keys: dict[tuple[Where, str], dict[str, list[int]]] = {}

    def items(self, path: Where) -> list[Any] | None:
        found = read(self._parts, path)
        return found if isinstance(found, list) else None

    def digests(self, path: Where) -> list[str]:
        if path not in self._digests:
            self._digests[path] = [digest_of(path, item) for item in self.items(path) or ()]
        return self._digests[path]

    def ranks(self, path: Where) -> list[int]:
        """For each item, how many equal ones come before it."""
        if path not in self._ranks:
            seen: dict[str, int] = {}
            ranks = self._ranks[path] = []
            for each in self.digests(path):
                ranks.append(seen.get(each, 0))
                seen[each] = ranks[-1] + 1
        return self._ranks[path]

    def index_of(self, path: Where, digest: str, nth: int) -> int | None:
        """The index of the item with a digest before which so many equal ones come; None where there is none."""
        if path not in self._indexes:
            ranked = zip(self.digests(path), self.ranks(path), strict=True)
            self._indexes[path] = {each: index for index, each in enumerate(ranked)}
        return self._indexes[path].get((digest, nth))

    def names(self, path: Where) -> dict[str, int] | None:
        """The names of an object, each with its position; None where no object stands."""
        if path not in self._names:
            found = read(self._parts, path)
            if not isinstance(found, dict):
                return None
            self._names[path] = {name: position for position, name in enumerate(found)}
        return self._names[path]

    def name_at(self, path: Where, position: int) -> str:
        """The name at a position of an object."""
        if path not in self._ordered:
            self._ordered[path] = list(self.names(path) or ())
        return self._ordered[path][position]

    def holding(self, path: Where, member: str, key: Any) -> list[int]:
        """The indexes of the items whose `member` is `key`."""
        if (path, member) not in self._keys:
            table: dict[str, list[int]] = {}
            for index, item in enumerate(self.items(path) or ()):
                if isinstance(item, dict) and member in item:
                    table.setdefault(canonical(item[member]), []).append(index)
            self._keys[path, member] = table
        return self._keys[path, member].get(canonical(key), [])


def digest_of(path: Where, value: Any) -> str:
    """The digest of what stands at a place; empty where nothing does."""
    return "" if value is ABSENT else digest(spelled_at(path, value))
