"""A translation as JSON, and a request's translation read back from it, for its reply that comes later."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mapdsl.conversions import ABSENT
from mapdsl.errors import MapError

from . import paging
from .api import Api, check_side
from .credentials import HIDDEN
from .headers import is_credential
from .messages import Request, Response
from .narrowing import narrowing_of
from .opening import Opened, open_request
from .parts import Asked, Log, Loss, Parts
from .results import TranslatedRequest, TranslatedResponse

__all__ = ["masked", "recall", "record"]

_SIDES = ("new", "old")


def record(api: Api, message: Any, got: TranslatedRequest | TranslatedResponse) -> dict[str, Any]:
    """All there is to know of a translation: `message` is what was translated, its credentials are left out."""
    if isinstance(got, TranslatedRequest):
        messages = [request.to_dict() for request in got.requests]
        incoming = masked(open_request(api, message, check_side(got.to), got.endpoint), check_side(got.to))
    else:
        messages = [response.to_dict() for response in got.responses]
        incoming = Response.from_any(message).to_dict()
        incoming["headers"] = _without_secrets(incoming["headers"])
    return {
        "endpoint": got.endpoint,
        "variant": got.variant,
        "to": got.to,
        "request": incoming,
        "messages": messages,
        "lost": [_loss(loss) for loss in got.lost],
        "residue": got.residue,
    }


def recall(api: Api, recorded: Any) -> TranslatedRequest:
    """What translate_request returned, out of its record; its losses are not read again.

    Raises MapError where `recorded` is no record of a request of this Api.
    """
    if not isinstance(recorded, Mapping) or not {"endpoint", "to", "request", "messages"} <= set(recorded):
        raise MapError("this is no record of a translated request: endpoint, to, request and messages belong to one")
    endpoint, to, messages = recorded["endpoint"], recorded["to"], recorded["messages"]
    if not isinstance(endpoint, str) or endpoint not in api or to not in _SIDES:
        raise MapError(f"this is no record of a request of these specs, which have {', '.join(api)}")
    if not isinstance(messages, list) or not all(
        isinstance(each, Mapping) for each in (recorded["request"], *messages)
    ):
        raise MapError("this is no record of a translated request: request is an object, messages a list of objects")
    source = _open(api, recorded["request"], check_side(to), endpoint)
    requests = tuple(Request.from_any(message) for message in messages)
    calls = tuple(_asked(source, _open(api, message, to, endpoint), to) for message in messages)
    unit = source.prepared.unit
    asked = calls[0] if calls else _asked(source, None, to)
    whole = narrowing_of(unit, "old" if to == "new" else "new", source.parts) is not None
    plan = None if unit.paging is None else paging.carry(unit.paging, to, source.parts, Log(()), unit.scan, whole=whole)
    complete = not calls or plan is None or plan.complete
    lost, residue = (), recorded.get("residue")
    return TranslatedRequest(
        unit.endpoint, unit.variant, to, requests, complete, lost, residue, asked=asked, calls=calls
    )


def _asked(source: Opened, opened: Opened | None, to: str) -> Asked:
    target = Parts() if opened is None else opened.parts
    ids = [ABSENT if each is None or each.call is None else each.call.id for each in (source, opened)]
    return Asked(source.parts, target, *ids) if to == "new" else Asked(target, source.parts, *reversed(ids))


def _open(api: Api, message: Any, side: str, endpoint: str) -> Opened:
    """Take a recorded request apart. Its credential headers are not read: they may have been left out."""
    request = Request.from_any(message)
    headers = {name: value for name, value in request.headers.items() if not is_credential(name)}
    return open_request(
        api, Request(request.method, request.path, request.query, headers, request.body), side, endpoint
    )


def masked(opened: Opened, side: str) -> dict[str, Any]:
    """The request that came in, with `***` where it carries its credential."""
    message = opened.request.to_dict()
    message["headers"] = _without_secrets(message["headers"])
    auth = opened.prepared.unit.auth
    carrier = None if auth is None else auth.side(side)
    if opened.credential is None or carrier is None:
        return message
    if carrier.kind == "path":
        own = opened.prepared.templates[side][opened.came_by].shapes[-1]
        segments = message["path"].split("/")
        segments[len(segments) - len(own) + own.index(f"{{{carrier.name}}}")] = HIDDEN
        message["path"] = "/".join(segments)
    elif carrier.kind == "query":
        message["query"][carrier.name] = HIDDEN
    elif carrier.kind == "header":
        names = {name.lower(): name for name in message["headers"]}
        message["headers"][names[carrier.name.lower()]] = HIDDEN
    return message


def _without_secrets(headers: dict[str, Any]) -> dict[str, Any]:
    return {name: HIDDEN if is_credential(name) else value for name, value in headers.items()}


def _loss(loss: Loss) -> dict[str, Any]:
    rule = loss.rule
    where = None if rule is None else {"file": rule.file, "line": rule.line, "text": rule.text}
    return {"path": loss.path, "value": loss.value, "reason": loss.reason, "rule": where}
