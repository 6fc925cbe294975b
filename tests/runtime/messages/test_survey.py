"""One walk of a document says whether it is within the limits and holds names of secrets, and keeps a copy."""

from __future__ import annotations

import copy
import sys
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

from mapdsl.runtime.messages.limits import MAX_TEXT
from mapdsl.runtime.messages.survey import is_flat, learn_names, survey

from .test_limits import JSON, nested

module = sys.modules[survey.__module__]
PAGE: dict[str, Any] = {
    "items": [{"id": 1, "tags": ["a", ["b"]], "user": {"name": "é"}}, {"id": 2, "tags": [], "user": None}, [{"x": {}}]],
    "meta": {"total": 2, "cost": Decimal("0.10"), "open": True, "rate": 0.5, "more": {"k": [{}]}},
}


def holders(value: Any) -> list[Any]:
    """All objects and lists in a document."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    own = [value] if isinstance(value, (dict, list)) else []
    return [*own, *(each for member in inner for each in holders(member))]


def spelled(value: Any) -> str:
    return repr(value)  # tells 1 from True and 1.0, and says the order of members


@given(JSON)
def test_the_copy_says_the_same_and_shares_nothing(document):
    if isinstance(document, (dict, list)):
        seen = survey(document)
        assert seen is not None
        made = seen.document()
        assert spelled(made) == spelled(document)
        assert {id(each) for each in holders(made)}.isdisjoint(map(id, holders(document)))


def test_the_copy_is_of_the_document_as_it_was():
    document = copy.deepcopy(PAGE)
    seen = survey(document)
    document["items"][0]["tags"][1].append("c")
    document["items"][2][0]["x"]["y"] = 1
    document["meta"].clear()
    document["items"].pop(0)
    assert seen is not None
    assert spelled(seen.document()) == spelled(PAGE)


def test_one_object_may_stand_in_several_places():
    both = {"a": [1]}
    seen = survey({"x": both, "y": [both, both]})
    both["a"].append(2)
    assert seen is not None
    assert seen.document() == {"x": {"a": [1]}, "y": [{"a": [1]}, {"a": [1]}]}


def test_members_that_python_keeps_in_another_order_are_not_mixed_up():
    class Row:
        def __init__(self) -> None:
            self.a, self.b = [1], [2]

    Row()
    other = Row.__new__(Row)
    other.b, other.a = [3], [4]
    seen = survey([vars(other)])
    assert seen is not None
    assert spelled(seen.document()) == "[{'b': [3], 'a': [4]}]"


def test_names_that_are_no_plain_texts_are_told_from_values():
    class Name(str):
        pass

    document = {Name("a"): {Name("b"): "c"}, "d": 1}
    seen = survey(document)
    assert seen is not None
    assert seen.document() == {"a": {"b": "c"}, "d": 1}
    assert survey({"a": {1: "b"}}) is None


@pytest.mark.parametrize("collected", [True, False])
def test_values_are_found_on_any_python(monkeypatch: pytest.MonkeyPatch, collected: bool):
    monkeypatch.setattr(module, "_COLLECTED", collected)
    seen = survey(PAGE)
    assert seen is not None
    assert spelled(seen.document()) == spelled(PAGE)
    assert survey({"a": [{"b": {"c": float("nan")}}]}) is None


@pytest.mark.parametrize(
    ("document", "harmless"),
    [
        (PAGE, True),
        ({"a": [{"b": {"api_key": "k"}}]}, False),
        ([{"password": None}], False),
        ({"x" * 65: 1, "ключ": 2}, True),
        ({}, True),
    ],
)
def test_names_of_secrets_are_seen_each_time(document: Any, harmless: bool):
    for _ in range(2):
        seen = survey(document)
        assert seen is not None
        assert seen.harmless is harmless


def test_the_deepest_document_is_taken():
    seen = survey(nested(128, "leaf"))
    assert seen is not None
    assert seen.document() == nested(128, "leaf")


@given(JSON)
def test_what_is_flat_is_within_the_limits_and_harmless(document: Any):
    if isinstance(document, dict):
        learn_names(document)
    if is_flat(document):
        seen = survey(document)
        assert seen is not None
        assert seen.harmless
        assert len(holders(document)) == 1


@pytest.mark.parametrize(
    "document",
    [
        *({"n": []}, {"n": {}}, {"n": 0.5}, {"n": 10**400}, {"n": -(10**400)}, {"n": "é"}, {"n": b""}, {"n": object()}),
        *({"n": "x" * (MAX_TEXT // 2 + 1)}, {"n": Decimal("1")}, {"password": "x"}, [], [1], "text", 7, None),
        *({1: "x"}, {"n": 1, ("a",): 2}, {"n" * 65: 1}, dict.fromkeys(map(str, range(4097)))),
    ],
)
def test_what_must_be_looked_at_closer_is_not_flat(document: Any):
    if isinstance(document, dict) and all(isinstance(name, str) for name in document):
        learn_names(document)
    assert not is_flat(document)


def test_an_object_of_known_names_is_flat():
    document = {"a_name_that_nobody_knows_yet": "x", "n": 1, "t": True, "none": None}
    assert not is_flat(document)
    learn_names(document)
    assert is_flat(document)
    assert is_flat({})
