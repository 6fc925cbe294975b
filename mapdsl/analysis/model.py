"""What analysis hands on: names resolved, shapes included, lists and `*` objects made explicit.

In the normal form an end is a Spot: a root and plain member names. Wherever ends cross `[]` or `*`, the rules stand
inside an Each for that list or object, and their spots are relative to its item:

    a[].b <-> c[].d : upper            Each list a, c { b <-> d : upper }
    a[].e <-> c[].f                    ... joined into the same Each, because both lists are the same
    days[] <-> weekdays[] : weekday    Each list days, weekdays { "" <-> "" : weekday }   ("" is the item itself)
    r.*[] <-> f.*[] keys k { u <-> v }  Each map r, f keys k { Each list "", "" { u <-> v } }
    o <-> p { x <-> y }                Each object o, p { x <-> y }
    l <-> i : singleton { x <-> y }    Each one l, i { x <-> y }
    drop a[].x; add c[].y              stand inside the Each whose old (new) list is `a` (`c`)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeVar

import attrs

from mapdsl import syntax
from mapdsl.diagnostics import Source

__all__ = [
    "EndpointModel",
    "Model",
    "NBlock",
    "NCase",
    "NDrop",
    "NEach",
    "NFan",
    "NFilter",
    "NGather",
    "NGuard",
    "NHole",
    "NMatch",
    "NRule",
    "NStatement",
    "Scope",
    "Spot",
    "VariantModel",
]

T = TypeVar("T")


@attrs.frozen
class Spot:
    """A root and member names. Roots: "" (the block's own: the body, the query in a query block, an item in an Each),
    body, path, query, header, status, up, request.body, request.path, request.query."""

    root: str
    names: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class _Part:
    node: Any = attrs.field(eq=False, repr=False)  # the syntax node, for spans, texts and cites


@attrs.frozen
class NRule(_Part):
    """Ends in tuples of one or more. `pipe` as written (read from old to new)."""

    old: tuple[Spot, ...]
    arrow: str
    new: tuple[Spot, ...]
    pipe: tuple[syntax.Conversion, ...] = ()
    combine: str | None = None
    otherwise: syntax.Policy | None = None


@attrs.frozen
class NEach(_Part):
    """`one`: a list of exactly one item on the old side, the item itself on the new side."""

    kind: Literal["object", "list", "map", "one"]
    old: Spot
    arrow: str
    new: Spot
    body: NBlock
    key: str | None = None
    keys: tuple[syntax.Conversion, ...] = ()


@attrs.frozen
class NGuard(_Part):
    """`of` is a Spot, or the text of a selection."""

    side: str
    of: Spot | str
    test: syntax.Test

    @property
    def reads_request(self) -> bool:
        """Whether it asks what that side's client sent: that holds on whichever way the reply goes."""
        return isinstance(self.of, Spot) and self.of.root.startswith("request.")


@attrs.frozen
class NCase(_Part):
    """`rest`: the policy that the case says itself, for the block around while it is taken; else empty."""

    guards: tuple[NGuard, ...]
    body: NBlock
    rest: str = ""


@attrs.frozen
class NMatch(_Part):
    """`open`: only the case that is taken speaks for names. `rest`: as that of a case, of the `else`."""

    cases: tuple[NCase, ...]
    otherwise: NBlock | syntax.Policy | None
    open: bool = False
    rest: str = ""


@attrs.frozen
class NDrop(_Part):
    """`drop` (side old) or `add` (side new). `of` is a Spot or the text of a selection; `origin` what the way home
    writes: a LiteralArg, a Spot (an `@` end, read on the same side), or None."""

    side: str
    of: Spot | str
    origin: syntax.LiteralArg | Spot | None = None
    always: bool = False


@attrs.frozen
class NHole(_Part):
    """`sides`: where the field stands, ("old", "new") unless the author said which."""

    of: Spot
    sides: tuple[str, ...]
    question: str
    policy: syntax.Policy


@attrs.frozen
class NFilter(_Part):
    side: str
    of: Spot
    policy: syntax.Policy


@attrs.frozen
class NFan(_Part):
    """One old request is a new one for each item of the list at `of`; bare old ends of `body` stand on the item.

    `pipe`: what makes a list of it, where it is none as it stands.
    """

    of: Spot
    body: NBlock
    pipe: tuple[syntax.Conversion, ...] = ()
    key: str | None = None


@attrs.frozen
class NGather(_Part):
    """The replies to a fan are the items of the list at `of` of one old reply; bare old ends of `body` and of `failure`
    stand on the item."""

    of: Spot
    body: NBlock
    failure: tuple[tuple[NGuard, ...], NBlock] | None = None


NStatement = NRule | NEach | NMatch | NDrop | NHole | NFilter


@attrs.frozen
class NBlock:
    """`rest` is the policy in force (inherited ones filled in). One block may stand in several Eaches: passes know it
    by its identity, and `told` keeps what was worked out of it."""

    statements: tuple[NStatement, ...] = ()
    rest: str = "keep"
    told: dict[object, Any] = attrs.field(factory=dict, init=False, eq=False, repr=False)


@attrs.frozen
class Scope:
    """The names that a file sees: its own and those of the files it uses."""

    enums: Mapping[str, syntax.Enum]
    tables: Mapping[str, syntax.Table]
    lookups: Mapping[str, syntax.Lookup]
    credentials: Mapping[str, syntax.Credential]
    auths: Mapping[str, syntax.Auth]
    shapes: Mapping[str, syntax.Shape]
    _made: dict[tuple[int, str], Any] = attrs.field(factory=dict, init=False, eq=False, repr=False)

    def once(self, declared: syntax.Statement, make: Callable[[Any], T]) -> T:
        """What `make` makes of a declaration of this scope: made at its first use, whoever uses it after that."""
        key = (id(declared), make.__qualname__)
        if key not in self._made:
            self._made[key] = make(declared)
        made: T = self._made[key]
        return made


@attrs.frozen
class VariantModel:
    """One endpoint or one of its variants, the common parts filled in. Blocks are in normal form; the root "" of
    `request` and `response` is the body, that of `query` the query; `query` and `filters` belong to the request."""

    name: str | None
    old: tuple[syntax.Route, ...]
    new: tuple[syntax.Route, ...]
    route_guards: Mapping[int, tuple[NGuard, ...]]  # by id() of the route node
    request: NBlock
    query: NBlock
    response: NBlock
    auth: syntax.Auth | None = None
    paging: syntax.Paging | None = None
    statuses: tuple[syntax.Status, ...] = ()
    status_guards: Mapping[int, tuple[NGuard, ...]] = attrs.field(factory=dict)  # by id() of the status node
    failure: tuple[tuple[NGuard, ...], NBlock] | None = None
    fields: tuple[syntax.Fields, ...] = ()
    opaque: tuple[syntax.Opaque, ...] = ()
    fan: NFan | None = None
    gather: NGather | None = None
    replace: syntax.Replace | None = None
    enrich: tuple[syntax.Enrich, ...] = ()
    idempotency: tuple[syntax.Idempotency, ...] = ()
    scopes: tuple[syntax.Scope, ...] = ()
    only: tuple[NGuard, ...] = ()
    gathered: dict[str, Any] = attrs.field(factory=dict, init=False, eq=False, repr=False)  # of mentions.py


@attrs.frozen
class EndpointModel:
    name: str
    node: syntax.Endpoint
    scope: Scope
    variants: tuple[VariantModel, ...]
    examples: tuple[syntax.Example, ...] = ()
    cites: tuple[str, ...] = ()


@attrs.frozen
class Model:
    """Everything in a folder or a file, in the order of the files.

    `facts`: what `api` lines say, (side, fact) -> values.
    """

    sources: Mapping[str, Source]
    endpoints: tuple[EndpointModel, ...]
    lookups: tuple[syntax.Lookup, ...]
    credentials: tuple[syntax.Credential, ...]
    facts: Mapping[tuple[str, str], tuple[str, ...]]
