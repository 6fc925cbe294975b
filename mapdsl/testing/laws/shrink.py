"""Counterexamples made small: a message keeps only what it takes to break the same law at the same rule.

Hypothesis does the work. It is handed the message as a choice, for each member, item and scalar, between less and as it
is, and looks for the smallest choices that still break the law.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING, Any

import attrs

from mapdsl.runtime import Parts, Request, Response
from mapdsl.testing.generation import Document, Drawn, Messages

from .conservation import Conservation
from .laws import Broken, Trial

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

__all__ = ["can_shrink", "shrunk", "smallest"]

_ODDS = 100  # of one node staying as it is: most tries begin with the whole document
_TRIES = 400
_CHANGES = 12  # how many changes of a translation are tried on each candidate
_SEEDS = 3  # of the values that a place may hold instead
_SIMPLE: dict[type, Any] = {str: "", int: 0, float: 0, bool: False}


def can_shrink() -> bool:
    """Whether Hypothesis is there."""
    from importlib.util import find_spec

    return find_spec("hypothesis") is not None


def smallest(value: Any, breaks: Callable[[Any], bool], tries: int = _TRIES) -> Any:
    """The smallest part of a JSON value that still `breaks`; the value itself where nothing less does."""
    from hypothesis import HealthCheck, Phase, find, settings
    from hypothesis.errors import NoSuchExample

    chosen = settings(
        max_examples=tries,
        derandomize=True,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    try:
        return find(_parts_of(value), breaks, settings=chosen)
    except NoSuchExample:
        return value


def _parts_of(value: Any) -> SearchStrategy[Any]:
    from hypothesis import strategies as st

    odds = st.integers(0, _ODDS - 1)

    @st.composite
    def part(draw: DrawFn) -> Any:
        return reduced(value, draw)

    def reduced(value: Any, draw: DrawFn) -> Any:
        if isinstance(value, dict):
            return {name: reduced(member, draw) for name, member in value.items() if draw(odds)}
        if isinstance(value, list):
            return [reduced(item, draw) for item in value if draw(odds)]
        simple = _SIMPLE.get(type(value), value)
        return value if simple == value or draw(odds) else simple

    return part()


def shrunk(messages: Messages, broken: Broken) -> Broken:
    """The same break with a smaller message of that unit; as it is where there is nothing to draw smaller: of a whole
    exchange, without Hypothesis."""
    drawn = broken.drawn
    if drawn is None or not can_shrink():
        return broken
    trial = Trial(messages, broken.part, broken.side, broken.request)
    best = [broken]

    def breaks(value: Any) -> bool:
        candidate = _rebuilt(drawn, broken.law, value)
        for found in _broken(trial, candidate, broken):
            if found.key == broken.key:
                best[0] = attrs.evolve(found, drawn=candidate)
                return True
        return False

    value = _open_to_change(drawn, broken.law)
    breaks(smallest(value, breaks))
    return best[0]


def _broken(trial: Trial, drawn: Drawn, broken: Broken) -> list[Broken]:
    try:
        if broken.where:  # two messages that differ there
            seeds = range(_SEEDS)
            return [each for seed in seeds for each in Conservation(trial, Random(seed)).like(drawn, broken.where)]
        if broken.law == 8:
            return [each for seed in range(_CHANGES) for each in trial.judge(drawn, Random(seed)).broken]
        return list(trial.judge(drawn).broken)
    except Exception:
        return []  # half a message may be none at all


def _open_to_change(drawn: Drawn, law: int) -> dict[str, Any]:
    """What of a message may become less: its body and its query; in a call of RPC what the envelope holds."""
    if law == 4 and drawn.documents:
        parts = drawn.documents[0].parts
        return {name: getattr(parts, name) for name in ("body", "query", "header", "item")}
    message, body = drawn.message, drawn.message.body
    held = {"query": message.query} if isinstance(message, Request) else {}
    if isinstance(body, dict) and "jsonrpc" in body:
        return {**held, **{name: body[name] for name in ("params", "result", "error") if name in body}}
    return {**held, "body": body}


def _rebuilt(drawn: Drawn, law: int, value: dict[str, Any]) -> Drawn:
    if law == 4 and drawn.documents:
        old = drawn.documents[0]
        parts = Parts(value.get("body"), old.parts.path, value.get("query"), value.get("header"), old.parts.status)
        parts.route, parts.item = old.parts.route, value.get("item")
        return attrs.evolve(drawn, documents=(Document(parts, old.asked, old.kind),))
    message, body = drawn.message, drawn.message.body
    if isinstance(body, dict) and "jsonrpc" in body:
        names = ("params", "result", "error")
        less: Any = {**{name: member for name, member in body.items() if name not in names}, **value}
        less.pop("query", None)
    else:
        less = value.get("body")
    made: Request | Response
    if isinstance(message, Request):
        made = attrs.evolve(message, query=value.get("query", {}), body=less)
    else:
        made = attrs.evolve(message, body=less)
    return attrs.evolve(drawn, message=made, documents=())
