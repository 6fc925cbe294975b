"""The steps of an exchange, and what answers them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from decimal import Decimal
from typing import Any

import attrs

from mapdsl.errors import ExchangeError, TranslationError
from mapdsl.records import Record
from mapdsl.runtime.compiled import Loss
from mapdsl.runtime.messages import JSON_VALUE, NAMES, Request, Response, check_document
from mapdsl.runtime.transport import bytes_fault

__all__ = ["FAILURES", "Ask", "Done", "Failed", "Send", "as_reply", "read_answers", "read_replies"]

FAILURES = ("refused", "timeout", "reset")
_GATEWAY_TIMEOUT, _BAD_GATEWAY = 504, 502


@attrs.frozen(repr=False)
class Ask:
    """What must be looked up: answer with a dict of what is known of `keys`. `to`: the side that the values are of."""

    __module__ = "mapdsl"

    lookup: str
    keys: tuple[Any, ...]
    to: str
    credential: bool = False

    def __repr__(self) -> str:
        keys = "(***)" if self.credential else repr(self.keys)
        return f"Ask(lookup={self.lookup!r}, keys={keys}, to={self.to!r})"


@attrs.frozen(repr=False)
class Send(Record):
    """Calls to make, together or one after the other: answer with one Response or Failed for each, in their order."""

    __module__ = "mapdsl"

    requests: tuple[Request, ...]


@attrs.frozen(repr=False)
class Done(Record):
    """The answer to the client, what of it was lost (in the request and in the replies), and what restores it.

    `hint`: what to do about a 403 of the server, where the spec says which scopes its key needs.
    """

    __module__ = "mapdsl"

    response: Response
    lost: tuple[Loss, ...]
    residue: Any = attrs.field(repr=False)
    hint: str | None = None


@attrs.frozen(repr=False)
class Failed(Record):
    """A call without a reply. `kind`: refused, timeout or reset. `sent`: whether it went out; None: nobody knows."""

    __module__ = "mapdsl"

    kind: str
    sent: bool | None = None

    def __attrs_post_init__(self) -> None:
        if self.kind not in FAILURES:
            raise ValueError(f"kind must be one of {', '.join(FAILURES)}, not {self.kind!r}")
        if self.sent is not None and not isinstance(self.sent, bool):
            raise TypeError(f"sent must be True, False or None, not {self.sent!r}")


def as_reply(outcome: Response | Failed) -> Response:
    """A call without a reply counts as a failure reply without a body."""
    if isinstance(outcome, Response):
        return outcome
    return Response(_GATEWAY_TIMEOUT if outcome.kind == "timeout" else _BAD_GATEWAY)


def read_answers(step: Ask, value: Any) -> dict[Any, Any]:
    """What answers an Ask. Raises ExchangeError where it is no dict."""
    if not isinstance(value, Mapping):
        raise ExchangeError(
            f"the answer to Ask({step.lookup!r}) is a dict from its keys to their values, not {type(value).__name__}"
        )
    for key, found_of_it in value.items():
        problem = bytes_fault(found_of_it) if type(found_of_it) is bytes else check_document(found_of_it)
        if type(key) is bytes and any(type(asked) is bytes for asked in step.keys):
            known = bytes_fault(key) is None
        else:
            known = isinstance(key, (str, int, float, Decimal, bool)) and check_document(key) is None
        if not known:
            raise ExchangeError(f"a key of the answer to Ask({step.lookup!r}) is no text, number, boolean or bytes")
        if problem is not None:
            raise ExchangeError(f"a value of the answer to Ask({step.lookup!r}) is no JSON value")
    return deepcopy(dict(value))


def read_replies(step: Send, value: Any) -> list[Response | Failed]:
    """What answers a Send. Raises ExchangeError where it is not one outcome for each call."""
    many = f"{len(step.requests)} {'outcome' if len(step.requests) == 1 else 'outcomes'}"
    if isinstance(value, (str, bytes, Mapping)) or not isinstance(value, Sequence):
        raise ExchangeError(f"the answer to Send is a list of {many}, not {type(value).__name__}")
    if len(value) != len(step.requests):
        raise ExchangeError(
            f"the answer to Send is a list of {many}, one for each call in their order: {len(value)} came"
        )
    return [_outcome(number, each) for number, each in enumerate(value)]


def _outcome(number: int, value: Any) -> Response | Failed:
    if isinstance(value, Failed):
        return value
    if not isinstance(value, (Response, Mapping)):
        raise ExchangeError(
            f"outcome {number} of Send is a Response, a dict with status, headers and body, or a Failed, "
            f"not {type(value).__name__}"
        )
    try:
        reply = Response.from_any(value)
    except TranslationError as error:
        raise ExchangeError(f"outcome {number} of Send is no response: {error}") from None
    problem = None if type(reply.body) is bytes else check_document(reply.body)
    if problem is not None and problem.expected in (JSON_VALUE, NAMES):
        raise ExchangeError(f"outcome {number} of Send has a body that is no JSON: {problem}")
    return attrs.evolve(reply, headers=dict(reply.headers), body=deepcopy(reply.body))
