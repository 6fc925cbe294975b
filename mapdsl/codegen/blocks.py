"""Operations that hold others: Each and Choose; and Keep, which ends a block."""

from __future__ import annotations

import ast
import json
from typing import Any

from mapdsl.ir import Alternative, Choose, Combine, Each, Guard, Join, Keep, Move, Names, Op, Place
from mapdsl.runtime import spell_place

from .ast_nodes import (
    all_,
    any_,
    assign,
    attribute,
    call,
    compare,
    const,
    dict_,
    expr,
    function,
    if_,
    is_,
    is_not,
    literal,
    loop,
    name,
    not_,
    subscript,
    tuple_,
    type_is_not,
)
from .emitter import Emitter
from .globals import conversion_of, tree_literal
from .names import singular
from .open_matches import emit_open_keep, remember_branch
from .pipes import Pipe, has_look, takes_null
from .scope import Root, writes_whole
from .shared import names_up

GIVES_NOTHING = "an item that gives a value"

__all__ = ["asks", "emit_choose", "emit_each", "emit_keep", "takes_whole"]


def asks(ops: tuple[Op, ...], known: dict[int, bool]) -> bool:
    """Whether any operation asks a lookup. `known`: what was found out of blocks, by id()."""
    return any(_asks(op, known) for op in ops)


def _asks(op: Op, known: dict[int, bool]) -> bool:
    if isinstance(op, Move):
        return has_look(op.pipe)
    if isinstance(op, Combine):
        return any(has_look(move.pipe) for move in op.moves)
    if isinstance(op, Each):
        if id(op.ops) not in known:
            known[id(op.ops)] = asks(op.ops, known)
        return has_look(op.keys) or known[id(op.ops)]
    if isinstance(op, Choose):
        return asks(op.ops, known) or any(asks(each.ops, known) for each in op.alternatives)
    return False


def takes_whole(ops: tuple[Op, ...], root: str) -> bool:
    """Whether an operation reads or writes the root itself, or a guard asks of it; Keep does not count."""
    return writes_whole(ops, root) or _reads_whole(ops, root)


def _reads_whole(ops: tuple[Op, ...], root: str) -> bool:
    return any(place.root == root and not place.path for op in ops for place in _sources(op))


def _sources(op: Op) -> list[Place]:
    if isinstance(op, Keep):
        return []
    if isinstance(op, Choose):
        asked = [guard.place for each in op.alternatives for guard in each.guards if guard.selection is None]
        inner = [*op.ops, *(o for each in op.alternatives for o in each.ops)]
        return [*asked, *(place for o in inner for place in _sources(o))]
    if isinstance(op, Join):
        return list(op.sources)
    if isinstance(op, Combine):
        return [move.source for move in op.moves]
    source = getattr(op, "source", None)
    return [source] if isinstance(source, Place) else []


def takes_null_item(ops: tuple[Op, ...]) -> bool:
    """Whether null is a value to what takes the item itself: to a conversion, or to a guard of either side."""
    item = Place("item")
    for op in ops:
        if isinstance(op, Choose):
            guards = [guard for a in op.alternatives for guard in (*a.guards, *a.checks)]
            guards += [guard for _, target in op.cases for guard in target] if op.open else []
            asked = [guard for guard in guards if guard.place == item and guard.selection is None]
            branches = [op.ops, *(alternative.ops for alternative in op.alternatives)]
            written = [literal.value for a in op.alternatives for place, literal in a.writes if place == item]
            found = any(guard.kind != "not" and None in guard.values for guard in asked) or None in written
            found = found or any(map(takes_null_item, branches))
        elif isinstance(op, Join):
            found = item in op.sources and conversion_of(op.convert).takes_null
        else:
            moves = op.moves if isinstance(op, Combine) else (op,) if isinstance(op, Move) else ()
            found = any(move.source == item and takes_null(move.pipe) for move in moves)
        if found:
            return True
    return False


# --- Each ----------------------------------------------------------------------------------------------------------


def emit_each(e: Emitter, op: Each) -> None:
    root = e.root(op.source)
    if root is None or (e.target_root(op.target) is None and e.mode != "keys"):
        return
    if e.mode == "keys" and not _asks(op, e.shared.asking):
        return
    present, value = e.presence(op.source, root)
    with e.block() as body:
        local = value.id if isinstance(value, ast.Name) else e.fresh(op.source.path[-1])
        if not isinstance(value, ast.Name):
            e.emit(assign(local, value))
        with e.block() as filled:
            _KINDS[op.kind](e, op, root, local)
        is_null, null = is_(name(local), const(None)), e.write(op.target, const(None))
        unfit, expected = _unfit(e, op, local)
        if unfit is None:
            e.emit(if_(is_null, null, filled))
        else:
            complaint = e.complaint(root.where(op.source.path), const(expected), name(local))
            e.emit(if_(unfit, [if_(is_null, null, complaint)], filled))
    e.when(present, body)


def _unfit(e: Emitter, op: Each, local: str) -> tuple[ast.expr | None, str]:
    """Whether a block cannot run on the value, besides null (None: it can on any), and what it wants."""
    if op.kind == "list":
        return type_is_not(name(local), "list"), "a list"
    if op.kind == "map":
        return type_is_not(name(local), "dict"), "an object"
    if op.kind == "one" and e.to == "new":
        length = compare(call("len", name(local)), ast.NotEq(), const(1))
        return any_([type_is_not(name(local), "list"), length]), "a list of one"
    takes = takes_whole(op.ops, "item")
    if op.kind == "object":  # what its members make is no use of a value that has none
        takes = _reads_whole(op.ops, "item")
    return (None if takes else type_is_not(name(local), "dict")), "an object"


def _hint(op: Each) -> str:
    return op.source.path[-1] if op.source.path else "item"


def _emit_list(e: Emitter, op: Each, root: Root, local: str) -> None:
    items = e.fresh(f"new_{op.target.path[-1]}" if op.target.path else "new_items")
    index, item, new_item = (
        e.fresh(f"{_hint(op)}_i"),
        e.fresh(singular(_hint(op))),
        e.fresh(f"new_{singular(_hint(op))}"),
    )
    target = e.target_root(op.target)
    position: ast.expr = call("len", name(items))
    with e.block() as body:
        source_root = Root(item, (*root.prefix, *op.source.path, name(index)), outer=e.item)
        target_root = Root(new_item, (*(target.prefix if target else ()), *op.target.path, position), outer=e.new_item)
        skip: list[ast.stmt] = [ast.Continue()]
        put = [expr(call(attribute(name(items), "append"), const(None)))] if e.mode != "keys" else []
        _emit_item(e, op, source_root, target_root, [*put, *skip], skip, _append(e, items, new_item, op))
    pair = ast.Tuple([ast.Name(index, ast.Store()), ast.Name(item, ast.Store())], ast.Store())
    if e.mode != "keys":
        e.emit(assign(items, ast.List([], ast.Load())))
    e.emit(loop(pair, call("enumerate", name(local)), body), *e.write(op.target, name(items)))


def _append(e: Emitter, items: str, new_item: str, op: Each) -> list[ast.stmt]:
    if e.mode == "keys":
        return []
    put: list[ast.stmt] = [expr(call(attribute(name(items), "append"), name(new_item)))]
    return [if_(is_not(name(new_item), name("ABSENT")), put)] if writes_whole(op.ops, "item") else put


def _emit_map(e: Emitter, op: Each, root: Root, local: str) -> None:
    members = e.fresh(f"new_{op.target.path[-1]}" if op.target.path else "new_members")
    key, item, new_item = (
        e.fresh(f"{singular(_hint(op))}_name"),
        e.fresh(singular(_hint(op))),
        e.fresh(f"new_{singular(_hint(op))}"),
    )
    target = e.target_root(op.target)
    pipe: Pipe | None = None
    with e.block() as body:
        where = root.where(op.source.path)
        at = ast.BinOp(where, ast.Add(), tuple_([name(key)]))
        new_key = key
        if op.keys:
            pipe = Pipe(e, op.keys, key, at)
            new_key = e.fresh(f"new_{key}")
            if e.mode != "keys":
                e.emit(assign(new_key, const(None)))
            pipe.emit(lambda image: _named(e, image, new_key, members, at, key))
            if e.mode != "keys":
                if pipe.inexact is not None:
                    e.emit(if_(name(pipe.inexact), [assign(f"{pipe.inexact}_any", const(True))]))
                e.emit(if_(is_(name(new_key), const(None)), [ast.Continue()]))
        prefix = (*(target.prefix if target else ()), *op.target.path, name(new_key))
        source_root = Root(item, (*root.prefix, *op.source.path, name(key)), outer=e.item)
        target_root = Root(new_item, prefix, outer=e.new_item)
        put: list[ast.stmt] = [assign(subscript(name(members), name(new_key)), const(None))] if e.mode != "keys" else []
        _emit_item(
            e,
            op,
            source_root,
            target_root,
            [*put, ast.Continue()],
            [ast.Continue()],
            _member(e, members, new_key, new_item, op),
        )
    pair = ast.Tuple([ast.Name(key, ast.Store()), ast.Name(item, ast.Store())], ast.Store())
    if e.mode != "keys":
        e.emit(assign(members, ast.Dict([], [])))
        if pipe is not None and pipe.inexact is not None:
            e.emit(assign(f"{pipe.inexact}_any", const(False)))
    e.emit(loop(pair, call(attribute(name(local), "items")), body), *e.write(op.target, name(members)))
    if pipe is not None and pipe.inexact is not None and e.full:
        seen = tuple_([tuple_([e.where(op.target, target=True), name(members)])])
        e.emit(if_(name(f"{pipe.inexact}_any"), e.note(root.where(op.source.path), name(local), seen)))


def _named(e: Emitter, image: ast.expr, new_key: str, members: str, at: ast.expr, key: str) -> list[ast.stmt]:
    if e.mode == "keys":
        return []
    no_text = e.complaint(at, const("a member name"), name(key))
    twice = e.complaint(at, const("a name of its own"), name(key))
    fits = if_(compare(image, ast.In(), name(members)), twice, [assign(new_key, image)])
    return [if_(type_is_not(image, "str"), no_text, [fits])]


def _member(e: Emitter, members: str, key: str, new_item: str, op: Each) -> list[ast.stmt]:
    if e.mode == "keys":
        return []
    put: list[ast.stmt] = [assign(subscript(name(members), name(key)), name(new_item))]
    return [if_(is_not(name(new_item), name("ABSENT")), put)] if writes_whole(op.ops, "item") else put


def _emit_item(
    e: Emitter, op: Each, source: Root, target: Root, null: list[ast.stmt], skip: list[ast.stmt], done: list[ast.stmt]
) -> None:
    """The body for one item: what it must be, the operations on it, and where the new one goes."""
    item = name(source.local)
    is_null = if_(is_(item, const(None)), null)
    if takes_null_item(op.ops):
        if not takes_whole(op.ops, "item"):
            unfit = all_([is_not(item, const(None)), type_is_not(item, "dict")])
            e.emit(if_(unfit, [*e.complaint(source.where(()), const("an object"), item), *skip]))
    elif takes_whole(op.ops, "item"):
        e.emit(is_null)
    else:
        complaint = e.complaint(source.where(()), const("an object"), item)
        e.emit(if_(type_is_not(item, "dict"), [is_null, *complaint, *skip]))
    _inside(e, op, source, target)
    e.rule = op.rule
    e.emit(*done)


def _inside(e: Emitter, op: Each, source: Root, target: Root, begun: bool = False) -> None:
    """The operations of a block on one item: written out, or a call where other places run the block as well.

    `begun`: the new object is there already, for literals go into it as well.
    """
    if id(op.ops) in e.shared.blocks:
        if e.mode != "keys" and not begun:
            e.emit(assign(target.local, ast.Dict([], [])))
        made = _call(e, op, source, target)
        e.emit(expr(made) if e.mode == "keys" else assign(target.local, made))
        return
    _written_out(e, op, source, target, begun)


def _written_out(e: Emitter, op: Each, source: Root, target: Root, begun: bool) -> None:
    outer, new_outer, excused = e.item, e.new_item, e.excused
    e.item, e.new_item, e.excused = source, target, ""
    source.unsure = takes_whole(op.ops, "item") or takes_null_item(op.ops)
    before = ""
    if e.mode != "keys" and op.kind != "object" and writes_whole(op.ops, "item"):
        before, e.excused = e.fresh("problems"), e.fresh("left_out")
        e.emit(assign(before, call("problems_in", name("log"))), assign(e.excused, const(False)))
    if e.mode != "keys" and not begun:
        target.unsure = writes_whole(op.ops, "item")
        target.absent = "ABSENT"
        e.emit(assign(target.local, name("ABSENT") if target.unsure else ast.Dict([], [])))
    e.open_target(target, "item", op.ops)
    e.run_block(op.ops)
    if before:
        e.rule = op.rule
        nothing = is_(name(target.local), name("ABSENT"))
        silent = [nothing, not_(name(e.excused)), compare(call("problems_in", name("log")), ast.Eq(), name(before))]
        e.emit(if_(all_(silent), e.complaint(source.where(()), const(GIVES_NOTHING), name(source.local))))
    e.item, e.new_item, e.excused = outer, new_outer, excused


def _call(e: Emitter, op: Each, source: Root, target: Root) -> ast.expr:
    """A call of the function of a shared block, which is made at the first one."""
    up = names_up(op.ops)
    if id(op.ops) not in e.shared.names:
        e.shared.names[id(op.ops)] = e.fresh(f"{_hint(op)}_block")
        _make_function(e, op, up)
    arguments: list[ast.expr] = [name(source.local), source.where(())]
    above, new_above = e.root(_around(e.item)), e.target_root(_around(e.new_item))
    if e.mode != "keys":
        arguments += [name(target.local), target.where(())]
    if up and above is not None:
        arguments += [name(above.local), above.where(())]
        if new_above is not None and e.mode != "keys":
            arguments += [name(new_above.local), new_above.where(())]
    return call(e.shared.names[id(op.ops)], *arguments)


def _around(item: Root | None) -> Place:
    """What a block names as `up` that stands in one of this item, or in none."""
    return Place("up" if item is None else "item")


def _make_function(e: Emitter, op: Each, up: bool) -> None:
    hint = singular(_hint(op))
    item, item_at, new_item = e.fresh(hint), e.fresh(f"{hint}_at"), e.fresh(f"new_{hint}")
    source, parameters = Root(item, (_all_of(item_at),)), [item, item_at]
    target = Root(new_item, ())
    if e.mode != "keys":
        new_at = e.fresh(f"new_{hint}_at")
        target = Root(new_item, (_all_of(new_at),))
        parameters += [new_item, new_at]
    if up:
        above, above_at = e.fresh("up"), e.fresh("up_at")
        source.outer = Root(above, (_all_of(above_at),), unsure=True)
        parameters += [above, above_at]
        if e.mode != "keys":
            new_above, new_above_at = e.fresh("new_up"), e.fresh("new_up_at")
            target.outer = Root(new_above, (_all_of(new_above_at),), loose=True)
            parameters += [new_above, new_above_at]
    with e.apart() as body:
        _written_out(e, op, source, target, begun=True)
        if e.mode != "keys":
            e.rule = -1
            e.emit(ast.Return(name(new_item)))
    e.shared.functions.append(function(e.shared.names[id(op.ops)], parameters, [], body))


def _all_of(path: str) -> ast.expr:
    return ast.Starred(name(path), ast.Load())


def _emit_object(e: Emitter, op: Each, root: Root, local: str) -> None:
    new = e.fresh(f"new_{op.target.path[-1]}" if op.target.path else "new_object")
    target = e.target_root(op.target)
    source_root = Root(local, (*root.prefix, *op.source.path), outer=e.item)
    target_root = Root(new, (*(target.prefix if target else ()), *op.target.path), outer=e.new_item)
    begun = e.begin(op.target, new) if not writes_whole(op.ops, "item") else []
    e.emit(*begun)
    _inside(e, op, source_root, target_root, bool(begun))
    e.rule = op.rule
    e.emit(*([] if begun else _unless_left_out(e, op, new, e.write(op.target, name(new)))))


def _emit_one(e: Emitter, op: Each, root: Root, local: str) -> None:
    """A list of one against its item: the list is on the old side, and its item's path has the index 0."""
    hint = singular(_hint(op)) if e.to == "new" else _hint(op)
    target = e.target_root(op.target)
    below = op.target.path[-1] if op.target.path else hint
    new = e.fresh(f"new_{below if e.to == 'new' else singular(below)}")
    above = (*(target.prefix if target else ()), *op.target.path)
    if e.to == "new":
        item = e.fresh(hint)
        e.emit(assign(item, subscript(name(local), const(0))))
        source_root = Root(item, (*root.prefix, *op.source.path, const(0)), outer=e.item)
        with e.block() as body:
            _inside(e, op, source_root, Root(new, above, outer=e.new_item))
            e.rule = op.rule
            e.emit(*_unless_left_out(e, op, new, e.write(op.target, name(new))))
        unfit = is_(name(item), const(None)) if takes_whole(op.ops, "item") else type_is_not(name(item), "dict")
        expected = "a value" if takes_whole(op.ops, "item") else "an object"
        e.emit(if_(unfit, e.complaint(source_root.where(()), const(expected), name(item)), body))
        return
    source_root = Root(local, (*root.prefix, *op.source.path), outer=e.item)
    _inside(e, op, source_root, Root(new, (*above, const(0)), outer=e.new_item))
    e.rule = op.rule
    e.emit(*_unless_left_out(e, op, new, e.write(op.target, ast.List([name(new)], ast.Load()))))


def _unless_left_out(e: Emitter, op: Each, new: str, put: list[ast.stmt]) -> list[ast.stmt]:
    """Statements that put the new item in its place, run only where there is one."""
    return [if_(is_not(name(new), name("ABSENT")), put)] if put and writes_whole(op.ops, "item") else put


_KINDS = {"list": _emit_list, "map": _emit_map, "object": _emit_object, "one": _emit_one}


# --- Choose --------------------------------------------------------------------------------------------------------


def emit_choose(e: Emitter, op: Choose) -> None:
    if e.mode == "keys" and not _asks(op, e.shared.asking):
        return
    numbers = dict(zip(map(id, op.alternatives), op.numbers, strict=False))
    orelse = _otherwise(e, op)
    for alternative in reversed([a for a in op.alternatives if a.guards]):
        e.rule = alternative.rule
        tests = [e.holds(guard) for guard in alternative.guards]
        test = tests[0] if len(tests) == 1 else ast.BoolOp(ast.And(), tests)
        with e.block() as body:
            if op.open:
                remember_branch(e, op, numbers[id(alternative)])
            _emit_alternative(e, op, alternative)
        orelse = [if_(test, body, orelse)]
    e.rule = op.rule
    e.emit(*orelse)


def _otherwise(e: Emitter, op: Choose) -> list[ast.stmt]:
    with e.block() as body:
        if op.open and op.otherwise != "reject":
            remember_branch(e, op, -1)
        if op.otherwise == "ops":
            _emit_within(e, op, op.ops, tuple(check for each in op.alternatives for check in each.checks))
        elif op.otherwise == "reject":
            root = e.root(op.at)
            if root is not None:
                text = const(op.text or "one of the cases to hold")
                e.emit(*e.complaint(root.where(op.at.path), text, _at(e, op, root)))
    return body


def _at(e: Emitter, op: Choose, root: Root) -> ast.expr:
    """What stands where the choice is reported."""
    return call("peek", name(root.raw), *map(const, op.at.path)) if op.at.path else name(root.raw)


def _emit_alternative(e: Emitter, op: Choose, alternative: Alternative) -> None:
    _emit_within(e, op, alternative.ops, alternative.checks, alternative)
    e.rule = alternative.rule
    root = e.root(op.at)
    for check in alternative.checks if e.mode != "keys" else ():
        if e.target_root(check.place) is None or root is None:
            continue
        value = _at(e, op, root)
        expected = const(f"{_spelled(check.place)} to become {test_text(check)}")
        e.emit(if_(not_(e.holds(check, target=True)), e.complaint(root.where(op.at.path), expected, value)))


def _emit_literals(e: Emitter, alternative: Alternative) -> None:
    """What a case writes, beside what rules wrote in the same objects."""
    e.rule = alternative.rule
    for place, written in alternative.writes:
        e.emit(*e.write(place, literal(written.value), beside=True))
    for place, written, depth in alternative.fills if e.mode != "keys" else ():
        target = e.target_root(place)
        if target is not None:
            steps = tuple_(map(const, place.path))
            filled = call("filled", name(target.local), steps, const(depth), literal(written.value))
            e.emit(assign(target.local, filled))


def _emit_within(
    e: Emitter, op: Choose, ops: tuple[Op, ...], checks: tuple[Guard, ...], case: Alternative | None = None
) -> None:
    """The operations of a branch, whose notes hold while the other side makes the same choice."""
    if op.cases:
        _emit_chosen(e, op, ops)
        if case is not None:
            _emit_literals(e, case)
        return
    chosen = dict.fromkeys((check.place, check.kind == "present") for check in checks if check.selection is None)
    places = [(place, any_) for place, any_ in chosen if e.target_root(place) is not None]
    kept = e.full and places and ops
    mark = e.fresh("mark") if kept else ""
    if kept:
        e.emit(assign(mark, call(attribute(name("log"), "mark"))))
    e.ops(ops)
    if case is not None:
        _emit_literals(e, case)
    if not kept:
        return
    when = []
    for place, anything in places:
        root = e.target_root(place)
        assert root is not None
        standing = call("peek", name(root.local), *map(const, place.path)) if place.path else root.standing
        when.append(tuple_([e.where(place, target=True), const(...) if anything else standing]))
    e.emit(expr(call(attribute(name("log"), "within"), name(mark), *when)))


def _emit_chosen(e: Emitter, op: Choose, ops: tuple[Op, ...]) -> None:
    """The operations of a branch of a `match`, whose notes say so, and where the roots of its guards stand."""
    guards = [guard for _, target in op.cases for guard in target if not guard.place.root.startswith("request.")]
    if not e.full or not guards or not ops:
        e.ops(ops)
        return
    mark = e.fresh("mark")
    e.emit(assign(mark, call(attribute(name("log"), "mark"))))
    e.ops(ops)
    e.emit(expr(e.chose(mark, op.rule, dict.fromkeys(guard.place.root for guard in guards))))


def _spelled(place: Place) -> str:
    return spell_place(place.path if place.root in ("body", "item") and place.path else (place.root, *place.path))


def test_text(guard: Guard) -> str:
    """What a guard asks, in words."""
    texts = [json.dumps(value, ensure_ascii=False, default=str) for value in guard.values]
    if guard.kind == "one_of":
        return "one of " + ", ".join(texts)
    words: dict[str, Any] = {"present": "a value", "absent": "nothing"}
    return str(words.get(guard.kind) or ("not " if guard.kind == "not" else "") + texts[0])


# --- Keep ----------------------------------------------------------------------------------------------------------


def emit_keep(e: Emitter, op: Keep) -> None:
    root, target = e.root(op.source), e.target_root(op.target)
    if root is None or target is None or e.mode == "keys" or op.named.leaf:
        return
    if op.open:
        emit_open_keep(e, op, root, target)
        return
    named = name(e.globals.tree("named", op.named))
    if op.only is None:
        taken = name(e.globals.tree("taken", op.taken))
    else:
        only = call("only", tree_literal(op.taken), tuple_([const(member) for member in op.only]))
        taken = name(e.globals.constant("taken", only))
    if e.full:
        facts = [const(op.policy), const(op.place), root.where(()), const(e.to), const(op.query), target.where(())]
        kept = call(
            "keep_reporting", name("log"), const(e.rule), name(root.local), name(target.local), named, taken, *facts
        )
        mark = e.fresh("mark") if op.bound else ""
        if mark:
            e.emit(assign(mark, call(attribute(name("log"), "mark"))))
        e.emit(assign(target.local, kept))
        if mark:
            of = [
                (tuple_(map(const, path)), tuple_([const(number), e.stand(roots)])) for path, number, roots in op.bound
            ]
            e.emit(expr(call(attribute(name("log"), "bind"), name(mark), root.where(()), dict_(of))))
    elif op.policy == "error":
        refused = call(
            "refuse_rest", name("log"), name(e.rules), const(e.rule), name(root.local), named, root.where(())
        )
        told = assign("log", refused)
        e.emit(if_(_unnamed(e, op, root), [told]) if op.named.members else told)
    elif op.policy == "keep" and op.place:
        kept_plain = assign(target.local, call("keep", name(root.local), name(target.local), named, taken))
        e.emit(if_(_unnamed(e, op, root), [kept_plain]) if op.named.members else kept_plain)


def _unnamed(e: Emitter, op: Keep, root: Root) -> ast.expr:
    """Whether the source holds any member that no rule names: one test of keys for each object on the way."""
    tests: list[ast.expr] = []
    members: dict[tuple[str, ...], dict[str, Names]] = {(): dict(op.named.members)}  # by path, outer ones first
    for path in [(), *(path for path, _ in op.objects if path)]:
        if path:
            members[path] = dict(members[path[:-1]][path[-1]].members)
        known = e.globals.names(f"{path[-1] if path else root.local}_names", list(members[path]))
        tests.append(not_(call(attribute(name(known), "issuperset"), e.quiet(root, path))))
    return tests[0] if len(tests) == 1 else ast.BoolOp(ast.Or(), tests)
