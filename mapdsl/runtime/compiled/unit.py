"""What a compiled endpoint is: data that says how its messages look, and the generated functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs

from mapdsl.errors import Problem, RuleRef
from mapdsl.records import Record

from .blocks import Blocks, as_blocks
from .choices import Choice

__all__ = [
    "ApiSide",
    "Auth",
    "Carrier",
    "CompiledFailure",
    "CompiledMapping",
    "CompiledUnit",
    "Enrich",
    "Fan",
    "FieldDecl",
    "Gather",
    "LookupDecl",
    "PagingSide",
    "Replace",
    "Residual",
    "Route",
    "no_function",
]


@attrs.frozen(repr=False)
class Carrier(Record):
    """Where a side carries its credential: kind bearer, basic, scheme, path, query or header; `name` for the last four.

    `others`: headers in which it may come instead. A text of one of those begins with its `tag` where it is looked up.
    """

    kind: str
    name: str = ""
    others: tuple[Carrier, ...] = ()

    @property
    def where(self) -> str:
        """Its place in a request, as reports spell it."""
        if self.kind in ("path", "query"):
            return f"{self.kind}.{self.name}"
        return f"headers.{self.name if self.kind == 'header' else 'Authorization'}"

    @property
    def header(self) -> str:
        """The header that carries it, in lower case; empty where none does."""
        return "" if self.kind in ("path", "query") else self.name.lower() if self.kind == "header" else "authorization"

    @property
    def headers(self) -> frozenset[str]:
        """All headers that may carry it, in lower case."""
        return frozenset(each.header for each in (self, *self.others) if each.header)

    @property
    def tag(self) -> str:
        """The scheme of an Authorization, or the name of another header."""
        return {"bearer": "Bearer", "basic": "Basic"}.get(self.kind, self.name)

    def by(self, tag: str) -> Carrier:
        """The carrier with that tag; this one where none has it."""
        return next((each for each in self.others if each.tag == tag), self)


@attrs.frozen(repr=False)
class Auth(Record):
    """One credential, moved between two carriers; None where a side carries none. `same`: one key serves both."""

    credential: str
    same: bool
    old: Carrier | None
    new: Carrier | None

    def side(self, side: str) -> Carrier | None:
        return self.old if side == "old" else self.new


@attrs.frozen(repr=False)
class PagingSide(Record):
    """How one side pages: scheme page, offset, cursor or none.

    `page`, `size`, `offset`, `limit`, `cursor` are member paths in the part of the request that `asks` names (query or
    body); `total`, `next` (the cursor of the page behind this one), `more` (whether there is one), `items` and each of
    `echo` (the name of the echoed argument, the path) member paths in the response body. `items` () is a root array.
    Pages without `size` have `default` items each; without both, as many as the server likes.
    """

    scheme: str
    page: tuple[str, ...] | None = None
    size: tuple[str, ...] | None = None
    offset: tuple[str, ...] | None = None
    limit: tuple[str, ...] | None = None
    cursor: tuple[str, ...] | None = None
    default: int | None = None
    max: int | None = None
    first: int = 1
    total: tuple[str, ...] | None = None
    next: tuple[str, ...] | None = None
    more: tuple[str, ...] | None = None
    echo: tuple[tuple[str, tuple[str, ...]], ...] = ()
    items: tuple[str, ...] = ()
    asks: str = "query"

    @property
    def unsized(self) -> bool:
        """Whether nobody says how many items a page has."""
        return self.scheme == "page" and self.size is None and self.default is None


@attrs.frozen(repr=False)
class ApiSide(Record):
    """What the api says of one side: `base` path, wire styles of its queries (repeated, brackets, csv, range), and
    `rpc`, the path below the base that takes JSON-RPC calls."""

    base: str = ""
    wire: tuple[str, ...] = ("repeated",)
    title: str = ""
    rpc: str = ""


@attrs.frozen(repr=False)
class LookupDecl(Record):
    """What the embedding program answers: a lookup with its two scalar domains, or a credential.

    `invertible` False: answered to new only. `same` (credentials): one key serves both APIs, nothing is asked.
    """

    name: str
    old: str
    new: str
    invertible: bool = True
    credential: bool = False
    same: bool = False
    file: str = ""
    line: int = 0


@attrs.frozen(repr=False)
class Route(Record):
    """`path` is a template with `{names}`. `holds(parts)` tells whether the guards of this side hold, None: no guards.

    `chosen(parts)` reads the message of the *other* side and tells whether this route is the one to write for it. Where
    no route of the written side is chosen, the unit does not take the message and the next candidate is tried.

    `params` makes it a route of JSON-RPC: the positional parameters of the method `path`, each with whether it may be
    left out. Its body is the object of the parameters. `wants`: places (root first) that its guards read in a message
    of its side, and those in one of the other side, with the values that they take; for the text of a refusal.
    """

    side: str
    method: str
    path: str
    holds: Callable[[Any], bool] | None = None
    chosen: Callable[[Any], bool] | None = None
    params: tuple[tuple[str, bool], ...] | None = None
    wants: tuple[tuple[tuple[tuple[str, ...], tuple[Any, ...]], ...], ...] = ((), ())


@attrs.frozen(repr=False)
class FieldDecl(Record):
    """A declared field: its path from the part on, with `[]` for items and `*` for members, its type (any: no word of
    it), whether the API demands it, and where it stands in the spec."""

    path: tuple[str, ...]
    type: str
    required: bool
    file: str
    line: int
    text: str


@attrs.frozen(eq=False, repr=False)
class CompiledMapping(Record):
    """The generated functions of one mapping.

    plain(body, answers=None, request=None, back=None) -> body; has `.keys(body)`; raises TranslationError
    full(parts, answers, asked, log) -> Parts
    keys(parts, asked) -> {lookup: {key: None}}
    blocks: where its blocks stand, and how the items of lists are known: residue reads it. Rows of (old, new) or (old,
        new, key) will do.
    filters: the rules with `else empty`, with the places that they write.
    choices: each `match`, with the tests of its cases on both messages. Residue reads it.
    writes_names: whether it writes names into one text that a lookup decides how to read.
    body_only: of a response, whether it reads and writes bodies and nothing else: then `plain` makes all of it.
    """

    plain: Callable[..., Any]
    full: Callable[..., Any]
    keys: Callable[..., dict[str, dict[Any, None]]]
    rules: tuple[RuleRef, ...]
    lookups: tuple[str, ...] = ()
    blocks: Blocks = attrs.field(default=Blocks(), converter=as_blocks)
    filters: tuple[tuple[int, tuple[str, ...]], ...] = ()
    choices: tuple[Choice, ...] = ()
    writes_names: bool = False
    body_only: bool = False


def no_function(body: Any, answers: Any = None, request: Any = None, back: Any = None) -> Any:
    """Stands where a mapping has no function on bodies: the items of a fan or gather are parts of one."""
    raise TypeError("this mapping runs on items")


@attrs.frozen(eq=False, repr=False)
class Fan(Record):
    """One old message is one new message for each item of the list at `path` (root first).

    `rule`: its number among those of the request; `key`: the member that identifies an item. Where the items are not a
    list as they stand, `splits` writes them to the item of its target, and `joins` reads them from the item of its
    source.
    """

    path: tuple[str, ...]
    rule: int
    key: str | None = None
    splits: CompiledMapping | None = None
    joins: CompiledMapping | None = None


@attrs.frozen(eq=False, repr=False)
class Residual(Record):
    """A parameter at `path` (root first) of `side`'s requests that the other side cannot express.

    It is applied to the items that come back, to the member at `where` of each, among the first `scan` items (None: as
    many as the paging says). `unless` these are all there: then the other side can express them together. `csv`: its
    text is several values, of which an item has one.
    """

    side: str
    path: tuple[str, ...]
    where: tuple[str, ...]
    scan: int | None = None
    unless: tuple[tuple[str, ...], ...] = ()
    csv: bool = False


@attrs.frozen(eq=False, repr=False)
class Replace(Record):
    """One side replaces a whole object, the other (`partial`) a part of it.

    `policy` (to the partial side): loose, reset or read_modify_write. `read` names the endpoint that reads the object,
    with its place in the reply of the old and of the new side. `fields`: rule, places of the whole side and of the
    partial side. `defaults`: what stands for a field that is left out, by its place on the partial side. `rest`: what
    becomes of members of the object that no rule names, as in a block.
    """

    policy: str
    partial: str
    read: str | None = None
    places: tuple[tuple[str, ...], tuple[str, ...]] = (("body",), ("body",))
    fields: tuple[tuple[int, tuple[tuple[str, ...], ...], tuple[tuple[str, ...], ...]], ...] = ()
    defaults: tuple[tuple[tuple[str, ...], Any], ...] = ()
    named: tuple[tuple[str, ...], ...] = ()  # every field of the whole side that a statement names
    maps: tuple[tuple[str, ...], ...] = ()  # places of the partial side whose members are keys, each its own
    rest: str = "keep"


@attrs.frozen(eq=False, repr=False)
class Enrich(Record):
    """A successful reply to `side` lacks what the other side can be asked for: endpoint `read` fills it.

    `values`: the path parameters of that read, each with a root (body of the reply, or the request: request.body,
    request.path, request.query) and member names. Others of the same name are those of the request.
    `key`: where it is read as a list, the member by which the item at `items` is found that fills the object at `into`
    (member names below the bodies of that side), or with `each` every item of the list there; empty: the whole body
    fills the whole.
    """

    side: str
    read: str
    values: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    line: int = 0
    into: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    key: str = ""
    each: bool = False


@attrs.frozen(eq=False, repr=False)
class Gather(Record):
    """The replies to the calls of a fan are the items of the list at `path` of one old reply.

    `mode` each: a failed call is an item as `failure` builds it. all: the first failure is the answer. any: the answer
    is a failure if every call failed. `stop`: one call at a time, and none behind one whose fate is unknown. `omit`:
    the statuses of calls that leave no item.
    """

    path: tuple[str, ...]
    rule: int
    mode: str
    key: str | None = None
    stop: bool = False
    omit: tuple[int, ...] = ()
    failure: CompiledFailure | None = None


@attrs.frozen(repr=False)
class StatusRow(Record):
    """A success code of each side; `old_holds(parts)` and `new_holds(parts)` say whether the row is about a reply."""

    old: int
    arrow: str
    new: int
    old_holds: Callable[[Any], bool] | None = None
    new_holds: Callable[[Any], bool] | None = None

    @property
    def guarded(self) -> bool:
        return self.old_holds is not None or self.new_holds is not None

    def holds(self, old: Any, new: Any) -> bool:
        """Whether it is about the replies with these parts; a guard on a reply that is not there does not hold."""
        return all(
            guard is None or (parts is not None and guard(parts))
            for guard, parts in ((self.old_holds, old), (self.new_holds, new))
        )


@attrs.frozen(eq=False, repr=False)
class CompiledFailure(Record):
    """`old_fails(parts)` and `new_fails(parts)` read a response of that side, besides status >= 400."""

    to_new: CompiledMapping
    to_old: CompiledMapping
    old_fails: Callable[[Any], bool] | None = None
    new_fails: Callable[[Any], bool] | None = None


@attrs.frozen(eq=False, repr=False)
class CompiledUnit(Record):
    """One endpoint, or one variant of it, ready to run.

    `exact` makes the twin whose conversions keep numbers digit for digit (a Decimal wherever there is a fraction);
    None where no conversion makes numbers. It is called at most once, when somebody translates bytes.
    `bodiless` are the sides whose requests have no body: no rule names any of it, and the other side calls by RPC, or
    they are GET or HEAD.
    """

    endpoint: str
    variant: str | None
    file: str
    line: int
    old: tuple[Route, ...]
    new: tuple[Route, ...]
    request_to_new: CompiledMapping
    request_to_old: CompiledMapping
    response_to_new: CompiledMapping
    response_to_old: CompiledMapping
    auth: Auth | None = None
    paging: tuple[PagingSide, PagingSide] | None = None
    statuses: tuple[StatusRow, ...] = ()
    failure: CompiledFailure | None = None
    prefer: tuple[str, ...] = ()
    exact: Callable[[], CompiledUnit] | None = None
    bodiless: tuple[str, ...] = ()
    fields: tuple[tuple[str, str, tuple[FieldDecl, ...]], ...] = ()
    opaque: tuple[str, ...] = ()  # the parts whose bodies pass as bytes
    data: tuple[str, ...] = ()  # the sides whose requests are bytes that a lookup knows
    fan: Fan | None = None
    gather: Gather | None = None
    scan: int = 10_000  # how many items a list may have that is collected whole
    totals: str = "exact"  # what a total says of a list that is shown in part: exact, server or absent
    only_old: Callable[[Any], bool] | None = None  # which items of an old list are for a new client
    only_new: Callable[[Any], bool] | None = None
    residuals: tuple[Residual, ...] = ()
    replace: Replace | None = None
    enrich: tuple[Enrich, ...] = ()
    keyed: tuple[tuple[str, str], ...] = ()  # side, and the header (lower case) that makes sending again harmless
    scopes: tuple[tuple[str, str], ...] = ()  # side, and a permission that its credential needs
    # Side, part (query or body) and name of what carries a credential elsewhere, and has no meaning there.
    misplaced: tuple[tuple[str, str, str], ...] = ()
    # Part (request, response, failure, or item: a failed call of a gather), side, and a place that a statement names
    # there: root first, with "[]" for items and "*" for keys, and "**" at the end where all below is meant; a header as
    # the spec spells it. ("selected", name): one that a selection may mean, wherever it stands.
    spoken: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    # Fields that no document names: the hole, what the field is called (None: nobody says), the question.
    assumed: tuple[tuple[str, str | None, str], ...] = ()
    # Where those stand whose name is a guess of the spec: the hole, its question, part, side, and the place.
    guessed: tuple[tuple[str, str, str, str, tuple[str, ...]], ...] = ()

    def nameless(self) -> tuple[Problem, ...]:
        """What is wrong with any message while nobody says what fields are called."""
        return tuple(
            Problem("$", f"a name for a field: {question} (say it with load(..., holes={{{hole!r}: ...}}))", "none")
            for hole, field, question in self.assumed
            if field is None
        )

    def declared(self, part: str, side: str) -> tuple[FieldDecl, ...]:
        """The declared fields of a part (request, response) on a side."""
        return tuple(each for p, s, fields in self.fields if (p, s) == (part, side) for each in fields)

    def ways(self, part: str, to: str) -> CompiledMapping:
        found: CompiledMapping = getattr(self, f"{part}_to_{to}")
        return found

    def key_header(self, side: str) -> str | None:
        """The header of that side's requests with which one that is sent again has no second effect."""
        return next((name for each, name in self.keyed if each == side), None)

    def only(self, server: str) -> Callable[[Any], bool] | None:
        return self.only_old if server == "old" else self.only_new

    def routes(self, side: str) -> tuple[Route, ...]:
        return self.old if side == "old" else self.new
