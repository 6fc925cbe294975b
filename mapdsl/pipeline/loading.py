"""Texts -> an API that runs: out of the cache, or compiled. Loads nothing of the compiler before it is needed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mapdsl.cache import in_use, without
from mapdsl.errors import MapError
from mapdsl.linker import without_collecting
from mapdsl.runtime import Api, rebuild_with
from mapdsl.version import __version__

from .finding import Files
from .stored import Seen, kept_api, look_at, look_at_text, stored_api

if TYPE_CHECKING:
    from .compiling import CompiledProgram, Sources
    from .extending import Enums
    from .naming import HoleNames

__all__ = ["load", "loads", "rebuild"]


def load(
    path: str | Path,
    *,
    enums: Enums | None = None,
    holes: HoleNames | None = None,
    files: Files = (),
    cache: bool = True,
) -> Api:
    """The API that a `.map` file or a folder of such files describes.

    `enums` completes open enums: `{name: {old: new}}`. `holes` says what fields are called that no document names:
    `{hole: field}`. `files` are the files that the specs may use besides those of their own folder, and folders of
    such files. Without `cache` it is compiled anew, and not kept. Raises MapSyntaxError or MapSemanticError with every
    finding; a spec with any mistake never half-loads. Raises ValueError for enums or holes that do not fit.
    """
    if not isinstance(path, (str, Path)):
        raise TypeError(f"load takes a path as str or Path, not {type(path).__name__}")

    def compiled() -> CompiledProgram:
        return compile_program(path, enums=enums, holes=holes, files=files, examples=False)

    return _load(lambda: look_at(Path(path), files), compiled, enums, holes, cache)


def loads(
    text: str,
    name: str = "<text>",
    *,
    enums: Enums | None = None,
    holes: HoleNames | None = None,
    files: Files = (),
    cache: bool = True,
) -> Api:
    """The API that one spec text describes; `name` stands for it in messages, and its folder is the working folder."""
    if not isinstance(text, str):
        raise TypeError(f"loads takes a str, not {type(text).__name__}")

    def compiled() -> CompiledProgram:
        from .compiling import compile_text

        return compile_text(text, name, enums=enums, holes=holes, files=files)

    return _load(lambda: look_at_text(text, name, files), compiled, enums, holes, cache)


def rebuild(sources: Sources, version: str) -> Api:
    """An Api out of a pickle: the same texts, compiled by the mapdsl that reads it.

    Raises MapError where another version wrote it: the same text may mean something else there.
    """
    if version != __version__:
        raise MapError(f"this Api was pickled by mapdsl {version}, and this is {__version__}: load its specs again")
    texts, uses, enums, holes = sources
    seen = Seen(dict(texts), {file: dict(used) for file, used in uses})

    def compiled() -> CompiledProgram:
        from .compiling import compile_texts

        return compile_texts(texts, uses, enums=enums, holes=holes)

    return _load(lambda: seen, compiled, enums, holes, True)


rebuild_with(rebuild)


def compile_program(path: str | Path, **options: Any) -> CompiledProgram:
    """As `compile_program` of the compiler, which is loaded by it."""
    from .compiling import compile_program

    return compile_program(path, **options)


def _load(
    look: Callable[[], Seen],
    compiled: Callable[[], CompiledProgram],
    enums: Enums | None,
    holes: HoleNames | None,
    cache: bool,
) -> Api:
    with without_collecting():  # loading the compiler makes as many objects as compiling does
        if not cache:
            with without():
                return compiled().api
        if not in_use():
            return compiled().api
        enums, holes = enums or {}, holes or {}
        seen = look()
        key = seen.key(enums, holes)
        if key is None:
            return compiled().api
        kept = stored_api(key, seen, enums, holes)
        return kept_api(key, seen, compiled()) if kept is None else kept
