"""Whole messages: route, credential, query, lookups, the generated function, paging, residue, and out again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mapdsl.conversions import ABSENT
from mapdsl.errors import LookupMissing, MapError, Problem, RuleRef, TranslationError

from . import paging
from .api import Api, Prepared, check_side
from .calls import (
    Reply,
    asked_for,
    error_problem,
    nulls_in,
    open_reply,
    settle_body,
    spell_in_call,
    wrap_call,
)
from .closing import Spelling, answer_credential, close_request, write_headers
from .declared import misfits, report_missing
from .limits import check_document
from .lookups import answer, check_lookups
from .messages import Request, Response
from .notes import annotate
from .opaque import set_aside
from .opening import fits, is_call, only, open_checked
from .parts import Asked, Log, Loss, Parts
from .places import read
from .plan import FieldDecl, Ways
from .residue import Stamp, seal
from .restore import check, restore
from .results import TranslatedRequest, TranslatedResponse
from .rpc import answered
from .show import found
from .support import missed

__all__ = ["translate_request", "translate_response"]

_BODILESS = (204, 304)


def translate_request(
    api: Api,
    message: Any,
    to: str,
    *,
    endpoint: str | None = None,
    lookups: Mapping[str, Any] | None = None,
    residue: Any = None,
    strict: bool = False,
    lenient: bool = False,
) -> TranslatedRequest:
    """Translate a request `to` "new" or "old".

    `message` is a Request or a dict with method, path, query, headers and body; it is not changed. `endpoint`
    replaces the choice among endpoints. `lookups` answers what the API asks for (`api.lookups`), credentials
    included. `residue` is what an earlier translation of this message returned: it restores what that one lost.
    An error about a message of an RPC side has a `reply`, which is what to answer to its sender.

    Raises TranslationError with all problems, RouteNotFound where no endpoint takes the message, LookupMissing where
    a lookup is not answered. `strict=True` raises where anything is lost, `lenient=True` keeps going and returns the
    problems of the document as `.problems`.
    """
    _check_api(api)
    side = check_side(to)
    given = check_lookups(lookups)
    request = only(message, Request.from_any)
    try:
        return _translate_request(api, request, side, to, endpoint, given, residue, strict, lenient)
    except TranslationError as error:
        if error.reply is None and is_call(api.edges[side], request.path):
            error.reply = answered(error, request.body)
        raise


def _translate_request(
    api: Api,
    message: Request,
    side: str,
    to: str,
    endpoint: str | None,
    given: Mapping[str, Any],
    residue: Any,
    strict: bool,
    lenient: bool,
) -> TranslatedRequest:
    opened = open_checked(api, message, side, endpoint, nulls_in(residue))
    prepared, parts = opened.prepared, opened.parts
    unit = prepared.unit
    stamp = Stamp(unit.endpoint, unit.variant, "request", to, api.digest)
    _check_residue(residue, stamp)
    data = set_aside(unit, "request", parts)
    run = _Run(api, unit.ways("request", to), given, to, lenient)
    spell_in_call(run.log, opened, side)

    run.problems.extend(misfits(unit.declared("request", side), parts))
    target = run.map(parts, None)
    if unit.paging is not None:
        paging.carry(unit.paging, to, parts, target, run.log)
    run.check_written(unit.declared("request", to), target)
    run.check()
    settle_body(opened, to, target, run.log)
    route, based, quoted = opened.goes_by, True, False
    if residue is not None:
        restore(residue, parts, target, run.ways, stamp)
        route, based, quoted = _restored_route(residue, prepared, to, parts, route)
    kept = seal(run.log.notes, parts, target, run.ways, stamp)
    if opened.came_by or not opened.based or opened.quoted:
        kept["route"] = {"number": opened.came_by, "base": opened.based, "quoted": opened.quoted}
    target.body = data if "request" in unit.opaque else target.body
    secret = answer_credential(api, unit.auth, opened.credential, given, to, run.problems)
    body, id, owed = wrap_call(opened, to, route, target, residue, kept)
    request = close_request(api, opened, target, to, (route, based, quoted), secret, run.problems, body)
    lost = (*run.log.lost(), *secret.lost, *owed)
    run.finish(lost, strict)
    asked = asked_for(opened, to, target, id)
    requests = () if run.finds_nothing(target) else (request,)
    return TranslatedRequest(
        unit.endpoint, unit.variant, to, requests, True, lost, kept, tuple(run.problems), asked=asked
    )


def translate_response(
    api: Api,
    message: Any,
    to: str,
    *,
    request: TranslatedRequest | None = None,
    endpoint: str | None = None,
    variant: str | None = None,
    lookups: Mapping[str, Any] | None = None,
    residue: Any = None,
    strict: bool = False,
    lenient: bool = False,
) -> TranslatedResponse:
    """Translate a response `to` "new" or "old".

    `message` is a Response or a dict with status, headers and body; it is not changed. `request` is what
    translate_request returned for its request; without one pass `endpoint` (and `variant`): then what would come
    from the request is absent, and `lost` says `needs request`. The other arguments are those of translate_request.
    """
    _check_api(api)
    side = check_side(to)
    given = check_lookups(lookups)
    prepared = _unit_of(api, request, endpoint, variant)
    if message in ([], ()) and request is not None and not request.requests:
        message = _reply_of_nothing(prepared, side)
    response = only(message, Response.from_any)
    asked = None if request is None else request.asked
    reply = open_reply(prepared, response, to, asked)
    parts = reply.parts
    if reply.failed or _failed(prepared, side, parts):
        return _translate_failure(api, prepared, reply, given, residue, strict, lenient)
    unit = prepared.unit
    stamp = Stamp(unit.endpoint, unit.variant, "response", to, api.digest)
    _check_residue(residue, stamp)
    data = set_aside(unit, "response", parts)
    run = _Run(api, unit.ways("response", to), given, to, lenient)
    reply.respell(run.log)

    cut, skipped = parts, 0
    if unit.paging is not None:
        cut, skipped = paging.cut(unit.paging, to, asked, parts, run.log)
    run.problems.extend(misfits(unit.declared("response", side), cut))
    target = run.map(cut, asked)
    if unit.paging is not None:
        paging.fill(unit.paging, to, asked, parts, target, run.log)
        if skipped:
            run.log.shift(("body", *unit.paging[side == "new"].items), skipped)
    run.check_written(unit.declared("response", to), target)
    _set_status(unit.statuses, parts.status, target, to, run.log, reply.to_call)
    target.body = data if "response" in unit.opaque else target.body
    return run.close_response(reply, cut, target, stamp, residue, strict)


def _translate_failure(
    api: Api,
    prepared: Prepared,
    reply: Reply,
    lookups: Mapping[str, Any],
    residue: Any,
    strict: bool,
    lenient: bool,
) -> TranslatedResponse:
    """A failure goes through the failure block and nothing else; without one it passes as it is, and that is a loss."""
    unit, to = prepared.unit, reply.to
    stamp = Stamp(unit.endpoint, unit.variant, "failure", to, api.digest)
    _check_residue(residue, stamp)
    failure, parts = unit.failure, reply.parts
    if failure is None:
        reason = "a failure, passed as it is: the endpoint has no failure block"
        rule = RuleRef(unit.file, unit.line, f"endpoint {unit.endpoint}")
        body = "body.error" if reply.from_call else "body"
        where, value = ("status", parts.status) if parts.body is None else (body, parts.body)
        run = _Run(api, unit.ways("response", to), lookups, to, lenient)
        target = reply.pass_failure(run.log)
        lost = (Loss(where, value, reason, rule),)
        home = residue if reply.from_call or reply.to_call else None
        return run.close_response(reply, parts, target, stamp, home, strict, lost, failed=True)
    run = _Run(api, failure.to_new if to == "new" else failure.to_old, lookups, to, lenient)
    reply.respell(run.log)
    reply.unfill(residue)
    target = run.map(parts, reply.asked)
    told_by_body = failure.new_fails if to == "new" else failure.old_fails
    kept: dict[str, Any] = {}
    failed = False
    if reply.from_call or reply.to_call:
        failed = reply.settle_failure(target, told_by_body is not None and fits(told_by_body, target), run.log, kept)
    elif target.status is None:
        target.status = parts.status
        if parts.status < 400 and told_by_body is None:
            target.status = 400
            run.log.note(("status",), parts.status, ((("status",), 400),))
    return run.close_response(reply, parts, target, stamp, residue, strict, failed=failed, form=kept)


class _Run:
    """One run of a generated function, and what it reports."""

    def __init__(self, api: Api, ways: Ways, lookups: Mapping[str, Any], to: str, lenient: bool) -> None:
        self.api = api
        self.ways = ways
        self.log = Log(ways.rules)
        self.problems: list[Problem] = []
        self._lookups = lookups
        self._to = to
        self._lenient = lenient
        self._missed = False
        self._keys: Mapping[str, Mapping[Any, None]] = {}
        self._answers: dict[str, dict[Any, Any]] = {}

    def map(self, parts: Parts, asked: Asked | None) -> Parts:
        """Look up what the parts need, and run the function on them; a fault in it names the rule at work."""
        try:
            return self._map(parts, asked)
        except MapError:
            raise
        except Exception as fault:
            annotate(fault)
            raise

    def _map(self, parts: Parts, asked: Asked | None) -> Parts:
        answers: dict[str, dict[Any, Any]] = {}
        if self.ways.lookups:
            keys = self.ways.keys(parts, asked)
            try:
                answers = answer(self.api.lookups, keys, self._lookups, self._to)
            except TranslationError as error:  # the function runs all the same: it may find more that is wrong
                self.problems.extend(error.problems)
                self._missed = isinstance(error, LookupMissing)
                answers = {name: {} for name in keys}
            self._keys, self._answers = keys, answers
        target: Parts = self.ways.full(parts, answers, asked, self.log)
        return target

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
                self.problems.extend(misfits(fields, target, self._to))

    def check(self) -> None:
        """Raise what was wrong so far, unless problems are to be returned."""
        if self.log.failed:
            self.problems.extend(self.log.problems())
        if self.problems and not self._lenient:
            raise LookupMissing(self.problems) if self._lacks_answers() else TranslationError(self.problems)

    def _lacks_answers(self) -> bool:
        """Whether a lookup is not passed at all, or a rule that cannot do without met a key it does not know."""
        unknown = {
            missed(key, "any", name)
            for name, keys in self._keys.items()
            for key in keys
            if key not in self._answers.get(name, ())
        }
        return self._missed or any(problem.expected in unknown for problem in self.problems)

    def finish(self, lost: tuple[Loss, ...], strict: bool) -> None:
        """Raise what writing the message reported, and where nothing may be lost, what was."""
        if self.problems and not self._lenient:
            raise TranslationError(self.problems)
        if lost and strict:
            reasons = [Problem(loss.path, f"nothing lost: {loss.reason}", _shown(loss), loss.rule) for loss in lost]
            if not self._lenient:
                raise TranslationError(reasons)
            self.problems.extend(reasons)

    def close_response(
        self,
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
        self.check()
        if target.status in _BODILESS and not target.body:
            target.body = None
            if parts.body == {}:
                self.log.note(("body",), parts.body, ((("status",), target.status),))
        if parts.status in _BODILESS and parts.body is not None:
            self.log.note(("body",), parts.body, ((("status",), target.status),))
        if residue is not None:
            restore(residue, parts, target, self.ways, stamp)
        kept = seal(self.log.notes, parts, target, self.ways, stamp)
        kept.update(form or {})
        headers = write_headers(reply.response.headers, target.header or {}, self.problems)
        problem = error_problem(target) if failed and reply.to_call else None
        self.problems += [] if problem is None else [problem]
        body, owed = reply.wrap(target, failed, residue, kept)
        lost = (*self.log.lost(), *lost, *owed)
        self.finish(lost, strict)
        made = Response(target.status, headers, body)
        return TranslatedResponse(stamp.endpoint, stamp.variant, self._to, (made,), lost, kept, tuple(self.problems))


# --- small decisions -----------------------------------------------------------------------------------------------


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


def _failed(prepared: Prepared, side: str, parts: Parts) -> bool:
    failure = prepared.unit.failure
    if parts.status >= 400 or failure is None:
        return bool(parts.status >= 400)
    guards: Callable[[Any], bool] | None = failure.old_fails if side == "old" else failure.new_fails
    return guards is not None and fits(guards, parts)


def _restored_route(residue: Any, prepared: Prepared, to: str, parts: Parts, route: int) -> Spelling:
    """The route that the original came by, if it is one to write for this message, and how its path was spelled."""
    kept = residue.get("route")
    routes = prepared.unit.routes(to)
    if not isinstance(kept, dict) or residue.get("variant") != prepared.unit.variant:
        return route, True, False
    number, based = kept.get("number"), kept.get("base")
    if type(number) is not int or not 0 <= number < len(routes) or not fits(routes[number].chosen, parts):
        return route, True, False
    return number, based is not False, kept.get("quoted") is True


def _unit_of(api: Api, request: Any, endpoint: str | None, variant: str | None) -> Prepared:
    if request is None:
        if endpoint is None:
            raise TypeError("pass request= (what translate_request returned) or endpoint=")
        return api.endpoint(endpoint).unit(variant)
    if not isinstance(request, TranslatedRequest):
        raise TypeError(f"request must be what translate_request returned, not {type(request).__name__}")
    if endpoint is not None and endpoint != request.endpoint:
        raise ValueError(f"request= is of endpoint {request.endpoint}, and endpoint= says {endpoint}")
    name = request.variant if variant is None else variant
    return api.endpoint(request.endpoint).named(name)


def _reply_of_nothing(prepared: Prepared, side: str) -> Response:
    """What the server of a request that was not sent would have answered."""
    unit = prepared.unit
    statuses = [old if side == "old" else new for old, _, new in unit.statuses] or [200]
    return Response(statuses[0], {}, None if unit.paging is None else paging.nothing_found(unit.paging, side))


def _check_residue(residue: Any, stamp: Stamp) -> None:
    if residue is None:
        return
    problem = check_document(residue, "residue")
    if problem is not None:
        raise TranslationError([problem])
    check(residue, stamp)


def _check_api(api: Any) -> None:
    if not isinstance(api, Api):
        raise TypeError(f"the first argument is an Api, as load returns it, not {type(api).__name__}")


def _shown(loss: Loss) -> str:
    return "***" if loss.value == "***" else found(loss.value)
