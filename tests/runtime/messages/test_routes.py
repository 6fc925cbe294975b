"""Path templates, and the choice among them."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mapdsl.errors import RouteNotFound, TranslationError
from mapdsl.runtime.messages.routes import Router, Template

SEND = Template("/api/v1/{api_key}/sendsms")


def refusal(call) -> str:
    with pytest.raises(TranslationError) as caught:
        call()
    return str(caught.value)


def test_parameters_are_read_and_written():
    assert SEND.names == ("api_key",)
    assert SEND.match("/api/v1/KEY/sendsms") == {"api_key": "KEY"}
    assert SEND.fill({"api_key": "KEY", "more": "x"}) == "/api/v1/KEY/sendsms"


@pytest.mark.parametrize(
    "path",
    ["/", "/api/v1/KEY", "/api/v1/KEY/sendsms/", "/api/v1/KEY/SENDSMS", "/api/v1/KEY/sendsms/x", "/api/v2/K/sendsms"],
)
def test_another_path_does_not_match(path):
    assert SEND.match(path) is None


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("/t/a%2Fb", "a/b"),
        ("/t/%252e%252e", "%2e%2e"),
        ("/t/%2B33", "+33"),
        ("/t/a+b", "a+b"),
        ("/t/caf%C3%A9", "café"),
        ("/t/...", "..."),
        ("/t/.a", ".a"),
        ("/t/a%20b%3F%23", "a b?#"),
        ("/t/%7Bid%7D", "{id}"),
        ("/t/{other}", "{other}"),
        ("/t/" + "%C3%A9" * 256, "é" * 256),
        ("/%74/a", "a"),
    ],
)
def test_a_segment_is_decoded_once(path, value):
    assert Template("/t/{id}").match(path) == {"id": value}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/t/..", 'the segment ".."'),
        ("/t/%2e%2E", 'the segment ".."'),
        ("/../x", 'the segment ".."'),
        ("/t/.", 'the segment "."'),
        ("/t//x", "an empty segment"),
        ("//t/x", "an empty segment"),
        ("/t//", "an empty segment"),
        ("/t/a%00", "a control character"),
        ("/t/%0d%0aX: 1", "a control character"),
        ("/t/%C2%85", "a control character"),
        ("/t/a\tb", "a control character"),
        ("/t/%ff", "bytes that are not UTF-8"),
        ("/t/%e", "a % that is no escape"),
        ("/t/" + "a" * 513, "a segment of more than 512 bytes"),
        ("/t/" + "%C3%A9" * 257, "a segment of more than 512 bytes"),
        ("/t/a\ud800", "a lone surrogate"),
        ("/t/x?a=1", "a query or a fragment in it"),
        ("/t/x#a", "a query or a fragment in it"),
        ("https://host/t/KEY", "something else"),
        ("", "no path"),
    ],
)
def test_a_path_that_servers_read_in_two_ways_is_refused_and_not_shown(path, found):
    assert refusal(lambda: Template("/t/{id}").match(path)).endswith(f"found {found}")
    assert "KEY" not in refusal(lambda: Router([(1, "old", "GET", Template("/t/{id}"), 0)]).find("old", "GET", path))


@given(st.text(max_size=20), st.text(max_size=20))
def test_what_is_filled_in_is_read_back_or_refused(first, second):
    template = Template("/a/{first}/b/{second}/c")
    try:
        path = template.fill({"first": first, "second": second})
    except TranslationError:
        return
    assert path.count("/") == 5
    assert path.isascii()
    assert template.match(path) == {"first": first, "second": second}


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("", "an empty segment"),
        (".", 'the segment "."'),
        ("..", 'the segment ".."'),
        ("a\r\nb", "a control character"),
        ("a\0", "a control character"),
        ("a\ud800", "a lone surrogate"),
        ("é" * 257, "a segment of more than 512 bytes"),
        (None, "nothing"),
        (["a"], "a list"),
        ({"a": 1}, "an object"),
    ],
)
def test_values_that_cannot_be_a_segment_are_refused(value, found):
    text = refusal(lambda: SEND.fill({"api_key": value}))
    assert text == f"path.api_key: expected a text for one segment of the path, found {found}"


def test_every_bad_value_is_named():
    with pytest.raises(TranslationError) as caught:
        Template("/{a}/{b}/{c}").fill({"a": "..", "b": "fine"})
    assert [problem.path for problem in caught.value.problems] == ["path.a", "path.c"]


def test_scalars_are_written_in_shortest_form():
    assert Template("/t/{n}/{yes}").fill({"n": 12, "yes": True}) == "/t/12/true"


def test_an_open_credential_leaves_its_placeholder_which_reads_back_as_none():
    path = SEND.fill({}, unfilled=("api_key",))
    assert path == "/api/v1/{api_key}/sendsms"
    assert SEND.match(path) == {}
    assert SEND.fill({"api_key": "KEY"}, unfilled=("api_key",)) == "/api/v1/KEY/sendsms"
    assert SEND.match(SEND.fill({"api_key": "{api_key}"})) == {"api_key": "{api_key}"}


def test_a_slash_at_the_end_is_no_empty_parameter():
    assert Template("/t/{id}").match("/t/") is None
    assert Template("/t/").match("/t/") == {}
    assert Template("/t").match("/t/") is None


def test_a_base_is_written_and_need_not_be_there():
    template = Template("/status", "/v2.0")
    assert template.fill({}) == "/v2.0/status"
    assert template.match("/v2.0/status") == {} == template.match("/status")
    assert template.match("/v2.0") is None
    assert Template("/{id}", "/v2.0/").fill({"id": "1"}) == "/v2.0/1"
    assert Template("/", "/v2.0").fill({}) == "/v2.0"
    assert Template("/", "/v2.0").match("/v2.0") == {} == Template("/", "/v2.0").match("/")


def test_the_texts_of_a_template_are_written_as_they_stand():
    template = Template("/calls:start/caf%C3%A9/{id}/")
    assert template.fill({"id": "1"}) == "/calls:start/caf%C3%A9/1/"
    assert template.match("/calls:start/caf%c3%a9/1/") == {"id": "1"}
    assert template.match("/calls%3Astart/café/1") is None
    assert Template("/").fill({}) == "/"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a/b",
        "/a//b",
        "/a/../b",
        "/a/%2e",
        "/{a}.json",
        "/{a}/{a}",
        "/{}",
        "/{a",
        "/a?b",
        "/%7Ba%7D",
        "/a b",
        "/%zz",
    ],
)
def test_what_is_no_template_is_refused(text):
    with pytest.raises(ValueError, match=r"path|base"):
        Template(text)
    with pytest.raises(ValueError, match="base"):
        Template("/a", "/{tenant}")


ROUTER = Router(
    [
        ("get", "new", "GET", Template("/api/v4/campaigns/{id}"), 0),
        ("stats", "new", "GET", Template("/api/v4/campaigns/stats"), 0),
        ("any", "new", "GET", Template("/api/v4/{kind}/stats"), 0),
        ("second", "new", "GET", Template("/api/v4/campaigns/{other}"), 1),
        ("first", "new", "GET", Template("/api/v4/campaigns/{third}"), -1),
        ("make", "new", "POST", Template("/api/v4/campaigns"), 0),
        ("send", "old", "POST", SEND, 0),
        ("based", "old", "GET", Template("/status", "/v2.0"), 0),
    ]
)


def test_literal_segments_win_then_rank_then_order():
    assert ROUTER.find("new", "GET", "/api/v4/campaigns/stats") == [
        ("stats", {}),
        ("first", {"third": "stats"}),
        ("get", {"id": "stats"}),
        ("second", {"other": "stats"}),
        ("any", {"kind": "campaigns"}),
    ]
    assert ROUTER.find("new", "GET", "/api/v4/users/stats") == [("any", {"kind": "users"})]


def test_side_and_method_decide():
    assert ROUTER.find("old", "POST", "/api/v1/K/sendsms") == [("send", {"api_key": "K"})]
    assert ROUTER.find("new", "POST", "/api/v1/K/sendsms") == []
    assert ROUTER.find("old", "HEAD", "/api/v1/K/sendsms") == []
    assert ROUTER.find("old", "post", "/api/v1/K/sendsms") == []
    assert ROUTER.find("old", "GET", "/v2.0/status") == [("based", {})] == ROUTER.find("old", "GET", "/status")


def test_an_unknown_route_names_the_nearest_and_hides_what_may_be_a_credential():
    cases = {
        ("old", "GET", "/api/v1/SECRET/sendsms"): ("POST /api/v1/{api_key}/sendsms", "GET /api/v1/***/sendsms"),
        ("old", "POST", "/api/v1/SECRET/sendsmss"): (
            "POST /api/v1/{api_key}/sendsms",
            "POST /api/v1/***/sendsmss\n    help: segment 4 of POST /api/v1/{api_key}/sendsms is `sendsms`",
        ),
        ("old", "POST", "/api/v1/SECRET/sendsms/"): ("POST /api/v1/{api_key}/sendsms", "POST /api/v1/***/sendsms/"),
        ("old", "DELETE", "/status"): ("GET /v2.0/status", "DELETE /status"),
    }
    for (side, method, path), (nearest, shown) in cases.items():
        error = ROUTER.not_found(side, method, path)
        assert isinstance(error, RouteNotFound)
        assert str(error) == f"path: expected a route of the {side} API (nearest: {nearest}), found {shown}"
    far = ROUTER.not_found("new", "GET", "/SECRET/a/b/c/d")
    assert str(far) == "path: expected a route of the new API, found GET /***/***/***/***/***"


def test_only_the_routes_asked_for_are_named():
    error = ROUTER.not_found("new", "POST", "/api/v4/campaign", {"get"})
    assert str(error) == "path: expected a route of the new API, found POST /api/v4/***"


@given(st.text(max_size=30))
def test_any_text_as_a_path_is_found_not_found_or_refused(path):
    assume(path != "/")
    try:
        assert ROUTER.find("old", "GET", path) in ([], [("based", {})])
    except TranslationError:
        return
    assert str(ROUTER.not_found("old", "GET", path))


def test_a_value_spelled_like_a_placeholder_keeps_its_braces_where_the_parameter_may_stay_open() -> None:
    """Documentation prints `{your_api_key}`: filled in by hand, that is what is read and what is written back."""
    template = Template("/v1/{api_key}/sms")
    assert template.match("/v1/{your_key}/sms") == {"api_key": "{your_key}"}
    assert template.fill({"api_key": "{your_key}"}, ("api_key",)) == "/v1/{your_key}/sms"
    assert template.fill({"api_key": "{api_key}"}, ("api_key",)) == "/v1/%7Bapi_key%7D/sms"
    assert template.fill({"api_key": "{your_key}"}) == "/v1/%7Byour_key%7D/sms"
    assert template.fill({"api_key": "{a/b}"}, ("api_key",)) == "/v1/%7Ba%2Fb%7D/sms"


def test_the_first_route_of_an_ordinary_path_is_the_best_that_is_found():
    words = ("api", "v4", "v1", "campaigns", "stats", "K", "sendsms", "status", "v2.0")
    paths = [f"/{'/'.join(words_of)}" for length in range(1, 5) for words_of in product(words, repeat=length)]
    for side, method, path in product(("old", "new"), ("GET", "POST", "PUT"), paths):
        found = ROUTER.find(side, method, path)
        best = (found[0][0], path[1:].split("/")) if found else None
        assert ROUTER.first(side, method, path) == best


@pytest.mark.parametrize("path", ["", "/", "a", "/status/", "//status", "/%73tatus", "/{id}", "/..", "/sta?tus", "/é"])
def test_what_is_no_ordinary_path_is_looked_at_closer(path):
    assert ROUTER.first("old", "GET", path) is None
