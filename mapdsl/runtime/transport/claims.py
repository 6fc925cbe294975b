"""Whether what is written is read back by the route that wrote it.

A value in a path may spell a literal of another route: `GET /users/{id}` with the id `current`, where there is
`GET /users/current`. The server would take the request for that one, so it is refused. Routes of one shape are not
looked at: guards and `prefer` decide among them.
"""

from __future__ import annotations

from typing import Any

from mapdsl.errors import Problem, TranslationError
from mapdsl.runtime.messages import HIDDEN, Request, found

from .catalog import Catalog, CatalogUnit
from .incoming import guards_hold, parts_of, unit_label

__all__ = ["claim_of"]


def claim_of(
    catalog: Catalog, prepared: CatalogUnit, side: str, route: int, request: Request, secret: str = ""
) -> Problem | None:
    """What is wrong with a request of a side that another route takes before the one it was written for.

    `secret` is the path parameter that carries a credential: its value is not shown.
    """
    if not catalog.router.is_crowded(side, request.method, request.path):
        return None
    try:
        takers = catalog.router.find(side, request.method, request.path)
    except TranslationError:  # it is raised again where it is written
        return None
    own = prepared.templates[side][route].shape_of(request.path)
    for (number, other), params in takers:
        if (number, other) == (prepared.number, route):
            return None
        rival = catalog.units[number]
        template = rival.templates[side][other]
        pairs = zip(own, template.shape_of(request.path), strict=False)
        spelled = [(name[1:-1], literal) for name, literal in pairs if name.startswith("{") and literal[:1] != "{"]
        if spelled and _takes(catalog, rival, side, other, request, params):
            name, literal = spelled[0]
            expected = (
                f"a value that does not lead to {request.method} {template.text}, the route of {unit_label(rival)}"
            )
            return Problem(f"path.{name}", expected, HIDDEN if name == secret else found(literal))
    return None


def _takes(
    catalog: Catalog, rival: CatalogUnit, side: str, route: int, request: Request, params: dict[str, str]
) -> bool:
    """Whether the guards of another route let the request in."""
    try:
        parts: Any = parts_of(catalog, rival, side, request, params)[0]
    except TranslationError:
        return False
    parts.route = route
    written = rival.unit.routes("old" if side == "new" else "new")
    return guards_hold(rival.unit.routes(side)[route].holds, parts) and any(
        guards_hold(each.chosen, parts) for each in written
    )
