"""Law 4: generated code and the interpreter of the IR agree on every document, problems and their order included.

1,000 documents per endpoint, message and direction from the seeded generator. At least 60% of them translate, and
they reach every rule, every branch and every row of a table.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from mapdsl import ir
from mapdsl.codegen import compile_unit
from mapdsl.pipeline import CompiledProgram, compile_program
from mapdsl.runtime import Asked, Parts
from mapdsl.testing.agreement import alike, disagreements
from mapdsl.testing.answers import stub_answers
from mapdsl.testing.coverage import targets
from mapdsl.testing.generate import documents
from mapdsl.testing.pipes import Known
from mapdsl.testing.reference import keys, run
from tests.testing.programs import body, mapping, move

SPECS = Path(__file__).parents[2] / "specs"
DOCUMENTS = 1000
SEED = 20260301
COMPILED = {api: compile_program(SPECS / api) for api in ("voiso",)}


def mappings() -> list[Any]:
    found = []
    for compiled in COMPILED.values():
        for unit in compiled.program.units:
            name = unit.endpoint if unit.variant is None else f"{unit.endpoint}.{unit.variant}"
            for each in (*unit.request, *unit.response):
                found.append(pytest.param(compiled, unit, each, False, id=f"{name}-{each.part}-to-{each.to}"))
            for each in (unit.failure.to_new, unit.failure.to_old) if unit.failure is not None else ():
                found.append(pytest.param(compiled, unit, each, True, id=f"{name}-failure-to-{each.to}"))
    return found


@pytest.mark.parametrize(("compiled", "unit", "each", "fails"), mappings())
def test_generated_code_and_interpreter_agree(
    compiled: CompiledProgram, unit: ir.Unit, each: ir.Mapping, fails: bool
) -> None:
    made, _ = compile_unit(unit)
    ways = getattr(made.failure, f"to_{each.to}") if fails else made.ways(each.part, each.to)
    declared = {lookup.name: lookup for lookup in compiled.program.lookups}
    known, reached, translated, failures = Known(), set(), 0, []

    drawn = 0
    for number, document in enumerate(documents(each, SEED, 5 * DOCUMENTS)):
        if number >= DOCUMENTS and targets(each) <= reached:
            break  # the rarest rows of a large table take more than a thousand documents
        drawn += 1

        def answer(asked: Mapping[str, Mapping[Any, None]], number: int = number) -> Mapping[str, Mapping[Any, Any]]:
            return stub_answers(asked, declared, each.to, missing=number % 20 == 7)

        outcome, found = disagreements(each, ways, document, answer, hook=reached.add, known=known)
        translated += not outcome.problems
        if found:
            failures.append((document, found))

    assert not failures, report(failures)
    assert translated >= 0.6 * drawn
    assert targets(each) - reached == frozenset()


def report(failures: list[Any]) -> str:
    """The number of documents on which the engines differ, and the smallest."""
    document, found = min(failures, key=lambda failure: len(repr(failure[0].parts.body)))
    parts = {name: getattr(document.parts, name) for name in ("body", "path", "query", "header", "status")}
    return "\n".join([f"{len(failures)} documents differ, for one {parts}", *found])


def test_the_generator_repeats_itself() -> None:
    each = COMPILED["voiso"].program.units[0].request[0]

    def drawn(seed: int) -> list[Any]:
        return [(d.kind, d.parts.body, d.parts.query) for d in documents(each, seed, 50)]

    assert alike(drawn(1), drawn(1))
    assert not alike(drawn(1), drawn(2))


def test_a_difference_is_found() -> None:
    """The comparison itself: against another mapping's code every kind of difference is named."""
    units = COMPILED["voiso"].program.units
    send_sms, start_call = (
        next(unit for unit in units if unit.endpoint == name) for name in ("send_sms", "start_call")
    )
    ways = compile_unit(send_sms)[0].ways("request", "new")
    found: set[str] = set()
    for document in documents(start_call.request[0], SEED, 50):
        _, texts = disagreements(start_call.request[0], ways, document, lambda asked: {})
        found |= {text.split(":")[0] for text in texts}
    assert {"full body", "full problems", "plain problems", "lost", "notes", "keys"} <= found


def test_a_document_is_not_changed_by_the_interpreter() -> None:
    source = {"a": {"b": [1, {"c": None}]}}
    the_mapping = mapping(move("body.a", "body.x.y"))
    run(the_mapping, body(source), {}, Asked(Parts(), Parts()))
    assert keys(the_mapping, body(source)) == {}
    assert source == {"a": {"b": [1, {"c": None}]}}
