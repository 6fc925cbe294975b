"""Which files make up an API: a file or a folder of `.map` files, and where what they use may lie. Reads no syntax."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from os.path import exists, isfile
from pathlib import Path

from mapdsl.errors import MapError

__all__ = [
    "LONGEST",
    "Fence",
    "Files",
    "Texts",
    "Uses",
    "api_folders",
    "beside",
    "data_of",
    "examples_at",
    "is_beside",
    "keep_inside",
    "roots_of",
]

Texts = tuple[tuple[str, bytes], ...]
Uses = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
Files = Sequence[str | Path]
ALLOW = "name it with `files=` of `load`, or with `--files` on the command line"
BESIDE = ".examples.map"  # ends the name of a file with the examples of a spec: `sms.examples.map` of `sms.map`
LONGEST = 1024 * 1024 + 1  # bytes that are read of a file: enough for the grammar to see that it is too long


def api_folders(path: Path, files: Files = ()) -> list[Path]:
    """The files and folders that are APIs of their own: the path itself, or its sub-folders that hold specs.

    Raises MapError for a sub-folder that is a link out of the folder, unless it is among `files`.
    """
    if path.is_file() or any(path.glob("*.map")):
        return [path]
    found = sorted(folder for folder in path.iterdir() if folder.is_dir() and any(folder.glob("*.map")))
    keep_inside(path, found, files)
    return found


def is_beside(name: str | Path) -> bool:
    """Whether a file of that name holds the examples of another."""
    return str(name).endswith(BESIDE)


def beside(spec: Path) -> Path:
    """The file of a spec's examples; for such a file itself the spec. Whether it exists is another matter."""
    name = spec.name
    return spec.with_name(name.removesuffix(BESIDE) + ".map" if is_beside(name) else spec.stem + BESIDE)


def roots_of(path: Path, files: Files = ()) -> tuple[list[Path], Fence]:
    """The files of the API at a path, and where the files that these use may lie.

    That is in the folder (of a file: in the folder of the file), links followed, or among `files`, or in a folder among
    them. Files of examples are no part of an API, unless the path is one. Raises MapError where nothing is there,
    where the folder's sub-folders hold several APIs, and where a file of the folder is a link that leads out of it.
    """
    if not exists(path):  # unlike the method, it answers whatever the name is
        raise MapError(f"{path}: no such file or folder")
    if path.is_file():
        return [path], Fence(path.parent, (path, *files))
    there = [file for file in sorted(path.glob("*.map")) if not is_beside(file)]
    if not there:
        below = [folder.name for folder in api_folders(path)]
        if below:
            raise MapError(f"{path} holds several APIs, load one of them: {', '.join(below)}")
        raise MapError(f"{path}: no .map file in this folder")
    fence = Fence(path, files)
    fence.check(there)
    return there, fence


def examples_at(path: Path, fence: Fence) -> list[Path]:
    """The files of examples that lie beside those of an API. Raises MapError for a link out of bounds."""
    if path.is_file():
        found = [beside(path)] if not is_beside(path) and isfile(beside(path)) else []
    else:
        found = [file for file in sorted(path.glob("*.map")) if is_beside(file)]
    fence.check(found)
    return found


def data_of(file: Path) -> bytes:
    """What stands in a file, or the beginning of it. Raises MapError where it cannot be read."""
    name = file.as_posix()
    if file.exists() and not file.is_file():
        raise MapError(f"{name}: this is no file")
    try:
        with file.open("rb") as stream:
            return stream.read(LONGEST)
    except OSError as problem:
        raise MapError(f"{name}: {problem.strerror or problem}") from problem


def keep_inside(folder: Path, found: Iterable[Path], files: Files = ()) -> None:
    """Raises MapError for the first of the files found in a folder that is a link out of it and not among `files`."""
    Fence(folder, files).check(found)


class Fence:
    """Where files may be read: in one folder, and where the program says so."""

    def __init__(self, folder: Path, files: Files) -> None:
        if isinstance(files, (str, Path)):
            raise TypeError("files= takes several paths, in a list or tuple")
        self._roots = tuple(root for root in (_real(Path(file)) for file in (folder, *files)) if root is not None)

    def holds(self, file: Path) -> bool:
        """Whether the file, or what a link of that name leads to, may be read."""
        real = _real(file)
        return real is not None and any(real.is_relative_to(root) for root in self._roots)

    def target(self, file: Path) -> str | None:
        """What a `use` of that file stands for: its name, empty where it is not there; None for one out of bounds.

        Of that nothing is said, not even whether it is there.
        """
        if not self.holds(file):
            return None
        return file.as_posix() if isfile(file) else ""  # whatever the name is

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
