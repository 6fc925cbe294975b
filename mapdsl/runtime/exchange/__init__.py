"""One request carried out: what to look up and to send next."""

from .exchange import Exchange, most_calls, resume, start
from .faults import PROGRAM, to_asker, to_sender
from .steps import Ask, Done, Failed, Send

__all__ = [
    "PROGRAM",
    "Ask",
    "Done",
    "Exchange",
    "Failed",
    "Send",
    "most_calls",
    "resume",
    "start",
    "to_asker",
    "to_sender",
]
