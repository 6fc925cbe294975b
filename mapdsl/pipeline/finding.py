"""Which files make up an API: a file or a folder of `.map` files, and what they use."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from os.path import exists, isfile
from pathlib import Path

import attrs

from mapdsl.diagnostics import Diagnostic, Source
from mapdsl.errors import MapError
from mapdsl.grammar import MAX_SIZE, load_source, parse
from mapdsl.syntax import OUTSIDE, File, Use

__all__ = ["Loaded", "Texts", "Trees", "Uses", "api_folders", "keep_inside", "read_again", "read_api", "read_text"]

Texts = tuple[tuple[str, bytes], ...]
Uses = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
Files = Sequence[str | Path]
ALLOW = "name it with `files=` of `load`, or with `--files` on the command line"


# By name and text: the source, its tree, and what is wrong with it.
Trees = dict[tuple[str, bytes], tuple[Source | None, File | None, tuple[Diagnostic, ...]]]


@attrs.frozen
class Loaded:
    """The files of one API as read: sources and trees by name, what each `use` stands for, what went wrong."""

    files: dict[str, tuple[Source, File]]
    used: dict[str, dict[str, str]]
    diagnostics: tuple[Diagnostic, ...]
    texts: Texts


def api_folders(path: Path, files: Files = ()) -> list[Path]:
    """The files and folders that are APIs of their own: the path itself, or its sub-folders that hold specs.

    Raises MapError for a sub-folder that is a link out of the folder, unless it is among `files`.
    """
    if path.is_file() or any(path.glob("*.map")):
        return [path]
    found = sorted(folder for folder in path.iterdir() if folder.is_dir() and any(folder.glob("*.map")))
    keep_inside(path, found, files)
    return found


def read_api(path: Path, read: Trees | None = None, files: Files = ()) -> Loaded:
    """Read a file, or all `.map` files of a folder, and the files that they use. `read` remembers what was read.

    What they use is read where it lies in the folder (of a file: in the folder of the file), links followed, or is one
    of `files`, or lies in a folder among them. Raises MapError where nothing is there, where the folder's sub-folders
    hold several APIs, and where a file of the folder is a link that leads out of it.
    """
    if not exists(path):  # unlike the method, it answers whatever the name is
        raise MapError(f"{path}: no such file or folder")
    if path.is_file():
        reading = _Reading(read, _Fence(path.parent, (path, *files)))
        reading.follow([path])
        return reading.loaded()
    there = sorted(path.glob("*.map"))
    if not there:
        below = [folder.name for folder in api_folders(path)]
        if below:
            raise MapError(f"{path} holds several APIs, load one of them: {', '.join(below)}")
        raise MapError(f"{path}: no .map file in this folder")
    fence = _Fence(path, files)
    fence.check(there)
    reading = _Reading(read, fence)
    reading.follow(there)
    return reading.loaded()


def read_text(text: str, name: str, files: Files = ()) -> Loaded:
    """One spec from a string; what it uses is looked for in the working folder, or among `files`."""
    reading = _Reading(fence=_Fence(Path(), files))
    reading.follow(reading.take(name, text.encode("utf-8", "surrogatepass"), Path()))
    return reading.loaded()


def read_again(texts: Texts, uses: Uses, read: Trees | None = None) -> Loaded:
    """Files that were read before, from their texts alone. `read` remembers what was read of each."""
    reading = _Reading(read)
    for name, data in texts:
        reading.take(name, data, Path())
    reading.used = {name: dict(used) for name, used in uses}
    return reading.loaded()


def keep_inside(folder: Path, found: Iterable[Path], files: Files = ()) -> None:
    """Raises MapError for the first of the files found in a folder that is a link out of it and not among `files`."""
    _Fence(folder, files).check(found)


class _Fence:
    """Where files may be read: in one folder, and where the program says so."""

    def __init__(self, folder: Path, files: Files) -> None:
        if isinstance(files, (str, Path)):
            raise TypeError("files= takes several paths, in a list or tuple")
        self._roots = tuple(root for root in (_real(Path(file)) for file in (folder, *files)) if root is not None)

    def holds(self, file: Path) -> bool:
        """Whether the file, or what a link of that name leads to, may be read."""
        real = _real(file)
        return real is not None and any(real.is_relative_to(root) for root in self._roots)

    def check(self, files: Iterable[Path]) -> None:
        """Raises MapError for the first that may not be read."""
        for file in files:
            if not self.holds(file):
                raise MapError(f"{file}: a link out of the folder that is loaded; {ALLOW}")


def _real(file: Path) -> Path | None:
    """The path with all links followed; None where they lead in a circle or no system takes the name."""
    try:
        return file.resolve()
    except (OSError, RuntimeError, ValueError):
        return None


class _Reading:
    def __init__(self, read: Trees | None = None, fence: _Fence | None = None) -> None:
        self._read: Trees = {} if read is None else read
        self._fence = fence  # None: nothing but what is handed over is read
        self.files: dict[str, tuple[Source, File]] = {}
        self.used: dict[str, dict[str, str]] = {}
        self.texts: dict[str, bytes] = {}
        self.diagnostics: list[Diagnostic] = []

    def loaded(self) -> Loaded:
        return Loaded(self.files, self.used, tuple(self.diagnostics), tuple(self.texts.items()))

    def follow(self, waiting: list[Path]) -> None:
        """Read the files and whatever they use, each once."""
        for file in waiting:  # grows while it is walked
            waiting += self.read(file)

    def read(self, file: Path) -> list[Path]:
        name = file.as_posix()
        if name in self.texts:
            return []
        if file.exists() and not file.is_file():
            raise MapError(f"{name}: this is no file")
        try:
            with file.open("rb") as stream:
                data = stream.read(MAX_SIZE + 1)  # enough to see that it is too long
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
        inside = {use: file for use, file in found.items() if self._fence is not None and self._fence.holds(file)}
        there = {use: file for use, file in inside.items() if isfile(file)}  # whatever the name is
        # Of a file out of bounds nothing is said, not even whether it is there.
        outside = dict.fromkeys(found.keys() - inside.keys(), OUTSIDE)
        self.used[name] = {**outside, **{use: file.as_posix() for use, file in there.items()}}
        return list(there.values())

    def _parsed(self, name: str, data: bytes) -> tuple[Source | None, File | None, tuple[Diagnostic, ...]]:
        if (name, data) not in self._read:
            source, unreadable = load_source(name, data)
            tree, wrong = parse(source) if source is not None else (None, ())
            self._read[name, data] = (source, tree, (*unreadable, *wrong))
        return self._read[name, data]
