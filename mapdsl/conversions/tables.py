"""Enums and tables: finite maps between values, or between tuples of values, that a spec lists row by row.

Scalars are found by an index whose keys keep `true`, `1` and `"1"` apart. A cell that is an object speaks of its
members: a value matches it by the members that any row of the column names, and what else it holds follows `rest`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterable, Mapping
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

import attrs

from mapdsl.records import Record

from .base import ABSENT, Conversion, Domain, Refused, Way
from .equality import decimal_of, is_number, key_of, same
from .samples import TEXT, word

if TYPE_CHECKING:
    from random import Random

__all__ = ["Row", "from_table"]

Cells = tuple[Any, ...]
Row = tuple[Cells, Cells, bool, bool]

_MOST = 8  # rows that a message lists
_WIDEST = 100  # characters that it spends on them


def from_table(
    rows: Iterable[Row],
    *,
    name: str = "table",
    open: bool = False,
    joint: bool = False,
    refusal: str = "",
    rule: Conversion | None = None,
) -> Conversion:
    """The conversion that the rows (old cells, new cells, used to new, used to old) list.

    An `open` one passes a text that neither column lists. With a `rule` it passes every text that its column does not
    list, as the rule spells it; as it is where the rule does not take it, or gives a text of the rows. A `joint` one
    sees and gives ABSENT; its sides are bare values where they have one place. Other values are refused with
    `refusal`, or with a text that lists what fits.
    """
    given = tuple((tuple(old), tuple(new), to_new, to_old) for old, new, to_new, to_old in rows)
    old_places = len(given[0][0]) if given else 1
    new_places = len(given[0][1]) if given else 1
    passes = open and old_places == new_places == 1
    takes_null = any(cell is None for old, new, _, _ in given for cell in (*old, *new))
    old_side = _Side(
        [(old, new, used) for old, new, used, _ in given],
        old_places,
        new_places,
        passes,
        takes_null,
        refusal,
        None if rule is None else (rule.old, rule.to_new),
    )
    new_side = _Side(
        [(new, old, used) for old, new, _, used in given],
        new_places,
        old_places,
        passes,
        takes_null,
        refusal,
        None if rule is None else (rule.new, rule.to_old),
    )
    old_side.other, new_side.other = new_side, old_side
    return Conversion(
        name,
        old_side.domain(joint),
        new_side.domain(joint),
        old_side.way(),
        new_side.way(),
        f"table {name}",
        takes_null=takes_null,
        takes_absent=joint,
        old_places=old_places,
        new_places=new_places,
    )


@attrs.define(eq=False, repr=False)
class _Side(Record):
    """One column, as it is read: its cells, the image of each, and whether the row is used in this direction."""

    rows: list[tuple[Cells, Cells, bool]]
    places: int
    image_places: int
    passes: bool
    takes_null: bool
    refusal: str
    rule: tuple[Domain, Way] | None  # what a text that nobody lists becomes, and what the rule takes
    other: _Side = attrs.field(init=False)
    known: tuple[tuple[str, ...], ...] = attrs.field(init=False)  # per place: the members that any cell speaks of
    listed: frozenset[str] = attrs.field(init=False)  # the texts among the cells of a side with one place
    index: dict[Any, Any] = attrs.field(init=False)  # key of the cells -> image as `run` gives it
    shaped: list[tuple[Cells, Any]] = attrs.field(init=False)  # rows with a cell that has no key

    def __attrs_post_init__(self) -> None:
        columns = [[cells[place] for cells, _, _ in self.rows] for place in range(self.places)]
        self.known = tuple(
            tuple(sorted({name for cell in column if isinstance(cell, dict) for name in cell})) for column in columns
        )
        self.listed = frozenset(cell for column in columns for cell in column if isinstance(cell, str))
        self.index, self.shaped = {}, []
        for cells, image, used in self.rows:
            if not used:
                continue
            result = image if self.image_places > 1 else image[0]
            key = _key_of(cells, self.known)
            if key is None:
                self.shaped.append((cells, result))
            else:
                self.index.setdefault(key, result)

    # --- reading -----------------------------------------------------------------------------------------------------

    def find(self, cells: Cells) -> Any:
        """The image of the cells, or the side itself where no row has them."""
        key = _key_of(cells, self.known)
        if key is not None:
            return self.index.get(key, self)
        if not self.shaped:
            return self
        try:
            return self.deep.get(key_of(tuple(map(_projected, cells, self.known))), self)
        except RecursionError:  # deeper than any cell that a text could write
            return self

    @cached_property
    def deep(self) -> dict[Hashable, Any]:
        """The images of the rows with a cell that has no plain key."""
        found: dict[Hashable, Any] = {}
        for cells, image in self.shaped:
            found.setdefault(key_of(cells), image)
        return found

    def lists(self, value: Any) -> bool:
        """Whether a row of this column, used or not, has the value."""
        return any(same(cells[0], value) for cells, _, _ in self.rows)

    def run(self, value: Any) -> Any:
        if self.places == 1:
            cells: Cells = (value,)
        elif isinstance(value, tuple) and len(value) == self.places:
            cells = value
        else:
            raise Refused(self.expected())
        image = self.find(cells)
        if image is not self:
            return image
        # null stays null unless a row says otherwise, as long as the way back leaves it alone, too
        plain_null = value is None and self.takes_null and self.image_places == 1
        if plain_null and not self.lists(None) and not self.other.lists(None):
            return None
        passed = self.unlisted(value) if self.passes and isinstance(value, str) else None
        if passed is None:
            raise Refused(self.expected(), self.odd(cells))
        return passed

    def unlisted(self, value: str) -> str | None:
        """A text that no row of this column has, as it passes; None where it does not."""
        if value in self.listed:
            return None  # of a row that is not used this way
        if self.rule is None:
            return None if value in self.other.listed else value
        image = self.ruled(value)
        return value if image is None or image in self.other.listed else image

    def ruled(self, value: str) -> str | None:
        """What the rule makes of a text; None where it does not take the text."""
        assert self.rule is not None
        try:
            image = self.rule[1].run(value)
        except Refused:
            return None
        return image if isinstance(image, str) else None

    def odd(self, cells: Cells) -> int | None:
        """The first of several places whose cell is there, and in no row; None where only together they are in none."""
        if self.places == 1:
            return None
        there = (place for place, cell in enumerate(cells) if cell is not ABSENT)
        return next((place for place in there if self.unknown(place, cells[place])), None)

    def unknown(self, place: int, cell: Any) -> bool:
        """Whether no row that is used has the cell in this place."""
        keys, shaped = self.columns[place]
        key = _key_of((cell,), (self.known[place],))
        return (
            key not in keys
            if key is not None
            else not any(same(_projected(cell, self.known[place]), s) for s in shaped)
        )

    @cached_property
    def columns(self) -> list[tuple[set[Any], list[Any]]]:
        """Of each place the keys of its cells, and the cells that have none. Made at the first refusal."""
        made = []
        for place, known in enumerate(self.known):
            keyed = [(cells[place], _key_of((cells[place],), (known,))) for cells, _, used in self.rows if used]
            made.append(({key for _, key in keyed if key is not None}, [cell for cell, key in keyed if key is None]))
        return made

    def expected(self) -> str:
        """What would fit, in words."""
        return self.expectation

    @cached_property
    def expectation(self) -> str:
        if self.refusal:
            return self.refusal
        listed = _one_of([cells for cells, _, used in self.rows if used])
        if not self.passes:
            return listed
        if self.rule is not None:
            return f"{listed}, or another text" if self.rows else "a text"
        return f"{listed}, or a text that the other side does not use for one of its own"

    # --- facts -------------------------------------------------------------------------------------------------------

    def way(self) -> Way:
        texts = self.texts()
        return Way(
            self.run if texts is None else _indexing(texts, self.run),
            # A text that the rule does not take may be what it makes of another one.
            injective=self.rule is None
            and all(self.returns(cells) for cells, _, used in self.rows if used)
            and not self.fills_nothing(),
            table=None if self.passes else texts,
            passes_unlisted=self.passes,
        )

    def texts(self) -> Mapping[str, Any] | None:
        """The map itself where all keys are single texts."""
        used = [(cells, image) for cells, image, used in self.rows if used]
        if self.places != 1 or self.takes_null or not all(type(cells[0]) is str for cells, _ in used):
            return None
        return {cells[0]: image if self.image_places > 1 else image[0] for cells, image in used}

    def returns(self, cells: Cells) -> bool:
        """Whether the way back brings the cells of a row again."""
        image = self.find(cells)
        back = self.other.find(image if self.image_places > 1 else (image,))
        return back is not self.other and same(back if self.places > 1 else (back,), cells)

    def fills_nothing(self) -> bool:
        """Whether nothing, which no row of this side has, comes back as something."""
        if self.find((ABSENT,) * self.places) is not self:
            return False  # a row like any other
        back = self.other.find((ABSENT,) * self.image_places)
        if back is self.other:
            return False
        return any(cell is not ABSENT for cell in (back if self.places > 1 else (back,)))

    def domain(self, joint: bool) -> Domain:
        values = [cells if self.places > 1 else cells[0] for cells, _, used in self.rows if used]

        def sample(random: Random) -> Any:
            return random.choice(values)

        if self.places == 1:
            also: tuple[Domain, ...] = ()
            if self.passes:
                unlisted = attrs.evolve(
                    TEXT, sample=lambda random: f"{word(random)} {word(random)}", text="an unlisted text"
                )
                also = (unlisted,) if self.rule is None else (unlisted, self.rule[0])
            return Domain("one_of", self.expected(), tuple(values), sample=sample if values else None, also=also)
        members = tuple(("", Domain("one_of", values=_distinct(column))) for column in zip(*values, strict=True))
        return Domain("joint", self.expected(), tuple(values), members=members, sample=sample if values else None)


def _indexing(texts: Mapping[str, Any], otherwise: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The quickest `run` for listed texts: no key but a text equals a text."""

    def run(value: Any) -> Any:
        try:
            return texts[value]
        except (KeyError, TypeError):
            pass
        return otherwise(value)

    return run


def _distinct(values: Iterable[Any]) -> tuple[Any, ...]:
    found: dict[Hashable, Any] = {}
    for value in values:
        found.setdefault(key_of(value), value)
    return tuple(found.values())


def _key_of(cells: Cells, known: tuple[tuple[str, ...], ...]) -> tuple[Any, ...] | None:
    """Equal for equal cells and only for them; None where a cell holds more than scalars and objects of scalars."""
    key: list[Any] = []
    for cell, members in zip(cells, known, strict=True):
        if isinstance(cell, dict):
            parts = tuple(_scalar_key(cell.get(name, ABSENT)) for name in members)
            key.append(None if None in parts else parts)
        else:
            key.append(_scalar_key(cell))
    return None if None in key else tuple(key)


def _scalar_key(value: Any) -> Any:
    """A text is its own key; other scalars carry their kind. None for an object, a list, or what is no JSON value."""
    if isinstance(value, str):
        return value
    if value is None or value is ABSENT:
        return (type(value),)
    if isinstance(value, bool):
        return bool, value
    return (int, decimal_of(value)) if is_number(value) else None


def _projected(value: Any, known: tuple[str, ...]) -> Any:
    """An object with the members that the column speaks of; any other value as it is."""
    if not isinstance(value, dict):
        return value
    return {name: value[name] for name in known if name in value}


# --- texts -----------------------------------------------------------------------------------------------------------


def _one_of(rows: list[Cells]) -> str:
    if not rows:
        return "nothing: the table is empty"
    shown: list[str] = []
    for cells in rows[:_MOST]:
        text = _shown(cells[0]) if len(cells) == 1 else f"({', '.join(map(_shown, cells))})"
        if shown and sum(map(len, shown)) + len(text) > _WIDEST:
            break
        shown.append(text)
    listed = ", ".join(shown)
    if len(shown) < len(rows):
        return f"one of {listed} and {len(rows) - len(shown)} more"
    return f"one of {listed}" if len(rows) > 1 else listed


def _shown(cell: Any) -> str:
    if cell is ABSENT:
        return "absent"
    return json.dumps(cell, ensure_ascii=False, default=_digits)


def _digits(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else str(value)
