"""The IR as text: one operation a line, blocks indented, the same text for the same program.

0  move    body.number -> body.phone_number
1  each    list body.contacts -> body.contacts
     2  move    item.phoneNumber -> item.phone_number | lookup contact: string to new, else error
3  each    list body.others -> body.others, as 1
4  rest    keep body -> body but {number, contacts, others}, taken {phone_number, contacts, others}

A block that several Eaches run is printed at the first one (`as 1`: the block of rule 1).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from mapdsl.conversions import ABSENT
from mapdsl.runtime import PagingSide, spell

from .ops import (
    Alternative,
    Choose,
    Combine,
    Confirm,
    Convert,
    Each,
    ForEach,
    Guard,
    Join,
    Keep,
    Literal,
    Look,
    Lose,
    Mapping,
    Move,
    Names,
    Op,
    Place,
    Prune,
    Refuse,
    Report,
    Step,
    TableData,
    Write,
)
from .program import Program, RouteDecl, StatusRow, Unit

__all__ = ["print_mapping", "print_program"]


def print_program(program: Program) -> str:
    """A whole program: lookups, then every unit with its routes and mappings."""
    lines = [f"program {program.digest}"]
    for lookup in program.lookups:
        kind = "credential" if lookup.credential else "lookup"
        arrow = "<->" if lookup.invertible else "->"
        same = " same" if lookup.same else ""
        lines.append(f"{kind} {lookup.name}: {lookup.old} {arrow} {lookup.new}{same}")
    for unit in program.units:
        lines += ["", *_unit(unit)]
    return "\n".join(lines) + "\n"


def print_mapping(mapping: Mapping) -> str:
    """The operations of one mapping, each under the number of its rule."""
    lines = [f"{mapping.part} to {mapping.to}"]
    if mapping.lookups:
        lines[0] += f" asks {', '.join(mapping.lookups)}"
    lines += [f"  {line}" for line in _ops(mapping.ops, {})]
    return "\n".join(lines) + "\n"


def _unit(unit: Unit) -> Iterator[str]:
    variant = f" variant {unit.variant}" if unit.variant is not None else ""
    prefer = f" prefer {', '.join(unit.prefer)}" if unit.prefer else ""
    yield f"unit {unit.endpoint}{variant}{prefer}    {unit.file}:{unit.line}"
    for route in (*unit.old, *unit.new):
        yield f"  {_route(route)}"
    for side, guards in (("old", unit.guards_old), ("new", unit.guards_new)):
        if guards:
            yield f"  when {side} {_guards(guards)}"
    if unit.auth is not None:
        same = " same" if unit.auth.same else ""
        yield f"  auth {unit.auth.credential}{same}: {_carrier(unit.auth.old)} <-> {_carrier(unit.auth.new)}"
    for paging in unit.paging or ():
        yield "  paging " + " ".join(f"{name}={value}" for name, value in _paging(paging).items())
    for row in unit.statuses:
        yield f"  status {row.old} {row.arrow} {row.new}{_row_guards(row)}"
    for mapping in (*unit.request, *unit.response):
        yield from (f"  {line}" for line in print_mapping(mapping).splitlines())
    yield from (f"  {line}" for line in _calls(unit))
    if unit.failure is not None:
        yield f"  failure when old {_guards(unit.failure.guards_old)}, new {_guards(unit.failure.guards_new)}"
        for mapping in (unit.failure.to_new, unit.failure.to_old):
            yield from (f"  {line}" for line in print_mapping(mapping).splitlines())


def _calls(unit: Unit) -> Iterator[str]:
    """What makes several calls of one."""
    if unit.fan is not None:
        yield f"fan {spell((unit.fan.place.root, *unit.fan.place.path))}{_keyed(unit.fan.key)}"
        for mapping in unit.fan.split or ():
            yield from (f"  {line}" for line in print_mapping(mapping).splitlines())
    gather = unit.gather
    if gather is not None:
        options = "".join([*(["stop on ambiguous"] if gather.stop else []), *(f" omit {each}" for each in gather.omit)])
        place = spell((gather.place.root, *gather.place.path))
        yield f"gather {place} {gather.mode} {options}".rstrip() + _keyed(gather.key)
        if gather.failure is not None:
            yield f"  failure when old {_guards(gather.failure.guards_old)}, new {_guards(gather.failure.guards_new)}"
            for mapping in (gather.failure.to_new, gather.failure.to_old):
                yield from (f"  {line}" for line in print_mapping(mapping).splitlines())
    for side, guards in (("old", unit.only_old), ("new", unit.only_new)):
        if guards:
            yield f"only {side} {_guards(guards)}"
    for residual in unit.residuals:
        bound = "" if residual.scan is None else f" {residual.scan}"
        unless = f" unless {', '.join(map(spell, residual.unless))}" if residual.unless else ""
        csv = " csv" if residual.csv else ""
        yield f"residual {residual.side} {spell(residual.path)}{csv}{bound} where {spell(residual.where)}{unless}"
    if unit.paging is not None:
        yield f"scan {unit.scan} {unit.totals}"
    if unit.replace is not None:
        replace = unit.replace
        source = "" if replace.read is None else f" from {replace.read} {' <-> '.join(map(spell, replace.places))}"
        yield f"replace {replace.policy}, a part on the {replace.partial} side{source}"
        yield from (f"  {spell(path)} = {_json(value)}" for path, value in replace.defaults)
    for enrich in unit.enrich:
        values = ", ".join(f"{name} = {spell((root, *path))}" for name, root, path in enrich.values)
        item = ""
        if enrich.key:
            into, items = spell(("body", *enrich.into)), spell(("body", *enrich.items))
            item = f"{into}{'[]' if enrich.each else ''} <- {items}[] key {enrich.key} "
        yield f"enrich {enrich.side} from {enrich.read} {item}{values}".rstrip()
    if unit.data:
        yield f"bytes in requests of the {' and the '.join(unit.data)} side"
    for hole, field, question in unit.assumed:
        yield f"{hole} {'nameless' if field is None else f'assumed {field}'}: {question}"
    if unit.misplaced:
        yield f"no credential in {', '.join(' '.join(each) for each in unit.misplaced)}"
    if unit.scopes:
        yield f"scope {', '.join(f'{side} {name}' for side, name in unit.scopes)}"
    if unit.keyed:
        yield f"idempotency {', '.join(f'{side} {name}' for side, name in unit.keyed)}"


def _keyed(key: str | None) -> str:
    return "" if key is None else f" key {key}"


def _route(route: RouteDecl) -> str:
    when = f" when {_guards(route.guards)}" if route.guards else ""
    params = ""
    if route.params is not None:
        params = "(" + ", ".join(f"{name}?" if optional else name for name, optional in route.params) + ")"
    return f"{route.side} {route.method} {route.path}{params}{when}"


def _carrier(carrier: Any) -> str:
    if carrier is None:
        return "nothing"
    return " or ".join(f"{each.kind} {each.name}".strip() for each in (carrier, *carrier.others))


def _paging(side: PagingSide) -> dict[str, Any]:
    """What a side says of its windows; paths as text."""
    facts: dict[str, Any] = {"scheme": side.scheme}
    for name in ("page", "size", "offset", "limit", "cursor", "total", "next", "more", "items"):
        path = getattr(side, name)
        facts[name] = None if path is None else spell(path) or "$"
    facts |= {"default": side.default, "max": side.max, "first": side.first}
    facts["echo"] = ",".join(f"{name}:{spell(path)}" for name, path in side.echo)
    return {name: value for name, value in facts.items() if value not in (None, "")}


# --- operations ----------------------------------------------------------------------------------------------------


def _ops(ops: tuple[Op, ...], printed: dict[int, int]) -> Iterator[str]:
    """`printed`: the blocks of Eaches so far, by id(), with the rule that they were printed under."""
    for op in ops:
        if isinstance(op, Each):
            yield from _each(op, printed)
        elif isinstance(op, Choose):
            yield from _choose(op, printed)
        else:
            yield from _PRINT[type(op)](op)


def _line(op: Any, word: str, text: str) -> str:
    return f"{op.rule:<3}{word:<8}{text}"


def _inside(ops: tuple[Op, ...], printed: dict[int, int]) -> Iterator[str]:
    yield from (f"     {line}" for line in _ops(ops, printed))


def _move(op: Move) -> Iterator[str]:
    word = "restore" if op.given else "move"
    noted = ", noted" if op.noted else ""
    yield _line(op, word, f"{_place(op.source)} -> {_place(op.target)}{_pipe(op.pipe)}{noted}")


def _join(op: Join) -> Iterator[str]:
    sources, targets = (f"({', '.join(map(_place, places))})" for places in (op.sources, op.targets))
    yield _line(op, "join", f"{sources} -> {targets}{_pipe((op.convert,))}")


def _combine(op: Combine) -> Iterator[str]:
    yield _line(op, "combine", f"-> {_place(op.target)}, back to number {op.two_way}")
    for mode, move in zip(("", *op.modes), op.moves, strict=False):
        yield f"     {move.rule:<3}{mode or 'with':<9}{_place(move.source)}{_pipe(move.pipe)}"


def _each(op: Each, printed: dict[int, int]) -> Iterator[str]:
    first = printed.setdefault(id(op.ops), op.rule) if op.ops else op.rule
    same = f", as {first}" if first != op.rule else ""
    keys = f" keys{_pipe(op.keys)}" if op.keys else ""
    key = f" key {op.key}" if op.key is not None else ""
    yield _line(op, "each", f"{op.kind} {_place(op.source)} -> {_place(op.target)}{keys}{key}{same}")
    yield from () if same else _inside(op.ops, printed)


def _choose(op: Choose, printed: dict[int, int]) -> Iterator[str]:
    yield _line(op, "choose", f"at {_place(op.at)}{', open' if op.open else ''}")
    for alternative in op.alternatives:
        yield from (f"  {line}" for line in _alternative(alternative, printed))
    text = f" {_json(op.text)}" if op.text else ""
    yield f"  else {op.otherwise}{text}"
    yield from _inside(op.ops, printed)


def _alternative(alternative: Alternative, printed: dict[int, int]) -> Iterator[str]:
    yield f"{alternative.rule:<3}case {_guards(alternative.guards)}"
    for place, literal in alternative.writes:
        yield f"     write {_place(place)} = {_json(literal.value)}"
    for place, literal, _ in alternative.fills:
        yield f"     fill {_place(place)} = {_json(literal.value)}"
    yield from _inside(alternative.ops, printed)
    if alternative.checks:
        yield f"     check {_guards(alternative.checks)}"


def _write(op: Write) -> Iterator[str]:
    assumed = f" assumed {_json(op.assumed)}" if op.assumed else ""
    yield _line(op, "write", f"{_place(op.target)} = {_json(op.value.value)}{assumed}")


def _lose(op: Lose) -> Iterator[str]:
    given = ""
    if op.given is not None:
        given = f" unless {_json(op.given.value) if isinstance(op.given, Literal) else _place(op.given)}"
    beside = " beside it" if not op.whole else " where no object is" if op.bare else ""
    spare = f" spare {_names(op.spare)}{beside}" if op.spare is not None else beside
    spare += f" under {', '.join(map(_place, op.under))}" if op.under else ""
    quiet = "" if op.report else " quietly"
    against = f", or {op.against}" if op.against else ""
    yield _line(op, "lose", f"{_place(op.source)}{given}{spare}{quiet}: {op.reason}{against}")


def _refuse(op: Refuse) -> Iterator[str]:
    yield _line(op, "refuse", f"{_place(op.source)}: {op.text}")


def _report(op: Report) -> Iterator[str]:
    target = "" if op.target is None else f" -> {_place(op.target)}"
    yield _line(op, "report", f"{_place(op.source)}{target}: {op.reason}")


def _prune(op: Prune) -> Iterator[str]:
    yield _line(op, "prune", f"{_place(op.root)} select {op.selector}: {op.reason}")


def _keep(op: Keep) -> Iterator[str]:
    place = "" if op.place else ", no place there"
    query = ", told as unknown" if op.query else ""
    named, taken = _names(op.named), _names(op.taken)
    policy = f"{op.policy} {_place(op.source)} -> {_place(op.target)}"
    only = "" if op.only is None else f", only {{{', '.join(op.only)}}}"
    bound = "".join(f", {'.'.join(path)} of the choice {number}" for path, number, _ in op.bound)
    yield _line(op, "rest", f"{policy} but {named}, taken {taken}{only}{bound}{place}{query}")
    for match in op.open:
        for number, share in enumerate(match.shares):
            case = f"case {number}" if number < len(match.shares) - 1 else "no case"
            own = f", {share.policy}" if share.policy else ""
            yield f"     {case} of {match.match}: and {_names(share.named)}, taken {_names(share.taken)}{own}"


def _confirm(op: Confirm) -> Iterator[str]:
    yield _line(op, "confirm", "the choice, on what was written")
    yield from (f"     {case.rule:<3}{_guards(case.guards)}" for case in op.cases)


_PRINT: dict[type, Callable[[Any], Iterator[str]]] = {
    Combine: _combine,
    Confirm: _confirm,
    Join: _join,
    Keep: _keep,
    Lose: _lose,
    Move: _move,
    Prune: _prune,
    Refuse: _refuse,
    Report: _report,
    Write: _write,
}


# --- parts of a line -----------------------------------------------------------------------------------------------


def _place(place: Place) -> str:
    below = spell(place.path)
    return f"{place.root}.{below}" if below else place.root


def _json(value: Any) -> str:
    return "absent" if value is ABSENT else json.dumps(value, ensure_ascii=False, default=str)


def _row_guards(row: StatusRow) -> str:
    asked = [
        f"{side} {_guards(guards)}" for side, guards in (("old", row.guards_old), ("new", row.guards_new)) if guards
    ]
    return f" when {', '.join(asked)}" if asked else ""


def _guards(guards: tuple[Guard, ...]) -> str:
    return " and ".join(map(_guard, guards)) or "never"


def _guard(guard: Guard) -> str:
    where = _place(guard.place) + (f" select {guard.selection}" if guard.selection is not None else "")
    values = ", ".join(map(_json, guard.values))
    words = {"is": f"is {values}", "not": f"is not {values}", "one_of": f"is one of {values}"}
    return f"{where} {words.get(guard.kind, f'is {guard.kind}')}"


def _names(names: Names) -> str:
    if names.leaf:
        return "all"
    return "{" + ", ".join(name if below.leaf else f"{name}{_names(below)}" for name, below in names.members) + "}"


def _pipe(steps: tuple[Step, ...]) -> str:
    return "".join(f" | {_step(step)}" for step in steps)


def _step(step: Step) -> str:
    if isinstance(step, Convert):
        if step.table is not None:
            return f"{step.name} to {step.to} {_table(step.table)}"
        arguments = ", ".join(_step(a) if isinstance(a, Convert) else _json(a) for a in step.args)
        named = f"{step.name}({arguments})" if step.args else step.name
        return f"{named} to {step.to}" + (f" known by {step.known_by}" if step.known_by else "")
    if isinstance(step, Look):
        return f"lookup {step.lookup}: {step.domain} to {step.to}, else {_miss(step)}"
    if isinstance(step, ForEach):
        return f"each({_pipe(step.steps).removeprefix(' | ')})"
    look = f" by {_step(step.look)}" if step.look is not None else ""
    return f"ref({step.member}, {step.other or '-'}) to {step.to}{look}"


def _miss(look: Look) -> str:
    if look.miss == "use":
        return f"use {_json(look.default)}"
    return f"reject {_json(look.text)}" if look.miss == "reject" else look.miss


def _table(table: TableData) -> str:
    rows = []
    for old, new, to_new, to_old in table.rows:
        arrow = ("<" if to_old else "") + "-" + (">" if to_new else "")
        rows.append(f"{_cells(old)} {arrow} {_cells(new)}")
    words = [word for word, said in (("open", table.open), ("joint", table.joint)) if said]
    words += [] if table.rule is None else [f"by {_step(table.rule)}"]
    refusal = f" else {_json(table.refusal)}" if table.refusal else ""
    return " ".join([*words, "{" + "; ".join(rows) + "}"]) + refusal


def _cells(cells: tuple[Any, ...]) -> str:
    text = ", ".join(map(_json, cells))
    return text if len(cells) == 1 else f"({text})"
