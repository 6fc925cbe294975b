"""The state of an exchange as JSON: the client's request without its credentials, and what was answered so far.

    {"mapdsl": 1, "digest": "...", "client": "old", "endpoint": null, "request": {...},
     "events": [{"ask": "user", "answers": [["11", "u-1"]]}, {"send": [{"status": 200, ...}, {"failed": "reset"}]}],
     "handed": true}

`handed` says that the calls behind the last event were handed out. The event `{"read": "again"}` is the read of an
object that is written back, where the object has secrets: no state holds these. Numbers that are no JSON of Python
(Decimal) and bodies of bytes are kept as text.
"""

from __future__ import annotations

import base64
from binascii import Error as Base64Error
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from mapdsl.errors import MapError
from mapdsl.runtime.compiled import Auth
from mapdsl.runtime.messages import Request, Response, dumps, loads
from mapdsl.runtime.transport import Spoken, hide_headers

from .steps import FAILURES, Failed

__all__ = [
    "FORMAT",
    "READ_AGAIN",
    "check_state",
    "dump_answers",
    "dump_body",
    "dump_outcome",
    "dump_request",
    "hides_some",
    "load_answers",
    "load_outcome",
    "load_request",
]

FORMAT = 1
READ_AGAIN = {"read": "again"}


def dump_request(request: Mapping[str, Any], auth: Auth | None = None) -> dict[str, Any]:
    """The client's message, as `masked` shows it, without the headers that carry its credential."""
    facts = {name: request[name] for name in ("method", "path", "query")}
    return {**facts, "headers": _without_credentials(request["headers"], auth), **dump_body(request["body"])}


def load_request(kept: Mapping[str, Any]) -> Request:
    return Request.from_any(
        {**{name: kept[name] for name in ("method", "path", "query", "headers")}, "body": _body(kept)}
    )


def dump_outcome(
    outcome: Response | Failed, auth: Auth | None = None, spoken: Spoken | None = None, named: Collection[str] = ()
) -> dict[str, Any]:
    """What came of a call: without the headers that are credentials, or that carry one in the requests of `auth`.

    Secrets that nothing in the spec names are `***`: of bodies `spoken` says which these are, of headers `named`.
    """
    if isinstance(outcome, Failed):
        return {"failed": outcome.kind, "sent": outcome.sent}
    headers = hide_headers(_without_credentials(outcome.headers, auth), named)
    body = outcome.body if spoken is None else spoken.masked_reply(outcome.body)
    return {"status": outcome.status, "headers": headers, **dump_body(body)}


def hides_some(outcome: Response | Failed, dumped: Mapping[str, Any]) -> bool:
    """Whether a state that holds `dumped` lacks something of the body."""
    return isinstance(outcome, Response) and {**dumped, **dump_body(outcome.body)} != dumped


def load_outcome(kept: Mapping[str, Any]) -> Response | Failed:
    if "failed" in kept:
        return Failed(kept["failed"], kept.get("sent"))
    return Response.from_any({"status": kept["status"], "headers": kept["headers"], "body": _body(kept)})


def dump_answers(answers: Mapping[Any, Any]) -> dict[str, Any]:
    """What an Ask was answered, as a member: `answers`, or `text` where it holds a Decimal, or `pairs` of bodies."""
    pairs = [[key, value] for key, value in answers.items()]
    if any(type(each) is bytes for pair in pairs for each in pair):
        return {"pairs": [[dump_body(key), dump_body(value)] for key, value in pairs]}
    return {"text": dumps(pairs).decode()} if _holds_decimal(pairs) else {"answers": pairs}


def load_answers(kept: Mapping[str, Any]) -> dict[Any, Any]:
    if "pairs" in kept:
        return {_body(key): _body(value) for key, value in kept["pairs"]}
    pairs = loads(kept["text"].encode()) if "text" in kept else kept["answers"]
    return {Decimal(str(key)) if isinstance(key, float) else key: value for key, value in pairs}


def _without_credentials(headers: Mapping[str, Any], auth: Auth | None) -> dict[str, Any]:
    """The headers but those that carry a credential on either side of `auth`."""
    sides = () if auth is None else (auth.side("old"), auth.side("new"))
    carriers = {header for side in sides if side is not None for header in side.headers}
    return {name: v for name, v in headers.items() if name.lower() not in carriers}


def dump_body(body: Any) -> dict[str, Any]:
    """A body as a member: `body`, or `text` where it holds a Decimal, or `bytes`."""
    if type(body) is bytes:
        return {"bytes": base64.b64encode(body).decode("ascii")}
    return {"text": dumps(body).decode()} if _holds_decimal(body) else {"body": body}


def _body(kept: Mapping[str, Any]) -> Any:
    if "bytes" in kept:
        return base64.b64decode(kept["bytes"], validate=True)
    return loads(kept["text"].encode()) if "text" in kept else kept["body"]


def _holds_decimal(value: Any) -> bool:
    pending = [value]
    while pending:
        each = pending.pop()
        if isinstance(each, Decimal):
            return True
        if isinstance(each, dict):
            pending.extend(each.values())
        elif isinstance(each, list):
            pending.extend(each)
    return False


def check_state(state: Any, digest: str) -> None:
    """Raises MapError where `state` is not what `Exchange.state` gives, or of other specs."""
    number = state.get("mapdsl") if isinstance(state, Mapping) else None
    if type(number) is not int or number != FORMAT:
        raise MapError(f'this is no state of an exchange: it is an object with "mapdsl": {FORMAT}')
    if state.get("digest") != digest:
        raise MapError("this state is of an exchange of other specs, or of another version of these")
    events, request = state.get("events"), state.get("request")
    sound = isinstance(events, list) and all(_is_event(event) for event in events) and isinstance(request, Mapping)
    endpoint = state.get("endpoint", 0)
    sound = sound and (endpoint is None or isinstance(endpoint, str))
    if not sound or state.get("client") not in ("old", "new") or not isinstance(state.get("handed"), bool):
        raise MapError("this is no state of an exchange: client, endpoint, request, events and handed belong to one")
    try:
        load_request(request or {})
        for event in events or ():
            for outcome in event.get("send", ()):
                load_outcome(outcome)
            if "ask" in event:
                load_answers(event)
    except (KeyError, TypeError, ValueError, AttributeError, Base64Error) as error:
        raise MapError(f"this is no state of an exchange: {type(error).__name__} in a message of it") from None


def _is_event(event: Any) -> bool:
    if not isinstance(event, Mapping):
        return False
    if event == READ_AGAIN:
        return True
    if "send" in event:
        return isinstance(event["send"], list) and all(
            isinstance(each, Mapping) and each.get("failed", "reset") in FAILURES for each in event["send"]
        )
    return isinstance(event.get("ask"), str)
