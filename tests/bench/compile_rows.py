"""Kinds of long texts: what it costs to compile them should grow as they do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import attrs

from mapdsl.errors import SpecError
from mapdsl.pipeline import loads
from mapdsl.runtime import Api

__all__ = ["ROWS", "CompileRow", "link"]


@attrs.frozen
class CompileRow:
    """A kind of text: the size that it must bear, and the text of a size."""

    size: int
    text: Callable[[int], str]

    def job(self, size: int) -> Callable[[], object]:
        """What is timed: to load the text of that size, as `mapdsl check` does, and to generate code."""
        text = self.text(size)
        loads(endpoint(), cache=False)  # the grammar is made once for a process
        return lambda: _load(text)


def _load(text: str) -> None:
    try:
        link(loads(text, cache=False))
    except SpecError as error:
        str(error)


def link(api: Api) -> None:
    """Have the code of all units generated: else that waits for the first message."""
    for each in api.units:
        each.unit.ways("request", "new")


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


def objects(n: int) -> str:
    return endpoint(lines(f"o{i}.old <-> n{i}.new" for i in range(n)))


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
ROWS: Mapping[str, CompileRow] = {
    "enum_rows": CompileRow(50_000, enum_rows),
    "enum_of_many_to_one": CompileRow(30_000, enum_of_many_to_one),
    "table_rows": CompileRow(20_000, table_rows),
    "table_columns": CompileRow(1_000, table_columns),
    "rules": CompileRow(20_000, rules),
    "nested_rules": CompileRow(5_000, nested_rules),
    "objects": CompileRow(4_000, objects),
    "rules_of_lists": CompileRow(10_000, rules_of_lists),
    "many_lists": CompileRow(1_000, many_lists),
    "blocks": CompileRow(1_000, blocks),
    "deep_paths": CompileRow(300, deep_paths),
    "drops": CompileRow(20_000, drops),
    "adds": CompileRow(20_000, adds),
    "holes": CompileRow(5_000, holes),
    "pipe_steps": CompileRow(5_000, pipe_steps),
    "pipe_steps_of_items": CompileRow(1_000, pipe_steps_of_items),
    "one_of": CompileRow(65_535, one_of),
    "literal": CompileRow(40_000, literal),
    "fields": CompileRow(10_000, fields),
    "examples": CompileRow(4_000, examples),
    "combined": CompileRow(5_000, combined),
    "joint": CompileRow(1_500, joint),
    "query": CompileRow(5_000, query),
    "lookups": CompileRow(2_000, lookups),
    "shapes": CompileRow(5_000, shapes),
    "enums": CompileRow(2_500, enums),
    "comments": CompileRow(10_000, comments),
    "path_parameters": CompileRow(2_000, path_parameters),
    "long_texts": CompileRow(200_000, long_texts),
    "mistakes": CompileRow(10_000, mistakes),
    "nested_includes": CompileRow(12, nested_includes),
}
