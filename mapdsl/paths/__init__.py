"""Field paths of the language: `a.b[].c`, `redial_rules.*[]`, `$`, `@query.key`; and selections. Knows no syntax."""

from .path import ITEMS, KEYS, Path, Ref, Step, overlap
from .select import Selector, find
from .selectors import parse_selector

__all__ = ["ITEMS", "KEYS", "Path", "Ref", "Selector", "Step", "find", "overlap", "parse_selector"]
