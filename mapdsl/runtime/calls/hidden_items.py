"""Items that a client is not shown: those that `only` leaves out, and those that it filtered out itself.

    paging { ...; only new type is "message" }          the other items of a new list are not for an old client
    filter @query.live residual where live              the new API has no such filter: it is applied to what comes back
    a <-> (b, c) : t else residual where (b, c)         the old API has no filter for b alone

Both are looked for in the whole list, from its beginning: a window of the items that are shown lies nobody knows where.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence, Set
from typing import Any

import attrs

from mapdsl.conversions import ABSENT, build
from mapdsl.records import Record
from mapdsl.runtime.compiled import CompiledUnit, Parts, Residual, Where, known_items, read
from mapdsl.runtime.messages import Unfit, shortest

__all__ = ["HiddenItems", "hidden_items_of", "hides_items"]


@attrs.frozen(repr=False)
class HiddenItems(Record):
    """What of a list a client is shown. `filters`: what it asked for, each with the value that it gave."""

    only: Callable[[Parts], bool] | None
    filters: tuple[tuple[Residual, Any], ...]
    scan: int

    def let_through(self, items: Sequence[Any]) -> list[int]:
        """The indexes of the server's items that are for the client at all."""
        only = self.only
        return [number for number, item in enumerate(items) if only is None or only(Parts(item=item))]

    def asked_for(self, items: Iterable[Any]) -> list[bool]:
        """Whether the client's filters let each of its own items through."""
        has = [[_texts_at(item, residual.where) for residual, _ in self.filters] for item in items]
        lets = [
            _let_through(residual, value, {text for texts in has for text in texts[number]})
            for number, (residual, value) in enumerate(self.filters)
        ]
        return [all(not let.isdisjoint(texts) for let, texts in zip(lets, each, strict=True)) for each in has]


def hides_items(unit: CompiledUnit, client: str) -> bool:
    """Whether any request of a client is shown less than the whole list."""
    server = "old" if client == "new" else "new"
    return unit.only(server) is not None or any(residual.side == client for residual in unit.residuals)


def hidden_items_of(unit: CompiledUnit, client: str, asking: Parts) -> HiddenItems | None:
    """What a request of a client leaves out; None where it is shown all."""
    server = "old" if client == "new" else "new"
    filters = tuple(
        (residual, value)
        for residual in unit.residuals
        if residual.side == client and (value := read(asking, residual.path)) is not ABSENT
        if not residual.unless or any(read(asking, path) is ABSENT for path in residual.unless)
    )
    only = unit.only(server)
    if only is None and not filters:
        return None
    scan = min([unit.scan, *(residual.scan for residual, _ in filters if residual.scan is not None)])
    return HiddenItems(only, filters, scan)


def _texts_at(item: Any, where: Where) -> tuple[str, ...]:
    value = read(Parts(item), ("body", *where))
    return () if value is ABSENT else _texts(value)


def _let_through(residual: Residual, value: Any, used: Set[str]) -> frozenset[str]:
    """The texts that a filter lets through. `used`: those of the items; one of them may hold the comma."""
    if not residual.csv or not isinstance(value, str):
        return frozenset(_texts(value))
    spans = build("csv").to_new.spans
    assert spans is not None
    parts = [part.strip() for part in value.split(",")]
    return frozenset((*parts, *known_items(spans, value, used)))


def _texts(value: Any) -> tuple[str, ...]:
    """A value, or each item of a list, as a query spells it."""
    texts = []
    for each in value if isinstance(value, list) else [value]:
        try:
            texts.append(shortest(each))
        except Unfit:
            continue
    return tuple(texts)
