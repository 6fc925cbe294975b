"""mapdsl on whole messages, with the report and the residue read."""

from __future__ import annotations

from operator import attrgetter

from .messages import message_peer
from .peer import Peer


def peer() -> Peer:
    return message_peer("mapdsl whole message, `lost` and `residue` read", read=attrgetter("lost", "residue"))
