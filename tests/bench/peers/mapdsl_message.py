"""mapdsl on whole messages, of which nothing is read but the message that came out."""

from __future__ import annotations

from .messages import message_peer
from .peer import Peer

NAME = "mapdsl whole message"


def peer() -> Peer:
    return message_peer(NAME, read=lambda translated: None)
