"""The documentation holds: pages are reachable, links lead somewhere, code in it runs, nothing public is left out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import mapdsl
from mapdsl.cli import commands
from mapdsl.conversions import names
from mapdsl.pipeline import compile_text
from mapdsl.testing import run_examples
from tests.repo import losses
from tests.repo.codes import PAGE, page
from tests.repo.markdown import DOCS, PAGES, ROOT, Block, anchors, blocks, links, save_specs

BLOCKS = [block for page in PAGES for block in blocks(page)]
PYTHON = [block for block in BLOCKS if block.info == "python"]
MAPS = [block for block in BLOCKS if block.info == "map"]


def test_every_page_is_in_the_navigation_once() -> None:
    listed = re.findall(r":\s+(\S+\.md)$", (ROOT / "mkdocs.yml").read_text("utf-8"), flags=re.MULTILINE)
    assert sorted(listed) == sorted(page.relative_to(ROOT / "docs").as_posix() for page in DOCS)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    for link in links(page):
        if link.startswith(("https://", "http://", "mailto:")):
            continue
        target, _, anchor = link.partition("#")
        file = (page.parent / target).resolve() if target else page
        assert file.exists(), f"{page}: {link}"
        assert not anchor or anchor in anchors(file), f"{page}: {link}"


@pytest.mark.parametrize("page", DOCS, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_pages_of_the_site_link_only_to_pages_of_the_site(page: Path) -> None:
    """A link that leaves docs/ works in the repository and is dead on the site."""
    for link in links(page):
        if not link.startswith(("https://", "#")):
            assert (page.parent / link.partition("#")[0]).resolve().is_relative_to(ROOT / "docs")


def continued(block: Block) -> str:
    """The block, and those behind it in the file that go on where it ends."""
    texts = [block.text]
    for other in blocks(block.file):
        if other.line > block.line and other.info == "python":
            break
        if other.line > block.line and other.info == "python continued":
            texts.append(other.text)
    return "\n".join(texts)


@pytest.mark.parametrize("block", PYTHON, ids=str)
def test_python_in_the_documentation_runs(
    block: Block, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_specs(block.file, tmp_path)
    monkeypatch.chdir(tmp_path)
    exec(compile(continued(block), str(block), "exec"), {"__name__": "example"})
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("block", MAPS, ids=str)
def test_specs_in_the_documentation_compile_and_their_examples_hold(block: Block) -> None:
    compiled = compile_text(block.text, name=str(block))
    assert len(compiled.api) >= 1
    assert [str(result) for result in run_examples(compiled) if not result.passed] == []


def test_blocks_say_what_they_hold() -> None:
    known = {"", "python", "python continued", "map", "json"}
    assert [str(block) for block in BLOCKS if block.info not in known] == []


def test_the_python_reference_names_every_export() -> None:
    text = (ROOT / "docs/reference/python.md").read_text("utf-8")
    assert [name for name in mapdsl.__all__ if not re.search(rf"\b{name}\b", text)] == []


def test_the_language_reference_names_every_conversion() -> None:
    text = (ROOT / "docs/reference/language.md").read_text("utf-8")
    assert [name for name in names() if not name.startswith("x_") and not re.search(rf"`{name}[`(]", text)] == []


@pytest.mark.parametrize("command", sorted(commands.commands))
def test_the_command_line_reference_names_every_command_and_option(command: str) -> None:
    text = (ROOT / "docs/reference/cli.md").read_text("utf-8")
    section = text.partition(f"\n## mapdsl {command}\n")[2].partition("\n## ")[0]
    assert section
    options = [option for parameter in commands.commands[command].params for option in parameter.opts]
    assert [option for option in options if option.startswith("--") and option not in section] == []


def test_the_page_of_diagnostics_is_what_the_registry_says() -> None:
    """`python -m tests.repo.codes` writes it anew."""
    assert PAGE.read_text("utf-8") == page()


def test_the_changelog_has_an_entry_for_this_version() -> None:
    assert f"\n## {mapdsl.__version__} " in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = [int(page.name[:4]) for page in DOCS if page.parent.name == "decisions"]
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize(("guide", "endpoints"), [("voiso", 29), ("callr", 39)])
def test_the_loss_matrix_of_a_guide_is_what_its_specs_say(guide: str, endpoints: int) -> None:
    page = losses.page(guide)
    assert losses.PAGES[guide].read_text("utf-8") == page, (
        "python -m tests.repo.losses writes it anew: read the changes"
    )
    assert sum(line.startswith("| [") for line in page.split("\n")) == endpoints
