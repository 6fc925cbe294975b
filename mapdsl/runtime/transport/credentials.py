"""Credentials: read from the place where one side carries them, and written where the other side does.

A credential is moved, never copied: `extract` takes it out of the message.
"""

from __future__ import annotations

from binascii import Error as Base64Error
from binascii import a2b_base64
from collections.abc import Mapping, MutableMapping
from typing import Any

from mapdsl.errors import Problem, TranslationError
from mapdsl.runtime.compiled import Carrier
from mapdsl.runtime.messages import Credential, in_base64, is_text, spell

__all__ = ["extract", "place"]

_SCHEMES = ("bearer", "basic", "scheme")
# Schemes that a message may name: another first word may be the secret itself.
_KNOWN = ("Basic", "Bearer", "Digest", "Negotiate", "NTLM", "Hawk", "OAuth", "Api-Key", "ApiKey", "Session", "Token")


def extract(
    carrier: Carrier | None,
    path: MutableMapping[str, Any],
    query: MutableMapping[str, Any],
    headers: MutableMapping[str, Any],
) -> Credential | None:
    """Take the credential out of a message: the three mappings are changed. None where it carries none.

    Raises TranslationError, never with the value, where one stands there that cannot be: given twice, another scheme,
    base64 that is none, an empty text.
    """
    if carrier is None:
        return None
    tag = ""
    if carrier.others:
        default, carrier = carrier, _there(carrier, headers)
        tag = "" if carrier is default else carrier.tag
    if carrier.kind in _SCHEMES or carrier.kind == "header":
        name = "Authorization" if carrier.kind in _SCHEMES else carrier.name
        where, found = _pop_header(headers, name)
    else:
        where = spell((carrier.kind, carrier.name))
        found = (path if carrier.kind == "path" else query).pop(carrier.name, None)
    if found is None:
        return None
    if isinstance(found, list) and len(found) == 1:
        found = found[0]
    if not isinstance(found, str):
        raise _refusal(where, "one credential", f"{len(found)} values" if isinstance(found, list) else "no text")
    secret = _unwrap(carrier, where, found) if carrier.kind in _SCHEMES else found
    if not secret:
        raise _refusal(where, "a credential", "an empty text")
    return Credential(secret, tag)


def _there(carrier: Carrier, headers: Mapping[str, Any]) -> Carrier:
    """The one of several carriers that a message has; the first where it has none."""
    spelled = {name.lower(): (name, value) for name, value in headers.items()}
    where, value = spelled.get("authorization", ("Authorization", None))
    text = value[0] if isinstance(value, list) and len(value) == 1 else value
    scheme = text.strip(" \t").partition(" ")[0].lower() if isinstance(text, str) else ""
    several = (carrier, *carrier.others)
    there = [
        each
        for each in several
        if (each.name.lower() in spelled if each.kind == "header" else bool(scheme) and each.tag.lower() == scheme)
    ]
    if len(there) > 1:
        raise _refusal("headers", "one credential", " and ".join(each.where for each in there))
    schemes = [each.tag for each in several if each.kind in _SCHEMES]
    if value is not None and schemes and not any(each.kind in _SCHEMES for each in there):
        expected = " or ".join(f'"{name} ..."' for name in schemes)
        raise _refusal(spell(("headers", where)), f"{expected} with one credential", _another(scheme))
    return there[0] if there else carrier


def place(
    carrier: Carrier | None,
    credential: Credential | None,
    path: MutableMapping[str, Any],
    query: MutableMapping[str, Any],
    headers: MutableMapping[str, Any],
) -> None:
    """Write a credential where a side carries it: the mapping concerned is changed. Nothing is written without one.

    Raises TranslationError, never with the value, where the secret cannot stand there.
    """
    if carrier is None or credential is None:
        return
    secret, carrier = credential.reveal(), carrier.by(credential.tag)
    if not is_text(secret):
        raise _refusal(_where(carrier), "a credential", "a lone surrogate in it")
    if carrier.kind == "path":
        path[carrier.name] = secret
    elif carrier.kind == "query":
        query[carrier.name] = secret
    elif carrier.kind == "header":
        _pop_header(headers, carrier.name)
        headers[carrier.name] = secret
    else:
        _pop_header(headers, "Authorization")
        headers["Authorization"] = f"{carrier.tag} {_wrap(carrier, secret)}"


def _pop_header(headers: MutableMapping[str, Any], name: str) -> tuple[str, Any]:
    """Take a header out, whatever its case: the place as the message spells it, and the value or None."""
    low = name.lower()
    for spelled in headers:
        if spelled.lower() == low:
            return spell(("headers", spelled)), headers.pop(spelled)
    return spell(("headers", name)), None


def _unwrap(carrier: Carrier, where: str, value: str) -> str:
    scheme, _, rest = value.strip(" \t").partition(" ")
    secret = rest.strip(" \t")
    if scheme.lower() != carrier.tag.lower() or not secret or any(character.isspace() for character in secret):
        told = "something else" if scheme.lower() == carrier.tag.lower() else _another(scheme)
        raise _refusal(where, f'"{carrier.tag} ..." with one credential', told)
    if carrier.kind != "basic":
        return secret
    try:
        return a2b_base64(secret, strict_mode=True).decode()
    except (Base64Error, ValueError):
        raise _refusal(where, '"Basic ..." with a name and password in base64', "something else") from None


def _another(scheme: str) -> str:
    """A scheme by its name; a first word that is none may be the secret itself."""
    known = next((name for name in _KNOWN if name.lower() == scheme.lower()), None)
    return "something else" if known is None else f"the scheme {known}"


def _wrap(carrier: Carrier, secret: str) -> str:
    if carrier.kind == "basic":
        return in_base64(secret)
    if not secret.isascii() or not secret.isprintable() or " " in secret:
        raise _refusal(_where(carrier), f"a credential that a {carrier.tag} header can hold", "other characters in it")
    return secret


def _where(carrier: Carrier) -> str:
    parts: Mapping[str, tuple[str, str]] = {
        "path": ("path", carrier.name),
        "query": ("query", carrier.name),
        "header": ("headers", carrier.name),
    }
    return spell(parts.get(carrier.kind, ("headers", "Authorization")))


def _refusal(where: str, expected: str, what: str) -> TranslationError:
    return TranslationError([Problem(where, expected, what)])
