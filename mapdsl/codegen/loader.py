"""A unit of the program -> its declaration with names of functions in it, and what the linker makes of both."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from functools import cache
from typing import Any

from mapdsl import ir
from mapdsl.ir import (
    Choose,
    Convert,
    Each,
    Failure,
    Mapping,
    Op,
    RouteDecl,
    Unit,
    choices_in,
    emptying_filters,
    is_of_bodies,
    writes_names,
)
from mapdsl.linker import CLASSES, NO_FUNCTION, Head, Linked, Named, Pieces, Step, Table, freeze, pack
from mapdsl.runtime import (
    ONLY,
    Block,
    Blocks,
    CompiledFailure,
    CompiledMapping,
    CompiledUnit,
    Fan,
    Gather,
    Route,
    StatusRow,
)

from .module import Module, generate, mappings, predicates

__all__ = ["compile_unit", "pieces_of", "routes_of"]

# What the items of a block add to its path, on the old and on the new side.
_MARKERS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "list": (("[]",), ("[]",)),
    "map": (("*",), ("*",)),
    "object": ((), ()),
    "one": ((ONLY,), ()),
}


def compile_unit(unit: Unit) -> tuple[Linked, Callable[[], Module]]:
    """The unit as the runtime runs it, and its module: both are made when somebody asks for more than its routes."""
    module = cache(lambda: generate(unit))
    head = Head(unit.endpoint, unit.variant, unit.file, unit.line, unit.prefer, routes_of(unit))
    return Linked(head, lambda: pieces_of(unit, module())), module


def routes_of(unit: Unit) -> tuple[Any, ...]:
    """The routes of both sides, frozen: known before anything is generated."""
    return freeze(_routes(unit, {name for name, _ in predicates(unit)}), CLASSES)


def pieces_of(unit: Unit, module: Module) -> Pieces:
    """A unit and its module as they are kept."""
    tables: dict[int, Table] = {}  # by id(): what is one table stays one
    steps = {name: (_step(convert, tables), convert.to, use) for name, (convert, use) in module.globals.bound.items()}
    declared = freeze((steps, module.globals.selectors, module.rules, _declared(unit, module)), CLASSES)
    bodies = tuple(name for name, mapping in mappings(unit) if not mapping.item)
    return Pieces(module.filename, module.code, pack(module.text, module.behind), declared, bodies)


def _step(convert: Convert, tables: dict[int, Table]) -> Step:
    table = convert.table
    if table is None:
        arguments = tuple(_step(each, tables) if isinstance(each, Convert) else each for each in convert.args)
        return Step(convert.name, arguments)
    if id(table) not in tables:
        rule = None if table.rule is None else _step(table.rule, tables)
        tables[id(table)] = Table(table.name, table.rows, table.open, table.joint, table.refusal, rule)
    return Step(convert.name, (), tables[id(table)])


def _routes(unit: Unit, functions: Container[str]) -> tuple[tuple[Route, ...], tuple[Route, ...]]:
    old, new = (tuple(_route(functions, route, i) for i, route in enumerate(side)) for side in (unit.old, unit.new))
    return old, new


def _declared(unit: Unit, module: Module) -> CompiledUnit:
    """The unit with names in place of its functions."""
    functions = frozenset(module.functions)
    ways = {
        f"{mapping.part}_to_{mapping.to}": _ways(functions, f"{mapping.part}_to_{mapping.to}", mapping, module)
        for mapping in (*unit.request, *unit.response)
    }
    old, new = _routes(unit, functions)
    return CompiledUnit(
        unit.endpoint,
        unit.variant,
        unit.file,
        unit.line,
        old,
        new,
        auth=unit.auth,
        paging=unit.paging,
        statuses=tuple(_status(functions, row, i) for i, row in enumerate(unit.statuses)),
        failure=None if unit.failure is None else _failure(functions, "", unit.failure, module),
        prefer=unit.prefer,
        bodiless=unit.bodiless,
        fields=unit.fields,
        opaque=unit.opaque,
        data=unit.data,
        request_to_new=ways["request_to_new"],
        request_to_old=ways["request_to_old"],
        response_to_new=ways["response_to_new"],
        response_to_old=ways["response_to_old"],
        fan=None if unit.fan is None else _fan(functions, unit.fan, module),
        gather=None if unit.gather is None else _gather(functions, unit.gather, module),
        scan=unit.scan,
        totals=unit.totals,
        only_old=_named(functions, "only_old"),
        only_new=_named(functions, "only_new"),
        residuals=unit.residuals,
        replace=unit.replace,
        enrich=unit.enrich,
        keyed=unit.keyed,
        scopes=unit.scopes,
        misplaced=unit.misplaced,
        spoken=unit.spoken,
        assumed=unit.assumed,
        guessed=unit.guessed,
    )


def _named(functions: Container[str], name: str) -> Named | None:
    """The function of that name, if the module has one."""
    return Named(name) if name in functions else None


def _failure(functions: Container[str], prefix: str, failure: Failure, module: Module) -> CompiledFailure:
    return CompiledFailure(
        _ways(functions, f"{prefix}failure_to_new", failure.to_new, module),
        _ways(functions, f"{prefix}failure_to_old", failure.to_old, module),
        _named(functions, f"old_{prefix}fails"),
        _named(functions, f"new_{prefix}fails"),
    )


def _fan(functions: Container[str], fan: ir.Fan, module: Module) -> Fan:
    path = (fan.place.root, *fan.place.path)
    if fan.split is None:
        return Fan(path, fan.rule, fan.key)
    splits, joins = _ways(functions, "split", fan.split[0], module), _ways(functions, "join", fan.split[1], module)
    return Fan(path, fan.rule, fan.key, splits, joins)


def _gather(functions: Container[str], gather: ir.Gather, module: Module) -> Gather:
    failure = None if gather.failure is None else _failure(functions, "item_", gather.failure, module)
    path = (gather.place.root, *gather.place.path)
    return Gather(path, gather.rule, gather.mode, gather.key, gather.stop, gather.omit, failure)


def _route(functions: Container[str], route: RouteDecl, number: int) -> Route:
    holds = _named(functions, f"{route.side}_route_{number}")
    chosen = _named(functions, f"{route.side}_chosen_{number}")
    return Route(route.side, route.method, route.path, holds, chosen, route.params, route.wants)


def _status(functions: Container[str], row: ir.StatusRow, number: int) -> StatusRow:
    old, new = _named(functions, f"old_status_{number}"), _named(functions, f"new_status_{number}")
    return StatusRow(row.old, row.arrow, row.new, old, new)


def _ways(functions: Container[str], name: str, mapping: Mapping, module: Module) -> CompiledMapping:
    base = ("item",) if mapping.item else ("body",)
    return CompiledMapping(
        Named(name if name in functions else NO_FUNCTION),
        Named(f"{name}_full"),
        Named(f"{name}_keys"),
        module.rules[f"RULES_{name.upper()}"],
        mapping.lookups,
        Blocks(_blocks(mapping.ops, mapping.to, {}), (base, ("body",))),
        emptying_filters(mapping.ops),
        choices_in(mapping.ops),
        writes_names(mapping.ops),
        mapping.part == "response" and not mapping.item and is_of_bodies(mapping.ops),
    )


def _blocks(ops: tuple[Op, ...], to: str, made: dict[int, tuple[Block, ...]]) -> tuple[Block, ...]:
    """The blocks in a block. `made`: those of blocks seen before, by id()."""
    if id(ops) not in made:
        found: dict[tuple[Any, ...], Block] = {}
        for op in _own(ops):
            old, new = (op.source, op.target) if to == "new" else (op.target, op.source)
            below_old, below_new = _MARKERS[op.kind]
            ends = (old.root, *old.path, *below_old), (new.root, *new.path, *below_new)
            found.setdefault((ends, op.key, id(op.ops)), Block(ends, op.key, _blocks(op.ops, to, made)))
        made[id(ops)] = tuple(found.values())
    return made[id(ops)]


def _own(ops: tuple[Op, ...]) -> Iterator[Each]:
    """The blocks that stand directly in a block, those of its cases among them."""
    for op in ops:
        if isinstance(op, Each):
            yield op
        elif isinstance(op, Choose):
            for alternative in op.alternatives:
                yield from _own(alternative.ops)
            yield from _own(op.ops)
