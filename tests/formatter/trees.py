"""Random syntax trees over all kinds of nodes, such as the parser makes: the same seed gives the same tree."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from decimal import Decimal
from importlib import resources
from typing import Any, TypeVar

from mapdsl.paths import ITEMS, KEYS, Ref
from mapdsl.syntax import (
    ABSENT,
    Add,
    Api,
    ApiFact,
    Auth,
    AuthUse,
    Binding,
    Block,
    Carrier,
    Case,
    Cites,
    Comments,
    Conversion,
    Credential,
    Default,
    Drop,
    End,
    Endpoint,
    Enrich,
    Enum,
    Example,
    ExampleArm,
    Examples,
    Failure,
    Fan,
    Field,
    Fields,
    File,
    Filter,
    Gather,
    Given,
    Guard,
    Hole,
    Idempotency,
    Include,
    Json,
    LiteralArg,
    Lookup,
    Match,
    NameHole,
    Only,
    Opaque,
    Paging,
    PagingSide,
    Param,
    Policy,
    Query,
    Replace,
    Request,
    Response,
    Rest,
    Route,
    Row,
    Rule,
    Scan,
    Scope,
    Selection,
    Shape,
    Statement,
    Status,
    Table,
    Test,
    TupleEnd,
    Use,
    Variant,
)

__all__ = ["draw_file"]

T = TypeVar("T")

PLAIN = ["a", "b1", "_x", "phone_number", "Content-Type", "queue-callback-2", "GET", "e1", "rpc", "base64"]
LITERALS = ["absent", "true", "false", "null"]
_GRAMMAR = resources.files("mapdsl.grammar").joinpath("mapdsl.lark").read_text("utf-8")
WORDS = sorted(set(re.findall(r'"([a-z_]+)"', _GRAMMAR)) - set(LITERALS))  # every keyword is a name as well
ODD = ["", " ", "a b", "a.b", "[]", "*", "$", "@body", "1", "-1", "größe", "#", "a-", "-a", "it's", "long " * 30]
TEXTS = [
    "",
    "x",
    'say "x"',
    "back\\slash",
    "line\nend\r\ttab\b\f",
    "\x00\x1f\x7f\x85\xa0\u2028\u202e\u200d\ufeff",
    "😀 é",
]
TEXTS += ["{", "}", "# no comment", "a, b", "\\u0041", "/", "$..secret", "text " * 30]
ROUTES = ["/", "/a", "/api/v1/{api_key}/send-sms/{id}.json", "/a/{b:c}", "/v2.0", "/a//b", "/{a}{b}", "/%2F?x=y&z"]
COMMENTS = ["#", "# a comment", '#!{ } ; "', "# é", "##  two  ", "# " + "long " * 30]
ARROWS = ["<->", "->", "<-"]
CALLS = ["sms.send", "media/library.get_list", "rpc", "a-1", "odd name", ".a", "1.a", "a..b", "old"]
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]
SIGILS = ["@body", "@path", "@query", "@header", "@status", "@up", "@request.body", "@request.path", "@request.query"]


def draw_file(seed: int, comments: bool = False) -> File:
    """A tree; with `comments`, statements have some, wherever a tree has places for them."""
    return _Drawing(seed, comments).file()


class _Drawing:
    def __init__(self, seed: int, comments: bool) -> None:
        self.random = random.Random(seed)
        self.with_comments = comments

    # --- chances ---

    def one(self, choices: list[T]) -> T:
        return self.random.choice(choices)

    def chance(self, share: float = 0.5) -> bool:
        return self.random.random() < share

    def maybe(self, draw: Callable[[], T], share: float = 0.4) -> T | None:
        return draw() if self.chance(share) else None

    def some(self, draw: Callable[[], T], least: int = 0, most: int = 3) -> tuple[T, ...]:
        return tuple(draw() for _ in range(self.random.randint(least, most)))

    # --- names and values ---

    def name(self) -> str:
        return self.one(self.one([PLAIN, PLAIN, WORDS, LITERALS, ODD]))

    def text(self) -> str:
        return self.one(self.one([PLAIN, TEXTS]))

    def whole(self) -> int:
        return self.one([0, 1, -1, 100, -17, 10**30, self.random.randint(-999, 999)])

    def decimal(self) -> Decimal:
        digits = [self.one(["0", "1", "-3", "-0", "120", "9" * 30]), "", ""]
        if self.chance(0.7):
            digits[1] = "." + self.one(["0", "5", "10", "00", "000000012", "9" * 30])
        if not digits[1] or self.chance(0.4):
            digits[2] = "e" + self.one(["0", "2", "+3", "-2", "-9", "400", "-400"])
        return Decimal("".join(digits))

    def value(self, depth: int = 2) -> Json:
        """Any value but `absent` itself."""
        if depth and self.chance(0.4):
            if self.chance():
                return [self.cell(depth - 1) for _ in range(self.random.randint(0, 3))]
            return {self.name(): self.cell(depth - 1) for _ in range(self.random.randint(0, 3))}
        plain: list[Callable[[], Json]] = [self.text, self.whole, self.decimal, lambda: self.one([None, True, False])]
        return self.one(plain)()

    def cell(self, depth: int = 2) -> Json:
        return ABSENT if self.chance(0.1) else self.value(depth)

    # --- ends, conversions, guards ---

    def step(self) -> Any:
        return self.one([ITEMS, KEYS]) if self.chance(0.25) else self.name()

    def end(self, roots: list[str], after_word: bool = True) -> End:
        """An end under one of the roots; after a keyword, one without a root begins with a name."""
        root = self.one(roots)
        steps = self.some(self.step, 0 if root else 1)
        if after_word and not root and not isinstance(steps[0], str):
            steps = (self.name(), *steps)
        return End(Ref(root, steps))

    def any_end(self) -> End:
        return self.end(["", "", "", "$", *SIGILS])

    def tuple_end(self) -> TupleEnd:
        return TupleEnd(self.some(lambda: self.end(["", "", "$", "@query"], after_word=False), 2, 4))

    def rule_end(self) -> End | TupleEnd:
        if self.chance(0.2):
            return self.tuple_end()
        return self.end(["", "", "", "$", *SIGILS], after_word=False)

    def selected(self) -> End | Selection:
        return Selection(self.text()) if self.chance(0.2) else self.any_end()

    def origin(self) -> End | LiteralArg:
        return self.end(SIGILS) if self.chance(0.3) else LiteralArg(self.cell())

    def conversion(self, depth: int = 2, argument: bool = False) -> Conversion:
        name = self.one([*PLAIN, *WORDS] if argument else [*PLAIN, *WORDS, *LITERALS])
        return Conversion(name, self.some(lambda: self.argument(depth - 1)) if depth and self.chance(0.4) else ())

    def argument(self, depth: int) -> Conversion | LiteralArg:
        return LiteralArg(self.cell(1)) if self.chance() else self.conversion(depth, argument=True)

    def test(self) -> Test:
        kind = self.one(["is", "not", "one_of", "present", "absent"])
        drawn = {
            "is": lambda: (self.value(),),
            "not": lambda: (self.cell(),),
            "one_of": lambda: self.some(self.cell, 1),
        }
        return Test(kind, drawn[kind]() if kind in drawn else ())

    def guard(self) -> Guard:
        return Guard(self.side(), self.selected(), self.test())

    def guards(self, least: int = 0) -> tuple[Guard, ...]:
        return self.some(self.guard, least)

    def side(self) -> Any:
        return self.one(["old", "new"])

    def arrow(self) -> Any:
        return self.one(ARROWS)

    def policy(self, *kinds: str) -> Policy:
        kind = self.one(list(kinds))
        if kind == "reject":
            return Policy(kind, self.maybe(self.text))
        if kind == "residual":
            return Policy(kind, self.maybe(lambda: self.random.randint(1, 5000)))
        return Policy(kind, self.value() if kind == "use" else None)

    def any_policy(self) -> Policy:
        return self.policy("reject", "pass", "ask", "ignore", "residual", "empty", "absent", "use")

    def rows_cited(self, least: int = 0) -> tuple[str, ...]:
        return self.some(self.text, least, 12 if self.chance(0.1) else 2)

    # --- comments ---

    def place(self) -> dict[str, Any]:
        """The comments of a statement, as its node takes them."""
        if not self.with_comments:
            return {"comments": Comments(blank=self.chance(0.3))}
        after, closing = self.maybe(self.comment, 0.2) or "", self.maybe(self.comment, 0.1) or ""
        comments = Comments(self.comments(), after, self.comments(), self.chance(0.3), closing)
        return {"comments": comments}

    def comment(self) -> str:
        return self.one(COMMENTS).rstrip()

    def comments(self) -> tuple[str, ...]:
        if self.chance(0.8):
            return ()
        return tuple(text for text in self.some(lambda: "" if self.chance(0.3) else self.comment(), 1, 4))

    # --- statements of a block ---

    def block(self, depth: int) -> Block:
        return Block(self.some(lambda: self.statement(depth - 1)) if depth else ())

    def statement(self, depth: int) -> Statement:
        draws = [self.rule, self.rule, self.drop, self.add, self.hole, self.rest, self.filter, self.include, self.match]
        return self.one([*draws, self.status, self.failure, self.fan, self.gather])(depth)

    def rule(self, depth: int) -> Rule:
        return Rule(
            self.rule_end(),
            self.arrow(),
            self.rule_end(),
            pipe=self.some(self.conversion, 0, 2),
            combine=self.maybe(self.name, 0.1),
            otherwise=self.maybe(self.any_policy, 0.2),
            where=self.maybe(self.tuple_end, 0.2),
            key=self.maybe(self.name, 0.1),
            keys=self.some(self.conversion, 1, 1) if self.chance(0.1) else (),
            cites=self.rows_cited(),
            block=self.maybe(lambda: self.block(depth), 0.2),
            **self.place(),
        )

    def drop(self, depth: int) -> Drop:
        origin = self.maybe(self.origin)
        return Drop(self.selected(), origin, self.rows_cited(), self.assumed(origin), **self.place())

    def add(self, depth: int) -> Add:
        origin = self.maybe(self.origin)
        always = origin is not None and self.chance()
        return Add(self.any_end(), origin, always, self.rows_cited(), self.assumed(origin), **self.place())

    def assumed(self, origin: End | LiteralArg | None) -> str | None:
        return self.maybe(self.text) if isinstance(origin, LiteralArg) else None

    def hole(self, depth: int) -> Hole:
        policy = self.policy("reject", "pass", "ask")
        side, cites, pipe = self.maybe(self.side), self.rows_cited(), self.some(self.conversion)
        return Hole(self.any_end(), self.text(), policy, side, cites, pipe, **self.place())

    def rest(self, depth: int) -> Rest:
        policy: Any = self.one(["keep", "drop", "error"])
        return Rest(policy, **self.place())

    def filter(self, depth: int) -> Filter:
        policy = self.policy("reject", "ignore", "residual")
        where = self.maybe(lambda: self.end(["", "", "$"])) if policy.kind == "residual" else None
        steps = self.some(self.conversion, 0, 2) if policy.kind == "residual" else ()
        return Filter(self.side(), self.any_end(), policy, self.rows_cited(), where, steps, **self.place())

    def include(self, depth: int) -> Include:
        return Include(self.name(), **self.place())

    def match(self, depth: int) -> Match:
        otherwise = self.one([lambda: None, lambda: self.policy("reject", "pass"), lambda: self.block(depth)])()
        word = self.one(["", "open", "closed"])
        return Match(self.some(lambda: self.case(depth), 0, 2), otherwise, word, **self.place())

    def case(self, depth: int) -> Case:
        return Case(self.guards(1), self.block(depth), **self.place())

    def status(self, depth: int) -> Status:
        old, new = self.random.randint(100, 599), self.random.randint(100, 599)
        return Status(old, self.arrow(), new, self.guards(), **self.place())

    def failure(self, depth: int) -> Failure:
        return Failure(self.guards(), self.block(depth), **self.place())

    def fan(self, depth: int) -> Fan:
        pipe = self.some(self.conversion, 0, 2)
        return Fan(self.any_end(), self.block(depth), pipe, self.maybe(self.name), self.rows_cited(), **self.place())

    def gather(self, depth: int) -> Gather:
        mode: Any = self.one(["each", "all", "any"])
        omit = self.some(lambda: self.random.randint(100, 599), 0, 2)
        head, key = (self.any_end(), mode, self.block(depth), self.chance(), omit), self.maybe(self.name)
        return Gather(*head, key, self.rows_cited(), **self.place())

    # --- parts of an endpoint ---

    def part(self, depth: int) -> Statement:
        draws = [
            self.route,
            self.auth_use,
            self.cites,
            self.opaque,
            self.messages,
            self.messages,
            self.failure,
            self.status,
        ]
        more = [self.paging, self.fields, self.example, self.given, self.filter, self.variant]
        return self.one([*draws, *more, self.replace, self.enrich, self.idempotency, self.scope])(depth)

    def route(self, depth: int) -> Route:
        if self.chance(0.3):
            params = self.some(lambda: Param(self.name(), self.chance()))
            return Route(self.side(), "rpc", self.one(CALLS), self.guards(), params, self.rows_cited(), **self.place())
        route = (self.side(), self.one(METHODS), self.one(ROUTES), self.guards())
        return Route(*route, cites=self.rows_cited(), **self.place())

    def auth_use(self, depth: int) -> AuthUse:
        return AuthUse(self.name(), **self.place())

    def cites(self, depth: int) -> Cites:
        return Cites(self.rows_cited(1), **self.place())

    def opaque(self, depth: int) -> Opaque:
        return Opaque(self.one(["request", "response"]), **self.place())

    def messages(self, depth: int) -> Statement:
        return self.one([Request, Query, Response])(self.block(2), **self.place())

    def variant(self, depth: int) -> Variant:
        parts = self.some(lambda: self.part(depth - 1)) if depth else ()
        return Variant(self.name(), parts, **self.place())

    def paging(self, depth: int) -> Paging:
        sides = self.some(self.paging_side, 0, 2)
        return Paging(sides, self.some(self.only, 0, 2), self.some(self.scan, 0, 2), **self.place())

    def paging_side(self) -> PagingSide:
        arguments = self.some(lambda: (self.name(), self.whole() if self.chance() else self.any_end()))
        return PagingSide(self.side(), self.name(), arguments, **self.place())

    def only(self) -> Only:
        return Only(self.guards(1), **self.place())

    def scan(self) -> Scan:
        return Scan(self.random.randint(1, 5000), self.one([None, "exact", "server", "absent"]), **self.place())

    def replace(self, depth: int) -> Replace:
        policy: Any = self.one(["loose", "reset", "read_modify_write"])
        source = self.maybe(self.name, 0.7)
        ends = (self.any_end(), self.single_end()) if source is not None and self.chance() else (None, None)
        return Replace(policy, source, *ends, self.some(self.default), **self.place())

    def single_end(self) -> End:
        return self.end(["", "", "$", *SIGILS], after_word=False)

    def default(self) -> Default:
        return Default(self.end(["", "", "$"]), self.cell(), **self.place())

    def enrich(self, depth: int) -> Enrich:
        item = self.maybe(lambda: (self.end(["", "$"]), self.single_end(), self.name())) or ()
        return Enrich(self.side(), self.name(), self.some(self.binding), *item, **self.place())

    def binding(self) -> Binding:
        return Binding(self.end(SIGILS), self.single_end(), **self.place())

    def scope(self, depth: int) -> Scope:
        return Scope(self.side(), self.some(self.text, 1, 3), **self.place())

    def idempotency(self, depth: int) -> Idempotency:
        return Idempotency(self.side(), self.end(SIGILS), **self.place())

    def fields(self, depth: int) -> Fields:
        part: Any = self.one(["request", "response", "query"])
        return Fields(self.side(), part, self.some(self.field), **self.place())

    def field(self) -> Field:
        of = self.end(["", "", "$"], after_word=False)
        return Field(of, self.chance(), self.maybe(self.name), **self.place())

    def example(self, depth: int) -> Example:
        return Example(self.text(), self.some(self.arm), self.maybe(self.side), **self.place())

    def arm(self) -> ExampleArm:
        kind = self.one(["request", "response", "lookups", "lost", "refused"])
        side = self.side() if kind in ("request", "response") else None
        return ExampleArm(kind, self.cell(3), side, **self.place())

    def given(self, depth: int) -> Given:
        return Given(self.some(self.given_arm), **self.place())

    def given_arm(self) -> ExampleArm:
        kind = self.one(["request", "response", "lookups"])
        side = None if kind == "lookups" else self.side()
        return ExampleArm(kind, {self.name(): self.cell(3)}, side, **self.place())

    # --- items of a file ---

    def file(self) -> File:
        end = self.comments() if self.with_comments else ()
        return File(self.one([None, 1]), self.some(self.item, 0, 4), end)

    def item(self) -> Statement:
        draws: list[Callable[[], Statement]] = [
            self.use,
            self.api,
            self.fact,
            self.values,
            self.lookup,
            self.credential,
            self.name_hole,
        ]
        more = [
            self.auth,
            self.shape,
            lambda: self.fields(0),
            self.examples,
            lambda: self.given(0),
        ]
        return self.one([*draws, *more, *[self.endpoint] * 5])()

    def examples(self) -> Examples:
        draws: list[Callable[[int], Example | Given]] = [self.example, self.example, self.given]
        return Examples(self.name(), self.some(lambda: self.one(draws)(0)), **self.place())

    def use(self) -> Use:
        return Use(self.text(), **self.place())

    def api(self) -> Api:
        return Api(self.name(), self.some(self.fact), **self.place())

    def fact(self) -> ApiFact:
        fact = self.one(["base", "title", "wire", "rpc"])
        values = {
            "base": (self.one(ROUTES),),
            "rpc": (self.one(ROUTES),),
            "title": (self.text(),),
            "wire": self.some(self.name, 1),
        }
        return ApiFact(self.side(), fact, values[fact], **self.place())

    def values(self) -> Enum | Table:
        otherwise = self.maybe(self.any_policy)
        if self.chance():
            return Table(self.name(), self.some(self.row), otherwise, **self.place())
        opened = self.chance()
        rule = self.maybe(self.conversion) if opened else None
        return Enum(self.name(), opened, self.some(self.row), otherwise, rule, **self.place())

    def row(self) -> Row:
        cells = self.some(self.cell, 1), self.some(self.cell, 1)
        return Row(cells[0], self.arrow(), cells[1], self.chance(0.2), **self.place())

    def lookup(self) -> Lookup:
        return Lookup(self.name(), self.name(), self.arrow(), self.name(), **self.place())

    def name_hole(self) -> NameHole:
        return NameHole(self.name(), self.text(), self.maybe(self.text), **self.place())

    def credential(self) -> Credential:
        return Credential(self.name(), self.chance(), **self.place())

    def auth(self) -> Auth:
        name = self.name()
        return Auth(name, self.one([name, self.name()]), self.some(self.carrier), **self.place())

    def carrier(self) -> Carrier:
        kind: Any = self.one(["bearer", "basic", "scheme", "end"])
        end = End(Ref(self.one(["@path", "@query", "@header"]), (self.name(),)))
        return Carrier(self.side(), kind, end if kind == "end" else None, self.text() if kind == "scheme" else "")

    def shape(self) -> Shape:
        return Shape(self.name(), self.block(3), **self.place())

    def endpoint(self) -> Endpoint:
        prefer: Any = self.one([(), ("old",), ("new",), ("old", "new")])
        return Endpoint(self.name(), self.some(lambda: self.part(2), 0, 4), prefer, **self.place())
