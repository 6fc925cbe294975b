"""Enums and tables, as `from_table` makes them of rows."""

from __future__ import annotations

from decimal import Decimal

import pytest

from mapdsl.conversions import ABSENT, Refused, from_table


def pairs(*rows):
    """Rows of a plain one-to-one enum."""
    return tuple(((old,), (new,), True, True) for old, new in rows)


UNITS = pairs(("s", "seconds"), ("m", "minutes"), ("h", "hours"))


def test_a_closed_enum_maps_its_rows_and_says_what_fits():
    made = from_table(UNITS, name="time_unit")
    assert made.to_new.run("m") == "minutes"
    assert made.to_old.run("hours") == "h"
    assert made.to_new.injective
    assert made.to_old.injective
    assert made.to_new.table == {"s": "seconds", "m": "minutes", "h": "hours"}
    with pytest.raises(Refused, match=r'^one of "s", "m", "h"$'):
        made.to_new.run("d")
    with pytest.raises(Refused, match=r'^one of "seconds", "minutes", "hours"$'):
        made.to_old.run("s")


def test_the_author_says_why_a_value_is_refused():
    made = from_table(UNITS, name="time_unit", refusal="days were removed")
    with pytest.raises(Refused, match=r"^days were removed$"):
        made.to_new.run("d")


def test_a_long_list_of_what_fits_is_cut():
    rows = pairs(*((f"value number {i}", f"v{i}") for i in range(40)))
    with pytest.raises(Refused) as caught:
        from_table(rows, name="long").to_new.run("")
    assert caught.value.expected.startswith('one of "value number 0", "value number 1"')
    assert caught.value.expected.endswith(" more")
    assert len(caught.value.expected) < 160


KINDS = pairs((1, "one"), (True, "yes"), ("1", "text"), (None, "nothing"), (0.5, "half"), (Decimal("2.50"), "decimal"))


@pytest.mark.parametrize(
    ("value", "image"),
    [
        (1, "one"),
        (1.0, "one"),
        (Decimal("1.00"), "one"),
        (True, "yes"),
        ("1", "text"),
        (None, "nothing"),
        (Decimal("0.5"), "half"),
        (2.5, "decimal"),
    ],
)
def test_keys_are_equal_as_json_values(value, image):
    assert from_table(KINDS, name="kinds").to_new.run(value) == image


@pytest.mark.parametrize("value", [False, 0, "true", "one", [], {}, [1], {"1": 1}, 1e-9])
def test_values_that_are_only_alike_are_refused(value):
    with pytest.raises(Refused):
        from_table(KINDS, name="kinds").to_new.run(value)


def test_an_open_enum_passes_a_text_that_neither_column_lists():
    made = from_table(pairs(("busy", "user_busy")), name="disposition", open=True)
    assert made.to_new.run("busy") == "user_busy"
    assert made.to_new.run("answered") == "answered"
    assert made.to_old.run("answered") == "answered"
    assert made.to_new.passes_unlisted
    assert made.to_new.injective
    with pytest.raises(Refused, match="that the other side does not use"):
        made.to_new.run("user_busy")
    with pytest.raises(Refused):
        made.to_old.run("busy")
    for value in (5, True, [], {}):
        with pytest.raises(Refused):
            made.to_new.run(value)


def test_of_several_rows_with_one_image_the_canonical_one_comes_back():
    rows = ((("a",), ("x",), True, False), (("b",), ("x",), True, True))
    made = from_table(rows, name="two")
    assert made.to_new.run("a") == made.to_new.run("b") == "x"
    assert made.to_old.run("x") == "b"
    assert not made.to_new.injective
    assert made.to_new.lossy == ""
    assert made.to_old.injective


def test_a_row_of_one_direction_serves_that_direction():
    rows = (*UNITS, (("d",), ("hours",), True, False))
    made = from_table(rows, name="narrow")
    assert made.to_new.run("d") == "hours"
    assert made.to_old.run("hours") == "h"


def test_one_value_stands_against_several():
    rows = (
        (("inbound",), ("call", "inbound"), True, True),
        (("chat",), ("conversation", "chat"), True, True),
    )
    made = from_table(rows, name="call_type")
    assert (made.old_places, made.new_places) == (1, 2)
    assert made.to_new.run("chat") == ("conversation", "chat")
    assert made.to_old.run(("call", "inbound")) == "inbound"
    assert made.to_new.table == {"inbound": ("call", "inbound"), "chat": ("conversation", "chat")}
    with pytest.raises(Refused, match=r'one of \("call", "inbound"\), \("conversation", "chat"\)'):
        made.to_old.run(("call", "chat"))
    for value in ("call", ("call",), None, ("call", None), ("call", ["inbound"])):
        with pytest.raises(Refused):
            made.to_old.run(value)


LIVE = (
    ((True, "oldest_first"), ({"enabled": True, "dialing_order": "fifo"},), True, True),
    ((True, "newest_first"), ({"enabled": True, "dialing_order": "lifo"},), True, True),
    ((True, "disabled"), ({"enabled": True},), True, True),
    ((True, ABSENT), ({"enabled": True},), True, False),
    ((False, "disabled"), (None,), True, True),
    ((False, ABSENT), (None,), True, False),
    ((False, "disabled"), ({"enabled": False},), False, True),
    ((ABSENT, ABSENT), (ABSENT,), True, True),
)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ((True, "oldest_first"), {"enabled": True, "dialing_order": "fifo"}),
        ((True, "disabled"), {"enabled": True}),
        ((True, ABSENT), {"enabled": True}),
        ((False, ABSENT), None),
        ((ABSENT, ABSENT), ABSENT),
    ],
)
def test_a_joint_table_maps_presence_too(old, new):
    assert from_table(LIVE, name="live", joint=True).to_new.run(old) == new


@pytest.mark.parametrize(
    ("new", "old"),
    [
        ({"dialing_order": "lifo", "enabled": True}, (True, "newest_first")),
        ({"enabled": True}, (True, "disabled")),
        ({"enabled": False}, (False, "disabled")),
        ({"enabled": True, "colour": "red"}, (True, "disabled")),
        (None, (False, "disabled")),
        (ABSENT, (ABSENT, ABSENT)),
    ],
)
def test_object_cells_match_by_the_members_that_their_column_speaks_of(new, old):
    assert from_table(LIVE, name="live", joint=True).to_old.run(new) == old


@pytest.mark.parametrize(
    "new",
    [
        {},
        {"enabled": 1},
        {"enabled": True, "dialing_order": None},
        {"dialing_order": "fifo"},
        {"enabled": {}},
        [],
        True,
        "x",
    ],
)
def test_objects_that_no_row_lists_are_refused(new):
    with pytest.raises(Refused, match=r'one of {"enabled": true, "dialing_order": "fifo"}'):
        from_table(LIVE, name="live", joint=True).to_old.run(new)


def test_a_joint_table_takes_absent_and_null_and_is_called_so():
    made = from_table(LIVE, name="live", joint=True)
    assert made.takes_absent
    assert made.takes_null
    assert not made.to_new.injective
    assert not made.to_old.injective
    with pytest.raises(Refused, match="absent"):
        made.to_new.run((ABSENT, "disabled"))


def test_cells_may_hold_lists_and_objects_within_objects():
    rows = pairs((["a", 1], "list"), ({"a": {"b": [1]}}, "deep"), ({"a": 5}, "flat"))
    made = from_table(rows, name="deep")
    assert made.to_new.run(["a", 1.0]) == "list"
    assert made.to_new.run({"a": {"b": [1]}, "other": 0}) == "deep"
    assert made.to_new.run({"a": 5}) == "flat"
    with pytest.raises(Refused):
        made.to_new.run({"a": {"b": [2]}})


def test_null_stays_null_where_neither_column_speaks_of_it():
    made = from_table(pairs(("none", None), ("a", 1)), name="unset")
    assert made.takes_null
    assert made.to_new.run("none") is None
    assert made.to_old.run(None) == "none"
    with pytest.raises(Refused):
        made.to_new.run(None)  # it would come back as "none"


def test_an_empty_table_refuses_everything():
    made = from_table((), name="empty")
    with pytest.raises(Refused, match="the table is empty"):
        made.to_new.run("a")
