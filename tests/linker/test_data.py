"""Declarations as plain data and back: every kind of value, what is shared, and what is refused."""

from __future__ import annotations

import marshal
from decimal import Decimal
from typing import Any

import attrs
import pytest

from mapdsl.conversions import ABSENT
from mapdsl.linker import Named, freeze, thaw


@attrs.frozen
class Pair:
    left: Any
    right: Any = None


def there_and_back(value: Any, **space: Any) -> Any:
    data = marshal.loads(marshal.dumps(freeze([value], (Pair,))))
    return thaw(data, (Pair,), space)[0]


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        1,
        1.5,
        "a",
        "\ud800",
        b"\0",
        (),
        (1, ("a", (True,))),
        [],
        [1, [2]],
        {},
        {"a": [1, {"b": None}]},
        {True: 1, "1": 2},
        (1, [2]),
        frozenset({"a", "b"}),
        Decimal("1.50"),
        (ABSENT, "a"),
        Pair(1, (Pair([]),)),
    ],
)
def test_a_value_comes_back_of_its_own_types(value: Any) -> None:
    back = there_and_back(value)
    assert repr(back) == repr(value)
    assert back == value


def test_a_decimal_keeps_its_digits_and_absent_is_the_one() -> None:
    assert str(there_and_back(Decimal("1.50"))) == "1.50"
    assert there_and_back((ABSENT,))[0] is ABSENT


def test_a_name_becomes_the_function_of_that_name() -> None:
    assert there_and_back(Pair(Named("f")), f=len) == Pair(len)
    with pytest.raises(KeyError):
        there_and_back(Named("g"), f=len)


def test_one_object_in_two_places_stays_one() -> None:
    """Blocks that include a block twice, on 60 levels: copies would be more than any memory holds."""
    value = Pair("leaf")
    for _ in range(60):
        value = Pair(value, value)
    back = there_and_back(value)
    assert back.left is back.right
    assert back.left.left is back.right.right


def test_values_that_are_frozen_together_share_what_they_had_in_common() -> None:
    shared = Pair([1])
    one, other = thaw(marshal.loads(marshal.dumps(freeze([(shared,), {"a": shared}], (Pair,)))), (Pair,))
    assert one[0] is other["a"]


def test_what_is_no_data_is_refused() -> None:
    for value in (object(), len, (1, {1: Ellipsis})):
        with pytest.raises(TypeError, match="is no plain data"):
            freeze([value], (Pair,))
