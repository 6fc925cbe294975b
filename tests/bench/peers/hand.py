"""The baseline: plain functions that a careful engineer writes by hand; what may be absent is no KeyError."""

from __future__ import annotations

from tests.bench.start_call import start_call_message
from tests.bench.tables import (
    CALLER_IDS,
    DIALING_ORDER,
    DISPOSITIONS,
    OLD_DISPOSITIONS,
    OLD_TYPES,
    PAGE,
    TYPES,
    UNITS,
    USER_IDS,
    VOICE_MESSAGE_IDS,
    WEEKDAYS,
)

from .peer import Peer

# --- start call ------------------------------------------------------------------------------------------------------


def start_call_request(old: dict) -> dict:
    new = {"user_id": USER_IDS[old["agent"]], "phone_number": old["number"]}
    if "caller_id" in old:
        new["caller_id"] = CALLER_IDS[old["caller_id"]]
    source = {}
    if "account_id" in old:
        source["account_id"] = old["account_id"]
    if "crm" in old:
        source["system"] = old["crm"]
    if source:
        new["source"] = source
    return new


# --- create campaign -------------------------------------------------------------------------------------------------


def redial_rule(rule: dict) -> dict:
    return {
        "wait_time": rule["wait"],
        "wait_time_unit": UNITS[rule["units"]],
        "switch_caller_id_set": rule["change_callerid"],
    }


def create_campaign_request(old: dict) -> dict:
    live = {"enabled": old["live"]}
    order = DIALING_ORDER.get(old["dialing_order"])
    if order is not None:
        live["dialing_order"] = order
    new = {
        "name": old["name"],
        "strategy": old["strategy"],
        "live": live,
        "amd_enabled": old["answering_machine_detection"],
        "use_local_caller_id": old["local_caller_id"],
        "caller_id_sets": [{"name": s["name"], "phone_numbers": s["numbers"]} for s in old["caller_id_sets"]],
        "asr_optimization_enabled": True,
    }
    if "dial_level_override" in old:
        override = old["dial_level_override"]
        new["dial_level_override"] = {"enabled": override["enabled"], "value": override["override_value"]}
    if "voice_message" in old:
        new["voice_message_id"] = VOICE_MESSAGE_IDS[old["voice_message"]]
    if "survey_enabled" in old:
        new["post_call_rating"] = {"enabled": old["survey_enabled"]}
    if "local_time_settings" in old:
        local = old["local_time_settings"]
        new["contact_local_time"] = {
            "start_time": local["call_from"],
            "end_time": local["call_to"],
            "days_of_week": [WEEKDAYS[d] for d in local["week_days"]],
        }
    if "redial_rules" in old:
        new["follow_up_rules"] = {
            disposition: [redial_rule(r) for r in rules] for disposition, rules in old["redial_rules"].items()
        }
    return new


# --- records ---------------------------------------------------------------------------------------------------------


def seconds_to_hms(seconds: float) -> str:
    minutes, secs = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{secs:02d}"


def hms_to_seconds(hms: str) -> float:
    hours, minutes, secs = hms.split(":")
    return float(int(hours) * 3600 + int(minutes) * 60 + int(secs))


def cdr_new_to_old(new: dict) -> dict:
    data = new["data"]
    user = new.get("user")
    queue = data.get("queue")
    wrapup = data.get("wrapup_code")
    return {
        "uuid": new["id"],
        "type": OLD_TYPES[new["type"], new["subtype"]],
        "timestamp": new["started_at"],
        "agent": user["name"] if user else None,
        "agent_id": user["id"] if user else None,
        "from": new["from"]["phone_number"],
        "to": new["to"]["phone_number"],
        "disposition": OLD_DISPOSITIONS[new["disposition"]],
        "duration": seconds_to_hms(data["durations"]["overall"]),
        "queue_name": queue["name"] if queue else None,
        "wrapup_code": wrapup["code_snapshot"] if wrapup else None,
        "cpc": float(new["cost"]),
        "destination_country": data.get("destination_country"),
    }


def list_cdrs_new_to_old(new: dict) -> dict:
    return {
        "records": [cdr_new_to_old(c) for c in new["cdrs"]],
        "page": PAGE,
        "total": new["metadata"]["total"],
    }


def cdr_old_to_new(old: dict) -> dict:
    type_, subtype = TYPES[old["type"]]
    agent_id = old.get("agent_id")
    queue = old.get("queue_name")
    wrapup = old.get("wrapup_code")
    return {
        "id": old["uuid"],
        "type": type_,
        "subtype": subtype,
        "started_at": old["timestamp"],
        "user": {"id": agent_id, "name": old.get("agent")} if agent_id is not None else None,
        "from": {"phone_number": old["from"]},
        "to": {"phone_number": old["to"]},
        "disposition": DISPOSITIONS[old["disposition"]],
        "cost": str(old["cpc"]),
        "data": {
            "durations": {"overall": hms_to_seconds(old["duration"])},
            "queue": {"name": queue} if queue is not None else None,
            "wrapup_code": {"code_snapshot": wrapup} if wrapup is not None else None,
            "destination_country": old.get("destination_country"),
        },
    }


def list_cdrs_old_to_new(old: dict) -> dict:
    return {"cdrs": [cdr_old_to_new(r) for r in old["records"]], "metadata": {"total": old["total"]}}


# --- users -----------------------------------------------------------------------------------------------------------


def user_new_to_old(u: dict) -> dict:
    return {
        "id": u["id"],
        "name": u["name"],
        "email": u["email"],
        "extension": u["extension"],
        "sip_account": u["sip_account"],
        "timezone": u["timezone"],
        "sag": u["security_access_group"]["name"],
        "assigned_teams": ",".join(str(t["id"]) for t in u["teams"]),
        "supervisor_in_teams": ",".join(str(t["id"]) for t in u["supervised_teams"]),
        "assigned_queues": ",".join(q["name"] for q in u["queues"]),
        "assigned_skills": [{"name": s["skill"]["name"], "value": s["value"]} for s in u["skills"]],
        # How the old field joins them is assumed: types of channels, then names of profiles.
        "assigned_channels": ",".join(u["channels"] + [p["name"] for p in u["channel_profiles"]]),
    }


def list_users_new_to_old(new: dict) -> list:
    return [user_new_to_old(u) for u in new["users"]]


def peer() -> Peer:
    return Peer(
        "by hand",
        {
            "start_call": start_call_request,
            "create_campaign": create_campaign_request,
            "records_to_old": list_cdrs_new_to_old,
            "records_to_new": list_cdrs_old_to_new,
            "users_to_old": list_users_new_to_old,
            "start_call_message": start_call_message,
        },
        plain={"start_call_message": without_reasons},
    )


def without_reasons(result: tuple[dict, list]) -> tuple[dict, list]:
    """Everybody has other words for the reason of a loss."""
    message, lost = result
    return message, [(path, value) for path, value, _ in lost]
