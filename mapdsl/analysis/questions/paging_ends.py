"""The places that paging names in a request and in its reply."""

from __future__ import annotations

from mapdsl import syntax

from .mentions import Site

__all__ = ["ASKED", "paging_sites"]

ASKED = ("page", "size", "offset", "limit", "cursor")  # ends in the request; the others stand in the response


def paging_sites(side: syntax.PagingSide, asked: bool) -> dict[Site, syntax.End]:
    """The places that a side's paging names, of the request or of the reply; its items are for the rules."""
    found = {}
    for name, value in side.arguments:
        if isinstance(value, syntax.End) and (name in ASKED) == asked and name != "items":
            root = value.ref.root.removeprefix("@")
            found[Site("body" if root in ("", "$") else root, value.ref.path)] = value
    return found
