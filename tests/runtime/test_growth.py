"""What it costs to translate grows with the message: twice the items are twice the steps, whatever the machine.

The times themselves, of messages as long as they may be, are told by `python -m tests.bench.growth run`.
"""

from __future__ import annotations

import pytest

from tests.bench.run_rows import ROWS
from tests.counting import assert_linear


@pytest.mark.parametrize("name", ROWS)
def test_no_work_is_done_for_each_pair_of_items(name: str) -> None:
    assert_linear(ROWS[name].job, 20)
