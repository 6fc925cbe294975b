"""What each branch of an open match adds to the rest of its block, and what the way home must find of its choice.

match open { case old kind is "a", new v is present { x <-> v }; else pass }
    to new, case 0: and {kind, x}, taken {v}        else: nothing, so `x` is rest there
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from mapdsl.analysis import NBlock, NCase, NGuard, NMatch, NStatement
from mapdsl.ir import Confirm, Guard, Names, OpenMatch, Place, Promised, Share

from .literals import literals
from .names import Named, named_by, named_in, tree
from .pipes import cell
from .rules import RuleTable

__all__ = ["always_in", "always_named", "confirm", "in_words", "lost_literals", "open_match", "opened"]

Both = tuple[str, str]  # of what is read and of what is written

_WORDS = {"present": "present", "absent": "absent"}


def always_named(statements: Iterable[NStatement], side: str) -> list[Named]:
    """What statements name on a side, whatever an open match among them takes."""
    return [
        name for each in statements if not (isinstance(each, NMatch) and each.open) for name in named_by(each, side)
    ]


def always_in(block: NBlock, side: str) -> Iterable[Named]:
    """The same, of a block."""
    return always_named(block.statements, side) if any(opened(block.statements)) else named_in(block, side)


def opened(statements: Iterable[NStatement]) -> Iterator[NMatch]:
    """The open matches among statements, an outer one before those in its branches."""
    for statement in statements:
        if isinstance(statement, NMatch) and statement.open:
            yield statement
            for body in _bodies(statement):
                yield from opened(body.statements)


def _bodies(match: NMatch) -> Iterator[NBlock]:
    yield from (case.body for case in match.cases)
    if isinstance(match.otherwise, NBlock):
        yield match.otherwise


def open_match(
    match: NMatch,
    number: int,
    ways: tuple[str, str],
    roots: tuple[str, str],
    bare: tuple[str, str],
    guards: tuple[str, ...],
) -> OpenMatch | None:
    """An open match as the Keep between two `roots` knows it (source and target); None where it names nothing there.

    `ways`: the sides that are read and written. `bare`: what bare names of its block stand on there. `guards`: the
    roots of its guards on the target.
    """
    own = bare == roots
    shares = [
        _share(case.body.statements, case.guards, case.rest if own else "", ways, roots, bare) for case in match.cases
    ]
    otherwise = match.otherwise.statements if isinstance(match.otherwise, NBlock) else ()
    shares.append(_share(otherwise, (), match.rest if own else "", ways, roots, bare))
    places: dict[tuple[str, ...], None] = {}
    for side, root, stands in zip(ways, roots, bare, strict=True):
        names = [name for each in (*match.cases, *otherwise) for name in named_by(each, side)]
        places |= dict.fromkeys(name.path for name in names if (name.root or stands) == root)
    if any(share.policy for share in shares):
        places[()] = None
    if not places and all(share == Share() for share in shares):
        return None
    return OpenMatch(number, tuple(shares), tuple(places), guards)


def _share(
    statements: tuple[NStatement, ...],
    guards: tuple[NGuard, ...],
    policy: str,
    ways: Both,
    roots: Both,
    bare: Both,
) -> Share:
    trees: list[Names] = []
    for side, root, own in zip(ways, roots, bare, strict=True):
        told = [Named(spot.root, spot.names, owned=False) for spot in literals(guards, side)]
        trees.append(tree([*always_named(statements, side), *told], root, own))
    return Share(trees[0], trees[1], policy)


def lost_literals(case: NCase, source: str, to: str) -> list[Named]:
    """The literals of a case that the way home does not write again: no guard there tells the case apart."""
    if any(guard.side == to for guard in case.guards):
        return []
    return [Named(spot.root, spot.names, owned=True) for spot in literals(case.guards, source)]


def confirm(
    match: NMatch, rule_table: RuleTable, at: Place, to: str, guard: Callable[[NGuard], Guard]
) -> Confirm | None:
    """The second look at an open match on the way to a side; None where nothing on that side tells its cases apart."""
    cases = []
    for case in match.cases:
        told = [each for each in case.guards if each.side == to]
        name = f"case {', '.join(map(_said, case.guards))}"
        texts = tuple(f"{_place(each)} to become {_wanted(each)}, which {name} promises" for each in told)
        cases.append(Promised(rule_table.number(case), tuple(map(guard, told)), texts, name))
    if not any(case.guards for case in cases):
        return None
    return Confirm(rule_table.number(match), at, tuple(cases))


def _said(guard: NGuard) -> str:
    return f"{guard.side} {in_words(guard)}"


def in_words(guard: NGuard) -> str:
    """A guard in words: `type is "a"`."""
    values = ", ".join(_spelled(value) for value in guard.test.values)
    words = {**_WORDS, "not": f"not {values}", "one_of": f"one of {values}"}
    return f"{_place(guard)} is {words.get(guard.test.kind, values)}"


def _place(guard: NGuard) -> str:
    return guard.of if isinstance(guard.of, str) else ".".join(guard.of.names) or guard.of.root or "$"


def _spelled(value: Any) -> str:
    return json.dumps(cell(value), ensure_ascii=False, default=str)


def _wanted(guard: NGuard) -> str:
    texts = [_spelled(value) for value in guard.test.values]
    words = {"present": "a value", "absent": "nothing", "one_of": f"one of {', '.join(texts)}"}
    return words.get(guard.test.kind) or ("not " if guard.test.kind == "not" else "") + texts[0]
