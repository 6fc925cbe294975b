"""Whether two versions of a spec do the same, as far as drawn documents tell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mapdsl.errors import MapError
from mapdsl.pipeline import CompiledProgram
from mapdsl.runtime import TranslatedRequest
from mapdsl.testing.generation import OTHER, Document, Drawn, Messages, documents, of_each_rule, planned

__all__ = ["apart"]

_DOCUMENTS = 60


def apart(one: CompiledProgram, other: CompiledProgram, endpoints: tuple[str, ...]) -> bool:
    """Whether any document that one of them admits becomes something else in the other, or is refused by one alone."""
    for mine, yours in ((one, other), (other, one)):
        for unit in mine.program.units:
            if unit.endpoint in endpoints and _differs(Messages(mine.api, mine.program, unit), yours):
                return True
    return False


def _differs(messages: Messages, other: CompiledProgram) -> bool:
    unit = messages.unit
    twin = next((u for u in other.program.units if (u.endpoint, u.variant) == (unit.endpoint, unit.variant)), None)
    if twin is None:
        return True
    second = Messages(other.api, other.program, twin)
    for side in ("old", "new"):
        for drawn in messages.requests(side, _drawn(messages, "request", side)) if "request" not in unit.opaque else ():
            if _became(messages, "request", side, drawn) != _became(second, "request", side, drawn):
                return True
        for drawn, sent in _replies(messages, side) if "response" not in unit.opaque else ():
            if _became(messages, "response", side, drawn, sent) != _became(second, "response", side, drawn, sent):
                return True
    return False


def _drawn(messages: Messages, part: str, side: str) -> list[Document]:
    mapping, wanted = messages.mapping(part, side), messages.wanted(part, side)
    first = planned(mapping, "apart", of_each_rule(mapping), wanted)
    return [*first, *documents(mapping, "apart", _DOCUMENTS, wanted)]


def _replies(messages: Messages, side: str) -> Iterator[tuple[Drawn, Any]]:
    sent: list[Any] = list(messages.exchanges(OTHER[side], "apart")) or [None]
    found, mapping = _drawn(messages, "response", side), messages.failing(side)
    failing = [] if mapping is None else list(documents(mapping, "apart", _DOCUMENTS))
    for number, request in enumerate(sent):
        call = 7 if request is None else request.asked.id(side)
        for drawn in messages.responses(side, found[number :: len(sent)], call):
            yield drawn, request
        for drawn in messages.failures(side, failing[number :: len(sent)], call):
            yield drawn, request


def _became(messages: Messages, part: str, side: str, drawn: Drawn, sent: Any = None) -> Any:
    """What becomes of a message, as text that compares."""
    try:
        made = messages.translate(part, drawn.message, OTHER[side], messages.lookups(), sent)
    except MapError:
        return "refused"
    several = made.requests if isinstance(made, TranslatedRequest) else made.responses
    return repr(([_sorted(each.to_dict()) for each in several], sorted(loss.path for loss in made.lost)))


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return sorted(((str(name), _sorted(member)) for name, member in value.items()), key=lambda pair: pair[0])
    return [_sorted(item) for item in value] if isinstance(value, list) else value
