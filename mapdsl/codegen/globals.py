"""The module level of generated code: constant tables, and the conversions that it calls."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any, TypeVar

import attrs

from mapdsl.conversions import ABSENT, Conversion, Refused, Way, build
from mapdsl.ir import Convert, Names, TableData

from .ast_nodes import assign, call, const, dict_, literal, name
from .names import Names as Identifiers
from .written import written

__all__ = ["Globals", "conversion_of", "expected_of", "indexed_table", "may_be_absent", "plain_table", "tree_literal"]

# Of names for what is no run of a conversion.
_PREFIXES = {"means": "same_", "untranslated": "stays_", "spans": "spans_", "joins": "joins_"}


def conversion_of(convert: Convert, exact: bool = False) -> Conversion:
    """The conversion that a step names. With `exact`, numbers that it makes keep their digits."""
    if convert.table is not None:
        return convert.table.conversion
    arguments = tuple(conversion_of(a, exact) if isinstance(a, Convert) else a for a in convert.args)
    return build(convert.name, arguments, exact=exact)


def plain_table(table: TableData | None, to: str) -> dict[Any, Any] | None:
    """The rows, and null, as a dict where all cells read are text: no other value can be mistaken for one.

    null is in no row and stays null.
    """
    if table is None or table.joint:
        return None
    rows: dict[Any, Any] = {None: None}
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
        return convert.table.may_be_absent
    return any(may_be_absent(argument) for argument in convert.args if isinstance(argument, Convert))


def expected_of(way: Way) -> str:
    """What a closed table expects, in words."""
    try:
        way.run("\0")
    except Refused as refused:
        return refused.expected
    return "a listed value"


T = TypeVar("T")


@attrs.define
class Globals:
    """Collects what the functions of a module refer to: constants by value, conversions by step and way."""

    identifiers: Identifiers
    statements: list[ast.stmt] = attrs.field(factory=list)
    bound: dict[str, tuple[Convert, str]] = attrs.field(
        factory=dict
    )  # identifier -> step; run, back, or a fact of the way
    selectors: dict[str, Any] = attrs.field(factory=dict)
    _constants: Identifiers = attrs.field(factory=lambda: Identifiers(set(), local=False))
    _known: dict[str, str] = attrs.field(factory=dict)
    _written: dict[str, str] = attrs.field(factory=dict)
    _of_tables: dict[tuple[int, str], tuple[TableData, Any]] = attrs.field(factory=dict)
    _trees: dict[int, tuple[Names, str]] = attrs.field(factory=dict)  # by id() of the tree, which so keeps it
    _numbers: dict[str, int] = attrs.field(factory=dict)  # of tables, by all that they say

    def once(self, table: TableData, what: str, make: Callable[[], T]) -> T:
        """What is made of a table, which costs as much as it has rows: made at its first use in the module."""
        key = (id(table), what)
        if key not in self._of_tables:
            self._of_tables[key] = (table, make())
        made: T = self._of_tables[key][1]
        return made

    def plain(self, step: Convert) -> dict[Any, Any] | None:
        """`plain_table` of a step."""
        table = step.table
        return None if table is None else self.once(table, f"plain {step.to}", lambda: plain_table(table, step.to))

    def indexed(self, step: Convert) -> tuple[dict[Any, Any], set[int]] | None:
        """`indexed_table` of a step."""
        table = step.table
        return None if table is None else self.once(table, f"index {step.to}", lambda: indexed_table(table, step.to))

    def constant(self, wanted: str, value: ast.expr) -> str:
        """An upper-case global that holds the value; the same value gets the same name."""
        key = written(value)
        if key not in self._written:
            self._written[key] = identifier = self._upper(wanted)
            self.statements.append(assign(identifier, value))
        return self._written[key]

    def tree(self, wanted: str, names: Names) -> str:
        """The constant for a tree of names: written once for the functions that use it."""
        if id(names) not in self._trees:
            self._trees[id(names)] = names, self.constant(wanted, tree_literal(names))
        return self._trees[id(names)][1]

    def table(self, step: Convert, rows: dict[Any, Any]) -> str:
        """The constant for what `plain` or `indexed` gives of a step's table."""
        assert step.table is not None
        wanted = f"{step.name}_to_{step.to}"
        return self.once(step.table, f"{id(rows)} {wanted}", lambda: self._table(wanted, rows))

    def _table(self, wanted: str, rows: dict[Any, Any]) -> str:
        return self.constant(wanted, dict_((_key(key), _key(image)) for key, image in rows.items()))

    def names(self, wanted: str, members: list[str]) -> str:
        return self.constant(wanted, call("frozenset", literal(sorted(members))))

    def texts(self, step: Convert) -> str:
        """The texts that either column of a table lists."""
        assert step.table is not None
        rows = step.table.rows

        def make() -> str:
            texts = {cell for old, new, _, _ in rows for cell in (*old, *new) if isinstance(cell, str)}
            return self.names(f"{step.name}_texts", sorted(texts))

        return self.once(step.table, "texts", make)

    def listed(self, convert: Convert) -> str:
        """The cells that a table lists on the side it is read from."""
        assert convert.table is not None
        return self.once(convert.table, f"listed {convert.to}", lambda: self._listed(convert))

    def _listed(self, convert: Convert) -> str:
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
        """The name under which generated code calls a step's conversion, or asks it: `back` is the other way."""
        to = convert.to if use != "back" else ("old" if convert.to == "new" else "new")
        prefix = _PREFIXES.get(use, "")
        key = repr((self._said(convert), to, prefix))
        if key not in self._known:
            self._known[key] = identifier = self.identifiers.fresh(f"{prefix}{convert.name}_to_{to}")
            self.bound[identifier] = (convert, use)
        return self._known[key]

    def _said(self, convert: Convert) -> Any:
        """A step without its direction; equal for equal steps."""
        args = [self._said(arg) if isinstance(arg, Convert) else repr(arg) for arg in convert.args]
        table = convert.table
        if table is None:
            return convert.name, args
        return (
            convert.name,
            args,
            self.once(table, "said", lambda: self._numbers.setdefault(repr(table), len(self._numbers))),
        )

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
