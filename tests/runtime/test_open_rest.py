"""Rest where only the case that is taken speaks: names are joined once for what occurs, and owned ones stay so."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from mapdsl.conversions import ABSENT
from mapdsl.runtime.compiled.open_rest import OpenRest, keep_open

KIND = ({"kind": None, "x": None}, {"t": {"v": None}}, "drop")
OTHER = ({"y": None}, {"t": None}, "")
NOTHING = ({}, {}, "")


def rest() -> OpenRest:
    return OpenRest(({"t": {"a": None}}, {"t": {"b": None}}), "keep", True, None, ((KIND, NOTHING), (OTHER, NOTHING)))


def test_the_names_of_the_branches_join_those_of_the_block() -> None:
    spoken = rest().of(0, 1)
    assert spoken.named == {"t": {"a": None}, "kind": None, "x": None}
    assert spoken.taken == {"t": {"b": None, "v": None}}
    assert (spoken.policy, spoken.place, spoken.whole) == ("drop", True, False)


def test_what_a_branch_owns_is_owned_with_all_below() -> None:
    assert rest().of(-1, 0).taken == {"t": None}


def test_what_the_block_owns_stays_owned() -> None:
    owning = OpenRest(({"t": None}, {}), "keep", True, None, ((({"t": {"v": None}}, {}, ""), NOTHING),))
    assert owning.of(0).named == {"t": None}


def test_a_match_that_is_not_asked_adds_nothing() -> None:
    assert rest().of(None, None).named == {"t": {"a": None}}


def test_the_last_policy_counts() -> None:
    inner = ({}, {}, "error")
    nested = OpenRest(({}, {}), "keep", True, None, ((KIND, NOTHING), (inner, NOTHING)))
    assert [nested.of(0, 0).policy, nested.of(0, -1).policy, nested.of(-1, None).policy] == ["error", "drop", "keep"]


def test_what_a_branch_owns_as_a_whole_has_no_place_for_rest() -> None:
    whole = OpenRest(({}, {}), "keep", True, None, (((None, None, ""), NOTHING),))
    assert (whole.of(0).whole, whole.of(0).place) == (True, False)
    assert keep_open({"a": 1}, "written", whole.of(0)) == "written"
    assert keep_open({}, ABSENT, whole.of(-1)) == {}  # an object came in, so one goes out


def test_what_occurs_is_joined_once() -> None:
    names = rest()
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda number: names.of(number % 2 - 1, -1), range(400)))
    assert len({id(each) for each in found}) == 2
