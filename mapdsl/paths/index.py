"""Many paths at once: which of them meet a given one, without looking at each."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from operator import itemgetter
from typing import Generic, TypeVar

from .path import Path

__all__ = ["PathIndex"]

T = TypeVar("T")


class PathIndex(Generic[T]):
    """Values by path. To find those that meet a path costs as much as there are, not as much as the index holds."""

    def __init__(self) -> None:
        self._at: dict[Path, list[tuple[int, T]]] = {}
        self._below: dict[Path, list[tuple[int, T]]] = {}  # by each path that lies above

    def add(self, path: Path, number: int, value: T) -> None:
        """`number` is the place of the value in the order of all: it never goes down from one call to the next."""
        entry = (number, value)
        self._at.setdefault(path, []).append(entry)
        for length in range(len(path)):
            self._below.setdefault(path[:length], []).append(entry)

    def overlapping(self, path: Path) -> Iterator[tuple[int, T]]:
        """The values at the path, above it and below it, with their numbers, in order."""
        above = [found for length in range(len(path) + 1) if (found := self._at.get(path[:length]))]
        return heapq.merge(*above, self._below.get(path, ()), key=itemgetter(0))

    def touches(self, path: Path) -> bool:
        """Whether anything lies at the path, above it or below it."""
        return next(self.overlapping(path), None) is not None
