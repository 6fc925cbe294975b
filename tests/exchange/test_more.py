"""Whether there is more behind a window: told of the client's own window, whatever the server's pages are."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from mapdsl import Api, MapError, loads, translate_request, translate_response

from .driving import drive

OLD = "old offset offset=@query.offset limit=@query.quantity default=4 max=8 {total} more=has_more items=hits"
NEW = "new offset offset=@query.offset limit=@query.limit default=3 max=3 {total} more=hasMore items=hits"


def spec(total: str, new: str = NEW, old: str = OLD) -> Api:
    return loads(f"""mapdsl 1
endpoint search {{
  old GET /search
  new GET /v2/search
  paging {{ {old.format(total=total)}; {new.format(total=total)} }}
  response {{ hits[] <-> hits[] {{ n <-> n }} }}
}}""")


def server(count: int, size: str, default: int, more: str, total: bool) -> Any:
    def answer(request: dict[str, Any]) -> dict[str, Any]:
        offset, limit = (int(request["query"].get(name, value)) for name, value in (("offset", 0), (size, default)))
        body: dict[str, Any] = {"hits": [{"n": n} for n in range(count)][offset : offset + limit]}
        body[more] = offset + limit < count
        if total:
            body["total"] = count
        return {"status": 200, "headers": {}, "body": body}

    return answer


def asks(path: str, **query: int) -> dict[str, Any]:
    texts = {name: str(value) for name, value in query.items()}
    return {"method": "GET", "path": path, "query": texts, "headers": {}, "body": None}


@pytest.mark.parametrize("total", ["total=total", ""])
def test_a_window_says_whether_there_is_more_behind_it(total: str):
    api = spec(total)
    for count, offset, limit in itertools.product((0, 1, 3, 5, 8, 9), (0, 2, 5), (1, 2, 3, 5, 8)):
        old = drive(
            api,
            asks("/search", offset=offset, quantity=limit),
            "old",
            server(count, "limit", 3, "hasMore", bool(total)),
        )
        assert old.done.response.body["hits"] == [{"n": n} for n in range(count)][offset : offset + limit]
        assert old.done.response.body["has_more"] is (offset + limit < count), (count, offset, limit)
        if limit <= 3:
            new = drive(
                api,
                asks("/v2/search", offset=offset, limit=limit),
                "new",
                server(count, "quantity", 4, "has_more", bool(total)),
            )
            assert new.done.response.body["hasMore"] is (offset + limit < count), (count, offset, limit)


def test_pages_that_do_not_lie_at_windows_say_it_of_their_own():
    api = spec(
        "total=total", old="old page page=@query.page size=@query.size default=4 max=8 {total} more=more items=hits"
    )

    def answer(request: dict[str, Any]) -> dict[str, Any]:
        page, size = int(request["query"]["page"]), int(request["query"]["size"])
        hits = [{"n": n} for n in range(7)][(page - 1) * size : page * size]
        return {"status": 200, "headers": {}, "body": {"hits": hits, "total": 7, "more": page * size < 7}}

    for offset, more in ((3, True), (4, False), (5, False)):
        run = drive(api, asks("/v2/search", offset=offset, limit=3), "new", answer)
        assert run.done.response.body["hasMore"] is more


def test_a_client_of_the_whole_list_has_nothing_behind_it():
    api = spec("total=total", new="new none items=hits")

    run = drive(api, asks("/v2/search"), "new", server(7, "quantity", 4, "has_more", True))

    assert run.done.response.body == {"hits": [{"n": n} for n in range(7)]}


def test_a_word_against_the_total_is_an_error():
    """The documentation of a real API prints 20 items, one of them, and no more: one of the two cannot be true."""
    api = spec("total=total")
    sent = translate_request(api, asks("/search", offset=0, quantity=1), to="new")
    reply = {"status": 200, "body": {"hits": [{"n": 1}], "total": 20, "hasMore": False}}

    with pytest.raises(MapError, match=r"body\.hasMore: expected true, .* the total is 20 .*, found false"):
        translate_response(api, reply, to="old", request=sent)


def test_without_the_request_the_server_s_word_passes():
    reply = {"status": 200, "body": {"hits": [], "total": 0, "hasMore": False}}

    got = translate_response(spec("total=total"), reply, to="old", endpoint="search")

    assert got.response.body == {"hits": [], "total": 0, "has_more": False}


def test_the_word_comes_home_by_residue():
    api = spec("total=total")
    sent = translate_request(api, asks("/search", offset=0, quantity=1), to="new")
    reply = {"status": 200, "body": {"hits": [{"n": 1}], "total": 20, "hasMore": True}}
    got = translate_response(api, reply, to="old", request=sent)

    back = translate_response(api, got.response, to="new", request=sent, residue=got.residue)

    assert back.response.body == reply["body"]


def test_a_side_that_shows_all_has_no_more():
    with pytest.raises(Exception, match="`none` paging has no `more`"):
        spec("", new="new none more=hasMore items=hits")
