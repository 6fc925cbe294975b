"""Headers of drawn messages that no rule names: each kind of the table of headers, in odd spellings, many of a name."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

__all__ = ["beside"]

# A prime number of rows each, so that they meet every kind of document.
_REQUESTS: tuple[dict[str, Any], ...] = (
    {"X-Request-Id": "r-1", "prefer": ["a=1", "b"], "TRACEPARENT": "00-1"},
    {"If-Match": '"5"', "RANGE": "bytes=0-1", "Idempotency-Key": "k"},
    {"Cookie": "session=SECRET", "X-Auth-Token": "SECRET", "aCCept": "a/b"},
    {"Connection": "close, X-Hop", "X-Hop": "1", "Content-Length": "9", "Content-MD5": ""},
    {},
    {"Content-Type": "application/json; charset=utf-8", "If-None-Match": ['"1"', '"2"']},
    {"Link": '</nowhere>; rel="x"', "x-ODD-name": "", "Want-Digest": "a"},
)
_REPLIES: tuple[dict[str, Any], ...] = (
    {"ETag": '"5"', "LAST-modified": "now", "Vary": ["a", "b"]},
    {"Location": "/nowhere/7", "Set-Cookie": ["a=SECRET", "b=SECRET"]},
    {"Retry-After": "9", "Www-Authenticate": "Bearer", "X-RateLimit-Remaining": "3"},
    {"Transfer-Encoding": "chunked", "keep-alive": "timeout=5", "Content-Digest": "x", "Content-Range": "bytes 0-1/2"},
    {},
    {"Link": ["</nowhere?page=2>; rel=next", "<https://elsewhere.example/>"], "Content-Location": "https://a.example/"},
    {"Content-Type": "application/problem+json", "content-disposition": "attachment"},  # bodies here are JSON
)


def beside(number: int, headers: Mapping[str, Any], *, reply: bool, owned: Collection[str] = ()) -> dict[str, Any]:
    """The headers of the message of a number: those that rules and auth know, and others. `owned`, in lower case, are
    names that somebody declares."""
    rows = _REPLIES if reply else _REQUESTS
    known = {*map(str.lower, headers), *owned}
    extra = rows[number % len(rows)]
    return {**headers, **{name: value for name, value in extra.items() if name.lower() not in known}}
