"""Date and time texts of an old API against RFC 3339 in UTC.

To new, a local time that occurs twice (clocks put back) is the first of the two, one that never occurs (clocks put
forward) is refused. To old, every RFC 3339 spelling is taken; another offset or precision is a form.
"""

from __future__ import annotations

import datetime
import re
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import attrs

from mapdsl.records import Record

from .base import Conversion, Domain, Refused, Way
from .equality import same
from .instants import (
    DAY,
    RFC3339_TEXT,
    Instant,
    begins_plainly,
    find_zone,
    first_instant,
    from_seconds,
    is_date,
    is_time,
    local_offset,
    offset_at,
    read_instant,
    utc_text,
)
from .registry import BadConversion, conversion

if TYPE_CHECKING:
    from random import Random

__all__ = ["Layout"]

_TOKEN = re.compile(r"YYYY|MM|DD|hh|mm|ss|S{1,9}|[TZ]|[^A-Za-z0-9]")
_SPARE = re.compile(r"([^\[\]]+)\[([^\[\]A-Za-z0-9]*S{1,9})\]([^\[\]]*)")  # a fraction that may be missing
_FIELDS = ("YYYY", "MM", "DD", "hh", "mm", "ss")


@attrs.frozen(repr=False)
class Layout(Record):
    """Where the parts of a date stand in a text of fixed length."""

    text: str
    slices: tuple[tuple[str, slice], ...]
    marks: tuple[tuple[int, str], ...]
    fraction: int  # digits of a fraction, 0 for none

    def lost(self) -> str:
        """What an instant holds that this layout does not."""
        fields = {field for field, _ in self.slices}
        if "hh" not in fields:
            return "time of day"
        if "mm" not in fields:
            return "minutes and seconds"
        return "fraction of a second" if "ss" in fields else "seconds"


def read_layout(name: str, given: Any) -> Layout:
    """The layout, or BadConversion where it cannot be read, repeats a part or leaves a gap."""
    parts = "a layout is made of YYYY MM DD hh mm ss SSS T Z and punctuation, such as YYYY-MM-DD hh:mm:ss"
    if not isinstance(given, str):
        raise BadConversion(f"`{name}` takes a layout", parts)
    slices: list[tuple[str, slice]] = []
    marks: list[tuple[int, str]] = []
    position = 0
    while position < len(given):
        match = _TOKEN.match(given, position)
        if match is None:
            raise BadConversion(f'the layout "{given}" cannot be read from "{given[position:]}" on', parts)
        token = "S" if match[0].startswith("S") else match[0]
        if token == "S" or token in _FIELDS:
            slices.append((token, slice(match.start(), match.end())))
        else:
            marks.append((match.start(), token))
        position = match.end()
    fields = [field for field, _ in slices]
    if len(set(fields)) < len(fields):
        raise BadConversion(f'the layout "{given}" has a part twice', parts)
    finest = next((i for i, field in enumerate((*_FIELDS, "S")) if field not in fields), 7)
    if finest < 3 or len(fields) != finest:
        raise BadConversion(
            f'the layout "{given}" leaves out a part that is needed', "year, month and day are; no gap below them"
        )
    width = next((part.stop - part.start for field, part in slices if field == "S"), 0)
    return Layout(given, tuple(slices), tuple(marks), width)


def _plain_ends(layout: str) -> tuple[str, str] | None:
    """What stands before the hour and after the second, if the rest is as in RFC 3339: then texts need no parsing."""
    match = re.fullmatch("YYYY-MM-DD(.)hh:mm:ss(Z?)", layout)
    return (match[1], match[2]) if match else None


class _DateTime:
    """The two ways of `date_time` for one layout and zone."""

    def __init__(
        self, layout: Layout, zone: datetime.tzinfo, unset: str | None = None, new_unset: str | None = None
    ) -> None:
        self.layout = layout
        self.zone = None if zone is datetime.UTC else zone
        self.unset, self.new_unset = unset, new_unset
        self.sentinel = (unset, new_unset) != (None, None)  # whether there are dates that are none
        self.length = len(layout.text)
        self.fields = {field: index for index, (field, _) in enumerate(layout.slices)}
        self.parts = itemgetter(*(part for _, part in layout.slices), *(index for index, _ in layout.marks))
        self.marks = tuple(mark for _, mark in layout.marks)
        self.plain = _plain_ends(layout.text) if self.zone is None else None
        self.expected = f"a date as {layout.text}"
        if zone is not datetime.UTC:
            self.expected += f" that exists in {zone}"

    def to_new(self, text: Any) -> str | None:
        plain = self.plain
        usual = plain is not None and type(text) is str and len(text) == self.length and text.isascii()
        if usual and (text[10], text[19:]) == plain and begins_plainly(text):
            return f"{text[:10]}T{text[11:19]}Z"
        if self.sentinel and same(text, self.unset):
            return self.new_unset
        if text is None and self.sentinel:
            return None
        instant = self.read(text)
        if instant is not None:
            made = self._from_local(instant)
            passed: str = text
            return utc_text(made) if made.writable else passed
        if self.cannot_write(text):
            return str(text)
        raise Refused(self.expected)

    def read(self, text: Any) -> Instant | None:
        """The local time that a text of the layout names."""
        if not isinstance(text, str) or len(text) != self.length:
            return None
        found = self.parts(text)
        count, fields = len(self.layout.slices), self.fields
        year, month, day = found[fields["YYYY"]], found[fields["MM"]], found[fields["DD"]]
        hour, minute, second = (found[fields[f]] if f in fields else "00" for f in ("hh", "mm", "ss"))
        fraction = found[fields["S"]] if self.layout.fraction else ""
        if found[count:] != self.marks or not is_date(year, month, day) or not is_time(hour, minute, second):
            return None
        if fraction and not (fraction.isascii() and fraction.isdigit()):
            return None
        return Instant(year, month, day, hour, minute, second, fraction)

    def _from_local(self, local: Instant) -> Instant:
        """The instant of a local time. Raises Refused where clocks are put forward over it."""
        if self.zone is None:
            return local
        offset = local_offset(local.seconds(), self.zone)
        if offset is None:
            raise Refused(self.expected)
        return local.shifted(-offset)

    def _to_local(self, instant: Instant) -> Instant:
        return instant if self.zone is None else instant.shifted(offset_at(instant.seconds(), self.zone))

    def to_old(self, text: Any) -> str | None:
        if self.sentinel and same(text, self.new_unset):
            return self.unset
        if text is None and self.sentinel:
            return None
        plain = self.plain
        if plain is not None and type(text) is str and len(text) >= 20 and text.isascii():
            end = text[19:]
            sure = end == "Z" or (end[0] == "." and end[-1] == "Z" and end[1:-1].isdigit())
            if sure and text[10] == "T" and begins_plainly(text):
                return f"{text[:10]}{plain[0]}{text[11:19]}{plain[1]}"
        if self.cannot_tell(text):
            return str(text)
        local = self._to_local(read_instant(text))
        return self.spell(local) if local.writable else str(text)

    def cannot_write(self, text: Any) -> bool:
        """Whether a text of RFC 3339 names an instant whose local time has no year of four digits: it stays."""
        if self.sentinel and same(text, self.new_unset):
            return False
        try:
            return not self._to_local(read_instant(text)).writable
        except Refused:
            return False

    def cannot_tell(self, text: Any) -> bool:
        """Whether a text of the layout names an instant that has no year of four digits in UTC: it stays."""
        local = None if self.sentinel and same(text, self.unset) else self.read(text)
        try:
            return local is not None and not self._from_local(local).writable
        except Refused:
            return False

    def spell(self, i: Instant) -> str:
        """The parts of the instant as they stand in the layout."""
        values = {"YYYY": i.year, "MM": i.month, "DD": i.day, "hh": i.hour, "mm": i.minute, "ss": i.second}
        width = self.layout.fraction
        values["S"] = f"{i.fraction:0<{width}}"[:width] if width else ""
        pieces = list(self.layout.text)
        for field, part in reversed(self.layout.slices):
            pieces[part] = [values[field]]
        return "".join(pieces)

    def sample_old(self, random: Random) -> str:
        """A text of the layout whose way there and back is sure in every zone: no time near a change of clocks."""
        moment = datetime.datetime(2000, 1, 1) + datetime.timedelta(seconds=random.randrange(40 * 366 * 86400))
        day = moment.replace(hour=random.choice((0, 9, 12, 15, 23))) if self.zone is None else moment.replace(hour=12)
        seconds = round((day - datetime.datetime(1, 1, 1)).total_seconds())
        return self.spell(from_seconds(seconds, f"{random.randrange(1000):03d}000000"))

    def sample_new(self, random: Random) -> str:
        plain = str(self.to_new(self.sample_old(random)))
        return random.choice((plain, plain, plain[:-1].split(".")[0] + f".{random.randrange(1000):03d}Z"))


class _WithOrWithout:
    """The two ways of `date_time` for a layout whose fraction may be missing: it is written where there is one."""

    def __init__(self, whole: _DateTime, bare: _DateTime, text: str) -> None:
        self.whole, self.bare = whole, bare
        self.expected = bare.expected.replace(bare.layout.text, text)

    def to_new(self, text: Any) -> str | None:
        way = self.whole if isinstance(text, str) and len(text) == self.whole.length else self.bare
        try:
            made = way.to_new(text)
        except Refused:
            raise Refused(self.expected) from None
        # A fraction of zeros is the form of an instant that the way back writes without one.
        zeros = made is not None and made not in (text, self.bare.new_unset) and not made[19:-1].strip(".0")
        return f"{made[:19]}Z" if made is not None and zeros else made

    def to_old(self, text: Any) -> str | None:
        if self.bare.sentinel and (text is None or same(text, self.bare.new_unset)):
            return self.bare.to_old(text)
        if self.cannot_tell(text):
            return str(text)
        width = self.whole.layout.fraction
        return (self.whole if read_instant(text).fraction[:width].strip("0") else self.bare).to_old(text)

    def cannot_write(self, text: Any) -> bool:
        return self.bare.cannot_write(text)

    def cannot_tell(self, text: Any) -> bool:
        return self.bare.cannot_tell(text) or self.whole.cannot_tell(text)

    def spell(self, instant: Instant) -> str:
        return self.bare.spell(instant)

    def sample_old(self, random: Random) -> str:
        return random.choice((self.whole, self.bare)).sample_old(random)

    def sample_new(self, random: Random) -> str:
        return self.whole.sample_new(random)


def means_the_same(one: Any, other: Any) -> bool:
    """Whether two RFC 3339 texts name one instant."""
    try:
        return read_instant(one).value() == read_instant(other).value()
    except Refused:
        return False


@conversion("date_time")
def date_time(layout: str, zone: str, unset: str | None = None, new_unset: str | None = None) -> Conversion:
    """A date and time in an old layout and zone against RFC 3339 in UTC.

    `unset` is what the old side writes where there is no date, `new_unset` what the new side does; either may be null.
    A fraction in brackets may be missing: `YYYY-MM-DD hh:mm:ss[.SSS]`. A date for which the other side has no year of
    four digits passes as it is.
    """
    where = find_zone("date_time", zone)
    spare = _SPARE.fullmatch(layout) if isinstance(layout, str) else None
    read = read_layout("date_time", layout if spare is None else f"{spare[1]}{spare[3]}")
    whole = None if spare is None else read_layout("date_time", f"{spare[1]}{spare[2]}{spare[3]}")
    if any(mark == "Z" for _, mark in read.marks) and where is not datetime.UTC:
        raise BadConversion(f'the layout "{layout}" says Z, which is UTC', 'leave out the Z, or write the zone "UTC"')
    if unset is not None and (not isinstance(unset, str) or len(unset) != len(read.text)):
        raise BadConversion("the unset date is not as long as the layout", f"write a text like {read.text}")
    if new_unset is not None and not isinstance(new_unset, str):
        raise BadConversion("the unset date of the new side is no text", "write a text like 0001-01-01T00:00:00Z")
    bare = _DateTime(read, where, unset, new_unset)
    ways = bare if whole is None else _WithOrWithout(_DateTime(whole, where), bare, layout)
    if unset is not None and _is_a_date(bare, unset):
        raise BadConversion(f'"{unset}" is a date like others', "the unset date is one that the calendar does not have")
    edges = [ways.spell(_edge(year)) for year in (2000, 2022)]
    old = Domain("string", ways.expected, values=(*edges, *([unset] if unset else [])), sample=ways.sample_old)
    spelled = ("2022-12-01T09:48:11Z", "2022-12-01T09:48:11.120Z", "2022-12-01T11:48:11+02:00", "2024-02-29t00:00:00z")
    new = Domain("string", RFC3339_TEXT, values=spelled, sample=ways.sample_new)
    if bare.sentinel:
        nothing = (Domain("null", "null", values=(None,), sample=lambda random: None),)
        old = attrs.evolve(old, also=nothing)
        new = attrs.evolve(new, also=nothing, values=(*spelled, *([new_unset] if new_unset else [])))
    return Conversion(
        "date_time",
        old,
        new,
        Way(ways.to_new, injective=not bare.sentinel and whole is None, untranslated=ways.cannot_tell),
        Way(ways.to_old, lossy=(whole or read).lost(), means=means_the_same, untranslated=ways.cannot_write),
        f"{layout} in {zone} against RFC 3339",
        takes_null=bare.sentinel,
    )


def _edge(year: int) -> Instant:
    return Instant(f"{year}", "02", "28", "12", "00", "59", "000000000")


def _is_a_date(ways: _DateTime, unset: str) -> bool:
    return ways.read(unset) is not None


# --- days ------------------------------------------------------------------------------------------------------------


def _read_day(text: Any) -> int | None:
    """The number of the day that a text names, from that on which the year 1 began."""
    if (
        isinstance(text, str)
        and len(text) == 10
        and text[4] == text[7] == "-"
        and is_date(text[:4], text[5:7], text[8:])
    ):
        return datetime.date(int(text[:4]), int(text[5:7]), int(text[8:])).toordinal() - 1
    return None


def _day_conversion(name: str, zone: str, shift: int, what: str) -> Conversion:
    """`shift`: how many days after the day itself the one lies that begins at the instant."""
    where = find_zone(name, zone)
    expected = f"a day as YYYY-MM-DD that exists in {zone}"
    boundary = f"{what} in {zone}, as in RFC 3339"

    def start_of(text: Any) -> Instant | None:
        """The instant that stands for a day; None where the text names none."""
        day = _read_day(text)
        seconds = None if day is None else first_instant(day + shift, where)
        return None if seconds is None else from_seconds(seconds)

    def day_of(text: Any) -> Instant:
        """The day that an instant stands for. Raises Refused where it stands for none."""
        instant = read_instant(text)
        seconds = instant.seconds()
        day = (seconds + offset_at(seconds, where)) // DAY
        if instant.fraction.strip("0") or first_instant(day, where) != seconds:
            raise Refused(boundary)
        return from_seconds((day - shift) * DAY)

    def no_instant(text: Any) -> bool:
        start = start_of(text)
        return start is not None and not start.writable

    def no_day(text: Any) -> bool:
        try:
            return not day_of(text).writable
        except Refused:
            return False

    def to_new(text: Any) -> str:
        start = start_of(text)
        if start is None and not no_day(text):
            raise Refused(expected)
        return utc_text(start) if start is not None and start.writable else str(text)

    def to_old(text: Any) -> str:
        if no_instant(text):
            return str(text)
        day = day_of(text)
        return f"{day.year}-{day.month}-{day.day}" if day.writable else str(text)

    def sample(random: Random) -> str:
        return (datetime.date(2000, 1, 1) + datetime.timedelta(days=random.randrange(40 * 365))).isoformat()

    days = Domain("string", expected, values=("2000-01-01", "2024-02-29", "2022-12-31"), sample=sample)
    edges = (to_new("2022-12-01"), to_new("2022-12-01")[:-1] + ".000Z")
    starts = Domain("string", boundary, values=edges, sample=lambda random: to_new(sample(random)))
    there, back = Way(to_new, injective=True, untranslated=no_instant), Way(to_old, untranslated=no_day)
    return Conversion(name, days, starts, there, back, f"a day against {what} in {zone}")


@conversion("day_start")
def day_start(zone: str) -> Conversion:
    """A day against the instant at which it begins in a zone."""
    return _day_conversion("day_start", zone, 0, "the start of a day")


@conversion("day_after")
def day_after(zone: str) -> Conversion:
    """A day against the instant at which the next one begins in a zone: an inclusive last day as an exclusive bound."""
    return _day_conversion("day_after", zone, 1, "the start of the day after")
