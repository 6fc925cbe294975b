"""APIs in the cache: which texts an entry comes of, told without parsing them, and what it holds.

A text is looked through for whatever could be a `use`, and the files that these could mean are read. All of it makes
the key, even where the grammar finds less; where it finds a use that was not seen here, nothing is kept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from mapdsl.cache import fetch, keep, key_of
from mapdsl.conversions import brought
from mapdsl.linker import CLASSES, Head, Linked, dump, freeze, thaw, undump
from mapdsl.runtime import Api

from .finding import Fence, Files, Texts, Uses, data_of, roots_of

if TYPE_CHECKING:
    from .compiling import CompiledProgram

__all__ = ["Seen", "kept_api", "look_at", "look_at_text", "stored_api"]

_USE = re.compile(r'use\s*("(?:[^"\\\n]|\\[^\n])*")')
Options = Mapping[str, Mapping[Any, Any]]


@attrs.frozen
class Seen:
    """Texts by name, and of each what could be a `use`: the name of a file, empty for none, None for one that may not
    be read."""

    texts: dict[str, bytes] = attrs.field(factory=dict)
    uses: dict[str, dict[str, str | None]] = attrs.field(factory=dict)

    def key(self, enums: Options, holes: Mapping[str, Any]) -> str | None:
        """The key of what these texts mean; None where others had a hand in it: conversions that mapdsl did not bring,
        and options that are more than texts."""
        said = [name for rows in enums.values() for row in rows.items() for name in row]
        said += [*enums, *(name for row in holes.items() for name in row)]
        if any(type(each) is not str for each in said) or any(self._names(name) for name in brought()):
            return None
        return key_of("api", self._parts(enums, holes))

    def _names(self, name: str) -> bool:
        return any(name.encode() in data for data in self.texts.values())

    def _parts(self, enums: Options, holes: Mapping[str, str]) -> Iterator[bytes | str]:
        for name, data in self.texts.items():
            yield from (name, data, repr(self.uses[name]))
        yield from (repr({name: dict(rows) for name, rows in enums.items()}), repr(dict(holes)))

    def covers(self, texts: Texts, uses: Uses) -> bool:
        """Whether these are the texts that were compiled, and each use of theirs was seen."""
        same = all(self.texts.get(name) == data for name, data in texts)
        return same and all(self.uses[name].get(use) == target for name, used in uses for use, target in used)


def look_at(path: Path, files: Files) -> Seen:
    """What lies at a path. Raises MapError as `roots_of` and `data_of` do."""
    seen = Seen()
    roots, fence = roots_of(path, files)
    for file in roots:  # grows while it is walked
        if file.as_posix() not in seen.texts:
            roots += _take(seen, file.as_posix(), data_of(file), file.parent, fence)
    return seen


def look_at_text(text: str, name: str, files: Files) -> Seen:
    """A text and what it uses."""
    seen, fence = Seen(), Fence(Path(), files)
    waiting = _take(seen, name, text.encode("utf-8", "surrogatepass"), Path(), fence)
    for file in waiting:
        if file.as_posix() not in seen.texts:
            waiting += _take(seen, file.as_posix(), data_of(file), file.parent, fence)
    return seen


def _take(seen: Seen, name: str, data: bytes, folder: Path, fence: Fence) -> list[Path]:
    """Take up a text; returns the files that it could use."""
    seen.texts[name] = data
    found = {use: folder / use for use in _uses(data.decode("utf-8", "replace"))}
    seen.uses[name] = {use: fence.target(file) for use, file in found.items()}
    return [found[use] for use, target in seen.uses[name].items() if target]


def _uses(text: str) -> Iterable[str]:
    for written in _USE.findall(text):
        try:
            yield json.loads(written, strict=False)
        except ValueError:
            continue  # no string of the language either


def stored_api(key: str, seen: Seen, enums: Options, holes: Mapping[str, str]) -> Api | None:
    """The API under a key; None where there is none."""
    entry = fetch(key)
    return None if entry is None else _api(entry, seen, enums, holes)


def kept_api(key: str, seen: Seen, compiled: CompiledProgram) -> Api:
    """Keep what was compiled, where it comes of what was seen; the API that is to be used, kept or not."""
    texts, uses, enums, holes = compiled.api.sources  # without the files of examples
    if not seen.covers(texts, uses) or seen.key(enums, holes) != key:
        return compiled.api  # a file changed meanwhile, or a package brought a conversion
    program = compiled.program
    units = tuple(
        ((unit.endpoint, unit.variant, unit.file, unit.line, unit.prefer, head), dump(pieces))
        for unit, head, pieces in compiled.pieces()
    )
    declared = freeze((program.lookups, program.old, program.new), CLASSES)
    entry = (program.digest, tuple(name for name, _ in texts), uses, declared, units)
    keep(key, entry)
    return _api(entry, seen, enums, holes)


def _api(entry: Any, seen: Seen, enums: Options, holes: Mapping[str, str]) -> Api:
    digest, names, uses, declared, units = entry
    lookups, old, new = thaw(declared, CLASSES)
    texts = tuple((name, seen.texts[name]) for name in names)
    sources = (texts, uses, {name: dict(rows) for name, rows in enums.items()}, dict(holes))
    return Api(tuple(_unit(*unit) for unit in units), lookups, old, new, digest, sources)


def _unit(head: tuple[Any, ...], data: bytes) -> Linked:
    return Linked(Head(*head), lambda: undump(data))
