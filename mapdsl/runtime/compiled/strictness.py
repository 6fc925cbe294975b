"""Which losses a translation refuses: none, every kind, or the kinds that `strict=` names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mapdsl.errors import Problem
from mapdsl.runtime.messages import found

from .losses import DROPPED, KINDS, OWED, UNTRANSLATED, Loss

__all__ = ["Strict", "kinds_refused", "refusals"]

Strict = frozenset[str]
_WANTED = {
    DROPPED: "nothing dropped",
    UNTRANSLATED: "nothing that arrives untranslated",
    OWED: "nothing that stays owed",
}


def kinds_refused(strict: Any) -> Strict:
    """What `strict=` says: True is every kind, False is none, a set or list names some.

    Raises ValueError where that names no kind, TypeError where it is no collection.
    """
    if isinstance(strict, bool):
        return frozenset(KINDS) if strict else frozenset()
    if not isinstance(strict, (set, frozenset, list, tuple)):
        raise TypeError(f"strict must be True, False, or a set of {_words()}, not {type(strict).__name__}")
    unknown = [kind for kind in strict if kind not in KINDS]
    if unknown:
        raise ValueError(f"strict must name kinds of losses ({_words()}), not {unknown[0]!r}")
    return frozenset(strict)


def _words() -> str:
    return f"{', '.join(KINDS[:-1])} or {KINDS[-1]}"


def refusals(lost: Iterable[Loss], strict: Strict, status: Any = None) -> list[Problem]:
    """A problem for each loss of a kind that is refused. `status` is that of the failure which is refused with it."""
    return [_refusal(loss, status) for loss in lost if loss.kind in strict]


def _refusal(loss: Loss, status: Any) -> Problem:
    shown = "***" if loss.value == "***" else found(loss.value)
    of = "" if status is None else f", in a reply of status {status}"
    return Problem(loss.path, f"{_WANTED[loss.kind]}: {loss.reason}{of}", shown, loss.rule)
