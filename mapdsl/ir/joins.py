"""Which values mean the same: what rules turn into one value on the other side without a loss, as plain data.

`mapdsl show --rules --json` prints these declarations, and law 9 holds messages against them. Each says `to` (the
side that the value goes to), `at` (the places that it speaks of, each a list of names below `body`, `path`, `query`,
`header` or `envelope`; `[]` stands for the items of a list, `*` for the members of a map, `[0]` for a list of one),
and one of

    values      what counts as one value there; with `absent`, as nothing at all
    request     the place of the request (with its side) whose value counts as nothing at all
    steps       values that these steps turn into one value, where the steps declare that only the spelling is lost; a
                row of a table whose other end is empty makes its value count as nothing at all
    combine     several places that meet: the steps and the mode of each
    keys        member names that these steps turn into one name
    hidden      the value is never shown: a credential, the id of a call
    secrets     whatever has one of these names, or one that means a secret (docs/reference/headers.md), is never shown
    connection  headers of these names, and those that `Connection` lists, say nothing to the other side
    homeless    the value is reported, and has no place at home: the body of a request that has none
    window      which part of a list is meant: the exchange cuts its replies to that
    omitted     all replies of these codes: they leave no item

Three more speak of what a report must tell, because it is not seen in what arrives:

    told        what these steps do not translate passes as it is, and that is told; without steps, all that is there.
                `but`: names of the root that are not meant; `past`: values of which no rule speaks
    made_up     the value that a rule writes at a place of the side `to` though no document says so
    owed        a place on the side `to` that the request fills: where none is at hand, it is told that nothing does
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from mapdsl.conversions import ABSENT, Conversion, build
from mapdsl.runtime import HEADERS

from .ops import (
    Choose,
    Combine,
    Convert,
    Each,
    ForEach,
    Join,
    Keep,
    Literal,
    Look,
    Lose,
    Mapping,
    Move,
    Op,
    Place,
    Reference,
    Refuse,
    Report,
    Step,
    Write,
)
from .program import Unit

__all__ = ["conversion_of", "joins_of_mapping", "joins_of_message"]

Names = tuple[str, ...]
Ends = tuple[Names, Names]
Declared = dict[str, Any]
_BODILESS = ("GET", "HEAD")
_ITEMS = {"list": "[]", "map": "*", "one": "[0]"}
_OUTSIDE = ("item",)  # of any block
_ITEM = Place("item")


# --- of a message ----------------------------------------------------------------------------------------------------


def joins_of_message(unit: Unit, part: str) -> Iterator[Declared]:
    """What the envelope of a message joins, on the way to either side."""
    for side, to in (("old", "new"), ("new", "old")):
        route = (unit.old if side == "old" else unit.new)[0]
        yield _declared(to, [("query",), ("header",), ("body",)], secrets=list(HEADERS["credential"]))
        yield _declared(to, [("header",)], connection=list(HEADERS["connection"]))
        carrier = None if unit.auth is None else unit.auth.side(side)
        for each in () if carrier is None or part != "request" else (carrier, *carrier.others):
            place: tuple[str, ...] = ("header", each.header) if each.header else (each.kind, each.name)
            yield _declared(to, [place], hidden=True)
        if route.params is not None:
            yield _declared(to, [("envelope", "id")], hidden=True)
            yield _declared(to, [("envelope", "params")], values=[[], [None], None], absent=True)
            names = [name for name, _ in route.params] if part == "request" else []
            spots: list[Names] = [("body", name) for name in names]
            for place in spots or [("body",)]:
                yield _declared(to, [place], values=[None] if spots else [{}, None], absent=True)
        else:
            called = (unit.new if side == "old" else unit.old)[0].params or ()
            for name, _ in called if part == "request" else ():  # a member that nothing names becomes the parameter
                yield _declared(to, [("body", name)], values=[None], absent=True)
            yield _declared(to, [("body",)], values=[{}, None], absent=True)
        routes = unit.old if side == "old" else unit.new
        if part == "request" and any(each.params is None and each.method in _BODILESS for each in routes):
            yield _declared(to, [("body",)], homeless=True)
        if part == "response" and side == "new" and unit.gather is not None and unit.gather.omit:
            yield _declared(to, [("status",)], omitted=list(unit.gather.omit))
        paging = None if unit.paging is None else unit.paging[side == "new"]
        if paging is not None and part == "request":
            for path in (paging.page, paging.size, paging.offset, paging.limit, paging.cursor):
                if path is not None:
                    yield from _window(to, paging.asks, path)
        elif paging is not None:
            for path in (paging.total, paging.next, paging.more, *(place for _, place in paging.echo)):
                if path is not None:
                    yield from _window(to, "body", path)


def _window(to: str, root: str, path: tuple[str, ...]) -> Iterator[Declared]:
    """A field that says of a page, and the objects around it, which say nothing where nothing else is in them."""
    yield _declared(to, [(root, *path)], window=True)
    for end in range(len(path) - 1, 0, -1):
        yield _declared(to, [(root, *path[:end])], values=[{}, None], absent=True)


# --- of rules --------------------------------------------------------------------------------------------------------


def joins_of_mapping(unit: Unit, mapping: Mapping) -> Iterator[tuple[int, Declared]]:
    """What the rules of a mapping of a unit join, each with the number of its rule."""
    several = unit.fan if mapping.part == "request" else unit.gather
    item: Names = _OUTSIDE
    if several is not None and mapping.item == "source":
        item = (several.place.root, *several.place.path, "[]")
    target = (unit.new if mapping.to == "new" else unit.old)[0]
    if mapping.part == "request" and target.params is not None:
        yield from _parameters(mapping.ops, mapping.to)
    made: Names = _OUTSIDE
    if several is not None and mapping.item == "target":
        made = (several.place.root, *several.place.path, "[]")
    yield from _reported(mapping.ops, (item, ("body",)), (made, ("body",)), mapping.to)
    yield from _below(mapping.ops, item, ("body",), mapping.to)
    yield from _around_literals(mapping.ops, list(_literals(mapping.ops)), mapping.to)


def _parameters(ops: tuple[Op, ...], to: str) -> Iterator[tuple[int, Declared]]:
    """A parameter of a call that is null is as good as none."""
    for op in ops:
        if isinstance(op, Choose):
            for branch in (op.ops, *(alternative.ops for alternative in op.alternatives)):
                yield from _parameters(branch, to)
        elif isinstance(op, (Move, Each)) and op.target.root == "body" and len(op.target.path) == 1:
            yield op.rule, _declared(to, [(op.source.root, *op.source.path)], values=[None], absent=True)


def _reported(ops: tuple[Op, ...], here: Ends, there: Ends, to: str) -> Iterator[tuple[int, Declared]]:
    """What passes untranslated, and what only the request can fill; not in cases, which need not be taken. `here` and
    `there`: where the item stands, and what is around it, on the source and on the target."""
    for op in ops:
        if isinstance(op, Each):
            one = op.kind == "one"
            inner = _inside(here, op.source, "" if one and to == "old" else _ITEMS.get(op.kind, ""))
            made = _inside(there, op.target, "" if one and to == "new" else _ITEMS.get(op.kind, ""))
            yield from _reported(op.ops, inner, made, to)
        elif isinstance(op, Report):
            past = {"past": [None]} if op.source == _ITEM else {}  # no rule of a block sees an item that is null
            yield op.rule, _declared(to, [_full(op.source, *here)], told=[], **past)
        elif isinstance(op, Write) and op.assumed:
            yield op.rule, _declared(to, [_full(op.target, *there)], made_up=op.value.value)
        elif isinstance(op, Move) and op.given:
            if op.source.root.startswith("request."):
                yield op.rule, _declared(to, [_full(op.target, *there)], owed=True)
        elif isinstance(op, Move):
            if _may_pass(op.pipe):
                yield op.rule, _declared(to, [_full(op.source, *here)], told=_plain_steps(op.pipe))
        elif isinstance(op, Keep) and op.query and op.policy == "keep" and op.place and op.only is None:
            shares = [share for match in op.open for share in match.shares]
            trees = [op.named, op.taken, *(tree for share in shares for tree in (share.named, share.taken))]
            names = sorted({name for tree in trees for name, _ in tree.members})
            yield op.rule, _declared(to, [(*_full(op.source, *here), "*")], told=[], but=names)


def _inside(ends: Ends, place: Place, marker: str) -> Ends:
    item, up = ends
    full = _full(place, item, up)
    return ((*full, marker) if marker else full), (item if item != _OUTSIDE else up)


def _may_pass(steps: Iterable[Step]) -> bool:
    """Whether a value may pass these steps untranslated."""
    for step in steps:
        if isinstance(step, ForEach) and _may_pass(step.steps):
            return True
        if isinstance(step, Look) and step.miss == "pass":
            return True
        if isinstance(step, Reference) and step.to == "new" and step.look is not None:
            return True
        if isinstance(step, Convert):
            way = conversion_of(step).way(step.to)
            if way.passes_unlisted or way.untranslated is not None:
                return True
    return False


def _literals(ops: tuple[Op, ...]) -> Iterator[tuple[Place, Any]]:
    """The places outside of any block where cases and routes write literals."""
    for op in ops:
        if isinstance(op, Choose):
            for alternative in op.alternatives:
                yield from ((each[0], each[1].value) for each in alternative.writes)
                yield from ((place, literal.value) for place, literal, _ in alternative.fills)
            for branch in (op.ops, *(alternative.ops for alternative in op.alternatives)):
                yield from _literals(branch)


def _around_literals(ops: tuple[Op, ...], written: list[tuple[Place, Any]], to: str) -> Iterator[tuple[int, Declared]]:
    """An object in which a literal is written is as good as none, and one that says what the literal says as well."""
    for op in ops:
        if isinstance(op, Choose):
            for branch in (op.ops, *(alternative.ops for alternative in op.alternatives)):
                yield from _around_literals(branch, written, to)
        elif isinstance(op, (Each, Move)) and op.target.path:
            source = (op.source.root, *op.source.path)
            for place, literal in written:
                rest = place.path[len(op.target.path) :]
                if not rest or place != Place(op.target.root, (*op.target.path, *rest)):
                    continue
                if isinstance(op, Move):
                    yield op.rule, _declared(to, [(*source, *rest)], values=[literal], absent=True)
                yield op.rule, _declared(to, [source], values=[{}], absent=True)


def _below(ops: tuple[Op, ...], item: Names, up: Names, to: str) -> Iterator[tuple[int, Declared]]:
    for op in ops:
        if isinstance(op, Choose):
            for branch in (op.ops, *(alternative.ops for alternative in op.alternatives)):
                yield from _below(branch, item, up, to)
        elif isinstance(op, Combine):
            for move in op.moves:
                yield from _of_move(move, item, up, to)
            yield from _of_combine(op, item, up, to)
        elif isinstance(op, Each):
            source = _full(op.source, item, up)
            marker = "" if op.kind == "one" and to == "old" else _ITEMS.get(op.kind, "")
            yield from _below(op.ops, (*source, marker) if marker else source, item if item != _OUTSIDE else up, to)
            if _can_join(op.keys):
                yield op.rule, _declared(to, [source], keys=_plain_steps(op.keys))
        elif isinstance(op, Move) and not op.given:
            yield from _of_move(op, item, up, to)
        elif isinstance(op, Join):
            if _can_join((op.convert,)):
                places = [_full(place, item, up) for place in op.sources]
                yield op.rule, _declared(to, places, steps=_plain_steps((op.convert,)))
        elif isinstance(op, Lose):
            yield from _of_lose(op, item, up, to)
        elif isinstance(op, Refuse) and op.filter:
            yield op.rule, _declared(to, [_full(op.source, item, up)], values=[{}, [], None], absent=True)


def _of_move(op: Move, item: Names, up: Names, to: str) -> Iterator[tuple[int, Declared]]:
    if _can_join(op.pipe):
        yield op.rule, _declared(to, [_full(op.source, item, up)], steps=_plain_steps(op.pipe))


def _of_combine(op: Combine, item: Names, up: Names, to: str) -> Iterator[tuple[int, Declared]]:
    places = [_full(move.source, item, up) for move in op.moves]
    steps = [_plain_steps(move.pipe) for move in op.moves]
    yield op.moves[0].rule, _declared(to, places, combine=steps, modes=list(op.modes))


def _of_lose(op: Lose, item: Names, up: Names, to: str) -> Iterator[tuple[int, Declared]]:
    place = _full(op.source, item, up)
    if isinstance(op.given, Literal):
        yield op.rule, _declared(to, [place], values=[op.given.value], absent=True)
    elif isinstance(op.given, Place):
        yield op.rule, _declared(to, [place], request=[*op.given.root.split(".")[1:], *op.given.path], absent=True)


def _declared(to: str, places: list[Names], **says: Any) -> Declared:
    return {"to": to, "at": [list(place) for place in places], **says}


def _full(place: Place, item: Names, up: Names) -> Names:
    base = {"item": item, "up": up}.get(place.root, (place.root,))
    return (*base, *place.path)


# --- steps -----------------------------------------------------------------------------------------------------------


def _can_join(steps: Iterable[Step]) -> bool:
    """Whether two values may become one on the way through these steps."""
    for step in steps:
        if isinstance(step, ForEach) and _can_join(step.steps):
            return True
        if isinstance(step, Reference) and step.to == "old":
            return True
        if isinstance(step, Convert) and not conversion_of(step).way(step.to).injective:
            return True
    return False


def conversion_of(convert: Convert) -> Conversion:
    if convert.table is not None:
        return convert.table.conversion
    return build(convert.name, tuple(conversion_of(a) if isinstance(a, Convert) else a for a in convert.args))


def _plain_steps(steps: Iterable[Step]) -> list[Declared]:
    return [_plain_step(step) for step in steps]


def _plain_step(step: Step) -> Declared:
    if isinstance(step, ForEach):
        return {"each": _plain_steps(step.steps)}
    if isinstance(step, Look):
        return {"lookup": step.lookup, "to": step.to, "miss": step.miss}
    if isinstance(step, Reference):
        lookup = None if step.look is None else step.look.lookup
        return {"ref": step.member, "other": step.other, "lookup": lookup, "to": step.to}
    return _plain_convert(step)


def _plain_convert(step: Convert) -> Declared:
    if step.table is None:
        arguments = [_plain_convert(arg) if isinstance(arg, Convert) else arg for arg in step.args]
        return {"convert": step.name, "args": arguments, "to": step.to}
    table = step.table
    rows = [[_plain_cells(old), _plain_cells(new), to_new, to_old] for old, new, to_new, to_old in table.rows]
    return {"table": table.name, "rows": rows, "open": table.open, "joint": table.joint, "to": step.to}


def _plain_cells(cells: tuple[Any, ...]) -> list[list[Any]]:
    """Each cell in a list of its own, which is empty for an absent one."""
    return [[] if cell is ABSENT else [cell] for cell in cells]
