"""The replies of a plan: which calls they leave, and all of them as the one reply of a server without limits.

opened          a reply as a page: its items, and what the server says of it
next_windows    the windows to ask for next: the first alone, then those that the total leaves, or else one by one
merge           the items of all pages behind each other in the first reply, which keeps its total

Where a server says whether there is more (`more`, or the next cursor), that word counts: a short page with more behind
it goes on behind the items that came, and a full one without ends the list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import attrs

from mapdsl.conversions import ABSENT
from mapdsl.errors import Problem, TranslationError
from mapdsl.records import Record
from mapdsl.runtime.compiled import UNTRANSLATED, Editor, Loss, PagingSide, Parts, Where, read
from mapdsl.runtime.messages import found, spell

from .marks import Marks, contradictions, marks_of, misfit_marks
from .windows import Cursor, Plan, Window

__all__ = ["Listing", "Merged", "Page", "asked_by_hand", "merge", "next_windows", "opened"]

_BY_HAND = "translate_response has these replies alone: use Api.exchange"


@attrs.frozen(repr=False)
class Page(Record):
    """A reply of a list. `number`: which of the replies it is; `window`: what it was asked for."""

    number: int
    window: Window
    items: list[Any]
    marks: Marks
    parts: Parts

    @property
    def short(self) -> bool:
        return self.window.limit is not None and len(self.items) < self.window.limit


@attrs.frozen(repr=False)
class Merged(Record):
    """`counts`: how many items each reply gave, `order`: which reply that is; `ended`: nothing comes behind them.
    `torn`: totals that differ from the first one."""

    parts: Parts
    counts: tuple[int, ...]
    order: tuple[int, ...]
    ended: bool
    torn: tuple[Loss, ...] = ()


def opened(server: PagingSide, parts: Parts, window: Window, number: int, several: bool) -> Page:
    """A reply as a page. Raises TranslationError where it holds no list, or marks of another type."""
    path: Where = ("body", *server.items)
    items = read(parts, path)
    if items is None or (items is ABSENT and number > 0 and parts.status in (204, 304)):
        items = []
    if not isinstance(items, list):
        raise TranslationError([Problem(_at(path, number, several), "a list", found(items))])
    problems = list(misfit_marks(server, parts, number if several else None))
    if problems:
        raise TranslationError(problems)
    return Page(number, window, items, marks_of(server, parts), parts)


def asked_by_hand(server: PagingSide, plan: Plan, replies: Sequence[Parts]) -> list[Page]:
    """The pages of replies to the calls that a plan knows of, or of a walk that went on behind what came."""
    pages: list[Page] = []
    count = 0
    for number, parts in enumerate(replies):
        window = plan.step(count) if plan.walks else plan.window(number)
        pages.append(opened(server, parts, window, number, len(replies) > 1))
        count += len(pages[-1].items)
    return pages


# --- which calls are left ------------------------------------------------------------------------------------------


def next_windows(
    came: Listing, scan: int, most: int, enough: Callable[[Sequence[Page]], bool] | None = None
) -> tuple[Window, ...]:
    """The windows to ask for once these pages are there; none: the plan is done.

    `enough` says whether the pages so far are enough for the client; then the calls are made one by one.
    Raises TranslationError where a whole list has more than `scan` items, more than `most` calls are needed, or the
    pages contradict each other.
    """
    server, plan, pages = came.server, came.plan, came.pages
    if not pages:
        return (plan.window(0),)
    laid = came.laid()
    if plan.size is None and not plan.walks:
        return ()
    count, total = came.count, pages[0].marks.total
    if enough is not None:
        if enough(pages):
            return ()
        total = None
    if total is not None:
        _check_bound(server, plan, total, pages, scan)
    _check_bound(server, plan, count, pages, scan)
    windows = (*laid.holes, *_behind(server, plan, laid, count, total))
    if windows and laid.goes_on:
        _check_bound(server, plan, count + 1, pages, scan)
    if windows and len(pages) >= most:
        where = _at(("body", *server.items), len(pages) - 1, len(pages) > 1)
        expected = f"pages of {plan.size or len(pages[0].items)} items, so that {most} calls are enough"
        raise TranslationError([Problem(where, expected, f"{count} items in {len(pages)} replies")])
    return windows


def _behind(server: PagingSide, plan: Plan, laid: _Laid, count: int, total: int | None) -> tuple[Window, ...]:
    """What is behind the pages, as far as the plan reaches. `total`: what the first one says."""
    last, done = laid.order[-1], len(laid.order)
    if plan.walks and plan.wanted.cursor is None and total is not None and plan.wanted.offset >= total:
        return ()
    if plan.ours:  # the client walks itself: its page may be short
        left = plan.count is None or done < plan.count
        return (plan.step(count, last.marks.next),) if left and laid.goes_on else ()
    reach = plan.reach
    if laid.goes_on is False or (reach is not None and laid.end >= reach):
        return ()
    if server.scheme == "cursor":
        return (plan.step(count, last.marks.next),)
    end = laid.end if total is None else total if reach is None else min(reach, total)
    if server.unsized:
        size = len(laid.order[0].items)
        needed = -(-end // size) if size and total is not None else 0
        numbers = range(done, max(needed, done + 1))
        return tuple(plan.step(count, str(server.first + number)) for number in numbers)
    assert plan.size is not None
    several = max(1, -(-(end - laid.end) // plan.size))
    if server.scheme == "page":
        return tuple(Window(plan.start + n * plan.size, plan.size) for n in range(done, done + several))
    return tuple(plan.step(laid.end + number * plan.size) for number in range(several))


# --- how the pages lie ---------------------------------------------------------------------------------------------


@attrs.frozen(repr=False)
class _Laid(Record):
    """Pages in the order of their items. `holes`: what is missing between them; `end`: where the last one ends.
    `goes_on`: whether there is more behind them; None: nobody knows."""

    order: Sequence[Page]
    holes: tuple[Window, ...]
    end: int
    goes_on: bool | None


@attrs.frozen(repr=False)
class _Settled(Record):
    """The first `count` pages in their order, all with others behind them: the next one should start at `begin`."""

    count: int
    begin: int
    before: Page | None
    holes: list[Window]
    problems: list[Problem]


class Listing:
    """The pages of one list as they come in.

    How they lie is asked again with each page. What was found of all but the last one stays, unless a page comes
    between others, or a total is another than the first one: the list has changed between the calls.
    """

    def __init__(self, server: PagingSide, plan: Plan, pages: Iterable[Page] = (), *, by_hand: bool = False) -> None:
        self.server = server
        self.plan = plan
        self.pages: list[Page] = []
        self.count = 0  # of items
        self._by_hand = by_hand
        self._counts_offsets = server.scheme == "offset" and not plan.walks
        self._order: list[Page] = []  # as their items follow each other
        self._settled = self._none_yet
        self._torn = False
        self._cursors: set[Cursor | None] = set()  # those that lead to the pages that are there
        for page in pages:
            self.add(page)

    @property
    def _none_yet(self) -> _Settled:
        return _Settled(0, 0 if self.plan.walks or self.plan.size is None else self.plan.start, None, [], [])

    def add(self, page: Page) -> None:
        """Take the next reply."""
        if self.pages:
            self._cursors.add(self.pages[-1].marks.next)
        self.pages.append(page)
        self.count += len(page.items)
        if self._counts_offsets and self._order and page.window.offset < self._order[-1].window.offset:
            self._order = sorted(self.pages, key=lambda each: each.window.offset)
            self._settled = self._none_yet
        else:
            self._order.append(page)
        if not self._torn and self.pages[0].marks.total is not None:
            self._torn = page.marks.total not in (None, self.pages[0].marks.total)
            if self._torn:  # then less is asked of the pages before, too
                self._settled = self._none_yet

    def laid(self) -> _Laid:
        """How the pages lie. Raises TranslationError where they do not follow each other, or say what cannot be."""
        server, plan, last, total = self.server, self.plan, self._order[-1], self.pages[0].marks.total
        for page in self._order[self._settled.count : -1]:
            self._settled = self._behind(self._settled, page, is_last=False)
        holes, problems = [*self._settled.holes], [*self._settled.problems]
        so_far = attrs.evolve(self._settled, holes=holes, problems=problems)
        end = self._behind(so_far, last, is_last=True).begin
        problems += self._walks_in_circles()
        if plan.size is None and not plan.ours:
            problems += _cut_short(server, last, end, total, self._torn, len(self.pages) > 1)
        if problems:
            raise TranslationError(problems)
        goes_on = _goes_on(server, self._order, end, total if self._is_counted else None)
        return _Laid(self._order, tuple(holes), end, goes_on)

    @property
    def _is_counted(self) -> bool:
        """Whether it is known how many items are before the first page."""
        return self.plan.wanted.cursor is None

    def _behind(self, settled: _Settled, page: Page, is_last: bool) -> _Settled:
        """The pages so far with the next one; its holes and problems are added to theirs."""
        server, plan, several, torn = self.server, self.plan, len(self.pages) > 1, self._torn
        before, begin, total = settled.before, settled.begin, self.pages[0].marks.total
        problems, holes = settled.problems, settled.holes
        if before is not None and before.marks.more is False and page.items and not torn:
            expected = f"no items, for `more` of reply {before.number} is false"
            problems.append(_wrong(server, page, several, expected))
        if self._counts_offsets and page.window.offset > begin:
            if before is not None and before.marks.more:
                holes.append(Window(begin, page.window.offset - begin))
            begin = page.window.offset
        said = page.marks.total if page.marks.total is not None else total
        if said == total or total is None:
            number = page.number if several else None
            start = begin if self._is_counted else None
            problems += contradictions(server, page.marks, said, start, len(page.items), number)
        problems += _wrong_length(server, plan, page, total, torn, several, is_last, self._by_hand)
        unsaid = torn and page.marks.more is None and not plan.walks
        begin += page.window.limit or 0 if unsaid and page.short else len(page.items)
        return _Settled(settled.count + 1, begin, page, holes, problems)

    def _walks_in_circles(self) -> list[Problem]:
        """A cursor that was given before: it leads to the same page again."""
        server, last = self.server, self.pages[-1]
        if server.scheme != "cursor" or server.next is None or len(self.pages) < 2:
            return []
        if last.marks.next is None or last.marks.more is False or last.marks.next not in self._cursors:
            return []
        where = _at(("body", *server.next), last.number, True)
        return [Problem(where, "the cursor of a page that was not read yet", found(last.marks.next))]


def _goes_on(server: PagingSide, order: Sequence[Page], end: int, total: int | None) -> bool | None:
    """What the last page says; else what the total says, or a page that is not full."""
    last = order[-1]
    said = last.marks.goes_on(server)
    if said is not None:
        return said and (last.marks.more is True or total is None or end < total)
    if server.unsized:
        shorter = not last.items or len(last.items) < len(order[0].items)
        return False if not last.items else end < total if total is not None else not shorter
    if last.window.limit is None or last.short:
        return False
    if total is not None:
        return end < total
    return None


def _wrong_length(
    server: PagingSide,
    plan: Plan,
    page: Page,
    total: int | None,
    torn: bool,
    several: bool,
    is_last: bool,
    by_hand: bool,
) -> list[Problem]:
    """A page that holds too many items, or fewer than a list without holes."""
    limit, count = page.window.limit, len(page.items)
    if limit is None:
        return []
    if count > limit:
        return [_wrong(server, page, several, f"at most {limit} items")] if several else []
    if count == limit or plan.walks:
        return []
    if page.marks.more is None:
        there = (0 if is_last else limit) if total is None else max(0, min(limit, total - page.window.offset))
        right = count >= there or torn
        return [] if right else [_wrong(server, page, several, f"{there} items, as the total and the size say")]
    if page.marks.more is False:
        return []
    if by_hand:
        return [_wrong(server, page, several, f"{limit} items, for the server says that there is more, and {_BY_HAND}")]
    if server.scheme == "offset" and count == 0:
        return [_wrong(server, page, several, "an item at least, for the server says that there is more")]
    if server.scheme == "page" and plan.start > 0:
        expected = f"{limit} items, for the server says that there is more: nobody knows which items a page behind has"
        return [_wrong(server, page, several, expected)]
    return []


def _cut_short(
    server: PagingSide, last: Page, count: int, total: int | None, torn: bool, several: bool
) -> list[Problem]:
    """A whole list, or the last page of a server's own size, that ends before the total."""
    open_end = server.unsized and (last.items or last.marks.more)
    if total is None or count >= total or torn or open_end or last.marks.more is False:
        return []
    return [_wrong(server, last, several, f"{total} items, as the total says")]


# --- one reply of several ------------------------------------------------------------------------------------------


def merge(server: PagingSide, plan: Plan, pages: Sequence[Page], *, by_hand: bool) -> Merged:
    """All replies as one. Raises TranslationError where they do not follow each other, or contradict each other."""
    laid = Listing(server, plan, pages, by_hand=by_hand).laid()
    first, last = pages[0].parts, laid.order[-1]
    merged = Parts(first.body, first.path, first.query, first.header, first.status)
    if len(pages) > 1:
        items = [item for page in laid.order for item in page.items]
        Editor(merged).put(("body", *server.items), items, len(server.items))
        for names in (server.next, server.more):
            if names is not None:
                _put_last(Editor(merged), ("body", *names), last.parts)
    counts = tuple(len(page.items) for page in laid.order)
    order = tuple(page.number for page in laid.order)
    return Merged(merged, counts, order, laid.goes_on is False, _torn(server, pages))


def _put_last(editor: Editor, path: Where, last: Parts) -> None:
    """What the last page says of the one behind it, in the place of what the first says."""
    said = read(last, path)
    if said is ABSENT:
        editor.remove(path)
    else:
        editor.put(path, said, len(path))


def _torn(server: PagingSide, pages: Sequence[Page]) -> tuple[Loss, ...]:
    """Totals that are not the first one: what is shown may miss items, or hold some twice."""
    first = pages[0].marks.total
    return tuple(
        Loss(
            _at(("body", *(server.total or ())), page.number, True),
            page.marks.total,
            f"torn: the total was {first} when the first page was read",
            kind=UNTRANSLATED,
        )
        for page in pages
        if first is not None and page.marks.total not in (None, first)
    )


def _check_bound(server: PagingSide, plan: Plan, count: int, pages: Sequence[Page], scan: int) -> None:
    """A list that is looked through from its beginning may have `scan` items: never a list that was cut."""
    if plan.count is not None or count <= scan:
        return
    done = len(pages)
    path = ("body", *(server.total or server.items))
    what = f"a list of {count} or more" if pages[0].marks.total is None else str(count)
    expected = (
        f"at most {scan} items in a list that is read from its beginning (`scan {scan}`); {done} "
        f"{'page was' if done == 1 else 'pages were'} read, and nothing is given rather than a part"
    )
    raise TranslationError([Problem(_at(path, 0, done > 1), expected, what)])


def _wrong(server: PagingSide, page: Page, several: bool, expected: str) -> Problem:
    return Problem(_at(("body", *server.items), page.number, several), expected, f"a list of {len(page.items)}")


def _at(path: Where, number: int, several: bool) -> str:
    return spell((number, *path) if several else path)
