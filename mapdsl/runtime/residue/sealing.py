"""Notes of what was lost become entries of residue, and indexes in their paths rows that say how an item is found."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from typing import Any

import attrs

from mapdsl.conversions import ABSENT
from mapdsl.records import Record
from mapdsl.runtime.compiled import (
    ONLY,
    Chosen,
    CompiledMapping,
    Left,
    Members,
    Note,
    Parts,
    RequestPair,
    Where,
    at_last_item,
    read,
    spread,
    taken,
)

from .lists import Lists, digest_of
from .packed import Kind, Packer

__all__ = ["Sealer", "stands"]

# Of a plain note and each of its images the path to the last item, wiped, and the names below it.
Form = tuple[Where, ...]
Head = tuple[Where, tuple[int, ...]]  # a path to an item, wiped, and the rows that stand for its indexes


@attrs.define(eq=False, repr=False)
class _Rows(Record):
    """What the rows of a list have in common whose items are in `there` of the translation, each at its own index.

    `place` and `place_there` are the two paths as a row spells them. `kind` is not known before the first row.
    """

    there: Where
    place: list[Any]
    place_there: list[Any]
    numbers: tuple[int, ...]
    depth: int
    digests: list[str]
    ranks: list[int]
    kind: Kind | None = None


class Sealer:
    """Turns notes into entries, and the list indexes in their paths into rows that say how an item is found again."""

    def __init__(
        self,
        notes: Sequence[Note | Left],
        source: Parts,
        target: Parts,
        ways: CompiledMapping,
        to: str,
        asked: RequestPair | None,
    ) -> None:
        self.packer = Packer()
        self._source = source
        self._target = target
        self._from = Lists(source)
        self._to = Lists(target)
        self._old_is_source = to == "new"
        self._blocks = ways.blocks
        self._row_of_source: dict[Where, int | None] = {}
        self._row_of_target: dict[Where, int] = {}
        self._counterparts: dict[Where, Where | None] = {}
        alone = [note for note in notes if not isinstance(note, Left)]
        self._loose = {note.path for note in alone if note.value is not ABSENT and not stands(note)}
        self._bare: dict[Where, bool] = {}
        self._kinds: dict[Form, Kind] = {}
        self._heads: dict[Where, Head] = {}
        self._heads_there: dict[Where, Head] = {}
        self._rows: dict[Where, _Rows | None] = {}
        self._pairs: dict[Where, Where | None] = {}
        self._row_kinds: dict[tuple[Where, int], Kind] = {}
        self._left: dict[tuple[Where, Members], list[Kind]] = {}
        self._asked = asked
        self._choices = {choice.number: choice for choice in ways.choices}
        self._taken: dict[Chosen, int | None] = {}

    def add(self, note: Note) -> None:
        """Keep a note, unless an item that it speaks of could not be found again."""
        head, tail = at_last_item(note.path)
        if not head or not _is_plain(note):
            entry = self._entry(note)
            if entry is not None:
                self.packer.entry(entry)
            return
        found = self._head(head, note.images)
        if found is None:
            return
        form: Form = (found[0], tail)
        numbers = found[1]
        values = [note.value]
        for at, value in note.images:
            head, tail = at_last_item(at)
            there = self._head_there(head)
            if there is None:
                return
            form += (there[0], tail)
            numbers += there[1]
            values.append(value)
        kind = self._kinds.get(form)
        if kind is not None:
            kind.add(numbers, tuple(values))
            return
        entry = self._entry(note)
        if entry is not None:
            self._kinds[form] = self.packer.entry(entry)

    def add_left(self, left: Left) -> None:
        """Keep what is left of an item, as what is left of others with the same members."""
        found = self._head(left.where, ())
        if found is None:
            return
        wiped, numbers = found
        kinds = self._left.get((wiped, left.members))
        if kinds is None:
            self._left[wiped, left.members] = self._kinds_of(left)
            return
        for kind, value in zip(kinds, left.values, strict=True):
            kind.numbers.append(numbers)
            kind.values.append((value,))

    def _head(self, path: Where, images: tuple[tuple[Where, Any], ...]) -> Head | None:
        """The path of an item, wiped, and the rows that it stands on; None where one could not be found again."""
        found = self._heads.get(path)
        if found is None:
            place = self._refer(path, images)
            if place is None:
                return None
            found = self._heads[path] = _wiped(path), tuple([step for step in place if isinstance(step, int)])
        return found

    def _head_there(self, path: Where) -> Head | None:
        """The same of an item of the translation."""
        found = self._heads_there.get(path)
        if found is None:
            place = self._refer_target(path)
            if place is None:
                return None
            found = self._heads_there[path] = _wiped(path), tuple([step for step in place if isinstance(step, int)])
        return found

    def _kinds_of(self, left: Left) -> list[Kind]:
        """Keep what is left of an item that can be found again; the kinds of its entries."""
        notes = list(spread((left,)))
        self._loose.update(note.path for note in notes)
        entries = [entry for note in notes if (entry := self._entry(note)) is not None]
        kinds = dict(zip(left.members.order, map(self.packer.entry, entries), strict=True))
        return [kinds[number] for number in range(len(kinds))]

    def _entry(self, note: Note) -> dict[str, Any] | None:
        path = self._refer(note.path, note.images)
        if path is None:
            return None
        entry: dict[str, Any] = {"path": path}
        if type(note.value) is bytes:
            entry["bytes"] = base64.b64encode(note.value).decode("ascii")
        elif note.value is not ABSENT:
            entry["value"] = note.value
        images = [self._image(at, value) for at, value in note.images] or self._whole(note)
        if None in images:
            return None
        if images:
            entry["images"] = images
        if note.given is not ABSENT:
            entry["given"] = note.given
        when = [self._image(at, value) for at, value in note.when]
        if None in when:
            return None
        if when:
            entry["when"] = when
        choices = [self._choice(chosen) for chosen in note.chosen if chosen[0] in self._choices]
        if None in choices:
            return None
        if choices:
            entry["choices"] = choices
        if parents := self._parents(note):
            entry["parents"] = parents
        return entry

    def _image(self, at: Where, value: Any) -> dict[str, Any] | None:
        path = self._refer_target(at)
        if path is None:
            return None
        if value is ...:
            return {"path": path, "there": True}
        return {"path": path} if value is ABSENT else {"path": path, "value": value}

    def _choice(self, chosen: Chosen) -> dict[str, Any] | None:
        """A `match`, and the case that the way home takes as things stand; None where its item is lost sight of."""
        match, roots = chosen
        if chosen not in self._taken:
            self._taken[chosen] = taken(self._choices[match].target, self._target, dict(roots), self._asked)
        there = {root: self._refer_target(at) for root, at in roots}
        return None if None in there.values() else {"of": match, "roots": there, "case": self._taken[chosen]}

    def _whole(self, note: Note) -> list[dict[str, Any] | None]:
        """An absence that nothing vouches for holds only while the whole item, or the whole part, is as it was."""
        if note.value is not ABSENT or note.given is not ABSENT:
            return []
        depth = max(self._items_of(note.path), default=0)
        at = self._counterpart(note.path[: depth + 1], ()) if depth else (note.path[0],)
        path = None if at is None else self._refer_target(at)
        return [None if at is None or path is None else {"path": path, "digest": digest_of(at, read(self._target, at))}]

    # --- items -----------------------------------------------------------------------------------------------------

    def _put(self, row: dict[str, Any]) -> int:
        self.packer.row(row)
        return self.packer.count - 1

    def _refer(self, path: Where, images: tuple[tuple[Where, Any], ...] = ()) -> list[Any] | None:
        """The path with rows in place of indexes; None where an item could not be found again."""
        steps: list[Any] = []
        for i, step in enumerate(path):
            row = self._source_row(path[: i + 1], images) if isinstance(step, int) else step
            if row is None:
                return None
            steps.append(row)
        return steps

    def _source_row(self, path: Where, images: tuple[tuple[Where, Any], ...]) -> int | None:
        row = self._row_of_source.get(path, -1)
        if row == -1:
            row = self._row_of_source[path] = self._new_row(path, images)
        return row

    def _new_row(self, path: Where, images: tuple[tuple[Where, Any], ...]) -> int | None:
        rows = self._rows_of(path[:-1])
        if rows is not None:
            return self._row_among(rows, path)
        place = self._refer(path[:-1], images)
        if place is None:
            return None
        row: dict[str, Any] = {"from": place}
        if self._is_only(path):
            return self._put({**row, "only": True})
        there = self._counterpart(path, images)
        if (key := self._key(path, there)) is not ABSENT:
            row["key"] = key
        if there is not None:
            row.update(self._found_in_target(there) or {})
        if len(row) == 1:
            return None
        number = self._put(row)
        if "item" in row and there is not None:
            self._row_of_target[there] = number
        return number

    def _rows_of(self, path: Where) -> _Rows | None:
        """What the rows of a list have in common; None where each is looked at by itself."""
        if path not in self._rows:
            self._rows[path] = self._new_rows(path)
        return self._rows[path]

    def _new_rows(self, path: Where) -> _Rows | None:
        form = _wiped(path)
        if form not in self._pairs:
            self._pairs[form] = self._pair(path)
        pair = self._pairs[form]
        if pair is None:
            return None
        there = tuple([path[step] if isinstance(step, int) else step for step in pair])
        here, yonder = self._from.items(path), self._to.items(there)
        if here is None or yonder is None or len(here) != len(yonder):
            return None
        place = self._refer(path)
        place_there = None if place is None else self._refer_target(there)
        if place is None or place_there is None:
            return None
        numbers = tuple([step for step in (*place, *place_there) if isinstance(step, int)])
        depth = 1 + max(map(self.packer.depth, numbers), default=0)
        kind = self._row_kinds.get((form, depth))
        digests, ranks = self._to.digests(there), self._to.ranks(there)
        return _Rows(there, place, place_there, numbers, depth, digests, ranks, kind)

    def _pair(self, path: Where) -> Where | None:
        """The list that the spec pairs with a list, with the place in `path` for each index in its own.

        None where there is none, or several; where items are known by a key, or by their number; where names are keys.
        """
        first, second = ((*path, 0), (*path, 1))
        found = list(self._matching(first))
        if len(found) != 1 or found != list(self._matching(second)):
            return None
        ((here, there),) = found
        places = [i for i, step in enumerate(here) if step == "[]"]
        if {"*", ONLY} & {*here, *there} or here[-1] != "[]" or there[-1] != "[]" or there.count("[]") != len(places):
            return None
        left = iter(places)
        pair = tuple([next(left) if step == "[]" else step for step in there[:-1]])
        yonder = tuple([path[step] if isinstance(step, int) else step for step in pair])
        for index in (0, 1):
            if any(end[-1] == ONLY for end, _ in self._matching((*yonder, index), there=True)):
                return None
            if self._key_member((*path, index), (*yonder, index)) is not None:
                return None
        return pair

    def _row_among(self, rows: _Rows, path: Where) -> int:
        """The row of an item of a list whose rows are alike."""
        index = int(path[-1])
        there, item, rank = (*rows.there, index), rows.digests[index], rows.ranks[index]
        if rows.kind is None:
            row = {"from": rows.place, "to": rows.place_there, "item": item, "nth": rank}
            rows.kind = self._row_kinds[_wiped(path[:-1]), rows.depth] = self.packer.row(row)
        else:
            self.packer.row_like(rows.kind, rows.depth, rows.numbers, (item, rank))
        self._counterparts[path] = there
        number = self._row_of_target[there] = self.packer.count - 1
        return number

    def _refer_target(self, path: Where) -> list[Any] | None:
        steps: list[Any] = []
        for i, step in enumerate(path):
            row = self._target_row(path[: i + 1]) if isinstance(step, int) else step
            if row is None:
                return None
            steps.append(row)
        return steps

    def _target_row(self, path: Where) -> int | None:
        if path not in self._row_of_target:
            row = self._found_in_target(path)
            if row is None:
                return None
            self._row_of_target[path] = self._put(row)
        return self._row_of_target[path]

    def _found_in_target(self, path: Where) -> dict[str, Any] | None:
        place = self._refer_target(path[:-1])
        if place is not None and self._is_only(path, there=True):
            return {"to": place, "only": True}
        digests, index = self._to.digests(path[:-1]), path[-1]
        if place is None or not isinstance(index, int) or index >= len(digests):
            return None
        return {"to": place, "item": digests[index], "nth": self._to.ranks(path[:-1])[index]}

    def _key(self, path: Where, there: Where | None) -> Any:
        """What the old side's key member holds, if it is there and no other item has it."""
        old, lists = (path, self._from) if self._old_is_source else (there, self._to)
        member = self._key_member(path, there)
        if old is None or member is None:
            return ABSENT
        item = (lists.items(old[:-1]) or [])[int(old[-1])]
        if not isinstance(item, dict) or isinstance(item.get(member), (dict, list, type(None))):
            return ABSENT
        return item[member] if len(lists.holding(old[:-1], member, item[member])) == 1 else ABSENT

    def _key_member(self, path: Where, there: Where | None) -> str | None:
        """The member by which the old side knows the items of the list."""
        old = path if self._old_is_source else there
        return None if old is None else self._blocks.key_member(old)

    # --- where an item went ----------------------------------------------------------------------------------------

    def _counterpart(self, path: Where, images: tuple[tuple[Where, Any], ...]) -> Where | None:
        """The place of the translated item: same index, in the list that the spec pairs with this one."""
        found = self._counterparts.get(path)
        if found is None:
            found = self._paired(path)
            if found is None:
                deep = (self._as_deep(at, path) for at, value in images if value is not ABSENT)
                found = next((at for at in deep if at is not None and self._corresponds(path, at)), None)
            self._counterparts[path] = found
        return found

    def _paired(self, path: Where) -> Where | None:
        """The place that the spec pairs with this one."""
        places = (self._follow(path, here, there) for here, there in self._matching(path))
        return next((at for at in places if at is not None and self._corresponds(path, at)), None)

    def _corresponds(self, path: Where, there: Where) -> bool:
        here, yonder = self._from.items(path[:-1]), self._to.items(there[:-1])
        return here is not None and yonder is not None and len(here) == len(yonder) and path[-1] == there[-1]

    def _follow(self, path: Where, here: tuple[str, ...], there: tuple[str, ...]) -> Where | None:
        """The place that the pattern `there` means for `path`, keys of `*` objects by position."""
        wild = [i for i, step in enumerate(here) if step in ("[]", "*")]
        out: list[str | int] = []
        for step in there:
            if step not in ("[]", "*") or not wild:
                out.append(0 if step == ONLY else step)
                continue
            at = wild.pop(0)
            if step == "[]":
                out.append(path[at])
                continue
            source, target = self._from.names(path[:at]), self._to.names(tuple(out))
            if source is None or target is None or len(source) != len(target):
                return None
            out.append(self._to.name_at(tuple(out), source[str(path[at])]))
        return tuple(out)

    def _as_deep(self, at: Where, path: Where) -> Where | None:
        """The image's path down to the item at the same depth of lists as the last step of `path`."""
        depth, items = len(self._items_of(path)), self._items_of(at, there=True)
        return at[: items[depth - 1] + 1] if depth <= len(items) else None

    def _items_of(self, path: Where, there: bool = False) -> list[int]:
        """Where the path steps to one of many items: what a list of one is paired with is no list."""
        steps = (i for i, step in enumerate(path) if isinstance(step, int))
        return [i for i in steps if not self._is_only(path[: i + 1], there)]

    def _is_only(self, path: Where, there: bool = False) -> bool:
        """Whether it is the item of a list of one, of the message or (`there`) of its translation."""
        lists = self._to if there else self._from
        return any(end[-1] == ONLY for end, _ in self._matching(path, there)) and len(lists.items(path[:-1]) or ()) == 1

    def _matching(self, path: Where, there: bool = False) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
        """The blocks at a place of the message, or (`there`) of its translation: the end on this side and the other."""
        old = self._old_is_source != there
        pairs = self._blocks.matching(path, 0 if old else 1)
        return pairs if old else ((new, old_end) for old_end, new in pairs)

    # --- parents ---------------------------------------------------------------------------------------------------

    def _parents(self, note: Note) -> int:
        """How many objects above the place come (or, for an absence, go) with it."""
        count, above = 0, note.path[:-1]
        while above and not self._stands_by_itself(above):
            if note.value is ABSENT:
                if isinstance(read(self._source, above), dict):
                    break
            elif not stands(note) and not self._is_bare(above):
                break
            count += 1
            above = above[:-1]
        return count

    def _stands_by_itself(self, path: Where) -> bool:
        return isinstance(path[-1], int) or any(True for _ in self._matching(path))

    def _is_bare(self, path: Where) -> bool:
        """Whether all that an object holds is in residue, so that no rule makes the object on the way home."""
        known = self._bare.get(path)
        if known is None:
            value = read(self._source, path)
            known = isinstance(value, dict) and bool(value) and all(self._is_loose((*path, name)) for name in value)
            self._bare[path] = known
        return known

    def _is_loose(self, path: Where) -> bool:
        return path in self._loose or (not self._stands_by_itself(path) and self._is_bare(path))


def _is_plain(note: Note) -> bool:
    """Whether the entry of a note in an item is like those of notes at the same place of other items: nothing but paths
    and values, and no objects come with it that depend on what else is lost."""
    if note.value is ABSENT or note.given is not ABSENT or note.when or note.chosen or type(note.value) is bytes:
        return False
    if not note.images:
        return len(note.path) > 1 and type(note.path[-2]) is int and type(note.path[-1]) is str
    return all(value is not ABSENT and value is not ... for _, value in note.images)


def _wiped(path: Where) -> Where:
    """A path with 1 for all indexes but 0, which alone means the one item of a list of one."""
    return tuple([1 if type(step) is int and step else step for step in path])


def stands(note: Note) -> bool:
    """Whether anything stands in the translation for this place."""
    images = note.images
    return bool(images) and (images[0][1] is not ABSENT or any(value is not ABSENT for _, value in images))
