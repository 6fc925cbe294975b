"""The baseline after an afternoon with a profiler: still readable, no C."""

from __future__ import annotations

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

_TWO_DIGITS = [f"{i:02d}" for i in range(100)]
_HOURS = {s: 3600.0 * i for i, s in enumerate(_TWO_DIGITS)}
_MINUTES = {s: 60.0 * i for i, s in enumerate(_TWO_DIGITS[:60])}
_SECONDS = {s: float(i) for i, s in enumerate(_TWO_DIGITS[:60])}
_TYPE_OF_SUBTYPE = {sub: old for (typ, sub), old in OLD_TYPES.items()}


def start_call_request(old, _users=USER_IDS, _cids=CALLER_IDS):
    new = {"user_id": _users[old["agent"]], "phone_number": old["number"]}
    if "caller_id" in old:
        new["caller_id"] = _cids[old["caller_id"]]
    if "account_id" in old:
        if "crm" in old:
            new["source"] = {"account_id": old["account_id"], "system": old["crm"]}
        else:
            new["source"] = {"account_id": old["account_id"]}
    elif "crm" in old:
        new["source"] = {"system": old["crm"]}
    return new


def create_campaign_request(old, _units=UNITS, _days=WEEKDAYS, _order=DIALING_ORDER, _vm=VOICE_MESSAGE_IDS):
    order = old["dialing_order"]
    new = {
        "name": old["name"],
        "strategy": old["strategy"],
        "live": {"enabled": old["live"], "dialing_order": _order[order]}
        if order in _order
        else {"enabled": old["live"]},
        "amd_enabled": old["answering_machine_detection"],
        "use_local_caller_id": old["local_caller_id"],
        "caller_id_sets": [{"name": s["name"], "phone_numbers": s["numbers"]} for s in old["caller_id_sets"]],
        "asr_optimization_enabled": True,
    }
    if "dial_level_override" in old:
        o = old["dial_level_override"]
        new["dial_level_override"] = {"enabled": o["enabled"], "value": o["override_value"]}
    if "voice_message" in old:
        new["voice_message_id"] = _vm[old["voice_message"]]
    if "survey_enabled" in old:
        new["post_call_rating"] = {"enabled": old["survey_enabled"]}
    if "local_time_settings" in old:
        o = old["local_time_settings"]
        new["contact_local_time"] = {
            "start_time": o["call_from"],
            "end_time": o["call_to"],
            "days_of_week": [_days[d] for d in o["week_days"]],
        }
    if "redial_rules" in old:
        new["follow_up_rules"] = {
            k: [
                {
                    "wait_time": r["wait"],
                    "wait_time_unit": _units[r["units"]],
                    "switch_caller_id_set": r["change_callerid"],
                }
                for r in v
            ]
            for k, v in old["redial_rules"].items()
        }
    return new


def list_cdrs_new_to_old(new, _types=_TYPE_OF_SUBTYPE, _disp=OLD_DISPOSITIONS, _two=_TWO_DIGITS):
    records = []
    append = records.append
    for c in new["cdrs"]:
        data = c["data"]
        user = c["user"]
        if user is None:
            agent = agent_id = None
        else:
            agent = user["name"]
            agent_id = user["id"]
        queue = data["queue"]
        wrapup = data["wrapup_code"]
        t = int(data["durations"]["overall"])
        m = t // 60
        h = m // 60
        append(
            {
                "uuid": c["id"],
                "type": _types[c["subtype"]],
                "timestamp": c["started_at"],
                "agent": agent,
                "agent_id": agent_id,
                "from": c["from"]["phone_number"],
                "to": c["to"]["phone_number"],
                "disposition": _disp[c["disposition"]],
                "duration": f"{_two[h]}:{_two[m % 60]}:{_two[t % 60]}"
                if h < 100
                else f"{h:02d}:{_two[m % 60]}:{_two[t % 60]}",
                "queue_name": None if queue is None else queue["name"],
                "wrapup_code": None if wrapup is None else wrapup["code_snapshot"],
                "cpc": float(c["cost"]),
                "destination_country": data["destination_country"],
            }
        )
    return {"records": records, "page": PAGE, "total": new["metadata"]["total"]}


def cdr_old_to_new(r, _types=TYPES, _disp=DISPOSITIONS, _h=_HOURS, _m=_MINUTES, _s=_SECONDS):
    agent_id = r["agent_id"]
    queue = r["queue_name"]
    wrapup = r["wrapup_code"]
    h, m, sec = r["duration"].split(":")
    typ, sub = _types[r["type"]]
    return {
        "id": r["uuid"],
        "type": typ,
        "subtype": sub,
        "started_at": r["timestamp"],
        "user": None if agent_id is None else {"id": agent_id, "name": r["agent"]},
        "from": {"phone_number": r["from"]},
        "to": {"phone_number": r["to"]},
        "disposition": _disp[r["disposition"]],
        "cost": repr(r["cpc"]),
        "data": {
            "durations": {"overall": _h[h] + _m[m] + _s[sec]},
            "queue": None if queue is None else {"name": queue},
            "wrapup_code": None if wrapup is None else {"code_snapshot": wrapup},
            "destination_country": r["destination_country"],
        },
    }


def list_cdrs_old_to_new(old):
    return {"cdrs": list(map(cdr_old_to_new, old["records"])), "metadata": {"total": old["total"]}}


def list_users_new_to_old(new):
    join = ",".join
    return [
        {
            "id": u["id"],
            "name": u["name"],
            "email": u["email"],
            "extension": u["extension"],
            "sip_account": u["sip_account"],
            "timezone": u["timezone"],
            "sag": u["security_access_group"]["name"],
            "assigned_teams": join([str(t["id"]) for t in u["teams"]]),
            "supervisor_in_teams": join([str(t["id"]) for t in u["supervised_teams"]]),
            "assigned_queues": join([q["name"] for q in u["queues"]]),
            "assigned_skills": [{"name": s["skill"]["name"], "value": s["value"]} for s in u["skills"]],
            "assigned_channels": join(u["channels"] + [p["name"] for p in u["channel_profiles"]]),
        }
        for u in new["users"]
    ]


def peer() -> Peer:
    return Peer(
        "by hand, optimised",
        {
            "start_call": start_call_request,
            "create_campaign": create_campaign_request,
            "records_to_old": list_cdrs_new_to_old,
            "records_to_new": list_cdrs_old_to_new,
            "users_to_old": list_users_new_to_old,
        },
    )
