"""mapdsl's `transform` with orjson around: bytes without the promise that every digit of a number arrives."""

from __future__ import annotations

from .mapdsl_transform import peer as transform
from .on_bytes import on_bytes
from .peer import Peer


def peer() -> Peer:
    return Peer("mapdsl `transform`, orjson around", {}, {name: on_bytes(f) for name, f in transform().objects.items()})
