"""The laws on the specs of the conformance cases, with documents from the seeded generator.

Where a case's text is about a law that cannot hold, its file says so under `## Laws`, with the reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from mapdsl.codegen import compile_unit
from mapdsl.testing.agreement import disagreements
from mapdsl.testing.answers import stub_answers
from mapdsl.testing.generate import documents
from mapdsl.testing.messages import Messages
from mapdsl.testing.pipes import Known
from tests.conformance.reading import Construct, Spec, constructs, hardest
from tests.conformance.running import compiled
from tests.laws.checking import OTHER, claims_of, has_own_law, requests_of, responses_of

DOCUMENTS = 40
SEED = 11
SPECS = [
    pytest.param(construct, spec, id=f"{construct.name}-{number}")
    for construct in (*constructs(), *hardest())
    for number, spec in enumerate(construct.specs(), start=1)
]


def exempt(construct: Construct, translation: str) -> set[str]:
    return {law for reason in construct.exempt for where, law in reason.cells if where == translation}


@pytest.mark.parametrize(("construct", "spec"), SPECS)
def test_laws_one_two_three_and_five(construct: Construct, spec: Spec) -> None:
    made = compiled(spec)
    for unit in made.program.units:
        messages = Messages(made.api, made.program, unit)
        for side in ("old", "new"):
            for part, of in (("request", requests_of), ("response", responses_of)):
                spared = exempt(construct, f"{part} to {OTHER[side]}")
                _, broken = of(messages, side, SEED, DOCUMENTS, spared)
                own = any(has_own_law(unit, part, each) for each in ("old", "new"))
                broken += [] if own or "3" in spared else claims_of(messages, side, part, SEED, DOCUMENTS)[1]
                assert not broken, f"{unit.endpoint}, {part} from {side}:\n{broken[0]}"


@pytest.mark.parametrize(("construct", "spec"), SPECS)
def test_law_four_the_engines_agree(construct: Construct, spec: Spec) -> None:
    made = compiled(spec)
    declared = {lookup.name: lookup for lookup in made.program.lookups}
    for unit in made.program.units:
        code, _ = compile_unit(unit)
        for mapping in (*unit.request, *unit.response):
            known = Known()

            def answer(asked: Mapping[str, Mapping[Any, None]], to: str = mapping.to) -> dict[str, dict[Any, Any]]:
                return stub_answers(asked, declared, to)

            for document in documents(mapping, SEED, DOCUMENTS):
                ways = code.ways(mapping.part, mapping.to)
                _, found = disagreements(mapping, ways, document, answer, known=known)
                assert not found, f"{unit.endpoint}, {mapping.part} to {mapping.to}: {document}\n" + "\n".join(found)


@pytest.mark.parametrize(("construct", "spec"), SPECS)
def test_law_six_the_same_text_gives_the_same_code(construct: Construct, spec: Spec) -> None:
    first = compiled(spec)
    compiled.__globals__["_compiled"].cache_clear()
    again = compiled(spec)
    assert again is not first
    assert (again.code, again.api.digest) == (first.code, first.api.digest)
