"""The peers: what a user would pick instead of mapdsl, and mapdsl itself. Each module has a function `peer()`."""

from __future__ import annotations

from importlib import import_module

from .peer import Function, Peer

__all__ = ["BASELINE", "PEERS", "Function", "Peer", "load"]

BASELINE = "hand"
# The modules, in the order of the rows.
PEERS = (
    BASELINE,
    "hand_optimised",
    "mapdsl_transform",
    "mapdsl_keep",
    "mapdsl_keys",
    "mapdsl_orjson",
    "mapdsl_message",
    "mapdsl_report",
    "msgspec_",
    "pydantic_",
    "cattrs_",
    "jsonbender_",
    "glom_",
)


def load(name: str) -> Peer:
    """The peer of a module. Raises ModuleNotFoundError if its library is not installed."""
    peer: Peer = import_module(f"{__name__}.{name}").peer()
    return peer
