"""`mapdsl explain`: what a diagnostic means, why it is one, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from .documents import print_json
from .terminal import say

if TYPE_CHECKING:
    from mapdsl.diagnostics import Code

__all__ = ["explain"]


@click.command(short_help="Say what a diagnostic means.")
@click.argument("code", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print the page (or all pages) as JSON.")
def explain(code: str | None, as_json: bool) -> None:
    """Say what a diagnostic means. Without CODE: list them all.

    \b
    Example:
      mapdsl explain MAP203
    """
    from attrs import asdict

    from mapdsl.diagnostics import CODES

    if code is not None and normal(code) not in CODES:
        raise click.BadParameter(f"no diagnostic is called {code!r}. `mapdsl explain` lists them.", param_hint="CODE")
    if code is not None:
        page = CODES[normal(code)]
        return print_json(asdict(page)) if as_json else show_page(page)
    if as_json:
        return print_json([asdict(page) for page in CODES.values()])
    for page in CODES.values():
        say(f"{click.style(page.code, bold=True)}  {page.title}")


def normal(code: str) -> str:
    """`203`, `map203` and `error[MAP203]:` all mean MAP203."""
    digits = "".join(character for character in code if character.isdigit())
    return f"MAP{digits.zfill(3)}"


def show_page(page: Code) -> None:
    import textwrap

    say(click.style(f"{page.code}: {page.title}", bold=True))
    for heading, text in (("", page.meaning), ("Why", page.why), ("What to do", page.repair)):
        say()
        say(textwrap.fill(f"{heading}: {text}" if heading else text, width=96))
    for heading, text in (("This is reported", page.bad), ("This is fine", page.good)):
        say()
        say(f"{heading}:")
        say()
        say(textwrap.indent(text.strip("\n"), "    "))
