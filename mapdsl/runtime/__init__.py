"""What a compiled mapping needs to run: messages, routes, lookups, residue, translation. No I/O, no clock."""

from .parts import Asked, Log, Loss, Note, Parts
from .plan import Auth, Carrier, Compiled, CompiledFailure, Edge, LookupDecl, PagingSide, Route, Ways

from .show import found, spell
from .support import HELPERS

__all__ = [
    "HELPERS",
    "Asked",
    "Auth",
    "Carrier",
    "Compiled",
    "CompiledFailure",
    "Edge",
    "Log",
    "LookupDecl",
    "Loss",
    "Note",
    "PagingSide",
    "Parts",
    "Route",
    "Ways",
    "found",
    "spell",
]
