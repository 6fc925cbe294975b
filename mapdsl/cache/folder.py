"""Where entries lie: a folder that belongs to the user and that nobody else may enter."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = ["VARIABLE", "folder", "in_use", "is_own", "without"]

VARIABLE = "MAPDSL_CACHE"  # another folder, or `off`
_PRIVATE = 0o700


_WITHOUT = ContextVar("without", default=False)


def in_use() -> bool:
    """Whether there is to be one: `MAPDSL_CACHE=off` says no for the user, `without` for the program."""
    return os.environ.get(VARIABLE) != "off" and not _WITHOUT.get()


@contextmanager
def without() -> Iterator[None]:
    """Nothing is fetched or kept meanwhile, by this thread."""
    before = _WITHOUT.set(True)
    try:
        yield
    finally:
        _WITHOUT.reset(before)


def folder(make: bool = False) -> str | None:
    """The folder of the entries; None where the user goes without one, or where it is not private.

    With `make` it is made where it is missing. Raises OSError where it is not there, or cannot be made.
    """
    if not in_use():
        return None
    place = os.path.abspath(os.path.expanduser(os.environ.get(VARIABLE) or _usual()))
    if make and not os.path.lexists(place):
        os.makedirs(os.path.dirname(place), exist_ok=True)
        os.mkdir(place, _PRIVATE)
    status = os.lstat(place)  # whoever made a link chose another folder than the user did
    return place if stat.S_ISDIR(status.st_mode) and is_own(status, 0o077) else None


def is_own(status: os.stat_result, forbidden: int) -> bool:
    """Whether a file is the user's own, and none of the `forbidden` bits of its mode are set.

    On Windows a profile is private by its access lists, and files have neither owner nor mode.
    """
    if sys.platform == "win32":
        return True
    return status.st_uid == os.geteuid() and not stat.S_IMODE(status.st_mode) & forbidden


def _usual() -> str:
    if sys.platform == "win32":
        return os.path.join(os.environ.get("LOCALAPPDATA") or "~", "mapdsl", "cache")
    if sys.platform == "darwin":
        return "~/Library/Caches/mapdsl"
    return os.path.join(os.environ.get("XDG_CACHE_HOME") or "~/.cache", "mapdsl")
