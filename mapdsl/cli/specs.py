"""SPECS on the command line: a file, a folder, or the name of a guide that comes with mapdsl."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

__all__ = ["SPECS", "choose_endpoint"]


class _Specs(click.ParamType):
    name = "specs"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """What exists under that path; otherwise what `mapdsl.shipped` finds under that name."""
        if isinstance(value, Path) or Path(value).exists():
            return Path(value)
        from mapdsl.pipeline import shipped

        try:
            return shipped(str(value))
        except ValueError as error:
            self.fail(f"{value!r} is neither a file nor a folder; {error}", param, ctx)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
        return click.Path().shell_complete(ctx, param, incomplete)


SPECS = _Specs()


def choose_endpoint(name: str | None, names: list[str]) -> None:
    """Refuse an endpoint that the specs do not have, and name one that looks like it."""
    if name is None or name in names:
        return
    from difflib import get_close_matches

    near = get_close_matches(name, names, 1)
    hint = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(names) or 'none'}."
    raise click.BadParameter(f"no endpoint {name!r} in these specs. {hint}")
