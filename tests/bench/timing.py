"""Timing functions against a baseline: in rounds, each function once a round, in an order that is drawn anew.

A round of a busy machine is slow for all alike, so what counts is the ratio within each round. Times are CPU times of
the thread, for others use the machine as well.
"""

from __future__ import annotations

import gc
from collections.abc import Mapping, Sequence
from math import ceil
from random import Random
from statistics import median, quantiles
from time import thread_time_ns
from typing import Any

import attrs

from .peers import Function

__all__ = ["Timing", "race"]

_MILLISECONDS = 12.0  # of one function in a round: long for the clock, short for the moods of a machine


@attrs.frozen
class Timing:
    """Medians of the rounds: the microseconds of a call, and the ratio to the baseline with its quartiles."""

    microseconds: float
    ratio: float
    low: float
    high: float


def race(functions: Mapping[str, Function], baseline: str, inputs: Sequence[Any], rounds: int) -> dict[str, Timing]:
    """Time all of them, at least two rounds; `baseline` is one of the names."""
    random = Random(rounds)
    gc.collect()
    gc.freeze()  # what is there by now is not looked through again and again while others are timed
    try:
        repeats = {name: _repeats(function, inputs) for name, function in functions.items()}
        times: dict[str, list[float]] = {name: [] for name in functions}
        for number in range(rounds):
            for name in random.sample(list(functions), len(functions)):
                times[name].append(_once(functions[name], inputs, repeats[name], number))
    finally:
        gc.unfreeze()
    return {name: _timing(of_one, times[baseline]) for name, of_one in times.items()}


def _repeats(function: Function, inputs: Sequence[Any]) -> int:
    """How many calls fill a round: a whole number of times all inputs, or less than one time."""
    calls = 1
    while (took := _once(function, inputs, calls, 0) * calls / 1000) < _MILLISECONDS / 2:
        calls = ceil(calls * min(10.0, _MILLISECONDS / max(took, 1e-3)))
    calls = max(1, ceil(calls * _MILLISECONDS / took))
    return calls if calls < len(inputs) else ceil(calls / len(inputs)) * len(inputs)


def _once(function: Function, inputs: Sequence[Any], calls: int, first: int) -> float:
    """The microseconds of one call, of so many; they begin with another input each round."""
    some = [inputs[(first + number) % len(inputs)] for number in range(min(calls, len(inputs)))]
    repeats = range(max(1, calls // len(some)))
    gc.collect()
    for value in some if len(repeats) > 1 else ():  # the caches hold what another function used
        function(value)
    start = thread_time_ns()
    for _ in repeats:
        for value in some:
            function(value)
    return (thread_time_ns() - start) / (len(repeats) * len(some)) / 1000


def _timing(times: Sequence[float], baseline: Sequence[float]) -> Timing:
    ratios = [own / other for own, other in zip(times, baseline, strict=True)]
    low, middle, high = quantiles(ratios, n=4, method="inclusive")
    return Timing(median(times), middle, low, high)
