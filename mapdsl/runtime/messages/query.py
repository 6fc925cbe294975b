"""Query parameters: flat names on the wire, nested documents in a spec.

A side declares its wire styles: `repeated` (`a=1&a=2`), `brackets` (`a[]=1&a[]=2`), `csv` (`a=1,2`) for lists, of
which the first one declared is written, and `range` (`started_at[gte]=...`) for members. Names that are not well
formed in a declared style (`a[b`, `[x]`, `a[][b]`) are names like any other.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from mapdsl.errors import Problem, TranslationError

from .display import spell
from .wire import Unfit, shortest

__all__ = ["MAX_QUERY_DEPTH", "Document", "Separated", "Wire", "decode", "encode", "separated"]

Wire = dict[str, str | list[str]]
Document = dict[str, Any]

MAX_QUERY_DEPTH = 3  # names inside each other: a[b][c]
_NESTED = re.compile(r"([^\[\]]+)((?:\[[^\[\]]+\])*)(\[\])?\Z")
_LIST_STYLES = ("repeated", "brackets", "csv")


class Separated(str):
    """A decoded text that held encoded commas: `parts` are what stood between the bare ones.

    It is the text of a parameter like any other; where the side reads lists as `csv`, its parts are the items.
    """

    parts: tuple[str, ...]

    @classmethod
    def of(cls, parts: Iterable[str]) -> Separated:
        parts = tuple(parts)
        text = cls(",".join(parts))
        text.parts = parts
        return text


def separated(query: Mapping[str, str | list[str]], wire: Collection[str], lists: Collection[tuple[str, ...]]) -> Wire:
    """A copy of the query with plain texts: where lists are read as `csv`, a Separated one is the list of its parts."""
    plain: Wire = {}
    for name, value in query.items():
        plain[name] = value
        if isinstance(value, Separated):
            is_list = "csv" in wire and _read(name, wire)[0] in lists
            plain[name] = list(value.parts) if is_list else "".join(value)
    return plain


def decode(
    query: Mapping[str, str | list[str]], wire: Collection[str], lists: Collection[tuple[str, ...]] = ()
) -> Document:
    """The document of a query: texts, lists of texts, objects. The query is not changed.

    Paths in `lists` are lists in the spec: a text there becomes a list of one, or what its commas separate in `csv`.
    Elsewhere a list of one is its text, for both are spelled alike, but where the side writes the brackets of a list.
    Raises TranslationError where a name is given twice (`a` beside `a[b]` or `a[]`) or is nested too deeply.
    """
    document: Document = {}
    if not any("[" in name for name in query):
        for name, value in query.items():  # the usual query
            document[name] = value if (name,) in lists else _one(value)
    else:
        problems: list[Problem] = []
        for name, value in query.items():
            path, is_list = _read(name, wire)
            if is_list:
                value = [value] if isinstance(value, str) else value
            if path not in lists and not (is_list and _style(wire) == "brackets"):
                value = _one(value)
            expected = _put(document, path, value)
            if expected:
                problems.append(
                    Problem(spell(("query", name)), expected, "both" if len(path) <= MAX_QUERY_DEPTH else "more")
                )
        if problems:
            raise TranslationError(problems)
    for path in lists:
        _make_list(document, path, "csv" in wire)
    return document


def encode(document: Mapping[str, Any], wire: Collection[str]) -> Wire:
    """The query that spells a document: texts, and lists of texts. A list of one is a text, but in `brackets`.

    Numbers and booleans are printed in their shortest form. Raises TranslationError with a problem for every value
    that cannot stand in a query (null, an object in a list), and for a name that is written twice.
    """
    style = _style(wire)
    query: Wire = {}
    problems: list[Problem] = []
    pending: list[tuple[tuple[str, ...], Any]] = [((name,), value) for name, value in reversed(list(document.items()))]
    while pending:
        path, value = pending.pop()
        if isinstance(value, dict):
            if len(path) >= MAX_QUERY_DEPTH:
                problems.append(Problem(spell(("query", *path)), "a text or a list of texts", "an object in an object"))
            else:
                pending.extend(((*path, name), inner) for name, inner in reversed(list(value.items())))
            continue
        try:
            name, text = _spelled(path, value, style, wire)
        except Unfit as error:
            problems.append(Problem(spell(("query", *path)), "a text, or a list of texts", error.found))
            continue
        if name in query:
            problems.append(Problem(spell(("query", name)), "one value", "two that are spelled alike"))
        query[name] = text
    if problems:
        raise TranslationError(problems)
    return query


def _style(wire: Collection[str]) -> str:
    """How lists are written."""
    return next((style for style in wire if style in _LIST_STYLES), "repeated")


def _read(name: str, wire: Collection[str]) -> tuple[tuple[str, ...], bool]:
    """The path that a name on the wire means, and whether it says that it is a list."""
    parts = _NESTED.match(name) if "[" in name else None
    if parts is None:
        return (name,), False
    members, brackets = parts[2], parts[3] is not None
    if (members and "range" not in wire) or (brackets and "brackets" not in wire):
        return (name,), False
    return (parts[1], *members[1:-1].split("][")) if members else (parts[1],), brackets


def _put(document: Document, path: tuple[str, ...], value: Any) -> str:
    """Write the value; what was expected, where that is not possible."""
    if len(path) > MAX_QUERY_DEPTH:
        return f"at most {MAX_QUERY_DEPTH} names inside each other"
    for name in path[:-1]:
        inner = document.setdefault(name, {})
        if not isinstance(inner, dict):
            return "a value or members"
        document = inner
    if path[-1] in document:
        return "a value or members" if isinstance(document[path[-1]], dict) else "a value or a list"
    document[path[-1]] = value
    return ""


def _one(value: str | list[str]) -> str | list[str]:
    """The value; of a list of one its text, which is spelled alike."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _make_list(document: Document, path: tuple[str, ...], csv: bool) -> None:
    for name in path[:-1]:
        inner = document.get(name)
        if not isinstance(inner, dict):
            return
        document = inner
    value = document.get(path[-1])
    if isinstance(value, str):
        document[path[-1]] = [value] if not csv else value.split(",") if value else []


def _spelled(path: tuple[str, ...], value: Any, style: str, wire: Collection[str]) -> tuple[str, str | list[str]]:
    name = path[0] if len(path) == 1 else f"{path[0]}[{']['.join(path[1:])}]"
    if not isinstance(value, list):
        return name, shortest(value)
    texts = [shortest(item) for item in value]
    if style == "csv":
        if any("," in text for text in texts) or texts == [""]:
            raise Unfit("a list with a comma in an item, or of one empty text")
        return name, ",".join(texts)
    # An odd name (`a[b`) would not read back with brackets behind it.
    if style == "brackets" and _read(f"{name}[]", wire) == (path, True):
        return f"{name}[]", texts
    return name, texts[0] if len(texts) == 1 else texts
