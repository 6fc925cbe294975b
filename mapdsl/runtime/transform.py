"""The compiled functions as a program gets them: they pickle by their endpoint, as an Api does by its texts."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from mapdsl.runtime.compiled import CompiledMapping, Parts, Recorder, as_request
from mapdsl.runtime.messages import dumps, loads

__all__ = ["BackKeys", "OnBytes", "Transform", "again", "back_keys_of", "transform"]

BackKeys = Callable[..., dict[str, list[Any]]]  # of a body, and as the function itself takes them: answers, request
Keys = dict[str, dict[Any, None]]
Key = tuple[Any, str, str, str | None]  # Endpoint, part, side that is written, variant


class Transform(partial[Any]):
    """`f(body, answers=None, request=None, back=None)` on one body. What passes unchanged is shared with what came.

    A partial without arguments: calling it costs next to nothing beside the function itself.
    """

    keys: Callable[[Any], dict[str, list[Any]]]
    back_keys: BackKeys
    key: Key

    def __repr__(self) -> str:
        endpoint, part, to, _ = self.key
        return f"<transform of {endpoint.name}: {part} to {to}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return again, (*self.key, False)


class OnBytes:
    """The same on JSON text."""

    __slots__ = ("_back_keys", "_function", "_key")

    def __init__(self, function: Any, back_keys: BackKeys, key: Key) -> None:
        self._function = function
        self._back_keys = back_keys
        self._key = key

    def __call__(self, data: bytes, answers: Any = None, request: Any = None, back: Any = None) -> bytes:
        return dumps(self._function(loads(data), answers, request, back))

    def __reduce__(self) -> tuple[Any, ...]:
        return again, (*self._key, True)

    def keys(self, data: bytes) -> dict[str, list[Any]]:
        """`{lookup: [key, ...]}`: what must be answered for this text."""
        keys: dict[str, list[Any]] = self._function.keys(loads(data))
        return keys

    def back_keys(self, data: bytes, answers: Any = None, request: Any = None) -> dict[str, list[Any]]:
        """`{lookup: [key, ...]}`: what must be answered the other way, to know how the texts of names will be read."""
        return self._back_keys(loads(data), answers, request)


def back_keys_of(ways: CompiledMapping, status: int) -> BackKeys:
    """`back_keys` of a function on one body. `status`: what a response is taken to have come with."""

    def back_keys(body: Any, answers: Any = None, request: Any = None) -> dict[str, list[Any]]:
        """`{lookup: [key, ...]}`: what must be answered the other way, to know how the texts of names will be read."""
        if not ways.writes_names:
            return {}
        log = Recorder(ways.rules)
        ways.full(Parts(body, status=status), answers or {}, as_request(request), log)
        asked: Keys = {}
        log.ask_back(asked)
        return {lookup: list(keys) for lookup, keys in asked.items()}

    return back_keys


def transform(function: Any, back_keys: BackKeys, key: Key) -> Transform:
    made = Transform(function)
    made.keys = function.keys
    made.back_keys = back_keys
    made.key = key
    made.__doc__ = function.__doc__
    return made


def again(endpoint: Any, part: str, to: str, variant: str | None, on_bytes: bool) -> Callable[..., Any]:
    """A function out of a pickle."""
    made: Callable[..., Any] = (endpoint.transform_bytes if on_bytes else endpoint.transform)(part, to, variant)
    return made
