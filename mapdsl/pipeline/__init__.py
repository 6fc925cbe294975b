"""The only room that knows the order of the phases: find, read, analyse, lower, generate, load."""

from .documents import CallText, DemoCall, DemoScript, ReplyText, RequestText, ResponseText, structure
from .finding import Trees, api_folders
from .guides import find_specs, shipped
from .holes import HoleFound, holes
from .loading import CompiledProgram, check, compile_program, compile_text, compile_texts, load, loads, rebuild

__all__ = [
    "CallText",
    "CompiledProgram",
    "DemoCall",
    "DemoScript",
    "HoleFound",
    "ReplyText",
    "RequestText",
    "ResponseText",
    "Trees",
    "api_folders",
    "check",
    "compile_program",
    "compile_text",
    "compile_texts",
    "find_specs",
    "holes",
    "load",
    "loads",
    "rebuild",
    "shipped",
    "structure",
]
