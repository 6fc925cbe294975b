"""Steps of a run, counted and not timed: whether what it costs grows as its input does, whatever the machine."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

__all__ = ["assert_linear", "steps"]


class _Counter:
    """Counts lines; no closure, which would be a cycle that suspended frames keep alive."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, frame: FrameType, event: str, argument: Any) -> _Counter:
        self.count += 1
        return self


def steps(run: Callable[[], object]) -> int:
    """The lines of Python that run. The collector rests: what others have it call back would be counted."""
    counter, before, collects = _Counter(), sys.gettrace(), gc.isenabled()
    gc.disable()
    sys.settrace(counter)
    try:
        run()
    finally:
        sys.settrace(before)
        if collects:
            gc.enable()
    return counter.count


def assert_linear(job: Callable[[int], Callable[[], object]], size: int) -> None:
    """Of inputs of n, 2n and 3n, the third costs as much more than the second as the second more than the first: then
    no work is done for each pair of what is in them. `job` makes what is counted for a size."""
    job(size)()  # what is made once for a process is made
    one, two, three = (steps(job(each)) for each in (size, 2 * size, 3 * size))
    pairs = size * size  # how many more the third step has than the second
    assert two > one
    assert (three - two) - (two - one) < pairs, f"{one:,}, {two:,} and {three:,} steps"
