"""Headers: case, repetition, and nothing that ends a line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapdsl.runtime.headers import check_headers, fold, is_credential, passing


def test_names_compare_without_case():
    assert fold({"Content-Type": "a", "ACCEPT": ["b", "c"]}) == {"content-type": "a", "accept": ["b", "c"]}


def test_what_passes_is_a_list_and_the_rest_is_dropped():
    headers = {
        "Content-Type": "application/json",
        "accept": "*/*",
        "Accept-Language": "de",
        "Idempotency-Key": "7",
        "RETRY-AFTER": "3",
        "Host": "a",
        "Content-Length": "3",
        "Transfer-Encoding": "chunked",
        "Connection": "close",
        "Authorization": "Bearer S",
        "Cookie": "S",
        "X-Api-Key": "S",
    }
    assert list(passing(headers)) == ["Content-Type", "accept", "Accept-Language", "Idempotency-Key", "RETRY-AFTER"]


@pytest.mark.parametrize("name", ["Authorization", "cookie", "SET-COOKIE", "Proxy-Authorization", "proxy-anything"])
def test_credentials_are_known_by_name(name):
    assert is_credential(name)
    assert not is_credential(f"x{name}")


def problems(headers) -> list[str]:
    return [str(problem) for problem in check_headers(headers)]


def test_ordinary_headers_are_fine():
    assert problems({"X-A": "a\tb c", "x_b!": ["", "ü~"], "c": []}) == []


@pytest.mark.parametrize("value", ["a\r\nInj: 1", "a\nb", "a\rb", "a\0b", "\x1b[0m", "\x7f", "\x85", ["fine", "a\nb"]])
def test_nothing_in_a_value_can_end_the_line(value):
    expected = "headers.x: expected a header value (Latin-1, one line), found a line end or control character"
    assert problems({"x": value}) == [expected]


def test_letters_that_no_header_can_hold_are_refused():
    expected = "headers.x: expected a header value (Latin-1, one line), found other letters"
    assert problems({"x": "5 €"}) == [expected]
    assert problems({"x": "\ud800"}) == [expected]


@pytest.mark.parametrize("name", ["", "a b", "a:", "a\r\nb", "ü", "a\0", "(a)", "a/b", '"a"'])
def test_a_name_that_is_no_token_is_refused(name):
    assert len(problems({name: "a"})) == 1
    assert "expected a header name, found characters that none can have" in problems({name: "a"})[0]


def test_one_header_under_two_spellings_is_refused():
    expected = "headers.accept: expected a header once (a list where it repeats), found two spellings"
    assert problems({"Accept": "a", "accept": "b"}) == [expected]
    assert problems({"accept": "a", "Accept": "b"}) == [expected.replace("accept", "Accept")]


@given(st.text(max_size=5), st.text(max_size=5))
def test_what_is_let_through_is_one_line_on_the_wire(name, value):
    if not check_headers({name: value}):
        line = f"{name}: {value}".encode("latin-1")
        assert len(line.splitlines()) == 1
        assert line.partition(b":")[0].decode() == name
