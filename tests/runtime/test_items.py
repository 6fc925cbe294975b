"""Names in one text, of which some hold the comma: what is asked for, how it is read, and who can be asked back."""

from __future__ import annotations

from typing import Any

import pytest

from mapdsl import TranslationError, loads, translate_request
from mapdsl.conversions import build
from mapdsl.runtime.items import ask_items, known_items

REFUSED = "a list of texts, none of them empty, with a comma or with blanks around it"
SPEC = """
mapdsl 1
lookup queue : string <-> integer
endpoint e {
  old POST /old
  new POST /new
  request { v <-> w : csv | each(queue); r <-> q : csv | each(ref(name, id, queue)) else absent }
}
"""


def spans(text: object) -> list[tuple[int, int]]:
    found = build("csv", ()).to_new.spans
    assert found is not None
    return found(text)


def asked_for(text: str) -> list[str]:
    asked: dict[str, dict[str, None]] = {"queue": {}}
    ask_items(asked, "queue", spans, text)
    return list(asked["queue"])


def test_the_pieces_are_asked_for_first_and_then_what_stands_together() -> None:
    assert asked_for(" a, b,,c ,") == ["a", "b", "c", "a, b", "a, b,,c", "b,,c"]


def test_at_most_eight_pieces_stand_together() -> None:
    joined = [key for key in asked_for("1,2,3,4,5,6,7,8,9,10") if "," in key]
    assert max(key.count(",") for key in joined) == 7
    assert len(joined) == 9 + 8 + 7 + 6 + 5 + 4 + 3  # of two pieces up to eight


def test_of_more_than_a_hundred_pieces_none_are_joined() -> None:
    hundred = ",".join(map(str, range(100)))
    assert "0,1" in asked_for(hundred)
    assert known_items(spans, hundred, {"0,1"})[:2] == ["0,1", "2"]
    more = hundred + ",100"
    assert asked_for(more) == [str(number) for number in range(101)]
    assert known_items(spans, more, {"0,1"})[:2] == ["0", "1"]


@pytest.mark.parametrize(
    ("known", "items"),
    [
        ({"a", "b", "a,b"}, ["a", "b", "c"]),  # both readings leave c unknown: pieces stay apart
        ({"a", "a,b", "a,b,c"}, ["a,b,c"]),
        ({"a", "b,c", "a,b"}, ["a", "b,c"]),  # the longest name at the front would leave c unknown
        ({"a", "c", "a,b", "b,c"}, ["a,b", "c"]),
        (set(), ["a", "b", "c"]),
    ],
)
def test_the_reading_that_leaves_the_fewest_pieces_unknown_counts(known: set[str], items: list[str]) -> None:
    assert known_items(spans, "a,b,c", known) == items


class Both:
    def to_new(self, keys: list[str]) -> dict[str, int]:
        return {"Sales, North": 5} if "Sales, North" in keys else {}

    def to_old(self, keys: list[int]) -> dict[int, str]:
        return {5: "Sales, North"} if 5 in keys else {}


def to_old(body: Any, lookups: Any) -> Any:
    request = {"method": "POST", "path": "/new", "body": body}
    return translate_request(loads(SPEC), request, to="old", lookups=lookups).request.body


@pytest.mark.parametrize("queue", [{"Sales, North": 5}, Both()])
def test_a_lookup_of_both_ways_is_asked_how_the_text_is_read(queue: Any) -> None:
    body = {"w": [5], "q": [{"name": "Sales, North", "id": 5}]}
    assert to_old(body, {"queue": queue}) == {"v": "Sales, North", "r": "Sales, North"}


def test_a_function_cannot_be_asked_back() -> None:
    with pytest.raises(TranslationError) as caught:
        to_old({"w": [5]}, {"queue": Both().to_old})
    assert [(problem.path, problem.expected) for problem in caught.value.problems] == [("body.w", REFUSED)]


def test_functions_on_bodies_alone_refuse_the_comma() -> None:
    endpoint = loads(SPEC)["e"]
    answers = {"queue": {"Sales, North": 5}}
    assert endpoint.transform("request", "new")({"v": "Sales, North"}, answers) == {"w": [5]}
    with pytest.raises(TranslationError, match="with a comma"):
        endpoint.transform("request", "old")({"w": [5]}, {"queue": {5: "Sales, North"}})


def test_residue_brings_blanks_back_around_a_name_with_a_comma() -> None:
    api, lookups = loads(SPEC), {"queue": {"Sales , North": 5, "Support": 6}}
    body = {"v": "Sales , North , Support,"}
    there = translate_request(api, {"method": "POST", "path": "/old", "body": body}, to="new", lookups=lookups)
    assert there.request.body == {"w": [5, 6]}
    assert there.lost == ()
    home = translate_request(api, there.request, to="old", lookups=lookups, residue=there.residue)
    assert home.request.body == body


def test_what_one_lookup_says_decides_nothing_for_another() -> None:
    spec = SPEC.replace("lookup queue", "lookup team : string <-> integer\nlookup queue").replace(
        "v <-> w", "t <-> u : csv | each(team); v <-> w"
    )
    request = {"method": "POST", "path": "/new", "body": {"u": [5], "w": [5]}}
    lookups = {"team": Both(), "queue": Both().to_old}
    with pytest.raises(TranslationError) as caught:
        translate_request(loads(spec), request, to="old", lookups=lookups)
    assert [(problem.path, problem.expected) for problem in caught.value.problems] == [("body.w", REFUSED)]
