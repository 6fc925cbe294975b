"""`mapdsl test`: the examples of the specs, through both engines."""

from __future__ import annotations

from pathlib import Path

import click

from .specs import find

__all__ = ["test"]


@click.command()
@click.argument("specs", type=find, metavar="SPECS")
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON.")
@click.pass_context
def test(ctx: click.Context, specs: Path, as_json: bool) -> None:
    """Run the examples of SPECS through the generated code and through the interpreter.

    Both must give what the example says. A folder of folders (one per API) is tested as several. Exit code 1 where an
    example fails.

    \b
    Example:
      mapdsl test voiso
      mapdsl test specs/
    """
