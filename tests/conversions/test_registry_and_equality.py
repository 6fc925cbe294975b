"""Building conversions by name, registering one's own, and JSON equality."""

from __future__ import annotations

import copy
import pickle
from decimal import Decimal
from importlib import import_module

import pytest

from mapdsl import conversions
from mapdsl.conversions import (
    ABSENT,
    BadConversion,
    Conversion,
    Domain,
    Way,
    build,
    conversion,
    names,
    register,
    registry,
    same,
    usage,
)


@pytest.mark.parametrize(
    ("name", "args", "message", "help"),
    [
        (
            "clok_seconds",
            (),
            "there is no conversion `clok_seconds`",
            "did you mean `clock_seconds` or `clock_fraction`?",
        ),
        ("zzz", (), "there is no conversion `zzz`", "known are boolean, case"),
        ("csv", (",",), "`csv` does not take one argument", "write `csv`"),
        ("ref", (), "`ref` does not take no arguments", "write `ref(member)`"),
        (
            "date_time",
            ("YYYY",),
            "`date_time` does not take one argument",
            "write `date_time(layout, zone, unset?, new_unset?)`",
        ),
    ],
)
def test_what_cannot_be_built_is_explained(name, args, message, help):
    with pytest.raises(BadConversion) as caught:
        build(name, args)
    assert caught.value.message == message
    assert caught.value.help.startswith(help)


@pytest.fixture
def clean_registry():
    before = set(names())
    yield
    for name in set(registry._ENTRIES) - before:
        del registry._ENTRIES[name]


@pytest.mark.usefixtures("clean_registry")
def test_a_program_registers_its_own_conversion():
    anything = Domain("any")

    @conversion("doubled")
    def doubled(times: int = 2) -> Conversion:
        return Conversion("doubled", anything, anything, Way(lambda v: v * times), Way(lambda v: v // times))

    assert "doubled" in names()
    assert usage("doubled") == "doubled(times?)"
    assert build("doubled").to_new.run(4) == 8
    assert build("doubled", (3,)).to_old.run(9) == 3
    register("doubled", doubled)  # the same again
    with pytest.raises(ValueError, match="registered already"):
        register("doubled", lambda: build("csv"))


NAN = float("nan")


@pytest.mark.parametrize(
    ("a", "b", "equal"),
    [
        (1, 1.0, True),
        (0.1, Decimal("0.1"), True),
        (1e23, 10**23, True),
        (Decimal("1.50"), 1.5, True),
        (-0.0, 0, True),
        (1, True, False),
        (0, False, False),
        (1, "1", False),
        (None, False, False),
        (ABSENT, None, False),
        (ABSENT, ABSENT, True),
        (NAN, NAN, False),
        (Decimal("sNaN"), 1, False),
        ({"a": 1, "b": 2}, {"b": 2.0, "a": 1}, True),
        ({"a": 1}, {"a": 1, "b": None}, False),
        ([1, 2], [2, 1], False),
        ([1], [1, 2], False),
        ([], {}, False),
        ((1, ABSENT), (1, ABSENT), True),
        ((1,), [1], False),
        ("é", "e\u0301", False),
        ([{"a": [True]}], [{"a": [1]}], False),
    ],
)
def test_equality_is_that_of_json(a, b, equal):
    assert same(a, b) is equal
    assert same(b, a) is equal


def test_equality_has_no_limit_of_depth():
    deep, other = [], []
    for _ in range(100_000):
        deep, other = [deep], [other]
    assert same(deep, other)
    assert not same(deep, [other])


def test_absent_is_one_thing_and_stays_it():
    assert copy.deepcopy([ABSENT])[0] is copy.copy(ABSENT) is pickle.loads(pickle.dumps(ABSENT)) is ABSENT
    assert not ABSENT
    assert repr(ABSENT) == "ABSENT"


def test_a_family_is_loaded_for_one_of_its_names_and_registers_all_that_are_expected_of_it():
    for family, expected in conversions._FAMILIES.items():
        module = import_module(f"mapdsl.conversions.{family}")
        made = {name for name, entry in registry._ENTRIES.items() if entry.factory.__module__ == module.__name__}
        assert made == set(expected), family


def test_a_name_of_a_family_that_is_not_loaded_is_taken_all_the_same(monkeypatch, clean_registry):
    def load() -> None:
        registry._ENTRIES["late"] = registry._ENTRIES["string"]

    build("string")
    monkeypatch.setitem(registry._EXPECTED, "late", load)
    with pytest.raises(ValueError, match="`late` is registered already"):
        register("late", lambda: None)
