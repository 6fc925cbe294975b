"""A request from end to end: take it apart, map it, and spell what goes out to the other side.

`Translation` is one message to one message. Where one side has several, there are three kinds of it: pages of a list
(paged_request.py), one message for several items (fan_out_request.py), an object that is read before it is updated
(update_request.py). kinds.py, in the room of calls, says which one an endpoint has.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs

from mapdsl.errors import Problem, TranslationError
from mapdsl.records import Record
from mapdsl.runtime.compiled import CompiledMapping, CompiledUnit, Loss, Parts, RequestPair, Strict
from mapdsl.runtime.messages import HIDDEN, Headers, Request, spell
from mapdsl.runtime.residue import ResidueKey, check_residue, make_residue, restore
from mapdsl.runtime.transport import (
    UNDECLARED,
    Carried,
    Catalog,
    CatalogUnit,
    Follow,
    IncomingRequest,
    OutgoingCredential,
    Passed,
    Spelling,
    asked_for,
    body_kind,
    close_request,
    fit_to_rpc,
    guards_hold,
    header_at,
    misfits,
    nulls_in,
    open_checked,
    pass_headers,
    read_request,
    spell_in_call,
    take_raw_body,
    unit_label,
    wrap_call,
)

from .credential_lookup import answer_credential
from .guesses import guesses, in_target
from .results import TranslatedRequest
from .run import Job, Run

__all__ = ["Follower", "Made", "Translation", "open_all"]

# What turns headers that name a place: (catalog, side that sent them, other side, path of the request, lookups).
Follower = Callable[[Catalog, str, str, str, Mapping[str, Any]], Follow]


def open_all(
    catalog: Catalog, messages: Sequence[Request], side: str, endpoint: str | None, residue: Any = None
) -> tuple[IncomingRequest, ...]:
    """The messages of one translation taken apart; several are of one endpoint, which turns them into one."""
    nulls = nulls_in(residue)
    opened = tuple(open_checked(catalog, message, side, endpoint, nulls) for message in messages)
    first = opened[0].prepared
    if len(opened) > 1 and (first.unit.fan is None or side == "old"):
        what = "one message, for this endpoint translates one into one"
        raise TranslationError([Problem("$", what, f"a list of {len(opened)}")])
    for number, other in enumerate(opened):
        if other.prepared is not first:
            what = unit_label(other.prepared)
            raise TranslationError([Problem(f"[{number}]", f"a request of {unit_label(first)}, as the first is", what)])
    return opened


@attrs.define(eq=False, repr=False)
class Made(Record):
    """What mapping gave. `source` and `whole` are the messages of both sides as residue sees them: several as one whose
    parts are lists. `target` is the first message that goes out; `items` are the messages of a fan's items."""

    source: Parts
    whole: Parts
    target: Parts
    items: list[Parts] = attrs.field(factory=list)


@attrs.define(eq=False, repr=False)
class Translation(Record):
    """One translation of a request, whose reports go into the log of `run`."""

    catalog: Catalog
    opened: Sequence[IncomingRequest]
    side: str
    to: str
    run: Run
    residue: Any
    stamp: ResidueKey
    follower: Follower
    target: Parts = attrs.field(factory=Parts)
    secret: OutgoingCredential = attrs.field(factory=OutgoingCredential)
    out: Outgoing | None = None  # once it is translated: what spells one more call

    @classmethod
    def begin(
        cls,
        catalog: Catalog,
        opened: Sequence[IncomingRequest],
        side: str,
        to: str,
        given: Mapping[str, Any],
        residue: Any,
        lenient: bool,
        follower: Follower,
    ) -> Translation:
        unit = opened[0].prepared.unit
        stamp = ResidueKey(unit.endpoint, unit.variant, "request", to, catalog.digest)
        residue = check_residue(residue, stamp)
        run = Run(
            catalog.lookups, unit.ways("request", to), given, to, lenient, [each.request.headers for each in opened]
        )
        return cls(catalog, opened, side, to, run, residue, stamp, follower)

    @property
    def first(self) -> IncomingRequest:
        return self.opened[0]

    @property
    def unit(self) -> CompiledUnit:
        return self.opened[0].prepared.unit

    @classmethod
    def jobs(cls, opened: Sequence[IncomingRequest], to: str, tell: Callable[[Any], str] = spell) -> tuple[Job, ...]:
        """What is mapped. Raises TranslationError where there is nothing to map; `tell` says where that is."""
        return (Job(opened[0].prepared.unit.ways("request", to), opened[0].parts),)

    # --- the way of a request --------------------------------------------------------------------------------------

    def translate(self, strict: Strict) -> TranslatedRequest:
        """Map the request, put the headers and what residue brings beside it, and spell what goes out."""
        data = self._take()
        made = self.map()
        self._check(made)
        headers = self._pass_headers(made, data)
        spelling, kept = self._restore(made, headers)
        made.target.body = data if "request" in self.unit.opaque else made.target.body
        return self._spell(made, spelling, kept, strict, headers)

    def _take(self) -> bytes | None:
        """What came in, before anything is mapped; a body of bytes is set aside."""
        data = take_raw_body(self.unit, "request", self.first.parts, self.side)
        spell_in_call(self.run.log, self.first, self.side)
        for opened in self.opened:
            self.run.problems.extend(misfits(self.unit.declared("request", self.side), opened.parts))
        return data

    def map(self) -> Made:
        """Run the compiled functions."""
        target = self.run.map(self.first.parts, None)
        return Made(self.first.parts, target, target)

    def _check(self, made: Made) -> None:
        self.run.check_written(self.unit.declared("request", self.to), made.target)
        self.run.check()
        self.settle(made)

    def settle(self, made: Made) -> None:
        """Decide whether there is a body where the rules wrote an empty one."""
        fit_to_rpc(self.first, self.to, made.target, self.run.log)

    # --- headers ---

    def _pass_headers(self, made: Made, data: bytes | None) -> Carried:
        """The headers that no rule names, put into what goes out."""
        unit, to, first = self.unit, self.to, self.first
        is_call = unit.routes(to)[first.goes_by].params is not None
        goes = "json" if is_call else body_kind(made.target.body if data is None else data)
        alone = self.is_alone(made)
        came = zip(self.headers_that_came(), self.opened, strict=True)
        several = [self._passed(headers, opened, goes, alone) for headers, opened in came]
        numbers = range(len(several)) if len(several) > 1 else ()
        carried = Carried(first.prepared.names("request", to).there, several, self.residue, numbers)
        self.put_headers(carried, made)
        return carried

    def _passed(self, headers: Headers, opened: IncomingRequest, goes: str, alone: bool) -> Passed:
        """What becomes of the headers of one message; `goes` is the kind of the body that goes out."""
        carrier = None if self.unit.auth is None else self.unit.auth.side(self.side)
        taken = None if carrier is None or opened.credential is None else carrier.by(opened.credential.tag).header
        return pass_headers(
            headers,
            self.first.prepared.names("request", self.to),
            self.to,
            taken=taken,
            alone=alone,
            body=(body_kind(opened.request.body), goes),
            follow=self.follower(self.catalog, self.side, self.to, opened.request.path, self.run.lookups),
        )

    def is_alone(self, made: Made) -> bool:
        """Whether one message answers to one: then a condition of the client's is one of the server's."""
        return True

    def headers_that_came(self) -> list[Headers]:
        return [dict(each.request.headers) for each in self.opened]

    def put_headers(self, carried: Carried, made: Made) -> None:
        carried.tell(self.run.log, (header_at,), header_at)
        made.target.header = carried.put(made.target.header)

    # --- residue ---

    def _restore(self, made: Made, headers: Carried) -> tuple[Spelling, dict[str, Any]]:
        """Put back what residue holds, and keep what the other side cannot hold. Returns how to spell the path, too."""
        first, spelling = self.first, (self.first.goes_by, True, False)
        ways, several = self.residual_ways, self.gives_several
        if self.residue is not None:
            restore(self.residue, self.source_in_residue(made), made.whole, ways, self.stamp, several=several)
            self.restored(made)
            spelling = _restored_route(self.residue, first.prepared, self.to, first.parts, first.goes_by)
        kept = make_residue(self.run.log.kept, made.source, self.whole_in_residue(made), ways, self.stamp)
        headers.keep(kept)
        kept.update(self.own_form())
        if first.came_by or not first.based or first.quoted:
            kept["route"] = {"number": first.came_by, "base": first.based, "quoted": first.quoted}
        return spelling, kept

    @property
    def gives_several(self) -> bool:
        """Whether several messages go out for one."""
        return False

    @property
    def residual_ways(self) -> CompiledMapping:
        return self.run.ways

    def source_in_residue(self, made: Made) -> Parts:
        return made.source

    def whole_in_residue(self, made: Made) -> Parts:
        return made.whole

    def restored(self, made: Made) -> None:
        """What else to do once residue brought back what it holds."""

    def own_form(self) -> dict[str, Any]:
        """What residue keeps of the form of the messages that came."""
        return {}

    # --- what goes out ---

    def _spell(
        self, made: Made, spelling: Spelling, kept: dict[str, Any], strict: Strict, headers: Carried
    ) -> TranslatedRequest:
        """The messages that go out, with the credential of their side."""
        first, run, to, unit = self.first, self.run, self.to, self.unit
        targets = self.calls(made)
        self.target, self.secret = made.target, self._credential()
        self.out = out = Outgoing(
            self.catalog, first, to, spelling, self.secret, self.residue, kept, headers, run.problems
        )
        spelled = [out.spell(target) for target in targets]
        requests = self.dress([request for request, _ in spelled])
        ids = [id for _, id in spelled]
        guessed = self._guesses(made, spelling[0])
        lost = (*run.lost(), *guessed, *self._hidden(), *headers.losses(), *self.secret.lost, *out.owed)
        run.finish(lost, strict)
        empty = self.finds_nothing(targets)
        return TranslatedRequest(
            unit.endpoint,
            unit.variant,
            to,
            () if empty else tuple(requests),
            empty or self.is_complete,
            lost,
            kept,
            tuple(run.problems),
            asked=asked_for(first, to, targets[0], ids[0]),
            calls=self.asked(made, targets, ids),
        )

    def calls(self, made: Made) -> list[Parts]:
        """What each call that goes out says."""
        return [made.target]

    def dress(self, requests: list[Request]) -> list[Request]:
        """The calls as they are sent."""
        return requests

    @property
    def is_complete(self) -> bool:
        """Whether the calls are all that there are, whatever is answered."""
        return True

    def finds_nothing(self, targets: list[Parts]) -> bool:
        """Whether there is nothing to ask for."""
        return self.run.finds_nothing(targets[0])

    def asked(self, made: Made, targets: list[Parts], ids: list[Any]) -> tuple[RequestPair, ...]:
        """The request of each call, as both sides spell it."""
        return tuple(asked_for(self.first, self.to, target, id) for target, id in zip(targets, ids, strict=True))

    def read(self, endpoint: str, values: dict[str, Any]) -> Request:
        """The call of that endpoint which reads an object, once the request is translated."""
        return read_request(self.catalog, endpoint, self.to, values, self.secret)

    def _guesses(self, made: Made, route: int) -> tuple[Loss, ...]:
        """What stands in fields whose name is assumed."""
        unit, several = self.unit, self.unit.fan is not None
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

    def _credential(self) -> OutgoingCredential:
        """The credential of the other side; several messages carry one."""
        first, auth = self.first, self.unit.auth
        for number, other in enumerate(self.opened):
            if other.credential != first.credential:
                where = "the credential that the first message carries"
                self.run.problems.append(Problem(f"[{number}]", where, "another"))
        lookups, problems = self.run.lookups, self.run.problems
        return answer_credential(self.catalog.lookups, auth, first.credential, lookups, self.to, problems)


@attrs.define(eq=False, repr=False)
class Outgoing(Record):
    """Spells the calls of a translated request, and more of them later. `owed`: losses that their envelopes add."""

    catalog: Catalog
    first: IncomingRequest
    to: str
    spelling: Spelling
    secret: OutgoingCredential
    residue: Any
    kept: dict[str, Any]
    headers: Carried
    problems: list[Problem]
    owed: list[Loss] = attrs.field(factory=list)

    def spell(self, target: Parts) -> tuple[Request, Any]:
        """The call that says this, and its id."""
        body, id, missing = wrap_call(self.first, self.to, self.spelling[0], target, self.residue, self.kept)
        self.owed.extend(each for each in missing if each not in self.owed)
        how = (self.to, self.spelling, self.secret, self.problems, body, self.headers)
        return close_request(self.catalog, self.first, target, *how), id


def _restored_route(residue: Any, prepared: CatalogUnit, to: str, parts: Parts, route: int) -> Spelling:
    """The route that the original came by, if it is one to write for this message, and how its path was spelled."""
    kept = residue.get("route")
    routes = prepared.unit.routes(to)
    if not isinstance(kept, dict) or residue.get("variant") != prepared.unit.variant:
        return route, True, False
    number, based = kept.get("number"), kept.get("base")
    if type(number) is not int or not 0 <= number < len(routes) or not guards_hold(routes[number].chosen, parts):
        return route, True, False
    return number, based is not False, kept.get("quoted") is True
