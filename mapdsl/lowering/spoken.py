"""Which places of each message a spec speaks of: what it does not name is no rule's business, and no secret of its."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mapdsl.analysis import Mention, NBlock, NDrop, NGuard, NMatch, Spot, VariantModel, gather_all
from mapdsl.paths import ITEMS, KEYS, Assumed

__all__ = ["guessed", "spoken"]

Place = tuple[str, ...]
Row = tuple[str, str, Place]  # part, side, place
_PARTS = ("request", "response", "failure", "item")
_WHOLE = "**"  # behind a place: with all that stands below it, as a rule moves it
_OWN = ("body", "query", "header")
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


def spoken(variant: VariantModel, paging: Iterable[Row] = ()) -> tuple[Row, ...]:
    """Each place once, root first. `paging`: part, side and place of the fields that belong to it.

    A block of a list or an object names what stands in it, and not the whole.
    """
    rows: dict[Row, None] = {}
    for part, mentions in zip(_PARTS, gather_all(variant), strict=True):
        for each in mentions:
            if each.site.root.startswith("request."):
                place = (each.site.root.removeprefix("request."), *map(str, each.site.path), _WHOLE)
                rows.update(dict.fromkeys(("request", side, place) for side in ("old", "new")))
            elif _names(each):
                rows[part, each.side, _place(each)] = None
    rows.update(dict.fromkeys(paging))
    rows.update(dict.fromkeys(_of_guards("request", variant.route_guards)))
    rows.update(dict.fromkeys(_of_guards("response", variant.status_guards)))
    if variant.failure is not None:
        rows.update(dict.fromkeys(_of_guards("failure", {0: variant.failure[0]})))
        rows.update(dict.fromkeys(_of_guards("response", {0: variant.failure[0]})))
    for part, blocks in _blocks(variant):
        rows.update(dict.fromkeys((part, side, ("selected", name)) for side, name in _selected(blocks)))
    return tuple(rows)


def guessed(rows: Iterable[Row], questions: Mapping[str, str]) -> tuple[tuple[str, str, str, str, Place], ...]:
    """Of the places that are spoken of, those whose name is assumed: the hole, its question, part, side and place."""
    found: dict[tuple[str, str, str, str, Place], None] = {}
    for part, side, place in rows:
        for at, step in enumerate(place):
            if isinstance(step, Assumed) and step.hole in questions:
                found[step.hole, questions[step.hole], part, side, place[: at + 1]] = None
    return tuple(found)


def _names(mention: Mention) -> bool:
    return mention.kind != "each" and mention.site.root in _OWN


def _place(mention: Mention) -> Place:
    site = mention.site
    if site.root == "header":
        return ("header", mention.spelled or str(site.path[0]) if site.path else "")
    steps = ("[]" if step is ITEMS else "*" if step is KEYS else step for step in site.path)
    return (
        site.root,
        *(each for each in steps if isinstance(each, str)),
        *(() if mention.kind in ("guard", "filter") else (_WHOLE,)),
    )


def _of_guards(part: str, guards: Mapping[int, tuple[NGuard, ...]]) -> Iterator[Row]:
    for guard in (guard for several in guards.values() for guard in several):
        if isinstance(guard.of, str):
            yield from ((part, guard.side, ("selected", name)) for name in _WORD.findall(guard.of))
        elif not guard.reads_request and (guard.of.root or "body") in _OWN:
            yield part, guard.side, (guard.of.root or "body", *guard.of.names)


def _blocks(variant: VariantModel) -> Iterator[tuple[str, list[NBlock]]]:
    fan, gather = variant.fan, variant.gather
    yield "request", [variant.request, variant.query, *([] if fan is None else [fan.body])]
    yield "response", [variant.response, *([] if gather is None else [gather.body])]
    yield "failure", [] if variant.failure is None else [variant.failure[1]]
    yield "item", [] if gather is None or gather.failure is None else [gather.failure[1]]


def _selected(blocks: list[NBlock]) -> Iterator[tuple[str, str]]:
    """The names in the text of each selection: any of them may be the member that it means."""
    pending: list[Any] = [statement for block in blocks for statement in block.statements]
    while pending:
        each = pending.pop()
        if isinstance(each, NMatch):
            for case in each.cases:
                texts = [(guard.side, guard.of) for guard in case.guards if not isinstance(guard.of, Spot)]
                yield from ((side, name) for side, text in texts for name in _WORD.findall(text))
                pending += case.body.statements
            if isinstance(each.otherwise, NBlock):
                pending += each.otherwise.statements
        elif isinstance(each, NDrop) and not isinstance(each.of, Spot):
            yield from ((each.side, name) for name in _WORD.findall(each.of))
        elif isinstance(getattr(each, "body", None), NBlock):
            pending += each.body.statements
