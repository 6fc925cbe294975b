"""From a message to the parts that generated code reads, and from the parts that it writes to a message."""

from .bodiless import BODILESS, NO_BODY, is_read, report_dropped
from .catalog import PLAIN, Catalog, CatalogUnit, catalog_of, other_side
from .claims import claim_of
from .credentials import extract, place
from .fields import find, misfits, report_missing
from .incoming import (
    IncomingRequest,
    guards_hold,
    is_call,
    open_checked,
    open_request,
    open_response,
    refuse_misplaced,
    unit_label,
    validated,
)
from .known_headers import HeaderNames, KnownHeaders
from .masking import hide_headers, masked
from .outgoing import (
    OutgoingCredential,
    Spelling,
    close_request,
    in_path,
    places_of,
    read_request,
    write_headers,
)
from .passing_headers import Carried, Follow, Names, Passed, body_kind, header_at, header_of, pass_headers
from .raw_body import bytes_fault, take_raw_body
from .rpc_envelope import (
    FAILED,
    Reply,
    asked_for,
    error_problem,
    failure_of_http,
    fit_to_rpc,
    forms,
    nulls_in,
    open_reply,
    spell_in_call,
    wrap_call,
)
from .undeclared_secrets import UNDECLARED, Spoken

__all__ = [
    "BODILESS",
    "FAILED",
    "NO_BODY",
    "PLAIN",
    "UNDECLARED",
    "Carried",
    "Catalog",
    "CatalogUnit",
    "Follow",
    "HeaderNames",
    "IncomingRequest",
    "KnownHeaders",
    "Names",
    "OutgoingCredential",
    "Passed",
    "Reply",
    "Spelling",
    "Spoken",
    "asked_for",
    "body_kind",
    "bytes_fault",
    "catalog_of",
    "claim_of",
    "close_request",
    "error_problem",
    "extract",
    "failure_of_http",
    "find",
    "fit_to_rpc",
    "forms",
    "guards_hold",
    "header_at",
    "header_of",
    "hide_headers",
    "in_path",
    "is_call",
    "is_read",
    "masked",
    "misfits",
    "nulls_in",
    "open_checked",
    "open_reply",
    "open_request",
    "open_response",
    "other_side",
    "pass_headers",
    "place",
    "places_of",
    "read_request",
    "refuse_misplaced",
    "report_dropped",
    "report_missing",
    "spell_in_call",
    "take_raw_body",
    "unit_label",
    "validated",
    "wrap_call",
    "write_headers",
]
