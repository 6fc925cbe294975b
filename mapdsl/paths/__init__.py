"""Field paths of the language: `a.b[].c`, `redial_rules.*[]`, `$`, `@query.key`; and selections. Knows no syntax."""

from .index import PathIndex
from .path import ITEMS, KEYS, Assumed, Path, Ref, Step, Where, overlap
from .secrets import is_secret, is_token
from .select import Pick, Selector, Test, find
from .selectors import parse_selector

__all__ = [
    "ITEMS",
    "KEYS",
    "Assumed",
    "Path",
    "PathIndex",
    "Pick",
    "Ref",
    "Selector",
    "Step",
    "Test",
    "Where",
    "find",
    "is_secret",
    "is_token",
    "overlap",
    "parse_selector",
]
