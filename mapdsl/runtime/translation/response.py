"""Responses from end to end: the reply to a request, on its way to the side that asked.

`Replies` is one reply. In the room above, paged_response.py has the pages of a list, fan_out_response.py the replies to
the calls of a fan; kinds.py says which of them an endpoint has.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs

from mapdsl.conversions import ABSENT
from mapdsl.errors import Problem, RuleRef, TranslationError
from mapdsl.records import Record
from mapdsl.runtime.compiled import (
    DROPPED,
    OWED,
    UNTRANSLATED,
    CompiledFailure,
    CompiledMapping,
    Loss,
    Parts,
    Recorder,
    RequestPair,
    StatusRow,
    Strict,
    refusals,
)
from mapdsl.runtime.messages import HIDDEN, Response, spell
from mapdsl.runtime.residue import ResidueKey, check_residue, make_residue, restore
from mapdsl.runtime.transport import (
    BODILESS,
    FAILED,
    NO_BODY,
    UNDECLARED,
    Carried,
    Catalog,
    CatalogUnit,
    Names,
    Passed,
    Reply,
    body_kind,
    error_problem,
    failure_of_http,
    forms,
    guards_hold,
    header_at,
    misfits,
    open_reply,
    pass_headers,
    report_dropped,
    take_raw_body,
    write_headers,
)

from .guesses import guesses, in_target
from .request import Follower
from .results import TranslatedRequest, TranslatedResponse
from .run import Job, Keys, Run, keys_of
from .unfilled import is_empty, rule_of

__all__ = [
    "FAILED",
    "Replies",
    "first_status",
    "mapped_status",
    "nth_call",
    "open_carried",
    "set_status",
    "ways_of_failure",
]

PASSED = "a failure, passed as it is"
_NO_BLOCK = "the endpoint has no failure block"
_FORBIDDEN = 403


def open_carried(prepared: CatalogUnit, message: Response, to: str, asked: RequestPair | None) -> Reply:
    """A reply. From a server of RPC a failure of HTTP replies to no call, and is one all the same."""
    try:
        return open_reply(prepared, message, to, asked)
    except TranslationError:
        if message.status < FAILED or prepared.unit.nameless():
            raise
    return failure_of_http(prepared, message, to, asked)


@attrs.define(eq=False, repr=False)
class Replies(Record):
    """The replies to one request, taken apart. `exchange`: it was carried out, and this is the last word on it.
    `home`: residue brings them back to the side that replied, so that they are all that there is.
    `report`: works out later what is lost, where nobody has to know it now. Of a failure it is known at once.
    `harmless`: somebody has seen that no name in the bodies is that of a secret.

    Raises TranslationError where they do not belong to one request.
    """

    catalog: Catalog
    prepared: CatalogUnit
    to: str
    sent: TranslatedRequest | None
    replies: list[Reply]
    follower: Follower
    exchange: bool = False
    home: bool = False
    _numbers: dict[int, int] = attrs.field(factory=dict, init=False, repr=False, eq=False)  # of replies, by identity
    report: Callable[[], TranslatedResponse] | None = attrs.field(default=None, kw_only=True)
    harmless: bool = attrs.field(default=False, kw_only=True)

    def take(self, messages: Sequence[Response]) -> None:
        if len(messages) != 1:
            what = "an empty list" if not messages else f"a list of {len(messages)}"
            raise TranslationError([Problem("$", "one message, for this endpoint translates one into one", what)])
        self.replies = [self.read(messages[0], 0)]

    def read(self, message: Response, number: int) -> Reply:
        """The reply to call `number`."""
        return self.hide(open_carried(self.prepared, message, self.to, nth_call(self.sent, number)))

    def hide(self, reply: Reply) -> Reply:
        """The reply without secrets that nothing in the spec names."""
        if self.harmless:
            return reply
        part = "failure" if self.fails(reply) else "response"
        if self.prepared.unit.gather is not None:
            part = "reply"  # a failed call may be an item
        reply.hidden = tuple(self.prepared.spoken(part, self.side).hide(reply.parts))
        return reply

    def hidden(self) -> list[Loss]:
        """These secrets, as losses."""
        found = []
        for number, reply in enumerate(self.replies):
            first = (number,) if len(self.replies) > 1 else ()
            member = (("error" if reply.failed else "result"),) if reply.from_call else ()
            found += [
                Loss(spell((*first, place[0], *member, *place[1:])), HIDDEN, UNDECLARED) for place in reply.hidden
            ]
        return found

    @property
    def came(self) -> list[Mapping[str, Any]]:
        """The headers of each reply as they came."""
        return [reply.response.headers for reply in self.replies]

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
        except TranslationError:  # it is raised again when they are mapped
            return {}

    def back_keys(self, given: Mapping[str, Any]) -> Keys:
        """What must be looked up the other way, too, once `given` answers these."""
        try:
            run = Run(self.catalog.lookups, self.prepared.unit.ways("response", self.to), given, self.to, lenient=True)
            return run.back_keys(self._jobs())
        except TranslationError:  # it is raised again when they are mapped
            return {}

    def translate(self, given: Mapping[str, Any], residue: Any, strict: Strict, lenient: bool) -> TranslatedResponse:
        unit, failed = self.prepared.unit, self.failure()
        if failed is not None:
            return self.translate_failure(failed, given, residue, strict, lenient)
        stamp = ResidueKey(unit.endpoint, unit.variant, "response", self.to, self.catalog.digest)
        residue = check_residue(residue, stamp)
        ways, reports = unit.ways("response", self.to), self.report is None
        run = Run(self.catalog.lookups, ways, given, self.to, lenient, self.came, reports=reports)
        return self.succeed(run, stamp, residue, strict)

    def _jobs(self) -> Sequence[Job]:
        failure, failed = self.prepared.unit.failure, self.failure()
        if failed is None:
            return self.jobs()
        return () if failure is None else (Job(ways_of_failure(failure, self.to), failed.parts, failed.asked),)

    def jobs(self) -> Sequence[Job]:
        """What is mapped where the replies are no failure."""
        return (Job(self.prepared.unit.ways("response", self.to), self.replies[0].parts, self.replies[0].asked),)

    def succeed(self, run: Run, stamp: ResidueKey, residue: Any, strict: Strict) -> TranslatedResponse:
        unit, reply = self.prepared.unit, self.replies[0]
        data = take_raw_body(unit, "response", reply.parts)
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
        return guards is not None and guards_hold(guards, reply.parts)

    def translate_failure(
        self, reply: Reply, given: Mapping[str, Any], residue: Any, strict: Strict, lenient: bool
    ) -> TranslatedResponse:
        """A failure goes through the failure block and nothing else; without one it passes as it is: that is a loss.

        So does one that the block does not take. It is never an error in place of the reply, but where a lookup is not
        answered at all.
        """
        unit = self.prepared.unit
        stamp = ResidueKey(unit.endpoint, unit.variant, "failure", self.to, self.catalog.digest)
        residue = check_residue(residue, stamp)
        if forms(residue).get("http") is True:
            reply.to_call = False  # what comes home is the failure of HTTP that it was
        failing = _Failing(self, reply, given, residue, stamp)
        made = failing.translate(lenient)
        refused = refusals(made.lost, strict, reply.parts.status)
        if refused and not lenient:
            raise TranslationError(refused)
        return attrs.evolve(made, problems=(*made.problems, *refused))

    def tells(self, parts: Parts) -> bool:
        """Whether a body of the side that asked means a failure."""
        failure = self.prepared.unit.failure
        guards = None if failure is None else failure.new_fails if self.to == "new" else failure.old_fails
        return guards is not None and guards_hold(guards, parts)

    def form_of_failure(self, reply: Reply) -> dict[str, Any]:
        """What residue keeps beside a failure."""
        return {}

    def lost_by_failure(self, reply: Reply, residue: Any) -> tuple[Loss, ...]:
        """What is lost where one reply is the whole answer."""
        return ()

    def number_of(self, reply: Reply) -> int:
        number = self._numbers.get(id(reply), 0)
        if self.replies[number] is not reply:
            self._numbers = {id(each): place for place, each in enumerate(self.replies)}
            number = self._numbers[id(reply)]
        return number

    def numbered(self, where: str, reply: Reply) -> str:
        return f"[{self.number_of(reply)}].{where}" if len(self.replies) > 1 else where

    # --- closing ---

    def bare(self, reply: Reply, status: Any) -> str | None:
        """Why the reply that goes out has no body, or None."""
        if reply.to_call:
            return None
        if status in BODILESS:
            return f"a reply of status {status} {NO_BODY}"
        routes = self.prepared.unit.routes(self.to)
        number = 0 if reply.asked is None else reply.asked.of(self.to).route
        return f"a reply to HEAD {NO_BODY}" if routes[number].method == "HEAD" else None

    def home_of(self, stamp: ResidueKey) -> CompiledMapping:
        """The ways that would translate the reply back."""
        failure = self.prepared.unit.failure
        if stamp.part == "failure" and failure is not None:
            return ways_of_failure(failure, self.side)
        return self.prepared.unit.ways("response", self.side)

    def ways_for_residue(self, run: Run, stamp: ResidueKey) -> CompiledMapping:
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
        stamp: ResidueKey,
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
        body, bare = target.body, self.bare(reply, target.status)
        if bare is None and parts.body == {} and body is not None and not isinstance(body, (dict, list)):
            run.log.note(("body",), {}, ((("body",), body),))  # of a value no object is made on the way home
        if type(parts.status) is int and parts.status in BODILESS and parts.body is not None:
            run.log.note(("body",), parts.body, ((("status",), target.status),))
        target.body = body if bare is None else None
        part = "passed" if (form or {}).get("passed") is True else stamp.part
        carried = self.pass_headers(reply, target, run, part, residue)
        target.header = carried.put(target.header)
        if residue is not None:
            restore(residue, parts, target, ways, stamp, reply.asked)
            if bare is not None and self.bare(reply, target.status) is None:  # the status that it had has a body
                target.body, bare = body, None
                restore(residue, parts, target, ways, stamp, reply.asked)
            failed = failed and not (reply.to_call and self.tells(target))
        if bare is not None:
            report_dropped(run.log, parts, body, target.status, bare, self.home_of(stamp), reply.asked)
        kept = make_residue(run.log.kept, parts, target, ways, stamp, reply.asked) if run.reports else {}
        kept.update(form or {})
        carried.keep(kept)
        headers = write_headers(target.header or {}, carried, run.problems)
        problem = error_problem(target) if failed and reply.to_call else None
        run.problems += [] if problem is None else [problem]
        body, owed = reply.wrap(target, failed, residue, kept)
        if self.report is not None and not run.reports:
            run.finish((), strict)
            made = self.every(Response(target.status, headers, body))
            return TranslatedResponse.unreported(stamp.endpoint, stamp.variant, run.to, made, self.hint(), self.report)
        owed += (*self.owed(reply, target, failed, run), *self.unfilled(stamp, target.body))
        guessed = self.guesses(run, stamp.part, parts, target, "error" if failed else "result")
        lost = (*run.lost(), *guessed, *self.hidden(), *carried.losses(), *lost, *owed)
        run.finish(lost, strict)
        made = self.every(Response(target.status, headers, body))
        return TranslatedResponse(
            stamp.endpoint, stamp.variant, run.to, made, lost, kept, tuple(run.problems), self.hint()
        )

    def owed(self, reply: Reply, target: Parts, failed: bool, run: Run) -> tuple[Loss, ...]:
        """A call has a result: where the spec speaks of one and none came, write null and report it.

        So is an object of what rules make up, where no body came that holds the rest of it. A null that came as the
        value itself is reported as what it is.
        """
        body = target.body
        made_up = isinstance(body, dict) and reply.response.body is None
        if failed or not reply.to_call or reply.from_call or self.home or not (body is None or made_up):
            return ()
        places = [
            place
            for part, side, place in self.prepared.unit.spoken
            if (part, side, place[0]) == ("response", self.to, "body")
        ]
        spoken = any(not made_up or (len(place) > 1 and place[1] not in body) for place in places)
        came = any(loss.value is None and loss.kind == DROPPED for loss in run.log.lost())
        return (Loss("body.result", None, "missing", kind=OWED),) if spoken and not came else ()

    def unfilled(self, stamp: ResidueKey, body: Any) -> tuple[Loss, ...]:
        """The losses of a reply that another endpoint would fill: only an exchange can read it."""
        unit = self.prepared.unit
        if self.exchange or self.home or stamp.part != "response":
            return ()
        return tuple(
            Loss("$", None, f"not filled by {each.read}: use Api.exchange, which reads it", rule_of(unit, each), OWED)
            for each in unit.enrich
            if each.side == self.to and not is_empty(each, body)
        )

    def guesses(self, run: Run, part: str, source: Parts, target: Parts, member: str) -> tuple[Loss, ...]:
        """What stands in fields whose name is assumed. `member`: where the body stands in a reply to a call."""
        unit = self.prepared.unit
        several = unit.gather is not None and part == "response"
        calls = self.replies[0].to_call if self.replies else False
        sides = {
            self.side: (source, several and self.side == "new", run.log.spell),
            self.to: (target, several and self.to == "new", in_target(member if calls else "")),
        }
        return guesses(unit, ("response", "item") if several else (part,), sides)

    def pass_headers(self, reply: Reply, target: Parts, run: Run, part: str, residue: Any) -> Carried:
        """The headers that no rule of a part names: the client gets those of `reply`."""
        names = self.prepared.names(part, self.to)
        goes = "json" if reply.to_call else body_kind(target.body)
        failed = part in ("failure", "passed")  # then it alone is the answer
        beside = [] if failed else [each for each in self.answering() if each is not reply]
        passed = [self.passed(each, names, goes, run.lookups) for each in (reply, *beside)]
        numbers = [self.number_of(each) for each in (reply, *beside)] if len(self.replies) > 1 else ()
        carried = Carried(names.there, passed, residue, numbers)
        if failed:
            carried.tell(run.log, (header_at,), header_at)
        else:
            self.tell_headers(carried, run)
        return carried

    def passed(
        self, reply: Reply, names: Names, goes: str, lookups: Mapping[str, Any], *, alone: bool = True
    ) -> Passed:
        """What becomes of the headers of one reply; `goes` is the kind of the body that goes out."""
        number = self.number_of(reply)
        calls = () if self.sent is None else self.sent.requests
        base = calls[min(number, len(calls) - 1)].path if calls else ""
        return pass_headers(
            reply.response.headers,
            names,
            self.to,
            alone=alone and len(self.replies) == 1,
            body=(body_kind(reply.response.body), goes),
            follow=self.follower(self.catalog, self.side, self.to, base, lookups),
        )

    def answering(self) -> Sequence[Reply]:
        """The replies of which the answer is made."""
        return self.replies

    def tell_headers(self, carried: Carried, run: Run) -> None:
        """What residue keeps: of several replies, which do not come home, what the first one says."""
        Carried(carried.ruled, carried.several[:1]).tell(run.log, (header_at,), header_at)
        carried.differ()

    def hint(self) -> str | None:
        """What to do about a reply that is forbidden, where the spec says what the key of that side needs."""
        needed = [name for side, name in self.prepared.unit.scopes if side == self.side]
        if not needed or all(reply.parts.status != _FORBIDDEN for reply in self.replies):
            return None
        scopes = f"the scope {needed[0]}" if len(needed) == 1 else f"the scopes {', '.join(needed)}"
        return f"the {self.side} server answered 403: its key needs {scopes}"


@attrs.define(eq=False, repr=False)
class _Failing(Record):
    """One failure on its way: by the failure block, or as it is.

    Of one that the block does not take residue keeps the whole body, and `passed`: what an entry of another residue
    says of a translated body is not about one that passes.
    """

    replies: Replies
    reply: Reply
    given: Mapping[str, Any]
    residue: Any
    stamp: ResidueKey

    def translate(self, lenient: bool) -> TranslatedResponse:
        failure = self.replies.prepared.unit.failure
        if failure is None:
            return self.passed(_NO_BLOCK, None)
        ways = ways_of_failure(failure, self.replies.to)
        if self.lacks_lookups(ways):
            return self.by_block(ways, lenient)
        body = self.reply.parts.body
        try:
            return self.by_block(ways, lenient=False)
        except TranslationError as error:
            self.reply.parts.body = body
            first, *more = error.problems
            others = f", and {len(more)} more" if more else ""
            return self.passed(f"{first.path}: {first.wanted}{others}", first.rule)

    def lacks_lookups(self, ways: CompiledMapping) -> bool:
        try:
            return not keys_of((Job(ways, self.reply.parts, self.reply.asked),)).keys() <= self.given.keys()
        except TranslationError:  # it is raised again when it is mapped
            return False

    def by_block(self, ways: CompiledMapping, lenient: bool) -> TranslatedResponse:
        replies, reply, parts = self.replies, self.reply, self.reply.parts
        form = replies.form_of_failure(reply)
        run = Run(replies.catalog.lookups, ways, self.given, replies.to, lenient, replies.came)
        reply.respell(run.log)
        if len(replies.replies) > 1:
            number = replies.number_of(reply)
            run.log.respell_with(lambda path: (number, *path))
        reply.drop_filled(self.residue)
        target = run.map(parts, reply.asked)
        error = False
        if reply.from_call or reply.to_call:
            error = reply.fit_failure_to_rpc(target, replies.tells(target), run.log, form)
        elif target.status is None:
            target.status = parts.status
            if parts.status < FAILED and not replies.tells(target):
                target.status = FAILED
                run.log.note(("status",), parts.status, ((("status",), FAILED),))
        lost = replies.lost_by_failure(reply, self.residue)
        return self.close(run, target, self.residue, lost, form, error)

    def passed(self, why: str, rule: RuleRef | None) -> TranslatedResponse:
        replies, reply, parts = self.replies, self.reply, self.reply.parts
        unit, form = replies.prepared.unit, replies.form_of_failure(reply)
        run = Run(
            replies.catalog.lookups, unit.ways("response", replies.to), self.given, replies.to, False, replies.came
        )
        target, error = reply.pass_failure(replies.tells, run.log)
        home = self.residue
        if unit.failure is not None:
            form["passed"] = True
            home = self.residue if isinstance(self.residue, dict) and self.residue.get("passed") is True else None
            self.note(target, run.log)
        member = ".error" if reply.failed else ".result"
        where, value = f"body{member if reply.from_call else ''}", parts.body
        if value is None:
            where, value = "status", parts.status
        rule = rule or RuleRef(unit.file, unit.line, f"endpoint {unit.endpoint}")
        loss = Loss(replies.numbered(where, reply), value, f"{PASSED}: {why}", rule, UNTRANSLATED)
        lost = (loss, *replies.lost_by_failure(reply, self.residue))
        return self.close(run, target, home, lost, form, error)

    def note(self, target: Parts, log: Recorder) -> None:
        """What brings the failure home that the block of the other way may read as something else."""
        parts, image = self.reply.parts, ((("body",), target.body),)
        if isinstance(parts.body, bytes):
            return  # which no block reads, on either way
        log.note(("body",), ABSENT if parts.body is None else parts.body, image)
        if not self.reply.from_call and not self.reply.to_call:
            log.note(("status",), parts.status, ((("status",), target.status),))

    def close(
        self, run: Run, target: Parts, residue: Any, lost: tuple[Loss, ...], form: dict[str, Any], error: bool
    ) -> TranslatedResponse:
        replies, reply = self.replies, self.reply
        if reply.bare:
            form["rpc"] = {**form.get("rpc", {}), "http": True}
        return replies.close(
            run, reply, reply.parts, target, self.stamp, residue, frozenset(), lost, failed=error, form=form
        )


def ways_of_failure(failure: CompiledFailure, to: str) -> CompiledMapping:
    return failure.to_new if to == "new" else failure.to_old


def nth_call(sent: TranslatedRequest | None, number: int) -> RequestPair | None:
    """The request that reply `number` answers."""
    if sent is None:
        return None
    return sent.calls[number] if number < len(sent.calls) else sent.asked


def first_status(rows: Sequence[StatusRow], side: str) -> int:
    """The first success code that the spec declares for a side."""
    return next((row.old if side == "old" else row.new for row in rows), 200)


def set_status(
    rows: Sequence[StatusRow],
    source: Parts,
    target: Parts,
    to: str,
    log: Recorder,
    to_call: bool,
    status: int | None = None,
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
    if guarded and home in BODILESS and not target.body:
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
