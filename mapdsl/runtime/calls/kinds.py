"""Which kind of requests and of replies an endpoint has: one for one, a fan, a list of pages, an update.

And what a server would have said that was not asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mapdsl.errors import TranslationError
from mapdsl.runtime.compiled import CompiledUnit
from mapdsl.runtime.messages import Response
from mapdsl.runtime.translation import (
    Keys,
    Replies,
    Run,
    TranslatedRequest,
    Translation,
    first_status,
    follower,
    keys_of,
)
from mapdsl.runtime.transport import Catalog, CatalogUnit, IncomingRequest, Reply

from . import paging
from .fan_out_request import FanTranslation
from .fan_out_response import GatheredReplies, ItemReply
from .paged_request import PagedTranslation
from .paged_response import ListReplies
from .pages import Listing
from .update_request import UpdateTranslation

__all__ = ["back_keys", "begin", "open_replies", "plain_replies", "reply_of_nothing", "wanted_keys"]


def _kind(unit: CompiledUnit) -> type[Translation]:
    """One kind alone: no endpoint that is paged, or updates a part, is a fan, or the other of the two."""
    if unit.fan is not None:
        return FanTranslation
    if unit.paging is not None:
        return PagedTranslation
    return Translation if unit.replace is None else UpdateTranslation


def begin(
    catalog: Catalog,
    opened: Sequence[IncomingRequest],
    side: str,
    to: str,
    given: Mapping[str, Any],
    residue: Any = None,
    *,
    lenient: bool = False,
) -> Translation:
    """A translation of requests from `side`, in which `given` answers lookups. Raises TranslationError for residue that
    is not of one of the other direction."""
    kind = _kind(opened[0].prepared.unit)
    return kind.begin(catalog, opened, side, to, given, residue, lenient, FOLLOWER)


FOLLOWER = follower(begin)


def wanted_keys(opened: Sequence[IncomingRequest], to: str) -> Keys:
    """What must be looked up before the requests can be mapped."""
    try:
        return keys_of(_kind(opened[0].prepared.unit).jobs(opened, to))
    except TranslationError:  # told when they are mapped
        return {}


def back_keys(catalog: Catalog, opened: Sequence[IncomingRequest], given: Mapping[str, Any], to: str) -> Keys:
    """What must be looked up the other way before the requests can be mapped, once `given` answers `wanted_keys`."""
    unit = opened[0].prepared.unit
    ways = unit.ways("request", to)
    if not ways.writes_names:
        return {}
    try:
        return Run(catalog.lookups, ways, given, to, lenient=True).back_keys(_kind(unit).jobs(opened, to))
    except TranslationError:  # told when they are mapped
        return {}


def open_replies(
    catalog: Catalog,
    prepared: CatalogUnit,
    messages: Sequence[Response],
    to: str,
    sent: TranslatedRequest | None,
    *,
    exchange: bool = False,
    home: bool = False,
    harmless: bool = False,
) -> Replies:
    """The replies to a request, taken apart. `exchange`: it was carried out, and this is the last word on it. `home`:
    residue brings them back to the side that replied. `harmless`: no name in their bodies is that of a secret.

    Raises TranslationError where they do not belong to one request, or do not follow each other.
    """
    unit = prepared.unit
    kind: type[Replies] = Replies
    if unit.gather is not None:
        kind = GatheredReplies if to == "old" else ItemReply
    elif unit.paging is not None:
        kind = ListReplies
    made = kind(catalog, prepared, to, sent, [], FOLLOWER, exchange, home, harmless=harmless)
    made.take(messages)
    return made


def plain_replies(catalog: Catalog, prepared: CatalogUnit, to: str, sent: TranslatedRequest | None) -> Replies:
    """Replies to calls of an exchange as each is, whatever kind the endpoint has: none yet."""
    return Replies(catalog, prepared, to, sent, [], FOLLOWER, exchange=True)


def listed_replies(
    catalog: Catalog,
    prepared: CatalogUnit,
    to: str,
    sent: TranslatedRequest,
    replies: Sequence[Reply],
    listing: Listing,
) -> Replies:
    """The replies to the calls of an exchange for a list, which were read one by one as pages of `listing`.

    Raises TranslationError where they do not follow each other.
    """
    lists = ListReplies(catalog, prepared, to, sent, [], FOLLOWER, exchange=True)
    lists.pages, lists.plan = tuple(listing.pages), listing.plan
    lists.arrange(replies)
    return lists


def reply_of_nothing(prepared: CatalogUnit, side: str) -> Response:
    """What the server of a request that was not sent would have answered."""
    unit = prepared.unit
    body = None if unit.paging is None else paging.nothing_found(unit.paging, side)
    return Response(first_status(unit.statuses, side), {}, body)
