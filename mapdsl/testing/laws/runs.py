"""Drawn documents of a whole program through the laws, in pieces that may run anywhere and in any order.

A piece is one message of one side of one unit, with so many documents from one seed; the first piece of a message has
the planned documents too. Its tally is JSON, so that a long run can stop and go on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from random import Random
from typing import Any

import attrs

from mapdsl import ir
from mapdsl.paths import Where
from mapdsl.pipeline import CompiledProgram
from mapdsl.testing.generation import (
    OTHER,
    Document,
    DocumentPlan,
    Drawn,
    Messages,
    Target,
    documents,
    gaps,
    of_each_rule,
    pairs,
    planned,
    plans,
    spoiled,
    targets,
)

from .conservation import Conservation
from .exchange_law import Served, can_be_served
from .laws import Broken, Trial, Verdict

__all__ = [
    "PIECE",
    "Piece",
    "Subject",
    "Tally",
    "conserve",
    "coverage",
    "messages_of",
    "pieces",
    "rarely_reached",
    "run_piece",
    "subjects",
    "total",
]

PIECE = 1000  # documents
_EXCHANGES = 40  # one exchange, of several calls, for so many documents
_FEWEST = 20  # exchanges in a run of as many documents; in a run of fewer, replies to one request are changed
_FIRST = 60  # places that are changed of the message that holds most, in a run of many documents
_FRESH = 3  # places of a later one that are changed where no message before it had them, in such a run
_LEAST = 8  # places of that message in the smallest run
_MANY = 100  # documents
_TRIED = 5  # values that are tried at a place
_SOMETIMES = 40  # of so many messages, one has a place changed whatever was changed before
_SHARE = 0.7  # of the documents of each message and side


@attrs.frozen
class Subject:
    """Messages that go one way: those of a `part` (request, response, or a whole exchange) that come from a side."""

    unit: int
    endpoint: str
    variant: str | None
    part: str
    side: str

    def __str__(self) -> str:
        name = self.endpoint if self.variant is None else f"{self.endpoint}.{self.variant}"
        if self.part == "exchange":
            return f"{name}, exchange of {'an' if self.side == 'old' else 'a'} {self.side} client"
        return f"{name}, {self.part} to {OTHER[self.side]}"


@attrs.frozen
class Piece:
    """A part of a run. `number` 0 has the planned documents, with `pairs` those of every two rules and the spoiled
    ones."""

    subject: Subject
    number: int
    count: int
    pairs: bool = True


@attrs.define
class Tally:
    """What became of the documents of one or several pieces."""

    documents: int = 0
    translated: int = 0
    changes: int = 0  # messages with one place changed, for law 9
    routes: int = 1  # of the side that requests come from
    spoiled: int = 0  # documents of which each node in turn was replaced; they are not meant to be translated
    refusals: Counter[str] = attrs.field(factory=Counter)
    lost: Counter[str] = attrs.field(factory=Counter)
    reached: set[Target] = attrs.field(factory=set)  # each of its mapping: part, failure, to, what
    broken: dict[Any, Broken] = attrs.field(factory=dict)
    breaks: int = 0

    def add(self, other: Tally) -> None:
        self.documents += other.documents
        self.spoiled += other.spoiled
        self.changes += other.changes
        self.routes = max(self.routes, other.routes)
        self.translated += other.translated
        self.refusals += other.refusals
        self.lost += other.lost
        self.reached |= other.reached
        self.breaks += other.breaks
        for key, broken in other.broken.items():
            self.broken.setdefault(key, broken)

    def take(self, verdict: Verdict, is_spoiled: bool = False) -> None:
        if is_spoiled:
            self.spoiled += 1
        else:
            self.documents += 1
            self._count(verdict)
        self.hold(verdict.broken)

    def hold(self, broken: Iterable[Broken]) -> None:
        for each in broken:
            self.breaks += 1
            self.broken.setdefault(each.key, each)

    def _count(self, verdict: Verdict) -> None:
        if verdict.refusal is None:
            self.translated += 1
        else:
            self.refusals[verdict.refusal] += 1
        self.lost.update(verdict.lost)

    @property
    def share(self) -> float:
        """The share of documents that were translated."""
        return self.translated / self.documents if self.documents else 1.0


def subjects(compiled: CompiledProgram) -> Iterator[Subject]:
    """All of a program. A body of bytes has no documents; what a spec refuses whole has no exchange."""
    for number, unit in enumerate(compiled.program.units):
        for part in ("request", "response"):
            if part not in unit.opaque:
                yield from (Subject(number, unit.endpoint, unit.variant, part, side) for side in ("old", "new"))
        if can_be_served(unit):
            yield from (Subject(number, unit.endpoint, unit.variant, "exchange", side) for side in ("old", "new"))


def pieces(subject: Subject, count: int, pairs: bool = True) -> Iterator[Piece]:
    """The pieces of a run with `count` documents of each message."""
    if subject.part == "exchange":
        yield Piece(subject, 0, max(min(count, _FEWEST), count // _EXCHANGES))
        return
    for number in range(max(1, -(-count // PIECE))):
        yield Piece(subject, number, min(PIECE, count - number * PIECE), pairs)


def run_piece(compiled: CompiledProgram, piece: Piece, seed: Any, exempt: Iterable[int] = ()) -> Tally:
    """Put the documents of a piece through every law that applies to them. Equal arguments give equal tallies."""
    subject, unit = piece.subject, compiled.program.units[piece.subject.unit]
    messages = Messages(compiled.api, compiled.program, unit)
    seeds = f"{seed}/{piece.number}"
    if subject.part == "exchange":
        return _exchanges(messages, subject, piece.count, Random(f"{seeds} {subject}"))
    tally, mapping = Tally(), messages.mapping(subject.part, subject.side)
    wanted = messages.wanted(subject.part, subject.side)
    drawn = list(planned(mapping, seeds, _planned(mapping, piece, seeds), wanted)) if piece.number == 0 else []
    drawn += documents(mapping, seeds, piece.count, wanted)
    bad = list(spoiled(mapping, seeds, wanted)) if piece.number == 0 and piece.pairs else []
    random = Random(f"{seeds} {subject}")
    told, changing = frozenset(exempt), Random(f"{seeds} {subject} law 9")
    if subject.part == "request":
        trial = Trial(messages, "request", subject.side, None, _hearing(tally, mapping, ""), told)
        requests = list(messages.requests(subject.side, drawn))
        tally.routes = len(trial.routes())
        for each in requests:
            tally.take(trial.judge(each, random))
        _changed(trial, requests, set(), changing, tally, piece.count)
        bad += messages.odd_paths(subject.side, drawn) if bad else ()
        for each in messages.requests(subject.side, bad):
            tally.take(trial.judge(each), is_spoiled=True)
        return tally
    covered: dict[bool, set[Where]] = {False: set(), True: set()}
    for number, (trial, several) in enumerate(_replies(messages, subject, drawn, seeds, piece.count, tally, told)):
        replies = list(several)
        for each in replies:
            tally.take(trial.judge(each, random))
        if number < 2 or piece.count >= _MANY:
            _changed(trial, replies, covered[number % 2 == 1], changing, tally, piece.count)
    for trial, several in _replies(messages, subject, bad, seeds, 0, tally, told) if bad else ():
        for each in several:
            tally.take(trial.judge(each), is_spoiled=True)
    return tally


def _planned(mapping: ir.Mapping, piece: Piece, seed: str) -> Iterator[DocumentPlan]:
    """The plans of a piece. A run of few documents takes those that reach every rule, row and case, and a few more."""
    yield from plans(mapping)
    for number, others in enumerate((gaps, pairs) if piece.pairs else (gaps,)):
        several = list(others(mapping))
        most = len(several) if piece.count >= _MANY else min(len(several), piece.count // 4)
        yield from Random(f"{seed} {number}").sample(several, most)


def conserve(compiled: CompiledProgram, subject: Subject, seed: Any, count: int, more: int = 0) -> Tally:
    """Law 9 alone, with all values, on the messages of `messages_of`; `more`: places of each that are changed again."""
    tally, random = Tally(), Random(f"{seed} {subject} law 9")
    for trial, several in messages_of(compiled, subject, seed, count, tally):
        _changed(trial, list(several), set(), random, tally, more=more)
    return tally


def messages_of(
    compiled: CompiledProgram, subject: Subject, seed: Any, count: int, tally: Tally | None = None
) -> Iterator[tuple[Trial, Iterable[Drawn]]]:
    """The planned documents of a subject and `count` others, as messages on trial."""
    messages = Messages(compiled.api, compiled.program, compiled.program.units[subject.unit])
    mapping, wanted = messages.mapping(subject.part, subject.side), messages.wanted(subject.part, subject.side)
    drawn = [*planned(mapping, seed, of_each_rule(mapping), wanted), *documents(mapping, seed, count, wanted)]
    if subject.part == "request":
        yield Trial(messages, "request", subject.side), messages.requests(subject.side, drawn)
    else:
        yield from _replies(messages, subject, drawn, seed, count, tally or Tally(), frozenset())


def _changed(
    trial: Trial,
    several: list[Drawn],
    covered: set[Where],
    random: Random,
    tally: Tally,
    count: int | None = None,
    more: int = 0,
) -> None:
    """Put messages through changes of their places (law 9), the one that holds most first. `count`: the documents of
    the run, which say how many places and values are tried; None: all."""
    first, fresh = (_FIRST, _FRESH) if count is None else (min(_FIRST, _LEAST + count // 2), 1 + 2 * (count >= _MANY))
    conservation = Conservation(trial, random, None if count is None else _TRIED, covered)
    for each in several:
        conservation.learn(each)
    fullest = sorted(several, key=lambda drawn: len(repr(drawn.message.body)), reverse=True)
    for number, each in enumerate(fullest if count is None or count >= _MANY else fullest[:count]):
        again = more + (number % _SOMETIMES == 0)
        tally.hold(conservation.faults(each, fresh if number else first, again))
    tally.changes += conservation.changes


def _replies(
    messages: Messages,
    subject: Subject,
    drawn: list[Document],
    seeds: str,
    count: int,
    tally: Tally,
    told: frozenset[int],
) -> Iterator[tuple[Trial, Iterable[Drawn]]]:
    """Replies of a side, successes and failures, on trial with the requests that they answer."""
    side, to = subject.side, OTHER[subject.side]
    sent: list[Any] = list(messages.exchanges(to, seeds)) or [None]  # None: all requests are refused
    mapping, failing = messages.mapping("response", side), messages.failing(side)
    failures: list[Document] = []
    if failing is not None and count:
        failures = list(planned(failing, seeds, of_each_rule(failing) if count >= _MANY else plans(failing)))
        failures += documents(failing, seeds, max(5, count // 5))
    for number, request in enumerate(sent):
        call = 7 if request is None else request.asked.id(side)
        trial = Trial(messages, "response", side, request, _hearing(tally, mapping, ""), told)
        yield trial, messages.responses(side, drawn[number :: len(sent)], call)
        hearing = None if failing is None else _hearing(tally, failing, "failure")
        trial = Trial(messages, "response", side, request, hearing, told)
        share = slice(number, None, len(sent))
        odd = slice(None) if count >= _MANY else share
        yield trial, messages.failures(side, failures[share], call, odd)


def _hearing(tally: Tally, mapping: ir.Mapping, kind: str) -> Any:
    head = (mapping.part, kind, mapping.to)
    reached = tally.reached

    def hear(what: Target) -> None:
        reached.add((*head, *what))

    return hear


def _exchanges(messages: Messages, subject: Subject, count: int, random: Random) -> Tally:
    tally, served = Tally(), Served(messages, subject.side)
    for _ in range(count):
        broken = []
        for request, difference in served.check(random):
            trial = Trial(messages, "response", OTHER[subject.side])
            found = trial.broken(7, difference, request)
            broken.append(attrs.evolve(found, part="exchange", side=subject.side))
        tally.take(Verdict(None, tuple(broken)))
    return tally


def total(tallies: Mapping[Subject, Tally]) -> Tally:
    """What became of all documents; exchanges are counted apart."""
    whole = Tally()
    for subject, tally in tallies.items():
        if subject.part != "exchange":
            whole.add(tally)
    return whole


def rarely_reached(tallies: Mapping[Subject, Tally]) -> list[Subject]:
    """Subjects of which less than 70% of the documents were translated, but for those that are refused whole; so may be
    all of several routes but one."""
    whole = Counter[tuple[int, str]]()
    for subject, tally in tallies.items():
        whole[subject.unit, subject.part] += tally.translated
    return [
        subject
        for subject, tally in tallies.items()
        if tally.share < _SHARE / tally.routes
        and tally.documents >= _MANY  # a share of fewer says little
        and whole[subject.unit, subject.part]
    ]


def coverage(unit: ir.Unit, reached: set[Target]) -> tuple[int, list[str]]:
    """How many rules, cases and rows a unit has, and those that no document reached, as text."""
    mappings = [("", mapping) for mapping in (*unit.request, *unit.response)]
    if unit.failure is not None:
        mappings += [("failure", unit.failure.to_new), ("failure", unit.failure.to_old)]
    total, missing = 0, []
    for kind, mapping in mappings:
        wanted = sorted(targets(mapping), key=repr)
        total += len(wanted)
        missing += [_told(unit, mapping, t) for t in wanted if (mapping.part, kind, mapping.to, *t) not in reached]
    return total, missing


def _told(unit: ir.Unit, mapping: ir.Mapping, target: Target) -> str:
    head = f"{unit.endpoint}, {mapping.part} to {mapping.to}"
    if target[0] in ("rule", "case", "else"):
        info = mapping.rules[target[1]]
        what = {"rule": "", "case": "the case ", "else": "the else of "}[target[0]]
        return f"{head}: {what}{info.text}    {info.file}:{info.line}"
    if target[0] == "row":
        return f"{head}: row {target[3] + 1} of {target[1]}"
    return f"{head}: an answer of {target[1]}"
