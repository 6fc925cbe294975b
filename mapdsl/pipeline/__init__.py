"""The only room that knows the order of the phases: find, read, analyse, lower, generate, load."""

from .loading import CompiledProgram, check, compile_program, compile_text, load, loads, rebuild
from .shipped import find_specs, shipped

__all__ = [
    "CompiledProgram",
    "check",
    "compile_program",
    "compile_text",
    "find_specs",
    "load",
    "loads",
    "rebuild",
    "shipped",
]
