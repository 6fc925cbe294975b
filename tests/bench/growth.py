"""`python -m tests.bench.growth [ROW ...]`: how the time to compile a text, or to translate a message, grows with it.

Each row makes a text or a message of a size. That of half the size and the whole one are timed in fresh processes, and
the ratio of the two times is printed: twice the input may take at most 2.3 times as long, and no row more than 10
seconds. Exit code 1 if a row is over a limit. Not a test: the times are the machine's.
"""

from __future__ import annotations

import argparse
import gc
import subprocess
import sys
from time import process_time

from . import compile_rows, run_rows
from .report import table

SECONDS = 10.0
RATIO = 2.3
TRIES = 3  # of fresh processes that translate: the best counts, for other work on the machine spoils some
LONG = 0.5  # a message is translated again until it took so many seconds in all, and the best time counts

ROWS = {**compile_rows.ROWS, **run_rows.ROWS}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.growth", description=__doc__.partition("\n")[0])
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"compile, run, or of: {', '.join(ROWS)}")
    parser.add_argument("--one", nargs=2, metavar=("ROW", "SIZE"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(once(given.one[0], int(given.one[1])))
        return 0
    groups = {"compile": list(compile_rows.ROWS), "run": list(run_rows.ROWS)}
    chosen = [name for asked in given.rows or groups for name in groups.get(asked, [asked])]
    unknown = [name for name in chosen if name not in ROWS]
    if unknown:
        parser.error(f"no row {unknown[0]}; there are: compile, run, {', '.join(ROWS)}")
    bad = 0
    print(table(["row", "size", "half, s", "whole, s", "ratio", "over"], []), flush=True)
    for name in chosen:
        cells, over = measure(name)
        bad += over
        print(f"| {' | '.join(cells)} |", flush=True)
    return 1 if bad else 0


def measure(name: str) -> tuple[list[str], bool]:
    """The cells of a row, and whether it is over a limit."""
    size = ROWS[name].size
    tries = range(TRIES if name in run_rows.ROWS else 1)
    half, whole = (min(in_fresh_process(name, each) for _ in tries) for each in (size // 2, size))
    over = [f"{SECONDS:g} s"] * (whole > SECONDS) + [f"{RATIO}"] * (whole / half > RATIO)
    return [name, f"{size:,}", f"{half:.3f}", f"{whole:.3f}", f"{whole / half:.2f}", ", ".join(over)], bool(over)


def in_fresh_process(name: str, size: int) -> float:
    """The CPU seconds of a row's job, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.growth", "--one", name, str(size)],
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    if done.returncode:
        raise SystemExit(f"{name} of {size}: {done.stderr[-2000:]}")
    return float(done.stdout)


def once(name: str, size: int) -> float:
    """The CPU seconds of a row's job. A text is compiled once: a process has its caches cold once."""
    job = ROWS[name].job(size)
    long = LONG if name in run_rows.ROWS else 0.0
    gc.collect()
    gc.disable()  # when the collector runs, and what it looks through, is the business of the whole process
    times: list[float] = []
    while not times or sum(times) < long:
        start = process_time()
        job()
        times.append(process_time() - start)
        gc.collect()
    return min(times)


if __name__ == "__main__":
    sys.exit(main())
