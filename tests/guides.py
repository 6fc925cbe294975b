"""The guides that come with the package, compiled once for all tests of a process."""

from __future__ import annotations

from functools import cache

from mapdsl import shipped
from mapdsl.pipeline import CompiledProgram, compile_program

__all__ = ["guide"]


@cache
def guide(name: str) -> CompiledProgram:
    """`voiso` or `callr` as it is shipped, with everything that compiling gave. Nobody changes it."""
    return compile_program(shipped(name))
