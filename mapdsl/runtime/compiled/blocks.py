"""Where the blocks of a mapping stand on either side: for residue, which follows an item from one side to the other.

A block of several places is one node with several nodes above it, so a path is looked for from the root down.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import attrs

from mapdsl.records import Record

from .places import Where

__all__ = ["ONLY", "Block", "Blocks", "as_blocks", "matches"]

ONLY = "[0]"  # in the path of a block: the one item of a list that holds exactly one
ITEM = "item"

Pattern = tuple[str, ...]
Pair = tuple[Pattern, Pattern]
Moved = Callable[[Pattern], Pattern]


@attrs.frozen(eq=False, repr=False)
class Block(Record):
    """A block (list, `*` object or object): its end on the old and on the new side, with "[]" for items, "*" for keys.

    An end begins with "item" where it stands on the item of the block around, else with a part of the message:
    (("item", "records", "[]"), ("item", "cdrs", "[]")). A list of one against its item has ONLY on the old side:
    (("item", "records", "[0]"), ("item", "cdr")). `key`: the member by which the items of an old list are known.
    """

    ends: Pair
    key: str | None = None
    inner: tuple[Block, ...] = ()
    # Whether something in it stands elsewhere than on its item, by side.
    scattered: tuple[bool, bool] = attrs.field(init=False)

    @scattered.default
    def _scatters(self) -> tuple[bool, bool]:
        old, new = (any(each.ends[side][0] != ITEM or each.scattered[side] for each in self.inner) for side in (0, 1))
        return old, new

    def at(self, around: Pair) -> Pair:
        """The ends from the root, in a block that stands `around`."""
        old, new = ((*base, *end[1:]) if end[0] == ITEM else end for base, end in zip(around, self.ends, strict=True))
        return old, new


_MOST_PATHS = 10_000  # that are remembered: names of members that no spec knows are without end


@attrs.frozen(eq=False, repr=False)
class Blocks(Record):
    """All blocks of a mapping. `base`: what the outermost ones stand on."""

    top: tuple[Block, ...] = ()
    base: Pair = ("body",), ("body",)
    _found: dict[tuple[int, Where], tuple[tuple[Block, Pair], ...]] = attrs.field(factory=dict, init=False, repr=False)

    def __iter__(self) -> Iterator[Pair]:
        """Each place of each block, outer ones first."""
        return (ends for _, ends in _below(self.top, self.base, lambda block, ends: True))

    def matching(self, path: Where, side: int) -> Iterator[Pair]:
        """The places whose end on a side (0: old) is this path."""
        return (ends for _, ends in self._meaning(path, side))

    def key_member(self, path: Where) -> str | None:
        """The member by which the items of this old list are known; `path` is that of an item."""
        found = (block.key for at in (path, path[:-1]) for block, _ in self._meaning(at, 0) if block.key is not None)
        return next(found, None)

    def under(self, root: str, side: int) -> Iterator[Pattern]:
        """The ends on a side that stand in one part of the message."""

        def leads(block: Block, ends: Pair) -> bool:
            return ends[side][0] == root or block.scattered[side]

        return (ends[side] for _, ends in _below(self.top, self.base, leads) if ends[side][0] == root)

    def moved(self, own: Iterable[Block], old: Moved, new: Moved) -> Blocks:
        """The same blocks in other places: what `old` and `new` make of a path from the root. `own` come first."""
        known: dict[int, Block] = {}

        def move(block: Block) -> Block:
            if id(block) not in known:
                ends = tuple(end if end[0] == ITEM else to(end) for end, to in zip(block.ends, (old, new), strict=True))
                known[id(block)] = Block((ends[0], ends[1]), block.key, tuple(map(move, block.inner)))
            return known[id(block)]

        return Blocks((*own, *map(move, self.top)), (old(self.base[0]), new(self.base[1])))

    def _meaning(self, path: Where, side: int) -> tuple[tuple[Block, Pair], ...]:
        """The blocks that mean a path. Items of a list are alike, but for the first: they are asked for once."""
        key = (side, tuple([1 if isinstance(step, int) and step else step for step in path]))
        found = self._found.get(key)
        if found is None:
            found = tuple(self._search(path, side))
            if len(self._found) < _MOST_PATHS:
                self._found[key] = found
        return found

    def _search(self, path: Where, side: int) -> Iterator[tuple[Block, Pair]]:
        def leads(block: Block, ends: Pair) -> bool:
            end = ends[side]
            return block.scattered[side] or (len(end) <= len(path) and matches(end, path[: len(end)]))

        return (each for each in _below(self.top, self.base, leads) if matches(each[1][side], path))


def _below(
    blocks: tuple[Block, ...], around: Pair, leads: Callable[[Block, Pair], bool]
) -> Iterator[tuple[Block, Pair]]:
    """The blocks with their ends from the root; only those that lead somewhere are entered."""
    for block in blocks:
        ends = block.at(around)
        yield block, ends
        if leads(block, ends):
            yield from _below(block.inner, ends, leads)


def as_blocks(listed: Blocks | Iterable[tuple[Pattern, Pattern] | tuple[Pattern, Pattern, str | None]]) -> Blocks:
    """Blocks out of rows of (old, new) or (old, new, key), each from the root."""
    if isinstance(listed, Blocks):
        return listed
    return Blocks(tuple(Block((row[0], row[1]), row[2] if len(row) == 3 else None) for row in listed))


def matches(pattern: Pattern, path: Where) -> bool:
    """Whether a path is one that a pattern with `[]`, `*` and ONLY means."""
    if len(pattern) != len(path):
        return False
    return all(
        (wanted == "[]" or (wanted == ONLY and step == 0)) if isinstance(step, int) else wanted in (step, "*")
        for wanted, step in zip(pattern, path, strict=True)
    )
