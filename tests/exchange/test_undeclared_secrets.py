"""A secret in a reply that nothing in the spec names: it stays with the server that has it, whatever the exchange."""

from __future__ import annotations

import json

import pytest

from mapdsl import Done, Send, loads

SECRET = "S3CRET-KEY"
LIST = """mapdsl 1
endpoint list_items {
  old GET /a
  new GET /b
  paging {
    old offset offset=@query.offset limit=@query.limit default=100 items=$
    new offset offset=@query.offset limit=@query.limit default=2 max=2 total=total items=items
    %s
  }
  response { [] <-> items[] key id { rest keep } }
}
"""
UPDATE = """mapdsl 1
endpoint get_item {
  old GET /a/{id}
  new GET /b/{id}
  response { name <-> title }
}
endpoint update_item {
  old PATCH /a/{id}
  new PUT /b/{id}
  replace loose from get_item $ <-> $
  request { name <-> title }
  response { name <-> title }
}
"""


def carried_out(text, request, answer):
    """The steps of an exchange for a client of the old API, and its end."""
    ex = loads(text).exchange(request, client="old")
    sent = []
    while not isinstance(step := ex.step(), Done):
        assert isinstance(step, Send)
        assert SECRET not in json.dumps(ex.state())
        sent += step.requests
        ex.answer([answer(call) for call in step.requests])
        assert SECRET not in json.dumps(ex.state())
    return sent, step


@pytest.mark.parametrize("more", ["", 'only new kind is "a"'], ids=["all", "in part"])
@pytest.mark.parametrize("secret", ["api_key", "password", "access_token"])
def test_a_list_of_several_pages_hides_it(more, secret):
    def answer(call):
        first = int(call.query["offset"])
        items = [{"id": number, "kind": "a", secret: SECRET} for number in range(first, first + 2)]
        return {"status": 200, "body": {"total": 4, "items": items}}

    sent, done = carried_out(LIST % more, {"method": "GET", "path": "/a", "query": {"limit": "4"}}, answer)
    assert len(sent) == 2
    assert done.response.body == [{"id": number, "kind": "a"} for number in range(4)]
    found = [(loss.path, loss.value) for loss in done.lost if secret in loss.path]
    assert found == [(f"[{page}].body.items[{item}].{secret}", "***") for page in (0, 1) for item in (0, 1)]
    assert SECRET not in f"{done!r} {done.residue!r}"


def test_an_object_that_is_read_for_an_update_is_written_back_with_it():
    """It goes back to the server that has it: a whole object without it would take it away."""
    body = {"title": "t", "api_key": SECRET, "size": 1}
    ex = loads(UPDATE).exchange({"method": "PATCH", "path": "/a/1", "body": {"name": "n"}}, client="old")
    read = ex.step()
    assert [call.method for call in read.requests] == ["GET"]
    ex.answer([{"status": 200, "headers": {"ETag": "1"}, "body": body}])
    write = ex.step()
    assert write.requests[0].body == {"title": "n", "api_key": SECRET, "size": 1}
    ex.answer([{"status": 200, "body": {**body, "title": "n"}}])
    done = ex.step()
    assert done.response.body == {"name": "n", "size": 1}
    assert [(loss.path, loss.value) for loss in done.lost if "api_key" in loss.path] == [("body.api_key", "***")]
    assert SECRET not in f"{done!r} {done.residue!r}"


def test_a_state_does_not_hold_it_so_the_object_is_read_again():
    """With `***` in the place of the key an exchange that goes on would write that."""
    api, request = loads(UPDATE), {"method": "PATCH", "path": "/a/1", "body": {"name": "n"}}
    body = {"title": "t", "api_key": SECRET, "size": 1}
    first = api.exchange(request, client="old")
    first.step()
    first.answer([{"status": 200, "headers": {"ETag": "1"}, "body": body}])
    state = first.state()
    assert SECRET not in json.dumps(state)

    again = api.resume(json.loads(json.dumps(state)), request)
    assert [call.method for call in again.step().requests] == ["GET"]
    state = json.loads(json.dumps(again.state()))
    again = api.resume(state, request)
    assert [call.method for call in again.step().requests] == ["GET"]
    again.answer([{"status": 200, "headers": {"ETag": "2"}, "body": {**body, "size": 2}}])
    (write,) = again.step().requests
    assert (write.method, write.headers["If-Match"]) == ("PUT", "2")
    assert write.body == {"title": "n", "api_key": SECRET, "size": 2}
    handed_out = again.state()
    again.answer([{"status": 200, "body": {"title": "n"}}])
    assert again.step().response.body == {"name": "n"}

    over = api.resume(json.loads(json.dumps(handed_out)), request)
    assert [call.method for call in over.step().requests] == ["GET"]
    over.answer([{"status": 200, "headers": {"ETag": "3"}, "body": body}])
    assert over.step().response.status == 502  # the update was handed out: nobody knows what became of it


def test_an_object_without_secrets_is_not_read_again():
    api, request = loads(UPDATE), {"method": "PATCH", "path": "/a/1", "body": {"name": "n"}}
    first = api.exchange(request, client="old")
    first.step()
    first.answer([{"status": 200, "headers": {"ETag": "1"}, "body": {"title": "t", "size": 1}}])
    (write,) = api.resume(json.loads(json.dumps(first.state())), request).step().requests
    assert (write.method, write.body) == ("PUT", {"title": "n", "size": 1})
