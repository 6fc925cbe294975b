"""`mapdsl check`: every finding about the specs, none hidden behind the first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .documents import print_json
from .specs import find
from .terminal import count, show_diagnostics, warn

if TYPE_CHECKING:
    from mapdsl.diagnostics import Diagnostic, Label

__all__ = ["check"]


@click.command(short_help="Report what is wrong with specs.")
@click.argument("paths", nargs=-1, required=True, type=find, metavar="PATH...")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How findings are printed.")
@click.option("--json", "form", flag_value="json", help="The same as --format json.")
@click.pass_context
def check(ctx: click.Context, paths: tuple[Path, ...], form: str) -> None:
    """Read specs and report what is wrong with them.

    A folder of folders (one per API) is checked as several. Exit code 0: clean; 1: problems; 2: wrong usage.

    \b
    Example:
      mapdsl check specs/
      mapdsl check --format json specs/voiso/04_send_sms.map
    """
    from mapdsl.pipeline import check as find_problems

    found = find_problems(list(paths))
    if form == "json":
        print_json([as_data(diagnostic) for diagnostic in found])
    else:
        show_diagnostics(found)
        warn(summary(found), quiet=not found)
    ctx.exit(1 if any(diagnostic.severity == "error" for diagnostic in found) else 0)


def summary(found: tuple[Diagnostic, ...]) -> str:
    if not found:
        return "no problems"
    severities = [diagnostic.severity for diagnostic in found]
    kinds = [count(severities.count(kind), kind) for kind in dict.fromkeys(severities)]
    files = {diagnostic.position[0] for diagnostic in found}
    return f"\n{', '.join(kinds)} in {count(len(files), 'file')}"


def as_data(diagnostic: Diagnostic) -> dict[str, Any]:
    """One finding for programs. Lines and columns count from 1, ends lie behind the last character."""
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity,
        "headline": diagnostic.headline,
        **place(diagnostic, diagnostic.primary),
        "help": diagnostic.help,
        "secondary": [place(diagnostic, label) for label in diagnostic.secondary],
    }


def place(diagnostic: Diagnostic, label: Label) -> dict[str, Any]:
    source = diagnostic.sources.get(label.span.source)
    if source is None:
        return {"file": label.span.source, "line": 1, "column": 1, "end_line": 1, "end_column": 1, "text": label.text}
    (line, column), (end_line, end_column) = source.position(label.span.start), source.position(label.span.end)
    return {
        "file": source.name,
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
        "text": label.text,
    }
