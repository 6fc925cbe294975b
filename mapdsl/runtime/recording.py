"""A translation as JSON, and a request's translation read back from it, for its reply that comes later."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mapdsl.conversions import ABSENT
from mapdsl.errors import MapError
from mapdsl.runtime.calls import fan_out as fans
from mapdsl.runtime.calls import hidden_items_of, paging
from mapdsl.runtime.compiled import Loss, Parts, Recorder, RequestPair
from mapdsl.runtime.messages import HIDDEN, Request, Response, is_credential, is_hidden
from mapdsl.runtime.translation import TranslatedRequest, TranslatedResponse
from mapdsl.runtime.transport import Catalog, IncomingRequest, masked, open_request, other_side

from .api import Api

__all__ = ["recall", "record"]

_SIDES = ("new", "old")


def record(api: Api, message: Any, got: TranslatedRequest | TranslatedResponse) -> dict[str, Any]:
    """All there is to know of a translation: `message` is what was translated, its credentials are left out."""
    if isinstance(got, TranslatedRequest):
        messages = [request.to_dict() for request in got.requests]
        side = other_side(got.to)
        several = [masked(open_request(api.catalog, each, side, got.endpoint), side) for each in _each(message)]
    else:
        messages = [response.to_dict() for response in got.responses]
        several = [Response.from_any(each).to_dict() for each in _each(message)]
        replied = api.catalog.variant(got.endpoint, got.variant).spoken("reply", other_side(got.to))
        for each in several:
            each["headers"] = _without_secrets(each["headers"])
            each["body"] = replied.masked_reply(each["body"])
    return {
        "endpoint": got.endpoint,
        "variant": got.variant,
        "to": got.to,
        "request": several[0] if len(several) == 1 else several,
        "messages": messages,
        "lost": [_loss(loss) for loss in got.lost],
        "residue": got.residue,
    }


def _each(message: Any) -> list[Any]:
    return list(message) if isinstance(message, (list, tuple)) else [message]


def recall(api: Api, recorded: Any) -> TranslatedRequest:
    """What translate_request returned, out of its record; its losses are not read again.

    Raises MapError where `recorded` is no record of a request of this Api.
    """
    if not isinstance(recorded, Mapping) or not {"endpoint", "to", "request", "messages"} <= set(recorded):
        raise MapError("this is no record of a translated request: endpoint, to, request and messages belong to one")
    endpoint, to, messages = recorded["endpoint"], recorded["to"], recorded["messages"]
    if not isinstance(endpoint, str) or endpoint not in api or to not in _SIDES:
        raise MapError(f"this is no record of a request of these specs, which have {', '.join(api)}")
    came = recorded["request"] if isinstance(recorded["request"], list) else [recorded["request"]]
    if not isinstance(messages, list) or not came or not all(isinstance(each, Mapping) for each in (*came, *messages)):
        raise MapError("this is no record of a translated request: request is an object, messages a list of objects")
    sources = [_open(api.catalog, each, other_side(to), endpoint) for each in came]
    targets = [_open(api.catalog, message, to, endpoint) for message in messages]
    unit = sources[0].prepared.unit
    calls = _calls(sources, targets, to)
    asked = _asked(sources[0], targets[0] if targets else None, to)
    whole = hidden_items_of(unit, other_side(to), sources[0].parts) is not None
    made = None
    if unit.paging is not None:
        made = paging.plan_calls(unit.paging, to, sources[0].parts, Recorder(()), unit.scan, whole=whole)
    return TranslatedRequest(
        unit.endpoint,
        unit.variant,
        to,
        tuple(map(Request.from_any, messages)),
        not calls or made is None or made.complete,
        (),
        recorded.get("residue"),
        asked=asked,
        calls=calls,
    )


def _calls(sources: list[IncomingRequest], targets: list[IncomingRequest], to: str) -> tuple[RequestPair, ...]:
    """The request of each call, as both sides spell it."""
    fan = sources[0].prepared.unit.fan
    if fan is None or not targets:
        return tuple(_asked(sources[0], target, to) for target in targets)
    one, several = (sources[0], targets) if to == "new" else (targets[0], sources)
    jobs = fans.split_request(fan, one.prepared.unit.ways("request", "new"), one.parts)
    own = ABSENT if one.call is None else one.call.id
    return tuple(
        RequestPair(fans.as_asked(job.parts), each.parts, own, ABSENT if each.call is None else each.call.id)
        for job, each in zip(jobs, several, strict=False)
    )


def _asked(source: IncomingRequest, opened: IncomingRequest | None, to: str) -> RequestPair:
    target = Parts() if opened is None else opened.parts
    ids = [ABSENT if each is None or each.call is None else each.call.id for each in (source, opened)]
    return RequestPair(source.parts, target, *ids) if to == "new" else RequestPair(target, source.parts, *reversed(ids))


def _open(catalog: Catalog, message: Any, side: str, endpoint: str) -> IncomingRequest:
    """Take a recorded request apart. Its credential headers are not read: they may have been left out."""
    request = Request.from_any(message)
    headers = {name: value for name, value in request.headers.items() if not is_credential(name)}
    return open_request(
        catalog, Request(request.method, request.path, request.query, headers, request.body), side, endpoint
    )


def _without_secrets(headers: dict[str, Any]) -> dict[str, Any]:
    return {name: HIDDEN if is_hidden(name) else value for name, value in headers.items()}


def _loss(loss: Loss) -> dict[str, Any]:
    rule = loss.rule
    where = None if rule is None else {"file": rule.file, "line": rule.line, "text": rule.text}
    return {"path": loss.path, "value": loss.value, "reason": loss.reason, "kind": loss.kind, "rule": where}
