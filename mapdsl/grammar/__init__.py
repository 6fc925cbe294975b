"""From `.map` texts to syntax trees: `load_source` reads a file, `parse` its text."""

from .reading import MAX_SIZE, load_source
from .recovery import parse

__all__ = ["MAX_SIZE", "load_source", "parse"]
