"""A function on objects, with orjson around it: what most people put there."""

from __future__ import annotations

import orjson

from .peer import Function

__all__ = ["on_bytes"]


def on_bytes(function: Function) -> Function:
    """JSON as bytes in, JSON as bytes out."""
    loads, dumps = orjson.loads, orjson.dumps
    return lambda text: dumps(function(loads(text)))
