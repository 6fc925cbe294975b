"""Residue of many items says once what they have in common, and reads as if it said it of each."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mapdsl import loads, translate_request
from mapdsl.errors import TranslationError
from mapdsl.runtime.residue import ResidueKey
from mapdsl.runtime.residue.packed import pack, unpack
from mapdsl.runtime.residue.restore import check

DIGESTS = [f"{number:024x}" for number in (1, 2, 3, 4)]
IN_BASE64 = "AAAAAAAAAAAAAAABAAAAAAAAAAAAAAACAAAAAAAAAAAAAAADAAAAAAAAAAAAAAAE"
ROWS = [{"from": ["body", "l"], "to": ["body", "m"], "item": each, "nth": 0} for each in DIGESTS]
ENTRIES = [
    {
        "path": ["body", "l", number, "a"],
        "value": value,
        "images": [{"path": ["body", "m", number, "b"], "value": str(value)}],
        "choices": [{"of": 3, "roots": {"item": ["body", "m", number]}, "case": None}],
    }
    for number, value in enumerate([1, True, 1.5, [2]])
]
PACKED_ROWS = {"count": 4, "rows": [], "from": ["body", "l"], "to": ["body", "m"], "item": IN_BASE64, "nth": [0]}
PACKED = {
    "count": 4,
    "rows": [[[0, 4, 1]]],
    "path": ["body", "l", 0, "a"],
    "value": [1, True, 1.5, [2]],
    "images": [{"path": ["body", "m", 0, "b"], "value": ["1", "True", "1.5", "[2]"]}],
    "choices": [{"of": 3, "roots": {"item": ["body", "m", 0]}, "case": None}],
}
KEY = ResidueKey("e", None, "request", "old", "d")
HEAD = {"mapdsl": 2, "endpoint": "e", "part": "request", "to": "new", "digest": "d"}


def test_rows_and_entries_of_a_kind_are_one_element() -> None:
    assert pack(ROWS, ENTRIES) == ([PACKED_ROWS], [PACKED])
    assert (unpack([PACKED_ROWS], 4), unpack([PACKED], 4)) == (ROWS, ENTRIES)


def test_a_few_stand_by_themselves() -> None:
    assert pack(ROWS[:3], ENTRIES[:3]) == (ROWS[:3], ENTRIES[:3])


def test_values_that_all_share_are_said_once_and_true_is_not_one() -> None:
    same = [{"path": ["body", "l", number], "value": None} for number in range(4)]
    assert pack(ROWS, same)[1] == [{"count": 4, "rows": [[[0, 4, 1]]], "path": ["body", "l", 0], "value": [None]}]
    others = [{"path": ["body", "l", number], "value": number == 3 or 1} for number in range(4)]
    assert pack(ROWS, others)[1][0]["value"] == [1, 1, 1, True]


def test_rows_of_a_kind_stand_together_and_below_those_that_they_stand_on() -> None:
    """Two outer items with three inner ones each; the inner ones of the first come before the second one."""
    inner = [
        {"from": ["body", "l", outer, "k"], "key": key} for outer, key in zip((0, 0, 0, 4, 4, 4), "abcdef", strict=True)
    ]
    rows = [{"from": ["body", "l"], "key": "A"}, *inner[:3], {"from": ["body", "l"], "key": "B"}, *inner[3:]]
    entries = [{"path": ["body", "l", 4, "k", 6, "x"], "value": 1}]
    items, entries = pack(rows, entries)
    assert items == [
        {"from": ["body", "l"], "key": "A"},
        {"from": ["body", "l"], "key": "B"},
        {"count": 6, "rows": [[[0, 3, 0], [1, 3, 0]]], "from": ["body", "l", 0, "k"], "key": [*"abcdef"]},
    ]
    assert entries == [{"path": ["body", "l", 1, "k", 6, "x"], "value": 1}]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"count": 0}, "residue.entries[0]: expected a count, and no more than 1,000,000 in all"),
        ({"count": True}, "a count"),
        ({"count": 10**9, "value": [1]}, "a count, and no more than 1,000,000 in all"),
        ({"count": 5}, "columns of 5 numbers"),
        ({"rows": None}, "a list of columns in `rows`"),
        ({"rows": [[[0, 10**9, 1]]]}, "columns of 4 numbers"),
        ({"rows": [[[0, 4, 2]]]}, "runs as [first, how many, step]"),
        ({"rows": [[0, "1", 2, 3]]}, "runs as [first, how many, step]"),
        ({"rows": [[[9, 4, 1]]]}, "names and rows of items"),  # there are four rows
        ({"path": ["body", "l", 1, "a"]}, "paths with columns below 1"),
        ({"path": ["body", "l", True, "a"]}, "paths of names and numbers of columns"),
        ({"path": "body"}, "paths of names and numbers of columns"),
        ({"value": [1, 2]}, "a list of 4, or of one, in `value`"),
        ({"value": "text"}, "a list of 4, or of one, in `value`"),
        ({"images": [{"path": ["body"], "digest": "no base64"}]}, "digests in base64 in `digest`"),
        ({"images": [{"path": ["body"], "digest": IN_BASE64[:32]}]}, "a list of 4, or of one, in `digest`"),
        ({"images": ["x"]}, "a list of objects"),
    ],
)
def test_an_element_that_stands_for_no_entries_is_refused(change: dict[str, Any], expected: str) -> None:
    residue = {**HEAD, "items": [PACKED_ROWS], "entries": [{**PACKED, **change}]}
    with pytest.raises(TranslationError) as caught:
        check(residue, KEY)
    assert expected in str(caught.value)


def test_the_format_before_is_read_and_a_later_one_refused() -> None:
    before = {**HEAD, "mapdsl": 1, "items": ROWS, "entries": ENTRIES}
    assert check(before, KEY) == before
    assert check({**HEAD, "items": [PACKED_ROWS], "entries": [PACKED]}, KEY) == {**before, "mapdsl": 2}
    with pytest.raises(TranslationError, match='an object with "mapdsl": 2'):
        check({**HEAD, "mapdsl": 3, "items": [], "entries": []}, KEY)
    with pytest.raises(TranslationError, match="a digest and a count"):  # it knew of no elements for several
        check({**before, "items": [{**PACKED_ROWS}], "entries": []}, KEY)


@pytest.mark.parametrize("key", ["", "key id"])
def test_what_many_items_lose_is_about_as_long_as_what_was_lost(key: str) -> None:
    table = 'enum t closed { canonical "a" <-> "x"; "b" <-> "x" }'
    rules = (
        f"l[] <-> m[] {key} {{ id <-> id; a <-> x : t; drop gone; drop note; k[] <-> j[] {{ b <-> c; drop deep }} }}"
    )
    api = loads(f"mapdsl 1\n{table}\nendpoint e {{ old POST /a; new POST /b; request {{ {rules} }} }}")
    items = [
        {
            "id": number,
            "a": "b" if number % 3 else "a",
            "gone": f"a text that goes nowhere, number {number}",
            **({"note": None} if number % 2 else {"note": {"by": "someone", "at": number}}),
            "k": [{"b": [number, inner], "deep": f"and one in an inner list, number {inner}"} for inner in range(3)],
        }
        for number in range(200)
    ]
    sent = translate_request(api, {"method": "POST", "path": "/a", "body": {"l": items}}, "new")
    residue = json.loads(json.dumps(sent.residue))
    home = translate_request(api, sent.request, "old", residue=residue)
    assert home.request.body == {"l": items}
    lost = [
        {"a": each["a"], "gone": each["gone"], "note": each["note"], "k": [{"deep": i["deep"]} for i in each["k"]]}
        for each in items
    ]
    assert len(json.dumps(residue)) < 1.2 * len(json.dumps(lost))
    assert len(residue["entries"]) < 10


@pytest.mark.long
def test_what_a_page_of_ten_megabytes_lost_comes_home() -> None:
    """As long as a message may be. Each value by itself, with its path, would be more than a document may hold."""
    api = loads(
        "mapdsl 1\nendpoint e { old POST /a; new POST /b; request { l[] <-> m[] key id { id <-> id; rest drop } } }"
    )
    names = [f"field_{letter}" for letter in "abcdefgh"]
    items = [{"id": number, **{name: f"{name} of item {number:>40}" for name in names}} for number in range(17_000)]
    assert len(json.dumps(items)) > 9_500_000
    sent = translate_request(api, {"method": "POST", "path": "/a", "body": {"l": items}}, "new")
    residue = json.loads(json.dumps(sent.residue))
    home = translate_request(api, sent.request, "old", residue=residue)
    assert home.request.body == {"l": items}
    lost = [{name: value for name, value in each.items() if name != "id"} for each in items]
    assert len(json.dumps(residue)) < 1.2 * len(json.dumps(lost))
