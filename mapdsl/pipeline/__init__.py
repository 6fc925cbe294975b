"""The only room that knows the order of the phases: find, read, analyse, lower, generate, load."""

from .documents import CallText, DemoCall, DemoScript, ReplyText, RequestText, ResponseText, structure
from .finding import Files, Trees, api_folders, keep_inside
from .guides import find_specs, shipped
from .holes import HoleFound, holes
from .loading import CompiledProgram, check, compile_program, compile_text, compile_texts, load, loads, rebuild

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
    "check",
    "compile_program",
    "compile_text",
    "compile_texts",
    "find_specs",
    "holes",
    "keep_inside",
    "load",
    "loads",
    "rebuild",
    "shipped",
    "structure",
]
