"""Whether generated code and the interpreter say the same of one document."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import attrs

from mapdsl import ir
from mapdsl.errors import Problem, TranslationError
from mapdsl.runtime import Claim, CompiledMapping, Loss, Note, Parts, Recorder, RequestPair, Written
from mapdsl.testing.generation import Document
from mapdsl.testing.interpreter import Hook, Known, Outcome, keys, on_bodies, run

__all__ = ["alike", "disagreements"]

Answers = Mapping[str, Mapping[Any, Any]]
_PARTS = ("body", "path", "query", "header", "status", "item")


def disagreements(
    mapping: ir.Mapping,
    ways: CompiledMapping,
    document: Document,
    answer: Callable[[Mapping[str, Mapping[Any, None]]], Mapping[str, Mapping[Any, Any]]],
    status: int = 200,
    hook: Hook | None = None,
    known: Known | None = None,
) -> tuple[Outcome, list[str]]:
    """What the interpreter makes of the document, and each point in which generated code differs, in words.

    `answer` answers the keys that a message asks for; `status` is what a plain function takes for the status.
    """
    parts, asked = document.parts, document.asked
    wanted = keys(mapping, parts, asked, known=known)
    answers = answer(wanted)
    outcome = run(mapping, parts, answers, asked, hook, known=known)
    found = [*_keys(ways, parts, asked, wanted), *_full(ways, parts, asked, answers, outcome)]
    if mapping.item:
        return outcome, found  # it has no function on bodies alone
    alone = Parts(parts.body, status=status if mapping.part != "request" else None)
    expected = run(on_bodies(mapping), alone, answers, asked, known=known)
    found += _plain(ways, parts.body, asked, answers, expected)
    if expected.written:
        back = _half_known(expected)
        settled = attrs.evolve(expected, problems=_settled(mapping, alone, asked, answers, back, ways, known))
        found += _plain(ways, parts.body, asked, answers, settled, back)
    return outcome, found


def _half_known(outcome: Outcome) -> dict[str, dict[Any, Any]]:
    """Answers of the other way to about every second key that decides how texts of names are read."""
    wanted: dict[str, dict[Any, None]] = {}
    for written in outcome.written:
        written.ask(wanted)
    return {
        lookup: {key: True for key in keys if zlib.crc32(repr((key, *keys)).encode()) % 2 == 0}
        for lookup, keys in wanted.items()
    }


def _settled(
    mapping: ir.Mapping,
    alone: Parts,
    asked: RequestPair | None,
    answers: Answers,
    back: Answers,
    ways: CompiledMapping,
    known: Any,
) -> tuple[Problem, ...]:
    """The problems of a body where texts of names are read with these answers."""
    log = Recorder(ways.rules)
    run(on_bodies(mapping), alone, answers, asked, known=known, log=log)
    log.settle(back)
    return log.problems()


def _keys(
    ways: CompiledMapping, parts: Parts, asked: RequestPair | None, wanted: Mapping[str, Mapping[Any, None]]
) -> Iterator[str]:
    made = {lookup: list(found) for lookup, found in ways.keys(parts, asked).items() if found}
    if made != {lookup: list(found) for lookup, found in wanted.items()}:
        yield f"keys: generated {made}, reference {dict(wanted)}"


def _full(
    ways: CompiledMapping,
    parts: Parts,
    asked: RequestPair | None,
    answers: Mapping[str, Mapping[Any, Any]],
    outcome: Outcome,
) -> Iterator[str]:
    log = Recorder(ways.rules)
    try:
        target = ways.full(parts, answers, asked, log)
    except Exception as error:
        yield f"full: crashed with {error!r}"
        return
    yield from _problems("full", log.problems(), outcome.problems)
    if not alike(list(map(_text, log.written())), list(map(_text, outcome.written))):
        yield f"texts of names: generated {log.written()}, reference {outcome.written}"
    if outcome.problems:
        return
    for part in _PARTS:
        made, expected = getattr(target, part), getattr(outcome.target, part)
        if not alike(made, expected):
            yield f"full {part}: generated {made!r}, reference {expected!r}"
    if not alike(list(map(_loss, log.lost())), list(map(_loss, outcome.lost))):
        yield f"lost: generated {list(map(str, log.lost()))}, reference {list(map(str, outcome.lost))}"
    if not alike(list(map(_claim, log.claims())), list(map(_claim, outcome.claims))):
        yield f"claims: generated {log.claims()}, reference {outcome.claims}"
    if not alike(list(map(_note, log.notes)), list(map(_note, outcome.notes))):
        yield f"notes: generated {list(map(_note, log.notes))}, reference {list(map(_note, outcome.notes))}"


def _plain(
    ways: CompiledMapping,
    body: Any,
    asked: RequestPair | None,
    answers: Answers,
    outcome: Outcome,
    back: Answers | None = None,
) -> Iterator[str]:
    try:
        made = ways.plain(body, answers, asked, back)
    except TranslationError as error:
        yield from _problems("plain", error.problems, outcome.problems)
        return
    except Exception as error:
        yield f"plain: crashed with {error!r}"
        return
    if outcome.problems:
        yield from _problems("plain", (), outcome.problems)
    elif not alike(made, outcome.target.body):
        yield f"plain: generated {made!r}, reference {outcome.target.body!r}"


def _problems(which: str, made: tuple[Problem, ...], expected: tuple[Problem, ...]) -> Iterator[str]:
    if made != expected:
        yield f"{which} problems: generated {list(map(str, made))}, reference {list(map(str, expected))}"


def _loss(loss: Loss) -> list[Any]:
    return [loss.path, loss.value, loss.reason, loss.kind, str(loss.rule)]


def _claim(row: tuple[Any, Any, Claim]) -> list[Any]:
    path, value, claim = row
    return [path, value, claim.lookup, claim.key, claim.value, claim.default]


def _text(written: Written) -> list[Any]:
    return [written.lookup, written.text, written.items, written.spans(written.text)]


def _note(note: Note) -> list[Any]:
    return [note.path, note.value, note.images, note.given, note.under, note.when]


def alike(one: Any, other: Any) -> bool:
    """Equal, and of the same types: `1`, `1.0`, `True` and `Decimal(1)` are four values here."""
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(alike(one[name], other[name]) for name in one)
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(alike, one, other))
    return bool(one == other)
