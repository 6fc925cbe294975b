"""What the rules of a block do not name: kept at its place, lost, or refused, as the block's policy says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mapdsl.conversions import ABSENT
from mapdsl.errors import RuleRef
from mapdsl.paths import Where

from .left import Left, Rest
from .losses import UNTRANSLATED
from .parts import Recorder, problem

__all__ = ["EMPTY", "keep", "keep_reporting", "only", "refuse_rest"]

Tree = Mapping[str, Any]  # name -> Tree, or None for a leaf

EMPTY: dict[str, Any] = {}  # stands for an object that is not there; never written


def keep(source: Any, target: Any, named: Tree, taken: Tree) -> Any:
    """Copy the members of `source` that no rule names to the same path of `target`. Returns the target."""
    if type(source) is not dict:
        whole = (
            not named and not taken and (target is ABSENT or target == {}) and type(taken) is not _Only
        )  # no rule speaks of members
        return source if whole and source is not None else target
    made = _opened(target)
    if type(made) is dict:
        _keep(source, made, named, taken)
    return made or target


def _opened(target: Any) -> Any:
    """What members may be kept in: an object where nothing was written yet."""
    return {} if target is ABSENT else target


def _keep(source: dict[str, Any], target: dict[str, Any], named: Tree, taken: Tree) -> None:
    for name, member in source.items():
        if name in named:
            below = named[name]
            if below is not None and type(member) is dict:
                _keep_inside(member, target, name, below, _below(taken, name))
        elif name not in taken:
            target[name] = member
        elif taken[name] is not None and type(member) is dict:
            _keep_inside(member, target, name, EMPTY, taken[name])


def _keep_inside(source: dict[str, Any], outer: dict[str, Any], name: str, named: Tree, taken: Tree) -> None:
    """As `_keep`, in an object of the target that is made only if something is kept in it."""
    inner = outer.get(name)
    if inner is None:
        inner = {}
    if type(inner) is dict:
        _keep(source, inner, named, taken)
        if inner:
            outer[name] = inner


def _lose_nulls(log: Recorder, rule: int, source: dict[str, Any], named: Tree, where: Where, side: str) -> None:
    """Nulls that became the body: no body and a body that is null are one."""
    for name, below in named.items():
        member = source.get(name, EMPTY)
        if member is None and below is None:
            log.lose(rule, (*where, name), None, f"no place in the {side} API")
        elif type(member) is dict and below is not None:
            _lose_nulls(log, rule, member, below, (*where, name), side)


class _Later:
    """An object of the target that is made when something is kept in it."""

    __slots__ = ("into", "name")

    def __init__(self, into: Any, name: str) -> None:
        self.into = into
        self.name = name

    def object(self) -> dict[str, Any] | None:
        outer = self.into.object() if isinstance(self.into, _Later) else self.into
        if type(outer) is not dict:
            return None
        inner = outer.setdefault(self.name, {})
        return inner if type(inner) is dict else None


def _below(used: Tree, name: str) -> Tree:
    if name not in used:
        return EMPTY
    below = used[name]
    return _NONE_FREE if below is None else below


class _Everything(dict[str, Any]):
    """The names below a leaf: all are taken."""

    def __contains__(self, name: object) -> bool:
        return True

    def __missing__(self, name: str) -> None:
        return None


_NONE_FREE: Tree = _Everything()


class _Only(dict[str, Any]):
    """The names taken at a root that has a place for some names only: all others are taken as well."""

    def __init__(self, taken: Tree, names: tuple[str, ...]) -> None:
        super().__init__({name: below for name, below in taken.items() if name in names})
        self._names = frozenset(names)

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or name not in self._names

    def __missing__(self, name: str) -> None:
        return None


def only(taken: Tree, names: tuple[str, ...]) -> Tree:
    """The names that are taken at a root which has a place for `names` and no others."""
    return _Only(taken, names)


def _put(into: Any, name: str, member: Any) -> bool:
    target = into.object() if isinstance(into, _Later) else into
    if type(target) is not dict:
        return False
    target[name] = member
    return True


def keep_reporting(
    log: Recorder,
    rule: int,
    source: Any,
    target: Any,
    named: Tree,
    taken: Tree,
    policy: str,
    place: bool,
    where: Where,
    side: str,
    query: bool,
    image: Where,
) -> Any:
    """As `keep`, by any policy, and say what is lost, what is unknown, and which empty parents were there.

    `image` is the path of the target.
    """
    if source is EMPTY or source is None:
        if target and target is not ABSENT and place and where == ("body",):
            log.note(where, ABSENT)
        return target
    if not place and type(source) is dict and (target is None or target is ABSENT):
        # Nothing is there that would tell on the way home that this was an object.
        log.note(where, source, ((image, target if len(image) > 1 else ABSENT),))
        if len(where) > 1:
            if source == {} or target is None:
                log.lose(rule, where, source, f"no place in the {side} API")
        else:
            _lose_nulls(log, rule, source, named, where, side)
    if type(source) is not dict:
        if named:
            return target
        if policy == "keep" and place and (target is ABSENT or target == {}) and not taken and type(taken) is not _Only:
            return source
        _leave(log, rule, where, source, policy, side)
        return target
    if type(where[-1]) is int and (policy == "drop" or (policy == "keep" and not place)):
        members, values = _rest(log, named, policy, side).of(source)
        if values:
            log.leave(Left(rule, where, members, values))
        return target
    made = _opened(target)
    _walk(log, rule, source, made, named, taken, policy, place, where, side, query)
    return made or target


def _rest(log: Recorder, named: Tree, policy: str, side: str) -> Rest:
    """What this log has found out of the names of a block: the tree of these is the same object for each item."""
    key = (id(named), policy, side)
    if key not in log.rests:
        log.rests[key] = Rest(named, _reason(policy, side), f"no place in the {side} API")
    return log.rests[key]


def _reason(policy: str, side: str) -> str:
    return "dropped by rest" if policy == "drop" else f"no place in the {side} API"


def _walk(
    log: Recorder,
    rule: int,
    source: Any,
    target: Any,
    named: Tree,
    taken: Tree,
    policy: str,
    place: bool,
    where: Where,
    side: str,
    query: bool,
) -> None:
    for name, member in source.items():
        is_named = name in named
        if is_named and (below := named[name]) is None:
            continue
        at = (*where, name)
        if is_named:
            if type(member) is dict and member:
                _walk(
                    log, rule, member, _Later(target, name), below, _below(taken, name), policy, place, at, side, query
                )
            elif member is None or member == {}:
                _leave_bare(log, rule, at, member, side)
        elif policy != "keep" or not place:
            _leave(log, rule, at, member, policy, side)
        elif name not in taken:
            if not _put(target, name, member):
                _leave(log, rule, at, member, policy, side)
            elif query:
                log.lose(rule, at, member, "unknown parameter", UNTRANSLATED)
        elif taken[name] is not None and type(member) is dict:
            if member:
                _walk(log, rule, member, _Later(target, name), EMPTY, taken[name], policy, place, at, side, query)
            else:
                _leave_bare(log, rule, at, member, side)
        else:
            _leave(log, rule, at, member, policy, side)


def refuse_rest(
    log: Recorder | None, rules: tuple[RuleRef, ...], rule: int, source: Any, named: Tree, where: Where
) -> Recorder | None:
    """Report every member that no rule names; where none is named, also a value that is no object."""
    if type(source) is not dict:
        if source is not None and not named:
            log = problem(log, rules, rule, where, "only the fields that the spec names", source)
        return log
    for at, member in _unnamed(source, named, where):
        log = problem(log, rules, rule, at, "only the fields that the spec names", member)
    return log


def _unnamed(members: dict[str, Any], names: Any, where: Where) -> Iterator[tuple[Where, Any]]:
    """The members that no rule names, in the order of the document; as deep as the names are."""
    for name, member in members.items():
        if name not in names:
            yield (*where, name), member
        elif names[name] is not None and type(member) is dict:
            yield from _unnamed(member, names[name], (*where, name))


def _leave_bare(log: Recorder, rule: int, where: Where, value: Any, side: str) -> None:
    """A null or an empty object where rules speak of members alone: the other side cannot tell it from nothing."""
    log.lose(rule, where, value, f"no place in the {side} API")
    log.note(where, value)


def _leave(log: Recorder, rule: int, where: Where, value: Any, policy: str, side: str) -> None:
    if policy == "error":
        log.problem(rule, where, "only the fields that the spec names", value)
        return
    log.lose(rule, where, value, _reason(policy, side))
    log.note(where, value)
