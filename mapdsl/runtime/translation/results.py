"""What a translation returns."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from threading import RLock
from typing import Any, Protocol, TypeVar

import attrs

from mapdsl.errors import Problem
from mapdsl.records import Record
from mapdsl.runtime.compiled import Loss, RequestPair, fresh
from mapdsl.runtime.messages import Request, Response

Message = TypeVar("Message", Request, Response)

__all__ = ["TranslatedRequest", "TranslatedResponse"]


class Report(Protocol):
    """What says later what a request lost."""

    def lost(self) -> tuple[Loss, ...]: ...
    def residue(self) -> dict[str, Any]: ...


_REPORTING = RLock()  # one report at a time is worked out: two threads that read one result get one answer


def _own(message: Message) -> Message:
    """The message with a body, query and headers of its own: whoever changes it changes nothing else."""
    own = {name: fresh(getattr(message, name)) for name in ("query", "headers", "body") if hasattr(message, name)}
    return attrs.evolve(message, **own)


def _own_requests(messages: Iterable[Request]) -> tuple[Request, ...]:
    return tuple(map(_own, messages))


def _own_responses(messages: Iterable[Response]) -> tuple[Response, ...]:
    return tuple(map(_own, messages))


@attrs.frozen(repr=False)
class TranslatedRequest(Record):
    """A request on the other side: the calls, what did not arrive, and what brings the original back.

    `lost` and `residue` may be worked out when one of them is read first, from what the translation noted of a copy of
    the message. They say the same whatever became of the message or of this value meanwhile, in any thread.

    `requests` are all calls that are known before a reply is seen; `complete` is False where later ones depend on
    replies. Hand the value itself to translate_response as `request=`. `problems` is empty unless `lenient=True`.
    """

    endpoint: str
    variant: str | None
    to: str
    requests: tuple[Request, ...] = attrs.field(converter=_own_requests)
    complete: bool
    lost: tuple[Loss, ...]
    residue: Any = attrs.field(repr=False, converter=fresh)
    problems: tuple[Problem, ...] = ()
    asked: RequestPair = attrs.field(kw_only=True, repr=False, eq=False)
    calls: tuple[RequestPair, ...] = attrs.field(kw_only=True, repr=False, eq=False)
    _report: Report | None = attrs.field(default=None, kw_only=True, repr=False, eq=False, alias="report")

    @classmethod
    def unreported(
        cls, endpoint: str, variant: str | None, to: str, request: Request, asked: RequestPair, report: Report
    ) -> TranslatedRequest:
        """One call, whose `lost` and `residue` are worked out when they are read. The request is the result's own."""
        made = object.__new__(cls)
        _put_endpoint(made, endpoint)
        _put_variant(made, variant)
        _put_to(made, to)
        _put_requests(made, (request,))
        _put_complete(made, True)
        _put_problems(made, ())
        _put_asked(made, asked)
        _put_calls(made, (asked,))
        _put_report(made, report)
        return made

    def __getattr__(self, name: str) -> Any:
        """What was not worked out yet: Python asks here for what has no value."""
        if name not in ("lost", "residue"):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        with _REPORTING:
            report = self._report
            if report is not None:
                object.__setattr__(self, "residue", report.residue())
                object.__setattr__(self, "lost", report.lost())
                object.__setattr__(self, "_report", None)
        return object.__getattribute__(self, name)

    @property
    def request(self) -> Request:
        """The only request; ValueError where there is none, or several."""
        if len(self.requests) != 1:
            raise ValueError(f"there are {len(self.requests)} requests: read .requests")
        return self.requests[0]


# What sets the members of one that is made without its constructor, which would copy what is new, and is slow.
(
    _put_endpoint,
    _put_variant,
    _put_to,
    _put_requests,
    _put_complete,
    _put_problems,
    _put_asked,
    _put_calls,
    _put_report,
) = (
    TranslatedRequest.__dict__[name].__set__
    for name in ("endpoint", "variant", "to", "requests", "complete", "problems", "asked", "calls", "_report")
)


@attrs.frozen(repr=False)
class TranslatedResponse(Record):
    """A response on the other side, what did not arrive, and what brings the original back.

    `hint` says what to do about a failure that is not in the message itself: a 403 of a server whose endpoint declares
    the scopes that its key needs. `problems` is empty unless `lenient=True`.

    `lost` and `residue` may be worked out when one of them is read first, from a copy of the message that was taken
    when it was translated. They say the same whatever became of the message or of this value meanwhile, in any thread.
    """

    endpoint: str
    variant: str | None
    to: str
    responses: tuple[Response, ...] = attrs.field(converter=_own_responses)
    lost: tuple[Loss, ...]
    residue: Any = attrs.field(repr=False, converter=fresh)
    problems: tuple[Problem, ...] = ()
    hint: str | None = None
    _report: Callable[[], TranslatedResponse] | None = attrs.field(default=None, repr=False, eq=False, alias="report")

    @classmethod
    def unreported(
        cls,
        endpoint: str,
        variant: str | None,
        to: str,
        responses: tuple[Response, ...],
        hint: str | None,
        report: Callable[[], TranslatedResponse],
    ) -> TranslatedResponse:
        """One whose `lost` and `residue` are those of what `report` returns, which is called when they are read."""
        made = cls(endpoint, variant, to, responses, (), None, (), hint, report=report)
        object.__delattr__(made, "lost")
        object.__delattr__(made, "residue")
        return made

    def __getattr__(self, name: str) -> Any:
        """What was not worked out yet: Python asks here for what has no value."""
        if name not in ("lost", "residue"):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        with _REPORTING:
            report = self._report
            if report is not None:
                full = report()
                object.__setattr__(self, "residue", full.residue)
                object.__setattr__(self, "lost", full.lost)
                object.__setattr__(self, "_report", None)
        return object.__getattribute__(self, name)

    @property
    def response(self) -> Response:
        """The only response; ValueError where there is none, or several."""
        if len(self.responses) != 1:
            raise ValueError(f"there are {len(self.responses)} responses: read .responses")
        return self.responses[0]
