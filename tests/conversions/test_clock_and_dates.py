"""Durations, dates and days."""

from __future__ import annotations

from decimal import Decimal

import pytest

from mapdsl.conversions import BadConversion, Refused, build


@pytest.mark.parametrize(
    ("clock", "seconds"),
    [
        ("00:00:00", 0),
        ("00:01:05", 65),
        ("23:59:59", 86399),
        ("24:00:00", 86400),
        ("99:59:59", 359999),
        ("100:00:00", 360000),
    ],
)
def test_a_clock_counts_past_24_and_past_99_hours(clock, seconds):
    made = build("clock_seconds")
    assert made.to_new.run(clock) == seconds
    assert made.to_old.run(seconds) == clock


@pytest.mark.parametrize("seconds", [65.999, Decimal("65.5"), 65.0])
def test_a_fraction_of_a_second_is_cut_off_and_named(seconds):
    made = build("clock_seconds")
    assert made.to_old.run(seconds) == "00:01:05"
    assert made.to_old.lossy == "fraction of a second"
    assert not made.to_old.injective


@pytest.mark.parametrize(
    "clock",
    ["0:00:00", "00:60:00", "00:00:60", "00:00", "00:00:00.5", "-1:00:00", " 00:00:00", "000:00:00", "٠٠:00:00", 65],
)
def test_what_is_no_clock_is_refused(clock):
    with pytest.raises(Refused, match="a duration as HH:MM:SS"):
        build("clock_seconds").to_new.run(clock)


@pytest.mark.parametrize("seconds", [-1, -0.5, True, "65", float("nan"), float("inf"), Decimal("1e400"), 10**400])
def test_what_is_no_duration_is_refused(seconds):
    with pytest.raises(Refused, match="not negative"):
        build("clock_seconds").to_old.run(seconds)


# --- date_time -------------------------------------------------------------------------------------------------------

ISO = ("YYYY-MM-DDThh:mm:ssZ", "UTC")
SPACED = ("YYYY-MM-DD hh:mm:ss", "UTC")
SOFIA = ("YYYY-MM-DD hh:mm:ss", "Europe/Sofia")
MILLIS = ("YYYY-MM-DD hh:mm:ss.SSS", "UTC")


@pytest.mark.parametrize(
    ("args", "old", "new"),
    [
        (ISO, "2022-12-01T09:48:11Z", "2022-12-01T09:48:11Z"),
        (SPACED, "2022-12-01 09:48:11", "2022-12-01T09:48:11Z"),
        (SPACED, "2024-02-29 00:00:00", "2024-02-29T00:00:00Z"),
        (SOFIA, "2022-12-01 09:48:11", "2022-12-01T07:48:11Z"),
        (SOFIA, "2022-07-01 00:30:00", "2022-06-30T21:30:00Z"),
        (MILLIS, "2022-12-01 09:48:11.120", "2022-12-01T09:48:11.120Z"),
        (("DD.MM.YYYY hh:mm", "Europe/Sofia"), "01.12.2022 09:48", "2022-12-01T07:48:00Z"),
        (("YYYYMMDD", "UTC"), "20221201", "2022-12-01T00:00:00Z"),
    ],
)
def test_a_date_in_its_layout_and_zone_is_an_instant(args, old, new):
    made = build("date_time", args)
    assert made.to_new.run(old) == new
    assert made.to_old.run(new) == old


@pytest.mark.parametrize(
    ("args", "new", "old"),
    [
        (ISO, "2022-12-01T11:48:11+02:00", "2022-12-01T09:48:11Z"),
        (ISO, "2022-12-31T23:30:00-01:00", "2023-01-01T00:30:00Z"),
        (ISO, "2022-12-01t09:48:11.987654321z", "2022-12-01T09:48:11Z"),
        (ISO, "2022-12-01T09:48:11-00:00", "2022-12-01T09:48:11Z"),
        (SOFIA, "2022-12-01T09:48:11.5+02:00", "2022-12-01 09:48:11"),
        (MILLIS, "2022-12-01T09:48:11Z", "2022-12-01 09:48:11.000"),
        (MILLIS, "2022-12-01T09:48:11.5Z", "2022-12-01 09:48:11.500"),
        (MILLIS, "2022-12-01T09:48:11.1239Z", "2022-12-01 09:48:11.123"),
    ],
)
def test_every_spelling_of_an_instant_is_read(args, new, old):
    assert build("date_time", args).to_old.run(new) == old


@pytest.mark.parametrize(
    "text",
    [
        *(
            "2022-02-29 00:00:00",
            "2022-13-01 00:00:00",
            "2022-00-10 00:00:00",
            "2022-12-01 24:00:00",
            "2022-12-01 00:60:00",
        ),
        *(
            "1900-02-29 00:00:00",
            "0000-01-01 00:00:00",
            "2022-12-01T00:00:00",
            "2022-12-01",
            " 2022-12-01 00:00:0",
            "٢022-12-01 00:00:00",
        ),
        *(20221201, None, ""),
    ],
)
@pytest.mark.parametrize("args", [SPACED, SOFIA])
def test_a_date_that_is_none_is_refused(args, text):
    with pytest.raises(Refused, match="a date as YYYY-MM-DD hh:mm:ss"):
        build("date_time", args).to_new.run(text)


@pytest.mark.parametrize(
    "text",
    [
        "2022-12-01 09:48:11Z",
        "2022-12-01T09:48:11",
        "2022-12-01T09:48Z",
        "2022-12-01T09:48:11.Z",
        "2022-12-01T09:48:11+0200",
        "2022-12-01T09:48:11+24:00",
        "2022-12-01T09:48:60Z",
        "2022-02-30T00:00:00Z",
        5,
    ],
)
def test_what_is_not_as_in_rfc_3339_is_refused(text):
    with pytest.raises(Refused, match="RFC 3339"):
        build("date_time", SPACED).to_old.run(text)


def test_a_local_time_that_occurs_twice_is_the_first_of_the_two():
    """Clocks went back from 04:00 to 03:00 on 30 October 2022 in Sofia."""
    made = build("date_time", SOFIA)
    assert made.to_new.run("2022-10-30 03:30:00") == "2022-10-30T00:30:00Z"
    assert made.to_old.run("2022-10-30T01:30:00Z") == "2022-10-30 03:30:00"


def test_a_local_time_that_never_occurs_is_refused():
    """Clocks went forward from 03:00 to 04:00 on 27 March 2022 in Sofia."""
    with pytest.raises(Refused, match="that exists in Europe/Sofia"):
        build("date_time", SOFIA).to_new.run("2022-03-27 03:30:00")


@pytest.mark.parametrize(
    ("layout", "lost"),
    [
        ("YYYY-MM-DD hh:mm:ss.SSS", "fraction of a second"),
        ("YYYY-MM-DD hh:mm:ss", "fraction of a second"),
        ("YYYY-MM-DD hh:mm", "seconds"),
        ("YYYY-MM-DD hh", "minutes and seconds"),
        ("YYYY-MM-DD", "time of day"),
    ],
)
def test_what_a_layout_cannot_hold_is_named(layout, lost):
    assert build("date_time", (layout, "UTC")).to_old.lossy == lost


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("2022-12-01T11:48:11+02:00", "2022-12-01T09:48:11Z", True),
        ("2022-12-01T09:48:11.000Z", "2022-12-01T09:48:11Z", True),
        ("2022-12-01T09:48:11.500Z", "2022-12-01T09:48:11Z", False),
        ("2022-12-01T09:48:12Z", "2022-12-01T09:48:11Z", False),
        ("2022-12-01", "2022-12-01", False),
    ],
)
def test_another_offset_or_precision_is_only_spelling(one, other, expected):
    means = build("date_time", SPACED).to_old.means
    assert means is not None
    assert means(one, other) is expected


def test_the_unset_date_stands_for_null():
    made = build("date_time", ("YYYY-MM-DD hh:mm:ss", "UTC", "0000-00-00 00:00:00"))
    assert made.takes_null
    assert made.to_new.run("0000-00-00 00:00:00") is None
    assert made.to_old.run(None) == "0000-00-00 00:00:00"
    assert made.to_new.run("2022-12-01 09:48:11") == "2022-12-01T09:48:11Z"


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("YYYY-MM-DD hh:ss", "UTC"), "leaves out a part that is needed"),
        (("MM-DD", "UTC"), "leaves out a part that is needed"),
        (("YYYY-MM-DD YYYY", "UTC"), "has a part twice"),
        (("YYYY-MM-DD at hh:mm", "UTC"), 'cannot be read from "at hh:mm" on'),
        ((5, "UTC"), "takes a layout"),
        (("YYYY-MM-DDThh:mm:ssZ", "Europe/Sofia"), "says Z, which is UTC"),
        (("YYYY-MM-DD", "Europe/Sofa"), "did you mean Europe/Sofia"),
        (("YYYY-MM-DD", "../../etc/passwd"), "knows no time zone"),
        (("YYYY-MM-DD", 2), "takes the name of a time zone"),
        (("YYYY-MM-DD", "UTC", "never"), "not as long as the layout"),
        (("YYYY-MM-DD", "UTC", "2022-12-01"), "is a date like others"),
    ],
)
def test_arguments_of_date_time_that_do_not_fit_are_named(args, message):
    with pytest.raises(BadConversion, match=message):
        build("date_time", args)


# --- days ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "zone", "day", "start"),
    [
        ("day_start", "UTC", "2022-12-01", "2022-12-01T00:00:00Z"),
        ("day_after", "UTC", "2022-12-31", "2023-01-01T00:00:00Z"),
        ("day_after", "UTC", "2024-02-28", "2024-02-29T00:00:00Z"),
        ("day_start", "Europe/Sofia", "2022-07-01", "2022-06-30T21:00:00Z"),
        ("day_after", "Europe/Sofia", "2022-03-27", "2022-03-27T21:00:00Z"),
        # clocks went forward at midnight: the day began at 01:00
        ("day_start", "America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z"),
        # clocks went forward half an hour before midnight until half an hour after it
        ("day_start", "America/Toronto", "1919-03-31", "1919-03-31T04:30:00Z"),
        # clocks went back over midnight: of two midnights the first
        ("day_start", "America/Havana", "2022-11-06", "2022-11-06T04:00:00Z"),
    ],
)
def test_a_day_begins_at_an_instant(name, zone, day, start):
    made = build(name, (zone,))
    assert made.to_new.run(day) == start
    assert made.to_old.run(start) == day
    assert made.to_old.run(start[:-1] + ".000Z") == day


def test_a_day_that_a_zone_skipped_is_refused():
    """Samoa crossed the date line: there was no 30 December 2011."""
    with pytest.raises(Refused, match="that exists in Pacific/Apia"):
        build("day_start", ("Pacific/Apia",)).to_new.run("2011-12-30")


@pytest.mark.parametrize(
    "text", ["2022-12-01T00:00:01Z", "2022-12-01T00:00:00.001Z", "2022-12-01T00:00:00+02:00", "2022-12-01"]
)
def test_an_instant_within_a_day_is_not_its_start(text):
    with pytest.raises(Refused):
        build("day_start", ("UTC",)).to_old.run(text)


@pytest.mark.parametrize("text", ["2022-02-30", "2022-1-1", "2022-12-01 ", "20221201", None])
def test_what_is_no_day_with_a_day_after_is_refused(text):
    with pytest.raises(Refused, match="a day as YYYY-MM-DD"):
        build("day_after", ("UTC",)).to_new.run(text)


EDGES = [
    ("Europe/Berlin", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),  # would be in the year 10000
    ("America/New_York", "9999-12-31T23:59:59Z", "9999-12-31 18:59:59"),
    ("America/New_York", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),  # would be in the year before 1
    ("UTC", "9999-12-31T23:59:59-01:00", "9999-12-31T23:59:59-01:00"),
    ("Asia/Tokyo", "0001-01-02T00:00:00+02:00", "0001-01-02 07:18:59"),  # mean time of Tokyo: +09:18:59
    ("Asia/Tokyo", "0001-01-01T00:00:00+02:00", "0001-01-01 07:18:59"),  # in UTC it is in the year before 1
]


@pytest.mark.parametrize(("zone", "text", "image"), EDGES)
def test_the_calendar_ends_where_years_of_four_digits_do(zone, text, image):
    way = build("date_time", ("YYYY-MM-DD hh:mm:ss", zone)).to_old
    assert way.run(text) == image
    assert way.untranslated(text) is (text == image)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Asia/Tokyo"])
def test_a_local_time_before_the_year_one_in_utc_passes_as_it_is(zone):
    conversion = build("date_time", ("YYYY-MM-DD hh:mm:ss", zone))
    text = "0001-01-01 00:00:00"
    assert conversion.to_new.run(text) == conversion.to_old.run(text) == text
    assert conversion.to_new.untranslated(text)


def test_what_passed_as_it_is_comes_home_and_nothing_else_of_the_other_form_does():
    there = build("date_time", ("YYYY-MM-DD hh:mm:ss", "Europe/Berlin")).to_new
    assert there.run("9999-12-31T23:59:59Z") == "9999-12-31T23:59:59Z"
    assert not there.untranslated("9999-12-31T23:59:59Z")
    with pytest.raises(Refused):
        there.run("2024-01-01T00:00:00Z")


def test_the_new_side_may_have_a_date_that_is_none():
    zone, zero = "America/New_York", "0001-01-01T00:00:00Z"
    both = build("date_time", ("YYYY-MM-DD hh:mm:ss", zone, "0000-00-00 00:00:00", zero))
    assert [both.to_old.run(zero), both.to_new.run("0000-00-00 00:00:00")] == ["0000-00-00 00:00:00", zero]
    assert [both.to_old.run(None), both.to_new.run(None)] == [None, None]
    assert not both.to_old.untranslated(zero)
    alone = build("date_time", ("YYYY-MM-DD hh:mm:ss", zone, None, zero))
    assert [alone.to_old.run(zero), alone.to_new.run(None)] == [None, zero]


def test_a_day_whose_end_has_no_year_of_four_digits_passes_as_it_is():
    after = build("day_after", ("UTC",))
    assert after.to_new.run("9999-12-31") == after.to_old.run("9999-12-31") == "9999-12-31"
    assert after.to_new.untranslated("9999-12-31")
    assert build("day_after", ("Europe/Berlin",)).to_new.run("9999-12-31") == "9999-12-31T23:00:00Z"
    assert build("day_after", ("Europe/Berlin",)).to_old.run("9999-12-31T23:00:00Z") == "9999-12-31"


# --- other forms -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2022-12-01T09:48:11Z", "2022-12-01T09:48:11Z"),
        ("2022-12-01t09:48:11z", "2022-12-01T09:48:11Z"),
        ("2022-12-01 09:48:11", "2022-12-01T07:48:11Z"),
        ("2022-07-01 09:48", "2022-07-01T06:48:00Z"),
        ("2022-12-01T09:48:11.250Z", "2022-12-01T09:48:11.250Z"),
        ("2022-12-01T09:48:11,5+02:00", "2022-12-01T07:48:11.5Z"),
        ("20221201T094811-0330", "2022-12-01T13:18:11Z"),
        ("2022-12-01T23:30+01", "2022-12-01T22:30:00Z"),
        ("2022-12-31T23:30:00-01:00", "2023-01-01T00:30:00Z"),
        ("0001-01-01T00:00:00+02:00", "0001-01-01T00:00:00+02:00"),  # there is no year before it
    ],
)
def test_iso8601_reads_every_form_that_means_one_instant(text, instant):
    assert build("iso8601", ("Europe/Sofia",)).to_new.run(text) == instant


@pytest.mark.parametrize(
    "text",
    [
        *("2022-12-01", "09:48:11", "2022-12-01T09Z", "2022-12-01T24:00:00Z", "2022-12-01T09:48:60Z"),
        *("2022-13-01T09:48:11Z", "2023-02-29T09:48:11Z", "2022-1201T09:48:11Z", "2022-12-01T0948:11Z"),
        *("2022-12-01T09:48:11+2:00", "2022-12-01T09:48:11+25:00", "2022-12-01T09:48:11Z ", "01/12/2022 09:48:11"),
        *("2022-03-27 03:30:00", "", None, 20221201, True),  # the first: clocks are put forward over it
    ],
)
def test_iso8601_refuses_what_does_not(text):
    with pytest.raises(Refused, match="ISO 8601"):
        build("iso8601", ("Europe/Sofia",)).to_new.run(text)


@pytest.mark.parametrize(
    ("clock", "seconds"),
    [("0:00:31", 31), ("00:00:31.250", 31.25), ("1:02:03,5", 3723.5), ("100:00:00.001", 360000.001)],
)
def test_clocks_with_a_fraction_or_hours_of_one_digit(clock, seconds):
    assert build("clock_fraction").to_new.run(clock) == seconds


@pytest.mark.parametrize("clock", ["10:31", "00:00:60", "1:2:3", ":00:01", "00:00:31.", "-1:00:00", 31])
def test_what_is_no_clock(clock):
    with pytest.raises(Refused, match="H:MM:SS"):
        build("clock_fraction").to_new.run(clock)


def test_first_of_writes_what_its_first_step_writes():
    either = build("first_of", (build("number"), build("clock_seconds")))
    assert [either.to_new.run(text) for text in ("90", "00:01:30", "0.5")] == [90, 90, 0.5]
    assert either.to_old.run(90) == "90"
    with pytest.raises(Refused, match="or another form of it"):
        either.to_new.run("10:31")
    with pytest.raises(BadConversion, match="two steps or more"):
        build("first_of", (build("number"),))


def test_else_pass_passes_what_its_step_cannot_read():
    tolerant = build("else_pass", (build("clock_seconds"),))
    assert [tolerant.to_new.run(text) for text in ("00:01:30", "10:31", 7)] == [90, "10:31", 7]
    assert [tolerant.to_old.run(value) for value in (90, "10:31", -1)] == ["00:01:30", "10:31", -1]
    assert [tolerant.to_new.untranslated(text) for text in ("00:01:30", "10:31", 7)] == [False, True, True]
    assert [tolerant.to_old.untranslated(value) for value in (90, "10:31", -1)] == [False, True, True]
