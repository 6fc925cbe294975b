"""Messages that go out: the parts that generated code built, as HTTP spells them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import attrs

from mapdsl.errors import Problem, RuleRef, TranslationError

from .api import Api, Prepared
from .credentials import HIDDEN, Credential, extract, place
from .headers import Headers, check_headers, is_credential, passing
from .lookups import ask
from .messages import Request
from .opening import Opened
from .parts import Loss, Parts
from .plan import Auth, Carrier, LookupDecl
from .query import Wire, encode
from .wire import Unfit, shortest

__all__ = ["Answered", "answer_credential", "close_request", "write_headers"]

Made = TypeVar("Made")


@attrs.frozen
class Answered:
    """The credential of the other side: the secret, or the name of what is still open; what that loses."""

    credential: Credential | None = None
    unfilled: tuple[str, ...] = ()
    lost: tuple[Loss, ...] = ()


def answer_credential(
    api: Api, auth: Auth | None, credential: Credential | None, lookups: Any, to: str, problems: list[Problem]
) -> Answered:
    """Ask for the credential of the other side. One that nobody answers stays open: that is a loss, no error."""
    if auth is None:
        return Answered()
    here, there = auth.side("old" if to == "new" else "new"), auth.side(to)
    if there is None:
        dropped = (Loss(_where(here), HIDDEN, f"no credential in the {to} API"),) if credential is not None else ()
        return Answered(lost=dropped)
    if auth.same and credential is not None:
        return Answered(credential)
    if credential is not None and auth.credential in lookups:
        decl = api.lookups.get(auth.credential) or LookupDecl(auth.credential, "string", "string", credential=True)
        key = credential.reveal()
        found = ask(decl, (key,), lookups[auth.credential], to, problems).get(key)
        if found:
            return Answered(Credential(found))
    reason = f"credential {auth.credential} is not answered" if credential is not None else "the message carries none"
    return Answered(None, (auth.credential,), (Loss(_where(here or there), HIDDEN, reason),))


def _where(carrier: Carrier | None) -> str:
    if carrier is None:
        return "headers"
    if carrier.kind in ("path", "query"):
        return f"{carrier.kind}.{carrier.name}"
    return f"headers.{carrier.name if carrier.kind == 'header' else 'Authorization'}"
