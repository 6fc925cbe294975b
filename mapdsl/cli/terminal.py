"""Words for people: colours where a terminal wants them, plain text everywhere else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from mapdsl.diagnostics import Diagnostic

__all__ = ["count", "say", "show_diagnostics", "warn"]

_COLOURS = {"error": "red", "warning": "yellow"}


def say(text: str = "") -> None:
    """A line of the answer."""
    click.echo(text)


def warn(text: str, quiet: bool = False) -> None:
    """A remark beside the answer, on standard error. A first word that ends with a colon is set off."""
    head, colon, rest = text.partition(": ")
    if colon and " " not in head:
        text = click.style(f"{head}:", bold=True, fg=_COLOURS.get(head)) + f" {rest}"
    click.secho(text, err=True, dim=quiet or None)


def show_diagnostics(diagnostics: Iterable[Diagnostic], err: bool = False, of: int = 0) -> None:
    """The first hundred diagnostics with their lines of the spec, a blank line between two, and how many more.

    `of` is how many there are, where the others are not handed over.
    """
    from mapdsl.diagnostics import MOST_TOLD, more, render

    every = list(diagnostics)
    for number, diagnostic in enumerate(every[:MOST_TOLD]):
        headline, newline, rest = render(diagnostic).partition("\n")
        if number:
            click.echo(err=err)
        click.echo(click.style(headline, bold=True, fg=_COLOURS.get(diagnostic.severity)) + newline + rest, err=err)
    if max(len(every), of) > MOST_TOLD:
        click.echo(f"\n{more(max(len(every), of))}", err=err)


def count(number: int, noun: str) -> str:
    """`1 file`, `2 files`, `no files`."""
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"
