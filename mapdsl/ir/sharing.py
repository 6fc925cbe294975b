"""Blocks that several operations run: one tuple of operations, known by its identity.

each object item.x -> item.y { ... }        both run the one tuple: what is made of it is made once
each object item.z -> item.w { ... }

Whoever walks the operations of a mapping visits each block once, or its cost doubles with every level of such pairs.
"""

from __future__ import annotations

from collections.abc import Iterator

from .ops import Choose, Each, Op

__all__ = ["blocks_of", "shared_blocks"]


def blocks_of(ops: tuple[Op, ...]) -> Iterator[tuple[Op, ...]]:
    """The block itself, its branches, and all blocks in it, in the order of the text, each once."""
    seen: set[int] = set()
    waiting = [ops]
    while waiting:
        block = waiting.pop()
        if id(block) not in seen:
            seen.add(id(block))
            yield block
            waiting.extend(reversed([inner for op in block for inner in _inner(op)]))


def shared_blocks(ops: tuple[Op, ...]) -> frozenset[int]:
    """The blocks that more than one Each runs, by id()."""
    once: set[int] = set()
    again: set[int] = set()
    for block in blocks_of(ops):
        for op in block:
            if isinstance(op, Each) and op.ops:
                (again if id(op.ops) in once else once).add(id(op.ops))
    return frozenset(again)


def _inner(op: Op) -> Iterator[tuple[Op, ...]]:
    if isinstance(op, Each):
        yield op.ops
    elif isinstance(op, Choose):
        yield from (alternative.ops for alternative in op.alternatives)
        yield op.ops
