"""What is written is read back by the route that wrote it: a value that spells another route is refused."""

from __future__ import annotations

from typing import Any

import pytest

from mapdsl import TranslationError, loads, translate_request

API = loads("""mapdsl 1
credential key
auth key credential key { old @path.key; new bearer }
endpoint get_me { old GET /v1/users/me; new GET /v2/users/current; response { name <-> title } }
endpoint get_user {
  old GET /v1/users/{name}
  new GET /v2/users/{id}
  request { @path.name <-> @path.id : string }
  response { name <-> title }
}
endpoint delete_user {
  old POST /v1/users/remove
  new DELETE /v2/users/{id}
  request { name <-> @path.id : string }
}
endpoint delete_all {
  old POST /v1/users/remove_all
  new DELETE /v2/users/all when new sure is true
  request { sure <-> sure }
}
endpoint teams { old GET /v1/teams/{id}/users; new GET /v2/teams/{id}/users }
endpoint team { old GET /v1/teams/first/{what}; new GET /v2/teams/first/{what} }
endpoint one { old GET /v1/things; new GET /v2/things/{kind}; request { @query.kind <-> @path.kind : string } }
endpoint own {
  variant special { old POST /v1/things when old special is true; new POST /v2/things/special }
  variant plain { old POST /v1/things; new POST /v2/things/{id}; request { id <-> @path.id : string } }
}
""")


def get(path: str) -> dict[str, Any]:
    return {"method": "GET", "path": path}


@pytest.mark.parametrize(
    ("message", "to", "place", "route"),
    [
        (get("/v1/users/current"), "new", "path.id", "GET /v2/users/current, the route of get_me"),
        (get("/v1/users/curren%74"), "new", "path.id", "GET /v2/users/current, the route of get_me"),
        (get("/v2/users/me"), "old", "path.name", "GET /v1/users/me, the route of get_me"),
        (get("/v1/teams/first/users"), "new", "", ""),
    ],
    ids=str,
)
def test_a_value_that_spells_another_route_is_refused(message: Any, to: str, place: str, route: str) -> None:
    if not place:
        assert translate_request(API, message, to=to).endpoint == "team"
        return
    with pytest.raises(TranslationError) as caught:
        translate_request(API, message, to=to)
    (problem,) = caught.value.problems
    assert (problem.path, problem.expected) == (place, f"a value that does not lead to {route}")
    assert problem.rule is not None
    assert "@path.name <-> @path.id" in problem.rule.text
    assert translate_request(API, message, to=to, lenient=True).problems == (problem,)


def test_it_is_refused_whatever_chose_the_endpoint() -> None:
    with pytest.raises(TranslationError, match="the route of get_me"):
        translate_request(API, get("/v1/users/current"), to="new", endpoint="get_user")


def test_another_value_passes() -> None:
    got = translate_request(API, get("/v1/users/currents"), to="new")
    assert got.request.path == "/v2/users/currents"
    assert translate_request(API, got.request, to="old").endpoint == "get_user"


def test_the_guard_of_the_other_route_counts() -> None:
    body: dict[str, Any] = {"name": "all"}
    message = {"method": "POST", "path": "/v1/users/remove", "body": body}
    assert translate_request(API, message, to="new").request.path == "/v2/users/all"


def test_a_template_with_more_literals_from_the_left_counts() -> None:
    with pytest.raises(TranslationError, match=r"path\.id: .*GET /v2/teams/first/\{what\}, the route of team"):
        translate_request(API, get("/v1/teams/first/users"), to="new", endpoint="teams")


def test_another_variant_counts() -> None:
    with pytest.raises(TranslationError, match=r"POST /v2/things/special, the route of own \(special\)"):
        translate_request(
            API, {"method": "POST", "path": "/v1/things", "body": {"id": "special"}}, to="new", endpoint="own"
        )


def test_the_read_before_an_update_counts() -> None:
    api = loads("""mapdsl 1
endpoint mine { old GET /v1/items/mine; new GET /v2/items/current; response { name <-> title } }
endpoint get_item { old GET /v1/items/{id}; new GET /v2/items/{id}; response { name <-> title } }
endpoint update_item {
  old PUT /v1/items/{id}
  new PATCH /v2/items/{id}
  replace loose from get_item $ <-> $
  request { name <-> title }
  response { name <-> title }
}
""")
    update = {"method": "PATCH", "path": "/v2/items/mine", "body": {"title": "A"}}
    with pytest.raises(TranslationError, match=r"path\.id: .*GET /v1/items/mine, the route of mine"):
        translate_request(api, update, to="old")
    read = translate_request(api, {**update, "path": "/v2/items/7"}, to="old")
    assert (read.request.method, read.request.path) == ("GET", "/v1/items/7")
