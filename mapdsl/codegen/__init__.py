"""The intermediate representation -> Python functions."""

from .loader import compile_unit
from .module import Module, generate, mappings, namespace

__all__ = ["Module", "compile_unit", "generate", "mappings", "namespace"]
