"""Every `.map` text of the repository: files, blocks of Markdown, strings in test modules and in JSON documents."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import attrs

from mapdsl.diagnostics import Source
from mapdsl.grammar import load_source, parse
from mapdsl.syntax import File

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("tests", "docs", "specs")
_WORDS = "mapdsl|use|api|enum|table|lookup|credential|auth|shape|prefer|endpoint|fields|old|new"
_FIRST = re.compile(rf"(?:[\s;]|#[^\n]*\n)*(?:{_WORDS})\b")  # what a text with items begins with
_FENCED = re.compile(r"^```[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)


@attrs.frozen
class Text:
    """A text that parses without a finding, and where it stands."""

    file: str
    line: int
    text: str
    tree: File

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


def tree_of(text: str) -> File:
    """The tree of a text that has nothing wrong with it."""
    file, found = parse(Source("t.map", text))
    assert [str(finding) for finding in found] == []
    assert file is not None
    return file


def all_texts(step: int = 1) -> Iterator[Text]:
    """Each text once, by file and line; with a `step`, one of so many that may be texts."""
    seen: dict[str, tuple[str, int]] = {}
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            for line, text in _candidates(path):
                if _FIRST.match(text):
                    seen.setdefault(text, (path.relative_to(ROOT).as_posix(), line))
    for text, (file, line) in list(seen.items())[::step]:
        tree = _tree(text)
        if tree is not None:
            yield Text(file, line, text, tree)


def _tree(text: str) -> File | None:
    file, found = parse(Source("t.map", text))
    return file if file is not None and file.items and not found else None


def _candidates(path: Path) -> Iterator[tuple[int, str]]:
    if path.suffix == ".map":
        source, _ = load_source(path.name, path.read_bytes())
        yield from [(1, source.text)] if source else []
    elif path.suffix == ".md":
        text = path.read_text("utf-8")
        for match in _FENCED.finditer(text):
            yield text.count("\n", 0, match.start()) + 1, match[1]
    elif path.suffix == ".json":
        yield from ((1, text) for text in _strings(json.loads(path.read_text("utf-8"))))
    elif path.suffix == ".py":
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.lineno, node.value


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _strings(inner)
