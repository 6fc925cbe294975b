"""Local names in generated code: named after the fields they hold, never clashing."""

from __future__ import annotations

import builtins
import keyword
import re

__all__ = ["Names", "singular"]

_NOT_WORD = re.compile(r"[^a-zA-Z0-9_]+")
_LONGEST = 40


class Names:
    """Hands out identifiers, in lower case.

    What is `taken` from the start (globals, parameters) is never handed out; a `local` name is never one that a
    conversion is called by.
    """

    def __init__(self, taken: set[str], local: bool = True) -> None:
        self._local = local
        self._counts: dict[str, int] = {}  # how far each wanted name has come: below, all are taken
        self._taken = set(taken) | set(dir(builtins)) | set(keyword.kwlist) | set(keyword.softkwlist)

    def fresh(self, wanted: str) -> str:
        base = _NOT_WORD.sub("_", wanted).strip("_")[:_LONGEST].lower() or "value"
        if base[0].isdigit():
            base = f"field_{base}"
        if self._local and base.endswith(("_to_new", "_to_old")):  # conversions are called by such names
            base += "_"
        candidate, count = base, self._counts.get(base, 1)
        while candidate in self._taken:
            count += 1
            candidate = f"{base}_{count}"
        self._taken.add(candidate)
        self._counts[base] = count
        return candidate


def singular(word: str) -> str:
    """A name for one of `word`: records -> record, statuses -> status, data -> data_item."""
    for plural, single in (("sses", "ss"), ("uses", "us"), ("ies", "y"), ("ss", "ss_item"), ("s", "")):
        if word.endswith(plural) and len(word) > len(plural) + 1:
            return word[: -len(plural)] + single
    return f"{word}_item"
