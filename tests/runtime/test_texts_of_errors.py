"""What a refusal says: whose words they are, which part is wrong, and what to do next."""

from __future__ import annotations

import pytest

from mapdsl import MapError, loads, translate_request

ENDPOINT = "endpoint e {{ old POST /a; new POST /b\n request {{ {} }} }}\n"
USER = """mapdsl 1
endpoint e {
  old GET /v1/users/{id}/posts
  new GET /v2/u/{id}/p
  request { @path.id <-> @path.id : string }
}
"""


def refusal(text: str, body: object) -> str:
    with pytest.raises(MapError) as caught:
        translate_request(loads(f"mapdsl 1\n{text}"), {"method": "POST", "path": "/a", "body": body}, to="new")
    return str(caught.value).split("\n")[0]


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (ENDPOINT.format('match { case old s is "a", new s is "a" {} else reject "unknown state" }'), "body"),
        ('enum st closed { "a" <-> "b"; else reject "unknown state" }\n' + ENDPOINT.format("s <-> t : st"), "body.s"),
        ('enum st closed { "a" <-> "b"; else reject "unknown state" }\n' + ENDPOINT.format("s <-> t : each(st)"), ""),
    ],
)
def test_a_reason_of_the_author_is_no_expectation(text: str, where: str) -> None:
    body = {"s": "q"} if where else {"s": ["q"]}
    found = "an object of 1" if where == "body" else '"q"'
    assert refusal(text, body) == f"{where or 'body.s[0]'}: refused: unknown state, found {found}"


def test_words_of_our_own_are_expectations() -> None:
    text = 'enum st closed { "a" <-> "b"; else reject "unknown state" }\n' + ENDPOINT.format(
        "s <-> t : st; l[] <-> m[]"
    )
    assert refusal(text, {"l": 1}) == "body.l: expected a list, found 1"


@pytest.mark.parametrize(
    ("path", "wrong", "shown"),
    [
        ("/v1/user/7/posts", "segment 2 of GET /v1/users/{id}/posts is `users`", "GET /v1/user/***/posts"),
        ("/v1/users/7/post", "segment 4 of GET /v1/users/{id}/posts is `posts`", "GET /v1/users/***/post"),
        ("/v1/Xy12secret/7/posts", "segment 2 of GET /v1/users/{id}/posts is `users`", "GET /v1/***/***/posts"),
    ],
)
def test_the_wrong_part_of_a_path_is_named_and_no_secret_shown(path: str, wrong: str, shown: str) -> None:
    with pytest.raises(MapError) as caught:
        translate_request(loads(USER), {"method": "GET", "path": path}, to="new")
    assert str(caught.value) == (
        f"path: expected a route of the old API (nearest: GET /v1/users/{{id}}/posts), found {shown}\n    help: {wrong}"
    )
