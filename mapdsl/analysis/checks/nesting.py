"""How deep blocks stand in each other, through the shapes that they include; and shapes that include themselves.

shape a { x <-> y { include b } }
shape b { l[] <-> m[] { include a } }     # MAP107: `a` includes itself

What is reported is also left out of the normal form, so that every later phase may go down into blocks level by level.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import attrs

from mapdsl import syntax
from mapdsl.analysis.context import Context, items
from mapdsl.analysis.findings import Findings
from mapdsl.paths import ITEMS, KEYS

__all__ = ["check_nesting"]

# Generated code nests as the blocks do. Python takes no more than 20 loops in each other and 100 levels of indentation.
MAX_BLOCKS = 48
MAX_LISTS = 16


@attrs.frozen
class _Depth:
    """How many blocks, and how many lists and maps among them, stand around something or in it."""

    blocks: int = 0
    lists: int = 0

    def within(self, outer: _Depth) -> _Depth:
        return _Depth(self.blocks + outer.blocks, self.lists + outer.lists)

    def deeper(self, other: _Depth) -> _Depth:
        return _Depth(max(self.blocks, other.blocks), max(self.lists, other.lists))

    @property
    def too_deep(self) -> bool:
        return self.blocks > MAX_BLOCKS or self.lists > MAX_LISTS


def check_nesting(context: Context) -> None:
    """Report shapes that include themselves and blocks that stand too deep; fill `unfollowed` with both."""
    for name, file in context.files.items():
        shapes = _Shapes(context.scopes[name].shapes, context)
        for shape in items(file, syntax.Shape):
            shapes.depth_of(shape)
        for endpoint in items(file, syntax.Endpoint):
            shapes.check(_endpoint_blocks(endpoint.parts))


class _Shapes:
    """The shapes that a file sees, each measured once."""

    def __init__(self, shapes: Mapping[str, syntax.Shape], context: Context) -> None:
        self.shapes = shapes
        self.unfollowed = context.unfollowed
        self.findings: Findings = context.findings
        self.depths: dict[str, _Depth] = {}

    def depth_of(self, shape: syntax.Shape) -> None:
        if shape.name in self.depths:
            return
        for circle in _circles(shape.name, self.shapes, self.depths):
            for name in circle:
                self._leave_circles_out(self.shapes[name], circle)
            for name in circle:
                self.depths[name] = _Depth()
            for name in circle:
                self.depths[name] = self.check(_statements(self.shapes[name].block.statements, _Depth()))

    def check(self, statements: Iterable[tuple[syntax.Statement, _Depth]]) -> _Depth:
        """How deep the statements go; what goes too deep is reported and does not count."""
        deepest = _Depth()
        for statement, around in statements:
            depth = around
            if isinstance(statement, syntax.Include):
                if statement.span in self.unfollowed:
                    continue
                if statement.name not in self.depths and statement.name in self.shapes:
                    self.depth_of(self.shapes[statement.name])
                depth = self.depths.get(statement.name, _Depth(-1)).within(around).within(_Depth(1))
            if not depth.too_deep:
                deepest = deepest.deeper(depth)
            elif statement.span not in self.unfollowed:
                self._report(statement, depth)
        return deepest

    def _report(self, statement: syntax.Statement, depth: _Depth) -> None:
        self.unfollowed.add(statement.span)
        most = (
            f"{MAX_LISTS} lists stand in" if depth.lists > MAX_LISTS else f"{MAX_BLOCKS} blocks and includes stand in"
        )
        count = depth.lists if depth.lists > MAX_LISTS else depth.blocks
        self.findings.error(
            "MAP112",
            f"at most {most} each other, here {count}",
            statement,
            "too deep",
            help="map the field as a whole, without a block, from some level on",
        )

    def _leave_circles_out(self, shape: syntax.Shape, circle: frozenset[str]) -> None:
        for include in _includes(shape):
            if include.name not in circle:
                continue
            self.unfollowed.add(include.span)
            self.findings.error(
                "MAP107",
                f"shape `{shape.name}` includes itself",
                include,
                "leads back here",
                (shape, "the shape"),
                help="take the `include` away; what repeats inside itself is written out as far as it goes",
            )


def _circles(start: str, shapes: Mapping[str, syntax.Shape], known: Mapping[str, object]) -> Iterator[frozenset[str]]:
    """The shapes that `start` leads to and that are not known yet, inner ones first, each with those it leads back to.

    Tarjan's strongly connected components, without recursion: a chain of shapes may be as long as a text.
    """
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    open_: dict[str, None] = {}
    path: list[tuple[str, Iterator[str]]] = []

    def enter(name: str) -> None:
        order[name] = low[name] = len(order)
        open_[name] = None
        inner = (include.name for include in _includes(shapes[name]))
        path.append((name, (each for each in inner if each in shapes and each not in known)))

    enter(start)
    while path:
        name, inner = path[-1]
        following = next(inner, None)
        if following is not None:
            if following not in order:
                enter(following)
            elif following in open_:
                low[name] = min(low[name], order[following])
            continue
        path.pop()
        if path:
            low[path[-1][0]] = min(low[path[-1][0]], low[name])
        if low[name] == order[name]:
            circle: list[str] = []
            while not circle or circle[-1] != name:
                circle.append(open_.popitem()[0])
            yield frozenset(circle)


def _includes(shape: syntax.Shape) -> Iterator[syntax.Include]:
    for statement, _ in _statements(shape.block.statements, _Depth()):
        if isinstance(statement, syntax.Include):
            yield statement


def _endpoint_blocks(parts: Iterable[syntax.Statement]) -> Iterator[tuple[syntax.Statement, _Depth]]:
    for part in parts:
        if isinstance(part, (syntax.Request, syntax.Query, syntax.Response, syntax.Failure)):
            yield from _statements(part.block.statements, _Depth())
        elif isinstance(part, syntax.Variant):
            yield from _endpoint_blocks(part.parts)


def _statements(statements: Iterable[syntax.Statement], around: _Depth) -> Iterator[tuple[syntax.Statement, _Depth]]:
    """Every statement, however deep, with the blocks and lists around it, its own crossings included."""
    for statement in statements:
        depth = around
        if isinstance(statement, syntax.Rule):
            crossed = max(_crossed(statement.old), _crossed(statement.new))
            depth = _Depth(crossed, crossed).within(around)
            inner = _nested(statement.pipe)
            yield statement, _Depth(inner, inner).within(depth)
        else:
            yield statement, depth
        if isinstance(statement, (syntax.Fan, syntax.Gather)):
            depth = _Depth(1, 1).within(around)
        for block in _blocks(statement):
            yield from _statements(block.statements, _Depth(1).within(depth))


def _blocks(statement: syntax.Statement) -> Iterator[syntax.Block]:
    if isinstance(statement, (syntax.Rule, syntax.Failure, syntax.Fan, syntax.Gather)):
        if statement.block is not None:
            yield statement.block
    elif isinstance(statement, syntax.Match):
        yield from (case.block for case in statement.cases)
        if isinstance(statement.otherwise, syntax.Block):
            yield statement.otherwise


def _nested(pipe: Iterable[syntax.Conversion]) -> int:
    """How deep steps stand in steps: `each(each(integer))` is two loops."""
    below = (tuple(each for each in step.args if isinstance(each, syntax.Conversion)) for step in pipe)
    return max((1 + _nested(steps) for steps in below if steps), default=0)


def _crossed(end: syntax.End | syntax.TupleEnd) -> int:
    ends = end.ends if isinstance(end, syntax.TupleEnd) else (end,)
    return max(sum(step is ITEMS or step is KEYS for step in one.ref.path) for one in ends)
