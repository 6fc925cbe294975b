"""The harness itself: the fake server, the oracle, and that every spec loads."""

from __future__ import annotations

import itertools

import pytest

from mapdsl import loads
from tests.exchange.oracle import Cost, cost, page_plan, quick_page_plan
from tests.exchange.specs import MEMBER, SCHEMES, SIDES, Side, asking, server, spec


def numbers(body, name="old", items="records"):
    return [item[MEMBER[name]] for item in (body if items is None else body[items])]


@pytest.mark.parametrize("old", SCHEMES)
@pytest.mark.parametrize("new", SCHEMES)
def test_every_pair_of_schemes_loads(old, new):
    assert list(loads(spec(Side(old), Side(new)))) == ["list_things"]
    assert list(loads(spec(Side(old, total=False, root=old == "none"), Side(new, max=None, echo=False))))


@pytest.mark.parametrize("name", SIDES)
@pytest.mark.parametrize("scheme", ["page", "offset", "cursor"])
def test_a_walk_through_the_fake_server_sees_every_record_once(name, scheme):
    side = Side(scheme, default=7, max=10)
    fake = server(name, side, 24)
    seen, position = [], None
    items, about = ("records", None) if name == "old" else ("cdrs", "metadata")
    while True:
        body = fake.answer(asking(name, side, position, 10))["body"]
        seen += numbers(body, name, items)
        told = body[about] if about else body
        assert told["total"] == 24
        if len(seen) == 24:
            break
        position = {"page": len(seen) // 10 + 1, "offset": len(seen), "cursor": told.get("next")}[scheme]
    assert seen == list(range(24))
    assert [(call.offset, call.limit, call.given) for call in fake.calls] == [(0, 10, 10), (10, 10, 10), (20, 10, 4)]
    assert "next" not in told


def test_the_fake_server_refuses_or_clamps_what_is_above_its_maximum():
    side = Side("offset", default=7, max=10)
    assert server("old", side, 24).answer(asking("old", side, 0, 11))["status"] == 400
    clamping = server("old", side, 24, above="clamp").answer(asking("old", side, 0, 11))
    assert numbers(clamping["body"]) == list(range(10))
    assert numbers(server("old", side, 24).answer(asking("old", side))["body"]) == list(range(7))


@pytest.mark.parametrize("position", ["0", "-1", "x", "", "1.0"])
def test_the_fake_server_refuses_pages_that_are_none(position):
    side = Side("page")
    assert server("old", side, 24).answer(asking("old", side, position))["status"] == 400


def test_the_fake_server_changes_between_calls():
    side = Side("page")
    fake = server("old", side, 3, changes={1: [0, 1]}, short={3: 1}, spoiled={4: {"status": 503}})
    first, second, third, fourth = (fake.answer(asking("old", side)) for _ in range(4))
    assert [first["body"]["total"], second["body"]["total"], third["body"]["total"]] == [3, 2, 2]
    assert [len(reply["body"]["records"]) for reply in (first, second, third)] == [3, 2, 1]
    assert fourth == {"status": 503}


@pytest.mark.parametrize("most", [1, 7, 100])
def test_the_quick_oracle_agrees_with_the_one_that_tries_everything(most):
    for offset, limit in itertools.product(range(0, 90, 4), range(1, 60, 3)):
        assert quick_page_plan(offset, limit, most) == page_plan(offset, limit, most)


@pytest.mark.parametrize(
    ("side", "window", "count", "expected"),
    [
        (Side("page", max=1000), (30, 20), 2500, Cost(1, 25)),  # 25..49
        (Side("page", max=1000), (30, 20), 33, Cost(1, 8)),
        (Side("page", max=120), (155, 100), 1000, Cost(2, 102)),  # 153..203 and 204..254
        (Side("offset"), (0, 250), 1000, Cost(3, 250)),
        (Side("offset"), (0, 250), 150, Cost(2, 150)),
        (Side("offset"), (500, 250), 150, Cost(1, 0)),
        (Side("offset", total=False), (0, 250), 100, Cost(2, 100)),
        (Side("offset", total=False), (0, 100), 100, Cost(1, 100)),
        (Side("cursor"), (150, 100), 1000, Cost(3, 250)),
        (Side("cursor", total=False), (150, 100), 100, Cost(1, 100)),
        (Side("none"), (150, 100), 1000, Cost(1, 1000)),
        (Side("page"), (0, None), 0, Cost(1, 0)),
        (Side("page"), (0, None), 200, Cost(2, 200)),
        (Side("page", total=False), (0, None), 200, Cost(3, 200)),
    ],
)
def test_costs_written_by_hand(side, window, count, expected):
    assert cost(side, *window, count) == expected
