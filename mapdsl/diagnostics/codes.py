"""The registry of codes: every finding that mapdsl can report, each with a page that `mapdsl explain` prints."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs

__all__ = ["CODES", "Code"]


@attrs.frozen
class Code:
    """A page of the registry.

    `meaning` says what was found, `why` why that is a mistake, `repair` what to do. `bad` is a whole `.map` text that
    yields the code, `good` the same text repaired, which yields none.
    """

    code: str
    title: str
    meaning: str
    why: str
    repair: str
    bad: str
    good: str


CODES: Mapping[str, Code] = MappingProxyType({})
