"""JSON documents as typed values: nothing is coerced, unknown members are refused, every fault has its JSON path.

What people write by hand beside the rules, the arms of an `example` and the demo's messages, goes through here.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, get_origin

import attrs

from mapdsl.errors import MapError

if TYPE_CHECKING:
    from cattrs import Converter

__all__ = ["CallText", "DemoCall", "DemoScript", "ReplyText", "RequestText", "ResponseText", "structure"]

T = TypeVar("T")
_ALIKE = 0.75  # how near a name must be to a part to be one that is misspelled (0 to 1)


@attrs.frozen
class RequestText:
    """A request as an author writes it; what is left out is filled in from the endpoint's first route."""

    method: str | None = None
    path: str | None = None
    query: dict[str, Any] = attrs.field(factory=dict)
    headers: dict[str, Any] = attrs.field(factory=dict)
    body: Any = None

    def filled(self, method: str, path: str) -> dict[str, Any]:
        """The message, with method and path where the author gave none."""
        given = {"method": self.method or method, "path": self.path or path}
        return {**given, "query": self.query, "headers": self.headers, "body": self.body}


@attrs.frozen
class ResponseText:
    """A response as an author writes it."""

    status: int = 200
    headers: dict[str, Any] = attrs.field(factory=dict)
    body: Any = None

    def filled(self) -> dict[str, Any]:
        return {"status": self.status, "headers": self.headers, "body": self.body}


@attrs.frozen
class CallText:
    """A call of JSON-RPC as an author writes it: `{method: "sms.send", params: ["SMS", "+336", "Hello"]}`."""

    method: str | None = None
    params: list[Any] = attrs.field(factory=list)
    id: Any = 1
    headers: dict[str, Any] = attrs.field(factory=dict)

    def filled(self, method: str, path: str) -> dict[str, Any]:
        """The message that goes to `path`, with `method` where the author names none."""
        call = {"jsonrpc": "2.0", "id": self.id, "method": self.method or method, "params": self.params}
        return {"method": "POST", "path": path, "headers": self.headers, "body": call}


@attrs.frozen
class ReplyText:
    """A reply of JSON-RPC as an author writes it: `{result: "8242D945"}`, or `{error: {code: 151, message: "..."}}`."""

    result: Any = None
    error: Any = None
    id: Any = 1
    headers: dict[str, Any] = attrs.field(factory=dict)

    def filled(self) -> dict[str, Any]:
        told = {"result": self.result} if self.error is None else {"error": self.error}
        return {"status": 200, "headers": self.headers, "body": {"jsonrpc": "2.0", "id": self.id, **told}}


@attrs.frozen
class DemoCall:
    """One exchange of the demo: what the old client sends, and what the new server answers."""

    title: str
    about: str
    request: RequestText
    reply: ResponseText


@attrs.frozen
class DemoScript:
    lookups: dict[str, dict[str, Any]]
    calls: list[DemoCall]


def structure(value: Any, type_: type[T], what: str) -> T:
    """The value as a `type_`. Raises MapError with every fault and its JSON path; `what` names the document."""
    from cattrs import transform_error  # loaded when a document is read, never by a translation

    try:
        if get_origin(type_) is list and not isinstance(value, list):
            raise TypeError(f"expected a list, found {_WORDS.get(type(value), type(value).__name__)}")
        return _converter().structure(value, type_)
    except Exception as error:
        raise MapError(f"{what}: {'; '.join(transform_error(error, format_exception=_fault))}") from None


@cache
def _converter() -> Converter:
    """cattrs turns 1 into "1" and null into "None" by itself: each scalar gets a hook that takes its own type alone."""
    from cattrs import Converter

    converter = Converter(forbid_extra_keys=True)
    for type_ in (str, int, bool, float):
        converter.register_structure_hook(type_, _only(type_))
    return converter


def _only(type_: type) -> Callable[[Any, Any], Any]:
    def take(value: Any, _: Any) -> Any:
        if type(value) is not type_:
            raise TypeError(f"expected {_WORDS[type_]}, found {_WORDS.get(type(value), type(value).__name__)}")
        return value

    return take


_WORDS = {
    str: "a text",
    int: "an integer",
    bool: "true or false",
    float: "a number",
    dict: "an object",
    list: "a list",
    type(None): "null",
}


def _fault(error: BaseException, type_: type | None) -> str:
    from cattrs import ForbiddenExtraKeysError
    from cattrs.v import format_exception

    if isinstance(error, ForbiddenExtraKeysError):
        known = [field.name for field in attrs.fields(error.cl)]
        unknown = ", ".join(f"`{name}`" for name in sorted(error.extra_fields))
        return f"expected only {', '.join(known)}, found {unknown}{_repair(sorted(error.extra_fields), known)}"
    return (
        str(error)
        if isinstance(error, TypeError) and str(error).startswith("expected")
        else format_exception(error, type_)
    )


def _repair(unknown: list[str], known: list[str]) -> str:
    """What to write instead: the part that each name is nearest to, and `body` around what is like none."""
    from difflib import get_close_matches

    near = {name: get_close_matches(name.lower(), known, 1, _ALIKE) for name in unknown}
    advice = [f"did you mean `{close[0]}`?" for close in near.values() if close]
    beside = [name for name, close in near.items() if not close]
    if beside and "body" in known:
        advice.append(f"fields of the body stand in `body: {{{beside[0]}: ...}}`")
    return f" ({'; '.join(dict.fromkeys(advice))})" if advice else ""
