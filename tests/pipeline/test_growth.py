"""What it costs to compile grows with the text: twice the rows are twice the steps, whatever the machine.

The times themselves, of texts as long as they may be, are told by `python -m tests.bench.growth`.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mapdsl.errors import SpecError
from mapdsl.pipeline import loads
from tests.bench.compile_rows import ROWS, link
from tests.counting import assert_linear

N = 20
LONG_N = 60  # code is compiled in pieces, and each costs some steps more: they must stay below those of all pairs
QUICK = ("enum_rows", "table_rows", "rules", "objects", "pipe_steps", "one_of")
OTHERS = ("enum_of_many_to_one", "rules_of_lists", "combined", "fields", "literal", "drops", "adds", "lookups", "enums")


def loading(text: str) -> Callable[[], None]:
    def load() -> None:
        try:
            link(loads(text))
        except SpecError as error:
            str(error)

    return load


@pytest.mark.parametrize("name", [*QUICK, *(pytest.param(name, marks=pytest.mark.long) for name in OTHERS)])
def test_no_work_is_done_for_each_pair_of_rows(name: str) -> None:
    assert_linear(lambda size: loading(ROWS[name].text(size)), N if name in QUICK else LONG_N)
