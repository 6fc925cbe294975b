"""Rows of enums and tables: which row serves which way, and cells as keys that compare as JSON does."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

import attrs

from mapdsl import syntax
from mapdsl.conversions import key_of

__all__ = ["Read", "cells_key", "reads", "rivals"]

Declared = syntax.Enum | syntax.Table


def cells_key(cells: Iterable[Any]) -> Hashable:
    """Equal for cells that are equal JSON: 1 and 1.0, but not 1 and true; the order of members does not count."""
    return tuple(key_of(cell) for cell in cells)


def rivals(rows: Iterable[syntax.Row], side: str) -> dict[Hashable, list[syntax.Row]]:
    """The rows that are read on a side, by their cells there: several under one key compete."""
    against = "<-" if side == "old" else "->"
    found: dict[Hashable, list[syntax.Row]] = {}
    for row in rows:
        if row.arrow != against:
            found.setdefault(cells_key(getattr(row, side)), []).append(row)
    return found


@attrs.frozen
class Read:
    """The row taken for each tuple of cells, reading old and reading new."""

    old: dict[Hashable, syntax.Row]
    new: dict[Hashable, syntax.Row]


def reads(declared: Declared) -> Read:
    """Of rows that compete the canonical one is read, else the first."""

    def chosen(side: str) -> dict[Hashable, syntax.Row]:
        return {
            cells: next((row for row in rows if row.canonical), rows[0])
            for cells, rows in rivals(declared.rows, side).items()
        }

    return Read(chosen("old"), chosen("new"))
