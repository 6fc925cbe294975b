"""Every rule that cites a row is shown by examples: without it, in either direction, some example fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import attrs
import pytest

import mapdsl
from mapdsl import ir
from mapdsl.pipeline import CompiledProgram
from mapdsl.testing.examples import examples_of
from mapdsl.testing.interpreter import interpreted
from tests.guides import guide

from .test_expected import CASES, problems

COMPILED = guide("voiso")
UNITS = [unit for unit in COMPILED.program.units if unit.file.endswith(".map")]


Put = Callable[[ir.Mapping], ir.Unit]


def mappings(unit: ir.Unit) -> Iterator[tuple[str, ir.Mapping, Put]]:
    """Each mapping with its name, and what gives the unit with another in its place."""
    yield "request", unit.request[0], lambda new: attrs.evolve(unit, request=(new, unit.request[1]))
    yield "request", unit.request[1], lambda new: attrs.evolve(unit, request=(unit.request[0], new))
    yield "response", unit.response[0], lambda new: attrs.evolve(unit, response=(new, unit.response[1]))
    yield "response", unit.response[1], lambda new: attrs.evolve(unit, response=(unit.response[0], new))
    if unit.failure is not None:
        yield from of_failure("failure", unit.failure, lambda failure: attrs.evolve(unit, failure=failure))
    gather = unit.gather
    if gather is not None and gather.failure is not None:
        yield from of_failure(
            "item that failed",
            gather.failure,
            lambda failure: attrs.evolve(unit, gather=attrs.evolve(gather, failure=failure)),
        )


def of_failure(
    name: str, failure: ir.Failure, put: Callable[[ir.Failure], ir.Unit]
) -> Iterator[tuple[str, ir.Mapping, Put]]:
    yield name, failure.to_new, lambda new: put(attrs.evolve(failure, to_new=new))
    yield name, failure.to_old, lambda new: put(attrs.evolve(failure, to_old=new))


def ops_without(ops: tuple[ir.Op, ...], rule: int) -> tuple[ir.Op, ...]:
    """The operations without those of a rule; what lies in its block goes with it."""
    kept: list[ir.Op] = []
    for op in ops:
        if isinstance(op, ir.Keep) or (op.rule != rule and not isinstance(op, (ir.Each, ir.Choose, ir.Combine))):
            kept.append(op)
        elif isinstance(op, ir.Choose):
            alternatives = tuple(
                attrs.evolve(a, ops=ops_without(a.ops, rule)) for a in op.alternatives if a.rule != rule
            )
            kept.append(attrs.evolve(op, alternatives=alternatives, ops=ops_without(op.ops, rule)))
        elif isinstance(op, ir.Combine):
            left = [(move, mode) for move, mode in zip(op.moves, ("", *op.modes), strict=True) if move.rule != rule]
            if left:
                modes = tuple(mode or "only_one" for _, mode in left[1:])
                kept.append(attrs.evolve(op, moves=tuple(move for move, _ in left), modes=modes, two_way=0))
        elif isinstance(op, ir.Each) and op.rule != rule:
            kept.append(attrs.evolve(op, ops=ops_without(op.ops, rule)))
    return tuple(kept)


def with_unit(program: ir.Program, unit: ir.Unit, other: ir.Unit) -> ir.Program:
    return attrs.evolve(program, units=tuple(other if each is unit else each for each in program.units))


def shown(compiled: CompiledProgram, endpoint: str, api: mapdsl.Api) -> bool:
    """Whether an example, or a result by hand, is not what this API gives."""
    if not all(result.passed for result in examples_of(compiled, endpoint, {"": api})):
        return True
    return any(next(problems(case, api), None) for case in CASES if case.endpoint == endpoint)


def unseen(compiled: CompiledProgram, unit: ir.Unit) -> Iterator[str]:
    """The citing rules, by direction, whose absence no example notices."""
    for part, mapping, put in mappings(unit):
        for number, info in enumerate(mapping.rules):
            if info.kind == "route":
                continue
            ops = ops_without(mapping.ops, number)
            if not info.cites or ops == mapping.ops:
                continue
            api = interpreted(with_unit(compiled.program, unit, put(attrs.evolve(mapping, ops=ops))))
            if not shown(compiled, unit.endpoint, api):
                yield f"{part} to {mapping.to}, line {info.line}: {info.text}"


def unseen_routes(compiled: CompiledProgram, unit: ir.Unit) -> Iterator[str]:
    """The routes, of several on one side, whose absence nothing notices."""
    for side in ("old", "new"):
        routes: tuple[ir.RouteDecl, ...] = getattr(unit, side)
        for route in routes if len(routes) > 1 else ():
            left = tuple(each for each in routes if each is not route)
            api = interpreted(with_unit(compiled.program, unit, attrs.evolve(unit, **{side: left})))
            if not shown(compiled, unit.endpoint, api):
                yield f"{side} {route.method} {route.path}"


@pytest.mark.long
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: ".".join(filter(None, (unit.endpoint, unit.variant))))
def test_without_a_rule_that_cites_a_row_or_a_route_some_example_fails(unit: ir.Unit):
    assert [*unseen(COMPILED, unit), *unseen_routes(COMPILED, unit)] == []
