"""The laws of whole guides, on one core or several, at one go or in several.

A run is a list of pieces. What is done stands in a file, a line for each piece, so that a run that was stopped goes on
where it was. Pieces that broke a law are never written down: they run again.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Any

import attrs

from mapdsl.errors import MapError
from mapdsl.pipeline import CompiledProgram, compile_program
from mapdsl.testing.generation import OTHER, Messages

from .laws import Broken
from .runs import Piece, Subject, Tally, coverage, pieces, rarely_reached, run_piece, subjects, total
from .shrink import shrunk

__all__ = ["Proof", "prove"]

_SHRUNK = 3  # breaks of one piece that are made small


@attrs.define
class Proof:
    """What became of one API: a tally for each subject, and the program that it is about."""

    path: Path
    compiled: CompiledProgram
    tallies: dict[Subject, Tally] = attrs.field(factory=dict)
    unstable: tuple[str, ...] = ()  # law 6: units whose code came out otherwise a second time

    @property
    def broken(self) -> list[Broken]:
        """One break for each mistake."""
        found = {broken.key: broken for tally in self.tallies.values() for broken in tally.broken.values()}
        return list(found.values())

    def total(self) -> Tally:
        return total(self.tallies)

    @property
    def exchanges(self) -> int:
        return sum(tally.documents for subject, tally in self.tallies.items() if subject.part == "exchange")

    def rarely_reached(self) -> list[Subject]:
        """Subjects of which less than 70% of the documents were translated, but for those that are refused whole."""
        return rarely_reached(self.tallies)

    def coverage(self) -> tuple[int, list[str]]:
        """How many rules, cases and rows there are, and those that no document reached, as text."""
        total, missing = 0, list[str]()
        for number, unit in enumerate(self.compiled.program.units):
            reached = set[Any]().union(*(t.reached for s, t in self.tallies.items() if s.unit == number))
            count, left = coverage(unit, reached)
            total, missing = total + count, [*missing, *left]
        return total, missing


def prove(
    programs: Mapping[Path, CompiledProgram],
    count: int,
    seed: Any = 0,
    jobs: int = 1,
    resume: Path | None = None,
    endpoint: str | None = None,
    pairs: bool = True,
    progress: Callable[[int, int], None] | None = None,
) -> list[Proof]:
    """Hold `count` documents of each message and side of these APIs against the laws: `programs` by their paths.

    Raises MapError where `resume` is a file of another run.
    """
    proofs = [_begun(path, compiled) for path, compiled in programs.items()]
    todo = [
        (number, piece)
        for number, proof in enumerate(proofs)
        for subject in subjects(proof.compiled)
        if endpoint in (None, subject.endpoint)
        for piece in pieces(subject, count, pairs)
    ]
    for number, piece in todo:
        proofs[number].tallies.setdefault(piece.subject, Tally())
    log = _Log(resume, {"seed": seed, "count": count, "digests": [proof.compiled.api.digest for proof in proofs]})
    done = log.read()
    left = [each for each in todo if _name(*each) not in done]
    for number, piece in todo:
        if _name(number, piece) in done:
            proofs[number].tallies[piece.subject].add(done[_name(number, piece)])
    finished = len(todo) - len(left)
    for (number, piece), tally in _run(left, proofs, seed, jobs):
        proofs[number].tallies[piece.subject].add(tally)
        log.write(_name(number, piece), tally)
        finished += 1
        if progress is not None:
            progress(finished, len(todo))
    return proofs


def _begun(path: Path, compiled: CompiledProgram) -> Proof:
    again = compile_program(path, files=compiled.files, examples=False)
    return Proof(
        path, compiled, unstable=tuple(name for name, text in compiled.code.items() if again.code[name] != text)
    )


def _run(
    todo: list[tuple[int, Piece]], proofs: list[Proof], seed: Any, jobs: int
) -> Iterator[tuple[tuple[int, Piece], Tally]]:
    if jobs <= 1:
        for number, piece in todo:
            yield (number, piece), _small(proofs[number].compiled, piece, seed)
        return
    tasks = [(str(proofs[number].path), proofs[number].compiled.files, piece, seed) for number, piece in todo]
    with ProcessPoolExecutor(jobs) as pool:
        yield from zip(todo, pool.map(_elsewhere, tasks, chunksize=4), strict=True)


@lru_cache(maxsize=8)
def _compiled(path: str, files: tuple[str | Path, ...]) -> CompiledProgram:
    return compile_program(path, files=files, examples=False)


def _elsewhere(task: tuple[str, tuple[str | Path, ...], Piece, Any]) -> Tally:
    path, files, piece, seed = task
    return _small(_compiled(path, files), piece, seed)


def _small(compiled: CompiledProgram, piece: Piece, seed: Any) -> Tally:
    """The tally of a piece, its breaks made small and free of all that is no data."""
    tally = run_piece(compiled, piece, seed)
    unit = compiled.program.units[piece.subject.unit]
    for number, (key, broken) in enumerate(list(tally.broken.items())):
        small = broken
        if number < _SHRUNK:
            small = shrunk(Messages(compiled.api, compiled.program, unit), broken)
        tally.broken[key] = attrs.evolve(small, request=None, drawn=None)
    return tally


# --- what is done ----------------------------------------------------------------------------------------------------


def _name(number: int, piece: Piece) -> str:
    subject = piece.subject
    return f"{number}/{subject.unit}/{subject.part}/{OTHER[subject.side]}/{piece.number}"


@attrs.frozen
class _Log:
    """The file of a run; without one nothing is kept."""

    path: Path | None
    head: dict[str, Any]

    def read(self) -> dict[str, Tally]:
        if self.path is None:
            return {}
        if not self.path.exists():
            self.path.write_text(json.dumps(self.head) + "\n", "utf-8")
            return {}
        first, *lines = self.path.read_text("utf-8").splitlines() or [""]
        if _loaded(first) != self.head:
            raise MapError(
                f"{self.path} is of another run: other specs, another seed or another count. Name a new file"
            )
        done = {}
        for line in lines:
            row = _loaded(line)
            if row is not None:  # the last line of a run that was killed may be half a line
                done[row["piece"]] = _tally(row)
        return done

    def write(self, name: str, tally: Tally) -> None:
        if self.path is None or tally.broken:
            return
        row = {
            "piece": name,
            "documents": tally.documents,
            "translated": tally.translated,
            "spoiled": tally.spoiled,
            "changes": tally.changes,
            "routes": tally.routes,
            "refusals": tally.refusals,
            "lost": tally.lost,
            "reached": sorted(map(list, tally.reached), key=repr),
        }
        with self.path.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(row) + "\n")


def _loaded(line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return None


def _tally(row: dict[str, Any]) -> Tally:
    reached = {tuple(each) for each in row["reached"]}
    counts = {name: row[name] for name in ("documents", "translated", "spoiled", "changes", "routes")}
    return Tally(**counts, refusals=Counter(row["refusals"]), lost=Counter(row["lost"]), reached=reached)
