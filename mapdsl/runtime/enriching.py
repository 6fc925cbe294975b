"""What another endpoint of the server says of the object in a reply."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mapdsl.conversions import ABSENT, same

from .api import Api
from .parts import Loss, Parts
from .places import Editor, read
from .plan import Enrich
from .results import TranslatedResponse
from .show import found, spell

__all__ = ["told_of_object"]


def told_of_object(
    api: Api, enrich: Enrich, server: str, body: Any, more: TranslatedResponse
) -> tuple[Any, Sequence[Loss]]:
    """What a read says of the object that it fills, in its place, and what was lost of that.

    A text in its stead: why it says nothing. Of a list it is the item with the same key; what was lost of the others is
    nobody's.
    """
    if not enrich.key:
        return more.response.body, more.lost
    own = read(Parts(body), ("body", *enrich.into, enrich.key))
    items = read(Parts(more.response.body), ("body", *enrich.items))
    if own is ABSENT or own is None or not isinstance(items, list):
        return f"there is no {'list' if own not in (ABSENT, None) else enrich.key} to look it up by", ()
    keys = [item.get(enrich.key, ABSENT) if isinstance(item, dict) else ABSENT for item in items]
    number = next((number for number, key in enumerate(keys) if key is not ABSENT and same(key, own)), None)
    if number is None:
        return f"no item has the {enrich.key} {found(own)}", ()
    made = Parts({})
    Editor(made).put(("body", *enrich.into), items[number], len(enrich.into) + 1)
    return made.body if enrich.into else items[number], _lost_of(api, enrich, server, number, more.lost)


def _lost_of(api: Api, enrich: Enrich, server: str, number: int, lost: Sequence[Loss]) -> list[Loss]:
    """The losses beside the list and of the item with this number."""
    paging = api.endpoint(enrich.read).unit().unit.paging
    if paging is None:
        return list(lost)
    every = spell(("body", *paging[server == "new"].items)) + "["
    own = f"{every}{number}]"
    return [loss for loss in lost if not loss.path.startswith(every) or loss.path.startswith(own)]
