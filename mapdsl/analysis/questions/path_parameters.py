"""The parameters in the paths of a variant's routes: which statements speak of them, and what gives each its value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from mapdsl import syntax
from mapdsl.analysis.model import NGuard, NHole, Spot, VariantModel
from mapdsl.paths import Step

from .mentions import Mention, gather_request, other_side
from .templates import parameters

__all__ = [
    "asked_parameters",
    "copied_parameters",
    "credential_parameter",
    "given_parameters",
    "on_path",
    "routes",
    "without_source",
    "written_routes",
]


def routes(variant: VariantModel, side: str) -> tuple[syntax.Route, ...]:
    """The routes of a side."""
    return variant.old if side == "old" else variant.new


def written_routes(variant: VariantModel, side: str) -> Iterator[syntax.Route]:
    """The alternatives that can be written: up to the first that the other side's guards do not decide."""
    for route in routes(variant, side):
        yield route
        if all(guard.side == side for guard in variant.route_guards[id(route)]):
            return


def without_source(variant: VariantModel, side: str) -> Iterator[tuple[syntax.Route, str]]:
    """The parameters of written paths for which neither a rule nor the other path gives a value."""
    mentions = gather_request(variant)
    passed, moved = copied_parameters(variant, side), credential_parameter(variant, other_side(side))
    sources = given_parameters(variant, side, mentions)
    for route in written_routes(variant, side):
        asked = asked_parameters(variant.route_guards[id(route)], side)
        named = {name for name, test in asked.items() if test.kind == "is"}
        for name in parameters(route):
            if not (name in sources or name in named or (name in passed and name != moved)):
                yield route, name


def given_parameters(variant: VariantModel, side: str, mentions: list[Mention]) -> set[Step | None]:
    """The path parameters to which a rule, a guard or the credential of the side gives a value."""
    return {credential_parameter(variant, side)} | {m.site.path[0] for m in on_path(mentions, side, _gives_value)}


def copied_parameters(variant: VariantModel, side: str) -> set[str]:
    """The parameters of the other side's paths: those of the same name are copied."""
    return {name for route in routes(variant, other_side(side)) for name in parameters(route)}


def asked_parameters(guards: Iterable[NGuard], side: str) -> dict[str, syntax.Test]:
    """The path parameters that guards of a side ask about."""
    return {
        guard.of.names[0]: guard.test
        for guard in guards
        if guard.side == side and isinstance(guard.of, Spot) and guard.of.root == "path"
    }


def _gives_value(mention: Mention) -> bool:
    """Whether a statement gives a path parameter its value."""
    if isinstance(mention.statement, NGuard):
        return mention.statement.test.kind == "is"
    asks = isinstance(mention.statement, NHole) and mention.statement.policy.kind == "ask"
    return mention.writes or asks


def on_path(
    mentions: list[Mention], side: str, wanted: Callable[[Mention], bool] = lambda _: True
) -> Iterator[Mention]:
    """What the message says of a side's path parameters, of the wanted kind."""
    for mention in mentions:
        if mention.side == side and mention.site.root == "path" and mention.site.path and wanted(mention):
            yield mention


def credential_parameter(variant: VariantModel, side: str) -> str | None:
    """The path parameter that carries the credential of a side."""
    for carrier in variant.auth.carriers if variant.auth is not None else ():
        if carrier.side == side and carrier.end is not None and carrier.end.ref.root == "@path":
            return str(carrier.end.ref.path[0]) if carrier.end.ref.path else None
    return None
