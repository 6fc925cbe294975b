"""How the statements of blocks are written."""

from __future__ import annotations

from mapdsl.syntax import (
    Add,
    Block,
    Case,
    Drop,
    Failure,
    Fan,
    Filter,
    Gather,
    Hole,
    Include,
    Match,
    Rest,
    Rule,
    Side,
    Status,
)

from .layout import Doc
from .pieces import cites, end, guards, option, origin, path, pipe, policy
from .statements import Written, block, write
from .values import spell_name, spell_text

__all__: list[str] = []


@write.register
def _rule(node: Rule) -> Written:
    head = (
        (end(node.old), f" {node.arrow} ", end(node.new)),
        (" : ", pipe(node.pipe)) if node.pipe else (),
        option("combine", None if node.combine is None else spell_name(node.combine)),
        option("else", None if node.otherwise is None else policy(node.otherwise)),
        option("where", None if node.where is None else end(node.where)),
        _key(node.key),
        option("keys", pipe(node.keys) if node.keys else None),
        cites(node.cites),
    )
    return Written(head, None if node.block is None else node.block.statements)


def _key(name: str | None) -> Doc:
    return option("key", None if name is None else spell_name(name))


@write.register
def _drop(node: Drop) -> Written:
    return Written(("drop ", end(node.of), origin(node.origin), _assume(node), cites(node.cites)))


def _assume(node: Drop | Add) -> Doc:
    return "" if node.assumed is None else f" assume {spell_text(node.assumed)}"


@write.register
def _add(node: Add) -> Written:
    always = " always" if node.always else ""
    return Written(("add ", end(node.of), always, origin(node.origin), _assume(node), cites(node.cites)))


@write.register
def _hole(node: Hole) -> Written:
    question = f" {spell_text(node.question)} "
    known = (" : ", pipe(node.pipe)) if node.pipe else ()
    return Written(
        ("hole ", _side(node.side), path(node.of.ref), question, policy(node.policy), known, cites(node.cites))
    )


@write.register
def _rest(node: Rest) -> Written:
    return Written(f"rest {node.policy}")


@write.register
def _filter(node: Filter) -> Written:
    """`old` goes without saying."""
    side = _side(None if node.side == "old" else node.side)
    where = option("where", None if node.where is None else path(node.where.ref))
    steps = (" : ", pipe(node.pipe)) if node.pipe else ()
    return Written(("filter ", side, path(node.of.ref), steps, " ", policy(node.policy), where, cites(node.cites)))


def _side(side: Side | None) -> str:
    return f"{side} " if side else ""


@write.register
def _include(node: Include) -> Written:
    return Written(f"include {spell_name(node.name)}")


@write.register
def _match(node: Match) -> Written:
    last = () if node.otherwise is None else (_match_otherwise(node),)
    return Written(f"match {node.word}".rstrip(), node.cases, last)


def _match_otherwise(node: Match) -> Doc:
    if isinstance(node.otherwise, Block):
        return ("else", block(node.otherwise))
    return ("else ", policy(node.otherwise)) if node.otherwise is not None else ()


@write.register
def _case(node: Case) -> Written:
    return Written(("case ", guards(node.guards)), node.block.statements)


@write.register
def _status(node: Status) -> Written:
    when = (" when ", guards(node.guards)) if node.guards else ()
    return Written((f"status {node.old} {node.arrow} {node.new}", when))


@write.register
def _failure(node: Failure) -> Written:
    when = (" when ", guards(node.guards)) if node.guards else ()
    return Written(("failure", when), node.block.statements)


@write.register
def _fan(node: Fan) -> Written:
    steps = (" : ", pipe(node.pipe)) if node.pipe else ()
    return Written(("fan ", end(node.of), steps, _key(node.key), cites(node.cites)), node.block.statements)


@write.register
def _gather(node: Gather) -> Written:
    stop = " stop on ambiguous" if node.stop else ""
    omit = "".join(f" omit {code}" for code in node.omit)
    head = ("gather ", end(node.of), f" {node.mode}{stop}{omit}", _key(node.key), cites(node.cites))
    return Written(head, node.block.statements)
