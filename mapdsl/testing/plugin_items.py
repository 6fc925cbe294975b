"""What tests a `.map` file has, and how each is run: the plugin's work, loaded once there is such a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import attrs
import pytest

from mapdsl.errors import MapError, SpecError
from mapdsl.pipeline import CompiledProgram, beside, check, compile_program, is_beside
from mapdsl.runtime import Api
from mapdsl.testing.examples import ExampleResult, examples_of
from mapdsl.testing.generation import OTHER, Messages
from mapdsl.testing.interpreter import interpreted
from mapdsl.testing.laws import (
    LAWS,
    Subject,
    Tally,
    can_shrink,
    coverage,
    described,
    pieces,
    rarely_reached,
    run_piece,
    shrunk,
    subjects,
    total,
)

__all__ = ["Failure", "Found", "collect", "coverage_test", "summary"]

Programs = dict[Any, Any]
_NEEDED = "hypothesis is not installed, which makes counterexamples small: pip install hypothesis"
_MOST_REFUSALS = 3


class Failure(Exception):
    """A test of a spec that failed, as text for the author of the spec."""


@attrs.frozen
class Found:
    """One test: its name, its line in the spec (from 0) and what runs it."""

    name: str
    line: int | None
    run: Callable[[], None]


@attrs.define
class _Program:
    """The program that a file belongs to, what its documents came to, and the examples as they ran."""

    compiled: CompiledProgram
    tallies: dict[Subject, Tally] = attrs.field(factory=dict)
    examples: dict[str, list[ExampleResult]] = attrs.field(factory=dict)

    def results(self, endpoint: str) -> list[ExampleResult]:
        """The examples of an endpoint, run once for all their tests."""
        if endpoint not in self.examples:
            self.examples[endpoint] = list(examples_of(self.compiled, endpoint, self._engines))
        return self.examples[endpoint]

    @cached_property
    def _engines(self) -> dict[str, Api]:
        return {"": self.compiled.api, "interpreter: ": interpreted(self.compiled.program)}


def collect(path: Path, programs: Programs, count: int, seed: int) -> Iterator[Found]:
    """The tests of a file. One that cannot be read, or is wrong, has one test alone, which fails."""
    yield Found("check", 0, lambda: _checked(path))
    program = _program(path, programs)
    if program is None:
        return
    names = {unit.endpoint for unit in program.compiled.program.units if Path(unit.file) == path}
    texts = {path} if is_beside(path) else {path, beside(path)}
    for endpoint in program.compiled.model.endpoints:
        here = [each for each in endpoint.examples if Path(each.span.source) in texts]
        yield from _examples(program, endpoint.name, here)
    for subject in subjects(program.compiled):
        if subject.endpoint in names and count:
            yield from _laws(program, path, subject, count, seed)
    if names:
        yield Found("law6-the_same_text_gives_the_same_code", 0, lambda: _same_code(path, program))


def _checked(path: Path) -> None:
    """Fail with every error of the file."""
    try:
        wrong = [each for each in check([path]) if each.severity == "error"]
        if not wrong:
            return
        raise SpecError(tuple(wrong))
    except MapError as error:
        raise Failure(str(error)) from None


def _program(path: Path, programs: Programs) -> _Program | None:
    """The program of the file's folder, or of the file alone where another file of the folder is wrong."""
    for whole in (path.parent, path):
        if whole not in programs:
            try:
                programs[whole] = _Program(compile_program(whole))
            except Exception:  # whatever it is, the check of the file tells it
                programs[whole] = None
        found: _Program | None = programs[whole]
        if found is not None:
            return found
    return None


# --- examples --------------------------------------------------------------------------------------------------------


def _examples(program: _Program, endpoint: str, examples: Iterable[Any]) -> Iterator[Found]:
    seen: dict[str, int] = {}
    for example in examples:
        part = "response" if any(arm.kind == "response" for arm in example.arms) else "request"
        source = program.compiled.model.sources.get(example.span.source)
        line = source.position(example.span.start)[0] - 1 if source is not None else None
        for to in (example.to,) if example.to is not None else ("new", "old"):
            name = f"{endpoint}-{part}-to-{to}-example-{example.name}"
            seen[name] = seen.get(name, 0) + 1
            key = (endpoint, example.name, part, to)
            name += f"-{seen[name]}" if seen[name] > 1 else ""
            yield Found(name, line, partial(_example, program, key, line))


def _example(program: _Program, key: tuple[str, str, str, str], line: int | None) -> None:
    for result in program.results(key[0]):
        at = (result.endpoint, result.name, result.part, result.to)
        if at == key and (line is None or result.line == line + 1) and not result.passed:
            raise Failure(str(result))


# --- laws ------------------------------------------------------------------------------------------------------------


def _laws(program: _Program, path: Path, subject: Subject, count: int, seed: int) -> Iterator[Found]:
    name = subject.endpoint if subject.variant is None else f"{subject.endpoint}.{subject.variant}"
    way = f"exchange-of-{subject.side}" if subject.part == "exchange" else f"{subject.part}-to-{OTHER[subject.side]}"
    line = program.compiled.program.units[subject.unit].line - 1
    for law in (7,) if subject.part == "exchange" else (1, 2, 3, 4, 5, 8, 9):
        yield Found(f"{name}-{way}-law{law}", line, partial(_law, program, path, subject, law, count, seed))


def _law(program: _Program, path: Path, subject: Subject, law: int, count: int, seed: int) -> None:
    if not can_shrink():
        pytest.skip(_NEEDED)
    tally = _tally(program, subject, count, seed)
    for broken in tally.broken.values():
        if broken.law == law:
            compiled = program.compiled
            messages = Messages(compiled.api, compiled.program, compiled.program.units[subject.unit])
            raise Failure(described(shrunk(messages, broken), _shortest(path)))


def _tally(program: _Program, subject: Subject, count: int, seed: int) -> Tally:
    """One run for all laws of a subject."""
    if subject not in program.tallies:
        tally = Tally()
        for piece in pieces(subject, count):
            tally.add(run_piece(program.compiled, piece, seed))
        program.tallies[subject] = tally
    return program.tallies[subject]


def _shortest(path: Path) -> str:
    """The path as somebody would type it."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _same_code(path: Path, program: _Program) -> None:
    again = compile_program(path, examples=False)
    for name, text in again.code.items():
        if program.compiled.code.get(name) != text:
            raise Failure(f"law 6: {LAWS[6]}\n  {name}: two compilations of {path} give different code")


# --- coverage --------------------------------------------------------------------------------------------------------


def coverage_test(path: Path, programs: Programs, least: int, count: int, seed: int) -> Found:
    """A test that fails where the documents of the file reach too few of its rules, or too few are translated."""
    return Found(f"coverage-{least}", 0, lambda: _covered(path, programs, least, count, seed))


def _covered(path: Path, programs: Programs, least: int, count: int, seed: int) -> None:
    program = _program(path, programs)
    if program is None:
        return
    total, missing = 0, list[str]()
    for number, unit in enumerate(program.compiled.program.units):
        if Path(unit.file) == path:
            own = [subject for subject in subjects(program.compiled) if subject.unit == number]
            reached = set[Any]().union(*(_tally(program, subject, count, seed).reached for subject in own))
            many, left = coverage(unit, reached)
            total, missing = total + many, [*missing, *left]
    own_tallies = {
        s: t for s, t in program.tallies.items() if Path(program.compiled.program.units[s.unit].file) == path
    }
    few = [
        f"{s}: only {own_tallies[s].share:.0%} of the documents were translated" for s in rarely_reached(own_tallies)
    ]
    if few:
        raise Failure("\n".join(few))
    if total and 100 * (total - len(missing)) / total < least:
        raise Failure("\n".join([f"{total - len(missing)} of {total} rules, cases and rows reached", *missing]))


def summary(programs: Programs) -> Iterator[str]:
    """Lines for the end of a run, of what ran in this process."""
    for path, program in programs.items():
        if program is None or not program.tallies:
            continue
        whole = total(program.tallies)
        if not whole.documents:
            continue
        yield f"mapdsl: {path}: {whole.documents:,} documents, {whole.share:.0%} translated"
        for refusal, many in whole.refusals.most_common(_MOST_REFUSALS):
            yield f"  refused {many:>6,} times: {refusal}"
