"""mapdsl as documented where lookups are asked for: the keys of a body, answers for those alone, then the mapping."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .bodies import ANSWERS, WAYS, specs
from .peer import Function, Peer


def peer() -> Peer:
    apis = specs()
    ways = {workload: way for workload, way in WAYS.items() if way.lookups}
    functions = {name: apis[way.spec][way.endpoint].transform(way.part, way.to) for name, way in ways.items()}
    return Peer("mapdsl `keys`, then `transform`", {name: asking(f, f.keys) for name, f in functions.items()}, texts={})


def asking(function: Callable[..., Any], keys: Callable[[Any], dict[str, list[Any]]]) -> Function:
    """The function, with answers that are looked up for each body."""

    def run(body: Any) -> Any:
        return function(body, {name: {key: ANSWERS[name][key] for key in asked} for name, asked in keys(body).items()})

    return run
