"""A request that came in, as it may be shown: `***` where it carries a credential, or a secret that nothing names."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import attrs

from mapdsl.runtime.messages import HIDDEN, Request, is_credential, is_hidden

from .incoming import IncomingRequest

__all__ = ["hide_headers", "masked"]


def hide_headers(headers: Mapping[str, Any], named: Collection[str]) -> dict[str, Any]:
    """The headers, with `***` for those that are called like a secret and that no rule names."""
    return {name: HIDDEN if is_hidden(name) and name.lower() not in named else value for name, value in headers.items()}


def masked(opened: IncomingRequest, side: str) -> dict[str, Any]:
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


def _with_secrets_in_query(opened: IncomingRequest, side: str) -> Request:
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


def _masked_body(opened: IncomingRequest, side: str, body: Any) -> Any:
    spoken = opened.prepared.spoken("request", side)
    if opened.call is None:
        return spoken.masked(body)
    declared = opened.prepared.unit.routes(side)[opened.came_by].params or ()
    names = [name for name, _ in declared]
    shown = spoken.masked(dict(zip(names, opened.call.params, strict=False)))
    return {**body, "params": [shown[name] for name in names[: len(opened.call.params)]]}
