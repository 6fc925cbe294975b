"""What is rest where only the case that is taken speaks: the names of a block, joined with those of its branches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from mapdsl.conversions import ABSENT
from mapdsl.errors import RuleRef
from mapdsl.paths import Where
from mapdsl.records import Record

from .parts import Recorder
from .rest import EMPTY, keep, keep_reporting, only, refuse_rest

__all__ = ["OpenRest", "SpokenNames", "keep_open", "keep_open_reporting", "refuse_open_rest"]

Tree = Mapping[str, Any]  # name -> Tree, or None for a leaf
Share = tuple[Tree | None, Tree | None, str]  # names of the source and of the target (None: the root itself), policy


@attrs.frozen(eq=False, repr=False)
class SpokenNames(Record):
    """The names that are spoken for once every choice is made. `whole`: a rule owns the source itself."""

    named: Tree
    taken: Tree
    policy: str
    place: bool
    whole: bool


class OpenRest:
    """The names of a block with open matches: what is spoken for at all times, and what each branch adds.

    What is joined is kept by the numbers of the branches, so only what occurs is. Threads that join the same at once
    make equal trees, of which one is kept.
    """

    __slots__ = ("_always", "_joined", "_matches", "_only", "_place", "_policy")

    def __init__(
        self,
        always: tuple[Tree, Tree],
        policy: str,
        place: bool,
        only: tuple[str, ...] | None,
        matches: tuple[tuple[Share, ...], ...],
    ) -> None:
        self._always = always
        self._policy = policy
        self._place = place
        self._only = only
        self._matches = matches
        self._joined: dict[tuple[int | None, ...], SpokenNames] = {}

    def of(self, *branches: int | None) -> SpokenNames:
        """The names where these branches are taken: of each match a case, -1 for none, None where it is not asked."""
        found = self._joined.get(branches)
        return self._joined.setdefault(branches, self._join(branches)) if found is None else found

    def _join(self, branches: tuple[int | None, ...]) -> SpokenNames:
        named: Tree | None = self._always[0]
        taken: Tree | None = self._always[1]
        policy = self._policy
        for shares, branch in zip(self._matches, branches, strict=True):
            if branch is not None:
                share = shares[branch]
                named, taken, policy = _joined(named, share[0]), _joined(taken, share[1]), share[2] or policy
        place = self._place and taken is not None
        tree: Tree = {} if taken is None else taken
        return SpokenNames(
            {} if named is None else named,
            tree if self._only is None else only(tree, self._only),
            policy,
            place,
            named is None,
        )


def _joined(one: Tree | None, other: Tree | None) -> Tree | None:
    """The names of both trees; what one of them owns is owned."""
    if one is None or other is None:
        return None
    return {
        **one,
        **{name: _joined(one[name], below) if name in one else below for name, below in other.items()},
    }


def keep_open(source: Any, target: Any, spoken: SpokenNames) -> Any:
    """As `keep`, by these names. Returns the target."""
    if spoken.whole or not spoken.place or spoken.policy != "keep":
        return _begun(source, target, spoken)
    return keep(source, _begun(source, target, spoken), spoken.named, spoken.taken)


def keep_open_reporting(
    log: Recorder,
    rule: int,
    source: Any,
    target: Any,
    spoken: SpokenNames,
    where: Where,
    side: str,
    query: bool,
    image: Where,
) -> Any:
    """As `keep_reporting`, by these names."""
    target = _begun(source, target, spoken)
    if spoken.whole:
        return target
    named, taken, policy, place = spoken.named, spoken.taken, spoken.policy, spoken.place
    return keep_reporting(log, rule, source, target, named, taken, policy, place, where, side, query, image)


def refuse_open_rest(
    log: Recorder | None, rules: tuple[RuleRef, ...], rule: int, source: Any, spoken: SpokenNames, where: Where
) -> Recorder | None:
    """As `refuse_rest`, where the policy of these names refuses."""
    if spoken.whole or spoken.policy != "error":
        return log
    return refuse_rest(log, rules, rule, source, spoken.named, where)


def _begun(source: Any, target: Any, spoken: SpokenNames) -> Any:
    """The target: an object where one comes in, and no rule that is taken writes it as a whole."""
    begins = target is ABSENT and spoken.place and type(source) is dict and source is not EMPTY
    return {} if begins else target
