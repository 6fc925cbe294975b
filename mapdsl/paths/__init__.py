"""Field paths of the language: `a.b[].c`, `redial_rules.*[]`, `$`, `@query.key`. Knows nothing of syntax."""

from .path import ITEMS, KEYS, Path, Ref, Step, overlap

__all__ = ["ITEMS", "KEYS", "Path", "Ref", "Step", "overlap"]
