"""Field paths: their text, their overlap, and that they mean what JSONPath means."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from jsonpath_ng.ext import parse

from mapdsl.paths import ITEMS, KEYS, Path, Ref, overlap


@pytest.mark.parametrize(
    ("ref", "text"),
    [
        (Ref(""), "$"),
        (Ref("$"), "$"),
        (Ref("", ("a", "b")), "a.b"),
        (Ref("", ("a", ITEMS, "b")), "a[].b"),
        (Ref("", (ITEMS,)), "[]"),
        (Ref("$", (ITEMS, "a")), "$[].a"),
        (Ref("", ("redial_rules", KEYS, ITEMS)), "redial_rules.*[]"),
        (Ref("", (KEYS,)), "*"),
        (Ref("@query", ("started_at", "gte")), "@query.started_at.gte"),
        (Ref("@header", ("X-Api-Key",)), "@header.X-Api-Key"),
        (Ref("@status"), "@status"),
        (Ref("", ("a b",)), '"a b"'),
        (Ref("", ('a"\\\n',)), '"a\\"\\\\\\n"'),
        (Ref("", ("größe", "")), '"größe".""'),
        (Ref("", ("a-", "1a", "-a")), '"a-"."1a"."-a"'),
    ],
)
def test_a_path_is_written_as_in_the_language(ref, text):
    assert str(ref) == text


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ((), ("a",), True),
        (("a",), ("a", "b"), True),
        (("a", ITEMS), ("a", ITEMS, "b"), True),
        (("a", "c"), ("a", "b"), False),
        (("a", ITEMS), ("a", KEYS), False),
        (("a",), ("ab",), False),
    ],
)
def test_paths_overlap_where_one_lies_above_the_other(a, b, expected):
    assert overlap(a, b) is expected
    assert overlap(b, a) is expected


def values_at(path: Path, document: Any) -> list[Any]:
    """What a field path names, the slow and obvious way: `[]` is each item of a list, `*` each member of an object."""
    values = [document]
    for step in path:
        if step is ITEMS:
            values = [item for value in values if isinstance(value, list) for item in value]
        elif step is KEYS:
            values = [member for value in values if isinstance(value, dict) for member in value.values()]
        else:
            values = [value[step] for value in values if isinstance(value, dict) and step in value]
    return values


def as_jsonpath(path: Path) -> str:
    """The same path for jsonpath-ng, where names are quoted."""
    steps = {ITEMS: "[*]", KEYS: ".*"}
    return "$" + "".join(steps.get(step, f"['{step}']") for step in path)


def shaped(path: Path, random: Random) -> Any:
    """A document in which the path leads somewhere, here and there."""
    if not path or random.random() < 0.1:
        return random.choice((None, 1, "x", True))
    step, rest = path[0], path[1:]
    if step is ITEMS:
        return [shaped(rest, random) for _ in range(random.randrange(4))]
    if step is KEYS:
        return {name: shaped(rest, random) for name in ("x", "y z", "é") if random.random() < 0.7}
    return {step: shaped(rest, random), "other": 0} if random.random() < 0.9 else {}


PATHS: list[Path] = [
    ("a",),
    ("a", "b"),
    ("a", ITEMS, "b"),
    (ITEMS, "a b"),
    ("redial_rules", KEYS, ITEMS, "wait"),
    ("größe", ITEMS, ITEMS),
    (KEYS, "type", KEYS),
    (),
]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: str(Ref("", path)))
def test_a_field_path_names_what_jsonpath_finds(path):
    oracle = parse(as_jsonpath(path))
    random = Random(11)
    for _ in range(100):
        given = shaped(path, random)
        assert values_at(path, given) == [match.value for match in oracle.find(given)]
