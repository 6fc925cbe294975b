"""Requests from end to end: take them apart, map, plan the calls, and put the messages of the other side together.

A request is one message on each side, unless

    paging      one window takes several calls: one translation, spelled once for each call
    fan         the old side says in one message what the new side takes in one for each item
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs

from mapdsl.conversions import ABSENT
from mapdsl.errors import Problem, RuleRef, TranslationError

from . import fans, paging, updates
from .calls import asked_for, nulls_in, settle_body, spell_in_call, wrap_call
from .catalog import Catalog, Prepared
from .closing import Answered, Spelling, answer_credential, close_request, read_request
from .declared import misfits
from .envelope import Carried, body_kind, header_at, header_of, pass_headers
from .guesses import guesses, in_target
from .limits import check_document
from .messages import Request
from .narrowing import narrowing_of
from .opaque import set_aside
from .opening import Opened, fits, open_checked, title
from .parts import Asked, Log, Loss, Parts
from .places import Where, read
from .plan import Replace, Ways
from .residue import Stamp, seal
from .restore import check, restore
from .results import TranslatedRequest
from .running import Job, Keys, Run, keys_of
from .scrubbing import UNDECLARED
from .secret import HIDDEN
from .show import found, spell
from .strictness import Strict
from .windows import Plan, Window

__all__ = ["Translation", "back_keys", "check_residue", "open_all", "wanted_keys"]


def open_all(
    catalog: Catalog, messages: Sequence[Request], side: str, endpoint: str | None, residue: Any = None
) -> tuple[Opened, ...]:
    """The messages of one translation taken apart; several are of one endpoint, which turns them into one."""
    nulls = nulls_in(residue)
    opened = tuple(open_checked(catalog, message, side, endpoint, nulls) for message in messages)
    first = opened[0].prepared
    if len(opened) > 1 and (first.unit.fan is None or side == "old"):
        what = "one message, for this endpoint translates one into one"
        raise TranslationError([Problem("$", what, f"a list of {len(opened)}")])
    for number, other in enumerate(opened):
        if other.prepared is not first:
            what = title(other.prepared)
            raise TranslationError([Problem(f"[{number}]", f"a request of {title(first)}, as the first is", what)])
    return opened


def wanted_keys(opened: Sequence[Opened], to: str) -> Keys:
    """What must be looked up before the requests can be mapped."""
    try:
        return keys_of(_jobs(opened, to))
    except TranslationError:  # told when they are mapped
        return {}


def back_keys(catalog: Catalog, opened: Sequence[Opened], given: Mapping[str, Any], to: str) -> Keys:
    """What must be looked up the other way before the requests can be mapped, once `given` answers `wanted_keys`."""
    ways = opened[0].prepared.unit.ways("request", to)
    if not ways.writes_names:
        return {}
    try:
        return Run(catalog, ways, given, to, lenient=True).back_keys(_jobs(opened, to))
    except TranslationError:  # told when they are mapped
        return {}


def check_residue(residue: Any, stamp: Stamp) -> None:
    if residue is None:
        return
    problem = check_document(residue, "residue")
    if problem is not None:
        raise TranslationError([problem])
    check(residue, stamp)


def _jobs(opened: Sequence[Opened], to: str, tell: Callable[[Where], str] = spell) -> tuple[Job, ...]:
    unit = opened[0].prepared.unit
    ways = unit.ways("request", to)
    if unit.fan is None:
        return (Job(ways, opened[0].parts),)
    if to == "new":
        return fans.apart(unit.fan, ways, opened[0].parts, tell)
    return fans.together(unit.fan, ways, [each.parts for each in opened])


@attrs.define
class _Made:
    """What mapping gave. `source` and `whole` are the messages of both sides as residue sees them: several as one whose
    parts are lists. `target` is the first message that goes out; `items` are the messages of a fan's items."""

    source: Parts
    whole: Parts
    target: Parts
    items: list[Parts] = attrs.field(factory=list)


@attrs.define
class Translation:
    """One translation of requests, whose reports go into the log of `run`. `plan`: the calls of a paged one."""

    catalog: Catalog
    opened: Sequence[Opened]
    side: str
    to: str
    run: Run
    residue: Any
    stamp: Stamp
    plan: Plan | None = None
    target: Parts = attrs.field(factory=Parts)
    secret: Answered = attrs.field(factory=Answered)
    _close: Callable[[Parts], Request] | None = None

    @classmethod
    def begin(
        cls,
        catalog: Catalog,
        opened: Sequence[Opened],
        side: str,
        to: str,
        given: Mapping[str, Any],
        residue: Any,
        lenient: bool,
    ) -> Translation:
        unit = opened[0].prepared.unit
        stamp = Stamp(unit.endpoint, unit.variant, "request", to, catalog.digest)
        check_residue(residue, stamp)
        run = Run(catalog, unit.ways("request", to), given, to, lenient, [each.request.headers for each in opened])
        return cls(catalog, opened, side, to, run, residue, stamp)

    def again(self, window: Window) -> Request:
        """The call for another window of the plan, once the translation is finished."""
        assert self._close is not None
        return self._close(self._window(self.target, window))

    @property
    def reads(self) -> bool:
        """Whether the request is made of the object as it is: then the one call known before a reply reads it."""
        return updates.needs_read(self.first.prepared.unit.replace, self.to)

    def _read(self, replace: Replace | None) -> Request:
        name = None if replace is None else replace.read
        if name is None:
            unit = self.first.prepared.unit
            rule = RuleRef(unit.file, unit.line, f"endpoint {unit.endpoint}")
            expected = "an endpoint that reads the object, for its update needs it: `replace ... from NAME`"
            raise TranslationError([Problem("$", expected, "none in the spec", rule)])
        return self.read(name, dict(self.target.path or {}))

    def read(self, endpoint: str, values: dict[str, Any]) -> Request:
        """The call of that endpoint which reads an object, once the translation is finished."""
        return read_request(self.catalog, endpoint, self.to, values, self.secret)

    def write(self, current: Parts, etag: str | None) -> Request:
        """The call that updates the object, which the reply to the read shows."""
        replace = self.first.prepared.unit.replace
        assert replace is not None
        assert self._close is not None
        place = replace.places[self.to == "new"]
        standing = read(current, place)
        if not isinstance(standing, dict):
            raise TranslationError([Problem(spell(place), "the object that is updated", found(standing))])
        body = {} if self.target.body is None else self.target.body
        if self.to == replace.partial:
            body = updates.changed(replace, standing, body)
        else:
            body = updates.merged(standing, body, replace.rest == "keep", replace.named)
        target = Parts(body, self.target.path, self.target.query, self.target.header)
        request = self._close(target)
        if etag is not None:
            request = _guarded(request, etag)
        return request

    @property
    def first(self) -> Opened:
        return self.opened[0]

    def finish(self, strict: Strict) -> TranslatedRequest:
        unit, run, first = self.first.prepared.unit, self.run, self.first
        data = set_aside(unit, "request", first.parts, self.side)
        spell_in_call(run.log, first, self.side)
        for opened in self.opened:
            run.problems.extend(misfits(unit.declared("request", self.side), opened.parts))
        if unit.paging is not None:
            narrowing = narrowing_of(unit, self.side, first.parts)
            whole = narrowing is not None
            self.plan = paging.carry(unit.paging, self.to, first.parts, run.log, unit.scan, whole=whole)
        made = self._map(self.plan)
        if unit.paging is not None:
            paging.excuse(unit.paging, self.to, run.log)
        run.check_written(unit.declared("request", self.to), made.target)
        run.check()
        if unit.fan is None:
            settle_body(first, self.to, made.target, run.log)
        headers = self._pass_headers(made, data)
        spelling = (first.goes_by, True, False)
        if self.residue is not None:
            source = fans.as_list(unit.fan, made.source, made.items) if self.to == "new" else made.source
            several = unit.fan is not None and self.to == "new"
            restore(self.residue, source, made.whole, self._residual_ways, self.stamp, several=several)
            self._restore_window(made.target)
            spelling = _restored_route(self.residue, first.prepared, self.to, first.parts, first.goes_by)
        listed = fans.as_list(unit.fan, made.whole, made.items) if self.to == "old" else made.whole
        kept = seal(run.log.notes, made.source, listed, self._residual_ways, self.stamp)
        headers.keep(kept)
        if unit.fan is not None and self.to == "old":
            kept.update(fans.own_keys([each.request.headers for each in self.opened]))
        if first.came_by or not first.based or first.quoted:
            kept["route"] = {"number": first.came_by, "base": first.based, "quoted": first.quoted}
        made.target.body = data if "request" in unit.opaque else made.target.body
        return self._finish(made, self._calls(made, self.plan), spelling, kept, strict, headers)

    def _pass_headers(self, made: _Made, data: bytes | None) -> Carried:
        """The headers that no rule names, put into what goes out; of several messages those of the first."""
        from .targets import follower  # which translates requests

        unit, to, first = self.first.prepared.unit, self.to, self.first
        alone = len(self.opened) == 1 and len(made.items) <= 1 and unit.paging is None
        goes = (
            "json"
            if unit.routes(to)[first.goes_by].params is not None
            else body_kind(made.target.body if data is None else data)
        )
        carrier = None if unit.auth is None else unit.auth.side(self.side)
        headers = fans.without_numbers([each.request.headers for each in self.opened], unit.key_header(self.side))
        several = [
            pass_headers(
                each,
                first.prepared.names("request", to),
                to,
                taken=None
                if carrier is None or opened.credential is None
                else carrier.by(opened.credential.tag).header,
                alone=alone,
                body=(body_kind(opened.request.body), goes),
                follow=follower(self.catalog, self.side, to, opened.request.path, self.run.lookups),
            )
            for each, opened in zip(headers, self.opened, strict=True)
        ]
        numbers = range(len(several)) if len(several) > 1 else ()
        carried = Carried(first.prepared.names("request", to).there, several, self.residue, numbers)
        if unit.fan is None:
            carried.tell(self.run.log, (header_at,), header_at)
            made.target.header = carried.put(made.target.header)
        elif to == "new":
            carried.tell(self.run.log, (header_at,), lambda name: ("header", 0, name))
            made.whole.header = [carried.put(each) for each in made.whole.header]
        else:
            places = [header_of(number) for number in range(len(several))]
            carried.tell(self.run.log, places, header_at)
            made.target.header = made.whole.header = carried.put(made.whole.header)
        return carried

    @property
    def _residual_ways(self) -> Ways:
        fan = self.first.prepared.unit.fan
        return self.run.ways if fan is None else fans.as_gathered(self.run.ways, fan.path, fan.key)

    def _map(self, plan: Plan | None) -> _Made:
        unit, run, first = self.first.prepared.unit, self.run, self.first
        if unit.fan is None:
            target = run.map(first.parts, None)
            replace = unit.replace
            if replace is not None and self.to == replace.partial and replace.policy == "loose":
                updates.report_kept(replace, unit.declared("request", self.side), first.parts, run.log)
            elif replace is not None and self.to == replace.partial and replace.policy == "reset":
                updates.reset(replace, first.parts, target, run.log)
            elif replace is not None and self.to != replace.partial:
                updates.clear(replace, first.parts, target)
            if plan is not None and unit.paging is not None and (plan.known == 1 or self.residue is not None):
                target = paging.ask(unit.paging, self.to, first.parts, target, plan, plan.window(0))
                whole = narrowing_of(unit, self.to, target) is not None
                paging.note_spelling(unit.paging, self.to, first.parts, target, run.log, whole=whole)
            return _Made(first.parts, target, target)
        jobs = _jobs(self.opened, self.to, run.log.spell)
        targets = []
        for target, log in run.do_all(jobs):
            targets.append(target)
            run.log.take(log)
        if self.to == "new":
            for target in targets:  # what one of them hides is noted once
                settle_body(first, self.to, target, run.log if target is targets[0] else Log(run.log.rules))
            fans.note_text(unit.fan, first.parts, [job.parts.item for job in jobs], run.log)
            return _Made(first.parts, fans.gathered(targets), targets[0], [job.parts for job in jobs])
        for number, opened in enumerate(self.opened):
            if opened.parts.body is None and unit.fan.path[0] == "body":
                image: Where = (*unit.fan.path, number)
                run.log.note(("body", number), None, ((image, targets[number].item),))
        fans.spell_apart(run.log, len(self.opened))
        one = fans.fold(unit.fan, targets, run.log)
        stood, own = one.body, Log(run.log.rules)
        settle_body(first, self.to, one, own)
        for number, opened in enumerate(self.opened if own.notes or one.body is not stood else ()):
            if isinstance(opened.parts.body, dict):
                image = (*unit.fan.path, number)
                run.log.note(("body", number), opened.parts.body, ((image, targets[number].item),))
        return _Made(fans.gathered([each.parts for each in self.opened]), one, one, targets)

    def _restore_window(self, target: Parts) -> None:
        """The request that residue brought back, if its window is the one that was translated, is one call again."""
        unit, first = self.first.prepared.unit, self.first
        if unit.paging is None or self.plan is None:
            return
        whole = narrowing_of(unit, self.to, target) is not None
        if paging.means(unit.paging, self.side, target, first.parts, whole=whole):
            self.plan = attrs.evolve(self.plan, count=1, walks=False)

    def _calls(self, made: _Made, plan: Plan | None) -> list[Parts]:
        """What each call that goes out says."""
        unit = self.first.prepared.unit
        if plan is not None and plan.known > 1:
            return [self._window(made.target, plan.window(number)) for number in range(plan.known)]
        if unit.fan is not None and self.to == "new":
            return fans.spread(made.whole, len(made.items))
        return [made.target]

    def _finish(
        self,
        made: _Made,
        targets: list[Parts],
        spelling: Spelling,
        kept: dict[str, Any],
        strict: Strict,
        headers: Carried,
    ) -> TranslatedRequest:
        """The messages that go out, with the credential of their side."""
        first, run, to = self.first, self.run, self.to
        unit = first.prepared.unit
        secret = self._credential()
        owed: list[Loss] = []

        def close(target: Parts) -> tuple[Request, Any]:
            body, id, missing = wrap_call(first, to, spelling[0], target, self.residue, kept)
            owed.extend(each for each in missing if each not in owed)
            return close_request(self.catalog, first, target, to, spelling, secret, run.problems, body, headers), id

        closed = [close(target) for target in targets]
        requests, ids = [request for request, _ in closed], [id for _, id in closed]
        if unit.fan is not None and to == "new":
            requests = [_keyed(request, unit.key_header(to), number) for number, request in enumerate(requests)]
            requests = fans.with_own_keys(requests, first.request.headers, self.residue)
        elif unit.fan is not None:
            requests = [_with_one_key(requests[0], self.opened, unit.key_header(self.side))]
        self._close = lambda target: close(target)[0]
        self.target, self.secret = made.target, secret
        if self.reads:
            requests = [self._read(unit.replace)]
        guessed = self._guesses(made, spelling[0])
        lost = (*run.lost(), *guessed, *self._hidden(), *headers.losses(), *secret.lost, *owed)
        run.finish(lost, strict)
        empty = unit.fan is None and run.finds_nothing(targets[0])
        return TranslatedRequest(
            unit.endpoint,
            unit.variant,
            to,
            () if empty else tuple(requests),
            empty or (not self.reads and (self.plan is None or self.plan.complete)),
            lost,
            kept,
            tuple(run.problems),
            asked=asked_for(first, to, targets[0], ids[0]),
            calls=self._asked(made, targets, ids),
        )

    def _guesses(self, made: _Made, route: int) -> tuple[Loss, ...]:
        """What stands in fields whose name is assumed."""
        unit, several = self.first.prepared.unit, self.first.prepared.unit.fan is not None
        params = unit.routes(self.to)[route].params
        places = None if params is None else {name: place for place, (name, _) in enumerate(params)}
        sides = {
            self.side: (made.source, several and self.side == "new", self.run.log.spell),
            self.to: (made.whole, several and self.to == "new", in_target(places=places)),
        }
        return guesses(unit, ("request",), sides)

    def _hidden(self) -> list[Loss]:
        """The secrets that nothing in the spec names."""
        if len(self.opened) == 1:
            return [Loss(self.run.log.spell(place), HIDDEN, UNDECLARED) for place in self.first.hidden]
        several = enumerate(self.opened)
        return [Loss(spell((number, *place)), HIDDEN, UNDECLARED) for number, each in several for place in each.hidden]

    def _asked(self, made: _Made, targets: list[Parts], ids: list[Any]) -> tuple[Asked, ...]:
        """The request of each call, as both sides spell it; of a fan, what the one message says is the item."""
        first, to = self.first, self.to
        if first.prepared.unit.fan is None:
            return tuple(asked_for(first, to, target, id) for target, id in zip(targets, ids, strict=True))
        own = ABSENT if first.call is None else first.call.id
        if to == "new":
            sent = zip(made.items, targets, ids, strict=True)
            return tuple(Asked(fans.as_asked(item), target, own, id) for item, target, id in sent)
        came = zip(made.items, self.opened, strict=True)
        return tuple(Asked(fans.as_asked(item), each.parts, ids[0], own) for item, each in came)

    def _window(self, target: Parts, window: Window) -> Parts:
        sides = self.first.prepared.unit.paging
        assert sides is not None
        assert self.plan is not None
        return paging.ask(sides, self.to, self.first.parts, target, self.plan, window)

    def _credential(self) -> Answered:
        """The credential of the other side; several messages carry one."""
        first, auth = self.first, self.first.prepared.unit.auth
        for number, other in enumerate(self.opened):
            if other.credential != first.credential:
                where = "the credential that the first message carries"
                self.run.problems.append(Problem(f"[{number}]", where, "another"))
        return answer_credential(self.catalog, auth, first.credential, self.run.lookups, self.to, self.run.problems)


def _guarded(request: Request, etag: str) -> Request:
    """The write of what was read; a condition of the client's own is stricter, and stays."""
    if any(name.lower() == "if-match" for name in request.headers):
        return request
    return attrs.evolve(request, headers={**request.headers, "If-Match": etag})


def _with_one_key(request: Request, opened: Sequence[Opened], header: str | None) -> Request:
    """The one call of several messages: the key that theirs were made of, or that of the first."""
    headers = dict(request.headers)
    for name, value in request.headers.items():
        if name.lower() not in ("idempotency-key", header) or not isinstance(value, str):
            continue
        theirs = [{n.lower(): v for n, v in each.request.headers.items()}.get(name.lower()) for each in opened]
        base = value.removesuffix("-0")
        if theirs == [f"{base}-{number}" for number in range(len(theirs))]:
            headers[name] = base
    return request if headers == request.headers else attrs.evolve(request, headers=headers)


def _keyed(request: Request, header: str | None, number: int) -> Request:
    """A call of a fan, whose key of idempotency is its own: with the client's one key a server would take one call."""
    keys = {"idempotency-key", header}
    headers = {
        name: f"{value}-{number}" if name.lower() in keys and isinstance(value, str) else value
        for name, value in request.headers.items()
    }
    return request if headers == request.headers else attrs.evolve(request, headers=headers)


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
