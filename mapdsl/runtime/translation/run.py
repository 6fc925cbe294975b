"""One run of generated functions: look up what they need, map, and collect problems and losses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import attrs

from mapdsl.conversions import ABSENT
from mapdsl.errors import LookupMissing, MapError, Problem, TranslationError
from mapdsl.records import Record
from mapdsl.runtime.compiled import (
    CompiledMapping,
    FieldDecl,
    LookupDecl,
    Loss,
    Parts,
    Recorder,
    RequestPair,
    Strict,
    Where,
    annotate,
    missed,
    read,
    refusals,
)
from mapdsl.runtime.transport import misfits, report_missing

from .lookups import answer, can_be_asked, reader_of

__all__ = ["Job", "Keys", "Run", "keys_of"]

Keys = dict[str, dict[Any, None]]


def _as_it_is(path: Where) -> Where:
    return path


@attrs.frozen(repr=False)
class Job(Record):
    """One message, or one item of several, to be mapped by `ways`.

    `source_path` and `target_path` say where places of its source and target lie in the whole: an item's in its list,
    a message's among several.
    """

    ways: CompiledMapping
    parts: Parts
    asked: RequestPair | None = None
    source_path: Callable[[Where], Where] = _as_it_is
    target_path: Callable[[Where], Where] = _as_it_is


def keys_of(jobs: Iterable[Job]) -> Keys:
    """What must be looked up before the jobs can run: lookup -> keys, without repeats."""
    wanted: Keys = {}
    for job in jobs:
        if job.ways.lookups:
            for name, keys in job.ways.keys(job.parts, job.asked).items():
                wanted.setdefault(name, {}).update(keys)
    return wanted


class Run:
    """Jobs of one translation, whose reports go into one log. `reports` False: nobody asks what is lost, and what is
    wrong is said by another run."""

    def __init__(
        self,
        declared: Mapping[str, LookupDecl],
        ways: CompiledMapping,
        lookups: Mapping[str, Any],
        to: str,
        lenient: bool,
        came: Sequence[Mapping[str, Any]] = (),
        *,
        reports: bool = True,
    ) -> None:
        self.declared = declared
        self.ways = ways
        self.log = Recorder(ways.rules)
        self.log.came = came
        self.problems: list[Problem] = []
        self.to = to
        self.reports = reports
        self.lookups = lookups
        self._lenient = lenient
        self._missed = False
        self._keys: Mapping[str, Mapping[Any, None]] = {}
        self._answers: dict[str, dict[Any, Any]] = {}

    def map(self, parts: Parts, asked: RequestPair | None) -> Parts:
        """Look up what the parts need, and run the function on them; a fault in it names the rule at work."""
        if not self.reports and self.ways.body_only and not self.ways.lookups:
            return self._plain(parts)
        job = Job(self.ways, parts, asked)
        self.look_up((job,))
        target = self._call(job, self.log)
        self._settle((self.log,))
        return target

    def _plain(self, parts: Parts) -> Parts:
        """What a mapping of bodies makes. Raises TranslationError for what is wrong with the body."""
        try:
            return Parts(self.ways.plain(parts.body))
        except MapError:
            raise
        except Exception as fault:
            annotate(fault)
            raise

    def look_up(self, jobs: Sequence[Job]) -> None:
        """Ask once for the keys of all jobs."""
        keys = keys_of(jobs)
        if not keys:
            return
        try:
            answers = answer(self.declared, keys, self.lookups, self.to)
        except TranslationError as error:  # the functions run all the same: they may find more that is wrong
            self.problems.extend(error.problems)
            self._missed = isinstance(error, LookupMissing)
            answers = {name: {} for name in keys}
        self._keys, self._answers = keys, answers

    def do_all(self, jobs: Sequence[Job]) -> list[tuple[Parts, Recorder]]:
        """Look up what the jobs need, and run them; the reports of each are in a log of its own, in the places of the
        whole."""
        self.look_up(jobs)
        return self._do(jobs)

    def do(self, job: Job) -> tuple[Parts, Recorder]:
        """Run one job whose keys were looked up, likewise."""
        return self._do((job,))[0]

    def back_keys(self, jobs: Sequence[Job]) -> Keys:
        """What must be looked up the other way, to know how texts of names will be read that the jobs write."""
        writing = [job for job in jobs if job.ways.writes_names]
        if not writing:
            return {}
        self.look_up(writing)
        logs = [Recorder(job.ways.rules) for job in writing]
        for job, log in zip(writing, logs, strict=True):
            self._call(job, log)
        return self._unsettled(logs)

    def _do(self, jobs: Sequence[Job]) -> list[tuple[Parts, Recorder]]:
        logs = [Recorder(job.ways.rules) for job in jobs]
        made = [self._call(job, log) for job, log in zip(jobs, logs, strict=True)]
        self._settle(logs)
        for job, log in zip(jobs, logs, strict=True):
            log.relocate(job.source_path, job.target_path)
        return list(zip(made, logs, strict=True))

    def _call(self, job: Job, log: Recorder) -> Parts:
        try:
            target: Parts = job.ways.full(job.parts, self._answers, job.asked, log)
        except MapError:
            raise
        except Exception as fault:
            annotate(fault)
            raise
        return target

    def lost(self) -> tuple[Loss, ...]:
        """What did not arrive. What a lookup will give again is compared with what it gives, where it is at hand."""
        wanted: Keys = {}
        for _, _, claim in self.log.claims():
            if can_be_asked(self.lookups.get(claim.lookup), "new"):
                wanted.setdefault(claim.lookup, {})[claim.key] = None
        return self.log.lost(answer(self.declared, wanted, self.lookups, "new"))

    def finds_nothing(self, target: Parts) -> bool:
        """Whether a filter is left with nothing that it could let through: then there is nothing to ask for."""
        return any(
            self.log.has_lost(rule, "lookup miss") and read(target, where) in (ABSENT, [], "")
            for rule, where in self.ways.filters
        )

    def check_written(self, fields: tuple[FieldDecl, ...], target: Parts) -> None:
        """What the fields that the other side declares say of what was written."""
        if fields:
            report_missing(fields, target, self.log)
            if not self.problems and not self.log.failed:
                self.problems.extend(misfits(fields, target, self.to))

    def check(self) -> None:
        """Raise what was wrong so far, unless problems are to be returned."""
        if self.log.failed:
            self.problems.extend(self.log.problems())
        if self.problems and not self._lenient:
            raise LookupMissing(self.problems) if self.lacks_answers() else TranslationError(self.problems)

    def _settle(self, logs: Sequence[Recorder]) -> None:
        """Decide whether texts of names are read as what they were written of, as far as lookups can tell that.

        Before anything looks at whether a log has problems: one that is taken back must not keep another from sight.
        """
        back = "old" if self.to == "new" else "new"
        unsettled = self._unsettled(logs)
        readers = {name: reader_of(self.lookups.get(name), back) for name in unsettled}
        wanted = {name: keys for name, keys in unsettled.items() if readers[name] is not None}
        answers: Mapping[str, Mapping[Any, Any]] = {}
        try:
            answers = answer(self.declared, wanted, readers, back) if wanted else {}
        except TranslationError as error:
            self.problems.extend(error.problems)
        for log in logs:
            log.settle(answers)

    def _unsettled(self, logs: Sequence[Recorder]) -> Keys:
        """The keys that decide how texts are read, as far as the answers at hand do not."""
        writing = [log for log in logs if log.written()]
        lookups = {written.lookup for log in writing for written in log.written()}
        names = {name: {text for text in self._found(name) if isinstance(text, str)} for name in lookups}
        wanted: Keys = {}
        for log in writing:
            log.trust(names)
            log.ask_back(wanted)
        return wanted

    def _found(self, lookup: str) -> Iterable[Any]:
        return self._answers.get(lookup, {}).values()

    def lacks_answers(self) -> bool:
        """Whether a lookup is not passed at all, or a rule that cannot do without met a key it does not know."""
        unknown = {
            missed(key, "any", name)
            for name, keys in self._keys.items()
            for key in keys
            if key not in self._answers.get(name, ())
        }
        return self._missed or any(problem.expected in unknown for problem in self.problems)

    def finish(self, lost: tuple[Loss, ...], strict: Strict, status: Any = None) -> None:
        """Raise what writing the message reported, and each loss of a kind that is refused.

        `status` is that of a failure: an error about it names the status.
        """
        if self.problems and not self._lenient:
            raise TranslationError(self.problems)
        refused = refusals(lost, strict, status)
        if refused and not self._lenient:
            raise TranslationError(refused)
        self.problems.extend(refused)
