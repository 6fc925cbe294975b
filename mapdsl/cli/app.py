"""The group of all commands, and what becomes of exceptions. Nothing here loads the compiler: `--help` stays quick."""

from __future__ import annotations

import os
import sys
from json import dumps
from typing import Any

import click

from mapdsl.version import __version__

from .check import check
from .demo import demo
from .explain import explain
from .fmt import fmt
from .show import show
from .terminal import warn
from .test import test
from .translate import translate

__all__ = ["commands", "main"]

INTERNAL = 70  # EX_SOFTWARE of sysexits.h
INTERRUPTED = 130  # what a shell says of a program that Ctrl-C ended

_FILE_OF_LOOKUPS = 'answer it in a file, {{{}: {{"old": "new"}}}}, and pass it with --lookups FILE'


class Commands(click.Group):
    """Turns what a command raises into a message and an exit code: a user never meets a traceback unasked."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)  # as added below: the order in which a newcomer needs them

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort, OSError):
            raise
        except KeyboardInterrupt:
            warn("\ninterrupted")
            ctx.exit(INTERRUPTED)
        except Exception as error:
            from mapdsl.errors import MapError

            if isinstance(error, MapError):
                report(error)
                ctx.exit(1)
            if ctx.params.get("traceback"):
                raise
            warn(f"mapdsl made a mistake: {type(error).__name__}. This should not happen; please report it.")
            warn("`mapdsl --traceback COMMAND ...` shows where it came from.", quiet=True)
            ctx.exit(INTERNAL)


def report(error: Exception) -> None:
    """A MapError as its author wrote it, behind one word that says what kind of thing it is."""
    from mapdsl.errors import SpecError

    if isinstance(error, SpecError):
        from .terminal import show_diagnostics

        show_diagnostics(error.diagnostics, err=True)
    else:
        warn(f"error: {for_the_command_line(error)}")


def for_the_command_line(error: Exception) -> Exception:
    """The error, whose advice on lookups names a file: that of the library speaks of arguments of Python."""
    from attrs import evolve

    from mapdsl.errors import LookupMissing

    if not isinstance(error, LookupMissing):
        return error
    return LookupMissing(
        [
            evolve(each, help=_FILE_OF_LOOKUPS.format(dumps(each.path.removeprefix("lookups.")))) if each.help else each
            for each in error.problems
        ]
    )


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="mapdsl", message="%(prog)s %(version)s")
@click.option("--traceback", is_flag=True, help="Show the Python traceback if mapdsl itself goes wrong.")
@click.pass_context
def commands(ctx: click.Context, traceback: bool) -> None:
    """The migration guide is the program: translate messages between an old API and a new one.

    \b
    Begin with:
      mapdsl demo
      mapdsl show voiso send_sms
      echo '{"method": "GET", "path": "/api/v1/KEY/balance"}' | mapdsl translate voiso --to new
    """
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        ctx.color = False  # click itself leaves colours out wherever the output is no terminal


for command in (demo, translate, check, fmt, test, show, explain):
    commands.add_command(command)


def main() -> None:
    """Run the command line and leave with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a terminal that cannot show a character shows its number
    try:
        commands(prog_name="mapdsl")
    except OSError as error:  # a full disk, a folder that may not be read; click has dealt with readers that went away
        if "--traceback" in sys.argv:
            raise
        drop_output()
        place = "" if error.filename is None else f"{error.filename}: "
        warn(f"error: {place}{error.strerror or error}")
        sys.exit(1)


def drop_output() -> None:
    """Forget what could not be written: Python would try once more when it ends, and complain a second time."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
