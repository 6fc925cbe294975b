"""The shipped specs, compiled once for all laws."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapdsl.pipeline import CompiledProgram, compile_program

SPECS = Path(__file__).parents[2] / "specs"


@pytest.fixture(scope="session")
def voiso() -> CompiledProgram:
    return compile_program(SPECS / "voiso")
