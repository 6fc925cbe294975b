"""Reading Markdown files: fenced blocks, headings and links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import attrs

ROOT = Path(__file__).resolve().parents[2]
DOCS = sorted((ROOT / "docs").rglob("*.md"))
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / ".github/CONTRIBUTING.md", ROOT / "tests/README.md", *DOCS]


@attrs.frozen
class Block:
    """A fenced block: what stands behind the fence, its text, the line at which it begins."""

    file: Path
    info: str
    text: str
    line: int

    def __str__(self) -> str:
        return f"{self.file.relative_to(ROOT)}:{self.line}"


def blocks(file: Path) -> Iterator[Block]:
    info, start, lines = None, 0, []
    for number, line in enumerate(file.read_text("utf-8").split("\n"), 1):
        if info is None and line.startswith("```"):
            info, start, lines = line[3:].strip(), number, []
        elif info is not None and line.startswith("```"):
            yield Block(file, info, "\n".join(lines) + "\n", start)
            info = None
        elif info is not None:
            lines.append(line)
    assert info is None, f"{file}:{start}: a fence that is not closed"


def prose(file: Path) -> str:
    """The text without fenced blocks and code spans."""
    text = re.sub(r"^```.*?^```", "", file.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"`[^`\n]*`", "", text)


def links(file: Path) -> list[str]:
    return re.findall(r"\]\(([^)\s]+)\)", prose(file))


def anchors(file: Path) -> set[str]:
    headings = re.findall(r"^#+ +(.+)$", file.read_text("utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings}
