"""`mapdsl test`: the examples of the specs, through both engines."""

from __future__ import annotations

from pathlib import Path

import click

from .documents import print_json
from .specs import find
from .terminal import count, say, warn

__all__ = ["test"]


@click.command(short_help="Run the examples of a guide through both engines.")
@click.argument("specs", type=find, metavar="SPECS")
@click.option("--json", "as_json", is_flag=True, help="Print every result as JSON.")
@click.option("-v", "--verbose", is_flag=True, help="Name the examples that hold, too.")
@click.pass_context
def test(ctx: click.Context, specs: Path, as_json: bool, verbose: bool) -> None:
    """Run the examples of SPECS through the generated code and through the interpreter.

    Both must give what the example says, in each direction that it shows. A folder of folders (one per API) is tested
    as several. Exit code 1 where an example fails.

    \b
    Example:
      mapdsl test voiso
      mapdsl test specs/ --verbose
    """
    from mapdsl.pipeline import api_folders, compile_program
    from mapdsl.testing import run_examples

    apis = api_folders(specs) or [specs]
    results = [result for api in apis for result in run_examples(compile_program(api))]
    failed = [result for result in results if not result.passed]
    if as_json:
        print_json([result.to_dict() for result in results])
    else:
        for result in results if verbose else failed:
            say(str(result))
        warn(summary(len(results), len(failed)), quiet=not failed)
    ctx.exit(1 if failed else 0)


def summary(total: int, failed: int) -> str:
    if not total:
        return "there are no examples"
    return f"{count(total - failed, 'example')} held, {count(failed, 'example')} failed"
