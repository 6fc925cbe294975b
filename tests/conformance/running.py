"""One conformance case through one engine: what differs from what the case says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import chdir
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import attrs

from mapdsl import Api, MapError, TranslationError, translate_request, translate_response
from mapdsl.pipeline import CompiledProgram, compile_program, compile_text
from mapdsl.testing.interpreter import interpreted
from mapdsl.testing.laws import spelled
from mapdsl.testing.laws.compare import comparable, differences
from tests.conformance.conversions import x_roman_month
from tests.conformance.reading import Case, Spec

__all__ = ["ENGINES", "compiled", "compiled_anew", "run_case"]

OTHER = {"old": "new", "new": "old"}
ENGINES = ("generated", "interpreted")
USER_CONVERSIONS = (x_roman_month,)  # importing them registers them


def compiled(spec: Spec, enums: Any = None) -> CompiledProgram:
    """The compiled spec; MapError where it is wrong."""
    return compiled_anew(spec, enums) if enums else _compiled(spec)


@cache  # the cases of a spec, its laws and law 6 share it
def _compiled(spec: Spec) -> CompiledProgram:
    return compiled_anew(spec)


def compiled_anew(spec: Spec, enums: Any = None) -> CompiledProgram:
    """The spec, compiled whether or not it was before."""
    if not spec.beside:
        return compile_text(spec.text, "spec.map", enums=enums)
    with TemporaryDirectory() as folder:
        for name, text in spec.texts:
            (Path(folder) / name).write_text(text, "utf-8")
        with chdir(folder):  # the same names whatever the folder is called
            return compile_program(".", enums=enums)


def run_case(case: Case, translation: str, engine: str) -> list[str]:
    made = compiled(case.spec, case.arms.get("enums"))
    api = made.api if engine == "generated" else interpreted(made.program)
    part, _, to = translation.partition(" to ")
    return list(_Run(case.arms, made, api, part, to).differences())


@attrs.frozen
class _Run:
    arms: dict[str, Any]
    made: CompiledProgram
    api: Api
    part: str
    to: str

    def differences(self) -> Iterator[str]:
        if not {"body", "message", "messages"} & self.arms.keys():
            yield "the case has neither `body` nor `message`"
            return
        source = self._sources()
        try:
            there = self._translate(source, self.to)
        except TranslationError as error:
            problems = [f"{problem.path}: {problem.expected}" for problem in error.problems]
            if "refused" not in self.arms:
                yield f"refused: {problems}"
            elif problems != self.arms["refused"]:
                yield f"refused: expected {self.arms['refused']}, found {problems}"
            return
        if "refused" in self.arms:
            yield f"expected a refusal, found {_messages_of(there)}"
            return
        yield from self._compare("gives", _messages_of(there))
        lost = [f"{loss.path}: {loss.reason}" for loss in there.lost]
        if lost != self.arms.get("lost", []):
            yield f"lost: expected {self.arms.get('lost', [])}, found {lost}"
        unfilled = list(there.requests[0].unfilled) if self.part == "request" and there.requests else []
        if unfilled != self.arms.get("unfilled", []):
            yield f"unfilled: expected {self.arms.get('unfilled', [])}, found {unfilled}"
        if not self._is_of_pages(source, there):
            yield from self._go_home(source, there)

    def _is_of_pages(self, source: list[dict[str, Any]], there: Any) -> bool:
        """Whether the messages are the pages of one window, which do not come home as one."""
        unit = next(each for each in self.made.program.units if each.endpoint == there.endpoint)
        return unit.paging is not None and unit.fan is None and not len(source) == len(_messages_of(there)) == 1

    def _go_home(self, source: list[dict[str, Any]], there: Any) -> Iterator[str]:
        """With residue the original comes back; without it what the case says, or the original."""
        if "not-home" in self.arms:
            return
        hidden = {loss.path for loss in there.lost if loss.value == "***"}
        wanted = [comparable(message, hidden) for message in source]
        if any(path.startswith("path.") for path in hidden):
            wanted = [{key: value for key, value in message.items() if key != "path"} for message in wanted]
        home = self._translate(_messages_of(there), OTHER[self.to], there.residue)
        yield from (f"home with residue: {text}" for text in _differ_all(wanted, _messages_of(home)))
        try:
            bare = self._translate(_messages_of(there), OTHER[self.to])
        except MapError as error:
            if "home-refused" not in self.arms:
                yield f"home: refused: {error}"
            elif self.arms["home-refused"] not in str(error):
                yield f"home: expected a refusal with {self.arms['home-refused']!r}, found {error}"
            return
        if "home-refused" in self.arms:
            yield f"home: expected a refusal, found {_messages_of(bare)}"
        elif {"home", "home-message", "home-messages"} & self.arms.keys():
            yield from (f"home: {text}" for text in self._compare("home", _messages_of(bare)))
        else:
            yield from (f"home: {text}" for text in _differ_all(wanted, _messages_of(bare)))

    # --- messages --------------------------------------------------------------------------------------------------

    def _sources(self) -> list[dict[str, Any]]:
        """The messages of the case. A request of a body alone goes to the first route of the first endpoint."""
        if "messages" in self.arms:
            return [self._filled(each) for each in self.arms["messages"]]
        return [self._filled({"body": self.arms["body"]} if "body" in self.arms else self.arms["message"])]

    def _filled(self, given: dict[str, Any]) -> dict[str, Any]:
        if self.part == "response":
            return {"status": 200, "body": None, **given}
        return {**self._route(OTHER[self.to]), "query": {}, "body": None, **given}

    def _route(self, side: str) -> dict[str, str]:
        program = self.made.program
        name = self.arms.get("endpoint")
        unit = next(unit for unit in program.units if name is None or unit.endpoint == name)
        route = (unit.old if side == "old" else unit.new)[0]
        edge = program.old if side == "old" else program.new
        if route.params is not None:
            return {"method": "POST", "path": edge.base + edge.rpc}
        return {"method": route.method, "path": edge.base + route.path}

    def _compare(self, arm: str, found: list[dict[str, Any]]) -> Iterator[str]:
        """What differs from the arm `gives` or `home`, which holds a body, a message or several."""
        if arm in self.arms:
            yield from _differ_all([{"body": self.arms[arm]}], found)
            return
        given = self.arms.get(f"{arm}-messages")
        given = [self.arms[f"{arm}-message"]] if given is None and f"{arm}-message" in self.arms else given
        if given is None:
            yield f"the case has neither `{arm}` nor `{arm}-message`"
            return
        defaults = {"body": None, "query": {}} if self.part == "request" else {"body": None}
        yield from _differ_all([{**defaults, **message} for message in given], found)

    def _translate(self, message: list[dict[str, Any]], to: str, residue: Any = None) -> Any:
        options: dict[str, Any] = {"lookups": self._lookups(), "residue": residue}
        if self.part == "request":
            if "endpoint" in self.arms or not {"message", "messages"} & self.arms.keys():
                options["endpoint"] = self.arms.get("endpoint", self.made.program.units[0].endpoint)
            return translate_request(self.api, message, to=to, **options)
        return translate_response(self.api, message, to=to, **options, **self._asked())

    def _asked(self) -> dict[str, Any]:
        """The request that a response answers, as the client of the case sent it."""
        if "request" not in self.arms:
            name = self.arms.get("endpoint", self.made.program.units[0].endpoint)
            return {"endpoint": name, "variant": self.arms.get("variant")}
        given = self.arms["request"]
        asked = [{**self._route(self.to), **each} for each in (given if isinstance(given, list) else [given])]
        sent = translate_request(
            self.api, asked, to=OTHER[self.to], lookups=self._lookups(), endpoint=self.arms.get("endpoint")
        )
        return {"request": sent}

    def _lookups(self) -> dict[str, Any]:
        """Answers by name: an object, or pairs for keys that are not text."""
        given = self.arms.get("lookups", {})
        return {name: dict(rows) if isinstance(rows, list) else rows for name, rows in given.items()}


def _messages_of(made: Any) -> list[dict[str, Any]]:
    return [each.to_dict() for each in (made.requests if hasattr(made, "requests") else made.responses)]


def _differ_all(wanted: list[dict[str, Any]], found: list[dict[str, Any]]) -> Iterator[str]:
    if len(wanted) != len(found):
        yield f"expected {len(wanted)} messages, found {found}"
        return
    for number, (one, other) in enumerate(zip(wanted, found, strict=True)):
        yield from (f"[{number}].{text}" if len(found) > 1 else text for text in _differ(one, other))


def _differ(wanted: dict[str, Any], found: dict[str, Any]) -> Iterator[str]:
    """Differences in the keys that are wanted; header names compare without case."""
    shown = {key: found.get(key) for key in wanted}
    if isinstance(wanted.get("body"), bytes):
        if shown["body"] != wanted["body"]:
            yield f"body: expected {wanted['body']!r}, found {shown['body']!r}"
        wanted, shown = {**wanted, "body": None}, {**shown, "body": None}
    if "headers" in wanted:
        wanted = {**wanted, "headers": {name.lower(): value for name, value in wanted["headers"].items()}}
        shown["headers"] = {name.lower(): value for name, value in found["headers"].items()}
    if "query" in wanted:
        wanted, shown = ({**each, "query": spelled(each["query"])} for each in (wanted, shown))
    yield from differences(wanted, shown)
