"""The files of an API as trees: what is read, what each `use` stands for, and what cannot be read."""

from __future__ import annotations

from pathlib import Path

import attrs

from mapdsl.diagnostics import Diagnostic, Source
from mapdsl.syntax import OUTSIDE, File, Use

from .finding import Fence, Files, Texts, Uses, data_of, examples_at, roots_of
from .trees import Parsed, tree_of

__all__ = ["Loaded", "Trees", "read_again", "read_api", "read_text"]

# By name and text: the source, its tree, and what is wrong with it.
Trees = dict[tuple[str, bytes], Parsed]


@attrs.frozen
class Loaded:
    """The files of one API as read: sources and trees by name, what each `use` stands for, what went wrong.

    `apart` are the names of those that were read for their examples alone.
    """

    files: dict[str, tuple[Source, File]]
    used: dict[str, dict[str, str]]
    diagnostics: tuple[Diagnostic, ...]
    texts: Texts
    apart: frozenset[str] = frozenset()


def read_api(path: Path, read: Trees | None = None, files: Files = (), examples: bool = False) -> Loaded:
    """Read a file, or all `.map` files of a folder, and the files that they use. `read` remembers what was read.

    With `examples` the files of examples beside them are read, too. Raises MapError as `roots_of` does.
    """
    roots, fence = roots_of(path, files)
    reading = _Reading(read, fence)
    reading.follow(roots)
    needed = frozenset(reading.texts)
    if examples:
        reading.follow(examples_at(path, fence))
    return reading.loaded(needed)


def read_text(text: str, name: str, files: Files = ()) -> Loaded:
    """One spec from a string; what it uses is looked for in the working folder, or among `files`."""
    reading = _Reading(fence=Fence(Path(), files))
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
    def __init__(self, read: Trees | None = None, fence: Fence | None = None) -> None:
        self._read: Trees = {} if read is None else read
        self._fence = fence  # None: nothing but what is handed over is read
        self.files: dict[str, tuple[Source, File]] = {}
        self.used: dict[str, dict[str, str]] = {}
        self.texts: dict[str, bytes] = {}
        self.diagnostics: list[Diagnostic] = []

    def loaded(self, needed: frozenset[str] | None = None) -> Loaded:
        """What was read; `needed` are the names of what a translation needs, where that is not all."""
        apart = frozenset() if needed is None else frozenset(self.texts) - needed
        return Loaded(self.files, self.used, tuple(self.diagnostics), tuple(self.texts.items()), apart)

    def follow(self, waiting: list[Path]) -> None:
        """Read the files and whatever they use, each once."""
        for file in waiting:  # grows while it is walked
            waiting += self.read(file)

    def read(self, file: Path) -> list[Path]:
        name = file.as_posix()
        if name in self.texts:
            return []
        return self.take(name, data_of(file), file.parent)

    def take(self, name: str, data: bytes, folder: Path) -> list[Path]:
        self.texts[name] = data
        source, tree, wrong = self._parsed(name, data)
        self.diagnostics += wrong
        if source is None or tree is None:
            return []
        self.files[name] = (source, tree)
        found = {item.path: folder / item.path for item in tree.items if isinstance(item, Use)}
        targets = {use: None if self._fence is None else self._fence.target(file) for use, file in found.items()}
        self.used[name] = {
            use: OUTSIDE if target is None else target for use, target in targets.items() if target != ""
        }
        return [found[use] for use, target in targets.items() if target]

    def _parsed(self, name: str, data: bytes) -> Parsed:
        if (name, data) not in self._read:
            self._read[name, data] = tree_of(name, data)
        return self._read[name, data]
