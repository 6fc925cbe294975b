"""What a compiled mapping needs to run: messages, routes, lookups, residue, translation. No I/O, no clock."""

from .api import Api, Endpoint, rebuild_with
from .messages import Request, Response
from .parts import Asked, Log, Loss, Note, Parts
from .plan import Auth, Carrier, Compiled, CompiledFailure, Edge, LookupDecl, PagingSide, Route, Ways
from .show import found, spell
from .support import HELPERS

__all__ = [
    "HELPERS",
    "Api",
    "Asked",
    "Auth",
    "Carrier",
    "Compiled",
    "CompiledFailure",
    "Edge",
    "Endpoint",
    "Log",
    "LookupDecl",
    "Loss",
    "Note",
    "PagingSide",
    "Parts",
    "Request",
    "Response",
    "Route",
    "Ways",
    "found",
    "rebuild_with",
    "spell",
]
