"""What a page of the registry holds."""

from __future__ import annotations

import attrs

__all__ = ["Code"]


@attrs.frozen
class Code:
    """A page of the registry.

    `meaning` says what was found, `why` that is a mistake, `repair` what to do about it. `bad` is a whole `.map` text
    (in a file `spec.map`) that yields the code and no other, `good` one that yields none.
    """

    code: str
    title: str
    meaning: str
    why: str
    repair: str
    bad: str
    good: str
