"""How large a block is with everything in it written out, and from what size on it is made once for all its places.

shape a { x <-> y }                                     1 statement
shape b { p <-> q { include a }; r <-> s { include a } }    4 with `a` written out
shape c { p <-> q { include b }; r <-> s { include b } }    10, and each further shape doubles it

A small block is written out wherever it stands: reports then name the rule of that very place. A large one is one
block with several places, so that what is made of a text grows with the text and not with what it includes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set

import attrs

from mapdsl import syntax
from mapdsl.diagnostics import Span

__all__ = ["LARGE", "Weights"]

LARGE = 12  # statements: from here on a block is shared


@attrs.frozen
class Weights:
    """Counts statements; each shape is counted once."""

    shapes: Mapping[str, syntax.Shape]
    unfollowed: Set[Span] = frozenset()  # statements that are left out: too deep, or leading back to their shape
    _known: dict[str, int] = attrs.field(factory=dict, init=False)

    def is_large(self, statements: Iterable[syntax.Statement]) -> bool:
        return self.of(statements) >= LARGE

    def of(self, statements: Iterable[syntax.Statement]) -> int:
        return sum(map(self._one, statements))

    def _one(self, statement: syntax.Statement) -> int:
        if statement.span in self.unfollowed:
            return 0
        if isinstance(statement, syntax.Include):
            return self._shape(statement.name)
        if isinstance(statement, syntax.Rule) and statement.block is not None:
            return 1 + self.of(statement.block.statements)
        if isinstance(statement, syntax.Match):
            blocks = [case.block for case in statement.cases]
            if isinstance(statement.otherwise, syntax.Block):
                blocks.append(statement.otherwise)
            return 1 + sum(self.of(block.statements) for block in blocks)
        return 1

    def _shape(self, name: str) -> int:
        if name not in self._known and name in self.shapes:
            self._known[name] = self.of(self.shapes[name].block.statements)
        return self._known.get(name, 0)
