"""The checked model -> the intermediate representation."""

from .units import lower

__all__ = ["lower"]
