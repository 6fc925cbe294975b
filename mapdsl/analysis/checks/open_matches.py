"""Where a `match open` has no meaning: in a closed one, with a guard on the request, and in what others carry whole.

match {
  case old a is present, new b is present {
    match open { ... }            # MAP211: all names of the outer one are spoken for, whichever case is taken
  }
}
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from mapdsl.analysis.context import Context
from mapdsl.analysis.findings import Findings
from mapdsl.analysis.model import NBlock, NCase, NEach, NFan, NGuard, NMatch, NStatement, Spot, VariantModel

__all__ = ["check_open_matches"]


def check_open_matches(context: Context) -> None:
    """Report open matches that stand where they cannot be open, and two of one block that both say its `rest`."""
    for endpoint in context.endpoints:
        for variant in endpoint.variants:
            walk = _Walk(context.findings)
            for block in _blocks(variant):
                walk.block(block)
            if variant.fan is not None:
                walk.item(variant.fan.body, variant.fan)


def _blocks(variant: VariantModel) -> Iterator[NBlock]:
    yield from (variant.query, variant.request, variant.response)
    if variant.gather is not None:
        yield variant.gather.body
        if variant.gather.failure is not None:
            yield variant.gather.failure[1]
    if variant.failure is not None:
        yield variant.failure[1]


@attrs.frozen(eq=False)
class _Walk:
    """Looks through blocks, each once. `seen`: by id()."""

    findings: Findings
    seen: set[int] = attrs.field(factory=set, init=False)

    def block(self, block: NBlock) -> None:
        if id(block) in self.seen:
            return
        self.seen.add(id(block))
        self._statements(block.statements, _objects(block), closed=None)

    def item(self, block: NBlock, fan: NFan | None = None) -> None:
        """The block of an item, of a list or (`fan`) of a fan."""
        if id(block) in self.seen:
            return
        for match in _matches(block):
            if fan is not None and match.open:
                self.findings.error(
                    "MAP211",
                    "`match open` cannot stand in a fan",
                    match.node,
                    "not here",
                    (fan.node, "its messages share what nobody names"),
                    help="write `match closed`",
                )
            for guard in (guard for case in match.cases for guard in case.guards if match.open):
                if isinstance(guard.of, Spot) and guard.of.root and not guard.reads_request:
                    self.findings.error(
                        "MAP211",
                        "a guard of a `match open` in a block reads its item",
                        guard.node,
                        "outside of it",
                        help="write the match in the block around, or write `match closed`",
                    )
        self.block(block)

    def _statements(self, statements: tuple[NStatement, ...], live: tuple[NEach, ...], closed: NMatch | None) -> None:
        """`live`: the blocks of objects that run with these; `closed`: the closed match around."""
        said: NMatch | None = None
        for statement in statements:
            if isinstance(statement, NEach):
                self.item(statement.body)
            elif isinstance(statement, NMatch):
                if _says_rest(statement):
                    if said is not None:
                        self._report_rests(statement, said)
                    said = said or statement
                self._match(statement, live, closed)

    def _match(self, match: NMatch, live: tuple[NEach, ...], closed: NMatch | None) -> None:
        if match.open and closed is not None:
            self.findings.error(
                "MAP211",
                "`match open` cannot stand in a closed match",
                match.node,
                "not here",
                (closed.node, "all names in this one are spoken for, whichever case is taken"),
                help="make the outer match `match open`, or take the word away",
            )
            return
        for case in match.cases:
            beside = (*live, *_objects(case.body))
            for guard in case.guards if match.open else ():
                self._guard(guard, beside)
            self._statements(case.body.statements, beside, closed if match.open else match)
        if isinstance(match.otherwise, NBlock):
            beside = (*live, *_objects(match.otherwise))
            self._statements(match.otherwise.statements, beside, closed if match.open else match)

    def _guard(self, guard: NGuard, live: tuple[NEach, ...]) -> None:
        if guard.reads_request:
            self.findings.error(
                "MAP211",
                "a guard on the request cannot stand in a `match open`",
                guard.node,
                "not here",
                help="what nobody asked for must not be shown: write `match closed`",
            )
        if guard.test.kind != "is" or not isinstance(guard.of, Spot):
            return
        for each in live:
            if _lies_in(guard, guard.of, each):
                self.findings.error(
                    "MAP211",
                    "a `match open` cannot give a literal to an object that a block carries",
                    guard.node,
                    "in that object",
                    (each.node, "carried here"),
                    help="write the match in that block, or name the members one by one, or write `match closed`",
                )

    def _report_rests(self, again: NMatch, first: NMatch) -> None:
        self.findings.error(
            "MAP211",
            "two matches of one block both say its `rest`",
            _rest_of(again).node,
            "again",
            (_rest_of(first).node, "first said here"),
            help="leave `rest` to one of them, or write it in the block",
        )


def _objects(block: NBlock) -> tuple[NEach, ...]:
    """The blocks of objects in a block, those in cases apart."""
    return tuple(each for each in block.statements if isinstance(each, NEach) and each.kind == "object")


def _lies_in(guard: NGuard, spot: Spot, each: NEach) -> bool:
    end = each.old if guard.side == "old" else each.new
    return end.root == spot.root and spot.names[: len(end.names)] == end.names and len(spot.names) > len(end.names)


def _matches(block: NBlock) -> Iterator[NMatch]:
    """The matches of a block, those in branches included."""
    pending = list(block.statements)
    for statement in pending:  # grows while it is walked
        if isinstance(statement, NMatch):
            yield statement
            bodies = [case.body for case in statement.cases]
            bodies += [statement.otherwise] if isinstance(statement.otherwise, NBlock) else []
            pending += [inner for body in bodies for inner in body.statements]


def _says_rest(match: NMatch) -> bool:
    """Whether a branch, or a match in one, has a `rest` of its own."""
    if match.rest or any(case.rest for case in match.cases):
        return True
    bodies = [case.body for case in match.cases]
    bodies += [match.otherwise] if isinstance(match.otherwise, NBlock) else []
    inner = [each for body in bodies for each in body.statements if isinstance(each, NMatch)]
    return any(map(_says_rest, inner))


def _rest_of(match: NMatch) -> NCase | NMatch:
    """The first case that says `rest`, or the match itself."""
    return next((case for case in match.cases if case.rest), match)
