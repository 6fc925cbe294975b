"""Laws 1, 2 and 5 on whole messages, through the public functions, for every endpoint of the shipped specs.

1. back(to(x), residue) == x
2. to(back(to(x))) == to(x) without residue, wherever back(to(x)) returns
5. a translation returns or raises MapError; documents are never changed

Responses are translated with their request at hand. Paged endpoints are asked for a window that one call answers.
"""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from mapdsl import MapError, translate_request, translate_response
from mapdsl.pipeline import compile_program
from mapdsl.runtime import Request, Response
from mapdsl.testing.compare import differences
from mapdsl.testing.messages import Messages

SPECS = Path(__file__).parents[2] / "specs"
DOCUMENTS = 300
SEED = 7
COMPILED = compile_program(SPECS / "voiso")
OTHER = {"old": "new", "new": "old"}
UNITS = [
    pytest.param(
        Messages(COMPILED.api, COMPILED.program, unit),
        id=unit.endpoint if unit.variant is None else f"{unit.endpoint}.{unit.variant}",
    )
    for unit in COMPILED.program.units
]

every_unit = pytest.mark.parametrize("messages", UNITS)
from_each_side = pytest.mark.parametrize("side", ["old", "new"])


def check(message: Any, translate: Any, to: str, kind: str) -> list[str]:
    """The laws that a message breaks. `translate(message, to, residue)` may raise MapError and nothing else.

    A document that is only nearly valid may pass one way and be refused on the other: the laws speak of domains.
    """
    before = copy.deepcopy(message.to_dict())
    try:
        there, residue = translate(message, to, None)
    except MapError:
        return unchanged(message, before)
    broken = unchanged(message, before)
    try:
        home, _ = translate(there, OTHER[to], residue)
        broken += [f"law 1: {text}" for text in differences(before, home.to_dict())]
    except MapError as error:
        broken += [f"law 1: the way home is refused: {error}"] if kind == "valid" else []
    if kind != "valid":
        return broken
    try:
        bare, _ = translate(there, OTHER[to], None)
    except MapError:
        return broken
    try:
        again, _ = translate(bare, to, None)
        broken += [f"law 2: {text}" for text in differences(there.to_dict(), again.to_dict())]
    except MapError as error:
        broken.append(f"law 2: what came back is refused: {error}")
    return broken


def unchanged(message: Any, before: dict[str, Any]) -> list[str]:
    return [f"law 5: changed: {text}" for text in differences(before, message.to_dict())]


def report(message: Any, broken: list[str]) -> str:
    return "\n".join([str(message.to_dict()), *broken])


@every_unit
@from_each_side
def test_requests_keep_the_laws(messages: Messages, side: str) -> None:
    translated = 0
    for request, kind in messages.requests(side, SEED, DOCUMENTS):
        lookups = messages.lookups()

        def translate(message: Request, to: str, residue: Any, lookups: Any = lookups) -> tuple[Request, Any]:
            nonlocal translated
            made = translate_request(
                messages.api, message, to=to, endpoint=messages.unit.endpoint, lookups=lookups, residue=residue
            )
            translated += 1
            return made.request, made.residue

        broken = check(request, translate, OTHER[side], kind)
        assert not broken, report(request, broken)
    assert translated > DOCUMENTS


@every_unit
@from_each_side
def test_responses_keep_the_laws(messages: Messages, side: str) -> None:
    sent = messages.exchange(OTHER[side], SEED)
    assert sent is not None
    translated = 0
    for response, kind in messages.responses(side, SEED, DOCUMENTS):
        lookups = messages.lookups()

        def translate(message: Response, to: str, residue: Any, lookups: Any = lookups) -> tuple[Response, Any]:
            nonlocal translated
            made = translate_response(messages.api, message, to=to, request=sent, lookups=lookups, residue=residue)
            translated += 1
            return made.response, made.residue

        broken = check(response, translate, OTHER[side], kind)
        assert not broken, report(response, broken)
    assert translated > DOCUMENTS
