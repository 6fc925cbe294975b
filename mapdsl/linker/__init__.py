"""Generated code, declarations as plain data, and conversions -> units that the runtime runs, each at its first use."""

from .data import Named, freeze, thaw
from .listing import Behind, inner_statements, pack, rules_by_line, statements
from .pausing import without_collecting
from .steps import Step, Table
from .units import BUILTINS, CLASSES, NO_FUNCTION, Head, Linked, Pieces, dump, undump

__all__ = [
    "BUILTINS",
    "CLASSES",
    "NO_FUNCTION",
    "Behind",
    "Head",
    "Linked",
    "Named",
    "Pieces",
    "Step",
    "Table",
    "dump",
    "freeze",
    "inner_statements",
    "pack",
    "rules_by_line",
    "statements",
    "thaw",
    "undump",
    "without_collecting",
]
