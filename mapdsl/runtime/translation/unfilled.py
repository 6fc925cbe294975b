"""What another endpoint would fill in a reply: whether there is anything, and which line of the spec says so."""

from __future__ import annotations

from typing import Any

from mapdsl.errors import RuleRef
from mapdsl.runtime.compiled import CompiledUnit, Enrich, Parts, read

__all__ = ["is_empty", "rule_of"]


def rule_of(unit: CompiledUnit, enrich: Enrich) -> RuleRef:
    """The line that says so, for a report."""
    return RuleRef(unit.file, enrich.line, f"enrich {enrich.side} from {enrich.read}")


def is_empty(enrich: Enrich, body: Any) -> bool:
    """Whether a reply has no object that a read could fill: then none is made."""
    return enrich.each and not read(Parts(body), ("body", *enrich.into))
