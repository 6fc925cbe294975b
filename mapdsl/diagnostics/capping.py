"""Messages stay short, whatever a text or a document holds: names are shortened, and long lists say how many more."""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["LONGEST_NAME", "MOST_TOLD", "capped", "listed", "more", "shorten"]

LONGEST_NAME = 200  # characters
MOST_TOLD = 100  # findings or problems
_LONGEST = 2_000  # characters of one message
_NAMES = re.compile(r'`[^`\n]{201,}`|"(?:[^"\\\n]|\\[^\n]){201,}"|[^\s`"]{201,}')


def shorten(text: str) -> str:
    """The text, or its beginning and end, with how many characters stand between: at most 200."""
    if len(text) <= LONGEST_NAME:
        return text
    kept = LONGEST_NAME // 2 - 20
    return f"{text[:kept]}...({len(text) - 2 * kept:,} more)...{text[-kept:]}"


def capped(text: str) -> str:
    """A message with its names shortened: what stands in quotes, and what holds no blank."""
    if len(text) <= LONGEST_NAME:
        return text
    text = _NAMES.sub(lambda name: shorten(name.group()), text)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}... ({len(text) - _LONGEST:,} more characters)"


def listed(items: Iterable[object], between: str) -> str:
    """The first hundred items, and how many more there are."""
    every = list(items)
    shown = [str(item) for item in every[:MOST_TOLD]]
    return between.join([*shown, more(len(every))] if len(every) > MOST_TOLD else shown)


def more(count: int) -> str:
    """`and 12 more`: what is not told of so many."""
    return f"and {count - MOST_TOLD:,} more"
