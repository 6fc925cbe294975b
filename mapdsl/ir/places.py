"""Which roots of a message the operations of a mapping speak of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from .ops import Literal, Op, Place

__all__ = ["is_of_bodies"]

_OF_BODIES = frozenset({"body", "item", "up"})


def is_of_bodies(ops: tuple[Op, ...]) -> bool:
    """Whether the operations read and write bodies, and no other part of a message or of its request."""
    return all(place.root in _OF_BODIES for place in _places(ops, set()))


def _places(value: Any, seen: set[int]) -> Iterator[Place]:
    if isinstance(value, Place):
        yield value
    elif isinstance(value, (tuple, list)):
        if id(value) not in seen:  # a block that several places share is one tuple
            seen.add(id(value))
            for each in value:
                yield from _places(each, seen)
    elif attrs.has(type(value)) and not isinstance(value, Literal):
        for field in attrs.fields(type(value)):
            yield from _places(getattr(value, field.name), seen)
