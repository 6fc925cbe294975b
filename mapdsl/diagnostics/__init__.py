"""Sources and spans, the registry of codes, diagnostics as data and their renderers."""

from .capping import MOST_TOLD, capped, listed, more, shorten
from .codes import CODES, Code
from .diagnostic import Diagnostic, Label, Sources
from .source import NOWHERE, Source, Span
from .text import render, render_all

__all__ = [
    "CODES",
    "MOST_TOLD",
    "NOWHERE",
    "Code",
    "Diagnostic",
    "Label",
    "Source",
    "Sources",
    "Span",
    "capped",
    "listed",
    "more",
    "render",
    "render_all",
    "shorten",
]
