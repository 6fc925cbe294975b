"""What was worked out once, kept in a private folder of the user. Whatever is wrong with it only costs time."""

from .entries import fetch, keep
from .folder import VARIABLE, in_use, without
from .keys import key_of

__all__ = ["VARIABLE", "fetch", "in_use", "keep", "key_of", "without"]
