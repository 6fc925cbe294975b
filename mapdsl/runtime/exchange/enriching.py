"""What another endpoint of the server says of the object, or of the objects of a list, in a reply."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from typing import Any

import attrs

from mapdsl.conversions import key_of as equal
from mapdsl.records import Record
from mapdsl.runtime.calls import filled
from mapdsl.runtime.compiled import Editor, Enrich, Loss, Parts, Where, read
from mapdsl.runtime.messages import found, spell
from mapdsl.runtime.translation import TranslatedResponse
from mapdsl.runtime.transport import Catalog

__all__ = ["Enriched", "enriched"]


@attrs.frozen(repr=False)
class Enriched(Record):
    """A body that was filled, what was lost of what fills it, and the places that stay as they were, each with why."""

    body: Any
    lost: Sequence[Loss] = ()
    gaps: Sequence[tuple[str, str]] = ()


def enriched(catalog: Catalog, enrich: Enrich, server: str, body: Any, more: TranslatedResponse) -> Enriched:
    """A body, with what a read says of its objects.

    Of a list it is the item with the same key; what was lost of the others is nobody's.
    """
    if not enrich.key:
        return Enriched(filled(body, more.response.body), more.lost)
    at: Where = ("body", *enrich.into)
    own = read(Parts(body), at)
    objects = list(own) if enrich.each and isinstance(own, list) else [own]
    found_by_key = _by_key(more.response.body, enrich)
    used, gaps = set(), []
    for place, each in enumerate(objects):
        key = each.get(enrich.key) if isinstance(each, dict) else None
        if key is None or found_by_key is None:
            gaps.append((place, f"there is no {enrich.key if key is None else 'list'} to look it up by"))
        elif equal(key) not in found_by_key:
            gaps.append((place, f"no item has the {enrich.key} {found(key)}"))
        else:
            number, item = found_by_key[equal(key)]
            used.add(number)
            objects[place] = filled(each, item)
    parts = Parts(body)
    if used:
        Editor(parts).put(at, objects if enrich.each else objects[0])
    told = [(spell((*at, place)) if enrich.each else "$", why) for place, why in gaps]
    return Enriched(parts.body, _lost_of(catalog, enrich, server, used, more.lost), told)


def _by_key(body: Any, enrich: Enrich) -> dict[Hashable, tuple[int, Any]] | None:
    """The items of the list that is read, and their numbers; of several with the same key the first. None: no list."""
    items = read(Parts(body), ("body", *enrich.items))
    if not isinstance(items, list):
        return None
    there: dict[Hashable, tuple[int, Any]] = {}
    for number, item in enumerate(items):
        if isinstance(item, dict) and enrich.key in item:
            there.setdefault(equal(item[enrich.key]), (number, item))
    return there


def _lost_of(catalog: Catalog, enrich: Enrich, server: str, used: Collection[int], lost: Sequence[Loss]) -> list[Loss]:
    """The losses beside the list and of the items with these numbers."""
    paging = catalog.unit(enrich.read).unit.paging
    if paging is None:
        return list(lost)
    every = spell(("body", *paging[server == "new"].items)) + "["
    return [
        loss
        for loss in lost
        if not loss.path.startswith(every) or int(loss.path.removeprefix(every).partition("]")[0]) in used
    ]
