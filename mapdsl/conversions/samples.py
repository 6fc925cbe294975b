"""Random members of the common domains. Every function takes a `random.Random`, so that a seed decides everything."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .base import Domain

if TYPE_CHECKING:
    from random import Random

__all__ = [
    "BOOLEAN",
    "SCALAR",
    "TEXT",
    "any_number",
    "decimal_text",
    "list_of",
    "one_of",
    "text",
    "whole_number",
    "word",
]

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_ODD = " ,.;:/-_\"\\'<>{}%\n\t\u00e9\u00df\u65e5\U0001d11e"


def word(random: Random) -> str:
    """A few lower-case letters."""
    return "".join(random.choice(_LETTERS) for _ in range(random.randint(1, 8)))


def text(random: Random) -> str:
    """Words with odd characters between them; sometimes empty."""
    return "".join(
        random.choice((word(random), word(random), random.choice(_ODD))) for _ in range(random.randint(0, 5))
    )


def whole_number(random: Random) -> int:
    digits = random.choice((1, 1, 2, 3, 5, 9, 18, 30))
    return random.choice((1, 1, -1)) * int(random.randrange(10**digits))


def decimal_text(random: Random) -> str:
    """A plain decimal with up to 30 digits, its last zeros kept."""
    fraction = "".join(random.choice("0123456789") for _ in range(random.choice((1, 2, 2, 3, 12))))
    return f"{whole_number(random)}.{fraction}"


def any_number(random: Random) -> int | float | Decimal:
    """An int, a float, or a Decimal without last zeros (those are spelling, not value)."""
    kind = random.randrange(4)
    if kind == 0:
        return whole_number(random)
    if kind == 1:
        return float(random.choice((round(random.uniform(-1000, 1000), 2), random.random(), random.uniform(0, 1e25))))
    return Decimal(decimal_text(random) + random.choice("123456789"))


def one_of(*draws: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda random: random.choice(draws)(random)


def list_of(draw: Callable[[Any], Any], low: int = 0, high: int = 4) -> Callable[[Any], list[Any]]:
    return lambda random: [draw(random) for _ in range(random.randint(low, high))]


TEXT = Domain("string", "a text", values=("", "a", "\u00e9\U0001d11e", 'a "b"\n', " "), sample=text)
BOOLEAN = Domain("boolean", "true or false", values=(True, False), sample=lambda random: random.random() < 0.5)
SCALAR = Domain(
    "any", "a text, a number, true or false", sample=one_of(text, whole_number, any_number, BOOLEAN.sample or text)
)
