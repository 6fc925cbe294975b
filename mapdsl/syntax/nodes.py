"""The syntax tree of a `.map` text: frozen nodes; each keeps its span, statements keep their comments.

Two trees are equal if they mean the same text: spans and comments do not count.
"""

from __future__ import annotations

from decimal import Decimal
from enum import Enum as PyEnum
from typing import Literal as Choice

import attrs

from mapdsl.diagnostics import NOWHERE, Span
from mapdsl.paths import Ref

__all__ = [
    "ABSENT",
    "Absent",
    "Add",
    "Api",
    "ApiFact",
    "Arrow",
    "Auth",
    "AuthUse",
    "Binding",
    "Block",
    "Carrier",
    "Case",
    "Cites",
    "Comments",
    "Conversion",
    "Credential",
    "Default",
    "Drop",
    "End",
    "Endpoint",
    "Enrich",
    "Enum",
    "Example",
    "ExampleArm",
    "Examples",
    "Failure",
    "Fan",
    "Field",
    "Fields",
    "File",
    "Filter",
    "Gather",
    "Given",
    "Guard",
    "Hole",
    "Idempotency",
    "Include",
    "Item",
    "Json",
    "LiteralArg",
    "Lookup",
    "Match",
    "NameHole",
    "Node",
    "Only",
    "Opaque",
    "Paging",
    "PagingSide",
    "Param",
    "Part",
    "Policy",
    "Query",
    "Replace",
    "Request",
    "Response",
    "Rest",
    "Route",
    "Row",
    "Rule",
    "Scan",
    "Scope",
    "Selection",
    "Shape",
    "Side",
    "Statement",
    "Status",
    "Table",
    "Test",
    "TupleEnd",
    "Use",
    "Variant",
]

Side = Choice["old", "new"]
Arrow = Choice["<->", "->", "<-"]


class Absent(PyEnum):
    """The literal `absent` in guards and table cells."""

    ABSENT = "absent"

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = Absent.ABSENT
Json = None | bool | int | Decimal | str | list["Json"] | dict[str, "Json"] | Absent


@attrs.frozen
class Comments:
    """Comments that belong to a statement, texts with their `#`; `blank` says an empty line stood before it.

    Among `before` and `inside_end` an empty text stands for an empty line.
    """

    before: tuple[str, ...] = ()
    after: str = ""  # behind it, if it takes one line; else behind its first line
    inside_end: tuple[str, ...] = ()  # between the last statement of its block and the closing brace
    blank: bool = False
    closing: str = ""  # behind the last of its lines, if it takes several


@attrs.frozen(kw_only=True)
class Node:
    span: Span = attrs.field(default=NOWHERE, eq=False, repr=False)


@attrs.frozen(kw_only=True)
class Statement(Node):
    comments: Comments = attrs.field(default=Comments(), eq=False, repr=False)


# --- ends, conversions, guards -------------------------------------------------------------------------------------


@attrs.frozen
class End(Node):
    """One end of a rule: a path under a root."""

    ref: Ref


@attrs.frozen
class TupleEnd(Node):
    """A joint end: `(type, subtype)`."""

    ends: tuple[End, ...]


@attrs.frozen
class Selection(Node):
    """`select("$..secret")`: full JSONPath, kept as text."""

    text: str


@attrs.frozen
class Conversion(Node):
    """A step of a pipe, `name` or `name(args)`. An argument is a JSON literal or another step.

    A bare name as argument is a step without arguments: what it names is settled by analysis.
    """

    name: str
    args: tuple[Conversion | LiteralArg, ...] = ()


@attrs.frozen
class LiteralArg(Node):
    value: Json


@attrs.frozen
class Test(Node):
    """What a guard asks: kind `is`, `not`, `one_of`, `present` or `absent`; `values` as the kind needs."""

    kind: Choice["is", "not", "one_of", "present", "absent"]
    values: tuple[Json, ...] = ()


@attrs.frozen
class Guard(Node):
    """`SIDE PATH is TEST`; `of` may also be a selection."""

    side: Side
    of: End | Selection
    test: Test


@attrs.frozen
class Policy(Node):
    """What to do where something does not fit: `reject "text"`, `pass`, `ask`, `ignore`, `empty`, `absent`,
    `use LITERAL`, `residual 1000`. `value` is the text, the literal or the number."""

    kind: str
    value: Json = None


# --- statements of a block -----------------------------------------------------------------------------------------


@attrs.frozen
class Block(Node):
    statements: tuple[Statement, ...] = ()


@attrs.frozen
class Rule(Statement):
    """`OLD arrow NEW : pipe options { block }`."""

    old: End | TupleEnd
    arrow: Arrow
    new: End | TupleEnd
    pipe: tuple[Conversion, ...] = ()
    combine: str | None = None
    otherwise: Policy | None = None  # `else POLICY`: what a missed lookup does
    key: str | None = None  # `key NAME`: how items of the list are recognised
    keys: tuple[Conversion, ...] = ()  # `keys PIPE`: how the keys of a `*` object are converted
    where: TupleEnd | None = (
        None  # `else residual where (A, B)`: the members of an item that a part of a tuple asks for
    )
    cites: tuple[str, ...] = ()
    block: Block | None = None


@attrs.frozen
class Drop(Statement):
    """`drop END`, `drop END = ORIGIN`, `drop select("...")`; ORIGIN is a literal or an `@` end.

    `assumed`: why a literal is a guess.
    """

    of: End | Selection
    origin: End | LiteralArg | None = None
    cites: tuple[str, ...] = ()
    assumed: str | None = None


@attrs.frozen
class Add(Statement):
    """`add END`, `add END = ORIGIN`, with `always` where the target is a partial update."""

    of: End
    origin: End | LiteralArg | None = None
    always: bool = False
    cites: tuple[str, ...] = ()
    assumed: str | None = None


@attrs.frozen
class Hole(Statement):
    """`hole PATH "what the guide leaves open" POLICY`. The path stands on both sides unless `side` says which.

    `pipe`: what is known of it all the same, where it passes.
    """

    of: End
    question: str
    policy: Policy
    side: Side | None = None
    cites: tuple[str, ...] = ()
    pipe: tuple[Conversion, ...] = ()


@attrs.frozen
class Rest(Statement):
    policy: Choice["keep", "drop", "error"]


@attrs.frozen
class Filter(Statement):
    """`filter END POLICY`: a parameter of `side` that the other side cannot express.

    `filter END residual 1000 where PATH` names the field of an item that the filter asks for; with `: csv` its text is
    several values.
    """

    side: Side
    of: End
    policy: Policy
    cites: tuple[str, ...] = ()
    where: End | None = None
    pipe: tuple[Conversion, ...] = ()


@attrs.frozen
class Include(Statement):
    name: str


@attrs.frozen
class Case(Statement):
    guards: tuple[Guard, ...]
    block: Block


@attrs.frozen
class Match(Statement):
    """`match { case ... { } else ... }`; `otherwise` is a block, a policy (`reject`, `pass`) or None.

    `word`: `open` or `closed`, where the text says which; else empty.
    """

    cases: tuple[Case, ...]
    otherwise: Block | Policy | None = None
    word: str = ""


@attrs.frozen
class Status(Statement):
    """`status 204 <-> 200`, `status 200 <-> 201 when GUARDS`."""

    old: int
    arrow: Arrow
    new: int
    guards: tuple[Guard, ...] = ()


@attrs.frozen
class Failure(Statement):
    """`failure { ... }` or `failure when GUARDS { ... }`, in an endpoint or in a response block."""

    guards: tuple[Guard, ...]
    block: Block


@attrs.frozen
class Fan(Statement):
    """`fan END : PIPE key NAME { block }`: one request for each item of a list."""

    of: End
    block: Block
    pipe: tuple[Conversion, ...] = ()
    key: str | None = None
    cites: tuple[str, ...] = ()


@attrs.frozen
class Gather(Statement):
    """`gather END MODE { block }`: the replies to a fan as one, with `stop on ambiguous`, `omit 404`, `key NAME`."""

    of: End
    mode: Choice["each", "all", "any"]
    block: Block
    stop: bool = False
    omit: tuple[int, ...] = ()
    key: str | None = None
    cites: tuple[str, ...] = ()


# --- parts of an endpoint ------------------------------------------------------------------------------------------


@attrs.frozen
class Param(Node):
    """A positional parameter of an RPC method: `options?`."""

    name: str
    optional: bool = False


@attrs.frozen
class Route(Statement):
    """`old POST /api/v1/{api_key}/sendsms when GUARDS`; `path` is the template as written.

    `old rpc sms.send(from, to, options?)` has the method `rpc`, the name of the RPC method as its path, and `params`,
    which are None for a route of HTTP.
    """

    side: Side
    method: str
    path: str
    guards: tuple[Guard, ...] = ()
    params: tuple[Param, ...] | None = None
    cites: tuple[str, ...] = ()

    @property
    def is_rpc(self) -> bool:
        return self.params is not None


@attrs.frozen
class AuthUse(Statement):
    name: str


@attrs.frozen
class Cites(Statement):
    rows: tuple[str, ...]


@attrs.frozen
class Request(Statement):
    block: Block


@attrs.frozen
class Opaque(Statement):
    """`request bytes`, `response bytes`: the body is no JSON and passes as it is."""

    part: Choice["request", "response"]


@attrs.frozen
class Query(Statement):
    """A request block whose bare paths stand under `@query`."""

    block: Block


@attrs.frozen
class Response(Statement):
    block: Block


@attrs.frozen
class PagingSide(Statement):
    """`new offset offset=@query.offset limit=@query.limit default=100 max=100 total=metadata.total items=users`.

    `scheme` is page, offset, cursor or none; arguments by name, in the order written: an end or an integer.
    """

    side: Side
    scheme: str
    arguments: tuple[tuple[str, End | int], ...]


@attrs.frozen
class Only(Statement):
    """`only new type is "message"`: the items of a list that the other side has as well."""

    guards: tuple[Guard, ...]


@attrs.frozen
class Scan(Statement):
    """`scan 1000 exact`: how many items are read at most; `total` is exact, server, absent or not said."""

    bound: int
    total: str | None = None


@attrs.frozen
class Paging(Statement):
    sides: tuple[PagingSide, ...]
    only: tuple[Only, ...] = ()
    scan: tuple[Scan, ...] = ()


@attrs.frozen
class Field(Statement):
    """One declared field: `body?: string`, `recipients[].to: string`."""

    of: End
    optional: bool
    type: str | None


@attrs.frozen
class Fields(Statement):
    side: Side
    part: Choice["request", "response", "query"]
    fields: tuple[Field, ...]


@attrs.frozen
class ExampleArm(Statement):
    """`old request {...}`, `new response {...}`, `lookups {...}`, `lost [...]`, `refused "text"`.

    `kind` is `request`, `response`, `lookups`, `lost` or `refused`; `side` only for messages.
    """

    kind: str
    value: Json
    side: Side | None = None


@attrs.frozen
class Example(Statement):
    """`example "name" { ... }`, both ways, or `example "name" to new { ... }` / `to old`."""

    name: str
    arms: tuple[ExampleArm, ...]
    to: Side | None = None


@attrs.frozen
class Given(Statement):
    """`given { ... }`: messages and lookups that the examples of its file, endpoint or `examples for` share."""

    arms: tuple[ExampleArm, ...]


@attrs.frozen
class Examples(Statement):
    """`examples for NAME { ... }`: examples of an endpoint that stands elsewhere, and what they are given."""

    name: str
    parts: tuple[Example | Given, ...]


@attrs.frozen
class Default(Statement):
    """`PATH = LITERAL` in a `replace`: what a field is reset to."""

    of: End
    value: Json


@attrs.frozen
class Replace(Statement):
    """`replace POLICY from ENDPOINT OLD <-> NEW { defaults }`: a whole object where the other side takes a part."""

    policy: Choice["loose", "reset", "read_modify_write"]
    source: str | None = None  # `from NAME`: the endpoint that reads the object
    old: End | None = None
    new: End | None = None
    defaults: tuple[Default, ...] = ()


@attrs.frozen
class Binding(Statement):
    """`@path.NAME = END` in an `enrich`."""

    of: End
    value: End


@attrs.frozen
class Enrich(Statement):
    """`enrich SIDE from ENDPOINT { bindings }`: fields that a reply lacks, read by another call.

    `into <- items key NAME`: the object at `into` is filled with the item that has the same member NAME.
    """

    side: Side
    source: str
    bindings: tuple[Binding, ...] = ()
    into: End | None = None
    items: End | None = None
    key: str | None = None


@attrs.frozen
class Idempotency(Statement):
    """`idempotency new @header.Idempotency-Key`: where a side takes the key of a request."""

    side: Side
    of: End


@attrs.frozen
class Scope(Statement):
    """`scope new "users.read"`: the permissions that a side's credential needs."""

    side: Side
    names: tuple[str, ...]


@attrs.frozen
class Variant(Statement):
    name: str
    parts: tuple[Statement, ...]


# --- items of a file -----------------------------------------------------------------------------------------------


# What a `use` line stands for where its file lies out of bounds; no file has this name.
OUTSIDE = "\0"


@attrs.frozen
class Use(Statement):
    path: str


@attrs.frozen
class ApiFact(Statement):
    """`new base /v2.0`, `old wire repeated`, `old title "v1 to v3"`, `old rpc /json-rpc/`; stands in an `api` block
    or alone."""

    side: Side
    fact: str  # base, wire, title, rpc
    values: tuple[str, ...]


@attrs.frozen
class Api(Statement):
    name: str
    facts: tuple[ApiFact, ...]


@attrs.frozen
class Row(Statement):
    """`canonical CELLS arrow CELLS`; cells are JSON literals or ABSENT, in tuples of one or more."""

    old: tuple[Json, ...]
    arrow: Arrow
    new: tuple[Json, ...]
    canonical: bool = False


@attrs.frozen
class Enum(Statement):
    """A value table. `open` passes unlisted values, as `rule` spells them; tuples of several cells serve joint ends."""

    name: str
    open: bool
    rows: tuple[Row, ...]
    otherwise: Policy | None = None
    rule: Conversion | None = None


@attrs.frozen
class Table(Statement):
    """A joint table, presence included."""

    name: str
    rows: tuple[Row, ...]
    otherwise: Policy | None = None


@attrs.frozen
class Lookup(Statement):
    """`lookup NAME : OLD <-> NEW` with scalar domains; `->` has no inverse."""

    name: str
    old: str
    arrow: Arrow
    new: str


@attrs.frozen
class Credential(Statement):
    """`credential NAME`, or `credential NAME same` where one key serves both APIs."""

    name: str
    same: bool = False


@attrs.frozen
class NameHole(Statement):
    """`hole NAME "question" assume "field"`: in the paths of specs the name stands for a field that no document names.

    `assumed`: what it is taken to be called until the embedding program says otherwise; None refuses what needs it.
    """

    name: str
    question: str
    assumed: str | None = None


@attrs.frozen
class Carrier(Node):
    """Where a side carries the credential: `bearer`, `basic`, `scheme "Api-Key"`, or an end (`@path.api_key`,
    `@query.key`, `@header.X-Key`)."""

    side: Side
    kind: Choice["bearer", "basic", "scheme", "end"]
    end: End | None = None
    scheme: str = ""


@attrs.frozen
class Auth(Statement):
    """`auth NAME credential CREDENTIAL { old CARRIER; new CARRIER }`; without one, the credential has the
    auth's name."""

    name: str
    credential: str
    carriers: tuple[Carrier, ...]


@attrs.frozen
class Shape(Statement):
    name: str
    block: Block


@attrs.frozen
class Endpoint(Statement):
    """`prefer endpoint NAME { parts }`; `prefer` names the sides on which it wins over look-alikes."""

    name: str
    parts: tuple[Statement, ...]
    prefer: tuple[Side, ...] = ()


Part = (
    Route
    | AuthUse
    | Cites
    | Opaque
    | Request
    | Query
    | Response
    | Failure
    | Status
    | Paging
    | Fields
    | Example
    | Given
    | Variant
    | Filter
    | Replace
    | Enrich
    | Idempotency
    | Scope
)
Item = (
    Use
    | Api
    | ApiFact
    | Enum
    | Table
    | Lookup
    | Credential
    | NameHole
    | Auth
    | Shape
    | Fields
    | Endpoint
    | Examples
    | Given
)


@attrs.frozen
class File(Node):
    """A whole text. `version` is the number of its `mapdsl 1` line, or None where it has none."""

    version: int | None
    items: tuple[Statement, ...]
    comments_end: tuple[str, ...] = attrs.field(default=(), eq=False, repr=False)
