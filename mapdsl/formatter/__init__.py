"""From a syntax tree with its comments to the one canonical text."""

from .formatting import FormatterError, format_file, format_text

__all__ = ["FormatterError", "format_file", "format_text"]
