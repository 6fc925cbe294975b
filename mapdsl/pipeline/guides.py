"""The guides that come with the package: in a wheel they lie inside it, in a checkout beside it."""

from __future__ import annotations

from pathlib import Path

from mapdsl.errors import MapError

__all__ = ["find_specs", "shipped"]


def find_specs() -> Path:
    """The folder that holds one folder per shipped API; the same files in a wheel and in an editable install."""
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "specs", package.parent / "specs"):
        if folder.is_dir():
            return folder
    raise MapError(f"the specs are gone: they lie neither in {package} nor beside it. Install mapdsl again.")


def shipped(name: str) -> Path:
    """The path of a guide that comes with the package: `load(shipped("voiso"))`.

    Raises ValueError, with the names that exist, where there is no such guide.
    """
    specs = find_specs()
    names = sorted(folder.name for folder in specs.iterdir() if folder.is_dir() and any(folder.glob("*.map")))
    if name not in names:
        raise ValueError(f"no guide named {name!r} comes with mapdsl, but these do: {', '.join(names) or 'none'}")
    return specs / name
