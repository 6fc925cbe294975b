"""The same four translations as a careful engineer would write them by hand.

They check what the compiled functions check: objects are objects and lists are lists, codes are in their tables, times
and durations and decimals are well-formed, lookups have answers; null stays null, absent stays absent, fields that
nobody names are kept where they have a place. They raise at the first problem and do not name its path, which is what
hand-written code does and makes them quicker, if anything.
"""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from typing import Any


class Bad(ValueError):
    """A document does not fit."""


CALL_TYPES = {
    "inbound": ("call", "inbound"),
    "outbound": ("call", "outbound"),
    "callback": ("call", "click_to_call"),
    "queue-callback": ("call", "queue_callback"),
    "scheduled-callback": ("call", "scheduled_callback"),
    "campaign": ("call", "dialer"),
}
OLD_TYPES = {pair: old for old, pair in CALL_TYPES.items()}
STRATEGIES = {"simple": "simple", "predictive_ai": "predictive_ai"}
WEEKDAYS = {"Mon": 1, "Tue": 2, "Wed": 3, "Thu": 4, "Fri": 5, "Sat": 6, "Sun": 7}
UNITS = {"s": "seconds", "m": "minutes", "h": "hours"}
ORDERS = {"oldest_first": "fifo", "newest_first": "lifo"}
START_CALL = frozenset(["agent", "number", "caller_id", "account_id", "crm", "get_call_id"])
START_CALL_TAKEN = frozenset(["user_id", "phone_number", "caller_id", "source"])
CLOCK = re.compile(r"(\d\d+):([0-5]\d):([0-5]\d)\Z", re.ASCII)
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\Z", re.ASCII)
DECIMAL = re.compile(r"-?\d+(\.\d+)?\Z", re.ASCII)


# --- checks --------------------------------------------------------------------------------------------------------


def an_object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Bad("an object")
    return value


def parent(value: dict[str, Any], name: str) -> dict[str, Any]:
    """The object that a nested field lies in; null and absent count as an empty one."""
    inner = value.get(name)
    return {} if inner is None else an_object(inner)


def a_list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise Bad("a list")
    return value


def code(table: dict[Any, Any], value: Any) -> Any:
    if value is None:
        return None
    try:
        return table[value]
    except (KeyError, TypeError):
        raise Bad("a code of the table") from None


def answer(answers: dict[str, dict[str, Any]], lookup: str, key: Any) -> Any:
    if key is None:
        return None
    if not isinstance(key, str) or key not in answers.get(lookup, {}):
        raise Bad("a key that the lookup knows")
    return answers[lookup][key]


def seconds(text: Any) -> int | None:
    if text is None:
        return None
    match = CLOCK.match(text) if isinstance(text, str) else None
    if match is None:
        raise Bad("a duration as HH:MM:SS")
    return int(match[1]) * 3600 + int(match[2]) * 60 + int(match[3])


def clock(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)) or value < 0:
        raise Bad("a number of seconds, not negative")
    minutes, second = divmod(int(value), 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour:02d}:{minute:02d}:{second:02d}"


def time(text: Any) -> str | None:
    if text is None:
        return None
    if not isinstance(text, str) or not TIME.match(text):
        raise Bad("a time as YYYY-MM-DDThh:mm:ssZ")
    try:
        datetime.fromisoformat(text)
    except ValueError:
        raise Bad("a time that exists") from None
    return text


def decimal_text(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        raise Bad("a number")
    return format(Decimal(repr(value)) if isinstance(value, float) else Decimal(value), "f")


def number(text: Any) -> Any:
    if text is None:
        return None
    if not isinstance(text, str) or not DECIMAL.match(text):
        raise Bad("a decimal as text")
    value = Decimal(text)
    if value == value.to_integral_value():
        return int(value)
    short = float(text)
    return short if Decimal(repr(short)) == value else value


# --- start call ----------------------------------------------------------------------------------------------------


def start_call(old: Any, answers: dict[str, dict[str, Any]]) -> dict[str, Any]:
    an_object(old)
    new: dict[str, Any] = {}
    source: dict[str, Any] = {}
    if "agent" in old:
        new["user_id"] = answer(answers, "user_by_extension_or_email", old["agent"])
    if "number" in old:
        new["phone_number"] = old["number"]
    if "caller_id" in old:
        new["caller_id"] = answer(answers, "caller_id_number", old["caller_id"])
    if "account_id" in old:
        source["account_id"] = old["account_id"]
    if "crm" in old:
        source["system"] = old["crm"]
    if source:
        new["source"] = source
    for name in old:
        if name not in START_CALL and name not in START_CALL_TAKEN:
            new[name] = old[name]
    return new


# --- create campaign -----------------------------------------------------------------------------------------------

CAMPAIGN = {
    "answering_machine_detection": "amd_enabled",
    "local_caller_id": "use_local_caller_id",
}
CAMPAIGN_NAMED = frozenset(
    [
        *CAMPAIGN,
        *("strategy", "live", "dialing_order", "dial_level_override", "voice_message", "survey_enabled"),
        *("local_time_settings", "caller_id_sets", "redial_rules", "assigned_agents"),
    ]
)
CAMPAIGN_TAKEN = frozenset(
    [
        *CAMPAIGN.values(),
        *("strategy", "live", "dial_level_override", "voice_message_id", "post_call_rating", "contact_local_time"),
        *("caller_id_sets", "follow_up_rules", "asr_optimization_enabled"),
    ]
)
CAMPAIGN_KEPT = CAMPAIGN_NAMED | CAMPAIGN_TAKEN


def live_settings(old: dict[str, Any]) -> Any:
    """What `live` becomes, where one of the two fields says anything about it."""
    order = old.get("dialing_order", "disabled")
    if order != "disabled" and order not in ORDERS:
        raise Bad("a pair of live and dialing_order that the guide lists")
    if "live" not in old:
        return {"dialing_order": ORDERS[order]}
    live = old["live"]
    if live is not True and live is not False:
        raise Bad("a pair of live and dialing_order that the guide lists")
    if not live and old.get("dialing_order") == "disabled":
        return None
    if order == "disabled":
        return {"enabled": live}
    return {"enabled": live, "dialing_order": ORDERS[order]}


def create_campaign(old: Any, answers: dict[str, dict[str, Any]]) -> dict[str, Any]:
    an_object(old)
    new: dict[str, Any] = {}
    if "strategy" in old:
        new["strategy"] = code(STRATEGIES, old["strategy"])
    if "live" in old or old.get("dialing_order", "disabled") != "disabled":
        new["live"] = live_settings(old)
    override = parent(old, "dial_level_override")
    if "override_value" in override:
        new["dial_level_override"] = {"value": override["override_value"]}
    if "voice_message" in old:
        new["voice_message_id"] = answer(answers, "voice_message", old["voice_message"])
    for name, new_name in CAMPAIGN.items():
        if name in old:
            new[new_name] = old[name]
    if "survey_enabled" in old:
        new["post_call_rating"] = {"enabled": old["survey_enabled"]}
    local = local_time(parent(old, "local_time_settings"))
    if local:
        new["contact_local_time"] = local
    if "caller_id_sets" in old:
        new["caller_id_sets"] = each(caller_id_set, old["caller_id_sets"])
    if "redial_rules" in old:
        rules = old["redial_rules"]
        new["follow_up_rules"] = rules and {name: each(redial_rule, r) for name, r in an_object(rules).items()}
    new["asr_optimization_enabled"] = True
    for name in old:
        if name not in CAMPAIGN_KEPT:
            new[name] = old[name]
    return new


def local_time(old: dict[str, Any]) -> dict[str, Any]:
    new: dict[str, Any] = {}
    if "call_from" in old:
        new["start_time"] = old["call_from"]
    if "call_to" in old:
        new["end_time"] = old["call_to"]
    if "week_days" in old:
        days = old["week_days"]
        new["days_of_week"] = None if days is None else [code(WEEKDAYS, day) for day in a_list(days)]
    for name in old:
        if name not in ("call_from", "call_to", "week_days", "start_time", "end_time", "days_of_week"):
            new[name] = old[name]
    return new


def each(convert: Any, items: Any) -> Any:
    if items is None:
        return None
    return [None if item is None else convert(an_object(item)) for item in a_list(items)]


def caller_id_set(old: dict[str, Any]) -> dict[str, Any]:
    new: dict[str, Any] = {}
    if "numbers" in old:
        new["phone_numbers"] = old["numbers"]
    for name in old:
        if name not in ("numbers", "phone_numbers"):
            new[name] = old[name]
    return new


def redial_rule(old: dict[str, Any]) -> dict[str, Any]:
    new: dict[str, Any] = {}
    if "units" in old:
        new["wait_time_unit"] = code(UNITS, old["units"])
    if "wait" in old:
        new["wait_time"] = old["wait"]
    if "change_callerid" in old:
        new["switch_caller_id_set"] = old["change_callerid"]
    for name in old:
        if name not in REDIAL_KEPT:
            new[name] = old[name]
    return new


REDIAL_KEPT = frozenset(["units", "wait", "change_callerid", "wait_time_unit", "wait_time", "switch_caller_id_set"])


# --- call records --------------------------------------------------------------------------------------------------

OLD_RECORD = frozenset(
    [
        *("uuid", "type", "timestamp", "agent", "agent_id", "disposition", "cpc", "from", "to", "duration"),
        *("queue_name", "wrapup_code", "destination_countery", "destination_country", "sid", "text", "template"),
        *("related_call", "queue", "sla"),
    ]
)
NEW_RECORD = frozenset(
    [
        *("id", "type", "subtype", "started_at", "user", "disposition", "cost", "from", "to", "data", "ended_at"),
        "tags",
    ]
)
RECORD_KEPT = OLD_RECORD | NEW_RECORD
NEW_DATA = frozenset(
    [
        *("canned_message", "conversation_score", "destination_country", "durations", "end_reason", "message", "queue"),
        *("related_call", "segments_count", "sent", "service_level_agreements", "summary", "wrapup_code"),
    ]
)
NEW_DURATIONS = frozenset(["dialing", "hold", "ivr", "overall", "queue", "talk"])


def cdrs_to_new(old: Any, answers: dict[str, dict[str, Any]]) -> dict[str, Any]:
    an_object(old)
    new: dict[str, Any] = {}
    if "total" in old:
        new["metadata"] = {"total": old["total"]}
    if "records" in old:
        new["cdrs"] = each(record_to_new, old["records"])
    for name in old:
        if name not in ("page", "records", "search_token", "total", "cdrs", "metadata"):
            new[name] = old[name]
    return new


def record_to_new(old: dict[str, Any]) -> dict[str, Any]:
    new: dict[str, Any] = {}
    if old.get("type") not in CALL_TYPES:
        raise Bad("one of the types of the guide's table")
    if "uuid" in old:
        new["id"] = old["uuid"]
    new["type"], new["subtype"] = CALL_TYPES[old["type"]]
    if "timestamp" in old:
        new["started_at"] = time(old["timestamp"])
    user: dict[str, Any] = {}
    if "agent" in old:
        user["name"] = old["agent"]
    if "agent_id" in old:
        user["id"] = old["agent_id"]
    if user:
        new["user"] = user
    if "disposition" in old:
        new["disposition"] = disposition(old["disposition"])
    if "cpc" in old:
        new["cost"] = decimal_text(old["cpc"])
    for name in ("from", "to"):
        if name in old:
            new[name] = {"phone_number": old[name]}
    data: dict[str, Any] = {}
    if "duration" in old:
        data["durations"] = {"overall": seconds(old["duration"])}
    if "queue_name" in old:
        data["queue"] = {"name": old["queue_name"]}
    if "wrapup_code" in old:
        data["wrapup_code"] = {"code_snapshot": old["wrapup_code"]}
    if "destination_countery" in old:
        data["destination_country"] = old["destination_countery"]
    elif "destination_country" in old:
        data["destination_country"] = old["destination_country"]
    if data:
        new["data"] = data
    parent(old, "sla")
    for name in old:
        if name not in RECORD_KEPT:
            new[name] = old[name]
    return new


def disposition(value: Any) -> Any:
    """An open table: what it does not list passes, if it is text."""
    if value is not None and not isinstance(value, str):
        raise Bad("a disposition")
    return value


def cdrs_to_old(new: Any, answers: dict[str, dict[str, Any]]) -> dict[str, Any]:
    an_object(new)
    old: dict[str, Any] = {}
    metadata = parent(new, "metadata")
    if "total" in metadata:
        old["total"] = metadata["total"]
    if "cdrs" in new:
        old["records"] = each(record_to_old, new["cdrs"])
    old["search_token"] = None
    for name in new:
        if name not in ("page", "records", "search_token", "total", "cdrs", "metadata"):
            old[name] = new[name]
    return old


def record_to_old(new: dict[str, Any]) -> dict[str, Any]:
    old: dict[str, Any] = {}
    kind = (new.get("type"), new.get("subtype"))
    if kind not in OLD_TYPES:
        raise Bad("one of the types of the guide's table")
    if "id" in new:
        old["uuid"] = new["id"]
    old["type"] = OLD_TYPES[kind]
    if "started_at" in new:
        old["timestamp"] = time(new["started_at"])
    user = parent(new, "user")
    if "name" in user:
        old["agent"] = user["name"]
    if "id" in user:
        old["agent_id"] = user["id"]
    if "disposition" in new:
        old["disposition"] = disposition(new["disposition"])
    if "cost" in new:
        old["cpc"] = number(new["cost"])
    for name in ("from", "to"):
        party = parent(new, name)
        if "phone_number" in party:
            old[name] = party["phone_number"]
    data = parent(new, "data")
    durations, queue, wrapup = parent(data, "durations"), parent(data, "queue"), parent(data, "wrapup_code")
    if "overall" in durations:
        old["duration"] = clock(durations["overall"])
    if "name" in queue:
        old["queue_name"] = queue["name"]
    if "code_snapshot" in wrapup:
        old["wrapup_code"] = wrapup["code_snapshot"]
    if "destination_country" in data:
        old["destination_countery"] = data["destination_country"]
    keep_nested(data, old)
    for name in new:
        if name not in RECORD_KEPT:
            old[name] = new[name]
    return old


def keep_nested(data: dict[str, Any], old: dict[str, Any]) -> None:
    """Members of `data` and `data.durations` that nobody names stay where they are."""
    for name in data:
        if name not in NEW_DATA:
            old.setdefault("data", {})[name] = data[name]
    for name in parent(data, "durations"):
        if name not in NEW_DURATIONS:
            old.setdefault("data", {}).setdefault("durations", {})[name] = data["durations"][name]
