"""The only room that knows the order of the phases: find, read, analyse, lower, generate, link."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .finding import Files, api_folders, beside, is_beside, keep_inside
from .guides import find_specs, shipped
from .loading import load, loads, rebuild

if TYPE_CHECKING:
    from .compiling import CompiledProgram, check, compile_program, compile_text, compile_texts
    from .documents import CallText, DemoCall, DemoScript, ReplyText, RequestText, ResponseText, structure
    from .questions import HoleFound, holes
    from .reading import Trees

__all__ = [
    "CallText",
    "CompiledProgram",
    "DemoCall",
    "DemoScript",
    "Files",
    "HoleFound",
    "ReplyText",
    "RequestText",
    "ResponseText",
    "Trees",
    "api_folders",
    "beside",
    "check",
    "compile_program",
    "compile_text",
    "compile_texts",
    "find_specs",
    "holes",
    "is_beside",
    "keep_inside",
    "load",
    "loads",
    "rebuild",
    "shipped",
    "structure",
]


def __getattr__(name: str) -> Any:
    """What needs the compiler, fetched when it is first asked for: who finds specs in the cache goes without it."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from . import compiling, documents, questions, reading

    value = next(vars(module)[name] for module in (compiling, documents, questions, reading) if name in module.__all__)
    globals()[name] = value
    return value
