"""What is translated: bodies and messages of the Voiso guide, drawn once from a seed. No clock, no network.

Each function draws the same on every machine. Where the guide prints no example, the shape is assumed.
"""

from __future__ import annotations

from random import Random
from typing import Any

from .tables import (
    CALL_TYPES,
    CALLER_IDS,
    DISPOSITIONS,
    OLD_DISPOSITIONS,
    TYPES,
    USER_IDS,
    VOICE_MESSAGE_IDS,
    WEEKDAYS,
)

__all__ = ["calls", "campaigns", "new_record", "pages_of_new_records", "pages_of_old_records", "pages_of_users"]

Json = dict[str, Any]

_SEED = 20240607
_COUNTRIES = ["US", "GB", "FR", "DE", "SG", "BR"]
_REDIALED = ["busy", "no_answer", "failed", "rejected", "answering_machine"]
_STATUSES = ["offline", "unavailable", "available", "inbound", "outbound", "dialer", "postcall"]
_TAGS = ["transferred", "conference", "callback_requested", "recorded"]
_PAGE = 100  # the most records that v4 gives at once


def calls(count: int = 64) -> list[Json]:
    """Section 23, Start Call: bodies of old requests."""
    random = Random(_SEED + 1)
    return [_call(random) for _ in range(count)]


def campaigns(count: int = 32) -> list[Json]:
    """Section 13, Create Campaign: bodies of old requests."""
    random = Random(_SEED + 2)
    return [_campaign(random, number) for number in range(count)]


def pages_of_new_records(pages: int = 4) -> list[Json]:
    """Section 19, List CDRs: bodies of new replies."""
    random = Random(_SEED + 3)
    total = _PAGE * pages
    return [{"cdrs": [new_record(random) for _ in range(_PAGE)], "metadata": {"total": total}} for _ in range(pages)]


def pages_of_old_records(pages: int = 4) -> list[Json]:
    """Section 19, List CDRs: bodies of old replies."""
    random = Random(_SEED + 4)
    return [
        {"records": [_old_record(random) for _ in range(_PAGE)], "page": number + 1, "total": _PAGE * pages}
        for number in range(pages)
    ]


def pages_of_users(pages: int = 2) -> list[Json]:
    """Section 7, List Users: bodies of new replies."""
    random = Random(_SEED + 5)
    return [
        {"users": [_user(random, page * _PAGE + n) for n in range(_PAGE)], "metadata": {"total": _PAGE * pages}}
        for page in range(pages)
    ]


# --- requests ------------------------------------------------------------------------------------------------------


def _call(random: Random) -> Json:
    call: Json = {"agent": random.choice(list(USER_IDS)), "number": _phone(random)}
    if random.random() < 0.7:
        call["caller_id"] = random.choice(list(CALLER_IDS))
    if random.random() < 0.6:
        call["account_id"] = f"ACC-{random.randrange(10**6)}"
    if random.random() < 0.6:
        call["crm"] = random.choice(["salesforce", "zoho", "hubspot", "pipedrive"])
    if random.random() < 0.5:
        call["get_call_id"] = random.random() < 0.5
    return call


def _campaign(random: Random, number: int) -> Json:
    campaign: Json = {
        "name": f"Campaign {number}",
        "strategy": random.choice(["simple", "predictive_ai"]),
        "dialing_order": random.choice(["oldest_first", "newest_first", "disabled"]),
        "live": random.random() < 0.5,
        "answering_machine_detection": random.random() < 0.5,
        "local_caller_id": random.random() < 0.5,
        "caller_id_sets": [
            {"name": f"Set {n}", "numbers": [_phone(random) for _ in range(random.randrange(1, 6))]}
            for n in range(random.randrange(1, 4))
        ],
        "assigned_agents": [random.randrange(50_000, 50_200) for _ in range(random.randrange(0, 12))],
    }
    if random.random() < 0.6:
        campaign["dial_level_override"] = {"enabled": True, "override_value": random.randrange(1, 9)}
    if random.random() < 0.5:
        campaign["voice_message"] = random.choice(list(VOICE_MESSAGE_IDS))
    if random.random() < 0.6:
        campaign["survey_enabled"] = random.random() < 0.5
    if random.random() < 0.8:
        campaign["local_time_settings"] = {
            "call_from": f"{random.randrange(7, 11):02d}:00",
            "call_to": f"{random.randrange(16, 21):02d}:30",
            "week_days": [day for day in WEEKDAYS if random.random() < 0.7],
        }
    if random.random() < 0.8:
        campaign["redial_rules"] = {
            kind: [_redial_rule(random) for _ in range(random.randrange(1, 4))]
            for kind in _REDIALED
            if random.random() < 0.7
        }
    return campaign


def _redial_rule(random: Random) -> Json:
    return {
        "wait": random.randrange(1, 90),
        "units": random.choice("smh"),
        "change_callerid": random.random() < 0.5,
    }


# --- replies -------------------------------------------------------------------------------------------------------


def new_record(random: Random) -> Json:
    """A call record as v4 gives it."""
    kind, subtype = TYPES[random.choice(CALL_TYPES)]
    overall = min(round(random.expovariate(1 / 240), 1), 14_399.0)
    talk = round(overall * random.random(), 1)
    agent = random.randrange(200)
    return {
        "id": _uuid(random),
        "type": kind,
        "subtype": subtype,
        "started_at": _time(random),
        "user": None if random.random() < 0.15 else {"id": 50_000 + agent, "name": f"Agent {agent}"},
        "from": {"phone_number": _phone(random)},
        "to": {"phone_number": _phone(random)},
        "disposition": random.choice(list(OLD_DISPOSITIONS)),
        "cost": repr((random.randrange(0, 900) * 10 + random.randrange(1, 10)) / 10_000),
        "tags": random.sample(_TAGS, random.randrange(0, 3)),
        "data": {
            "durations": {
                "overall": overall,
                "dialing": round(random.random() * 20, 1),
                "ivr": round(random.random() * 30, 1),
                "queue": round(random.random() * 60, 1),
                "talk": talk,
                "hold": round(random.random() * 10, 1),
            },
            "queue": None if random.random() < 0.4 else _queue(random),
            "wrapup_code": None if random.random() < 0.5 else _wrapup_code(random),
            "destination_country": random.choice(_COUNTRIES),
            "end_reason": random.choice(["agent_hangup", "contact_hangup", "timeout"]),
            "summary": None
            if random.random() < 0.5
            else "Contact asked about the invoice; agent promised a call back.",
            "conversation_score": None if random.random() < 0.5 else random.randrange(1, 101),
        },
    }


def _old_record(random: Random) -> Json:
    agent = None if random.random() < 0.15 else random.randrange(200)
    return {
        "uuid": _uuid(random),
        "type": random.choice(CALL_TYPES),
        "timestamp": _time(random),
        "agent": None if agent is None else f"Agent {agent}",
        "agent_id": None if agent is None else 50_000 + agent,
        "from": _phone(random),
        "to": _phone(random),
        "disposition": random.choice(list(DISPOSITIONS)),
        "duration": _clock(min(int(random.expovariate(1 / 240)), 14_399)),
        "queue_name": None if random.random() < 0.4 else f"Queue {random.randrange(1, 30)}",
        "wrapup_code": None if random.random() < 0.5 else f"WC{random.randrange(1, 50)}",
        # Never a whole number: its text is the same in every program.
        "cpc": (random.randrange(0, 900) * 10 + random.randrange(1, 10) + 20) / 10_000,
        "destination_country": random.choice(_COUNTRIES),
    }


def _user(random: Random, number: int) -> Json:
    return {
        "id": 50_000 + number,
        "name": f"Agent {number}",
        "email": f"agent{number}@example.com",
        "extension": str(1000 + number),
        "sip_account": f"sip{1000 + number}",
        "timezone": random.choice(["Europe/London", "America/New_York", "Asia/Singapore"]),
        "security_access_group": _named(random, "SAG", 10, 8),
        "teams": _several(random, "Team", 300, 40, 5),
        "supervised_teams": _several(random, "Team", 300, 40, 3),
        "queues": _several(random, "Queue", 100, 30, 6),
        "skills": [
            {"skill": {"id": 900 + n, "name": f"Skill {n}"}, "value": random.randrange(1, 11)}
            for n in random.sample(range(20), random.randrange(0, 4))
        ],
        "channels": random.sample(["voice", "sms", "whatsapp", "webchat", "viber"], random.randrange(1, 4)),
        "channel_profiles": [
            {"id": _uuid(random), "name": f"Profile {n}", "channel": "whatsapp"}
            for n in random.sample(range(10), random.randrange(0, 3))
        ],
        "status": random.choice(_STATUSES),
        "supervised_queues": _several(random, "Queue", 100, 30, 3),
        "channel_group_capacity": {"messaging": 3},
        "speech_language": "en-US",
        "created_at": "2023-05-01T10:00:00Z",
        "updated_at": "2024-05-01T10:00:00Z",
    }


# --- values --------------------------------------------------------------------------------------------------------


def _uuid(random: Random) -> str:
    digits = f"{random.getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _phone(random: Random) -> str:
    return f"+1{random.randrange(2_000_000_000, 9_999_999_999)}"


def _time(random: Random) -> str:
    day = f"2024-0{random.randrange(1, 7)}-{random.randrange(1, 29):02d}"
    return f"{day}T{random.randrange(24):02d}:{random.randrange(60):02d}:{random.randrange(60):02d}Z"


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}:{seconds % 60:02d}"


def _named(random: Random, name: str, first: int, count: int) -> Json:
    number = random.randrange(1, count)
    return {"id": first + number, "name": f"{name} {number}"}


def _several(random: Random, name: str, first: int, count: int, most: int) -> list[Json]:
    numbers = sorted(random.sample(range(1, count), random.randrange(0, most)))
    return [{"id": first + number, "name": f"{name} {number}"} for number in numbers]


def _queue(random: Random) -> Json:
    return {"id": random.randrange(1, 30), "name": f"Queue {random.randrange(1, 30)}"}


def _wrapup_code(random: Random) -> Json:
    return {"id": random.randrange(1, 50), "code_snapshot": f"WC{random.randrange(1, 50)}"}
