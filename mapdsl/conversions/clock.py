"""Durations as clock text against seconds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from .base import Conversion, Domain, Refused, Way
from .equality import is_number
from .numbers import MAX_DIGITS, number_from_text, text_of_number
from .registry import conversion

if TYPE_CHECKING:
    from random import Random

__all__ = ["SIXTY"]

_CLOCK = re.compile(r"([0-9]{2}|[1-9][0-9]{2,396}):([0-5][0-9]):([0-5][0-9])\Z", re.ASCII)
_CLOCK_TEXT = "a duration as HH:MM:SS"
_SECONDS = "a number of seconds, not negative"

# Two-digit texts and their values: indexing a table is several times faster than int() and `:02d`.
SIXTY = tuple(f"{i:02d}" for i in range(60))
_SECOND_OF = {text: i for i, text in enumerate(SIXTY)}
_MINUTE_OF = {text: 60 * i for i, text in enumerate(SIXTY)}
_HOUR_OF = {f"{i:02d}": 3600 * i for i in range(100)}
_HOUR_MINUTE = tuple(f"{hour:02d}:{minute}:" for hour in range(24) for minute in SIXTY)
_DAY = 24 * 3600


def _seconds_of(text: Any) -> int:
    try:
        hour, minute, second = text.split(":")
        return _HOUR_OF[hour] + _MINUTE_OF[minute] + _SECOND_OF[second]
    except (AttributeError, KeyError, TypeError, ValueError):
        pass
    if not isinstance(text, str) or not (match := _CLOCK.match(text)):
        raise Refused(_CLOCK_TEXT)
    return int(match[1]) * 3600 + _MINUTE_OF[match[2]] + _SECOND_OF[match[3]]


def _clock_of(seconds: Any) -> str:
    if type(seconds) in (int, float) and 0 <= seconds < _DAY:
        minutes, second = divmod(int(seconds), 60)
        return _HOUR_MINUTE[minutes] + SIXTY[second]
    if isinstance(seconds, bool) or not is_number(seconds) or seconds < 0 or seconds >= 10 ** (MAX_DIGITS - 1):
        raise Refused(_SECONDS)
    minutes, second = divmod(int(seconds), 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour:02d}:{SIXTY[minute]}:{SIXTY[second]}"


def _sample_seconds(random: Random) -> int:
    return int(random.choice((random.randrange(60), random.randrange(_DAY), random.randrange(1000 * 3600))))


_LOOSE = re.compile(r"([0-9]|[0-9]{2}|[1-9][0-9]{2,396}):([0-5][0-9]):([0-5][0-9])(?:[.,]([0-9]{1,300}))?\Z", re.ASCII)
_LOOSE_TEXT = "a duration as H:MM:SS, with or without a fraction"


@conversion("clock_fraction", makes_numbers=True)
def clock_fraction(exact: bool = False) -> Conversion:
    """A duration as `HH:MM:SS`, `H:MM:SS` or `HH:MM:SS.SSS` against its seconds; to old, what is needed of it."""

    fraction_of = number_from_text(exact)

    def to_new(text: Any) -> Any:
        match = _LOOSE.match(text) if isinstance(text, str) else None
        if match is None:
            raise Refused(_LOOSE_TEXT)
        whole = int(match[1]) * 3600 + _MINUTE_OF[match[2]] + _SECOND_OF[match[3]]
        return fraction_of(f"{whole}.{match[4]}") if match[4] else whole

    def to_old(seconds: Any) -> str:
        clock, digits = _clock_of(seconds), text_of_number(seconds).partition(".")[2]
        return f"{clock}.{digits}" if digits else clock

    def sample(random: Random) -> str:
        clock = _clock_of(_sample_seconds(random))
        return random.choice((clock, clock.removeprefix("0"), f"{clock}.{random.randrange(1, 1000):03d}", f"{clock},5"))

    clock = Domain("string", _LOOSE_TEXT, values=("0:00:31", "00:00:31.250", "1:02:03,5", "100:00:00"), sample=sample)
    seconds = Domain(
        "number",
        _SECONDS,
        values=(0, 59, 3600, 360000, 12.0, 0.5, 86399.999),
        low=0,
        sample=lambda random: random.choice(
            (_sample_seconds(random), round(_sample_seconds(random) + random.random(), 3))
        ),
    )
    text = "HH:MM:SS with or without a fraction, against seconds"
    return Conversion("clock_fraction", clock, seconds, Way(to_new), Way(to_old), text)


@conversion("clock_seconds")
def clock_seconds() -> Conversion:
    """A duration as `HH:MM:SS`, hours past 24 and past 99 included, against its seconds."""
    clock = Domain(
        "string",
        _CLOCK_TEXT,
        values=("00:00:00", "00:00:59", "00:59:00", "23:59:59", "24:00:00", "99:59:59", "100:00:00"),
        sample=lambda random: _clock_of(_sample_seconds(random)),
    )
    seconds = Domain(
        "number",
        _SECONDS,
        values=(0, 59, 60, 3600, 86399, 86400, 360000, 12.0, 0.5, 86399.999),
        low=0,
        sample=lambda random: random.choice(
            (_sample_seconds(random), round(_sample_seconds(random) + random.random(), 3))
        ),
    )
    to_new, to_old = Way(_seconds_of, injective=True), Way(_clock_of, lossy="fraction of a second")
    return Conversion("clock_seconds", clock, seconds, to_new, to_old, "HH:MM:SS against seconds")
