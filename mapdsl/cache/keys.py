"""Names of entries: a digest of all that an entry comes of, mapdsl and Python among it."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterable, Iterator
from functools import cache

from mapdsl.version import __version__

__all__ = ["key_of"]

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def key_of(kind: str, parts: Iterable[bytes | str]) -> str:
    """The name of the entry of a kind that comes of these parts, in this order."""
    state = hashlib.sha256(_here())
    for part in (kind, *parts):
        data = part if isinstance(part, bytes) else part.encode("utf-8", "surrogatepass")
        state.update(f"{'b' if isinstance(part, bytes) else 's'}{len(data)} ".encode())
        state.update(data)
    return state.hexdigest()


@cache
def _here() -> bytes:
    """This mapdsl and this Python. The files of a checkout change between versions, so their sizes and times count."""
    files = sorted(_files(_PACKAGE))
    return repr((__version__, files, sys.version, sys.implementation.cache_tag, sys.flags.optimize)).encode()


def _files(folder: str) -> Iterator[tuple[str, int, int]]:
    with os.scandir(folder) as found:
        for entry in found:
            if entry.name.endswith((".py", ".lark")):
                status = entry.stat()
                yield entry.path, status.st_size, status.st_mtime_ns
            elif "." not in entry.name and entry.name not in ("__pycache__", "specs"):
                yield from _files(entry.path)
