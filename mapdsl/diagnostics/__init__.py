"""Sources and spans, the registry of codes, diagnostics as data and their renderers."""

from .codes import CODES, Code
from .diagnostic import Diagnostic, Label, Sources
from .source import NOWHERE, Source, Span
from .text import render, render_all

__all__ = ["CODES", "NOWHERE", "Code", "Diagnostic", "Label", "Source", "Sources", "Span", "render", "render_all"]
