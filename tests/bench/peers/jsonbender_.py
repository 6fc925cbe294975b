"""JSONBender: `F(callable)` for tables, durations and joins. A function behind it takes out what is absent."""

from __future__ import annotations

from typing import Any

from jsonbender import F, K, OptionalS, S, bend
from jsonbender.list_ops import ForallBend

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

from .hand import hms_to_seconds, seconds_to_hms
from .peer import Function, Peer


def prune(o):
    return {k: v for k, v in o.items() if v is not None}


def looked_up(table):
    return F(lambda v: None if v is None else table[v])


CALL = {
    "user_id": S("agent") >> looked_up(USER_IDS),
    "phone_number": S("number"),
    "caller_id": OptionalS("caller_id") >> looked_up(CALLER_IDS),
    "source": {"account_id": OptionalS("account_id"), "system": OptionalS("crm")},
}


def start_call(o):
    n = bend(CALL, o)
    n["source"] = prune(n["source"]) or None
    return prune(n)


rule = {
    "wait_time": S("wait"),
    "wait_time_unit": S("units") >> looked_up(UNITS),
    "switch_caller_id_set": S("change_callerid"),
}


def opt_bend(m):
    return F(lambda v: None if v is None else bend(m, v))


CAMPAIGN = {
    "name": S("name"),
    "strategy": S("strategy"),
    "live": {"enabled": S("live"), "dialing_order": S("dialing_order") >> F(DIALING_ORDER.get)},
    "amd_enabled": S("answering_machine_detection"),
    "use_local_caller_id": S("local_caller_id"),
    "caller_id_sets": S("caller_id_sets") >> ForallBend({"name": S("name"), "phone_numbers": S("numbers")}),
    "asr_optimization_enabled": K(True),
    "dial_level_override": OptionalS("dial_level_override")
    >> opt_bend({"enabled": S("enabled"), "value": S("override_value")}),
    "voice_message_id": OptionalS("voice_message") >> looked_up(VOICE_MESSAGE_IDS),
    "post_call_rating": OptionalS("survey_enabled") >> F(lambda v: None if v is None else {"enabled": v}),
    "contact_local_time": OptionalS("local_time_settings")
    >> opt_bend(
        {
            "start_time": S("call_from"),
            "end_time": S("call_to"),
            "days_of_week": S("week_days") >> F(lambda v: [WEEKDAYS[d] for d in v]),
        }
    ),
    "follow_up_rules": OptionalS("redial_rules")
    >> F(lambda d: None if d is None else {k: [bend(rule, x) for x in v] for k, v in d.items()}),
}


def create_campaign(o):
    n = bend(CAMPAIGN, o)
    n["live"] = prune(n["live"])
    return prune(n)


def key(k):
    return F(lambda o: None if o is None else o[k])


OLD_RECORD = {
    "uuid": S("id"),
    "type": F(lambda c: OLD_TYPES[c["type"], c["subtype"]]),
    "timestamp": S("started_at"),
    "agent": S("user") >> key("name"),
    "agent_id": S("user") >> key("id"),
    "from": S("from", "phone_number"),
    "to": S("to", "phone_number"),
    "disposition": S("disposition") >> looked_up(OLD_DISPOSITIONS),
    "duration": S("data", "durations", "overall") >> F(seconds_to_hms),
    "queue_name": S("data", "queue") >> key("name"),
    "wrapup_code": S("data", "wrapup_code") >> key("code_snapshot"),
    "cpc": S("cost") >> F(float),
    "destination_country": S("data", "destination_country"),
}
OLD_PAGE = {"records": S("cdrs") >> ForallBend(OLD_RECORD), "page": K(PAGE), "total": S("metadata", "total")}
NEW_RECORD = {
    "id": S("uuid"),
    "type": S("type") >> F(lambda v: TYPES[v][0]),
    "subtype": S("type") >> F(lambda v: TYPES[v][1]),
    "started_at": S("timestamp"),
    "user": F(lambda c: None if c["agent_id"] is None else {"id": c["agent_id"], "name": c["agent"]}),
    "from": {"phone_number": S("from")},
    "to": {"phone_number": S("to")},
    "disposition": S("disposition") >> looked_up(DISPOSITIONS),
    "cost": S("cpc") >> F(str),
    "data": {
        "durations": {"overall": S("duration") >> F(hms_to_seconds)},
        "queue": S("queue_name") >> F(lambda v: None if v is None else {"name": v}),
        "wrapup_code": S("wrapup_code") >> F(lambda v: None if v is None else {"code_snapshot": v}),
        "destination_country": S("destination_country"),
    },
}
NEW_PAGE = {"cdrs": S("records") >> ForallBend(NEW_RECORD), "metadata": {"total": S("total")}}
join = ",".join
user = {k: S(k) for k in ("id", "name", "email", "extension", "sip_account", "timezone")}
user.update(
    {
        "sag": S("security_access_group", "name"),
        "assigned_teams": S("teams") >> F(lambda v: join(str(t["id"]) for t in v)),
        "supervisor_in_teams": S("supervised_teams") >> F(lambda v: join(str(t["id"]) for t in v)),
        "assigned_queues": S("queues") >> F(lambda v: join(t["name"] for t in v)),
        "assigned_skills": S("skills") >> ForallBend({"name": S("skill", "name"), "value": S("value")}),
        "assigned_channels": F(lambda u: join(u["channels"] + [p["name"] for p in u["channel_profiles"]])),
    }
)
OLD_USERS = S("users") >> ForallBend(user)


def bent(mapping: Any) -> Function:
    return lambda body: bend(mapping, body)


def peer() -> Peer:
    return Peer(
        "JSONBender",
        {
            "start_call": start_call,
            "create_campaign": create_campaign,
            "records_to_old": bent(OLD_PAGE),
            "records_to_new": bent(NEW_PAGE),
            "users_to_old": bent(OLD_USERS),
        },
    )
