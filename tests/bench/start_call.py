"""Start Call, a whole request, by hand: what a careful engineer writes to route, map and report it.

It does what `translate_request` does with section 23 of the guide. It chooses the endpoint by method and path, takes
the key out of the path and asks for the new one, sorts the headers (docs/reference/headers.md has the table), maps the
body and lists what is lost. Of the 29 endpoints it knows the routes of three.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from .tables import CALLER_IDS, NEW_KEYS, USER_IDS

__all__ = ["USERS", "start_call_message"]

USERS = {name: str(number) for name, number in USER_IDS.items()}  # section 23 has texts for ids
Lost = tuple[str, object, str]  # the JSON path in the message, the value, the reason

_ROUTES = {("POST", "click2call"): "start_call", ("GET", "balance"): "get_balance", ("POST", "sendsms"): "send_sms"}
_NAMED = frozenset({"agent", "number", "caller_id", "account_id", "crm", "get_call_id"})
_NO_PLACE = "no place in the new API"

_CONNECTION = frozenset(
    [
        *("connection", "keep-alive", "proxy-connection", "proxy-authenticate", "proxy-authentication-info"),
        *("te", "trailer", "transfer-encoding", "upgrade", "http2-settings", "alt-svc", "alt-used"),
        *("content-length", "content-encoding", "accept-encoding", "host", "expect"),
    ]
)
_OLD_BYTES = re.compile(
    r"((content-|repr-)?digest|content-md5|signature(-input)?|(if-|content-)?range|accept-ranges)\Z"
)
_SECRET = re.compile(r"proxy-|(set-)?cookie|.*(authorization|password|secret|credential|api-?key|(auth|access)-?token)")
_TARGETS = frozenset({"location", "content-location", "link"})


@lru_cache(maxsize=4096)
def _kind(spelled: str) -> str:
    """What becomes of a header of this name."""
    name = spelled.lower()
    if name in _CONNECTION or name.startswith("sec-websocket-"):
        return "connection"
    if _SECRET.match(name):
        return "credential"
    if _OLD_BYTES.match(name):
        return "old bytes"
    return "target" if name in _TARGETS else "passes"


def _passing(headers: dict[str, str], lost: list[Lost]) -> dict[str, str]:
    """The headers that pass. What is lost goes into `lost`; those of the connection go without a word."""
    passing = {}
    listed: set[str] = set()
    for name, value in headers.items():
        kind = _kind(name)
        if kind == "passes":
            passing[name] = value
        elif kind == "credential":
            lost.append((f"headers.{name}", "***", "a credential that nobody declares"))
        elif kind == "old bytes":
            lost.append((f"headers.{name}", value, "describes the bytes of the old message"))
        elif kind == "target":
            passing[name] = value
            lost.append((f"headers.{name}", value, "no GET of the old API"))
        elif name.lower() == "connection":
            listed = {other.strip().lower() for other in value.split(",")}
    return {name: value for name, value in passing.items() if name.lower() not in listed} if listed else passing


def start_call_message(message: dict[str, Any]) -> tuple[dict[str, Any], list[Lost]]:
    """The new request as a dict, and what is lost.

    Raises LookupError for another route and for an agent or a group that nobody knows, ValueError for another body.
    """
    method, path = message["method"], message["path"]
    parts = path.split("/")
    if len(parts) != 5 or parts[1] != "api" or parts[2] != "v1" or (method, parts[4]) not in _ROUTES:
        raise LookupError(path)
    lost: list[Lost] = []
    body = message["body"]
    if type(body) is not dict:
        raise ValueError("an object")
    query = message["query"]
    new = {"user_id": USERS[body["agent"]], "phone_number": body["number"]}
    if "caller_id" in body:
        new["caller_id"] = CALLER_IDS[body["caller_id"]]
    source = {}
    if "account_id" in body:
        source["account_id"] = body["account_id"]
    if "crm" in body:
        source["system"] = body["crm"]
    if source:
        new["source"] = source
    if "get_call_id" in body and body["get_call_id"] is not True:
        lost.append(("body.get_call_id", body["get_call_id"], _NO_PLACE))
    for name, value in body.items():
        if name not in _NAMED:
            new[name] = value
    headers = _passing(message["headers"], lost)
    new_key = NEW_KEYS.get(parts[3])
    if new_key is None:
        lost.append(("path.api_key", "***", "credential is not answered"))
    else:
        headers["Authorization"] = f"Bearer {new_key}"
    new_query = {}
    for name, value in query.items():
        lost.append((f"query.{name}", value, "unknown parameter"))
        new_query[name] = value
    return {"method": "POST", "path": "/api/v4/voice/calls", "query": new_query, "headers": headers, "body": new}, lost
