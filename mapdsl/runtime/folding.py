"""Which kind of replies an endpoint has, and what a server would have said that was not asked."""

from __future__ import annotations

from collections.abc import Sequence

from . import paging
from .catalog import Catalog, Prepared
from .gathers import GatheredReplies, ItemReply
from .lists import ListReplies
from .messages import Response
from .pages import Page
from .replies import Replies, first_status
from .results import TranslatedRequest

__all__ = ["open_replies", "reply_of_nothing"]


def open_replies(
    catalog: Catalog,
    prepared: Prepared,
    messages: Sequence[Response],
    to: str,
    sent: TranslatedRequest | None,
    *,
    exchange: bool = False,
    home: bool = False,
    pages: Sequence[Page] = (),
) -> Replies:
    """The replies to a request, taken apart. `exchange`: it was carried out, and this is the last word on it. `home`:
    residue brings them back to the side that replied. `pages`: of an exchange, the replies as pages of a list.

    Raises TranslationError where they do not belong to one request, or do not follow each other.
    """
    unit = prepared.unit
    kind: type[Replies] = Replies
    if unit.gather is not None:
        kind = GatheredReplies if to == "old" else ItemReply
    elif unit.paging is not None:
        lists = ListReplies(catalog, prepared, to, sent, [], exchange, home, pages=pages)
        lists.take(messages)
        return lists
    made = kind(catalog, prepared, to, sent, [], exchange, home)
    made.take(messages)
    return made


def reply_of_nothing(prepared: Prepared, side: str) -> Response:
    """What the server of a request that was not sent would have answered."""
    unit = prepared.unit
    body = None if unit.paging is None else paging.nothing_found(unit.paging, side)
    return Response(first_status(unit.statuses, side), {}, body)
