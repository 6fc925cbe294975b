"""The three functions of a mapping: plain (bodies), full (whole messages, with reports), keys (what to look up).

All take what the mapping mentions (`told`): it is found once for the three.
"""

from __future__ import annotations

import ast

import attrs

from mapdsl.ir import Guard, Keep, Mapping, spoken_for

from .ast_nodes import (
    all_,
    assign,
    attribute,
    call,
    const,
    either,
    function,
    if_,
    is_,
    is_not,
    name,
    not_,
    type_is,
    type_is_not,
)
from .dispatch import dispatch
from .emitter import Emitter
from .globals import Globals
from .mentions import Mentions, enters_item
from .names import Names
from .scope import Root, writes_whole
from .shared import Shared, functions_in, settle_names

__all__ = ["Made", "make_full", "make_keys", "make_plain", "make_predicate"]

_PARTS = ("path", "query", "header")
_PARAMETERS = {"parts", "answers", "asked", "log", "request", "asked_keys", "back"}


@attrs.frozen
class Made:
    """A function and, for its statements, the rule that each came from."""

    node: ast.FunctionDef
    origins: dict[ast.stmt, int]


def _emitter(mode: str, globals_: Globals, rules: str, reserved: set[str]) -> Emitter:
    return Emitter(mode, globals_, rules, Names(reserved | _PARAMETERS), dispatch)


def make_plain(
    mapping: Mapping,
    told: Mentions,
    identifier: str,
    globals_: Globals,
    rules: str,
    reserved: set[str],
    doc: str,
    status: int,
) -> Made:
    """`f(old, answers=None, request=None, back=None)` on bodies."""
    e = _emitter("plain", globals_, rules, reserved)
    source, target = _sides(e, mapping)
    e.emit(assign("log", const(None)))
    _open_requests(e, told, plain=True)
    if "status" in told.read:
        e.emit(assign(e.fresh("status"), const(status)))
        e.sources["status"] = Root("status", ("status",))
    if "route" in told.read:
        local = e.fresh("route")
        e.emit(assign(local, const(0)))
        e.sources["route"] = Root(local, ("route",))
    _open_body(e, mapping, told, source, target)
    with e.block() as body:
        e.run_block(mapping.ops)
    tables = [*_tables(e, name("answers")), *_back_tables(e)]
    e.rule = -1
    e.emit(*tables, *e.shared.functions, *body)
    e.emit(if_(is_not(name("log"), const(None)), [ast.Raise(call(attribute(name("log"), "error")), None)]))
    _close_body(e, mapping, told, source, target)
    e.emit(ast.Return(name(target)))
    return _made(e, function(identifier, [source], ["answers", "request", "back"], e.statements, doc))


def make_full(
    mapping: Mapping, told: Mentions, identifier: str, globals_: Globals, rules: str, reserved: set[str], doc: str
) -> Made:
    """`f(parts, answers, asked, log)` on all parts of a message; problems, losses and notes go to the log."""
    e = _emitter("full", globals_, rules, reserved)
    source, target = _sides(e, mapping)
    e.emit(assign(source, attribute(name("parts"), "body")))
    _open_parts(e, mapping, told)
    _open_requests(e, told, plain=False)
    _open_body(e, mapping, told, source, target)
    _open_item(e, mapping)
    with e.block() as body:
        e.run_block(mapping.ops)
    tables = _tables(e, name("answers"))
    e.rule = -1
    e.emit(*tables, *e.shared.functions, *body)
    _close_body(e, mapping, told, source, target)
    results: list[ast.expr] = [name(target)]
    for part in (*_PARTS, "status"):
        root = e.targets.get(part)
        if root is None:
            results.append(const(None))
        elif part == "status":
            results.append(name(root.local))
        else:
            results.append(either(name(root.local), name(root.local), const(None)))
    if e.new_item is not None:
        item = name(e.new_item.local)
        made = either(is_(item, name("ABSENT")), const(None), item) if e.new_item.unsure else item
        results += [const(0), made]  # the route is what a source has
    e.emit(ast.Return(call("Parts", *results)))
    return _made(e, function(identifier, ["parts", "answers", "asked", "log"], [], e.statements, doc))


def make_keys(
    mapping: Mapping, told: Mentions, identifier: str, globals_: Globals, rules: str, reserved: set[str]
) -> Made:
    """`f(parts, asked)`: the keys to look up before the mapping can run, by lookup, in order, without repeats."""
    e = _emitter("keys", globals_, rules, reserved)
    source, _ = _sides(e, mapping)
    e.targets.clear()
    wanted = ast.Dict([const(lookup) for lookup in mapping.lookups], [ast.Dict([], []) for _ in mapping.lookups])
    e.emit(assign("asked_keys", wanted))
    if mapping.lookups:
        e.emit(assign(source, attribute(name("parts"), "body")))
        _open_parts(e, mapping, told)
        _open_requests(e, told, plain=False)
        _open_body(e, mapping, told, source, "")
        _open_item(e, mapping)
        with e.block() as body:
            e.run_block(mapping.ops)
        e.rule = -1
        e.emit(*e.shared.functions, *body)
    e.rule = -1
    e.emit(ast.Return(name("asked_keys")))
    doc = "The keys to look up before the mapping can run."
    return _made(e, function(identifier, ["parts", "asked"], [], e.statements, doc))


def make_predicate(guards: tuple[Guard, ...], identifier: str, globals_: Globals, reserved: set[str]) -> Made:
    """`f(parts)`: whether all guards hold on a message."""
    e = _emitter("keys", globals_, "", reserved)
    for root in sorted({guard.place.root for guard in guards}):
        local = e.fresh(root)
        e.emit(assign(local, attribute(name("parts"), root)))
        there = [guard.place.path for guard in guards if guard.place.root == root]
        e.sources[root] = Root(local, (root,), unsure=() in there)
        if () not in there:
            e.emit(if_(type_is_not(name(local), "dict"), [assign(local, name("EMPTY"))]))
    e.item = e.sources.get("item")
    tests = [e.holds(guard) for guard in guards]
    e.emit(ast.Return(tests[0] if len(tests) == 1 else ast.BoolOp(ast.And(), tests)))
    return Made(function(identifier, ["parts"], [], e.statements, "Whether the guards hold."), e.origins)


def _made(e: Emitter, node: ast.FunctionDef) -> Made:
    settle_names(node)
    return Made(node, e.origins)


def _sides(e: Emitter, mapping: Mapping) -> tuple[str, str]:
    source, target = ("old", "new") if mapping.to == "new" else ("new", "old")
    e.to = mapping.to
    e.shared = Shared(functions_in(mapping.ops))
    e.names.fresh(source)
    e.names.fresh(target)
    e.names.fresh("log")
    e.sources["body"] = Root(source, ("body",))
    e.targets["body"] = Root(target, ("body",))
    return source, target


def _tables(e: Emitter, answers: ast.expr) -> list[ast.stmt]:
    """Locals with the answers of each lookup that the function reads."""
    return [
        assign(
            local,
            either(
                is_(answers, const(None)), name("EMPTY"), call(attribute(answers, "get"), const(lookup), name("EMPTY"))
            ),
        )
        for lookup, local in e.tables.items()
    ]


def _back_tables(e: Emitter) -> list[ast.stmt]:
    """Locals with the answers of the other way, which say how texts of names are read; None where nobody was asked."""
    back = name("back")
    return [
        assign(local, either(is_(back, const(None)), const(None), call(attribute(back, "get"), const(lookup))))
        for lookup, local in e.back_tables.items()
    ]


# --- parts ---------------------------------------------------------------------------------------------------------


def _open_parts(e: Emitter, mapping: Mapping, told: Mentions) -> None:
    """Locals for the parts besides the body that are read and written; a part that is None is an empty object."""
    read, written = told.read, told.written
    for part in _PARTS:
        if part in read:
            local = e.fresh(part)
            value = attribute(name("parts"), part)
            e.emit(assign(local, either(is_(value, const(None)), name("EMPTY"), value)))
            e.sources[part] = Root(local, (part,))
        if part in written and e.mode != "keys":
            e.targets[part] = Root(e.fresh(f"new_{part}"), (part,))
            e.emit(assign(e.targets[part].local, ast.Dict([], [])))
            e.open_target(e.targets[part], part, mapping.ops)
    for scalar in ("status", "route"):
        if scalar in read:
            local = e.fresh(scalar)
            e.emit(assign(local, attribute(name("parts"), scalar)))
            e.sources[scalar] = Root(local, (scalar,))
    if "status" in written and e.mode != "keys":
        e.targets["status"] = Root(e.fresh("new_status"), ("status",))
        e.emit(assign(e.targets["status"].local, const(None)))


def _open_requests(e: Emitter, told: Mentions, plain: bool) -> None:
    """Locals for the request of the exchange, as far as the mapping reads it."""
    roots = sorted(root for root in told.read if root.startswith("request."))
    if not roots:
        return
    if plain:
        e.emit(assign("asked", call("as_request", name("request"))))
    for root in roots:
        _, side, part = root.split(".")
        local = e.fresh(f"request_{side}_{part}")
        value = attribute(attribute(name("asked"), side), part)
        e.emit(assign(local, either(is_(name("asked"), const(None)), name("ABSENT"), value)))
        e.sources[root] = Root(local, ("request", side, part))


# --- the body ------------------------------------------------------------------------------------------------------


def _object_rule(mapping: Mapping) -> int | None:
    """The first rule that needs the body to be an object; None where that depends on the case."""
    keeps = [op for op in mapping.ops if isinstance(op, Keep) and op.source.root == "body"]
    always = 0 if keeps and not any(op.open for op in keeps) else None
    return next((rule for op in keeps for path, rule in op.objects if not path), always)


def _open_body(e: Emitter, mapping: Mapping, told: Mentions, source: str, target: str) -> None:
    """Check that the body is an object where members are read, and start the new one."""
    body, rule = e.sources["body"], _object_rule(mapping)
    if rule is None:
        body.unsure = True
    elif "body" in told.entered:
        e.rule = rule
        if told.body_read:
            body.whole = e.fresh(f"whole_{source}")
            e.emit(assign(body.whole, name(source)))
        complaint = e.complaint(body.where(()), const("an object"), name(source))
        wrong = [if_(is_not(name(source), const(None)), complaint)] if complaint else []
        e.emit(if_(type_is_not(name(source), "dict"), [*wrong, assign(source, name("EMPTY"))]))
    if e.mode == "keys":
        return
    e.rule = -1
    e.targets["body"].unsure = told.body_written
    e.targets["body"].empty = _empty(mapping, told, source, target)
    e.emit(assign(target, name("ABSENT") if told.body_written else ast.Dict([], [])))
    e.open_target(e.targets["body"], "body", mapping.ops)


def _open_item(e: Emitter, mapping: Mapping) -> None:
    """The item of a fan or gather: read from the parts, and an object where members of it are read; or a new one."""
    if mapping.item == "source":
        local = e.fresh("item")
        e.emit(assign(local, attribute(name("parts"), "item")))
        e.item = Root(local, ("item",))
        if enters_item(mapping.ops):
            e.rule = mapping.item_rule
            complaint = e.complaint(e.item.where(()), const("an object"), name(local))
            e.emit(if_(type_is_not(name(local), "dict"), [*complaint, assign(local, name("EMPTY"))]))
    elif mapping.item == "target" and e.mode != "keys":
        whole = writes_whole(mapping.ops, "item")
        e.new_item = Root(e.fresh("new_item"), ("item",), unsure=whole)
        e.emit(assign(e.new_item.local, name("ABSENT") if whole else ast.Dict([], [])))
        e.open_target(e.new_item, "item", mapping.ops)
    e.rule = -1


def _empty(mapping: Mapping, told: Mentions, source: str, target: str) -> ast.expr:
    """Whether an object that nothing was written to is none: there was no object, or rules speak of it as a whole."""
    if told.body_written:
        return is_(name(target), name("ABSENT"))
    if spoken_for(mapping.ops):
        return not_(name(target))
    if "body" in told.entered and _object_rule(mapping) is not None:
        return all_([not_(name(target)), is_(name(source), name("EMPTY"))])
    return all_([type_is(name(target), "dict"), not_(name(target)), type_is_not(name(source), "dict")])


def _close_body(e: Emitter, mapping: Mapping, told: Mentions, source: str, target: str) -> None:
    """Where no object was, or one that rules speak of as a whole, none is left, unless something was written."""
    e.emit(if_(_empty(mapping, told, source, target), [assign(target, const(None))]))
