"""Mistakes that people make, with the advice for each. They stand as wrong texts in `malformed/`.

A file there begins with a head of comment lines: `code`, `line` and `headline` say what its text must be told (a
test reads them); `help` is the advice. A file with `expected` (the kinds of places where the mistake happens, see
`expected.py`) and `found` (a pattern for the text at the mistake) or `statement` (one for its whole statement) is
also what gives this advice to others who make the mistake.
"""

from __future__ import annotations

import functools
import re
from importlib import resources

import attrs

__all__ = ["Malformed", "find_hint", "load_malformed"]

_HEAD = re.compile(r"# (\w+): (.*)\n")
_ANYTHING = re.compile("")


@attrs.frozen
class Malformed:
    """A wrong text and what is to be said of it."""

    name: str
    code: str
    line: int
    headline: str
    help: str
    text: str
    expected: frozenset[str] = frozenset()
    found: re.Pattern[str] = _ANYTHING
    statement: re.Pattern[str] = _ANYTHING

    @property
    def gives_advice(self) -> bool:
        return bool(self.expected)


@functools.cache
def load_malformed() -> tuple[Malformed, ...]:
    """Every wrong text, by name: the first that fits gives the advice."""
    folder = resources.files(__package__).joinpath("malformed")
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".txt")), key=lambda file: file.name)
    return tuple(_read(file.name, file.read_text("utf-8")) for file in files)


def _read(name: str, text: str) -> Malformed:
    head: dict[str, str] = {}
    position = 0
    while match := _HEAD.match(text, position):
        head[match[1]] = match[2]
        position = match.end()
    return Malformed(
        name=name,
        code=head["code"],
        line=int(head["line"]),
        headline=head["headline"],
        help=head["help"],
        text=text[position:],
        expected=frozenset(head.get("expected", "").split()),
        found=re.compile(head.get("found", "")),
        statement=re.compile(head.get("statement", "")),
    )


def find_hint(expected: str, found: str, statement: str) -> str:
    """The advice for a mistake: the kind of place, the text from the mistake on, and the whole statement."""
    for case in load_malformed():
        if expected in case.expected and case.found.match(found) and case.statement.match(statement):
            return case.help
    return ""
