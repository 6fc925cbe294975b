"""Brackets and quotes that do not add up: says so once, and mends the text so that the rest can be read.

Mending never moves anything: characters are replaced one for one, and closing braces are added at the end only.
"""

from __future__ import annotations

import attrs
from lark.exceptions import UnexpectedInput

from mapdsl.diagnostics import Diagnostic, Label, Source, Span

from .parser import accepted_at, build_tree
from .scan import CLOSERS, OPENERS, Bracket, Flaw, Scan, scan

__all__ = ["MAX_DEPTH", "Mended", "blank_out", "max_mistakes", "mend"]

MAX_DEPTH = 32
MAX_MISTAKES = 25
_LONG = 100_000  # characters; every mistake costs another look at the text, so long texts are told fewer


@attrs.define
class Mended:
    """A text whose brackets add up and a look at it, or None where that is hopeless.

    `doubtful` are offsets where brackets were guessed at, with whether the guess concerns the whole statement of the
    file there or only the smallest statement: a mistake found in that statement may be due to the guess.
    """

    text: str | None
    marks: Scan | None = None
    found: list[Diagnostic] = attrs.field(factory=list)
    doubtful: list[tuple[int, bool]] = attrs.field(factory=list)


def max_mistakes(text: str) -> int:
    """How many mistakes a text is told at once."""
    return MAX_MISTAKES if len(text) < _LONG else MAX_MISTAKES // 5


def mend(source: Source, text: str) -> Mended:
    """The text with its brackets and quotes put in order, one finding for each that was not."""
    mended = Mended(text)
    lines = Source("", text)
    for _ in range(max_mistakes(text)):
        marks = scan(mended.text or "")
        if marks.depth > MAX_DEPTH:
            return Mended(None, None, [_too_deep(source, marks)])
        if not marks.flaws:
            mended.marks = marks
            return mended
        _Mender(source, lines, marks, mended).mend(min(marks.flaws, key=_urgency))
    return Mended(None, None, mended.found)


def blank_out(text: str, start: int, end: int) -> str:
    """The text with a stretch made blank; lines stay."""
    return text[:start] + "".join(c if c == "\n" else " " for c in text[start:end]) + text[end:]


def _replaced(text: str, at: int, character: str) -> str:
    return text[:at] + character + text[at + 1 :]


def _shorten(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 40 else f"{words[:37]}..."


def _readable(text: str) -> float:
    """How far a text can be read before the first mistake."""
    try:
        build_tree(text)
    except UnexpectedInput as error:
        return error.pos_in_stream or 0
    return float("inf")


def _urgency(flaw: Flaw) -> tuple[int, int]:
    """Quotes first, for brackets inside of them are none; braces that the end of the text misses come last."""
    return {"string": 0, "crossed": 1, "unclosed": 2, "extra": 3}[flaw.kind], flaw.at


def _too_deep(source: Source, marks: Scan) -> Diagnostic:
    headline = f"brackets are nested deeper than {MAX_DEPTH}"
    at = Label(Span(source.name, marks.deepest, marks.deepest + 1), f"level {marks.depth}")
    help = "Name inner parts as a `shape` and include it; chain conversions with `|`."
    return Diagnostic("MAP005", headline, at, help=help, sources={source.name: source})


@attrs.define
class _Mender:
    source: Source
    lines: Source  # before any mending, so that indentation is the author's
    marks: Scan
    mended: Mended

    def mend(self, flaw: Flaw) -> None:
        if flaw.kind == "string":
            self._string(flaw.at)
        elif flaw.kind == "crossed":
            self._crossed(flaw)
        elif flaw.kind == "extra":
            self._extra(flaw.at)
        elif flaw.at >= len(self.marks.text):
            self._unclosed_to_the_end()
        else:
            self._unclosed(flaw.opener, flaw.at)

    def _report(self, headline: str, at: Label, help: str, *others: Label) -> None:
        sources = {self.source.name: self.source}
        self.mended.found.append(Diagnostic("MAP003", headline, at, others, help, sources=sources))

    def _label(self, start: int, end: int, text: str = "") -> Label:
        last = len(self.lines.text)  # beyond it stand only braces that were added
        return Label(Span(self.source.name, min(start, last), min(end, last)), text)

    def _blank(self, start: int, end: int) -> None:
        self.mended.text = blank_out(self.marks.text, start, end)

    # --- quotes and small brackets ---

    def _string(self, at: int) -> None:
        """An odd quote: what the rest of its line holds is unknown, save the brackets that the whole text lacks."""
        text, start, end = self.marks.text, self._line_start(at), self._line_end(at)
        first = text.index('"', start)
        help = 'A text ends on its line with `"`; inside, a quote is written `\\"` and a new line `\\n`.'
        here = self._label(first, max(self.marks.last_before(end), first + 1))
        self._report("a text in quotes is not closed on its line", here, help)
        brackets = self._lacking(start, end)[: end - start]
        mended = text[:start] + brackets.rjust(end - start) + text[end:]
        self.mended.text = blank_out(mended, *scan(mended).statement_at(start))

    def _lacking(self, start: int, end: int) -> str:
        """The brackets that a line must have held, going by what the text around it lacks."""
        balances = scan(blank_out(self.marks.text, start, end)).balances
        if balances["{"] < 0:
            return "{" * -balances["{"]
        closers = ""
        for kind in reversed(scan(self.marks.text[:start]).open_at_end):
            if balances[kind] <= 0:
                break
            balances[kind] -= 1
            closers += CLOSERS[kind]
        return closers

    def _crossed(self, flaw: Flaw) -> None:
        """One of the two is a slip for the other's kind: that which lets more of the text be read."""
        text, start = self.marks.text, self.marks.brackets[flaw.opener].open
        opener, closer = text[start], text[flaw.at]
        new_closer = _replaced(text, flaw.at, CLOSERS[opener])
        new_opener = _replaced(text, start, OPENERS[closer])
        slip = _readable(new_opener) > _readable(new_closer)
        here = self._label(flaw.at, flaw.at + 1)
        help = f"Open it with `{OPENERS[closer]}`." if slip else f"Close it with `{CLOSERS[opener]}`."
        self._report(f"`{opener}` is closed by `{closer}`", here, help, self._label(start, start + 1, "opened here"))
        self.mended.text = new_opener if slip else new_closer
        self.mended.doubtful.append((flaw.at, False))

    def _unclosed(self, index: int, at: int) -> None:
        """A `(` or `[`, or the `{` of a value: whatever stands on its line goes."""
        opener = self.marks.brackets[index]
        closer = CLOSERS[opener.kind]
        here = self._label(opener.open, opener.open + 1)
        others = (self._label(at, at + 1, "this closes something else"),) if at < len(self.marks.text) else ()
        self._report(f"`{opener.kind}` is not closed", here, f"Add the missing `{closer}`.", *others)
        start, end = self.marks.statement_at(opener.open)
        closed = next((bracket for bracket in self.marks.brackets if bracket.close == at), None)
        if closed is not None and closed.open >= start:
            self._blank(start, end)  # the bracket that was closed too early belongs to the same statement
            return
        at = min(at, len(self.lines.text))
        end = self._line_end(opener.open)
        while end < at and self.marks.text[self.marks.last_before(end) - 1] in ",([{":
            end = self._line_end(end + 1)
        end = min(end, at)
        for inner in self.marks.brackets[index + 1 :]:
            if inner.open >= end:
                break
            if inner.close is not None and inner.close != at:
                end = max(end, inner.close + 1)
        self._blank(start, end)

    # --- braces ---

    def _extra(self, at: int) -> None:
        closer = self.marks.text[at]
        if closer != "]" and self._never_opened(at):
            return
        outside = self.marks.bracket_at(at) < 0
        wrong = next((b for b in self._tall_blocks() if self._closes_askew(b)), None) if outside else None
        if closer != "}" or wrong is None or wrong.close is None:
            here = self._label(at, at + 1)
            help = f"Take this `{closer}` away, or write the `{OPENERS[closer]}` that it should close."
            self._report(f"`{closer}` closes nothing", here, help)
            self.mended.text = _replaced(self.marks.text, at, " ")
        else:
            here = self._label(wrong.close, wrong.close + 1, "it stands elsewhere than the line that it closes")
            opened = self._label(*self._head(wrong), "closed too early")
            self._report("there is a `}` too many", here, "Take this `}` away.", opened)
            self.mended.text = _replaced(self.marks.text, wrong.close, " ")
            self.mended.doubtful.append((wrong.open, True))
        self.mended.doubtful.append((at, outside))

    def _never_opened(self, at: int) -> bool:
        """Whether the bracket that an extra one closes is missing before it; if so, reports that and puts it there."""
        opener = OPENERS[self.marks.text[at]]
        try:
            build_tree(self.marks.text)
        except UnexpectedInput as error:
            accepted, stop = accepted_at(error), error.pos_in_stream or 0
        else:
            return False
        end = self.marks.last_before(stop)
        wanted = ("LBRACE" if opener == "{" else "LPAR") in accepted and "STRING" not in accepted
        if not wanted or end >= at or not self.marks.text[end].isspace():
            return False
        mended = _replaced(self.marks.text, end, opener)
        if _readable(mended) <= stop:
            return False
        head = self.marks.statement_at(max(end - 1, 0))[0]
        what = f"the block of `{_shorten(self.marks.text[head:end])}`" if opener == "{" else "a list in parentheses"
        self._report(f"{what} is not opened", self._label(head, end), f"Add `{opener}` behind it.")
        self.mended.text = mended
        self.mended.doubtful.append((end, opener == "{"))
        return True

    def _unclosed_to_the_end(self) -> None:
        missing = [b for b in self.marks.brackets if b.close is None]
        guilty = self._never_closed() or missing[-1]
        if guilty.kind != "{":
            self._unclosed(self.marks.brackets.index(guilty), len(self.marks.text))
            return
        limit = self._line_below(guilty)
        others = []
        if limit < len(self.marks.text):
            others.append(self._label(limit, limit + 1, "it should be closed before this"))
        headline = f"the block of `{self._word(guilty)}` is not closed"
        self._report(headline, self._label(*self._head(guilty), "opened here"), "Add the missing `}`.", *others)
        self.mended.doubtful.append((guilty.open, True))
        self._close_before(limit, guilty, missing)

    def _close_before(self, limit: int, guilty: Bracket, missing: list[Bracket]) -> None:
        """Puts a `}` into the blanks in front of a line, and what separates it from the line."""
        text = self.marks.text
        end = self.marks.last_before(limit)
        inside_value = guilty.parent >= 0 and self.marks.brackets[guilty.parent].value
        added = "}" if limit < len(text) and text[limit] in ")}]" else "}," if inside_value else "};"
        if limit >= len(text):
            self.mended.text = text + "\n" + "".join(CLOSERS[bracket.kind] for bracket in reversed(missing))
        elif limit - end >= len(added):
            self.mended.text = text[:end] + added + blank_out(text, end, limit)[end + len(added) :]
        else:
            self._blank(self.marks.statement_at(guilty.open)[0], limit)

    def _never_closed(self) -> Bracket | None:
        """The block whose closing brace, by its indentation, belongs to a block further out."""
        return next((b for b in self._tall_blocks() if self._closes_outside(b)), None)

    def _tall_blocks(self) -> list[Bracket]:
        """Braces that end their line and are closed on another, by where they are closed."""
        text = self.marks.text
        tall = [b for b in self.marks.brackets if b.kind == "{" and "\n" in text[b.open : b.close or b.open]]
        tall = [b for b in tall if self.marks.last_before(self._line_end(b.open)) == b.open + 1]
        return sorted(tall, key=lambda bracket: bracket.close or 0)

    def _closes_outside(self, bracket: Bracket) -> bool:
        close = bracket.close or 0
        return self._starts_line(close) and self._indent(close) < min(self._indent(bracket.open), self._deep(bracket))

    def _closes_askew(self, bracket: Bracket) -> bool:
        close = bracket.close or 0
        if close >= len(self.lines.text):
            return False  # it was added by mending; to take it away would go on for ever
        return not self._starts_line(close) or self._indent(close) not in (
            self._indent(bracket.open),
            self._deep(bracket),
        )

    def _deep(self, bracket: Bracket) -> int:
        """The indentation of the line where the statement begins whose block this is."""
        return self._indent(self.marks.statement_at(bracket.open)[0])

    def _line_below(self, bracket: Bracket) -> int:
        """Where the first line inside the block begins that is indented no more than the block's own line."""
        limit = len(self.marks.text) if bracket.close is None else bracket.close
        at, last = self._line_end(bracket.open) + 1, min(limit, len(self.lines.text))  # behind it: added braces
        while at < last:
            end = self._line_end(at)
            line = self.lines.text[at:end].strip()
            if line and not line.startswith("#") and self._indent(at) <= self._indent(bracket.open):
                return at + self._indent(at)
            at = end + 1
        return limit

    def _head(self, bracket: Bracket) -> tuple[int, int]:
        return max(self.marks.statement_at(bracket.open)[0], self._line_start(bracket.open)), bracket.open + 1

    def _word(self, bracket: Bracket) -> str:
        start, end = self._head(bracket)
        return _shorten(self.marks.text[start : end - 1])

    def _line_start(self, at: int) -> int:
        return at - self.lines.position(at)[1] + 1

    def _line_end(self, at: int) -> int:
        start = self._line_start(at)
        return start + len(self.lines.line(self.lines.position(at)[0]))

    def _starts_line(self, at: int) -> bool:
        return not self.lines.text[self._line_start(at) : at].strip()

    def _indent(self, at: int) -> int:
        line = self.lines.line(self.lines.position(at)[0])
        return len(line) - len(line.lstrip())
