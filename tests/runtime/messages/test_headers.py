"""Headers: case, repetition, and nothing that ends a line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapdsl.runtime.messages.headers import check_headers, fold, is_credential, kind_of, of_connection


def test_names_compare_without_case():
    assert fold({"Content-Type": "a", "ACCEPT": ["b", "c"]}) == {"content-type": "a", "accept": ["b", "c"]}


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("connection", "connection keep-alive te trailer transfer-encoding upgrade host content-length"),
        ("connection", "content-encoding accept-encoding expect proxy-connection http2-settings sec-websocket-key"),
        ("credential", "authorization proxy-authorization cookie set-cookie x-api-key apikey x-auth-token x-secret"),
        ("old bytes", "content-md5 digest content-digest repr-digest signature signature-input x-hub-signature-256"),
        ("old bytes", "range if-range content-range accept-ranges stripe-signature"),
        ("validator", "etag last-modified if-match if-none-match if-modified-since if-unmodified-since"),
        ("target", "location content-location link"),
        ("passes", "content-type accept accept-language idempotency-key retry-after www-authenticate prefer date"),
        ("passes", "traceparent x-request-id x-ratelimit-remaining content-disposition vary cache-control via"),
        ("passes", "want-digest accept-signature access-control-allow-credentials x-monkey x-keyboard"),
    ],
)
def test_what_becomes_of_a_header_depends_on_its_name(kind, names):
    assert {name: kind_of(name) for name in names.split()} == dict.fromkeys(names.split(), kind)


def test_a_connection_header_may_list_more():
    headers = {"Connection": ["close, X-Hop", "x-other"], "Host": "a", "X-Hop": "1", "Date": "d"}
    assert of_connection(headers) == {"connection", "close", "host", "x-hop", "x-other"}


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
