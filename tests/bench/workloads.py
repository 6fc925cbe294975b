"""What is measured: the inputs, drawn once from a seed, and the two functions that translate them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import attrs

import mapdsl

from . import hand

__all__ = ["Workload", "workloads"]

SPECS = Path(__file__).parents[2] / "specs" / "voiso"
_TYPES = ("inbound", "outbound", "callback", "queue-callback", "scheduled-callback", "campaign")


@attrs.frozen
class Workload:
    """`ours` and `by_hand` take (body, answers); `inner` inputs make up one timing, to drown the clock."""

    name: str
    ours: Callable[..., Any]
    by_hand: Callable[..., Any]
    inputs: tuple[Any, ...]
    answers: dict[str, dict[str, Any]]
    repeat: int


def workloads() -> tuple[Workload, ...]:
    api = mapdsl.load(SPECS)
    random = Random(23)
    users = {f"{number}": f"user-{number}" for number in range(2000, 2064)}
    numbers = {f"group {number}": f"+35988{number:07d}" for number in range(16)}
    calls = {"user_by_extension_or_email": users, "caller_id_number": numbers}
    pages = tuple(_page(random) for _ in range(4))
    to_new = api["list_cdrs"].transform("response", to="new", variant="list")
    to_old = api["list_cdrs"].transform("response", to="old", variant="list")
    return (
        Workload(
            "start call, request to new",
            api["start_call"].transform("request", to="new"),
            hand.start_call,
            tuple(_call(random, users, numbers) for _ in range(64)),
            calls,
            20,
        ),
        Workload(
            "create campaign, request to new",
            api["create_campaign"].transform("request", to="new"),
            hand.create_campaign,
            tuple(_campaign(random) for _ in range(32)),
            {"voice_message": {f"message {number}": number for number in range(8)}},
            6,
        ),
        Workload("100 call records, response to new", to_new, hand.cdrs_to_new, pages, {}, 1),
        Workload("100 call records, response to old", to_old, hand.cdrs_to_old, tuple(map(_talked, pages)), {}, 1),
    )


def _call(random: Random, users: dict[str, str], numbers: dict[str, str]) -> dict[str, Any]:
    body: dict[str, Any] = {"agent": random.choice(list(users)), "number": f"+359{random.randrange(10**9)}"}
    if random.random() < 0.6:
        body["caller_id"] = random.choice(list(numbers))
    if random.random() < 0.4:
        body |= {"account_id": "A-17", "crm": "hubspot"}
    return body


def _campaign(random: Random) -> dict[str, Any]:
    days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    body: dict[str, Any] = {
        "name": "Autumn",
        "strategy": random.choice(["simple", "predictive_ai"]),
        "live": random.random() < 0.5,
        "dialing_order": random.choice(["oldest_first", "newest_first", "disabled"]),
        "dial_level_override": {"override_value": 3},
        "answering_machine_detection": True,
        "survey_enabled": False,
        "local_time_settings": {"call_from": "09:00", "call_to": "18:00", "week_days": random.sample(days, 5)},
        "caller_id_sets": [{"numbers": [f"+1{n}", f"+2{n}"]} for n in range(random.randint(1, 3))],
        "local_caller_id": True,
        "redial_rules": {
            name: [
                {"units": random.choice("smh"), "wait": random.randint(1, 9), "change_callerid": random.random() < 0.5}
                for _ in range(random.randint(1, 3))
            ]
            for name in ("answered", "busy", "no_answer")
        },
    }
    if random.random() < 0.5:
        body["voice_message"] = f"message {random.randrange(8)}"
    return body


def _page(random: Random) -> dict[str, Any]:
    return {"page": 1, "total": 25000, "records": [_record(random, number) for number in range(100)]}


def _record(random: Random, number: int) -> dict[str, Any]:
    record: dict[str, Any] = {
        "uuid": f"07771c38-c159-4965-a878-{number:012d}",
        "timestamp": f"2022-12-{random.randint(1, 28):02d}T09:{random.randrange(60):02d}:11Z",
        "type": random.choice(_TYPES),
        "agent": f"Agent {random.randrange(50)}",
        "agent_id": random.randrange(50),
        "from": f"+1{random.randrange(10**9)}",
        "to": f"+359{random.randrange(10**9)}",
        "disposition": random.choice(["answered", "busy", "no answer"]),
        "duration": f"{random.randrange(3):02d}:{random.randrange(60):02d}:{random.randrange(60):02d}",
        "cpc": round(random.random(), 4),
    }
    if random.random() < 0.7:
        record |= {"queue_name": "Sales", "wrapup_code": "12", "destination_countery": "BG"}
    return record


def _talked(page: dict[str, Any]) -> dict[str, Any]:
    """The page as the new server sends it: whole seconds and fractions, and what only v4 knows."""
    new = hand.cdrs_to_new(page, {})
    for number, record in enumerate(new["cdrs"]):
        durations = record["data"]["durations"]
        durations |= {"talk": durations["overall"], "hold": 0}
        durations["overall"] += 0.5 if number % 2 else 0
    return new
