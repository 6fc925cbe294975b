"""Small IR programs, built by hand, for tests of the interpreter, the printer, the checker and the generator."""

from __future__ import annotations

from typing import Any

from mapdsl import ir
from mapdsl.conversions import ABSENT
from mapdsl.errors import RuleRef
from mapdsl.runtime import Parts

LINES = 12


def place(text: str) -> ir.Place:
    """`body.a.b`, or `request.old.body.a`, as a place."""
    steps = text.split(".")
    root = 3 if steps[0] == "request" else 1
    return ir.Place(".".join(steps[:root]), tuple(steps[root:]))


def infos(count: int = LINES) -> tuple[ir.RuleInfo, ...]:
    return tuple(ir.RuleInfo("demo.map", n + 1, f"rule {n}", "req", None, None, "copy") for n in range(count))


def rule(number: int) -> RuleRef:
    return RuleRef("demo.map", number + 1, f"rule {number}")


def mapping(*ops: ir.Op, to: str = "new", part: str = "request", lookups: tuple[str, ...] = ()) -> ir.Mapping:
    return ir.Mapping(part, to, tuple(ops), infos(), lookups)


def move(source: str, target: str, *pipe: ir.Step, rule: int = 0, given: bool = False) -> ir.Move:
    return ir.Move(rule, place(source), place(target), tuple(pipe), given)


def names(**members: ir.Names | None) -> ir.Names:
    return ir.Names(tuple((name, below or ir.Names(leaf=True)) for name, below in members.items()))


def keep(
    source: str = "body", rule: int = 9, named: ir.Names | None = None, taken: ir.Names | None = None, **options: Any
) -> ir.Keep:
    return ir.Keep(rule, place(source), place(source), named or ir.Names(), taken or ir.Names(), **options)


def table(*rows: tuple[Any, Any], name: str = "t", **options: bool) -> ir.TableData:
    """Rows of cells; a bare value is a tuple of one. Every row is used both ways."""
    cells = [tuple(cell if isinstance(cell, tuple) else (cell,) for cell in row) for row in rows]
    return ir.TableData(name, tuple((old, new, True, True) for old, new in cells), **options)


def enum(*rows: tuple[Any, Any], to: str = "new", **options: bool) -> ir.Convert:
    return ir.Convert("t", (), to, table=table(*rows, **options))


def body(value: Any) -> Parts:
    return Parts(value)


def program(request: ir.Mapping, lookups: tuple[ir.LookupDecl, ...] = ()) -> ir.Program:
    """A program whose one request is this mapping; the way back and the responses are empty."""
    back = ir.Mapping("request", "old", (), infos())
    empty = (ir.Mapping("response", "new", (), infos()), ir.Mapping("response", "old", (), infos()))
    old, new = (ir.RouteDecl(side, "POST", f"/{side}") for side in ("old", "new"))
    unit = ir.Unit("demo", None, "demo.map", 1, (old,), (new,), (request, back), empty)
    return ir.Program((unit,), lookups, ir.ApiSide(), ir.ApiSide(), "0")


__all__ = ["ABSENT", "body", "enum", "infos", "keep", "mapping", "move", "names", "place", "program", "rule", "table"]
