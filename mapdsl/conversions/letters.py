"""Letter case of texts and names, ASCII only: folding other scripts is not reversible."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .base import Conversion, Domain, Refused, Way
from .registry import BadConversion, conversion
from .samples import word

if TYPE_CHECKING:
    from random import Random

__all__: list[str] = []

_UPPER_TEXT = "a text without lower-case letters, ASCII only"
_LOWER_TEXT = "a text without upper-case letters, ASCII only"


def _to_lower(text: Any) -> str:
    if isinstance(text, str) and text.isascii() and text.upper() == text:
        return text.lower()
    raise Refused(_UPPER_TEXT)


def _to_upper(text: Any) -> str:
    if isinstance(text, str) and text.isascii() and text.lower() == text:
        return text.upper()
    raise Refused(_LOWER_TEXT)


_UPPER = Domain("string", _UPPER_TEXT, values=("", "A1", "SMS-01"), sample=lambda random: word(random).upper())
_LOWER = Domain("string", _LOWER_TEXT, values=("", "a1", "sms-01"), sample=word)


@conversion("lower")
def lower() -> Conversion:
    """Upper case on the old side, lower case on the new. Mixed case is refused: the way back could not restore it."""
    to_new, to_old = Way(_to_lower, injective=True), Way(_to_upper, injective=True)
    return Conversion("lower", _UPPER, _LOWER, to_new, to_old, "upper case against lower case")


@conversion("upper")
def upper() -> Conversion:
    """Lower case on the old side, upper case on the new. Mixed case is refused: the way back could not restore it."""
    to_new, to_old = Way(_to_upper, injective=True), Way(_to_lower, injective=True)
    return Conversion("upper", _LOWER, _UPPER, to_new, to_old, "lower case against upper case")


# Where a style tells words apart by their first letters, each begins with one; where both have a sign between words,
# a word may begin with a digit.
_SNAKE = re.compile(r"[a-z][a-z0-9]*(_[a-z][a-z0-9]*)*\Z", re.ASCII)
_SIGNED = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*\Z", re.ASCII)
_CAMEL = re.compile(r"[a-z][a-z0-9]*([A-Z][a-z0-9]*)*\Z", re.ASCII)
_BY_LETTERS = ("camel", "pascal")
_STYLES = ("camel", "constant", "kebab", "pascal", "snake")
_NAMES_IN = {style: f"an ASCII name in {style} case" for style in _STYLES}


def _as_snake(text: str, style: str, target: str) -> str | None:
    """The name in snake case, or None where it is no name in that style that the target style can write."""
    if style in _BY_LETTERS:
        if style == "pascal":
            if not "A" <= text[:1] <= "Z":
                return None
            text = text[0].lower() + text[1:]
        return re.sub("([A-Z])", r"_\1", text).lower() if _CAMEL.match(text) else None
    if style == "kebab":
        text = text.replace("-", "_") if "_" not in text else ""
    elif style == "constant":
        text = text.lower() if text.isascii() and text.upper() == text else ""
    words = _SNAKE if target in _BY_LETTERS else _SIGNED
    return text if words.match(text) else None


def _from_snake(text: str, style: str) -> str:
    if style == "kebab":
        return text.replace("_", "-")
    if style == "constant":
        return text.upper()
    if style == "snake":
        return text
    pascal = "".join(part[0].upper() + part[1:] for part in text.split("_"))
    return pascal if style == "pascal" else pascal[0].lower() + pascal[1:]


def _recase(source: str, target: str) -> Callable[[Any], str]:
    def convert(text: Any) -> str:
        snake = _as_snake(text, source, target) if isinstance(text, str) else None
        if snake is None:
            raise Refused(_NAMES_IN[source])
        return _from_snake(snake, target)

    return convert


def _cased(style: str) -> Domain:
    def sample(random: Random) -> str:
        return _from_snake("_".join(word(random) for _ in range(random.randint(1, 3))), style)

    edges = tuple(_from_snake(name, style) for name in ("a", "user_id", "contact_u_r_l", "mp3_file"))
    return Domain("string", _NAMES_IN[style], values=edges, sample=sample)


@conversion("case")
def case(old: str, new: str) -> Conversion:
    """ASCII names in one style against another: camel, constant, kebab, pascal, snake."""
    for style in (old, new):
        if style not in _STYLES:
            raise BadConversion(f"`case` does not know the style {style!r}", f"styles are {', '.join(_STYLES)}")
    to_new, to_old = Way(_recase(old, new), injective=True), Way(_recase(new, old), injective=True)
    return Conversion("case", _cased(old), _cased(new), to_new, to_old, f"{old} case against {new} case")
