"""Compiling and linking make very many small objects and let go of most at once: looking for cycles only costs time."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["without_collecting"]


@contextmanager
def without_collecting() -> Iterator[None]:
    """Keeps Python from looking for cycles of objects meanwhile; a text is short, so what gathers is bounded."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
