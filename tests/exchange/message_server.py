"""A server that accepts messages, one a call, and counts what it did. It knows nothing of mapdsl.

A script says for each call what goes wrong; what a client may expect of it is in `item_of`, from the script alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Fault:
    """What becomes of one call. `happens`: the message is accepted all the same. `reply` (status, body) or `lost`
    (kind, sent) is what the client sees in the place of a good reply; `readable`: a reply that says something."""

    name: str
    happens: bool = False
    reply: tuple[int, Any] | None = None
    lost: tuple[str, bool | None] | None = None
    readable: bool = True

    @property
    def fails(self) -> bool:
        """Whether the client cannot be told that the message was accepted."""
        return self.lost is not None or not self.readable or (self.reply is not None and self.reply[0] >= 400)

    @property
    def unknown(self) -> bool:
        return self.lost is not None and self.lost[1] is None

    @property
    def unanswered(self) -> bool:
        """Whether the call went out, and no reply came."""
        return self.lost is not None and self.lost[1] is True

    @property
    def status(self) -> int:
        """What a client of HTTP would be told of this call alone."""
        if self.lost is not None:
            return 504 if self.lost[0] == "timeout" else 502
        return 502 if not self.readable else 201 if self.reply is None else self.reply[0]


GOOD = Fault("good")
CONNECTION = (
    Fault("refused", lost=("refused", False)),
    Fault("timeout, not sent", lost=("timeout", False)),
    Fault("timeout, sent", happens=True, lost=("timeout", True)),
    Fault("timeout, sent in vain", lost=("timeout", True)),
    Fault("timeout, who knows", happens=True, lost=("timeout", None)),
    Fault("timeout, who knows, in vain", lost=("timeout", None)),
    Fault("reset, sent", happens=True, lost=("reset", True)),
    Fault("reset, who knows", happens=True, lost=("reset", None)),
)
ERRORS = (
    Fault("429", reply=(429, {"errors": ["slow down"]})),
    Fault("500", reply=(500, {"errors": ["it broke"]})),
    Fault("422, nothing said", reply=(422, {})),
    Fault("503, no body", reply=(503, None)),
)
DEEP = json.loads("[" * 300 + "]" * 300)
MALFORMED = (
    Fault("a text", True, (201, "<html>it works</html>"), readable=False),
    Fault("a list", True, (201, [1, 2]), readable=False),
    Fault("a number", True, (201, 7), readable=False),
    Fault("a number where an object should be", True, (201, {"conversation": 7}), readable=False),
    Fault("a wrong type inside", True, (201, {"conversation": {"id": 7}}), readable=False),
    Fault("an object for a text", True, (201, {"conversation": {"id": {"a": 1}}}), readable=False),
    Fault("bytes", True, (201, b"\xff\x00"), readable=False),
    Fault("no finite number", True, (201, {"conversation": {"id": float("nan")}}), readable=False),
    Fault("a lone surrogate", True, (201, {"conversation": {"id": "\ud800"}}), readable=False),
    Fault("too deep", True, (201, {"conversation": {"id": "m", "x": DEEP}}), readable=False),
    Fault("an error that is a text", False, (500, "oops"), readable=False),
)
SPARSE = (
    Fault("a missing field", True, (201, {"conversation": {}})),
    Fault("an empty object", True, (201, {})),
    Fault("nothing", True, (201, None)),
)
FAULTS = (*CONNECTION, *ERRORS, *MALFORMED, *SPARSE)


@dataclass
class MessageServer:
    """Takes `POST /v2/messages {contact, text}` and gives `{conversation: {id}}`.

    `script`: contact -> Fault. `keys`: it knows a message again by its Idempotency-Key, and does nothing twice.
    `echo`: headers of every reply.
    """

    script: Mapping[str, Fault] = field(default_factory=dict)
    keys: bool = False
    echo: Mapping[str, str] = field(default_factory=dict)
    accepted: list[str] = field(default_factory=list)
    calls: list[dict[str, Any]] = field(default_factory=list)
    seen: dict[str, Any] = field(default_factory=dict)

    def effects(self) -> dict[str, int]:
        return {contact: self.accepted.count(contact) for contact in dict.fromkeys(self.accepted)}

    def take(self, request: dict[str, Any]) -> dict[str, Any]:
        """`{status, headers, body}`, or `{lost: (kind, sent)}` where the client gets no reply."""
        self.calls.append(request)
        assert (request["method"], request["path"]) == ("POST", "/v2/messages"), request
        contact = request["body"]["contact"]
        fault = self.script.get(contact, GOOD)
        key = {name.lower(): value for name, value in request["headers"].items()}.get("idempotency-key")
        if self.keys and key is not None and key in self.seen:
            return self.seen[key]
        if fault is GOOD or fault.happens:
            self.accepted.append(contact)
        good = {"status": 201, "headers": dict(self.echo), "body": {"conversation": {"id": f"m-{contact}"}}}
        if self.keys and key is not None and (fault is GOOD or fault.happens):
            self.seen[key] = good
        if fault.lost is not None:
            return {"lost": fault.lost}
        return good if fault.reply is None else {**good, "status": fault.reply[0], "body": fault.reply[1]}


def id_of(contact: str, fault: Fault) -> str | None:
    """The id that the client is told."""
    if fault.fails:
        return None
    body = {"conversation": {"id": f"m-{contact}"}} if fault.reply is None else fault.reply[1]
    return ((body or {}).get("conversation") or {}).get("id")


def item_of(contact: str, fault: Fault) -> dict[str, Any]:
    """The item of the old reply that tells of this call."""
    item: dict[str, Any] = {"to": contact, "success": not fault.fails}
    if id_of(contact, fault) is not None:
        item["uuid"] = id_of(contact, fault)
    if fault.fails and fault.readable and fault.reply is not None and (fault.reply[1] or {}).get("errors"):
        item["errors"] = fault.reply[1]["errors"]
    return item
