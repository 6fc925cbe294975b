"""Replies that are pages of a list: their items stand behind each other, and the client's window is cut out.

Where a client is not shown every item, the window is one of those that it is shown: see hidden_items.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import attrs

from mapdsl.errors import Problem, TranslationError
from mapdsl.records import Record
from mapdsl.runtime.compiled import (
    CompiledUnit,
    Editor,
    Loss,
    PagingSide,
    Parts,
    Recorder,
    RequestPair,
    Strict,
    Where,
    read,
)
from mapdsl.runtime.messages import Response, found, spell
from mapdsl.runtime.residue import ResidueKey
from mapdsl.runtime.translation import Job, Replies, Run, TranslatedResponse, set_status
from mapdsl.runtime.transport import Reply, misfits, take_raw_body

from . import paging
from .hidden_items import HiddenItems, hidden_items_of
from .marks import contradictions, marks_of, misfit_marks
from .pages import Merged, Page, asked_by_hand, merge
from .windows import Plan

__all__ = ["ListReplies", "found_enough"]

_ENDLESS = 10**18


def found_enough(
    unit: CompiledUnit, narrowing: HiddenItems, client: str, asked: RequestPair
) -> Callable[[Sequence[Page]], bool] | None:
    """Whether pages so far fill a client's window, where nobody must count the others; None: all are looked at.

    To be asked of one list only, as it grows: pages that were counted are not looked at again.
    """
    view = None if unit.paging is None else paging.viewed(unit.paging, client, asked, whole=True)
    if unit.totals == "exact" or narrowing.filters or view is None or view.wanted.limit is None:
        return None
    return _Enough(narrowing, view.wanted.offset + view.wanted.limit)


@attrs.define(eq=False, repr=False)
class _Enough(Record):
    """Whether pages hold as many items for the client as are wanted. `shown`: how many the first `counted` do."""

    narrowing: HiddenItems
    wanted: int
    counted: int = 0
    shown: int = 0

    def __call__(self, pages: Sequence[Page]) -> bool:
        self.shown += sum(len(self.narrowing.let_through(page.items)) for page in pages[self.counted :])
        self.counted = len(pages)
        return self.shown >= self.wanted


@attrs.frozen(repr=False)
class _Cut(Record):
    """A reply with the items that the client gets, the whole one, and which of its items are kept."""

    parts: Parts
    whole: Parts
    kept: Sequence[int] = ()


@attrs.define(eq=False, repr=False)
class ListReplies(Replies):
    """Raises TranslationError where pages do not follow each other, or are fewer than the window has."""

    pages: Sequence[Page] = ()  # of an exchange
    plan: Plan | None = None  # of its calls
    asked: Sequence[Page] = ()  # the replies that are merged, with what each was asked for
    view: paging.ListView | None = None
    merged: Merged | None = None
    narrowing: HiddenItems | None = None

    def take(self, messages: Sequence[Response]) -> None:
        self.arrange([self.read(message, number) for number, message in enumerate(messages)])

    def arrange(self, replies: Sequence[Reply]) -> None:
        """Take replies that were read, as pages of the list."""
        self.replies = [*replies]
        asked = None if self.sent is None else self.sent.asked
        if self.home and len(replies) == 1:
            self.view = paging.viewed(self._sides, self.to, asked)
            self._check_marks()
            return
        self.narrowing = hidden_items_of(self.prepared.unit, self.to, Parts() if asked is None else asked.of(self.to))
        self.view = paging.viewed(self._sides, self.to, asked, whole=self.narrowing is not None)
        plan = self._plan(asked)
        if plan is None and len(self.replies) > 1:
            raise TranslationError([Problem("$", "the request of these pages: pass request=", "none")])
        if plan is not None and self.view is not None and self.failure() is None:
            self._merge(plan, self.view)
        elif len(self.replies) == 1:
            self._check_marks()

    @property
    def _sides(self) -> paging.Sides:
        assert self.prepared.unit.paging is not None
        return self.prepared.unit.paging

    @property
    def _client(self) -> PagingSide:
        return paging.client_and_server(self._sides, self.to, request=False)[0]

    @property
    def _server(self) -> PagingSide:
        return paging.client_and_server(self._sides, self.to, request=False)[1]

    @property
    def _items_at(self) -> Where:
        return ("body", *self._server.items)

    def _plan(self, asked: RequestPair | None) -> Plan | None:
        """The plan of the request that is answered."""
        if asked is None or self.plan is not None:
            return self.plan
        whole = self.narrowing is not None
        return paging.planned(self._sides, self.side, asked.of(self.to), Recorder(()), whole=whole)

    def _merge(self, plan: Plan, view: paging.ListView) -> None:
        replies = [reply.parts for reply in self.replies]
        no_list = bool(replies) and not isinstance(read(replies[0], self._items_at), list)
        alone = plan.count in (None, 1) and (plan.size is not None or no_list)
        if len(replies) == 1 and alone and not self.exchange and self.narrowing is None:
            self._check_marks(plan)
            return
        if not replies or (
            not self.exchange and plan.count is not None and len(replies) > plan.count and not plan.walks
        ):
            expected = f"1 to {plan.count} replies" if replies else "a reply"
            raise TranslationError([Problem("$", expected, f"{len(replies)}")])
        pages = self.pages or asked_by_hand(self._server, plan, replies)
        merged = merge(self._server, plan, pages, by_hand=not self.pages)
        self.asked = pages
        if not self.exchange:
            self._check_end(plan, merged)
        ended = merged.ended or (self.exchange and plan.count is None and plan.end is None)
        served = attrs.evolve(view.served, offset=plan.start, limit=sum(merged.counts))
        last = plan.window(len(replies) - 1)
        sought = (
            served if plan.walks else attrs.evolve(served, limit=last.limit and last.offset + last.limit - plan.start)
        )
        self.merged, self.view = merged, attrs.evolve(view, served=served, ended=ended, sought=sought)

    def _check_marks(self, plan: Plan | None = None) -> None:
        """One reply by itself: what it says of its page. `plan`: of the request that it answers."""
        parts, server, view = self.replies[0].parts, self._server, self.view
        if self.failure() is not None:
            return
        problems = list(misfit_marks(server, parts))
        items, marks = read(parts, self._items_at), marks_of(server, parts)
        if isinstance(items, list) and not self.home and not problems:
            served = None if view is None else view.served
            begin = None if served is None or served.cursor is not None else served.offset
            problems = list(contradictions(server, marks, marks.total, begin, len(items)))
            limit = None if served is None or plan is None or plan.ours else served.limit
            if marks.more and limit is not None and len(items) < limit and not problems:
                expected = f"{limit} items, for the server says that there is more: use Api.exchange, which goes on"
                problems = [Problem(spell(self._items_at), expected, found(items))]
            if marks.more is not None and view is not None:
                self.view = attrs.evolve(view, ended=not marks.more)
        if problems:
            raise TranslationError(problems)

    def _check_end(self, plan: Plan, merged: Merged) -> None:
        """Without an exchange the replies at hand must be all that the window has."""
        if merged.ended:
            return
        if self.narrowing is not None:
            expected = "the whole list, for its items are shown in part: use Api.exchange"
            raise TranslationError([Problem("$", expected, f"{sum(merged.counts)} items, and more behind them")])
        if plan.walks and plan.end is not None and sum(merged.counts) < plan.end:
            expected = f"{plan.end} items from the first on, for the window ends there: use Api.exchange"
            raise TranslationError([Problem("$", expected, f"{sum(merged.counts)}, and more behind them")])
        if len(merged.counts) < plan.known:
            expected = f"the replies to {plan.known} calls, or the end of the list in the last one"
            raise TranslationError([Problem("$", expected, f"{len(merged.counts)}")])

    # --- what the client gets ---

    def jobs(self) -> Sequence[Job]:
        ways, asked = self.prepared.unit.ways("response", self.to), self.replies[0].asked
        if self.narrowing is not None and self.narrowing.filters and self.merged is not None:
            return (Job(ways, self._let_through()[0], asked),)
        return (Job(ways, self._cut(None).parts, asked),)

    def succeed(self, run: Run, stamp: ResidueKey, residue: Any, strict: Strict) -> TranslatedResponse:
        unit, reply = self.prepared.unit, self.replies[0]
        data = take_raw_body(unit, "response", reply.parts)
        if self.narrowing is not None and self.narrowing.filters:
            run.look_up(self.jobs())
        cut = self._cut(run)
        run.log.respell_with(self._places_of(cut.kept))
        reply.respell(run.log)
        if len(self.replies) > 1:
            run.log.respell_with(_number_first)
        run.problems.extend(misfits(unit.declared("response", self.side), cut.parts))
        target = run.map(cut.parts, reply.asked)
        paging.write_reply_fields(self._sides, self.to, self.view, cut.whole, target, run.log)
        self._tell_of_hidden(cut, target, run.log)
        run.check_written(unit.declared("response", self.to), target)
        set_status(unit.statuses, cut.parts, target, self.to, run.log, reply.to_call, cut.whole.status)
        target.body = data if "response" in unit.opaque else target.body
        torn = () if self.merged is None else self.merged.torn
        return self.close(run, reply, cut.parts, target, stamp, residue, strict, (*torn, *self._contradicted()))

    def _contradicted(self) -> Iterator[Loss]:
        """What the replies echo of requests that nobody made."""
        if self.home or self.view is None:
            return
        if not self.asked:
            yield from paging.contradicted(self._server, self.replies[0].parts, self.view.served)
        several = len(self.asked) > 1
        for page in self.asked:
            yield from paging.contradicted(self._server, page.parts, page.window, page.number if several else None)

    def _cut(self, run: Run | None) -> _Cut:
        """The reply with the items that the client gets. `run` has looked up what a filter of the client needs."""
        whole = self.replies[0].parts if self.merged is None else self.merged.parts
        if self.view is None or self.home:
            return self._without_request(whole)
        if self.narrowing is not None and self.merged is not None:
            return self._narrowed(run, whole, self.narrowing, self.view)
        cut, skipped = paging.slice_window(
            self._sides, self.to, self.view, whole, Recorder(()) if run is None else run.log
        )
        items = read(cut, self._items_at)
        return _Cut(cut, whole, range(skipped, skipped + (len(items) if isinstance(items, list) else 0)))

    def _without_request(self, whole: Parts) -> _Cut:
        """The list as it stands, without what is not for this client at all."""
        items = read(whole, self._items_at)
        if not isinstance(items, list):
            return _Cut(whole, whole)
        kept = range(len(items)) if self.narrowing is None else self.narrowing.let_through(items)
        return _Cut(self._with_items(whole, kept), whole, kept)

    def _narrowed(self, run: Run | None, whole: Parts, narrowing: HiddenItems, view: paging.ListView) -> _Cut:
        """Of the whole list the items that are for the client, that it asked for, and that lie in its window."""
        through, kept = self._let_through()
        if narrowing.filters and run is not None:
            target, _ = run.do(Job(run.ways, through, self.replies[0].asked))
            made = read(target, ("body", *self._client.items))
            passed = narrowing.asked_for(made if isinstance(made, list) else [])
            kept = [number for number, passes in zip(kept, passed, strict=False) if passes]
        searched = self.merged is not None and self.merged.ended
        totals = self.prepared.unit.totals
        self.view = attrs.evolve(view, ended=True, shown=len(kept), totals=totals, searched=searched)
        end = None if view.wanted.limit is None else view.wanted.offset + view.wanted.limit
        kept = kept[view.wanted.offset : end]
        return _Cut(self._with_items(whole, kept), whole, kept)

    def _let_through(self) -> tuple[Parts, list[int]]:
        """The whole reply with the items that are for the client at all, and which ones these are."""
        assert self.merged is not None
        assert self.narrowing is not None
        items = read(self.merged.parts, self._items_at)
        kept = self.narrowing.let_through(items if isinstance(items, list) else [])
        return self._with_items(self.merged.parts, kept), kept

    def _with_items(self, whole: Parts, kept: Sequence[int]) -> Parts:
        items = read(whole, self._items_at)
        if not isinstance(items, list) or len(kept) == len(items):
            return whole
        parts = Parts(whole.body, whole.path, whole.query, whole.header, whole.status)
        Editor(parts).put(self._items_at, [items[number] for number in kept])
        return parts

    # --- losses ---

    def _tell_of_hidden(self, cut: _Cut, target: Parts, log: Recorder) -> None:
        """Items that are not for the client are reported; residue keeps the list, for the way home cannot make them."""
        items, narrowing = read(cut.whole, self._items_at), self.narrowing
        if not isinstance(items, list) or len(cut.kept) == len(items) or (narrowing is None and self.exchange):
            return  # of an exchange only what is hidden on purpose: the items around a window may be many
        hidden = 0 if narrowing is None else len(items) - len(narrowing.let_through(items))
        if hidden:
            log.lose(len(log.rules), self._items_at, f"{hidden} of {len(items)}", "items that `only` leaves out")
        place = ("body", *self._client.items)
        log.forget_below(self._items_at)  # they count among the items that are shown
        log.note(self._items_at, items, ((place, read(target, place)),))

    def _places_of(self, kept: Sequence[int]) -> Callable[[Where], Where]:
        """Where an item of those that were mapped stands in the replies: the number of the reply comes first."""
        items, depth = self._items_at, len(self._items_at)
        counts, order = ((_ENDLESS,), (0,)) if self.merged is None else (self.merged.counts, self.merged.order)

        def respell(path: Where) -> Where:
            number, index = 0, path[depth] if path[:depth] == items and len(path) > depth else None
            if isinstance(index, int):
                index = kept[index] if index < len(kept) else index
                while number < len(counts) - 1 and index >= counts[number]:
                    index -= counts[number]
                    number += 1
                path = (*path[:depth], index, *path[depth + 1 :])
            return path if len(counts) == 1 else (*path[:1], order[number], *path[1:])

        return respell


def _number_first(path: Where) -> Where:
    """`body`, then the number of the reply, then the place in it -> the number first."""
    return (path[1], path[0], *path[2:]) if len(path) > 1 and isinstance(path[1], int) else path
