"""One conformance case through one engine: what differs from what the case says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import chdir
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import attrs

from mapdsl import Api, MapError, TranslationError, translate_request, translate_response
from mapdsl.pipeline import CompiledProgram, compile_program, compile_text
from mapdsl.testing.compare import differences
from mapdsl.testing.interpreted import interpreted
from tests.conformance.conversions import x_roman_month
from tests.conformance.reading import Case, Spec

__all__ = ["ENGINES", "compiled", "run_case"]

OTHER = {"old": "new", "new": "old"}
ENGINES = ("generated", "interpreted")
USER_CONVERSIONS = (x_roman_month,)  # importing them registers them


def compiled(spec: Spec, enums: Any = None) -> CompiledProgram:
    """The compiled spec; MapError where it is wrong."""
    return _completed(spec, enums) if enums else _compiled(spec)


@lru_cache(maxsize=8)
def _compiled(spec: Spec) -> CompiledProgram:
    return _completed(spec, None)


def _completed(spec: Spec, enums: Any) -> CompiledProgram:
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
        if not {"body", "message"} & self.arms.keys():
            yield "the case has neither `body` nor `message`"
            return
        source = self._message("body", "message")
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
            yield f"expected a refusal, found {_message_of(there)}"
            return
        yield from self._compare("gives", "gives-message", _message_of(there))
        lost = [f"{loss.path}: {loss.reason}" for loss in there.lost]
        if lost != self.arms.get("lost", []):
            yield f"lost: expected {self.arms.get('lost', [])}, found {lost}"
        unfilled = list(there.request.unfilled) if self.part == "request" and there.requests else []
        if unfilled != self.arms.get("unfilled", []):
            yield f"unfilled: expected {self.arms.get('unfilled', [])}, found {unfilled}"
        yield from self._go_home(source, there)

    def _go_home(self, source: dict[str, Any], there: Any) -> Iterator[str]:
        """With residue the original comes back; without it what the case says, or the original."""
        hidden = {loss.path.partition(".")[0] for loss in there.lost if loss.value == "***"}
        wanted = {key: value for key, value in source.items() if key not in hidden}
        if "unnamed" in self.arms:
            named = {name: v for name, v in source["headers"].items() if name not in self.arms["unnamed"]}
            wanted["headers"] = named
        home = self._translate(_message_of(there), OTHER[self.to], there.residue)
        yield from (f"home with residue: {text}" for text in _differ(wanted, _message_of(home)))
        try:
            bare = self._translate(_message_of(there), OTHER[self.to])
        except MapError as error:
            if "home-refused" not in self.arms:
                yield f"home: refused: {error}"
            elif self.arms["home-refused"] not in str(error):
                yield f"home: expected a refusal with {self.arms['home-refused']!r}, found {error}"
            return
        if "home-refused" in self.arms:
            yield f"home: expected a refusal, found {_message_of(bare)}"
        elif {"home", "home-message"} & self.arms.keys():
            yield from (f"home: {text}" for text in self._compare("home", "home-message", _message_of(bare)))
        else:
            yield from (f"home: {text}" for text in _differ(wanted, _message_of(bare)))

    # --- messages --------------------------------------------------------------------------------------------------

    def _message(self, body: str, message: str) -> dict[str, Any]:
        """The message of two arms. A request of a body alone goes to the first route of the first endpoint."""
        given = {"body": self.arms[body]} if body in self.arms else dict(self.arms[message])
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

    def _compare(self, body: str, message: str, found: dict[str, Any]) -> Iterator[str]:
        if body in self.arms:
            yield from _differ({"body": self.arms[body]}, found)
        elif message in self.arms:
            wanted = dict(self.arms[message])
            wanted.setdefault("body", None)
            if self.part == "request":
                wanted.setdefault("query", {})
            yield from _differ(wanted, found)
        else:
            yield f"the case has neither `{body}` nor `{message}`"

    def _translate(self, message: dict[str, Any], to: str, residue: Any = None) -> Any:
        options: dict[str, Any] = {"lookups": self._lookups(), "residue": residue}
        if self.part == "request":
            if "endpoint" in self.arms or "message" not in self.arms:
                options["endpoint"] = self.arms.get("endpoint", self.made.program.units[0].endpoint)
            return translate_request(self.api, message, to=to, **options)
        return translate_response(self.api, message, to=to, **options, **self._asked())

    def _asked(self) -> dict[str, Any]:
        """The request that a response answers, as the client of the case sent it."""
        if "request" not in self.arms:
            name = self.arms.get("endpoint", self.made.program.units[0].endpoint)
            return {"endpoint": name, "variant": self.arms.get("variant")}
        asked = {**self._route(self.to), **self.arms["request"]}
        sent = translate_request(
            self.api, asked, to=OTHER[self.to], lookups=self._lookups(), endpoint=self.arms.get("endpoint")
        )
        return {"request": sent}

    def _lookups(self) -> dict[str, Any]:
        """Answers by name: an object, or pairs for keys that are not text."""
        given = self.arms.get("lookups", {})
        return {name: dict(rows) if isinstance(rows, list) else rows for name, rows in given.items()}


def _message_of(made: Any) -> dict[str, Any]:
    message: dict[str, Any] = (made.request if hasattr(made, "requests") else made.response).to_dict()
    return message


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
    yield from differences(wanted, shown)
