"""Units are linked when more is asked than their routes tell: once, whatever thread asks."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from mapdsl.codegen import Module, compile_unit, pieces_of
from mapdsl.linker import Linked, dump, undump
from mapdsl.pipeline import compile_text, loads
from mapdsl.runtime import Parts, translate_request

TEXT = """mapdsl 1
enum kind closed { "a" <-> "x"; "b" <-> "y" }
endpoint one {
  old POST /one when old kind is "a"
  new POST /v2/one
  request { kind <-> kind : kind; price <-> price.amount : number_decimal; rows[] <-> items[] key id { id <-> id } }
}
endpoint two { old POST /two; new POST /v2/two; request { a <-> b } }
"""


NOTHING = "nothing"


def unlinked(number: int = 0) -> tuple[Linked, Callable[[], Module]]:
    return compile_unit(compile_text(TEXT).program.units[number])


def waits(unit: Linked) -> bool:
    return unit._fetch is not None


def test_an_api_links_the_units_that_messages_reach() -> None:
    api = loads(TEXT)
    one, two = (each.unit for each in api.units)
    assert isinstance(one, Linked)
    assert isinstance(two, Linked)
    assert (waits(one), waits(two)) == (True, True)
    translate_request(api, {"method": "POST", "path": "/two", "body": {"a": 1}}, to="new")
    assert (waits(one), waits(two)) == (True, False)


def test_the_head_tells_routes_without_linking() -> None:
    unit, _ = unlinked()
    assert (unit.endpoint, unit.variant, unit.file, unit.line) == ("one", None, "<text>", 3)
    assert [(route.method, route.path) for route in (*unit.old, *unit.new)] == [("POST", "/one"), ("POST", "/v2/one")]
    assert waits(unit)


def test_a_guard_of_a_route_links_and_then_stands_in_its_place() -> None:
    unit, _ = unlinked()
    before = unit.old[0].holds
    assert before is not None
    assert before(Parts({"kind": "a"})) is True
    assert before(Parts({"kind": "b"})) is False
    assert not waits(unit)
    assert unit.old[0].holds is not before


def test_there_is_no_other_attribute() -> None:
    unit, _ = unlinked()
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        getattr(unit, NOTHING)
    assert waits(unit)


def test_pieces_come_through_bytes() -> None:
    made, module = unlinked()
    pieces = undump(dump(pieces_of(compile_text(TEXT).program.units[0], module())))
    unit = Linked(made._head, lambda: pieces)
    body = {"kind": "a", "price": 1.5, "rows": [{"id": 1}]}
    new = {"kind": "x", "price": {"amount": "1.5"}, "items": [{"id": 1}]}
    assert unit.request_to_new.plain(body) == made.request_to_new.plain(body) == new
    assert [*unit.request_to_new.blocks] == [*made.request_to_new.blocks]
    assert unit.request_to_new.rules == made.request_to_new.rules
    assert unit.exact is not None
    assert unit.exact().request_to_old.plain(new)["price"].as_tuple().digits == (1, 5)


def test_many_threads_link_a_unit_once() -> None:
    made, module = unlinked()
    fetched: list[int] = []
    pieces = pieces_of(compile_text(TEXT).program.units[0], module())

    def fetch() -> Any:
        fetched.append(1)
        return pieces

    unit = Linked(made._head, fetch)
    found: list[Any] = []
    start = threading.Barrier(8)

    def ask() -> None:
        start.wait()
        found.append(unit.request_to_new)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(fetched) == 1
    assert len(found) == 8
    assert all(each is found[0] for each in found)


def test_what_fails_to_be_fetched_is_asked_for_again() -> None:
    made, module = unlinked()
    pieces = pieces_of(compile_text(TEXT).program.units[0], module())
    answers = [OSError("gone"), pieces]

    def fetch() -> Any:
        answer = answers.pop(0)
        if isinstance(answer, OSError):
            raise answer
        return answer

    unit = Linked(made._head, fetch)
    with pytest.raises(OSError, match="gone"):
        _ = unit.spoken
    assert unit.scan == 10_000
