"""A request for a window of a list: the calls that serve it on the other side."""

from __future__ import annotations

import attrs

from mapdsl.runtime.compiled import PagingSide, Parts
from mapdsl.runtime.messages import Request
from mapdsl.runtime.translation import Made, Translation

from . import paging
from .hidden_items import hidden_items_of
from .windows import Plan, Window

__all__ = ["PagedTranslation"]


@attrs.define(eq=False, repr=False)
class PagedTranslation(Translation):
    """One translation, spelled once for each call of `plan`, which is known once the request is mapped."""

    plan: Plan | None = None

    @property
    def _sides(self) -> tuple[PagingSide, PagingSide]:
        assert self.unit.paging is not None
        return self.unit.paging

    def map(self) -> Made:
        first, sides, to, log = self.first, self._sides, self.to, self.run.log
        whole = hidden_items_of(self.unit, self.side, first.parts) is not None
        self.plan = plan = paging.plan_calls(sides, to, first.parts, log, self.unit.scan, whole=whole)
        target = self.run.map(first.parts, None)
        if plan is not None and (plan.known == 1 or self.residue is not None):
            target = paging.write_window(sides, to, first.parts, target, plan, plan.window(0))
            whole = hidden_items_of(self.unit, to, target) is not None
            paging.note_spelling(sides, to, first.parts, target, log, whole=whole)
        paging.excuse(sides, to, log)
        return Made(first.parts, target, target)

    def is_alone(self, made: Made) -> bool:
        return False

    def restored(self, made: Made) -> None:
        """The request that residue brought back, if its window is the one that was translated, is one call again."""
        if self.plan is None:
            return
        whole = hidden_items_of(self.unit, self.to, made.target) is not None
        if paging.means(self._sides, self.side, made.target, self.first.parts, whole=whole):
            self.plan = attrs.evolve(self.plan, count=1, walks=False)

    def calls(self, made: Made) -> list[Parts]:
        if self.plan is None or self.plan.known <= 1:
            return [made.target]
        return [self._window(made.target, self.plan.window(number)) for number in range(self.plan.known)]

    @property
    def is_complete(self) -> bool:
        return self.plan is None or self.plan.complete

    def again(self, window: Window) -> Request:
        """The call for another window of the plan, once the request is translated."""
        assert self.out is not None
        return self.out.spell(self._window(self.target, window))[0]

    def _window(self, target: Parts, window: Window) -> Parts:
        assert self.plan is not None
        return paging.write_window(self._sides, self.to, self.first.parts, target, self.plan, window)
