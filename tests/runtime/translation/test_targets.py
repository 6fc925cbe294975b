"""Headers that name a place: Location, Content-Location, Link."""

from __future__ import annotations

import pytest

import mapdsl
from mapdsl import translate_request, translate_response

API = mapdsl.loads(
    """mapdsl 1

old base /api
lookup user : integer <-> string
enum kind closed { "a" <-> "one"; "b" <-> "two" }

endpoint create { old POST /v1/items; new POST /v2/items; request { name <-> title }; response { id <-> item_id } }
endpoint read {
  old GET /v1/items/{id}
  new GET /v2/things/{id}
  query { kind <-> type : kind }
  response { id <-> item_id }
}
endpoint owner {
  old GET /v1/users/{user}
  new GET /v2/people/{person}
  request { @path.user <-> @path.person : integer | user }
}
endpoint list {
  old GET /v1/items
  new GET /v2/things
  paging {
    old page page=@query.page size=@query.size default=10 items=items
    new offset offset=@query.offset limit=@query.limit default=10 max=100 items=things
  }
  response { items[] <-> things[] { id <-> item_id } }
}
endpoint remove { old DELETE /v1/items/{id}; new DELETE /v2/things/{id} }
endpoint ask { old GET /v1/ask/{id}; new POST /v2/ask; request { @path.id <-> id : string } }
"""
)


def reply(headers, to="old", **more):
    message = {"status": 201, "headers": headers, "body": {"item_id": 7} if to == "old" else {"id": 7}}
    return translate_response(API, message, to, endpoint="create", **more)


def lost(made):
    return [(loss.path, loss.value, loss.reason) for loss in made.lost]


@pytest.mark.parametrize("name", ["Location", "Content-Location"])
@pytest.mark.parametrize(
    ("to", "came", "goes"),
    [
        ("old", "/v2/things/7", "/api/v1/items/7"),
        ("new", "/api/v1/items/7", "/v2/things/7"),
        ("new", "/v1/items/7", "/v2/things/7"),  # a path without the base matches as well
        ("old", "/v2/things/a%2Fb%20c", "/api/v1/items/a%2Fb%20c"),
        ("old", "/v2/things/7?type=one", "/api/v1/items/7?kind=a"),
        ("old", "/v2/things/7#top", "/api/v1/items/7#top"),
        ("old", "/v2/things?offset=20&limit=10", "/api/v1/items?page=3&size=10"),
    ],
)
def test_a_target_that_a_get_takes_becomes_that_of_the_other_side(name, to, came, goes):
    made = reply({name: came}, to)
    assert made.response.headers == {name: goes}
    assert made.lost == ()
    other = "new" if to == "old" else "old"
    home = translate_response(API, made.response, other, endpoint="create", residue=made.residue)
    assert home.response.headers == {name: came}


@pytest.mark.parametrize(
    ("came", "why"),
    [
        ("/login", "no route of the new API takes it as a GET"),
        ("/v2/items/7", "no route of the new API takes it as a GET"),
        ("https://elsewhere.example/v2/things/7", "of another host"),
        ("//elsewhere.example/v2/things/7", "of another host"),
        ("/v2/people/u-1", "the old API has no address for it"),
        ("/v2/things/7?type=three", "the old API has no address for it"),
        ("7", "relative to a path that is not known here"),
        ("", "relative to a path that is not known here"),
        ("/v2/a b", "no address of the new API"),
        ("http://[", "no address"),
    ],
)
def test_what_is_no_route_passes_and_is_told(came, why):
    made = reply({"Location": came})
    assert made.response.headers == {"Location": came}
    assert lost(made) == [("headers.Location", came, f"{why}: it passes as it is")] or why == "of another host"
    assert made.lost[0].reason.startswith(why)


def test_what_goes_by_no_get_on_the_other_side_passes_and_is_told():
    made = reply({"Location": "/v1/ask/3"}, "new")
    assert made.response.headers == {"Location": "/v1/ask/3"}
    assert lost(made) == [("headers.Location", "/v1/ask/3", "the new API takes it by no GET: it passes as it is")]


def test_lookups_that_are_answered_serve():
    made = reply({"Location": "/v2/people/u-1"}, lookups={"user": {5: "u-1"}})
    assert made.response.headers == {"Location": "/api/v1/users/5"}
    assert made.lost == ()


def test_a_relative_one_stands_on_the_path_of_its_request():
    sent = translate_request(API, {"method": "GET", "path": "/v1/items/7"}, "new")
    message = {"status": 200, "headers": {"Content-Location": "8"}, "body": {"item_id": 8}}
    made = translate_response(API, message, "old", request=sent)
    assert made.response.headers == {"Content-Location": "/api/v1/items/8"}


def test_a_parameter_that_nobody_knows_is_told():
    made = reply({"Location": "/v2/things/7?odd=1"})
    assert made.response.headers == {"Location": "/api/v1/items/7?odd=1"}
    assert lost(made) == [("headers.Location", "/v2/things/7?odd=1", "query.odd: unknown parameter")]


def test_links_are_translated_each_and_the_rest_of_them_stays():
    came = ['</v2/things?offset=10>; rel="next"; title="a, <b>", </v2/things/7>; rel=self', "</x>; rel=up"]
    made = reply({"Link": came})
    goes = ['</api/v1/items?page=2&size=10>; rel="next"; title="a, <b>", </api/v1/items/7>; rel=self', "</x>; rel=up"]
    assert made.response.headers == {"Link": goes}
    assert lost(made) == [("headers.Link", came, "no route of the new API takes it as a GET: it passes as it is")]
    home = translate_response(API, made.response, "new", endpoint="create", residue=made.residue)
    assert home.response.headers == {"Link": came}


def test_one_with_a_credential_of_its_side_is_not_shown_to_the_other():
    made = reply({"Location": "/v2/nowhere?api_key=S3CRET-KEY"})
    assert made.response.headers == {}
    assert lost(made) == [("headers.Location", "***", "it holds a credential of the side that sent it")]
    assert "S3CRET-KEY" not in repr(made) + repr(made.residue)


def test_nor_is_one_whose_path_carries_it():
    api = mapdsl.loads(
        """mapdsl 1
credential key
auth key credential key { old @path.key; new bearer }
endpoint make { auth key; old POST /v1/{key}/items; new POST /v2/items }
endpoint read {
  auth key
  old GET /v1/{key}/items/{id}
  new POST /v2/items/read
  request { @path.id <-> id : string } }
"""
    )
    answer = {"status": 201, "headers": {"Location": "/v1/S3CRET-KEY/items/7"}}
    made = translate_response(api, answer, "new", endpoint="make")
    assert made.response.headers == {}
    assert lost(made) == [("headers.Location", "***", "it holds a credential of the side that sent it")]
    assert "S3CRET-KEY" not in repr(made) + repr(made.residue)


def test_the_request_of_a_client_may_name_one_too():
    message = {"method": "POST", "path": "/v1/items", "headers": {"Content-Location": "/v1/items/7"}, "body": {}}
    assert translate_request(API, message, "new").request.headers == {"Content-Location": "/v2/things/7"}
