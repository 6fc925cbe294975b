"""JSON text in and out."""

from __future__ import annotations

import json
import re
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mapdsl.errors import TranslationError
from mapdsl.runtime.messages.json_text import dumps, loads

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
# Not those that are written as integers: they are read as int.
DECIMALS = st.tuples(st.integers(), st.integers(-300, 300).filter(bool)).map(
    lambda pair: Decimal(f"{pair[0]}e{pair[1]}")
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | DECIMALS | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


def refusal(data) -> str:
    with pytest.raises(TranslationError) as caught:
        loads(data)
    assert len(caught.value.problems) == 1
    return str(caught.value)


@given(JSON)
@example({"a": Decimal("1E+2"), "b": Decimal("-0.00"), "c": ["\u2028", "\x00", '"\\', "\ufeff"]})
def test_what_is_written_is_read_back_digit_for_digit(value):
    assert repr(loads(dumps(value))) == repr(value)


@given(st.text(st.sampled_from('[]{}",:\\1e.-N tru\n'), max_size=40))
def test_any_text_is_read_as_json_reads_it_or_refused(text):
    def plain(pairs):
        if len(dict(pairs)) != len(pairs):
            raise ValueError
        return dict(pairs)

    def constant(literal):
        raise ValueError(literal)

    try:
        value = json.loads(text, parse_float=Decimal, object_pairs_hook=plain, parse_constant=constant)
    except ValueError:
        refusal(text)
    else:
        if not re.search(r"[eE][+-]?[0-9]{3}", text):  # beyond the limits, perhaps
            assert repr(loads(text)) == repr(value)


def test_numbers_keep_their_digits():
    assert dumps(loads("[100.10,0.1,1.50,-0.0,3562.67,123456789012345678901234567890.5,7]")) == (
        b"[100.10,0.1,1.50,-0.0,3562.67,123456789012345678901234567890.5,7]"
    )
    assert loads("1e2") == Decimal("1e2")
    assert type(loads("1e2")) is Decimal
    assert type(loads("12")) is int
    assert dumps([0.1, 1e16, 1e-7, 1.0]) == b"[0.1,1e+16,1e-07,1.0]"
    assert dumps({"a": Decimal("1E+2"), "b": Decimal("0E-8")}) == b'{"a":1E+2,"b":0E-8}'


def test_text_is_written_as_utf8_without_blanks():
    assert dumps({"é": ["😀", None, True, "a\n"]}) == '{"é":["😀",null,true,"a\\n"]}'.encode()


@pytest.mark.parametrize("data", [b'\xef\xbb\xbf{"a":1}', '\ufeff{"a":1}', bytearray(b'{"a":1}'), ' {"a":1}\r\n'])
def test_a_byte_order_mark_and_blanks_around_are_skipped(data):
    assert loads(data) == {"a": 1}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ('{"a":1,"a":2}', 'body: expected every name once, found "a" again (line 1, column 8)'),
        ('{"a":1,"\\u0061":2}', 'body: expected every name once, found "a" again (line 1, column 8)'),
        (
            '{"x":[{"b":1},\n {"c":{"d":1,"d":2}}]}',
            'body.x[1].c: expected every name once, found "d" again (line 2, column 14)',
        ),
        ("[NaN]", "body[0]: expected a number, true, false or null, found NaN (line 1, column 2)"),
        ('{"a":\n-Infinity}', "body.a: expected a number, true, false or null, found -Infinity (line 2, column 1)"),
        (
            "1e999999999",
            "body: expected a number with an exponent within 400, found an exponent of 9 digits (line 1, column 1)",
        ),
        (
            "[1e401]",
            "body[0]: expected a number with an exponent within 400, found an exponent of 401 (line 1, column 2)",
        ),
        ("1E-401", "body: expected a number with an exponent within 400, found an exponent of -401 (line 1, column 1)"),
        (
            "[0e500]",
            "body[0]: expected a number with an exponent within 400, found an exponent of 500 (line 1, column 2)",
        ),
        ("9" * 401, "body: expected a number of at most 400 digits, found one of 401 (line 1, column 1)"),
        ("0." + "1" * 400, "body: expected a number of at most 400 digits, found one of 401 (line 1, column 1)"),
        ('{"a":["\\udfff"]}', 'body.a[0]: expected text without lone surrogates, found "\\udfff"'),
        ('{"\\ud800":1}', 'body: expected names without lone surrogates, found "\\ud800"'),
        ('"\ud800"', "body: expected text without lone surrogates, found one in the JSON text"),
        (b"\xff", "body: expected JSON text in UTF-8, found another byte (line 1, column 1)"),
        ('{"a":1}'.encode("utf-16"), "body: expected JSON text in UTF-8, found another byte (line 1, column 1)"),
        (b'["a",\n"\xed\xa0\x80"]', "body: expected JSON text in UTF-8, found another byte (line 2, column 2)"),
        (b" " * 10_485_761, "body: expected at most 10 MiB of JSON, found 10,485,761 or more"),
        ("é" * 5_242_881, "body: expected at most 10 MiB of JSON, found 10,485,762 or more"),
        (
            "[" + "0," * 1_000_000 + "0]",
            "body: expected at most 1,000,000 values, found more",
        ),
        ("", "body: expected a value, found the end of the text (line 1, column 1)"),
        (
            '{"secret":"abc" "def"}',
            'body: expected a comma or the end of the list or object, found "\\"" (line 1, column 17)',
        ),
        ("[01]", 'body: expected a comma or the end of the list or object, found "1" (line 1, column 3)'),
        ("[1,]", 'body: expected a value, found "]" (line 1, column 4)'),
        ('{"a":1}}', 'body: expected the end of the text, found "}" (line 1, column 8)'),
        ('["a\nb"]', 'body: expected control characters only as escapes, found "\\u000a" (line 1, column 4)'),
    ],
    ids=lambda value: repr(value[:12]),
)
def test_what_is_no_strict_json_is_refused_with_its_place(data, message):
    assert refusal(data) == message


def test_depth_is_counted_over_the_whole_of_a_long_text():
    def text(deeper: int) -> str:
        return "[" * 100 + "{}," * 50_000 + "[" * deeper + "]" * deeper + "]" * 100

    assert len(loads(text(28))) == 1
    assert "at most 128 levels" in refusal(text(29))


def test_names_that_repeat_in_different_objects_are_fine():
    assert loads('{"a":{"a":1},"b":[{"a":2},{"a":3}]}') == {"a": {"a": 1}, "b": [{"a": 2}, {"a": 3}]}


def test_exponents_and_digits_at_the_limit_are_read():
    assert loads("1e400") == Decimal("1e400")
    assert loads("1e00000000000000400") == Decimal("1e400")
    assert loads("9" * 400) == 10**400 - 1
    assert loads("0." + "1" * 399) == Decimal("0." + "1" * 399)


@pytest.mark.parametrize(
    ("open_", "close"), [("[", "]"), ('["\\\\",', "]"), ('{"a":', "}"), ('[{"a":"]]}}\\"",\n"b":', "}]")]
)
def test_depth_is_counted_outside_of_texts_before_anything_is_decoded(open_, close):
    levels = 64 if "{" in open_ and "[" in open_ else 128
    assert loads(open_ * levels + "1" + close * levels) is not None
    assert "at most 128 levels" in refusal(open_ * (levels + 1) + "1" + close * (levels + 1))
    assert "at most 128 levels" in refusal(open_ * 100_000)


@pytest.mark.parametrize(
    "text", ["[" * 1000, '"]' * 500, "[{" * 900, "\\" * 31 + '"[[', '"\\\\\\"' + "[" * 300 + '"', '"' + "[" * 300 + '"']
)
def test_brackets_in_texts_are_no_depth(text):
    assert loads(dumps([text] * 3)) == [text] * 3


@pytest.mark.parametrize(
    "data", ["[" * 10_000_000, "[" * 129 + '"', '{"' * 5_000, '\\"[[[' * 200, "]" * 300 + "[" * 300]
)
def test_broken_nesting_is_refused_and_not_walked_into(data):
    refusal(data)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (float("nan"), "NaN"),
        ([Decimal("NaN")], "NaN"),
        ([float("inf"), Decimal(1)], "infinity"),
        (["\udfff"], '"\\udfff"'),
        (["\udfff", Decimal("1")], '"\\udfff"'),
        ({"\udfff": Decimal("1")}, '"\\udfff"'),
        ({"a": {1}}, "a Python set"),
        (b"a", "a Python bytes"),
    ],
    ids=repr,
)
def test_what_has_no_json_text_is_not_written(value, found):
    with pytest.raises(TranslationError) as caught:
        dumps(value)
    assert caught.value.problems[0].found == found


def test_a_cycle_is_not_written():
    cycle: list = []
    cycle.append(cycle)
    with pytest.raises(TranslationError, match="at most 128 levels"):
        dumps(cycle)


def test_another_type_than_text_is_a_wrong_call():
    with pytest.raises(TypeError, match="bytes or str, not int"):
        loads(3)
