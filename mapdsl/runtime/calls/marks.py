"""What a server says of a page: how many items there are in all, whether there are more, and where they begin.

total   a whole number from 0
more    true or false
next    a text or a number: the cursor of the page behind this one

Null and nothing say nothing; an empty text is no cursor. Anything else is an error, and so are marks that contradict
each other or the items that came: what a client gets is never a list that was cut in silence.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import attrs

from mapdsl.conversions import ABSENT
from mapdsl.errors import Problem
from mapdsl.records import Record
from mapdsl.runtime.compiled import PagingSide, Parts, Where, read
from mapdsl.runtime.messages import found, spell

from .windows import Cursor, Names

__all__ = ["Marks", "contradictions", "marks_of", "misfit_marks"]

_ELSEWHERE = "name another place in `paging`, or none"
_UNTRUE = "`paging` should name no mark that is not to be trusted"


@attrs.frozen(repr=False)
class Marks(Record):
    """None: the server does not say. `next`: None as well where it says that there is no page behind this one."""

    total: int | None = None
    more: bool | None = None
    next: Cursor | None = None

    def goes_on(self, server: PagingSide) -> bool | None:
        """Whether there is a page behind this one, without a look at the items; None: nobody says."""
        if self.more is not None or server.scheme != "cursor":
            return self.more
        return self.next is not None


def marks_of(server: PagingSide, page: Parts) -> Marks:
    """The marks of a reply; what is of another type counts as not said: see `misfit_marks`."""
    total, more, following = (_said(page, names) for names in (server.total, server.more, server.next))
    return Marks(
        total if _is_count(total) else None,
        more if isinstance(more, bool) else None,
        following if _is_cursor(following) and following != "" else None,
    )


def misfit_marks(server: PagingSide, page: Parts, number: int | None = None) -> Iterator[Problem]:
    """Marks of another type. `number`: which of several replies it is."""
    for name, names, fits, expected in (
        ("total", server.total, _is_count, "a whole number from 0"),
        ("more", server.more, lambda value: isinstance(value, bool), "true or false"),
        ("next", server.next, _is_cursor, "a cursor: a text or a number"),
    ):
        value = _said(page, names)
        if names is None:
            continue
        parent = _no_object(page, names)
        if parent is not None:
            yield Problem(_at(parent, number), "an object", found(read(page, parent)))
        elif value is not ABSENT and value is not None and not fits(value):
            expected = f"{expected}, or null, for the spec says `{name}={'.'.join(names)}` ({_ELSEWHERE})"
            yield Problem(_at(("body", *names), number), expected, found(value))


def contradictions(
    server: PagingSide, marks: Marks, total: int | None, begin: int | None, count: int, number: int | None = None
) -> Iterator[Problem]:
    """Where the marks of a page of `count` items contradict each other or the items.

    `begin`: how many items lie before it; None: nobody knows. `total`: what the reply, or the first one, says.
    """
    end = None if begin is None else begin + count
    came = f"{count} {'item' if count == 1 else 'items'} came" + (f", behind {begin} others" if begin else "")
    if total is not None and count and total < (count if end is None else end):
        expected = f"at least {count if end is None else end}, for {came} ({_UNTRUE})"
        yield Problem(_at(("body", *(server.total or ())), number), expected, str(total))
    elif marks.more is True and total is not None and total <= (count if end is None else end):
        expected = f"false, for {came} and the total is {total} ({_UNTRUE})"
        yield Problem(_at(("body", *(server.more or ())), number), expected, "true")
    if marks.more is False and total is not None and end is not None and total > end:
        expected = f"true, for {came} and the total is {total} ({_UNTRUE})"
        yield Problem(_at(("body", *(server.more or ())), number), expected, "false")
    if server.scheme != "cursor" or server.next is None or marks.next is not None:
        return
    if marks.more is True:
        expected = f"a cursor, for the server says that there is more ({_UNTRUE})"
        yield Problem(_at(("body", *server.next), number), expected, "none")
    elif marks.more is None and total is not None and end is not None and total > end:
        expected = f"a cursor, for {came} and the total is {total} ({_UNTRUE})"
        yield Problem(_at(("body", *server.next), number), expected, "none")


def _said(page: Parts, names: Names | None) -> Any:
    return ABSENT if names is None else read(page, ("body", *names))


def _no_object(page: Parts, names: Names) -> Where | None:
    """The place on the way to a mark where something else than an object stands."""
    for length in range(1, len(names)):
        where: Where = ("body", *names[:length])
        if read(page, where) not in (ABSENT, None) and not isinstance(read(page, where), dict):
            return where
    return None


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_cursor(value: Any) -> bool:
    return isinstance(value, (str, int, float, Decimal)) and not isinstance(value, bool)


def _at(where: Where, number: int | None) -> str:
    return spell(where if number is None else (number, *where))
