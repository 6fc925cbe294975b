"""Two JSON values side by side: where they differ, by JSON path."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mapdsl.conversions import ABSENT, same
from mapdsl.runtime import found, spell

__all__ = ["differences"]


def differences(expected: Any, made: Any, path: tuple[str | int, ...] = ()) -> Iterator[str]:
    """A text for each place where the values differ: numbers compare by value, the order of members does not count."""
    if isinstance(expected, dict) and isinstance(made, dict):
        for name in [*expected, *(name for name in made if name not in expected)]:
            yield from differences(expected.get(name, ABSENT), made.get(name, ABSENT), (*path, name))
    elif isinstance(expected, list) and isinstance(made, list):
        for index in range(max(len(expected), len(made))):
            one, other = (items[index] if index < len(items) else ABSENT for items in (expected, made))
            yield from differences(one, other, (*path, index))
    elif expected is not made and (expected is ABSENT or made is ABSENT or not same(expected, made)):
        yield f"{spell(path) or '$'}: expected {found(expected)}, found {found(made)}"
