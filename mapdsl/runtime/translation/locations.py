"""Headers that name a place on the side that sent them: Location, Content-Location, Link.

A target that a GET of an endpoint takes on that side becomes the address of the same endpoint on the other side: the
request is translated like any other. What is no such address passes as it is, and is reported.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import attrs

from mapdsl.errors import MapError
from mapdsl.paths import is_secret
from mapdsl.runtime.compiled import DROPPED, UNTRANSLATED, Auth
from mapdsl.runtime.messages import Request
from mapdsl.runtime.transport import Catalog, Follow

from .request import Follower, Translation, open_all

__all__ = ["follower"]

Begin = Callable[..., Translation]  # as `folding.begin`
_Followed = tuple[str | None, str, str]  # the text, why it is no other, the kind of that loss
_LINK = re.compile(r'<([^<>]*)>|"(?:[^"\\]|\\.)*"')  # a target, or a text in which none stands
_AS_IT_IS = "it passes as it is"
_SECRET = "it holds a credential of the side that sent it"


def follower(begin: Begin) -> Follower:
    """What makes, for a message from `side`, the function that turns its headers and says why it does not.

    `begin` begins the translation of a request. `base` is the path of the request, for relative references; empty where
    it is not known.
    """

    def make(catalog: Catalog, side: str, to: str, base: str, lookups: Mapping[str, Any]) -> Follow:
        def one(text: str) -> _Followed:
            return _followed(begin, catalog, side, to, base, lookups, text)

        def follow(name: str, text: str) -> _Followed:
            return _each_link(text, one) if name == "link" else one(text)

        return follow

    return make


def _each_link(text: str, one: Any) -> _Followed:
    """The targets of a Link header: `<...>; rel="next", <...>`."""
    pieces: list[str] = []
    reasons: dict[str, str] = {}
    end = 0
    for found in _LINK.finditer(text):
        if found[1] is None:
            continue
        made, reason, kind = one(found[1])
        if made is None:
            return None, reason, kind
        if reason:
            reasons[reason] = kind
        pieces += (text[end : found.start()], f"<{made}>")
        end = found.end()
    if not pieces:
        return _unchanged(text, "no target in it")
    kind = DROPPED if DROPPED in reasons.values() else UNTRANSLATED
    return "".join((*pieces, text[end:])), "; ".join(reasons), kind


def _unchanged(text: str, reason: str) -> _Followed:
    return text, f"{reason}: {_AS_IT_IS}", UNTRANSLATED


def _followed(
    begin: Begin, catalog: Catalog, side: str, to: str, base: str, lookups: Mapping[str, Any], text: str
) -> _Followed:
    """The address on the other side, or the text itself with the reason; None where it must not be shown."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return _unchanged(text, "no address")
    if parts.scheme or parts.netloc:
        return _unchanged(text, "of another host, for all that is known here")
    if not parts.path.startswith("/"):
        if not base or not text:
            return _unchanged(text, "relative to a path that is not known here")
        parts = urlsplit(urljoin(base, text))
    address = parts.path + (f"?{parts.query}" if parts.query else "")
    try:
        request = Request.from_any({"method": "GET", "path": address})
    except MapError:
        return _unchanged(text, f"no address of the {side} API")
    try:
        opened = open_all(catalog, (request,), side, None)
    except MapError:
        if any(is_secret(name) for name in request.query):
            return None, _SECRET, DROPPED
        return _unchanged(text, f"no route of the {side} API takes it as a GET")
    own = opened[0].credential is not None or any(is_secret(name) for name in request.query)
    made, reason, kind = _translated(begin, catalog, opened, side, to, lookups)
    if made is None:
        return (None, _SECRET, DROPPED) if own else _unchanged(text, reason)
    return made + (f"#{parts.fragment}" if parts.fragment else ""), reason, kind


def _translated(
    begin: Begin, catalog: Catalog, opened: Any, side: str, to: str, lookups: Mapping[str, Any]
) -> _Followed:
    auth: Auth | None = opened[0].prepared.unit.auth
    given = {name: each for name, each in lookups.items() if auth is None or name != auth.credential}
    try:
        bare = (attrs.evolve(opened[0], credential=None),)  # whoever follows it has one
        sent = begin(catalog, bare, side, to, given).translate(strict=frozenset())
    except MapError:
        return None, f"the {to} API has no address for it", UNTRANSLATED
    if len(sent.requests) != 1 or not sent.complete:
        return None, f"the {to} API needs several calls for it", UNTRANSLATED
    (request,) = sent.requests
    carrier = None if auth is None else auth.side(to)
    if request.method != "GET" or (request.body not in (None, {})):
        return None, f"the {to} API takes it by no GET", UNTRANSLATED
    if carrier is not None and carrier.kind == "path":
        return None, f"the {to} API has a credential in its address", UNTRANSLATED
    lost = [f"{loss.path}: {loss.reason}" for loss in sent.lost if loss.value != "***"]
    pairs = [(name, each) for name, v in request.query.items() for each in ([v] if isinstance(v, str) else v)]
    query = "&".join(f"{quote(name, safe='[]')}={quote(value, safe=',:')}" for name, value in pairs)
    kind = DROPPED if any(loss.kind == DROPPED for loss in sent.lost if loss.value != "***") else UNTRANSLATED
    return request.path + (f"?{query}" if query else ""), "; ".join(lost), kind
