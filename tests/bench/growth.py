"""`python -m tests.bench.growth [ROW ...]`: how the time to compile a text grows with the text.

Each row makes a text of a size. The text of half the size and the whole one are loaded in fresh processes, and the
ratio of the two times is printed: twice the text may take at most 2.3 times as long, and no row more than 10 seconds.
Loading does all that `mapdsl check` does, and then generates code. Exit code 1 where a row is over a limit. Not a
test: the times are the machine's.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Callable, Iterable
from time import process_time

import attrs

from mapdsl.errors import SpecError
from mapdsl.pipeline import loads

__all__ = ["ROWS", "Row"]

SECONDS = 10.0
RATIO = 2.3


@attrs.frozen
class Row:
    """A kind of text: the size that it must bear, and the text of a size."""

    size: int
    text: Callable[[int], str]


def endpoint(rules: str = "a <-> b", before: str = "", parts: str = "", response: str = "") -> str:
    return (
        f"mapdsl 1\n{before}\nendpoint e {{\nold POST /a\nnew POST /b\n{parts}\n"
        f"request {{\n{rules}\n}}\nresponse {{\n{response}\n}}\n}}\n"
    )


def lines(each: Iterable[str]) -> str:
    return "\n".join(each)


def enclosed(head: str, each: Iterable[str]) -> str:
    return f"{head} {{\n{lines(each)}\n}}"


def enum_rows(n: int) -> str:
    return endpoint("a <-> b : t", enclosed("enum t closed", (f'"{i}" <-> "{i}"' for i in range(n))))


def enum_of_many_to_one(n: int) -> str:
    rows = [f'{"canonical " if i % 10 == 0 else ""}"k{i}" <-> "v{i // 10}"' for i in range(n)]
    return endpoint("a <-> b : t", enclosed("enum t closed", rows))


def table_rows(n: int) -> str:
    rows = [f'("k{i}", {i}) <-> "v{i}"' for i in range(n)]
    return endpoint("(a, c) <-> b : t", enclosed("table t", [*rows, 'else reject "one of the list"']))


def table_columns(n: int) -> str:
    old, new = (", ".join(f"{side}{i}" for i in range(n)) for side in "on")
    rows = [f"({', '.join([str(number)] * n)}) <-> ({', '.join([str(number)] * n)})" for number in range(3)]
    return endpoint(f"({old}) <-> ({new}) : t", enclosed("table t", [*rows, 'else reject "one of the list"']))


def rules(n: int) -> str:
    return endpoint(lines(f"old{i} <-> new{i}" for i in range(n)))


def nested_rules(n: int) -> str:
    return endpoint(lines(f"o{i // 50}.old{i} <-> n{i // 50}.new{i}" for i in range(n)))


def rules_of_lists(n: int) -> str:
    return endpoint(lines(f"o[].old{i} <-> n[].new{i}" for i in range(n)))


def many_lists(n: int) -> str:
    return endpoint(lines(f"o{i}[].x <-> n{i}[].y" for i in range(n)))


def blocks(n: int) -> str:
    return endpoint(lines(f"o{i} <-> n{i} {{ x <-> y }}" for i in range(n)))


def deep_paths(n: int) -> str:
    old, new = (".".join([side] * 60) for side in "on")
    return endpoint(lines(f"{old}.x{i} <-> {new}.y{i}" for i in range(n)))


def drops(n: int) -> str:
    return endpoint(lines(f"drop old{i}" for i in range(n)))


def adds(n: int) -> str:
    return endpoint(lines(f"add new{i} = {i}" for i in range(n)))


def holes(n: int) -> str:
    return endpoint(lines(f'hole f{i} "which?" pass' for i in range(n)))


def pipe_steps(n: int) -> str:
    return endpoint("a <-> b : " + " | ".join(["lower"] * n))


def pipe_steps_of_items(n: int) -> str:
    return endpoint("a <-> b : " + " | ".join(["each(lower)"] * n))


def one_of(n: int) -> str:
    listed = ", ".join(f'"k{i}"' for i in range(n))
    return endpoint(f"match {{ case old a is one of ({listed}), new b is 1 {{ a <-> c }} else pass }}")


def literal(n: int) -> str:
    return endpoint(f"add a = [{', '.join(map(str, range(n)))}]; add o = {{{', '.join(f'k{i}: 1' for i in range(n))}}}")


def fields(n: int) -> str:
    listed = enclosed("fields old request", (f"old{i}: string" for i in range(n)))
    return endpoint(lines(f"old{i} <-> new{i}" for i in range(n)), parts=listed)


def examples(n: int) -> str:
    made = (
        f'example "{i}" to new {{ old request {{ body: {{a: {i}}} }}; new request {{ body: {{b: {i}}} }} }}'
        for i in range(n)
    )
    return endpoint(parts=lines(made))


def combined(n: int) -> str:
    return endpoint(lines(["a <-> b", *(f"old{i} -> b combine first" for i in range(n))]))


def joint(n: int) -> str:
    return endpoint(
        lines(f"(o{i}, p{i}) <-> n{i} : t" for i in range(n)), 'table t { (1, 2) <-> 3; else reject "1, 2" }'
    )


def query(n: int) -> str:
    return endpoint(lines(f"@query.old{i} <-> new{i} : string" for i in range(n)))


def lookups(n: int) -> str:
    declared = lines(f"lookup l{i} : string <-> string" for i in range(n))
    return endpoint(lines(f"old{i} <-> new{i} : l{i}" for i in range(n)), declared)


def shapes(n: int) -> str:
    declared = lines(f"shape s{i} {{ old{i} <-> new{i} }}" for i in range(n))
    return endpoint(lines(f"include s{i}" for i in range(n)), declared)


def enums(n: int) -> str:
    declared = lines(f'enum t{i} closed {{ "a" <-> "b" }}' for i in range(n))
    return endpoint(lines(f"old{i} <-> new{i} : t{i}" for i in range(n)), declared)


def comments(n: int) -> str:
    return endpoint(lines(f"# {i}\nold{i} <-> new{i} # {i}" for i in range(n)))


def path_parameters(n: int) -> str:
    path = "".join(f"/{{p{i}}}" for i in range(n))
    return f"mapdsl 1\nendpoint e {{\nold GET {path}\nnew GET /new{path}\n}}\n"


def long_texts(n: int) -> str:
    return endpoint(f'add a = "{"x" * n}"; "{"y" * n}" <-> "{"z" * n}"')


def mistakes(n: int) -> str:
    return endpoint(lines(f"old{i} <-> new : nothing" for i in range(n)))


def nested_includes(n: int) -> str:
    """`n` levels of shapes, each with the next one in two blocks: what is compiled once, not twice at each level."""
    made = [f"shape s{i} {{ a[] <-> b[] {{ include s{i + 1} }}; c <-> d {{ include s{i + 1} }} }}" for i in range(n)]
    return endpoint("include s0", lines([*made, f"shape s{n} {{ x <-> y }}"]))


# Many endpoints, routes and cases are not among them yet: each is looked at against each other.
ROWS: dict[str, Row] = {
    "enum_rows": Row(50_000, enum_rows),
    "enum_of_many_to_one": Row(30_000, enum_of_many_to_one),
    "table_rows": Row(20_000, table_rows),
    "table_columns": Row(1_000, table_columns),
    "rules": Row(20_000, rules),
    "nested_rules": Row(5_000, nested_rules),
    "rules_of_lists": Row(10_000, rules_of_lists),
    "many_lists": Row(1_000, many_lists),
    "blocks": Row(1_000, blocks),
    "deep_paths": Row(300, deep_paths),
    "drops": Row(20_000, drops),
    "adds": Row(20_000, adds),
    "holes": Row(5_000, holes),
    "pipe_steps": Row(5_000, pipe_steps),
    "pipe_steps_of_items": Row(1_000, pipe_steps_of_items),
    "one_of": Row(65_535, one_of),
    "literal": Row(40_000, literal),
    "fields": Row(10_000, fields),
    "examples": Row(4_000, examples),
    "combined": Row(5_000, combined),
    "joint": Row(1_500, joint),
    "query": Row(5_000, query),
    "lookups": Row(2_000, lookups),
    "shapes": Row(5_000, shapes),
    "enums": Row(2_500, enums),
    "comments": Row(10_000, comments),
    "path_parameters": Row(2_000, path_parameters),
    "long_texts": Row(200_000, long_texts),
    "mistakes": Row(10_000, mistakes),
    "nested_includes": Row(12, nested_includes),
}


def measure(name: str, size: int) -> float:
    """The CPU seconds that a fresh process takes for it."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.growth", "--one", name, str(size)],
        capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"{name} of {size}: {done.stderr[-2000:]}")
    return float(done.stdout)


def once(name: str, size: int) -> float:
    text = ROWS[name].text(size)
    loads(endpoint())  # the grammar is made once for a process
    start = process_time()
    try:
        loads(text)
    except SpecError as error:
        str(error)
    return process_time() - start


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.growth", description=__doc__.partition("\n")[0])
    parser.add_argument("rows", nargs="*", metavar="ROW", help=", ".join(ROWS))
    parser.add_argument("--one", nargs=2, metavar=("ROW", "SIZE"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(once(given.one[0], int(given.one[1])))
        return 0
    unknown = [name for name in given.rows if name not in ROWS]
    if unknown:
        parser.error(f"no row {unknown[0]}; there are: {', '.join(ROWS)}")
    print(f"{'row':24}{'size':>8}{'half':>9}{'whole':>9}{'ratio':>8}")
    bad = 0
    for name in given.rows or ROWS:
        row = ROWS[name]
        half, whole = measure(name, row.size // 2), measure(name, row.size)
        over = [f"over {SECONDS:g} s"] * (whole > SECONDS) + [f"over {RATIO}"] * (whole / half > RATIO)
        bad += bool(over)
        print(
            f"{name:24}{row.size:>8,}{half:>8.2f}s{whole:>8.2f}s{whole / half:>8.2f}  {', '.join(over)}".rstrip(),
            flush=True,
        )
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
