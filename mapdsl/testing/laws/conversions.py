"""The laws of a single conversion: what it declares of itself is true, and it only ever refuses."""

from __future__ import annotations

import copy
import enum
from collections.abc import Iterator
from decimal import Decimal
from random import Random
from typing import Any

from mapdsl.conversions import ABSENT, Conversion, Domain, Refused, same

__all__ = ["HOSTILE", "admits", "check_conversion", "members_of"]

_REFUSED = object()
_OTHER = {"new": "old", "old": "new"}


def check_conversion(made: Conversion, seed: int = 7, count: int = 150) -> list[str]:
    """Counterexamples to what a conversion declares, each in a sentence; none: its facts hold.

    Both ways are tried on the edge values and on `count` random members of the declared domain, and on hostile values:

    - a member of the domain is taken, or refused with `Refused`, whose `expected` is a short text;
    - its image lies in the domain of the other side;
    - an injective way is undone by the other way;
    - there, back and there again is the same as there, or where the way back is `lossy`, once that is lost;
    - a value that comes back otherwise has another way to be told (`lossy`, or an equal meaning) or is a form;
    - null is seen only where `takes_null` says so, and arguments are left alone;
    - whatever else comes is refused: no other exception is raised.
    """
    found: list[str] = []
    for to in ("new", "old"):
        members = members_of(made.source(to), seed, count)
        found += [f"to {to}: {text}" for text in _facts(made, to, members)]
        found += [f"to {to}: {text}" for text in _refusals(made, to, [*members, *HOSTILE])]
        found += [f"to {to}: {text}" for text in _table(made, to)]
    return list(dict.fromkeys(found))


def _facts(made: Conversion, to: str, members: list[Any]) -> Iterator[str]:
    way, taken = made.way(to), 0
    for value in members:
        if not admits(made.source(to), value):
            yield f"{_shown(value)} is drawn from the domain, and is not of its kind"
        before = copy.deepcopy(value)
        image = _run(made, to, value)
        if not _alike(value, before):
            yield f"{_shown(before)} is changed to {_shown(value)}"
        if image is _REFUSED:
            continue
        taken += 1
        if not admits(made.target(to), image):
            yield f"{_shown(value)} becomes {_shown(image)}, which is not in the domain of the {to} side"
        returned = _run(made, _OTHER[to], image)
        if way.injective and not _alike(returned, value):
            yield f"said to be injective, and {_shown(value)} comes back as {_shown(returned)}"
        again = _REFUSED if returned is _REFUSED else _run(made, to, returned)
        if returned is not _REFUSED and not _alike(again, image) and not _settles(made, to, returned, again):
            yield f"{_shown(value)} becomes {_shown(image)}, and after coming back {_shown(again)}"
    if members and taken < 0.6 * len(members):
        yield f"only {taken} of {len(members)} members of the domain are taken"


def _settles(made: Conversion, to: str, returned: Any, again: Any) -> bool:
    """Whether the way back has lost what it says it loses, and nothing more is lost after that."""
    return (
        bool(made.way(_OTHER[to]).lossy) and again is not _REFUSED and _alike(_run(made, _OTHER[to], again), returned)
    )


def _refusals(made: Conversion, to: str, values: list[Any]) -> Iterator[str]:
    for value in values:
        if value is None and not made.takes_null:
            continue
        try:
            made.way(to).run(value)
        except Refused as refused:
            if not 0 < len(refused.expected) < 200:
                yield f"the refusal of {_shown(value)} is no short text"
        except Exception as error:
            yield f"{_shown(value)} raises {type(error).__name__}, which is not Refused"


def _table(made: Conversion, to: str) -> Iterator[str]:
    for key, image in (made.way(to).table or {}).items():
        if type(key) is not str or not _alike(_run(made, to, key), image):
            yield f"the table says {key!r} is {image!r}, and the function does not"


def _run(made: Conversion, to: str, value: Any) -> Any:
    if value is None and not made.takes_null:
        return None
    try:
        return made.way(to).run(value)
    except Refused:
        return _REFUSED
    except Exception:  # told by _refusals
        return _REFUSED


def _alike(one: Any, other: Any) -> bool:
    if one is _REFUSED or other is _REFUSED or one is ABSENT or other is ABSENT:
        return one is other
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(_alike, one, other))
    return same(one, other)


def _shown(value: Any) -> str:
    if value is _REFUSED:
        return "a refusal"
    try:
        return repr(value)[:80]
    except (ValueError, RecursionError):  # too many digits, too deep
        return f"a {type(value).__name__}"


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
        "number": lambda: _is_number(value) and _within(domain, value),
        "integer": lambda: _is_number(value) and value == int(value) and _within(domain, value),
        "one_of": lambda: any(same(value, other) for other in domain.values),
        "joint": lambda: isinstance(value, tuple) and len(value) == len(domain.members),
    }
    return kinds[domain.kind]() or value is None or any(admits(other, value) for other in domain.also)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)


def _within(domain: Domain, value: Any) -> bool:
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    return (domain.low is None or exact >= domain.low) and (domain.high is None or exact <= domain.high)


class _Colour(enum.IntEnum):
    RED = 1


class _Text(str):
    __slots__ = ()


def _deep() -> list[Any]:
    deep: list[Any] = []
    for _ in range(5000):
        deep = [deep]
    return deep


# What no document should hold, and some may: other types, odd numbers, texts that look like something.
HOSTILE: list[Any] = [
    *(ABSENT, True, False, 0, 1, -1, 7.0, -0.0, 1e308, 5e-324, float("nan"), float("inf"), float("-inf")),
    *(10**5000, -(10**5000), 10**400, Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity"), Decimal("1e999999")),
    *(Decimal("1e-999999"), Decimal("0e999999"), Decimal("-0.0"), _Colour.RED, _Text("12"), _Text("a"), None),
    *("", " ", "\x00", "\ud800", "\udfff-", "é", "ſ", "İ", "٣", "１２", "1" * 100_000, "-", "+", ".", "1.", ".5"),
    *("1e999999999", "NaN", "Infinity", "1_000", " 7", "7\n", "a,", ",", "null", "true ", "00:60:00", "1:00:00"),
    *("00:00:60", "٠٠:00:00", "0000-00-00 00:00:00", "2022-02-30 00:00:00", "9999-12-31 23:59:59", "9999-12-31"),
    *("0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2022-12-01T09:48:60Z", "2022-12-0١"),
    *("2022-12-01T09:48:11" + "." + "9" * 1000 + "Z", [], [None], [[]], {}, {"id": None}, {"": {}}, {1: 2}),
    *((), ("a",), (None, None), ("a", 1), (ABSENT, ABSENT), ({}, []), b"a", b"00:00:00", object(), {1, 2}, 1j),
    *([float("nan")], [b"x"], _deep(), [_deep()], {"id": _deep()}, len),
]
