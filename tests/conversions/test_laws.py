"""What holds for every conversion, whatever it does: its declared facts are true, and it only ever refuses."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from mapdsl.conversions import ABSENT, Conversion, Domain, Refused, Way, build, flip, from_table, names, same
from mapdsl.testing.laws import check_conversion
from mapdsl.testing.laws.conversions import HOSTILE

ARGUMENTS: dict[str, list[tuple[Any, ...]]] = {
    "boolean": [()],
    "case": [("snake", "camel"), ("kebab", "pascal"), ("constant", "snake")],
    "clamp": [(1, 1000), (Decimal("0.5"), 2.5)],
    "clock_fraction": [()],
    "clock_seconds": [()],
    "concat": [()],
    "csv": [()],
    "date_time": [
        ("YYYY-MM-DDThh:mm:ssZ", "UTC"),
        ("YYYY-MM-DD hh:mm:ss", "UTC"),
        ("YYYY-MM-DD hh:mm:ss.SSS", "UTC"),
        ("DD.MM.YYYY hh:mm", "Europe/Sofia"),
        ("YYYYMMDD", "UTC"),
        ("YYYY-MM-DD hh:mm:ss", "America/New_York", "0000-00-00 00:00:00"),
        ("YYYY-MM-DD hh:mm:ss[.SSS]", "UTC", "0000-00-00 00:00:00"),
    ],
    "day_after": [("UTC",), ("Europe/Sofia",)],
    "day_start": [("UTC",), ("America/Sao_Paulo",)],
    "each": [(build("clock_seconds"),), (build("integer"),), (build("case", ("snake", "camel")),)],
    "else_pass": [(build("clock_seconds"),), (build("date_time", ("YYYY-MM-DDThh:mm:ssZ", "UTC")),)],
    "first_of": [
        (build("number"), build("clock_seconds")),
        (build("clock_seconds"), build("clock_fraction")),
        (build("date_time", ("YYYY-MM-DD hh:mm:ss", "UTC")), build("iso8601", ("UTC",))),
    ],
    "every_text": [(build("date_time", ("YYYY-MM-DD hh:mm:ss", "UTC")),), (build("lower"),)],
    "flip": [(build("integer"),), (build("ref", ("id",)),)],
    "inside": [("hash", "sid", build("lower")), ("status", "status", build("lower"))],
    "integer": [()],
    "integer_or_text": [()],
    "text_or_object": [("id",)],
    "iso8601": [("UTC",), ("Europe/Sofia",)],
    "lower": [()],
    "member": [("value",)],
    "member_of": [("value",)],
    "negate": [()],
    "number": [()],
    "number_decimal": [()],
    "numbered": [()],
    "one_or_many": [()],
    "prefix_rest": [(" - ",)],
    "ref": [("id",)],
    "singleton": [()],
    "string": [()],
    "until": [("UTC",), ("Europe/Sofia",)],
    "upper": [()],
}

LIVE = (
    ((True, "oldest_first"), ({"enabled": True, "dialing_order": "fifo"},), True, True),
    ((True, "disabled"), ({"enabled": True},), True, True),
    ((True, ABSENT), ({"enabled": True},), True, False),
    ((False, "disabled"), (None,), True, True),
    ((False, ABSENT), (None,), True, False),
    ((False, "disabled"), ({"enabled": False},), False, True),
    ((ABSENT, ABSENT), (ABSENT,), True, True),
)
TABLES = {
    "closed": from_table(((("s",), ("seconds",), True, True), (("m",), ("minutes",), True, True)), name="closed"),
    "open": from_table(((("busy",), ("user_busy",), True, True),), name="open", open=True),
    "weekday": from_table(((("Mon",), (1,), True, True), (("Tue",), (2,), True, True)), name="weekday"),
    "canonical": from_table(((("a",), ("x",), True, False), (("b",), ("x",), True, True)), name="canonical"),
    "tuple": from_table(
        ((("inbound",), ("call", "inbound"), True, True), (("chat",), ("conversation", "chat"), True, True)),
        name="tuple",
    ),
    "live": from_table(LIVE, name="live", joint=True),
    "unset": from_table(((("none",), (None,), True, True), (("a",), (1,), True, True)), name="unset"),
}


def _spelled(name: str, args: tuple[Any, ...]) -> str:
    shown = ", ".join(arg.name if isinstance(arg, Conversion) else str(arg) for arg in args)
    return f"{name}({shown})" if args else name


def _cases() -> dict[str, Conversion]:
    cases = {_spelled(name, args): build(name, args) for name, all_args in ARGUMENTS.items() for args in all_args}
    cases |= {f"exact {name}": build(name, (), exact=True) for name in ("number", "number_decimal", "clock_fraction")}
    cases |= {f"table {name}": table for name, table in TABLES.items()}
    return cases | {f"flipped {name}": flip(made) for name, made in cases.items()}


CASES = _cases()


@pytest.fixture(params=CASES.values(), ids=CASES)
def made(request: pytest.FixtureRequest) -> Conversion:
    return request.param


def test_every_registered_conversion_is_tried_here():
    assert set(ARGUMENTS) == {name for name in names() if not name.startswith("x_")}  # those are of other tests


def test_a_conversion_keeps_what_it_declares(made):
    assert check_conversion(made) == []


@pytest.mark.parametrize("to", ["new", "old"])
def test_an_injective_way_is_undone_by_the_other_on_hostile_values_too(made, to):
    back = "old" if to == "new" else "new"
    for value in HOSTILE if made.way(to).injective else ():
        if value is None or value is ABSENT or not same(value, value):
            continue
        try:
            image = made.way(to).run(value)
        except Refused:
            continue
        assert same(made.way(back).run(image), value), value


# --- conversions that lie ------------------------------------------------------------------------------------------

DIGIT = Domain("integer", "a digit", values=(0, 9), low=0, high=9, sample=lambda random: random.randrange(10))


def digits(to_new: Any, to_old: Any, **facts: Any) -> Conversion:
    return Conversion("digits", DIGIT, facts.pop("new", DIGIT), to_new, to_old, **facts)


def plain(value: Any) -> Any:
    if type(value) is not int or not 0 <= value <= 9:
        raise Refused("a digit")
    return value


def as_number(text: Any) -> Any:
    return int(text) if isinstance(text, str) and text.isdigit() and len(text) == 1 else plain(text)


def halved(value: Any) -> Any:
    return plain(value) // 2 * 2


def with_a_null(value: Any) -> Any:
    return 0 if value is None else plain(value)


def with_a_key_error(value: Any) -> Any:
    return {number: number for number in range(10)}[value]


LISTS = Domain("array", "a list", values=([1], [2, 3]), sample=lambda random: [random.randrange(10)])


def emptied(value: Any) -> Any:
    if not isinstance(value, list):
        raise Refused("a list")
    copied = list(value)
    value.clear()
    return copied


LIES = {
    "it loses values": (digits(Way(halved, injective=True), Way(plain)), "said to be injective"),
    "its image lies elsewhere": (
        digits(Way(lambda value: str(plain(value))), Way(as_number)),
        "not in the domain of the new side",
    ),
    "it drifts": (digits(Way(lambda value: min(plain(value) + 1, 9)), Way(plain)), "and after coming back"),
    "it raises something else": (digits(Way(with_a_key_error, injective=True), Way(plain)), "which is not Refused"),
    "it takes few of its domain": (digits(Way(lambda value: plain(value if value == 0 else None)), Way(plain)), "only"),
    "its domain is another": (
        digits(Way(plain), Way(plain), new=Domain("integer", "a digit", values=(0, 10), low=0, high=9)),
        "is not of its kind",
    ),
    "it changes its argument": (Conversion("lists", LISTS, LISTS, Way(emptied), Way(list)), "is changed to"),
    "its table says something else": (digits(Way(plain, table={"a": 1}), Way(plain)), "the table says"),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_conversion_that_lies_is_found_out(lie):
    made, words = LIES[lie]
    found = check_conversion(made)
    assert any(words in text for text in found), found
