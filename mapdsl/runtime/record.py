"""A translation as JSON, and a request's translation read back from it, for its reply that comes later."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from mapdsl.conversions import ABSENT
from mapdsl.errors import MapError

from . import fans, paging
from .api import Api, check_side
from .credentials import HIDDEN
from .headers import is_credential, is_hidden
from .messages import Request, Response
from .narrowing import narrowing_of
from .opening import Opened, open_request
from .parts import Asked, Log, Loss, Parts
from .results import TranslatedRequest, TranslatedResponse
from .states import hide_headers

__all__ = ["masked", "recall", "record"]

_SIDES = ("new", "old")


def record(api: Api, message: Any, got: TranslatedRequest | TranslatedResponse) -> dict[str, Any]:
    """All there is to know of a translation: `message` is what was translated, its credentials are left out."""
    if isinstance(got, TranslatedRequest):
        messages = [request.to_dict() for request in got.requests]
        side = check_side(got.to)
        several = [masked(open_request(api, each, side, got.endpoint), side) for each in _each(message)]
    else:
        messages = [response.to_dict() for response in got.responses]
        several = [Response.from_any(each).to_dict() for each in _each(message)]
        replied = api.endpoint(got.endpoint).named(got.variant).spoken("reply", check_side(got.to))
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
    sources = [_open(api, each, check_side(to), endpoint) for each in came]
    targets = [_open(api, message, to, endpoint) for message in messages]
    unit = sources[0].prepared.unit
    calls = _calls(sources, targets, to)
    asked = _asked(sources[0], targets[0] if targets else None, to)
    whole = narrowing_of(unit, check_side(to), sources[0].parts) is not None
    made = None
    if unit.paging is not None:
        made = paging.carry(unit.paging, to, sources[0].parts, Log(()), unit.scan, whole=whole)
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


def _calls(sources: list[Opened], targets: list[Opened], to: str) -> tuple[Asked, ...]:
    """The request of each call, as both sides spell it."""
    fan = sources[0].prepared.unit.fan
    if fan is None or not targets:
        return tuple(_asked(sources[0], target, to) for target in targets)
    one, several = (sources[0], targets) if to == "new" else (targets[0], sources)
    jobs = fans.apart(fan, one.prepared.unit.ways("request", "new"), one.parts)
    own = ABSENT if one.call is None else one.call.id
    return tuple(
        Asked(fans.as_asked(job.parts), each.parts, own, ABSENT if each.call is None else each.call.id)
        for job, each in zip(jobs, several, strict=False)
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
    """The request that came in, with `***` where it carries its credential or a secret that nothing names."""
    message = _with_secrets_in_query(opened, side).to_dict()
    names = opened.prepared.names("request", "old" if side == "new" else "new")
    message["headers"] = hide_headers(message["headers"], names.here)
    message["headers"] |= {name: HIDDEN for name in message["headers"] if is_credential(name)}
    if opened.hidden:
        spoken = opened.prepared.spoken("request", side)
        message["query"] = spoken.masked_query(message["query"])
        message["body"] = _masked_body(opened, side, message["body"])
    auth = opened.prepared.unit.auth
    carrier = None if auth is None else auth.side(side)
    if opened.credential is None or carrier is None:
        return message
    carrier = carrier.by(opened.credential.tag)
    if carrier.kind == "path":
        own = opened.prepared.templates[side][opened.came_by].shapes[-1]
        path, mark, query = message["path"].partition("?")
        segments = path.split("/")
        segments[len(segments) - len(own) + own.index(f"{{{carrier.name}}}")] = HIDDEN
        message["path"] = "/".join(segments) + mark + query
    elif carrier.kind == "query":
        message["query"][carrier.name] = HIDDEN
    elif carrier.kind == "header":
        spelled = {name.lower(): name for name in message["headers"]}
        message["headers"][spelled[carrier.name.lower()]] = HIDDEN
    return message


def _with_secrets_in_query(opened: Opened, side: str) -> Request:
    """The request, whose dict has every parameter that will be masked in its query and none in its path."""
    request = opened.request
    shown = opened.prepared.spoken("request", side).masked_query(dict(request.query))
    auth = opened.prepared.unit.auth
    carrier = None if auth is None else auth.side(side)
    own = carrier.name if carrier is not None and carrier.kind == "query" else None
    query = {
        name: "".join(value) if isinstance(value, str) and (name == own or shown[name] != value) else value
        for name, value in request.query.items()
    }
    return attrs.evolve(request, query=query)


def _masked_body(opened: Opened, side: str, body: Any) -> Any:
    spoken = opened.prepared.spoken("request", side)
    if opened.call is None:
        return spoken.masked(body)
    declared = opened.prepared.unit.routes(side)[opened.came_by].params or ()
    names = [name for name, _ in declared]
    shown = spoken.masked(dict(zip(names, opened.call.params, strict=False)))
    return {**body, "params": [shown[name] for name in names[: len(opened.call.params)]]}


def _without_secrets(headers: dict[str, Any]) -> dict[str, Any]:
    return {name: HIDDEN if is_hidden(name) else value for name, value in headers.items()}


def _loss(loss: Loss) -> dict[str, Any]:
    rule = loss.rule
    where = None if rule is None else {"file": rule.file, "line": rule.line, "text": rule.text}
    return {"path": loss.path, "value": loss.value, "reason": loss.reason, "kind": loss.kind, "rule": where}
