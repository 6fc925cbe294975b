"""What goes nowhere by name: fields that a rule leaves behind, and all that no rule names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from mapdsl.conversions import ABSENT
from mapdsl.ir import Keep, Lose, Names
from mapdsl.paths import Where
from mapdsl.runtime import UNTRANSLATED

from .findings import Findings
from .places import Slot, View

__all__ = ["keep", "lose_members", "with_branches"]

_NOTHING = Names()
_ALL = Names((), leaf=True)


def lose_members(findings: Findings, op: Lose, value: dict[str, Any] | None, where: Where, spare: Names) -> None:
    """The members of an object that `spare` does not carry elsewhere, each on its own; an empty one as it is."""
    if not value:
        if op.report:
            findings.lose(op.rule, where, value, op.reason)
        findings.note(where, value)
        return
    names = dict(spare.members)
    for name, member in value.items():
        below = names.get(name)
        if below is not None and below.leaf:
            continue
        if below is not None and (member is None or isinstance(member, dict)):
            lose_members(findings, op, member, (*where, name), below)
            continue
        if op.report:
            findings.lose(op.rule, (*where, name), member, op.reason)
        findings.note((*where, name), member)


def keep(findings: Findings, op: Keep, source: View, target: Slot, to: str) -> None:
    """Run a Keep on its two roots."""
    keeper = _Keeper(findings, op, target, f"no place in the {to} API")
    if source.value is ABSENT:
        if target.value is not ABSENT and target.value != {} and op.place and source.where == ("body",):
            findings.note(source.where, ABSENT)
    elif op.named.leaf or (source.value is None and op.named.members):
        pass
    elif not isinstance(source.value, dict):
        if not op.named.members:
            keeper.place(source.value, (), source.where, op.taken if op.only is None else _ALL)
    else:
        if not op.place and source.where != ("item",) and (target.value is ABSENT or target.value is None):
            # Nothing is there to read on the way home, not even that there was an object (which an item always is).
            findings.note(source.where, source.value, ((target.where, target.value if target.where[1:] else ABSENT),))
            if len(source.where) == 1:
                keeper.nulls(source.value, source.where, op.named)
            elif source.value == {} or target.value is None:
                findings.lose(op.rule, source.where, source.value, keeper.homeless)
        keeper.members(source.value, (), source.where, op.named, op.taken)


def with_branches(op: Keep, branches: Mapping[int, int]) -> Keep:
    """The Keep with what the branches taken add: by the rule of each open match that was asked, its case."""
    named, taken, policy = op.named, op.taken, op.policy
    for match in op.open:
        if match.match in branches:
            share = match.shares[branches[match.match]]
            named, taken = _both(named, share.named), _both(taken, share.taken)
            policy = share.policy or policy
    whole = taken.leaf
    place = op.place and not whole
    return attrs.evolve(op, named=named, taken=_NOTHING if whole else taken, policy=policy, place=place)


def _both(one: Names, other: Names) -> Names:
    if one.leaf or other.leaf:
        return _ALL
    members = dict(one.members)
    for name, below in other.members:
        members[name] = _both(members[name], below) if name in members else below
    return Names(tuple(members.items()))


@attrs.frozen
class _Keeper:
    findings: Findings
    op: Keep
    target: Slot
    homeless: str

    def nulls(self, value: dict[str, Any], where: Where, named: Names) -> None:
        """A null that is the whole body now cannot be told from no body."""
        for name, below in named.members:
            if name not in value:
                continue
            if below.leaf and value[name] is None:
                self.findings.lose(self.op.rule, (*where, name), None, self.homeless)
            elif not below.leaf and isinstance(value[name], dict):
                self.nulls(value[name], (*where, name), below)

    def members(self, value: dict[str, Any], path: tuple[str, ...], where: Where, named: Names, taken: Names) -> None:
        """Each member of an object: `named` and `taken` are what the rules speak of at this path."""
        names, used = dict(named.members), dict(taken.members)
        for name, member in value.items():
            at, here, there = (*where, name), names.get(name), used.get(name, _NOTHING)
            if not path and self.op.only is not None and name not in self.op.only:
                there = _ALL
            there = taken if taken.leaf else there
            if here is None:
                self.place(member, (*path, name), at, there)
            elif here.leaf:
                continue
            elif member is None or member == {}:
                self._lose(at, member, self.homeless)
            elif isinstance(member, dict):
                self.members(member, (*path, name), at, here, there)

    def place(self, value: Any, path: tuple[str, ...], where: Where, taken: Names) -> None:
        """One value that no rule names, by the policy of the block."""
        findings, rule = self.findings, self.op.rule
        if self.op.policy == "error":
            findings.problem(rule, where, "only the fields that the spec names", value)
        elif self.op.policy == "drop":
            self._lose(where, value, "dropped by rest")
        elif not self.op.place or taken.leaf or (path and not self._open()):
            self._lose(where, value, self.homeless)
        elif taken.members and isinstance(value, dict):
            if not value:
                self._lose(where, value, self.homeless)
            self.members(value, path, where, _NOTHING, taken)
        elif taken.members:
            self._lose(where, value, self.homeless)
        else:
            self.target.write(path, value)
            findings.reach("kept", rule)
            if self.op.query:
                findings.lose(rule, where, value, "unknown parameter", UNTRANSLATED)

    def _open(self) -> bool:
        """Whether the target can take members: it is an object, or nothing was written there as a whole."""
        return self.target.value is ABSENT or isinstance(self.target.value, dict)

    def _lose(self, where: Where, value: Any, reason: str) -> None:
        self.findings.lose(self.op.rule, where, value, reason)
        self.findings.note(where, value)
