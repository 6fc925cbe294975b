"""The replies of a plan: which calls they leave, and all of them as the one reply of a server without limits.

rest    the windows to ask for next: the first alone, then those that the total leaves, or else one by one
merge   the items of all pages behind each other in the first reply, which keeps its total
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import attrs

from mapdsl.conversions import ABSENT
from mapdsl.errors import Problem, TranslationError

from .parts import UNTRANSLATED, Loss, Parts
from .places import Editor, Where, read
from .plan import PagingSide
from .show import found, spell
from .windows import Plan, Window

__all__ = ["Merged", "behind", "merge", "rest"]


@attrs.frozen
class Merged:
    """`counts`: how many items of each reply were taken; `ended`: nothing comes behind them. `torn`: totals that
    differ from the first one."""

    parts: Parts
    counts: tuple[int, ...]
    ended: bool
    torn: tuple[Loss, ...] = ()


def behind(server: PagingSide, parts: Parts) -> str | None:
    """The cursor of the page behind a reply; None where it is the last, or the server has none."""
    cursor = ABSENT if server.next is None else read(parts, ("body", *server.next))
    return cursor if isinstance(cursor, str) and cursor else None


def rest(
    server: PagingSide,
    plan: Plan,
    pages: Sequence[Parts],
    scan: int,
    most: int,
    enough: Callable[[list[Any]], bool] | None = None,
) -> tuple[Window, ...]:
    """The windows to ask for once these replies are there; none: the plan is done.

    `enough` tells of the items so far whether those behind them are not needed; then the calls are made one by one.
    Raises TranslationError where a whole list has more than `scan` items, a walk takes more than `most` calls, or a
    reply holds no list.
    """
    if not pages:
        return (plan.window(0),)
    done = len(pages)
    items = _items(server, pages[-1], done - 1, done)
    if (plan.size is None or (plan.count is not None and done >= plan.count)) and not plan.walks:
        return ()
    so_far = [item for number, page in enumerate(pages) for item in _items(server, page, number, done)]
    count, total = len(so_far), _total(server, pages[0])
    if enough is not None:
        if enough(so_far):
            return ()
        total = None if total is None or count < total else count
    if total is not None:
        _check_bound(server, plan, total, done, pages[0], scan)
    if server.unsized:
        return _number_on(server, plan, pages, count, total, scan)
    if plan.walks:
        return _walk_on(server, plan, pages, count, total, scan, most)
    if total is not None:
        return tuple(plan.window(number) for number in range(done, plan.until(total)))
    _check_bound(server, plan, count, done, pages[0], scan)
    return () if len(items) < (plan.window(done - 1).limit or 0) else (plan.window(done),)


def _walk_on(
    server: PagingSide, plan: Plan, pages: Sequence[Parts], count: int, total: int | None, scan: int, most: int
) -> tuple[Window, ...]:
    """The next step of a walk along cursors. A server may give fewer items than it was asked for, and have more."""
    _check_bound(server, plan, count, len(pages), pages[0], scan)
    done, cursor = len(pages), behind(server, pages[-1])
    if cursor is None or (total is not None and count >= total and plan.wanted.cursor is None):
        return ()
    if plan.end is not None and count >= plan.end:
        return ()
    if total is not None and plan.wanted.cursor is None and plan.wanted.offset >= total:
        return ()
    if plan.wanted.cursor is not None or plan.ours:
        return () if plan.count is not None and done >= plan.count else (plan.step(count, cursor),)
    _check_bound(server, plan, count + 1, done, pages[0], scan)
    if done >= most:
        where = _at(("body", *server.items), done - 1, done)
        what = f"{count} items in {done} replies"
        raise TranslationError([Problem(where, f"pages of {plan.size} items, so that {most} calls are enough", what)])
    return (plan.step(count, cursor),)


def _number_on(
    server: PagingSide, plan: Plan, pages: Sequence[Parts], count: int, total: int | None, scan: int
) -> tuple[Window, ...]:
    """The next pages of a server whose page size is its own: the first one tells it."""
    _check_bound(server, plan, count, len(pages), pages[0], scan)
    done, size = len(pages), len(_items(server, pages[0], 0, len(pages)))
    if _is_last(server, pages, count) or (plan.end is not None and count >= plan.end):
        return ()
    if total is None:
        return (plan.step(count, str(server.first + done)),)
    if plan.wanted.offset >= total:
        return ()
    needed = -(-min(total, plan.end or total) // size)
    return tuple(plan.step(count, str(server.first + number)) for number in range(done, max(needed, done + 1)))


def _is_last(server: PagingSide, pages: Sequence[Parts], count: int) -> bool:
    """Whether nothing is behind pages of the server's own size: the total says so, or a page that is not full."""
    total, done = _total(server, pages[0]), len(pages)
    first, last = (len(_items(server, pages[number], number, done)) for number in (0, done - 1))
    return last == 0 or (last < first if total is None else count >= total)


def merge(server: PagingSide, plan: Plan, pages: Sequence[Parts]) -> Merged:
    """All replies as one. Raises TranslationError where they do not follow each other, or hold no lists."""
    problems: list[Problem] = []
    items: list[Any] = []
    counts: list[int] = []
    totals = [_total(server, page) for page in pages]
    torn = _torn(server, totals)
    ended = False
    for number, page in enumerate(pages):
        found_here = _items(server, page, number, len(pages))
        window = plan.step(len(items), None) if plan.walks else plan.window(number)
        limit = window.limit or len(found_here)
        there = _there(plan, number, totals[0], limit, number == len(pages) - 1, len(found_here))
        if len(found_here) > limit and len(pages) > 1:
            problems.append(_wrong_length(server, number, len(pages), f"at most {limit} items", found_here))
        elif len(found_here) < there and not torn:
            problems.append(
                _wrong_length(server, number, len(pages), f"{there} items, as the total and the size say", found_here)
            )
        items += found_here
        counts.append(len(found_here))
        ended = len(found_here) < limit
    if plan.size is None and not plan.ours:
        problems += _cut_short(server, plan, pages, len(items), totals[0], torn)
    if problems:
        raise TranslationError(problems)
    if plan.size is None:
        ended = not server.unsized or _is_last(server, pages, len(items))
    elif plan.walks:
        ended = behind(server, pages[-1]) is None
    elif totals[0] is not None:
        ended = plan.start + len(items) >= totals[0]
    merged = Parts(pages[0].body, pages[0].path, pages[0].query, pages[0].header, pages[0].status)
    if len(pages) > 1:
        Editor(merged).put(("body", *server.items), items, len(server.items))
        if server.next is not None:
            _put_last(Editor(merged), ("body", *server.next), pages[-1])
        if server.more is not None:
            _put_last(Editor(merged), ("body", *server.more), pages[-1])
    return Merged(merged, tuple(counts), ended, torn)


def _cut_short(
    server: PagingSide, plan: Plan, pages: Sequence[Parts], count: int, total: int | None, torn: tuple[Loss, ...]
) -> list[Problem]:
    """A whole list, or the last page of a server's own size, that ends before the total."""
    last = len(pages) - 1
    items = _items(server, pages[-1], last, len(pages))
    if total is None or count >= total or torn or (server.unsized and items):
        return []
    return [_wrong_length(server, last, len(pages), f"{total} items, as the total says", items)]


def _put_last(editor: Editor, path: Where, last: Parts) -> None:
    """What the last page says of the one behind it, in the place of what the first says."""
    said = read(last, path)
    if said is ABSENT:
        editor.remove(path)
    else:
        editor.put(path, said, len(path))


def _there(plan: Plan, number: int, total: int | None, limit: int, last: bool, found_here: int) -> int:
    """How many items a reply must hold: a full page, unless the list ends in it."""
    if plan.walks:
        return 0
    if total is None:
        return 0 if last else limit
    return max(0, min(limit, total - plan.window(number).offset))


def _items(server: PagingSide, page: Parts, number: int, several: int) -> list[Any]:
    path: Where = ("body", *server.items)
    value = read(page, path)
    if isinstance(value, list):
        return value
    if value is None or (value is ABSENT and number > 0 and page.status in (204, 304)):
        return []
    raise TranslationError([Problem(_at(path, number, several), "a list", found(value))])


def _total(server: PagingSide, page: Parts) -> int | None:
    total = ABSENT if server.total is None else read(page, ("body", *server.total))
    return total if isinstance(total, int) and not isinstance(total, bool) and total >= 0 else None


def _torn(server: PagingSide, totals: list[int | None]) -> tuple[Loss, ...]:
    """The list changed between the calls: what was shown may miss items, or hold some twice."""
    return tuple(
        Loss(
            _at(("body", *(server.total or ())), number, len(totals)),
            total,
            f"torn: the total was {totals[0]} when the first page was read",
            kind=UNTRANSLATED,
        )
        for number, total in enumerate(totals)
        if number and total is not None and totals[0] is not None and total != totals[0]
    )


def _check_bound(server: PagingSide, plan: Plan, count: int, done: int, first: Parts, scan: int) -> None:
    """A list that is looked through from its beginning may have `scan` items: never a list that was cut."""
    if plan.count is not None or count <= scan:
        return
    path = ("body", *(server.total or server.items))
    what = f"a list of {count} or more" if server.total is None or _total(server, first) is None else str(count)
    expected = (
        f"at most {scan} items in a list that is read from its beginning (`scan {scan}`); {done} "
        f"{'page was' if done == 1 else 'pages were'} read, and nothing is given rather than a part"
    )
    raise TranslationError([Problem(_at(path, 0, done), expected, what)])


def _wrong_length(server: PagingSide, number: int, several: int, expected: str, items: list[Any]) -> Problem:
    return Problem(_at(("body", *server.items), number, several), expected, f"a list of {len(items)}")


def _at(path: Where, number: int, several: int) -> str:
    return spell((number, *path) if several > 1 else path)
