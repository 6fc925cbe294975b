"""What the strategies must produce, and how they behave in somebody's own tests."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import find, given, settings

import mapdsl
from mapdsl import MapError, loads, translate_request, translate_response
from mapdsl.conversions import ABSENT, same
from mapdsl.pipeline import compile_text
from mapdsl.testing import bodies, lookups, requests, responses
from mapdsl.testing.generation import documents
from mapdsl.testing.laws.shrink import smallest
from tests.guides import guide

DATE = 'date_time("YYYY-MM-DD hh:mm:ss[.SSS]", "UTC")'
MUST: list[tuple[str, str, list[Any]]] = [
    ("a <-> b : csv", "old", [ABSENT, None, "", "a", "a,b", "a, b", "a,,b,", " "]),
    ("a <-> b : csv", "new", [ABSENT, None, [], ["a"], ["a", "b"], ["a", "a"], ["a, b"]]),
    ("a <-> b : one_or_many", "old", [ABSENT, None, [], ["a"], ["a", "b"]]),
    ("a <-> b : clock_seconds", "old", ["00:00:00", "23:59:59", "24:00:00", "99:59:59", "100:00:00"]),
    ("a <-> b : clock_seconds", "new", [0, 59, 60, 86399, 86400, 360000, 0.5, 86399.999]),
    ("a <-> b : integer", "old", ["0", "-7", "007", "+7"]),
    ("a <-> b : integer", "new", [0, -1, 2**63, 10**29]),
    ("a <-> b : number_decimal", "new", ["0", "100.10", "-0.50", "1e2", "123456789012345678901234567890"]),
    ("a <-> b : number_decimal", "old", [0, 1e22, Decimal("3562.67"), Decimal("0.123456789012345678901234567891")]),
    ("a <-> b : clamp(0, 10)", "old", [0, 10, -1, 11]),
    ("a <-> b : clamp(0, 10)", "new", [0, 10]),
    ("a <-> b : string", "new", ["", "ä", " a ", "1"]),
    (f"a <-> b : {DATE}", "old", ["2022-02-28 12:00:59"]),
    ("a <-> b : boolean", "new", [True, False]),
    ("a[] <-> b[]", "old", [ABSENT, None, [], [None]]),
    ("a <-> b", "old", [ABSENT, None, "Zoë", "x, y", "0042", True, False, Decimal("1.5"), 0.5]),
]


def drawn(rule: str, side: str, count: int = 1500) -> list[Any]:
    """Values of the one field, of as many documents."""
    text = f"mapdsl 1\nendpoint e {{\n old POST /a\n new POST /b\n request {{ {rule} }}\n}}\n"
    (unit,) = compile_text(text).program.units
    found = documents(unit.request[side == "new"], 0, count)
    return [d.parts.body.get("a" if side == "old" else "b", ABSENT) for d in found if isinstance(d.parts.body, dict)]


@pytest.mark.parametrize(("rule", "side", "values"), MUST, ids=[f"{rule} {side}" for rule, side, _ in MUST])
def test_a_domain_produces_its_edges(rule: str, side: str, values: list[Any]) -> None:
    found = drawn(rule, side)
    missing = [value for value in values if not any(value is each or _equal(value, each) for each in found)]
    assert missing == []


def _equal(one: Any, other: Any) -> bool:
    return one is not ABSENT and other is not ABSENT and same(one, other)


def test_lists_are_empty_single_and_long() -> None:
    lengths = {len(value) for value in drawn("a[] <-> b[]", "old") if isinstance(value, list)}
    assert {0, 1, 2, 3} <= lengths


def test_some_keys_look_like_paths() -> None:
    keys = {key for value in drawn("a.* <-> b.*", "old") if isinstance(value, dict) for key in value}
    assert {"a.b[0]", "Zoë"} <= keys


def test_fractions_of_seconds_come() -> None:
    assert any("." in value for value in drawn(f"a <-> b : {DATE}", "old") if isinstance(value, str))


# --- in somebody's own tests -----------------------------------------------------------------------------------------

VOISO = guide("voiso").api
SMS = VOISO["send_sms"]
QUIET = settings(max_examples=50)


@QUIET
@given(requests(SMS, side="old"))
def test_requests_are_taken_and_come_home(request: mapdsl.Request) -> None:
    answers = lookups(SMS)
    try:
        sent = translate_request(VOISO, request, to="new", lookups=answers)
    except MapError:
        return  # a text and a template, say
    home = translate_request(VOISO, sent.request, to="old", lookups=answers, residue=sent.residue)
    assert home.request.to_dict() == request.to_dict()


@QUIET
@given(responses(VOISO["list_queues"], side="new"))
def test_responses_are_taken(response: mapdsl.Response) -> None:
    sent = translate_request(VOISO, {"method": "GET", "path": "/api/v2/cdr/queues"}, to="new")
    try:
        made = translate_response(VOISO, response, to="old", request=sent, lookups=lookups(VOISO["list_queues"]))
    except MapError:
        return
    queues = response.body.get("queues", ABSENT)
    assert (made.response.body is None) if queues is ABSENT else (len(made.response.body) == len(queues or []))


def test_what_shrinks_is_small() -> None:
    least = find(requests(SMS, side="old"), lambda request: "template" in (request.body or {}))
    assert set(least.body) == {"template"}


STATUS = """mapdsl 1
enum word closed { "" <-> "none"; "." <-> "dot"; "a" <-> "b" }
endpoint status {
  old POST /repos/{sha}/statuses/{kind}
  new POST /statuses
  request { @path.sha <-> head_sha : string; @path.kind <-> kind : word }
}
"""


@pytest.mark.parametrize("nearly", [False, True])
def test_no_segment_of_a_path_is_empty(nearly: bool) -> None:
    api = loads(STATUS)

    @given(request=requests(api["status"], side="old", nearly=nearly))
    @settings(max_examples=60, database=None, deadline=None)
    def takes(request: mapdsl.Request) -> None:
        segments = request.path.split("/")
        assert len(segments) == 5
        assert not {"", ".", ".."} & set(segments[1:])

    takes()


def test_no_segment_is_empty_among_many_drawn_ones() -> None:
    (unit,) = compile_text(STATUS).program.units
    found = documents(unit.request[0], 0, 3000)
    drawn = [(d.kind, value) for d in found if isinstance(d.parts.path, dict) for value in d.parts.path.values()]
    assert {kind for kind, _ in drawn} >= {"near"}
    assert [(kind, value) for kind, value in drawn if value in ("", ".", "..")] == []


def test_a_variant_and_a_call_have_strategies_too() -> None:
    callr = guide("callr").api
    assert find(requests(callr["sms_send"], side="old"), lambda request: True).body["method"] == "sms.send"
    assert find(responses(callr["sms_send"], side="old"), lambda response: True).body["jsonrpc"] == "2.0"
    one = find(requests(VOISO["list_cdrs"], side="new", variant="one"), lambda request: True)
    assert one.path.startswith("/api/v4/")


def test_nearly_valid_requests_hold_what_rarely_fits() -> None:
    odd = find(requests(SMS, side="old", nearly=True), lambda request: not isinstance(request.body, dict))
    assert not isinstance(odd.body, dict)


TYPED = loads("""mapdsl 1
endpoint e {
  old POST /a
  new POST /b
  request { phone <-> p : string; tags <-> t : csv; rest error }
}
""")


@QUIET
@given(bodies(TYPED["e"], "request", "new", into=dict))
def test_bodies_are_json(body: dict[str, Any]) -> None:
    assert set(body) <= {"p", "t"}


def test_bodies_become_classes_and_nothing_is_coerced() -> None:
    @attrs.frozen
    class Wrong:
        phone: int | None = None
        tags: str | None = None

    found = find(bodies(TYPED["e"], "request", "old", into=Old), lambda body: body.tags is not None)
    assert found == Old(None, "")
    with pytest.raises(MapError, match=r"phone"):
        find(bodies(TYPED["e"], "request", "old", into=Wrong), lambda body: body.phone is not None)


@attrs.frozen
class Old:
    phone: str | None = None
    tags: str | None = None


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: requests(SMS, side="nwe"), ValueError, '"old" or "new"'),
        (lambda: requests("send_sms"), TypeError, "api\\['name'\\]"),
        (lambda: requests(SMS, variant="x"), ValueError, "no variant"),
        (lambda: bodies(SMS, "reply", "old"), ValueError, "request"),
    ],
)
def test_wrong_calls_say_what_they_take(call: Any, error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        call()


# --- made small ------------------------------------------------------------------------------------------------------


def test_a_counterexample_keeps_only_what_it_takes() -> None:
    whole = {"a": [{"b": 1, "c": "x"}, {"b": 2, "c": "yy"}], "d": {"e": None, "f": [1, 2, 3]}, "g": "text"}

    def breaks(value: Any) -> bool:
        return any(item.get("b") == 2 for item in value.get("a", []))

    assert smallest(whole, breaks) == {"a": [{"b": 2}]}


def test_what_cannot_be_less_stays() -> None:
    assert smallest({"a": 1}, lambda value: value == {"a": 1}) == {"a": 1}
    assert smallest({"a": 1}, lambda value: False) == {"a": 1}
