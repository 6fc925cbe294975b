"""Messages of the contact-center guide and what becomes of them, by hand: with lookups, without, and home again.

Both engines are held to them. The data is in `expected/`, its form in `expected_cases.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

import mapdsl
from mapdsl.testing.interpreter import interpreted
from mapdsl.testing.laws.agreement import alike
from tests.exchange.driving import drive
from tests.guides import guide

from .expected_cases import KINDS, MEMBERS, OTHER, PAYLOADS, Case, cases, documented

CASES = cases()
TRANSLATIONS = {(part, to) for part in ("request", "response") for to in ("new", "old")}
STEMS = sorted({case.stem for case in CASES})

every_file = pytest.mark.parametrize("stem", STEMS)


@pytest.fixture(scope="module")
def engines() -> tuple[mapdsl.Api, mapdsl.Api]:
    compiled = guide("voiso")
    return compiled.api, interpreted(compiled.program)


def translated(case: Case, api: mapdsl.Api, given: Any, to: str, lookups: Any, residue: Any = None) -> Any:
    """What the public functions make of a message or a list of them."""
    facts: dict[str, Any] = {"endpoint": case.endpoint, "lookups": lookups, "residue": residue}
    if case.says["part"] == "request":
        return mapdsl.translate_request(api, given, to=to, **facts)
    if "asked" in case.says:
        client = case.says["to"]
        asked = case.message(case.says["asked"], "request", client)
        del facts["endpoint"]
        facts["request"] = mapdsl.translate_request(
            api, asked, to=OTHER[client], endpoint=case.endpoint, lookups=lookups
        )
    return mapdsl.translate_response(api, given, to=to, **facts)


def messages(made: Any) -> list[Any]:
    return [each.to_dict() for each in (made.requests if hasattr(made, "requests") else made.responses)]


def differing(expected: Any, found: list[Any], source: Any) -> Iterator[str]:
    """What differs. A header that passes as it came need not be shown."""
    wanted = expected if isinstance(expected, list) else [expected]
    first = source[0] if isinstance(source, list) else source
    passed = {name.lower(): value for name, value in first["headers"].items()}
    if len(wanted) != len(found):
        yield f"expected {len(wanted)} messages, found {len(found)}: {found}"
        return
    for number, (want, have) in enumerate(zip(wanted, found, strict=True)):
        for name in want:
            one, other = want[name], have[name]
            if name == "headers":
                one, other = ({key.lower(): value for key, value in each.items()} for each in (one, other))
                other = {key: value for key, value in other.items() if key in one or passed.get(key) != value}
            if not alike(one, other):
                yield f"[{number}].{name}: expected {one!r}, found {other!r}"


def outcome(case: Case, says: Any, api: mapdsl.Api, given: Any, lookups: Any) -> Iterator[str]:
    """What differs from what a case, or its `alone`, says."""
    try:
        made = translated(case, api, given, case.says["to"], lookups)
    except mapdsl.MapError as error:
        if "refused" not in says or says["refused"] not in str(error):
            yield f"expected {says.get('refused', 'a translation')!r}, refused: {error}"
        return
    if "refused" in says:
        yield f"expected a refusal with {says['refused']!r}, found {messages(made)}"
        return
    expected = case.message(says["gives"], case.says["part"], case.says["to"])
    yield from differing(expected, messages(made), given)
    lost = Counter(loss.path for loss in made.lost)
    if lost != Counter(says.get("lost", [])):
        yield f"lost: expected {sorted(says.get('lost', []))}, found {sorted(lost.elements())}"


def at_home(case: Case, api: mapdsl.Api, given: Any) -> Iterator[str]:
    made = translated(case, api, given, case.says["to"], case.lookups)
    arrived = messages(made)
    try:
        if case.says["part"] == "request":
            back = mapdsl.translate_request(
                api, arrived, to=case.source, endpoint=case.endpoint, lookups=case.lookups, residue=made.residue
            )
        else:
            back = translated(case, api, arrived, case.source, case.lookups, made.residue)
    except mapdsl.MapError as error:
        yield f"on the way home: refused: {error}"
        return
    home = case.message(case.says["home"], case.says["part"], case.source) if "home" in case.says else given
    yield from (f"on the way home: {text}" for text in differing(home, messages(back), arrived))


def carried_out(case: Case, api: mapdsl.Api) -> Iterator[str]:
    """What differs when the exchange is carried out against a server that knows the calls of the case, and no other."""
    server = OTHER[case.says["client"]]
    waves = [
        [
            (case.message(call["request"], "request", server), case.message(call["reply"], "response", server))
            for call in wave
        ]
        for wave in case.says["calls"]
    ]
    left = [list(wave) for wave in waves]
    odd: list[str] = []

    def answer(request: dict[str, Any]) -> dict[str, Any]:
        for wave in left:
            for number, (wanted, reply) in enumerate(wave):
                if not list(differing(wanted, [request], case.given())):
                    del wave[number]
                    return reply
        odd.append(f"a call that nobody expects: {request}, left {left}")
        return {"status": 599, "headers": {}, "body": None}

    try:
        run = drive(api, case.given(), case.says["client"], answer, case.lookups, endpoint=case.endpoint)
    except mapdsl.MapError as error:
        if "refused" not in case.says or case.says["refused"] not in str(error):
            yield f"refused: {error}"
        yield from odd
        return
    yield from odd
    if run.waves != [len(wave) for wave in waves]:
        yield f"waves: expected {[len(wave) for wave in waves]}, found {run.waves}"
    if "refused" in case.says:
        yield f"expected a refusal, found {run.done.response}"
        return
    yield from differing(
        case.message(case.says["gives"], "response", case.says["client"]), [run.done.response.to_dict()], case.given()
    )
    lost = sorted(loss.path for loss in run.done.lost)
    if lost != sorted(case.says.get("lost", [])):
        yield f"lost: expected {sorted(case.says.get('lost', []))}, found {lost}"


def problems(case: Case, api: mapdsl.Api) -> Iterator[str]:
    """What differs from what a case says, on one engine."""
    if "client" in case.says:
        yield from carried_out(case, api)
        return
    given = case.given()
    found = list(outcome(case, case.says, api, given, case.lookups))
    alone = case.says.get("alone", "same")
    apart = outcome(case, case.says if alone == "same" else alone, api, given, None)
    found += [f"without lookups: {text}" for text in apart]
    if "refused" not in case.says and case.says.get("home") != "exchange" and not found:
        found += at_home(case, api, given)
    yield from found


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_becomes_of_a_message(case: Case, engines: tuple[mapdsl.Api, mapdsl.Api]):
    found = []
    for engine, api in zip(("generated", "interpreter"), engines, strict=True):
        found += [f"{engine}: {text}" for text in problems(case, api)]

    assert not found, "\n".join(found)


def test_cases_say_nothing_that_is_not_read():
    for case in CASES:
        assert case.says.keys() <= MEMBERS, case
        assert case.says["kind"] in KINDS, case
        assert ("payload" in case.says) != ("given" in case.says), case
        assert ("client" in case.says) != ("part" in case.says), case
        assert ("gives" in case.says) != ("refused" in case.says), case
        assert (case.says["kind"] == "docs") == ("payload" in case.says), case


def test_names_are_told_apart():
    assert [name for name, count in Counter(map(str, CASES)).items() if count > 1] == []


@every_file
def test_every_message_that_documentation_prints_has_its_result(stem: str):
    assert documented(stem) <= {case.says.get("payload") for case in CASES if case.stem == stem}


@every_file
def test_where_documentation_prints_nothing_each_translation_has_constructed_messages(stem: str):
    for part, to in () if documented(stem) else TRANSLATIONS:
        kinds = Counter(
            case.says["kind"]
            for case in CASES
            if (case.stem, case.says.get("part"), case.says.get("to")) == (stem, part, to)
        )
        assert (kinds["full"] >= 2, kinds["least"] >= 1, kinds["nulls"] >= 1) == (True, True, True), (part, to)


def test_payloads_that_are_kept_are_used():
    assert {path.stem for path in PAYLOADS.glob("*.json")} <= set(STEMS)
