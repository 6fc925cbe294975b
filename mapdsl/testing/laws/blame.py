"""Which rule a place of a message belongs to, and where rules claim that nothing is lost."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

import attrs

from mapdsl import ir
from mapdsl.paths import Where
from mapdsl.runtime import NO_BODY, Loss

__all__ = ["Blame", "excused", "in_message", "without_case"]

Names = tuple[str, ...]
MOST = 50  # places of one block that are known: what it claims at one it claims at all
_NOT_TAKEN = "belongs to a case that was not taken"
_KINDS = frozenset({"copy", "rename", "nest", "convert"})
_ITEMS = {"list": "[]", "map": "*", "one": "[0]"}
_BRACKETS = re.compile(r"\[([^\]]*)\]")


@attrs.frozen
class Blame:
    """The ends of the rules of one mapping, on the side that it reads and on the side that it writes."""

    mapping: ir.Mapping

    @cached_property
    def read(self) -> tuple[tuple[Names, int], ...]:
        """The places that operations read, each with the number of its rule."""
        return tuple(_ends(self.mapping, "source"))

    @cached_property
    def written(self) -> tuple[tuple[Names, int], ...]:
        return tuple(_ends(self.mapping, "target"))

    @cached_property
    def claimed(self) -> frozenset[Names]:
        """Places that only rules read which claim that they lose nothing."""
        ways: dict[Names, bool] = {}
        for names, rule in self.read:
            if self.mapping.rules[rule].kind == "case":
                continue  # a guard reads, and carries nothing
            claim = self.mapping.rules[rule].kind in _KINDS and self._lossless(rule)
            ways[names] = claim and ways.get(names, True)
        for names, rule in self.read:
            if self.mapping.rules[rule].kind == "map" and not self._lossless(rule):  # its keys do not come home
                ways = {each: claim and each[: len(names)] != names for each, claim in ways.items()}
        return frozenset(names for names, claim in ways.items() if claim)

    def _lossless(self, rule: int) -> bool:
        return bool(getattr(self.mapping.rules[rule], f"lossless_to_{self.mapping.to}") == "lossless")

    def claims(self, where: Names) -> bool:
        """Whether rules claim to bring home what stands at a place (as `in_message` gives it)."""
        return any(_fits(names, where) for names in self.claimed)

    @cached_property
    def _of_branches(self) -> frozenset[Names]:
        """Places that rules of an open match read: their claims hold where their branch is taken."""
        only = attrs.evolve(self.mapping, ops=_only_open(self.mapping.ops))
        return frozenset(names for names, _ in _ends(only, "source"))

    def depends(self, where: Names) -> bool:
        """Whether it hangs on the branch of an open match that is taken what becomes of a place."""
        return any(_fits(names, where) for names in self._of_branches)

    def rule(self, where: Names, written: bool = False) -> ir.RuleInfo | None:
        """The rule of the nearest end at or above a place; where none is, the first below it, or of its part."""
        best: tuple[int, int] | None = None
        for number, info in enumerate(self.mapping.rules):  # a window has no place in the operations
            if info.kind == "paging" and where[1:] and ".".join(where[1:]) in (info.old, info.new):
                best = (1, number)
        for names, rule in self.written if written else self.read:
            if _fits(names, where[: len(names)]):
                rank = len(names)
            elif len(where) > 1 and _fits(names[: len(where)], where):
                rank = 0
            elif where == names[:1] == ("path",):
                rank = -1
            else:
                continue
            if best is None or rank > best[0]:
                best = (rank, rule)
        return None if best is None else self.mapping.rules[best[1]]


def excused(lost: Iterable[Loss], whatever: bool = False) -> Callable[[str], bool]:
    """Whether a path belongs to a case that was not taken, or to a body that could not be sent: what its rules claim
    holds elsewhere. `whatever`: or is lost for another reason."""
    paths = [loss.path for loss in lost if whatever or loss.reason == _NOT_TAKEN or loss.reason.endswith(NO_BODY)]
    # A loss has the spelling of the message that came, and a difference may have none.
    paths = [without_case(each) for each in paths]
    return lambda path: any(
        without_case(path) == each or without_case(path).startswith((f"{each}.", f"{each}[")) for each in paths
    )


def without_case(path: str) -> str:
    """A path in a message, the name of a header in lower case."""
    return path.lower() if path.startswith("headers.") else path


def in_message(where: Where, route: ir.RouteDecl) -> Names:
    """A path in a message (method, path, query, headers, body) as places are named: roots of parts, `[]` for items.

    In a call of RPC the parameters have names, and what stands around them is no place of a rule.
    """
    if not where:
        return ()
    part, rest = where[0], where[1:]
    if part == "headers":
        return ("header", *(str(step).lower() for step in rest))
    if part == "query":
        return ("query", *_query(rest))
    if part != "body":
        return (str(part),)
    if route.params is not None and rest:
        if rest[0] == "params" and len(rest) > 1:
            number = int(rest[1])
            names = [name for name, _ in route.params]
            rest = (names[number] if number < len(names) else f"params[{number}]", *rest[2:])
        elif rest[0] in ("result", "error"):
            rest = rest[1:]
        else:
            return ("envelope", str(rest[0]))
    return ("body", *("[]" if isinstance(step, int) else step for step in rest))


def _query(steps: Where) -> Iterator[str]:
    if steps:
        name = str(steps[0])
        yield _BRACKETS.sub("", name)
        yield from (inner for inner in _BRACKETS.findall(name) if inner)


def _fits(names: Names, where: Names) -> bool:
    """Whether a place is at an end, whose `*` stands for any key and whose `[0]` for the one item of a list."""
    return len(names) == len(where) and all(
        one == other or one == "*" or (one == "[0]" and other == "[]") for one, other in zip(names, where, strict=True)
    )


def _ends(mapping: ir.Mapping, end: str) -> Iterator[tuple[Names, int]]:
    yield from _below(mapping.ops, end, ("item",), ("body",), mapping.to, Counter())


def _below(
    ops: tuple[ir.Op, ...], end: str, item: Names, up: Names, to: str, visits: Counter[int]
) -> Iterator[tuple[Names, int]]:
    """`visits`: at how many places each block was looked at."""
    for op in ops:
        if isinstance(op, ir.Combine):
            yield from _below(op.moves, end, item, up, to, visits)
        elif isinstance(op, ir.Choose):
            for alternative in op.alternatives:
                chosen = [place for place, _ in alternative.writes] if end == "target" else []
                chosen += [guard.place for guard in alternative.guards] if end == "source" else []
                yield from ((_full(place, item, up), alternative.rule) for place in chosen)
            for branch in (op.ops, *(alternative.ops for alternative in op.alternatives)):
                yield from _below(branch, end, item, up, to, visits)
        elif not isinstance(op, (ir.Keep, ir.Prune)):
            places = [getattr(op, end, None), *getattr(op, f"{end}s", ())]
            for place in places:
                if isinstance(place, ir.Place):
                    yield _full(place, item, up), op.rule
        if isinstance(op, ir.Each) and visits[id(op.ops)] < MOST:
            visits[id(op.ops)] += 1
            block = _full(getattr(op, end), item, up)
            marker = "" if op.kind == "one" and (end == "source") == (to == "old") else _ITEMS.get(op.kind, "")
            inner, above = (*block, marker) if marker else block, item if item != ("item",) else up
            yield from _below(op.ops, end, inner, above, to, visits)


def _only_open(ops: tuple[ir.Op, ...]) -> tuple[ir.Op, ...]:
    """The open matches in operations, with the blocks around them."""
    found: list[ir.Op] = []
    for op in ops:
        if isinstance(op, ir.Choose):
            found += [op] if op.open else []
        elif isinstance(op, ir.Each):
            inner = _only_open(op.ops)
            found += [attrs.evolve(op, ops=inner)] if inner else []
    return tuple(found)


def _full(place: ir.Place, item: Names, up: Names) -> Names:
    base = {"item": item, "up": up}.get(place.root, (place.root,))
    return (*base, *place.path)
