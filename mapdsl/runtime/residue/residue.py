"""Residue: what a translation could not carry, kept as JSON, and put back on the way home.

    {"mapdsl": 2, "endpoint": "list_cdrs", "variant": "list", "part": "response", "to": "new", "digest": "...",
     "items":   [{"from": ["body", "records"], "to": ["body", "cdrs"], "key": "u-1", "item": "<digest>", "nth": 0}],
     "entries": [{"path": ["body", "records", 0, "cpc"], "value": 0.10,
                  "images": [{"path": ["body", "cdrs", 0, "cost"], "value": "0.1"}]}]}

Names are members; a number is not an index but a row of `items`, which says how that item is found again: `from` is
its list in the message, `to` the list in its translation. A row with `only` is the one item of a list that holds
exactly one: it needs no other sign. An entry without `value` says that nothing stood there; a body of bytes stands in
`bytes`, in base64. An image with a `digest` in place of a value means everything below it.
`when` lists, in the form of images, what chose the rules that an entry comes of (`there`: anything may stand there).
`choices` lists each `match` in whose branch it was found (`of`: its rule), where the `roots` of its guards stand, and
the number of the `case` that the way home takes (null: none). The entry comes back where that case is taken.
`parents` counts the objects above the place that come and go with it; `given` is what the way home writes there by
itself. An entry whose item, parent or image is gone no longer fits and is ignored.

Rows, or entries, that differ in their items and values alone stand in one element with a `count`: packed.py. Format 1
had none of these.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import attrs

from mapdsl.conversions import ABSENT
from mapdsl.records import Record
from mapdsl.runtime.compiled import (
    CompiledMapping,
    Left,
    Note,
    Parts,
    RequestPair,
    fresh,
    read,
    spread,
)

from .sealing import Sealer, stands

__all__ = ["FORMAT", "ResidueKey", "make_residue", "own_residue"]

FORMAT = 2


@attrs.frozen(repr=False)
class ResidueKey(Record):
    """Whose residue it is: `part` is request, response or failure, `to` the way the message went."""

    endpoint: str
    variant: str | None
    part: str
    to: str
    digest: str

    def head(self) -> dict[str, Any]:
        variant = {} if self.variant is None else {"variant": self.variant}
        return {
            "mapdsl": FORMAT,
            "endpoint": self.endpoint,
            **variant,
            "part": self.part,
            "to": self.to,
            "digest": self.digest,
        }


def make_residue(
    notes: Iterable[Note | Left],
    source: Parts,
    target: Parts,
    ways: CompiledMapping,
    stamp: ResidueKey,
    asked: RequestPair | None = None,
) -> dict[str, Any]:
    """The residue of one translation: `source` is what was translated, `target` what came of it.

    It shares objects and lists with them: results copy it.
    """
    kept = [settled for note in notes if (settled := _settle(note, target)) is not None]
    simple = _simple_entries(kept, source)
    if simple is not None:
        return {**stamp.head(), "items": [], "entries": simple}
    if not _alike(kept):
        kept = list(spread(kept))
    sealer = Sealer(kept, source, target, ways, stamp.to, asked)
    for note in kept:
        if isinstance(note, Left):
            sealer.add_left(note)
        else:
            sealer.add(note)
    items, entries = sealer.packer.packed()
    return {**stamp.head(), "items": items, "entries": entries}


def own_residue(
    notes: Sequence[Note | Left], source: Parts, target: Parts, ways: CompiledMapping, stamp: ResidueKey
) -> dict[str, Any]:
    """The residue of a translation, which shares nothing with it."""
    simple = _simple_entries(notes, source)
    if simple is None:
        kept: dict[str, Any] = fresh(make_residue(notes, source, target, ways, stamp))
        return kept
    return {**stamp.head(), "items": [], "entries": simple}


def _simple_entries(notes: Sequence[Note | Left], source: Parts) -> list[dict[str, Any]] | None:
    """The entries of notes that stand alone, as those of a small message do: members of a part, which comes home with
    them by what else it holds. None where one must be looked at closer. They share nothing with the notes."""
    entries: list[dict[str, Any]] = []
    for note in notes:
        if isinstance(note, Left) or len(note.path) != 2 or note.images or note.under or note.when or note.chosen:
            return None
        root, name = note.path
        held = getattr(source, str(root))
        if type(held) is not dict:
            return None
        entry: dict[str, Any] = {"path": [root, name]}
        if note.value is not ABSENT:
            entry["value"] = fresh(note.value)
            if type(note.value) is bytes or not _holds_more(held, root, notes):
                return None
        elif note.given is ABSENT:
            return None
        if note.given is not ABSENT:
            entry["given"] = fresh(note.given)
        entries.append(entry)
    return entries


def _holds_more(held: dict[str, Any], root: str | int, notes: Sequence[Note | Left]) -> bool:
    """Whether a part surely holds something that no note is about: then it stands on the other side, too."""
    loose = {note.path for note in notes if isinstance(note, Note)}
    return any(type(each) is not dict and (root, name) not in loose for name, each in held.items())


def _alike(notes: Sequence[Note | Left]) -> bool:
    """Whether items of which the same is left have entries of the same kinds: no other loss of theirs decides which
    objects come home with a member."""
    items = [note.where for note in notes if type(note) is Left]
    if not items:
        return True
    for note in notes:
        if isinstance(note, Left) or note.value is ABSENT or len(note.path) == 1 or type(note.path[-2]) is int:
            continue
        if not stands(note) and any(isinstance(step, int) for step in note.path):
            return False
    return len(set(items)) == len(items)


def _settle(note: Note | Left, target: Parts) -> Note | Left | None:
    """The note with what stands in the end where the way home will read; None where it will write nothing."""
    if isinstance(note, Left) or not note.under:
        return note
    images = tuple((at, read(target, at)) for at in note.under)
    if note.value is ABSENT:
        images = tuple((at, value) for at, value in images if value is not ABSENT)
        if not images:
            return None
    return attrs.evolve(note, images=(*note.images, *images), under=())
