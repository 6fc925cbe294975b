"""The module level of generated code: constant tables, and the conversions that it calls."""

from __future__ import annotations

import ast
from typing import Any

import attrs

from mapdsl.conversions import ABSENT, Conversion, Refused, Way, build, from_table
from mapdsl.ir import Convert, Names, TableData

from .build import assign, call, const, dict_, literal, name
from .names import Names as Identifiers

__all__ = ["Globals", "conversion_of", "expected_of", "indexed_table", "may_be_absent", "plain_table", "tree_literal"]


def conversion_of(convert: Convert, exact: bool = False) -> Conversion:
    """The conversion that a step names. With `exact`, numbers that it makes keep their digits."""
    if convert.table is not None:
        table = convert.table
        return from_table(table.rows, name=table.name, open=table.open, joint=table.joint, refusal=table.refusal)
    arguments = tuple(conversion_of(a, exact) if isinstance(a, Convert) else a for a in convert.args)
    return build(convert.name, arguments, exact=exact)


def way_of(convert: Convert, exact: bool = False) -> Way:
    return conversion_of(convert, exact).way(convert.to)


def back_of(convert: Convert, exact: bool = False) -> Way:
    return conversion_of(convert, exact).way("old" if convert.to == "new" else "new")


def plain_table(table: TableData | None, to: str) -> dict[Any, Any] | None:
    """The rows as a dict for direct indexing, where all cells read are text: no other value can be mistaken for one.

    null is in no row and stays null.
    """
    if table is None or table.joint:
        return None
    rows: dict[Any, Any] = {}
    for old, new, to_new, to_old in table.rows:
        source, image, used = (old, new, to_new) if to == "new" else (new, old, to_old)
        if any(cell is None for cell in image):
            return None  # null is a value of this table: it does not go past it
        if any(type(cell) is not str for cell in source) or any(isinstance(cell, (dict, list)) for cell in image):
            return None
        if used:
            rows[source[0] if len(source) == 1 else source] = image[0] if len(image) == 1 else image
    return rows


def indexed_table(table: TableData | None, to: str) -> tuple[dict[Any, Any], set[int]] | None:
    """The rows of a table over scalars as a dict for indexing, and the columns in which a number must not be tried.

    true and 1 are one key to Python and two values to JSON: where a column lists booleans, numbers go the slow way.
    """
    if table is None or table.open:
        return None
    rows: dict[Any, Any] = {}
    guarded: set[int] = set()
    for old, new, to_new, to_old in table.rows:
        source, image, used = (old, new, to_new) if to == "new" else (new, old, to_old)
        if any(not (cell is None or cell is ABSENT or isinstance(cell, (bool, str))) for cell in source):
            return None
        guarded |= {i for i, cell in enumerate(source) if isinstance(cell, bool)}
        if used:
            rows[source[0] if len(source) == 1 else source] = image[0] if len(image) == 1 else image
    return rows, guarded


def may_be_absent(convert: Convert) -> bool:
    """Whether a conversion of one value may give ABSENT: a table with such a cell, alone or within another."""
    if convert.table is not None:
        return any(cell is ABSENT for old, new, _, _ in convert.table.rows for cell in (*old, *new))
    return any(may_be_absent(argument) for argument in convert.args if isinstance(argument, Convert))


def expected_of(way: Way) -> str:
    """What a closed table expects, in words."""
    try:
        way.run("\0")
    except Refused as refused:
        return refused.expected
    return "a listed value"


@attrs.define
class Globals:
    """Collects what the functions of a module refer to: constants by value, conversions by step and way."""

    identifiers: Identifiers
    statements: list[ast.stmt] = attrs.field(factory=list)
    bound: dict[str, tuple[Convert, str]] = attrs.field(factory=dict)  # identifier -> step; run, back or means
    selectors: dict[str, Any] = attrs.field(factory=dict)
    _constants: Identifiers = attrs.field(factory=lambda: Identifiers(set(), local=False))
    _known: dict[str, str] = attrs.field(factory=dict)
    _dumped: dict[str, str] = attrs.field(factory=dict)

    def constant(self, wanted: str, value: ast.expr) -> str:
        """An upper-case global that holds the value; the same value gets the same name."""
        key = ast.dump(value)
        if key not in self._dumped:
            self._dumped[key] = identifier = self._upper(wanted)
            self.statements.append(assign(identifier, value))
        return self._dumped[key]

    def table(self, wanted: str, rows: dict[Any, Any]) -> str:
        return self.constant(wanted, dict_((_key(key), _key(image)) for key, image in rows.items()))

    def names(self, wanted: str, members: list[str]) -> str:
        return self.constant(wanted, call("frozenset", literal(sorted(members))))

    def listed(self, convert: Convert) -> str:
        """The cells that a table lists on the side it is read from."""
        rows = convert.table.rows if convert.table is not None else ()
        cells = [old if convert.to == "new" else new for old, new, _, _ in rows]
        values = [cell[0] for cell in cells if len(cell) == 1]
        return self.constant(f"{convert.name}_listed", ast.Tuple([literal(value) for value in values], ast.Load()))

    def selector(self, selector: Any) -> str:
        """The name under which generated code finds a selector."""
        identifier = self.identifiers.fresh("selector")
        self.selectors[identifier] = selector
        return identifier

    def function(self, convert: Convert, use: str = "run") -> str:
        """The name under which generated code calls a step's conversion: `run`, `back` (the other way) or `means`."""
        to = convert.to if use != "back" else ("old" if convert.to == "new" else "new")
        key = repr((convert.name, convert.args, convert.table, to, use == "means"))
        if key not in self._known:
            wanted = f"{convert.name}_to_{to}"
            self._known[key] = identifier = self.identifiers.fresh(f"same_{wanted}" if use == "means" else wanted)
            self.bound[identifier] = (convert, use)
        return self._known[key]

    def _upper(self, wanted: str) -> str:
        return self._constants.fresh(wanted).upper()


def _key(value: Any) -> ast.expr:
    if value is ABSENT:
        return name("ABSENT")
    if isinstance(value, tuple):
        return ast.Tuple([_key(cell) for cell in value], ast.Load())
    return literal(value)


def tree_literal(tree: Names) -> ast.expr:
    """A tree of names as nested dicts, None for a leaf."""
    return dict_(
        (const(member), const(None) if below.leaf or not below.members else tree_literal(below))
        for member, below in tree.members
    )
