"""Endpoints of the guide carried out in both client_and_server, against servers that are written from the guide alone.

The servers hold conversations, campaigns and call records; they check keys and refuse what they do not know. Expected
answers are written by hand.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, field
from typing import Any

import pytest

import mapdsl
from mapdsl import Failed
from tests.exchange.driving import Run, drive
from tests.exchange.fake_server import FakeServer
from tests.guides import guide

Message = dict[str, Any]
KEYS = {"contact_center_key": {"OLD": "TOKEN"}, "user_key": {"OLD": "TOKEN"}}
BEARER = {"Authorization": "Bearer TOKEN"}


@pytest.fixture(scope="module")
def voiso() -> mapdsl.Api:
    return guide("voiso").api


def reply(status: int, body: Any = None) -> Message:
    return {"status": status, "headers": {}, "body": body}


UNAUTHORIZED = reply(401, {"error": "Unauthorized"})
NOT_FOUND = reply(404, {"error": "Not found"})


def bearer(request: Message) -> str | None:
    """The token of a request."""
    headers = {name.lower(): value for name, value in request["headers"].items()}
    return headers.get("authorization", "").removeprefix("Bearer ") or None


# --- 1. Send WhatsApp Messages ----------------------------------------------------------------------------------------

PROFILE = "6f6b1b7e-0f53-4a0e-9a55-0c7f1f1f0a01"
TEMPLATE = "b08a3464-587b-4d6d-8e46-b64f53ca0c64"
ACCOUNT = {**KEYS, "channel_profile": {"15053892577": PROFILE}, "user_by_extension": {"1002": "1234"}}
V4_MEMBERS = {"channel_profile_id", "contact_channel_identifier", "user_id", "message"}


@dataclass
class Conversations:
    """V4: one conversation per request. `fails` {number: outcome} says what becomes of the call to a number."""

    fails: dict[str, Any] = field(default_factory=dict)
    held: list[Message] = field(default_factory=list)
    requests: list[Message] = field(default_factory=list)

    def answer(self, request: Message) -> Any:
        self.requests.append(request)
        if (request["method"], request["path"], request["query"]) != ("POST", "/api/v4/messaging/conversations", {}):
            return NOT_FOUND
        if bearer(request) != "TOKEN":
            return UNAUTHORIZED
        body = request["body"]
        number = body["contact_channel_identifier"]
        if number in self.fails:
            return self.fails[number]
        wrong = {name: ["is unknown"] for name in body.keys() - V4_MEMBERS}
        if not number.isdigit():
            wrong["contact_channel_identifier"] = ["is invalid"]
        if body["channel_profile_id"] != PROFILE:
            wrong["channel_profile_id"] = ["not found"]
        if wrong:
            return reply(422, {"errors": wrong})
        self.held.append(body)
        return reply(201, {"conversation": {"id": f"conversation-{len(self.held)}"}})


@dataclass
class OldMessages:
    """V3: several recipients in one request, and what became of each in its reply."""

    sent: list[Message] = field(default_factory=list)
    requests: list[Message] = field(default_factory=list)

    def answer(self, request: Message) -> Message:
        self.requests.append(request)
        if (request["method"], request["path"]) != ("POST", "/api/v3/messages/whatsapp"):
            return NOT_FOUND
        if request["query"] != {"key": "OLD"}:
            return reply(400, {"error": "The API key specified is invalid"})
        return reply(200, {"status": [self._send(each) for each in request["body"]["recipients"]]})

    def _send(self, recipient: Message) -> Message:
        to = recipient["to"]
        if not to.isdigit():
            return {"to": to, "success": False, "errors": ["The number is invalid"]}
        self.sent.append(recipient)
        return {"to": to, "uuid": f"uuid-{len(self.sent)}", "success": True, "errors": []}


def whatsapp(*recipients: Message, key: str = "OLD") -> Message:
    """A request of an old client."""
    body = {"agent": "1002", "template_uuid": TEMPLATE, "from": "15053892577", "recipients": list(recipients)}
    return {"method": "POST", "path": "/api/v3/messages/whatsapp", "query": {"key": key}, "headers": {}, "body": body}


def conversation(number: str, placeholders: Message | None = None) -> Message:
    """The body of a v4 request."""
    data = {"whatsapp_template_id": TEMPLATE} | ({} if placeholders is None else {"placeholders": placeholders})
    return {
        "channel_profile_id": PROFILE,
        "contact_channel_identifier": number,
        "user_id": "1234",
        "message": {"content_type": "whatsapp_template", "content_data": data},
    }


def new_conversation(number: str, placeholders: Message | None = None, token: str = "TOKEN") -> Message:
    """A request of a new client."""
    headers = {"Authorization": f"Bearer {token}"}
    body = conversation(number, placeholders)
    return {"method": "POST", "path": "/api/v4/messaging/conversations", "query": {}, "headers": headers, "body": body}


def test_three_recipients_are_three_conversations_and_one_of_them_fails(voiso: mapdsl.Api) -> None:
    server = Conversations()
    request = whatsapp(
        {"to": "15555564236", "template_data": {"body": [{"placeholders": ["Alice", "42"]}]}},
        {"to": "nobody"},
        {"to": "15555578910"},
    )

    run = drive(voiso, request, "old", server.answer, ACCOUNT)

    assert run.waves == [3]
    assert [sent["body"] for sent in server.requests] == [
        conversation("15555564236", {"1": "Alice", "2": "42"}),
        conversation("nobody"),
        conversation("15555578910"),
    ]
    assert run.done.response.to_dict() == reply(
        200,
        {
            "status": [
                {"to": "15555564236", "uuid": "conversation-1", "success": True, "errors": []},
                {"to": "nobody", "success": False, "errors": {"contact_channel_identifier": ["is invalid"]}},
                {"to": "15555578910", "uuid": "conversation-2", "success": True, "errors": []},
            ]
        },
    )
    assert run.done.lost == ()


def test_what_all_recipients_share_is_asked_for_once(voiso: mapdsl.Api) -> None:
    run = drive(voiso, whatsapp({"to": "1"}, {"to": "2"}, {"to": "3"}), "old", Conversations().answer, ACCOUNT)

    assert sorted(run.asked) == [
        ("channel_profile", ("15053892577",)),
        ("contact_center_key", ("OLD",)),
        ("user_by_extension", ("1002",)),
    ]


def test_errors_of_v4_in_words_and_calls_without_a_reply_are_recipients_who_failed(voiso: mapdsl.Api) -> None:
    server = Conversations({"1": reply(429, {"error": "Too many requests"}), "2": Failed("timeout", None)})

    run = drive(voiso, whatsapp({"to": "1"}, {"to": "2"}, {"to": "3"}), "old", server.answer, ACCOUNT)

    assert run.done.response.to_dict() == reply(
        200,
        {
            "status": [
                {"to": "1", "success": False, "errors": ["Too many requests"]},
                {"to": "2", "success": False},
                {"to": "3", "uuid": "conversation-1", "success": True, "errors": []},
            ]
        },
    )
    assert [loss.path for loss in run.done.lost] == ["[1]"]
    assert run.done.lost[0].reason.startswith("fate unknown")


def test_a_key_that_v4_does_not_take_fails_for_every_recipient(voiso: mapdsl.Api) -> None:
    server = Conversations()
    request = whatsapp({"to": "1"}, {"to": "2"}, key="OTHER")

    run = drive(voiso, request, "old", server.answer, {**ACCOUNT, "contact_center_key": {"OTHER": "GONE"}})

    failed = {"success": False, "errors": ["Unauthorized"]}
    assert run.done.response.body == {"status": [{"to": "1", **failed}, {"to": "2", **failed}]}
    assert server.held == []


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (whatsapp(), "a list of at least one item"),
        (whatsapp({"to": "1", "template_data": {"body": [{}]}}), "placeholders"),
    ],
)
def test_what_cannot_be_translated_is_not_sent_to_anybody(voiso: mapdsl.Api, request_: Message, expected: str) -> None:
    server = Conversations()

    with pytest.raises(mapdsl.TranslationError, match=expected):
        drive(voiso, request_, "old", server.answer, ACCOUNT)

    assert server.requests == []


def test_a_new_client_sends_to_one_recipient(voiso: mapdsl.Api) -> None:
    server = OldMessages()

    run = drive(voiso, new_conversation("15555564236", {"1": "Alice", "2": "42"}), "new", server.answer, ACCOUNT)

    assert [sent["body"] for sent in server.requests] == [
        {
            "from": "15053892577",
            "agent": "1002",
            "template_uuid": TEMPLATE,
            "recipients": [{"to": "15555564236", "template_data": {"body": [{"placeholders": ["Alice", "42"]}]}}],
        }
    ]
    assert run.done.response.to_dict() == reply(201, {"conversation": {"id": "uuid-1"}})
    assert run.done.lost == ()


def test_an_old_recipient_who_failed_is_an_error_of_http(voiso: mapdsl.Api) -> None:
    server = OldMessages()

    run = drive(voiso, new_conversation("nobody"), "new", server.answer, ACCOUNT)

    assert run.done.response.to_dict() == reply(400, {"errors": ["The number is invalid"]})
    assert server.sent == []


def test_the_old_error_of_a_key_is_the_answer_to_a_new_client(voiso: mapdsl.Api) -> None:
    lookups = {**ACCOUNT, "contact_center_key": {"GONE": "OTHER"}}

    run = drive(voiso, new_conversation("1", token="OTHER"), "new", OldMessages().answer, lookups)

    assert run.done.response.to_dict() == reply(400, {"error": "The API key specified is invalid"})


# --- 18. Change Campaign Status ---------------------------------------------------------------------------------------

AFTER = {"start": "active", "pause": "paused", "stop": "stopped"}
BEFORE = {"start": ("draft", "paused", "stopped"), "pause": ("active",), "stop": ("active", "paused")}


@dataclass
class Campaigns:
    """V4: three routes, no body, the whole campaign in the reply."""

    held: dict[int, str]
    requests: list[Message] = field(default_factory=list)

    def answer(self, request: Message) -> Message:
        self.requests.append(request)
        route = re.fullmatch(r"/api/v4/campaigns/(\d+)/(start|pause|stop)", request["path"])
        if request["method"] != "POST" or route is None or request["body"] not in (None, {}):
            return reply(400, {"error": "Bad Request"})
        if bearer(request) != "TOKEN":
            return UNAUTHORIZED
        number, operation = int(route[1]), route[2]
        if number not in self.held:
            return NOT_FOUND
        if self.held[number] not in BEFORE[operation]:
            return reply(409, {"error": f"The campaign is {self.held[number]}"})
        self.held[number] = AFTER[operation]
        campaign = {"id": number, "name": f"Campaign ({number})", "status": self.held[number]}
        return reply(200, {"campaign": campaign})


@dataclass
class OldCampaigns:
    """V1: one route with the operation in the body, and a status of the operation in the reply."""

    held: dict[int, str]
    requests: list[Message] = field(default_factory=list)

    def answer(self, request: Message) -> Message:
        self.requests.append(request)
        shown = re.fullmatch(r"/api/dialer/v1/campaigns/(\d+)", request["path"])
        if request["method"] == "GET" and shown is not None and bearer(request) == "OLD":
            number = int(shown[1])
            return reply(200, {"id": number, "name": f"Campaign ({number})", "answering_machine_detection": True})
        route = re.fullmatch(r"/api/dialer/v1/campaigns/(\d+)/operation", request["path"])
        if request["method"] != "POST" or route is None:
            return NOT_FOUND
        if bearer(request) != "OLD":
            return reply(401, {"error": "Invalid API key"})
        number, operation = int(route[1]), request["body"]["operation"]
        told = {"id": number, "operation": operation}
        if self.held.get(number) not in BEFORE[operation]:
            return reply(200, {**told, "success": False, "message": f"The campaign is {self.held.get(number)}"})
        self.held[number] = AFTER[operation]
        return reply(200, {**told, "success": True, "message": ""})


def operate(operation: Any, number: int = 154) -> Message:
    """A request of an old client."""
    path = f"/api/dialer/v1/campaigns/{number}/operation"
    headers = {"Authorization": "Bearer OLD"}
    return {"method": "POST", "path": path, "query": {}, "headers": headers, "body": {"operation": operation}}


def call_route(operation: str, number: int = 154) -> Message:
    """A request of a new client."""
    path = f"/api/v4/campaigns/{number}/{operation}"
    return {"method": "POST", "path": path, "query": {}, "headers": BEARER, "body": None}


@pytest.mark.parametrize(("operation", "before"), [("start", "draft"), ("pause", "active"), ("stop", "paused")])
def test_an_old_operation_is_a_route_of_v4(voiso: mapdsl.Api, operation: str, before: str) -> None:
    server = Campaigns({154: before})

    run = drive(voiso, operate(operation), "old", server.answer, KEYS)

    assert [sent["path"] for sent in server.requests] == [f"/api/v4/campaigns/154/{operation}"]
    assert server.held == {154: AFTER[operation]}
    assert run.done.response.to_dict() == reply(200, {"id": 154, "operation": operation, "success": True})
    assert [loss.path for loss in run.done.lost] == ["body.campaign.name", "body.campaign.status"]


@pytest.mark.parametrize("operation", ["resume", "START", "", None, 1])
def test_an_unknown_operation_is_refused_before_anything_is_sent(voiso: mapdsl.Api, operation: Any) -> None:
    server = Campaigns({154: "active"})

    with pytest.raises(mapdsl.TranslationError):
        drive(voiso, operate(operation), "old", server.answer, KEYS)

    assert server.requests == []


@pytest.mark.parametrize(
    ("number", "status", "message"), [(154, 409, "The campaign is paused"), (155, 404, "Not found")]
)
def test_an_error_of_v4_keeps_its_code_and_says_that_there_was_no_success(
    voiso: mapdsl.Api, number: int, status: int, message: str
) -> None:
    server = Campaigns({154: "paused"})

    run = drive(voiso, operate("pause", number), "old", server.answer, KEYS)

    assert run.done.response.to_dict() == reply(status, {"operation": "pause", "success": False, "message": message})
    assert server.held == {154: "paused"}


def test_a_timeout_is_no_success_and_its_fate_is_unknown(voiso: mapdsl.Api) -> None:
    run = drive(voiso, operate("stop"), "old", lambda request: Failed("timeout", None), KEYS)

    assert run.done.response.to_dict() == reply(504, {"operation": "stop", "success": False})
    assert any(loss.reason.startswith("fate unknown") for loss in run.done.lost)


@pytest.mark.parametrize(("operation", "before"), [("start", "stopped"), ("pause", "active"), ("stop", "active")])
def test_the_three_routes_of_a_new_client_are_old_operations(voiso: mapdsl.Api, operation: str, before: str) -> None:
    server = OldCampaigns({154: before})

    run = drive(voiso, call_route(operation), "new", server.answer, KEYS)

    assert [(sent["path"], sent["body"]) for sent in server.requests] == [
        ("/api/dialer/v1/campaigns/154/operation", {"operation": operation}),
        ("/api/dialer/v1/campaigns/154", None),
    ]
    assert server.held == {154: AFTER[operation]}
    campaign = {"id": 154, "name": "Campaign (154)", "amd_enabled": True}
    assert run.done.response.to_dict() == reply(200, {"campaign": campaign})
    assert run.max_calls == 2


def test_a_campaign_that_cannot_be_read_is_told_by_its_id(voiso: mapdsl.Api) -> None:
    server = OldCampaigns({154: "active"})

    def answer(request: Message) -> Message:
        return NOT_FOUND if request["method"] == "GET" else server.answer(request)

    run = drive(voiso, call_route("pause"), "new", answer, KEYS)

    assert run.done.response.to_dict() == reply(200, {"campaign": {"id": 154}})
    assert [loss.reason for loss in run.done.lost if "get_campaign" in loss.reason] == [
        "not filled by get_campaign: it answered 404"
    ]


def test_an_old_operation_without_success_is_an_error_of_http(voiso: mapdsl.Api) -> None:
    run = drive(voiso, call_route("pause"), "new", OldCampaigns({154: "draft"}).answer, KEYS)

    assert run.done.response.to_dict() == reply(400, {"error": "The campaign is draft"})


# --- 19. List CDRs ----------------------------------------------------------------------------------------------------

FIRST = datetime.datetime(2022, 12, 1)
CALLS = 1234


def instant(number: int, seconds: int = 0) -> str:
    """When the call of that number started, or so many seconds later: one call a minute."""
    return (FIRST + datetime.timedelta(minutes=number, seconds=seconds)).isoformat() + "Z"


def old_record(number: int) -> Message:
    return {
        "uuid": f"call-{number}",
        "type": "inbound",
        "timestamp": instant(number),
        "agent": "Roberta Ride",
        "agent_id": 28982,
        "from": "443336006114",
        "to": "18885658889",
        "disposition": "answered",
        "duration": "00:00:31",
    }


def new_record(number: int) -> Message:
    return {
        "id": f"call-{number}",
        "type": "call",
        "subtype": "inbound",
        "started_at": instant(number),
        "user": {"id": 28982, "name": "Roberta Ride"},
        "from": {"phone_number": "443336006114"},
        "to": {"phone_number": "18885658889"},
        "disposition": "answered",
        "data": {"durations": {"overall": 31}},
    }


@dataclass
class Cdrs:
    """V4: records by offset and limit, at most 100 a call, between two instants; one record by its id."""

    count: int = CALLS
    filters: list[Message] = field(default_factory=list)
    requests: list[Message] = field(default_factory=list)
    path: str = "/api/v4/reporting/cdrs"

    def __post_init__(self) -> None:
        self.pages = FakeServer(
            "offset",
            self.path,
            position="offset",
            size="limit",
            items=("cdrs",),
            total=("metadata", "total"),
        )

    def answer(self, request: Message) -> Message:
        self.requests.append(request)
        if bearer(request) != "TOKEN":
            return UNAUTHORIZED
        one = re.fullmatch(re.escape(self.path) + r"/call-(\d+)", request["path"])
        if one is not None:
            known = request["query"] == {} and int(one[1]) < self.count
            return reply(200, {"cdr": new_record(int(one[1]))}) if known else NOT_FOUND
        since, until = request["query"].get("started_at[gte]", ""), request["query"].get("ended_at[lt]", "9")
        self.filters.append({"started_at[gte]": since, "ended_at[lt]": until})
        self.pages.numbers = [n for n in range(self.count) if instant(n) >= since and instant(n, 31) < until]
        return paged(self.pages, request, self.filters[-1], "cdrs", new_record)


@dataclass
class OldCdrs:
    """V2: records by page and per_page, at most 1000 a call, by days or instants; one record by its uuid."""

    count: int = CALLS
    requests: list[Message] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.pages = FakeServer("page", "/api/v2/cdr", default=1000, maximum=1000, echo={"page": ("page",)})

    def answer(self, request: Message) -> Message:
        self.requests.append(request)
        query = request["query"]
        if query.get("key") != "OLD":
            return reply(401, {"error": "Invalid User API Key"})
        if "uuid" in query:
            found = [old_record(n) for n in range(self.count) if f"call-{n}" == query["uuid"]]
            return reply(200, {"records": found, "total": len(found), "page": 1})
        since = query.get("start_datetime", "").replace(" ", "T")
        day = query.get("end_date", "9")
        self.pages.numbers = [n for n in range(self.count) if instant(n) >= since and instant(n, 31)[:10] <= day]
        return paged(self.pages, request, ("key", "start_datetime", "end_date"), "records", old_record)


def paged(pages: FakeServer, request: Message, filters: Any, items: str, record: Any) -> Message:
    """The answer of a server of numbers, with a whole record for each; the filters are none of its business."""
    query = {name: value for name, value in request["query"].items() if name not in filters}
    made = pages.answer({**request, "query": query})
    if made["status"] == 200:
        made["body"][items] = [record(each["n"]) for each in made["body"][items]]
    return made


def old_list(**query: str) -> Message:
    return {"method": "GET", "path": "/api/v2/cdr", "query": {"key": "OLD", **query}, "headers": {}, "body": None}


def new_list(query: dict[str, str]) -> Message:
    return {"method": "GET", "path": "/api/v4/reporting/cdrs", "query": query, "headers": BEARER, "body": None}


def old_page(first: int, end: int, total: int, page: int) -> Message:
    """What an old client gets; there is no token to go on with."""
    records = [old_record(number) for number in range(first, end)]
    return reply(200, {"records": records, "total": total, "page": page, "search_token": None})


def windows(run: Run, server: Cdrs) -> list[tuple[int, int]]:
    """The windows that were asked for, in their order; all calls were taken."""
    assert all(call.status == 200 for call in server.pages.calls)
    assert sum(run.waves) == len(server.requests)
    return [(int(sent["query"]["offset"]), int(sent["query"]["limit"])) for sent in server.requests]


def test_a_page_of_a_thousand_is_ten_calls(voiso: mapdsl.Api) -> None:
    server = Cdrs()

    run = drive(voiso, old_list(page="1", per_page="1000"), "old", server.answer, KEYS)

    assert run.done.response.to_dict() == old_page(0, 1000, 1234, 1)
    assert windows(run, server) == [(offset, 100) for offset in range(0, 1000, 100)]
    assert run.waves == [1, 9]
    assert run.done.lost == ()


def test_the_last_page_takes_as_many_calls_as_there_is_something_left(voiso: mapdsl.Api) -> None:
    server = Cdrs()

    run = drive(voiso, old_list(page="2", per_page="1000"), "old", server.answer, KEYS)

    assert run.done.response.to_dict() == old_page(1000, 1234, 1234, 2)
    assert windows(run, server) == [(1000, 100), (1100, 100), (1200, 100)]


def test_a_page_beyond_the_end_is_empty_and_knows_the_total(voiso: mapdsl.Api) -> None:
    server = Cdrs()

    run = drive(voiso, old_list(page="3", per_page="1000"), "old", server.answer, KEYS)

    assert run.done.response.to_dict() == old_page(0, 0, 1234, 3)
    assert windows(run, server) == [(2000, 100)]


def test_without_a_size_a_page_of_the_old_default_is_meant(voiso: mapdsl.Api) -> None:
    server = Cdrs()

    run = drive(voiso, old_list(), "old", server.answer, KEYS)

    assert run.done.response.to_dict() == old_page(0, 1000, 1234, 1)


def test_a_day_is_asked_for_in_every_call(voiso: mapdsl.Api) -> None:
    """The second of December has the 1440 calls from number 1440 on."""
    server = Cdrs(count=5000)
    request = old_list(page="2", per_page="1000", start_date="2022-12-02", end_date="2022-12-02")

    run = drive(voiso, request, "old", server.answer, KEYS)

    assert run.done.response.to_dict() == old_page(2440, 2880, 1440, 2)
    assert windows(run, server) == [(offset, 100) for offset in range(1000, 1500, 100)]
    assert server.filters == [{"started_at[gte]": "2022-12-02T00:00:00Z", "ended_at[lt]": "2022-12-03T00:00:00Z"}] * 5


def test_a_window_of_a_new_client_is_cut_out_of_one_old_page(voiso: mapdsl.Api) -> None:
    """125 is the least size of a page that holds the records 150 to 249: those from 125 on."""
    server = OldCdrs()

    run = drive(voiso, new_list({"offset": "150", "limit": "100"}), "new", server.answer, KEYS)

    cdrs = [new_record(number) for number in range(150, 250)]
    assert run.done.response.to_dict() == reply(200, {"cdrs": cdrs, "metadata": {"total": 1234}})
    assert [sent["query"] for sent in server.requests] == [{"page": "2", "per_page": "125", "key": "OLD"}]
    assert run.done.lost == ()


def test_instants_of_a_new_client_are_those_of_the_old_filters(voiso: mapdsl.Api) -> None:
    server = OldCdrs(count=5000)
    since, until = "2022-12-02T00:00:00Z", "2022-12-03T00:00:00Z"
    request = new_list({"offset": "1400", "limit": "100", "started_at[gte]": since, "ended_at[lt]": until})

    run = drive(voiso, request, "new", server.answer, KEYS)

    cdrs = [new_record(number) for number in range(2840, 2880)]
    assert run.done.response.to_dict() == reply(200, {"cdrs": cdrs, "metadata": {"total": 1440}})
    assert [sent["query"] for sent in server.requests] == [
        {
            "page": "15",
            "per_page": "100",
            "key": "OLD",
            "start_datetime": "2022-12-02 00:00:00",
            "end_date": "2022-12-02",
        }
    ]


KINDS = ["inbound", "outbound_sms", "outbound", "chat", "campaign"]


def of_all_kinds(number: int) -> Message:
    return {"uuid": f"r-{number}", "type": KINDS[number % 5], "timestamp": instant(number)}


@pytest.mark.parametrize(
    ("query", "numbers", "pairs"),
    [
        ({"type": "call"}, (0, 2, 4), [("call", "inbound"), ("call", "outbound"), ("call", "dialer")]),
        ({"type": "sms"}, (1,), [("sms", "outbound_sms")]),
        ({"subtype": "chat"}, (3,), [("conversation", "chat")]),
        ({"type": "hlr_lookup"}, (), []),
    ],
)
def test_a_type_alone_is_looked_for_in_the_records_of_all_types(
    voiso: mapdsl.Api, query: dict[str, str], numbers: tuple[int, ...], pairs: list[tuple[str, str]]
) -> None:
    """The old filter takes one type, and a v4 type is up to six of them: two old pages are read whole."""
    server = FakeServer("page", "/api/v2/cdr", count=1234, default=1000, maximum=1000)
    every = [number for number in range(1234) if number % 5 in numbers]

    def answer(request: Message) -> Message:
        return paged(server, request, ("key",), "records", of_all_kinds)

    run = drive(voiso, new_list({"offset": "100", "limit": "50", **query}), "new", answer, KEYS)

    body = run.done.response.body
    assert [record["id"] for record in body["cdrs"]] == [f"r-{number}" for number in every[100:150]]
    assert {(record["type"], record["subtype"]) for record in body["cdrs"]} == set(pairs)
    assert body["metadata"] == {"total": len(every)}
    assert [sent["query"] for sent in server.requests] == [{"page": str(page), "per_page": "1000"} for page in (1, 2)]


def test_one_record_by_its_uuid_is_a_record_of_v4(voiso: mapdsl.Api) -> None:
    server = Cdrs()

    run = drive(voiso, old_list(uuid="call-7"), "old", server.answer, KEYS)

    assert [(sent["path"], sent["query"]) for sent in server.requests] == [("/api/v4/reporting/cdrs/call-7", {})]
    assert run.done.response.to_dict() == old_page(7, 8, 1, 1)


def test_a_record_that_v4_does_not_have_is_an_old_list_of_none(voiso: mapdsl.Api) -> None:
    run = drive(voiso, old_list(uuid="call-1234"), "old", Cdrs().answer, KEYS)

    assert run.done.response.to_dict() == old_page(0, 0, 0, 1)


def test_one_record_of_a_new_client_is_an_old_list_of_one(voiso: mapdsl.Api) -> None:
    server = OldCdrs()
    request = {**new_list({}), "path": "/api/v4/reporting/cdrs/call-7"}

    run = drive(voiso, request, "new", server.answer, KEYS)

    assert [sent["query"] for sent in server.requests] == [{"uuid": "call-7", "key": "OLD"}]
    assert run.done.response.to_dict() == reply(200, {"cdr": new_record(7)})


def test_an_old_list_of_none_is_not_found(voiso: mapdsl.Api) -> None:
    request = {**new_list({}), "path": "/api/v4/reporting/cdrs/call-1234"}

    run = drive(voiso, request, "new", OldCdrs().answer, KEYS)

    assert run.done.response.to_dict() == NOT_FOUND


def test_an_error_in_the_middle_of_the_calls_is_the_answer(voiso: mapdsl.Api) -> None:
    server = Cdrs()
    server.pages.spoiled = {4: reply(429, {"error": "Too many requests"})}

    run = drive(voiso, old_list(page="1", per_page="1000"), "old", server.answer, KEYS)

    assert run.done.response.to_dict() == reply(429, {"error": "Too many requests"})
