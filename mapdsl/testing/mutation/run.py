"""Which mistakes in a spec its tests find: by laws, by examples, by the ledger of its guide.

A mutant that does not compile, that means the same, or that no drawn document tells from the spec is no mistake. The
laws cannot see a mapping that is wrong in the same way there and back; examples must. A mistake in what several specs
share is found where one of them finds it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path, PurePath
from random import Random
from typing import Any

import attrs

from mapdsl import ir, syntax
from mapdsl.errors import MapError
from mapdsl.pipeline import CompiledProgram, Files, Trees, compile_program, compile_texts
from mapdsl.testing.examples import examples_of
from mapdsl.testing.laws import pieces, run_piece, subjects

from .equivalence import apart
from .ledger import kept, read_ledger
from .mutants import Mutant, inside, mutants

__all__ = ["Fate", "SpecUnderTest", "carried_out", "mutate", "specs_under_test", "tasks_of"]

_DOCUMENTS = 30
_MOST = 80  # mutants of one spec
_SILENT = frozenset({"file", "line", "text", "cites", "digest", "reason"})


@attrs.frozen
class Fate:
    """What became of a mutant of a spec. `killers`: laws, examples, ledger; `counted` False: it was no mistake."""

    spec: str
    mutant: Mutant
    shown: str
    counted: bool = True
    killers: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The fate as JSON."""
        name, line = self.mutant.name, self.shown.split(": ", 1)[0]
        return {"kind": "mistake", "spec": self.spec, "what": name, "where": line, "found_by": list(self.killers)}

    @property
    def killed(self) -> bool:
        """Whether laws or examples found it: a ledger is not there for every guide."""
        return bool({"laws", "examples"} & set(self.killers))


@attrs.frozen(eq=False)
class SpecUnderTest:
    """One spec, with the files that it takes to compile it, its mutants, and the specs `beside` it in the API."""

    file: str
    texts: tuple[tuple[str, bytes], ...]
    uses: Any
    endpoints: tuple[str, ...]
    mutants: tuple[Mutant, ...]
    ledger: Any = None
    beside: list[SpecUnderTest] = attrs.field(factory=list, repr=False)

    def shares(self, mutant: Mutant) -> bool:
        """Whether a mutant of another spec changes a file of this one."""
        return mutant.file != self.file and any(name == mutant.file for name, _ in self.texts)

    def compiled(self, read: Trees, mutant: Mutant | None = None) -> CompiledProgram:
        """The spec, or a mutant of it. Raises MapError where it does not compile."""
        texts = self.texts
        if mutant is not None:
            texts = tuple(
                (name, mutant.apply(data.decode()).encode() if name == mutant.file else data) for name, data in texts
            )
        return compile_texts(texts, self.uses, read=read)


def specs_under_test(path: Path, files: Files = ()) -> list[SpecUnderTest]:
    """The specs of an API: each file that has endpoints."""
    read: Trees = {}
    texts, uses, _, _ = compile_program(path, read=read, files=files).sources
    trees = {name: tree for (name, _), (_, tree, _) in read.items() if tree is not None}
    homes = {
        item.name: name for name, tree in trees.items() for item in tree.items if isinstance(item, syntax.Endpoint)
    }
    ledger, found = read_ledger(path), list[SpecUnderTest]()
    for name, tree in trees.items():
        endpoints = tuple(item.name for item in tree.items if isinstance(item, syntax.Endpoint))
        if not endpoints:
            continue
        shown = [each for each, tree in trees.items() if _shows(tree, endpoints)]
        needed = set[str]().union(*(_closure(each, trees, dict(uses), homes) for each in (name, *shown)))
        held = tuple((each, data) for each, data in texts if each in needed)
        used = tuple((each, rows) for each, rows in uses if each in needed)
        found.append(SpecUnderTest(name, held, used, endpoints, tuple(_mutants(name, held, trees)), ledger))
    for each in found:
        each.beside.extend(other for other in found if other is not each)
    return found


def _shows(tree: syntax.File, endpoints: tuple[str, ...]) -> bool:
    """Whether a file has examples for one of the endpoints."""
    return any(isinstance(item, syntax.Examples) and item.name in endpoints for item in tree.items)


def _mutants(file: str, texts: tuple[tuple[str, bytes], ...], trees: dict[str, syntax.File]) -> list[Mutant]:
    """Every mutant of the spec; where there are very many, a part of them that is always the same."""
    names, shared = _names(trees[file], trees), (syntax.Shape, syntax.Enum, syntax.Table)

    def own(item: syntax.Statement) -> bool:
        return not isinstance(item, (syntax.Use, syntax.Api, syntax.ApiFact))

    def used(item: syntax.Statement) -> bool:
        return isinstance(item, shared) and item.name in names

    found = [
        mutant
        for name, data in texts
        for mutant in mutants(name, data.decode(), trees[name], own if name == file else used)
    ]
    if len(found) > _MOST:
        found = Random(f"{PurePath(file).name}").sample(found, _MOST)
    return sorted(found, key=lambda each: (each.file != file, each.file, each.start, each.text))


def _closure(name: str, trees: dict[str, syntax.File], uses: dict[str, Any], homes: dict[str, str]) -> set[str]:
    """The file, what it uses, and the files of the endpoints that it reads from."""
    files, waiting = set[str](), [name]
    while waiting:
        file = waiting.pop()
        if file in files:
            continue
        files.add(file)
        waiting += [used for _, used in uses.get(file, ())]
        sources = (
            n.source
            for item in trees[file].items
            for n in inside(item)
            if isinstance(n, syntax.Replace | syntax.Enrich)
        )
        waiting += [homes[source] for source in sources if source in homes]
    return files


def _names(tree: syntax.File, trees: dict[str, syntax.File]) -> frozenset[str]:
    """The shapes, enums and tables that a file speaks of, and those that they speak of."""
    items = {
        i.name: i
        for each in trees.values()
        for i in each.items
        if isinstance(i, syntax.Shape | syntax.Enum | syntax.Table)
    }
    names, waiting = set[str](), list(tree.items)
    while waiting:
        for node in inside(waiting.pop()):
            if isinstance(node, (syntax.Include, syntax.Conversion)) and node.name in items and node.name not in names:
                names.add(node.name)
                waiting.append(items[node.name])
    return frozenset(names)


# --- fates -----------------------------------------------------------------------------------------------------------


@attrs.frozen(eq=False)
class _MutantRunner:
    """A spec as it should be, and what its mutants are held against."""

    spec: SpecUnderTest
    read: Trees
    sound: CompiledProgram
    meaning: Any
    kept: Any
    failing: frozenset[Any]

    @classmethod
    def of(cls, spec: SpecUnderTest) -> _MutantRunner:
        read: Trees = {}
        sound = spec.compiled(read)
        units = _units(sound, spec)
        facts = kept(spec.ledger, units) if spec.ledger is not None else frozenset()
        return cls(spec, read, sound, _meaning(sound, spec), facts, frozenset(_failing(sound, spec)))

    def sees(self, mutant: Mutant) -> bool:
        """Whether an example of the spec fails with a mutant of what it shares with others."""
        try:
            made = self.spec.compiled(dict(self.read), mutant)
        except MapError:
            return False  # it is no mistake here
        return next(_failing(made, self.spec, self.failing), None) is not None

    def fate(self, mutant: Mutant, laws: str = "always") -> Fate:
        """`laws`: hold them "always", or "last", where no example fails."""
        text = next(data.decode() for name, data in self.spec.texts if name == mutant.file)
        fate = Fate(self.spec.file, mutant, mutant.shown(text))
        try:
            made = self.spec.compiled(dict(self.read), mutant)
            if not set(self.spec.endpoints) <= set(made.api):
                return attrs.evolve(fate, counted=False)
            if _meaning(made, self.spec) == self.meaning:
                return attrs.evolve(fate, counted=False)
        except MapError:
            return attrs.evolve(fate, counted=False)
        killers: list[str] = []
        if next(_failing(made, self.spec, self.failing), None) is not None:
            killers.append("examples")
        if (laws == "always" or not killers) and _breaks(made, self.spec):
            killers.append("laws")
        if not killers and not apart(self.sound, made, self.spec.endpoints):
            return attrs.evolve(fate, counted=False)
        if self.kept and not self.kept <= kept(self.spec.ledger, _units(made, self.spec)):
            killers.append("ledger")
        return attrs.evolve(fate, killers=tuple(killers))


def _units(compiled: CompiledProgram, spec: SpecUnderTest) -> tuple[ir.Unit, ...]:
    return tuple(unit for unit in compiled.program.units if unit.endpoint in spec.endpoints)


def _meaning(compiled: CompiledProgram, spec: SpecUnderTest) -> Any:
    """The IR without what only says where it stands in the text, as something that compares."""
    return repr([_plain(unit) for unit in _units(compiled, spec)]) + repr(_plain(compiled.program.lookups))


def _plain(value: Any) -> Any:
    if attrs.has(type(value)):
        fields = attrs.fields(type(value))
        return (type(value).__name__, *(_plain(getattr(value, f.name)) for f in fields if f.name not in _SILENT))
    return [_plain(each) for each in value] if isinstance(value, (tuple, list)) else value


def _failing(compiled: CompiledProgram, spec: SpecUnderTest, known: Iterable[Any] = ()) -> Iterator[Any]:
    """The examples that fail, but for those that always did."""
    told = set(known)
    for endpoint in spec.endpoints:
        for result in examples_of(compiled, endpoint, {"": compiled.api}):
            key = (result.endpoint, result.name, result.part, result.to)
            if not result.passed and key not in told:
                yield key


def _breaks(compiled: CompiledProgram, spec: SpecUnderTest) -> bool:
    for subject in subjects(compiled):
        if subject.endpoint in spec.endpoints:
            for piece in pieces(subject, _DOCUMENTS, pairs=False):
                if run_piece(compiled, piece, 0).broken:
                    return True
    return False


Task = tuple[SpecUnderTest, tuple[Mutant, ...], str]


def tasks_of(paths: Iterable[Path], endpoint: str | None = None, files: Files = ()) -> list[Task]:
    """All mutants of these APIs, by spec."""
    return [
        (spec, spec.mutants, "always")
        for path in paths
        for spec in specs_under_test(path, files)
        if endpoint in (None, *spec.endpoints)
    ]


def mutate(
    paths: Iterable[Path],
    jobs: int = 1,
    sample: int | None = None,
    seed: Any = 0,
    endpoint: str | None = None,
    progress: Callable[[int, int], None] | None = None,
    files: Files = (),
) -> list[Fate]:
    """The fates of all mutants of these APIs, or of a `sample` of them; of a sample laws are asked last.

    `files` may be used besides those of the APIs' folders, as `load` has it.
    """
    return carried_out(tasks_of(paths, endpoint, files), jobs, sample, seed, progress)


def carried_out(
    tasks: list[Task],
    jobs: int = 1,
    sample: int | None = None,
    seed: Any = 0,
    progress: Callable[[int, int], None] | None = None,
) -> list[Fate]:
    """The fates of the mutants of some specs."""
    if sample is not None:
        tasks = _sampled(tasks, sample, seed)
    fates: list[Fate] = []
    if jobs <= 1:
        for done, task in enumerate(tasks, start=1):
            fates += _fates(task)
            if progress is not None:
                progress(done, len(tasks))
        return fates
    with ProcessPoolExecutor(jobs) as pool:
        for done, found in enumerate(pool.map(_fates, tasks), start=1):
            fates += found
            if progress is not None:
                progress(done, len(tasks))
    return fates


def _sampled(tasks: list[Task], sample: int, seed: Any) -> list[Task]:
    every = [(number, mutant) for number, (_, found, _) in enumerate(tasks) for mutant in found]
    chosen = Random(f"{seed}").sample(range(len(every)), min(sample, len(every)))
    by_task: dict[int, list[Mutant]] = {}
    for index in sorted(chosen):
        by_task.setdefault(every[index][0], []).append(every[index][1])
    return [(tasks[number][0], tuple(found), "last") for number, found in by_task.items()]


def _fates(task: Task) -> list[Fate]:
    spec, found, laws = task
    runner, fates = _MutantRunner.of(spec), []
    for mutant in found:
        fate = runner.fate(mutant, laws)
        if mutant.file != spec.file and fate.counted and not fate.killed:
            beside = (_runner_of(each) for each in spec.beside if each.shares(mutant))
            if any(other.sees(mutant) for other in beside):
                fate = attrs.evolve(fate, killers=(*fate.killers, "examples"))
        fates.append(fate)
    return fates


def _runner_of(spec: SpecUnderTest) -> _MutantRunner:
    """The runner of a spec that is asked for mutants of others, made once in a process."""
    key = (spec.file, spec.texts)
    if key not in _RUNNERS:
        _RUNNERS[key] = _MutantRunner.of(spec)
    return _RUNNERS[key]


_RUNNERS: dict[Any, _MutantRunner] = {}
