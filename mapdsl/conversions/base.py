"""What a conversion is: a pair of partial functions with declared facts. Nothing in the compiler knows one by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import attrs

from mapdsl.records import Record

__all__ = ["ABSENT", "Conversion", "Domain", "Refused", "Way"]


class _Absent:
    """The value of a place that is not there: neither null nor empty."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "ABSENT"

    def __bool__(self) -> bool:
        return False

    def __copy__(self) -> _Absent:
        return self

    def __deepcopy__(self, memo: object) -> _Absent:
        return self

    def __reduce__(self) -> str:
        return "ABSENT"


ABSENT = _Absent()


class Refused(ValueError):
    """A value is outside the domain. `expected` says what would fit, in words: `a duration as HH:MM:SS`. `place` is the
    number of the one of several joint values that is at fault, None where it cannot be told."""

    def __init__(self, expected: str, place: int | None = None) -> None:
        super().__init__(expected)
        self.expected = expected
        self.place = place


@attrs.frozen(repr=False)
class Domain(Record):
    """A set of JSON values, as data: test strategies, JSON Schemas and error texts are derived from it.

    kind: any, string, integer, number, boolean, null, array, object, one_of (values), joint (a tuple of places).
    `values` are the members of `one_of`, or edge values that a generator must try; `low` and `high` bound numbers
    (inclusive) and the length of arrays; `items` is the domain of an array's items (or of the parts of a text list);
    `members` those of an object, or of a joint end by position; `sample` draws a random member: it takes a
    `random.Random`; `also` names further domains that belong to the set (a union).
    """

    kind: str
    text: str = ""
    values: tuple[Any, ...] = ()
    low: int | Decimal | None = None
    high: int | Decimal | None = None
    items: Domain | None = None
    members: tuple[tuple[str, Domain], ...] = ()
    sample: Callable[[Any], Any] | None = attrs.field(default=None, eq=False, repr=False)
    also: tuple[Domain, ...] = ()

    def __str__(self) -> str:
        return self.text or self.kind


@attrs.frozen(repr=False)
class Way(Record):
    """One way of a conversion.

    `run` takes a value of the domain and returns its image, or raises Refused; it never sees null unless
    `takes_null`, and null stays null otherwise. At a joint end `run` takes and returns tuples in which a place that
    is not there is ABSENT; it sees partly absent tuples only where `takes_absent`.
    `injective`: the other way brings every value back, so nothing needs to be remembered.
    `lossy`: where the other way does not bring a value back, the reason that a loss report shows; empty means that
    only the spelling is lost (a form): residue keeps it, `lost` does not list it.
    `passes`: what is `lossy` arrives as it is, untranslated; otherwise something of it does not arrive.
    `means`: where a value that comes back otherwise may still mean the same (another spelling of one instant), whether
    it does: takes the value and what came back. Then only the spelling is lost, whatever `lossy` says.
    `untranslated`: whether a value passes as it is, for the other side has no way to write it; that is reported.
    `passes_unread`: it passes as it is where it cannot be read, too.
    `spans`: of a way that takes a text apart, where each item stands in it (begin, end); it refuses what `run` refuses.
    `joins`: of the way back of such a one, `run` for items that may hold the separator: it may be read otherwise.
    `table`: for a finite scalar map with text keys alone, the map itself, so that compiled code can index it.
    """

    run: Callable[[Any], Any]
    injective: bool = False
    lossy: str = ""
    means: Callable[[Any, Any], bool] | None = None
    table: Mapping[str, Any] | None = None
    passes_unlisted: bool = False
    passes: bool = False
    untranslated: Callable[[Any], bool] | None = None
    passes_unread: bool = False
    spans: Callable[[Any], list[tuple[int, int]]] | None = None
    joins: Callable[[Any], str] | None = None

    @property
    def stays(self) -> str:
        """Why a value that is `untranslated` stays as it is."""
        return "it cannot be read, so it stays" if self.passes_unread else "the other side has no way to write it"


@attrs.frozen(repr=False)
class Conversion(Record):
    """A conversion with its arguments filled in: the ways to new and to old, the two domains, a text for the guide."""

    name: str
    old: Domain
    new: Domain
    to_new: Way
    to_old: Way
    text: str = ""
    takes_null: bool = False
    takes_absent: bool = False
    old_places: int = 1
    new_places: int = 1

    def way(self, to: str) -> Way:
        return self.to_new if to == "new" else self.to_old

    def source(self, to: str) -> Domain:
        return self.old if to == "new" else self.new

    def target(self, to: str) -> Domain:
        return self.new if to == "new" else self.old
