"""Rows and entries of residue that differ in their items and values alone, as one element: a page loses the same fields
of each of its items, and their names and paths are said once.

    {"count": 3, "rows": [[[0, 3, 1]]], "path": ["body", "records", 0, "cpc"], "value": [0.1, 0.25, 0.1],
     "images": [{"path": ["body", "cdrs", 0, "cost"], "value": ["0.1", "0.25", "0.1"]}]}

stands for three entries. In its paths a number is a column of `rows`, which has a row of `items` for each entry:
numbers, and runs of them as [first, how many, step]. Of what else may differ there is a list, with one element for each
entry, or with one that all share. Digests are one text in base64 where there is one for each. A name stays a name: what
objects of `*` lose is said for each key.
"""

from __future__ import annotations

import base64
from binascii import Error as Base64Error
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeGuard

import attrs

from mapdsl.records import Record

__all__ = ["Kind", "Misfit", "Packer", "pack", "unpack"]

Element = dict[str, Any]
_PATHS = frozenset({"from", "to", "path"})
_DIGESTS = frozenset({"item", "digest"})
_VALUES = frozenset({"value", "given", "key", "nth", *_DIGESTS})
_INNER = frozenset({"images", "when", "choices"})
_DIGEST_SIZE = 12
_FEW = 4  # so many of a kind stand each by itself


class Misfit(Exception):
    """An element that stands for no entries. `number`: which one; `expected`: what it should be."""

    def __init__(self, number: int, expected: str) -> None:
        super().__init__(expected)
        self.number = number
        self.expected = expected


@attrs.define(eq=False, repr=False)
class Kind(Record):
    """Elements that differ in numbers and values alone: one of them, and of each the numbers in its paths and its
    values, in their order. Of rows also their places among all."""

    element: Element
    numbers: list[tuple[int, ...]] = attrs.field(factory=list)
    values: list[tuple[Any, ...]] = attrs.field(factory=list)
    places: list[int] = attrs.field(factory=list)

    def add(self, numbers: tuple[int, ...], values: tuple[Any, ...]) -> None:
        """One more element, whose numbers and values are these."""
        self.numbers.append(numbers)
        self.values.append(values)


class Packer:
    """Rows and entries as they come, each beside those of its kind."""

    def __init__(self) -> None:
        self.count = 0  # of rows
        self._depths: list[int] = []
        self._rows: dict[tuple[int, str], Kind] = {}
        self._entries: dict[str | int, Kind] = {}

    def row(self, row: Element) -> Kind:
        """Add a row, which stands on rows that were added before."""
        form, numbers, values = _taken_apart(row)
        depth = 1 + max((self._depths[number] for number in numbers), default=0)
        kind = self._rows.setdefault((depth, form), Kind(row))
        self.row_like(kind, depth, numbers, values)
        return kind

    def row_like(self, kind: Kind, depth: int, numbers: tuple[int, ...], values: tuple[Any, ...]) -> None:
        """Add a row of a known kind."""
        kind.add(numbers, values)
        kind.places.append(self.count)
        self._depths.append(depth)
        self.count += 1

    def depth(self, row: int) -> int:
        """How many rows a row stands on, itself among them."""
        return self._depths[row]

    def entry(self, entry: Element) -> Kind:
        """Add an entry. Others of the kind can be added to what is returned."""
        form, numbers, values = _taken_apart(entry)
        alone = all(isinstance(step, str) for step in entry["path"])  # there is one of its kind
        kind = self._entries.setdefault(len(self._entries) if alone else form, Kind(entry))
        kind.add(numbers, values)
        return kind

    def packed(self) -> tuple[list[Element], list[Element]]:
        """The rows and entries, those of a kind in one element. Rows get other numbers; the order of kinds stays."""
        kinds = [kind for _, kind in sorted(self._rows.items(), key=lambda item: item[0][0])]
        now = {before: number for number, before in enumerate(place for kind in kinds for place in kind.places)}
        if all(before == number for before, number in now.items()):
            now = {}
        runs: dict[tuple[int, ...], list[Any]] = {}  # many kinds are of the same items
        items = [each for kind in kinds for each in _as_elements(kind, now, runs)]
        return items, [each for kind in self._entries.values() for each in _as_elements(kind, now, runs)]


def pack(rows: Sequence[Element], entries: Sequence[Element]) -> tuple[list[Element], list[Element]]:
    """All of these rows and entries, packed."""
    packer = Packer()
    for row in rows:
        packer.row(row)
    for entry in entries:
        packer.entry(entry)
    return packer.packed()


def unpack(elements: Sequence[Element], most: int) -> list[Element]:
    """All rows, or all entries. Raises Misfit where an element is not well formed, or there are more than `most`."""
    made: list[Element] = []
    for number, each in enumerate(elements):
        if "count" not in each:
            made.append(each)
        else:
            count = each["count"]
            if not _is_count(count) or not 0 < count <= most - len(made):
                raise Misfit(number, f"a count, and no more than {most:,} in all")
            made += _unpacked(each, count, number)
    return made


def _taken_apart(element: Element) -> tuple[str, tuple[int, ...], tuple[Any, ...]]:
    """What elements of a kind have in common, and where they differ: the numbers in paths, and the values."""
    numbers: list[int] = []
    values: list[Any] = []

    def path_of(path: list[Any]) -> list[Any]:
        numbers.extend([step for step in path if isinstance(step, int)])
        return [0 if isinstance(step, int) else step for step in path]

    def value_of(name: str, value: Any) -> None:
        values.append(value)

    return repr(_rebuilt(element, path_of, value_of)), tuple(numbers), tuple(values)


def _as_elements(kind: Kind, now: Mapping[int, int], runs: dict[tuple[int, ...], list[Any]]) -> list[Element]:
    """The elements of a kind. `now`: what the numbers of rows have become; empty: they stay. `runs`: those of the
    columns so far."""
    if len(kind.numbers) < _FEW:
        pairs = zip(kind.numbers, kind.values, strict=True)
        return [_filled(kind.element, map(now.get, numbers, numbers), iter(values)) for numbers, values in pairs]
    columns: dict[tuple[int, ...], int] = {}
    by_place: Iterable[tuple[int, ...]] = zip(*kind.numbers, strict=True)
    if now:
        by_place = [tuple([now[number] for number in each]) for each in by_place]
    own = [columns.setdefault(each, len(columns)) for each in by_place]
    for column in columns:
        if column not in runs:
            runs[column] = _runs(column)
    by_name = zip(*kind.values, strict=True)
    steps = iter(own)
    form = _rebuilt(
        kind.element,
        lambda path: [next(steps) if isinstance(step, int) else step for step in path],
        lambda name, _: _column(name, next(by_name)),
    )
    return [{"count": len(kind.numbers), "rows": [runs[column] for column in columns], **form}]


def _filled(element: Element, numbers: Iterator[Any], values: Iterator[Any]) -> Element:
    """An element of the same kind with these numbers and values."""
    return _rebuilt(
        element,
        lambda path: [next(numbers) if isinstance(step, int) else step for step in path],
        lambda name, _: next(values),
    )


def _column(name: str, values: tuple[Any, ...]) -> Any:
    """What a value is for each element: a list, of one where it is the same for all; digests are a text."""
    first, shown = values[0], repr(values[0])
    if not isinstance(first, (dict, list)) and all(
        type(each) is type(first) and repr(each) == shown for each in values
    ):
        return [first]
    if name in _DIGESTS and all(len(each) == 2 * _DIGEST_SIZE for each in values):
        return base64.b64encode(bytes.fromhex("".join(values))).decode("ascii")
    return list(values)


def _runs(column: tuple[int, ...]) -> list[Any]:
    """Numbers, with runs of three and more that stay or go up by one as [first, how many, step]."""
    runs: list[Any] = []
    at = 0
    while at < len(column):
        step = column[at + 1] - column[at] if at + 1 < len(column) else 0
        end = at + 1
        while step in (0, 1) and end < len(column) and column[end] - column[end - 1] == step:
            end += 1
        if end - at > 2:
            runs.append([column[at], end - at, step])
        else:
            runs += column[at:end]
        at = end
    return runs


def _unpacked(element: Element, count: int, number: int) -> Iterator[Element]:
    rows = element.get("rows")
    if not isinstance(rows, list):
        raise Misfit(number, "a list of columns in `rows`")
    columns = [_numbers_in(column, count, number) for column in rows]
    form = {name: value for name, value in element.items() if name not in ("count", "rows")}

    def column_at(path: Any) -> Any:
        if not isinstance(path, list) or not all(isinstance(step, str) or _is_count(step) for step in path):
            raise Misfit(number, "paths of names and numbers of columns")
        if not all(isinstance(step, str) or step < len(columns) for step in path):
            raise Misfit(number, f"paths with columns below {len(columns)}")
        return path

    checked = _rebuilt(form, column_at, lambda name, value: _values_in(name, value, count, number))
    for each in range(count):

        def path_of(path: list[Any], each: int = each) -> list[Any]:
            return [step if isinstance(step, str) else columns[step][each] for step in path]

        def value_of(name: str, values: list[Any], each: int = each) -> Any:
            return values[each if len(values) > 1 else 0]

        yield _rebuilt(checked, path_of, value_of)


def _numbers_in(runs: Any, count: int, number: int) -> list[int]:
    """A column of `count` numbers."""
    column: list[int] = []
    for run in runs if isinstance(runs, list) else [None]:
        first, many, step = _run(run, number)
        if many > count - len(column):
            raise Misfit(number, f"columns of {count} numbers")
        column += range(first, first + many) if step else [first] * many
    if len(column) != count:
        raise Misfit(number, f"columns of {count} numbers")
    return column


def _run(run: Any, number: int) -> tuple[int, int, int]:
    if _is_count(run):
        return run, 1, 0
    if not isinstance(run, list) or len(run) != 3 or not all(map(_is_count, run)) or run[2] > 1:
        raise Misfit(number, "columns of numbers, and of runs as [first, how many, step]")
    return run[0], run[1], run[2]


def _values_in(name: str, values: Any, count: int, number: int) -> list[Any]:
    """A value for each of `count` elements, or one for all."""
    if name in _DIGESTS and isinstance(values, str):
        try:
            whole = base64.b64decode(values, validate=True).hex()
        except (ValueError, Base64Error):
            raise Misfit(number, f"digests in base64 in `{name}`") from None
        values = [whole[at : at + 2 * _DIGEST_SIZE] for at in range(0, len(whole), 2 * _DIGEST_SIZE)]
    if not isinstance(values, list) or len(values) not in (1, count):
        raise Misfit(number, f"a list of {count}, or of one, in `{name}`")
    return values


def _rebuilt(element: Element, path_of: Callable[[list[Any]], Any], value_of: Callable[[str, Any], Any]) -> Element:
    """A copy of a row or entry with other paths and values."""
    made: Element = {}
    for name, value in element.items():
        if name in _PATHS:
            made[name] = path_of(value)
        elif name in _VALUES:
            made[name] = value_of(name, value)
        elif name in _INNER and isinstance(value, list):
            made[name] = [_rebuilt(each, path_of, value_of) if isinstance(each, dict) else each for each in value]
        elif name == "roots" and isinstance(value, dict):
            made[name] = {root: path_of(path) for root, path in value.items()}
        else:
            made[name] = value
    return made


def _is_count(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
