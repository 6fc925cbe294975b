"""The examples of specs, run through both engines.

An example shows a message on both sides. Without `to` it must hold both ways; `to new` or `to old` names the one way
it shows. Whichever way it runs, the way home with the residue gives the original again. `lost [...]` lists exactly the
input paths that are lost; `refused "text"` says that the translation is refused with a text that contains this one.
Where one message is several of the other side, an arm holds their list.
Request arms beside response arms give the request of the exchange. What a message leaves out is the first route's
method and path, no query, no headers, no body, status 200. On an RPC side a message is `{method, params}`,
`{result}` or `{error}`, with id 1, or a message of HTTP.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any, TypeVar

import attrs

from mapdsl.errors import MapError
from mapdsl.ir import Program, Unit
from mapdsl.pipeline import CallText, CompiledProgram, ReplyText, RequestText, ResponseText, structure
from mapdsl.runtime import (
    Api,
    Request,
    Response,
    TranslatedRequest,
    TranslatedResponse,
    translate_request,
    translate_response,
)
from mapdsl.syntax import Example
from mapdsl.testing.interpreter import interpreted
from mapdsl.testing.laws import Blame, Difference, diverging, in_message, spelled, told

__all__ = ["ExampleResult", "examples_of", "run_examples"]

T = TypeVar("T")

_OTHER = {"old": "new", "new": "old"}
_Differing = tuple[str, Difference | None]  # which of several messages, or what is to say of all of them


@attrs.frozen
class ExampleResult:
    """How one example went in one direction. `differences` say where, what was expected and what came; none: passed."""

    name: str
    endpoint: str
    part: str
    to: str
    file: str
    line: int
    differences: tuple[str, ...]

    @property
    def passed(self) -> bool:
        return not self.differences

    def __str__(self) -> str:
        head = f"{self.endpoint}, {self.part} to {self.to}: {self.name}"
        if self.passed:
            return f"ok      {head}"
        lines = "".join(f"\n        {difference}" for difference in self.differences)
        return f"FAILED  {head}    {self.file}:{self.line}{lines}"

    def to_dict(self) -> dict[str, Any]:
        """The result as JSON."""
        return {**attrs.asdict(self), "differences": list(self.differences), "passed": self.passed}


def run_examples(compiled: CompiledProgram) -> tuple[ExampleResult, ...]:
    """Every example of every endpoint, in the order of the texts, each in each direction that it shows."""
    engines = {"": compiled.api, "interpreter: ": interpreted(compiled.program)}
    names = [endpoint.name for endpoint in compiled.model.endpoints]
    return tuple(result for name in names for result in examples_of(compiled, name, engines))


def examples_of(compiled: CompiledProgram, endpoint: str, engines: Mapping[str, Api]) -> Iterator[ExampleResult]:
    """The examples of one endpoint, one by one. `engines`: what stands before the texts of each, and its API."""
    for example in next(each for each in compiled.model.endpoints if each.name == endpoint).examples:
        part = "response" if any(arm.kind == "response" for arm in example.arms) else "request"
        for to in (example.to,) if example.to is not None else ("new", "old"):
            found: list[str] = []
            for name, api in engines.items():
                show = _Showing(compiled, api, endpoint, example, to)
                found += [name + text for text in show.run(part) if text not in found]
            yield _result(compiled, endpoint, example, part, to, found)


def _result(
    compiled: CompiledProgram, endpoint: str, example: Example, part: str, to: str, found: list[str]
) -> ExampleResult:
    source = compiled.model.sources.get(example.span.source)
    line = source.position(example.span.start)[0] if source is not None else 0
    return ExampleResult(example.name, endpoint, part, to, example.span.source, line, tuple(found))


@attrs.frozen
class _Showing:
    """One example, in one direction, on one engine."""

    compiled: CompiledProgram
    api: Api
    endpoint: str
    example: Example
    to: str

    @property
    def side(self) -> str:
        return _OTHER[self.to]

    def run(self, part: str) -> Iterator[str]:
        """What differs from what the example says."""
        try:
            refused = self._value("refused", str)
            self._read_all()
        except MapError as error:
            yield str(error)
            return
        if self._arm(part, self.side) is None:
            yield f"the example has no {self.side} {part}"
            return
        try:
            made = self._request() if part == "request" else self._response()
        except MapError as error:
            if refused is None:
                yield f"refused: {error}"
            elif str(refused) not in str(error):
                yield f"expected a refusal with {refused!r}, found: {error}"
            return
        if refused is not None:
            yield f"expected a refusal with {refused!r}, found a translation"
            return
        try:
            yield from made
        except MapError as error:
            yield f"on the way home: refused: {error}"

    # --- the two kinds of messages ---------------------------------------------------------------------------------

    def _request(self) -> Iterator[str]:
        source = self._requests(self.side)
        made = translate_request(self.api, source, to=self.to, endpoint=self.endpoint, lookups=self._lookups())
        return self._compare_request(source, made)

    def _compare_request(self, source: list[Request], made: TranslatedRequest) -> Iterator[str]:
        sent = list(made.requests)
        # A credential that the example does not answer cannot come home.
        hidden = tuple(loss.path for loss in made.lost if loss.value == "***")
        if self._arm("request", self.to) is not None:
            found = _compare_all(self._requests(self.to), sent, source, hidden if len(sent) > 1 else ())
            yield from self._blamed(found, "request", made, written=True)
        yield from self._lost(made)
        if len(sent) > 1 and not _folds(self.compiled.program, made):
            return  # the pages of one window: each is a window of its own on the way home
        if self._unit.replace is not None:
            return  # to the side of whole objects a read goes first, which says nothing of the update behind it
        home = translate_request(
            self.api, sent, to=self.side, endpoint=self.endpoint, lookups=self._lookups(), residue=made.residue
        )
        differing = _compare_all(source, list(home.requests), sent, hidden)
        yield from (f"on the way home: {text}" for text in self._blamed(differing, "request", made, written=False))

    def _response(self) -> Iterator[str]:
        source = self._replies(self.side)
        facts: dict[str, Any] = {"lookups": self._lookups(), "request": self._asked()}
        if facts["request"] is None:
            facts["endpoint"] = self.endpoint
        asked: Iterator[str] = iter(())
        if all(self._arm("request", side) is not None for side in (self.side, self.to)):
            asked = self._compare_asked(facts["request"])
        made = translate_response(self.api, source, to=self.to, **facts)
        return chain(asked, self._compare_response(source, made, facts))

    def _compare_asked(self, sent: TranslatedRequest) -> Iterator[str]:
        """What differs in the request of an exchange that the example shows on both sides: from the client's to the
        server's, which is the other way round."""
        hidden = (*(loss.path for loss in sent.lost if loss.value == "***"), *self._carried())
        found = _compare_all(self._requests(self.side), list(sent.requests), self._requests(self.to), hidden)
        asking = attrs.evolve(self, to=self.side)
        yield from (f"its request: {text}" for text in asking._blamed(found, "request", sent, written=True))

    def _carried(self) -> tuple[str, ...]:
        """Where the credentials of the endpoint stand: they are not what an example of a reply is about."""
        units = [unit for unit in self.compiled.program.units if unit.endpoint == self.endpoint]
        carriers = [unit.auth.side(side) for unit in units if unit.auth is not None for side in ("old", "new")]
        return tuple(dict.fromkeys(carrier.where for carrier in carriers if carrier is not None))

    def _compare_response(
        self, source: list[Response], made: TranslatedResponse, facts: dict[str, Any]
    ) -> Iterator[str]:
        got = list(made.responses)
        if self._arm("response", self.to) is not None:
            yield from self._blamed(_compare_all(self._replies(self.to), got, source), "response", made, written=True)
        yield from self._lost(made)
        if len(source) > 1 and not _folds(self.compiled.program, made):
            return
        home = translate_response(self.api, got, to=self.side, residue=made.residue, **facts)
        differing = _compare_all(source, list(home.responses), got)
        yield from (f"on the way home: {text}" for text in self._blamed(differing, "response", made, written=False))

    def _blamed(self, found: Iterator[_Differing], part: str, made: Any, written: bool) -> Iterator[str]:
        """Differences as text, each with the rule that it belongs to: of the message that came, or that went."""
        unit = self._unit_of(made.variant)
        blame = Blame(getattr(unit, part)[self.to == "old"])
        route = (unit.old if (self.to == "old") == written else unit.new)[0]
        for at, difference in found:
            if difference is None:
                yield at
                continue
            rule = blame.rule(in_message(difference[0], route), written)
            named = "" if rule is None else f"    ({rule.file}:{rule.line}: {rule.text})"
            yield f"{at}{told(difference)}{named}"

    def _unit_of(self, variant: str | None) -> Unit:
        units = [unit for unit in self.compiled.program.units if unit.endpoint == self.endpoint]
        return next((unit for unit in units if unit.variant == variant), units[0])

    def _asked(self) -> TranslatedRequest | None:
        """The request of the exchange, as the client that gets the response sent it; or as the server got it."""
        for side in (self.to, self.side):
            if self._arm("request", side) is not None:
                messages = self._requests(side)
                return translate_request(
                    self.api, messages, to=_OTHER[side], endpoint=self.endpoint, lookups=self._lookups()
                )
        return None

    def _lost(self, made: TranslatedRequest | TranslatedResponse) -> Iterator[str]:
        expected = self._value("lost", list[str])
        if expected is None:
            return
        lost = [loss.path for loss in made.lost]
        for path in [path for path in expected if path not in lost]:
            yield f"lost: expected {path}, which is not lost"
        for loss in [loss for loss in made.lost if loss.path not in expected]:
            yield f"lost: not expected, {loss}"

    # --- the text of the example -----------------------------------------------------------------------------------

    def _arm(self, kind: str, side: str | None = None) -> Any:
        return next((arm for arm in self.example.arms if arm.kind == kind and arm.side == side), None)

    def _read_all(self) -> None:
        """Raise MapError for an arm that is not what it must be, before anything runs."""
        self._value("lost", list[str])
        self._lookups()
        for arm in self.example.arms:
            if arm.side is not None:
                self._replies(arm.side) if arm.kind == "response" else self._requests(arm.side)

    def _value(self, kind: str, type_: type[T]) -> T | None:
        """An arm that is no message, as what it must be. Raises MapError where it is something else."""
        arm = self._arm(kind)
        return None if arm is None else structure(arm.value, type_, f"the example's `{kind}`")

    def _lookups(self) -> dict[str, dict[Any, Any]]:
        """`{name: {old: new}}`, or `{name: [[old, new], ...]}` for keys that are not text."""
        given = self._value("lookups", dict[str, Any]) or {}
        return {name: self._rows(name, rows) for name, rows in given.items()}

    def _rows(self, name: str, rows: Any) -> dict[Any, Any]:
        if isinstance(rows, list):
            pairs = structure(rows, list[tuple[Any, Any]], f"the example's lookup {name}")
            return dict(pairs)
        return structure(rows, dict[str, Any], f"the example's lookup {name}")

    @property
    def _unit(self) -> Unit:
        return next(unit for unit in self.compiled.program.units if unit.endpoint == self.endpoint)

    def _each(self, kind: str, side: str) -> list[Any]:
        """The messages of an arm."""
        arm = self._arm(kind, side)
        if arm is None:
            return [{}]
        return arm.value if isinstance(arm.value, list) and arm.value else [arm.value]

    def _requests(self, side: str) -> list[Request]:
        return [self._request_of(value, side) for value in self._each("request", side)]

    def _replies(self, side: str) -> list[Response]:
        return [self._reply_of(value, side) for value in self._each("response", side)]

    def _request_of(self, value: Any, side: str) -> Request:
        unit = self._unit
        route = (unit.old if side == "old" else unit.new)[0]
        edge = self.compiled.program.old if side == "old" else self.compiled.program.new
        what = f"the example's `{side} request`"
        if route.params is not None and not _is_plain(value):
            return Request.from_any(structure(value, CallText, what).filled(route.path, edge.base + edge.rpc))
        text = structure(value, RequestText, what)
        method, path = (route.method, route.path) if route.params is None else ("POST", edge.rpc)
        return Request.from_any(text.filled(method, edge.base + path))

    def _reply_of(self, value: Any, side: str) -> Response:
        unit, what = self._unit, f"the example's `{side} response`"
        if (unit.old if side == "old" else unit.new)[0].params is not None and not _is_plain(value):
            return Response.from_any(structure(value, ReplyText, what).filled())
        return Response.from_any(structure(value, ResponseText, what).filled())


def _envelope(body: Any) -> bool:
    return isinstance(body, dict) and body.get("jsonrpc") == "2.0"


def _is_plain(value: Any) -> bool:
    """Whether a message of an RPC side is written as one of HTTP."""
    return isinstance(value, dict) and ("path" in value or "body" in value or "status" in value)


def _folds(program: Program, made: TranslatedRequest | TranslatedResponse) -> bool:
    """Whether several messages of one side are one of the other, both ways."""
    return any(
        unit.fan is not None for unit in program.units if (unit.endpoint, unit.variant) == (made.endpoint, made.variant)
    )


def _compare_all(
    expected: list[Any], made: list[Any], source: list[Any], hidden: tuple[str, ...] = ()
) -> Iterator[_Differing]:
    """What differs between two lists of messages; `source` is what they came of."""
    if len(expected) != len(made):
        yield f"expected {len(expected)} messages, found {len(made)}", None
        return
    for number, (wanted, found) in enumerate(zip(expected, made, strict=True)):
        at = f"[{number}]." if len(made) > 1 else ""
        came = source[min(number, len(source) - 1)]
        yield from ((at, difference) for difference in _compare(wanted, found, came, hidden))


def _compare(expected: Any, made: Any, source: Any, hidden: tuple[str, ...] = ()) -> Iterator[Difference]:
    """What differs between two messages. Headers that pass from the source need not be shown."""
    wanted, found, came = expected.to_dict(), made.to_dict(), source.to_dict()
    passed = {name.lower(): value for name, value in came["headers"].items()}
    for message in (wanted, found):
        message["headers"] = {name.lower(): value for name, value in message["headers"].items()}
        if "query" in message:
            message["query"] = spelled(message["query"])
    if _envelope(wanted["body"]) and _envelope(found["body"]):  # the id of a call is not what an example is about
        wanted["body"] = {**wanted["body"], "id": found["body"].get("id")}
    for name, value in passed.items():
        if name not in wanted["headers"] and found["headers"].get(name) == value:
            del found["headers"][name]
    for path in hidden:
        part, _, name = path.partition(".")
        for message in (wanted, found):
            if part == "path":
                message.pop("path", None)
            elif part in ("query", "headers"):
                message[part].pop(name.strip('"').lower(), None)
                message["query"].pop(name, None)
    yield from diverging(wanted, found)
