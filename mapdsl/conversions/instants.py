"""RFC 3339 texts and local days: the pieces that the conversions of dates are made of."""

from __future__ import annotations

import datetime
import re
from typing import Any

import attrs

from mapdsl.records import Record

from .base import Refused
from .registry import BadConversion

__all__ = [
    "DAY",
    "RFC3339_TEXT",
    "Instant",
    "find_zone",
    "first_instant",
    "from_seconds",
    "is_date",
    "local_offset",
    "offset_at",
    "read_instant",
    "utc_text",
]

RFC3339_TEXT = "a date and time as in RFC 3339, such as 2022-12-01T09:48:11Z"
_RFC3339 = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,400}))?"
    r"(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))\Z",
    re.ASCII,
)

_LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_DAYS = frozenset(f"{month:02d}{day:02d}" for month, length in enumerate(_LENGTHS, 1) for day in range(1, length + 1))
_UTC = datetime.UTC
_SIXTY = frozenset(f"{i:02d}" for i in range(60))
_HOURS = frozenset(f"{i:02d}" for i in range(24))
_MONTH_DAY = frozenset(f"-{day[:2]}-{day[2:]}" for day in _DAYS)
_HOUR_MINUTE = frozenset(f"{hour}:{minute}:" for hour in _HOURS for minute in _SIXTY)


DAY = 86_400  # seconds
_CYCLE = 146_097  # days after which the calendar repeats: 400 years
_DAYS_OF_ALL = datetime.date.max.toordinal()
_FIRST = datetime.datetime(1, 1, 1, tzinfo=_UTC)


@attrs.frozen(repr=False)
class Instant(Record):
    """A point in time in UTC, or a local time: its parts as texts, and the digits of its fraction as they were written.

    The year may be 0000 or 10000: such an instant can be computed with, and not be written.
    """

    year: str
    month: str
    day: str
    hour: str
    minute: str
    second: str
    fraction: str = ""

    @property
    def writable(self) -> bool:
        """Whether its year has four digits and is none of those before the year 1."""
        return len(self.year) == 4 and self.year != "0000"

    def seconds(self) -> int:
        """Whole seconds since the year 1 began."""
        year = int(self.year)
        cycle = 1 if year < 1 else -1 if year > datetime.MAXYEAR else 0  # into the years that Python has
        date = datetime.date(year + cycle * 400, int(self.month), int(self.day))
        days = date.toordinal() - 1 - cycle * _CYCLE
        return days * DAY + int(self.hour) * 3600 + int(self.minute) * 60 + int(self.second)

    def shifted(self, seconds: int) -> Instant:
        """The instant so many seconds later, as far as the year before 1 and the one after 9999."""
        return from_seconds(self.seconds() + seconds, self.fraction)

    def value(self) -> tuple[Any, ...]:
        """The same for two spellings of one instant, and only then."""
        parts = (self.year, self.month, self.day, self.hour, self.minute, self.second)
        return (*parts, self.fraction.rstrip("0"))


def is_date(year: str, month: str, day: str) -> bool:
    """Whether the texts (four and two characters) name a day from the year 1 on."""
    if month + day not in _DAYS or not (year.isascii() and year.isdigit()) or year == "0000":
        return False
    if month + day != "0229":
        return True
    number = int(year)
    return number % 4 == 0 and (number % 100 != 0 or number % 400 == 0)


def is_time(hour: str, minute: str, second: str) -> bool:
    """Whether the texts (two characters each) are a time of day. A leap second is none: no zone can compute with it."""
    return hour in _HOURS and minute in _SIXTY and second in _SIXTY


def begins_plainly(text: str) -> bool:
    """Whether an ASCII text begins with a moment as `YYYY-MM-DD?hh:mm:ss`, whatever stands between day and hour.

    Three slices and as many sets: this is what most texts cost.
    """
    return (
        text[11:17] in _HOUR_MINUTE
        and text[17:19] in _SIXTY
        and text[4:10] in _MONTH_DAY
        and text[:4].isdigit()
        and (text[:4] != "0000" and (text[5:10] != "02-29" or is_date(text[:4], "02", "29")))
    )


def read_instant(text: Any) -> Instant:
    """The instant that an RFC 3339 text names, whatever its offset. Raises Refused."""
    if not isinstance(text, str) or not (match := _RFC3339.match(text)):
        raise Refused(RFC3339_TEXT)
    year, month, day, hour, minute, second, fraction, sign, hours, minutes = match.groups()
    if not is_date(year, month, day) or not is_time(hour, minute, second):
        raise Refused(RFC3339_TEXT)
    instant = Instant(year, month, day, hour, minute, second, fraction or "")
    if sign is None or hours + minutes == "0000":
        return instant
    if hours not in _HOURS or minutes not in _SIXTY:
        raise Refused(RFC3339_TEXT)
    offset = int(hours) * 3600 + int(minutes) * 60
    return instant.shifted(offset if sign == "-" else -offset)


def from_seconds(seconds: int, fraction: str = "") -> Instant:
    """What `Instant.seconds` counts, as an Instant."""
    days, rest = divmod(seconds, DAY)
    cycle = 1 if days < 0 else -1 if days >= _DAYS_OF_ALL else 0
    date = datetime.date.fromordinal(days + 1 + cycle * _CYCLE)
    hour, minute, second = rest // 3600, rest // 60 % 60, rest % 60
    day = (f"{date.year - cycle * 400:04d}", f"{date.month:02d}", f"{date.day:02d}")
    return Instant(*day, f"{hour:02d}", f"{minute:02d}", f"{second:02d}", fraction)


def offset_at(seconds: int, zone: datetime.tzinfo) -> int:
    """The offset of a zone at an instant in UTC, in seconds."""
    return _whole(_moment(seconds).astimezone(zone).utcoffset())


def local_offset(seconds: int, zone: datetime.tzinfo) -> int | None:
    """The offset of a zone at a local time, of two the earlier one; None where clocks are put forward over it."""
    local = _moment(seconds).replace(tzinfo=zone)
    return None if is_skipped(local) else _whole(local.utcoffset())


def _moment(seconds: int) -> datetime.datetime:
    """The moment; at both ends of the calendar one that lies two days inside: no zone changes its clocks there."""
    return _FIRST + datetime.timedelta(seconds=min(max(seconds, 2 * DAY), (_DAYS_OF_ALL - 2) * DAY))


def _whole(offset: datetime.timedelta | None) -> int:
    return 0 if offset is None else round(offset.total_seconds())


def utc_text(instant: Instant) -> str:
    """The canonical RFC 3339 text: in UTC, the fraction as written."""
    i = instant
    fraction = f".{i.fraction}" if i.fraction else ""
    return f"{i.year}-{i.month}-{i.day}T{i.hour}:{i.minute}:{i.second}{fraction}Z"


def find_zone(name: str, zone: Any) -> datetime.tzinfo:
    """The zone with this name of the IANA database. UTC needs no database."""
    if zone == "UTC":
        return _UTC
    import zoneinfo

    if isinstance(zone, str):
        try:
            return zoneinfo.ZoneInfo(zone)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            known = zoneinfo.available_timezones()
        if not known:
            raise BadConversion(f"`{name}` finds no database of time zones", "install the package `tzdata`, or use UTC")
        from difflib import get_close_matches  # loaded for the error alone

        close = get_close_matches(zone, sorted(known), n=3)
        meant = f"did you mean {' or '.join(close)}?" if close else "write a name such as UTC or Europe/Sofia"
        raise BadConversion(f'`{name}` knows no time zone "{zone}"', meant)
    raise BadConversion(f"`{name}` takes the name of a time zone", "write a name such as UTC or Europe/Sofia")


def is_skipped(local: datetime.datetime) -> bool:
    """Whether an aware local time (fold 0) does not exist, because clocks are put forward over it."""
    back = local.astimezone(_UTC).astimezone(local.tzinfo)
    return back.replace(tzinfo=None) != local.replace(tzinfo=None)


def first_instant(day: int, zone: datetime.tzinfo) -> int | None:
    """When a day begins in a zone: local midnight, of two midnights the first, or the end of a gap over midnight.

    The day is the number of days since the year 1 began, the instant that of seconds in UTC. None where the zone has no
    such day.
    """
    start = day * DAY
    if zone is _UTC:
        return start
    offset = local_offset(start, zone)
    if offset is not None:
        return start - offset
    midnight = _moment(start).replace(tzinfo=zone)
    before, after = midnight.replace(fold=1).astimezone(_UTC), midnight.astimezone(_UTC)
    skipped = after.astimezone(zone).utcoffset()
    low, high = before, after  # the clocks change after `low`, at `high` or before
    while high - low > datetime.timedelta(seconds=1):
        middle = low + datetime.timedelta(seconds=(high - low).total_seconds() // 2)
        low, high = (low, middle) if middle.astimezone(zone).utcoffset() == skipped else (middle, high)
    begins = _whole(high - _FIRST)
    return begins if (begins + offset_at(begins, zone)) // DAY == day else None
