"""mapdsl on whole messages, with the report and the residue read."""

from __future__ import annotations

from operator import attrgetter

from .messages import message_peer
from .peer import Peer

NAME = "mapdsl whole message, `lost` and `residue` read"


def peer() -> Peer:
    return message_peer(NAME, read=attrgetter("lost", "residue"))
