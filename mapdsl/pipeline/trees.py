"""The tree of one text: parsed, or out of the cache. Texts with mistakes are parsed each time."""

from __future__ import annotations

import attrs

from mapdsl import paths, syntax
from mapdsl.cache import fetch, in_use, keep, key_of
from mapdsl.diagnostics import Diagnostic, Source, Span
from mapdsl.grammar import load_source, parse
from mapdsl.linker import freeze, thaw
from mapdsl.syntax import File

__all__ = ["CLASSES", "Parsed", "tree_of"]

Parsed = tuple[Source | None, File | None, tuple[Diagnostic, ...]]

_NAMED = [(room, name) for room in (paths, syntax) for name in room.__all__]
# What trees are made of: the nodes, and the marks of which there is one each.
CLASSES = (
    *(value for room, name in _NAMED if isinstance(value := getattr(room, name), type) and attrs.has(value)),
    *(Span, paths.ITEMS, paths.KEYS, syntax.ABSENT),
)


def tree_of(name: str, data: bytes) -> Parsed:
    """The source and the tree of a text, as far as there are, and what is wrong with it."""
    source, unreadable = load_source(name, data)
    if source is None:
        return None, None, unreadable
    key = key_of("tree", (name, data)) if in_use() else ""
    kept = fetch(key) if key else None
    if kept is not None:
        return source, thaw(kept, CLASSES)[0], ()
    tree, wrong = parse(source)
    if key and tree is not None and not wrong:
        keep(key, freeze((tree,), CLASSES))
    return source, tree, wrong
