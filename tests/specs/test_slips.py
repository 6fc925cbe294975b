"""A keyword, bracket or arrow of a shipped spec renamed: it loads or is refused, and never breaks the compiler."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

import mapdsl
from mapdsl import MapError, loads
from tests.guides import spec_files

SPECS = mapdsl.shipped("voiso")
FILES = spec_files("voiso")
PIECE = re.compile(r'#[^\n]*|"(?:[^"\\\n]|\\.)*"|<->|->|<-|\[\]|[A-Za-z_]\w*|[^\s\w]')
RENAMED = {"<->": "<=>", "->": "=>", "<-": "<--", "[]": "[", "{": "(", "}": ")", "(": "{", ")": "}", "[": "(", "]": ")"}
SAMPLES = [1, pytest.param(40, marks=pytest.mark.long)]  # of each file


def slips(text: str) -> list[str]:
    """The text with one piece renamed, for every keyword, name, bracket and arrow in it."""
    pieces = [piece for piece in PIECE.finditer(text) if piece.group()[0] not in '#"']
    return [
        text[: piece.start()] + RENAMED.get(piece.group(), f"{piece.group()}x") + text[piece.end() :]
        for piece in pieces
    ]


def survives(text: str) -> str:
    """`loaded` or `refused`; any other exception is the fault that this looks for."""
    try:
        loads(text, "slip.map")
    except MapError as error:
        return "refused" if str(error) else "refused without a word"
    return "loaded"


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_slip_of_the_pen_is_refused_or_means_something_else(
    path: Path, sample: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(SPECS)  # where `use "common.map"` is looked for
    texts = slips(path.read_text("utf-8"))
    chosen = random.Random(path.name).sample(texts, min(sample, len(texts)))
    results = [survives(text) for text in chosen]
    assert set(results) <= {"refused", "loaded"}
    assert "refused" in results or sample < 10
    assert sample < 10 or survives(path.read_text("utf-8")) == "loaded"
