"""The Markdown that the commands of the benchmarks print, and docs/performance.md holds."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Sequence
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import mapdsl

from .timing import Timing

__all__ = ["measured_on", "ratio", "table"]


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table. The first column is text, the others are numbers."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def ratio(timing: Timing | None, quartiles: bool = False) -> str:
    """How many times as long as the baseline, with as many digits as mean something; empty where nothing was timed."""
    if timing is None:
        return ""
    digits = 2 if timing.ratio < 9.995 else 1 if timing.ratio < 99.95 else 0
    spread = f" ({timing.low:.{digits}f} to {timing.high:.{digits}f})" if quartiles else ""
    return f"{timing.ratio:.{digits}f}{spread}"


def measured_on(libraries: Iterable[str]) -> str:
    """A sentence with date, machine and versions, of those libraries that are installed."""
    versions = [f"mapdsl {mapdsl.__version__}"]
    for library in libraries:
        try:
            versions.append(f"{library} {version(library)}")
        except PackageNotFoundError:
            continue
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"Measured on {date.today()}: {python}, {_machine()}; {', '.join(versions)}."


def _machine() -> str:
    """Processor and system, as far as they are told."""
    try:
        told = Path("/proc/cpuinfo").read_text("utf-8")
    except OSError:
        told = ""
    models = [line.partition(":")[2].strip() for line in told.split("\n") if line.startswith("model name")]
    return f"{models[0] if models else platform.machine()}, {platform.system()}"
