"""The laws on the specs of the conformance cases, with documents from the seeded generator.

Where a case's text is about a law that cannot hold, its file says so under `## Laws`, with the reason.
"""

from __future__ import annotations

import pytest

from mapdsl.testing.generation import OTHER
from mapdsl.testing.laws import pieces, run_piece, subjects
from tests.conformance.reading import Construct, Spec, constructs, hardest
from tests.conformance.running import compiled, compiled_anew

SEED = 11
SPECS = [
    pytest.param(construct, spec, id=f"{construct.name}-{number}")
    for construct in (*constructs(), *hardest())
    for number, spec in enumerate(construct.specs(), start=1)
]


def exempt(construct: Construct, translation: str) -> set[int]:
    """The laws that do not hold for a translation. Residue cannot be trusted where it does not bring things home."""
    laws = {int(law) for reason in construct.exempt for where, law in reason.cells if where == translation}
    return laws | ({8} if laws else set())


FIRST = [each for each in SPECS if str(each.id).endswith("-1")]  # of each construct
# Documents drawn by chance, beside those that are planned: a few of the first specs, many of all.
RUNS = [
    *(pytest.param(*each.values, 4, id=f"{each.id}-4") for each in FIRST),
    *(pytest.param(*each.values, 60, id=f"{each.id}-60", marks=pytest.mark.long) for each in SPECS),
]


@pytest.mark.parametrize(("construct", "spec", "documents"), RUNS)
def test_every_law_holds(construct: Construct, spec: Spec, documents: int) -> None:
    made = compiled(spec)
    for subject in subjects(made):
        spared = exempt(construct, f"{subject.part} to {OTHER[subject.side]}")
        for piece in pieces(subject, documents, pairs=False):
            broken = list(run_piece(made, piece, SEED, spared).broken.values())
            assert not broken, f"{subject}: {broken[0]}"


@pytest.mark.parametrize(
    ("construct", "spec"),
    [each if each in FIRST else pytest.param(*each.values, id=each.id, marks=pytest.mark.long) for each in SPECS],
)
def test_law_six_the_same_text_gives_the_same_code(construct: Construct, spec: Spec) -> None:
    first, again = compiled(spec), compiled_anew(spec)
    assert again is not first
    assert (again.code, again.api.digest) == (first.code, first.api.digest)
