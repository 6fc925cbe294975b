"""What JSON-RPC adds to a translation: envelopes around the parts of a message, what residue keeps of their form,
and failures, which are replies like others.

Residue of a message that RPC is a side of has `rpc`:
    id, params, length   of the call that was read; params False: it stated none; length: how many, where that does not
                         follow from what they are
    id                   of the reply that was read
    nulls                the parameters of the call that was written which were null and not absent
    filled, bare         what an error got because RPC demands it; bare: there is nothing else in it
    http                 the failure that was read is one of HTTP, and no reply to the call
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs

from mapdsl.conversions import ABSENT, same
from mapdsl.errors import Problem, RuleRef, TranslationError
from mapdsl.paths import Where
from mapdsl.records import Record
from mapdsl.runtime.compiled import OWED, Loss, Parts, Recorder, RequestPair
from mapdsl.runtime.messages import (
    FIRST_ID,
    Response,
    default_message,
    error_of_status,
    is_error,
    is_id,
    kept_nulls,
    read_reply,
    spell,
    write_call,
    write_params,
    write_reply,
)

from .bodiless import is_read
from .catalog import CatalogUnit
from .incoming import IncomingRequest, open_response

__all__ = [
    "FAILED",
    "Reply",
    "asked_for",
    "error_problem",
    "failure_of_http",
    "fit_to_rpc",
    "forms",
    "nulls_in",
    "open_reply",
    "spell_in_call",
    "wrap_call",
]

Tells = Callable[[Parts], bool]
FAILED = 400  # from here on a reply is a failure; and the status of a failure that names none
_UNKNOWN = 500  # the status of an error that names none
_MISSING = "missing"


def forms(residue: Any) -> dict[str, Any]:
    """What residue keeps of an envelope; residue comes from outside and may hold anything."""
    kept = residue.get("rpc") if isinstance(residue, dict) else None
    return kept if isinstance(kept, dict) else {}


def nulls_in(residue: Any) -> tuple[str, ...]:
    kept = forms(residue).get("nulls")
    return tuple(name for name in kept if isinstance(name, str)) if isinstance(kept, list) else ()


# --- requests ------------------------------------------------------------------------------------------------------


def spell_in_call(log: Recorder, opened: IncomingRequest, side: str) -> None:
    """Tell of parameters by their places in the call."""
    declared = opened.prepared.unit.routes(side)[opened.came_by].params
    if declared is not None:
        places = {name: place for place, (name, _) in enumerate(declared)}
        log.respell = lambda path: _in_call(path, places)


def _in_call(path: Where, places: dict[str, int]) -> Where:
    if path[0] != "body":
        return path
    if len(path) == 1 or path[1] not in places:
        return ("body", "params", *path[1:])
    return ("body", "params", places[str(path[1])], *path[2:])


def fit_to_rpc(opened: IncomingRequest, to: str, target: Parts, log: Recorder) -> None:
    """A call always has parameters, GET and HEAD have no empty body, and a request that RPC calls may have none: note
    what that hides."""
    unit, parts = opened.prepared.unit, opened.parts
    if opened.call is not None:
        if to in unit.bodiless and target.body == {}:
            target.body = None
        return
    empty = "old" if to == "new" else "new"
    route = unit.routes(to)[opened.goes_by]
    if route.params is None:
        hidden = target.body == {} and (is_read(route.method) or empty in unit.bodiless)
        target.body = None if hidden else target.body
        if isinstance(parts.body, dict) and (hidden or (parts.body == {} and empty in unit.bodiless)):
            log.note(("body",), parts.body)
        return
    if target.body is None:
        target.body = {}  # what the way home will read: a call has parameters, if none at all
        if parts.body is None and empty not in unit.bodiless:
            log.note(("body",), ABSENT)
    elif parts.body == {} and empty in unit.bodiless:
        log.note(("body",), parts.body)


def wrap_call(
    opened: IncomingRequest, to: str, route: int, target: Parts, residue: Any, kept: dict[str, Any]
) -> tuple[Any, Any, tuple[Loss, ...]]:
    """The body to write, the id of the call (ABSENT if the target is no call), and the losses that the envelope adds.

    `kept` gets the form of the envelope that was read and of the one that is written.
    """
    unit = opened.prepared.unit
    form: dict[str, Any] = {}
    if opened.call is not None:
        form["id"] = opened.call.id
        form |= {} if opened.call.stated else {"params": False}
        own = unit.routes("old" if to == "new" else "new")[opened.came_by].params or ()
        length = len(opened.call.params)
        form |= {} if length == len(write_params(own, opened.parts.body)) else {"length": length}
    declared = unit.routes(to)[route]
    body, owed = target.body, tuple[Loss, ...]()
    id: Any = ABSENT
    if declared.params is not None:
        given = forms(residue)
        params = write_params(declared.params, body, given.get("length"))
        id = given["id"] if "id" in given and is_id(given["id"]) else FIRST_ID
        nulls = kept_nulls(declared.params, body)
        form |= {"nulls": nulls} if nulls else {}
        owed = tuple(_owed(declared.params, body, RuleRef(unit.file, unit.line, f"endpoint {unit.endpoint}")))
        body = write_call(declared.path, params, id, given.get("params") is not False)
    if form:
        kept["rpc"] = form
    return body, id, owed


def _owed(declared: tuple[tuple[str, bool], ...], body: Any, rule: RuleRef) -> list[Loss]:
    values = body if isinstance(body, dict) else {}
    return [
        Loss(spell(("body", "params", place)), None, _MISSING, rule, OWED)
        for place, (name, optional) in enumerate(declared)
        if not optional and name not in values
    ]


def asked_for(opened: IncomingRequest, to: str, target: Parts, id: Any) -> RequestPair:
    """The request as both sides spell it, with the ids of its calls."""
    own = ABSENT if opened.call is None else opened.call.id
    if to == "new":
        return RequestPair(old=opened.parts, new=target, old_id=own, new_id=id)
    return RequestPair(old=target, new=opened.parts, old_id=id, new_id=own)


# --- replies -------------------------------------------------------------------------------------------------------


@attrs.define(eq=False, repr=False)
class Reply(Record):
    """A response as it came: its parts, and for each side whether it replies to a call. `failed`: it is an error.

    `bare`: a failure of HTTP from a server of RPC, which replies to no call.
    """

    response: Response
    parts: Parts
    from_call: bool
    to_call: bool
    asked: RequestPair | None
    to: str
    failed: bool = False
    id: Any = ABSENT
    bare: bool = False
    hidden: tuple[Where, ...] = ()  # where secrets stood that nothing in the spec names: they are not in the parts

    @property
    def status(self) -> int:
        """The status of HTTP that the reply means."""
        return _UNKNOWN if self.from_call and self.failed else int(self.parts.status)

    def respell(self, log: Recorder) -> None:
        """Tell of places in the result or in the error by where they stand in the envelope."""
        if self.from_call:
            member = "error" if self.failed else "result"
            log.respell = lambda path: ("body", member, *path[1:]) if path[0] == "body" else path

    def wrap(self, target: Parts, failed: bool, residue: Any, kept: dict[str, Any]) -> tuple[Any, tuple[Loss, ...]]:
        """The body to write, and losses that the envelope adds; `kept` gets the form of the envelope that was read."""
        if self.from_call:
            kept.setdefault("rpc", {})["id"] = self.id
        if not self.to_call:
            return target.body, ()
        given = forms(residue)
        asked_id = ABSENT if self.asked is None else self.asked.id(self.to)
        owed = tuple[Loss, ...]()
        if "id" in given and is_id(given["id"]):
            asked_id = given["id"]
        elif asked_id is ABSENT:
            asked_id, owed = None, (Loss("body.id", None, "needs request", kind=OWED),)
        return write_reply(asked_id, target.body, failed), owed

    # --- failures ---

    def drop_filled(self, residue: Any) -> None:
        """Take from an error what it was given on its way here only because RPC demands it."""
        filled = forms(residue).get("filled")
        if self.from_call and self.failed and isinstance(filled, dict):
            error = self.parts.body
            left = {n: v for n, v in error.items() if n not in filled or not same(v, filled[n])}
            self.parts.body = None if not left and forms(residue).get("bare") is True else left

    def pass_failure(self, tells: Tells, log: Recorder) -> tuple[Parts, bool]:
        """A failure that no block translates, and whether it is an error of RPC.

        An error of RPC is a 500 with it as body, and back. `tells`: which bodies mean a failure on the other side; if
        this one means none there, the status must.
        """
        body, status = self.parts.body, self.status
        if tells(Parts(body, status=200)) and (self.from_call or self.to_call):
            return Parts(body, status=200), False
        if not self.to_call:
            told = status >= FAILED or tells(Parts(body, status=status))
            return Parts(body, status=status if told else FAILED), False
        if self.from_call and self.failed:
            return Parts(body, status=200), True
        error = error_of_status(status if status >= FAILED else _UNKNOWN, body)
        if not self.from_call and (status != _UNKNOWN or not is_error(body)):
            image = ((("body",), error),)
            log.note(("status",), status, image)
            log.note(("body",), ABSENT if body is None else body, image)
        return Parts(error, status=200), True

    def fit_failure_to_rpc(self, target: Parts, told_by_body: bool, log: Recorder, kept: dict[str, Any]) -> bool:
        """Give a translated failure its status, and an error what RPC demands. Whether it is an error of RPC."""
        if not self.to_call:
            if target.status is None and self.from_call and told_by_body:
                target.status = 200
            elif target.status is None:
                target.status = self.status if self.status >= FAILED or told_by_body else FAILED
                if not self.from_call and target.status != self.status:
                    log.note(("status",), self.status, ((("status",), target.status),))
            return False
        target.status = 200
        if not self.from_call:
            log.note(("status",), self.parts.status, given=_UNKNOWN)
        if told_by_body:
            return False
        bare = target.body is None
        body = {} if bare else target.body
        if not isinstance(body, dict):
            return True
        demanded = {"code": self.status, "message": default_message(self.status, self.parts.body)}
        filled = {name: value for name, value in demanded.items() if name not in body}
        if filled:
            target.body = {**filled, **body}
            kept["rpc"] = {"filled": filled, **({"bare": True} if bare else {})}
        return True


def error_problem(target: Parts) -> Problem | None:
    """What is wrong with an error that is about to be written, if anything is."""
    if is_error(target.body):
        return None
    expected = "an error of RPC to come of it, with `code`, an integer, and `message`, a text"
    body = target.body if isinstance(target.body, dict) else {}
    what = ", ".join(f"{name} {type(body[name]).__name__}" for name in ("code", "message") if name in body)
    return Problem("body", expected, what or "none")


def open_reply(prepared: CatalogUnit, response: Response, to: str, asked: RequestPair | None) -> Reply:
    """The response taken apart. Raises TranslationError where an RPC side sends what is no reply to the call."""
    if nameless := prepared.unit.nameless():
        raise TranslationError(nameless, "program")
    side = "old" if to == "new" else "new"
    named = {**prepared.names("response", to).here, **prepared.names("failure", to).here}
    parts = open_response(response, prepared.repeated("response", side), named)
    calls = {each: _is_call(prepared, each, asked) for each in ("old", "new")}
    reply = Reply(response, parts, calls[side], calls[to], asked, to, failed=parts.status >= 400)
    if reply.from_call:
        asked_id = ABSENT if asked is None else asked.id(side)
        parts.body, reply.failed, reply.id = read_reply(response.status, response.body, asked_id)
    return reply


def failure_of_http(prepared: CatalogUnit, message: Response, to: str, asked: RequestPair | None) -> Reply:
    """A failure that is no reply to a call, whatever the side calls by."""
    side = "old" if to == "new" else "new"
    bare, to_call = _is_call(prepared, side, asked), _is_call(prepared, to, asked)
    return Reply(message, open_response(message), False, to_call, asked, to, failed=True, bare=bare)


def _is_call(prepared: CatalogUnit, side: str, asked: RequestPair | None) -> bool:
    """Whether the request that is answered was a call on this side."""
    if asked is not None:
        return asked.id(side) is not ABSENT
    return prepared.unit.routes(side)[0].params is not None
