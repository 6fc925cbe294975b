"""From parse trees to the statements of a block."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, cast

from lark import Token

from mapdsl.syntax import (
    Add,
    Arrow,
    Block,
    Case,
    Conversion,
    Drop,
    Failure,
    Fan,
    Filter,
    Gather,
    Hole,
    Include,
    Match,
    Policy,
    Rest,
    Rule,
    Side,
    Statement,
    Status,
    TupleEnd,
)

from .ends import (
    ENDS,
    SIDES,
    read_cites,
    read_end,
    read_ends,
    read_guards,
    read_origin,
    read_pipe,
    read_policy,
    read_selected,
)
from .tree_builder import Branch, TreeBuilder, branches, tokens

__all__ = ["ARROWS", "STATEMENTS", "read_arrow", "read_block", "read_failure", "read_filter", "read_status"]

ARROWS = ("BOTH", "FORTH", "BACK")
_ONCE = {"combine": "combine", "otherwise": "else", "key": "key", "keys": "keys", "items_where": "where"}


def read_block(builder: TreeBuilder, tree: Branch) -> Block:
    """The block of a statement (its `block` child), or of a `block` tree itself."""
    block = tree if tree.data == "block" else branches(tree, "block")[0]
    statements = [STATEMENTS[child.data](builder, child) for child in branches(block)]
    return Block(tuple(statements), span=builder.span(block))


def read_arrow(tree: Branch) -> Arrow:
    return cast("Arrow", str(tokens(tree, *ARROWS)[0]))


def read_rule(builder: TreeBuilder, tree: Branch) -> Rule:
    ends = branches(tree, *ENDS)
    combine: str | None = None
    otherwise: Policy | None = None
    key: str | None = None
    keys: tuple[Conversion, ...] = ()
    where: TupleEnd | None = None
    seen: set[str] = set()
    for option in branches(tree, *_ONCE):
        if option.data in seen:
            builder.said_twice(f"`{_ONCE[option.data]}`", option)
        seen.add(option.data)
        if option.data == "combine":
            combine = builder.name(option)
        elif option.data == "otherwise":
            otherwise = read_policy(builder, branches(option)[0])
        elif option.data == "key":
            key = builder.name(option)
        elif option.data == "items_where":
            ends_there = read_ends(builder, branches(option)[0])
            where = ends_there if isinstance(ends_there, TupleEnd) else None
        else:
            keys = read_pipe(builder, option)
    pipes = branches(tree, "pipe")
    return Rule(
        read_ends(builder, ends[0]),
        read_arrow(tree),
        read_ends(builder, ends[1]),
        pipe=read_pipe(builder, pipes[0]) if pipes else (),
        combine=combine,
        otherwise=otherwise,
        key=key,
        keys=keys,
        where=where,
        cites=read_cites(builder, tree),
        block=read_block(builder, tree) if branches(tree, "block") else None,
        **builder.place(tree),
    )


def read_drop(builder: TreeBuilder, tree: Branch) -> Drop:
    of = read_selected(builder, tree)
    origin = read_origin(builder, tree, ends_before=_leading(tree))
    return Drop(of, origin, read_cites(builder, tree), _assumed(builder, tree), **builder.place(tree))


def _assumed(builder: TreeBuilder, tree: Branch) -> str | None:
    return next((builder.string(tokens(each, "STRING")[0]) for each in branches(tree, "assume")), None)


def read_add(builder: TreeBuilder, tree: Branch) -> Add:
    of = read_end(builder, branches(tree, *ENDS)[0])
    origin = read_origin(builder, tree, ends_before=_leading(tree))
    always = bool(tokens(tree, "ALWAYS"))
    return Add(of, origin, always, read_cites(builder, tree), _assumed(builder, tree), **builder.place(tree))


def _leading(tree: Branch) -> int:
    """1 if the statement's own end is one with a sigil, else 0: the origin is the next of them."""
    return int(branches(tree)[0].data == "sigil_path")


def read_hole(builder: TreeBuilder, tree: Branch) -> Hole:
    side, end = _side_and_end(builder, tree, "hole")
    question = builder.string(tokens(tree, "STRING")[0])
    policy = read_policy(builder, branches(tree, "hole_policy")[0])
    pipe = tuple(step for each in branches(tree, "pipe") for step in read_pipe(builder, each))
    cites = read_cites(builder, tree)
    return Hole(read_end(builder, end), question, policy, side, cites, pipe, **builder.place(tree))


def read_filter(builder: TreeBuilder, tree: Branch) -> Filter:
    side, end = _side_and_end(builder, tree, "filter")
    policy = read_policy(builder, branches(tree, "filter_policy", "residual")[0])
    where = [read_end(builder, branches(asked)[0]) for asked in branches(tree, "where")]
    return Filter(
        side or "old",
        read_end(builder, end),
        policy,
        read_cites(builder, tree),
        where[0] if where else None,
        read_pipe(builder, branches(tree, "pipe")[0]) if branches(tree, "pipe") else (),
        **builder.place(tree),
    )


def _side_and_end(builder: TreeBuilder, tree: Branch, keyword: str) -> tuple[Side | None, Branch]:
    """`old PATH`, `new PATH` or just `PATH`: the grammar reads the side as an end, which is checked here."""
    ends = branches(tree, *ENDS)
    if len(ends) == 1:
        return None, ends[0]
    side = SIDES.get(_only_word(ends[0]))
    if side is None:
        help = f"A {keyword} names one path, with `old` or `new` before it where only one side has it."
        builder.report(
            "MAP001", f"expected `old`, `new` or one path after `{keyword}`", builder.span(ends[0]), help=help
        )
    return side, ends[1]


def _only_word(end: Branch) -> str:
    """The token type of an end that is a single word, or nothing."""
    if len(end.children) != 1 or isinstance(end.children[0], Token):
        return ""
    return tokens(end.children[0])[0].type


def read_rest(builder: TreeBuilder, tree: Branch) -> Rest:
    word = str(tokens(tree)[0])
    return Rest("keep" if word == "keep" else "drop" if word == "drop" else "error", **builder.place(tree))


def read_include(builder: TreeBuilder, tree: Branch) -> Include:
    return Include(builder.name(tree), **builder.place(tree))


def read_match(builder: TreeBuilder, tree: Branch) -> Match:
    cases = tuple(_read_case(builder, case) for case in branches(tree, "case"))
    otherwise: Block | Policy | None = None
    for index, arm in enumerate(branches(tree, "match_otherwise")):
        if index > 0:
            builder.said_twice("`else`", arm)
        body = branches(arm)[0]
        otherwise = read_block(builder, body) if body.data == "block" else read_policy(builder, body)
    word = "".join(map(str, tokens(tree, "OPEN", "CLOSED")))
    return Match(cases, otherwise, word, **builder.place(tree))


def _read_case(builder: TreeBuilder, tree: Branch) -> Case:
    return Case(read_guards(builder, tree), read_block(builder, tree), **builder.place(tree))


def read_status(builder: TreeBuilder, tree: Branch) -> Status:
    old, new = (_read_code(builder, token) for token in tokens(tree, "INT"))
    guards = branches(tree, "guards")
    asked = read_guards(builder, guards[0]) if guards else ()
    return Status(old, read_arrow(tree), new, asked, **builder.place(tree))


def _read_code(builder: TreeBuilder, token: Token) -> int:
    code = builder.whole(token)
    if not 100 <= code <= 599:
        help = "A status is a number from 100 to 599."
        builder.report("MAP009", f"`{_cut(token)}` is no HTTP status", builder.span(token), help=help)
    return code


def _cut(text: str) -> str:
    return text if len(text) <= 20 else f"{text[:17]}..."


def read_failure(builder: TreeBuilder, tree: Branch) -> Failure:
    guards = branches(tree, "guards")
    return Failure(read_guards(builder, guards[0]) if guards else (), read_block(builder, tree), **builder.place(tree))


def read_fan(builder: TreeBuilder, tree: Branch) -> Fan:
    pipes = branches(tree, "pipe")
    return Fan(
        read_end(builder, branches(tree, *ENDS)[0]),
        read_block(builder, tree),
        pipe=read_pipe(builder, pipes[0]) if pipes else (),
        key=_read_key(builder, tree),
        cites=read_cites(builder, tree),
        **builder.place(tree),
    )


def read_gather(builder: TreeBuilder, tree: Branch) -> Gather:
    mode = cast("Literal['each', 'all', 'any']", str(tokens(tree, "EACH", "ALL", "ANY")[0]))
    return Gather(
        read_end(builder, branches(tree, *ENDS)[0]),
        mode,
        read_block(builder, tree),
        stop=_once(builder, tree, "stop") is not None,
        omit=tuple(_read_code(builder, tokens(omit, "INT")[0]) for omit in branches(tree, "omit")),
        key=_read_key(builder, tree),
        cites=read_cites(builder, tree),
        **builder.place(tree),
    )


def _read_key(builder: TreeBuilder, tree: Branch) -> str | None:
    key = _once(builder, tree, "key")
    return None if key is None else builder.name(key)


def _once(builder: TreeBuilder, tree: Branch, option: str) -> Branch | None:
    """The option of this name, if there is one; any further one is reported."""
    found = branches(tree, option)
    for again in found[1:]:
        builder.said_twice(f"`{option}`", again)
    return found[0] if found else None


STATEMENTS: dict[str, Callable[[TreeBuilder, Branch], Statement]] = {
    "rule": read_rule,
    "drop": read_drop,
    "add": read_add,
    "hole": read_hole,
    "rest": read_rest,
    "filter": read_filter,
    "include": read_include,
    "match": read_match,
    "status": read_status,
    "failure": read_failure,
    "fan": read_fan,
    "gather": read_gather,
}
