"""Conversions: pairs of partial functions with declared facts. Nothing in the compiler knows one by its name."""

from functools import partial
from importlib import import_module

from .base import ABSENT, Conversion, Domain, Refused, Way
from .equality import key_of, number, same
from .registry import BadConversion, brought, build, conversion, discover, expect, flip, names, register, usage
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

# A file is loaded when a spec first names one of its conversions: most programs need two or three of them.
_FAMILIES = {
    "choices": ("else_pass", "first_of"),
    "clock": ("clock_fraction", "clock_seconds"),
    "dates": ("date_time", "day_after", "day_start"),
    "everywhere": ("every_text", "inside"),
    "iso": ("iso8601", "until"),
    "letters": ("case", "lower", "upper"),
    "lists": ("concat", "member", "numbered"),
    "numbers": ("boolean", "integer", "integer_or_text", "negate", "number", "number_decimal"),
    "plain": ("string",),
    "shapes": ("clamp", "flip", "member_of", "ref", "singleton", "text_or_object"),
    "text": ("csv", "each", "one_or_many", "prefix_rest"),
}


def _load(family: str) -> None:
    import_module(f"{__name__}.{family}")  # it registers its own


for _family, _names in _FAMILIES.items():
    expect(_names, partial(_load, _family))
