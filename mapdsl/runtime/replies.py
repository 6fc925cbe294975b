"""Responses from end to end: the reply to a request, on its way to the side that asked.

`Replies` is one reply. lists.py has the pages of a list, gathers.py the replies to the calls of a fan; folding.py says
which of them an endpoint has.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from mapdsl.conversions import ABSENT
from mapdsl.errors import Problem, RuleRef, TranslationError

from .api import Api, Prepared
from .calls import Reply, error_problem, open_reply
from .closing import write_headers
from .declared import misfits
from .messages import Response
from .opaque import set_aside
from .opening import fits, open_response
from .parts import UNTRANSLATED, Asked, Log, Loss, Parts
from .plan import CompiledFailure, StatusRow, Ways
from .requests import check_residue
from .residue import Stamp, seal
from .restore import restore
from .results import TranslatedRequest, TranslatedResponse
from .running import Job, Keys, Run, keys_of
from .strictness import Strict

__all__ = [
    "FAILED",
    "Replies",
    "failure_of_http",
    "first_status",
    "mapped_status",
    "nth_call",
    "open_carried",
    "set_status",
    "ways_of_failure",
]

FAILED = 400  # from here on a reply is a failure; and the status of one that tells none
_BODILESS = (204, 304)
_FORBIDDEN = 403


def open_carried(prepared: Prepared, message: Response, to: str, asked: Asked | None) -> Reply:
    """A reply of an exchange. From a server of RPC a failure of HTTP replies to no call, and is one all the same."""
    try:
        return open_reply(prepared, message, to, asked)
    except TranslationError:
        if message.status < FAILED:
            raise
    return failure_of_http(message, to, asked)


def failure_of_http(message: Response, to: str, asked: Asked | None) -> Reply:
    to_call = asked is not None and asked.id(to) is not ABSENT
    return Reply(message, open_response(message), False, to_call, asked, to, failed=True)


@attrs.define
class Replies:
    """The replies to one request, taken apart. `exchange`: it was carried out, and this is the last word on it.
    `home`: residue brings them back to the side that replied, so that they are all that there is.

    Raises TranslationError where they do not belong to one request.
    """

    api: Api
    prepared: Prepared
    to: str
    sent: TranslatedRequest | None
    replies: list[Reply]
    exchange: bool = False
    home: bool = False

    def take(self, messages: Sequence[Response]) -> None:
        if len(messages) != 1:
            what = "an empty list" if not messages else f"a list of {len(messages)}"
            raise TranslationError([Problem("$", "one message, for this endpoint translates one into one", what)])
        self.replies = [self.read(messages[0], 0)]

    def read(self, message: Response, number: int) -> Reply:
        """The reply to call `number`."""
        opening = open_carried if self.exchange else open_reply
        return opening(self.prepared, message, self.to, nth_call(self.sent, number))

    @property
    def side(self) -> str:
        """The side that replied."""
        return "old" if self.to == "new" else "new"

    # --- what to look up, and the translation ---

    def failure(self) -> Reply | None:
        """The reply that makes the whole answer a failure; the first of several."""
        return next((reply for reply in self.replies if self.fails(reply)), None)

    def wanted_keys(self) -> Keys:
        """What must be looked up before the replies can be mapped."""
        try:
            return keys_of(self._jobs())
        except TranslationError:  # told when they are mapped
            return {}

    def translate(self, given: Mapping[str, Any], residue: Any, strict: Strict, lenient: bool) -> TranslatedResponse:
        unit, failed = self.prepared.unit, self.failure()
        if failed is not None:
            return self.translate_failure(failed, given, residue, strict, lenient)
        stamp = Stamp(unit.endpoint, unit.variant, "response", self.to, self.api.digest)
        check_residue(residue, stamp)
        return self.succeed(
            Run(self.api, unit.ways("response", self.to), given, self.to, lenient), stamp, residue, strict
        )

    def _jobs(self) -> Sequence[Job]:
        failure, failed = self.prepared.unit.failure, self.failure()
        if failed is None:
            return self.jobs()
        return () if failure is None else (Job(ways_of_failure(failure, self.to), failed.parts, failed.asked),)

    def jobs(self) -> Sequence[Job]:
        """What is mapped where the replies are no failure."""
        return (Job(self.prepared.unit.ways("response", self.to), self.replies[0].parts, self.replies[0].asked),)

    def succeed(self, run: Run, stamp: Stamp, residue: Any, strict: Strict) -> TranslatedResponse:
        unit, reply = self.prepared.unit, self.replies[0]
        data = set_aside(unit, "response", reply.parts)
        reply.respell(run.log)
        run.problems.extend(misfits(unit.declared("response", self.side), reply.parts))
        target = run.map(reply.parts, reply.asked)
        run.check_written(unit.declared("response", self.to), target)
        set_status(unit.statuses, reply.parts, target, self.to, run.log, reply.to_call)
        target.body = data if "response" in unit.opaque else target.body
        return self.close(run, reply, reply.parts, target, stamp, residue, strict)

    # --- failures ---

    def fails(self, reply: Reply) -> bool:
        failure = self.prepared.unit.failure
        if reply.failed or failure is None:
            return reply.failed
        guards = failure.old_fails if self.side == "old" else failure.new_fails
        return guards is not None and fits(guards, reply.parts)

    def translate_failure(
        self, reply: Reply, given: Mapping[str, Any], residue: Any, strict: Strict, lenient: bool
    ) -> TranslatedResponse:
        """A failure goes through the failure block and nothing else; without one it passes as it is: that is a loss."""
        unit, to = self.prepared.unit, self.to
        stamp = Stamp(unit.endpoint, unit.variant, "failure", to, self.api.digest)
        check_residue(residue, stamp)
        failure, parts, form = unit.failure, reply.parts, self.form_of_failure(reply)
        lost = self.lost_by_failure(reply, residue)
        if failure is None:
            reason = "a failure, passed as it is: the endpoint has no failure block"
            rule = RuleRef(unit.file, unit.line, f"endpoint {unit.endpoint}")
            body = "body.error" if reply.from_call else "body"
            where, value = ("status", parts.status) if parts.body is None else (body, parts.body)
            run = Run(self.api, unit.ways("response", to), given, to, lenient)
            target = reply.pass_failure(run.log)
            lost = (Loss(self.numbered(where, reply), value, reason, rule, UNTRANSLATED), *lost)
            home = residue if reply.from_call or reply.to_call else None
            return self.close(run, reply, parts, target, stamp, home, strict, lost, failed=True, form=form)
        run = Run(self.api, ways_of_failure(failure, to), given, to, lenient)
        reply.respell(run.log)
        if len(self.replies) > 1:
            number = self.replies.index(reply)
            run.log.spelled_by(lambda path: (number, *path))
        reply.unfill(residue)
        target = run.map(parts, reply.asked)
        told_by_body = failure.new_fails if to == "new" else failure.old_fails
        failed = False
        if reply.from_call or reply.to_call:
            told = told_by_body is not None and fits(told_by_body, target)
            failed = reply.settle_failure(target, told, run.log, form)
        elif target.status is None:
            target.status = parts.status
            if parts.status < FAILED and told_by_body is None:
                target.status = FAILED
                run.log.note(("status",), parts.status, ((("status",), FAILED),))
        return self.close(run, reply, parts, target, stamp, residue, strict, lost, failed=failed, form=form)

    def form_of_failure(self, reply: Reply) -> dict[str, Any]:
        """What residue keeps beside a failure."""
        return {}

    def lost_by_failure(self, reply: Reply, residue: Any) -> tuple[Loss, ...]:
        """What is lost where one reply is the whole answer."""
        return ()

    def numbered(self, where: str, reply: Reply) -> str:
        return f"[{self.replies.index(reply)}].{where}" if len(self.replies) > 1 else where

    # --- closing ---

    def ways_for_residue(self, run: Run, stamp: Stamp) -> Ways:
        return run.ways

    def every(self, response: Response) -> tuple[Response, ...]:
        """The responses that go out where one was made."""
        return (response,)

    def close(
        self,
        run: Run,
        reply: Reply,
        parts: Parts,
        target: Parts,
        stamp: Stamp,
        residue: Any,
        strict: Strict,
        lost: tuple[Loss, ...] = (),
        *,
        failed: bool = False,
        form: dict[str, Any] | None = None,
    ) -> TranslatedResponse:
        """The one response that goes out; `parts` is what was read, as residue sees it."""
        run.check()
        ways = self.ways_for_residue(run, stamp)
        if target.status in _BODILESS and not target.body:
            target.body = None
            if parts.body == {}:
                run.log.note(("body",), parts.body, ((("status",), target.status),))
        elif parts.body == {} and target.body is not None and not isinstance(target.body, (dict, list)):
            run.log.note(("body",), {}, ((("body",), target.body),))  # of a value no object is made on the way home
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
        made = self.every(Response(target.status, headers, body))
        return TranslatedResponse(
            stamp.endpoint, stamp.variant, run.to, made, lost, kept, tuple(run.problems), self.hint()
        )

    def hint(self) -> str | None:
        """What to do about a reply that is forbidden, where the spec says what the key of that side needs."""
        needed = [name for side, name in self.prepared.unit.scopes if side == self.side]
        if not needed or all(reply.parts.status != _FORBIDDEN for reply in self.replies):
            return None
        scopes = f"the scope {needed[0]}" if len(needed) == 1 else f"the scopes {', '.join(needed)}"
        return f"the {self.side} server answered 403: its key needs {scopes}"


def ways_of_failure(failure: CompiledFailure, to: str) -> Ways:
    return failure.to_new if to == "new" else failure.to_old


def nth_call(sent: TranslatedRequest | None, number: int) -> Asked | None:
    """The request that reply `number` answers."""
    if sent is None:
        return None
    return sent.calls[number] if number < len(sent.calls) else sent.asked


def first_status(rows: Sequence[StatusRow], side: str) -> int:
    """The first success code that the spec declares for a side."""
    return next((row.old if side == "old" else row.new for row in rows), 200)


def set_status(
    rows: Sequence[StatusRow], source: Parts, target: Parts, to: str, log: Log, to_call: bool, status: int | None = None
) -> None:
    """The status of the reply: what a rule wrote, or what `status` rows say, or the same; 200 of a reply of RPC.

    `status`: what the server answered, where `source` is a part of its reply.
    """
    if target.status is not None:
        return
    answered = int(source.status) if status is None else status
    target.status = 200 if to_call else mapped_status(rows, answered, to, source, target)
    home = mapped_status(rows, target.status, "old" if to == "new" else "new", target, source)
    guarded = any(row.guarded for row in rows)  # then the way home may find another status
    if home != answered or guarded:
        log.note(("status",), answered, ((("status",), target.status),))
    if guarded and source.body == {}:
        log.note(("body",), {}, ((("status",), target.status),))
    if guarded and home in _BODILESS and not target.body:
        target.body = None  # as it is where no body came


def mapped_status(
    rows: Sequence[StatusRow], status: int, to: str, source: Parts | None = None, target: Parts | None = None
) -> int:
    """What becomes of a status by the rows of a spec, on the way from `source` to `target`."""
    old, new = (source, target) if to == "new" else (target, source)
    for row in rows:
        read, written, against = (row.old, row.new, "<-") if to == "new" else (row.new, row.old, "->")
        if read == status and row.arrow != against and row.holds(old, new):
            return written
    return status
