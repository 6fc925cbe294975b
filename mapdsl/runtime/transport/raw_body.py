"""Bodies that are no JSON: passed on as they are where the spec says so, refused everywhere else."""

from __future__ import annotations

from mapdsl.errors import Problem, RuleRef, TranslationError
from mapdsl.runtime.compiled import CompiledUnit, Parts
from mapdsl.runtime.messages import MAX_TEXT, found

__all__ = ["bytes_fault", "take_raw_body"]


def bytes_fault(body: bytes) -> Problem | None:
    """The problem of a body that is too long."""
    if len(body) <= MAX_TEXT:
        return None
    return Problem("body", f"at most {MAX_TEXT} bytes", f"{len(body)} bytes")


def take_raw_body(unit: CompiledUnit, part: str, parts: Parts, side: str = "") -> bytes | None:
    """Take the bytes out of a message whose body the spec calls `bytes`: no rule looks inside. None: there is no body.

    Bytes that a rule gives to a lookup, as the requests of a `side` may have them, stay where they are. Raises
    TranslationError where the body is not what the spec says.
    """
    body = parts.body
    if part == "request" and side in unit.data and type(body) is bytes:
        return None
    rule = RuleRef(unit.file, unit.line, f"endpoint {unit.endpoint}")
    if part in unit.opaque:
        if body is not None and type(body) is not bytes:
            raise TranslationError([Problem("body", f"bytes, for the spec says `{part} bytes`", found(body), rule)])
        parts.body = None
        return body
    if type(body) is bytes:
        expected = f"a JSON document (a body that is none needs `{part} bytes` in the spec)"
        raise TranslationError([Problem("body", expected, found(body), rule)])
    return None
