"""A unit of the program -> what the runtime runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from mapdsl import ir
from mapdsl.ir import Choose, Each, Failure, Mapping, Op, RouteDecl, Unit, choices_in, emptying_filters, writes_names
from mapdsl.runtime import (
    ONLY,
    Block,
    Blocks,
    Compiled,
    CompiledFailure,
    Fan,
    Gather,
    Parts,
    Route,
    StatusRow,
    Ways,
    no_function,
    register_lines,
)

from .module import Module, generate, namespace

__all__ = ["compile_unit"]

# What the items of a block add to its path, on the old and on the new side.
_MARKERS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "list": (("[]",), ("[]",)),
    "map": (("*",), ("*",)),
    "object": ((), ()),
    "one": ((ONLY,), ()),
}


def compile_unit(unit: Unit) -> tuple[Compiled, Module]:
    """Generate, load and wrap the functions of a unit; with them, the module they stand in."""
    module = generate(unit)
    register_lines(module.filename, module.lines)
    return _compiled(unit, module, exact=False), module


def _compiled(unit: Unit, module: Module, exact: bool) -> Compiled:
    space = namespace(module, exact)
    ways = {
        f"{mapping.part}_to_{mapping.to}": _ways(space, f"{mapping.part}_to_{mapping.to}", mapping, module)
        for mapping in (*unit.request, *unit.response)
    }
    failure = None if unit.failure is None else _failure(space, "", unit.failure, module)
    return Compiled(
        unit.endpoint,
        unit.variant,
        unit.file,
        unit.line,
        tuple(_route(space, route, i) for i, route in enumerate(unit.old)),
        tuple(_route(space, route, i) for i, route in enumerate(unit.new)),
        auth=unit.auth,
        paging=unit.paging,
        statuses=tuple(_status(space, row, i) for i, row in enumerate(unit.statuses)),
        failure=failure,
        prefer=unit.prefer,
        bodiless=unit.bodiless,
        fields=unit.fields,
        opaque=unit.opaque,
        data=unit.data,
        exact=None if exact else lambda: _compiled(unit, module, exact=True),
        request_to_new=ways["request_to_new"],
        request_to_old=ways["request_to_old"],
        response_to_new=ways["response_to_new"],
        response_to_old=ways["response_to_old"],
        fan=None if unit.fan is None else _fan(space, unit.fan, module),
        gather=None if unit.gather is None else _gather(space, unit.gather, module),
        scan=unit.scan,
        totals=unit.totals,
        only_old=space.get("only_old"),
        only_new=space.get("only_new"),
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


def _failure(space: dict[str, Any], prefix: str, failure: Failure, module: Module) -> CompiledFailure:
    return CompiledFailure(
        _ways(space, f"{prefix}failure_to_new", failure.to_new, module),
        _ways(space, f"{prefix}failure_to_old", failure.to_old, module),
        space.get(f"old_{prefix}fails"),
        space.get(f"new_{prefix}fails"),
    )


def _fan(space: dict[str, Any], fan: ir.Fan, module: Module) -> Fan:
    path = (fan.place.root, *fan.place.path)
    if fan.split is None:
        return Fan(path, fan.rule, fan.key)
    splits, joins = _ways(space, "split", fan.split[0], module), _ways(space, "join", fan.split[1], module)
    return Fan(path, fan.rule, fan.key, splits, joins)


def _gather(space: dict[str, Any], gather: ir.Gather, module: Module) -> Gather:
    failure = None if gather.failure is None else _failure(space, "item_", gather.failure, module)
    path = (gather.place.root, *gather.place.path)
    return Gather(path, gather.rule, gather.mode, gather.key, gather.stop, gather.omit, failure)


def _route(space: dict[str, Any], route: RouteDecl, number: int) -> Route:
    holds, chosen = space.get(f"{route.side}_route_{number}"), space.get(f"{route.side}_chosen_{number}")
    return Route(route.side, route.method, route.path, holds, chosen, route.params, route.wants)


def _status(space: dict[str, Any], row: ir.StatusRow, number: int) -> StatusRow:
    return StatusRow(row.old, row.arrow, row.new, space.get(f"old_status_{number}"), space.get(f"new_status_{number}"))


def _ways(space: dict[str, Any], name: str, mapping: Mapping, module: Module) -> Ways:
    plain, keys = space.get(name, no_function), space[f"{name}_keys"]
    if not mapping.item:
        plain.keys = _keys_of(keys)
    base = ("item",) if mapping.item else ("body",)
    return Ways(
        plain,
        space[f"{name}_full"],
        keys,
        module.rules[f"RULES_{name.upper()}"],
        mapping.lookups,
        Blocks(_blocks(mapping.ops, mapping.to, {}), (base, ("body",))),
        emptying_filters(mapping.ops),
        choices_in(mapping.ops),
        writes_names(mapping.ops),
    )


def _keys_of(keys: Callable[[Parts, Any], dict[str, dict[Any, None]]]) -> Callable[[Any], dict[str, list[Any]]]:
    def keys_of(body: Any) -> dict[str, list[Any]]:
        """The keys that a body needs answered, by lookup; lookups without a key are left out."""
        return {lookup: list(asked) for lookup, asked in keys(Parts(body), None).items() if asked}

    return keys_of


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
