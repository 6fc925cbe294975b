"""JSON-RPC 2.0 envelopes: calls and replies read, checked and written. Rules see the object of the parameters of a
call, the result of a reply or its error; the rest of an envelope is form.

    {"jsonrpc": "2.0", "id": 42, "method": "sms.send", "params": ["SMS", "+336", "Hello", null]}
        declared (from, to, body, options?)  ->  {"from": "SMS", "to": "+336", "body": "Hello"}

An absent parameter that may be left out is left out at the end, and is null before others; one that may not is null.
So a parameter that is null counts as absent.
What is no call is answered at once: the error that is raised holds the reply that the caller expects.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

import attrs

from mapdsl.conversions import ABSENT
from mapdsl.errors import Problem, RouteNotFound, TranslationError, capped
from mapdsl.records import Record

from .display import found

__all__ = [
    "FIRST_ID",
    "INTERNAL_ERROR",
    "INVALID_PARAMS",
    "Call",
    "answer",
    "default_message",
    "error_of_status",
    "is_error",
    "is_id",
    "kept_nulls",
    "read_call",
    "read_params",
    "read_reply",
    "refuse",
    "told",
    "too_many",
    "unknown_method",
    "write_call",
    "write_params",
    "write_reply",
]

FIRST_ID = 1  # of a call that nobody gave an id
INVALID_REQUEST, METHOD_NOT_FOUND, INVALID_PARAMS, INTERNAL_ERROR = -32600, -32601, -32602, -32603
_MOST = 100  # problems that a reply lists
_TITLES = {
    INVALID_REQUEST: "Invalid Request",
    METHOD_NOT_FOUND: "Method not found",
    INVALID_PARAMS: "Invalid params",
    INTERNAL_ERROR: "Internal error",
}
_CALL = ("jsonrpc", "id", "method", "params")
_REPLY = ("jsonrpc", "id", "result", "error")
_HEADERS = {"Content-Type": "application/json"}
_TEXTS = ("message", "detail", "error_description", "title", "error")
Params = Sequence[tuple[str, bool]]


@attrs.frozen(repr=False)
class Call(Record):
    """A call as it came. `stated` False: it has no `params` at all, which means none."""

    id: str | int | None
    method: str
    params: list[Any]
    stated: bool = True


def is_id(value: Any) -> bool:
    """Whether a value may identify a call: a text, an integer or null."""
    return value is None or type(value) in (str, int)


def is_error(value: Any) -> bool:
    """Whether a value is an error object: `code` an integer, `message` a text."""
    return isinstance(value, dict) and type(value.get("code")) is int and type(value.get("message")) is str


# --- errors for the caller -----------------------------------------------------------------------------------------


def told(problems: Iterable[Problem], effect: str = "") -> tuple[str, list[dict[str, str]]]:
    """Problems in a reply: a sentence, and the first hundred of them. No problem holds a credential."""
    every = list(problems)
    detail = f"{every[0].path}: {every[0].wanted}, found {every[0].found}" if every else ""
    if len(every) > _MOST:
        detail += f", and {len(every) - 1:,} more, of which {_MOST - 1} are told"
    shown = [{"path": each.path, "expected": each.expected, "found": each.found} for each in every[:_MOST]]
    data = [{name: capped(text) for name, text in each.items()} for each in shown]
    return capped(": ".join(filter(None, (effect, detail)))), data


def answer(code: int, id: Any, problems: Iterable[Problem], effect: str = "") -> dict[str, Any]:
    """The response to a caller whose call has problems. `effect`: what is known of the calls that were made."""
    detail, data = told(problems, effect)
    message = f"{_TITLES[code]}: {detail}" if detail else _TITLES[code]
    error = {"code": code, "message": message, "data": data}
    body = {"jsonrpc": "2.0", "id": id if is_id(id) else None, "error": error}
    return {"status": 200, "headers": dict(_HEADERS), "body": body}


def refuse(code: int, id: Any, path: str, expected: str, what: str) -> TranslationError:
    """The error for a message that is no call; it holds the reply to its sender."""
    kind = RouteNotFound if code == METHOD_NOT_FOUND else TranslationError
    error = kind([Problem(path, expected, what)], "client")
    error.reply = answer(code, id, error.problems)
    return error


def unknown_method(call: Call, known: Iterable[str], side: str) -> TranslationError:
    from difflib import get_close_matches  # loaded for the error alone

    near = get_close_matches(call.method, sorted(set(known)), 3, 0.6)
    expected = f"a method of the {side} API" + (f" (nearest: {', '.join(near)})" if near else "")
    return refuse(METHOD_NOT_FOUND, call.id, "body.method", expected, found(call.method))


# --- calls ---------------------------------------------------------------------------------------------------------


def read_call(http_method: str, body: Any) -> Call:
    """The call that a request holds. Raises TranslationError, with the reply to its sender, where it holds none."""
    if http_method != "POST":
        raise refuse(INVALID_REQUEST, None, "method", "POST, for a call of RPC", http_method)
    if isinstance(body, list):
        raise refuse(INVALID_REQUEST, None, "body", "one call, for batches are not taken", found(body))
    if not isinstance(body, dict):
        raise refuse(INVALID_REQUEST, None, "body", "a call, which is an object", found(body))
    id = body.get("id", ABSENT)
    if id is ABSENT:
        expected = "an id, for notifications are not taken"
        raise refuse(INVALID_REQUEST, None, "body.id", expected, "nothing")
    if not is_id(id):
        raise refuse(INVALID_REQUEST, None, "body.id", "a text, an integer or null", found(id))
    if body.get("jsonrpc") != "2.0":
        what = found(body["jsonrpc"]) if "jsonrpc" in body else "nothing"
        raise refuse(INVALID_REQUEST, id, "body.jsonrpc", 'the version "2.0"', what)
    method = body.get("method", ABSENT)
    if not isinstance(method, str):
        what = "nothing" if method is ABSENT else found(method)
        raise refuse(INVALID_REQUEST, id, "body.method", "the name of a method", what)
    for name in body:
        if name not in _CALL:
            raise refuse(INVALID_REQUEST, id, "body", f"only {', '.join(_CALL)}", f"the member {found(name)}")
    params = body.get("params", [])
    if not isinstance(params, list):
        expected = "a list of parameters in their order"
        expected += ", for named ones are not taken" if isinstance(params, dict) else ""
        raise refuse(INVALID_PARAMS, id, "body.params", expected, found(params))
    return Call(id, method, params, "params" in body)


def too_many(call: Call, declared: Params) -> TranslationError:
    names = ", ".join(name for name, _ in declared) or "none"
    expected = f"at most {len(declared)} parameters ({names})"
    return refuse(INVALID_PARAMS, call.id, f"body.params[{len(declared)}]", expected, f"{len(call.params)}")


def read_params(declared: Params, given: list[Any], nulls: Iterable[str] = ()) -> dict[str, Any]:
    """The parameters by name. One that is null is absent, unless `nulls` names it."""
    kept = set(nulls)
    pairs = zip((name for name, _ in declared), given, strict=False)
    body = {name: value for name, value in pairs if value is not None}
    return {name: body.get(name) for name, _ in declared if name in body or name in kept}


def write_params(declared: Params, body: Any, length: Any = None) -> list[Any]:
    """The parameters in their order: nothing and null, where they may be left out, are left out at the end, else null.

    `length` is how many there were where it was another number than that.
    """
    values = body if isinstance(body, dict) else {}
    given = [values.get(name) for name, _ in declared]
    last = max((place + 1 for place, value in enumerate(given) if value is not None), default=0)
    demanded = max((place + 1 for place, (_, optional) in enumerate(declared) if not optional), default=0)
    return given[: max(last, length if type(length) is int else demanded)]


def kept_nulls(declared: Params, body: Any) -> list[str]:
    """The parameters that are null: they will be read as absent."""
    values = body if isinstance(body, dict) else {}
    return [name for name, _ in declared if name in values and values[name] is None]


def write_call(method: str, params: list[Any], id: Any, stated: bool = True) -> dict[str, Any]:
    call = {"jsonrpc": "2.0", "id": id, "method": method}
    return {**call, "params": params} if stated or params else call


# --- replies -------------------------------------------------------------------------------------------------------


def read_reply(status: int, body: Any, asked_id: Any) -> tuple[Any, bool, Any]:
    """Result or error of a reply, whether it is an error, and its id. `asked_id` is that of the call, or ABSENT.

    Raises TranslationError where this is no reply, or one to another call.
    """
    problems = list(_reply_problems(status, body, asked_id))
    if problems:
        raise TranslationError(problems)
    failed = "error" in body
    return body["error" if failed else "result"], failed, body["id"]


def _reply_problems(status: int, body: Any, asked_id: Any) -> Iterable[Problem]:
    if status != 200:
        yield Problem("status", "200, for a reply of RPC tells failures in `error`", str(status))
        return
    if not isinstance(body, dict):
        yield Problem("body", "a reply of RPC, which is an object", found(body))
        return
    if body.get("jsonrpc") != "2.0":
        yield Problem("body.jsonrpc", 'the version "2.0"', found(body["jsonrpc"]) if "jsonrpc" in body else "nothing")
    if ("result" in body) == ("error" in body):
        yield Problem("body", "either `result` or `error`", "both" if "result" in body else "neither")
    elif "error" in body and not is_error(body["error"]):
        expected = "an error, with `code`, an integer, and `message`, a text"
        yield Problem("body.error", expected, found(body["error"]))
    id = body.get("id", ABSENT)
    if not is_id(id):
        yield Problem("body.id", "a text, an integer or null", "nothing" if id is ABSENT else found(id))
    elif id is None and "error" in body:
        pass  # an error may not know which call it is about
    elif asked_id is not ABSENT and (type(id), id) != (type(asked_id), asked_id):
        yield Problem("body.id", f"{found(asked_id)}, the id of the call", found(id))
    for name in body:
        if name not in _REPLY:
            yield Problem("body", f"only {', '.join(_REPLY)}", f"the member {found(name)}")


def write_reply(id: Any, value: Any, failed: bool) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": id, "error" if failed else "result": value}


def error_of_status(status: int, body: Any) -> dict[str, Any]:
    """The error that a failure of HTTP becomes: its status as code, its own words as message, its body as data."""
    if status == 500 and is_error(body):
        return dict(body)  # an error of RPC on its way home
    told = {"code": status, "message": default_message(status, body)}
    return told if body is None else {**told, "data": body}


def default_message(status: int, body: Any) -> str:
    """What a failure says of itself to a person: its own message, else the phrase of its status."""
    texts: Mapping[str, Any] = body if isinstance(body, dict) else {}
    own = next((texts[name] for name in _TEXTS if isinstance(texts.get(name), str) and texts[name]), "")
    try:
        return own or HTTPStatus(status).phrase
    except ValueError:
        return f"HTTP status {status}"
