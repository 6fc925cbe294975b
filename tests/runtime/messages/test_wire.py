"""Texts and scalars as they stand in a URL."""

from __future__ import annotations

from decimal import Decimal
from urllib.parse import quote, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapdsl.runtime.messages.wire import Unfit, decode, encode, shortest

TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@given(TEXT)
def test_encoding_is_that_of_the_standard_library_and_comes_back(text):
    assert encode(text) == quote(text, safe="")
    assert decode(encode(text)) == text == unquote(encode(text), errors="strict")


def test_decoding_happens_once():
    assert decode("%252e%252E") == "%2e%2E"
    assert decode("a%2Fb+c%c3%A9") == "a/b+cé"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("%", "a % that is no escape"),
        ("a%2", "a % that is no escape"),
        ("%zz", "a % that is no escape"),
        ("%+1", "a % that is no escape"),
        ("%ff", "bytes that are not UTF-8"),
        ("%ed%a0%80", "bytes that are not UTF-8"),
        ("%c0%ae", "bytes that are not UTF-8"),
        ("%41\ud800", "a lone surrogate"),
    ],
)
def test_what_does_not_decode_is_refused(text, found):
    with pytest.raises(Unfit) as caught:
        decode(text)
    assert caught.value.found == found


def test_a_lone_surrogate_cannot_be_encoded():
    with pytest.raises(Unfit, match="lone surrogate"):
        encode("a\udfff")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("007", "007"),
        (True, "true"),
        (False, "false"),
        (0, "0"),
        (-12, "-12"),
        (10**399, "1" + "0" * 399),
        (3.0, "3"),
        (-0.5, "-0.5"),
        (1e-7, "0.0000001"),
        (1e22, "1" + "0" * 22),
        (Decimal("100.10"), "100.10"),
        (Decimal("1E+2"), "100"),
    ],
)
def test_scalars_are_printed_in_the_shortest_plain_form(value, text):
    assert shortest(value) == text


@pytest.mark.parametrize(
    "value",
    [None, [], {}, float("nan"), Decimal("Infinity"), Decimal("1e999999999"), Decimal("0e-999999"), 10**5000],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_scalar_of_bounded_size_is_refused(value):
    with pytest.raises(Unfit):
        shortest(value)
