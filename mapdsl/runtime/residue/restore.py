"""Putting residue back: only what still fits. The format stands in residue.py."""

from __future__ import annotations

import base64
from binascii import Error as Base64Error
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import attrs

from mapdsl.conversions import ABSENT
from mapdsl.errors import Problem, TranslationError
from mapdsl.records import Record
from mapdsl.runtime.compiled import ROOTS, CompiledMapping, Editor, Parts, RequestPair, Where, read, same_at, taken
from mapdsl.runtime.messages import MAX_NODES, check_document, found, is_credential, kind_of

from .lists import Lists, digest_of
from .packed import Misfit, unpack
from .residue import FORMAT, ResidueKey

__all__ = ["check", "check_residue", "restore"]

_UNPACKED = 1  # an earlier format, where each row and entry stands by itself


def check(residue: Any, stamp: ResidueKey) -> dict[str, Any]:
    """The residue with each row and entry by itself, as `restore` takes it.

    Raises TranslationError unless it is well formed and a translation with this stamp may take it home. `stamp` is that
    of the translation that is about to run: the residue must come from the other direction.
    """
    made = _well_formed(residue)
    wanted = {
        "endpoint": stamp.endpoint,
        "part": "request" if stamp.part == "request" else "response",
        "to": "old" if stamp.to == "new" else "new",
        "digest": stamp.digest,
    }
    head = {**residue, "part": "request" if residue["part"] == "request" else "response"}
    problems = [
        Problem(f"residue.{name}", _WANTED[name].format(value), found(residue[name]))
        for name, value in wanted.items()
        if head[name] != value
    ]
    if problems:
        raise TranslationError(problems)
    return made


def check_residue(residue: Any, stamp: ResidueKey) -> dict[str, Any] | None:
    """As `check`, of what a caller passed: None is no residue, and what is no JSON within the limits is refused."""
    if residue is None:
        return None
    problem = check_document(residue, "residue")
    if problem is not None:
        raise TranslationError([problem])
    return check(residue, stamp)


_WANTED = {
    "endpoint": 'residue of endpoint "{}"',
    "part": "residue of a {}",
    "to": 'residue of a translation to "{}", which this one takes home',
    "digest": 'residue made by the same specs ("{}"): translate again to get a new one',
}


def restore(
    residue: dict[str, Any],
    source: Parts,
    target: Parts,
    ways: CompiledMapping,
    stamp: ResidueKey,
    asked: RequestPair | None = None,
    *,
    several: bool = False,
) -> None:
    """Put back into `target` what still fits; `source` is the message that was just translated home.

    The residue is what `check` gave. Containers that `target` shares with other documents are copied, not changed.
    `several`: the parts of `target` are lists of those of several messages.
    """
    if residue.get("variant") != stamp.variant or residue["part"] != stamp.part:
        return  # the message has become one that other rules translate
    _Restorer(residue, source, target, ways, asked, several).run()


@attrs.define(eq=False, repr=False)
class _Entry(Record):
    path: Where
    value: Any
    images: list[tuple[Where, Any]]
    given: Any
    parents: int

    @property
    def order(self) -> tuple[int, int]:
        """Absences first, then what has an image, then the rest; objects before what stands in them."""
        if self.value is ABSENT:
            return 0, -len(self.path)
        stands = any(value is not ABSENT for _, value in self.images)
        return (1 if stands else 2), len(self.path)


class _Restorer:
    def __init__(
        self,
        residue: dict[str, Any],
        source: Parts,
        target: Parts,
        ways: CompiledMapping,
        asked: RequestPair | None,
        several: bool,
    ) -> None:
        self._source = source
        self._target = target
        self._in_source = Lists(source)
        self._in_target = Lists(target)
        self._blocks = ways.blocks
        self._source_is_old = residue["to"] == "old"
        self._asked = asked
        self._whole = 2 if several else 1  # how many steps lead to a part of a message
        self._choices = {choice.number: choice for choice in ways.choices}
        self._constants: dict[Where, list[Any]] = {}
        self._indexes: list[int | None] = []
        for row in residue["items"]:
            self._indexes.append(self._find(row))
        self._entries = residue["entries"]

    def run(self) -> None:
        entries = [entry for raw in self._entries if (entry := self._read(raw)) is not None]
        editor = Editor(self._target)
        for entry in entries:
            if entry.value is ABSENT and entry.given is not ABSENT:
                self._constants.setdefault(entry.path, []).append(entry.given)
        for entry in sorted(entries, key=lambda entry: entry.order):
            if entry.value is ABSENT:
                if self._may_remove(entry):
                    editor.remove(entry.path, entry.parents)
            elif self._may_put(entry):
                editor.put(entry.path, deepcopy(entry.value), entry.parents)

    def _may_remove(self, entry: _Entry) -> bool:
        """Whether what stands there was written by the way home itself: the constant, or an object of constants."""
        if entry.given is ABSENT:
            return True
        standing, constants = read(self._target, entry.path), self._constants[entry.path]
        if any(same_at(entry.path, standing, each) for each in constants):
            return True
        return all(any(same_at(entry.path, leaf, each) for each in constants) for leaf in _leaves(standing))

    def _may_put(self, entry: _Entry) -> bool:
        if not _is_possible(entry.path, entry.value):
            return False
        standing, is_part = read(self._target, entry.path), len(entry.path) == self._whole
        if standing is ABSENT or entry.images or (is_part and standing in (None, {})):
            return True  # nothing stands there, or what the image vouches for, or an object that no rule wrote into
        return entry.given is not ABSENT and same_at(entry.path, standing, entry.given)

    def _read(self, raw: dict[str, Any]) -> _Entry | None:
        """The entry with indexes in its paths; None where an item is gone or an image has changed."""
        path = self._resolve(raw["path"])
        if path is None:
            return None
        if not all(self._still(choice) for choice in raw.get("when", ())):
            return None
        if not all(self._chooses_again(choice) for choice in raw.get("choices", ())):
            return None
        images: list[tuple[Where, Any]] = []
        for image in raw.get("images", ()):
            at, value = self._resolve(image["path"]), image.get("value", ABSENT)
            if at is None:
                return None
            standing = read(self._source, at)
            if not (digest_of(at, standing) == image["digest"] if "digest" in image else same_at(at, standing, value)):
                return None
            images.append((at, value))
        return _Entry(path, _value(raw), images, raw.get("given", ABSENT), raw.get("parents", 0))

    def _still(self, choice: dict[str, Any]) -> bool:
        """Whether the message says what chose the rules of an entry."""
        at = self._resolve(choice["path"])
        if at is None:
            return False
        standing = read(self._source, at)
        return standing is not ABSENT if "there" in choice else same_at(at, standing, choice.get("value", ABSENT))

    def _chooses_again(self, choice: dict[str, Any]) -> bool:
        """Whether the message takes the case that it took of a `match`."""
        roots = {root: at for root, path in choice["roots"].items() if (at := self._resolve(path)) is not None}
        match = self._choices.get(choice["of"])
        if match is None or len(roots) != len(choice["roots"]):
            return False
        case: int | None = choice["case"]
        return taken(match.source, self._source, roots, self._asked) == case

    def _resolve(self, path: list[Any]) -> Where | None:
        steps: list[str | int] = []
        for step in path:
            index = self._indexes[step] if isinstance(step, int) else step
            if index is None:
                return None
            steps.append(index)
        return tuple(steps)

    def _find(self, row: dict[str, Any]) -> int | None:
        """The index of the item that a row means, in both messages; None where it is gone."""
        there = self._resolve(row["to"]) if "to" in row else None
        here = self._resolve(row["from"]) if "from" in row else None
        if ("to" in row and there is None) or ("from" in row and here is None):
            return None
        coming = None if there is None else self._in_source.items(there)
        made = None if here is None else self._in_target.items(here)
        if "only" in row:
            return 0 if len(coming or made or ()) == 1 else None
        if coming is not None and made is not None and len(coming) != len(made):
            return None
        index = self._by_key(row, there, here)
        if index is None and there is not None and "item" in row:
            index = self._in_source.index_of(there, row["item"], row["nth"])
        return index

    def _by_key(self, row: dict[str, Any], there: Where | None, here: Where | None) -> int | None:
        old, lists = (there, self._in_source) if self._source_is_old else (here, self._in_target)
        if "key" not in row or old is None:
            return None
        member = self._blocks.key_member((*old, 0))
        holding = [] if member is None else lists.holding(old, member, row["key"])
        return holding[0] if len(holding) == 1 else None


def _value(entry: dict[str, Any]) -> Any:
    """What stood there; ABSENT where nothing did."""
    if "bytes" in entry:
        return base64.b64decode(entry["bytes"], validate=True)
    return entry.get("value", ABSENT)


def _is_possible(path: Where, value: Any) -> bool:
    """Whether a part of a message can hold the value there; residue comes from outside, and credentials never do."""
    if path[0] == "status":
        return len(path) <= 2 and type(value) is int and 100 <= value <= 599
    if path[0] == "body":
        return True
    if len(path) == 1:
        return isinstance(value, dict)
    return path[0] != "header" or not any(isinstance(step, str) and _never_comes_home(step) for step in path[1:])


def _never_comes_home(header: str) -> bool:
    return is_credential(header) or kind_of(header.lower()) == "connection"


def _leaves(value: Any) -> Iterator[Any]:
    """The values in an object and the objects in it; a value that is no object is a leaf itself."""
    pending = [value]
    while pending:
        value = pending.pop()
        if isinstance(value, dict) and value:
            pending.extend(value.values())
        elif value is not ABSENT:
            yield value


# --- the form of residue: it comes from outside -----------------------------------------------------------------------


def _well_formed(residue: Any) -> dict[str, Any]:
    """The residue, with each row and entry by itself."""
    version = residue.get("mapdsl") if isinstance(residue, dict) else None
    if version not in (_UNPACKED, FORMAT) or isinstance(version, bool):
        _refuse("residue", f'the residue that a translation returned (an object with "mapdsl": {FORMAT})', residue)
    for name in ("endpoint", "part", "to", "digest"):
        if not isinstance(residue.get(name), str):
            _refuse(f"residue.{name}", "a text", residue.get(name, ABSENT))
    rows, entries = _listed(residue, "items"), _listed(residue, "entries")
    if version == FORMAT:
        rows, entries = _each(rows, "items"), _each(entries, "entries")
    for number, row in enumerate(rows):
        _check_row(row, number, f"residue.items[{number}]")
    for number, entry in enumerate(entries):
        _check_entry(entry, len(rows), f"residue.entries[{number}]")
    return {**residue, "items": rows, "entries": entries}


def _each(elements: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    try:
        return unpack(elements, MAX_NODES)
    except Misfit as misfit:
        where = f"residue.{name}[{misfit.number}]"
        raise TranslationError([Problem(where, misfit.expected, found(elements[misfit.number]))]) from None


def _check_row(row: dict[str, Any], number: int, where: str) -> None:
    for name in ("from", "to"):
        if name in row:
            _check_path(row[name], number, f"{where}.{name}")
    if row.get("only", True) is not True:
        _refuse(f"{where}.only", "true, or nothing at all", row["only"])
    if isinstance(row.get("key"), (dict, list)):
        _refuse(f"{where}.key", "a text, number or boolean", row["key"])
    if "item" in row and (not isinstance(row["item"], str) or not _is_count(row.get("nth"))):
        _refuse(where, "a digest and a count", row)


def _check_entry(entry: dict[str, Any], rows: int, where: str) -> None:
    _check_path(entry.get("path"), rows, f"{where}.path")
    for number, image in enumerate(_listed(entry, "images", where)):
        _check_path(image.get("path"), rows, f"{where}.images[{number}].path")
    for number, choice in enumerate(_listed(entry, "when", where)):
        _check_path(choice.get("path"), rows, f"{where}.when[{number}].path")
    for number, choice in enumerate(_listed(entry, "choices", where)):
        _check_choice(choice, rows, f"{where}.choices[{number}]")
    if "bytes" in entry:
        _check_bytes(entry, where)
    if not _is_count(entry.get("parents", 0)):
        _refuse(f"{where}.parents", "a count", entry["parents"])


def _check_bytes(entry: dict[str, Any], where: str) -> None:
    """Bytes are a whole body, or nothing that a message can hold."""
    if entry["path"] != ["body"] or "value" in entry:
        _refuse(where, "bytes as the whole body alone", entry)
    try:
        base64.b64decode(entry["bytes"], validate=True)
    except (TypeError, ValueError, Base64Error):
        _refuse(f"{where}.bytes", "base64", entry["bytes"])


def _check_choice(choice: dict[str, Any], rows: int, where: str) -> None:
    if not _is_count(choice.get("of")):
        _refuse(f"{where}.of", "the number of a match", choice.get("of", ABSENT))
    if choice.get("case") is not None and not _is_count(choice["case"]):
        _refuse(f"{where}.case", "the number of a case, or null", choice["case"])
    roots = choice.get("roots")
    if not isinstance(roots, dict):
        _refuse(f"{where}.roots", "an object of paths", choice.get("roots", ABSENT))
    for root, path in choice["roots"].items():
        _check_path(path, rows, f"{where}.roots.{root}")


def _check_path(path: Any, rows: int, where: str) -> None:
    """Names, and numbers of rows that stand above."""
    if not isinstance(path, list) or not path or path[0] not in ROOTS:
        _refuse(where, f"a path that begins with one of {', '.join(ROOTS)}", path)
    for step in path:
        if not isinstance(step, str) and not (_is_count(step) and step < rows):
            _refuse(where, "names and rows of items", step)


def _listed(holder: dict[str, Any], name: str, where: str = "residue") -> list[dict[str, Any]]:
    value = holder.get(name, [])
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        _refuse(f"{where}.{name}", "a list of objects", value)
    return list(value)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _refuse(where: str, expected: str, value: Any) -> None:
    raise TranslationError([Problem(where, expected, found(value))])
