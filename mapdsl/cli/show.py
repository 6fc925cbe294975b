"""`mapdsl show`: what was understood, as rules, as generated Python, or as the operations in between."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .documents import print_json
from .specs import allow_cache, allow_files, choose_endpoint, find
from .terminal import say

if TYPE_CHECKING:
    from mapdsl.ir import Mapping, RuleInfo, Unit
    from mapdsl.runtime import Api

__all__ = ["show"]

_LOSSLESS = "lossless"


@click.command(short_help="Show what was understood: rules, code, operations.")
@click.argument("specs", type=find, metavar="SPECS")
@click.argument("endpoint", required=False)
@click.option("--rules", "view", flag_value="rules", default=True, help="The rules, and what each loses. The default.")
@click.option("--code", "view", flag_value="code", help="The generated Python.")
@click.option("--ir", "view", flag_value="ir", help="The intermediate representation.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@allow_files
@allow_cache
def show(specs: Path, endpoint: str | None, view: str, as_json: bool, files: tuple[Path, ...]) -> None:
    """Show what mapdsl understood of SPECS, or of one ENDPOINT.

    \b
    Example:
      mapdsl show voiso send_sms
      mapdsl show voiso send_sms --code
      mapdsl show specs/voiso --rules --json
    """
    from mapdsl.pipeline import compile_program

    compiled = compile_program(specs, files=files)
    units = compiled.program.units
    choose_endpoint(endpoint, list(dict.fromkeys(unit.endpoint for unit in units)))
    chosen = [unit for unit in units if endpoint in (None, unit.endpoint)]
    {"rules": show_rules, "code": show_code, "ir": show_ir}[view](chosen, compiled, as_json)


def title(unit: Unit) -> str:
    return unit.endpoint if unit.variant is None else f"{unit.endpoint}.{unit.variant}"


# --- rules ---------------------------------------------------------------------------------------------------------


def rules_of(unit: Unit) -> Iterator[RuleInfo]:
    """The rules that a person wrote, a row for each place. Both directions of a part share them."""
    for mapping, _ in parts_of(unit):
        for rule in mapping.rules:
            yield from rule.rows() if is_written(rule) else ()


def parts_of(unit: Unit) -> Iterator[tuple[Mapping, Mapping]]:
    """Both directions of requests, responses and failures."""
    yield from (unit.request, unit.response)
    if unit.failure is not None:
        yield unit.failure.to_new, unit.failure.to_old


def is_written(rule: RuleInfo) -> bool:
    return not (rule.old is None and rule.new is None)


def rules_as_data(unit: Unit) -> Iterator[dict[str, Any]]:
    """Each rule with what it joins, at the first of its places; what the envelope joins stands at the first rule."""
    from mapdsl.ir import joins_of_mapping, joins_of_message

    for pair in parts_of(unit):
        part = pair[0].part
        joins: dict[int, list[dict[str, Any]]] = {}
        for mapping in pair:
            for number, declared in joins_of_mapping(unit, mapping):
                joins.setdefault(number, []).append(declared)
        rest = [*joins_of_message(unit, part)]
        for number, rule in enumerate(pair[0].rules):
            joined = joins.get(number, [])
            for row in rule.rows() if is_written(rule) else ():
                yield {**rule_as_data(unit, row), "joins": joined + rest}
                joined, rest = [], []


def show_rules(units: list[Unit], compiled: Any, as_json: bool) -> None:
    if as_json:
        print_json([row for unit in units for row in rules_as_data(unit)])
        return
    for number, unit in enumerate(units):
        if number:
            say()
        say(f"{click.style(title(unit), bold=True)}  {unit.file}:{unit.line}")
        for side, routes in (("old", unit.old), ("new", unit.new)):
            for route in routes:
                params = "" if route.params is None else f"({', '.join(name for name, _ in route.params)})"
                say(f"  {side}  {route.method} {route.path}{params}")
        for side, names in compiled.api[unit.endpoint].scopes.items():
            say(f"  scope  {side} {', '.join(names)}")
        for hole, field, question in unit.assumed:
            told = "nobody says it: refused" if field is None else f"assumed: {field}"
            say(f"  hole  {hole}: {question} ({told})")
        say(f"  calls  {calls_of(unit, compiled.api)}")
        table(list(rules_of(unit)), unit.file)


def calls_of(unit: Unit, api: Api) -> str:
    """The most calls that one request takes, by the side of its client."""
    counts = [api[unit.endpoint].max_calls(client, unit.variant) for client in ("old", "new")]
    if counts[0] == counts[1]:
        return f"at most {counts[0]} for a request"
    return f"at most {counts[0]} for a request of an old client, {counts[1]} of a new one"


def rule_as_data(unit: Unit, rule: RuleInfo) -> dict[str, Any]:
    return {
        "endpoint": unit.endpoint,
        "part": rule.part,
        "old": rule.old,
        "new": rule.new,
        "kind": rule.kind,
        "lossless_to_new": rule.lossless_to_new == _LOSSLESS,
        "lossless_to_old": rule.lossless_to_old == _LOSSLESS,
        "line": rule.line,
        "cites": list(rule.cites),
        **({"more_places": rule.more} if rule.more else {}),
    }


def table(rules: list[RuleInfo], file: str) -> None:
    """One row per rule: where it stands, part, both ends, and what becomes of a value on each way.

    Rules of a shape may stand in another file than the endpoint: those are told with its name.
    """
    if not rules:
        return
    say()
    head = ("line", "part", "old", "new", "to new", "to old")
    rows = [(place(r, file), r.part, r.old or "-", r.new or "-", r.lossless_to_new, last(r)) for r in rules]
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    say(click.style("  " + spread(head, widths), dim=True))
    for row in rows:
        say("  " + spread(row, widths))


def last(rule: RuleInfo) -> str:
    """What becomes of a value to old; in a block of very many places, how many are not listed."""
    return f"{rule.lossless_to_old}  (and {rule.more} more places)" if rule.more else rule.lossless_to_old


def place(rule: RuleInfo, file: str) -> str:
    return str(rule.line) if rule.file == file else f"{rule.file.rpartition('/')[2]}:{rule.line}"


def spread(row: tuple[str, ...], widths: list[int]) -> str:
    first, *cells = row
    padded = (cell.ljust(width) for cell, width in zip(cells, widths[1:], strict=True))
    return "  ".join([first.rjust(widths[0]), *padded]).rstrip()


# --- code and operations -------------------------------------------------------------------------------------------


def show_code(units: list[Unit], compiled: Any, as_json: bool) -> None:
    sources = {title(unit): compiled.code[title(unit)] for unit in units}
    if as_json:
        print_json(sources)
    else:
        say("\n\n".join(source.rstrip("\n") for source in sources.values()))


def show_ir(units: list[Unit], compiled: Any, as_json: bool) -> None:
    import attrs

    from mapdsl.ir import print_program

    program = attrs.evolve(compiled.program, units=tuple(units))
    if as_json:
        print_json(as_data(program, {}))
    else:
        say(print_program(program).rstrip("\n"))


def as_data(value: Any, blocks: dict[int, int]) -> Any:
    """Frozen data as JSON: an object of a class carries the class's name as `is`.

    A block that several Eaches run is written out at the first; the others name the rule of that one. `blocks`: those
    that were written out, by id(), with that rule.
    """
    import attrs

    from mapdsl.ir import Each

    if attrs.has(type(value)):
        fields = {field.name: getattr(value, field.name) for field in attrs.fields(type(value))}
        if isinstance(value, Each) and value.ops and blocks.setdefault(id(value.ops), value.rule) != value.rule:
            fields["ops"] = f"as rule {blocks[id(value.ops)]}"
        return {"is": type(value).__name__, **{name: as_data(member, blocks) for name, member in fields.items()}}
    if isinstance(value, dict):
        return {str(key): as_data(member, blocks) for key, member in value.items()}
    if isinstance(value, (tuple, list)):
        return [as_data(item, blocks) for item in value]
    if value is None or isinstance(value, (bool, int, float, str, Decimal)):
        return value
    return value.value if isinstance(value, Enum) else repr(value)
