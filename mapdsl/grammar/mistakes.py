"""From lark's exceptions to diagnostics in the words of the language."""

from __future__ import annotations

import difflib
import re

import attrs
from lark.exceptions import UnexpectedInput, UnexpectedToken

from mapdsl.diagnostics import Diagnostic, Label, Source, Span

from .expected import KEYWORDS, STATEMENT_WORDS, Expected, name_expected
from .hints import find_hint
from .parser import accepted_at
from .scan import Scan

__all__ = ["Mistake", "describe_mistake"]

_FOUND = re.compile(r"""\w[\w-]*|"(?:[^"\\\n]|\\.)*"?|@\w+|[^\s\w"'#;,(){}\[\]$@.]+|\[\]|.""")
_LAST = re.compile(r"""("(?:[^"\\\n]|\\.)*"|<->|<-|->|[\w@$*.\[\]-]+|[^\w\s])\Z""")
_WORD_PART = re.compile(r"[\w-]*\w")
_LINES = re.compile(r"\n(?:\s|#[^\n]*\n)*(?=\{)")
_IN_BLOCK = {"statement", "part", "row", "arms", "field", "arrow", "default", "binding"}


@attrs.frozen
class Mistake:
    """A finding, the offset of what was not expected, and the statement that holds it.

    `gap` is a stretch that need only be blank for the text to be right: a line end before a `{`.
    """

    diagnostic: Diagnostic
    offset: int
    start: int
    end: int
    statement: str
    gap: tuple[int, int] | None = None


@attrs.frozen
class _Place:
    source: Source
    marks: Scan
    offset: int  # of the text that was not expected
    start: int  # of the statement around it
    end: int

    @property
    def statement(self) -> str:
        return self.marks.text[self.start : self.end]

    @property
    def first_word(self) -> str:
        match = _WORD_PART.match(self.statement)
        return match.group() if match else ""


def describe_mistake(source: Source, marks: Scan, error: UnexpectedInput) -> Mistake:
    """What is wrong where lark stopped, and which statement must be left out to go on."""
    ended = isinstance(error, UnexpectedToken) and error.token.type == "$END"
    offset = len(marks.text) if ended else min(error.pos_in_stream or 0, len(marks.text))
    expected = name_expected(accepted_at(error))
    start, end = marks.statement_at(_anchor(marks, offset))
    if expected.kind == "text" and _follows_comma(marks, offset):
        # The list was to end with the line; the comma is to blame, not the line below.
        offset = end = marks.last_before(offset)
    place = _Place(source, marks, offset, start, end)
    diagnostic = _unquoted_name(place, expected) or _unexpected(place, expected)
    gap = _LINES.match(marks.text, offset) if expected.kind == "block" else None
    return Mistake(diagnostic, offset, place.start, place.end, place.statement.strip(), gap.span() if gap else None)


def _anchor(marks: Scan, offset: int) -> int:
    """The offset itself, or the last thing before it where it stands at an end: the mistake is what goes before."""
    text = marks.text
    if offset < len(text) and not text[offset].isspace() and text[offset] not in ";})]":
        return offset
    return max(marks.last_before(offset) - 1, 0)


def _follows_comma(marks: Scan, offset: int) -> bool:
    """Whether the line before ends with a comma."""
    end = marks.last_before(offset)
    return marks.text[end - 1 : end] == "," and "\n" in marks.text[end:offset]


def _report(place: _Place, code: str, headline: str, start: int, end: int, help: str) -> Diagnostic:
    sources = {place.source.name: place.source}
    last = len(place.source.text)  # the text that was parsed may have braces added at its end
    at = Span(place.source.name, min(start, last), min(end, last))
    return Diagnostic(code, headline, Label(at), help=help, sources=sources)


def _unquoted_name(place: _Place, expected: Expected) -> Diagnostic | None:
    """A word with letters beyond ASCII, or one that begins with a digit where a name should stand."""
    text, start = place.marks.text, place.offset
    while start > place.start and (text[start - 1].isalnum() or text[start - 1] in "_-"):
        start -= 1
    match = _WORD_PART.match(text, start)
    if match is None or match.end() <= place.offset:
        return None
    word = match.group()
    names = expected.kind in ("statement", "end", "path", "name", "field", "member", "conversion", "argument")
    if not word.isascii():
        why = "holds letters other than A to Z"
    elif word[0].isdigit() and names:
        why = "begins with a digit"
    else:
        return None
    shown = _cut(word)
    help = f'Write `"{shown}"`: unquoted names are made of ASCII letters, digits, `_` and inner `-`.'
    return _report(place, "MAP007", f"the name `{shown}` {why} and needs quotes", start, match.end(), help)


def _unexpected(place: _Place, expected: Expected) -> Diagnostic:
    text, offset = place.marks.text, place.offset
    found, start, end = _found(place)
    headline = f"expected {expected.words}{_after(place, expected)}, found {found}"
    line_end = text.find("\n", offset)
    rest = text[offset:] if line_end < 0 else text[offset : line_end + 1]
    help = _did_you_mean(place, expected, text[start:end]) or find_hint(expected.kind, rest, place.statement)
    diagnostic = _report(place, "MAP001", headline, start, end, help)
    return attrs.evolve(diagnostic, secondary=_open_block(place, expected))


def _found(place: _Place) -> tuple[str, int, int]:
    """What stands at the mistake, in words, and where a marker for it goes."""
    text, offset = place.marks.text, place.offset
    if offset >= len(text) or text[offset] in " \t\n#":
        end = place.marks.last_before(offset)
        return ("the end of the line" if offset < len(text) else "the end of the text"), end, end
    match = _FOUND.match(text, offset)
    found = match.group() if match else text[offset]
    return f"`{_cut(found)}`", offset, offset + len(found)


def _cut(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:37]}..."


def _after(place: _Place, expected: Expected) -> str:
    """` after ...`: what went before in the statement, if anything."""
    end = place.marks.last_before(place.offset)
    last = _LAST.search(place.marks.text[max(place.start, end - 200) : max(end, place.start)])
    if last is None:
        return ""
    if expected.kind == "arrow" and not last.group()[0].isdigit() and last.group()[0] != '"' and not _in_table(place):
        return " after the path"
    return f" after `{_cut(last.group())}`"


def _in_table(place: _Place) -> bool:
    head = _head(place)
    return head is not None and place.marks.text.startswith(("enum", "table"), head[0])


def _head(place: _Place) -> tuple[int, int] | None:
    """Where the head of the innermost open block stands."""
    block = place.marks.block_at(place.start)
    if block < 0:
        return None
    opening = place.marks.brackets[block].open
    start, _ = place.marks.statement_at(opening)
    return start, opening


def _open_block(place: _Place, expected: Expected) -> tuple[Label, ...]:
    head = _head(place)
    if (
        head is None
        or expected.kind not in _IN_BLOCK
        or place.source.position(head[0])[0] == place.source.position(place.offset)[0]
    ):
        return ()
    end = place.marks.last_before(head[1])
    return (Label(Span(place.source.name, head[0], end), "in this block"),)


def _did_you_mean(place: _Place, expected: Expected, found: str) -> str:
    word, choices = found, expected.keywords
    if expected.kind == "arrow":
        # `dorp x` was read as the path `dorp`, so the mistake shows at the second word.
        between = place.marks.text[place.start + len(place.first_word) : place.offset]
        first = place.first_word
        known = first in KEYWORDS or between.strip() or _in_table(place)
        word, choices = ("", ()) if known else (first, STATEMENT_WORDS)
    close = difflib.get_close_matches(word[:40].lower(), choices, 1, 0.75) if word.isidentifier() else []
    return f"Did you mean `{close[0]}`?" if close and close[0] != word else ""
