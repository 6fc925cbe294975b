"""Updates and reads beside a call: `replace` and `enrich`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from mapdsl import syntax
from mapdsl.analysis import Model, VariantModel, fills_items
from mapdsl.ir import Choose, Combine, Each, Enrich, Join, Mapping, Move, Op, Place, Replace
from mapdsl.paths import ITEMS, Ref

from .names import named_by
from .pipes import cell

__all__ = ["enrichment", "replacement"]

Path = tuple[str, ...]
_BODY: Path = ("body",)


def replacement(model: Model, variant: VariantModel, request: tuple[Mapping, Mapping]) -> Replace | None:
    """How one side replaces an object and the other a part of it. The routes are a PUT and a PATCH."""
    declared = variant.replace
    if declared is None:
        return None
    partial = "new" if any(route.method == "PATCH" for route in variant.new) else "old"
    whole = "old" if partial == "new" else "new"
    to_partial = request[0] if partial == "new" else request[1]
    places = tuple(_BODY if end is None else _place(end.ref) for end in (declared.old, declared.new))
    named = {
        (*_BODY, *name.path)
        for statement in variant.request.statements
        for name in named_by(statement, whole)
        if name.root in ("", "body") and name.path
    }
    return Replace(
        declared.policy,
        partial,
        declared.source or _reader(model, variant, whole),
        (places[0], places[1]),
        tuple(_fields(to_partial.ops)),
        tuple((_place(each.of.ref), cell(each.value)) for each in declared.defaults),
        tuple(sorted(named)),
        tuple(_maps(to_partial.ops)),
        variant.request.rest,
    )


def _reader(model: Model, variant: VariantModel, whole: str) -> str | None:
    """The endpoint whose GET has the path of the update, where the spec names none."""
    paths = {route.path for route in (variant.old if whole == "old" else variant.new)}
    for endpoint in model.endpoints:
        for other in endpoint.variants:
            routes = other.old if whole == "old" else other.new
            if any(route.method == "GET" and route.path in paths for route in routes):
                return endpoint.name
    return None


def _fields(ops: Iterable[Op]) -> Iterator[tuple[int, tuple[Path, ...], tuple[Path, ...]]]:
    """The fields of the body that rules carry: rule, places that are read, places that are written."""
    for op in ops:
        if isinstance(op, Choose):
            for branch in (*(alternative.ops for alternative in op.alternatives), op.ops):
                yield from _fields(branch)
        elif isinstance(op, Combine):
            yield from _fields(op.moves)
        elif isinstance(op, (Move, Each)):
            yield from _field(op.rule, (op.source,), (op.target,))
        elif isinstance(op, Join):
            yield from _field(op.rule, op.sources, op.targets)


def _field(rule: int, sources: Iterable[Place], targets: Iterable[Place]) -> Iterator[Any]:
    read, written = tuple(sources), tuple(targets)
    if all(place.root == "body" and place.path for place in (*read, *written)):
        yield rule, tuple(_path(place) for place in read), tuple(_path(place) for place in written)


def _maps(ops: Iterable[Op]) -> Iterator[Path]:
    for op in ops:
        if isinstance(op, Each) and op.kind == "map" and op.target.root == "body":
            yield _path(op.target)
        elif isinstance(op, Choose):
            for branch in (*(alternative.ops for alternative in op.alternatives), op.ops):
                yield from _maps(branch)


def _path(place: Place) -> Path:
    return (place.root, *place.path)


def _place(ref: Ref) -> Path:
    return (*_BODY, *(str(step) for step in ref.path))


def enrichment(declared: syntax.Enrich, line: int) -> Enrich:
    """What fills a reply to a side, and where the parameters of the read stand."""
    values = []
    for binding in declared.bindings:
        ref = binding.value.ref
        root = "body" if ref.root in ("", "$", "@body") else ref.root.removeprefix("@")
        values.append((str(binding.of.ref.path[0]), root, tuple(str(step) for step in ref.path)))
    into, items = (() if end is None else _names(end) for end in (declared.into, declared.items))
    each = fills_items(declared)
    return Enrich(declared.side, declared.source, tuple(values), line, into, items, declared.key or "", each)


def _names(end: syntax.End) -> tuple[str, ...]:
    return tuple(str(step) for step in end.ref.path if step is not ITEMS)
