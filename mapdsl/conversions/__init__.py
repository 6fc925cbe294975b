"""Conversions: pairs of partial functions with declared facts. Nothing in the compiler knows one by its name."""

from . import choices, clock, dates, everywhere, iso, letters, lists, numbers, plain, shapes, text
from .base import ABSENT, Conversion, Domain, Refused, Way
from .equality import key_of, number, same
from .registry import BadConversion, brought, build, conversion, discover, flip, names, register, usage
from .tables import from_table

__all__ = [
    "ABSENT",
    "BadConversion",
    "Conversion",
    "Domain",
    "Refused",
    "Way",
    "brought",
    "build",
    "conversion",
    "discover",
    "flip",
    "from_table",
    "key_of",
    "names",
    "number",
    "register",
    "same",
    "usage",
]

_FAMILIES = (
    choices,
    clock,
    dates,
    everywhere,
    iso,
    letters,
    lists,
    numbers,
    plain,
    shapes,
    text,
)  # each has registered its own
