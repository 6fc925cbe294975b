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
from .making import Branch, Making, branches, tokens

__all__ = ["ARROWS", "STATEMENTS", "read_arrow", "read_block", "read_failure", "read_filter", "read_status"]

ARROWS = ("BOTH", "FORTH", "BACK")
_ONCE = {"combine": "combine", "otherwise": "else", "key": "key", "keys": "keys", "items_where": "where"}


def read_block(making: Making, tree: Branch) -> Block:
    """The block of a statement (its `block` child), or of a `block` tree itself."""
    block = tree if tree.data == "block" else branches(tree, "block")[0]
    statements = [STATEMENTS[child.data](making, child) for child in branches(block)]
    return Block(tuple(statements), span=making.span(block))


def read_arrow(tree: Branch) -> Arrow:
    return cast("Arrow", str(tokens(tree, *ARROWS)[0]))


def read_rule(making: Making, tree: Branch) -> Rule:
    ends = branches(tree, *ENDS)
    combine: str | None = None
    otherwise: Policy | None = None
    key: str | None = None
    keys: tuple[Conversion, ...] = ()
    where: TupleEnd | None = None
    seen: set[str] = set()
    for option in branches(tree, *_ONCE):
        if option.data in seen:
            making.said_twice(f"`{_ONCE[option.data]}`", option)
        seen.add(option.data)
        if option.data == "combine":
            combine = making.name(option)
        elif option.data == "otherwise":
            otherwise = read_policy(making, branches(option)[0])
        elif option.data == "key":
            key = making.name(option)
        elif option.data == "items_where":
            ends_there = read_ends(making, branches(option)[0])
            where = ends_there if isinstance(ends_there, TupleEnd) else None
        else:
            keys = read_pipe(making, option)
    pipes = branches(tree, "pipe")
    return Rule(
        read_ends(making, ends[0]),
        read_arrow(tree),
        read_ends(making, ends[1]),
        pipe=read_pipe(making, pipes[0]) if pipes else (),
        combine=combine,
        otherwise=otherwise,
        key=key,
        keys=keys,
        where=where,
        cites=read_cites(making, tree),
        block=read_block(making, tree) if branches(tree, "block") else None,
        **making.place(tree),
    )


def read_drop(making: Making, tree: Branch) -> Drop:
    of = read_selected(making, tree)
    origin = read_origin(making, tree, ends_before=_leading(tree))
    return Drop(of, origin, read_cites(making, tree), _assumed(making, tree), **making.place(tree))


def _assumed(making: Making, tree: Branch) -> str | None:
    return next((making.string(tokens(each, "STRING")[0]) for each in branches(tree, "assume")), None)


def read_add(making: Making, tree: Branch) -> Add:
    of = read_end(making, branches(tree, *ENDS)[0])
    origin = read_origin(making, tree, ends_before=_leading(tree))
    always = bool(tokens(tree, "ALWAYS"))
    return Add(of, origin, always, read_cites(making, tree), _assumed(making, tree), **making.place(tree))


def _leading(tree: Branch) -> int:
    """1 if the statement's own end is one with a sigil, else 0: the origin is the next of them."""
    return int(branches(tree)[0].data == "sigil_path")


def read_hole(making: Making, tree: Branch) -> Hole:
    side, end = _side_and_end(making, tree, "hole")
    question = making.string(tokens(tree, "STRING")[0])
    policy = read_policy(making, branches(tree, "hole_policy")[0])
    pipe = tuple(step for each in branches(tree, "pipe") for step in read_pipe(making, each))
    cites = read_cites(making, tree)
    return Hole(read_end(making, end), question, policy, side, cites, pipe, **making.place(tree))


def read_filter(making: Making, tree: Branch) -> Filter:
    side, end = _side_and_end(making, tree, "filter")
    policy = read_policy(making, branches(tree, "filter_policy", "residual")[0])
    where = [read_end(making, branches(asked)[0]) for asked in branches(tree, "where")]
    return Filter(
        side or "old",
        read_end(making, end),
        policy,
        read_cites(making, tree),
        where[0] if where else None,
        read_pipe(making, branches(tree, "pipe")[0]) if branches(tree, "pipe") else (),
        **making.place(tree),
    )


def _side_and_end(making: Making, tree: Branch, keyword: str) -> tuple[Side | None, Branch]:
    """`old PATH`, `new PATH` or just `PATH`: the grammar reads the side as an end, which is checked here."""
    ends = branches(tree, *ENDS)
    if len(ends) == 1:
        return None, ends[0]
    side = SIDES.get(_only_word(ends[0]))
    if side is None:
        help = f"A {keyword} names one path, with `old` or `new` before it where only one side has it."
        making.report("MAP001", f"expected `old`, `new` or one path after `{keyword}`", making.span(ends[0]), help=help)
    return side, ends[1]


def _only_word(end: Branch) -> str:
    """The token type of an end that is a single word, or nothing."""
    if len(end.children) != 1 or isinstance(end.children[0], Token):
        return ""
    return tokens(end.children[0])[0].type


def read_rest(making: Making, tree: Branch) -> Rest:
    word = str(tokens(tree)[0])
    return Rest("keep" if word == "keep" else "drop" if word == "drop" else "error", **making.place(tree))


def read_include(making: Making, tree: Branch) -> Include:
    return Include(making.name(tree), **making.place(tree))


def read_match(making: Making, tree: Branch) -> Match:
    cases = tuple(_read_case(making, case) for case in branches(tree, "case"))
    otherwise: Block | Policy | None = None
    for index, arm in enumerate(branches(tree, "match_otherwise")):
        if index > 0:
            making.said_twice("`else`", arm)
        body = branches(arm)[0]
        otherwise = read_block(making, body) if body.data == "block" else read_policy(making, body)
    return Match(cases, otherwise, **making.place(tree))


def _read_case(making: Making, tree: Branch) -> Case:
    return Case(read_guards(making, tree), read_block(making, tree), **making.place(tree))


def read_status(making: Making, tree: Branch) -> Status:
    old, new = (_read_code(making, token) for token in tokens(tree, "INT"))
    guards = branches(tree, "guards")
    asked = read_guards(making, guards[0]) if guards else ()
    return Status(old, read_arrow(tree), new, asked, **making.place(tree))


def _read_code(making: Making, token: Token) -> int:
    code = making.whole(token)
    if not 100 <= code <= 599:
        help = "A status is a number from 100 to 599."
        making.report("MAP009", f"`{_cut(token)}` is no HTTP status", making.span(token), help=help)
    return code


def _cut(text: str) -> str:
    return text if len(text) <= 20 else f"{text[:17]}..."


def read_failure(making: Making, tree: Branch) -> Failure:
    guards = branches(tree, "guards")
    return Failure(read_guards(making, guards[0]) if guards else (), read_block(making, tree), **making.place(tree))


def read_fan(making: Making, tree: Branch) -> Fan:
    pipes = branches(tree, "pipe")
    return Fan(
        read_end(making, branches(tree, *ENDS)[0]),
        read_block(making, tree),
        pipe=read_pipe(making, pipes[0]) if pipes else (),
        key=_read_key(making, tree),
        cites=read_cites(making, tree),
        **making.place(tree),
    )


def read_gather(making: Making, tree: Branch) -> Gather:
    mode = cast("Literal['each', 'all', 'any']", str(tokens(tree, "EACH", "ALL", "ANY")[0]))
    return Gather(
        read_end(making, branches(tree, *ENDS)[0]),
        mode,
        read_block(making, tree),
        stop=_once(making, tree, "stop") is not None,
        omit=tuple(_read_code(making, tokens(omit, "INT")[0]) for omit in branches(tree, "omit")),
        key=_read_key(making, tree),
        cites=read_cites(making, tree),
        **making.place(tree),
    )


def _read_key(making: Making, tree: Branch) -> str | None:
    key = _once(making, tree, "key")
    return None if key is None else making.name(key)


def _once(making: Making, tree: Branch, option: str) -> Branch | None:
    """The option of this name, if there is one; any further one is reported."""
    found = branches(tree, option)
    for again in found[1:]:
        making.said_twice(f"`{option}`", again)
    return found[0] if found else None


STATEMENTS: dict[str, Callable[[Making, Branch], Statement]] = {
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
