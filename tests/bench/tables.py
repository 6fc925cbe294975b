"""The tables that every peer translates with: answers of lookups, enums of the guide, and constants."""

from __future__ import annotations

__all__ = [
    "CALLER_IDS",
    "CALL_TYPES",
    "DIALING_ORDER",
    "DISPOSITIONS",
    "NEW_KEYS",
    "OLD_DISPOSITIONS",
    "OLD_TYPES",
    "PAGE",
    "TYPES",
    "UNITS",
    "USER_IDS",
    "VOICE_MESSAGE_IDS",
    "WEEKDAYS",
]

# --- answers of lookups --------------------------------------------------------------------------------------------

USER_IDS = {
    name: 50_000 + number for number in range(200) for name in (f"{1000 + number}", f"agent{number}@example.com")
}
CALLER_IDS = {f"Group {number}": f"+44203{number:06d}" for number in range(40)}
VOICE_MESSAGE_IDS = {f"Greeting {number}": 7_000 + number for number in range(20)}
NEW_KEYS = {"OLDKEY": "NEWKEY"}

# --- tables of the guide -------------------------------------------------------------------------------------------

# The old type of a record, and its type and subtype in v4: all 14 rows.
TYPES = {
    "inbound": ("call", "inbound"),
    "outbound": ("call", "outbound"),
    "callback": ("call", "click_to_call"),
    "queue-callback": ("call", "queue_callback"),
    "scheduled-callback": ("call", "scheduled_callback"),
    "campaign": ("call", "dialer"),
    "outbound_sms": ("sms", "outbound_sms"),
    "hlr_lookup": ("hlr_lookup", "hlr_lookup"),
    "chat": ("conversation", "chat"),
    "facebook": ("conversation", "facebook"),
    "instagram": ("conversation", "instagram"),
    "telegram": ("conversation", "telegram"),
    "viber": ("conversation", "viber"),
    "whatsapp": ("conversation", "whatsapp"),
}
OLD_TYPES = {new: old for old, new in TYPES.items()}
CALL_TYPES = [old for old, (kind, _) in TYPES.items() if kind == "call"]

# Assumed: the guide says "some values renamed" without a list. Three renamed and three kept make an enum of six.
DISPOSITIONS = {
    "answered": "answered",
    "busy": "busy",
    "failed": "failed",
    "no answer": "no_answer",
    "abandoned in queue": "abandoned_queue",
    "reached voicemail": "voicemail",
}
OLD_DISPOSITIONS = {new: old for old, new in DISPOSITIONS.items()}

WEEKDAYS = {"Mon": 1, "Tue": 2, "Wed": 3, "Thu": 4, "Fri": 5, "Sat": 6, "Sun": 7}
DIALING_ORDER = {"oldest_first": "fifo", "newest_first": "lifo"}  # "disabled" has no word: it is left out
UNITS = {"s": "seconds", "m": "minutes", "h": "hours"}
PAGE = 3  # the page that the old client asked for: a constant in every peer
