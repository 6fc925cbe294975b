"""Credentials: read from the place where one side carries them, and written where the other side does.

A credential is moved, never copied: `extract` takes it out of the message. It is a type of its own that shows as `***`
and cannot be pickled or written as JSON, so that it does not end up in a log, an error, a residue or a cache.
"""

from __future__ import annotations

from binascii import Error as Base64Error
from binascii import a2b_base64, b2a_base64
from collections.abc import Iterable, Mapping, MutableMapping
from typing import Any, NoReturn

from mapdsl.errors import Problem, TranslationError

from .plan import Carrier
from .show import spell
from .wire import encode, is_text

__all__ = ["HIDDEN", "Credential", "extract", "mask", "place"]

HIDDEN = "***"
_LONG_ENOUGH = 8  # letters: a shorter text is found in words that are no secret
_SCHEMES = {"bearer": "Bearer", "basic": "Basic"}


class Credential:
    """A secret that does not show itself; `reveal()` is the only way to the text. Equal if the secrets are equal."""

    __slots__ = ("_secret",)

    def __init__(self, secret: str) -> None:
        if type(secret) is not str:
            raise TypeError(f"a credential is a str, not {type(secret).__name__}")
        self._secret = secret

    def reveal(self) -> str:
        return self._secret

    def __repr__(self) -> str:
        return HIDDEN

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(HIDDEN, spec)

    def __eq__(self, other: object) -> bool:
        return self._secret == other._secret if isinstance(other, Credential) else NotImplemented

    def __hash__(self) -> int:
        return hash((Credential, self._secret))

    def __copy__(self) -> Credential:
        return self

    def __deepcopy__(self, memo: object) -> Credential:
        return self

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a credential cannot be pickled")


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
    secret = _unwrap(carrier.kind, where, found) if carrier.kind in _SCHEMES else found
    if not secret:
        raise _refusal(where, "a credential", "an empty text")
    return Credential(secret)


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
    secret = credential.reveal()
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
        headers["Authorization"] = f"{_SCHEMES[carrier.kind]} {_wrap(carrier, secret)}"


def mask(text: str, secrets: Iterable[str | Credential]) -> str:
    """The text with `***` for every secret in it, as it is, percent-encoded or in base64.

    A short one could be a part of any word and is left: where it stands, its place says that it is hidden.
    """
    spellings: set[str] = set()
    for secret in secrets:
        plain = secret.reveal() if isinstance(secret, Credential) else secret
        if len(plain) >= _LONG_ENOUGH and is_text(plain):
            spellings.update((plain, encode(plain), _base64(plain)))
    for spelling in sorted(spellings, key=len, reverse=True):
        text = text.replace(spelling, HIDDEN)
    return text


def _pop_header(headers: MutableMapping[str, Any], name: str) -> tuple[str, Any]:
    """Take a header out, whatever its case: the place as the message spells it, and the value or None."""
    low = name.lower()
    for spelled in headers:
        if spelled.lower() == low:
            return spell(("headers", spelled)), headers.pop(spelled)
    return spell(("headers", name)), None


def _unwrap(kind: str, where: str, value: str) -> str:
    scheme, _, rest = value.strip(" \t").partition(" ")
    secret = rest.strip(" \t")
    if scheme.lower() != kind or not secret or any(character.isspace() for character in secret):
        raise _refusal(where, f'"{_SCHEMES[kind]} ..." with one credential', "something else")
    if kind == "bearer":
        return secret
    try:
        return a2b_base64(secret, strict_mode=True).decode()
    except (Base64Error, ValueError):
        raise _refusal(where, '"Basic ..." with a name and password in base64', "something else") from None


def _wrap(carrier: Carrier, secret: str) -> str:
    if carrier.kind == "basic":
        return _base64(secret)
    if not secret.isascii() or not secret.isprintable() or " " in secret:
        raise _refusal(_where(carrier), "a credential that a Bearer header can hold", "other characters in it")
    return secret


def _base64(text: str) -> str:
    return b2a_base64(text.encode(), newline=False).decode("ascii")


def _where(carrier: Carrier) -> str:
    parts: Mapping[str, tuple[str, str]] = {
        "path": ("path", carrier.name),
        "query": ("query", carrier.name),
        "header": ("headers", carrier.name),
    }
    return spell(parts.get(carrier.kind, ("headers", "Authorization")))


def _refusal(where: str, expected: str, what: str) -> TranslationError:
    return TranslationError([Problem(where, expected, what)])
