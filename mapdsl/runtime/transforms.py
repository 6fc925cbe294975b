"""The compiled functions as a program gets them: they pickle by their endpoint, as an Api does by its texts."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from .json_text import dumps, loads

if TYPE_CHECKING:
    from .api import Endpoint

__all__ = ["OnBytes", "Transform", "again"]

Key = tuple["Endpoint", str, str, str | None]  # endpoint, part, side that is written, variant


class Transform(partial[Any]):
    """`f(body, answers=None, request=None)` on one body. What passes unchanged is shared with the body that came.

    A partial without arguments: calling it costs next to nothing beside the function itself.
    """

    keys: Callable[[Any], dict[str, list[Any]]]
    key: Key

    def __repr__(self) -> str:
        endpoint, part, to, _ = self.key
        return f"<transform of {endpoint.name}: {part} to {to}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return again, (*self.key, False)


class OnBytes:
    """The same on JSON text."""

    __slots__ = ("_function", "_key")

    def __init__(self, function: Any, key: Key) -> None:
        self._function = function
        self._key = key

    def __call__(self, data: bytes, answers: Any = None, request: Any = None) -> bytes:
        return dumps(self._function(loads(data), answers, request))

    def __reduce__(self) -> tuple[Any, ...]:
        return again, (*self._key, True)

    def keys(self, data: bytes) -> dict[str, list[Any]]:
        """`{lookup: [key, ...]}`: what must be answered for this text."""
        keys: dict[str, list[Any]] = self._function.keys(loads(data))
        return keys


def transform(function: Any, key: Key) -> Transform:
    made = Transform(function)
    made.keys = function.keys
    made.key = key
    made.__doc__ = function.__doc__
    return made


def again(endpoint: Endpoint, part: str, to: str, variant: str | None, on_bytes: bool) -> Callable[..., Any]:
    """A function out of a pickle."""
    return endpoint.transform_bytes(part, to, variant) if on_bytes else endpoint.transform(part, to, variant)
