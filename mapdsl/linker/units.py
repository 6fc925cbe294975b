"""Units that the runtime runs: their routes at once, everything else when somebody asks for it.

Most programs use a few endpoints of an API. What a unit declares and does stays plain data and code until then.
"""

from __future__ import annotations

import linecache
import marshal
from collections.abc import Callable, Mapping
from decimal import Decimal
from threading import RLock
from types import CodeType
from typing import Any

import attrs

from mapdsl.errors import RuleRef
from mapdsl.paths import Pick, Selector, Test
from mapdsl.records import Record
from mapdsl.runtime import (
    HELPERS,
    ApiSide,
    Auth,
    Block,
    Blocks,
    Carrier,
    Check,
    Choice,
    CompiledFailure,
    CompiledMapping,
    CompiledUnit,
    Enrich,
    Fan,
    FieldDecl,
    Gather,
    LookupDecl,
    PagingSide,
    Parts,
    Replace,
    Residual,
    Route,
    StatusRow,
    no_function,
    register_lines,
)

from .data import Thawing, thaw
from .listing import rules_by_line, unpack
from .pausing import without_collecting
from .steps import Step, Table, function_of

__all__ = ["BUILTINS", "CLASSES", "NO_FUNCTION", "Head", "Linked", "Pieces", "dump", "undump"]

CLASSES = (
    *(
        Auth,
        Block,
        Blocks,
        Carrier,
        Check,
        Choice,
        CompiledUnit,
        CompiledFailure,
        ApiSide,
        Enrich,
        Fan,
        FieldDecl,
        Gather,
    ),
    *(
        LookupDecl,
        PagingSide,
        Pick,
        Replace,
        Residual,
        Route,
        RuleRef,
        Selector,
        StatusRow,
        Step,
        Table,
        Test,
        CompiledMapping,
    ),
)
BUILTINS = {
    "frozenset": frozenset,
    "enumerate": enumerate,
    "type": type,
    "len": len,
    "dict": dict,
    "list": list,
    "str": str,
    "KeyError": KeyError,
    "TypeError": TypeError,
}
NO_FUNCTION = "no function"  # no name of Python: what stands for a function that a mapping does not have
_FIELDS = tuple(field.name for field in attrs.fields(CompiledUnit) if field.name != "exact")
_LOCK = RLock()  # one unit at a time is linked; afterwards nobody takes it


@attrs.frozen(eq=False, repr=False)
class Head(Record):
    """What is known of a unit before it is linked. `routes`: those of the old and of the new side, frozen."""

    endpoint: str
    variant: str | None
    file: str
    line: int
    prefer: tuple[str, ...]
    routes: tuple[Any, ...]


@attrs.frozen(eq=False, repr=False)
class Pieces(Record):
    """A unit as it is kept. `code`: what is run in this order.

    `listing`: the text of the code and the rules behind it, as listing.py packs them. `declared`, each frozen: by the
    names that the code has for them the conversions (Step, side, use), the selectors and the rules; and the unit.
    `bodies`: the functions on bodies, each of which gets `.keys`.
    """

    filename: str
    code: tuple[CodeType, ...]
    listing: bytes
    declared: tuple[Any, ...]
    bodies: tuple[str, ...]


def dump(pieces: Pieces) -> bytes:
    """The pieces as bytes. The same pieces give bytes that mean the same, not always the same bytes."""
    return marshal.dumps((pieces.filename, pieces.code, pieces.listing, pieces.declared, pieces.bodies))


def undump(data: bytes) -> Pieces:
    """What `dump` wrote. For bytes that are proved to come from there: marshal itself checks nothing."""
    return Pieces(*marshal.loads(data))


class Linked(CompiledUnit):
    """A compiled unit that fetches its pieces when more is asked than its head tells. Safe between threads."""

    __slots__ = ("_exact", "_fetch", "_head", "_space")

    _exact: bool
    _fetch: Callable[[], Pieces] | None
    _head: Head
    _space: Mapping[str, Any]

    def __init__(self, head: Head, fetch: Callable[[], Pieces], exact: bool = False) -> None:
        old, new = thaw(head.routes, CLASSES, _Unlinked(self))
        values = {
            "endpoint": head.endpoint,
            "variant": head.variant,
            "file": head.file,
            "line": head.line,
            "prefer": head.prefer,
            "old": old,
            "new": new,
            "exact": None if exact else lambda: Linked(head, fetch, exact=True),
            "_exact": exact,
            "_fetch": fetch,
            "_head": head,
        }
        for name, value in values.items():
            object.__setattr__(self, name, value)

    def __getattr__(self, name: str) -> Any:
        """Called for what does not stand there yet: link the unit, and look again."""
        if name not in _FIELDS and name != "_space":
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        self._link()
        return object.__getattribute__(self, name)

    def function(self, name: str) -> Callable[..., Any]:
        """A generated function by its name."""
        found: Callable[..., Any] = self._space[name]
        return found

    def _link(self) -> None:
        with _LOCK, without_collecting():
            if self._fetch is None:
                return
            pieces = self._fetch()
            reading, space = _namespace(pieces, self._exact)
            unit = reading.thaw(pieces.declared[3])
            object.__setattr__(self, "_space", space)
            for name in _FIELDS:
                object.__setattr__(self, name, getattr(unit, name))
            object.__setattr__(self, "_fetch", None)


class _Unlinked(dict[str, Callable[..., Any]]):
    """Names of a unit's functions, for its routes before it is linked: what is called links it."""

    def __init__(self, unit: Linked) -> None:
        super().__init__()
        self._unit = unit

    def __missing__(self, name: str) -> Callable[..., Any]:
        unit = self._unit
        return lambda parts: unit.function(name)(parts)


def _namespace(pieces: Pieces, exact: bool) -> tuple[Thawing, dict[str, Any]]:
    """Run the code; what comes back holds its functions. With `exact`, numbers keep their digits."""
    space: dict[str, Any] = {"__builtins__": BUILTINS, "__name__": pieces.filename, **HELPERS, "Decimal": Decimal}
    reading = Thawing(CLASSES, space)
    bound, selectors, rules = map(reading.thaw, pieces.declared[:3])
    space |= {**selectors, **rules, NO_FUNCTION: no_function}
    for name, (step, to, use) in bound.items():
        space[name] = function_of(step, to, use, exact)
    for code in pieces.code:
        exec(code, space)  # our own code, from nodes of the allow-list alone
    for name in pieces.bodies:
        space[name].keys = _keys_of(space[f"{name}_keys"])
    linecache.cache[pieces.filename] = (
        lambda: unpack(pieces.listing)[0],
    )  # asked for the text where a traceback is shown
    register_lines(pieces.filename, lambda: rules_by_line(*unpack(pieces.listing), rules))
    return reading, space


def _keys_of(keys: Callable[[Parts, Any], dict[str, dict[Any, None]]]) -> Callable[[Any], dict[str, list[Any]]]:
    def keys_of(body: Any) -> dict[str, list[Any]]:
        """The keys that a body needs answered, by lookup; lookups without a key are left out."""
        return {lookup: list(asked) for lookup, asked in keys(Parts(body), None).items() if asked}

    return keys_of
