"""The two public acts, as the front door has them: the first call loads the runtime, not the import."""

from __future__ import annotations

TYPE_CHECKING = False  # as type checkers know it; `typing` takes longer to load than all of this
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from typing import Any

    from mapdsl.runtime import Api, TranslatedRequest, TranslatedResponse

__all__ = ["translate_request", "translate_response"]

_acts: dict[str, Any] = {}  # once they are loaded: an import takes a while even where there is nothing to load


def _load(name: str) -> Any:
    from mapdsl import runtime

    _acts[name] = getattr(runtime, name)
    return _acts[name]


def translate_request(
    api: Api,
    message: Any,
    to: str,
    *,
    endpoint: str | None = None,
    lookups: Mapping[str, Any] | None = None,
    residue: Any = None,
    strict: bool | Collection[str] = False,
    lenient: bool = False,
) -> TranslatedRequest:
    """Translate a request `to` "new" or "old".

    `message` is a Request or a dict with method, path, query, headers and body, or a list of such where several of them
    are one on the other side; it is not changed. `endpoint` replaces the choice among endpoints. `lookups` answers what
    the API asks for (`api.lookups`), credentials included. `residue` is what an earlier translation of this message
    returned: it restores what that one lost.

    Raises TranslationError with all problems and a `reply` for the client, RouteNotFound where no endpoint takes the
    message, LookupMissing where a lookup is not answered. `strict=True` raises where anything is lost,
    `strict={"dropped", "owed"}` for losses of these kinds; `lenient=True` keeps going and returns the problems of the
    document as `.problems`.
    """
    act = _acts.get("translate_request") or _load("translate_request")
    made: TranslatedRequest = act(
        api,
        message,
        to,
        endpoint=endpoint,
        lookups=lookups,
        residue=residue,
        strict=strict,
        lenient=lenient,
    )
    return made


def translate_response(
    api: Api,
    message: Any,
    to: str,
    *,
    request: TranslatedRequest | None = None,
    endpoint: str | None = None,
    variant: str | None = None,
    lookups: Mapping[str, Any] | None = None,
    residue: Any = None,
    strict: bool | Collection[str] = False,
    lenient: bool = False,
) -> TranslatedResponse:
    """Translate a response `to` "new" or "old".

    `message` is a Response or a dict with status, headers and body, or a list of them: the replies to
    `request.requests`, in their order; of a list that is paged also fewer, where the last one reaches its end. It is
    not changed. `request` is what translate_request returned for its request; without one pass `endpoint` (and
    `variant`): then what would come from the request is absent, and `lost` says `needs request`. The other arguments
    are those of translate_request. An error tells what is known of the calls that the replies answer.
    """
    act = _acts.get("translate_response") or _load("translate_response")
    made: TranslatedResponse = act(
        api,
        message,
        to,
        request=request,
        endpoint=endpoint,
        variant=variant,
        lookups=lookups,
        residue=residue,
        strict=strict,
        lenient=lenient,
    )
    return made
