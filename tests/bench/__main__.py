"""`python -m tests.bench`: compiled functions against hand-written ones that do the same job with the same checks.

Every round times each side once, in CPU time and random order, and takes the ratio; the median of the rounds is
printed with the quartiles. `by hand again` is the hand-written function against itself: what the machine adds by
itself. Not a test: the figures depend on the machine, so nothing is asserted but that both give the same.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from gc import collect, disable, enable
from random import Random
from statistics import median, quantiles
from time import process_time
from typing import Any

from mapdsl.testing.agreement import alike

from .workloads import Workload, workloads


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=31, help="rounds for each workload (default: 31)")
    rounds: int = parser.parse_args().rounds
    print(f"{'workload':38}{'by hand':>12}{'mapdsl':>9}{'quartiles':>15}{'by hand again':>16}")
    for workload in workloads():
        check(workload)
        best, ratios, noise = measure(workload, rounds)
        low, _, high = quantiles(ratios, n=4)
        spread = f"{low:.2f}-{high:.2f}"
        unit = f"{best * 1e6:.2f} us"
        print(f"{workload.name:38}{unit:>12}{median(ratios):>9.2f}{spread:>15}{median(noise):>16.2f}")


def check(workload: Workload) -> None:
    """Both functions must give the same for every input, of the same types, and leave it alone."""
    for body in workload.inputs:
        before = repr(body)
        ours, by_hand = workload.ours(body, workload.answers), workload.by_hand(body, workload.answers)
        if not alike(ours, by_hand) or repr(body) != before:
            raise SystemExit(f"{workload.name}: {ours} is not {by_hand}")


def measure(workload: Workload, rounds: int) -> tuple[float, list[float], list[float]]:
    """The best time of a call by hand, and per round the ratios of ours, and of hand again, to hand."""
    sides = {"ours": workload.ours, "hand": workload.by_hand, "again": workload.by_hand}
    random = Random(rounds)
    times: dict[str, list[float]] = {name: [] for name in sides}
    for name in sides:
        once(workload, sides[name])
    for _ in range(rounds):
        for name in random.sample(list(sides), len(sides)):
            times[name].append(once(workload, sides[name]))
    best = min(times["hand"]) / (len(workload.inputs) * workload.repeat)
    pairs = list(zip(times["ours"], times["hand"], times["again"], strict=True))
    return best, [ours / hand for ours, hand, _ in pairs], [again / hand for _, hand, again in pairs]


def once(workload: Workload, function: Callable[..., Any]) -> float:
    inputs, answers = workload.inputs * workload.repeat, workload.answers
    collect()
    disable()
    try:
        start = process_time()
        for body in inputs:
            function(body, answers)
        return process_time() - start
    finally:
        enable()


if __name__ == "__main__":
    main()
