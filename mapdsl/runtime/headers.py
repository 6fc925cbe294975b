"""Headers: names compare without case, values may repeat, and nothing in them can end a line."""

from __future__ import annotations

import re
from collections.abc import Mapping

from mapdsl.errors import Problem

from .show import spell

__all__ = ["PASSING", "Headers", "check_headers", "fold", "is_credential", "passing"]

Headers = dict[str, str | list[str]]

# What passes when no rule names it; all else is dropped without a loss (it belongs to the connection or to one API).
PASSING = frozenset({"content-type", "accept", "accept-language", "idempotency-key", "retry-after"})

_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+\Z")
_VALUE = re.compile(r"[\t\x20-\x7e\xa0-\xff]*\Z")  # RFC 9110 field-value, without the C1 controls


def fold(headers: Mapping[str, str | list[str]]) -> Headers:
    """The headers under lower-case names, as rules read them."""
    return {name.lower(): value for name, value in headers.items()}


def passing(headers: Mapping[str, str | list[str]]) -> Headers:
    """The headers that reach the other side without a rule, as they are spelled."""
    return {name: value for name, value in headers.items() if name.lower() in PASSING}


def is_credential(name: str) -> bool:
    """Whether a header holds a credential wherever it appears: Authorization, Cookie, Proxy-*."""
    name = name.lower()
    return name in ("authorization", "cookie", "set-cookie") or name.startswith("proxy-")


def check_headers(headers: Mapping[str, str | list[str]]) -> list[Problem]:
    """What is wrong with the headers of a message: names that are no tokens, a name under two spellings, values with
    line ends, control characters or letters outside Latin-1. Values are never shown."""
    problems: list[Problem] = []
    seen: set[str] = set()
    for name, value in headers.items():
        if not _TOKEN.match(name):
            problems.append(Problem(spell(("headers", name)), "a header name", "characters that none can have"))
        if name.lower() in seen:
            problems.append(
                Problem(spell(("headers", name)), "a header once (a list where it repeats)", "two spellings")
            )
        seen.add(name.lower())
        for text in [value] if isinstance(value, str) else value:
            if not _VALUE.match(text):
                what = (
                    "a line end or control character" if _VALUE.match(_without_wide(text)) is None else "other letters"
                )
                problems.append(Problem(spell(("headers", name)), "a header value (Latin-1, one line)", what))
                break
    return problems


def _without_wide(text: str) -> str:
    return "".join(character for character in text if ord(character) < 256)
