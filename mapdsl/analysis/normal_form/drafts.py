"""Blocks while they are made: rules that cross the same two lists meet in one Each.

a[].b <-> c[].d
a[].e <-> c[].f   ->   Each list a, c { b <-> d; e <-> f }
"""

from __future__ import annotations

from collections.abc import Callable

import attrs

from mapdsl import syntax
from mapdsl.analysis.findings import Findings
from mapdsl.analysis.model import NBlock, NEach, NStatement, Spot

from .places import Kind

__all__ = ["Draft", "EachDraft", "Later"]


@attrs.define
class EachDraft:
    """An Each in the making. `owned`: a block rule wrote it, so its arrow speaks for all that stands inside."""

    kind: Kind
    old: Spot
    arrow: str
    new: Spot
    node: syntax.Rule
    body: Draft
    owned: bool
    key: str | None = None
    keys: tuple[syntax.Conversion, ...] = ()

    def spot(self, side: str) -> Spot:
        return self.old if side == "old" else self.new

    def freeze(self) -> NEach:
        body = self.body.freeze()
        return NEach(self.kind, self.old, self.arrow, self.new, body, self.key, self.keys, node=self.node)


@attrs.frozen
class Later:
    """The statements of a large block that no other rule has touched yet: `shared` gives the one block that all places
    with these statements have, `fill` puts them into this draft."""

    shared: Callable[[], NBlock]
    fill: Callable[[], None]


@attrs.define
class Draft:
    """A block in the making. `said` is the `rest` statement that its policy comes from, if one does."""

    rest: str
    parts: list[NStatement | EachDraft] = attrs.field(factory=list)
    said: syntax.Rest | None = None
    later: Later | None = None

    @property
    def is_new(self) -> bool:
        return not self.parts and self.said is None and self.later is None

    def open(self) -> None:
        """Put the statements in that were to come later: something else belongs here as well."""
        later, self.later = self.later, None
        if later is not None:
            later.fill()

    def add(self, part: NStatement | EachDraft) -> None:
        self.open()
        self.parts.append(part)

    def freeze(self) -> NBlock:
        if self.later is not None:
            return self.later.shared()
        done = (part.freeze() if isinstance(part, EachDraft) else part for part in self.parts)
        return NBlock(tuple(done), self.rest)

    def each(self, made: EachDraft, findings: Findings) -> EachDraft:
        """The Each for these two places: the one already there, or `made`."""
        self.open()
        for part in self.parts:
            if isinstance(part, EachDraft) and (part.kind, part.old, part.new) == (made.kind, made.old, made.new):
                _join(part, made, findings)
                return part
        self.parts.append(made)
        return made

    def find(self, kind: Kind, spots: dict[str, Spot]) -> EachDraft | None:
        """The Each of that kind that stands at these places, a two-way one before others."""
        self.open()
        found = [
            part
            for part in self.parts
            if isinstance(part, EachDraft)
            and part.kind == kind
            and all(part.spot(side) == spot for side, spot in spots.items())
        ]
        found.sort(key=lambda part: part.arrow != "<->")
        return found[0] if found else None


def _join(first: EachDraft, again: EachDraft, findings: Findings) -> None:
    if first.arrow != again.arrow:
        _join_arrows(first, again, findings)
    for option in ("key", "keys"):
        before, after = getattr(first, option), getattr(again, option)
        if before and after and before != after:
            findings.error(
                "MAP211",
                f"the `{option}` of this list is said twice",
                again.node,
                "again",
                (first.node, "first said here"),
                help=f"say `{option}` once, on one of the rules",
            )
        elif after:
            setattr(first, option, after)
    first.owned = first.owned or again.owned


def _join_arrows(first: EachDraft, again: EachDraft, findings: Findings) -> None:
    clash = any(each.owned and each.arrow != "<->" for each in (first, again))
    others = (first.node, f"`{first.arrow}` here")
    first.arrow = "<->"
    if not clash:
        return
    findings.error(
        "MAP204",
        "two rules map one list, each in another direction",
        again.node,
        f"`{again.arrow}` here",
        others,
        help="write one block rule with `<->` and give the rules inside it their own arrows",
    )
