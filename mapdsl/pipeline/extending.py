"""Open enums that the embedding program completes at load."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from mapdsl.diagnostics import Source
from mapdsl.syntax import Enum, File, Row

__all__ = ["Enums", "extend"]

Enums = Mapping[str, Mapping[Any, Any]]


def extend(files: dict[str, tuple[Source, File]], enums: Enums) -> dict[str, tuple[Source, File]]:
    """The files with rows added to open enums: `{name: {old: new}}`.

    Raises ValueError where a name is no open enum of these files, or where a value is listed already with another one.
    """
    declared = [item for _, file in files.values() for item in file.items if isinstance(item, Enum)]
    for name in enums:
        if not any(enum.open for enum in declared if enum.name == name):
            opened = sorted({enum.name for enum in declared if enum.open})
            why = "is closed" if any(enum.name == name for enum in declared) else "is not declared"
            raise ValueError(f"enums: {name!r} {why}; open ones are: {', '.join(opened) or 'none'}")
    return {key: (source, _with_enums(file, enums)) for key, (source, file) in files.items()}


def _with_enums(file: File, enums: Enums) -> File:
    """Each declaration keeps its own rows: files that do not use each other may give one name to two enums."""
    items = tuple(
        _with_rows(item, enums[item.name]) if isinstance(item, Enum) and item.open and item.name in enums else item
        for item in file.items
    )
    return attrs.evolve(file, items=items)


def _with_rows(enum: Enum, added: Mapping[Any, Any]) -> Enum:
    rows = list(enum.rows)
    for old, new in added.items():
        for cell in (old, new):
            if not isinstance(cell, str):
                raise ValueError(f"enums: {enum.name!r} takes texts, not {type(cell).__name__}")
        row = Row((old,), "<->", (new,), span=enum.span)
        rivals = [r for r in rows if r.old == row.old or r.new == row.new]
        if any((r.old, r.new) != (row.old, row.new) for r in rivals):
            listed = ", ".join(f"{r.old[0]!r} <-> {r.new[0]!r}" for r in rivals)
            raise ValueError(f"enums: {enum.name!r} cannot take {old!r} <-> {new!r} beside {listed}")
        if not rivals:
            rows.append(row)
    return attrs.evolve(enum, rows=tuple(rows))
