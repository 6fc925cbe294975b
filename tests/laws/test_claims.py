"""Law 3: where `show --rules` says that a rule is lossless, its value comes home without residue.

The claim of a rule in a `match` holds where its case is taken: what belongs to a case that was not taken is reported as
such.
"""

from __future__ import annotations

import re
from typing import Any

import pytest

from mapdsl import MapError, translate_request, translate_response
from mapdsl.ir import Mapping, RuleInfo
from mapdsl.testing.compare import differences
from mapdsl.testing.messages import Messages
from tests.laws.test_laws import OTHER, SEED, every_unit, from_each_side

DOCUMENTS = 120
INDEX = re.compile(r"\[\d+\]")
NOT_TAKEN = "belongs to a case that was not taken"


def claimed(mapping: Mapping, side: str) -> set[str]:
    """Paths of a side, without indexes, that only rules claim which lose nothing to the other side."""
    other = OTHER[side]

    def ends(info: RuleInfo) -> str | None:
        return info.old if side == "old" else info.new

    kinds = {"copy", "rename", "nest", "convert"}
    lossy = {ends(i) for i in mapping.rules if getattr(i, f"lossless_to_{other}") != "lossless" or i.kind not in kinds}
    return {end for i in mapping.rules if (end := ends(i)) is not None and i.kind in kinds and end not in lossy}


def broken_claims(before: dict[str, Any], home: dict[str, Any], lost: Any, claims: set[str]) -> list[str]:
    excused = [loss.path for loss in lost if loss.reason == NOT_TAKEN]
    found = []
    for text in differences(before, home):
        path = text.split(": ", 1)[0]
        plain = INDEX.sub("[]", path).removeprefix("body.").removeprefix("query.")
        if plain in claims and not any(path == e or path.startswith((f"{e}.", f"{e}[")) for e in excused):
            found.append(text)
    return found


def test_a_broken_claim_is_found() -> None:
    before, home = {"body": {"a": [{"b": 1}], "c": 2}}, {"body": {"a": [{}]}}
    assert broken_claims(before, home, (), {"a[].b"}) == ["body.a[0].b: expected 1, found nothing"]


@every_unit
@from_each_side
@pytest.mark.parametrize("part", ["request", "response"])
def test_what_is_said_to_be_lossless_comes_home(messages: Messages, side: str, part: str) -> None:
    mapping = next(m for m in getattr(messages.unit, part) if m.to == OTHER[side])
    claims = claimed(mapping, side)
    sent = messages.exchange(OTHER[side], SEED)
    drawn = messages.requests(side, SEED, DOCUMENTS) if part == "request" else messages.responses(side, SEED, DOCUMENTS)
    compared = 0
    for message, kind in drawn:
        if kind != "valid":
            continue
        options: dict[str, Any] = {"lookups": messages.lookups()}
        try:
            if part == "request":
                options["endpoint"] = messages.unit.endpoint
                there = translate_request(messages.api, message, to=OTHER[side], **options)
                home = translate_request(messages.api, there.request, to=side, **options).request
            else:
                options["request"] = sent
                there = translate_response(messages.api, message, to=OTHER[side], **options)
                home = translate_response(messages.api, there.response, to=side, **options).response
        except MapError:
            continue
        compared += 1
        broken = broken_claims(message.to_dict(), home.to_dict(), there.lost, claims)
        assert not broken, f"{message.to_dict()}\n" + "\n".join(broken)
    assert compared > DOCUMENTS / 4
