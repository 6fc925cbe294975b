"""A conversion of the program's own, as `users.map` needs it: channels and profiles are one text on the old side.

How the old API joins them is assumed: the types of the channels, then the names of the profiles.
"""

from __future__ import annotations

from typing import Any

from mapdsl.conversions import Conversion, Domain, Refused, Way

__all__ = ["x_channels"]


def x_channels() -> Conversion:
    """`"voice,Profile 1"` against `["voice"]` and `[{"name": "Profile 1"}]`; the way to new knows no profiles."""
    members = (("channels", Domain("array")), ("channel_profiles", Domain("array")))
    pair = Domain("joint", "channels, profiles", members=members)
    text = Domain("string", "channels and profiles as text")
    return Conversion("x_channels", text, pair, Way(_split), Way(_join, lossy="the ids of profiles"), new_places=2)


def _split(text: Any) -> tuple[list[str], list[Any]]:
    if not isinstance(text, str):
        raise Refused("a text")
    return (text.split(",") if text else [], [])


def _join(pair: Any) -> str:
    channels, profiles = pair
    try:
        return ",".join(channels + [profile["name"] for profile in profiles])
    except (TypeError, KeyError):
        raise Refused("channels and profiles") from None
