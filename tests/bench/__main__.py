"""`python -m tests.bench`: mapdsl and what users would pick instead, against functions written by hand.

Prints the tables of docs/performance.md. A cell is the median, over the rounds, of a peer's time divided by that of the
baseline in the same round. Each function must first give what the baseline gives for every input. One that does not is
named and left out, and so is a peer whose library is not installed (extra `bench`). `by hand, again` is the baseline
against itself: if that is off by more than 5%, the column counts for nothing, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib.util import find_spec
from typing import Any

from .contenders import Contender, fault, on_objects, on_texts
from .peers import BASELINE, PEERS, Peer, load, mapdsl_message, mapdsl_report
from .report import measured_on, ratio, table
from .timing import Timing, race
from .workloads import BODIES, MESSAGES

Column = Mapping[str, Timing]

NOISE = 0.05
AGAIN = "by hand, again"
LIBRARIES = ("msgspec", "pydantic", "cattrs", "JSONBender", "glom", "orjson")
# What is aimed at: the workload, the peer and the greatest ratio.
LIMITS = (
    ("start_call_message", mapdsl_report.NAME, 12.0),
    ("records_to_old", mapdsl_message.NAME, 2.5),
    ("records_to_old", mapdsl_report.NAME, 7.0),
    ("users_to_old", mapdsl_message.NAME, 4.0),
    ("users_to_old", mapdsl_report.NAME, 9.0),
)
WORKLOADS = {workload.name: workload for workload in (*BODIES, *MESSAGES)}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=31, help="rounds for each workload (default: 31)")
    parser.add_argument("--peers", nargs="+", choices=PEERS, default=PEERS, help="which beside the baseline")
    parser.add_argument("--quartiles", action="store_true", help="those of the rounds, behind each ratio")
    given = parser.parse_args()
    if given.rounds < 2:
        parser.error("at least two rounds")
    peers = installed([BASELINE, *(name for name in given.peers if name != BASELINE)])
    objects = {
        name: column(workload.title, on_objects(peers, name), workload.inputs, given.rounds)
        for name, workload in WORKLOADS.items()
    }
    print(measured_on(LIBRARIES), f"{given.rounds} rounds.")
    tables = {"objects": objects}
    if find_spec("orjson"):
        tables["bytes"] = columns_of_texts(peers, given.rounds)
    else:
        say("orjson is not installed: bytes are left out")
    for head, columns in tables.items():
        print(f"\n{standings(head, columns, given.quartiles)}")
    if any(peer in objects[name] for name, peer, _ in LIMITS):
        print(f"\n{limits(objects)}")
    noisy = [f"{WORKLOADS[name].title} ({head})" for head, columns in tables.items() for name in off(columns)]
    if noisy:
        print(f"\nCounts for nothing, for the baseline is off against itself: {', '.join(noisy)}.")
    return 1 if noisy else 0


def installed(names: Iterable[str]) -> list[Peer]:
    """The peers whose libraries are there; the others are named."""
    peers = []
    for name in names:
        try:
            peers.append(load(name))
        except ModuleNotFoundError as error:
            if (error.name or "").partition(".")[0] in ("mapdsl", "tests"):
                raise  # a fault of ours
            say(f"{error.name} is not installed: {name} is left out")
    return peers


def columns_of_texts(peers: Sequence[Peer], rounds: int) -> dict[str, Column]:
    """The timings of the workloads on bodies, with JSON as bytes."""
    from orjson import dumps  # an extra

    return {
        workload.name: column(
            f"{workload.title}, bytes",
            on_texts(peers, workload.name),
            [dumps(body) for body in workload.inputs],
            rounds,
        )
        for workload in BODIES
    }


def column(title: str, contenders: Sequence[Contender], inputs: Sequence[Any], rounds: int) -> Column:
    """The timings of one workload, by the name of the peer; the first contender is the baseline."""
    baseline = contenders[0]
    functions = {baseline.name: baseline.function, AGAIN: baseline.function}
    for contender in contenders[1:]:
        wrong = fault(contender, baseline, inputs)
        if wrong:
            say(f"{title}: {contender.name} {wrong}, and is not timed")
        else:
            functions[contender.name] = contender.function
    return race(functions, baseline.name, inputs, rounds)


def off(columns: Mapping[str, Column]) -> list[str]:
    """The workloads in which the baseline is not as quick as itself."""
    return [name for name, timings in columns.items() if abs(timings[AGAIN].ratio - 1) > NOISE]


def standings(head: str, columns: Mapping[str, Column], quartiles: bool) -> str:
    """The table of all peers: the microseconds of a call of the baseline, then ratios to it."""
    baseline, *others = dict.fromkeys(peer for timings in columns.values() for peer in timings)
    rows = [[f"{baseline}, µs a call", *(f"{timings[baseline].microseconds:.2f}" for timings in columns.values())]]
    for peer in others:
        rows.append([peer, *(ratio(timings.get(peer), quartiles) for timings in columns.values())])
    return table([head, *(WORKLOADS[name].title for name in columns)], rows)


def limits(columns: Mapping[str, Column]) -> str:
    """The table of what is aimed at, as far as it was timed."""
    rows = [
        [
            f"{WORKLOADS[name].title.removesuffix(', whole message')}: {peer.removeprefix('mapdsl ')}",
            ratio(columns[name][peer]),
            f"{limit:g}",
        ]
        for name, peer, limit in LIMITS
        if peer in columns[name]
    ]
    return table(["times as long as by hand", "now", "limit"], rows)


def say(text: str) -> None:
    """A remark that is no part of the tables."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
