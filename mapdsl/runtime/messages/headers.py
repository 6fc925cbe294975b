"""Headers: names compare without case, values may repeat, and nothing in them can end a line.

What becomes of one that no rule names depends on its name (docs/reference/headers.md has the same table):

    connection   of the connection, the framing or the coding: never passes, without a word
    credential   passes where it is declared: lost, and never shown
    old bytes    describes the bytes of the message that came, which are no more: lost
    validator    speaks of the state of one reply: passes where one reply answers one request, else it is lost
    target       a place on the side that sent it: becomes the other side's where it is a route, else it is reported
    passes       all others
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from mapdsl.errors import Problem
from mapdsl.paths import is_secret

from .display import spell

__all__ = [
    "ALWAYS",
    "TABLE",
    "Headers",
    "are_header_values",
    "check_headers",
    "fold",
    "is_credential",
    "is_hidden",
    "kind_of",
    "of_connection",
    "safe",
]

Headers = dict[str, str | list[str]]

# RFC 9110 (7.6.1 connection, 8.4 and 12.5.3 coding, 10.1.1 Expect), RFC 9112 (framing), RFC 9530 and 9421 (digests and
# signatures), RFC 9110 14 (ranges), 13 and 8.8 (validators).
TABLE: Mapping[str, tuple[str, ...]] = {
    "connection": (
        *("connection", "keep-alive", "proxy-connection", "proxy-authenticate", "proxy-authentication-info"),
        *("te", "trailer", "transfer-encoding", "upgrade", "http2-settings", "alt-svc", "alt-used"),
        *("content-length", "content-encoding", "accept-encoding", "host", "expect"),
        *("sec-websocket-key", "sec-websocket-accept", "sec-websocket-version", "sec-websocket-protocol"),
        "sec-websocket-extensions",
    ),
    "credential": ("authorization", "proxy-authorization", "cookie", "cookie2", "set-cookie", "set-cookie2"),
    "old bytes": (
        *("content-md5", "digest", "content-digest", "repr-digest", "signature", "signature-input"),
        *("range", "if-range", "content-range", "accept-ranges"),
    ),
    "validator": (*("etag", "last-modified", "if-match", "if-none-match", "if-modified-since", "if-unmodified-since"),),
    "target": ("location", "content-location", "link"),
}
# These pass even where a rule reads them, as long as none writes them.
ALWAYS = frozenset({"content-type", "accept", "accept-language", "idempotency-key", "retry-after"})

_KINDS = {name: kind for kind, names in TABLE.items() for name in names}
_WANTED = re.compile(r"(want|accept)-")  # Want-Digest, Accept-Signature: of what is to come
_OF_BYTES = re.compile(r"(.*-)?(digest|signature|md5|checksum)(-[0-9a-z]+)?\Z")  # X-Hub-Signature-256

_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+\Z")
_VALUE = re.compile(r"[\t\x20-\x7e\xa0-\xff]*\Z")  # RFC 9110 field-value, without the C1 controls


def fold(headers: Mapping[str, str | list[str]]) -> Headers:
    """The headers under lower-case names, as rules read them."""
    return {name.lower(): value for name, value in headers.items()}


@lru_cache(maxsize=4096)
def kind_of(name: str) -> str:
    """Which row of the table a header belongs to; `name` in lower case."""
    known = _KINDS.get(name)
    if known is not None:
        return known
    if name.startswith("access-control-"):
        return "passes"  # `-Allow-Credentials` only speaks of them
    if name.startswith("proxy-") or is_secret(name):
        return "credential"
    return "old bytes" if _OF_BYTES.match(name) and not _WANTED.match(name) else "passes"


def of_connection(headers: Mapping[str, str | list[str]]) -> frozenset[str]:
    """The names, in lower case, of the headers that belong to the connection: a Connection header may list more."""
    listed: list[str] = []
    found = set()
    for spelled, value in headers.items():
        name = spelled.lower()
        if kind_of(name) == "connection":
            found.add(name)
        if name == "connection":
            listed += (part for text in ([value] if isinstance(value, str) else value) for part in text.split(","))
    return frozenset(found | {part.strip().lower() for part in listed})


def is_credential(name: str) -> bool:
    """Whether a header holds a credential wherever it appears: Authorization, Cookie, Proxy-*."""
    name = name.lower()
    return name in TABLE["credential"] or name.startswith("proxy-")


def is_hidden(name: str) -> bool:
    """Whether the value of a header is not to be shown: that of a credential, or of what is called like one."""
    return is_credential(name) or kind_of(name.lower()) == "credential"


def safe(headers: Mapping[str, str | list[str]]) -> Headers:
    """The headers that may be kept for the way home: no credentials, and none that belong to the connection."""
    gone = of_connection(headers)
    return {
        name: value
        for name, value in headers.items()
        if kind_of(name.lower()) != "credential" and name.lower() not in gone
    }


def are_header_values(values: Iterable[str]) -> bool:
    """Whether texts are what headers may hold."""
    text = "".join(values)
    return (text.isascii() and text.isprintable()) or _VALUE.match(text) is not None


def check_headers(headers: Mapping[str, str | list[str]]) -> list[Problem]:
    """What is wrong with the headers of a message: names that are no tokens, a name under two spellings, values with
    line ends, control characters or letters outside Latin-1. Values are never shown."""
    problems: list[Problem] = []
    seen: set[str] = set()
    for name, value in headers.items():
        if not _TOKEN.match(name):
            problems.append(Problem(spell(("headers", name)), "a header name", "characters that none can have"))
        if name.lower() in seen:
            problems.append(
                Problem(spell(("headers", name)), "a header once (a list where it repeats)", "two spellings")
            )
        seen.add(name.lower())
        for text in [value] if isinstance(value, str) else value:
            if not _VALUE.match(text):
                what = (
                    "a line end or control character" if _VALUE.match(_without_wide(text)) is None else "other letters"
                )
                problems.append(Problem(spell(("headers", name)), "a header value (Latin-1, one line)", what))
                break
    return problems


def _without_wide(text: str) -> str:
    return "".join(character for character in text if ord(character) < 256)
