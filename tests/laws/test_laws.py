"""Laws 1, 2, 3 and 5 on whole messages of every endpoint of the shipped specs.

Paged endpoints are asked for a window that one call answers. The claim of a rule in a `match` holds where its case is
taken: what belongs to a case that was not taken is reported as such.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from mapdsl.pipeline import compile_program
from mapdsl.testing.messages import Messages
from tests.laws.checking import broken_claims, claims_of, has_own_law, requests_of, responses_of

SPECS = Path(__file__).parents[2] / "specs"
DOCUMENTS = 300
CLAIMED = 120
SEED = 7
COMPILED = compile_program(SPECS / "voiso")
UNITS = [
    pytest.param(
        Messages(COMPILED.api, COMPILED.program, unit),
        id=unit.endpoint if unit.variant is None else f"{unit.endpoint}.{unit.variant}",
    )
    for unit in COMPILED.program.units
]

every_unit = pytest.mark.parametrize("messages", UNITS)
from_each_side = pytest.mark.parametrize("side", ["old", "new"])


@every_unit
@from_each_side
def test_requests_keep_the_laws(messages: Messages, side: str) -> None:
    translated, broken = requests_of(messages, side, SEED, DOCUMENTS)
    assert not broken, broken[0]
    assert translated > (DOCUMENTS / 2 if has_own_law(messages.unit, "request", side) else DOCUMENTS)


@every_unit
@from_each_side
def test_responses_keep_the_laws(messages: Messages, side: str) -> None:
    translated, broken = responses_of(messages, side, SEED, DOCUMENTS)
    assert not broken, broken[0]
    assert translated > (DOCUMENTS / 2 if has_own_law(messages.unit, "response", side) else DOCUMENTS)


CLAIMS = [
    pytest.param(*unit.values, part, id=f"{part}-{unit.id}")
    for unit in UNITS
    for part in ("request", "response")
    if not any(has_own_law(unit.values[0].unit, part, side) for side in ("old", "new"))
]


@pytest.mark.parametrize(("messages", "part"), CLAIMS)
@from_each_side
def test_what_is_said_to_be_lossless_comes_home(messages: Messages, side: str, part: str) -> None:
    compared, broken = claims_of(messages, side, part, SEED, CLAIMED)
    assert not broken, broken[0]
    assert compared > CLAIMED / 4


def test_a_broken_claim_is_found() -> None:
    before, home = {"body": {"a": [{"b": 1}], "c": 2}}, {"body": {"a": [{}]}}
    assert broken_claims(before, home, (), {"a[].b"}) == ["body.a[0].b: expected 1, found nothing"]
