"""`use` lines: what each file sees.

a.map: use "b.map"      a sees a, b, c
b.map: use "c.map"  ->  b sees b, c
c.map:                  c sees c
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mapdsl import syntax
from mapdsl.analysis.findings import suggestion
from mapdsl.analysis.work import Work, items

__all__ = ["resolve_uses"]


def resolve_uses(work: Work) -> None:
    """Fill `visible`; report files that are not there, lines said twice and cycles."""
    for name, file in work.files.items():
        _check_lines(work, name, file)
    _check_cycles(work)
    found = {
        name: [target for use in items(file, syntax.Use) if (target := _target(work, name, use)) is not None]
        for name, file in work.files.items()
    }
    for name in work.files:
        work.visible[name] = tuple(_reach(name, found))


def _target(work: Work, name: str, use: syntax.Use) -> str | None:
    target = work.used.get(name, {}).get(use.path)
    return target if target in work.files else None


def _check_lines(work: Work, name: str, file: syntax.File) -> None:
    seen: dict[str, syntax.Use] = {}
    for use in items(file, syntax.Use):
        target = _target(work, name, use)
        if work.used.get(name, {}).get(use.path) == syntax.OUTSIDE:
            advice = (
                "move it there, or let the program name it: `load(..., files=[...])`, on the command line `--files`"
            )
            headline = f'"{use.path}" lies outside of the folder that is loaded'
            work.findings.error("MAP111", headline, use, "not read", help=advice)
        elif target is None:
            advice = suggestion(use.path, work.files, "the path is relative to this file; check its spelling")
            work.findings.error("MAP102", f'no such file: "{use.path}"', use, "not found", help=advice)
        elif target in seen:
            first = (seen[target], "first used here")
            headline = f'"{use.path}" is used twice'
            work.findings.error("MAP104", headline, use, "again", first, help="take one of the two lines away")
        else:
            seen[target] = use


def _check_cycles(work: Work) -> None:
    done: set[str] = set()
    for name in work.files:
        _walk(work, name, done)


def _walk(work: Work, start: str, done: set[str]) -> None:
    """Depth first; each file is left behind once, so each cycle is reported at the line that closes it."""
    if start in done:
        return
    lines = {start: items(work.files[start], syntax.Use)}  # of the files on the way, what is not followed yet
    trail: dict[str, syntax.Use] = {}  # the line of each by which the way goes on
    while lines:
        name = next(reversed(lines))
        use = next(lines[name], None)
        if use is None:
            del lines[name]
            done.add(name)
            continue
        target = _target(work, name, use)
        trail[name] = use
        if target in lines:
            _report_cycle(work, target, [(file, trail[file]) for file in lines])
        elif target is not None and target not in done:
            lines[target] = items(work.files[target], syntax.Use)


def _report_cycle(work: Work, target: str, trail: list[tuple[str, syntax.Use]]) -> None:
    start = [file for file, _ in trail].index(target)
    cycle = trail[start:]
    names = " uses ".join(f"`{_shown(work, file)}`" for file, _ in [*cycle, (target, None)])
    others = tuple((use, f"`{_shown(work, file)}` uses the next file here") for file, use in cycle[:-1])
    work.findings.error(
        "MAP103",
        f"files use each other in a circle: {names}",
        cycle[-1][1],
        "closes the circle",
        *others,
        help="move what both need into a third file that uses neither",
    )


def _shown(work: Work, name: str) -> str:
    return work.sources[name].name


def _reach(name: str, lines: Mapping[str, Sequence[str]]) -> list[str]:
    """The file itself, then what it uses, nearest first, each once."""
    order = {name: None}
    waiting = [name]
    for current in waiting:  # grows while it is walked
        new = [target for target in lines[current] if target not in order]
        order.update(dict.fromkeys(new))
        waiting += new
    return list(order)
