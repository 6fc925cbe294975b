"""What the passes share: the input, the findings, and what earlier passes have made."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TypeVar

import attrs

from mapdsl import syntax
from mapdsl.analysis.findings import Findings
from mapdsl.analysis.model import EndpointModel, Scope
from mapdsl.diagnostics import Source, Span

__all__ = ["Context", "items"]

T = TypeVar("T", bound=syntax.Statement)


@attrs.define
class Context:
    """One analysis. `files` and `used` as given; the rest is filled by the passes in their order."""

    files: Mapping[str, syntax.File]
    sources: Mapping[str, Source]
    used: Mapping[str, Mapping[str, str]]
    findings: Findings
    beside: Collection[str] = ()  # of the files, those that hold the examples of another
    visible: dict[str, tuple[str, ...]] = attrs.field(factory=dict)  # by file: itself and what it uses, nearest first
    scopes: dict[str, Scope] = attrs.field(factory=dict)
    facts: dict[tuple[str, str], tuple[str, ...]] = attrs.field(factory=dict)
    lookups: dict[str, syntax.Lookup] = attrs.field(factory=dict)
    credentials: dict[str, syntax.Credential] = attrs.field(factory=dict)
    unfollowed: set[Span] = attrs.field(factory=set)  # statements too deep, and includes that lead back
    endpoints: list[EndpointModel] = attrs.field(factory=list)


def items(file: syntax.File, kind: type[T]) -> Iterator[T]:
    """The items of one kind, in the order of the text."""
    return (item for item in file.items if isinstance(item, kind))
