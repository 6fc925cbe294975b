"""Requests and responses as they come in and go out."""

from __future__ import annotations

import copy
import pickle

import attrs
import pytest

from mapdsl.errors import TranslationError
from mapdsl.runtime.messages import Request, Response
from mapdsl.runtime.messages.secret import Credential


def problems(read, value) -> list[str]:
    with pytest.raises(TranslationError) as caught:
        read(value)
    return [str(problem) for problem in caught.value.problems]


def request(**changes):
    return {"method": "POST", "path": "/a", **changes}


def test_a_dict_becomes_a_request_and_back():
    body = {"number": "359"}
    plain = {
        "method": "POST",
        "path": "/api/v1/KEY/sendsms",
        "query": {"a": "1", "b": ["2", "3"]},
        "headers": {"Content-Type": "application/json", "X": ["a", "b"]},
        "body": body,
    }
    message = Request.from_any(plain)
    again = message.to_dict()
    assert again == plain
    assert list(again) == ["method", "path", "query", "headers", "body"]
    assert again["body"] is body
    again["query"]["b"].append("4")
    again["headers"].clear()
    assert message.to_dict() == plain
    assert Request.from_any(message) == message
    assert pickle.loads(pickle.dumps(message)) == message


def test_query_headers_and_body_may_be_left_out():
    assert Request.from_any(request()) == Request("POST", "/a", {}, {}, None)
    assert Request.from_any(request(query=None, headers=None, body=None)) == Request("POST", "/a")
    assert Response.from_any({"status": 204}) == Response(204, {}, None)


def test_messages_are_frozen():
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        Request("GET", "/").path = "/b"
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        Response(200).status = 201


def test_a_query_in_the_path_moves_to_the_query():
    message = Request.from_any(request(path="/a%20b?x=1&y=a+b%2B&x=2&flag&&x=3&=e&t%5Bgte%5D=z", query={"q": "7"}))
    assert message.path == "/a%20b"
    assert message.query == {"q": "7", "x": ["1", "2", "3"], "y": "a b+", "flag": "", "": "e", "t[gte]": "z"}
    assert Request.from_any(Request("GET", "/a?b=1")) == Request("GET", "/a", {"b": "1"})
    assert Request.from_any(request(path="/a?")).path == "/a"


def test_a_key_in_path_and_query_is_a_problem():
    expected = "query.page: expected a parameter in path or in query, found it in both"
    assert problems(Request.from_any, request(path="/a?page=1&page=2&b=1", query={"page": "1"})) == [expected, expected]


def test_integers_are_printed():
    message = Request.from_any(request(query={"limit": 20, "ids": [1, "2"]}, headers={"Retry-After": 3}))
    assert message.query == {"limit": "20", "ids": ["1", "2"]}
    assert message.headers == {"Retry-After": "3"}


def test_unfilled_and_secrets_stay_with_a_request():
    message = Request("GET", "/a/{key}", unfilled=("key",)).hiding(["S"])
    again = Request.from_any(message)
    assert again.unfilled == ("key",)
    assert again == message == Request("GET", "/a/{key}", unfilled=("key",))
    assert "S" not in repr(again.hiding(())).replace("GET", "")


def test_a_short_secret_is_hidden_where_it_stands_and_nowhere_else():
    places = (("path", 2), ("query", "k"), ("headers", "x-key-of-ours"))
    message = Request("GET", "/KEYS/K/K", {"k": "K", "K": "K"}, {"Idempotency-Key": "K-1", "X-Key-Of-Ours": "K"})
    hidden = message.hiding([Credential("K")], places)
    expected = (
        "Request(method='GET', path='/KEYS/***/K', query={'k': '***', 'K': 'K'}, "
        "headers={'Idempotency-Key': 'K-1', 'X-Key-Of-Ours': '***'}, body=None)"
    )
    assert repr(hidden) == expected
    assert repr(Request.from_any(hidden)) == repr(pickle.loads(pickle.dumps(hidden))) == expected


def test_a_pickle_holds_no_secret_that_the_request_does_not_hold():
    message = Request("GET", "/a/OURS-KEY", {"b": ["c"]}).hiding([Credential("OURS-KEY"), Credential("THEIRS-KEY")])
    data = pickle.dumps(message)
    assert b"THEIRS" not in data
    again = pickle.loads(data)
    assert again == message == copy.deepcopy(message)
    assert "OURS" not in repr(again)
    assert "OURS" not in repr(copy.copy(message))


@pytest.mark.parametrize("value", [None, 3, "GET /", [], ("GET", "/"), Response(200), b"{}"])
def test_what_is_no_request_is_a_wrong_call(value):
    with pytest.raises(TypeError, match="a request is a Request or a dict with method and path, not"):
        Request.from_any(value)


@pytest.mark.parametrize("value", [None, 200, "200", Request("GET", "/")])
def test_what_is_no_response_is_a_wrong_call(value):
    with pytest.raises(TypeError, match="a response is a Response or a dict with status, not"):
        Response.from_any(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"path": "/a"}, ["method: expected an HTTP method, found nothing"]),
        (request(method=""), ['method: expected an HTTP method, found ""']),
        (
            request(method="GET /x HTTP/1.1\r\nA:"),
            ['method: expected an HTTP method, found "GET /x HTTP/1.1\\u000d\\u000aA:"'],
        ),
        (request(method=7), ["method: expected an HTTP method, found 7"]),
        ({"method": "GET"}, ["path: expected a path that begins with /, found nothing"]),
        (request(path=None), ["path: expected a path that begins with /, found null"]),
        (request(path=""), ["path: expected a path that begins with /, found an empty text"]),
        (request(path="https://SECRET@host/a"), ["path: expected a path that begins with /, found another text"]),
        (request(path="/a#SECRET"), ["path: expected a path without a fragment, found a # in it"]),
        (
            request(path="/SECRET \r\n"),
            ["path: expected a percent-encoded path, found a blank, a control character or a letter beyond ASCII"],
        ),
        (
            request(path="/SECRETé"),
            ["path: expected a percent-encoded path, found a blank, a control character or a letter beyond ASCII"],
        ),
        (request(path="/a?b=%ff"), ["path: expected a percent-encoded query, found bytes that are not UTF-8"]),
        (request(path="/a?b=%f"), ["path: expected a percent-encoded query, found a % that is no escape"]),
        (request(query=[]), ["query: expected an object of texts and lists of texts, found an empty list"]),
        (request(query="a=1"), ['query: expected an object of texts and lists of texts, found "a=1"']),
        (request(query={"page": True}), ["query.page: expected a text or a list of texts, found true"]),
        (request(query={"page": None}), ["query.page: expected a text or a list of texts, found null"]),
        (request(query={"page": 1.5}), ["query.page: expected a text or a list of texts, found a Python float"]),
        (request(query={"a": ["1", ["2"]]}), ["query.a: expected a text or a list of texts, found a list of 1"]),
        (request(query={"a": {"b": "1"}}), ["query.a: expected a text or a list of texts, found an object of 1"]),
        (request(query={"a": "\ud800"}), ["query.a: expected a text or a list of texts, found a lone surrogate"]),
        (request(query={1: "a"}), ["query: expected names that are text, found the name 1"]),
        (request(query={"\udfff": "a"}), ['query: expected names that are text, found the name "\\udfff"']),
        (
            request(query={"a": 10**5000}),
            ["query.a: expected a text or a list of texts, found a number of more than 400 digits"],
        ),
        (request(headers={"A": None}), ["headers.A: expected a text or a list of texts, found null"]),
        (
            request(headers={"A": "SECRET\r\nB: c"}),
            ["headers.A: expected a header value (Latin-1, one line), found a line end or control character"],
        ),
        (request(json={}), ["json: expected only method, path, query, headers, body, found another key"]),
        (
            {"method": None, "path": 3, "query": 4, "headers": 5, "status": 6},
            [
                "status: expected only method, path, query, headers, body, found another key",
                "method: expected an HTTP method, found null",
                "query: expected an object of texts and lists of texts, found 4",
                "path: expected a path that begins with /, found 3",
                "headers: expected an object of texts and lists of texts, found 5",
            ],
        ),
    ],
)
def test_every_problem_of_a_request_is_named_and_no_secret_shown(value, expected):
    assert problems(Request.from_any, value) == expected
    assert not any("SECRET" in text for text in expected)


def test_a_request_object_is_checked_like_a_dict():
    assert problems(Request.from_any, Request("", "a", {"b": None}, {"c": "\n"}, object())) == [
        'method: expected an HTTP method, found ""',
        "query.b: expected a text or a list of texts, found null",
        "path: expected a path that begins with /, found another text",
        "headers.c: expected a header value (Latin-1, one line), found a line end or control character",
    ]


@pytest.mark.parametrize(
    ("status", "found"),
    [
        (True, "true"),
        ("200", '"200"'),
        (99, "99"),
        (600, "600"),
        (None, "null"),
        (200.0, "200.0"),
        ([], "an empty list"),
    ],
)
def test_a_status_is_an_integer_from_100_to_599(status, found):
    assert problems(Response.from_any, {"status": status}) == [
        f"status: expected a status from 100 to 599, found {found}"
    ]
    assert Response.from_any({"status": 100}).status == 100
    assert Response.from_any(Response(599, {"a": "b"}, [])).to_dict() == {
        "status": 599,
        "headers": {"a": "b"},
        "body": [],
    }


def test_every_problem_of_a_response_is_named():
    assert problems(Response.from_any, {"headers": {"a": "\n", "b": 1.5}, "reason": "OK"}) == [
        "reason: expected only status, headers, body, found another key",
        "status: expected a status from 100 to 599, found nothing",
        "headers.b: expected a text or a list of texts, found a Python float",
        "headers.a: expected a header value (Latin-1, one line), found a line end or control character",
    ]


def test_a_repr_hides_credentials_and_does_not_spell_out_the_body():
    message = Request(
        "POST",
        "/api/v1/it%27s%20long/sms",
        {"key": "it's long", "a": ["x", "it's long"], "api_key": "S"},
        {"authorization": "Bearer S", "COOKIE": ["S"], "Proxy-X": "S", "Accept": "it's long", "X-Auth-Token": "S"},
        {"number": "S"},
        ("api_key",),
    ).hiding(["it's long"])
    assert repr(message) == (
        "Request(method='POST', path='/api/v1/***/sms', query={'key': '***', 'a': ['x', '***'], 'api_key': '***'}, "
        "headers={'authorization': '***', 'COOKIE': '***', 'Proxy-X': '***', 'Accept': '***', 'X-Auth-Token': '***'}, "
        "body=an object of 1, unfilled=('api_key',))"
    )
    assert str(message) == repr(message)
    assert repr(Response(200, {"Set-Cookie": "S"}, "S")) == (
        "Response(status=200, headers={'Set-Cookie': '***'}, body=a text of 1)"
    )
    assert repr(Request("GET", "/")) == "Request(method='GET', path='/', query={}, headers={}, body=None)"
