"""The intermediate representation -> Python functions."""

from .loader import compile_unit, pieces_of, routes_of
from .module import Module, generate, mappings

__all__ = ["Module", "compile_unit", "generate", "mappings", "pieces_of", "routes_of"]
