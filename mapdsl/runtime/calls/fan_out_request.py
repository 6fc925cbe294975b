"""Requests of a fan: one message of the old side, and one of the new side for each of its items."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import attrs

from mapdsl.conversions import ABSENT
from mapdsl.runtime.compiled import CompiledMapping, Fan, Parts, Recorder, RequestPair, Where
from mapdsl.runtime.messages import Headers, Request, spell
from mapdsl.runtime.translation import Job, Made, Translation
from mapdsl.runtime.transport import Carried, IncomingRequest, fit_to_rpc, header_at, header_of

from . import fan_out as fans

__all__ = ["FanTranslation"]


@attrs.define(eq=False, repr=False)
class FanTranslation(Translation):
    """One translation of one message into several, or of several into one."""

    @property
    def _fan(self) -> Fan:
        assert self.unit.fan is not None
        return self.unit.fan

    @classmethod
    def jobs(cls, opened: Sequence[IncomingRequest], to: str, tell: Callable[[Where], str] = spell) -> tuple[Job, ...]:
        unit = opened[0].prepared.unit
        assert unit.fan is not None
        ways = unit.ways("request", to)
        if to == "new":
            return fans.split_request(unit.fan, ways, opened[0].parts, tell)
        return fans.join_requests(unit.fan, ways, [each.parts for each in opened])

    def map(self) -> Made:
        log = self.run.log
        jobs = self.jobs(self.opened, self.to, log.spell)
        targets = []
        for target, own in self.run.do_all(jobs):
            targets.append(target)
            log.extend(own)
        return self._several(jobs, targets) if self.to == "new" else self._one(targets)

    def _several(self, jobs: Sequence[Job], targets: list[Parts]) -> Made:
        log = self.run.log
        for target in targets:  # what one of them hides is noted once
            fit_to_rpc(self.first, self.to, target, log if target is targets[0] else Recorder(log.rules))
        fans.note_text(self._fan, self.first.parts, [job.parts.item for job in jobs], log)
        return Made(self.first.parts, fans.stack(targets), targets[0], [job.parts for job in jobs])

    def _one(self, targets: list[Parts]) -> Made:
        fan, log = self._fan, self.run.log
        for number, opened in enumerate(self.opened):
            if opened.parts.body is None and fan.path[0] == "body":
                image: Where = (*fan.path, number)
                log.note(("body", number), None, ((image, targets[number].item),))
        fans.spell_apart(log, len(self.opened))
        one = fans.merge_messages(fan, targets, log)
        stood, own = one.body, Recorder(log.rules)
        fit_to_rpc(self.first, self.to, one, own)
        for number, opened in enumerate(self.opened if own.notes or one.body is not stood else ()):
            if isinstance(opened.parts.body, dict):
                image = (*fan.path, number)
                log.note(("body", number), opened.parts.body, ((image, targets[number].item),))
        return Made(fans.stack([each.parts for each in self.opened]), one, one, targets)

    def settle(self, made: Made) -> None:
        """It was decided where the messages were made."""

    # --- headers ---

    def is_alone(self, made: Made) -> bool:
        return len(self.opened) == 1 and len(made.items) <= 1

    def headers_that_came(self) -> list[Headers]:
        key = self.unit.key_header(self.side)
        return fans.without_numbers([each.request.headers for each in self.opened], key)

    def put_headers(self, carried: Carried, made: Made) -> None:
        if self.to == "new":
            carried.tell(self.run.log, (header_at,), lambda name: ("header", 0, name))
            made.whole.header = [carried.put(each) for each in made.whole.header]
            return
        places = [header_of(number) for number in range(len(self.opened))]
        carried.tell(self.run.log, places, header_at)
        made.target.header = made.whole.header = carried.put(made.whole.header)

    # --- residue ---

    @property
    def residual_ways(self) -> CompiledMapping:
        return fans.as_gathered(self.run.ways, self._fan.path, self._fan.key)

    @property
    def gives_several(self) -> bool:
        return self.to == "new"

    def source_in_residue(self, made: Made) -> Parts:
        return fans.as_list(self._fan, made.source, made.items) if self.to == "new" else made.source

    def whole_in_residue(self, made: Made) -> Parts:
        return fans.as_list(self._fan, made.whole, made.items) if self.to == "old" else made.whole

    def own_form(self) -> dict[str, Any]:
        return fans.own_keys([each.request.headers for each in self.opened]) if self.to == "old" else {}

    # --- what goes out ---

    def calls(self, made: Made) -> list[Parts]:
        return fans.unstack(made.whole, len(made.items)) if self.to == "new" else [made.target]

    def dress(self, requests: list[Request]) -> list[Request]:
        if self.to == "old":
            return [_with_one_key(requests[0], self.opened, self.unit.key_header(self.side))]
        header = self.unit.key_header(self.to)
        keyed = [_keyed(request, header, number) for number, request in enumerate(requests)]
        return fans.with_own_keys(keyed, self.first.request.headers, self.residue)

    def finds_nothing(self, targets: list[Parts]) -> bool:
        return False

    def asked(self, made: Made, targets: list[Parts], ids: list[Any]) -> tuple[RequestPair, ...]:
        """The request of each call, as both sides spell it: what the one message says is the item."""
        own = ABSENT if self.first.call is None else self.first.call.id
        if self.to == "new":
            sent = zip(made.items, targets, ids, strict=True)
            return tuple(RequestPair(fans.as_asked(item), target, own, id) for item, target, id in sent)
        came = zip(made.items, self.opened, strict=True)
        return tuple(RequestPair(fans.as_asked(item), each.parts, ids[0], own) for item, each in came)


def _with_one_key(request: Request, opened: Sequence[IncomingRequest], header: str | None) -> Request:
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
