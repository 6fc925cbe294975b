"""What it costs to compile grows with the text: twice the rows are twice the steps, whatever the machine.

Steps are counted, not timed: the lines of Python that run. Of texts of n, 2n and 3n rows the third costs as much more
than the second as the second more than the first, where no work is done for each pair of rows. The times themselves, of
texts as long as they may be, are told by `python -m tests.bench.growth`.
"""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

import pytest

from mapdsl.errors import SpecError
from mapdsl.pipeline import loads
from tests.bench.compile_rows import ROWS

N = 20
QUICK = ("enum_rows", "table_rows", "rules", "pipe_steps", "one_of")
OTHERS = ("enum_of_many_to_one", "rules_of_lists", "combined", "fields", "literal", "drops", "adds", "lookups", "enums")


def steps(text: str) -> int:
    """The lines of Python that run while a text is loaded."""
    count = 0

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal count
        count += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        loads(text)
    except SpecError as error:
        str(error)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("name", [*QUICK, *(pytest.param(name, marks=pytest.mark.long) for name in OTHERS)])
def test_no_work_is_done_for_each_pair_of_rows(name: str) -> None:
    text = ROWS[name].text
    steps(text(N))  # what is made once for a process is made
    one, two, three = (steps(text(size)) for size in (N, 2 * N, 3 * N))
    pairs = N * N  # how many more the third step has than the second
    assert two > one
    assert (three - two) - (two - one) < pairs, f"{one:,}, {two:,} and {three:,} steps"
