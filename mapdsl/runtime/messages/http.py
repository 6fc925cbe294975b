"""HTTP messages as data: what `translate_request` and `translate_response` take and give."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from mapdsl.errors import Problem, TranslationError
from mapdsl.paths import is_secret

from .display import found, spell
from .headers import Headers, check_headers, is_hidden
from .query import Separated, Wire
from .secret import HIDDEN, Credential, mask
from .wire import Unfit, decode, encode, is_text, shortest

__all__ = ["Request", "Response"]

_METHOD = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+\Z")
_PATH = re.compile(r"/[!-~]*\Z")  # printable ASCII: everything else is percent-encoded
_MISSING = object()
Places = tuple[tuple[str, str | int], ...]


@attrs.frozen(repr=False)
class Request:
    """A request. `path` is percent-encoded, query and header values are texts or lists of texts, no body is None.

    `unfilled` names the credentials that nobody has answered yet: such a request must not be sent. The repr shows
    `***` for credentials, and no more of the body than its kind and size.
    """

    __module__ = "mapdsl"

    method: str
    path: str
    query: Wire = attrs.field(factory=dict)
    headers: Headers = attrs.field(factory=dict)
    body: Any = None
    unfilled: tuple[str, ...] = ()
    _secrets: tuple[str | Credential, ...] = attrs.field(default=(), eq=False)
    _places: Places = attrs.field(default=(), eq=False)

    @classmethod
    def from_any(cls, value: Any) -> Request:
        """The request of a Request or of a dict with its keys, with a query in `path` moved to `query`.

        query, headers and body may be left out or None; integers among query and header values are printed. Raises
        TypeError where `value` is neither, TranslationError with all problems where it is a request that cannot be.
        """
        method: Any
        path: Any
        query: Any
        headers: Any
        if isinstance(value, cls):
            method, path, query, headers, body = value.method, value.path, value.query, value.headers, value.body
            problems: list[Problem] = []
        elif isinstance(value, (dict, Mapping)):
            method, path = value.get("method", _MISSING), value.get("path", _MISSING)
            query, headers, body = value.get("query"), value.get("headers"), value.get("body")
            problems = _unknown(value, ("method", "path", "query", "headers", "body"))
        else:
            raise TypeError(f"a request is a Request or a dict with method and path, not {type(value).__name__}")
        if not isinstance(method, str) or not _METHOD.match(method):
            problems.append(Problem("method", "an HTTP method", _shown(method)))
        texts = _texts(query, "query", problems)
        path = _split(path, texts, problems)
        lines = _texts(headers, "headers", problems)
        problems += check_headers(lines)
        if problems:
            raise TranslationError(problems)
        if isinstance(value, cls):
            return cls(method, path, texts, lines, body, value.unfilled, value._secrets, value._places)
        return cls(method, path, texts, lines, body)

    def to_dict(self) -> dict[str, Any]:
        """A new dict with the keys method, path, query, headers and body; the body is the same object.

        A parameter that held encoded commas stands in the path, where they can still be told from bare ones.
        """
        separated = {name: value.parts for name, value in self.query.items() if isinstance(value, Separated)}
        pairs = [f"{encode(name)}={','.join(map(encode, parts))}" for name, parts in separated.items()]
        return {
            "method": self.method,
            "path": f"{self.path}?{'&'.join(pairs)}" if pairs else self.path,
            "query": _copy({name: value for name, value in self.query.items() if name not in separated}),
            "headers": _copy(self.headers),
            "body": self.body,
        }

    def hiding(self, secrets: Iterable[str | Credential], places: Places = ()) -> Request:
        """The same request, whose repr shows `***` in these places, and for these texts wherever they stand in it.

        A place is ("path", number of the segment), ("query", name) or ("headers", name in lower case).
        """
        secrets, places = (*self._secrets, *secrets), (*self._places, *places)
        return Request(self.method, self.path, self.query, self.headers, self.body, self.unfilled, secrets, places)

    def __reduce__(self) -> tuple[Any, ...]:
        # A secret that stands in the request is pickled with it in any case; the other side's must not be.
        spelled = (self.path, *_spelled(self.query), *_spelled(self.headers))
        own = tuple(
            secret.reveal() if isinstance(secret, Credential) else secret
            for secret in self._secrets
            if any(mask(text, (secret,)) != text for text in spelled)
        )
        facts = (self.method, self.path, self.query, self.headers, self.body, self.unfilled, own, self._places)
        return Request, facts

    def __repr__(self) -> str:
        unfilled = f", unfilled={self.unfilled!r}" if self.unfilled else ""
        segments = self.path.split("/")
        for part, place in self._places:
            if part == "path" and isinstance(place, int) and place < len(segments):
                segments[place] = HIDDEN
        path, query = mask("/".join(segments), self._secrets), self._shown("query", self.query)
        tail = _tail(self._shown("headers", self.headers), self.body)
        return f"Request(method={self.method!r}, path={path!r}, query={query!r}, {tail}{unfilled})"

    def _shown(self, part: str, texts: Mapping[str, str | list[str]]) -> dict[str, str | list[str]]:
        hidden = {place for each, place in self._places if each == part}
        return {
            name: HIDDEN if is_secret(name) or (name.lower() if part == "headers" else name) in hidden else value
            for name, value in _masked(texts, self._secrets).items()
        }


@attrs.frozen(repr=False)
class Response:
    """A response. Header values are texts or lists of texts, no body is None."""

    __module__ = "mapdsl"

    status: int
    headers: Headers = attrs.field(factory=dict)
    body: Any = None

    @classmethod
    def from_any(cls, value: Any) -> Response:
        """The response of a Response or of a dict with its keys; headers and body may be left out or None.

        Raises TypeError where `value` is neither, TranslationError with all problems where it is one that cannot be.
        """
        status: Any
        headers: Any
        if isinstance(value, cls):
            status, headers, body = value.status, value.headers, value.body
            problems: list[Problem] = []
        elif isinstance(value, (dict, Mapping)):
            status, headers, body = value.get("status", _MISSING), value.get("headers"), value.get("body")
            problems = _unknown(value, ("status", "headers", "body"))
        else:
            raise TypeError(f"a response is a Response or a dict with status, not {type(value).__name__}")
        if type(status) is not int or not 100 <= status <= 599:
            problems.append(Problem("status", "a status from 100 to 599", _shown(status)))
        lines = _texts(headers, "headers", problems)
        problems += check_headers(lines)
        if problems:
            raise TranslationError(problems)
        return cls(status, lines, body)

    def to_dict(self) -> dict[str, Any]:
        """A new dict with the keys status, headers and body; the body is the same object."""
        return {"status": self.status, "headers": _copy(self.headers), "body": self.body}

    def __repr__(self) -> str:
        return f"Response(status={self.status!r}, {_tail(self.headers, self.body)})"


def _unknown(message: Mapping[Any, Any], known: tuple[str, ...]) -> list[Problem]:
    expected = f"only {', '.join(known)}"
    return [Problem(_place(str(name)), expected, "another key") for name in message if name not in known]


def _texts(values: Any, part: str, problems: list[Problem]) -> dict[str, str | list[str]]:
    """A new dict of texts and lists of texts; what is neither goes to `problems` and is left out."""
    if values is None:
        return {}
    if not isinstance(values, (dict, Mapping)):
        problems.append(Problem(part, "an object of texts and lists of texts", found(values)))
        return {}
    texts: dict[str, str | list[str]] = {}
    for name, value in values.items():
        if type(name) is not str or not is_text(name):
            problems.append(Problem(part, "names that are text", f"the name {found(name)}"))
        elif (type(value) is str and value.isascii()) or isinstance(value, Separated):
            texts[name] = value
        else:
            many = value if isinstance(value, (list, tuple)) else (value,)
            read = [_text(item, part, name, problems) for item in many]
            texts[name] = read if many is value else read[0]
    return texts


def _text(value: Any, part: str, name: str, problems: list[Problem]) -> str:
    """One value as text: integers are printed, for they are often given so and can be meant in one way only."""
    what = "a lone surrogate"
    try:
        if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
            text = shortest(value) if isinstance(value, int) else str(value)
            if is_text(text):
                return text
        else:
            what = found(value) if value is None or isinstance(value, (bool, dict, list)) else _kind(value)
    except Unfit as error:
        what = error.found
    problems.append(Problem(_place(part, name), "a text or a list of texts", what))
    return ""


def _split(path: object, query: Wire, problems: list[Problem]) -> str:
    """The path without its query, whose parameters are put into `query`. What is wrong with it is never shown."""
    if not isinstance(path, str) or not path.startswith("/"):
        # Not shown where it is a text: it may be a whole URL with a credential in it.
        what = _shown(path) if not isinstance(path, str) else "another text" if path else "an empty text"
        problems.append(Problem("path", "a path that begins with /", what))
        return ""
    if "#" in path:
        problems.append(Problem("path", "a path without a fragment", "a # in it"))
        return ""
    mark: str
    path, mark, rest = path.partition("?")
    if not _PATH.match(path):
        problems.append(
            Problem("path", "a percent-encoded path", "a blank, a control character or a letter beyond ASCII")
        )
    if mark:
        _add(rest, query, problems)
    return path


def _add(text: str, query: Wire, problems: list[Problem]) -> None:
    given = set(query)
    for piece in text.split("&"):
        if not piece:
            continue
        spelled, _, raw = piece.replace("+", " ").partition("=")
        try:
            name, value = decode(spelled), decode(raw)
            if "%2c" in raw.lower() and name not in query:
                value = Separated.of(map(decode, raw.split(",")))
        except Unfit as error:
            problems.append(Problem("path", "a percent-encoded query", error.found))
            continue
        if name in given:
            problems.append(Problem(_place("query", name), "a parameter in path or in query", "it in both"))
        elif name in query:
            before = query[name]
            if isinstance(before, list):
                before.append(value)  # made here: what was given beside the path stays as it is
            else:
                query[name] = ["".join(before), value]
        else:
            query[name] = value


def _copy(texts: Mapping[str, str | list[str]]) -> dict[str, str | list[str]]:
    return {name: value if isinstance(value, str) else list(value) for name, value in texts.items()}


def _spelled(texts: Mapping[str, str | list[str]]) -> Iterator[str]:
    for name, value in texts.items():
        yield name
        yield from (value,) if isinstance(value, str) else value


def _masked(texts: Mapping[str, str | list[str]], secrets: tuple[str | Credential, ...]) -> dict[str, str | list[str]]:
    # Before their repr is made: that one escapes, and an escaped secret would not be found.
    return {
        mask(name, secrets): mask(value, secrets) if isinstance(value, str) else [mask(text, secrets) for text in value]
        for name, value in texts.items()
    }


def _tail(headers: Headers, body: Any) -> str:
    shown = {name: HIDDEN if is_hidden(name) else value for name, value in headers.items()}
    what = "None" if body is None else f"a text of {len(body)}" if isinstance(body, str) else found(body)
    return f"headers={shown!r}, body={what}"


def _shown(value: Any) -> str:
    return "nothing" if value is _MISSING else found(value)


def _kind(value: Any) -> str:
    return f"a Python {type(value).__name__}"


def _place(*steps: str) -> str:
    return spell(steps)
