"""mapdsl: the migration guide is the program.

One `.map` text says how an endpoint of an old API corresponds to the new one; `load` compiles it, and
`translate_request` and `translate_response` carry messages across, in both directions.
"""

from __future__ import annotations

TYPE_CHECKING = False  # as type checkers know it; `typing` takes longer to load than all of this
if TYPE_CHECKING:
    from typing import Any

    from mapdsl.errors import (
        ExchangeError,
        LookupMissing,
        MapError,
        MapSemanticError,
        MapSyntaxError,
        RouteNotFound,
        TranslationError,
    )
    from mapdsl.pipeline import load, loads, shipped
    from mapdsl.runtime import (
        Api,
        Ask,
        Done,
        Endpoint,
        Exchange,
        Failed,
        Loss,
        Request,
        Response,
        Send,
    )
    from mapdsl.translate import translate_request, translate_response
    from mapdsl.version import __version__

__all__ = [
    "Api",
    "Ask",
    "Done",
    "Endpoint",
    "Exchange",
    "ExchangeError",
    "Failed",
    "LookupMissing",
    "Loss",
    "MapError",
    "MapSemanticError",
    "MapSyntaxError",
    "Request",
    "Response",
    "RouteNotFound",
    "Send",
    "TranslationError",
    "__version__",
    "load",
    "loads",
    "shipped",
    "translate_request",
    "translate_response",
]

_HOMES = {
    "errors": (
        "ExchangeError",
        "LookupMissing",
        "MapError",
        "MapSemanticError",
        "MapSyntaxError",
        "RouteNotFound",
        "TranslationError",
    ),
    "pipeline": ("load", "loads", "shipped"),
    "runtime": (
        "Api",
        "Ask",
        "Done",
        "Endpoint",
        "Exchange",
        "Failed",
        "Loss",
        "Request",
        "Response",
        "Send",
    ),
    "translate": ("translate_request", "translate_response"),
    "version": ("__version__",),
}
_HOME_OF = {name: room for room, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Fetch a public name from its room when it is first asked for: `import mapdsl` alone loads nothing."""
    room = _HOME_OF.get(name)
    if room is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"mapdsl.{room}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
