"""The conversions that generated code calls: by name and arguments, or by the rows of a table."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import attrs

from mapdsl.conversions import Conversion, build, from_table
from mapdsl.records import Record

__all__ = ["Step", "Table", "function_of"]


@attrs.frozen(slots=False, eq=False, repr=False)
class Table(Record):
    """Rows (old cells, new cells, to_new, to_old), as the IR has them; `rule` spells what an open one does not list."""

    name: str
    rows: tuple[tuple[tuple[Any, ...], tuple[Any, ...], bool, bool], ...]
    open: bool = False
    joint: bool = False
    refusal: str = ""
    rule: Step | None = None

    @cached_property
    def conversion(self) -> Conversion:
        """What the table does with values; made once, for it costs as much as there are rows."""
        rule = None if self.rule is None else build(self.rule.name, self.rule.args)
        return from_table(self.rows, name=self.name, open=self.open, joint=self.joint, refusal=self.refusal, rule=rule)


@attrs.frozen(eq=False, repr=False)
class Step(Record):
    """A conversion as a spec names it. Arguments are JSON literals or Steps; of a `table` there are none."""

    name: str
    args: tuple[Any, ...] = ()
    table: Table | None = None

    def conversion(self, exact: bool) -> Conversion:
        """The conversion itself. With `exact`, numbers that it makes keep their digits."""
        if self.table is not None:
            return self.table.conversion
        arguments = tuple(each.conversion(exact) if isinstance(each, Step) else each for each in self.args)
        return build(self.name, arguments, exact=exact)


def function_of(step: Step, to: str, use: str, exact: bool) -> Callable[..., Any]:
    """What generated code calls: the step's `run` to a side, `back` for the other side, or a fact of the way."""
    side = to if use != "back" else ("old" if to == "new" else "new")
    way = step.conversion(exact).way(side)
    facts = {"means": way.means, "untranslated": way.untranslated, "spans": way.spans, "joins": way.joins}
    other = facts.get(use)
    return way.run if other is None else other
