"""Does law 9 hear each report of each operation of the IR? `python -m tests.laws.operation_mutants [--only PART]`.

The operations run in the interpreter (`mapdsl.testing.interpreter.mapping`), which has one call for each report: a
loss, a note of residue, a problem. A mutant leaves one of these calls out. The specs of the conformance cases, and
those below, are put through law 9 with each mutant that they reach; no other law is asked. A table of the mutants is
printed, and the exit code is 1 if one lives.
"""

from __future__ import annotations

import argparse
import ast
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import attrs

from mapdsl.pipeline import CompiledProgram, compile_text
from mapdsl.testing.interpreter import Findings, Flow, Stop, interpreted, joins, mapping, pipes, rest
from mapdsl.testing.interpreter.rest import _Keeper
from mapdsl.testing.laws import Subject, subjects
from mapdsl.testing.laws.conservation import Conservation
from mapdsl.testing.laws.laws import Broken
from mapdsl.testing.laws.runs import conserve, messages_of
from tests.conformance.reading import constructs, hardest
from tests.conformance.running import compiled

__all__ = ["Site", "Trial", "heard", "programs", "reached", "sites", "without"]

MODULES: tuple[ModuleType, ...] = (mapping, joins, pipes, rest)
REPORTS: tuple[tuple[type, str], ...] = (
    *((Findings, name) for name in ("lose", "note", "problem", "fail")),
    (Flow, "lose"),
    (_Keeper, "_lose"),
)
DOCUMENTS = 12
FIRST = 30  # places of the fullest message that are changed to see which reports there are
EDITS = 1  # of others
AGAIN = 2  # places of each message that are changed again
SEEDS = 3  # runs of a message before a mutant is said to live


@attrs.frozen(order=True)
class Site:
    """A call that reports something, and the function around it."""

    module: str
    line: int
    function: str
    report: str

    def __str__(self) -> str:
        return f"{self.module}.{self.function} {self.report} (line {self.line})"


@attrs.frozen
class Trial:
    """Messages that are put through law 9: those of a subject of a program, which has a name."""

    name: str
    program: CompiledProgram
    subject: Subject

    def broken(self, seed: int) -> list[Broken]:
        return list(conserve(self.program, self.subject, seed, DOCUMENTS, AGAIN).broken.values())


def sites() -> list[Site]:
    """Every report in the code of the operations."""
    return sorted({site for module in MODULES for site in _sites_of(module)})


def _sites_of(module: ModuleType) -> Iterator[Site]:
    names = {name for _, name in REPORTS}
    for owner in ast.walk(ast.parse(Path(str(module.__file__)).read_text("utf-8"))):
        if not isinstance(owner, ast.FunctionDef):
            continue
        for node in ast.walk(owner):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in names:
                yield Site(module.__name__.rpartition(".")[2], node.lineno, owner.name, node.func.attr)


@contextmanager
def _overheard(leave_out: Callable[[Site], bool]) -> Iterator[None]:
    """Ask of each report, before it is made, whether to leave it out."""
    at = {(site.module, site.line, site.report): site for site in sites()}

    def wrapped(report: Callable[..., Any], name: str) -> Callable[..., Any]:
        def made(self: Any, *arguments: Any, **more: Any) -> Any:
            frame = sys._getframe(1)
            site = at.get((Path(frame.f_code.co_filename).stem, frame.f_lineno, name))
            if site is None or not leave_out(site):
                return report(self, *arguments, **more)
            if name == "fail":
                raise Stop
            return None

        return made

    kept = [(owner, name, getattr(owner, name)) for owner, name in REPORTS]
    for owner, name, report in kept:
        setattr(owner, name, wrapped(report, name))
    try:
        yield
    finally:
        for owner, name, report in kept:
            setattr(owner, name, report)


@contextmanager
def without(site: Site) -> Iterator[None]:
    """Interpret without one report."""
    with _overheard(lambda other: other == site):
        yield


def reached(trial: Trial) -> set[Site]:
    """The reports that are made of some messages, and of messages with one place changed."""
    found: set[Site] = set()

    def hear(site: Site) -> bool:
        found.add(site)
        return False

    random = Random(f"{trial.subject} {trial.name}")
    with _overheard(hear):
        for judge, several in messages_of(trial.program, trial.subject, 0, DOCUMENTS):
            drawn, conservation = list(several), Conservation(judge, random)
            for each in drawn:
                conservation.learn(each)
            for number, each in enumerate(sorted(drawn, key=lambda one: len(repr(one.message.body)), reverse=True)):
                list(conservation.faults(each, EDITS if number else FIRST))
    return found


def heard(site: Site, trials: Iterable[Trial]) -> tuple[Trial, Broken] | None:
    """The first messages by which law 9 notices that a report is missing, where it finds nothing with all of them."""
    several = list(trials)
    for seed in range(SEEDS):
        for trial in several:
            with without(site):
                broken = trial.broken(seed)
            if broken and not trial.broken(seed):
                return trial, broken[0]
    return None


# --- the specs -------------------------------------------------------------------------------------------------------


def on_interpreter(program: CompiledProgram) -> CompiledProgram:
    return attrs.evolve(program, api=interpreted(program.program))


def programs() -> Iterator[tuple[str, CompiledProgram]]:
    """The specs written for this, then those of the conformance cases, the small ones first."""
    for name, text in OWN.items():
        yield name, on_interpreter(compile_text(text))
    specs = [
        (f"{construct.name} {number}", spec)
        for construct in (*constructs(), *hardest())
        for number, spec in enumerate(construct.specs(), start=1)
        if not construct.exempt
    ]
    for name, spec in sorted(specs, key=lambda each: len(each[1].text)):
        yield name, on_interpreter(compiled(spec))


HEAD = """mapdsl 1
enum t open { "a" <-> 1 }
enum k closed { "a" <-> "x"; "b" <-> "y" }
enum m closed { canonical "a" <-> "x"; "b" <-> "x"; "c" <-> "z" }
lookup user : string <-> integer
table days { ("mon", 1) <-> "m1"; ("tue", 2) <-> "t2"; else reject "a day" }
"""
# What the conformance cases come to seldom.
OWN: dict[str, str] = {
    name: f"{HEAD}endpoint e {{ old POST /a\n new POST /b\n {part} {{ {rules} }}\n}}\n"
    for name, part, rules in (
        (
            "members of cases",
            "request",
            "match { case old k is present, new k is present { k <-> k } else { * <-> * { a <-> b } } }",
        ),
        ("one of two", "request", "a <-> c; b -> c combine only_one"),
        ("joint places", "request", "(day, hour) <-> slot : days"),
        ("dates at the edge", "request", 'at <-> at : date_time("YYYY-MM-DD hh:mm:ss", "Asia/Tokyo")'),
        ("lookups that pass", "request", "a <-> b : user else pass"),
        ("lookups that give nothing", "request", "a <-> b : user else absent"),
        ("lookups with a default", "request", "a <-> b : user else use 7"),
        ("lookups that refuse", "request", 'a <-> b : user else reject "a user"'),
        ("references", "request", "q <-> q : ref(id, name, user) else absent"),
        ("lists of one", "request", "l <-> i : singleton { x <-> y }"),
        ("names of members", "request", "o.* <-> p.* keys k { x <-> y }"),
        ("names that are one", "request", "o.* <-> p.* keys m { x <-> y }"),
        ("names that become numbers", "request", "o.* <-> p.* keys t { x <-> y }"),
        (
            "joint places in a case",
            "request",
            "match { case old k is present, new k is present { k <-> k; (p.day, p.hour) <-> slot : days }"
            " else { $[] <-> $[] { a <-> b } } }",
        ),
        ("a value that is made up", "response", 'drop ok = true assume "no document says so"; a <-> b'),
        ("what a path finds", "request", 'drop select("$..legacy"); a <-> b'),
        ("filters", "query", 'filter a reject "no such filter"; filter b ignore'),
        ("what the request says", "response", "a <-> b\n drop who = @request.body.who"),
    )
}


def trials() -> Iterator[Trial]:
    for name, program in programs():
        for subject in subjects(program):
            if subject.part != "exchange":
                yield Trial(name, program, subject)


# Reports that law 9 cannot miss, each with the reason.
BEYOND: dict[tuple[str, str], str] = {
    ("join", "note"): "only in messages that are shown in part, which law 7 has",
    ("_read", "problem"): "what it refuses is told by the block or the case as well",
    ("_convert", "problem"): "what it refuses goes out as a text of its own; that it reads as other names, law 2 sees",
}


# --- the command -----------------------------------------------------------------------------------------------------


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="a part of the mutants' names")
    options = parser.parse_args()
    where: dict[Site, list[Trial]] = {site: [] for site in sites()}
    for trial in trials():
        for site in reached(trial):
            where[site].append(trial)
    alive = 0
    print("| report left out | noticed in |\n| --- | --- |")
    for site, several in where.items():
        if options.only in str(site):
            found, beyond = heard(site, several), BEYOND.get((site.function, site.report))
            alive += found is None and beyond is None
            missed = beyond or f"**nowhere** of {len(several)}"
            print(f"| {site} | {missed if found is None else f'{found[0].name}, {found[0].subject}'} |", flush=True)
    print(f"\n{len(where)} mutants, {alive} alive")
    return 1 if alive else 0


if __name__ == "__main__":
    raise SystemExit(main())
