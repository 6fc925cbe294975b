"""The only room that knows the order of the phases: find, read, analyse, lower, generate, load."""

from .finding import api_folders
from .guides import find_specs, shipped
from .loading import CompiledProgram, check, compile_program, compile_text, load, loads, rebuild

__all__ = [
    "CompiledProgram",
    "api_folders",
    "check",
    "compile_program",
    "compile_text",
    "find_specs",
    "load",
    "loads",
    "rebuild",
    "shipped",
]
