"""Names that mean a secret, whoever declares them: docs/reference/headers.md has the same list.

A name is taken apart at `_`, `-`, dots, blanks and where its case changes, and only whole words count. What it names is
told by its last words: `user_password` and `X-Api-Key` are secrets, `password_changed_at`, `Idempotency-Key`,
`next_page_token` and `token_type` are none.
"""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = ["SECRETS", "is_secret", "is_token"]

SECRETS = (
    *("password", "passwd", "passphrase", "passcode", "pwd", "secret", "cookie", "cookies", "credential"),
    *("credentials", "authorization", "bearer", "jwt"),
    *("api key", "api token", "api secret", "api pass", "auth key", "auth token", "auth pass", "authentication token"),
    *("authorization token", "access key", "access token", "refresh token", "id token", "bearer token", "login token"),
    *("session token", "session id", "session key", "security token", "secret token", "service token", "user token"),
    *("secret key", "private key", "client secret", "signing key", "encryption key", "csrf token", "xsrf token"),
)
# A token by itself is one; behind another word it may be a mark in a list (`page_token`).
_ALONE = frozenset({("token",), ("x", "token"), ("phpsessid",), ("jsessionid",)})
# What may stand behind the words that tell: `password2`, `api_key_v2`, `password_confirmation`.
_BEHIND = re.compile(r"(\d+|v|value|hash|confirm|confirmation)\Z")
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
# `api_key`, and `apikey` in one word.
_ENDS = frozenset(words for each in SECRETS for words in (tuple(each.split()), (each.replace(" ", ""),)))
_LONGEST = 200  # a longer name is no name that anybody gave


@lru_cache(maxsize=4096)
def is_secret(name: str) -> bool:
    """Whether a header, parameter or member of this name holds a secret."""
    if len(name) > _LONGEST:
        return False
    words = _words(name)
    return words in _ALONE or any(words[-count:] in _ENDS for count in (1, 2))


def is_token(name: str) -> bool:
    """Whether a name is `token` and nothing more, which does not say what the token is for: an order may have one."""
    return _words(name[:_LONGEST]) == ("token",)


def _words(name: str) -> tuple[str, ...]:
    words = [word.lower() for word in _WORDS.findall(name)]
    while len(words) > 1 and _BEHIND.match(words[-1]):
        words.pop()
    return tuple(words)
