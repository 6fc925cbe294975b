"""The page of all diagnostics, made from the registry. `python -m tests.repo.codes` writes it anew."""

from __future__ import annotations

from collections.abc import Iterator

from mapdsl.diagnostics import CODES, Code
from tests.repo.markdown import ROOT

PAGE = ROOT / "docs/reference/diagnostics.md"
INTRODUCTION = """\
# Diagnostics

Every finding about a `.map` text has a code. `mapdsl explain CODE` prints what stands here.
"""


def page() -> str:
    return "\n".join([INTRODUCTION, *(line for code in CODES.values() for line in section(code))]).rstrip() + "\n"


def section(code: Code) -> Iterator[str]:
    yield from (f"## {code.code}: {code.title}", "", code.meaning, "")
    yield from (f"**Why.** {code.why}", "", f"**What to do.** {code.repair}", "")
    for heading, text in (("This is reported:", code.bad), ("This is fine:", code.good)):
        yield from (heading, "", "```", text.strip("\n"), "```", "")


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
