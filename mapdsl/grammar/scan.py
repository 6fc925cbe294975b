"""A light look at a text: comments, strings, brackets and separators, without knowing the grammar.

It serves comments (which bracket a comment stands in) and recovery (which statement a mistake stands in), and it
works on any text, however broken.
"""

from __future__ import annotations

import bisect
import functools
import re
from collections import Counter
from typing import Literal as Choice

import attrs

__all__ = ["CLOSERS", "OPENERS", "Bracket", "Comment", "Flaw", "Scan", "scan"]

_TOKEN = re.compile(
    r"""(?P<comment>\#[^\n]*)
      | (?P<string>"(?:[^"\\\n]|\\[^\n])*"?)
      | (?P<route>/(?:[^\s#";{}]|\{[^\s#";{}]*\})*)
      | (?P<open>[({\[])
      | (?P<close>[)}\]])
      | (?P<end>[\n;])
      | (?P<word>[^\W\d]\w*(?:[-/]\w+)*)
      | (?P<arrow><->|->|<-)
      | (?P<other>[^\s])""",
    re.VERBOSE,
)
_TAIL = " \t({[)}]"
CLOSERS = {"(": ")", "[": "]", "{": "}"}
OPENERS = {closer: opener for opener, closer in CLOSERS.items()}
_VALUE_HEADS = {"=", ",", "(", "[", ":", "<->", "->", "<-", "is", "not", "canonical", "lookups", "lost", "refused"}
_HOPELESS = 100  # brackets nested so deep that nobody looks any further
_SEPARATOR = "\n"


@attrs.frozen
class Comment:
    start: int
    end: int
    bracket: int  # index into Scan.brackets, -1 outside of all
    own_line: bool


@attrs.define
class Bracket:
    """A pair of brackets; `value` says that it holds values, so that newlines in it do not end a statement."""

    open: int
    kind: str
    parent: int
    value: bool
    close: int | None = None


@attrs.frozen
class Flaw:
    """A place where the brackets or quotes do not add up; `at` is the offset, `opener` the bracket concerned."""

    kind: Choice["string", "unclosed", "crossed", "extra"]
    at: int
    opener: int = -1


@attrs.define(slots=False)
class Scan:
    text: str
    comments: list[Comment] = attrs.field(factory=list)
    brackets: list[Bracket] = attrs.field(factory=list)
    flaws: list[Flaw] = attrs.field(factory=list)
    separators: list[tuple[int, int]] = attrs.field(factory=list)  # offset, bracket
    open_at_end: list[str] = attrs.field(factory=list)  # the brackets that the end of the text finds open
    depth: int = 0
    deepest: int = -1  # offset of the first bracket at the greatest depth
    _changes: list[int] = attrs.field(factory=lambda: [0])
    _tops: list[int] = attrs.field(factory=lambda: [-1])

    @functools.cached_property
    def balances(self) -> dict[str, int]:
        """How much more often each kind of bracket is opened than closed in the text."""
        matches = (match for match in _TOKEN.finditer(self.text) if match.lastgroup in ("open", "close"))
        counts = Counter(match.group() for match in matches)
        return {opener: counts[opener] - counts[closer] for opener, closer in CLOSERS.items()}

    def bracket_at(self, offset: int) -> int:
        """The innermost bracket around an offset, -1 for none; a bracket's own characters lie out- and inside."""
        return self._tops[bisect.bisect_right(self._changes, offset) - 1]

    def block_at(self, offset: int) -> int:
        """The innermost bracket around an offset that holds statements, -1 for the file."""
        index = self.bracket_at(offset)
        while index >= 0 and self.brackets[index].value:
            index = self.brackets[index].parent
        return index

    def last_before(self, offset: int) -> int:
        """The end of the last text before an offset that is neither blank nor a comment."""
        while True:
            offset = len(self.text[:offset].rstrip())
            index = bisect.bisect_left(self.comments, offset, key=lambda comment: comment.end)
            if index >= len(self.comments) or self.comments[index].start >= offset:
                return offset
            offset = self.comments[index].start

    def statement_at(self, offset: int) -> tuple[int, int]:
        """The smallest statement around an offset, from its first to behind its last character."""
        return self._statement(offset, self.block_at(offset))

    def statement_around_block(self, offset: int) -> tuple[int, int]:
        """The statement whose block holds an offset; the whole text where no block does."""
        block = self.block_at(offset)
        return (0, len(self.text)) if block < 0 else self.statement_at(self.brackets[block].open)

    def statement_of_file(self, offset: int) -> tuple[int, int]:
        """The statement of the file around an offset."""
        return self._statement(offset, -1)

    def _statement(self, offset: int, block: int) -> tuple[int, int]:
        start = self.brackets[block].open + 1 if block >= 0 else 0
        close = self.brackets[block].close if block >= 0 else None
        end = len(self.text) if close is None else close
        for at, bracket in self.separators:
            if bracket == block and at < offset:
                start = max(start, at + 1)
            elif bracket == block:
                end = min(end, at)
                break
        end = max(self.last_before(end), start)
        return start + len(self.text[start:end]) - len(self.text[start:end].lstrip()), end

    def enter(self, offset: int, top: int) -> None:
        self._changes.append(offset)
        self._tops.append(top)


def scan(text: str) -> Scan:
    """Every comment and bracket of `text`, with the places where they do not add up."""
    return _Scanner(text).run()


class _Scanner:
    def __init__(self, text: str) -> None:
        self.result = Scan(text)
        self.stack: list[int] = []
        self.previous = ["", "", _SEPARATOR]  # the last three tokens, comments left out

    def run(self) -> Scan:
        text = self.result.text
        position = 0
        while self.result.depth <= _HOPELESS and (match := _TOKEN.search(text, position)):
            position = match.end()
            kind, token = match.lastgroup, match.group()
            if kind == "comment":
                self._comment(match.start(), match.end())
                continue
            if kind == "string" and not _is_closed(token):
                self.result.flaws.append(Flaw("string", match.start()))
                # Brackets at the end of the line are more likely meant as brackets than as text.
                position = match.start() + max(1, len(token.rstrip(_TAIL)))
            elif kind == "open":
                self._open(match.start(), token)
            elif kind == "close":
                self._close(match.start(), token)
            elif kind == "end":
                if token == "\n" and self.previous[-1] == ",":
                    continue  # a list of guards or cited rows goes on
                self.result.separators.append((match.start(), self._top()))
                token = _SEPARATOR
            self.previous = [*self.previous[1:], token]
        self.result.flaws.extend(Flaw("unclosed", len(text), index) for index in reversed(self.stack))
        self.result.open_at_end = [self.result.brackets[index].kind for index in self.stack]
        return self.result

    def _top(self) -> int:
        return self.stack[-1] if self.stack else -1

    def _comment(self, start: int, end: int) -> None:
        text = self.result.text
        own_line = not text[text.rfind("\n", 0, start) + 1 : start].strip()
        self.result.comments.append(Comment(start, end, self._top(), own_line))

    def _open(self, at: int, token: str) -> None:
        result = self.result
        result.brackets.append(Bracket(at, token, self._top(), token != "{" or self._opens_a_value()))
        self.stack.append(len(result.brackets) - 1)
        result.enter(at + 1, self._top())
        if len(self.stack) > result.depth:
            result.depth, result.deepest = len(self.stack), at

    def _opens_a_value(self) -> bool:
        """Whether a `{` at this place begins a JSON object rather than a block of statements."""
        third, second, first = self.previous
        if self.stack and self.result.brackets[self.stack[-1]].value:
            return True
        if first in ("request", "response"):
            return second in ("old", "new") and third != "fields"
        return first in (_SEPARATOR, "{") or first in _VALUE_HEADS or (first == "use" and second == "else")

    def _close(self, at: int, token: str) -> None:
        result = self.result
        index = self._top()
        if index < 0:
            result.flaws.append(Flaw("extra", at))
            return
        if CLOSERS[result.brackets[index].kind] != token:
            kind, opener = self._judge(result.brackets[index].kind, token)
            result.flaws.append(Flaw(kind, at, opener))
            if kind == "extra":
                return
            if kind == "unclosed":
                index = max(i for i in self.stack if CLOSERS[result.brackets[i].kind] == token)
        while self.stack:
            inner = self.stack.pop()
            result.brackets[inner].close = at
            if inner == index:
                break
        result.enter(at + 1, self._top())

    def _judge(self, kind: str, token: str) -> tuple[Choice["crossed", "unclosed", "extra"], int]:
        """What is wrong where `token` meets an open bracket of another kind, by what the whole text lacks.

        With one kind opened too often and the other closed too often, they are meant for each other.
        """
        fitting = [i for i in self.stack if CLOSERS[self.result.brackets[i].kind] == token]
        too_open = self.result.balances[kind] > 0
        too_closed = self.result.balances[OPENERS[token]] < 0
        if too_open and too_closed:
            return "crossed", self._top()
        if not fitting or too_closed:
            return "extra", -1
        return "unclosed", self.stack[self.stack.index(fitting[-1]) + 1]


def _is_closed(token: str) -> bool:
    return len(token) > 1 and re.fullmatch(r'"(?:[^"\\]|\\.)*"', token) is not None
