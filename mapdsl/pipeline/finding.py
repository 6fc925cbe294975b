"""Which files make up an API: a file or a folder of `.map` files, and what they use."""

from __future__ import annotations

from pathlib import Path

import attrs

from mapdsl.diagnostics import Diagnostic, Source
from mapdsl.errors import MapError
from mapdsl.grammar import load_source, parse
from mapdsl.syntax import File, Use

__all__ = ["Loaded", "Texts", "Trees", "Uses", "api_folders", "read_again", "read_api", "read_text"]

Texts = tuple[tuple[str, bytes], ...]
Uses = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


# By name and text: the source, its tree, and what is wrong with it.
Trees = dict[tuple[str, bytes], tuple[Source | None, File | None, tuple[Diagnostic, ...]]]


@attrs.frozen
class Loaded:
    """The files of one API as read: sources and trees by name, what each `use` stands for, what went wrong."""

    files: dict[str, tuple[Source, File]]
    used: dict[str, dict[str, str]]
    diagnostics: tuple[Diagnostic, ...]
    texts: Texts


def api_folders(path: Path) -> list[Path]:
    """The files and folders that are APIs of their own: the path itself, or its sub-folders that hold specs."""
    if path.is_file() or any(path.glob("*.map")):
        return [path]
    return sorted(folder for folder in path.iterdir() if folder.is_dir() and any(folder.glob("*.map")))


def read_api(path: Path, read: Trees | None = None) -> Loaded:
    """Read a file, or all `.map` files of a folder, and the files that they use. `read` remembers what was read.

    Raises MapError where nothing is there, or where the folder's sub-folders hold several APIs.
    """
    if not path.exists():
        raise MapError(f"{path}: no such file or folder")
    files = [path] if path.is_file() else sorted(path.glob("*.map"))
    if not files:
        below = [folder.name for folder in api_folders(path)]
        if below:
            raise MapError(f"{path} holds several APIs, load one of them: {', '.join(below)}")
        raise MapError(f"{path}: no .map file in this folder")
    reading = _Reading(read)
    reading.follow(list(files))
    return reading.loaded()


def read_text(text: str, name: str) -> Loaded:
    """One spec from a string; what it uses is looked for in the working folder."""
    reading = _Reading()
    reading.follow(reading.take(name, text.encode("utf-8", "surrogatepass"), Path()))
    return reading.loaded()


def read_again(texts: Texts, uses: Uses, read: Trees | None = None) -> Loaded:
    """Files that were read before, from their texts alone. `read` remembers what was read of each."""
    reading = _Reading(read)
    for name, data in texts:
        reading.take(name, data, Path())
    reading.used = {name: dict(used) for name, used in uses}
    return reading.loaded()


class _Reading:
    def __init__(self, read: Trees | None = None) -> None:
        self._read: Trees = {} if read is None else read
        self.files: dict[str, tuple[Source, File]] = {}
        self.used: dict[str, dict[str, str]] = {}
        self.texts: dict[str, bytes] = {}
        self.diagnostics: list[Diagnostic] = []

    def loaded(self) -> Loaded:
        return Loaded(self.files, self.used, tuple(self.diagnostics), tuple(self.texts.items()))

    def follow(self, waiting: list[Path]) -> None:
        """Read the files and whatever they use, each once."""
        while waiting:
            file = waiting.pop(0)
            waiting += [used for used in self.read(file) if used not in waiting]

    def read(self, file: Path) -> list[Path]:
        name = file.as_posix()
        if name in self.texts:
            return []
        try:
            data = file.read_bytes()
        except OSError as problem:
            raise MapError(f"{name}: {problem.strerror or problem}") from problem
        return self.take(name, data, file.parent)

    def take(self, name: str, data: bytes, folder: Path) -> list[Path]:
        self.texts[name] = data
        source, tree, wrong = self._parsed(name, data)
        self.diagnostics += wrong
        if source is None or tree is None:
            return []
        self.files[name] = (source, tree)
        found = {item.path: folder / item.path for item in tree.items if isinstance(item, Use)}
        there = {use: file for use, file in found.items() if file.is_file()}
        self.used[name] = {use: file.as_posix() for use, file in there.items()}
        return list(there.values())

    def _parsed(self, name: str, data: bytes) -> tuple[Source | None, File | None, tuple[Diagnostic, ...]]:
        if (name, data) not in self._read:
            source, unreadable = load_source(name, data)
            tree, wrong = parse(source) if source is not None else (None, ())
            self._read[name, data] = (source, tree, (*unreadable, *wrong))
        return self._read[name, data]
