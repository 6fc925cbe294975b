"""Gives every comment of a text to the statement it speaks of. None is lost."""

from __future__ import annotations

import bisect

import attrs

from mapdsl.syntax import Comments

from .scan import Comment, Scan

__all__ = ["attach_comments"]

_BETWEEN = " \t\r;,"


@attrs.define
class _Place:
    """A statement's extent and the comments found for it so far."""

    start: int
    end: int
    parent: int
    first: int = -1  # where its first own comment or else it itself begins
    before: list[str] = attrs.field(factory=list)
    inside_end: list[str] = attrs.field(factory=list)
    after: str = ""
    closing: str = ""


def attach_comments(scan: Scan, extents: list[tuple[int, int]]) -> tuple[list[Comments], tuple[str, ...]]:
    """Comments for each statement, `extents` being sorted by start, and those that end the file.

    A comment on its own line belongs to the next statement of the same block, or else to the end of the block. A
    comment behind something belongs to the statement that ends or opens on its line; where that statement began on
    an earlier line, it goes to the end of the statement's block.
    """
    places = _nest(extents)
    starts = [place.start for place in places]
    at_end: list[str] = []
    for comment in scan.comments:
        _attach(scan, places, starts, comment, at_end)
    return [_finish(scan.text, place) for place in places], tuple(at_end)


def _nest(extents: list[tuple[int, int]]) -> list[_Place]:
    places: list[_Place] = []
    open_ones: list[int] = []
    for start, end in extents:
        while open_ones and places[open_ones[-1]].end <= start:
            open_ones.pop()
        places.append(_Place(start, end, open_ones[-1] if open_ones else -1))
        open_ones.append(len(places) - 1)
    return places


def _attach(scan: Scan, places: list[_Place], starts: list[int], comment: Comment, at_end: list[str]) -> None:
    text = scan.text[comment.start : comment.end].rstrip()
    following = bisect.bisect_right(starts, comment.start)
    previous, around = -1, following - 1
    while around >= 0 and places[around].end <= comment.start:
        previous, around = around, places[around].parent
    if not comment.own_line:
        behind = previous >= 0 and not scan.text[places[previous].end : comment.start].strip(_BETWEEN)
        target = previous if behind else around
        if target >= 0:
            _put_behind(scan.text, places[target], comment, text)
            return
    empty_line = [""] if _below_empty_line(scan.text, comment.start) else []
    if following < len(places) and scan.bracket_at(starts[following]) == comment.bracket:
        place = places[following]
        if place.first < 0:
            place.first, empty_line = comment.start, []
        place.before += [*empty_line, text]
    elif around >= 0:
        places[around].inside_end += [*empty_line, text]
    else:
        at_end += [*empty_line, text]


def _put_behind(whole: str, place: _Place, comment: Comment, text: str) -> None:
    if not place.after and "\n" not in whole[place.start : comment.start]:
        place.after = text
    elif comment.start >= place.end:
        place.closing = text
    else:
        place.inside_end.append(text)


def _finish(whole: str, place: _Place) -> Comments:
    if place.first >= 0 and _below_empty_line(whole, place.start):
        place.before.append("")
    blank = _below_empty_line(whole, place.start if place.first < 0 else place.first)
    return Comments(tuple(place.before), place.after, tuple(place.inside_end), blank, place.closing)


def _below_empty_line(whole: str, at: int) -> bool:
    """Whether something begins its line, and the line above is empty."""
    line = whole.rfind("\n", 0, at) + 1
    above = whole[whole.rfind("\n", 0, line - 1) + 1 : line - 1] if line > 0 else "-"
    return line > 0 and not whole[line:at].strip() and not above.strip()
