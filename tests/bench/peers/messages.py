"""mapdsl's `translate_request` and `translate_response` for each workload: what its peers on whole messages share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mapdsl import Api, load, shipped, translate_request, translate_response
from tests.bench.start_call import USERS
from tests.bench.tables import CALLER_IDS, NEW_KEYS

from .bodies import ANSWERS, WAYS, specs
from .peer import Function, Peer

__all__ = ["message_peer", "plain_request", "start_call"]

# What the shipped guide asks for.
_LOOKUPS = {"user_by_extension_or_email": USERS, "caller_id_number": CALLER_IDS, "contact_center_key": NEW_KEYS}


def message_peer(name: str, read: Callable[[Any], Any]) -> Peer:
    """A peer that translates whole messages, calls `read` with what came of each, and gives its body, or all of it."""
    apis = specs()
    objects = {
        workload: _reply(apis[way.spec], way.endpoint, way.to, read)
        for workload, way in WAYS.items()
        if way.part == "response"
    }
    objects["create_campaign"] = _campaign(apis["create_campaign"], read)
    objects["start_call_message"] = start_call(load(shipped("voiso")), read)
    return Peer(name, objects, texts={}, plain={"start_call_message": plain_request})


def _reply(api: Api, endpoint: str, to: str, read: Callable[[Any], Any]) -> Function:
    def run(body: Any) -> Any:
        translated = translate_response(api, {"status": 200, "body": body}, to, endpoint=endpoint)
        read(translated)
        return translated.response.body

    return run


def _campaign(api: Api, read: Callable[[Any], Any]) -> Function:
    def run(body: Any) -> Any:
        message = {"method": "POST", "path": "/v1/campaigns", "body": body}
        translated = translate_request(api, message, "new", lookups=ANSWERS)
        read(translated)
        return translated.request.body

    return run


def start_call(guide: Api, read: Callable[[Any], Any]) -> Function:
    """Start Call of the shipped guide: the whole request in, what `translate_request` gives out."""

    def run(message: Any) -> Any:
        translated = translate_request(guide, message, "new", lookups=_LOOKUPS)
        read(translated)
        return translated

    return run


def plain_request(translated: Any) -> tuple[dict[str, Any], list[tuple[str, Any]]]:
    """The request as a dict, and the path and value of each loss: mapdsl has its own words for the reasons."""
    return translated.request.to_dict(), [(loss.path, loss.value) for loss in translated.lost]
