"""Kinds of long messages: what it costs to translate them should grow as they do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import attrs

from mapdsl import Api, Done, TranslationError, loads, translate_request

__all__ = ["ROWS", "RunRow"]

Json = dict[str, Any]


@attrs.frozen
class RunRow:
    """A kind of message: the size that it must bear, and what is timed for a size."""

    size: int
    job: Callable[[int], Callable[[], object]]


def endpoint(rules: str, before: str = "") -> Api:
    return loads(f"mapdsl 1\n{before}\nendpoint e {{ old POST /a; new POST /b; request {{ {rules} }} }}")


def there(rules: str, body: Callable[[int], Json], **more: Any) -> Callable[[int], Callable[[], object]]:
    """A row of a request to new, with `lost` and `residue` read; `body` makes it of a size."""

    def job(size: int) -> Callable[[], object]:
        api, message = endpoint(rules), {"method": "POST", "path": "/a", "body": body(size), **more}
        return lambda: reports(translate_request(api, message, "new"))

    return job


def home(rules: str, body: Callable[[int], Json]) -> Callable[[int], Callable[[], object]]:
    """A row of the same request on its way back, with what was lost."""

    def job(size: int) -> Callable[[], object]:
        api = endpoint(rules)
        sent = translate_request(api, {"method": "POST", "path": "/a", "body": body(size)}, "new")
        request, residue = sent.request, sent.residue
        return lambda: reports(translate_request(api, request, "old", residue=residue))

    return job


def reports(translated: Any) -> tuple[Any, Any]:
    return translated.lost, translated.residue


def plain_copy(n: int) -> Callable[[], object]:
    """The machine's own growth: members of objects, copied in Python, without mapdsl."""
    document = members(n)
    return lambda: copied(document)


def copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: copied(member) for name, member in value.items()}
    return [copied(item) for item in value] if isinstance(value, list) else value


# --- lists ---------------------------------------------------------------------------------------------------------

ITEMS = "l[] <-> m[] { a <-> x; drop gone }"
KEYED = "l[] <-> m[] key a { a <-> x; drop gone }"
MEMBERS = "o.* <-> p.* { a <-> x; drop gone }"
LISTS_OF_MEMBERS = "o.*[] <-> p.*[] { a <-> x; drop gone }"
NESTED = "l[] <-> m[] { k[] <-> j[] { a <-> x; drop gone } }"
APPENDED = "a <-> x; b -> x combine append"
SELECTED = 'l[] <-> m[]; drop select("$..x")'


def items(n: int) -> Json:
    return {"l": [{"a": number, "gone": number} for number in range(n)]}


def equal_items(n: int) -> Json:
    return {"l": [{"a": 1, "gone": number} for number in range(n)]}


def members(n: int) -> Json:
    return {"o": {f"k{number}": {"a": number, "gone": 1} for number in range(n)}}


def lists_of_members(n: int) -> Json:
    return {"o": {f"k{number}": [{"a": number, "gone": 1}] for number in range(n)}}


def nested(n: int) -> Json:
    return {"l": [{"k": [{"a": number, "gone": number} for number in range(10)]} for _ in range(n)]}


def two_lists(n: int) -> Json:
    return {"a": list(range(n)), "b": list(range(n, 2 * n))}


def items_with_x(n: int) -> Json:
    return {"l": [{"a": number, "x": number} for number in range(n)]}


# --- parameters and fields -----------------------------------------------------------------------------------------


def equal_parameters(n: int) -> Callable[[], object]:
    api = endpoint("@query.q[] <-> @query.r[] : string")
    message = {"method": "POST", "path": "/a?" + "&".join(["q=1"] * n)}
    return lambda: reports(translate_request(api, message, "new"))


def unknown_parameters(n: int) -> Callable[[], object]:
    api, query = endpoint("a <-> b"), {f"q{number}": "1" for number in range(n)}
    return lambda: reports(translate_request(api, {"method": "POST", "path": "/a", "query": query}, "new"))


def unknown_fields(n: int) -> Json:
    return {f"f{number}": number for number in range(n)}


def problems(n: int) -> Callable[[], object]:
    """Every item is refused."""
    api = endpoint("l[] <-> m[] { a <-> x : clock_seconds }")
    message = {"method": "POST", "path": "/a", "body": {"l": [{"a": "no clock"} for _ in range(n)]}}

    def run() -> str:
        try:
            translate_request(api, message, "new")
        except TranslationError as error:
            return str(error)
        raise AssertionError("a text that is no clock was taken")

    return run


def declared_fields(n: int) -> Callable[[], object]:
    """Fields of items, whose types are held."""
    api = loads(
        "mapdsl 1\nendpoint e { old POST /a; new POST /b\n"
        "fields old request { l[].a: integer }\nrequest { l[] <-> m[] { a <-> x } } }"
    )
    message = {"method": "POST", "path": "/a", "body": {"l": [{"a": number} for number in range(n)]}}
    return lambda: reports(translate_request(api, message, "new"))


# --- lookups -------------------------------------------------------------------------------------------------------

LOOKUP = "lookup u : string <-> integer"


def lookup_there(n: int) -> Callable[[], object]:
    api, rows = endpoint("l[] <-> m[] { a <-> x : u }", LOOKUP), {str(number): number for number in range(n)}
    message = {"method": "POST", "path": "/a", "body": {"l": [{"a": name} for name in rows]}}
    return lambda: reports(translate_request(api, message, "new", lookups={"u": rows}))


def lookup_inverse(n: int) -> Callable[[], object]:
    """`n` requests to old with one dict of 10 `n` rows: is its inverse made once for the dict, or for each request?"""
    api, rows = endpoint("a <-> x : u", LOOKUP), {str(number): number for number in range(10 * n)}
    message = {"method": "POST", "path": "/b", "body": {"x": 1}}

    def run() -> None:
        for _ in range(n):
            translate_request(api, message, "old", lookups={"u": rows})

    return run


# --- exchanges -----------------------------------------------------------------------------------------------------

OFFSET = "offset offset=@query.offset limit=@query.limit default=10 max=10 total=total items=items"
CURSOR = "cursor cursor=@query.cursor limit=@query.limit default=10 max=10 next=next items=items"


def pages(paging: str, with_state: bool = False) -> Callable[[int], Callable[[], object]]:
    """A row of an exchange over so many pages of ten items, maybe with its state after each answer."""

    def job(size: int) -> Callable[[], object]:
        api = loads(
            "mapdsl 1\nendpoint e { old GET /a; new GET /b\n"
            f"paging {{ old none items=$; new {paging}; scan 1000000 }}\n"
            "response { [] <-> items[] key id { id <-> uid; name <-> title } } }"
        )
        count = 10 * size

        def run() -> None:
            exchange = api.exchange({"method": "GET", "path": "/a"}, client="old")
            while not isinstance(step := exchange.step(), Done):
                exchange.answer([page(request.query, count) for request in step.requests])
                if with_state:
                    exchange.state()
            assert len(step.response.body) == count

        return run

    return job


def pages_shown_in_part(size: int) -> Callable[[], object]:
    """An exchange over so many pages of ten items, of which the client is shown a half and asked for all of these."""
    api = loads(
        "mapdsl 1\nendpoint e { old GET /a; new GET /b\n"
        "paging { old cursor cursor=@query.cursor limit=@query.limit default=10 max=1000000 next=next items=list\n"
        'new offset offset=@query.offset limit=@query.limit default=10 max=10 items=items; only new kind is "s"\n'
        "scan 1000000 absent }\nresponse { list[] <-> items[] key id { id <-> uid; kind <-> kind } } }"
    )

    def run() -> None:
        asked = {"method": "GET", "path": "/a", "query": {"limit": str(5 * size)}}
        exchange = api.exchange(asked, client="old")
        while not isinstance(step := exchange.step(), Done):
            exchange.answer([page(request.query, 10 * size) for request in step.requests])
        assert len(step.response.body["list"]) == 5 * size

    return run


def page(query: Mapping[str, str], count: int) -> Json:
    """What the server replies: ten items, how many there are, and the cursor of the next page."""
    first = int(query.get("offset") or query.get("cursor") or 0)
    last = min(first + 10, count)
    found = [{"uid": number, "title": f"n{number}", "kind": "sx"[number % 2]} for number in range(first, last)]
    return {"status": 200, "body": {"items": found, "total": count, "next": str(last) if last < count else None}}


# Documents stay below what a processor's caches hold: beyond, even a plain copy takes up to 2.5 times as long.
ROWS: Mapping[str, RunRow] = {
    "plain_copy": RunRow(2_500, plain_copy),
    "combine_append": RunRow(4_000, there(APPENDED, two_lists)),
    "list_without_key": RunRow(2_500, there(ITEMS, items)),
    "list_without_key_home": RunRow(2_500, home(ITEMS, items)),
    "list_of_equal_items_home": RunRow(2_500, home(ITEMS, equal_items)),
    "list_with_key_home": RunRow(2_500, home(KEYED, items)),
    "members": RunRow(2_500, there(MEMBERS, members)),
    "members_home": RunRow(2_500, home(MEMBERS, members)),
    "lists_of_members": RunRow(1_250, there(LISTS_OF_MEMBERS, lists_of_members)),
    "lists_of_members_home": RunRow(1_250, home(LISTS_OF_MEMBERS, lists_of_members)),
    "nested_lists": RunRow(250, there(NESTED, nested)),
    "nested_lists_home": RunRow(250, home(NESTED, nested)),
    "select": RunRow(4_000, there(SELECTED, items_with_x)),
    "unknown_fields": RunRow(10_000, there("a <-> b", unknown_fields)),
    "equal_parameters": RunRow(40_000, equal_parameters),
    "unknown_parameters": RunRow(10_000, unknown_parameters),
    "problems": RunRow(5_000, problems),
    "declared_fields": RunRow(20_000, declared_fields),
    "lookup": RunRow(10_000, lookup_there),
    "lookup_inverse": RunRow(500, lookup_inverse),
    "pages_by_offset": RunRow(500, pages(OFFSET)),
    "pages_by_cursor": RunRow(500, pages(CURSOR)),
    "pages_shown_in_part": RunRow(300, pages_shown_in_part),
    "state_of_an_exchange": RunRow(300, pages(CURSOR, with_state=True)),
}
