"""Pages of a list that come one by one: what is known of them is what is known of all of them together."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mapdsl.errors import TranslationError
from mapdsl.runtime import PagingSide, Parts
from mapdsl.runtime.calls import pages as module
from mapdsl.runtime.calls.marks import Marks
from mapdsl.runtime.calls.pages import Listing, Page, next_windows
from mapdsl.runtime.calls.windows import Plan, Window

SIDES = (
    PagingSide("cursor", items=("items",), limit=("limit",), max=3, next=("next",), total=("total",), more=("more",)),
    PagingSide("offset", items=("items",), limit=("limit",), max=3, total=("total",), more=("more",)),
    PagingSide("page", items=("items",), size=("size",), max=3, total=("total",), more=("more",)),
)
marks = st.builds(
    Marks,
    total=st.sampled_from([None, None, 3, 6, 7]),
    more=st.sampled_from([None, None, True, False]),
    next=st.sampled_from([None, "a", "b", "c", 1, 1.0]),
)
came = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 4), marks), min_size=1, max_size=6)


def plan_for(side: PagingSide) -> Plan:
    return Plan(Window(0, None), 0, 3, None, walks=side.scheme == "cursor")


def page(number: int, offset: int, count: int, says: Marks) -> Page:
    return Page(number, Window(offset, 3), [*range(count)], says, Parts({}))


def outcome(listing: Listing) -> Any:
    try:
        return next_windows(listing, 100, 100), listing.laid().order, listing.laid().goes_on
    except TranslationError as error:
        return str(error)


@given(side=st.sampled_from(SIDES), came=came)
def test_pages_one_by_one_are_as_good_as_all_at_once(side: PagingSide, came: list[Any]) -> None:
    """The program is compared with itself."""
    pages = [page(number, *each) for number, each in enumerate(came)]
    growing = Listing(side, plan_for(side))
    for count, each in enumerate(pages, 1):
        growing.add(each)
        assert outcome(growing) == outcome(Listing(side, plan_for(side), pages[:count]))


def test_a_page_is_looked_at_as_the_last_one_and_once_more(monkeypatch: Any) -> None:
    looked: list[int] = []
    monkeypatch.setattr(module, "contradictions", lambda *given: looked.append(given[-2]) or ())
    for side in SIDES:
        listing = Listing(side, plan_for(side))
        for number in range(30):
            listing.add(page(number, 3 * number, 3, Marks(next=f"to {number + 1}")))
            next_windows(listing, 1000, 1000)
        assert len(looked) == 30 + 29
        looked.clear()


def test_a_list_that_changed_excuses_pages_that_were_too_short_before() -> None:
    listing = Listing(SIDES[1], plan_for(SIDES[1]))
    for number, (count, total) in enumerate([(3, 9), (1, None), (3, None)]):
        listing.add(page(number, 3 * number, count, Marks(total=total)))
    assert outcome(listing) == "[1].body.items: expected 3 items, as the total and the size say, found a list of 1"
    listing.add(page(3, 9, 1, Marks(total=10)))
    assert listing.laid().goes_on is False
