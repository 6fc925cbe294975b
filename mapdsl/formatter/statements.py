"""How a statement stands among others: its comments, its empty line, its braces and what stands in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import singledispatch

import attrs

from mapdsl.syntax import Block, Comments, Json, Statement

from .layout import Doc, Hard, Indent, Suffix
from .values import STEP, in_braces, spell_value

__all__ = ["Written", "block", "comment_lines", "lines", "statement", "write"]


@attrs.frozen
class Written:
    """How a statement is written: its head and what stands in its brackets, if it has any.

    `inner` are the statements in its braces, `last` the lines behind them which are no statements; with `short` such
    braces may stand on one line. `value` is an object or a list at the end of the statement.
    """

    head: Doc
    inner: tuple[Statement, ...] | None = None
    last: tuple[Doc, ...] = ()
    short: bool = False
    value: dict[str, Json] | list[Json] | None = None

    @property
    def has_room(self) -> bool:
        """Whether comments can stand in its brackets."""
        return self.inner is not None or self.value is not None

    @property
    def takes_lines(self) -> bool:
        """Whether it takes several lines, whatever stands in it."""
        return bool(self.inner) or bool(self.last and not self.short)


@singledispatch
def write(node: Statement) -> Written:
    """How a statement is written, its outer comments left aside: one function for each kind of statement."""
    raise TypeError(f"the formatter does not know {type(node).__name__}")


def statement(node: Statement) -> Doc:
    """A statement with its comments, without the line end behind it."""
    written = write(node)
    comments = _settled(node.comments, written)
    before = tuple(_comments(comments.before))
    return (before, _behind(comments.after), written.head, _brackets(comments, written), _behind(comments.closing))


def _behind(comment: str) -> Doc:
    return Suffix(f"  {comment}") if comment else ()


def _settled(comments: Comments, written: Written) -> Comments:
    """The comments as the canonical text has them, so that never two of them meet on one line.

    Inner comments of a statement that has no room for them come out: behind it a single one, else all in front.
    """
    if written.takes_lines:
        return comments
    if written.has_room:
        if any(comments.inside_end) or not (comments.after and comments.closing):
            return comments
        return attrs.evolve(comments, inside_end=(comments.closing,), closing="")
    inside = tuple(text for text in comments.inside_end if text)
    own = tuple(text for text in (comments.after, *inside, comments.closing) if text)
    if len(own) > 1:
        return Comments((*comments.before, *own), blank=comments.blank)
    return attrs.evolve(comments, after="".join((comments.after, *inside)), inside_end=())


def _comments(texts: Sequence[str]) -> Iterator[Doc]:
    """Comments that stand in front of something, each with its line end; an empty text is an empty line."""
    for index, text in enumerate(texts):
        if text:
            blank = index + 1 < len(texts) and not texts[index + 1]
            yield (text, Hard(blank))


def comment_lines(texts: Sequence[str], first: bool = False) -> Doc:
    """Comments that stand behind something, each with a line end before it; `first` says that nothing is above."""
    found: list[Doc] = []
    for index, text in enumerate(texts):
        if text:
            blank = index > 0 and not texts[index - 1] and not (first and not found)
            found += [Hard(blank), text]
    return tuple(found)


def _brackets(comments: Comments, written: Written) -> Doc:
    if written.value is not None:
        return (" ", spell_value(written.value, comment_lines(comments.inside_end)))
    if written.inner is None:
        return ()
    inside = comment_lines(comments.inside_end, first=not written.inner)
    if not (written.inner or written.last or inside):
        return " {}"
    if written.short and not inside:
        return (" ", in_braces(written.last))
    last = tuple((Hard(), line) for line in written.last)
    return (" {", Indent(STEP, (lines(written.inner), inside, last)), Hard(), "}")


def lines(nodes: Iterable[Statement], first: bool = True) -> Doc:
    """Statements, a line end before each; an empty line where there was one, but `first` not above the first."""
    rest = enumerate(nodes, 0 if first else 1)
    return tuple((Hard(node.comments.blank and index > 0), statement(node)) for index, node in rest)


def block(node: Block) -> Doc:
    """The braces of a block which is no statement's own."""
    return _brackets(Comments(), Written((), node.statements))
