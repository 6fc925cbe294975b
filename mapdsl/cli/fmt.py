"""`mapdsl fmt`: the one canonical layout."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .documents import STDIN, read_bytes
from .specs import allow_files
from .terminal import count, say, show_diagnostics, warn

if TYPE_CHECKING:
    from mapdsl.diagnostics import Diagnostic

__all__ = ["fmt"]

INTERNAL = 70  # as the group of all commands has it
_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


@click.command(short_help="Lay specs out in the one canonical way.")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, allow_dash=True), metavar="PATH...")
@click.option("--check", is_flag=True, help="Write nothing; name the files that would change, and exit with 1 for any.")
@click.option("--diff", is_flag=True, help="Write nothing; print what would change.")
@allow_files
@click.pass_context
def fmt(ctx: click.Context, paths: tuple[str, ...], check: bool, diff: bool, files: tuple[Path, ...]) -> None:
    """Lay specs out in the one canonical way; comments survive.

    PATH is a file, a folder (with all .map files in and below it), or - for standard input, whose formatted text goes
    to standard output. A file that cannot be read stays as it is. Exit code 0: all is well; 1: something cannot be
    read, or with --check would change; 2: wrong usage.

    \b
    Example:
      mapdsl fmt specs/
      mapdsl fmt --check specs/
      mapdsl fmt --diff specs/voiso/04_send_sms.map
    """
    if STDIN in paths and len(paths) > 1:
        raise click.UsageError("Standard input (-) cannot be mixed with other paths.")
    names = [STDIN] if STDIN in paths else list(dict.fromkeys(name for path in paths for name in specs_in(path, files)))
    work = Work(check, diff)
    for name in names:
        work.take(name)
    ctx.exit(work.finish())


def specs_in(path: str, allowed: tuple[Path, ...]) -> list[str]:
    """The file itself, or the .map files in and below a folder; folders whose names begin with a dot are left out.

    Raises MapError for a file that is a link out of the folder, unless it is allowed.
    """
    from mapdsl.pipeline import keep_inside

    if not os.path.isdir(path):
        return [path]
    found = []
    for folder, below, files in os.walk(path):
        below[:] = sorted(name for name in below if not name.startswith("."))
        found += [Path(folder, name).as_posix() for name in sorted(files) if name.endswith(".map")]
    if not found:
        raise click.BadParameter(f"no .map file in or below {path}", param_hint="PATH")
    keep_inside(Path(path), map(Path, found), allowed)
    return found


class Work:
    """What is done to each file, and what came of it. (A plain class: `--help` must not load attrs.)"""

    def __init__(self, check: bool, diff: bool) -> None:
        self.check = check
        self.diff = diff
        self.changed = 0
        self.same = 0
        self.unreadable = 0
        self.found: list[Diagnostic] = []
        self.faults: list[str] = []

    def take(self, name: str) -> None:
        from mapdsl.errors import MapSyntaxError
        from mapdsl.formatter import FormatterError, format_text

        data = read_bytes(name, "a spec")
        try:
            text = format_text(data, shown(name))
        except MapSyntaxError as error:
            self.unreadable += 1
            self.found += error.diagnostics
        except FormatterError as error:
            self.faults.append(str(error))
        else:
            self.deliver(name, data, text)

    def deliver(self, name: str, data: bytes, text: str) -> None:
        differs = text.encode() != data
        self.changed += differs
        self.same += not differs
        if differs and self.diff:
            show_difference(shown(name), data.decode("utf-8"), text)
        elif differs and self.check:
            say(shown(name))
        elif name == STDIN and not (self.check or self.diff):
            click.echo(text.encode(), nl=False)
        elif differs:
            replace(name, text.encode())

    def finish(self) -> int:
        """Says what came of it all, on standard error; the exit code."""
        show_diagnostics(self.found, err=True)
        for fault in self.faults:
            warn(f"error: {fault}. This is a mistake of mapdsl, please report it; the file stays as it is.")
        warn(("\n" if self.found else "") + self.summary(), quiet=True)
        if self.faults:
            return INTERNAL
        return 1 if self.unreadable or (self.check and self.changed) else 0

    def summary(self) -> str:
        would = "would be " if self.check or self.diff else ""
        said = [f"{count(self.changed, 'file')} {would}changed"] if self.changed else []
        said += [f"{count(self.same, 'file')} unchanged"] if self.same else []
        said += [f"{count(self.unreadable, 'file')} unreadable"] if self.unreadable else []
        return ", ".join(said) or "no files"


def shown(name: str) -> str:
    return "<stdin>" if name == STDIN else name


def show_difference(name: str, old: str, new: str) -> None:
    """A unified diff, coloured on a terminal."""
    from difflib import unified_diff

    for line in unified_diff(_lines(old), _lines(new), name, name):
        ended = line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
        click.secho(ended, fg=_COLOURS.get(line[0]), nl=False)


def _lines(text: str) -> list[str]:
    return re.findall(r"[^\n]*\n|[^\n]+\Z", text)


def replace(name: str, data: bytes) -> None:
    """Put new bytes in the place of a file at one stroke: whoever reads it meets the old text or the new one."""
    file = Path(name).resolve()  # what a link points to is written, and the link stays
    try:
        if not os.access(file, os.W_OK):
            raise PermissionError(13, "it may not be written")
        handle, draft = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
            shutil.copymode(file, draft)
            os.replace(draft, file)
        except BaseException:
            os.unlink(draft)
            raise
    except OSError as error:
        raise click.FileError(name, error.strerror or str(error)) from None
