"""Texts in, models and findings out."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from mapdsl.analysis import Model, analyse
from mapdsl.diagnostics import Diagnostic, Source
from mapdsl.grammar import parse
from mapdsl.syntax import File, Use

Analyse = Callable[..., tuple[Model, tuple[Diagnostic, ...]]]


def _read(name: str, text: str) -> tuple[Source, File]:
    source = Source(name, text)
    file, found = parse(source)
    assert not found, "\n".join(map(str, found))
    assert file is not None
    return source, file


@pytest.fixture(scope="session")
def analysed() -> Analyse:
    """Analyse one text, or several by file name; a `use` stands for the file of that name."""

    def run(texts: str | Mapping[str, str]) -> tuple[Model, tuple[Diagnostic, ...]]:
        named = {"<text>": texts} if isinstance(texts, str) else texts
        files = {name: _read(name, text) for name, text in named.items()}
        used = {
            name: {item.path: item.path for item in file.items if isinstance(item, Use) and item.path in files}
            for name, (_, file) in files.items()
        }
        return analyse(files, used, [name for name in files if name.endswith(".examples.map")])

    return run
