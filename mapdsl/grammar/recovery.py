"""Parses any text, going on at the next statement after a mistake.

Where lark stops, the smallest statement around the mistake is made blank and the text parsed again; offsets stay. If
only the head of a statement is wrong and its kind is plain, a neutral head takes its place instead, so that mistakes
in its block are found as well; what stands under such a head is read and then left out of the tree.
"""

from __future__ import annotations

import re
from difflib import get_close_matches

import attrs
from lark import Token, Tree
from lark.exceptions import UnexpectedInput

from mapdsl.diagnostics import Diagnostic, Source
from mapdsl.syntax import File

from .items import STATEMENT_TREES
from .mistakes import Mistake, describe_mistake
from .parser import build_tree, make_file
from .reading import check_text
from .scan import Scan, scan
from .structure import blank_out, max_mistakes, mend
from .tree_builder import Branch

__all__ = ["parse"]

_WORD = re.compile(r"([A-Za-z]+)(?![^\s{])")
_RULE = re.compile(r"[-=]>|<[-=]|[\w\]]\s+=")
_HEADS = {
    "api": "api a", "enum": "enum a", "table": "table a", "auth": "auth a", "shape": "shape a",
    "endpoint": "endpoint a", "variant": "variant a", "request": "request", "query": "query", "response": "response",
    "failure": "failure", "paging": "paging", "match": "match", "example": 'example ""',
    "examples": "examples for a", "given": "given", "fields": "fields new query",
    "fan": "fan a", "gather": "gather a all", "replace": "replace loose", "enrich": "enrich new from a",
}  # fmt: skip


def parse(source: Source) -> tuple[File | None, tuple[Diagnostic, ...]]:
    """The tree of what could be read, and every syntax mistake, by place. Never raises, whatever the text holds."""
    trouble = check_text(source)
    if trouble:
        return None, (trouble,)
    mended = mend(source, source.text.replace("\r\n", " \n").replace("\r", "\n"))
    if mended.text is None:
        return None, _in_order(mended.found)
    limit = max_mistakes(source.text) - len(mended.found)
    reading = _read(source, mended.text, limit)
    if mended.doubtful and reading.found:
        text = _without_doubtful(mended.text, mended.doubtful, reading.found)
        reading = _read(source, text, limit)
    found = [*mended.found, *reading.found]
    if reading.tree is None:
        return None, _in_order(found)
    marks = mended.marks if reading.text == mended.text else None
    file, more = make_file(source, marks or scan(reading.text), reading.tree)
    return file, _in_order([*found, *more])


def _in_order(found: list[Diagnostic]) -> tuple[Diagnostic, ...]:
    return tuple(sorted(found, key=lambda diagnostic: diagnostic.primary.span.start))


def _without_doubtful(text: str, doubtful: list[tuple[int, bool]], found: list[Diagnostic]) -> str:
    """The text without the statements in which brackets were guessed at, if mistakes were found there."""
    marks = scan(text)
    for offset, of_file in doubtful:
        start, end = marks.statement_of_file(offset) if of_file else marks.statement_at(offset)
        if any(start <= diagnostic.primary.span.start <= end for diagnostic in found):
            text = blank_out(text, start, end)
    return text


@attrs.define
class _Reading:
    """The parse tree of a text, in which mistakes have been made blank; None if there were too many."""

    text: str
    tree: Branch | None = None
    found: list[Diagnostic] = attrs.field(factory=list)
    neutral: set[int] = attrs.field(factory=set)  # offsets of statements with a neutral head


def _read(source: Source, text: str, limit: int) -> _Reading:
    reading = _Reading(text)
    while len(reading.found) < limit:
        try:
            reading.tree = build_tree(reading.text)
        except UnexpectedInput as error:
            _leave_out(source, reading, error)
        else:
            _prune(reading.tree, reading.neutral)
            break
    return reading


def _leave_out(source: Source, reading: _Reading, error: UnexpectedInput) -> None:
    """Reports a mistake and takes it out of the text, with as little around it as can be."""
    marks = scan(reading.text)
    mistake = describe_mistake(source, marks, error)
    start, end = mistake.start, mistake.end
    if not reading.text[start:end].strip():
        # Nothing is left to blame, so the statement around is at fault.
        start, end = marks.statement_around_block(start)
    if start in reading.neutral or not mistake.statement:
        reading.text = blank_out(reading.text, start, end)
        return
    reading.found.append(mistake.diagnostic)
    head = _neutral_head(marks, mistake)
    if mistake.gap:
        start, end = mistake.gap
        reading.text = reading.text[:start] + " " * (end - start) + reading.text[end:]
    elif head is None:
        reading.text = blank_out(reading.text, start, end)
    else:
        reading.text = reading.text[:start] + head + reading.text[start + len(head) :]
        reading.neutral.add(start)


def _neutral_head(marks: Scan, mistake: Mistake) -> str | None:
    """A head for the block of a statement whose own head is wrong, exactly as long; None if its kind is not plain."""
    block = marks.block_at(mistake.start)
    blocks = [b for b in marks.brackets if b.parent == block and not b.value and mistake.start < b.open < mistake.end]
    if len(blocks) != 1 or mistake.offset > blocks[0].open:
        return None
    head = marks.text[mistake.start : blocks[0].open]
    word = _WORD.match(head)
    close = get_close_matches(word[1].lower(), _HEADS, 1, 0.7) if word else []
    neutral = "a<->b" if _RULE.search(head) else _HEADS[close[0]] if close else ""
    if not neutral or len(neutral) > len(head) or "\n" in head:
        return None
    return neutral.ljust(len(head))


def _prune(tree: Branch, neutral: set[int]) -> None:
    """Takes the statements with a neutral head out of a parse tree."""
    waiting = [tree] if neutral else []
    while waiting:
        branch = waiting.pop()
        branch.children = [child for child in branch.children if not _is_neutral(child, neutral)]
        waiting.extend(child for child in branch.children if isinstance(child, Tree))


def _is_neutral(child: Branch | Token, neutral: set[int]) -> bool:
    return isinstance(child, Tree) and child.data in STATEMENT_TREES and child.meta.start_pos in neutral
