"""Responses from end to end: replies to one request or to several, on their way to the side that asked.

A response is one message on each side, unless

    paging      several pages are one: their items stand behind each other, and the client's window is cut out
    gather      the replies to the calls of a fan are the items of one old reply
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs

from mapdsl.conversions import ABSENT, same
from mapdsl.errors import Problem, RuleRef, TranslationError

from . import fans, paging
from .api import Api, Prepared
from .calls import Reply, error_problem, open_reply
from .closing import write_headers
from .declared import misfits
from .messages import Response
from .narrowing import Narrowing, narrowing_of
from .opaque import set_aside
from .opening import checked, fits, open_response
from .pages import Merged, merge
from .parts import Asked, Log, Loss, Parts
from .places import Editor, Where, read
from .plan import Compiled, Gather, PagingSide, Ways
from .requests import check_residue
from .residue import Stamp, seal
from .restore import restore
from .results import TranslatedRequest, TranslatedResponse
from .running import Job, Keys, Run, keys_of
from .show import found, spell
from .windows import Plan

__all__ = ["Replies", "open_carried", "reply_of_nothing"]

_BODILESS = (204, 304)
_UNREADABLE = 502
_FAILED = 400  # the status of a failure that tells none


def reply_of_nothing(prepared: Prepared, side: str) -> Response:
    """What the server of a request that was not sent would have answered."""
    unit = prepared.unit
    return Response(
        _first_status(unit.statuses, side),
        {},
        None if unit.paging is None else paging.nothing_found(unit.paging, side),
    )


def open_carried(prepared: Prepared, message: Response, to: str, asked: Asked | None) -> Reply:
    """A reply of an exchange. From a server of RPC a failure of HTTP replies to no call, and is one all the same."""
    try:
        return open_reply(prepared, message, to, asked)
    except TranslationError:
        if message.status < 400:
            raise
    return _failure_of_http(message, to, asked)


def _failure_of_http(message: Response, to: str, asked: Asked | None) -> Reply:
    to_call = asked is not None and asked.id(to) is not ABSENT
    return Reply(message, open_response(message), False, to_call, asked, to, failed=True)


def plan_of(prepared: Prepared, to: str, asked: Asked | None, narrowing: Narrowing | None) -> Plan | None:
    """The plan of the request that is answered."""
    sides = prepared.unit.paging
    if sides is None or asked is None:
        return None
    way, whole = "new" if to == "old" else "old", narrowing is not None
    return paging.planned(sides, way, asked.of(to), Log(()), whole=whole)


def found_enough(unit: Compiled, narrowing: Narrowing, client: str, asked: Asked) -> Callable[[list[Any]], bool] | None:
    """Whether items so far fill a client's window, where nobody must count the others; None: all are looked at."""
    view = None if unit.paging is None else paging.viewed(unit.paging, client, asked)
    if unit.totals == "exact" or narrowing.filters or view is None or view.wanted.limit is None:
        return None
    wanted = view.wanted.offset + view.wanted.limit
    return lambda items: len(narrowing.let_through(items)) >= wanted


@attrs.frozen
class _Cut:
    """A reply with the items that the client gets, the whole one, and which of its items are kept."""

    parts: Parts
    whole: Parts
    kept: Sequence[int] = ()


@attrs.define
class Replies:
    """The replies to one request, taken apart. `exchange`: the last word on a
    request that was carried out, so that a fan's call whose reply cannot be read is a failed call, and a page too short
    is told.

    Raises TranslationError where they do not belong to one request, or do not follow each other.
    """

    api: Api
    prepared: Prepared
    to: str
    sent: TranslatedRequest | None
    replies: list[Reply]
    view: paging.View | None = None
    merged: Merged | None = None
    narrowing: Narrowing | None = None
    exchange: bool = False
    unread: dict[int, Loss] = attrs.field(factory=dict)  # of the calls of a fan whose replies cannot be read
    aside: list[tuple[int, int, Any]] = attrs.field(factory=list)  # number, status, body: left nothing in the old reply

    @classmethod
    def open(
        cls,
        api: Api,
        prepared: Prepared,
        messages: Sequence[Response],
        to: str,
        sent: TranslatedRequest | None,
        exchange: bool = False,
    ) -> Replies:
        calls = () if sent is None else sent.calls
        many = prepared.unit.gather is not None and to == "old"
        if sent is not None and many and len(messages) != len(calls):
            expected = f"{len(calls)} replies, one for each call"
            raise TranslationError([Problem("$", expected, f"{len(messages)}")])
        if not many and prepared.unit.paging is None and len(messages) != 1:
            what = "an empty list" if not messages else f"a list of {len(messages)}"
            raise TranslationError([Problem("$", "one message, for this endpoint translates one into one", what)])
        made = cls(api, prepared, to, sent, [], exchange=exchange)
        for number, message in enumerate(messages):
            asked = _nth(calls, number, sent)
            if exchange and many:
                made.replies.append(made._open_call(message, asked, number, len(messages)))
            else:
                made.replies.append((open_carried if exchange else open_reply)(prepared, message, to, asked))
        made._look_at_pages()
        return made

    def _open_call(self, message: Response, asked: Asked | None, number: int, several: int) -> Reply:
        """The reply to a call of a fan; one that is none is that of a failed call, and the others stay."""
        try:
            return open_carried(self.prepared, checked(message), self.to, asked)
        except TranslationError as error:
            self.unread[number] = _unread(number, several, None, error.problems)
            return _failure_of_http(Response(_UNREADABLE), self.to, asked)

    # --- several pages ---

    def _look_at_pages(self) -> None:
        unit, asked = self.prepared.unit, None if self.sent is None else self.sent.asked
        if unit.gather is not None and asked is not None and self.to == "old":
            self.narrowing = narrowing_of(unit, "old", asked.of("old"))
        if unit.paging is None:
            return
        self.view = paging.viewed(unit.paging, self.to, asked)
        if asked is not None:
            self.narrowing = narrowing_of(unit, self.to, asked.of(self.to))
        _, server = paging.roles(unit.paging, self.to, request=False)
        plan = plan_of(self.prepared, self.to, asked, self.narrowing)
        if self.failure() is not None or plan is None or self.view is None:
            if len(self.replies) > 1 and plan is None:
                raise TranslationError([Problem("$", "the request of these pages: pass request=", "none")])
            return
        pages = [reply.parts for reply in self.replies]
        if len(pages) == 1 and plan.known == 1 and not self.exchange and self.narrowing is None:
            return
        self._check_count(plan, len(pages))
        self.merged = merge(server, plan, pages)
        if self.narrowing is not None and not self.merged.ended and not self.exchange:
            expected = "the whole list, for its items are shown in part: use Api.exchange"
            raise TranslationError([Problem("$", expected, f"{sum(self.merged.counts)} items, and more behind them")])
        if len(pages) < plan.known and not self.merged.ended and not self.exchange:
            expected = f"the replies to {plan.known} calls, or the end of the list in the last one"
            raise TranslationError([Problem("$", expected, f"{len(pages)}")])
        last = plan.window(len(pages) - 1)
        whole = None if last.limit is None else last.offset + last.limit - plan.start
        if plan.walks:
            whole = sum(self.merged.counts)
        served = attrs.evolve(self.view.served, offset=plan.start, limit=whole)
        ended = self.merged.ended or (self.exchange and plan.count is None)
        self.view = attrs.evolve(self.view, served=served, ended=ended)

    def _check_count(self, plan: Plan, count: int) -> None:
        if count == 0 or (plan.count is not None and count > plan.count):
            expected = f"1 to {plan.count} replies" if count else "a reply"
            raise TranslationError([Problem("$", expected, f"{count}")])

    # --- what to look up, and the translation ---

    def failure(self) -> Reply | None:
        """The reply that makes the whole answer a failure; the first of several."""
        failed = [reply for reply in self.replies if self._fails(reply)]
        gather = self.prepared.unit.gather
        if gather is not None and self.to == "old":
            failed = [reply for reply in failed if reply.status not in gather.omit]
            if gather.mode == "each" or (gather.mode == "any" and not all(self._fails(each) for each in self.replies)):
                return None
        return failed[0] if failed else None

    def wanted_keys(self) -> Keys:
        """What must be looked up before the replies can be mapped."""
        try:
            return keys_of(self._jobs())
        except TranslationError:  # told when they are mapped
            return {}

    def translate(self, given: Mapping[str, Any], residue: Any, strict: bool, lenient: bool) -> TranslatedResponse:
        self._fail_unreadable(given)
        made = self._translate(given, residue, strict, lenient)
        return attrs.evolve(made, lost=(*(self.unread[number] for number in sorted(self.unread)), *made.lost))

    def _fail_unreadable(self, given: Mapping[str, Any]) -> None:
        """Where failed calls are no items, a call whose reply does not fit has failed like the others."""
        unit = self.prepared.unit
        if not self.exchange or self.to != "old" or unit.gather is None or unit.gather.mode == "each":
            return
        jobs = self._gathering(unit.gather)
        if self.failure() is not None:  # then nothing was looked up for the others
            jobs = [(reply, None if job is None or job.ways.lookups else job) for reply, job in jobs]
        run = Run(self.api, unit.ways("response", "old"), given, "old", lenient=True)
        run.look_up([job for _, job in jobs if job is not None])
        place = 0
        for number, (reply, job) in enumerate(jobs):
            if job is None:
                continue
            place += 1
            if wrong := self._wrong(reply, run.do(job)[1], number, place - 1):
                self.unread[number] = _unread(number, len(jobs), reply.parts.body, wrong)
                self.replies[number] = _failure_of_http(Response(_UNREADABLE), "old", reply.asked)

    def _translate(self, given: Mapping[str, Any], residue: Any, strict: bool, lenient: bool) -> TranslatedResponse:
        unit, failed = self.prepared.unit, self.failure()
        if unit.gather is not None:
            if self.to == "new":
                self.aside = fans.read_aside(residue)
            elif failed is None and isinstance(residue, dict) and residue.get("part") == "failure":
                failed = next((reply for reply in self.replies if self._fails(reply)), None)
        if failed is not None:
            return self._translate_failure(failed, given, residue, strict, lenient)
        stamp = Stamp(unit.endpoint, unit.variant, "response", self.to, self.api.digest)
        check_residue(residue, stamp)
        run = Run(self.api, unit.ways("response", self.to), given, self.to, lenient)
        if unit.gather is not None:
            return self._gather(unit.gather, run, stamp, residue, strict)
        return self._one(run, stamp, residue, strict)

    @property
    def _side(self) -> str:
        return "old" if self.to == "new" else "new"

    def _jobs(self) -> Sequence[Job]:
        unit, failed = self.prepared.unit, self.failure()
        if failed is not None:
            ways = None if unit.failure is None else _ways(unit.failure, self.to)
            return () if ways is None else (Job(ways, failed.parts, failed.asked),)
        if unit.gather is not None:
            return [job for _, job in self._gathering(unit.gather) if job is not None]
        asked, ways = self.replies[0].asked, unit.ways("response", self.to)
        if self.narrowing is not None and self.narrowing.filters:
            return (Job(ways, self._let_through()[0], asked),)
        return (Job(ways, self._cut(None).parts, asked),)

    def _cut(self, run: Run | None) -> _Cut:
        """The reply with the items that the client gets. `run` has looked up what a filter of the client needs."""
        unit = self.prepared.unit
        whole = self.replies[0].parts if self.merged is None else self.merged.parts
        log = Log(()) if run is None else run.log
        if unit.paging is None or self.view is None:
            return _Cut(whole, whole)
        if self.narrowing is not None and self.merged is not None:
            return self._narrowed(run, whole)
        cut, skipped = paging.cut(unit.paging, self.to, self.view, whole, log)
        items = read(cut, self._items_at)
        count = len(items) if isinstance(items, list) else 0
        return _Cut(cut, whole, range(skipped, skipped + count))

    def _narrowed(self, run: Run | None, whole: Parts) -> _Cut:
        """Of the whole list the items that are for the client, that it asked for, and that lie in its window."""
        narrowing, view = self.narrowing, self.view
        assert narrowing is not None
        assert view is not None
        through, kept = self._let_through()
        if narrowing.filters and run is not None:
            target, _ = run.do(Job(run.ways, through, self.replies[0].asked))
            made = read(target, ("body", *self._client.items))
            passed = narrowing.asked_for(made if isinstance(made, list) else [])
            kept = [number for number, passes in zip(kept, passed, strict=False) if passes]
        totals = self.prepared.unit.totals
        self.view = attrs.evolve(view, ended=True, shown=len(kept), totals=totals)
        end = None if view.wanted.limit is None else view.wanted.offset + view.wanted.limit
        kept = kept[view.wanted.offset : end]
        return _Cut(self._with_items(whole, kept), whole, kept)

    def _let_through(self) -> tuple[Parts, list[int]]:
        """The whole reply with the items that are for the client at all, and which ones these are."""
        assert self.merged is not None
        assert self.narrowing is not None
        items = read(self.merged.parts, self._items_at)
        kept = self.narrowing.let_through(items if isinstance(items, list) else [])
        return self._with_items(self.merged.parts, kept), kept

    def _with_items(self, whole: Parts, kept: Sequence[int]) -> Parts:
        items = read(whole, self._items_at)
        if not isinstance(items, list) or len(kept) == len(items):
            return whole
        parts = Parts(whole.body, whole.path, whole.query, whole.header, whole.status)
        Editor(parts).put(self._items_at, [items[number] for number in kept])
        return parts

    @property
    def _client(self) -> PagingSide:
        assert self.prepared.unit.paging is not None
        return paging.roles(self.prepared.unit.paging, self.to, request=False)[0]

    @property
    def _items_at(self) -> Where:
        assert self.prepared.unit.paging is not None
        return ("body", *paging.roles(self.prepared.unit.paging, self.to, request=False)[1].items)

    def _one(self, run: Run, stamp: Stamp, residue: Any, strict: bool) -> TranslatedResponse:
        """One reply, or the pages of one list, as one reply."""
        unit, reply = self.prepared.unit, self.replies[0]
        data = set_aside(unit, "response", reply.parts)
        if self.narrowing is not None and self.narrowing.filters:
            run.look_up(self._jobs())
        shown = self._cut(run)
        cut, whole = shown.parts, shown.whole
        if unit.paging is not None:
            run.log.spelled_by(self._places_of(shown.kept))
        reply.respell(run.log)
        if len(self.replies) > 1:
            run.log.spelled_by(_numbered)
        run.problems.extend(misfits(unit.declared("response", self._side), cut))
        target = run.map(cut, reply.asked)
        if unit.paging is not None:
            paging.fill(unit.paging, self.to, self.view, whole, target, run.log)
            self._tell_of_hidden(shown, target, run.log)
        run.check_written(unit.declared("response", self.to), target)
        _set_status(unit.statuses, whole.status, target, self.to, run.log, reply.to_call)
        target.body = data if "response" in unit.opaque else target.body
        torn = () if self.merged is None else self.merged.torn
        return self._close(run, reply, cut, target, stamp, residue, strict, torn)

    def _tell_of_hidden(self, shown: _Cut, target: Parts, log: Log) -> None:
        """Items that are not for the client are reported; residue keeps the list, for the way home cannot make them."""
        items = read(shown.whole, self._items_at)
        narrowing = self.narrowing
        if narrowing is None or not isinstance(items, list) or len(shown.kept) == len(items):
            return
        hidden = len(items) - len(narrowing.let_through(items))
        if hidden:
            log.lose(len(log.rules), self._items_at, f"{hidden} of {len(items)}", "items that `only` leaves out")
        place = ("body", *self._client.items)
        log.note(self._items_at, items, ((place, read(target, place)),))

    def _places_of(self, kept: Sequence[int]) -> Callable[[Where], Where]:
        """Where an item of those that were mapped stands in the replies: the number of the reply comes first."""
        items, depth = self._items_at, len(self._items_at)
        counts = (10**18,) if self.merged is None else self.merged.counts

        def respell(path: Where) -> Where:
            number, index = 0, path[depth] if path[:depth] == items and len(path) > depth else None
            if isinstance(index, int):
                index = kept[index] if index < len(kept) else index
                while number < len(counts) - 1 and index >= counts[number]:
                    index -= counts[number]
                    number += 1
                path = (*path[:depth], index, *path[depth + 1 :])
            return path if len(counts) == 1 else (*path[:1], number, *path[1:])

        return respell

    # --- failures ---

    def _fails(self, reply: Reply) -> bool:
        failure = self.prepared.unit.failure
        if reply.failed or failure is None:
            return reply.failed
        guards = failure.old_fails if self._side == "old" else failure.new_fails
        return guards is not None and fits(guards, reply.parts)

    def _translate_failure(
        self, reply: Reply, given: Mapping[str, Any], residue: Any, strict: bool, lenient: bool
    ) -> TranslatedResponse:
        """A failure goes through the failure block and nothing else; without one it passes as it is: that is a loss."""
        unit, to = self.prepared.unit, self.to
        stamp = Stamp(unit.endpoint, unit.variant, "failure", to, self.api.digest)
        check_residue(residue, stamp)
        failure, parts = unit.failure, reply.parts
        if failure is None:
            reason = "a failure, passed as it is: the endpoint has no failure block"
            rule = RuleRef(unit.file, unit.line, f"endpoint {unit.endpoint}")
            body = "body.error" if reply.from_call else "body"
            where, value = ("status", parts.status) if parts.body is None else (body, parts.body)
            run = Run(self.api, unit.ways("response", to), given, to, lenient)
            target = reply.pass_failure(run.log)
            lost = (Loss(self._numbered(where, reply), value, reason, rule), *self._outdone(reply, residue))
            home = residue if reply.from_call or reply.to_call else None
            form = fans.kept_aside(self._others(reply))
            return self._close(run, reply, parts, target, stamp, home, strict, lost, failed=True, form=form)
        run = Run(self.api, _ways(failure, to), given, to, lenient)
        reply.respell(run.log)
        if len(self.replies) > 1:
            number = self.replies.index(reply)
            run.log.spelled_by(lambda path: (number, *path))
        reply.unfill(residue)
        target = run.map(parts, reply.asked)
        told_by_body = failure.new_fails if to == "new" else failure.old_fails
        kept: dict[str, Any] = fans.kept_aside(self._others(reply))
        failed = False
        if reply.from_call or reply.to_call:
            told = told_by_body is not None and fits(told_by_body, target)
            failed = reply.settle_failure(target, told, run.log, kept)
        elif target.status is None:
            target.status = parts.status
            if parts.status < 400 and told_by_body is None:
                target.status = _FAILED
                run.log.note(("status",), parts.status, ((("status",), _FAILED),))
        lost = self._outdone(reply, residue)
        return self._close(run, reply, parts, target, stamp, residue, strict, lost, failed=failed, form=kept)

    def _others(self, failed: Reply) -> list[tuple[int, Reply]]:
        """The replies to the other calls of a fan, where the failure of one is the whole answer."""
        if self.prepared.unit.gather is None:
            return []
        return [(number, reply) for number, reply in enumerate(self.replies) if reply is not failed]

    def _outdone(self, failed: Reply, residue: Any) -> tuple[Loss, ...]:
        others = [] if residue is not None else self._others(failed)
        return tuple(Loss(f"[{number}]", reply.parts.status, "another call failed") for number, reply in others)

    def _numbered(self, where: str, reply: Reply) -> str:
        return f"[{self.replies.index(reply)}].{where}" if len(self.replies) > 1 else where

    # --- gathers ---

    def _gathering(self, gather: Gather) -> list[tuple[Reply, Job | None]]:
        """What becomes of each reply, or of each item of the one reply: the job that maps it, or nothing."""
        if self.to == "old":
            made, count = [], 0
            for reply in self.replies:
                job = self._item_of(gather, reply, count)
                count += job is not None
                made.append((reply, job))
            return made
        reply = self.replies[0]
        items = fans.items_of(gather.path, reply.parts, None if self.sent is None else self._expected)
        return [(reply, self._reply_of(gather, reply, item, number)) for number, item in enumerate(items)]

    @property
    def _expected(self) -> int:
        """How many items the one reply must hold: one for each message, without those that residue says left none."""
        return max(0, (0 if self.sent is None else len(self.sent.calls)) - len(self.aside))

    def _with_aside(self, made: list[Response]) -> tuple[Response, ...]:
        """The replies with those that left nothing in the one reply, where they stood among them."""
        for number, status, body in self.aside:
            made.insert(number, Response(status, {}, body))
        return tuple(made)

    def _item_of(self, gather: Gather, reply: Reply, number: int) -> Job | None:
        ways = self.prepared.unit.ways("response", "old")
        if self._fails(reply):
            if gather.mode != "each" or reply.status in gather.omit:
                return None
            if gather.failure is not None:
                ways = _ways(gather.failure, "old")
        return Job(ways, reply.parts, reply.asked, fans.message_at(number), fans.item_at(gather.path, number))

    def _reply_of(self, gather: Gather, reply: Reply, item: Any, number: int) -> Job:
        parts = fans.seen_by(reply.parts, item)
        ways = self.prepared.unit.ways("response", "new")
        failure = gather.failure
        if failure is not None and failure.old_fails is not None and failure.old_fails(parts):
            ways = failure.to_new
        calls = () if self.sent is None else self.sent.calls
        gone = {place for place, _, _ in self.aside}
        left = [call for place, call in enumerate(calls) if place not in gone]
        asked = _nth(left, number, self.sent)
        return Job(ways, parts, asked, fans.item_at(gather.path, number), fans.message_at(number))

    def _gather(self, gather: Gather, run: Run, stamp: Stamp, residue: Any, strict: bool) -> TranslatedResponse:
        gathering = self._gathering(gather)
        run.look_up([job for _, job in gathering if job is not None])
        made: list[tuple[Reply, Job, Parts]] = []
        lost: list[Loss] = []
        for number, (reply, job) in enumerate(gathering):
            if job is None:
                lost += self._left_out(gather, reply, number)
                continue
            target, log = run.do(job)
            if self.exchange and self.to == "old" and (wrong := self._wrong(reply, log, number, len(made))):
                self.unread[number] = _unread(number, len(self.replies), reply.parts.body, wrong)
                job, target, log = self._unreadable(gather, run, job)
            elif self.to == "old":
                run.problems.extend(self._undeclared(reply, number))
            if self.to == "old":
                home = self._status_of(gather, job, _first_status(self.prepared.unit.statuses, "old"))
                if home != reply.parts.status:
                    log.note(("status", len(made)), reply.parts.status, given=home)
                if reply.parts.body is None:
                    log.note(("body", len(made)), None, given={})
            run.log.take(log)
            made.append((reply, job, target))
        if self.to == "new" and made:
            self._tell_of_the_rest(gather, run, made)
        if self.to == "old":
            return self._into_one(gather, run, made, stamp, residue, strict, tuple(lost))
        return self._into_several(gather, run, made, stamp, residue, strict)

    def _tell_of_the_rest(self, gather: Gather, run: Run, made: list[tuple[Reply, Job, Parts]]) -> None:
        """What stands beside the items of an old reply is read by the rules of success: also where no item is one."""
        ways, reply = self.prepared.unit.ways("response", "new"), made[0][0]
        if any(job.ways is ways for _, job, _ in made):
            return
        beside = Job(ways, fans.seen_by(reply.parts, {}), made[0][1].asked, fans.item_at(gather.path, 0))
        _, log = run.do(beside)
        run.log.take(log.beside(gather.path))

    def _kept_aside(self, made: list[tuple[Reply, Job, Parts]]) -> list[tuple[int, Reply]]:
        kept = [reply for reply, _, _ in made]
        return [(number, reply) for number, reply in enumerate(self.replies) if not any(reply is one for one in kept)]

    def _status_of(self, gather: Gather, job: Job, status: int) -> int:
        """The status of the new reply that an item means; `status` is that of the old reply it stands in."""
        failure = gather.failure
        if failure is not None and job.ways in (failure.to_new, failure.to_old):
            return _FAILED
        return _mapped(self.prepared.unit.statuses, status, "new")

    def _left_out(self, gather: Gather, reply: Reply, number: int) -> list[Loss]:
        """A failed call that leaves no item: with `omit` that is what it means, with `any` it is lost."""
        if reply.status in gather.omit:
            return []
        where = f"[{number}]" if len(self.replies) > 1 else "status"
        return [Loss(where, reply.parts.status, "a call that failed: others did not")]

    def _wrong(self, reply: Reply, log: Log, number: int, place: int) -> list[Problem]:
        """Why the reply to a call of a fan does not fit; `place` is its own among those that leave an item."""
        if log.failed:
            fans.spell_apart(log, len(self.replies), {place: number})
        return [*log.problems(), *self._undeclared(reply, number)]

    def _undeclared(self, reply: Reply, number: int) -> list[Problem]:
        """What the fields that its side declares say of the reply to a call of a fan."""
        fields = () if self._fails(reply) else self.prepared.unit.declared("response", self._side)
        where = f"[{number}]." if len(self.replies) > 1 else ""
        return [attrs.evolve(problem, path=f"{where}{problem.path}") for problem in misfits(fields, reply.parts)]

    def _unreadable(self, gather: Gather, run: Run, job: Job) -> tuple[Job, Parts, Log]:
        """A call whose reply does not fit: its item is that of a failed call, and the outcome of the others stays."""
        ways = job.ways if gather.failure is None else _ways(gather.failure, "old")
        again = attrs.evolve(job, ways=ways, parts=Parts(None, header=job.parts.header, status=_UNREADABLE))
        return again, *run.do(again)

    def _into_one(
        self,
        gather: Gather,
        run: Run,
        made: list[tuple[Reply, Job, Parts]],
        stamp: Stamp,
        residue: Any,
        strict: bool,
        lost: tuple[Loss, ...],
    ) -> TranslatedResponse:
        unit = self.prepared.unit
        reply = next((each for each, _, _ in made if not self._fails(each)), self.replies[0])  # whose headers pass
        aside = self._kept_aside(made)
        gone = {number for number, _ in aside}
        fans.spell_apart(run.log, len(self.replies), [n for n in range(len(self.replies)) if n not in gone])
        source = fans.gathered([each.parts for each, _, _ in made])
        success = unit.ways("response", "old")
        outer = next((target for _, job, target in made if job.ways is success), Parts({}))
        lost = (*lost, *self._disagreeing(gather, run, [(r, t) for r, job, t in made if job.ways is success]))
        target = Parts(outer.body, header=outer.header, status=outer.status)
        items = [item.item for _, _, item in made]
        if self.narrowing is not None:
            passed = self.narrowing.asked_for(items)
            items = [item for item, passes in zip(items, passed, strict=True) if passes]
        fans.put_items(gather.path, target, items)
        if target.status is None:
            target.status = 200 if reply.to_call else _first_status(unit.statuses, "old")
        run.check_written(unit.declared("response", "old"), target)
        form = fans.kept_aside(aside)
        return self._close(run, reply, source, target, stamp, residue, strict, lost, form=form)

    def _disagreeing(self, gather: Gather, run: Run, made: list[tuple[Reply, Parts]]) -> list[Loss]:
        """What stands outside of the items must be the same in all; of calls that were made it is lost otherwise."""
        lost: list[Loss] = []
        for reply, target in made[1:]:
            if same(target.body or {}, made[0][1].body or {}) and same(target.header, made[0][1].header):
                continue
            where, value = self._numbered("body", reply), reply.parts.body
            if self.exchange:
                lost.append(Loss(where, value, "the first reply says otherwise"))
                continue
            expected = f"nothing but what {spell(gather.path)}[] takes to differ from the first reply"
            run.problems.append(Problem(where, expected, found(value)))
        return lost

    def _into_several(
        self,
        gather: Gather,
        run: Run,
        made: list[tuple[Reply, Job, Parts]],
        stamp: Stamp,
        residue: Any,
        strict: bool,
    ) -> TranslatedResponse:
        unit, reply = self.prepared.unit, self.replies[0]
        run.check()
        first = _first_status(unit.statuses, "old")
        if reply.parts.status != first:
            run.log.note(("status",), reply.parts.status, given=first)
        targets = [target for _, _, target in made]
        for _, job, target in made:
            if target.status is None:
                target.status = self._status_of(gather, job, reply.parts.status)
        whole = fans.gathered(targets)
        ways = fans.as_gathered(run.ways, gather.path, gather.key)
        if residue is not None:
            restore(residue, reply.parts, whole, ways, stamp)
        kept = seal(run.log.notes, reply.parts, whole, ways, stamp)
        made_responses = []
        for target in fans.spread(whole, len(targets)):
            headers = write_headers(reply.response.headers, target.header or {}, run.problems)
            made_responses.append(Response(target.status, headers, target.body))
        lost = run.log.lost()
        run.finish(lost, strict)
        return TranslatedResponse(
            stamp.endpoint, stamp.variant, self.to, self._with_aside(made_responses), lost, kept, tuple(run.problems)
        )

    # --- closing ---

    def _close(
        self,
        run: Run,
        reply: Reply,
        parts: Parts,
        target: Parts,
        stamp: Stamp,
        residue: Any,
        strict: bool,
        lost: tuple[Loss, ...] = (),
        *,
        failed: bool = False,
        form: dict[str, Any] | None = None,
    ) -> TranslatedResponse:
        """The one response that goes out; `parts` is what was read, as residue sees it."""
        run.check()
        gather = self.prepared.unit.gather if stamp.part == "response" else None
        ways = run.ways if gather is None else fans.as_gathered(run.ways, gather.path, gather.key)
        if target.status in _BODILESS and not target.body:
            target.body = None
            if parts.body == {}:
                run.log.note(("body",), parts.body, ((("status",), target.status),))
        if type(parts.status) is int and parts.status in _BODILESS and parts.body is not None:
            run.log.note(("body",), parts.body, ((("status",), target.status),))
        if residue is not None:
            restore(residue, parts, target, ways, stamp)
        kept = seal(run.log.notes, parts, target, ways, stamp)
        kept.update(form or {})
        headers = write_headers(reply.response.headers, target.header or {}, run.problems)
        problem = error_problem(target) if failed and reply.to_call else None
        run.problems += [] if problem is None else [problem]
        body, owed = reply.wrap(target, failed, residue, kept)
        lost = (*run.log.lost(), *lost, *owed)
        run.finish(lost, strict)
        made = [Response(target.status, headers, body)]
        if self.prepared.unit.gather is not None and self.to == "new":  # the whole reply failed, and so did each call
            made *= max(1, self._expected)
        return TranslatedResponse(
            stamp.endpoint, stamp.variant, run.to, self._with_aside(made), lost, kept, tuple(run.problems)
        )


def _ways(failure: Any, to: str) -> Ways:
    ways: Ways = failure.to_new if to == "new" else failure.to_old
    return ways


def _unread(number: int, several: int, body: Any, problems: Sequence[Problem]) -> Loss:
    why = "; ".join(f"{problem.path}: expected {problem.expected}" for problem in problems)
    return Loss(f"[{number}].body" if several > 1 else "body", body, f"a reply that cannot be read: {why}")


def _nth(calls: Sequence[Asked], number: int, sent: TranslatedRequest | None) -> Asked | None:
    """The request that a reply answers."""
    if sent is None:
        return None
    return calls[number] if number < len(calls) else sent.asked


def _numbered(path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """`body`, then the number of the reply, then the place in it -> the number first."""
    return (path[1], path[0], *path[2:]) if len(path) > 1 and isinstance(path[1], int) else path


def _first_status(rows: Sequence[tuple[int, str, int]], side: str) -> int:
    """The first success code that the spec declares for a side."""
    return next((old if side == "old" else new for old, _, new in rows), 200)


def _set_status(
    rows: tuple[tuple[int, str, int], ...], status: int, target: Parts, to: str, log: Log, to_call: bool
) -> None:
    """The status of the reply: what a rule wrote, or what `status` rows say, or the same; 200 of a reply of RPC."""
    if target.status is not None:
        return
    target.status = 200 if to_call else _mapped(rows, status, to)
    if _mapped(rows, target.status, "old" if to == "new" else "new") != status:
        log.note(("status",), status, ((("status",), target.status),))


def _mapped(rows: tuple[tuple[int, str, int], ...], status: int, to: str) -> int:
    for old, arrow, new in rows:
        if to == "new" and old == status and arrow in ("<->", "->"):
            return new
        if to == "old" and new == status and arrow in ("<->", "<-"):
            return old
    return status
