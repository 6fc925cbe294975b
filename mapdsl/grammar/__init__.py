"""From `.map` texts to syntax trees: `load_source` reads a file, `parse` its text."""

from .reading import load_source
from .recovery import parse

__all__ = ["load_source", "parse"]
