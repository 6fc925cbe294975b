"""`mapdsl check`: every finding about the specs, none hidden behind the first; or what they leave open."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .documents import print_json
from .formats import as_data, as_github, as_sarif
from .specs import allow_cache, allow_files, find
from .terminal import count, show_diagnostics, warn

if TYPE_CHECKING:
    from mapdsl.diagnostics import Diagnostic

__all__ = ["check"]

_FORMATS = ["text", "json", "github", "sarif"]


@click.command(short_help="Report what is wrong with specs.")
@click.argument("paths", nargs=-1, required=True, type=find, metavar="PATH...")
@click.option("--format", "form", type=click.Choice(_FORMATS), default="text", help="How findings are printed.")
@click.option("--json", "form", flag_value="json", help="The same as --format json.")
@click.option("--holes", "only_holes", is_flag=True, help="List what the specs leave open instead.")
@allow_files
@allow_cache
@click.pass_context
def check(ctx: click.Context, paths: tuple[Path, ...], form: str, only_holes: bool, files: tuple[Path, ...]) -> None:
    """Read specs and report what is wrong with them.

    A folder of folders (one per API) is checked as several. Exit code 0: clean; 1: problems; 2: wrong usage.

    \b
    Example:
      mapdsl check specs/
      mapdsl check --format github specs/
      mapdsl check --holes specs/voiso
    """
    from mapdsl.pipeline import check as find_problems

    if only_holes:
        if form not in ("text", "json"):
            raise click.UsageError(f"--holes prints text or json, not {form}")
        show_holes(paths, form, files)
        return
    found = find_problems(list(paths), files)
    if form == "json":
        print_json([*map(as_data, told(found)), *left_out(found)])
    elif form == "sarif":
        print_json(as_sarif(told(found), left_out(found)))
    elif form == "github":
        for diagnostic in told(found):
            click.echo(as_github(diagnostic))
        for rest in left_out(found):
            click.echo(f"::notice::{rest['headline']}")
    else:
        show_diagnostics(told(found), of=len(found))
        warn(summary(found), quiet=not found)
    ctx.exit(1 if any(diagnostic.severity == "error" for diagnostic in found) else 0)


def show_holes(paths: tuple[Path, ...], form: str, files: tuple[Path, ...]) -> None:
    """Every hole: where, which field of which side, what the guide leaves open, what is done."""
    from mapdsl.pipeline import holes

    found = holes(list(paths), files)
    if form == "json":
        keys = ("file", "line", "within", "path", "sides", "question", "policy", "cites")
        print_json([{key: getattr(hole, key) for key in keys} for hole in found])
        return
    for hole in found:
        side = f" ({hole.sides[0]} side)" if len(hole.sides) == 1 else ""
        cites = f"  [{', '.join(hole.cites)}]" if hole.cites else ""
        within = f" in {hole.within}" if hole.sides else f" is {hole.within}"
        click.echo(f"{hole.file}:{hole.line}: {hole.path}{side}{within}: {hole.question}")
        click.echo(f"    {hole.policy}{cites}")
    warn(count(len(found), "hole"))


def told(found: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
    """As many findings as are told at once: errors before warnings, where there are more."""
    from mapdsl.diagnostics import MOST_TOLD

    if len(found) <= MOST_TOLD:
        return found
    first = {id(each) for each in sorted(found, key=lambda each: each.severity != "error")[:MOST_TOLD]}
    return tuple(each for each in found if id(each) in first)


def left_out(found: tuple[Diagnostic, ...]) -> list[dict[str, Any]]:
    """How many findings are not told: a note without a place, or nothing."""
    from mapdsl.diagnostics import MOST_TOLD, more

    return [{"severity": "note", "headline": more(len(found))}] if len(found) > MOST_TOLD else []


def summary(found: tuple[Diagnostic, ...]) -> str:
    if not found:
        return "no problems"
    severities = [diagnostic.severity for diagnostic in found]
    kinds = [count(severities.count(kind), kind) for kind in dict.fromkeys(severities)]
    files = {diagnostic.position[0] for diagnostic in found}
    return f"\n{', '.join(kinds)} in {count(len(files), 'file')}"
