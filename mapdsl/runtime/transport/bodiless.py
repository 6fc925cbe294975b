"""Messages without a body: replies of 204, 205 and 304 and to HEAD; requests of GET and HEAD that no rule gives one.

What would have stood there is lost and reported, each member by its path, and residue brings it home.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mapdsl.conversions import ABSENT, same
from mapdsl.errors import MapError
from mapdsl.runtime.compiled import CompiledMapping, Parts, Recorder, RequestPair, Where

__all__ = ["BODILESS", "NO_BODY", "is_read", "report_dropped"]

BODILESS = (204, 205, 304)  # the statuses of replies without a body
NO_BODY = "has no body"  # how the reasons of such losses end
_READS = ("GET", "HEAD")


def is_read(method: str) -> bool:
    """Whether a request of that method has no body, unless a rule writes one."""
    return method in _READS


def report_dropped(
    log: Recorder, source: Parts, body: Any, status: Any, why: str, home: CompiledMapping, asked: RequestPair | None
) -> None:
    """Tell of the body that a reply of that status cannot have. `home` are the ways that would translate it back."""
    if isinstance(body, bytes):
        log.lose(len(log.rules), ("body",), f"{len(body)} bytes", why)
    if source.body is None or isinstance(source.body, bytes):
        if isinstance(body, bytes):  # set aside, so that no rule saw it, or passed
            log.note(("body",), body, ((("status",), status),))
        return
    if body is not None and body != {}:
        made_up, told = _made_up(home, status, asked), log.lost_below(("body",))
        for where, value in _leaves(("body",), source.body, told):
            if not same(value, _at(made_up, where[1:])):
                log.lose(len(log.rules), where, value, why)
        log.forget_below(("body",))
    log.note(("body",), source.body, ((("status",), status),))


def _leaves(where: Where, value: Any, told: set[Where]) -> Iterator[tuple[Where, Any]]:
    """What stands at and below a place and is not reported yet: members by name, anything else as a whole.

    A body that is an empty object is a form.
    """
    if where in told or (value == {} and len(where) == 1):
        return
    below = any(path[: len(where)] == where for path in told)
    if isinstance(value, dict) and value and (len(where) == 1 or below):
        for name, member in value.items():
            yield from _leaves((*where, name), member, told)
    elif not below:
        yield where, value


def _made_up(home: CompiledMapping, status: Any, asked: RequestPair | None) -> Any:
    """The body that the way home makes of none: constants, which are no loss."""
    answers: dict[str, dict[Any, Any]] = {name: {} for name in home.lookups}
    try:
        made: Parts = home.full(Parts({}, status=status), answers, asked, Recorder(home.rules))
    except MapError:
        return ABSENT
    return made.body


def _at(value: Any, path: Where) -> Any:
    for step in path:
        if not isinstance(value, dict) or step not in value:
            return ABSENT
        value = value[step]
    return value
