"""The loop of a program that drives an exchange against a server, or stops it and goes on at every step."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mapdsl import Api, Ask, Done, Send


@dataclass
class Run:
    """What an exchange did: its end, and how many requests each wave had."""

    done: Any = None
    waves: list[int] = field(default_factory=list)
    asked: list[tuple[str, tuple[Any, ...]]] = field(default_factory=list)
    max_calls: int | None = None


def drive(
    api: Api,
    request: dict[str, Any],
    client: str,
    answer: Callable[[dict[str, Any]], Any],
    lookups: Mapping[str, Mapping[Any, Any]] | None = None,
    resume: bool = False,
    endpoint: str | None = None,
) -> Run:
    """Step and answer until it is done. `lookups` are old -> new; `resume` goes on from its written state each time."""
    ex = api.exchange(request, client=client, endpoint=endpoint)
    run = Run(max_calls=ex.max_calls)
    while True:
        ex = _again(api, ex) if resume else ex
        step = ex.step()
        if resume and not isinstance(step, Done):
            ex = _again(api, ex)
            step = ex.step()
        if isinstance(step, Done):
            run.done = step
            return run
        if isinstance(step, Ask):
            run.asked.append((step.lookup, tuple(step.keys)))
            ex.answer(_found(lookups or {}, step))
        else:
            assert isinstance(step, Send)
            run.waves.append(len(step.requests))
            ex.answer([answer(request.to_dict()) for request in step.requests])


def _again(api: Api, ex: Any) -> Any:
    return api.resume(json.loads(json.dumps(ex.state())))


def _found(lookups: Mapping[str, Mapping[Any, Any]], ask: Ask) -> dict[Any, Any]:
    table = lookups[ask.lookup]
    table = table if ask.to == "new" else {new: old for old, new in table.items()}
    return {key: table[key] for key in ask.keys if key in table}
