"""Open matches: what the branch that is taken leaves to the rest, and the second look at the choice.

case = None
if old.get('kind', ABSENT) == 'a':
    case = 0
    ...
else:
    case = -1
new = keep_open(old, new, OPEN_REST.of(case))
home = 0 if new.get('type', ABSENT) == 'A' else -1
if case is not None and home != case: ...
"""

from __future__ import annotations

import ast

from mapdsl.ir import Choose, Confirm, Guard, Keep, Names, Promised

from .ast_nodes import (
    all_,
    any_,
    assign,
    attribute,
    call,
    compare,
    const,
    expr,
    if_,
    is_not,
    literal,
    name,
    not_,
    subscript,
    tuple_,
)
from .emitter import Emitter
from .globals import tree_literal
from .scope import Root

__all__ = ["emit_confirm", "emit_open_keep", "remember_branch"]

_OF_BODIES = ("body", "item", "up")


def remember_branch(e: Emitter, op: Choose, number: int) -> None:
    """Say which branch of an open match is taken."""
    if e.mode != "keys":
        e.emit(assign(e.branches[op.rule], const(number)))


# --- rest ----------------------------------------------------------------------------------------------------------


def emit_open_keep(e: Emitter, op: Keep, root: Root, target: Root) -> None:
    """Keep what neither the block nor the branches taken speak of."""
    shares = [
        tuple_([tuple_([_tree(share.named), _tree(share.taken), const(share.policy)]) for share in match.shares])
        for match in op.open
    ]
    only = const(None) if op.only is None else tuple_(map(const, op.only))
    always = tuple_([tree_literal(op.named), tree_literal(op.taken)])
    made = call("OpenRest", always, const(op.policy), const(op.place), only, tuple_(shares))
    names = e.globals.constant("open_rest", made)
    spoken = e.fresh("spoken")
    e.emit(assign(spoken, call(attribute(name(names), "of"), *(name(e.branches[match.match]) for match in op.open))))
    if not e.full:
        if "error" in (op.policy, *(share.policy for match in op.open for share in match.shares)):
            at = root.where(())
            refused = [name("log"), name(e.rules), const(e.rule), name(root.local), name(spoken), at]
            e.emit(assign("log", call("refuse_open_rest", *refused)))
        e.emit(assign(target.local, call("keep_open", name(root.local), name(target.local), name(spoken))))
        return
    mark = e.fresh("mark")
    e.emit(assign(mark, call(attribute(name("log"), "mark"))))
    facts = [root.where(()), const(e.to), const(op.query), target.where(())]
    kept = call(
        "keep_open_reporting", name("log"), const(e.rule), name(root.local), name(target.local), name(spoken), *facts
    )
    e.emit(assign(target.local, kept))
    choices = [
        tuple_([tuple_([tuple_(map(const, path)) for path in match.places]), const(match.match), e.stand(match.roots)])
        for match in op.open
        if match.places and match.roots
    ]
    if choices:
        e.emit(expr(call(attribute(name("log"), "bind_around"), name(mark), root.where(()), tuple_(choices))))


def _tree(names: Names) -> ast.expr:
    """A tree of names; None where it is a leaf."""
    return const(None) if names.leaf else tree_literal(names)


# --- the second look -----------------------------------------------------------------------------------------------


def emit_confirm(e: Emitter, op: Confirm) -> None:
    """Look at the choice again on what was written; a function on bodies only where it sees all that decides."""
    root = e.root(op.at)
    guards = [guard for case in op.cases for guard in case.guards]
    if root is None or (e.mode == "plain" and any(guard.place.root not in _OF_BODIES for guard in guards)):
        return
    for target in filter(None, (e.target_root(guard.place) for guard in guards)):
        target.unsure = True  # rest may have put anything there
    case, home = e.branches[op.rule], e.fresh("home")
    taken: ast.expr = const(-1)
    for number, each in reversed(list(enumerate(op.cases))):
        if each.guards:
            taken = ast.IfExp(_holds(e, each), const(number), taken)
    e.emit(assign(home, taken))
    wrong: list[ast.expr] = [is_not(name(case), const(None)), compare(name(home), ast.NotEq(), name(case))]
    silent = [const(number) for number, each in enumerate(op.cases) if not each.guards]
    if silent:
        is_case = compare(name(case), ast.NotIn(), tuple_(silent))
        wrong.append(any_([compare(name(home), ast.NotEq(), const(-1)), is_case]))
    with e.block() as body:
        e.emit(*_complaints(e, op, root, case, home))
    e.emit(if_(all_(wrong), body))


def _holds(e: Emitter, case: Promised) -> ast.expr:
    return all_([e.holds(guard, target=True) for guard in case.guards])


def _complaints(e: Emitter, op: Confirm, root: Root, case: str, home: str) -> list[ast.stmt]:
    """What is said, by the case that was taken."""
    e.rule = op.rule
    told = _other_home(e, op, root, home, "no case")
    for number, each in reversed(list(enumerate(op.cases))):
        e.rule = each.rule
        here = _other_home(e, op, root, home, each.name)
        if each.guards:
            broken = []
            for guard, text in zip(each.guards, each.texts, strict=True):
                said = e.complaint(root.where(op.at.path), const(text), _standing(e, guard))
                broken.append(if_(not_(e.holds(guard, target=True)), said))
            here = [if_(_holds(e, each), here, broken)]
        told = [if_(compare(name(case), ast.Eq(), const(number)), here, told)]
    e.rule = op.rule
    return told


def _other_home(e: Emitter, op: Confirm, root: Root, home: str, taken: str) -> list[ast.stmt]:
    texts = [each.instead_of(taken) for each in op.cases]
    homes = e.globals.constant("homes", literal(texts))
    value = call("peek", name(root.raw), *map(const, op.at.path)) if op.at.path else name(root.raw)
    return e.complaint(root.where(op.at.path), subscript(name(homes), name(home)), value)


def _standing(e: Emitter, guard: Guard) -> ast.expr:
    """What stands at the place of a guard on the target."""
    root = e.target_root(guard.place)
    if root is None:
        return name("ABSENT")
    return call("peek", name(root.local), *map(const, guard.place.path)) if guard.place.path else root.standing
