"""The functions of a workload that are timed against each other, and whether each gives what the baseline gives."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import deepcopy
from typing import Any

import attrs

from .peers import Function, Peer

__all__ = ["Contender", "fault", "on_objects", "on_texts"]


@attrs.frozen
class Contender:
    """A peer's function for a workload; `plain` turns its result into what is compared, and is not timed."""

    name: str
    function: Function
    plain: Function


def on_objects(peers: Iterable[Peer], workload: str) -> list[Contender]:
    """Those that take JSON values. A peer that does not know the workload is not among them."""
    return [
        Contender(peer.name, peer.objects[workload], peer.plain.get(workload, lambda result: result))
        for peer in peers
        if workload in peer.objects
    ]


def on_texts(peers: Iterable[Peer], workload: str) -> list[Contender]:
    """Those that take and give JSON as bytes: a peer's own, or orjson around its function on values."""
    from orjson import loads  # not every machine has it, and values are timed without it

    from .peers.on_bytes import on_bytes

    found = []
    for peer in peers:
        functions = {name: on_bytes(f) for name, f in peer.objects.items()} if peer.texts is None else peer.texts
        if workload in functions:
            found.append(Contender(peer.name, functions[workload], loads))
    return found


def fault(contender: Contender, baseline: Contender, inputs: Sequence[Any]) -> str | None:
    """What is wrong with it, in a few words: it fails, changes an input, or gives something else. Else None."""
    for given in inputs:
        before = deepcopy(given)
        expected = baseline.plain(baseline.function(given))
        try:
            result = contender.plain(contender.function(given))
        except Exception as error:  # whatever a library raises
            return f"fails with {error!r}"
        if not _same(given, before):
            return "changes its input"
        if not _same(result, expected):
            return "gives something else than the baseline"
    return None


def _same(one: Any, other: Any) -> bool:
    """Equal as JSON: 31 is 31.0, and true is no number."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[name], other[name]) for name in one)
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return len(one) == len(other) and all(map(_same, one, other))
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)
