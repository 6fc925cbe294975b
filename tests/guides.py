"""The guides that come with the package, compiled once for all tests of a process: each takes seconds."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import mapdsl.pipeline
import mapdsl.pipeline.loading
import mapdsl.testing.strategies
from mapdsl import shipped
from mapdsl.pipeline import CompiledProgram, compile_program, is_beside

__all__ = ["guide", "share", "spec_files"]

_compile = compile_program  # as it is, whatever `share` puts in its place


@cache
def guide(name: str) -> CompiledProgram:
    """`voiso` or `callr` as it is shipped, with everything that compiling gave. Nobody changes it."""
    return _compile(shipped(name))


def spec_files(name: str) -> list[Path]:
    """The files of `voiso` or `callr` that hold endpoints."""
    return [path for path in sorted(shipped(name).glob("*.map")) if path.name != "common.map" and not is_beside(path)]


def share() -> None:
    """From here on `load` and the commands take this compilation where they are asked for a shipped guide as it is."""
    guides = {shipped(name): name for name in ("voiso", "callr")}

    def compile_program(path: Any, **options: Any) -> CompiledProgram:
        changing = [value for option, value in options.items() if option != "examples"]  # those change no API
        plain = all(value is None or value == () for value in changing) and isinstance(path, (str, Path))
        name = guides.get(Path(path)) if plain else None
        return _compile(path, **options) if name is None else guide(name)

    def program_of(api: Any, compiled: Any = mapdsl.testing.strategies._again) -> CompiledProgram:
        """What strategies draw from: they compile the texts of an Api again, and those of the guides are compiled."""
        return next((each for each in map(guide, guides.values()) if each.api is api), None) or compiled(api)

    mapdsl.testing.strategies._again = program_of
    mapdsl.pipeline.loading.compile_program = compile_program
    mapdsl.pipeline.compile_program = compile_program
