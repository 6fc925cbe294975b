"""HTTP messages as data: what goes over the wire, and what is known of it without a spec."""

from .display import found, spell, spell_place
from .headers import ALWAYS, TABLE, Headers, check_headers, fold, is_credential, is_hidden, kind_of, of_connection, safe
from .http import Places, Request, Response
from .json_text import dumps, loads
from .limits import JSON_VALUE, MAX_NODES, MAX_TEXT, NAMES, check_document
from .query import Wire, decode, encode, separated
from .routes import Router, Template
from .rpc import (
    FIRST_ID,
    Call,
    default_message,
    error_of_status,
    is_error,
    is_id,
    kept_nulls,
    read_call,
    read_params,
    read_reply,
    too_many,
    unknown_method,
    write_call,
    write_params,
    write_reply,
)
from .secret import HIDDEN, Credential, in_base64
from .survey import Survey, survey
from .wire import Unfit, is_text, shortest

__all__ = [
    "ALWAYS",
    "FIRST_ID",
    "HIDDEN",
    "JSON_VALUE",
    "MAX_NODES",
    "MAX_TEXT",
    "NAMES",
    "TABLE",
    "Call",
    "Credential",
    "Headers",
    "Places",
    "Request",
    "Response",
    "Router",
    "Survey",
    "Template",
    "Unfit",
    "Wire",
    "check_document",
    "check_headers",
    "decode",
    "default_message",
    "dumps",
    "encode",
    "error_of_status",
    "fold",
    "found",
    "in_base64",
    "is_credential",
    "is_error",
    "is_hidden",
    "is_id",
    "is_text",
    "kept_nulls",
    "kind_of",
    "loads",
    "of_connection",
    "read_call",
    "read_params",
    "read_reply",
    "safe",
    "separated",
    "shortest",
    "spell",
    "spell_place",
    "survey",
    "too_many",
    "unknown_method",
    "write_call",
    "write_params",
    "write_reply",
]
