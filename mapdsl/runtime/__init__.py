"""What a compiled mapping needs to run: messages, routes, lookups, residue, translation. No I/O, no clock."""

from .api import Api, Endpoint, rebuild_with
from .blocks import ONLY, Block, Blocks
from .bodiless import BODILESS, NO_BODY
from .choices import Check, Choice
from .exchange import Exchange, most_calls
from .headers import TABLE as HEADERS
from .headers import of_connection
from .items import MOST_ITEMS, MOST_JOINED, Written
from .json_text import dumps as json_dumps
from .json_text import loads as json_loads
from .messages import Request, Response
from .notes import register_lines
from .parts import DROPPED, GUESSED, KINDS, OWED, UNTRANSLATED, Asked, Claim, Log, Loss, Note, Parts
from .plan import (
    Auth,
    Carrier,
    Compiled,
    CompiledFailure,
    Edge,
    Enrich,
    Fan,
    FieldDecl,
    Gather,
    LookupDecl,
    PagingSide,
    Replace,
    Residual,
    Route,
    StatusRow,
    Ways,
    no_function,
)
from .record import recall, record
from .replies import nth_call
from .results import TranslatedRequest, TranslatedResponse
from .show import found, spell, spell_place
from .steps import Ask, Done, Failed, Send
from .support import HELPERS
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
    "Ask",
    "Asked",
    "Auth",
    "Block",
    "Blocks",
    "Carrier",
    "Check",
    "Choice",
    "Claim",
    "Compiled",
    "CompiledFailure",
    "Done",
    "Edge",
    "Endpoint",
    "Enrich",
    "Exchange",
    "Failed",
    "Fan",
    "FieldDecl",
    "Gather",
    "Log",
    "LookupDecl",
    "Loss",
    "Note",
    "PagingSide",
    "Parts",
    "Replace",
    "Request",
    "Residual",
    "Response",
    "Route",
    "Send",
    "StatusRow",
    "TranslatedRequest",
    "TranslatedResponse",
    "Ways",
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
