"""`python -m tests.grammar.tables`: write what Lark makes of the grammar, after a change of either.

Each run writes other bytes, which mean the same: Lark keeps its states in sets.
"""

from __future__ import annotations

from pathlib import Path

import mapdsl.grammar
from mapdsl.grammar.tables import FILE, packed_tables


def main() -> None:
    (Path(mapdsl.grammar.__file__).parent / FILE).write_bytes(packed_tables())


if __name__ == "__main__":
    main()
