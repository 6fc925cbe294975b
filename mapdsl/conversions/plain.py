"""Text that stands for itself."""

from __future__ import annotations

from typing import Any

from .base import Conversion, Domain, Refused, Way
from .registry import conversion
from .samples import word

__all__: list[str] = []


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise Refused("a text")
    return value


@conversion("string")
def string() -> Conversion:
    """A text against the same text: says that the text of a query, path or header stands for itself."""
    domain = Domain("string", "a text", values=("", "a", " a ", "ä", "1"), sample=word)
    return Conversion("string", domain, domain, Way(_text, injective=True), Way(_text, injective=True), "the same text")
