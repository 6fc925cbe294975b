"""Which rule a fault in generated code comes from: a note on the exception, for faults that no document explains."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mapdsl.errors import RuleRef

__all__ = ["annotate", "register_lines"]

Lines = Callable[[], Mapping[int, RuleRef]]
_LINES: dict[str, Lines] = {}


def register_lines(filename: str, lines: Lines) -> None:
    """Make known what tells which rule each line of a generated module came from. It is asked after a fault alone."""
    _LINES[filename] = lines


def annotate(error: BaseException) -> None:
    """Add a note with the rule whose code was running, as in `specs/e.map:13: agent <-> user_id : user`."""
    traceback = error.__traceback__
    while traceback is not None:
        lines = _LINES.get(traceback.tb_frame.f_code.co_filename, dict)()
        rule = lines.get(traceback.tb_lineno)
        if rule is not None:
            error.add_note(f"while running the rule at {rule}")
        traceback = traceback.tb_next
