"""Whole messages that no server could send or would take for another.

status 200 <-> 204; response { id <-> id }          # MAP511: a 204 has no body for `id` to stand in
new GET /users/{id}; request { add @path.id = "me" } # MAP512, where another route is `new GET /users/me`
"""

from __future__ import annotations

from collections.abc import Iterator

from mapdsl import syntax
from mapdsl.analysis.context import Context
from mapdsl.analysis.findings import Findings
from mapdsl.analysis.model import EndpointModel, NDrop, NGuard, Spot, VariantModel
from mapdsl.analysis.questions import SIDES, gather_response, parameters, shape

__all__ = ["check_messages"]

_BODILESS = (204, 205, 304)
_Row = tuple[EndpointModel, syntax.Route]


def check_messages(context: Context) -> None:
    """Warn of bodies under codes that have none, and of constants in paths that spell another route."""
    for side in SIDES:
        rows = [
            (endpoint, route)
            for endpoint in context.endpoints
            for variant in endpoint.variants
            for route in _routes(variant, side)
            if not route.is_rpc
        ]
        by_length: dict[tuple[str, int], list[_Row]] = {}
        for endpoint, route in rows:
            by_length.setdefault((route.method, len(shape(route))), []).append((endpoint, route))
        for endpoint in context.endpoints:
            for variant in endpoint.variants:
                _check_codes(variant, side, context.findings)
                _check_constants(variant, side, by_length, context.findings)


def _routes(variant: VariantModel, side: str) -> tuple[syntax.Route, ...]:
    return variant.old if side == "old" else variant.new


# --- codes without a body --------------------------------------------------------------------------------------------


def _check_codes(variant: VariantModel, side: str, findings: Findings) -> None:
    rows = [row for row in variant.statuses if row.arrow != ("<-" if side == "new" else "->")]
    codes = [row.new if side == "new" else row.old for row in rows]
    others = [row.old if side == "new" else row.new for row in rows]
    calls = any(route.is_rpc for route in _routes(variant, side))
    if calls or not codes or any(code not in _BODILESS for code in codes) or all(code in _BODILESS for code in others):
        return
    written = next((m for m in gather_response(variant) if m.writes and m.side == side and m.site.root == "body"), None)
    if written is not None:
        findings.warn(
            "MAP511",
            f"a reply of status {codes[0]} has no body for `{written.site}`",
            written.at,
            f"written into the body of a reply to the {side} side",
            (rows[0], "every success has this code there"),
            help=f"it is lost on the way to {side}: take the rule away, or map the code to one that has a body",
        )


# --- constants in paths ----------------------------------------------------------------------------------------------


def _check_constants(
    variant: VariantModel, side: str, rows: dict[tuple[str, int], list[_Row]], findings: Findings
) -> None:
    for route in _routes(variant, side):
        if route.is_rpc or not parameters(route):
            continue
        for name, value, at in _constants(variant, side, route):
            own = [part if part != f"{{{name}}}" else value for part in _parts(route)]
            for endpoint, rival in rows.get((route.method, len(shape(route))), ()):
                if rival is not route and _claims(rival, route, own, name):
                    findings.warn(
                        "MAP512",
                        f"`{value}` in `{route.path}` leads to another route",
                        at,
                        f"written as `{{{name}}}`",
                        (rival, f"`{endpoint.name}` takes it"),
                        help="such a request is refused when it is translated: write to that route, or another value",
                    )
                    break


def _parts(route: syntax.Route) -> list[str]:
    return route.path.removeprefix("/").split("/")


def _claims(rival: syntax.Route, own: syntax.Route, filled: list[str], name: str) -> bool:
    """Whether another route takes the path with the constant in it, for the constant is a literal of that route."""
    theirs = _parts(rival)
    at = _parts(own).index(f"{{{name}}}")
    fits = all(one == other or one.startswith("{") for one, other in zip(theirs, filled, strict=True))
    return fits and theirs[at] == filled[at]


def _constants(variant: VariantModel, side: str, route: syntax.Route) -> Iterator[tuple[str, str, syntax.Node]]:
    """The literals that are written into the path: of `drop` and `add`, and of the guards of the route."""
    for statement in variant.request.statements:
        if isinstance(statement, NDrop) and statement.side == side and isinstance(statement.origin, syntax.LiteralArg):
            yield from _named(statement.of, statement.origin.value, statement.node)
    for guard in variant.route_guards.get(id(route), ()):
        if isinstance(guard, NGuard) and guard.side == side and guard.test.kind == "is":
            yield from _named(guard.of, guard.test.values[0], route)


def _named(of: Spot | str, value: object, at: syntax.Node) -> Iterator[tuple[str, str, syntax.Node]]:
    if isinstance(of, Spot) and of.root == "path" and isinstance(value, str):
        yield of.names[0], value, at
