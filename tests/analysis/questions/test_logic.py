"""What guards know: which tests rule each other out, which follow, and what counts as equal."""

from __future__ import annotations

from decimal import Decimal

import pytest

from mapdsl import syntax
from mapdsl.analysis.questions import contradicts, implies, shown
from mapdsl.analysis.questions.logic import same

PRESENT, ABSENT = syntax.Test("present"), syntax.Test("absent")


def is_(*values):
    return syntax.Test("is" if len(values) == 1 else "one_of", values)


def not_(value):
    return syntax.Test("not", (value,))


# A fact, a test, whether the fact rules the test out, whether the test follows from it.
TABLE = [
    (is_("a"), is_("a"), False, True),
    (is_("a"), is_("b"), True, False),
    (is_("a"), is_("a", "b"), False, True),
    (is_("c"), is_("a", "b"), True, False),
    (is_("a", "b"), is_("a"), False, False),
    (is_("a", "b"), is_("b", "c"), False, False),
    (is_("a", "b"), is_("a", "b", "c"), False, True),
    (is_("a"), not_("a"), True, False),
    (is_("a"), not_("b"), False, True),
    (is_("a", "b"), not_("a"), False, False),
    (is_("a", "b"), not_("c"), False, True),
    (not_("a"), is_("a"), True, False),
    (not_("a"), is_("b"), False, False),
    (not_("a"), is_("a", "b"), False, False),
    (not_("a"), not_("a"), False, True),
    (not_("a"), not_("b"), False, False),
    (not_("a"), PRESENT, False, False),
    (not_("a"), ABSENT, False, False),
    (PRESENT, PRESENT, False, True),
    (PRESENT, ABSENT, True, False),
    (PRESENT, is_("a"), False, False),
    (PRESENT, not_("a"), False, False),
    (ABSENT, ABSENT, False, True),
    (ABSENT, PRESENT, True, False),
    (ABSENT, is_("a"), True, False),
    (ABSENT, is_("a", "b"), True, False),
    (ABSENT, not_("a"), False, True),  # what is not there is not "a"
    (is_("a"), PRESENT, False, True),
    (is_("a", "b"), PRESENT, False, True),
    (is_("a"), ABSENT, True, False),
    (is_(None), PRESENT, False, True),  # null is there
    (is_(1), is_(Decimal("1.0")), False, True),
    (is_(1), is_(True), True, False),
]


@pytest.mark.parametrize(("fact", "test", "ruled_out", "follows"), TABLE)
def test_facts_and_tests(fact, test, ruled_out, follows):
    assert contradicts(fact, test) is ruled_out
    assert implies([fact], test) is follows


def test_one_fact_of_several_is_enough():
    assert implies([PRESENT, is_("a")], not_("b"))
    assert not implies([], PRESENT)


@pytest.mark.parametrize(
    ("a", "b", "equal"),
    [
        (1, Decimal("1.00"), True),
        (1, True, False),
        (0, False, False),
        (True, True, True),
        ("1", 1, False),
        (None, syntax.ABSENT, False),
        (None, None, True),
        ([1, {"a": 2}], [Decimal(1), {"a": 2}], True),
        ([1], [1, 1], False),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
        ({"a": 1}, {"a": 1, "b": 2}, False),
        ({"a": 1}, {"a": 2}, False),
        ([], {}, False),
    ],
)
def test_equality_is_that_of_json(a, b, equal):
    assert same(a, b) is equal
    assert same(b, a) is equal


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ('a"b\\\n', '"a\\"b\\\\\\n"'),
        ({"a": [1, None]}, "{a: [1, null]}"),
        (True, "true"),
        (1, "1"),
        (Decimal("1.50"), "1.50"),
        (False, "false"),
        (0, "0"),
        (syntax.ABSENT, "absent"),
    ],
)
def test_literals_are_shown_as_a_spec_has_them(value, text):
    assert shown(value) == text
