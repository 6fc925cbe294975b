"""Every exception about specs and messages, on one page.

    MapError                     the root
    |- SpecError                 a `.map` text is wrong            .diagnostics
    |  |- MapSyntaxError         it cannot be read
    |  `- MapSemanticError       it can be read, but does not hold together
    |- TranslationError          a message does not fit            .problems
    |  |- LookupMissing          a lookup was not answered
    |  `- RouteNotFound          no endpoint takes this message
    `- ExchangeError             a call out of turn

Wrong calls (`to="nwe"`, a path that is an integer) raise ValueError or TypeError instead.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import attrs

from mapdsl.records import Record

if TYPE_CHECKING:
    from mapdsl.diagnostics import Diagnostic

__all__ = [
    "ExchangeError",
    "LookupMissing",
    "MapError",
    "MapSemanticError",
    "MapSyntaxError",
    "Problem",
    "RouteNotFound",
    "RuleRef",
    "SpecError",
    "TranslationError",
    "capped",
    "listed",
]


def capped(text: str) -> str:
    """A message with its names shortened to 200 characters."""
    from mapdsl.diagnostics import capped as cap  # the pages of all codes come with it, and errors are few

    return cap(text)


def listed(items: Iterable[object], between: str) -> str:
    """The first hundred items as text, and how many more there are."""
    from mapdsl.diagnostics import listed as listing

    return listing(items, between)


class MapError(Exception):
    """The root of every exception that mapdsl raises about specs and messages.

    As text, names are shortened to 200 characters, and of more than a hundred findings or problems the first are told.
    """

    __module__ = "mapdsl"

    def __str__(self) -> str:
        return capped(super().__str__())


class SpecError(MapError):
    """A `.map` text is wrong. `diagnostics` holds every finding, in the order of the text.

    As text, the first hundred with their lines of the spec.
    """

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__(self.diagnostics)

    def __str__(self) -> str:
        from mapdsl.diagnostics import render_all  # in the function for the reason that `capped` gives

        return render_all(self.diagnostics)


class MapSyntaxError(SpecError):
    """A `.map` text cannot be read."""

    __module__ = "mapdsl"


class MapSemanticError(SpecError):
    """A `.map` text can be read, but names, types or rules in it do not hold together."""

    __module__ = "mapdsl"


@attrs.frozen(repr=False)
class RuleRef(Record):
    """A rule as its author finds it: file, line (from 1) and the rule's text.

    `says` are the texts with which the author refuses what the rule does not take (`else reject "no such state"`).
    """

    file: str
    line: int
    text: str
    says: tuple[str, ...] = attrs.field(default=(), eq=False, repr=False)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {capped(self.text)}"


@attrs.frozen(repr=False)
class Problem(Record):
    """One place of a document that does not fit.

    `path` is the JSON path in the input (`body.recipients[0].to`), `expected` and `found` are short texts
    (found is cut and never shows a credential), `rule` the rule that was at work, or None for the envelope, `help` what
    to do next, where that is not plain.
    """

    path: str
    expected: str
    found: str
    rule: RuleRef | None = None
    help: str = ""

    @property
    def wanted(self) -> str:
        """`expected a list`; for a text of the author, which says why or what would fit, `refused: no such state`."""
        stated = self.rule is not None and self.expected in self.rule.says
        return f"{'refused:' if stated else 'expected'} {self.expected}"

    def __str__(self) -> str:
        where = f"\n    {self.rule}" if self.rule is not None else ""
        advice = f"\n    help: {capped(self.help)}" if self.help else ""
        return f"{capped(self.path)}: {capped(self.wanted)}, found {capped(self.found)}{where}{advice}"


class TranslationError(MapError):
    """A message cannot be translated. `problems` holds every reason, by rule and then by item.

    `fault` says whose it is: the `client`'s, whose request does not fit; the `server`'s, whose reply does not; or the
    `program`'s, which did not answer a lookup, or wrongly. `effect` is what is known of the calls that were made by
    then. `reply` is what to answer to the client: a response as a dict with status, headers and body, an error of
    JSON-RPC 2.0 where it called by that. They are None, empty and None where a function on bodies was called.
    """

    __module__ = "mapdsl"

    fault: str | None = None
    effect: str = ""
    reply: dict[str, Any] | None = None

    def __init__(self, problems: tuple[Problem, ...] | list[Problem], fault: str | None = None) -> None:
        self.problems = tuple(problems)
        self.fault = fault
        super().__init__(self.problems)

    def __str__(self) -> str:
        return listed(self.problems, "\n")


class LookupMissing(TranslationError):
    """A lookup that the message needs was not answered, or not for every key."""

    __module__ = "mapdsl"


class RouteNotFound(TranslationError):
    """No endpoint takes this message."""

    __module__ = "mapdsl"


class ExchangeError(MapError):
    """An exchange was called out of turn, or answered with the wrong kind of thing."""

    __module__ = "mapdsl"
