"""Which emit function writes which operation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mapdsl.ir import Choose, Combine, Confirm, Each, Join, Keep, Lose, Move, Op, Prune, Refuse, Report, Write

from .blocks import emit_choose, emit_each, emit_keep
from .emitter import Emitter
from .joins import emit_combine, emit_join
from .open_matches import emit_confirm
from .pipes import emit_move
from .single_values import emit_lose, emit_prune, emit_refuse, emit_report, emit_write

__all__ = ["dispatch"]

_EMIT: dict[type, Callable[[Emitter, Any], None]] = {
    Choose: emit_choose,
    Combine: emit_combine,
    Confirm: emit_confirm,
    Each: emit_each,
    Join: emit_join,
    Keep: emit_keep,
    Lose: emit_lose,
    Move: emit_move,
    Prune: emit_prune,
    Refuse: emit_refuse,
    Report: emit_report,
    Write: emit_write,
}
_QUIET = (Choose, Combine, Each, Move, Prune)  # what a function that only collects keys runs


def dispatch(e: Emitter, op: Op) -> None:
    if e.mode != "keys" or isinstance(op, _QUIET):
        _EMIT[type(op)](e, op)
