"""glom: compiled specs; tables, durations and joins are Python callables, which is its own way."""

from __future__ import annotations

from glom import SKIP, Coalesce, Spec, Val

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
from .peer import Peer


def opt(path, *then):
    return Coalesce((path, *then) if then else path, default=SKIP)


start_call = Spec(
    {
        "user_id": ("agent", USER_IDS.__getitem__),
        "phone_number": "number",
        "caller_id": opt("caller_id", CALLER_IDS.__getitem__),
        "source": Coalesce({"account_id": opt("account_id"), "system": opt("crm")}, skip=lambda d: not d, default=SKIP),
    }
)
rule = [
    {"wait_time": "wait", "wait_time_unit": ("units", UNITS.__getitem__), "switch_caller_id_set": "change_callerid"}
]
rule_spec = Spec(rule)
create_campaign = Spec(
    {
        "name": "name",
        "strategy": "strategy",
        "live": {
            "enabled": "live",
            "dialing_order": Coalesce(("dialing_order", DIALING_ORDER.get), skip=lambda v: v is None, default=SKIP),
        },
        "amd_enabled": "answering_machine_detection",
        "use_local_caller_id": "local_caller_id",
        "caller_id_sets": ("caller_id_sets", [{"name": "name", "phone_numbers": "numbers"}]),
        "asr_optimization_enabled": Val(True),
        "dial_level_override": opt("dial_level_override", {"enabled": "enabled", "value": "override_value"}),
        "voice_message_id": opt("voice_message", VOICE_MESSAGE_IDS.__getitem__),
        "post_call_rating": opt("survey_enabled", lambda v: {"enabled": v}),
        "contact_local_time": opt(
            "local_time_settings",
            {"start_time": "call_from", "end_time": "call_to", "days_of_week": ("week_days", [WEEKDAYS.__getitem__])},
        ),
        "follow_up_rules": opt("redial_rules", lambda d: {k: rule_spec.glom(v) for k, v in d.items()}),
    }
)


def nullable(path, key):
    return (path, lambda o: None if o is None else o[key])


old_record = {
    "uuid": "id",
    "type": lambda c: OLD_TYPES[c["type"], c["subtype"]],
    "timestamp": "started_at",
    "agent": nullable("user", "name"),
    "agent_id": nullable("user", "id"),
    "from": "from.phone_number",
    "to": "to.phone_number",
    "disposition": ("disposition", OLD_DISPOSITIONS.__getitem__),
    "duration": ("data.durations.overall", seconds_to_hms),
    "queue_name": nullable("data.queue", "name"),
    "wrapup_code": nullable("data.wrapup_code", "code_snapshot"),
    "cpc": ("cost", float),
    "destination_country": "data.destination_country",
}
old_page = Spec({"records": ("cdrs", [old_record]), "page": Val(PAGE), "total": "metadata.total"})
new_record = {
    "id": "uuid",
    "type": ("type", lambda v: TYPES[v][0]),
    "subtype": ("type", lambda v: TYPES[v][1]),
    "started_at": "timestamp",
    "user": lambda c: None if c["agent_id"] is None else {"id": c["agent_id"], "name": c["agent"]},
    "from": {"phone_number": "from"},
    "to": {"phone_number": "to"},
    "disposition": ("disposition", DISPOSITIONS.__getitem__),
    "cost": ("cpc", str),
    "data": {
        "durations": {"overall": ("duration", hms_to_seconds)},
        "queue": ("queue_name", lambda v: None if v is None else {"name": v}),
        "wrapup_code": ("wrapup_code", lambda v: None if v is None else {"code_snapshot": v}),
        "destination_country": "destination_country",
    },
}
new_page = Spec({"cdrs": ("records", [new_record]), "metadata": {"total": "total"}})
join = ",".join
old_users = Spec(
    (
        "users",
        [
            {
                "id": "id",
                "name": "name",
                "email": "email",
                "extension": "extension",
                "sip_account": "sip_account",
                "timezone": "timezone",
                "sag": "security_access_group.name",
                "assigned_teams": ("teams", ["id"], [str], join),
                "supervisor_in_teams": ("supervised_teams", ["id"], [str], join),
                "assigned_queues": ("queues", ["name"], join),
                "assigned_skills": ("skills", [{"name": "skill.name", "value": "value"}]),
                "assigned_channels": lambda u: join(u["channels"] + [p["name"] for p in u["channel_profiles"]]),
            }
        ],
    )
)
SPECS = {
    "start_call": start_call,
    "create_campaign": create_campaign,
    "records_to_old": old_page,
    "records_to_new": new_page,
    "users_to_old": old_users,
}


def peer() -> Peer:
    return Peer("glom", {name: spec.glom for name, spec in SPECS.items()})
