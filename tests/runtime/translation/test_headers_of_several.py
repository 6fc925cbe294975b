"""Several messages that become one: it gets the headers of the first, and what the others say otherwise is lost.

The replies of a gather and the messages of a fan come home with residue, each with its own headers.
"""

from __future__ import annotations

from typing import Any

import pytest

from mapdsl import Api, Done, translate_request, translate_response
from mapdsl.pipeline import compile_text
from mapdsl.testing.interpreter import interpreted

SPEC = """mapdsl 1
endpoint send {
  old POST /old/messages
  new POST /new/messages
  request { fan list[] { to <-> phone } }
  response {
    gather status[] each {
      id <-> message_id
      failure when old ok is false { why <-> reason; drop ok = false }
    }
  }
}
endpoint try {
  old POST /old/tries
  new POST /new/tries
  request { fan list[] { to <-> phone } }
  response { gather status[] any { id <-> message_id } }
}
endpoint read { old GET /old/messages/{id}; new GET /new/items/{id} }
endpoint pages {
  old GET /old/pages
  new GET /new/pages
  paging {
    old page page=@query.page size=@query.size default=4 max=4 items=things
    new page page=@query.page size=@query.size default=2 max=2 total=total items=things
  }
  response { things[] <-> things[] { n <-> n } }
}
"""
COMPILED = compile_text(SPEC, "spec.map")
ENGINES = pytest.mark.parametrize(
    "api", [COMPILED.api, interpreted(COMPILED.program)], ids=["generated", "interpreted"]
)

OTHERWISE = "the first message says otherwise, and its headers pass"
OLD_BYTES = "describes the bytes of the message that came, and these are others"
JSON_GOES = "the type of the body that came; the one that goes out is application/json"

# The second differs in one header, lacks one and has one more; the third agrees. What describes bytes passes from none.
HEADERS: list[dict[str, Any]] = [
    {"X-A": "1", "X-B": ["1", "2"], "Digest": "d0"},
    {"X-A": "2", "X-C": "3", "Content-MD5": "d1"},
    {"X-A": "1", "X-B": ["1", "2"]},
]
GO = {"X-A": "1", "X-B": ["1", "2"]}
LOST = [
    ("[0].headers.Digest", "d0", OLD_BYTES),
    ("[1].headers.Content-MD5", "d1", OLD_BYTES),
    ("[1].headers.X-A", "2", OTHERWISE),
    ("[1].headers.X-C", "3", OTHERWISE),
]
CAME = {"method": "POST", "path": "/old/messages", "headers": {}, "body": {"list": [{"to": each} for each in "123"]}}


def told(made: Any) -> list[tuple[str, Any, str]]:
    assert all(loss.kind == "dropped" for loss in made.lost)
    return [(loss.path, loss.value, loss.reason) for loss in made.lost]


def headers_of(messages: Any) -> list[dict[str, Any]]:
    return [dict(each.headers) for each in messages]


def sent(api: Api, count: int = 3, endpoint: str = "messages") -> Any:
    message = {**CAME, "path": f"/old/{endpoint}", "body": {"list": CAME["body"]["list"][:count]}}
    return translate_request(api, message, to="new")


def replies(headers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"status": 200, "headers": each, "body": {"message_id": n}} for n, each in enumerate(headers)]


def replies_home(api: Api, made: Any, edited: dict[str, Any] | None = None, asked: Any = None, **residue: Any) -> Any:
    """The replies that residue makes of the one reply, whose headers somebody may have edited, or the residue."""
    back = translate_request(api, list((asked or sent(api)).requests), to="old")
    one = made.response.to_dict()
    one["headers"] = one["headers"] if edited is None else edited
    return translate_response(api, one, to="new", request=back, residue={**made.residue, **residue}).responses


def messages(headers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    bodies = [{"phone": each} for each in "123"]
    return [
        {"method": "POST", "path": "/new/messages", "headers": each, "body": body}
        for each, body in zip(headers, bodies, strict=False)
    ]


def messages_home(api: Api, made: Any, edited: dict[str, Any] | None = None) -> Any:
    one = made.request.to_dict()
    one["headers"] = one["headers"] if edited is None else edited
    return translate_request(api, one, to="new", residue=made.residue).requests


# --- one after another -----------------------------------------------------------------------------------------------


@ENGINES
def test_what_further_replies_say_otherwise_is_lost_and_comes_home(api: Api) -> None:
    made = translate_response(api, replies(HEADERS), to="old", request=sent(api))
    assert dict(made.response.headers) == GO
    assert told(made) == LOST
    assert headers_of(replies_home(api, made)) == HEADERS


@ENGINES
def test_what_further_messages_say_otherwise_is_lost_and_comes_home(api: Api) -> None:
    made = translate_request(api, messages(HEADERS), to="old")
    assert dict(made.request.headers) == GO
    assert told(made) == LOST
    assert headers_of(messages_home(api, made)) == HEADERS


EDITS = [
    pytest.param(
        {**GO, "X-A": "9"},
        [{**HEADERS[0], "X-A": "9"}, {**HEADERS[1], "X-A": "9"}, {**HEADERS[2], "X-A": "9"}],
        id="one that differed",
    ),
    pytest.param(
        {**GO, "X-B": "9"},
        [{**HEADERS[0], "X-B": "9"}, {**HEADERS[1], "X-B": "9"}, {**HEADERS[2], "X-B": "9"}],
        id="one that the second lacked",
    ),
    pytest.param(
        {**GO, "X-C": "9"},
        [{**HEADERS[0], "X-C": "9"}, {**HEADERS[1], "X-C": "9"}, {**HEADERS[2], "X-C": "9"}],
        id="one that the second alone had",
    ),
]


@ENGINES
@pytest.mark.parametrize(("edited", "expected"), EDITS)
def test_a_header_that_was_edited_is_that_of_all(api: Api, edited: dict[str, Any], expected: Any) -> None:
    one = translate_response(api, replies(HEADERS), to="old", request=sent(api))
    assert headers_of(replies_home(api, one, edited)) == expected
    made = translate_request(api, messages(HEADERS), to="old")
    assert headers_of(messages_home(api, made, edited)) == expected


@ENGINES
def test_the_same_in_all_is_no_loss(api: Api) -> None:
    headers = [{"X-A": "1"}, {"x-a": "1"}, {"X-A": "1"}]
    made = translate_response(api, replies(headers), to="old", request=sent(api))
    assert (dict(made.response.headers), told(made)) == ({"X-A": "1"}, [])
    assert made.residue["entries"] == []


@ENGINES
def test_one_reply_comes_home_with_its_own(api: Api) -> None:
    asked = sent(api, 1)
    made = translate_response(api, replies(HEADERS[:1]), to="old", request=asked)
    assert told(made) == [("headers.Digest", "d0", OLD_BYTES)]
    assert headers_of(replies_home(api, made, asked=asked)) == HEADERS[:1]


@ENGINES
def test_one_that_left_no_item_does_not_shift_the_headers_of_the_others(api: Api) -> None:
    asked = sent(api, endpoint="tries")
    failed = {"status": 500, "headers": {"X-A": "7", "Digest": "d"}, "body": None}
    made = translate_response(api, [failed, *replies(HEADERS)[1:]], to="old", request=asked)
    assert dict(made.response.headers) == {"X-A": "2", "X-C": "3"}
    home = replies_home(api, made, asked=asked)
    assert [each.status for each in home] == [500, 200, 200]
    assert headers_of(home) == [failed["headers"], *HEADERS[1:]]


@ENGINES
def test_the_first_that_did_not_fail_is_not_the_first(api: Api) -> None:
    """Headers come home to the reply that had them, wherever it stood."""
    failed = {"status": 500, "headers": {"X-A": "1", "X-Trace": "t"}, "body": {"reason": "down"}}
    several = [failed, *replies(HEADERS)[1:]]
    made = translate_response(api, several, to="old", request=sent(api))
    assert dict(made.response.headers) == {"X-A": "2", "X-C": "3"}
    assert told(made) == [
        ("[1].headers.Content-MD5", "d1", OLD_BYTES),
        ("[0].headers.X-A", "1", OTHERWISE),
        ("[0].headers.X-Trace", "t", OTHERWISE),
        ("[2].headers.X-A", "1", OTHERWISE),
        ("[2].headers.X-B", ["1", "2"], OTHERWISE),
    ]
    assert headers_of(replies_home(api, made)) == [failed["headers"], *HEADERS[1:]]


# --- how they are spelled ---------------------------------------------------------------------------------------------


@ENGINES
def test_of_two_spellings_the_first_counts_at_home(api: Api) -> None:
    headers = [{"X-A": "1"}, {"X-A": "1", "X-New": "1"}, {"X-A": "1", "X-NEW": "2"}]
    made = translate_response(api, replies(headers), to="old", request=sent(api))
    assert headers_of(replies_home(api, made)) == [*headers[:2], {"X-A": "1", "X-New": "2"}]


@ENGINES
def test_residue_keeps_no_spelling_that_is_the_usual_one(api: Api) -> None:
    headers = [{"x-a": "1"}, {"x-a": "2"}, {"digest": "d"}]
    made = translate_response(api, replies(headers), to="old", request=sent(api))
    assert "headers" not in made.residue
    assert headers_of(replies_home(api, made)) == headers


@ENGINES
@pytest.mark.parametrize("spelled", ["x", [], 7, {"x-c": 7}, {"x-c": "X-D"}, {"x-c": "X-C\r\nX-D: 1"}])
def test_residue_from_outside_gives_a_header_no_other_name(api: Api, spelled: Any) -> None:
    made = translate_response(api, replies(HEADERS), to="old", request=sent(api))
    home = replies_home(api, made, headers=spelled)
    assert dict(home[1].headers) == {"X-A": "2", "x-c": "3", "content-md5": "d1"}


# --- headers that go out as other values -----------------------------------------------------------------------------


@ENGINES
def test_a_target_that_differs_is_lost_as_it_came(api: Api) -> None:
    headers = [{"Location": f"/new/items/{number}"} for number in (7, 8, 7)]
    made = translate_response(api, replies(headers), to="old", request=sent(api))
    assert dict(made.response.headers) == {"Location": "/old/messages/7"}
    assert told(made) == [("[1].headers.Location", "/new/items/8", OTHERWISE)]
    assert headers_of(replies_home(api, made)) == headers


@ENGINES
def test_a_type_that_becomes_that_of_json_comes_home_to_each(api: Api) -> None:
    """They differ in what they were, not in what goes out."""
    headers = [{"Content-Type": each} for each in ("text/html", "text/plain", "application/json")]
    bare = [{"status": 200, "headers": each, "body": None} for each in headers]
    made = translate_response(api, bare, to="old", request=sent(api))
    assert dict(made.response.headers) == {"Content-Type": "application/json"}
    assert told(made) == [
        ("[0].headers.Content-Type", "text/html", JSON_GOES),
        ("[1].headers.Content-Type", "text/plain", JSON_GOES),
    ]
    assert headers_of(replies_home(api, made)) == headers


# --- exchanges, pages ------------------------------------------------------------------------------------------------


def carried(api: Api, request: dict[str, Any], replies: list[dict[str, Any]]) -> Done:
    run, left = api.exchange(request, client="old"), list(replies)
    while not isinstance(step := run.step(), Done):
        run.answer([left.pop(0) for _ in step.requests])
    assert not left
    return step


@ENGINES
def test_an_exchange_of_a_fan_tells_of_the_headers_of_each_reply(api: Api) -> None:
    end = carried(api, CAME, replies(HEADERS))
    assert dict(end.response.headers) == GO
    assert told(end) == LOST


def pages(headers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    rows = [[{"n": 0}, {"n": 1}], [{"n": 2}, {"n": 3}]]
    return [
        {"status": 200, "headers": each, "body": {"total": 4, "things": row}}
        for each, row in zip(headers, rows, strict=True)
    ]


@ENGINES
def test_pages_get_the_headers_of_the_first(api: Api) -> None:
    request = {"method": "GET", "path": "/old/pages", "headers": {}, "body": None}
    asked = translate_request(api, request, to="new")
    made = translate_response(api, pages(HEADERS[:2]), to="old", request=asked)
    end = carried(api, request, pages(HEADERS[:2]))
    for each in (made, end):
        assert dict(each.response.headers) == GO
        assert [row for row in told(each) if row[0].startswith("[")] == LOST
    agreed = carried(api, request, pages([GO, GO]))
    assert [loss.path for loss in agreed.lost if "headers" in loss.path] == []


@ENGINES
def test_pages_come_home_as_one_with_the_headers_of_the_first(api: Api) -> None:
    asked = translate_request(api, {"method": "GET", "path": "/old/pages", "headers": {}, "body": None}, to="new")
    made = translate_response(api, pages(HEADERS[:2]), to="old", request=asked)
    back = translate_request(api, asked.requests[0], to="old")
    home = translate_response(api, made.response, to="new", request=back, residue=made.residue)
    assert dict(home.response.headers) == HEADERS[0]
