"""The same API with the interpreter in the place of generated code: the public functions run on either engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mapdsl import ir
from mapdsl.conversions import ABSENT
from mapdsl.errors import RuleRef
from mapdsl.runtime import (
    ONLY,
    Api,
    Block,
    Blocks,
    CompiledFailure,
    CompiledMapping,
    CompiledUnit,
    Fan,
    Gather,
    Parts,
    Recorder,
    RequestPair,
    Route,
    StatusRow,
    no_function,
)

from .body_only import on_bodies
from .guards import holds
from .mapping import keys, run
from .pipes import Known
from .places import View

__all__ = ["interpreted"]

# What the items of a block add to its path, on the old and on the new side.
_MARKERS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "list": (("[]",), ("[]",)),
    "map": (("*",), ("*",)),
    "object": ((), ()),
    "one": ((ONLY,), ()),
}


def interpreted(program: ir.Program) -> Api:
    """An Api of the program whose messages are translated by the reference interpreter."""
    units = tuple(_compiled(unit, exact=False) for unit in program.units)
    return Api(units, program.lookups, program.old, program.new, program.digest)


def _compiled(unit: ir.Unit, exact: bool) -> CompiledUnit:
    made = {f"{m.part}_to_{m.to}": _ways(m, unit, exact) for m in (*unit.request, *unit.response)}
    failure = None if unit.failure is None else _failure(unit.failure, unit, exact)
    return CompiledUnit(
        unit.endpoint,
        unit.variant,
        unit.file,
        unit.line,
        tuple(map(_route, unit.old)),
        tuple(map(_route, unit.new)),
        auth=unit.auth,
        paging=unit.paging,
        statuses=tuple(map(_row, unit.statuses)),
        failure=failure,
        prefer=unit.prefer,
        bodiless=unit.bodiless,
        fields=unit.fields,
        opaque=unit.opaque,
        data=unit.data,
        exact=None if exact else lambda: _compiled(unit, exact=True),
        request_to_new=made["request_to_new"],
        request_to_old=made["request_to_old"],
        response_to_new=made["response_to_new"],
        response_to_old=made["response_to_old"],
        fan=None if unit.fan is None else _fan(unit.fan, unit, exact),
        gather=None if unit.gather is None else _gather(unit.gather, unit, exact),
        scan=unit.scan,
        totals=unit.totals,
        only_old=_predicate(unit.only_old),
        only_new=_predicate(unit.only_new),
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


def _row(row: ir.StatusRow) -> StatusRow:
    return StatusRow(row.old, row.arrow, row.new, _predicate(row.guards_old), _predicate(row.guards_new))


def _failure(failure: ir.Failure, unit: ir.Unit, exact: bool) -> CompiledFailure:
    ways = _ways(failure.to_new, unit, exact), _ways(failure.to_old, unit, exact)
    return CompiledFailure(*ways, _predicate(failure.guards_old), _predicate(failure.guards_new))


def _fan(fan: ir.Fan, unit: ir.Unit, exact: bool) -> Fan:
    path = (fan.place.root, *fan.place.path)
    if fan.split is None:
        return Fan(path, fan.rule, fan.key)
    return Fan(path, fan.rule, fan.key, *(_ways(mapping, unit, exact) for mapping in fan.split))


def _gather(gather: ir.Gather, unit: ir.Unit, exact: bool) -> Gather:
    failure = None if gather.failure is None else _failure(gather.failure, unit, exact)
    path = (gather.place.root, *gather.place.path)
    return Gather(path, gather.rule, gather.mode, gather.key, gather.stop, gather.omit, failure)


def _route(route: ir.RouteDecl) -> Route:
    holds, chosen = _predicate(route.guards), _predicate(route.chosen)
    return Route(route.side, route.method, route.path, holds, chosen, route.params, route.wants)


def _predicate(guards: tuple[ir.Guard, ...]) -> Callable[[Parts], bool] | None:
    if not guards:
        return None

    def test(parts: Parts) -> bool:
        return all(holds(guard, _root(guard.place.root, parts)) for guard in guards)

    return test


def _root(root: str, parts: Parts) -> View:
    value = getattr(parts, root, None)
    return View(ABSENT if value is None else value, (root,))


def _ways(mapping: ir.Mapping, unit: ir.Unit, exact: bool) -> CompiledMapping:
    known = Known(exact)

    def full(parts: Parts, answers: Any, asked: RequestPair | None, log: Recorder) -> Parts:
        return run(mapping, parts, answers, asked, known=known, log=log).target

    def ask(parts: Parts, asked: RequestPair | None) -> dict[str, dict[Any, None]]:
        return keys(mapping, parts, asked, known=known)

    rules = tuple(RuleRef(info.file, info.line, info.text, info.says) for info in mapping.rules)
    base = (("item",) if mapping.item else ("body",)), ("body",)
    return CompiledMapping(
        no_function if mapping.item else _Plain(mapping, _status(mapping, unit), known),
        full,
        ask,
        rules,
        mapping.lookups,
        Blocks(_blocks(mapping.ops, mapping.to, {}), base),
        ir.emptying_filters(mapping.ops),
        ir.choices_in(mapping.ops),
        ir.writes_names(mapping.ops),
    )


def _status(mapping: ir.Mapping, unit: ir.Unit) -> int:
    """The status that a body alone is taken to have come with: the first declared success of its side."""
    return next((row.old if mapping.to == "new" else row.new for row in unit.statuses), 200)


class _Plain:
    """`f(body, answers=None, request=None, back=None)`, as `Endpoint.transform` gives it."""

    def __init__(self, mapping: ir.Mapping, status: int, known: Known) -> None:
        self._mapping = on_bodies(mapping)
        self._status = status if mapping.part != "request" else None
        self._known = known

    def __call__(
        self,
        body: Any,
        answers: Mapping[str, Mapping[Any, Any]] | None = None,
        request: Any = None,
        back: Mapping[str, Mapping[Any, Any]] | None = None,
    ) -> Any:
        asked = request if request is None or isinstance(request, RequestPair) else request.asked
        log = Recorder(tuple(RuleRef(info.file, info.line, info.text, info.says) for info in self._mapping.rules))
        outcome = run(self._mapping, Parts(body, status=self._status), answers, asked, known=self._known, log=log)
        log.settle(back or {})
        if log.failed:
            raise log.error()
        return outcome.target.body

    def keys(self, body: Any) -> dict[str, list[Any]]:
        return {lookup: list(asked) for lookup, asked in keys(self._mapping, Parts(body)).items()}


def _blocks(ops: tuple[ir.Op, ...], to: str, known: dict[int, tuple[Block, ...]]) -> tuple[Block, ...]:
    """What residue must know of the blocks in a block: each once, however many places it has."""
    if id(ops) in known:
        return known[id(ops)]
    rows: dict[tuple[Any, ...], Block] = {}
    waiting = list(reversed(ops))
    while waiting:
        op = waiting.pop()
        if isinstance(op, ir.Each):
            places = (op.source, op.target) if to == "new" else (op.target, op.source)
            ends = [(place.root, *place.path, *below) for place, below in zip(places, _MARKERS[op.kind], strict=True)]
            pair = ends[0], ends[1]
            rows.setdefault((pair, op.key, id(op.ops)), Block(pair, op.key, _blocks(op.ops, to, known)))
        elif isinstance(op, ir.Choose):
            for branch in (op.ops, *(alternative.ops for alternative in reversed(op.alternatives))):
                waiting.extend(reversed(branch))
    return known.setdefault(id(ops), tuple(rows.values()))
