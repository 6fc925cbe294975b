"""The workloads: what each is called, and the inputs that a peer's function takes one at a time."""

from __future__ import annotations

from typing import Any

import attrs

from .inputs import calls, campaigns, pages_of_new_records, pages_of_old_records, pages_of_users

__all__ = ["BODIES", "MESSAGES", "Workload"]


@attrs.frozen
class Workload:
    """`name` is the key in a peer's tables of functions, `title` heads a column. No function may change an input."""

    name: str
    title: str
    inputs: tuple[Any, ...]


def _call_messages() -> tuple[dict[str, Any], ...]:
    headers = {"Content-Type": "application/json", "User-Agent": "x/1"}
    path = "/api/v1/OLDKEY/click2call"
    return tuple({"method": "POST", "path": path, "query": {}, "headers": headers, "body": body} for body in calls())


BODIES = (
    Workload("start_call", "Start Call", tuple(calls())),
    Workload("create_campaign", "Create Campaign", tuple(campaigns())),
    Workload("records_to_old", "100 records to old", tuple(pages_of_new_records())),
    Workload("records_to_new", "100 records to new", tuple(pages_of_old_records())),
    Workload("users_to_old", "100 users to old", tuple(pages_of_users())),
)
# A message that is routed, gets another credential, is mapped and reported.
MESSAGES = (Workload("start_call_message", "Start Call, whole message", _call_messages()),)
