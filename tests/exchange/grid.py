"""Every window of two grids through a whole exchange: `python -m tests.exchange.grid [--quick]`.

An old client of pages on a new server of offsets (at most 100 a call), and a new client of offsets on an old server of
pages (at most 1000). Counts windows, wrong ones, calls, calls above the least possible, and items fetched for each
item wanted (windows beyond the end want nothing and are left out of the mean). Ends with 1 where something is wrong.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from multiprocessing import Pool
from typing import Any

from mapdsl import MapError
from tests.exchange.checking import Pair, check
from tests.exchange.oracle import pages, quick_page_plan
from tests.exchange.specs import Side

OLD = Side("page", default=1000, max=1000)
NEW = Side("offset", default=100, max=100)
PAIRS = {"pages on offsets": Pair("old", OLD, NEW), "offsets on pages": Pair("new", NEW, OLD)}
Window = tuple[int, int]  # page or offset, and size


@dataclass
class Tally:
    """What some windows came to."""

    windows: int = 0
    wrong: int = 0
    calls: int = 0
    above: int = 0
    wanting: int = 0
    ratios: float = 0.0
    fetched: int = 0
    wanted: int = 0
    failures: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        for name in ("windows", "wrong", "calls", "above", "wanting", "ratios", "fetched", "wanted"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.failures = [*self.failures, *other.failures][:3]


def least_calls(name: str, offset: int, limit: int, count: int) -> int:
    """The fewest calls for what the list holds of the window, in one common size."""
    left = min(limit, count - offset)
    if left <= 0:
        return 1
    if name == "pages on offsets":
        return -(-left // 100)
    size = quick_page_plan(offset, limit, 1000)[1]
    return pages(offset, left, size)


def one(name: str, window: Window, count: int, tally: Tally) -> None:
    """One window through one exchange."""
    pair, (position, size) = PAIRS[name], window
    offset = (position - 1) * size if name == "pages on offsets" else position
    fake = pair.server(count)
    tally.windows += 1
    try:
        check(pair, pair.run(fake, position, size), count, offset, size)
    except (AssertionError, MapError) as wrong:
        tally.wrong += 1
        tally.failures = [*tally.failures, f"{name} {window} of {count}: {wrong}"][:3]
        return
    tally.calls += len(fake.calls)
    tally.above += max(0, len(fake.calls) - least_calls(name, offset, size, count))
    wanted = max(0, min(size, count - offset))
    tally.wanted += wanted
    tally.fetched += fake.fetched
    if wanted:
        tally.wanting += 1
        tally.ratios += fake.fetched / wanted


def windows_of(name: str, quick: bool) -> Iterator[tuple[int, Iterable[int]]]:
    """Rows of the grid: a page or an offset, and its sizes."""
    if name == "pages on offsets":
        sizes = [*range(1, 1001, 13), 100, 101, 200, 999, 1000] if quick else range(1, 1001)
        yield from ((page, sizes) for page in range(1, 21))
    else:
        sizes = [*range(1, 101, 9), 2, 50, 99] if quick else range(1, 101)
        yield from ((offset, sizes) for offset in range(0, 2000, 7 if quick else 1))


def row(job: tuple[str, int, Iterable[int], int]) -> Tally:
    name, position, sizes, count = job
    tally = Tally()
    for size in sizes:
        one(name, (position, size), count, tally)
    return tally


def run(name: str, quick: bool, count: int, processes: int) -> tuple[Tally, float]:
    """The whole grid, and the seconds that it took."""
    jobs = [(name, position, sizes, count) for position, sizes in windows_of(name, quick)]
    began, tally = time.perf_counter(), Tally()
    with Pool(processes) as pool:
        for part in pool.imap_unordered(row, jobs):
            tally.add(part)
    return tally, time.perf_counter() - began


HEAD = ("grid", "records", "windows", "wrong", "calls", "above", "over-fetch", "of all", "windows/s")


def line(name: str, count: int, tally: Tally, seconds: float) -> tuple[Any, ...]:
    mean, of_all = tally.ratios / max(tally.wanting, 1), tally.fetched / max(tally.wanted, 1)
    speed = f"{tally.windows / seconds:.0f}"
    return name, count, tally.windows, tally.wrong, tally.calls, tally.above, f"{mean:.3f}", f"{of_all:.3f}", speed


def show(lines: list[tuple[Any, ...]]) -> None:
    widths = [max(len(str(cells[k])) for cells in lines) for k in range(len(HEAD))]
    for cells in lines:
        print(
            "  ".join(
                str(cell).ljust(w) if k == 0 else str(cell).rjust(w)
                for k, (cell, w) in enumerate(zip(cells, widths, strict=True))
            )
        )


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.exchange.grid", description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="a part of both grids, some seconds")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--records", type=int, help="in the lists; by default 20000 for pages, 2500 for offsets")
    given = parser.parse_args(arguments)
    lines: list[tuple[Any, ...]] = [HEAD]
    bad = 0
    for name, usual in (("pages on offsets", 20_000), ("offsets on pages", 2500)):
        count = usual if given.records is None else given.records
        tally, seconds = run(name, given.quick, count, given.processes)
        lines.append(line(name, count, tally, seconds))
        bad += tally.wrong + tally.above
        for failure in tally.failures:
            print(failure, file=sys.stderr)
    show(lines)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
