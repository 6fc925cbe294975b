"""What holds for every conversion, whatever it does: its declared facts are true, and it only ever refuses."""

from __future__ import annotations

import enum
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from mapdsl.conversions import ABSENT, Conversion, Domain, Refused, build, flip, from_table, names, same

ARGUMENTS: dict[str, list[tuple[Any, ...]]] = {
    "boolean": [()],
    "case": [("snake", "camel"), ("kebab", "pascal"), ("constant", "snake")],
    "clamp": [(1, 1000), (Decimal("0.5"), 2.5)],
    "clock_seconds": [()],
    "csv": [()],
    "date_time": [
        ("YYYY-MM-DDThh:mm:ssZ", "UTC"),
        ("YYYY-MM-DD hh:mm:ss", "UTC"),
        ("YYYY-MM-DD hh:mm:ss.SSS", "UTC"),
        ("DD.MM.YYYY hh:mm", "Europe/Sofia"),
        ("YYYYMMDD", "UTC"),
        ("YYYY-MM-DD hh:mm:ss", "America/New_York", "0000-00-00 00:00:00"),
    ],
    "day_after": [("UTC",), ("Europe/Sofia",)],
    "day_start": [("UTC",), ("America/Sao_Paulo",)],
    "each": [(build("clock_seconds"),), (build("integer"),), (build("case", ("snake", "camel")),)],
    "flip": [(build("integer"),), (build("ref", ("id",)),)],
    "integer": [()],
    "lower": [()],
    "member_of": [("value",)],
    "negate": [()],
    "number": [()],
    "number_decimal": [()],
    "one_or_many": [()],
    "prefix_rest": [(" - ",)],
    "ref": [("id",)],
    "singleton": [()],
    "string": [()],
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
    cases |= {f"exact {name}": build(name, (), exact=True) for name in ("number", "number_decimal")}
    cases |= {f"table {name}": table for name, table in TABLES.items()}
    return cases | {f"flipped {name}": flip(made) for name, made in cases.items()}


CASES = _cases()


@pytest.fixture(params=CASES.values(), ids=CASES)
def made(request: pytest.FixtureRequest) -> Conversion:
    return request.param


def members_of(domain: Domain, seed: int = 7, count: int = 150) -> list[Any]:
    """Edge values and random members of a domain, those of its further domains too."""
    random = Random(seed)
    found = list(domain.values)
    if domain.sample is not None:
        found += [domain.sample(random) for _ in range(count)]
    for other in domain.also:
        found += members_of(other, seed, count)
    return found


def admits(domain: Domain, value: Any) -> bool:
    """Whether a value has the kind that a domain declares."""
    kinds: dict[str, Any] = {
        "any": lambda: True,
        "string": lambda: isinstance(value, str),
        "boolean": lambda: isinstance(value, bool),
        "null": lambda: value is None,
        "array": lambda: isinstance(value, list),
        "object": lambda: isinstance(value, dict),
        "number": lambda: isinstance(value, (int, float, Decimal)) and not isinstance(value, bool),
        "integer": lambda: isinstance(value, (int, float)) and not isinstance(value, bool) and value == int(value),
        "one_of": lambda: any(same(value, other) for other in domain.values),
        "joint": lambda: isinstance(value, tuple) and len(value) == len(domain.members),
    }
    return kinds[domain.kind]() or any(admits(other, value) for other in domain.also)


class _Colour(enum.IntEnum):
    RED = 1


class _Text(str):
    __slots__ = ()


def _deep() -> list[Any]:
    deep: list[Any] = []
    for _ in range(5000):
        deep = [deep]
    return deep


HOSTILE: list[Any] = [
    *(None, ABSENT, True, False, 0, 1, -1, 7.0, -0.0, 1e308, 5e-324, float("nan"), float("inf"), float("-inf")),
    *(10**5000, -(10**5000), 10**400, Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity"), Decimal("1e999999")),
    *(Decimal("1e-999999"), Decimal("0e999999"), Decimal("-0.0"), _Colour.RED, _Text("12"), _Text("a")),
    *(
        "",
        " ",
        "\x00",
        "\ud800",
        "\udfff-",
        "é",
        "ſ",
        "İ",
        "٣",
        "１２",
        "1" * 100_000,
        "-",
        "+",
        ".",
        "1.",
        ".5",
        "1e999999999",
    ),
    *(
        "NaN",
        "Infinity",
        "1_000",
        " 7",
        "7\n",
        "a,",
        ",",
        "null",
        "true ",
        "00:60:00",
        "1:00:00",
        "00:00:60",
        "٠٠:00:00",
    ),
    *("0000-00-00 00:00:00", "2022-02-30 00:00:00", "9999-12-31 23:59:59", "0001-01-01T00:00:00+23:59", "9999-12-31"),
    *(
        "9999-12-31T23:59:59-23:59",
        "2022-12-01T09:48:60Z",
        "2022-12-01T09:48:11" + "." + "9" * 1000 + "Z",
        "2022-12-0١",
    ),
    *(
        [],
        [None],
        [[]],
        {},
        {"id": None},
        {"": {}},
        {1: 2},
        (),
        ("a",),
        (None, None),
        ("a", 1),
        (ABSENT, ABSENT),
        ({}, []),
    ),
    *(b"a", b"00:00:00", object(), {1, 2}, 1j, [float("nan")], [b"x"], _deep(), [_deep()], {"id": _deep()}, len),
]


def test_every_registered_conversion_is_tried_here():
    assert set(ARGUMENTS) == set(names())


@pytest.mark.parametrize("to", ["new", "old"])
def test_samples_and_edge_values_lie_in_the_domain(made, to):
    domain = made.source(to)
    assert str(domain)
    for value in members_of(domain):
        assert admits(domain, value), value


@pytest.mark.parametrize("to", ["new", "old"])
def test_most_samples_translate(made, to):
    """A generator that draws from the declared domains must get somewhere."""
    drawn = members_of(made.source(to))
    assert sum(_run(made, to, value) is not REFUSED for value in drawn) >= 0.6 * len(drawn)


REFUSED = object()


def _run(made: Conversion, to: str, value: Any) -> Any:
    if value is None and not made.takes_null:
        return None
    try:
        return made.way(to).run(value)
    except Refused:
        return REFUSED


@pytest.mark.parametrize("to", ["new", "old"])
def test_an_injective_way_is_undone_by_the_other(made, to):
    back = "old" if to == "new" else "new"
    if not made.way(to).injective:
        return
    for value in [*members_of(made.source(to)), *HOSTILE]:
        image = _run(made, to, value)
        if image is not REFUSED and value is not ABSENT and _is_json(value):
            assert same(_run(made, back, image), value), value


def _is_json(value: Any) -> bool:
    return same(value, value)


@pytest.mark.parametrize("to", ["new", "old"])
def test_there_and_back_and_there_is_the_same_as_there(made, to):
    back = "old" if to == "new" else "new"
    for value in members_of(made.source(to)):
        image = _run(made, to, value)
        returned = REFUSED if image is REFUSED else _run(made, back, image)
        if returned is not REFUSED:
            assert same(_run(made, to, returned), image), value


@pytest.mark.parametrize("to", ["new", "old"])
def test_a_way_refuses_what_it_cannot_take_and_raises_nothing_else(made, to):
    for value in HOSTILE:
        expected = "nothing else"
        try:
            made.way(to).run(value)
        except Refused as refused:
            expected = refused.expected
        assert 0 < len(expected) < 200


@pytest.mark.parametrize("to", ["new", "old"])
def test_a_table_says_what_the_way_does(made, to):
    way = made.way(to)
    for key, image in (way.table or {}).items():
        assert type(key) is str
        assert same(way.run(key), image)


@pytest.mark.parametrize("to", ["new", "old"])
def test_a_way_leaves_its_argument_alone(made, to):
    for value in members_of(made.source(to), count=20):
        if isinstance(value, (list, dict)):
            before = repr(value)
            _run(made, to, value)
            assert repr(value) == before
