"""Hypothesis strategies for the messages of an endpoint, for anybody's own tests.

    @given(requests(load("specs")["send_sms"], side="old"))
    def test_my_client(request): ...

They draw from the same domains as `mapdsl test`, and shrink to small messages.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar, overload

from hypothesis import assume
from hypothesis import strategies as st

from mapdsl import ir
from mapdsl.pipeline import CompiledProgram, compile_texts, structure
from mapdsl.runtime import Api, Endpoint, Request, Response, TranslatedRequest
from mapdsl.testing.generation import OTHER, Messages, any_document

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

__all__ = ["bodies", "lookups", "requests", "responses"]

T = TypeVar("T")
_PARTS = ("request", "response")


def requests(
    endpoint: Endpoint, side: str = "old", *, variant: str | None = None, nearly: bool = False
) -> SearchStrategy[Request]:
    """Requests of an endpoint as clients of a side ("old" or "new") send them.

    With `nearly`, in some of them one value is replaced by something that rarely fits. Raises ValueError for another
    side, or where the endpoint has no such variant.
    """
    drawing = _Drawing(endpoint, "request", side, variant)

    @st.composite
    def draw_request(draw: DrawFn) -> Request:
        for drawn in drawing.messages.requests(side, [drawing.document(draw, nearly)]):
            assert isinstance(drawn.message, Request)
            return drawn.message
        assume(False)  # a value that no URL can hold
        raise AssertionError

    return draw_request()


def responses(
    endpoint: Endpoint,
    side: str = "new",
    *,
    request: TranslatedRequest | None = None,
    variant: str | None = None,
    nearly: bool = False,
) -> SearchStrategy[Response]:
    """Successful responses of an endpoint as servers of a side ("new" or "old") give them.

    `request`: what translate_request returned for the request that they answer. Otherwise as `requests`.
    """
    drawing = _Drawing(endpoint, "response", side, variant if request is None else request.variant)
    call_id = 1 if request is None else request.asked.id(side)

    @st.composite
    def draw_response(draw: DrawFn) -> Response:
        documents = [drawing.document(draw, nearly)]
        (drawn,) = drawing.messages.responses(side, documents, call_id)
        assert isinstance(drawn.message, Response)
        return drawn.message

    return draw_response()


@overload
def bodies(endpoint: Endpoint, part: str, side: str, *, variant: str | None = ...) -> SearchStrategy[Any]: ...


@overload
def bodies(
    endpoint: Endpoint, part: str, side: str, *, variant: str | None = ..., into: type[T]
) -> SearchStrategy[T]: ...


def bodies(
    endpoint: Endpoint, part: str, side: str, *, variant: str | None = None, into: type[Any] | None = None
) -> SearchStrategy[Any]:
    """The JSON bodies of a part ("request" or "response") of a side, as `Endpoint.transform` takes them.

    `into`: an attrs class (or another type that cattrs knows) that each body is made into. Nothing is coerced: an
    integer is no text, and a member that the class does not have raises MapError, with its JSON path.
    """
    if part not in _PARTS:
        raise ValueError(f'part is "request" or "response", not {part!r}')
    drawing = _Drawing(endpoint, part, side, variant)

    @st.composite
    def draw_body(draw: DrawFn) -> Any:
        body = drawing.document(draw, False).parts.body
        what = f"a body of {endpoint.name} ({side} {part})"
        return body if into is None else structure(body, into, what)

    return draw_body()


def lookups(endpoint: Endpoint) -> dict[str, Any]:
    """Answers for everything that an endpoint asks for, credentials included: invertible, and made up as they are met.

    New ones for each call: take one for each test of a message and its way home.
    """
    compiled = _compiled(endpoint)
    unit = next(unit for unit in compiled.program.units if unit.endpoint == endpoint.name)
    return Messages(compiled.api, compiled.program, unit).lookups()


class _Drawing:
    """Draws the documents of one message."""

    def __init__(self, endpoint: Endpoint, part: str, side: str, variant: str | None) -> None:
        if side not in OTHER:
            raise ValueError(f'side is "old" or "new", not {side!r}')
        if not isinstance(endpoint, Endpoint):
            raise TypeError(f"the first argument is an Endpoint, such as api['name'], not {type(endpoint).__name__}")
        compiled = _compiled(endpoint)
        name = endpoint.unit(variant).unit.variant
        unit = next(u for u in compiled.program.units if (u.endpoint, u.variant) == (endpoint.name, name))
        self.messages = Messages(compiled.api, compiled.program, unit)
        self._mapping: ir.Mapping = self.messages.mapping(part, side)
        self._wanted = self.messages.wanted(part, side)

    def document(self, draw: DrawFn, nearly: bool) -> Any:
        random = draw(st.randoms(use_true_random=False))
        return any_document(self._mapping, random, nearly, self._wanted)


def _compiled(endpoint: Endpoint) -> CompiledProgram:
    return _again(endpoint.api)


@lru_cache(maxsize=16)
def _again(api: Api) -> CompiledProgram:
    """The program of an Api, which itself keeps no more than its generated code and its texts."""
    if api.sources is None:
        raise ValueError("this Api was not made by load or loads: there is no text to draw documents from")
    texts, uses, enums, holes = api.sources
    return compile_texts(texts, uses, enums=enums, holes=holes)
