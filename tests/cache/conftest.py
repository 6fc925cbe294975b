"""A cache of each test's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapdsl.cache import VARIABLE


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the cache; the first entry makes it."""
    folder = tmp_path / "below" / "cache"
    monkeypatch.setenv(VARIABLE, str(folder))
    return folder
