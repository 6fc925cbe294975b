"""Small random specs and random messages for them: what both engines say of each must be the same.

    python -m tests.laws.random_specs [COUNT] [SEED]

Nothing here knows what an operation means. A spec that the compiler accepts is compiled; then messages are drawn, some
from what the rules take and some at random out of the names and literals of the spec. Of each it is asked: do both
engines give the same (law 4), is every refusal a MapError (law 5), does the message come home with residue (law 1), is
the message as it was, and is all that came out JSON?
"""

from __future__ import annotations

import copy
import random
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import attrs

from mapdsl import MapError, Request, Response, ir, translate_request, translate_response
from mapdsl.pipeline import CompiledProgram, compile_text
from mapdsl.runtime import Api, Parts
from mapdsl.testing.generation import Document, documents, stub_answers
from mapdsl.testing.interpreter import interpreted
from mapdsl.testing.laws.agreement import alike, disagreements

OTHER = {"old": "new", "new": "old"}
LITERALS = ('"1"', '"2"', "1", "true", "false", "null", '""')
TESTS = ("present", "absent", '"1"', '"2"', "1", "true", "null", 'not "1"', "not null", 'one of ("1", 2, null)')
POLICIES = ("", 'else reject "no"', "else pass", "else absent", 'else use "1"')
SELECTORS = ('select("$.{0}")', 'select("$..{0}")', 'select("$.{0}[*]")', 'select("$.*[1]")')
DECLARATIONS = """mapdsl 1
lookup text : string <-> string
lookup whole : integer <-> string
enum word closed { "1" <-> "a"; "2" <-> "b" }
enum wide open { "1" <-> "a"; canonical "2" <-> "b"; "3" <-> "b" }
enum nulls closed { null <-> "a"; "1" <-> null }
enum lone closed { "1" <-> null; "2" <-> "b" }
enum flag closed { false <- true; "1" <-> "a" }
table some { ("1") -> absent; ("2") <-> "2"; ("3") <-> "3"; else reject "some" }
table whole_object { {x: "1"} <-> null; {x: "2"} <-> "2"; else reject "whole" }
table two {
  ("1", absent) <-> "a"; ("1", "2") <-> "b"; (absent, absent) <-> absent; (null, null) <-> null; else reject "two"
}
table gaps { ("1", "1") <-> "a"; canonical ("1", null) <-> "b"; ("1", "2") -> "b"; else reject "gaps" }
"""
ANSWERS: dict[str, dict[Any, Any]] = {"text": {"1": "x", "2": "y"}, "whole": {1: "x", 2: "y"}}
PIPES = (
    "word",
    "wide",
    "nulls",
    "lone",
    "lone | nulls",
    "flag",
    "some",
    "whole_object",
    "text {policy}",
    "whole {policy}",
    "some | text {policy}",
    "word | wide",
    "nulls | wide",
    "nulls | text {policy}",
    "csv",
    "csv | each(word)",
    "csv | each(text) {policy}",
    "each(word)",
    "each(nulls)",
    "each(some)",
    "each(text) {policy}",
    "each(ref(x))",
    "one_or_many",
    "one_or_many | each(wide)",
    "integer",
    "integer | whole {policy}",
    "boolean",
    "string",
    "lower",
    "clock_seconds",
    "negate",
    "numbered",
    "concat",
    "member(x)",
    "member_of(x)",
    "ref(x)",
    "ref(x, y, text) {policy}",
    "ref(x, y, whole) {policy}",
    "each(ref(x, y, text)) {policy}",
    "clamp(1, 3)",
    'date_time("YYYY-MM-DD hh:mm:ss", "Europe/Berlin", "0000-00-00 00:00:00")',
    "flip(word)",
    "flip(some)",
)
SCALARS: tuple[Any, ...] = (
    "1", "2", "3", "a", "b", "", "1,2", "00:01:00", "0000-00-00 00:00:00", "2020-01-01T00:00:00Z",
    1, 2, 0, -1, 1.0, 1.5, Decimal("1.50"), True, False, None,
    {}, [], [None], [[]], {"x": None}, {"x": "1"}, {"x": "2", "y": "1"},
)  # fmt: skip


# --- specs -----------------------------------------------------------------------------------------------------------


@attrs.define
class Writer:
    """Writes one spec. Names come from a small pool, so that rules meet in objects and rest meets rules."""

    draw: random.Random
    response: bool = False
    closed: bool = False  # a closed match stands around: none in it is open

    def spec(self) -> str:
        self.response = self.draw.random() < 0.3
        routes = f"  old POST /a{self.route('old')}\n  new POST /b{self.route('new')}\n"
        part = "response" if self.response else "request"
        return f"{DECLARATIONS}endpoint e {{\n{routes}  {part} {{\n{self.block(0)}  }}\n}}\n"

    def route(self, side: str) -> str:
        if self.draw.random() < 0.85:
            return ""
        return " when " + ", ".join(self.guard(side) for _ in range(self.draw.choice((1, 1, 2))))

    def guard(self, side: str) -> str:
        test = self.draw.choice(TESTS)
        if self.draw.random() < 0.2:
            return f"{side} {self.draw.choice(SELECTORS).format(self.name())} is {test}"
        return f"{side} {self.place(root=True)} is {test}"

    def name(self) -> str:
        return self.draw.choice("abcdkxy")

    def place(self, root: bool = False, up: bool = False) -> str:
        chance = self.draw.random()
        if root and chance < 0.12:
            return "$"
        if up and chance < 0.2:
            return f"@up.{self.name()}"
        return self.name() if chance < 0.75 else f"{self.name()}.{self.name()}"

    def block(self, depth: int) -> str:
        rules = [self.rule(depth) for _ in range(self.draw.choice((1, 1, 2, 2, 3)))]
        if self.draw.random() < 0.12:
            rules.append(f"rest {self.draw.choice(('drop', 'error'))}")
        indent = "  " * (depth + 2)
        return "".join(f"{indent}{rule}\n" for rule in rules)

    def inner(self, depth: int) -> str:
        return f"{{\n{self.block(depth + 1)}{'  ' * (depth + 2)}}}"

    def rule(self, depth: int) -> str:
        kinds = (self.plain, self.piped, self.joint, self.combined, self.lone, self.deep, self.choice, self.deep)
        return self.draw.choice(kinds if depth < 3 else kinds[:5])(depth)

    def ends(self, depth: int) -> tuple[str, str]:
        return self.place(True, depth > 0), self.place(True, depth > 0 and self.draw.random() < 0.2)

    def plain(self, depth: int) -> str:
        one, other = self.ends(depth)
        if self.draw.random() < 0.2:
            other = one
        return f"{one} <-> {other}"

    def piped(self, depth: int) -> str:
        one, other = self.ends(depth)
        policy = self.draw.choice(POLICIES)
        return f"{one} <-> {other} : {self.draw.choice(PIPES).format(policy=policy)}"

    def joint(self, depth: int) -> str:
        table = self.draw.choice(("two", "gaps"))
        places = [self.place(), self.place(), self.place(True)]
        return f"({places[0]}, {places[1]}) <-> {places[2]} : {table}"

    def combined(self, depth: int) -> str:
        mode = self.draw.choice(("first", "append", "max", "min", "only_one", "equal"))
        target, pipe = self.place(), self.draw.choice(("", "", " : word", " : some", " : text else absent", " : nulls"))
        lines = [f"{self.place()} <-> {target}{pipe}", f"{self.place()} -> {target}{pipe} combine {mode}"]
        return "\n".join(lines)

    def lone(self, depth: int) -> str:
        kind, place = self.draw.choice(("drop", "add")), self.place()
        if self.draw.random() < 0.15:
            return f"drop {self.draw.choice(SELECTORS).format(self.name())}"
        value = self.draw.choice(("", f" = {self.draw.choice(LITERALS)}", " = {p: [1]}", f" = @up.{self.name()}"))
        if value.startswith(" = @up") and depth == 0:
            value = f" = @request.body.{self.name()}" if self.response else ""
        return self.draw.choice(
            (f"{kind} {place}{value}", f'hole {place} "why" {self.draw.choice(("pass", "reject"))}')
        )

    def deep(self, depth: int) -> str:
        marks = self.draw.choice(("", "[]", "[]", ".*", "one"))
        one, other = (self.place(root=True) for _ in range(2))
        if marks == "one":
            return f"{one} <-> {other} : singleton {self.inner(depth)}"
        if marks == ".*" and "$" in (one, other):
            one, other, marks = (
                (place.replace("$", "*") if place == "$" else f"{place}.*" for place in (one, other)),
                "",
                "",
            )
            one, other = one
        keys = " keys wide" if marks == ".*" and self.draw.random() < 0.2 else ""
        return f"{one}{marks} <-> {other}{marks}{keys} {self.inner(depth)}"

    def choice(self, depth: int) -> str:
        indent = "  " * (depth + 2)
        cases = []
        around, opens = self.closed, not self.closed and self.draw.random() < 0.6
        self.closed = not opens
        for _ in range(self.draw.choice((1, 1, 2))):
            guards = [self.guard(side) for side in ("old", "new") for _ in range(self.draw.choice((1, 1, 1, 2)))]
            body = "{}" if self.draw.random() < 0.15 else self.inner(depth)
            if opens and body != "{}" and self.draw.random() < 0.15:
                body = f"{{\n{indent}  rest {self.draw.choice(('keep', 'drop', 'error'))}\n{body[2:]}"
            cases.append(f"{indent}case {', '.join(guards)} {body}\n")
        otherwise = self.draw.choice(('else reject "case"', "else pass", "else pass", "", f"else {self.inner(depth)}"))
        self.closed = around
        word = "open" if opens else self.draw.choice(("", "closed"))
        return f"match {word} {{\n{''.join(cases)}{indent}{otherwise}\n{indent}}}"


def asker(seed: int) -> Asker | None:
    """Who asks of a random spec; None where the spec has mistakes."""
    writer = Writer(random.Random(seed))
    text = writer.spec()
    try:
        made = compile_text(text, f"random {seed}")
    except MapError:
        return None
    return Asker(made, text.removeprefix(DECLARATIONS), "response" if writer.response else "request")


# --- messages --------------------------------------------------------------------------------------------------------


def any_value(draw: random.Random, depth: int = 0) -> Any:
    """JSON out of the names and values that random specs speak of."""
    chance = draw.random()
    if depth > 3 or chance < 0.4:
        return copy.deepcopy(draw.choice(SCALARS))
    if chance < 0.55:
        return [any_value(draw, depth + 1) for _ in range(draw.choice((0, 1, 1, 2)))]
    names = draw.sample("abcdkxyz", draw.choice((0, 1, 2, 3, 4)))
    return {name: any_value(draw, depth + 1) for name in names}


def drawn(mapping: ir.Mapping, seed: int, count: int) -> Iterator[Document]:
    """Messages of one side: what the rules take, that with one value replaced, and anything."""
    draw = random.Random(seed)
    asked = None
    for document in documents(mapping, seed, count):
        yield document
        asked = document.asked
        yield Document(Parts(spoilt(document.parts.body, draw), status=document.parts.status), asked, "near")
        yield Document(Parts(any_value(draw), status=document.parts.status), asked, "near")


def spoilt(value: Any, draw: random.Random) -> Any:
    """A value with one node replaced by another."""
    if isinstance(value, dict) and value and draw.random() < 0.8:
        name = draw.choice(sorted(value))
        return {**value, name: spoilt(value[name], draw)}
    if isinstance(value, list) and value and draw.random() < 0.8:
        index = draw.randrange(len(value))
        return [*value[:index], spoilt(value[index], draw), *value[index + 1 :]]
    return any_value(draw, 2)


# --- what is asked of each -------------------------------------------------------------------------------------------


@attrs.define
class Asker:
    """Puts messages through both engines. Faults are texts, each with the message that shows it."""

    made: CompiledProgram
    text: str
    part: str
    others: Api = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.others = interpreted(self.made.program)

    def faults(self, seed: int, count: int) -> Iterator[str]:
        (unit,) = self.made.program.units
        for side in ("old", "new"):
            mapping = getattr(unit, self.part)[side == "new"]
            ways = self.made.api["e"].named(None).unit.ways(self.part, OTHER[side])
            for document in drawn(mapping, seed, count):
                _, found = disagreements(mapping, ways, document, self.answers(OTHER[side]))
                yield from (f"law 4: {text}\n  {document.parts.body!r}" for text in found)
                yield from (f"{text}\n  {document.parts.body!r}" for text in self.whole(side, document))

    def answers(self, to: str) -> Callable[..., Any]:
        declared = {decl.name: decl for decl in self.made.program.lookups}
        return lambda asked: stub_answers(asked, declared, to)

    def whole(self, side: str, document: Document) -> Iterator[str]:
        """Faults of the message as it is translated whole, by both engines, and of its way home."""
        body, to = document.parts.body, OTHER[side]
        before = repr(body)
        seen = [self.translated(api, side, body, None) for api in (self.made.api, self.others)]
        if repr(body) != before:
            yield f"the message was changed: {body!r}"
        crashes = [one for one in seen if isinstance(one, Exception) and not isinstance(one, MapError)]
        yield from (f"law 5: {crash!r}" for crash in crashes)
        if crashes:
            return
        if isinstance(seen[0], MapError) or isinstance(seen[1], MapError):
            if str(seen[0]) != str(seen[1]):
                yield f"law 4, whole: generated {seen[0]}, interpreter {seen[1]}"
            return
        told = [(self.message(one).to_dict(), list(map(str, one.lost)), one.residue) for one in seen]
        if not alike(*told):
            yield f"law 4, whole: generated {told[0]}, interpreter {told[1]}"
        arrived = self.message(seen[0])
        try:
            home = self.translated(self.made.api, to, arrived.body, seen[0].residue)
        except MapError as error:
            home = error
        if isinstance(home, Exception):
            yield f"law 1: {to} {arrived.body!r} does not come home: {home}"
        elif not alike(self.message(home).body, body):
            yield f"law 1: {arrived.body!r} came home as {self.message(home).body!r}, residue {seen[0].residue}"

    def translated(self, api: Api, side: str, body: Any, residue: Any) -> Any:
        to = OTHER[side]
        try:
            if self.part == "response":
                return translate_response(
                    api, Response(200, {}, body), to=to, endpoint="e", residue=residue, lookups=ANSWERS
                )
            path = "/a" if side == "old" else "/b"
            return translate_request(api, Request("POST", path, {}, {}, body), to=to, residue=residue, lookups=ANSWERS)
        except Exception as error:
            return error

    def message(self, made: Any) -> Any:
        return made.response if hasattr(made, "response") else made.request


def main(count: int, start: int) -> int:
    """Print each spec with a fault and what was wrong; the number of those."""
    tried = bad = 0
    for seed in range(start, start + count):
        asking = asker(seed)
        if asking is None:
            continue
        tried += 1
        first: dict[str, str] = {}
        for fault in asking.faults(seed, 12):
            first.setdefault(fault[:5], fault)
        if first:
            bad += 1
            print(f"--- {seed}", asking.text, *first.values(), "", sep="\n")
    print(f"{count} specs, {tried} without mistakes, {bad} with faults")
    return bad


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:]]
    sys.exit(main(*(numbers + [1000, 0][len(numbers) :])) > 0)
