"""A peer: a way to do the work, as a table of functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import attrs

__all__ = ["Function", "Peer"]

Function = Callable[[Any], Any]


@attrs.frozen
class Peer:
    """The functions of one way to do the work, by the name of the workload; a workload may be missing.

    `objects` take and give JSON values. `texts` take and give JSON as bytes; None: those of `objects`, with orjson
    around. `plain` turns what a function of `objects` gives into what can be compared with the baseline. It is not
    timed.
    """

    name: str
    objects: Mapping[str, Function]
    texts: Mapping[str, Function] | None = None
    plain: Mapping[str, Function] = attrs.field(factory=dict)
