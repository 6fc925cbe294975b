"""What specs leave open: every `hole`, where it stands and what is asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import attrs

from mapdsl.diagnostics import Source
from mapdsl.errors import MapSyntaxError

from .finding import Files, api_folders
from .reading import read_api

__all__ = ["HoleFound", "holes"]


@attrs.frozen
class HoleFound:
    """One hole: `within` is the endpoint or shape it stands in, `sides` where the field is, `policy` what is done.

    A field whose name no document tells has no sides, and its policy is the name that is assumed, or `reject`.
    """

    file: str
    line: int
    within: str
    path: str
    sides: tuple[str, ...]
    question: str
    policy: str
    cites: tuple[str, ...]


def holes(paths: Iterable[str | Path], files: Files = ()) -> tuple[HoleFound, ...]:
    """Every hole of the specs under some paths, in the order of the texts; MapSyntaxError for unreadable ones."""
    found: list[HoleFound] = []
    for path in paths:
        for api in api_folders(Path(path), files) or [Path(path)]:
            loaded = read_api(api, files=files)
            wrong = tuple(each for each in loaded.diagnostics if each.severity == "error")
            if wrong:
                raise MapSyntaxError(wrong)
            for source, file in loaded.files.values():
                found += _in(file, source, "")
    return tuple(dict.fromkeys(found))


def _in(node: Any, source: Source, within: str) -> Iterator[HoleFound]:
    """The holes in a syntax node."""
    from mapdsl.syntax import Endpoint, Hole, NameHole, Shape

    if isinstance(node, NameHole):
        policy = "reject" if node.assumed is None else f'assume "{node.assumed}"'
        line, _ = source.position(node.span.start)
        yield HoleFound(source.name, line, "the name of a field", node.name, (), node.question, policy, ())
        return
    if isinstance(node, Hole):
        policy = node.policy.kind if node.policy.value is None else f'{node.policy.kind} "{node.policy.value}"'
        sides = ("old", "new") if node.side is None else (node.side,)
        line, _ = source.position(node.span.start)
        yield HoleFound(source.name, line, within, str(node.of.ref), sides, node.question, policy, node.cites)
    elif isinstance(node, tuple):
        for each in node:
            yield from _in(each, source, within)
    elif attrs.has(type(node)):
        if isinstance(node, (Endpoint, Shape)):
            within = f"{'endpoint' if isinstance(node, Endpoint) else 'shape'} {node.name}"
        for field in attrs.fields(type(node)):
            yield from _in(getattr(node, field.name), source, within)
