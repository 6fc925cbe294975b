"""The phases in order: find, read, analyse, lower, generate, link."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import attrs

from mapdsl.analysis import Model, analyse
from mapdsl.codegen import Module, compile_unit, pieces_of, routes_of
from mapdsl.diagnostics import Diagnostic
from mapdsl.errors import MapSemanticError, MapSyntaxError
from mapdsl.ir import Program, Unit
from mapdsl.linker import Pieces, without_collecting
from mapdsl.lowering import lower
from mapdsl.runtime import Api

from .extending import Enums, extend
from .finding import Files, Texts, Uses, api_folders, is_beside
from .naming import HoleNames, name_fields
from .reading import Loaded, Trees, read_again, read_api, read_text

__all__ = ["CompiledProgram", "Sources", "check", "compile_program", "compile_text", "compile_texts", "digest"]

Sources = tuple[Texts, Uses, dict[str, dict[str, str]], dict[str, str]]  # texts, uses, enums, holes
_SCHEMA = "1"  # what the digest covers besides the texts: the meaning that this version gives to them


@attrs.frozen(eq=False)
class CompiledProgram:
    """Everything that compiling gave: the model, the IR, what gives the generated modules by unit, the API to run."""

    model: Model
    program: Program
    modules: dict[str, Callable[[], Module]]
    api: Api
    diagnostics: tuple[Diagnostic, ...]
    sources: Sources
    files: tuple[str | Path, ...] = ()  # what the program allowed besides the folder, to compile once more

    def pieces(self) -> Iterator[tuple[Unit, tuple[Any, ...], Pieces]]:
        """Each unit with its routes and its pieces, as they are kept."""
        for unit, module in zip(self.program.units, self.modules.values(), strict=True):
            yield unit, routes_of(unit), pieces_of(unit, module())

    @property
    def code(self) -> dict[str, str]:
        """The generated sources by unit: `endpoint`, or `endpoint.variant`."""
        return {name: module().text for name, module in self.modules.items()}


def compile_program(
    path: str | Path,
    *,
    enums: Enums | None = None,
    holes: HoleNames | None = None,
    read: Trees | None = None,
    files: Files = (),
    examples: bool = True,
) -> CompiledProgram:
    """As `load`, with all that lies between the text and the API. `read` remembers the trees of the texts.

    Without `examples` the files that hold nothing else are left alone. The API is the same either way.
    """
    if not isinstance(path, (str, Path)):
        raise TypeError(f"load takes a path as str or Path, not {type(path).__name__}")
    with without_collecting():
        compiled = _compile(read_api(Path(path), read, files, examples), enums or {}, holes or {})
    return attrs.evolve(compiled, files=tuple(files))


def compile_text(
    text: str,
    name: str = "<text>",
    *,
    enums: Enums | None = None,
    holes: HoleNames | None = None,
    files: Files = (),
) -> CompiledProgram:
    """As `loads`, with all that lies between the text and the API."""
    if not isinstance(text, str):
        raise TypeError(f"loads takes a str, not {type(text).__name__}")
    with without_collecting():
        return _compile(read_text(text, name, files), enums or {}, holes or {})


def compile_texts(
    texts: Texts, uses: Uses, *, read: Trees | None = None, enums: Enums | None = None, holes: HoleNames | None = None
) -> CompiledProgram:
    """As `compile_program`, for files that were read before: `(name, bytes)` each, and what each `use` stands for.

    `read` remembers the trees of texts, for a caller who compiles many sets that share most of their texts.
    """
    with without_collecting():
        return _compile(read_again(texts, uses, read), enums or {}, holes or {})


def check(paths: Iterable[str | Path], files: Files = ()) -> tuple[Diagnostic, ...]:
    """Every finding about the specs under some paths; warnings too. `files` as `load` has it."""
    found: list[Diagnostic] = []
    with without_collecting():
        for path in paths:
            for api in api_folders(Path(path), files) or [Path(path)]:
                loaded = read_api(api, files=files, examples=True)
                # What cannot be read has no meaning to check: findings about the rest would be guesses.
                named = attrs.evolve(loaded, files=name_fields(loaded.files, loaded.used, {})[0])
                found += loaded.diagnostics if _errors(loaded.diagnostics) else _analyse(named)[1]
    return tuple(found)


def _analyse(loaded: Loaded) -> tuple[Model, tuple[Diagnostic, ...]]:
    model, found = analyse(loaded.files, loaded.used, [name for name in loaded.files if is_beside(name)])
    return model, (*loaded.diagnostics, *found)


def _errors(diagnostics: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
    return tuple(diagnostic for diagnostic in diagnostics if diagnostic.severity == "error")


def _compile(loaded: Loaded, enums: Enums, holes: HoleNames) -> CompiledProgram:
    unreadable = _errors(loaded.diagnostics)
    if unreadable:
        raise MapSyntaxError(unreadable)
    named, assumed = name_fields(loaded.files, loaded.used, holes)
    loaded = attrs.evolve(loaded, files=extend(named, enums))
    model, found = _analyse(loaded)
    wrong = _errors(found)
    if wrong:
        raise MapSemanticError(wrong)
    needed = tuple((name, data) for name, data in loaded.texts if name not in loaded.apart)
    program = lower(model, digest(needed, enums, holes), assumed)
    compiled, modules = [], {}
    for unit in program.units:
        made, module = compile_unit(unit)
        compiled.append(made)
        modules[unit.endpoint if unit.variant is None else f"{unit.endpoint}.{unit.variant}"] = module
    uses = tuple((file, tuple(used.items())) for file, used in loaded.used.items())
    options = ({name: dict(rows) for name, rows in enums.items()}, dict(holes))
    sources = (loaded.texts, uses, *options)
    kept = (needed, tuple(row for row in uses if row[0] not in loaded.apart), *options)
    api = Api(tuple(compiled), program.lookups, program.old, program.new, program.digest, kept)
    return CompiledProgram(model, program, modules, api, found, sources)


def digest(texts: Texts, enums: Enums, holes: HoleNames) -> str:
    """A name for what some texts mean: the same texts under the same file names, wherever they lie, have the same."""
    state = hashlib.sha256(_SCHEMA.encode())
    for name, data in sorted((Path(name).name, data) for name, data in texts):
        state.update(f"\0{name}\0{len(data)}\0".encode("utf-8", "surrogatepass"))
        state.update(data)
    for name, rows in sorted(enums.items()):
        state.update(repr((name, sorted(rows.items()))).encode())
    for name, field in sorted(holes.items()):
        state.update(f"\0{name}={field}".encode("utf-8", "surrogatepass"))
    return state.hexdigest()[:32]
