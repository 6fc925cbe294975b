"""One long run of law 9: `python -m tests.laws.conserve --changes 1000000 --resume conserve.jsonl`.

Rounds of the shipped specs, each with a seed of its own, until so many changes were made. A line for each message of a
round stands in the file of `--resume`: the same command goes on where it was. What breaks is printed, and ends the run
with exit code 1.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

from mapdsl.pipeline import CompiledProgram, compile_program
from mapdsl.testing.laws import Subject, described, subjects
from mapdsl.testing.laws.runs import conserve

SPECS = Path(__file__).parents[2] / "specs"
GUIDES = ("voiso", "callr")
DOCUMENTS = 20
AGAIN = 2  # places of each message that are changed again


def tasks(programs: dict[str, CompiledProgram]) -> Iterator[tuple[str, str, Subject]]:
    """The messages of all rounds, without end: a name for each, its guide and itself."""
    number = 0
    while True:
        for guide, compiled in programs.items():
            for subject in subjects(compiled):
                if subject.part != "exchange":
                    yield f"{number} {guide} {subject}", guide, subject
        number += 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--changes", type=int, default=1_000_000)
    parser.add_argument("--resume", type=Path)
    options = parser.parse_args()
    done = read(options.resume)
    programs = {guide: compile_program(SPECS / guide) for guide in GUIDES}
    made, broken = 0, 0
    for name, guide, subject in tasks(programs):
        if made >= options.changes:
            break
        if name not in done:
            tally = conserve(programs[guide], subject, name.split()[0], DOCUMENTS, AGAIN)
            for each in tally.broken.values():
                print(described(each, f"specs/{guide}"), flush=True)
            broken += len(tally.broken)
            done[name] = tally.changes
            if options.resume is not None and not tally.broken:
                with options.resume.open("a", encoding="utf-8") as stream:
                    stream.write(json.dumps([name, tally.changes]) + "\n")
        made += done[name]
    print(f"{made:,} changes, {broken} broken")
    return 1 if broken else 0


def read(path: Path | None) -> dict[str, int]:
    """What is done, by name; the last line of a run that was killed may be half a line."""
    done = {}
    for line in path.read_text("utf-8").splitlines() if path is not None and path.exists() else ():
        try:
            name, changes = json.loads(line)
        except ValueError:
            continue
        done[name] = changes
    return done


if __name__ == "__main__":
    raise SystemExit(main())
