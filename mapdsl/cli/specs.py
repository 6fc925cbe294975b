"""SPECS on the command line: a file, a folder, or the name of a guide that comes with mapdsl."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

__all__ = ["allow_cache", "allow_files", "choose_endpoint", "find"]


def _go_without(ctx: click.Context, _: click.Parameter, said: bool) -> None:
    if said:
        ctx.with_resource(_without_cache())


@contextmanager
def _without_cache() -> Iterator[None]:
    """The variable says it to the processes of this one, too."""
    from mapdsl.cache import VARIABLE

    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = "off"
    try:
        yield
    finally:
        if before is None:
            del os.environ[VARIABLE]
        else:
            os.environ[VARIABLE] = before


allow_cache = click.option(
    "--no-cache",
    is_flag=True,
    expose_value=False,
    callback=_go_without,
    help="Neither use nor keep what was worked out of these texts before.",
)
allow_files = click.option(
    "--files",
    type=click.Path(exists=True, path_type=Path),
    multiple=True,
    metavar="PATH",
    help="A file, or a folder of files, that the specs may use besides those of their own folder. May be repeated.",
)


def find(value: str) -> Path:
    """What exists under that path; otherwise what `mapdsl.shipped` finds under that name. A click type."""
    if os.path.isfile(value) or os.path.isdir(value):  # unlike Path's, these answer whatever the name is
        return Path(value)
    from mapdsl.pipeline import shipped

    try:
        return shipped(value)
    except ValueError as error:
        raise click.BadParameter(f"{value!r} is neither a file nor a folder; {error}") from None


def choose_endpoint(name: str | None, names: list[str]) -> None:
    """Refuse an endpoint that the specs do not have, and name one that looks like it."""
    if name is None or name in names:
        return
    from difflib import get_close_matches

    near = get_close_matches(name, names, 1)
    hint = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(names) or 'none'}."
    raise click.BadParameter(f"no endpoint {name!r} in these specs. {hint}")
