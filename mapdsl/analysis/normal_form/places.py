"""Where ends stand: from a path as written to plain member names under a root, and the lists it crosses.

recipients[].to           ("", ("recipients",)) list ("to",)
@body.a, at the top       ("", ("a",))
@body.a, in a block       ("body", ("a",))
@up.a, one block down     ("body", ("a",))     the block around is the message itself
@up.a, two blocks down    ("up", ("a",))
"""

from __future__ import annotations

from typing import Literal

import attrs

from mapdsl import syntax
from mapdsl.analysis.findings import Findings, suggestion
from mapdsl.paths import ITEMS, Ref

__all__ = ["Crossed", "Frame", "Kind", "Part", "cross", "plain_root"]

Kind = Literal["object", "list", "map", "one"]
Part = Literal["request", "query", "response"]
ROOTS: dict[Part, frozenset[str]] = {
    "request": frozenset({"", "$", "@body", "@path", "@query", "@header", "@up"}),
    "query": frozenset({"", "$", "@body", "@path", "@query", "@header", "@up"}),
    "response": frozenset(
        {"", "$", "@body", "@header", "@status", "@up", "@request.body", "@request.path", "@request.query"}
    ),
}
EVERY_ROOT = frozenset().union(*ROOTS.values())
# Roots under which exactly that many names stand; the others take any number.
NAMES_BELOW = {"@path": 1, "@header": 1, "@status": 0, "@request.path": 1}


@attrs.frozen
class Frame:
    """Where a block stands: its part of the message, how many blocks lie around it, and how far `@up` is.

    `up` is the number of items between this block and the one written around it: `a.*[] <-> b.*[] { ... }` has two.
    `depth` counts to two, which stands for "more": frames in which ends read alike are equal.
    """

    part: Part
    depth: int = 0
    up: int = 0
    rest: str = "keep"

    def inside(self, crossed: int, rest: str) -> Frame:
        return Frame(self.part, min(self.depth + 1, 2), crossed, rest)


@attrs.frozen
class Crossed:
    """An end cut at each `[]` and `*`: always one more run of names than crossings."""

    root: str
    runs: tuple[tuple[str, ...], ...]
    kinds: tuple[Kind, ...]


def cross(end: syntax.End, frame: Frame, findings: Findings) -> Crossed | None:
    """The end in its frame; None where it cannot stand there, which is reported."""
    root = plain_root(end, frame, findings)
    if root is None:
        return None
    runs: list[tuple[str, ...]] = [()]
    kinds: list[Kind] = []
    for step in end.ref.path:
        if isinstance(step, str):
            runs[-1] = (*runs[-1], step)
        else:
            kinds.append("list" if step is ITEMS else "map")
            runs.append(())
    return Crossed(root, tuple(runs), tuple(kinds))


def plain_root(end: syntax.End, frame: Frame, findings: Findings) -> str | None:
    ref = end.ref
    if ref.root not in ROOTS[frame.part]:
        _report_root(ref, end, frame, findings)
        return None
    names = NAMES_BELOW.get(ref.root)
    path = ref.path[:-1] if ref.root == "@header" and ref.path[-1:] == (ITEMS,) else ref.path  # a header may repeat
    if names is not None and (len(path) != names or not all(isinstance(step, str) for step in path)):
        wanted = f"`{ref.root}` stands alone" if names == 0 else f"one name follows: `{ref.root}.name`"
        findings.error("MAP202", f"`{ref}` is no place", end, f"{wanted}", help=wanted)
        return None
    if ref.root == "@up":
        return _up(end, frame, findings)
    own = "@query" if frame.part == "query" else "@body"
    if ref.root in ("", "$") or (ref.root == own and frame.depth == 0):
        return ""
    return ref.root.removeprefix("@")


def _up(end: syntax.End, frame: Frame, findings: Findings) -> str | None:
    if frame.depth == 0:
        advice = "`@up` is the block around a nested one; here the path alone will do"
        findings.error("MAP202", "`@up` has nothing to name here", end, "no block is around this one", help=advice)
        return None
    if frame.depth == 1:
        return "query" if frame.part == "query" else "body"
    if frame.up > 1:
        advice = "write the crossings as nested blocks, one `[]` or `*` each, or name the place from `@body`"
        findings.error("MAP202", "`@up` is more than one item away", end, f"{frame.up} items away", help=advice)
        return None
    return "up"


def _report_root(ref: Ref, end: syntax.End, frame: Frame, findings: Findings) -> None:
    if ref.root not in EVERY_ROOT:
        headline = f"`{ref.root}` is no part of a message"
        advice = suggestion(
            ref.root, EVERY_ROOT - {"", "$"}, "the parts are @body, @path, @query, @header, @status, @up, @request"
        )
    elif frame.part == "response":
        headline = f"a response has no `{ref.root}`"
        advice = f"for the request that it answers, write `@request.{ref.root[1:]}`" if ref.root != "@header" else ""
    else:
        headline = f"a request has no `{ref.root}`"
        advice = "only a response has a status, and only in a response the request can be read"
    findings.error("MAP202", headline, end, "not here", help=advice)
