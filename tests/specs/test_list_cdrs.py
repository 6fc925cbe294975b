"""List CDRs: windows against pages, filters that must not be overlooked, and tables that somebody completes."""

from __future__ import annotations

from typing import Any

import pytest

import mapdsl
from tests.guides import guide

OLD_LIST = {"method": "GET", "path": "/api/v2/cdr"}
NEW_LIST = {"method": "GET", "path": "/api/v4/reporting/cdrs"}


@pytest.fixture(scope="module")
def voiso() -> mapdsl.Api:
    return guide("voiso").api


def old_records(first: int, last: int) -> list[dict[str, Any]]:
    return [{"uuid": f"r{number}", "type": "inbound", "duration": "00:01:00"} for number in range(first, last)]


def new_records(first: int, last: int) -> list[dict[str, Any]]:
    return [
        {"id": f"r{number}", "type": "call", "subtype": "inbound", "data": {"durations": {"overall": 60}}}
        for number in range(first, last)
    ]


def test_a_window_across_two_pages_is_cut_out_of_one_larger_page(voiso: mapdsl.Api):
    sent = mapdsl.translate_request(voiso, {**NEW_LIST, "query": {"offset": "30", "limit": "20"}}, to="old")
    page = {"records": old_records(25, 50), "total": 60, "page": 2}

    got = mapdsl.translate_response(voiso, {"status": 200, "body": page}, to="new", request=sent)

    assert dict(sent.request.query) == {"page": "2", "per_page": "25"}
    assert got.response.body == {"cdrs": new_records(30, 50), "metadata": {"total": 60}}


def test_the_last_page_is_short(voiso: mapdsl.Api):
    sent = mapdsl.translate_request(voiso, {**OLD_LIST, "query": {"page": "3", "per_page": "20"}}, to="new")
    reply = {"cdrs": new_records(40, 47), "metadata": {"total": 47}}

    got = mapdsl.translate_response(voiso, {"status": 200, "body": reply}, to="old", request=sent)

    assert dict(sent.request.query) == {"offset": "40", "limit": "20"}
    assert got.response.body == {"records": old_records(40, 47), "total": 47, "page": 3, "search_token": None}


@pytest.mark.parametrize("query", [{}, {"per_page": "101"}, {"page": "2", "per_page": "1000"}])
def test_a_page_larger_than_one_call_is_several_that_cover_it(voiso: mapdsl.Api, query: dict[str, str]):
    sent = mapdsl.translate_request(voiso, {**OLD_LIST, "query": query}, to="new")

    size, page = int(query.get("per_page", 1000)), int(query.get("page", 1))
    asked = [(int(call.query["offset"]), int(call.query["limit"])) for call in sent.requests]
    items = [number for offset, limit in asked for number in range(offset, offset + limit)]
    assert items == list(range((page - 1) * size, page * size))
    assert all(limit <= 100 for _, limit in asked)
    assert len(asked) == -(-size // 100)
    assert sent.complete


@pytest.mark.parametrize("name", ["search_token", "first_seen", "lead_source"])
def test_a_filter_that_v4_does_not_have_is_refused(voiso: mapdsl.Api, name: str):
    with pytest.raises(mapdsl.TranslationError) as caught:
        mapdsl.translate_request(voiso, {**OLD_LIST, "query": {"per_page": "10", name: "x"}}, to="new")

    assert [problem.path for problem in caught.value.problems] == [f"query.{name}"]


def test_all_problems_of_a_request_are_told_at_once(voiso: mapdsl.Api):
    query = {"per_page": "10", "type": "fax", "start_date": "yesterday", "first_seen": "1", "duration_to": "x"}

    with pytest.raises(mapdsl.TranslationError) as caught:
        mapdsl.translate_request(voiso, {**OLD_LIST, "query": query}, to="new")

    paths = {problem.path for problem in caught.value.problems}
    assert paths == {"query.type", "query.start_date", "query.first_seen", "query.duration_to"}


def test_a_uuid_with_a_slash_stays_one_segment_of_the_path(voiso: mapdsl.Api):
    sent = mapdsl.translate_request(voiso, {**OLD_LIST, "query": {"uuid": "../leads"}}, to="new")

    assert sent.request.path == "/api/v4/reporting/cdrs/..%2Fleads"


@pytest.mark.parametrize("uuid", ["..", ".", ""])
def test_a_uuid_can_never_leave_its_place_in_the_path(voiso: mapdsl.Api, uuid: str):
    with pytest.raises(mapdsl.TranslationError):
        mapdsl.translate_request(voiso, {**OLD_LIST, "query": {"uuid": uuid}}, to="new")


def test_renamed_dispositions_and_events_are_completed_at_load():
    voiso = mapdsl.load(
        mapdsl.shipped("voiso"), enums={"disposition": {"no_answer": "unanswered"}, "event_tag": {"hold": "on_hold"}}
    )
    filters = {"per_page": "10", "disposition": "no_answer", "event": "hold"}
    campaign = {"method": "POST", "path": "/api/v4/campaigns", "body": {"follow_up_rules": {"unanswered": []}}}

    listed = mapdsl.translate_request(voiso, {**OLD_LIST, "query": filters}, to="new")
    created = mapdsl.translate_request(voiso, campaign, to="old")

    assert listed.request.query["disposition"] == "unanswered"
    assert listed.request.query["tag"] == "on_hold"
    assert created.request.body == {"redial_rules": {"no_answer": []}}


def test_a_value_that_the_completed_table_uses_for_another_is_refused():
    voiso = mapdsl.load(
        mapdsl.shipped("voiso") / "19_list_cdrs.map", enums={"disposition": {"no_answer": "unanswered"}}
    )

    with pytest.raises(mapdsl.TranslationError, match="disposition"):
        mapdsl.translate_request(
            voiso, {**OLD_LIST, "query": {"per_page": "10", "disposition": "unanswered"}}, to="new"
        )


def test_the_fraction_of_a_second_comes_home_by_residue(voiso: mapdsl.Api):
    record = {"id": "a", "type": "call", "subtype": "inbound", "data": {"durations": {"overall": 31.333}}}
    reply = {"status": 200, "body": {"cdrs": [record], "metadata": {"total": 1}}}

    got = mapdsl.translate_response(voiso, reply, to="old", endpoint="list_cdrs")
    home = mapdsl.translate_response(voiso, got.response, to="new", endpoint="list_cdrs", residue=got.residue)

    assert got.response.body["records"][0]["duration"] == "00:00:31"
    assert home.response.body == reply["body"]


def test_a_corrected_duration_wins_over_residue(voiso: mapdsl.Api):
    record = {"id": "a", "type": "call", "subtype": "inbound", "data": {"durations": {"overall": 31.333}}}
    reply = {"status": 200, "body": {"cdrs": [record], "metadata": {"total": 1}}}
    got = mapdsl.translate_response(voiso, reply, to="old", endpoint="list_cdrs")
    edited = {"status": 200, "body": {**got.response.body}}
    edited["body"]["records"] = [{**got.response.body["records"][0], "duration": "00:00:40"}]

    home = mapdsl.translate_response(voiso, edited, to="new", endpoint="list_cdrs", residue=got.residue)

    assert home.response.body["cdrs"][0]["data"]["durations"]["overall"] == 40


@pytest.mark.parametrize(
    ("clock", "seconds"), [("00:00:00", 0), ("24:00:00", 86400), ("99:59:59", 359999), ("100:00:00", 360000)]
)
def test_hours_go_past_a_day(voiso: mapdsl.Api, clock: str, seconds: int):
    to_new = voiso["list_cdrs"].transform("response", to="new", variant="list")
    to_old = voiso["list_cdrs"].transform("response", to="old", variant="list")

    new = to_new({"records": [{"type": "inbound", "duration": clock}]})
    old = to_old({"cdrs": [{"type": "call", "subtype": "inbound", "data": {"durations": {"overall": float(seconds)}}}]})

    assert new["cdrs"][0]["data"]["durations"] == {"overall": seconds}
    assert old["records"][0]["duration"] == clock
