"""Where the literals of cases and routes go: into the objects that rules write, and never over them.

vnc <-> rc { type <-> type }
new POST /b when new rc.protocol is "vnc"        to new: beside `type`, in the object that the block makes

vnc <-> rc
new POST /b when new rc.protocol is "vnc"        to new: into the object that is copied, or what it says is checked
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from mapdsl.analysis import NBlock, NEach, NGuard, NMatch, NRule, NStatement, Spot

from .names import named_by

__all__ = ["Way", "literals", "literals_of", "sinks", "way_in"]

Path = tuple[str, ...]


@attrs.frozen
class Way:
    """How a literal comes to its place.

    `blocks`: the object blocks that it goes into, outermost first, with the ends that they read, seen from outside.
    `checked`: a rule writes the place. `inside`: a rule copies an object around it: what that reads in this place, and
    how many names lead to the copy.
    """

    blocks: tuple[tuple[NEach, Spot], ...] = ()
    checked: bool = False
    inside: tuple[Spot, int] | None = None


def way_in(spot: Spot, statements: Iterable[NStatement], to: str, own: str) -> Way:
    """How a literal comes to a place of the side that is written. `own`: the root that bare paths there stand on."""
    return _way(spot.names, spot.root or own, statements, to, own, None, 0)


def _way(
    path: Path, root: str, statements: Iterable[NStatement], to: str, own: str, around: Spot | None, depth: int
) -> Way:
    for statement in statements:
        if not isinstance(statement, (NRule, NEach)) or statement.arrow not in ("<->", "->" if to == "new" else "<-"):
            continue
        sources, targets = _ends(statement, to)
        for target in targets:
            if (target.root or own) != root or path[: len(target.names)] != target.names:
                continue
            below, reached = path[len(target.names) :], depth + len(target.names)
            read = sources[0] if around is None else Spot(around.root, (*around.names, *sources[0].names))
            if below and isinstance(statement, NEach) and statement.kind == "object":
                inner = _way(below, "item", statement.body.statements, to, "item", read, reached)
                return attrs.evolve(inner, blocks=((statement, read), *inner.blocks))
            copied = below and isinstance(statement, NRule) and not statement.pipe and len(sources) == len(targets) == 1
            if not copied or (around is not None and sources[0].root):
                return Way(checked=True)
            return Way(checked=True, inside=(Spot(read.root, (*read.names, *below)), reached))
    return Way()


def literals_of(statements: Iterable[NStatement], side: str) -> Iterator[Spot]:
    """The places of a side that the guards of these statements' cases give a literal."""
    for statement in statements:
        if not isinstance(statement, NMatch):
            continue
        for case in statement.cases:
            yield from literals(case.guards, side)
            yield from literals_of(case.body.statements, side)
        if isinstance(statement.otherwise, NBlock):
            yield from literals_of(statement.otherwise.statements, side)


def literals(guards: Iterable[NGuard], side: str) -> Iterator[Spot]:
    """The places of a side that guards give a literal."""
    for guard in guards:
        if guard.side == side and guard.test.kind == "is" and isinstance(guard.of, Spot) and not guard.reads_request:
            yield guard.of


def sinks(key: tuple[str, Path], statements: Iterable[NStatement], side: str, own: str) -> bool:
    """Whether a place of a side (root and names) lies in an object block that does not name it."""
    root, path = key
    for statement in statements:
        if not isinstance(statement, NEach) or statement.kind != "object":
            continue
        end = statement.old if side == "old" else statement.new
        below = path[len(end.names) :]
        if below and (end.root or own) == root and path[: len(end.names)] == end.names:
            named = [name for inner in statement.body.statements for name in named_by(inner, side)]
            if any(name.owned and not name.root and below[: len(name.path)] == name.path for name in named):
                return sinks(("", below), statement.body.statements, side, "")
            return True
    return False


def _ends(statement: NRule | NEach, to: str) -> tuple[tuple[Spot, ...], tuple[Spot, ...]]:
    """What is read and what is written."""
    old = statement.old if isinstance(statement, NRule) else (statement.old,)
    new = statement.new if isinstance(statement, NRule) else (statement.new,)
    return (old, new) if to == "new" else (new, old)
