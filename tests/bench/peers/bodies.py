"""mapdsl's compiled functions on bodies, one spec for each workload: what its peers `mapdsl_*` share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import attrs

from mapdsl import Api, load, loads
from mapdsl.conversions import conversion
from tests.bench.tables import CALLER_IDS, USER_IDS, VOICE_MESSAGE_IDS

from .channels import x_channels

__all__ = ["ANSWERS", "WAYS", "Way", "answered", "specs", "specs_that_keep"]

conversion("x_channels")(x_channels)  # as a package would by an entry point

_SPECS = Path(__file__).parents[1] / "specs"
ANSWERS: Mapping[str, Mapping[Any, Any]] = {
    "user": USER_IDS,
    "caller": CALLER_IDS,
    "voice_message": VOICE_MESSAGE_IDS,
}


@attrs.frozen
class Way:
    """What a workload does with its spec: the endpoint, the part of its message, the side, whether it looks up."""

    spec: str
    endpoint: str
    part: str
    to: str
    lookups: bool = False


WAYS = {
    "start_call": Way("start_call", "start_call", "request", "new", lookups=True),
    "create_campaign": Way("create_campaign", "create_campaign", "request", "new", lookups=True),
    "records_to_old": Way("records", "list_cdrs", "response", "old"),
    "records_to_new": Way("records", "list_cdrs", "response", "new"),
    "users_to_old": Way("users", "list_users", "response", "old"),
}


@cache
def specs() -> dict[str, Api]:
    """The compiled specs, by name. Fields that no rule names are dropped, as the baseline does."""
    return {name: load(_SPECS / f"{name}.map") for name in {way.spec for way in WAYS.values()}}


@cache
def specs_that_keep() -> dict[str, Api]:
    """The same without `rest drop`: fields that no rule names pass, which is what the language does by itself."""
    texts = {name: (_SPECS / f"{name}.map").read_text("utf-8") for name in {way.spec for way in WAYS.values()}}
    return {name: loads(text.replace("rest drop\n", "\n"), name) for name, text in texts.items()}


def answered(function: Callable[..., Any]) -> Callable[[Any], Any]:
    """The function with all answers. A closure: `functools.partial` with a keyword costs more for each call."""

    def answering(body: Any) -> Any:
        return function(body, ANSWERS)

    return answering
