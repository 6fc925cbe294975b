"""`use` lines: what each file sees.

a.map: use "b.map"      a sees a, b, c
b.map: use "c.map"  ->  b sees b, c
c.map:                  c sees c
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mapdsl import syntax
from mapdsl.analysis.context import Context, items
from mapdsl.analysis.findings import suggestion

__all__ = ["resolve_uses"]


def resolve_uses(context: Context) -> None:
    """Fill `visible`; report files that are not there, lines said twice and cycles."""
    for name, file in context.files.items():
        _check_lines(context, name, file)
    _check_cycles(context)
    found = {
        name: [target for use in items(file, syntax.Use) if (target := _target(context, name, use)) is not None]
        for name, file in context.files.items()
    }
    for name in context.files:
        context.visible[name] = tuple(_reach(name, found))


def _target(context: Context, name: str, use: syntax.Use) -> str | None:
    target = context.used.get(name, {}).get(use.path)
    return target if target in context.files else None


def _check_lines(context: Context, name: str, file: syntax.File) -> None:
    seen: dict[str, syntax.Use] = {}
    for use in items(file, syntax.Use):
        target = _target(context, name, use)
        if context.used.get(name, {}).get(use.path) == syntax.OUTSIDE:
            advice = (
                "move it there, or let the program name it: `load(..., files=[...])`, on the command line `--files`"
            )
            headline = f'"{use.path}" lies outside of the folder that is loaded'
            context.findings.error("MAP111", headline, use, "not read", help=advice)
        elif target is None:
            advice = suggestion(use.path, context.files, "the path is relative to this file; check its spelling")
            context.findings.error("MAP102", f'no such file: "{use.path}"', use, "not found", help=advice)
        elif target in seen:
            first = (seen[target], "first used here")
            headline = f'"{use.path}" is used twice'
            context.findings.error("MAP104", headline, use, "again", first, help="take one of the two lines away")
        else:
            seen[target] = use


def _check_cycles(context: Context) -> None:
    done: set[str] = set()
    for name in context.files:
        _walk(context, name, done)


def _walk(context: Context, start: str, done: set[str]) -> None:
    """Depth first; each file is left behind once, so each cycle is reported at the line that closes it."""
    if start in done:
        return
    lines = {start: items(context.files[start], syntax.Use)}  # of the files on the way, what is not followed yet
    trail: dict[str, syntax.Use] = {}  # the line of each by which the way goes on
    while lines:
        name = next(reversed(lines))
        use = next(lines[name], None)
        if use is None:
            del lines[name]
            done.add(name)
            continue
        target = _target(context, name, use)
        trail[name] = use
        if target in lines:
            _report_cycle(context, target, [(file, trail[file]) for file in lines])
        elif target is not None and target not in done:
            lines[target] = items(context.files[target], syntax.Use)


def _report_cycle(context: Context, target: str, trail: list[tuple[str, syntax.Use]]) -> None:
    start = [file for file, _ in trail].index(target)
    cycle = trail[start:]
    names = " uses ".join(f"`{_shown(context, file)}`" for file, _ in [*cycle, (target, None)])
    others = tuple((use, f"`{_shown(context, file)}` uses the next file here") for file, use in cycle[:-1])
    context.findings.error(
        "MAP103",
        f"files use each other in a circle: {names}",
        cycle[-1][1],
        "closes the circle",
        *others,
        help="move what both need into a third file that uses neither",
    )


def _shown(context: Context, name: str) -> str:
    return context.sources[name].name


def _reach(name: str, lines: Mapping[str, Sequence[str]]) -> list[str]:
    """The file itself, then what it uses, nearest first, each once."""
    order = {name: None}
    waiting = [name]
    for current in waiting:  # grows while it is walked
        new = [target for target in lines[current] if target not in order]
        order.update(dict.fromkeys(new))
        waiting += new
    return list(order)
