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


def save_specs(page: Path, folder: Path) -> None:
    """Write the specs of a page into a folder, those whose file the line above says: "save this as `calls.map`:".

    What stands behind a fence cannot say it: the site takes one word there, and shows no block if there are more.
    """
    lines = page.read_text("utf-8").split("\n")
    for block in blocks(page):
        above = re.search(r"`(\w+\.map)`:$", "\n".join(lines[: block.line - 1]).rstrip())
        if block.info == "map" and above is not None:
            (folder / above[1]).write_text(block.text, "utf-8")


def prose(file: Path) -> str:
    """The text without fenced blocks and code spans."""
    text = re.sub(r"^```.*?^```", "", file.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"`[^`\n]*`", "", text)


def links(file: Path) -> list[str]:
    return re.findall(r"\]\(([^)\s]+)\)", prose(file))


def anchors(file: Path) -> set[str]:
    headings = re.findall(r"^#+ +(.+)$", file.read_text("utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings}
