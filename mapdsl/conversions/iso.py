"""Dates and times in any form of ISO 8601 that means one instant, and the last moment of a range."""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING, Any

from .base import ABSENT, Conversion, Domain, Refused, Way
from .dates import means_the_same
from .instants import (
    RFC3339_TEXT,
    Instant,
    find_zone,
    is_date,
    is_time,
    local_offset,
    read_instant,
    utc_text,
)
from .registry import build, conversion
from .samples import TEXT

if TYPE_CHECKING:
    from random import Random

__all__: list[str] = []

_TEXT = "a date and time as in ISO 8601, such as 2022-12-01T09:48:11Z"
_ISO = re.compile(
    r"([0-9]{4})(-?)([0-9]{2})\2([0-9]{2})[Tt ]([0-9]{2})(:?)([0-9]{2})(?:\6([0-9]{2})(?:[.,]([0-9]{1,400}))?)?"
    r"(?:[Zz]|([+-])([0-9]{2})(?::?([0-9]{2}))?)?\Z",
    re.ASCII,
)
_FORMS = (
    "{0}-{1}-{2} {3}:{4}:{5}",
    "{0}-{1}-{2}T{3}:{4}:{5}Z",
    "{0}-{1}-{2}T{3}:{4}:{5}.250+02:00",
    "{0}-{1}-{2} {3}:{4}Z",
    "{0}{1}{2}T{3}{4}{5}-0330",
)


class _Iso:
    """The two ways of `iso8601`. `zone`: None is UTC."""

    def __init__(self, zone: datetime.tzinfo) -> None:
        self.zone = None if zone is datetime.UTC else zone

    def read(self, text: Any) -> Instant:
        """The instant that a text names; without an offset it is a local time. Raises Refused."""
        match = _ISO.match(text) if isinstance(text, str) else None
        if match is None:
            raise Refused(_TEXT)
        year, _, month, day, hour, _, minute, second, fraction, sign, hours, minutes = match.groups()
        second, minutes = second or "00", minutes or "00"
        offset = int(hours or 0) * 3600 + int(minutes) * 60
        if (
            not is_date(year, month, day)
            or not is_time(hour, minute, second)
            or not is_time(hours or "00", minutes, "00")
        ):
            raise Refused(_TEXT)
        local = Instant(year, month, day, hour, minute, second, fraction or "")
        if sign is not None:
            return local.shifted(offset if sign == "-" else -offset) if offset else local
        if text[-1] in "Zz" or self.zone is None:
            return local
        known = local_offset(local.seconds(), self.zone)
        if known is None:
            raise Refused(f"{_TEXT} that exists in {self.zone}")
        return local.shifted(-known)

    def to_new(self, text: Any) -> str:
        instant = self.read(text)
        return utc_text(instant) if instant.writable else str(text)

    def to_old(self, text: Any) -> str:
        instant = read_instant(text)
        return utc_text(instant) if instant.writable else str(text)

    def means(self, text: Any, back: Any) -> bool:
        try:
            return self.read(text).value() == self.read(back).value()
        except Refused:
            return False

    def cannot_tell(self, text: Any) -> bool:
        try:
            return not self.read(text).writable
        except Refused:
            return False


def _sample(random: Random) -> str:
    day = datetime.date(2000, 1, 1) + datetime.timedelta(days=random.randrange(40 * 365))
    parts = (f"{day.year}", f"{day.month:02d}", f"{day.day:02d}", "12", f"{random.randrange(60):02d}", "07")
    return random.choice(_FORMS).format(*parts)


@conversion("iso8601")
def iso8601(zone: str) -> Conversion:
    """A date and time in any form of ISO 8601 that means one instant, against RFC 3339; without an offset, in a zone.

    Dates of the calendar with or without hyphens, a `T` or a blank, times to the minute or finer with or without
    colons, `Z`, an offset or none. To old it is RFC 3339 in UTC, which is one of these forms.
    """
    ways = _Iso(find_zone("iso8601", zone))
    edges = ("2022-12-01T09:48:11Z", "2022-12-01 09:48:11.250", "20221201T094811+0200", "2024-02-29t12:00z")
    old = Domain("string", _TEXT, values=edges, sample=_sample)
    spelled = ("2022-12-01T09:48:11Z", "2022-12-01T09:48:11.120Z", "2022-12-01T11:48:11+02:00")
    new = Domain("string", RFC3339_TEXT, values=spelled, sample=lambda random: ways.to_new(_sample(random)))
    to_new = Way(ways.to_new, means=ways.means, untranslated=ways.cannot_tell)
    return Conversion(
        "iso8601", old, new, to_new, Way(ways.to_old, means=means_the_same), f"ISO 8601 in {zone} against RFC 3339"
    )


@conversion("until")
def until(zone: str) -> Conversion:
    """An inclusive end, a day or a date and time, against (the last instant, the instant before which).

    A day counts whole: it ends before the next one begins in the zone. To old, an instant before which is a day.
    """
    after, moment = build("day_after", (zone,)), build("iso8601", (zone,))
    expected = f"{moment.old}, or a day"

    def to_new(text: Any) -> tuple[Any, Any]:
        if text is ABSENT or text is None:
            return text, ABSENT
        try:
            return moment.to_new.run(text), ABSENT
        except Refused:
            pass
        try:
            return ABSENT, after.to_new.run(text)
        except Refused:
            raise Refused(expected) from None

    def to_old(pair: Any) -> Any:
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise Refused("one end")
        last, before = pair
        if before is ABSENT:
            return last if last is ABSENT or last is None else moment.to_old.run(last)
        if last is not ABSENT:
            raise Refused("one end, for the other side has one", 1)
        if before is None:
            raise Refused("an instant", 1)
        try:
            return after.to_old.run(before)
        except Refused as refused:
            raise Refused(f"{refused.expected}, for the end of the other side is inclusive", 1) from None

    def sample_old(random: Random) -> str:
        drawn = random.choice((after.old, moment.old)).sample
        assert drawn is not None
        return str(drawn(random))

    old = Domain("string", expected, values=("2022-12-01", "2022-12-01T09:48:11Z"), sample=sample_old)
    new = Domain(
        "joint",
        "a last instant, or the instant before which",
        values=(("2022-12-01T09:48:11Z", ABSENT), (ABSENT, after.new.values[0])),
        members=(("", TEXT), ("", TEXT)),
        sample=lambda random: to_new(sample_old(random)),
    )
    return Conversion(
        "until",
        old,
        new,
        Way(to_new),
        Way(to_old),
        f"an inclusive end against its last instant, or the one before which, in {zone}",
        takes_null=True,
        takes_absent=True,
        new_places=2,
    )
