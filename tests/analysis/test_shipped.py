"""The specs that come with the package are clean: no error, and no warning either."""

from __future__ import annotations

from pathlib import Path

import pytest

SPECS = Path(__file__).parents[2] / "specs"
APIS = sorted({path.parent for path in SPECS.rglob("*.map")})


@pytest.mark.parametrize("folder", APIS, ids=lambda folder: folder.name)
def test_a_shipped_folder_has_no_findings(analysed, folder):
    texts = {path.name: path.read_text("utf-8") for path in sorted(folder.glob("*.map"))}
    model, found = analysed(texts)

    assert not found, "\n\n".join(map(str, found))
    assert model.endpoints
