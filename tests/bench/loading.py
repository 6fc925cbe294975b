"""`python -m tests.bench.loading`: what a process pays before mapdsl's first translation, and what it holds then.

A time is that of a fresh process less that of one that only starts Python: CPU time, the median of rounds in which
every row has its turn. A round before them does not count: after it, byte code is on the disk, and what the guides were
compiled to is in a cache of the benchmark's own. `without` goes without it, `into` finds it empty and fills it. Memory
is what `tracemalloc` sees: of the shipped guides when they are loaded, and what is left of a thousand messages.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from shutil import rmtree
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from mapdsl.cache import VARIABLE
from tests.guides import spec_files

from .report import measured_on, table

GUIDES = ("voiso", "callr")
_FIRST = "from mapdsl import load, shipped, translate_request\ntranslate_request(load(shipped('{}')), {}, '{}')"
_VOISO = _FIRST.format("voiso", {"method": "GET", "path": "/api/v4/messaging/whatsapp_templates"}, "old")
_CALLR = _FIRST.format("callr", {"method": "GET", "path": "/v2.0/billing/credit"}, "old")
# What a fresh process runs, and its cache: `kept`, `off`, or `empty`.
TIMES = {
    "`import mapdsl`": ("import mapdsl", "kept"),
    "`from mapdsl import translate_request`": ("from mapdsl import translate_request", "kept"),
    "first translation, voiso, from the cache": (_VOISO, "kept"),
    "first translation, callr, from the cache": (_CALLR, "kept"),
    "first translation, voiso, without the cache": (_VOISO, "off"),
    "first translation, callr, without the cache": (_CALLR, "off"),
    "first translation, voiso, into an empty cache": (_VOISO, "empty"),
    "first translation, callr, into an empty cache": (_CALLR, "empty"),
}
_NOTHING = "pass"
# Users have byte code on the disk, whatever the shell says that the benchmark was started in.
_ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
_LOADED = """
import gc, tracemalloc
from mapdsl import load, shipped, translate_request
tracemalloc.start()
guides = [load(shipped(name)) for name in {}]
gc.collect()
print(tracemalloc.get_traced_memory()[0])
"""
# Other names and texts in each message, so that a memory of what came would show. Bounded caches are full before.
_LEFT = """
import gc, tracemalloc
from mapdsl import load, shipped, translate_request
guide = load(shipped("voiso") / "23_start_call.map")
def translate(numbers):
    for number in numbers:
        body = {"number": f"+1{number}", f"unknown{number}": number}
        translate_request(guide, {"method": "POST", "path": f"/api/v1/KEY{number}/click2call", "body": body}, "new")
tracemalloc.start()
translate(range(6000))
gc.collect()
before = tracemalloc.get_traced_memory()[0]
translate(range(6000, 7000))
gc.collect()
print(tracemalloc.get_traced_memory()[0] - before)
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.loading", description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=15, help="fresh processes for each row (default: 15)")
    rounds: int = parser.parse_args().rounds
    if rounds < 2:
        parser.error("at least two rounds")
    specs = sum(len(spec_files(guide)) for guide in GUIDES)
    print(measured_on(["attrs", "lark"]), f"{rounds} processes for each row, {specs} specs.\n")
    with TemporaryDirectory() as place:
        measured = times(rounds, Path(place)).items()
        rows = [[name, *map(milliseconds, quartiles(values))] for name, values in measured]
        print(table(["CPU time over bare Python, ms", "median", "lower quartile", "upper quartile"], rows))
        print()
        kept, off = str(Path(place) / "kept"), "off"
        held = [
            ["all shipped specs, from the cache", f"{int(said(_LOADED.format(GUIDES), kept)) / 1e6:.1f} MB"],
            ["all shipped specs, without", f"{int(said(_LOADED.format(GUIDES), off)) / 1e6:.1f} MB"],
            ["left of 1,000 messages more", f"{int(said(_LEFT, off)) / 1e3:.1f} kB"],
        ]
    print(table(["memory", "held"], held))


def times(rounds: int, place: Path) -> Mapping[str, list[float]]:
    """The seconds of each row in each round, without those of bare Python. `place`: an empty folder, for caches."""
    found: dict[str, list[float]] = {name: [] for name in TIMES}
    for number in range(rounds + 1):
        bare = seconds(_NOTHING, "off")
        for name, (code, cache) in TIMES.items():
            taken = seconds(code, cache if cache == "off" else str(place / cache)) - bare
            rmtree(place / "empty", ignore_errors=True)
            if number:
                found[name].append(taken)
    return found


def seconds(code: str, cache: str) -> float:
    """The CPU time of a fresh process that runs the code; `cache` is its folder, or off."""
    process = subprocess.Popen([sys.executable, "-c", code], env={**_ENVIRONMENT, VARIABLE: cache})
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"exit code {process.returncode} of: {code}")
    return used.ru_utime + used.ru_stime


def said(code: str, cache: str) -> str:
    """What a fresh process prints."""
    command, environment = [sys.executable, "-c", code], {**_ENVIRONMENT, VARIABLE: cache}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout


def quartiles(values: list[float]) -> tuple[float, float, float]:
    low, _, high = quantiles(values, n=4, method="inclusive")
    return median(values), low, high


def milliseconds(value: float) -> str:
    return f"{value * 1e3:,.1f}" if value < 1 else f"{value * 1e3:,.0f}"


if __name__ == "__main__":
    main()
