"""The credential of the other side: asked of the program that translates, or left open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mapdsl.errors import Problem
from mapdsl.runtime.compiled import OWED, Auth, Carrier, LookupDecl, Loss
from mapdsl.runtime.messages import HIDDEN, Credential
from mapdsl.runtime.transport import OutgoingCredential

from .lookups import ask

__all__ = ["answer_credential"]


def answer_credential(
    declared: Mapping[str, LookupDecl],
    auth: Auth | None,
    credential: Credential | None,
    lookups: Any,
    to: str,
    problems: list[Problem],
) -> OutgoingCredential:
    """Ask for the credential of the other side. One that nobody answers stays open: that is a loss, no error."""
    if auth is None:
        return OutgoingCredential()
    here, there = auth.side("old" if to == "new" else "new"), auth.side(to)
    if there is None:
        dropped = (Loss(_where(here), HIDDEN, f"no credential in the {to} API"),) if credential is not None else ()
        return OutgoingCredential(lost=dropped)
    if auth.same and credential is not None:
        return OutgoingCredential(Credential(credential.reveal()))
    if credential is not None and auth.credential in lookups:
        decl = declared.get(auth.credential) or LookupDecl(auth.credential, "string", "string", credential=True)
        key = credential.key()
        found = ask(decl, (key,), lookups[auth.credential], to, problems).get(key)
        if found:
            return OutgoingCredential(Credential.answered(there, found))
    reason = f"credential {auth.credential} is not answered" if credential is not None else "the message carries none"
    stood = here if credential is None or here is None else here.by(credential.tag)
    return OutgoingCredential(None, (auth.credential,), (Loss(_where(stood or there), HIDDEN, reason, kind=OWED),))


def _where(carrier: Carrier | None) -> str:
    return "headers" if carrier is None else carrier.where
