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

from .base import Conversion, Domain, Refused, Way
from .instants import (
    RFC3339_TEXT,
    Instant,
    begins_plainly,
    find_zone,
    first_instant,
    in_utc,
    is_date,
    is_skipped,
    is_time,
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
_DAY = datetime.timedelta(days=1)


@attrs.frozen
class Layout:
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

    def __init__(self, layout: Layout, zone: datetime.tzinfo, unset: str | None) -> None:
        self.layout = layout
        self.zone = None if zone is datetime.UTC else zone
        self.unset = unset
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
        if text is None and self.unset is not None:
            return None
        if not isinstance(text, str) or len(text) != self.length:
            raise Refused(self.expected)
        found = self.parts(text)
        count, fields = len(self.layout.slices), self.fields
        year, month, day = found[fields["YYYY"]], found[fields["MM"]], found[fields["DD"]]
        hour, minute, second = (found[fields[f]] if f in fields else "00" for f in ("hh", "mm", "ss"))
        fraction = found[fields["S"]] if self.layout.fraction else ""
        if text == self.unset:
            return None
        if found[count:] != self.marks or not is_date(year, month, day) or not is_time(hour, minute, second):
            raise Refused(self.expected)
        if fraction and not (fraction.isascii() and fraction.isdigit()):
            raise Refused(self.expected)
        instant = Instant(year, month, day, hour, minute, second, fraction)
        return utc_text(instant if self.zone is None else self._from_local(instant))

    def _from_local(self, local: Instant) -> Instant:
        moment = local.moment().replace(tzinfo=self.zone)
        try:
            if is_skipped(moment):
                raise Refused(self.expected)
            return in_utc(moment, local.fraction)
        except OverflowError:
            raise Refused(self.expected) from None

    def to_old(self, text: Any) -> str:
        plain = self.plain
        if plain is not None and type(text) is str and len(text) >= 20 and text.isascii():
            end = text[19:]
            sure = end == "Z" or (end[0] == "." and end[-1] == "Z" and end[1:-1].isdigit())
            if sure and text[10] == "T" and begins_plainly(text):
                return f"{text[:10]}{plain[0]}{text[11:19]}{plain[1]}"
        if text is None and self.unset is not None:
            return self.unset
        instant = read_instant(text)
        if self.zone is not None:
            try:
                moment = instant.moment().astimezone(self.zone).replace(tzinfo=datetime.UTC)
            except OverflowError:
                raise Refused(RFC3339_TEXT) from None
            instant = in_utc(moment, instant.fraction)
        return self.spell(instant)

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
        instant = in_utc(day.replace(tzinfo=datetime.UTC), f"{random.randrange(1000):03d}000000")
        return self.spell(instant)

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
        return f"{made[:19]}Z" if made is not None and not made[19:-1].strip(".0") else made

    def to_old(self, text: Any) -> str:
        if text is None and self.bare.unset is not None:
            return self.bare.unset
        width = self.whole.layout.fraction
        return (self.whole if read_instant(text).fraction[:width].strip("0") else self.bare).to_old(text)

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
def date_time(layout: str, zone: str, unset: str | None = None) -> Conversion:
    """A date and time in an old layout and zone against RFC 3339 in UTC. `unset` is the text that stands for null.

    A fraction in brackets may be missing: `YYYY-MM-DD hh:mm:ss[.SSS]`.
    """
    where = find_zone("date_time", zone)
    spare = _SPARE.fullmatch(layout) if isinstance(layout, str) else None
    read = read_layout("date_time", layout if spare is None else f"{spare[1]}{spare[3]}")
    whole = None if spare is None else read_layout("date_time", f"{spare[1]}{spare[2]}{spare[3]}")
    if any(mark == "Z" for _, mark in read.marks) and where is not datetime.UTC:
        raise BadConversion(f'the layout "{layout}" says Z, which is UTC', 'leave out the Z, or write the zone "UTC"')
    if unset is not None and (not isinstance(unset, str) or len(unset) != len(read.text)):
        raise BadConversion("the unset date is not as long as the layout", f"write a text like {read.text}")
    bare = _DateTime(read, where, unset)
    ways = bare if whole is None else _WithOrWithout(_DateTime(whole, where, None), bare, layout)
    if unset is not None and _is_a_date(bare, unset):
        raise BadConversion(f'"{unset}" is a date like others', "the unset date is one that the calendar does not have")
    edges = [ways.spell(_edge(year)) for year in (2000, 2022)]
    old = Domain("string", ways.expected, values=(*edges, *([unset] if unset else [])), sample=ways.sample_old)
    spelled = ("2022-12-01T09:48:11Z", "2022-12-01T09:48:11.120Z", "2022-12-01T11:48:11+02:00", "2024-02-29t00:00:00z")
    new = Domain("string", RFC3339_TEXT, values=spelled, sample=ways.sample_new)
    if unset is not None:
        nothing = (Domain("null", "null", values=(None,), sample=lambda random: None),)
        old, new = attrs.evolve(old, also=nothing), attrs.evolve(new, also=nothing)
    return Conversion(
        "date_time",
        old,
        new,
        Way(ways.to_new, injective=unset is None and whole is None),
        Way(ways.to_old, lossy=(whole or read).lost(), means=means_the_same),
        f"{layout} in {zone} against RFC 3339",
        takes_null=unset is not None,
    )


def _edge(year: int) -> Instant:
    return Instant(f"{year}", "02", "28", "12", "00", "59", "000000000")


def _is_a_date(ways: _DateTime, unset: str) -> bool:
    try:
        return _DateTime(ways.layout, datetime.UTC, None).to_new(unset) is not None
    except Refused:
        return False


# --- days ------------------------------------------------------------------------------------------------------------


def _read_day(text: Any, expected: str) -> datetime.date:
    if (
        isinstance(text, str)
        and len(text) == 10
        and text[4] == text[7] == "-"
        and is_date(text[:4], text[5:7], text[8:])
    ):
        return datetime.date(int(text[:4]), int(text[5:7]), int(text[8:]))
    raise Refused(expected)


def _day_conversion(name: str, zone: str, shift: datetime.timedelta, what: str) -> Conversion:
    where = find_zone(name, zone)
    expected = f"a day as YYYY-MM-DD that exists in {zone}"
    boundary = f"{what} in {zone}, as in RFC 3339"

    def to_new(text: Any) -> str:
        try:
            start = first_instant(_read_day(text, expected) + shift, where)
        except OverflowError:
            start = None
        if start is None:
            raise Refused(expected)
        return utc_text(in_utc(start))

    def to_old(text: Any) -> str:
        instant = read_instant(text)
        try:
            day = instant.moment().astimezone(where).date()
            if instant.fraction.strip("0") or first_instant(day, where) != instant.moment():
                raise Refused(boundary)
            return (day - shift).isoformat()
        except OverflowError:
            raise Refused(boundary) from None

    def sample(random: Random) -> str:
        return (datetime.date(2000, 1, 1) + datetime.timedelta(days=random.randrange(40 * 365))).isoformat()

    days = Domain("string", expected, values=("2000-01-01", "2024-02-29", "2022-12-31"), sample=sample)
    edges = (to_new("2022-12-01"), to_new("2022-12-01")[:-1] + ".000Z")
    starts = Domain("string", boundary, values=edges, sample=lambda random: to_new(sample(random)))
    return Conversion(name, days, starts, Way(to_new, injective=True), Way(to_old), f"a day against {what} in {zone}")


@conversion("day_start")
def day_start(zone: str) -> Conversion:
    """A day against the instant at which it begins in a zone."""
    return _day_conversion("day_start", zone, datetime.timedelta(0), "the start of a day")


@conversion("day_after")
def day_after(zone: str) -> Conversion:
    """A day against the instant at which the next one begins in a zone: an inclusive last day as an exclusive bound."""
    return _day_conversion("day_after", zone, _DAY, "the start of the day after")
