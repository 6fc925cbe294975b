"""Blocks that several Eaches run: each becomes one function inside that of the mapping.

def item_block(item, item_at, new_item, new_item_at):        item_at, new_item_at: the paths of the two items
    nonlocal log
    ...
    return new_item
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import attrs

from mapdsl.ir import Choose, Combine, Confirm, Each, Op, Place, blocks_of, shared_blocks

from .scope import writes_whole

__all__ = ["Shared", "functions_in", "names_up", "open_choices", "settle_names", "written_from_inside"]


@attrs.define(eq=False)
class Shared:
    """The shared blocks of a mapping by id(), the functions made of them so far, and what was found out of blocks."""

    blocks: frozenset[int]
    names: dict[int, str] = attrs.field(factory=dict)
    functions: list[ast.FunctionDef] = attrs.field(factory=list)
    asking: dict[int, bool] = attrs.field(factory=dict)


def functions_in(ops: tuple[Op, ...]) -> frozenset[int]:
    """The shared blocks that become functions, by id(): each that fills an object."""
    shared = shared_blocks(ops)
    return frozenset(id(block) for block in blocks_of(ops) if id(block) in shared and not writes_whole(block, "item"))


def written_from_inside(ops: tuple[Op, ...], kind: str) -> bool:
    """Whether a block in this one writes below this one's own target: a part of the message, or the item."""
    eaches = [op for op in _own(ops) if isinstance(op, Each)]
    if any(_writes(op.ops, "up") for op in eaches):
        return True
    return kind != "item" and any(_writes(block, kind) for op in eaches for block in blocks_of(op.ops))


def _writes(ops: tuple[Op, ...], root: str) -> bool:
    return any(writes and place.root == root and place.path for place, writes in _places(ops))


def names_up(ops: tuple[Op, ...]) -> bool:
    """Whether the operations of a block itself name the item around it."""
    return any(place.root == "up" for place, _ in _places(ops))


def open_choices(ops: tuple[Op, ...]) -> list[Choose]:
    """The open matches of a block, those in its branches included."""
    return [op for op in _own(ops) if isinstance(op, Choose) and op.open]


def _own(ops: tuple[Op, ...]) -> Iterator[Op]:
    """The operations of a block, those of its branches among them."""
    for op in ops:
        yield op
        if isinstance(op, Choose):
            yield from _own(op.ops)
            for alternative in op.alternatives:
                yield from _own(alternative.ops)
        elif isinstance(op, Combine):
            yield from op.moves


def _places(ops: tuple[Op, ...]) -> Iterator[tuple[Place, bool]]:
    """Each place that the operations of a block name, and whether it is one of the target."""
    for op in _own(ops):
        for field in ("source", "given", "at", "root"):
            place = getattr(op, field, None)
            if isinstance(place, Place):
                yield place, False
        yield from ((place, False) for place in getattr(op, "sources", ()))
        target = getattr(op, "target", None)
        for place in (*((target,) if isinstance(target, Place) else ()), *getattr(op, "targets", ())):
            yield place, True
        yield from ((place, True) for place in getattr(op, "under", ()))
        for case in op.cases if isinstance(op, Confirm) else ():
            yield from ((guard.place, True) for guard in case.guards)
        for alternative in op.alternatives if isinstance(op, Choose) else ():
            yield from ((guard.place, False) for guard in alternative.guards)
            yield from ((guard.place, True) for guard in alternative.checks)
            yield from ((place, True) for place, _ in alternative.writes)


def settle_names(function: ast.FunctionDef) -> None:
    """Say in each function inside this one which of its names are those of the function around. Names are unique."""
    inner = [each for each in function.body if isinstance(each, ast.FunctionDef)]
    if not inner:
        return
    own = {each.arg for each in function.args.args}
    own |= _stored(each for each in function.body if not isinstance(each, ast.FunctionDef))
    for each in inner:
        outside = sorted(_stored(each.body) & own)
        if outside:
            each.body.insert(0, ast.Nonlocal(outside))


def _stored(statements: Iterator[ast.stmt] | list[ast.stmt]) -> set[str]:
    nodes = (node for statement in statements for node in ast.walk(statement))
    return {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
