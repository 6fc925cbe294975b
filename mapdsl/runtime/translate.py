"""The two public acts: requests and responses, one message or several, from one side to the other."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, TypeVar

import attrs

from mapdsl.errors import MapError, Problem, TranslationError
from mapdsl.runtime.calls import begin, open_replies, reply_of_nothing
from mapdsl.runtime.compiled import fresh, kinds_refused, refusals
from mapdsl.runtime.messages import Request, Response, kind_of, survey
from mapdsl.runtime.translation import TranslatedRequest, TranslatedResponse, check_lookups, open_all, translate_plainly
from mapdsl.runtime.transport import CatalogUnit, is_call, other_side, validated

from .api import Api

__all__ = ["translate_request", "translate_response"]

Message = TypeVar("Message", Request, Response)
_NOTHING = Problem("$", "a message", "an empty list")


def translate_request(
    api: Api,
    message: Any,
    to: str,
    *,
    endpoint: str | None = None,
    lookups: Mapping[str, Any] | None = None,
    residue: Any = None,
    strict: bool | Collection[str] = False,
    lenient: bool = False,
) -> TranslatedRequest:
    """As `mapdsl.translate_request` (mapdsl/translate.py), which says what the arguments mean and what is raised."""
    _check_api(api)
    side = other_side(to)
    given = check_lookups(lookups)
    made = translate_plainly(api.catalog, message, side, endpoint, given) if residue is None else False
    if not isinstance(made, bool) and (strict is False or not refusals(made.lost, kinds_refused(strict))):
        return made
    messages = _each(message, Request.from_any)
    try:
        if made is False:
            _check_each(messages)
        opened = open_all(api.catalog, messages, side, endpoint, residue)
        return begin(api.catalog, opened, side, to, given, residue, lenient=lenient).translate(kinds_refused(strict))
    except TranslationError as error:
        from mapdsl.runtime.exchange import to_sender  # loaded for an error alone

        to_sender(error, messages[0], call=is_call(api.catalog.edges[side], messages[0].path))
        raise


def translate_response(
    api: Api,
    message: Any,
    to: str,
    *,
    request: TranslatedRequest | None = None,
    endpoint: str | None = None,
    variant: str | None = None,
    lookups: Mapping[str, Any] | None = None,
    residue: Any = None,
    strict: bool | Collection[str] = False,
    lenient: bool = False,
) -> TranslatedResponse:
    """As `mapdsl.translate_response` (mapdsl/translate.py), which says what the arguments mean and what is raised."""
    _check_api(api)
    other_side(to)
    given = check_lookups(lookups)
    prepared = _unit_of(api, request, endpoint, variant)
    if message in ([], ()) and request is not None and not request.requests:
        message = reply_of_nothing(prepared, "old" if to == "new" else "new")
    messages: Sequence[Response] = ()
    try:
        messages = _each(message, Response.from_any)
        refused = kinds_refused(strict)
        if residue is None and not refused and not lenient and _reports_later(prepared, messages):
            made = _unreported(api, prepared, messages, to, request)
            if made is not None:
                return made
        _check_each(messages)
        replies = open_replies(api.catalog, prepared, messages, to, request, home=residue is not None)
        return replies.translate(given, residue, refused, lenient)
    except TranslationError as error:
        from mapdsl.runtime.exchange import to_asker  # loaded for an error alone

        to_asker(error, prepared, messages, to, request)
        raise


def _reports_later(prepared: CatalogUnit, messages: Sequence[Response]) -> bool:
    """Whether what a reply loses can be worked out when somebody asks: nothing is looked up for it."""
    unit = prepared.unit
    if any(kind_of(name.lower()) == "target" for each in messages for name in each.headers):
        return False  # the addresses in them are translated as requests, which may look things up
    if unit.gather is not None or unit.fan is not None:
        return False
    both = [unit.response_to_new, unit.response_to_old]  # what the way back looks up says what this one lost
    both += [] if unit.failure is None else [unit.failure.to_new, unit.failure.to_old]
    return not any(ways.lookups for ways in both)


def _unreported(
    api: Api, prepared: CatalogUnit, messages: Sequence[Response], to: str, request: TranslatedRequest | None
) -> TranslatedResponse | None:
    """The answer, whose losses and residue are worked out when they are read; None where something is wrong.

    They come of a copy of the messages: the caller may change his. A body is gone through once, for all that is asked
    of it. Raises TranslationError where one is no document within the limits.
    """
    found = [_seen(message, number if len(messages) > 1 else None) for number, message in enumerate(messages)]
    harmless = all(harmless for harmless, _ in found)

    def report() -> TranslatedResponse:
        own = [attrs.evolve(message, body=document()) for message, (_, document) in zip(messages, found, strict=True)]
        replies = open_replies(api.catalog, prepared, own, to, request, harmless=harmless)
        return replies.translate({}, None, frozenset(), False)

    try:
        replies = open_replies(api.catalog, prepared, messages, to, request, harmless=harmless)
        replies.report = report
        return replies.translate({}, None, frozenset(), False)
    except MapError:
        return None  # translated once more, with all that is wrong


def _seen(message: Response, number: int | None) -> tuple[bool, Callable[[], Any]]:
    """Whether no name in a body is that of a secret, and what gives the body as it is now, once."""
    seen = survey(message.body) if type(message.body) in (dict, list) else None
    if seen is not None:
        return seen.harmless, seen.document
    body = fresh(validated(message, number).body)
    return False, lambda: body


def _each(message: Any, read: Callable[[Any], Message]) -> Sequence[Message]:
    if not isinstance(message, (list, tuple)):
        return (read(message),)
    if not message:
        from mapdsl.runtime.exchange import PROGRAM  # loaded for an error alone

        raise TranslationError([_NOTHING], PROGRAM)
    return tuple(map(read, message))


def _check_each(messages: Sequence[Message]) -> None:
    """Raise where one is no document within the limits."""
    for number, message in enumerate(messages):
        validated(message, number if len(messages) > 1 else None)


def _unit_of(api: Api, request: Any, endpoint: str | None, variant: str | None) -> CatalogUnit:
    if request is None:
        if endpoint is None:
            raise TypeError("pass request= (what translate_request returned) or endpoint=")
        return api.catalog.unit(endpoint, variant)
    if not isinstance(request, TranslatedRequest):
        raise TypeError(f"request must be what translate_request returned, not {type(request).__name__}")
    if endpoint is not None and endpoint != request.endpoint:
        raise ValueError(f"request= is of endpoint {request.endpoint}, and endpoint= says {endpoint}")
    name = request.variant if variant is None else variant
    return api.catalog.variant(request.endpoint, name)


def _check_api(api: Any) -> None:
    if not isinstance(api, Api):
        raise TypeError(f"the first argument is an Api, as load returns it, not {type(api).__name__}")
