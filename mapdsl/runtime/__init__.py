"""What a compiled mapping needs to run: messages, routes, lookups, residue, translation. No I/O, no clock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mapdsl.runtime.compiled import (
        DROPPED,
        GUESSED,
        HELPERS,
        KINDS,
        MOST_ITEMS,
        MOST_JOINED,
        ONLY,
        OWED,
        UNTRANSLATED,
        ApiSide,
        Auth,
        Block,
        Blocks,
        Carrier,
        Check,
        Choice,
        Claim,
        CompiledFailure,
        CompiledMapping,
        CompiledUnit,
        Enrich,
        Fan,
        FieldDecl,
        Gather,
        LookupDecl,
        Loss,
        Note,
        PagingSide,
        Parts,
        Recorder,
        Replace,
        RequestPair,
        Residual,
        Route,
        StatusRow,
        Written,
        no_function,
        register_lines,
    )
    from mapdsl.runtime.exchange import Ask, Done, Exchange, Failed, Send, most_calls
    from mapdsl.runtime.messages import TABLE as HEADERS
    from mapdsl.runtime.messages import Request, Response, found, of_connection, spell, spell_place
    from mapdsl.runtime.messages import dumps as json_dumps
    from mapdsl.runtime.messages import loads as json_loads
    from mapdsl.runtime.translation import TranslatedRequest, TranslatedResponse, nth_call
    from mapdsl.runtime.transport import BODILESS, NO_BODY

    from .api import Api, Endpoint, rebuild_with
    from .recording import recall, record
    from .translate import translate_request, translate_response

__all__ = [
    "BODILESS",
    "DROPPED",
    "GUESSED",
    "HEADERS",
    "HELPERS",
    "KINDS",
    "MOST_ITEMS",
    "MOST_JOINED",
    "NO_BODY",
    "ONLY",
    "OWED",
    "UNTRANSLATED",
    "Api",
    "ApiSide",
    "Ask",
    "Auth",
    "Block",
    "Blocks",
    "Carrier",
    "Check",
    "Choice",
    "Claim",
    "CompiledFailure",
    "CompiledMapping",
    "CompiledUnit",
    "Done",
    "Endpoint",
    "Enrich",
    "Exchange",
    "Failed",
    "Fan",
    "FieldDecl",
    "Gather",
    "LookupDecl",
    "Loss",
    "Note",
    "PagingSide",
    "Parts",
    "Recorder",
    "Replace",
    "Request",
    "RequestPair",
    "Residual",
    "Response",
    "Route",
    "Send",
    "StatusRow",
    "TranslatedRequest",
    "TranslatedResponse",
    "Written",
    "found",
    "json_dumps",
    "json_loads",
    "most_calls",
    "no_function",
    "nth_call",
    "of_connection",
    "rebuild_with",
    "recall",
    "record",
    "register_lines",
    "spell",
    "spell_place",
    "translate_request",
    "translate_response",
]

_ROOMS = {
    "compiled": (
        "DROPPED",
        "GUESSED",
        "HELPERS",
        "KINDS",
        "MOST_ITEMS",
        "MOST_JOINED",
        "ONLY",
        "OWED",
        "UNTRANSLATED",
        "ApiSide",
        "Auth",
        "Block",
        "Blocks",
        "Carrier",
        "Check",
        "Choice",
        "Claim",
        "CompiledFailure",
        "CompiledMapping",
        "CompiledUnit",
        "Enrich",
        "Fan",
        "FieldDecl",
        "Gather",
        "LookupDecl",
        "Loss",
        "Note",
        "PagingSide",
        "Parts",
        "Recorder",
        "Replace",
        "RequestPair",
        "Residual",
        "Route",
        "StatusRow",
        "Written",
        "no_function",
        "register_lines",
    ),
    "exchange": (
        "Ask",
        "Done",
        "Exchange",
        "Failed",
        "Send",
        "most_calls",
    ),
    "messages": (
        "Request",
        "Response",
        "found",
        "of_connection",
        "spell",
        "spell_place",
        "TABLE as HEADERS",
        "dumps as json_dumps",
        "loads as json_loads",
    ),
    "translation": (
        "TranslatedRequest",
        "TranslatedResponse",
        "nth_call",
    ),
    "transport": (
        "BODILESS",
        "NO_BODY",
    ),
    "api": (
        "Api",
        "Endpoint",
        "rebuild_with",
    ),
    "recording": (
        "recall",
        "record",
    ),
    "translate": (
        "translate_request",
        "translate_response",
    ),
}
_ROOM_OF = {
    name.partition(" as ")[2] or name: (room, name.partition(" as ")[0])
    for room, names in _ROOMS.items()
    for name in names
}


def __getattr__(name: str) -> Any:
    """Fetch a name from its room when it is first asked for: a translation needs no exchange, a spec no translation."""
    if name not in _ROOM_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    room, inside = _ROOM_OF[name]
    value = getattr(import_module(f"{__name__}.{room}"), inside)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
