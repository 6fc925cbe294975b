"""Section 3 of the guide through exchanges: an old client on canned messages of all channels, a v4 client on templates.

The servers and the expected values are written from the guide; neither knows anything of mapdsl.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

import mapdsl
from tests.exchange.driving import Run, drive
from tests.guides import guide

OLD_PATH = "/api/v3/messages/sms/templates"
NEW_PATH = "/api/v4/messaging/canned_messages"
KEYS = {"contact_center_key": {"OLD": "NEW"}}
OTHERS = (["whatsapp"], ["telegram", "whatsapp"], [])  # what SMS cannot send


@pytest.fixture(scope="module")
def voiso() -> mapdsl.Api:
    return guide("voiso").api


@dataclass
class CannedMessages:
    """v4: offset and limit (100 at most) over numbered messages. `channels` of each says what sends it."""

    channels: list[list[str]]
    calls: list[tuple[int, int]] = field(default_factory=list)

    def __call__(self, request: dict[str, Any]) -> dict[str, Any]:
        assert (request["method"], request["path"]) == ("GET", NEW_PATH)
        assert request["headers"]["Authorization"] == "Bearer NEW"
        offset, limit = int(request["query"].get("offset", 0)), int(request["query"].get("limit", 100))
        assert set(request["query"]) <= {"offset", "limit"}
        assert 1 <= limit <= 100
        self.calls.append((offset, limit))
        shown = [message(number, each) for number, each in enumerate(self.channels[offset : offset + limit], offset)]
        return {"status": 200, "body": {"canned_messages": shown, "metadata": {"total": len(self.channels)}}}


@dataclass
class Templates:
    """The old API: page (from 1) and limit (50 unless said, 500 at most) over numbered templates."""

    count: int
    calls: list[tuple[int, int]] = field(default_factory=list)

    def __call__(self, request: dict[str, Any]) -> dict[str, Any]:
        assert (request["method"], request["path"]) == ("GET", OLD_PATH)
        assert request["headers"]["Authorization"] == "Bearer OLD"
        page, limit = int(request["query"].get("page", 1)), int(request["query"].get("limit", 50))
        assert set(request["query"]) <= {"page", "limit"}
        assert page >= 1
        assert 1 <= limit <= 500
        self.calls.append((page, limit))
        shown = [template(number) for number in range(self.count)[(page - 1) * limit : page * limit]]
        said = {"total": self.count, "page": page, "page_size": len(shown)}
        return {"status": 200, "body": {"templates": shown, "metadata": said}}


def message(number: int, channels: list[str]) -> dict[str, Any]:
    return {
        "id": number,
        "name": f"Message {number}",
        "body": f"Hello {number}!",
        "teams": [{"id": 7, "name": "Sales"}],
        "channels": channels,
        "created_at": "2026-01-15T10:30:00.000Z",
        "updated_at": "2026-01-20T14:15:00.000Z",
    }


def template(number: int) -> dict[str, Any]:
    teams = [{"id": 7, "name": "Sales"}]
    return {"id": number, "name": f"Message {number}", "body": f"Hello {number}!", "assigned_teams": teams}


def every(step: int, count: int) -> list[list[str]]:
    """As many messages, of which SMS sends number 0 and each `step`th after it, alone or among others."""
    sent = (["sms"], ["whatsapp", "sms"])
    return [sent[number // step % 2] if number % step == 0 else OTHERS[number % 3] for number in range(count)]


def list_old(api: mapdsl.Api, server: Any, query: dict[str, str], **more: Any) -> Run:
    request = {"method": "GET", "path": OLD_PATH, "query": query, "headers": {"Authorization": "Bearer OLD"}}
    return drive(api, request, "old", server, KEYS, **more)


def list_new(api: mapdsl.Api, server: Any, query: dict[str, str]) -> Run:
    request = {"method": "GET", "path": NEW_PATH, "query": query, "headers": {"Authorization": "Bearer NEW"}}
    return drive(api, request, "new", server, KEYS)


# --- an old client, v4 behind it -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "page", "limit", "ids"),
    [
        ({"page": "1", "limit": "4"}, 1, 4, [0, 3, 6, 9]),
        ({"page": "2", "limit": "4"}, 2, 4, [12, 15, 18, 21]),  # a page in the middle
        ({"page": "10", "limit": "10"}, 10, 10, [270, 273, 276, 279, 282, 285, 288, 291, 294, 297]),  # the last, full
        ({"page": "13", "limit": "8"}, 13, 8, [288, 291, 294, 297]),  # the last, short
        ({"page": "11", "limit": "10"}, 11, 10, []),  # just beyond the end
        ({"page": "99", "limit": "500"}, 99, 500, []),
        ({}, 1, 50, list(range(0, 150, 3))),  # page 1 of 50
        ({"limit": "500"}, 1, 500, list(range(0, 300, 3))),
    ],
)
def test_an_old_page_is_a_page_of_what_sms_sends(voiso, query, page, limit, ids):
    server = CannedMessages(every(3, 300))  # 100 of 300, on each page of v4

    run = list_old(voiso, server, query)

    assert run.done.response.status == 200
    assert run.done.response.body == {
        "templates": [template(number) for number in ids],
        "metadata": {"total": 100, "page": page, "page_size": limit},
    }
    assert server.calls == [(0, 100), (100, 100), (200, 100)]


@pytest.mark.parametrize("channels", [[], [["whatsapp"], [], ["telegram"]], [["whatsapp"]] * 150])
def test_without_a_message_for_sms_the_list_is_empty(voiso, channels):
    run = list_old(voiso, CannedMessages(channels), {"page": "1", "limit": "10"})
    assert run.done.response.body == {"templates": [], "metadata": {"total": 0, "page": 1, "page_size": 10}}


def test_the_only_message_for_sms_may_be_the_last_of_all(voiso):
    server = CannedMessages([["whatsapp"]] * 250 + [["telegram", "sms"]])
    run = list_old(voiso, server, {"page": "1", "limit": "1"})
    assert run.done.response.body == {
        "templates": [template(250)],
        "metadata": {"total": 1, "page": 1, "page_size": 1},
    }


def test_pages_behind_each_other_hold_each_template_once(voiso):
    channels = every(7, 400)
    found, page = [], 1
    while True:
        body = list_old(voiso, CannedMessages(channels), {"page": str(page), "limit": "9"}).done.response.body
        assert body["metadata"]["total"] == 58
        if not body["templates"]:
            break
        found += [each["id"] for each in body["templates"]]
        page += 1
    assert found == list(range(0, 400, 7))


def test_what_an_old_client_is_not_shown_is_told(voiso):
    run = list_old(voiso, CannedMessages(every(3, 30)), {"limit": "1"})
    assert [loss.value for loss in run.done.lost if "leaves out" in loss.reason] == ["20 of 30"]


def test_a_list_up_to_the_bound_is_looked_through(voiso):
    server = CannedMessages(every(1000, 10_000))
    run = list_old(voiso, server, {"page": "1", "limit": "500"})
    assert [each["id"] for each in run.done.response.body["templates"]] == list(range(0, 10_000, 1000))
    assert len(server.calls) == 100 <= run.max_calls


def test_a_list_beyond_the_bound_is_an_error_and_never_a_part(voiso):
    server = CannedMessages(every(1000, 10_001))
    with pytest.raises(mapdsl.MapError, match="at most 10000 items"):
        list_old(voiso, server, {"page": "1", "limit": "1"})
    assert server.calls == [(0, 100)]


def test_a_stop_behind_every_call_changes_nothing(voiso):
    request = {"method": "GET", "path": OLD_PATH, "query": {"page": "2", "limit": "20"}}
    request["headers"] = {"Authorization": "Bearer OLD"}
    server = CannedMessages(every(4, 230))
    exchange = voiso.exchange(request, client="old")
    while not isinstance(step := exchange.step(), mapdsl.Done):
        if isinstance(step, mapdsl.Ask):
            exchange.answer({"OLD": "NEW"})
        else:
            exchange.answer([server(each.to_dict()) for each in step.requests])
            exchange = voiso.resume(exchange.state(), request)  # which asks for the credential again
    assert [each["id"] for each in step.response.body["templates"]] == list(range(80, 160, 4))
    assert step.response.body["metadata"] == {"total": 58, "page": 2, "page_size": 20}


@pytest.mark.parametrize("failing", [0, 100])
def test_a_failure_of_any_call_is_the_answer(voiso, failing):
    server = CannedMessages(every(3, 200))

    def answer(request):
        if request["query"]["offset"] == str(failing):
            return {"status": 429, "body": {"error": "Too many requests"}}
        return server(request)

    done = list_old(voiso, answer, {"page": "1", "limit": "10"}).done
    assert (done.response.status, done.response.body) == (429, {"error": "Too many requests"})


# --- a v4 client, the old API behind it ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "ids", "calls"),
    [
        ({}, range(100), [(1, 100)]),  # the first hundred
        ({"offset": "0", "limit": "20"}, range(20), [(1, 20)]),
        ({"offset": "40", "limit": "20"}, range(40, 60), [(3, 20)]),  # a window in the middle
        ({"offset": "30", "limit": "20"}, range(30, 50), [(2, 25)]),  # across two pages: one of 25
        ({"offset": "120", "limit": "20"}, range(120, 130), [(7, 20)]),  # the last one, short
        ({"offset": "130", "limit": "10"}, (), [(14, 10)]),  # beyond the end
        ({"offset": "1000", "limit": "100"}, (), [(11, 100)]),
    ],
)
def test_a_window_of_templates_are_messages_for_sms(voiso, query, ids, calls):
    server = Templates(130)

    done = list_new(voiso, server, query).done

    assert done.response.status == 200
    assert done.response.body["metadata"] == {"total": 130}
    assert done.response.body["canned_messages"] == [
        {
            "id": number,
            "name": f"Message {number}",
            "body": f"Hello {number}!",
            "teams": [{"id": 7, "name": "Sales"}],
            "channels": ["sms"],
        }
        for number in ids
    ]
    assert server.calls == calls


def test_no_templates_are_no_messages(voiso):
    done = list_new(voiso, Templates(0), {"limit": "100"}).done
    assert done.response.body == {"canned_messages": [], "metadata": {"total": 0}}


def test_what_v4_refuses_is_not_asked_for(voiso):
    server = Templates(130)
    with pytest.raises(mapdsl.TranslationError, match="limit"):
        list_new(voiso, server, {"limit": "101"})
    assert not server.calls
