"""Secrets: a type that shows as `***`, and texts without them.

A Credential cannot be pickled or written as JSON, so that it does not end up in a log, an error, a residue or a cache.
"""

from __future__ import annotations

from binascii import b2a_base64
from collections.abc import Iterable
from typing import Any, NoReturn

from .wire import encode, is_text

__all__ = ["HIDDEN", "Credential", "in_base64", "mask"]

HIDDEN = "***"
_LONG_ENOUGH = 8  # letters: a shorter text is found in words that are no secret


class Credential:
    """A secret that does not show itself; `reveal()` is the only way to the text. Equal if the secrets are equal.

    `tag`: in which of several headers it stands, empty for the one that is written by default.
    """

    __slots__ = ("_secret", "tag")

    def __init__(self, secret: str, tag: str = "") -> None:
        if type(secret) is not str:
            raise TypeError(f"a credential is a str, not {type(secret).__name__}")
        self._secret = secret
        self.tag = tag

    @classmethod
    def answered(cls, carrier: Any, text: str) -> Credential:
        """What a lookup answers for a side that has this carrier: a Carrier, whose other headers have tags."""
        for other in carrier.others:
            if text.startswith(f"{other.tag} "):
                return cls(text[len(other.tag) + 1 :], other.tag)
        return cls(text)

    def key(self) -> str:
        """The text to look up: what stands in another header than the default one begins with the tag."""
        return f"{self.tag} {self._secret}" if self.tag else self._secret

    def reveal(self) -> str:
        return self._secret

    def __repr__(self) -> str:
        return HIDDEN

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(HIDDEN, spec)

    def __eq__(self, other: object) -> bool:
        return self.key() == other.key() if isinstance(other, Credential) else NotImplemented

    def __hash__(self) -> int:
        return hash((Credential, self._secret))

    def __copy__(self) -> Credential:
        return self

    def __deepcopy__(self, memo: object) -> Credential:
        return self

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a credential cannot be pickled")


def mask(text: str, secrets: Iterable[str | Credential]) -> str:
    """The text with `***` for every secret in it, as it is, percent-encoded or in base64.

    A short one could be a part of any word and is left: where it stands, its place says that it is hidden.
    """
    spellings: set[str] = set()
    for secret in secrets:
        plain = secret.reveal() if isinstance(secret, Credential) else secret
        if len(plain) >= _LONG_ENOUGH and is_text(plain):
            spellings.update((plain, encode(plain), in_base64(plain)))
    for spelling in sorted(spellings, key=len, reverse=True):
        text = text.replace(spelling, HIDDEN)
    return text


def in_base64(text: str) -> str:
    return b2a_base64(text.encode(), newline=False).decode("ascii")
