"""Operations that put down or leave out single values: Write, Lose, Refuse, Report, Prune."""

from __future__ import annotations

import ast

from mapdsl.ir import Literal, Lose, Place, Prune, Refuse, Report, Write
from mapdsl.runtime import GUESSED, UNTRANSLATED

from .ast_nodes import assign, call, compare, const, expr, if_, literal, name, tuple_, type_is, type_is_not
from .emitter import Emitter

__all__ = ["emit_lose", "emit_prune", "emit_refuse", "emit_report", "emit_write"]


def emit_write(e: Emitter, op: Write) -> None:
    e.emit(*e.write(op.target, literal(op.value.value)))
    if op.assumed and e.target_root(op.target) is not None and e.mode != "keys":
        where = e.where(op.target, target=True)
        e.emit(*e.loss(where, literal(op.value.value), f"assumed: {op.assumed}", GUESSED))


def emit_lose(e: Emitter, op: Lose) -> None:
    root = e.root(op.source)
    if root is None or not e.full:
        return
    value: ast.expr = call("peek", name(root.raw), *map(const, op.source.path))
    where = root.where(op.source.path)
    if op.spare is not None:
        if not op.whole:
            local = e.fresh("spare")
            e.emit(assign(local, value))
            value = name(local)
        spared = e.globals.tree("spared", op.spare)
        rest = [where, value, name(spared), const(op.reason), const(op.report)]
        told = expr(call("lose_members", name("log"), const(e.rule), *rest))
        e.emit(told if op.whole else if_(value, [told]))
        return
    facts = [name(root.raw), root.where(()), tuple_(map(const, op.source.path)), const(op.reason), _given(e, op)]
    under = [e.where(place, target=True) for place in op.under if e.target_root(place) is not None]
    more = [const(op.report), *([tuple_(under)] if under or op.against else [])]
    told = expr(call("lose", name("log"), const(e.rule), *facts, *more, *([const(op.against)] if op.against else [])))
    e.emit(if_(type_is_not(value, "dict"), [told]) if op.bare else told)


def _given(e: Emitter, op: Lose) -> ast.expr:
    if isinstance(op.given, Literal):
        return literal(op.given.value)
    if isinstance(op.given, Place):
        origin = e.root(op.given)
        if origin is not None:
            return call("peek", name(origin.raw), *map(const, op.given.path))
    return name("ABSENT")


def emit_refuse(e: Emitter, op: Refuse) -> None:
    root = e.root(op.source)
    if root is not None and e.mode != "keys":
        present, value = e.presence(op.source, root)
        told = e.complaint(root.where(op.source.path), const(op.text), value)
        if op.filter:
            hollow = ast.Tuple([ast.Dict([], []), ast.List([], ast.Load())], ast.Load())
            told = [if_(compare(value, ast.NotIn(), hollow), told, e.note(root.where(op.source.path), value))]
        e.when(present, told)


def emit_report(e: Emitter, op: Report) -> None:
    root = e.root(op.source)
    if root is None or e.mode == "keys" or (op.target is not None and e.target_root(op.target) is None):
        return
    present, value = e.presence(op.source, root)
    written = [] if op.target is None else e.write(op.target, value)
    e.when(present, [*written, *e.loss(root.where(op.source.path), value, op.reason, UNTRANSLATED)])


def emit_prune(e: Emitter, op: Prune) -> None:
    root = e.root(op.root)
    if root is not None:
        log = name("log") if e.full else const(None)
        selector = name(e.globals.selector(op.selector))
        pruned = call("prune", name(root.local), selector, log, const(e.rule), root.where(()), const(op.reason))
        e.emit(assign(root.local, pruned))
        if root.whole:
            e.emit(if_(type_is(name(root.whole), "dict"), [assign(root.whole, name(root.local))]))
