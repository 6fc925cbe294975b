"""Law 9 sees what vanishes: small specs with a runtime that forgets, and specs that declare what they join."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from mapdsl.pipeline import CompiledProgram, compile_text
from mapdsl.runtime.compiled import parts
from mapdsl.testing.generation import Messages
from mapdsl.testing.laws import Subject, described, pieces, run_piece, shrunk, subjects
from mapdsl.testing.laws.laws import Broken

HEAD = "mapdsl 1\nendpoint e { old POST /a\n new POST /b\n "


def compiled(rules: str, part: str = "request") -> CompiledProgram:
    return compile_text(f"{HEAD}{part} {{ {rules} }}\n}}\n")


def broken(program: CompiledProgram, law: int = 9) -> list[tuple[Subject, Broken]]:
    """What breaks a law in the messages that rules speak of."""
    return [
        (subject, each)
        for subject in subjects(program)
        if subject.part != "exchange" and any(m.ops for m in getattr(program.program.units[subject.unit], subject.part))
        for piece in pieces(subject, 20, pairs=False)
        for each in run_piece(program, piece, 5).broken.values()
        if each.law == law
    ]


SOUND = {
    "a field that goes nowhere": "drop agent",
    "a field with a default": 'drop kind = "sms"',
    "a form": "tags <-> message.tags : csv",
    "rows that are one": "x <-> y : t",
    "places that agree": "a <-> t; b -> t combine equal",
    "lists that meet": "a <-> t : csv; b -> t : csv combine append",
    "the first that is there": "a <-> t; b -> t combine first",
    "a list": "l[] <-> m[] { x <-> y }",
    "what nobody names is dropped": "a <-> b; rest drop",
}


@pytest.mark.parametrize("rules", SOUND.values(), ids=SOUND)
def test_a_sound_spec_holds(rules: str) -> None:
    table = 'mapdsl 1\nenum t { canonical "a" <-> 1; "b" -> 1 }\n'
    text = f"{HEAD}request {{ {rules} }}\n}}\n".replace("mapdsl 1\n", table)
    assert not broken(compile_text(text))


def forgetting(monkeypatch: pytest.MonkeyPatch, name: str, reason: str | None = None) -> None:
    """A log that forgets losses (of one reason) or notes."""
    kept = getattr(parts.Recorder, name)

    def forget(self: Any, *arguments: Any, **more: Any) -> None:
        if reason is not None and reason not in arguments:
            kept(self, *arguments, **more)

    monkeypatch.setattr(parts.Recorder, name, forget)


FORGOTTEN = {
    "drop agent": "no place in the new API",
    "a <-> b; rest drop": "dropped by rest",
    "a <-> t; b -> t combine first": "another field took its place",
}


@pytest.mark.parametrize(("rules", "reason"), FORGOTTEN.items(), ids=str)
def test_a_loss_that_is_forgotten_is_seen(monkeypatch: pytest.MonkeyPatch, rules: str, reason: str) -> None:
    program = compiled(rules)
    assert not broken(program)
    forgetting(monkeypatch, "lose", reason)
    found = broken(program)
    assert found
    assert all("to be told apart, found one message, and the same is lost" in each.difference for _, each in found)


UNTRANSLATED = {
    "s <-> state : t": "unlisted value",
    "l[] <-> m[] { s <-> state : t }": "unlisted value",
    "l <-> m : each(t)": "unlisted value",
    'hole who "the guide is silent" pass': "hole: the guide is silent",
    'l[] <-> m[] { hole $ "the guide is silent" pass }': "hole: the guide is silent",
    "agent <-> id : user else pass": "lookup miss",
}


@pytest.mark.parametrize(("rules", "reason"), UNTRANSLATED.items(), ids=str)
def test_a_value_that_passes_untranslated_in_silence_is_seen(
    monkeypatch: pytest.MonkeyPatch, rules: str, reason: str
) -> None:
    head = 'mapdsl 1\nenum t open { "a" <-> 1 }\nlookup user : string <-> integer\n'
    program = compile_text(f"{HEAD}request {{ {rules} }}\n}}\n".replace("mapdsl 1\n", head))
    assert not broken(program)
    forgetting(monkeypatch, "lose", reason)
    found = broken(program)
    assert found
    assert all("passes untranslated, found none" in each.difference for _, each in found)


def test_a_parameter_that_no_rule_names_and_nobody_tells_of_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    program = compiled("a <-> b")
    forgetting(monkeypatch, "lose", "unknown parameter")
    assert broken(program)


def test_a_field_of_the_request_that_nothing_fills_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    program = compiled("a <-> b\n drop who = @request.body.who", part="response")
    assert not broken(program)
    forgetting(monkeypatch, "lose", "needs request")
    found = broken(program)
    assert found
    assert all("body.who: expected a report that nothing fills it" in each.difference for _, each in found)


@pytest.mark.parametrize("rules", ["drop agent", "tags <-> message.tags : csv", 'drop kind = "sms"'])
def test_a_note_that_is_forgotten_is_seen(monkeypatch: pytest.MonkeyPatch, rules: str) -> None:
    forgetting(monkeypatch, "note")
    assert any("also when it comes home" in each.difference for _, each in broken(compiled(rules)))


def test_a_problem_that_is_forgotten_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Values that are refused become nothing: two of them cannot be told apart."""
    program = compiled("a <-> b : integer")
    forgetting(monkeypatch, "problem")
    monkeypatch.setattr(parts.Recorder, "failed", property(lambda self: False))
    assert broken(program)


def test_the_report_tells_what_was_changed_and_how_to_see_it(monkeypatch: pytest.MonkeyPatch) -> None:
    program = compiled("number <-> phone; drop agent")
    forgetting(monkeypatch, "lose")
    subject, found = next(each for each in broken(program) if each[1].where == ("body", "agent"))
    unit = program.program.units[subject.unit]
    small = shrunk(Messages(program.api, program.program, unit), found)
    lines = described(small, "e.map").splitlines()
    assert lines[0] == "law 9: nothing vanishes"
    assert "body.agent: expected" in lines[1]
    assert "drop agent" in lines[2]
    assert small.message["body"].keys() | small.changed["body"].keys() == {"agent"}
    assert [line.split()[0] for line in lines[3:]] == ["message", "changed", "see", "and"]
    assert "mapdsl translate e.map --to new --endpoint e --full" in lines[-1]


def test_one_seed_gives_one_run() -> None:
    program = compiled("a <-> b : csv; drop c")
    subject = next(iter(subjects(program)))
    piece = next(iter(pieces(subject, 20)))
    assert run_piece(program, piece, 1).changes == run_piece(program, piece, 1).changes > 0
    assert Random(1).random() == Random(1).random()
