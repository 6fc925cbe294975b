"""What an error tells: whose message is at fault, what is known of the calls that were made, and what to answer.

A client that is told that its message is at fault may mend it and send it again. So it is told that of its own message
alone, and where a call with an effect was made, what became of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from mapdsl.conversions import ABSENT
from mapdsl.errors import LookupMissing, RouteNotFound, TranslationError
from mapdsl.runtime.compiled import RequestPair, Route
from mapdsl.runtime.messages import Request, Response, rpc
from mapdsl.runtime.translation import TranslatedRequest
from mapdsl.runtime.transport import CatalogUnit, guards_hold, is_read, open_response

from .steps import Failed

__all__ = ["CLIENT", "PROGRAM", "SERVER", "effect_of", "fate_of", "tell", "to_asker", "to_sender"]

CLIENT, SERVER, PROGRAM = "client", "server", "program"
_STATUS = {CLIENT: 400, PROGRAM: 500, SERVER: 502}
_NOT_FOUND, _UNAUTHORIZED = 404, 401
_HEADERS = {"Content-Type": "application/problem+json"}
_UNREAD = "the answer could not be read"
_PROGRAM_S = ("lookups.", "residue")  # where what the program answered, or kept, stands; no message has such places


def tell(
    error: TranslationError, fault: str, *, call: bool, id: Any = None, method: str = "", effect: str = ""
) -> None:
    """Say whose fault an error is and what to answer to the client; what it says of these already stays.

    `fault` is that of a problem in a message; what the program did not answer, or answered wrongly, is its own. `call`:
    the client called by RPC, with this `id`; otherwise with this `method` of HTTP.
    """
    if error.fault is None:
        error.fault = PROGRAM if _is_program_s(error) else fault
    error.effect = error.effect or effect
    if error.reply is None:
        error.reply = _of_rpc(error, id) if call else _of_http(error, method)


def to_sender(error: TranslationError, request: Request, *, call: bool) -> None:
    """An error about a request, before any call was made."""
    body = request.body
    id = body.get("id") if call and isinstance(body, dict) else None
    tell(error, CLIENT, call=call, id=id, method=request.method)


def to_asker(
    error: TranslationError, prepared: CatalogUnit, replies: Sequence[Response], to: str, sent: TranslatedRequest | None
) -> None:
    """An error about replies to a request: it goes to the client that sent it."""
    server = "old" if to == "new" else "new"
    asked = None if sent is None else sent.asked
    routes = {side: prepared.unit.routes(side)[0] for side in ("old", "new")}
    calls = {side: _is_call(routes[side], asked, side) for side in routes}
    methods = [routes[server].method] * len(replies) if sent is None else [each.method for each in sent.requests]
    reads = not calls[to] and is_read(routes[to].method)
    fates = [
        fate_of(prepared, server, reply, call=calls[server])
        for method, reply in zip(methods, replies, strict=False)
        if not (reads or is_read(method))
    ]
    id = None if asked is None or not calls[to] else asked.id(to)
    tell(error, SERVER, call=calls[to], id=id, method=routes[to].method, effect=effect_of(fates))


def _is_call(route: Route, asked: RequestPair | None, side: str) -> bool:
    return route.params is not None if asked is None else asked.id(side) is not ABSENT


def _is_program_s(error: TranslationError) -> bool:
    return isinstance(error, LookupMissing) or any(each.path.startswith(_PROGRAM_S) for each in error.problems)


def _of_rpc(error: TranslationError, id: Any) -> dict[str, Any]:
    code = rpc.INVALID_PARAMS if error.fault == CLIENT else rpc.INTERNAL_ERROR
    return rpc.answer(code, id, error.problems, error.effect)


def _of_http(error: TranslationError, method: str) -> dict[str, Any]:
    """The failure that RFC 9457 has for APIs which say nothing of their own."""
    status = _STATUS[error.fault or SERVER]
    if error.fault == CLIENT and isinstance(error, RouteNotFound):
        status = _NOT_FOUND
    elif error.fault == CLIENT and isinstance(error, LookupMissing):
        status = _UNAUTHORIZED  # the one answer that only the client can give is its credential
    detail, data = rpc.told(error.problems, error.effect)
    body = {"title": HTTPStatus(status).phrase, "status": status, "detail": detail, "problems": data}
    return {"status": status, "headers": dict(_HEADERS), "body": None if method == "HEAD" else body}


# --- what became of the calls --------------------------------------------------------------------------------------


def fate_of(prepared: CatalogUnit, server: str, outcome: Response | Failed, *, call: bool) -> bool | None:
    """Whether a call was carried out; None: nobody knows. `call`: it was one of RPC."""
    if isinstance(outcome, Failed):
        return False if outcome.sent is False else None
    if outcome.status >= 500:
        return None
    if outcome.status >= 400:
        return False
    if call:
        body = outcome.body
        told = isinstance(body, dict) and ("result" in body) != ("error" in body)
        return "result" in body if told else None
    failure = prepared.unit.failure
    guards = None if failure is None else failure.old_fails if server == "old" else failure.new_fails
    return guards is None or not guards_hold(guards, open_response(outcome))


def effect_of(fates: Sequence[bool | None]) -> str:
    """What is known where calls were made and no answer can be. `fates` are those of the calls that have an effect."""
    done = fates.count(True)
    if not fates:
        known = "nothing was changed"
    elif done == len(fates):
        known = "carried out"
    elif done:
        known = f"carried out in {done} of {len(fates)} calls"
        known += ", and perhaps in others" if None in fates else ""
    else:
        known = "perhaps carried out" if None in fates else "not carried out"
    return f"{known}, {_UNREAD}"
