"""Items of a text whose separator may stand in an item: `Sales, North,Support`, where a lookup knows `Sales, North`."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping

import attrs

from mapdsl.records import Record

__all__ = ["MOST_ITEMS", "MOST_JOINED", "Written", "ask_items", "known_items", "reads_again"]

MOST_JOINED = 8  # pieces that may be one item
MOST_ITEMS = 100  # pieces of a text of which none are joined, for the keys to ask for would be too many

_Spans = Callable[[object], list[tuple[int, int]]]


def ask_items(asked: dict[str, dict[str, None]], lookup: str, spans: _Spans, text: str) -> list[str]:
    """Note what the lookup may know: the pieces of a text, then neighbouring ones as they stand in it. The pieces."""
    places = spans(text)
    pieces = [text[begin:end] for begin, end in places]
    asked[lookup].update(dict.fromkeys(pieces))
    if len(places) <= MOST_ITEMS:
        for first in range(len(places)):
            for last in range(first + 1, min(first + MOST_JOINED, len(places))):
                asked[lookup][text[places[first][0] : places[last][1]]] = None
    return pieces


def known_items(spans: _Spans, text: str, known: Container[str]) -> list[str]:
    """The items of a text: its pieces, some of them joined where that leaves fewer pieces that nobody knows.

    Of readings that leave equally few, the one with the most items counts, so that pieces which are known stay apart;
    of these the one whose first item is the longest.
    """
    places = spans(text)
    pieces = [text[begin:end] for begin, end in places]
    if len(pieces) > MOST_ITEMS or all(piece in known for piece in pieces):
        return pieces
    # From the end: how good the best reading from a piece on is (unknown pieces, minus items), and its items.
    best: list[tuple[int, int, list[str]]] = [(0, 0, [])]
    for first in reversed(range(len(places))):
        tried = []
        for last in range(min(first + MOST_JOINED, len(places)) - 1, first - 1, -1):
            item = text[places[first][0] : places[last][1]]
            if item in known or last == first:
                unknown, fewer, items = best[last - first]
                tried.append((unknown + (item not in known), fewer - 1, [item, *items]))
        best.insert(0, min(tried, key=lambda reading: reading[:2]))
    return best[0][2]


def reads_again(lookup: str) -> str:
    """What is expected of items without the separator which a lookup reads as other ones in one text."""
    return f"a list of names that lookup {lookup} reads as the same names in one text"


@attrs.frozen(repr=False)
class Written(Record):
    """A text made of items, which the lookup may read as other ones: where some hold the separator, or where it knows
    one item made of several. It may stand where it is read as these items again."""

    lookup: str
    spans: _Spans
    text: str
    items: list[str]

    def ask(self, asked: dict[str, dict[str, None]]) -> None:
        """Note the keys that decide how the text is read."""
        asked.setdefault(self.lookup, {})
        ask_items(asked, self.lookup, self.spans, self.text)

    def holds(self, answers: Mapping[str, Container[str]]) -> bool:
        """Whether the text is read as the items; without answers of the lookup nobody can tell."""
        return self.lookup in answers and known_items(self.spans, self.text, answers[self.lookup]) == self.items
