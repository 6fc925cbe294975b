"""What the reference interpreter finds: problems, losses and notes, put in their order at the end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

import attrs

from mapdsl.conversions import ABSENT
from mapdsl.errors import Problem, RuleRef
from mapdsl.paths import Where
from mapdsl.runtime import DROPPED, GUESSED, UNTRANSLATED, Claim, Loss, Note, Recorder, Written, found, spell_place

__all__ = ["Findings", "Stop"]


class Stop(Exception):
    """An operation found a problem, which is recorded, and writes nothing."""


@attrs.define
class Findings:
    """Collects in the order in which things are found. `hook` is told what was reached, for coverage."""

    rules: tuple[RuleRef, ...]
    hook: Callable[[tuple[Any, ...]], None] | None = None
    _problems: list[tuple[int, Where, str, Any, Written | None]] = attrs.field(factory=list)
    _doubts: list[tuple[int, tuple[int, Where, str, Any, Written]]] = attrs.field(factory=list)
    _losses: list[tuple[int, Where, Any, str, str | Claim]] = attrs.field(factory=list)
    notes: list[Note] = attrs.field(factory=list)

    def problem(self, rule: int, where: Where, expected: str, value: Any, unless: Written | None = None) -> None:
        self._problems.append((rule, where, expected, value, unless))

    def doubt(self, rule: int, where: Where, expected: str, value: Any, unless: Written) -> None:
        """Report what is a problem only where a lookup says that what was written does not hold."""
        self._doubts.append((len(self._problems), (rule, where, expected, value, unless)))

    def fail(self, rule: int, where: Where, expected: str, value: Any) -> NoReturn:
        self.problem(rule, where, expected, value)
        raise Stop

    def lose(self, rule: int, where: Where, value: Any, reason: str, kind: str | Claim = DROPPED) -> None:
        self._losses.append((rule, where, value, reason, kind))

    def settle(self, rule: int, losses: list[tuple[Where, Any, str, str | Claim]]) -> None:
        """Report the losses of a pipe that has ended well."""
        for where, value, reason, kind in losses:
            self.lose(rule, where, value, reason, kind)

    def note(
        self,
        where: Where,
        value: Any,
        images: tuple[tuple[Where, Any], ...] = (),
        given: Any = ABSENT,
        under: tuple[Where, ...] = (),
    ) -> None:
        self.notes.append(Note(where, value, images, given, under))

    def within(self, mark: int, *when: tuple[Where, Any]) -> None:
        """Say what chose the rules that the notes from a mark on come of."""
        for number, note in enumerate(self.notes[mark:], start=mark):
            self.notes[number] = attrs.evolve(note, when=(*note.when, *when))

    def chose(self, mark: int, match: int, roots: tuple[tuple[str, Where], ...], at: Where | None = None) -> None:
        """Say in a branch of which `match` notes from a mark on were found: all, or those at one place."""
        for number, note in enumerate(self.notes[mark:], start=mark):
            if at is not None and note.path != at:
                continue
            self.notes[number] = attrs.evolve(note, chosen=(*note.chosen, (match, roots)))

    def chose_around(
        self, mark: int, match: int, roots: tuple[tuple[str, Where], ...], places: tuple[Where, ...]
    ) -> None:
        """Say of notes from a mark on that they are of a `match`: those at, above or below one of the places."""
        for number, note in enumerate(self.notes[mark:], start=mark):
            if any(all(a == b for a, b in zip(note.path, place, strict=False)) for place in places):
                self.notes[number] = attrs.evolve(note, chosen=(*note.chosen, (match, roots)))

    @property
    def problem_count(self) -> int:
        return len(self._problems)

    def reach(self, *what: Any) -> None:
        if self.hook is not None:
            self.hook(what)

    def tell(self, log: Recorder) -> None:
        """Say everything again to a log of the runtime."""
        for number in range(len(self._problems) + 1):
            for doubt in (row for at, row in self._doubts if at == number):
                log.doubt(*doubt)
            for problem in self._problems[number : number + 1]:
                log.problem(*problem)
        for loss in self._losses:
            log.lose(*loss)
        for note in self.notes:
            mark = log.mark()
            log.note(note.path, note.value, note.images, note.given, note.under)
            log.within(mark, *note.when)
            for match, roots in note.chosen:
                log.chose(mark, match, roots)

    def problems(self) -> tuple[Problem, ...]:
        """By rule, then as found; of those with equal path and expectation the first."""
        told: set[tuple[Where, str]] = set()
        ordered = []
        for rule, where, expected, value, _ in sorted(self._problems, key=lambda row: row[0]):
            if (where, expected) not in told:
                told.add((where, expected))
                ordered.append(Problem(spell_place(where), expected, found(value), self._rule(rule)))
        return tuple(ordered)

    def lost(self) -> tuple[Loss, ...]:
        """By rule, then as found; a place is lost once for a reason."""
        once: dict[tuple[int, Where, str], Loss] = {}
        for rule, where, value, why, kind in sorted(self._losses, key=lambda row: row[0]):
            if not isinstance(kind, Claim):
                told = UNTRANSLATED if kind == GUESSED else kind
                once.setdefault((rule, where, why), Loss(spell_place(where), value, why, self._rule(rule), told))
        return tuple(once.values())

    def written(self) -> tuple[Written, ...]:
        """The texts of names whose reading a lookup decides: those that are problems so far, then the others."""
        return tuple(row[4] for row in (*self._problems, *(row for _, row in self._doubts)) if row[4] is not None)

    def claims(self) -> tuple[tuple[Where, Any, Claim], ...]:
        """What is lost where a lookup gives another value, as found."""
        return tuple((where, value, kind) for _, where, value, _, kind in self._losses if isinstance(kind, Claim))

    def _rule(self, rule: int) -> RuleRef | None:
        return self.rules[rule] if 0 <= rule < len(self.rules) else None
