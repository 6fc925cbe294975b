"""Entries: one file each, written whole or not at all, and proved by a digest before anything in it is believed.

    mapdsl cache 1\\n      what the file is
    32 bytes              SHA-256 of the key and of all that follows
    marshal               the value: data and code, never a pickle

A digest does not say who wrote: the folder does, which is the user's own. It tells a whole entry from one that was cut
off, altered or put under another name, for `marshal` believes what it is given.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import stat
import time
from typing import Any

from .folder import folder, is_own

__all__ = ["fetch", "keep"]

_HEAD = b"mapdsl cache 1\n"
_START = len(_HEAD) + 32  # of the value
_OTHERS_WRITE = 0o022
_MOST = 64 * 1024 * 1024  # bytes that all entries may take; a guide of forty specs takes about one million
_HOUR = 3600  # seconds: what is still being written by then never will be finished
_ENTRY, _UNDONE = ".entry", ".part"
_READ = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_WRITE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


def fetch(key: str) -> Any:
    """What was kept under a key; None where there is nothing, or nothing that is proved."""
    try:
        place = folder()
        data = None if place is None else _read(os.path.join(place, key + _ENTRY))
    except (OSError, ValueError):
        return None
    if data is None or data[:_START] != _HEAD + _digest(key, memoryview(data)[_START:]):
        return None
    return marshal.loads(memoryview(data)[_START:])


def keep(key: str, value: Any) -> None:
    """Keep a value of numbers, texts, bytes, tuples, lists, dicts and code. Does nothing where that cannot be."""
    try:
        data = marshal.dumps(value)
        place = folder(make=True)
        if place is not None:
            _write(os.path.join(place, key), _HEAD + _digest(key, data) + data)
            _tidy(place)
    except (OSError, ValueError):
        return  # full, read-only or gone, or nested too deep: the next process works it out again


def _digest(key: str, data: bytes | memoryview) -> bytes:
    state = hashlib.sha256(key.encode())
    state.update(data)
    return state.digest()


def _read(path: str) -> bytes | None:
    with open(os.open(path, _READ), "rb") as file:
        status = os.fstat(file.fileno())
        own = stat.S_ISREG(status.st_mode) and is_own(status, _OTHERS_WRITE)
        return file.read() if own else None


def _write(path: str, data: bytes) -> None:
    """Whoever reads meanwhile sees the old file, or the new one."""
    undone = f"{path}.{os.getpid()}.{time.monotonic_ns()}{_UNDONE}"
    try:
        with open(os.open(undone, _WRITE, 0o600), "wb") as file:
            file.write(data)
        os.replace(undone, path + _ENTRY)
    except OSError:
        if os.path.exists(undone):
            os.unlink(undone)
        raise


def _tidy(place: str) -> None:
    """Remove what was never finished, and where the entries take too much, those that were written first."""
    found = []
    with os.scandir(place) as files:
        for file in files:
            status = file.stat(follow_symlinks=False)
            if file.name.endswith(_UNDONE) and status.st_mtime < time.time() - _HOUR:
                os.unlink(file.path)
            elif file.name.endswith(_ENTRY):
                found.append((status.st_mtime_ns, status.st_size, file.path))
    size = sum(each for _, each, _ in found)
    for _, each, path in sorted(found):
        if size <= _MOST:
            return
        os.unlink(path)
        size -= each
