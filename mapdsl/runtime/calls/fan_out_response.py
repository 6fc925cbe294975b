"""Replies to the calls of a fan: to old the items of one reply, to new one reply for each item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from mapdsl.conversions import same
from mapdsl.errors import Problem, TranslationError
from mapdsl.records import Record
from mapdsl.runtime.compiled import UNTRANSLATED, CompiledMapping, Gather, Loss, Parts, Recorder, Strict
from mapdsl.runtime.messages import Headers, Response, found, spell
from mapdsl.runtime.residue import ResidueKey, make_residue, restore
from mapdsl.runtime.translation import (
    PASSED,
    Job,
    Replies,
    Run,
    TranslatedResponse,
    first_status,
    mapped_status,
    nth_call,
    open_carried,
)
from mapdsl.runtime.transport import (
    BODILESS,
    FAILED,
    NO_BODY,
    Carried,
    Reply,
    body_kind,
    failure_of_http,
    header_at,
    header_of,
    misfits,
    validated,
    write_headers,
)

from . import fan_out as fans
from .hidden_items import HiddenItems, hidden_items_of

__all__ = ["GatheredReplies", "ItemReply"]

_UNREADABLE = 502


@attrs.define(eq=False, repr=False)
class _Made(Record):
    """One item, or one reply, that was made of a reply by a job."""

    reply: Reply
    job: Job
    target: Parts


@attrs.define(eq=False, repr=False)
class GatheredReplies(Replies):
    """To old: one reply for each call. `unread`: of those that cannot be read, by their numbers."""

    unread: dict[int, Loss] = attrs.field(factory=dict)
    leaving: list[Reply] = attrs.field(factory=list)  # those that leave an item
    narrowing: HiddenItems | None = None

    def take(self, messages: Sequence[Response]) -> None:
        count = None if self.sent is None else len(self.sent.calls)
        if count is not None and len(messages) != count:
            raise TranslationError([Problem("$", f"{count} replies, one for each call", f"{len(messages)}")])
        opening = self._read_tolerant if self.exchange else self.read
        self.replies = [opening(message, number) for number, message in enumerate(messages)]
        if self.sent is not None:
            self.narrowing = hidden_items_of(self.prepared.unit, "old", self.sent.asked.old)

    def _read_tolerant(self, message: Response, number: int) -> Reply:
        """The reply to a call; one that is none is that of a failed call, and the others stay."""
        asked = nth_call(self.sent, number)
        try:
            return self.hide(open_carried(self.prepared, validated(message), self.to, asked))
        except TranslationError as error:
            self._tell_unread(number, message.status, None, error.problems)
            return failure_of_http(self.prepared, Response(_UNREADABLE), self.to, asked)

    def _tell_unread(self, number: int, status: int, body: Any, problems: Sequence[Problem]) -> None:
        self.unread[number] = self._unread_loss(number, status, body, problems)

    def _unread_loss(self, number: int, status: int, body: Any, problems: Sequence[Problem]) -> Loss:
        why = "; ".join(f"{problem.path}: {problem.wanted}" for problem in problems)
        where = "body" if self._alone else f"[{number}].body"
        return Loss(where, body, f"a reply of status {status} that cannot be read: {why}")

    @property
    def _gather(self) -> Gather:
        assert self.prepared.unit.gather is not None
        return self.prepared.unit.gather

    @property
    def _success(self) -> CompiledMapping:
        return self.prepared.unit.ways("response", "old")

    @property
    def _alone(self) -> bool:
        return (len(self.replies) if self.sent is None else len(self.sent.calls)) <= 1

    # --- the whole answer ---

    def failure(self) -> Reply | None:
        gather = self._gather
        if gather.mode == "each" or (gather.mode == "any" and not all(self.fails(each) for each in self.replies)):
            return None
        failed = (reply for reply in self.replies if self.fails(reply) and reply.status not in gather.omit)
        return next(failed, None)

    def translate(self, given: Mapping[str, Any], residue: Any, strict: Strict, lenient: bool) -> TranslatedResponse:
        if self.exchange and self._gather.mode != "each":
            self._fail_unreadable(given)
        failed = self.failure()
        if failed is None and isinstance(residue, dict) and residue.get("part") == "failure":
            failed = next((reply for reply in self.replies if self.fails(reply)), None)
        if failed is not None:
            made = self.translate_failure(failed, given, residue, strict, lenient)
        else:
            made = super().translate(given, residue, strict, lenient)
        return attrs.evolve(made, lost=(*(self.unread[number] for number in sorted(self.unread)), *made.lost))

    def _fail_unreadable(self, given: Mapping[str, Any]) -> None:
        """Where failed calls are no items, a call whose reply does not fit has failed like the others."""
        jobs = self._gathering()
        if self.failure() is not None:  # then nothing was looked up for the others
            jobs = [(reply, None if job is None or job.ways.lookups else job) for reply, job in jobs]
        run = Run(self.catalog.lookups, self._success, given, "old", lenient=True)
        done = iter(run.do_all([job for _, job in jobs if job is not None]))
        place = 0
        for number, (reply, job) in enumerate(jobs):
            if job is None:
                continue
            if wrong := self._wrong(reply, next(done)[1], number, place):
                self._tell_unread(number, reply.parts.status, reply.parts.body, wrong)
                self.replies[number] = failure_of_http(self.prepared, Response(_UNREADABLE), "old", reply.asked)
            place += 1

    def form_of_failure(self, reply: Reply) -> dict[str, Any]:
        return fans.kept_aside(self._others(reply))

    def lost_by_failure(self, reply: Reply, residue: Any) -> tuple[Loss, ...]:
        others = [] if residue is not None else self._others(reply)
        return tuple(Loss(f"[{number}]", other.parts.status, "another call failed") for number, other in others)

    def _others(self, failed: Reply) -> list[tuple[int, Reply]]:
        return [(number, reply) for number, reply in enumerate(self.replies) if reply is not failed]

    # --- the items ---

    def jobs(self) -> Sequence[Job]:
        return [job for _, job in self._gathering() if job is not None]

    def _gathering(self) -> list[tuple[Reply, Job | None]]:
        """The job that makes an item of each reply; None where it leaves none."""
        made: list[tuple[Reply, Job | None]] = []
        place = 0
        for reply in self.replies:
            ways = self._ways_of(reply)
            job = None
            if ways is not None:
                here, there = fans.message_at(place), fans.item_at(self._gather.path, place)
                job = Job(ways, reply.parts, reply.asked, here, there)
                place += 1
            made.append((reply, job))
        return made

    def _ways_of(self, reply: Reply) -> CompiledMapping | None:
        gather = self._gather
        if not self.fails(reply):
            return self._success
        if gather.mode != "each" or gather.failure is None or reply.status in gather.omit:
            return None
        return gather.failure.to_old

    def succeed(self, run: Run, stamp: ResidueKey, residue: Any, strict: Strict) -> TranslatedResponse:
        gathering = self._gathering()
        done = iter(run.do_all([job for _, job in gathering if job is not None]))
        made: list[_Made] = []
        lost: list[Loss] = []
        for number, (reply, job) in enumerate(gathering):
            if job is None:
                lost += self._left_out(reply, number)
                continue
            target, log = next(done)
            if not self.exchange and not self.fails(reply):
                run.problems.extend(self._undeclared(reply, number))
            elif wrong := self._wrong(reply, log, number, len(made)):
                loss = self._unread_loss(number, reply.parts.status, reply.parts.body, wrong)
                if self.exchange:
                    self.unread[number] = loss
                else:
                    lost.append(loss)
                job, target, log = self._unreadable(run, job, reply, len(made))
            self._note_status(job, reply, len(made), log)
            run.log.extend(log)
            made.append(_Made(reply, job, target))
        return self._into_one(run, made, stamp, residue, strict, lost)

    def _left_out(self, reply: Reply, number: int) -> list[Loss]:
        """A failed call that leaves no item: with `omit` that is what it means, with `any` it is lost."""
        if reply.status in self._gather.omit:
            return []
        where = "status" if self._alone else f"[{number}]"
        return [Loss(where, reply.parts.status, "a call that failed: others did not")]

    def _wrong(self, reply: Reply, log: Recorder, number: int, place: int) -> list[Problem]:
        """Why the reply to a call does not fit; `place` is its own among those that leave an item."""
        if log.failed:
            fans.spell_apart(log, len(self.replies), {place: number})
        return [*log.problems(), *self._undeclared(reply, number)]

    def _undeclared(self, reply: Reply, number: int) -> list[Problem]:
        """What the fields that its side declares say of the reply to a call."""
        fields = () if self.fails(reply) else self.prepared.unit.declared("response", self.side)
        where = "" if self._alone else f"[{number}]."
        return [attrs.evolve(problem, path=f"{where}{problem.path}") for problem in misfits(fields, reply.parts)]

    def _unreadable(self, run: Run, job: Job, reply: Reply, place: int) -> tuple[Job, Parts, Recorder]:
        """A call whose reply does not fit: its item is that of a failed call, and the outcome of the others stays."""
        failure = self._gather.failure
        ways = job.ways if failure is None else failure.to_old
        status = reply.status if self.fails(reply) else _UNREADABLE
        again = attrs.evolve(job, ways=ways, parts=Parts(None, header=job.parts.header, status=status))
        target, log = run.do(again)
        if log.failed:  # then nothing can be said of it but that it is there
            target, log = Parts(item={}), Recorder(ways.rules)
        body = reply.parts.body
        if not isinstance(body, bytes):
            log.note(("body", place), body, (((*self._gather.path, place), target.item),))
        return again, target, log

    def _note_status(self, job: Job, reply: Reply, place: int, log: Recorder) -> None:
        """What the way home would say of this reply otherwise."""
        rows = self.prepared.unit.statuses
        home = mapped_status(rows, first_status(rows, "old"), "new")
        home = FAILED if job.ways is not self._success else home
        if home != reply.parts.status:
            log.note(("status", place), reply.parts.status, given=home)
        if reply.parts.body is None:
            log.note(("body", place), None, given={})

    def _into_one(
        self, run: Run, made: list[_Made], stamp: ResidueKey, residue: Any, strict: Strict, lost: list[Loss]
    ) -> TranslatedResponse:
        unit = self.prepared.unit
        self.leaving = [each.reply for each in made]
        aside = [(n, reply) for n, reply in enumerate(self.replies) if not any(reply is each.reply for each in made)]
        gone = {number for number, _ in aside}
        fans.spell_apart(run.log, len(self.replies), [n for n in range(len(self.replies)) if n not in gone])
        succeeded = [each for each in made if each.job.ways is self._success]
        lost += self._disagreeing(run, succeeded)
        outer = succeeded[0].target if succeeded else Parts({})
        target = Parts(outer.body, header=outer.header, status=outer.status)
        fans.put_items(self._gather.path, target, self._asked_for([each.target.item for each in made]))
        passing = [*(each.reply for each in made if not self.fails(each.reply)), *self.leaving, *self.replies]
        reply = passing[0]  # its headers pass
        if target.status is None:
            target.status = 200 if reply.to_call else first_status(unit.statuses, "old")
        lost += self._check_written(run, target)
        source = fans.stack([each.reply.parts for each in made])
        form = fans.kept_aside(aside)
        return self.close(run, reply, source, target, stamp, residue, strict, tuple(lost), form=form)

    def answering(self) -> Sequence[Reply]:
        return self.leaving

    def tell_headers(self, carried: Carried, run: Run) -> None:
        """The replies come home each with its own headers."""
        if not self.leaving:
            return  # the replies are kept aside, whole
        ordered = [self.replies[number] for number in carried.numbers] or self.replies
        carried.tell(run.log, [header_of(_place(self.leaving, reply)) for reply in ordered], header_at)

    def _asked_for(self, items: list[Any]) -> list[Any]:
        if self.narrowing is None:
            return items
        passed = self.narrowing.asked_for(items)
        return [item for item, passes in zip(items, passed, strict=True) if passes]

    def _check_written(self, run: Run, target: Parts) -> list[Loss]:
        """What the fields of the old side say; of calls that were made, their outcomes count for more."""
        fields = self.prepared.unit.declared("response", "old")
        if not self.exchange:
            run.check_written(fields, target)
            return []
        return [
            Loss(problem.path, None, f"not as declared: expected {problem.expected}", problem.rule, UNTRANSLATED)
            for problem in misfits(fields, target, "old")
        ]

    def _disagreeing(self, run: Run, made: list[_Made]) -> list[Loss]:
        """What stands outside of the items must be the same in all; of calls that were made it is lost otherwise."""
        lost: list[Loss] = []
        for each in made[1:]:
            first = made[0].target
            if same(each.target.body or {}, first.body or {}) and same(each.target.header, first.header):
                continue
            where, value = self.numbered("body", each.reply), each.reply.parts.body
            if self.exchange:
                lost.append(Loss(where, value, "the first reply says otherwise"))
                continue
            expected = f"nothing but what {spell(self._gather.path)}[] takes to differ from the first reply"
            run.problems.append(Problem(where, expected, found(value)))
        return lost

    def ways_for_residue(self, run: Run, stamp: ResidueKey) -> CompiledMapping:
        gather = self._gather
        return fans.as_gathered(run.ways, gather.path, gather.key) if stamp.part == "response" else run.ways


@attrs.define(eq=False, repr=False)
class ItemReply(Replies):
    """To new: one reply of an old server, with an item for each message. `aside`: replies without one, by residue."""

    aside: list[tuple[int, int, Headers, Any]] = attrs.field(factory=list)  # number, status, headers, body

    @property
    def _gather(self) -> Gather:
        assert self.prepared.unit.gather is not None
        return self.prepared.unit.gather

    @property
    def _expected(self) -> int | None:
        """How many items the reply must hold: one for each message, without those that residue says left none."""
        return None if self.sent is None else max(0, len(self.sent.calls) - len(self.aside))

    def translate(self, given: Mapping[str, Any], residue: Any, strict: Strict, lenient: bool) -> TranslatedResponse:
        self.aside = fans.read_aside(residue)
        return super().translate(given, residue, strict, lenient)

    def jobs(self) -> Sequence[Job]:
        reply, gather = self.replies[0], self._gather
        items = fans.items_of(gather.path, reply.parts, self._expected, omits=bool(gather.omit))
        return [self._job(reply, item, number) for number, item in enumerate(items)]

    def _job(self, reply: Reply, item: Any, number: int) -> Job:
        parts, gather = fans.seen_by(reply.parts, item), self._gather
        ways, failure = self.prepared.unit.ways("response", "new"), self._gather.failure
        if failure is not None and failure.old_fails is not None and failure.old_fails(parts):
            ways = failure.to_new
        gone = {place for place, *_ in self.aside}
        calls = () if self.sent is None else self.sent.calls
        left = [call for place, call in enumerate(calls) if place not in gone]
        asked = left[number] if number < len(left) else nth_call(self.sent, number)
        return Job(ways, parts, asked, fans.item_at(gather.path, number), fans.message_at(number))

    def succeed(self, run: Run, stamp: ResidueKey, residue: Any, strict: Strict) -> TranslatedResponse:
        unit, reply, jobs = self.prepared.unit, self.replies[0], self.jobs()
        run.problems.extend(misfits(unit.declared("response", "old"), reply.parts))
        made: list[_Made] = []
        lost: list[Loss] = []
        for job, (target, log) in zip(jobs, run.do_all(jobs), strict=True):
            if log.failed and job.ways is not run.ways:
                target, log, passed = self._pass_item(job, log, len(made))
                lost.append(passed)
            run.log.extend(log)
            made.append(_Made(reply, job, target))
            if job.ways is run.ways:
                run.check_written(unit.declared("response", "new"), target)
        self._tell_of_the_rest(run, made)
        run.check()
        first = first_status(unit.statuses, "old")
        if reply.parts.status != first:
            run.log.note(("status",), reply.parts.status, given=first)
        for each in made:
            if each.target.status is None:
                failed = each.job.ways is not run.ways
                each.target.status = FAILED if failed else mapped_status(unit.statuses, reply.parts.status, "new")
        for number, each in enumerate(made):
            if each.target.status in BODILESS and each.target.body:
                where: tuple[str | int, ...] = (*self._gather.path, number)
                why = f"a reply of status {each.target.status} {NO_BODY}"
                run.log.lose(len(run.log.rules), where, each.job.parts.item, why)
                run.log.note(where, each.job.parts.item, ((("status", number), each.target.status),))
                each.target.body = None
        whole = fans.stack([each.target for each in made])
        carried = self._pass_to_each(made, whole, run, residue)
        ways = fans.as_gathered(run.ways, self._gather.path, self._gather.key)
        if residue is not None:
            restore(residue, reply.parts, whole, ways, stamp, several=True)
        kept = make_residue(run.log.kept, reply.parts, whole, ways, stamp)
        carried.keep(kept)
        responses = []
        for target in fans.unstack(whole, len(made)):
            headers = write_headers(target.header or {}, carried, run.problems)
            responses.append(Response(target.status, headers, target.body))
        guessed = self.guesses(run, stamp.part, reply.parts, whole, "")
        succeeded = [each.target.body for each in made if each.job.ways is run.ways]
        lost += self.unfilled(stamp, succeeded[0]) if succeeded else ()
        everything_lost = (*run.lost(), *guessed, *self.hidden(), *carried.losses(), *lost)
        run.finish(everything_lost, strict)
        if not responses and self._expected:  # the call left no item, as `omit` has it
            responses = [Response(self._gather.omit[0])] * self._expected
        everything = self._with_aside(responses)
        problems = tuple(run.problems)
        return TranslatedResponse(
            stamp.endpoint, stamp.variant, "new", everything, everything_lost, kept, problems, self.hint()
        )

    def _pass_item(self, job: Job, log: Recorder, number: int) -> tuple[Parts, Recorder, Loss]:
        """An item of a failed call that its failure block does not take: the call fails, with the item as its body."""
        item = job.parts.item
        place: tuple[str | int, ...] = (*self._gather.path, number)
        first = log.problems()[0]
        own = Recorder(log.rules)
        own.note(place, item, ((("body", number), item),))
        loss = Loss(spell(place), item, f"{PASSED}: {first.path}: {first.wanted}", first.rule, UNTRANSLATED)
        return Parts(item, status=FAILED), own, loss

    def _pass_to_each(self, made: list[_Made], whole: Parts, run: Run, residue: Any) -> Carried:
        """The headers of the one reply, which each of the replies that are made of it gets."""
        reply, names = self.replies[0], self.prepared.names("response", "new")
        kinds = {body_kind(each.target.body) for each in made}
        goes = kinds.pop() if len(kinds) == 1 else "json"
        passed = self.passed(reply, names, goes, run.lookups, alone=len(made) + len(self.aside) <= 1)
        carried = Carried(names.there, [passed], residue)
        carried.tell(run.log, (header_at,), header_of(0))
        whole.header = [carried.put(each) for each in whole.header]
        return carried

    def _tell_of_the_rest(self, run: Run, made: list[_Made]) -> None:
        """What stands beside the items is read by the rules of success: also where no item is one."""
        if any(each.job.ways is run.ways for each in made):
            return
        parts, asked = fans.seen_by(self.replies[0].parts, {}), nth_call(self.sent, 0)
        _, log = run.do(Job(run.ways, parts, asked, fans.item_at(self._gather.path, 0)))
        run.log.extend(log.beside(self._gather.path))

    def every(self, response: Response) -> tuple[Response, ...]:
        """The whole reply failed, and so did each call."""
        return self._with_aside([response] * max(1, self._expected or 0))

    def _with_aside(self, made: list[Response]) -> tuple[Response, ...]:
        """The replies with those that left nothing in the one reply, where they stood among them."""
        for number, status, headers, body in self.aside:
            made.insert(number, Response(status, headers, body))
        return tuple(made)


def _place(replies: Sequence[Reply], reply: Reply) -> int:
    return next(number for number, each in enumerate(replies) if each is reply)
