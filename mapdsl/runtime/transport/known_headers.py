"""Headers by their names alone: what becomes of a message's headers, worked out once for all messages that have the
same ones.

Most messages of a program have the headers of the one before. What depends on a value is left to `pass_headers`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from mapdsl.runtime.messages import Headers, check_headers, kind_of

from .incoming import visible
from .passing_headers import Names, Passed, pass_headers

__all__ = ["HeaderNames", "KnownHeaders"]

_MOST = 256  # sets of names that are kept
_MOST_NAMES = 64
_LONGEST = 4096  # letters of all names of a set: longer ones are not kept
_PERSISTENCE = frozenset({"close", "keep-alive", "Keep-Alive"})  # values of Connection that name no other header


class KnownHeaders:
    """Headers of these names; `came` has them as spelled, as a Recorder wants it. Of a message that has them,

    `passing` go out, each name as spelled and in lower case. `lost` are those whose values are never shown. `typed`: a
    Content-Type is among them, which passes with a body of the kind that came. `whole`: all pass and may be read, and
    `low` are their names in lower case.
    """

    __slots__ = ("_connection", "_visible", "came", "lost", "low", "passing", "typed", "whole")

    def __init__(self, names: Mapping[str, str], passed: Passed, visible: Iterable[str]) -> None:
        """`names`: as spelled, by their lower case. `passed`, of any values; `visible`, in lower case."""
        self.came = (dict.fromkeys(names.values()),)
        self.passing = tuple((passed.spelled[name], name) for name in passed.values)
        self.lost = tuple(passed.losses())
        self.typed = "content-type" in names
        self._visible = tuple((names[name], name) for name in visible)
        self.low = tuple(names)
        self.whole = len(self.passing) == len(self._visible) == len(names)
        self._connection = names.get("connection")

    def names_others(self, headers: Mapping[str, str]) -> bool:
        """Whether a Connection header may name others, which are then of the connection."""
        return self._connection is not None and headers[self._connection] not in _PERSISTENCE

    def seen(self, headers: Mapping[str, str]) -> dict[str, Any]:
        """The headers as rules read them."""
        return {low: headers[name] for name, low in self._visible}

    def going(self, headers: Mapping[str, str]) -> dict[str, Any]:
        """Those that pass, under lower-case names."""
        return {low: headers[name] for name, low in self.passing}

    def spelled(self, headers: Mapping[str, str]) -> Headers:
        """Those that pass, as they came."""
        return {name: headers[name] for name, _ in self.passing}


class HeaderNames:
    """What becomes of the headers of one route's messages, by their names. `taken`: what carries the credential.

    Safe to share between threads: what two of them work out at a time is the same.
    """

    __slots__ = ("_known", "_names", "_repeated", "_taken", "_to")

    def __init__(self, names: Names, to: str, taken: str | None, repeated: Collection[str]) -> None:
        self._names = names
        self._to = to
        self._taken = taken
        self._repeated = repeated
        self._known: dict[tuple[str, ...], KnownHeaders | None] = {}

    def of(self, headers: Mapping[str, str]) -> KnownHeaders | None:
        """None where a value decides, or a name cannot be."""
        names = tuple(headers)
        try:
            return self._known[names]
        except KeyError:
            return self._learn(names)

    def _learn(self, names: tuple[str, ...]) -> KnownHeaders | None:
        if not all(type(name) is str and name.isascii() for name in names):
            return None
        found = self._work_out(names)
        if len(names) <= _MOST_NAMES and sum(map(len, names)) <= _LONGEST:
            if len(self._known) >= _MOST:
                self._known.clear()
            self._known[names] = found
        return found

    def _work_out(self, names: tuple[str, ...]) -> KnownHeaders | None:
        texts: Headers = dict.fromkeys(names, "")
        low = {name.lower(): name for name in names}
        if check_headers(texts) or any(kind_of(name) == "target" for name in low):
            return None
        if not low.keys().isdisjoint(self._repeated):
            return None
        if "connection" in low and not low.keys().isdisjoint({"close", "keep-alive"}):
            return None
        passed = pass_headers(texts, self._names, self._to, taken=self._taken)
        if passed.gone or passed.changed:
            return None
        left: Headers = {name: "" for name in names if name.lower() != self._taken}
        return KnownHeaders(low, passed, visible(left, (), self._names.here))
