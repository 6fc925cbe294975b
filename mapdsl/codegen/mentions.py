"""What a mapping reads and writes, found in one walk: its functions ask for much of it, and a mapping may be long."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from mapdsl.ir import Choose, Keep, Op, Place, blocks_of

from .scope import writes, writes_whole

__all__ = ["Mentions", "enters_item", "mentions_of"]


@attrs.frozen
class Mentions:
    """The roots that are `read` and `written`, and those `entered`: members of them are read.

    `body_read`: anything but a Keep reads the body itself. `body_written`: it is written as a whole.
    """

    read: frozenset[str]
    written: frozenset[str]
    entered: frozenset[str]
    body_read: bool
    body_written: bool


def mentions_of(ops: tuple[Op, ...]) -> Mentions:
    """What operations and those in them mention, each block once."""
    read: set[str] = set()
    written: set[str] = set()
    entered: set[str] = set()
    body_read = False
    for op in (op for block in blocks_of(ops) for op in block):
        for place in _read_by(op):
            read.add(place.root)
            if place.path:
                entered.add(place.root)
            elif place.root == "body" and not isinstance(op, Keep):
                body_read = True
        if not isinstance(op, Keep):
            written.update(place.root for place in writes((op,)))
            continue
        written.add(op.target.root)
        if op.named.members:
            entered.add(op.source.root)
    return Mentions(frozenset(read), frozenset(written), frozenset(entered), body_read, writes_whole(ops, "body"))


def enters_item(ops: tuple[Op, ...]) -> bool:
    """Whether members of the item are read, by the operations that stand outside of any Each: in one it is another."""
    return any(
        any(place.root == "item" and place.path for place in _read_by(op))
        or (isinstance(op, Keep) and op.source.root == "item" and bool(op.named.members))
        for op in _outside_of_lists(ops)
    )


def _outside_of_lists(ops: tuple[Op, ...]) -> Iterator[Op]:
    """The operations and those in their cases, not those of an Each."""
    for op in ops:
        yield op
        if isinstance(op, Choose):
            yield from _outside_of_lists(op.ops)
            for alternative in op.alternatives:
                yield from _outside_of_lists(alternative.ops)


def _read_by(op: Op) -> Iterator[Place]:
    """Every place that an operation reads, those within it apart."""
    for field in ("source", "at", "root", "given"):
        place = getattr(op, field, None)
        if isinstance(place, Place):
            yield place
    yield from getattr(op, "sources", ())
    yield from (move.source for move in getattr(op, "moves", ()))
    if isinstance(op, Choose):
        yield from (guard.place for alternative in op.alternatives for guard in alternative.guards)
