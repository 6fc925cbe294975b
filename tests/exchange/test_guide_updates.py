"""Section 15 of the guide through exchanges: PUT against PATCH, on a campaign in memory, expected values by hand."""

from __future__ import annotations

import copy
from typing import Any

import pytest

import mapdsl
from tests.exchange.driving import Run, drive
from tests.guides import guide

OLD_PATH = "/api/dialer/v1/campaigns/3"
NEW_PATH = "/api/v4/campaigns/3"
LOOKUPS = {"contact_center_key": {"OLD": "NEW"}, "voice_message": {"Instructions": 12, "Greeting": 13}}

NEW_CAMPAIGN = {
    "id": 3,
    "name": "Summer",
    "strategy": "simple",
    "live": {"enabled": True, "dialing_order": "lifo"},
    "dial_level_override": {"enabled": True, "value": 1.5, "active_agents_threshold": 3},
    "voice_message_id": 12,
    "amd_enabled": True,
    "post_call_rating": {"enabled": True},
    "contact_local_time": {"start_time": "09:00", "end_time": "17:00", "days_of_week": [1, 2]},
    "caller_id_sets": [{"phone_numbers": ["18885650001"]}],
    "use_local_caller_id": False,
    "follow_up_rules": {"busy": [{"wait_time_unit": "minutes", "wait_time": 5, "switch_caller_id_set": True}]},
    "asr_optimization_enabled": False,
}
OLD_CAMPAIGN = {
    "id": 3,
    "name": "Summer",
    "strategy": "simple",
    "live": True,
    "dialing_order": "newest_first",
    "dial_level_override": {"enabled": True, "override_value": 1.5, "active_agents_threshold": 3},
    "voice_message": "Instructions",
    "answering_machine_detection": True,
    "survey_enabled": True,
    "local_time_settings": {"call_from": "09:00", "call_to": "17:00", "week_days": ["Mon", "Tue"]},
    "caller_id_sets": [{"numbers": ["18885650001"]}],
    "local_caller_id": False,
    "redial_rules": {"busy": [{"units": "m", "wait": 5, "change_callerid": True}]},
    "assigned_agents": ["agent@email.com"],
}
ROWS = [  # the old fields of the guide's table that a PUT may leave out, and that v4 then keeps
    "strategy",
    "dial_level_override.override_value",
    "voice_message",
    "answering_machine_detection",
    "survey_enabled",
    "local_time_settings.call_from",
    "local_time_settings.call_to",
    "local_time_settings.week_days",
    "caller_id_sets",
    "local_caller_id",
    "redial_rules",
    "live",
    "dialing_order",
]


@pytest.fixture(scope="module")
def voiso() -> mapdsl.Api:
    return guide("voiso").api


class Campaign:
    """One campaign of one API. v4 patches it as RFC 7396 says, the old API replaces it."""

    def __init__(self, body: dict[str, Any], etag: str | None = None, unreadable: bool = False) -> None:
        self.body = copy.deepcopy(body)
        self.etag = etag
        self.unreadable = unreadable
        self.calls: list[dict[str, Any]] = []

    def __call__(self, request: dict[str, Any]) -> dict[str, Any]:
        self.calls.append(request)
        new = request["path"] == NEW_PATH
        assert new or request["path"] == OLD_PATH
        assert request["headers"]["Authorization"] == ("Bearer NEW" if new else "Bearer OLD")
        assert request["method"] in (("GET", "PATCH") if new else ("GET", "PUT"))
        if request["method"] == "GET" and self.unreadable:
            return {"status": 404, "body": {"error": "Not found"}}
        if request["method"] == "PATCH":
            self.body = patched(self.body, request["body"])
        elif request["method"] == "PUT":
            self.body = copy.deepcopy(request["body"])
        headers = {} if self.etag is None else {"ETag": self.etag}
        shown = copy.deepcopy(self.body)
        return {"status": 200, "headers": headers, "body": {"campaign": shown} if new else shown}

    @property
    def methods(self) -> list[str]:
        return [call["method"] for call in self.calls]


def patched(target: Any, patch: Any) -> Any:
    """RFC 7396, section 2."""
    if not isinstance(patch, dict):
        return patch
    made = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            made.pop(name, None)
        else:
            made[name] = patched(made.get(name), value)
    return made


def put(api: mapdsl.Api, store: Campaign, body: Any) -> Run:
    request = {"method": "PUT", "path": OLD_PATH, "headers": {"Authorization": "Bearer OLD"}, "body": body}
    return drive(api, request, "old", store, LOOKUPS)


def patch(api: mapdsl.Api, store: Campaign, body: Any) -> Run:
    request = {"method": "PATCH", "path": NEW_PATH, "headers": {"Authorization": "Bearer NEW"}, "body": body}
    return drive(api, request, "new", store, LOOKUPS)


def kept(run: Run) -> list[str]:
    """The fields of which `lost` says that they stay as they are."""
    return [loss.path.removeprefix("body.") for loss in run.done.lost if "stays as it is" in loss.reason]


# --- an old client's PUT on v4 -------------------------------------------------------------------------------------


def test_a_whole_campaign_is_one_patch_that_says_all_of_it(voiso):
    store = Campaign({"id": 3, "asr_optimization_enabled": False})

    run = put(voiso, store, OLD_CAMPAIGN)

    assert store.methods == ["PATCH"]
    assert store.body == NEW_CAMPAIGN
    assert kept(run) == []
    assert [loss.value for loss in run.done.lost if loss.path == "body.assigned_agents"] == [["agent@email.com"]]
    assert "assigned_agents" not in store.calls[0]["body"]


@pytest.mark.parametrize(
    ("body", "changes", "said"),
    [
        ({"strategy": "predictive_ai"}, {"strategy": "predictive_ai"}, ["strategy"]),
        ({"voice_message": "Greeting"}, {"voice_message_id": 13}, ["voice_message"]),
        ({"survey_enabled": False}, {"post_call_rating": {"enabled": False}}, ["survey_enabled"]),
        ({"local_caller_id": True}, {"use_local_caller_id": True}, ["local_caller_id"]),
        ({"name": "Winter"}, {"name": "Winter"}, []),  # no row of the guide
        (
            {"caller_id_sets": [{"numbers": ["1"]}, {"numbers": []}]},
            {"caller_id_sets": [{"phone_numbers": ["1"]}, {"phone_numbers": []}]},
            ["caller_id_sets"],
        ),
        (
            {"local_time_settings": {"week_days": ["Sun"]}},
            {"contact_local_time": {"start_time": "09:00", "end_time": "17:00", "days_of_week": [7]}},
            ["local_time_settings.week_days"],
        ),
        ({}, {}, []),
    ],
)
def test_what_a_put_leaves_out_is_kept_by_v4_and_told(voiso, body, changes, said):
    store = Campaign(NEW_CAMPAIGN)

    run = put(voiso, store, body)

    assert store.body == {**NEW_CAMPAIGN, **changes}
    assert sorted(kept(run)) == sorted(name for name in ROWS if name not in said)


@pytest.mark.parametrize(
    ("body", "live"),
    [
        ({"live": True, "dialing_order": "oldest_first"}, {"enabled": True, "dialing_order": "fifo"}),
        ({"live": True, "dialing_order": "newest_first"}, {"enabled": True, "dialing_order": "lifo"}),
        ({"live": True, "dialing_order": "disabled"}, {"enabled": True}),
        ({"live": True}, {"enabled": True, "dialing_order": "lifo"}),
        ({"live": False, "dialing_order": "oldest_first"}, {"enabled": False, "dialing_order": "fifo"}),
        ({"live": False, "dialing_order": "newest_first"}, {"enabled": False, "dialing_order": "lifo"}),
        ({"live": False, "dialing_order": "disabled"}, None),
        ({"live": False}, {"enabled": False, "dialing_order": "lifo"}),
        ({"dialing_order": "oldest_first"}, {"enabled": True, "dialing_order": "fifo"}),
        ({"dialing_order": "disabled"}, {"enabled": True}),
        ({}, {"enabled": True, "dialing_order": "lifo"}),
    ],
)
def test_the_pair_of_live_and_its_order_on_a_live_campaign(voiso, body, live):
    """Of the pair, too, what the PUT leaves out stays; and "disabled" takes the order away."""
    store = Campaign(NEW_CAMPAIGN)

    run = put(voiso, store, body)

    assert store.body.get("live") == live
    assert [name for name in kept(run) if name in ("live", "dialing_order")] == [
        name for name in ("live", "dialing_order") if name not in body
    ]


def test_nothing_live_is_null_on_the_wire(voiso):
    store = Campaign(NEW_CAMPAIGN)
    put(voiso, store, {"live": False, "dialing_order": "disabled"})
    assert store.calls[0]["body"] == {"live": None}


def test_redial_rules_are_follow_up_rules(voiso):
    store = Campaign({"id": 3})
    rules = {
        "busy": [{"units": "s", "wait": 30, "change_callerid": False}, {"units": "h", "wait": 1}],
        "no_answer": [{"units": "m", "wait": 5, "change_callerid": True}],
        "failed": [],
    }
    put(voiso, store, {"redial_rules": rules})
    assert store.body["follow_up_rules"] == {
        "busy": [
            {"wait_time_unit": "seconds", "wait_time": 30, "switch_caller_id_set": False},
            {"wait_time_unit": "hours", "wait_time": 1},
        ],
        "no_answer": [{"wait_time_unit": "minutes", "wait_time": 5, "switch_caller_id_set": True}],
        "failed": [],
    }


def test_the_new_switch_is_never_turned_on_by_an_old_client(voiso):
    store = Campaign(NEW_CAMPAIGN)
    put(voiso, store, OLD_CAMPAIGN)
    assert store.body["asr_optimization_enabled"] is False


@pytest.mark.parametrize(
    "body", [{"strategy": "advanced"}, {"live": "yes"}, {"redial_rules": {"busy": [{"units": "d"}]}}]
)
def test_what_v4_does_not_have_is_refused_before_anything_is_written(voiso, body):
    store = Campaign(NEW_CAMPAIGN)
    with pytest.raises(mapdsl.TranslationError):
        put(voiso, store, body)
    assert store.calls == []


# --- a v4 client's PATCH on the old API ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "changes"),
    [
        ({"name": "Winter"}, {"name": "Winter"}),
        ({"strategy": "predictive_ai"}, {"strategy": "predictive_ai"}),
        ({"voice_message_id": 13}, {"voice_message": "Greeting"}),
        ({"amd_enabled": False}, {"answering_machine_detection": False}),
        ({"post_call_rating": {"enabled": False}}, {"survey_enabled": False}),
        (
            {"dial_level_override": {"value": 2}},
            {"dial_level_override": {"enabled": True, "override_value": 2, "active_agents_threshold": 3}},
        ),
        (
            {"contact_local_time": {"days_of_week": [7]}},
            {"local_time_settings": {"call_from": "09:00", "call_to": "17:00", "week_days": ["Sun"]}},
        ),
        ({"caller_id_sets": []}, {"caller_id_sets": []}),
        (
            {"follow_up_rules": {"failed": [{"wait_time_unit": "hours", "wait_time": 1}]}},
            {
                "redial_rules": {
                    "busy": [{"units": "m", "wait": 5, "change_callerid": True}],
                    "failed": [{"units": "h", "wait": 1}],
                }
            },
        ),
        ({"live": {"dialing_order": "fifo"}}, {"dialing_order": "oldest_first"}),
        ({"live": {"enabled": True}}, {}),
        ({"live": {"enabled": False}}, {"live": False}),
        ({"live": {"dialing_order": None}}, {"dialing_order": "disabled"}),
        ({"live": None}, {"live": False, "dialing_order": "disabled"}),
        ({"voice_message_id": None}, {"voice_message": None}),
        ({"strategy": None, "name": None}, {"strategy": None, "name": None}),
        ({}, {}),
    ],
)
def test_a_part_is_read_merged_and_written_whole(voiso, body, changes):
    """All else is as it was, the agents that v4 does not know included."""
    store = Campaign(OLD_CAMPAIGN)

    run = patch(voiso, store, body)

    assert store.methods == ["GET", "PUT"]
    assert store.body == {**OLD_CAMPAIGN, **changes}
    assert run.done.response.status == 200
    assert run.max_calls == 2


def test_the_new_switch_has_no_home_and_is_told(voiso):
    store = Campaign(OLD_CAMPAIGN)
    run = patch(voiso, store, {"asr_optimization_enabled": True})
    assert store.body == OLD_CAMPAIGN
    assert [loss.value for loss in run.done.lost if loss.path == "body.asr_optimization_enabled"] == [True]


@pytest.mark.parametrize("etag", [None, '"v7"'])
def test_an_etag_of_the_read_guards_the_write(voiso, etag):
    store = Campaign(OLD_CAMPAIGN, etag)
    run = patch(voiso, store, {"name": "Winter"})
    assert store.calls[1]["headers"].get("If-Match") == etag
    told = [loss for loss in run.done.lost if "a change in between would be overwritten" in loss.reason]
    assert len(told) == (etag is None)


def test_a_campaign_that_cannot_be_read_is_not_written(voiso):
    store = Campaign(OLD_CAMPAIGN, unreadable=True)
    done = patch(voiso, store, {"name": "Winter"}).done
    assert store.methods == ["GET"]
    assert (done.response.status, done.response.body) == (404, {"error": "Not found"})
    assert store.body == OLD_CAMPAIGN


@pytest.mark.parametrize("body", [{"strategy": "advanced"}, {"contact_local_time": {"days_of_week": [8]}}, {"live": 1}])
def test_what_the_old_api_does_not_have_is_refused_before_anything_is_read(voiso, body):
    store = Campaign(OLD_CAMPAIGN)
    with pytest.raises(mapdsl.TranslationError):
        patch(voiso, store, body)
    assert store.calls == []


# --- get, then update ----------------------------------------------------------------------------------------------


def test_a_campaign_that_an_old_client_reads_and_puts_back_is_the_same(voiso):
    store = Campaign(NEW_CAMPAIGN)
    request = {"method": "GET", "path": OLD_PATH, "headers": {"Authorization": "Bearer OLD"}}
    shown = drive(voiso, request, "old", store, LOOKUPS).done.response.body

    assert shown == {name: value for name, value in OLD_CAMPAIGN.items() if name != "assigned_agents"}
    run = put(voiso, store, shown)
    assert store.body == NEW_CAMPAIGN
    assert kept(run) == []


def test_a_v4_client_reads_an_old_campaign(voiso):
    store = Campaign(OLD_CAMPAIGN)
    request = {"method": "GET", "path": NEW_PATH, "headers": {"Authorization": "Bearer NEW"}}
    shown = drive(voiso, request, "new", store, LOOKUPS).done.response.body
    assert shown == {"campaign": {name: v for name, v in NEW_CAMPAIGN.items() if name != "asr_optimization_enabled"}}
