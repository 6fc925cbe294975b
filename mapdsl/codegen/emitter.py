"""What every emit function works with: statements, places, reports, guards."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from mapdsl.ir import Guard, Keep, Op, Place, Prune
from mapdsl.linker import inner_statements
from mapdsl.runtime import DROPPED

from .ast_nodes import (
    any_,
    assign,
    attribute,
    call,
    compare,
    const,
    expr,
    if_,
    is_,
    is_not,
    literal,
    name,
    not_,
    subscript,
    tuple_,
    type_is_not,
)
from .globals import Globals
from .names import Names
from .scope import Root, shared_parents
from .shared import Shared, open_choices, written_from_inside

__all__ = ["Emitter"]

Dispatch = Callable[["Emitter", Op], None]


class Emitter:
    """Writes the body of one function. `mode`: plain (bodies, no reports), full (everything) or keys (lookups only)."""

    def __init__(self, mode: str, globals_: Globals, rules: str, names: Names, dispatch: Dispatch) -> None:
        self.mode = mode
        self.to = ""  # the side that is written
        self.origins: dict[ast.stmt, int] = {}
        self._dispatch = dispatch
        self.globals = globals_
        self.rules = rules
        self.names = names
        self.rule = 0
        self.sources: dict[str, Root] = {}
        self.targets: dict[str, Root] = {}
        self.item: Root | None = None
        self.new_item: Root | None = None
        self.excused = ""  # the local that says that a lookup left the item out, where an item may give nothing
        self.tables: dict[str, str] = {}
        self.back_tables: dict[str, str] = {}
        self.branches: dict[int, str] = {}  # of open matches, by rule: the local that says which branch is taken
        self.shared = Shared(frozenset())
        self._blocks: list[list[ast.stmt]] = [[]]
        self._objects: list[dict[tuple[str, ...], str]] = [{}]
        self._values: list[dict[tuple[str, ...], str]] = [{}]

    # --- statements ------------------------------------------------------------------------------------------------

    def emit(self, *statements: ast.stmt) -> None:
        waiting = list(statements)
        while waiting:
            statement = waiting.pop()
            if statement not in self.origins:  # else those in it have theirs as well
                self.origins[statement] = self.rule
                waiting += inner_statements(statement)
        self._blocks[-1] += statements

    @contextmanager
    def block(self) -> Iterator[list[ast.stmt]]:
        """Collects statements apart; objects read inside are not at hand outside."""
        self._blocks.append([])
        self._objects.append({})
        self._values.append({})
        try:
            yield self._blocks[-1]
        finally:
            self._blocks.pop()
            self._objects.pop()
            self._values.pop()

    @contextmanager
    def apart(self) -> Iterator[list[ast.stmt]]:
        """Collects the statements of a function inside this one, which knows of no item and nothing that was read."""
        around = self._blocks, self._objects, self._values, self.item, self.new_item, self.rule
        self._blocks, self._objects, self._values = [[]], [{}], [{}]
        try:
            yield self._blocks[-1]
        finally:
            self._blocks, self._objects, self._values, self.item, self.new_item, self.rule = around

    @property
    def statements(self) -> list[ast.stmt]:
        return self._blocks[-1]

    def table(self, lookup: str) -> str:
        """The local that holds a lookup's answers."""
        if lookup not in self.tables:
            self.tables[lookup] = self.fresh(lookup)
        return self.tables[lookup]

    def back_table(self, lookup: str) -> str:
        """The local that holds a lookup's answers of the other way, or None."""
        if lookup not in self.back_tables:
            self.back_tables[lookup] = self.fresh(f"{lookup}_back")
        return self.back_tables[lookup]

    def fresh(self, wanted: str) -> str:
        return self.names.fresh(wanted)

    @property
    def full(self) -> bool:
        return self.mode == "full"

    # --- places ----------------------------------------------------------------------------------------------------

    def root(self, place: Place) -> Root | None:
        """The part that a source place lies in; None where this function does not see it (it reads as absent)."""
        if place.root == "item":
            return self.item
        if place.root == "up":
            outer = self.item.outer if self.item is not None else None
            return outer if outer is not None else self.sources.get("body")
        return self.sources.get(place.root)

    def target_root(self, place: Place) -> Root | None:
        if place.root == "item":
            return self.new_item
        if place.root == "up":
            outer = self.new_item.outer if self.new_item is not None else None
            return outer if outer is not None else self.targets.get("body")
        return self.targets.get(place.root)

    def where(self, place: Place, target: bool = False) -> ast.expr:
        root = self.target_root(place) if target else self.root(place)
        return root.where(place.path) if root is not None else tuple_([])

    def object(self, root: Root, path: tuple[str, ...]) -> str:
        """The local that holds the object at a path; what is absent or null is an empty one, another type a problem."""
        if not path and not root.unsure:
            return root.local
        for objects in reversed(self._objects):
            if (root.local, *path) in objects:
                return objects[root.local, *path]
        if path:
            outer = self.object(root, path[:-1])
            local = self.fresh(path[-1])
            self.emit(assign(local, call(attribute(name(outer), "get"), const(path[-1]))))
        else:
            local = self.fresh(f"{root.local}_object")
            self.emit(assign(local, name(root.local)))
        complaint = self.complaint(root.where(path), const("an object"), name(local))
        not_null = [if_(is_not(name(local), const(None)), complaint)] if complaint else []
        self.emit(if_(type_is_not(name(local), "dict"), [*not_null, assign(local, name("EMPTY"))]))
        self._objects[-1][root.local, *path] = local
        return local

    def run_block(self, ops: tuple[Op, ...]) -> None:
        """Write the operations of a block: what is pruned first, then the objects that the others read in."""
        for choose in open_choices(ops) if self.mode != "keys" else ():
            self.branches[choose.rule] = self.fresh("case")
            self.emit(assign(self.branches[choose.rule], const(None)))
        self.ops(tuple(op for op in ops if isinstance(op, Prune)))
        self._open_objects(ops)
        self.ops(tuple(op for op in ops if not isinstance(op, Prune)))

    def _open_objects(self, ops: tuple[Op, ...]) -> None:
        """Read the objects that the places of a block lie in; from here on they are at hand."""
        if self.mode == "keys":
            return
        for op in ops:
            root = self.root(op.source) if isinstance(op, Keep) else None
            for path, rule in op.objects if isinstance(op, Keep) and root is not None else ():
                self.rule = rule
                if root is not None:
                    self.object(root, path)

    def remember(self, root: Root, path: tuple[str, ...], local: str) -> None:
        """A local holds the value at a place, or ABSENT, for the rest of this block."""
        self._values[-1][root.local, *path] = local

    def remembered(self, root: Root, path: tuple[str, ...]) -> str | None:
        for values in reversed(self._values):
            if (root.local, *path) in values:
                return values[root.local, *path]
        return None

    def quiet(self, root: Root, path: tuple[str, ...]) -> ast.expr:
        """The object at a path for a reader that does not complain."""
        if not path and not root.unsure:
            return name(root.local)
        for objects in reversed(self._objects):
            if (root.local, *path) in objects:
                return name(objects[root.local, *path])
        return call("object_at", name(root.local), *map(const, path))

    def presence(self, place: Place, root: Root) -> tuple[ast.expr | None, ast.expr]:
        """Whether a place is there (None: always) and its value. Objects on the way are read first."""
        if not place.path:
            whole = name(root.raw)
            return (None if place.root in ("item", "up") else is_not(whole, const(None))), whole
        parent = self.object(root, place.path[:-1])
        member = const(place.path[-1])
        return compare(member, ast.In(), name(parent)), subscript(name(parent), member)

    def write(self, place: Place, value: ast.expr, beside: bool = False) -> list[ast.stmt]:
        """Statements that put a value at a place of the target, making the objects on the way.

        `beside`: a block may have made objects on the way that this function does not know of here.
        """
        root = self.target_root(place)
        if root is None or self.mode == "keys":
            return []
        if not place.path:
            return [assign(root.local, value)]
        shared = next((n for n in range(len(place.path) - 1, 0, -1) if place.path[:n] in root.parents), 0)
        statements = self._make(root, place.path[:shared])
        owner = root.parents[place.path[:shared]] if shared else root.local
        below = place.path[shared:]
        if (beside or root.loose) and len(below) > 1:
            return [*statements, expr(call("put", name(owner), tuple_(map(const, below)), value))]
        for step in reversed(below[1:]):
            value = ast.Dict([const(step)], [value])
        return [*statements, assign(subscript(name(owner), const(below[0])), value)]

    def begin(self, place: Place, local: str) -> list[ast.stmt]:
        """Statements that make the object at a place of the target, or take the one that is there, where others write
        into it as well; none where nobody else does."""
        root = self.target_root(place)
        if root is None or self.mode == "keys" or place.path not in root.parents:
            return []
        return [*self._make(root, place.path), assign(local, name(root.parents[place.path]))]

    def leave_out(self, place: Place) -> list[ast.stmt]:
        """Say of an item that a lookup without an answer leaves it out, where that is what is written."""
        return [assign(self.excused, const(True))] if self.excused and place == Place("item") else []

    def _make(self, root: Root, path: tuple[str, ...]) -> list[ast.stmt]:
        if not path:
            # Where another branch writes the root as a whole it may hold anything so far.
            if not root.unsure:
                return []
            return [if_(type_is_not(name(root.local), "dict"), [assign(root.local, ast.Dict([], []))])]
        # One after the other and not one in the other: paths are deeper than Python lets blocks be.
        around = [each for length in range(1, len(path)) for each in self._make_one(root, path[:length], [])]
        return self._make_one(root, path, [*self._make(root, ()), *around])

    def _make_one(self, root: Root, path: tuple[str, ...], first: list[ast.stmt]) -> list[ast.stmt]:
        """Make the object at a path where it is not made yet, after what comes first."""
        owner = root.parents[path[:-1]] if len(path) > 1 else root.local
        local = root.parents[path]
        made = ast.Assign(
            [ast.Name(local, ast.Store()), ast.Subscript(name(owner), const(path[-1]), ast.Store())], ast.Dict([], [])
        )
        if root.loose:  # a block may have made it
            made = assign(local, call("put_object", name(owner), const(path[-1])))
        return [if_(is_(name(local), const(None)), [*first, made])]

    def open_target(self, root: Root, kind: str, ops: tuple[Op, ...]) -> None:
        """Declare the objects under a target that several operations write."""
        if self.mode == "keys":
            return
        root.loose = written_from_inside(ops, kind)
        for path in sorted(shared_parents(ops, kind), key=lambda path: (len(path), path)):
            root.parents[path] = self.fresh(f"new_{path[-1]}")
            self.emit(assign(root.parents[path], const(None)))

    # --- reports ---------------------------------------------------------------------------------------------------

    def complaint(self, where: ast.expr, expected: ast.expr, value: ast.expr) -> list[ast.stmt]:
        """Statements that record a problem under the rule at work."""
        if self.mode == "keys":
            return []
        recorded = call("problem", name("log"), name(self.rules), const(self.rule), where, expected, value)
        return [assign("log", recorded)]

    def loss(self, where: ast.expr, value: ast.expr, reason: str, kind: str = DROPPED) -> list[ast.stmt]:
        if not self.full:
            return []
        what = [] if kind == DROPPED else [const(kind)]
        return [expr(call(attribute(name("log"), "lose"), const(self.rule), where, value, const(reason), *what))]

    def note(self, where: ast.expr, value: ast.expr, images: ast.expr | None = None) -> list[ast.stmt]:
        if not self.full:
            return []
        return [expr(call(attribute(name("log"), "note"), where, value, *([images] if images is not None else [])))]

    def ops(self, ops: tuple[Op, ...]) -> None:
        """Write the operations, each by its own emit function."""
        for op in ops:
            self.rule = op.rule
            self._dispatch(self, op)

    def value(self, place: Place, root: Root, wanted: str | None = None) -> tuple[ast.expr | None, str, list[ast.stmt]]:
        """Presence, the local that will hold the value, and the statements that fill it."""
        present, value = self.presence(place, root)
        if isinstance(value, ast.Name):
            return present, value.id, []
        local = self.fresh(wanted or place.path[-1])
        return present, local, [assign(local, value)]

    def when(self, present: ast.expr | None, body: list[ast.stmt]) -> None:
        """Emit the statements under a condition, or as they are where there is none."""
        if not body:
            return
        self.emit(*(body if present is None else [if_(present, body)]))

    # --- guards ----------------------------------------------------------------------------------------------------

    def chose(self, mark: str, match: int, roots: Iterable[str]) -> ast.expr:
        """Say of which `match` the notes from a mark on are; `roots`: those of its guards on the target."""
        return call(attribute(name("log"), "chose"), name(mark), const(match), self.stand(roots))

    def stand(self, roots: Iterable[str]) -> ast.expr:
        """Where roots of the target stand; each by its own name where this function writes nothing there."""
        places = [(root, Place(root)) for root in roots]
        return tuple_(
            [
                tuple_([const(root), tuple_([const(root)]) if self.target_root(at) is None else self.where(at, True)])
                for root, at in places
            ]
        )

    def holds(self, guard: Guard, target: bool = False) -> ast.expr:
        """A guard as an expression. It never complains, and absent parts read as absent."""
        root = self.target_root(guard.place) if target else self.root(guard.place)
        value: ast.expr
        if root is None:
            return const(guard.kind in ("absent", "not"))
        if guard.selection is not None:
            return self._selects(guard, root, target)
        if guard.place.root.startswith("request."):
            # It may be anything; and where it is not at hand, nothing is kept back that may have been asked for.
            value = self._peek(guard, root) if guard.place.path else name(root.raw)
            nothing = name("ABSENT") if guard.place.path else const(None)
            return any_([is_(name("asked"), const(None)), self._test(guard, value, nothing)])
        known = None if target else self.remembered(root, guard.place.path)
        if known is not None:
            value = name(known)
            if guard.kind in ("present", "absent"):
                return self._test(guard, value, name("ABSENT"))
        elif not guard.place.path:
            value = root.standing if target else name(root.raw)
            return self._test(guard, value, name(root.absent) if target and root.absent else None)
        else:
            outer = guard.place.path[:-1]
            found = target and (outer or root.unsure)
            owner = call("object_at", name(root.local), *map(const, outer)) if found else self.quiet(root, outer)
            member = const(guard.place.path[-1])
            if guard.kind in ("present", "absent"):
                return compare(member, ast.In() if guard.kind == "present" else ast.NotIn(), owner)
            value = call(attribute(owner, "get"), member, name("ABSENT"))
        return self._test(guard, value)

    def _selects(self, guard: Guard, root: Root, target: bool) -> ast.expr:
        """A guard on what a selector finds: whether anything, or any that is one of the values."""
        looked_through = root.standing if target and not guard.place.path else self._peek(guard, root)
        hits = call("selected", name(self.globals.selector(guard.selection)), looked_through)
        if guard.kind in ("present", "absent"):
            return hits if guard.kind == "present" else not_(hits)
        listed = call("any_same", hits, ast.Tuple([literal(value) for value in guard.values], ast.Load()))
        return not_(listed) if guard.kind == "not" else listed

    def _peek(self, guard: Guard, root: Root) -> ast.expr:
        return call("peek", name(root.raw), *map(const, guard.place.path))

    def _test(self, guard: Guard, value: ast.expr, nothing: ast.expr | None = None) -> ast.expr:
        """`nothing`: what the value is where there is none (None of a whole part)."""
        if guard.kind in ("present", "absent"):
            test = is_not(value, nothing or const(None))
            return test if guard.kind == "present" else not_(test)
        equals = [_equals(value, wanted) for wanted in guard.values]
        any_of = any_(equals)
        if len(equals) > 1 and all(type(wanted) is str for wanted in guard.values):
            any_of = compare(value, ast.In(), ast.Tuple([const(wanted) for wanted in guard.values], ast.Load()))
        return not_(any_of) if guard.kind == "not" else any_of


def _equals(value: ast.expr, wanted: Any) -> ast.expr:
    """JSON equality with a literal: text by ==, true, false and null by identity, anything else by `same`."""
    if type(wanted) is str:
        return compare(value, ast.Eq(), const(wanted))
    if wanted is None or wanted is True or wanted is False:
        return is_(value, const(wanted))
    return call("same", value, literal(wanted))
