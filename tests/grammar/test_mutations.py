"""Slips of the pen all over the corpus: a word, bracket or arrow changed never raises, and is told in one finding."""

from __future__ import annotations

import random
import re
from collections import Counter
from pathlib import Path

import pytest

from mapdsl.diagnostics import Source, render
from mapdsl.grammar import parse
from mapdsl.grammar.expected import KEYWORDS
from tests.grammar.support import CORPUS, read

PIECE = re.compile(r'#[^\n]*|"(?:[^"\\\n]|\\.)*"|<->|->|<-|\[\]|[\w-]+|[^\s\w]')
SLIPS = {"<->": "<=>", "->": "=>", "<-": "-->", "[]": "[", ":": "="} | dict(zip("{}()[]", "()[]{}", strict=True))
SAMPLE = 30  # of each text; every run takes the same


def slips(text: str, name: str) -> list[tuple[int, str]]:
    """Texts with one piece renamed, doubled or left out, with the line of the change."""
    pieces = [piece for piece in PIECE.finditer(text) if not piece.group().startswith("#")]
    pieces = [piece for piece in pieces if piece.group() in KEYWORDS or not piece.group()[0].isalnum()]
    chance = random.Random(name)
    changed = []
    for piece in chance.sample(pieces, min(SAMPLE, len(pieces))):
        found = piece.group()
        renamed = SLIPS.get(found, f"{found[:-1]}x" if len(found) > 1 else "%")
        other = chance.choice([renamed, renamed, f"{found} {found}", ""])
        changed.append((text.count("\n", 0, piece.start()) + 1, text[: piece.start()] + other + text[piece.end() :]))
    return changed


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_a_slip_never_raises_and_is_one_finding(path: Path) -> None:
    """Some slips leave a text that is right (a keyword that is a name becomes another name), a few look like two."""
    counts: Counter[int] = Counter()
    for _, text in slips(read(path), path.name):
        _, found = parse(Source(path.name, text))
        counts[len(found)] += 1
        for diagnostic in found:
            assert render(diagnostic)
    assert counts[1] >= 0.4 * counts.total()
    assert counts[0] + counts[1] >= 0.97 * counts.total(), counts


def test_every_prefix_of_a_text_is_read_without_raising() -> None:
    text = read(CORPUS[1])
    for end in range(0, len(text), 97):
        parse(Source("prefix.map", text[:end]))
