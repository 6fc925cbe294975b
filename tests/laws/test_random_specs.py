"""Random specs: both engines say the same of every message, and refuse it by MapError or not at all.

A sample of what `python -m tests.laws.random_specs` does without end.
"""

from __future__ import annotations

import pytest

from tests.laws.random_specs import asker

SPECS = 15  # of which some have mistakes
MESSAGES = 6


@pytest.mark.parametrize("first", range(0, 4 * SPECS, SPECS))
def test_both_engines_say_the_same_of_random_specs(first: int) -> None:
    asking = [made for made in map(asker, range(first, first + SPECS)) if made is not None]
    assert len(asking) >= SPECS / 4
    for number, each in enumerate(asking):
        found = [fault for fault in each.faults(number, MESSAGES) if not fault.startswith("law 1")]
        assert not found, "\n".join([each.text, *found])
